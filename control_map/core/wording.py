"""How dates, counts and lists are written, the same in every text of the project."""

import datetime as dt
import re
from collections.abc import Sequence

import pandas as pd

MINUS = "\u2212"
EARLIEST_DATE, LATEST_DATE = dt.date(1900, 1, 1), dt.date(2199, 12, 31)
"""The days that can be asked for."""
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MANY_DAYS, _MANY_MONTHS = 60, 24
_SINGULAR_ENDINGS = ("ss", "us")
_PLURALS = {"people", "men", "women", "police"}
_PUBLISHED_NUMBER = {"exact": "{:,.0f}", "about": "~{:,.0f}", "at_least": "{:,.0f}+"}


def read_date(text: str) -> dt.date:
    """Read a date that is written as 2021-07-09.

    Raises
    ------
    ValueError
        If it is not, or out of reach; the message says what is wrong, and how to write it.
    """
    try:
        date = dt.date.fromisoformat(text) if _ISO_DATE.fullmatch(text) else None
    except ValueError:
        date = None
    if date is None:
        raise ValueError(f"'{text}' is not a date. Write it as 2021-07-09.")
    if not EARLIEST_DATE <= date <= LATEST_DATE:
        raise ValueError(f"'{text}' is out of reach. Give a date from {EARLIEST_DATE} to {LATEST_DATE}.")
    return date


def format_date(date: dt.date | pd.Timestamp | None, *, year: bool = False) -> str:
    """Write a date as "8 July" or "8 July 2021"; a missing date is an empty text."""
    if date is None or pd.isna(date):
        return ""
    return f"{date.day} {date:%B %Y}" if year else f"{date.day} {date:%B}"


def format_days(first: dt.date, last: dt.date, *, year: bool = False) -> str:
    """Write the days from one to another as "10\u201311 August"; a month or year that they share is written once."""
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}\u2013{format_date(last, year=year)}"
    beginning = format_date(first, year=year and first.year != last.year)
    return f"{beginning} \u2013 {format_date(last, year=year)}"


def spans_years(first: dt.date, last: dt.date) -> bool:
    """Whether two dates lie in different years, so that each must be written with its year."""
    return first.year != last.year


def format_span(days: int) -> str:
    """Write a number of days; many days are rounded to months or years."""
    if days < _MANY_DAYS:
        return format_count(days, "day", "days")
    months = round(days / 30.44)
    return f"about {months} months" if months < _MANY_MONTHS else f"about {round(days / 365.25)} years"


def format_count(number: int, one: str, many: str) -> str:
    """Write a number with the noun that it counts, as in "1 day" or "3 days"."""
    return f"{number} {one if number == 1 else many}"


def format_rounded(number: float) -> str:
    """Write a number of people or of square kilometres as it is spoken of: "4.1 million", "412,000", "340"."""
    if number >= 999_500:
        return f"{number / 1_000_000:,.1f} million"
    return f"{round(number, -3):,.0f}" if number >= 10_000 else f"{number:,.0f}"


def format_signed(number: int) -> str:
    """Write a change with its sign; no change is an empty text."""
    return f"{number:+d}".replace("-", MINUS) if number else ""


def format_published_number(number: float, qualifier: str) -> str:
    """Write a published number as its source gives it: "100+", "~250" or plain."""
    return _PUBLISHED_NUMBER[qualifier].format(number)


def join_words(words: Sequence[str]) -> str:
    """Join words as in "a, b and c"."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def list_some(words: Sequence[object], most: int, count: int | None = None) -> str:
    """List the first words and count the others, as in "a, b and 3 more"; `count` is how many there are in all."""
    shown, count = words[:most], len(words) if count is None else count
    listed = ", ".join(map(str, shown))
    return f"{listed} and {count - len(shown):,} more" if count > len(shown) else listed


def capitalize_first(text: str) -> str:
    """Write the first letter of a sentence as a capital."""
    return text[:1].upper() + text[1:]


def with_article(label: str) -> str:
    """Write the name of a party as a sentence has it, as in "the Government"; a name with an article keeps its own."""
    first, _, rest = label.partition(" ")
    return f"the {rest if first.casefold() == 'the' and rest else label}"


def looks_plural(label: str) -> bool:
    """Guess whether the name of a party is in the plural, as "Houthi forces" and not "Red Army" is."""
    noun = (label.split(" of ", maxsplit=1)[0].split() or [""])[-1]
    return noun.casefold() in _PLURALS or (noun.endswith("s") and not noun.endswith(_SINGULAR_ENDINGS))
