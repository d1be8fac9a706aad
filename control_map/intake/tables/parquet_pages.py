"""Parquet files of strangers are opened in one way, and their pages are checked before they are unpacked.

The sizes in the footer need not be true.

A page of a few bytes can state that it unpacks to two gigabytes, which the Parquet library then reserves. What a page
states stands in its header, a structure in Thrift's compact protocol; see "Parquet format" (parquet.thrift, version
2.11) and "Thrift compact protocol encoding".
"""

from collections.abc import Collection, Iterator, Sequence

import pyarrow as pa
import pyarrow.parquet as pq

from control_map.core.limits import LIMITS
from control_map.intake.tables.table_builder import check_file_size

PARQUET_DAMAGE = (
    *(pa.ArrowException, OSError, ValueError, TypeError, LookupError, AttributeError, OverflowError, MemoryError),
    *(NotImplementedError, RecursionError),
)
"""What the Parquet library raises for a damaged file, and what comes of a description that is none of columns."""
_FOOTER_BYTES = 1 << 21
"""Of the description of the columns at the end of the file, far above any normal one: a few bytes of it can state
thousands of columns, for each of which the library needs a kilobyte."""
_FOOTER_ITEMS = 2_000
"""Entries of a list in the footer: columns with all that they contain, or groups of rows."""
_PARQUET = b"PAR1"
_FOOTER_END = 8
"""The last bytes of the file: the length of the footer, and the name of the format."""

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
_INTEGER, _BINARY, _STRUCT = 5, 8, 12
_OTHER_INTEGERS = frozenset({4, 6})
"""Of 16 and 64 bits; no header has them."""
_SIZES = {1: 0, 2: 0, 3: 1, 7: 8}
"""Bytes of a value that is true, false, a byte or a decimal number."""
_MOST_FIELD = 1 << 15
"""Above the number of any field; the library keeps 16 bits of it."""
_Fields = dict[int, "int | _Fields"]


def open_parquet(name: str, data: bytes, repeating: Sequence[str] = ()) -> pq.ParquetFile:
    """Open a Parquet file; the values of the columns `repeating` are then read each once, as a dictionary.

    Raises
    ------
    PackError
        If the description of its columns is larger than any normal one.
    OSError, ValueError and others
        If it is damaged, see `PARQUET_DAMAGE`.
    """
    footer = int.from_bytes(data[-_FOOTER_END:-4], "little") if data.endswith(_PARQUET) else 0
    fix = "Save it again with fewer columns and groups of rows, or in another format"
    check_file_size(name, footer, _FOOTER_BYTES, fix, verb="describes its columns in")
    return pq.ParquetFile(
        pa.BufferReader(data),
        read_dictionary=list(repeating),
        thrift_string_size_limit=_FOOTER_BYTES,
        thrift_container_size_limit=_FOOTER_ITEMS,
    )


def count_rows(metadata: pq.FileMetaData) -> int:
    """Return the rows of a file, as its footer or the groups in it state more of them."""
    groups = map(metadata.row_group, range(metadata.num_row_groups))
    return max(int(metadata.num_rows), sum(int(group.num_rows) for group in groups))


def check_pages(data: bytes, metadata: pq.FileMetaData, columns: Collection[str], most_bytes: int) -> int:
    """Return the number of bytes to which the pages of some columns unpack.

    Parameters
    ----------
    data
        The whole file.
    metadata
        Its footer.
    columns
        The names of the columns that will be read.
    most_bytes
        To which they may unpack.

    Raises
    ------
    ValueError
        If a page is damaged, would unpack without bound, or states more than it can hold.
    """
    read = _HeaderReader(data)
    most = min(most_bytes, max(LIMITS.ratio * len(data), _LEAST_UNPACKED))
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
                limit = f"{most / 1e6:,.0f} MB, the most that a file of {len(data) / 1e6:,.1f} MB may unpack to"
                raise ValueError(f"it unpacks to more than {limit if most < most_bytes else f'{most / 1e6:,.0f} MB'}")
            details = header.get(_DETAILS.get(kind, 0), {})
            if not isinstance(details, dict):
                raise ValueError("a page is damaged")  # noqa: TRY004, as all damage is one kind of error here
            if kind == _DICTIONARY and _number(details, _VALUES) > size:
                raise ValueError("a page states more values than it can hold")
            if kind in _DETAILS and _number(details, _ENCODING[kind]) in _GROWING:
                raise ValueError("its texts are written as differences (DELTA), which is not read")
    return unpacked


def _list_chunks(metadata: pq.FileMetaData, columns: Collection[str]) -> Iterator[tuple[int, int]]:
    """Yield where the pages of each column begin and end, as the Parquet library finds them."""
    inside = tuple(f"{column}." for column in columns)
    for place in range(metadata.num_columns):
        path = metadata.schema.column(place).path
        if path not in columns and not path.startswith(inside):
            continue
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
            if field in fields or not 0 < field < _MOST_FIELD:
                raise ValueError("a page is damaged")
            if kind == _INTEGER:
                fields[field] = self._read_integer()
            elif kind == _STRUCT:
                fields[field] = self._read_struct(depth + 1)
            else:
                self._pass_over(kind)
        return fields

    def _pass_over(self, kind: int) -> None:
        """Pass over a value as the library does, for which a field with another type than it has is not there."""
        if kind in _OTHER_INTEGERS:
            self._read_varint()
        elif kind == _BINARY:
            self._skip(self._read_varint())
        elif kind in _SIZES:
            self._skip(_SIZES[kind])
        else:  # no header has a list
            raise ValueError("a page is damaged")

    def _read_integer(self) -> int:
        number = self._read_varint()
        if number >> 32:  # the library would keep the last 32 bits
            raise ValueError("a page is damaged")
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
