"""HTML from templates in which every value is escaped, and how dates and numbers are written in it."""

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from control_map.analysis.summary import COMPARED_DAYS
from control_map.core.sanitize import safe_web_link
from control_map.core.wording import format_date, format_published_number, format_signed

SHARED_TEMPLATES = Path(__file__).parent / "templates"
"""The folder of what the page of the app and a published page have in common."""
_NEEDS_NO_QUOTES = re.compile(r"[\w./-]+", re.ASCII)
_ESCAPED_IN_CSS = re.compile(r"[^\w ]")


def describe_change_period(since: dt.date | None, date: dt.date) -> str:
    """Say over which time changes up to a date are told: since another one, or over the usual days."""
    return f"since {format_date(since, year=since.year != date.year)}" if since else f"in {COMPARED_DAYS} days"


def quote_attribute(value: str) -> str:
    """Write the value of an attribute: escaped, and in quotes unless it can do without them."""
    return value if _NEEDS_NO_QUOTES.fullmatch(value) else Markup('"{}"').format(value)


def quote_css_string(text: str) -> Markup:
    """Write a string of a style sheet: all but letters, digits and blanks is escaped."""
    escaped = _ESCAPED_IN_CSS.sub(lambda found: f"\\{ord(found[0]):x} ", text)
    return Markup(f'"{escaped}"')  # noqa: S704 - the expression leaves no mark of HTML or CSS in it


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
        day=format_date,
        web_link=safe_web_link,
        signed=format_signed,
        published=format_published_number,
        quoted=quote_attribute,
        css_string=quote_css_string,
    )

    def render(template: str, **values: Any) -> str:
        text = environment.get_template(template).render(**values)
        return "\n".join(stripped for line in text.splitlines() if (stripped := line.strip()))

    return render
