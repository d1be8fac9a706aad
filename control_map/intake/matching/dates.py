"""The lenient date reader: day or month first, with the name of a month, or as Excel counts days.

The digits of any script are read, and any dash between them. A year of the Solar Hijri calendar is read only where the
user, the name of the column or that of the month says that it is one: 1400 is such a year, and a mistyped one.
"""

import calendar
import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from control_map.intake.matching import month_names, solar_hijri

ISO_PATTERN = r"(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}"
"""A date that needs no reading."""
FIX_DATE_FORMAT = "Write it as 2021-07-09, year first"
_FIX_ORDER = (
    "Choose whether the day or the month comes first (--day-first or --month-first), or write the date as 2021-07-09"
)
_FIX_CALENDAR = (
    'Choose the calendar of the dates (--calendar), or name it in the header, as in "date (solar hijri)", or write the '
    "date as 2021-07-09"
)
_TIME = r"(?:(?:T|,?\s+)\d{1,2}:\d{2}.*|T\d{4,6}Z?)?"
_NUMBERS = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}|\d{{2}}){_TIME}")
_ZONED = re.compile(r".*[T\s](\d{1,2}):(\d{2})(?::[\d.]+)?\s*(?=[ZUG+-])(?:Z|UTC|GMT)?(?:([+-])(\d{1,2}):?(\d{2})?)?")
"""A time with its zone: Z, or as +04:30."""
_HOURS, _DEGREES_PER_HOUR = 24, 15
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_WORD = r"[^\W\d_]+"
_MONTH_NAME = rf"(?P<month>{_WORD}(?:\s?/\s?{_WORD}|\s(?!de\b){_WORD})?)"
"""The name of a month has two words at most, or it is named twice, as in "tamouz/july"."""
_MONTH_AND_YEAR = re.compile(rf"{_MONTH_NAME}\.?[\s,-]*(?P<year>\d{{4}})", re.IGNORECASE)
_YEAR_AND_MONTH = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})")
_DECEMBER = 12
_LONGEST_MONTH = 31
_LONGEST_DATE = 100
"""Characters of a cell that can be a date with a weekday and a time."""
_OTHER_YEARS = range(solar_hijri.YEARS.start, solar_hijri.LUNAR_YEARS.stop)
"""Years that are of another calendar, or mistyped."""
_LAST_CENTURY = 69
"""Two-digit years from here on are of the 20th century, as in most programs."""
_LAST_SOLAR_CENTURY = 30
"""Two-digit years of the Solar Hijri calendar from here on are of its 14th century; 1430 is 2051."""
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
    SOLAR_HIJRI = "are of the Solar Hijri calendar and were converted"
    SERIAL = "are day numbers of Excel"


_YEAR, _DAY, _ORDINAL = r"(?P<year>\d{4})", r"(?P<day>\d{1,2})", "(?:st|nd|rd|th|er)?"
_OF = r"(?:\s+(?:of|de)(?=\s))?"
_UNAMBIGUOUS = tuple(
    (re.compile(pattern), form)
    for form, pattern in (
        (DateForm.ISO, rf"{_YEAR}[-/.](?P<month>\d{{1,2}})[-/.]{_DAY}{_TIME}"),
        (DateForm.ISO, rf"(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d){_TIME}"),
        (DateForm.NAMED, rf"(?i){_WEEKDAY}{_DAY}{_ORDINAL}{_OF}[\s.,-]*{_MONTH_NAME}\.?{_OF}[\s,-]*{_YEAR}{_TIME}"),
        (DateForm.NAMED, rf"(?i){_WEEKDAY}{_MONTH_NAME}\.?[\s-]*{_DAY}{_ORDINAL}[\s,-]+{_YEAR}{_TIME}"),
        (DateForm.NAMED, rf"(?i){_YEAR}[\s,-]+{_MONTH_NAME}\.?[\s,-]+{_DAY}{_TIME}"),
        (DateForm.NAMED, rf"(?i){_DAY}-(?P<month>{_WORD})\.?-(?P<year>\d{{2}})"),
    )
)
"""Ways to write a date in which the order of day and month is certain; the last is Excel's default."""


class ParsedDate(NamedTuple):
    """A date as YYYY-MM-DD, and how it was written."""

    date: str
    form: DateForm


class DateStyle(NamedTuple):
    """How the dates of a column are written.

    `day_first` is the order of dates such as 03/04/2021; None: as the other dates show. With `is_solar_hijri`, years
    such as 1400 are of that calendar.
    """

    day_first: bool | None = None
    is_solar_hijri: bool = False


AS_SHOWN = DateStyle()
"""Gregorian dates in the order that they show."""


class DateOrder(NamedTuple):
    """What the dates of a table show of whether the day or the month comes first.

    Each field is a date that can be read in this order only, or empty; `year_first` is one of two digits a number where
    the year may come first, as in 21-07-09. Dates with dots have fields of their own: nearly everywhere where dates are
    written so, the day comes first.
    """

    day_first: str = ""
    month_first: str = ""
    year_first: str = ""
    dotted_day_first: str = ""
    dotted_month_first: str = ""

    @property
    def is_day_first(self) -> bool | None:
        """Whether the day comes first; None if the dates do not show it, or contradict each other."""
        undecided = self.year_first or bool(self.day_first) == bool(self.month_first)
        return None if undecided else bool(self.day_first)

    def is_day_first_in(self, text: str) -> bool | None:
        """Whether the day comes first in one of the dates; None if they do not show it.

        In a date with dots it does, unless another date with dots shows that the month does, or only one without.
        """
        if not _is_dotted(text):
            return self.is_day_first
        is_doubtful = self.dotted_month_first or (self.month_first and not self.dotted_day_first)
        return None if is_doubtful else True

    def counterexample_to(self, text: str) -> tuple[str, str]:
        """Return the dates that show the day first, and the month, among those that are written like one."""
        if not _is_dotted(text):
            return self.day_first, self.month_first
        return self.dotted_day_first, self.dotted_month_first or self.month_first


def detect_date_order(texts: Iterable[str]) -> DateOrder:
    """Return what dates show of whether the day or the month comes first."""
    first_of: dict[str, str] = {}
    short: dict[str, tuple[int, int]] = {}
    for text in texts:
        first, second, year = _split_numbers(text)
        dotted = "dotted_" if _is_dotted(text) else ""
        if first > _DECEMBER >= second:
            first_of.setdefault(f"{dotted}day_first", text)
        elif second > _DECEMBER >= first:
            first_of.setdefault(f"{dotted}month_first", text)
        if year and len(year) == len("yy"):
            short[text] = first, int(year)
    shows_month = {"month_first", "dotted_month_first"} & first_of.keys()
    return DateOrder(**first_of)._replace(year_first="" if shows_month else _find_year_first(short))


def _find_year_first(short: Mapping[str, tuple[int, int]]) -> str:
    """Return a date of two digits a number where the year may come first, or an empty text.

    `short` has the first and the last number of such dates. A year varies less than a day: of 21-07-09 and 21-08-12 the
    first number is the year as likely as the last.
    """
    firsts, lasts = ({numbers[at] for numbers in short.values()} for at in (0, 1))
    return next(iter(short)) if len(firsts) < len(lasts) and max(lasts) <= _LONGEST_MONTH else ""


def is_ambiguous(text: str) -> bool:
    """Whether a date can be read with the day first and with the month first, as two different dates."""
    first, second, _ = _split_numbers(text)
    return first != second and 1 <= first <= _DECEMBER and 1 <= second <= _DECEMBER


def _is_short(text: str) -> bool:
    """Whether a date in numbers has a year of two digits."""
    return len(_split_numbers(text)[2]) == len("yy")


def list_ambiguous_dates(texts: Iterable[str]) -> list[str]:
    """Return the dates that can be read in two ways, if no other date shows in which."""
    dates = list(texts)
    order = detect_date_order(dates)
    found = [date for date in dates if is_ambiguous(date) and order.is_day_first_in(date) is None]
    return [order.year_first, *found] if order.year_first else found


def find_other_calendar(text: str) -> str:
    """Say of which calendar the year of a date is if not of the Gregorian one; an empty text if the year says nothing.

    In the Solar Hijri calendar it says which day it would be.
    """
    year = _year_in_numbers(text)
    if year in solar_hijri.LUNAR_YEARS:
        return f"the year {year} is not Gregorian but reads like one of the lunar Hijri calendar, which is not read"
    if year not in solar_hijri.YEARS:
        return ""
    date = read_date_leniently(text, day_first=DateOrder().is_day_first_in(text), is_solar_hijri=True)
    which = f", in which this is {date.date}" if date else ""
    return f"the year {year} is not Gregorian but reads like one of the Solar Hijri calendar{which}"


def _year_in_numbers(text: str) -> int:
    """Return the year of a date in numbers, as it is written, or 0."""
    iso, _ = _UNAMBIGUOUS[0]
    if found := iso.fullmatch(_plain(text)):
        return int(found["year"])
    found = _NUMBERS.fullmatch(_plain(text))
    return int(found[4]) if found else 0


def explain_unread(text: str, shown: DateOrder, style: DateStyle) -> tuple[str, str] | None:
    """Say why a date could not be read by `read_in_order`, and what to do; None if it is simply no date."""
    year, is_solar = _year_in_numbers(text), style.is_solar_hijri
    if year in solar_hijri.LUNAR_YEARS or (year in solar_hijri.YEARS and not is_solar):
        return find_other_calendar(text), _FIX_CALENDAR
    order = shown.is_day_first_in(text) if style.day_first is None else style.day_first
    if doubt := "" if style.day_first is not None else _describe_doubt(text, shown):
        return f"the date is ambiguous: {doubt}", _FIX_ORDER
    if found := read_date_leniently(text, day_first=None, is_solar_hijri=is_solar):
        if found.form == DateForm.MONTH:
            return "this is a month without a day", FIX_DATE_FORMAT
        return f"this is not a date with the {'day' if order else 'month'} first", _FIX_ORDER
    if is_solar and (year in solar_hijri.YEARS or _is_short(text)):
        return "this is no day of the Solar Hijri calendar", _FIX_CALENDAR
    return None


def _describe_doubt(text: str, shown: DateOrder) -> str:
    """Say what is open of the order of a date, if no order is chosen; an empty text if nothing is."""
    if shown.year_first and _is_short(text):
        return "the year may come first or last"
    if shown.is_day_first_in(text) is not None or not is_ambiguous(text):
        return ""
    day, month = shown.counterexample_to(text)
    both = f"; other dates show both orders: {day} and {month}" if day and month else ""
    dots = f"; the day usually comes first where there are dots, but {month} has the month first" if month else ""
    return "either number can be the day" + (both or (dots if _is_dotted(text) else ""))


def read_distinct_dates(texts: Iterable[str], style: DateStyle) -> Mapping[str, ParsedDate | None]:
    """Read dates that belong to one table, each once, by their text."""
    dates = list(dict.fromkeys(texts))
    return read_in_order(dates, detect_date_order(dates), style)


def read_in_order(dates: Iterable[str], shown: DateOrder, style: DateStyle) -> Mapping[str, ParsedDate | None]:
    """Read dates, each once, by their text: in the order of their style, or if it has none in the order `shown`."""
    is_open = style.day_first is None and shown.year_first != ""

    def read(date: str) -> ParsedDate | None:
        order = shown.is_day_first_in(date) if style.day_first is None else style.day_first
        return read_date_leniently(date, day_first=order, is_solar_hijri=style.is_solar_hijri)

    return {date: None if is_open and _is_short(date) else read(date) for date in dates}


def read_date_leniently(text: str, *, day_first: bool | None, is_solar_hijri: bool = False) -> ParsedDate | None:
    """Read a date; None if it is not a date, not one in the given order, or ambiguous while no order is given."""
    text = _plain(text)
    if found := _NUMBERS.fullmatch(text):
        return _read_numbers(text, found, day_first, is_solar_hijri=is_solar_hijri)
    for pattern, form in _UNAMBIGUOUS:
        if found := pattern.fullmatch(text):
            return _to_date(found["year"], found["month"], found["day"], form, is_solar_hijri=is_solar_hijri)
    if found := _MONTH_AND_YEAR.fullmatch(text) or _YEAR_AND_MONTH.fullmatch(text):
        year, month = int(found["year"]), _month_number(found["month"])
        if not (1 <= month <= _DECEMBER and year) or year in _OTHER_YEARS:
            return None
        return ParsedDate(dt.date(year, month, calendar.monthrange(year, month)[1]).isoformat(), DateForm.MONTH)
    if (found := _SERIAL.fullmatch(text)) and int(found[1]) in _EXCEL_DAYS:
        return ParsedDate((_EXCEL_EPOCH + dt.timedelta(days=int(found[1]))).isoformat(), DateForm.SERIAL)
    return None


def may_be_another_day(text: str, longitude: float) -> bool:
    """Whether the day of a time with its zone may be another one in the local time of a longitude, in degrees.

    Clocks differ from the sun's time by an hour at most nearly everywhere, and so is local time taken.
    """
    found = _ZONED.fullmatch(_plain(text))
    if found is None:
        return False
    hour, minute, sign, hours, minutes = found.groups(default="0")
    shift = int(f"{sign}1") * (int(hours) + int(minutes) / 60) if sign in ("+", "-") else 0
    local = int(hour) + int(minute) / 60 - shift + longitude / _DEGREES_PER_HOUR
    return local - 1 < 0 or local + 1 >= _HOURS


def _plain(text: str) -> str:
    """Return a date with the digits, dashes, commas and spaces of ASCII."""
    return text if text.isascii() or len(text) > _LONGEST_DATE else "".join(map(_plain_character, text)).strip()


def _plain_character(character: str) -> str:
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    if unicodedata.category(character) == "Pd" or character in "\u2212\u00ad":
        return "-"
    if character in "\u060c\u060d\u2044\uff0f":
        return "," if character == "\u060c" else "/"
    return " " if character.isspace() else character


def _split_numbers(text: str) -> tuple[int, int, str]:
    """Return the two numbers before the year of a date in numbers, and the year."""
    found = _NUMBERS.fullmatch(_plain(text))
    return (int(found[1]), int(found[3]), found[4]) if found else (0, 0, "")


def _is_dotted(text: str) -> bool:
    """Whether dots stand between the numbers of a date."""
    found = _NUMBERS.fullmatch(_plain(text))
    return found is not None and found[2] == "."


def _read_numbers(
    text: str, found: re.Match[str], day_first: bool | None, *, is_solar_hijri: bool
) -> ParsedDate | None:
    first, _, second, year = found.groups()
    if day_first is None:
        if is_ambiguous(text):
            return None
        day_first = int(first) > _DECEMBER
    day, month = (first, second) if day_first else (second, first)
    form = DateForm.DAY_FIRST if day_first else DateForm.MONTH_FIRST
    return _to_date(year, month, day, form, is_solar_hijri=is_solar_hijri)


def _month_number(text: str) -> int:
    return int(text) if text.isdigit() else month_names.month_number(text)


def _to_date(year: str, month: str, day: str, form: DateForm, *, is_solar_hijri: bool) -> ParsedDate | None:
    of_name = 0 if month.isdigit() else solar_hijri.month_number(month)
    if is_solar_hijri and len(year) <= len("yy"):
        year = str((1400 if int(year) < _LAST_SOLAR_CENTURY else 1300) + int(year))
    if (is_solar_hijri or of_name) and int(year) in solar_hijri.YEARS:
        date = solar_hijri.to_gregorian(int(year), of_name or (int(month) if month.isdigit() else 0), int(day))
        return ParsedDate(date.isoformat(), DateForm.SOLAR_HIJRI) if date else None
    if int(year) in _OTHER_YEARS:
        return None
    century = 0 if len(year) > len("yy") else 2000 if int(year) < _LAST_CENTURY else 1900
    try:
        return ParsedDate(dt.date(century + int(year), _month_number(month), int(day)).isoformat(), form)
    except ValueError:
        return None
