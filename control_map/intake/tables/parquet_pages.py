"""The pages of a Parquet file are checked before they are unpacked, as the sizes in its footer need not be true.

A page of a few bytes can state that it unpacks to two gigabytes, which the Parquet library then reserves. What a page
states stands in its header, a structure in Thrift's compact protocol; see "Parquet format" (parquet.thrift, version
2.11) and "Thrift compact protocol encoding".
"""

from collections.abc import Iterable, Iterator

import pyarrow.parquet as pq

from control_map.core.limits import LIMITS

_DATA, _DICTIONARY, _DATA_V2 = 0, 2, 3
"""Kinds of pages; the kind 1 is never written."""
_KIND, _UNPACKED, _PACKED = 1, 2, 3
_DETAILS = {_DATA: 5, _DICTIONARY: 7, _DATA_V2: 8}
_VALUES = 1
_ENCODING = {_DATA: 2, _DICTIONARY: 2, _DATA_V2: 4}
"""Numbers of the fields in a header, and in the structure with the details of a kind of page."""
_DELTA_LENGTHS, _DELTA_TEXTS = 6, 7
_GROWING = frozenset({_DELTA_LENGTHS, _DELTA_TEXTS})
"""Encodings of texts, which no program uses unless asked: a few bytes of them can grow to any number of texts."""
_MOST_FIELDS = 2_000_000
"""Fields of all headers; a page has ten, and there are a hundred pages in a file of the largest size."""
_DEEPEST = 4
_LEAST_UNPACKED = 1 << 25
"""What any file may unpack to, whatever its size: columns of equal values become very small."""
_TRUE, _FALSE, _BYTE, _INTEGERS, _DOUBLE, _BINARY, _STRUCT = 1, 2, 3, frozenset({4, 5, 6}), 7, 8, 12
_Fields = dict[int, "int | _Fields"]


def check_pages(data: bytes, metadata: pq.FileMetaData, columns: Iterable[int]) -> int:
    """Return the number of bytes to which the pages of some columns unpack.

    Parameters
    ----------
    data
        The whole file.
    metadata
        Its footer.
    columns
        The positions of the columns that will be read.

    Raises
    ------
    ValueError
        If a page is damaged, would unpack without bound, or states more than it can hold.
    """
    read = _HeaderReader(data)
    most = min(LIMITS.unpacked_bytes, max(LIMITS.ratio * len(data), _LEAST_UNPACKED))
    unpacked = 0
    for start, end in _list_chunks(metadata, columns):
        if not 0 <= start <= end <= len(data):
            raise ValueError("a column lies outside of the file")
        at = start
        while at < end:
            header, at = read.read_header(at, end)
            kind, size, packed = (_number(header, field) for field in (_KIND, _UNPACKED, _PACKED))
            at += packed
            unpacked += size
            if at > end:
                raise ValueError("a page lies outside of its column")
            if unpacked > most:
                raise ValueError(f"it unpacks to more than {most / 1e6:,.0f} MB")
            details = header.get(_DETAILS.get(kind, 0), {})
            if not isinstance(details, dict):
                raise ValueError("a page is damaged")  # noqa: TRY004, as all damage is one kind of error here
            if kind == _DICTIONARY and _number(details, _VALUES) > size:
                raise ValueError("a page states more values than it can hold")
            if kind in _DETAILS and _number(details, _ENCODING[kind]) in _GROWING:
                raise ValueError("its texts are written as differences (DELTA), which is not read")
    return unpacked


def _list_chunks(metadata: pq.FileMetaData, columns: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield where the pages of each column begin and end, as the Parquet library finds them."""
    for place in columns:
        for group in range(metadata.num_row_groups):
            chunk = metadata.row_group(group).column(place)
            start = chunk.data_page_offset
            if chunk.has_dictionary_page and 0 < chunk.dictionary_page_offset < start:
                start = chunk.dictionary_page_offset
            yield start, start + chunk.total_compressed_size


def _number(fields: _Fields, field: int) -> int:
    number = fields.get(field, -1)
    if not isinstance(number, int) or number < 0:
        raise ValueError("a page is damaged")
    return number


class _HeaderReader:
    """Reads headers of pages; all of them together have a limited number of fields."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = self._end = self._fields = 0

    def read_header(self, start: int, end: int) -> tuple[_Fields, int]:
        """Return the whole numbers and structures of a header by the number of their field, and where it ends."""
        self._at, self._end = start, end
        return self._read_struct(0), self._at

    def _read_struct(self, depth: int) -> _Fields:
        if depth > _DEEPEST:
            raise ValueError("a page is damaged")
        fields: _Fields = {}
        field = 0
        while head := self._read_byte():
            self._fields += 1
            if self._fields > _MOST_FIELDS:
                raise ValueError("it has too many pages")
            step, kind = divmod(head, 16)
            field = field + step if step else self._read_integer()
            if kind in _INTEGERS:
                fields[field] = self._read_integer()
            elif kind == _STRUCT:
                fields[field] = self._read_struct(depth + 1)
            elif kind == _BINARY:
                self._skip(self._read_varint())
            elif kind == _DOUBLE:
                self._skip(8)
            elif kind == _BYTE:
                self._skip(1)
            elif kind not in {_TRUE, _FALSE}:  # no header has a list
                raise ValueError("a page is damaged")
        return fields

    def _read_integer(self) -> int:
        number = self._read_varint()
        return (number >> 1) ^ -(number & 1)

    def _read_varint(self) -> int:
        number = shift = 0
        while (byte := self._read_byte()) >= 0x80:
            number |= (byte & 0x7F) << shift
            shift += 7
            if shift > 63:
                raise ValueError("a page is damaged")
        return number | byte << shift

    def _read_byte(self) -> int:
        self._skip(1)
        return self._data[self._at - 1]

    def _skip(self, count: int) -> None:
        self._at += count
        if self._at > self._end:
            raise ValueError("a page is damaged")
