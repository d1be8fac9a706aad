"""The page's own HTML: templates in which every value is escaped."""

import datetime as dt
import re
from functools import cache
from pathlib import Path
from string import ascii_lowercase
from typing import Any

import jinja2
import pandas as pd
import streamlit as st
from markupsafe import Markup

from control_map.escape import web_link
from control_map.style import Style
from control_map.summary import COMPARED_DAYS

_TEMPLATES = Path(__file__).parent / "templates"
_NEEDS_NO_QUOTES = re.compile(r"[\w./-]+", re.ASCII)
_AS_PUBLISHED = {"exact": "{:,.0f}", "about": "~{:,.0f}", "at_least": "{:,.0f}+"}


def day(date: dt.date | pd.Timestamp | None, *, year: bool = False) -> str:
    """Write a date as in "8 July", or "8 July 2021"."""
    if date is None or pd.isna(date):
        return ""
    return f"{date.day} {date:%B %Y}" if year else f"{date.day} {date:%B}"


def over(since: dt.date | None, date: dt.date) -> str:
    """Say over which time changes up to a date are told: since another one, or over the usual days."""
    return f"since {day(since, year=since.year != date.year)}" if since else f"in {COMPARED_DAYS} days"


def signed(number: int) -> str:
    """Write a change with its sign, and none as nothing."""
    return f"{number:+d}".replace("-", "\u2212") if number else ""


def published(number: float, qualifier: str) -> str:
    """Write a published number as its source puts it: "100+", "~250" or plain."""
    return _AS_PUBLISHED[qualifier].format(number)


def quoted(value: str) -> str:
    """Write the value of an attribute: escaped, and in quotes unless it can do without them."""
    return value if _NEEDS_NO_QUOTES.fullmatch(value) else Markup('"{}"').format(value)


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters.update(day=day, web_link=web_link, signed=signed, published=published, quoted=quoted)
    return environment


def render(template: str, **values: Any) -> str:
    """Fill a template of this folder; white space at the ends of lines is left out."""
    text = _environment().get_template(template).render(**values)
    return "\n".join(stripped for line in text.splitlines() if (stripped := line.strip()))


def put(text: str) -> None:
    """Show what `render` has returned on the page."""
    st.html(text)


def show(template: str, **values: Any) -> None:
    """Show a filled template on the page."""
    st.html(render(template, **values))


def show_style(styles: dict[str, Style], *, dark: bool) -> None:
    """Put the page's style sheet in place, with the colour of each status as a property and a class of its name.

    The bar of a province is one gradient; a row only says where its colours end (`--a`, `--b`, ... percent).
    """
    colours = " ".join(f"--{style.status}: {style.dark if dark else style.colour};" for style in styles.values())
    classes = " ".join(
        f"i.{status} {{ background: var(--{status}) }} .cm-card.{status} {{ border-color: var(--{status}) }}"
        for status in styles
    )
    *ends, last = styles
    stops = [
        f"var(--{status}) 0 calc(1% * var(--{letter}, 100))"
        for status, letter in zip(ends, ascii_lowercase, strict=False)
    ]
    gradient = f"linear-gradient(90deg, {', '.join(stops)}, var(--{last}) 0)"
    bar = f".cm-provinces td:nth-child(3) {{ background-image: {gradient} }}"
    sheet = (_TEMPLATES / "page.css").read_text("utf-8")
    st.html(f"<style>{sheet}\n:root {{ {colours} }}\n{classes}\n{bar}</style>")
