"""The encoding of a text is detected: by its byte order mark, as UTF-8, or else as the likeliest guess."""

import codecs
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from charset_normalizer import from_bytes

from control_map.core.errors import Fault, UnknownNameError
from control_map.intake.tables.cell_text import REPLACEMENT_CHARACTER
from control_map.intake.tables.table_builder import RawTable, Reading

_MARKS = {
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
    b"\xef\xbb\xbf": "utf-8-sig",
}
"""The longer marks stand before the shorter ones that they begin with."""
_Script = tuple[tuple[str, str], tuple[str, ...]]
_CYRILLIC: _Script = (
    ("\u0430-\u044fё\u0456їєґў", "\u0410-\u042fЁ\u0406ЇЄҐЎ"),
    ("cp1251", "koi8_u", "mac_cyrillic", "cp866", "iso8859_5"),
)
_OTHER_SCRIPTS: tuple[_Script, ...] = (
    (("\u0621-\u06d3", ""), ("cp1256", "iso8859_6")),
    (("\u03ac-\u03ce\u0390", "\u0386-\u038f\u0391-\u03ab"), ("cp1253", "mac_greek")),
    (("\u05d0-\u05ea", ""), ("cp1255",)),
)
_LATIN: _Script = (
    ("a-zß-öø-ÿāăąćčďđēęěğįıłńňőœřśşšťţūůűźżž", "A-ZÀ-ÖØ-ÞŁŚŞŠŹŻŽČĆİŁĐ"),
    ("cp1252", "mac_roman", "cp850", "cp1250"),
)
"""The small and the capital letters of a script, and the encodings of old programs for it, the likeliest first."""
_EAST_ASIAN = ["gb18030", "big5", "shift_jis", "euc_kr"]
_WELL_FORMED = 0.9
"""The share of letters in words as people write them, from which a guess is taken for right."""
CHOICES: Mapping[str, str] = {
    "utf_8": "UTF-8",
    "utf_16": "UTF-16",
    "cp1252": "Windows-1252 (Western European)",
    "cp1250": "Windows-1250 (Central European)",
    "cp1254": "Windows-1254 (Turkish)",
    "mac_roman": "Mac Roman",
    "cp850": "DOS 850 (Western European)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "koi8_r": "KOI8-R (Russian)",
    "koi8_u": "KOI8-U (Ukrainian)",
    "mac_cyrillic": "Mac Cyrillic",
    "cp866": "DOS 866 (Cyrillic)",
    "iso8859_5": "ISO 8859-5 (Cyrillic)",
    "cp1256": "Windows-1256 (Arabic, Persian)",
    "iso8859_6": "ISO 8859-6 (Arabic)",
    "cp1253": "Windows-1253 (Greek)",
    "mac_greek": "Mac Greek",
    "cp1255": "Windows-1255 (Hebrew)",
    "gb18030": "GB 18030 (Chinese)",
    "big5": "Big5 (Chinese)",
    "shift_jis": "Shift JIS (Japanese)",
    "euc_kr": "EUC-KR (Korean)",
}
"""The encodings that a user can choose, by the name that Python has for each, with the name that is shown."""
_SAMPLE = 100_000
_BLOCK = 1 << 22
_HEAD = 4_000
_FEWEST_ZEROS = 0.2
_MOST_STRAY_ZEROS = 0.02
_MOSTLY = 0.5
_FEW_BAD = 0.3
"""The share of non-ASCII characters that may be damaged in a text that is still taken for UTF-8."""
_HIGH = re.compile(rb"[\x80-\xff]+")
_ANY_WORD = re.compile(r"[^\W\d_]+")


class Encoding(NamedTuple):
    """The Python name of an encoding, and whether it is a guess; `others` are as likely."""

    name: str
    guessed: bool = False
    others: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The usual name of the encoding."""
        return CHOICES.get(self.name.replace("-", "_"), self.name.upper())

    def remark_on(self, table: RawTable) -> RawTable:
        """Return a table that was read in this encoding; if that is a guess, with a remark on it."""
        if not self.guessed:
            return table
        problem = f"the text is not UTF-8; it was read as {self.title}, which is a guess"
        if self.others:
            problem += f", and {' or '.join(CHOICES[other] for other in self.others)} is as likely"
        example = (self.others or ("cp1251",))[0].replace("_", "-")
        fix = f"Check that the names are right; if not, choose the encoding (--encoding {example}), or save it as UTF-8"
        read = table.with_faults(Fault(table.name, 0, "", problem, fix, kept=True))
        return replace(read, reading=Reading(encoding=self.name))


def choose_encoding(data: bytes, chosen: str = "") -> Encoding:
    """Return the encoding that the user chose, as `find_choice` returns it, or detect it."""
    if chosen == "utf_8" and data.startswith(codecs.BOM_UTF8):
        return Encoding("utf-8-sig")
    return Encoding(chosen) if chosen else detect_encoding(data)


def find_choice(name: str) -> str:
    """Return the key in `CHOICES` of an encoding by any name that Python knows it by.

    Raises
    ------
    UnknownNameError
        If it is none of them.
    """
    try:
        found = codecs.lookup(name).name.replace("-", "_")
    except LookupError:
        found = ""
    if found not in CHOICES:
        raise UnknownNameError("encoding", name, [each.replace("_", "-") for each in CHOICES], complete=True)
    return found


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
    return _guess(data)


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


def _guess(data: bytes) -> Encoding:
    """Return the likeliest of the encodings of old programs.

    In Latin encodings a byte above 127 mostly stands alone between ASCII letters, as in Köln; in all others such bytes
    form whole words. In the right one the words are of one script, and in small letters, in capitals, or with a capital
    at the beginning; a wrong one turns capitals to small letters, or letters to signs.
    """
    runs = _HIGH.findall(data[: 20 * _SAMPLE])
    is_latin = sum(len(run) for run in runs if len(run) > 1) < 0.5 * sum(map(len, runs))
    lines = b"\n".join([line for line in data[: 20 * _SAMPLE].splitlines() if _HIGH.search(line)])[:_SAMPLE]
    shares = _share_well_formed(lines, _LATIN) if is_latin else _share_well_formed(lines, _CYRILLIC, *_OTHER_SCRIPTS)
    if not is_latin and max(shares.values()) < _WELL_FORMED:
        latin = _share_well_formed(lines, _LATIN)
        if max(latin.values()) >= _WELL_FORMED:
            is_latin, shares = True, latin
    best, *others = [name for name, share in shares.items() if share == max(shares.values())]
    if is_latin:
        return Encoding(best, guessed=True)  # those that are as likely have the same letters here
    if shares[best] < _WELL_FORMED:
        found = from_bytes(lines, cp_isolation=[*shares, *_EAST_ASIAN]).best()
        return Encoding(found.encoding if found else best, guessed=True)
    if others:
        found = from_bytes(lines, cp_isolation=[best, *others]).best()
        others = [name for name in (best, *others) if found is None or name != found.encoding]
        best = found.encoding if found else others.pop(0)
    same = lines.decode(best, "replace")
    return Encoding(best, guessed=True, others=tuple(name for name in others if lines.decode(name, "replace") != same))


def _share_well_formed(lines: bytes, *scripts: _Script) -> dict[str, float]:
    """Return for each encoding the share of the characters above 127 that would be in well-formed words."""
    shares = {}
    for (small, capital), names in scripts:
        word = re.compile(rf"[{capital or small}]?[{small}]+|[{capital or small}]+")
        for name in names:
            text = lines.decode(name, errors="replace")
            words = [found for found in _ANY_WORD.findall(text) if word.fullmatch(found)]
            shares[name] = _count_high("".join(words)) / max(_count_high(text), 1)
    return shares


def _count_high(text: str) -> int:
    return len(text) - sum(map(str.isascii, text))
