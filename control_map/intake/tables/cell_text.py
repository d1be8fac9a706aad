"""Cells as text: values of any kind written as text, and text cleaned of invisible and look-alike characters.

Every change of a text is reported, as the user may have been meant to see something else: a direction mark makes a name
read backwards, and a Cyrillic letter in a Latin word makes two names of one. Letters of any script are kept.
"""

import datetime as dt
import math
import re
from decimal import Decimal
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

_JOINERS = "\u200c\u200d"
_HIDDEN = (
    r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    r"\ufff9-\ufffb\ufffe\uffff"
)
# Between two letters of these scripts the joiners are part of the spelling, as in Persian.
_JOINING_LETTERS = r"\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\u0900-\u0dff"
_INVISIBLE = re.compile(
    rf"[{_HIDDEN}\ud800-\udfff]|(?<![{_JOINING_LETTERS}])[{_JOINERS}]+|[{_JOINERS}]+(?![{_JOINING_LETTERS}])"
)
_MAYBE_INVISIBLE = re.compile(rf"[{_HIDDEN}{_JOINERS}\ud800-\udfff]")
_MIXED_WORD = r"\p{Latin}\S*[\p{Cyrillic}\p{Greek}]|[\p{Cyrillic}\p{Greek}]\S*\p{Latin}"
_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_LATIN_LOOKALIKES = str.maketrans(
    "\u0410\u0412\u0415\u0405\u0406\u0408\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425"
    "\u0430\u0435\u0455\u0456\u0458\u043e\u0440\u0441\u0443\u0445\u04bb\u0501\u051b\u051d"
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf",
    "ABESIJKMHOPCTYXaesijopcyxhdqwABEZHIKMNOPTYXo",
)
"""Cyrillic letters, then Greek ones, and the Latin letters that they look like."""
_EMPTY_VALUES = pa.array(
    [
        *("nan", "NaN", "-nan", "NULL", "null", "NA", "N/A", "n/a", "<NA>", "None", "NaT", r"\N"),
        *("inf", "-inf", "Infinity", "-Infinity"),
    ],
    pa.large_string(),
)
"""How programs write an empty cell, case-sensitive: Nan is a province."""
_SPREADSHEET_ERRORS = pa.array(
    ["#N/A", "#VALUE!", "#REF!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"], pa.large_string()
)
REPLACEMENT_CHARACTER = "\ufffd"
"""What decoders put in place of a character that could not be read."""
_MOST_DIGITS = 100
_EXACT_BELOW = 1e15
"""Below this, a float holds every whole number exactly."""


class CellRemark(NamedTuple):
    """What the user should know about how some cells were read, and how to fix them."""

    problem: str
    fix: str


HIDDEN_CHARACTERS = CellRemark(
    "invisible characters were removed, such as marks that change the direction of the text",
    "Nothing needs to be done, unless the text now reads differently",
)
MIXED_SCRIPTS = CellRemark(
    "characters of another script that look like Latin letters were replaced by Latin ones",
    "Check that the names are right",
)
SPREADSHEET_ERROR = CellRemark("the cell holds a spreadsheet error and was read as empty", "Fix its formula")


def format_number(number: float) -> str:
    """Write a number: a whole one without a decimal point, others with 15 digits; NaN and infinity are empty."""
    if not math.isfinite(number):
        return ""
    return f"{number:.0f}" if number.is_integer() and abs(number) < _EXACT_BELOW else f"{number:.15g}"


def format_datetime(moment: dt.datetime | dt.date | dt.time | dt.timedelta) -> str:
    """Write a date or time in ISO 8601; midnight is written as the date alone."""
    if isinstance(moment, dt.datetime):
        return moment.date().isoformat() if moment.time() == dt.time() else moment.isoformat(timespec="seconds")
    return str(moment) if isinstance(moment, dt.timedelta) else moment.isoformat()


def format_value(value: object) -> str:
    """Write a value of any type that is not nested; a missing value is an empty text."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return format_number(value)
    if isinstance(value, Decimal):
        return f"{value:f}" if value.is_finite() and abs(value.adjusted()) < _MOST_DIGITS else str(value)
    return format_datetime(value) if isinstance(value, (dt.date, dt.time, dt.timedelta)) else str(value)


def strip_invisible(text: str) -> str:
    """Remove invisible characters and surrounding space, and write words of look-alike letters in Latin ones."""
    return _replace_lookalikes(_INVISIBLE.sub("", text)).strip()


def clean_cells(cells: list[str]) -> tuple[pa.LargeStringArray, dict[CellRemark, list[int]]]:
    """Clean the cells of a column as `strip_invisible` does, and empty those in which a program wrote "no value".

    Returns
    -------
    tuple
        The clean cells, and for each remark the positions of the cells that it is about.
    """
    remarks: dict[CellRemark, list[int]] = {}
    if _MAYBE_INVISIBLE.search("\n".join(cells)):
        visible = [_INVISIBLE.sub("", cell) for cell in cells]
        remarks[HIDDEN_CHARACTERS] = [place for place, cell in enumerate(cells) if cell != visible[place]]
        cells = visible
    text = pc.utf8_trim_whitespace(pa.array(cells, pa.large_string()))
    if not pc.all(pc.string_is_ascii(text)).as_py():
        mixed = _positions(pc.match_substring_regex(text, _MIXED_WORD))
        replaced = {place: new for place in mixed if (new := _replace_lookalikes(old := text[place].as_py())) != old}
        if replaced:
            remarks[MIXED_SCRIPTS] = list(replaced)
            text = pa.array([replaced.get(n, cell) for n, cell in enumerate(text.to_pylist())], pa.large_string())
    errors = pc.is_in(text, _SPREADSHEET_ERRORS)
    remarks[SPREADSHEET_ERROR] = _positions(errors)
    text = pc.if_else(pc.or_(errors, pc.is_in(text, _EMPTY_VALUES)), "", text)
    return text, {remark: positions for remark, positions in remarks.items() if positions}


def find_unreadable(cells: pa.LargeStringArray) -> list[int]:
    """Return the positions of the cells in which a character could not be read."""
    return _positions(pc.match_substring(cells, REPLACEMENT_CHARACTER))


def _positions(mask: pa.BooleanArray) -> list[int]:
    return list(pc.indices_nonzero(mask).to_pylist())


def _replace_lookalikes(text: str) -> str:
    """Write words that mix Latin letters with look-alikes in Latin letters; other words stay as they are."""

    def replace(match: re.Match[str]) -> str:
        word = match[0]
        latin = word.translate(_LATIN_LOOKALIKES)
        imitates = latin != word and _LATIN.search(word) and all(_LATIN.match(letter) for letter in latin)
        return latin if imitates else word

    return _WORD.sub(replace, text)
