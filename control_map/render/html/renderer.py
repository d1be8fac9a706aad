"""HTML from templates in which every value is escaped, and how dates and numbers are written in it."""

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd
from markupsafe import Markup

from control_map.analysis.summary import COMPARED_DAYS
from control_map.core.sanitize import safe_web_link
from control_map.explanation.phrases import format_date

SHARED_TEMPLATES = Path(__file__).parent / "templates"
"""The folder of what the page of the app and a published page have in common."""
_NEEDS_NO_QUOTES = re.compile(r"[\w./-]+", re.ASCII)
_AS_PUBLISHED = {"exact": "{:,.0f}", "about": "~{:,.0f}", "at_least": "{:,.0f}+"}


def format_date_or_blank(date: dt.date | pd.Timestamp | None, *, year: bool = False) -> str:
    """Write a date as `phrases.dated` does, and none as nothing."""
    return "" if date is None or pd.isna(date) else format_date(date, year=year)


def spans_years(first: dt.date, last: dt.date) -> bool:
    """Whether the days from one to another are of several years, so that each needs its year to be understood."""
    return first.year != last.year


def describe_change_period(since: dt.date | None, date: dt.date) -> str:
    """Say over which time changes up to a date are told: since another one, or over the usual days."""
    return f"since {format_date_or_blank(since, year=since.year != date.year)}" if since else f"in {COMPARED_DAYS} days"


def format_signed(number: int) -> str:
    """Write a change with its sign, and none as nothing."""
    return f"{number:+d}".replace("-", "\u2212") if number else ""


def format_published_number(number: float, qualifier: str) -> str:
    """Write a published number as its source puts it: "100+", "~250" or plain."""
    return _AS_PUBLISHED[qualifier].format(number)


def quote_attribute(value: str) -> str:
    """Write the value of an attribute: escaped, and in quotes unless it can do without them."""
    return value if _NEEDS_NO_QUOTES.fullmatch(value) else Markup('"{}"').format(value)


def make_renderer(*folders: Path) -> Callable[..., str]:
    """Return a function that fills a template of the first folder that has it: `render(name, **values)`.

    White space at the ends of lines is left out. The filters `day, web_link, signed, published, quoted` are those of
    this module.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folders),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters.update(
        day=format_date_or_blank,
        web_link=safe_web_link,
        signed=format_signed,
        published=format_published_number,
        quoted=quote_attribute,
    )

    def render(template: str, **values: Any) -> str:
        text = environment.get_template(template).render(**values)
        return "\n".join(stripped for line in text.splitlines() if (stripped := line.strip()))

    return render
