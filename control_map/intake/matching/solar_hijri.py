"""Dates of the Solar Hijri calendar, in which Iran and Afghanistan count, become Gregorian ones.

The calendar begins each year at the spring equinox, and astronomers find its leap years. From 1206 to 1498 (1827 to
2120) the rule of 33 years finds the same ones: see Kazimierz M. Borkowski, "The Persian calendar for 3000 years",
Earth, Moon, and Planets 74 (1996), 223-230. A library would be a dependency for these few lines.
"""

import datetime as dt
import re

YEARS = range(1300, 1420)
"""The years that are read, 1921 to 2041: those above are more likely of the lunar Hijri calendar, now in its 1440s."""
LUNAR_YEARS = range(1420, 1451)
"""Years of the lunar Hijri calendar, 1999 to 2029, which is not read: its months begin as the moon is seen."""
_MONTHS = (
    "حمل فروردین وری hamal farvardin",
    "ثور اردیبهشت غویی sawr saur sowr thawr ordibehesht",
    "جوزا خرداد غبرگولی jawza jowza khordad",
    "سرطان تیر چنگاښ saratan tir",
    "اسد مرداد زمری asad mordad",
    "سنبله شهریور وږی sonbola sunbula sumbula shahrivar",
    "میزان مهر تله mizan mehr",
    "عقرب آبان ابان لړم aqrab aban",
    "قوس آذر اذر لیندی qaws qaus azar",
    "جدی دی مرغومی jadi jady dey",
    "دلو بهمن سلواغه dalw dalv bahman",
    "حوت اسفند کب hut hoot esfand",
)
"""The names of each month in Dari, Persian and Pashto, and in Latin letters."""
_LONG_MONTHS = 6
"""The first months have 31 days, the others 30; the last has 29, or 30 in a leap year."""
_SPRING_1300 = dt.date(1921, 3, 21)
_LETTERS = str.maketrans("يىېۍكګ", "ییییکگ")
_NUMBER_BY_NAME = {
    name.translate(_LETTERS): number for number, names in enumerate(_MONTHS, 1) for name in names.split()
}
_CALENDAR = re.compile(
    r"""
    [\s_.,(\[-]*                                     # what stands between it and the rest of the name
    (?: (?<![a-z]) (?: solar[\s_-]*hijri | (?:hijri[\s_-]*)?shamsi | hijri[\s_-]*solar | jalali
                     | (?:persian|afghan)[\s_]calendar ) (?![a-z])
      | (?:هجر[یي][\s\u200c]*)? (?: شمس[یي] | خورش[یي]د[یي] ) )
    [)\]]*
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""What the name of a column says of this calendar: "(solar hijri)", "Jalali", "هجری شمسی"."""


def to_gregorian(year: int, month: int, day: int) -> dt.date | None:
    """Return the Gregorian date of a day in the Solar Hijri calendar; None if there is no such day in `YEARS`."""
    if year not in YEARS or not 1 <= month <= len(_MONTHS) or not 1 <= day <= _days_of_month(year, month):
        return None
    days = sum(365 + _is_leap(before) for before in range(YEARS.start, year))
    days += sum(_days_of_month(year, before) for before in range(1, month))
    return _SPRING_1300 + dt.timedelta(days=days + day - 1)


def month_number(name: str) -> int:
    """Return the number of a month by its name, or 0 if it is none of this calendar."""
    return _NUMBER_BY_NAME.get(name.lower().translate(_LETTERS), 0)


def names_calendar(title: str) -> bool:
    """Whether the name of a column says that its dates are of this calendar: "date (solar hijri)"."""
    return _CALENDAR.search(title) is not None


def without_calendar(title: str) -> str:
    """Return the name of a column without the calendar, if it has one: "date" of "date (solar hijri)"."""
    return (_CALENDAR.sub("", title).strip(" _-") or "date") if names_calendar(title) else title


def _days_of_month(year: int, month: int) -> int:
    if month == len(_MONTHS):
        return 29 + _is_leap(year)
    return 31 if month <= _LONG_MONTHS else 30


def _is_leap(year: int) -> bool:
    return (25 * year + 11) % 33 < 8
