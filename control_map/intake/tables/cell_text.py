"""Cells as text: values of any kind written as text, and text cleaned of invisible and look-alike characters."""

import datetime as dt
import math
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from control_map.core.characters import TextRemark, clean_text, clean_texts

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


SPREADSHEET_ERROR = TextRemark("the cell holds a spreadsheet error and was read as empty", "Fix its formula")


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
    return clean_text(text).strip()


def clean_cells(cells: list[str]) -> tuple[pa.LargeStringArray, dict[TextRemark, list[int]]]:
    """Clean the cells of a column as `strip_invisible` does, and empty those in which a program wrote "no value".

    Returns
    -------
    tuple
        The clean cells, and for each remark the positions of the cells that it is about.
    """
    clean, remarks = clean_texts(cells)
    text = pc.utf8_trim_whitespace(pa.array(clean, pa.large_string()))
    errors = pc.is_in(text, _SPREADSHEET_ERRORS)
    if positions := _positions(errors):
        remarks[SPREADSHEET_ERROR] = positions
    return pc.if_else(pc.or_(errors, pc.is_in(text, _EMPTY_VALUES)), "", text), remarks


def find_unreadable(cells: pa.LargeStringArray) -> list[int]:
    """Return the positions of the cells in which a character could not be read."""
    return _positions(pc.match_substring(cells, REPLACEMENT_CHARACTER))


def _positions(mask: pa.BooleanArray) -> list[int]:
    return list(pc.indices_nonzero(mask).to_pylist())
