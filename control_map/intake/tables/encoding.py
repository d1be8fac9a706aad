"""In which encoding a text is written: its mark, UTF-8 where it is that, and otherwise the likeliest, which is told."""

import re
from typing import NamedTuple

from charset_normalizer import from_bytes

_MARKS = {
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
    b"\xef\xbb\xbf": "utf-8-sig",
}
"""The longer before the shorter that they begin with."""
_LIKELY = ["cp1251", "cp1256", "koi8_r", "cp1253", "cp1255", "gb18030", "big5", "shift_jis", "euc_kr"]
_SAMPLE = 100_000
_HEAD = 4_000
_ZEROS = 0.2
_MOSTLY = 0.5
_STRAY = 0.02
_FEW = 0.3
"""The share of characters that are not UTF-8 in a text that is."""
_BAD = re.compile("\ufffd")
_HIGH = re.compile(rb"[\x80-\xff]+")


class Encoding(NamedTuple):
    """What Python calls an encoding, and whether that is a guess."""

    name: str
    guessed: bool = False

    @property
    def title(self) -> str:
        """What people call it."""
        return self.name.replace("cp125", "Windows-125").replace("_", "-").upper().replace("WINDOWS", "Windows")


def detect_encoding(data: bytes) -> Encoding:
    """Tell how a text is encoded.

    A text that is UTF-8 but for a few bytes is taken for that: those bytes are at fault, not all others.
    """
    for mark, name in _MARKS.items():
        if data.startswith(mark):
            return Encoding(name)
    if name := _unmarked(data[:_HEAD]):
        return Encoding(name)
    if _is_utf8(data):
        return Encoding("utf-8")
    high = b" ".join(_HIGH.findall(data[: 20 * _SAMPLE])[:_SAMPLE])
    text = high.decode("utf-8", "replace")
    if len(_BAD.findall(text)) < _FEW * len(text.replace(" ", "")):
        return Encoding("utf-8")
    return Encoding(_guess(data), guessed=True)


def _unmarked(head: bytes) -> str:
    """Return which encoding of wide characters leaves zeros where these bytes have them, if one does.

    Each character of UTF-32 has a zero and most have two; of UTF-16 those have one that separate cells, and all Latin
    letters.
    """
    zeros = [part.count(0) / max(len(part), 1) for part in (head[place::4] for place in range(4))]
    for first, second, name in ((0, 1, "utf-32-be"), (3, 2, "utf-32-le")):
        if zeros[first] == 1 and zeros[second] > _MOSTLY:
            return name
    even, odd = (zeros[0] + zeros[2]) / 2, (zeros[1] + zeros[3]) / 2
    if max(even, odd) < _ZEROS or min(even, odd) > _STRAY:
        return ""
    return "utf-16-be" if even > odd else "utf-16-le"


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _guess(data: bytes) -> str:
    """Return the likeliest of the encodings of old programs.

    In the Latin ones a byte above 127 mostly stands alone between ASCII letters, as in Köln; in all others such bytes
    stand together as words. Among the Latin ones only the language could tell, and there is too little of it in names.
    """
    runs = _HIGH.findall(data[: 20 * _SAMPLE])
    if sum(len(run) for run in runs if len(run) > 1) < 0.5 * sum(map(len, runs)):
        return "cp1252"
    lines = b"\n".join([line for line in data[: 20 * _SAMPLE].splitlines() if _HIGH.search(line)])[:_SAMPLE]
    best = from_bytes(lines, cp_isolation=_LIKELY).best()
    return best.encoding if best else "cp1252"
