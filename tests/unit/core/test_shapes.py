"""Shapes of strangers are read as the library reads them, and what would end the process is not given to it."""

import itertools
import struct
import subprocess
import sys

import pytest
import shapely

from control_map.core.shapes import read_wkb

LEVELS = 50_000
"""Of shapes inside shapes, at which the library's stack is full."""
FLAGS = [sum(flags) for flags in itertools.product((0, 0x80000000), (0, 0x40000000), (0, 0x20000000))]
BITS = [0, 1 << 16, 1 << 28, 0x1FFF0000]
"""Bits of a code that the library passes over."""
THOUSANDS = [0, 1000, 2000, 3000, 4000, 65000]
CHILD = {4: 1, 5: 2, 6: 3, 7: 1}
"""The kind of the shapes in a shape, by its kind."""


def shape(order: str, code: int, ordinates: int) -> bytes:
    """A shape of any kind, in which there is another one if it is of a kind that contains others."""
    srid = struct.pack(f"{order}I", 4326) if code & 0x20000000 else b""
    head = bytes([order == "<"]) + struct.pack(f"{order}I", code) + srid
    points = [struct.pack(f"{order}4d", *at, 5, 6)[: 8 * ordinates] for at in ((0, 0), (0, 1), (1, 1), (0, 0))]
    kind = (code & 0xFFFF) % 1000
    if kind in CHILD:
        return head + struct.pack(f"{order}I", 1) + shape(order, code - kind + CHILD[kind], ordinates)
    if kind == 1:
        return head + points[0]
    return head + struct.pack(f"{order}I", 1) * (kind == 3) + struct.pack(f"{order}I", 4) + b"".join(points)


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_shape_is_read_as_the_library_reads_it_under_any_code(order: str) -> None:
    for thousands, flags, bits, kind in itertools.product(THOUSANDS, FLAGS, BITS, range(18)):
        code = kind + thousands | flags | bits
        heights = flags & 0x80000000 or thousands in {1000, 3000}
        measures = flags & 0x40000000 or thousands in {2000, 3000}
        value = shape(order, code, 2 + bool(heights) + bool(measures))
        (found,) = read_wkb([value])
        curved = kind in range(8, 13)
        expected = None if curved else shapely.from_wkb(value, on_invalid="ignore")
        assert (found is None) == (expected is None) == (kind not in {1, 2, 3, *CHILD}), hex(code)
        assert found is None or shapely.to_wkb(found) == shapely.to_wkb(expected), hex(code)


def test_shapes_nested_under_any_code_are_not_given_to_the_library() -> None:
    code = f"""
import itertools, struct
from control_map.core.shapes import read_wkb
for kind, thousands, flags, bits, order in itertools.product(range(4, 18), {THOUSANDS}, {FLAGS}, {BITS}, "<>"):
    code = kind + thousands | flags | bits
    srid = b"0000" if code & 0x20000000 else b""
    level = bytes([order == "<"]) + struct.pack(order + "I", code) + srid + struct.pack(order + "I", 1)
    assert read_wkb([level * {LEVELS}])[0] is None, hex(code)
for order in (2, 48, 49, 255):  # the library then keeps to the order that it has
    level = bytes([order]) + struct.pack(">II", 7, 1)
    assert read_wkb([bytes(1) + level[1:] + level * {LEVELS}])[0] is None
level = b"\\1" + struct.pack("<II", 7, 1)
assert read_wkb([level.hex().encode() * {LEVELS}])[0] is None
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
