"""The encoding of a text is detected: by its byte order mark, as UTF-8, or else as the likeliest guess."""

import codecs
import re
from typing import NamedTuple

from charset_normalizer import from_bytes

from control_map.intake.tables.cell_text import REPLACEMENT_CHARACTER

_MARKS = {
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
    b"\xef\xbb\xbf": "utf-8-sig",
}
"""The longer marks stand before the shorter ones that they begin with."""
_LIKELY = ["cp1251", "cp1256", "koi8_r", "cp1253", "cp1255", "gb18030", "big5", "shift_jis", "euc_kr"]
_SAMPLE = 100_000
_BLOCK = 1 << 22
_HEAD = 4_000
_FEWEST_ZEROS = 0.2
_MOST_STRAY_ZEROS = 0.02
_MOSTLY = 0.5
_FEW_BAD = 0.3
"""The share of non-ASCII characters that may be damaged in a text that is still taken for UTF-8."""
_HIGH = re.compile(rb"[\x80-\xff]+")


class Encoding(NamedTuple):
    """The Python name of an encoding, and whether it is a guess."""

    name: str
    guessed: bool = False

    @property
    def title(self) -> str:
        """The usual name of the encoding."""
        return self.name.replace("cp125", "Windows-125").replace("_", "-").upper().replace("WINDOWS", "Windows")


def detect_encoding(data: bytes) -> Encoding:
    """Detect the encoding of a text.

    A text that is UTF-8 but for a few bytes is taken for UTF-8: those bytes are wrong, not all the others.
    """
    for mark, name in _MARKS.items():
        if data.startswith(mark):
            return Encoding(name)
    if name := _detect_wide(data[:_HEAD]):
        return Encoding(name)
    if _is_utf8(data):
        return Encoding("utf-8")
    text = b" ".join(_HIGH.findall(data[: 20 * _SAMPLE])[:_SAMPLE]).decode("utf-8", "replace")
    if text.count(REPLACEMENT_CHARACTER) < _FEW_BAD * len(text.replace(" ", "")):
        return Encoding("utf-8")
    return Encoding(_guess(data), guessed=True)


def _is_utf8(data: bytes) -> bool:
    """Whether a text is UTF-8; it is read in blocks, as it can be four times as large in memory."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(data), _BLOCK):
            decoder.decode(data[start : start + _BLOCK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _detect_wide(head: bytes) -> str:
    """Return the encoding of two or four bytes per character whose zero bytes stand as these do, or an empty text.

    Each character of UTF-32 has one zero byte and most have two; in UTF-16 those that separate cells and all Latin
    letters have one.
    """
    zeros = [part.count(0) / max(len(part), 1) for part in (head[place::4] for place in range(4))]
    for first, second, name in ((0, 1, "utf-32-be"), (3, 2, "utf-32-le")):
        if zeros[first] == 1 and zeros[second] > _MOSTLY:
            return name
    even, odd = (zeros[0] + zeros[2]) / 2, (zeros[1] + zeros[3]) / 2
    if max(even, odd) < _FEWEST_ZEROS or min(even, odd) > _MOST_STRAY_ZEROS:
        return ""
    return "utf-16-be" if even > odd else "utf-16-le"


def _guess(data: bytes) -> str:
    """Return the likeliest of the encodings of old programs.

    In Latin encodings a byte above 127 mostly stands alone between ASCII letters, as in Köln; in all others such bytes
    form whole words. Only the language could distinguish the Latin ones, and names contain too little of it.
    """
    runs = _HIGH.findall(data[: 20 * _SAMPLE])
    if sum(len(run) for run in runs if len(run) > 1) < 0.5 * sum(map(len, runs)):
        return "cp1252"
    lines = b"\n".join([line for line in data[: 20 * _SAMPLE].splitlines() if _HIGH.search(line)])[:_SAMPLE]
    best = from_bytes(lines, cp_isolation=_LIKELY).best()
    return best.encoding if best else "cp1252"
