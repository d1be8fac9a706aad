"""Dates as people write them: with the day or the month first, with the name of a month, or as Excel counts them."""

import calendar
import datetime as dt
import re
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

ISO_PATTERN = r"\d{4}-\d{2}-\d{2}"
_TIME = r"(?:(?:T|,?\s+)\d{1,2}:\d{2}.*|T\d{4,6}Z?)?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){_TIME}")
_COMPACT = re.compile(rf"((?:19|20)\d\d)(\d\d)(\d\d){_TIME}")
_NUMBERS = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}){_TIME}")
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
_SHORT_YEAR = re.compile(r"(\d{1,2})-([a-z]{3,})-(\d{2})", re.IGNORECASE)
"""As Excel shows dates unless it is told otherwise."""
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_DAY_NAMED = re.compile(
    rf"{_WEEKDAY}(\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?[\s.,-]*([a-z]+)\.?[\s,-]*(\d{{4}}){_TIME}", re.IGNORECASE
)
_NAMED_DAY = re.compile(
    rf"{_WEEKDAY}([a-z]+)\.?[\s-]*(\d{{1,2}})(?:st|nd|rd|th)?[\s,-]+(\d{{4}}){_TIME}", re.IGNORECASE
)
_MONTH_NAMED = re.compile(r"([a-z]+)\.?[\s,-]*(\d{4})", re.IGNORECASE)
_YEAR_MONTH = re.compile(r"(\d{4})-(\d{2})")
_MONTHS = {
    name.lower(): number
    for names in (calendar.month_name, calendar.month_abbr)
    for number, name in enumerate(names)
    if name
} | {"sept": 9}
_DECEMBER = 12
_LAST_CENTURY = 69
_EXCEL_BEGINS = dt.date(1899, 12, 30)
"""Day 0 of Excel's count, as its day 60 is a 29 February 1900 that never was."""
_EXCEL_DAYS = range(7306, 73051)
"""From 1920 to 2099: other numbers of five digits are more likely something else."""


class DateForm(StrEnum):
    """How a date is written; the value says it of several."""

    ISO = "have the year first"
    DAY_FIRST = "have the day first"
    MONTH_FIRST = "have the month first"
    NAMED = "name the month"
    MONTH = "give no day: the last of the month is taken, with precision month,"
    SERIAL = "are days as Excel counts them"


_IN_ORDER = (
    (_YEAR_FIRST, 1, 2, 3, DateForm.ISO),
    (_COMPACT, 1, 2, 3, DateForm.ISO),
    (_DAY_NAMED, 3, 2, 1, DateForm.NAMED),
    (_NAMED_DAY, 3, 1, 2, DateForm.NAMED),
    (_SHORT_YEAR, 3, 2, 1, DateForm.NAMED),
)
"""How year, month and day stand in a date; the numbers are of the groups."""


class ParsedDate(NamedTuple):
    """A date that was read: as in 2021-07-09, and how it was written."""

    date: str
    form: DateForm


class DateOrder(NamedTuple):
    """What the dates of a table show of whether the day or the month comes first.

    Each is a date that can be read in this way only, or empty.
    """

    day_first: str = ""
    month_first: str = ""

    @property
    def decided(self) -> bool | None:
        """Whether the day comes first; None if the dates do not show it, or contradict each other."""
        return None if bool(self.day_first) == bool(self.month_first) else bool(self.day_first)


def detect_date_order(texts: Iterable[str]) -> DateOrder:
    """Return what dates show of whether the day or the month comes first."""
    day_first = month_first = ""
    for text in texts:
        found = _NUMBERS.fullmatch(text)
        if not found or found[2] == ".":
            continue
        first, second = int(found[1]), int(found[3])
        if first > _DECEMBER >= second:
            day_first = day_first or text
        elif second > _DECEMBER >= first:
            month_first = month_first or text
    return DateOrder(day_first, month_first)


def is_ambiguous(text: str) -> bool:
    """Say whether a date can be read with the day first and with the month first, and is not the same in both.

    With dots between, the day comes first wherever dates are written so.
    """
    found = _NUMBERS.fullmatch(text)
    if not found or found[2] == ".":
        return False
    first, second = int(found[1]), int(found[3])
    return first != second and 1 <= first <= _DECEMBER and 1 <= second <= _DECEMBER


def list_ambiguous_dates(texts: Iterable[str]) -> list[str]:
    """Return the dates that can be read in two ways, if the dates do not show in which."""
    dates = list(texts)
    return [date for date in dates if is_ambiguous(date)] if detect_date_order(dates).decided is None else []


def read_date_leniently(text: str, *, day_first: bool | None) -> ParsedDate | None:
    """Read a date, or return nothing if it is none, or none in the order that is said, or ambiguous and none is."""
    if found := _NUMBERS.fullmatch(text):
        return _in_numbers(text, found, day_first)
    for pattern, year, month, day, form in _IN_ORDER:
        if found := pattern.fullmatch(text):
            return _written(found[year], found[month], found[day], form)
    if found := _MONTH_NAMED.fullmatch(text):
        return _last_day(found[2], found[1])
    if found := _YEAR_MONTH.fullmatch(text):
        return _last_day(found[1], found[2])
    if (found := _SERIAL.fullmatch(text)) and int(found[1]) in _EXCEL_DAYS:
        return ParsedDate((_EXCEL_BEGINS + dt.timedelta(days=int(found[1]))).isoformat(), DateForm.SERIAL)
    return None


def _in_numbers(text: str, found: re.Match[str], day_first: bool | None) -> ParsedDate | None:
    first, mark, second, year = found.groups()
    if mark == ".":
        day_first = True
    elif day_first is None:
        if is_ambiguous(text):
            return None
        day_first = int(first) > _DECEMBER
    day, month = (first, second) if day_first else (second, first)
    return _written(year, month, day, DateForm.DAY_FIRST if day_first else DateForm.MONTH_FIRST)


def _in_full(year: str) -> int:
    """Return a year with its century: none is further ahead than 2068, as programs mostly have it."""
    return int(year) if len(year) > len("yy") else int(year) + (2000 if int(year) < _LAST_CENTURY else 1900)


def _month(text: str) -> int:
    return int(text) if text.isdigit() else _MONTHS.get(text.lower(), 0)


def _written(year: str, month: str, day: str, form: DateForm) -> ParsedDate | None:
    try:
        return ParsedDate(dt.date(_in_full(year), _month(month), int(day)).isoformat(), form)
    except ValueError:
        return None


def _last_day(year: str, month: str) -> ParsedDate | None:
    number = _month(month)
    if not (1 <= number <= _DECEMBER and int(year)):
        return None
    return _written(year, month, str(calendar.monthrange(int(year), number)[1]), DateForm.MONTH)
