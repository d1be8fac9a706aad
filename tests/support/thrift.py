"""Structures in Thrift's compact protocol, and Parquet files made of them that say whatever a test wants."""

from typing import NamedTuple

import pyarrow as pa

Value = tuple[int, bytes]
"""The number of a type, and the value's bytes."""
REQUIRED, OPTIONAL = 0, 1
BYTE_ARRAY = 6
PLAIN, RLE, DELTA_BYTE_ARRAY, RLE_DICTIONARY = 0, 3, 7, 8
ZSTD = 6


def varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def integer(number: int) -> Value:
    return 6, varint(number << 1 if number >= 0 else (-number << 1) - 1)


def small(number: int) -> Value:
    return 5, integer(number)[1]


def text(words: str) -> Value:
    return 8, varint(len(words.encode())) + words.encode()


def struct(fields: dict[int, Value]) -> Value:
    out, last = b"", 0
    for field, (kind, value) in fields.items():
        step = field - last
        out += (bytes([step << 4 | kind]) if 0 < step < 16 else bytes([kind]) + integer(field)[1]) + value
        last = field
    return 12, out + b"\0"


def many(values: list[Value], stated: int | None = None) -> Value:
    """A list, which can state more values than it has."""
    return 9, bytes([0xF0 | (values[0][0] if values else 12)]) + varint(
        len(values) if stated is None else stated
    ) + b"".join(value for _, value in values)


def page(kind: int, details: int, fields: dict[int, Value], contents: bytes, unpacked: int | None = None) -> bytes:
    """A page, packed with Zstandard, which can state another size than it has."""
    packed = pa.Codec("zstd").compress(contents).to_pybytes()
    size = len(contents) if unpacked is None else unpacked
    return struct({1: small(kind), 2: small(size), 3: small(len(packed)), details: struct(fields)})[1] + packed


def data_page(values: int, contents: bytes, encoding: int = PLAIN, unpacked: int | None = None) -> bytes:
    fields = {1: small(values), 2: small(encoding), 3: small(RLE), 4: small(RLE)}
    return page(0, 5, fields, contents, unpacked)


def dictionary_page(values: int, contents: bytes, unpacked: int | None = None) -> bytes:
    return page(2, 7, {1: small(values), 2: small(PLAIN)}, contents, unpacked)


class Chunk(NamedTuple):
    """The pages of one column of texts without missing values; a dictionary stands first."""

    pages: bytes
    values: int
    has_dictionary: bool = False


def parquet(
    chunk: Chunk,
    rows: int | None = None,
    *,
    stated: int | None = None,
    columns: list[Value] | None = None,
    metadata: Value | None = None,
) -> bytes:
    """A Parquet file of a column `t` of texts; `stated` is the number of rows at the head of its footer."""
    rows = chunk.values if rows is None else rows
    place = {9: integer(4)} | ({11: integer(4)} if chunk.has_dictionary else {})
    if chunk.has_dictionary:
        place[9] = integer(5)
    numbers = {5: integer(chunk.values), 6: integer(100), 7: integer(len(chunk.pages))}
    meta = {1: small(BYTE_ARRAY), 2: many([small(PLAIN)]), 3: many([text("t")]), 4: small(ZSTD)} | numbers | place
    group = struct({1: many([struct({2: integer(4), 3: struct(meta)})]), 2: integer(100), 3: integer(rows)})
    schema = columns or [column("schema", children=1), column("t")]
    stated = rows if stated is None else stated
    fields = {1: small(2), 2: many(schema), 3: integer(stated), 4: many([group])}
    footer = struct(fields | ({5: metadata} if metadata else {}))[1]
    return b"PAR1" + chunk.pages + footer + len(footer).to_bytes(4, "little") + b"PAR1"


def column(name: str, *, children: int = 0) -> Value:
    """A column of texts, or one that contains others."""
    if children:
        return struct({3: small(REQUIRED), 4: text(name), 5: small(children)})
    return struct({1: small(BYTE_ARRAY), 3: small(REQUIRED), 4: text(name), 6: small(0)})


def footer_only(footer: bytes) -> bytes:
    return b"PAR1" + footer + len(footer).to_bytes(4, "little") + b"PAR1"
