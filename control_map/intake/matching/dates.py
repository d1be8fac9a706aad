"""The lenient date reader: day or month first, with the name of a month, or as Excel counts days."""

import calendar
import datetime as dt
import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

ISO_PATTERN = r"\d{4}-\d{2}-\d{2}"
_TIME = r"(?:(?:T|,?\s+)\d{1,2}:\d{2}.*|T\d{4,6}Z?)?"
_NUMBERS = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}){_TIME}")
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_MONTH_AND_YEAR = re.compile(r"(?P<month>[a-z]+)\.?[\s,-]*(?P<year>\d{4})", re.IGNORECASE)
_YEAR_AND_MONTH = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})")
_MONTHS = {"sept": 9} | {
    name.lower(): number for names in (calendar.month_name, calendar.month_abbr) for number, name in enumerate(names)
}
_DECEMBER = 12
_LAST_CENTURY = 69
"""Two-digit years from here on are of the 20th century, as in most programs."""
_EXCEL_EPOCH = dt.date(1899, 12, 30)
"""Day 0 of Excel's count, whose day 60 is a 29 February 1900 that did not exist."""
_EXCEL_DAYS = range(7306, 73051)
"""1920 to 2099: other numbers of five digits are more likely something else."""


class DateForm(StrEnum):
    """How a date is written; the value says it of several dates."""

    ISO = "have the year first"
    DAY_FIRST = "have the day first"
    MONTH_FIRST = "have the month first"
    NAMED = "name the month"
    MONTH = "have no day: the last of the month is used, with precision month,"
    SERIAL = "are day numbers of Excel"


_YEAR, _MONTH, _DAY = r"(?P<year>\d{4})", r"(?P<month>[a-z]+)", r"(?P<day>\d{1,2})"
_UNAMBIGUOUS = tuple(
    (re.compile(pattern), form)
    for form, pattern in (
        (DateForm.ISO, rf"{_YEAR}[-/.](?P<month>\d{{1,2}})[-/.]{_DAY}{_TIME}"),
        (DateForm.ISO, rf"(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d){_TIME}"),
        (DateForm.NAMED, rf"(?i){_WEEKDAY}{_DAY}(?:st|nd|rd|th)?(?:\s+of)?[\s.,-]*{_MONTH}\.?[\s,-]*{_YEAR}{_TIME}"),
        (DateForm.NAMED, rf"(?i){_WEEKDAY}{_MONTH}\.?[\s-]*{_DAY}(?:st|nd|rd|th)?[\s,-]+{_YEAR}{_TIME}"),
        (DateForm.NAMED, rf"(?i){_DAY}-(?P<month>[a-z]{{3,}})-(?P<year>\d{{2}})"),
    )
)
"""Ways to write a date in which the order of day and month is certain; the last is Excel's default."""


class ParsedDate(NamedTuple):
    """A date as YYYY-MM-DD, and how it was written."""

    date: str
    form: DateForm


class DateOrder(NamedTuple):
    """What the dates of a table show of whether the day or the month comes first.

    Each field is a date that can be read in this order only, or empty.
    """

    day_first: str = ""
    month_first: str = ""

    @property
    def is_day_first(self) -> bool | None:
        """Whether the day comes first; None if the dates do not show it, or contradict each other."""
        return None if bool(self.day_first) == bool(self.month_first) else bool(self.day_first)


def detect_date_order(texts: Iterable[str]) -> DateOrder:
    """Return what dates show of whether the day or the month comes first."""
    day_first = month_first = ""
    for text in texts:
        first, second = _split_numbers(text)
        if first > _DECEMBER >= second:
            day_first = day_first or text
        elif second > _DECEMBER >= first:
            month_first = month_first or text
    return DateOrder(day_first, month_first)


def is_ambiguous(text: str) -> bool:
    """Whether a date can be read with the day first and with the month first, as two different dates.

    A date with dots is never ambiguous: wherever dates are written so, the day comes first.
    """
    first, second = _split_numbers(text)
    return first != second and 1 <= first <= _DECEMBER and 1 <= second <= _DECEMBER


def list_ambiguous_dates(texts: Iterable[str]) -> list[str]:
    """Return the dates that can be read in two ways, if no other date shows in which."""
    dates = list(texts)
    return [date for date in dates if is_ambiguous(date)] if detect_date_order(dates).is_day_first is None else []


def read_distinct_dates(texts: Iterable[str], *, day_first: bool | None) -> Mapping[str, ParsedDate | None]:
    """Read dates that belong to one table, each once, by their text.

    `day_first` is the order of day and month in dates such as 03/04/2021; None: as the other dates show.
    """
    dates = list(dict.fromkeys(texts))
    order = detect_date_order(dates).is_day_first if day_first is None else day_first
    return {date: read_date_leniently(date, day_first=order) for date in dates}


def read_date_leniently(text: str, *, day_first: bool | None) -> ParsedDate | None:
    """Read a date; None if it is not a date, not one in the given order, or ambiguous while no order is given."""
    if found := _NUMBERS.fullmatch(text):
        return _read_numbers(text, found, day_first)
    for pattern, form in _UNAMBIGUOUS:
        if found := pattern.fullmatch(text):
            return _to_date(found["year"], found["month"], found["day"], form)
    if found := _MONTH_AND_YEAR.fullmatch(text) or _YEAR_AND_MONTH.fullmatch(text):
        year, month = int(found["year"]), _month_number(found["month"])
        if not (1 <= month <= _DECEMBER and year):
            return None
        return ParsedDate(dt.date(year, month, calendar.monthrange(year, month)[1]).isoformat(), DateForm.MONTH)
    if (found := _SERIAL.fullmatch(text)) and int(found[1]) in _EXCEL_DAYS:
        return ParsedDate((_EXCEL_EPOCH + dt.timedelta(days=int(found[1]))).isoformat(), DateForm.SERIAL)
    return None


def _split_numbers(text: str) -> tuple[int, int]:
    """Return the two numbers before the year of a date in numbers; zeros if it is not one, or is written with dots."""
    found = _NUMBERS.fullmatch(text)
    return (int(found[1]), int(found[3])) if found and found[2] != "." else (0, 0)


def _read_numbers(text: str, found: re.Match[str], day_first: bool | None) -> ParsedDate | None:
    first, mark, second, year = found.groups()
    if mark == ".":
        day_first = True
    elif day_first is None:
        if is_ambiguous(text):
            return None
        day_first = int(first) > _DECEMBER
    day, month = (first, second) if day_first else (second, first)
    return _to_date(year, month, day, DateForm.DAY_FIRST if day_first else DateForm.MONTH_FIRST)


def _month_number(text: str) -> int:
    return int(text) if text.isdigit() else _MONTHS.get(text.lower(), 0)


def _to_date(year: str, month: str, day: str, form: DateForm) -> ParsedDate | None:
    century = 0 if len(year) > len("yy") else 2000 if int(year) < _LAST_CENTURY else 1900
    try:
        return ParsedDate(dt.date(century + int(year), _month_number(month), int(day)).isoformat(), form)
    except ValueError:
        return None
