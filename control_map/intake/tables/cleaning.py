"""The text of brought tables without what cannot be seen or is not what it looks like; the one place for it.

What is taken out or replaced is told, as a reader may have been meant to see something else: a mark of direction makes
a name read backwards, and a Cyrillic letter in a Latin word makes two names of one. Letters of any script are kept.
"""

import re
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

_JOINERS = "\u200c\u200d"
_HIDDEN = (
    r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    r"\ufff9-\ufffb\ufffe\uffff"
)
# Where a letter of such a script stands on both sides, the joiners are part of the spelling, as in Persian.
_JOINED = r"\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\u0900-\u0dff"
_UNSEEN = re.compile(rf"[{_HIDDEN}\ud800-\udfff]|(?<![{_JOINED}])[{_JOINERS}]+|[{_JOINERS}]+(?![{_JOINED}])")
_MAY_BE_UNSEEN = re.compile(rf"[{_HIDDEN}{_JOINERS}\ud800-\udfff]")
_MIXED = r"\p{Latin}\S*[\p{Cyrillic}\p{Greek}]|[\p{Cyrillic}\p{Greek}]\S*\p{Latin}"
_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_LOOKS_LIKE = str.maketrans(
    "\u0410\u0412\u0415\u0405\u0406\u0408\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425"
    "\u0430\u0435\u0455\u0456\u0458\u043e\u0440\u0441\u0443\u0445\u04bb\u0501\u051b\u051d"
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf",
    "ABESIJKMHOPCTYXaesijopcyxhdqwABEZHIKMNOPTYXo",
)
"""Cyrillic and then Greek letters, and the Latin ones that they look like."""
_NOTHING = pa.array(
    [
        *("nan", "NaN", "-nan", "NULL", "null", "NA", "N/A", "n/a", "<NA>", "None", "NaT", r"\N"),
        *("inf", "-inf", "Infinity", "-Infinity"),
    ],
    pa.large_string(),
)
"""How programs write that there is nothing, as exactly as they do: Nan is a province."""
_ERRORS = pa.array(
    ["#N/A", "#VALUE!", "#REF!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"], pa.large_string()
)
REPLACEMENT_CHARACTER = "\ufffd"
"""What stands for a character that could not be read."""


class CellRemark(NamedTuple):
    """Something about a cell that its reader should know of."""

    problem: str
    fix: str


HIDDEN_CHARACTERS = CellRemark(
    "invisible characters were taken out, such as marks that turn the direction of the text",
    "Nothing needs to be done, unless the text reads otherwise now",
)
MIXED_SCRIPTS = CellRemark(
    "letters of another script that look like Latin ones were replaced by those",
    "Check that the names are those that are meant",
)
SPREADSHEET_ERROR = CellRemark(
    "an error of the spreadsheet stands in place of a value; it counts as empty", "Mend its formula"
)


class CleanedCells(NamedTuple):
    """Clean cells, and for each remark the positions of the cells that it is about."""

    cells: pa.LargeStringArray
    remarks: dict[CellRemark, list[int]]


def strip_invisible(text: str) -> str:
    """Return text without what cannot be seen, trimmed, with Latin letters where others pretend to be such."""
    return _unmixed(_UNSEEN.sub("", text)).strip()


def clean_cells(cells: list[str]) -> CleanedCells:
    """Return the cells of a column as they are to be read: see `visible`, and empty where a program wrote nothing."""
    remarks: dict[CellRemark, list[int]] = {}
    if _MAY_BE_UNSEEN.search("\n".join(cells)):
        seen = [_UNSEEN.sub("", cell) for cell in cells]
        remarks[HIDDEN_CHARACTERS] = [
            number for number, (old, new) in enumerate(zip(cells, seen, strict=True)) if old != new
        ]
        cells = seen
    text = pc.utf8_trim_whitespace(pa.array(cells, pa.large_string()))
    if not pc.all(pc.string_is_ascii(text)).as_py():
        mixed = _where(pc.match_substring_regex(text, _MIXED))
        replaced = {number: new for number in mixed if (new := _unmixed(old := text[number].as_py())) != old}
        if replaced:
            remarks[MIXED_SCRIPTS] = list(replaced)
            text = pa.array([replaced.get(n, cell) for n, cell in enumerate(text.to_pylist())], pa.large_string())
    errors = pc.is_in(text, _ERRORS)
    remarks[SPREADSHEET_ERROR] = _where(errors)
    text = pc.if_else(pc.or_(errors, pc.is_in(text, _NOTHING)), "", text)
    return CleanedCells(text, {remark: where for remark, where in remarks.items() if where})


def find_unreadable(cells: pa.LargeStringArray) -> list[int]:
    """Return the positions of the cells in which a character could not be read."""
    return _where(pc.match_substring(cells, REPLACEMENT_CHARACTER))


def _where(mask: pa.BooleanArray) -> list[int]:
    return list(pc.indices_nonzero(mask).to_pylist())


def _unmixed(text: str) -> str:
    """Write words of Latin letters and such that look like them in Latin letters; other words stay."""

    def unmix(match: re.Match[str]) -> str:
        word = match[0]
        latin = word.translate(_LOOKS_LIKE)
        pretends = latin != word and _LATIN.search(word) and all(_LATIN.match(letter) for letter in latin)
        return latin if pretends else word

    return _WORD.sub(unmix, text)
