"""HTML from templates in which every value is escaped, and how text, JSON, dates and numbers are written in it."""

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
"""The folder of the templates that the page of the app and a published page share."""
_NEEDS_NO_QUOTES = re.compile(r"[\w./-]+", re.ASCII)
_ESCAPED_IN_CSS = re.compile(r"[^\w ]")


def describe_change_period(since: dt.date | None, date: dt.date) -> str:
    """Describe the period of the changes up to a date: since another date, or the usual number of days."""
    return f"since {format_date(since, year=since.year != date.year)}" if since else f"in {COMPARED_DAYS} days"


def quote_attribute(value: str) -> str:
    """Write the value of an attribute: escaped, and in quotes if it needs them."""
    return value if _NEEDS_NO_QUOTES.fullmatch(value) else Markup('"{}"').format(value)


def quote_css_string(text: str) -> Markup:
    """Write a text as a string in a style sheet; everything but letters, digits and blanks is escaped."""
    escaped = _ESCAPED_IN_CSS.sub(lambda found: f"\\{ord(found[0]):x} ", text)
    return Markup(f'"{escaped}"')  # noqa: S704 - no character with a meaning in HTML or CSS is left


def escape_json_in_script(text: str) -> str:
    """Escape JSON so that no text in it can end the script element that holds it."""
    return text.replace("<", "\\u003c")


def embed_json(name: str, content: bytes) -> str:
    """Return JSON as a script element of a page, named by its attribute `data-file`; a browser does not run it."""
    return f'<script type="application/json" data-file="{name}">{escape_json_in_script(content.decode())}</script>'


def make_renderer(*folders: Path) -> Callable[..., str]:
    """Return a function that fills a template from the first folder that has it: `render(name, **values)`.

    White space at the ends of lines is left out. The templates can use the filters `day, web_link, signed, published,
    quoted, css_string`.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folders),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        auto_reload=False,  # else each use of a template looks on the disk whether it has changed
    )
    environment.filters.update(
        day=format_date,
        web_link=safe_web_link,
        signed=format_signed,
        published=format_published_number,
        quoted=quote_attribute,
        css_string=quote_css_string,
    )
    environment.policies["json.dumps_kwargs"] = {"sort_keys": True, "separators": (",", ":")}

    def render(template: str, **values: Any) -> str:
        text = environment.get_template(template).render(**values)
        return "\n".join(stripped for line in text.splitlines() if (stripped := line.strip()))

    return render
