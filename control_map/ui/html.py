"""The page's own HTML: filled templates, the style sheet, and text that is written as it is.

Buttons with `data-go` lead the map somewhere: to a place by its id, or to `province/` and the id of a province; an
empty one closes the dossier. With `data-day`, a day counted from the first of the period, the map and the page also
move to that day. `bridge.js`, in the map's frame, acts on the clicks.
"""

import re
from pathlib import Path
from string import ascii_lowercase
from typing import Any

import pandas as pd
import streamlit as st
from markupsafe import Markup

from control_map.core.model import UNKNOWN, LocationPrecision
from control_map.core.sanitize import sanitize_line
from control_map.core.status_style import StatusStyle, css_classes, css_colours
from control_map.render.html import renderer
from control_map.ui.state import session

_TEMPLATES = Path(__file__).parent / "templates"
_SHEETS = ((renderer.SHARED_TEMPLATES, "shared.css"), (_TEMPLATES, "page.css"))
_LIGHT = "--on-primary: #ffffff; --chosen: #8f3015; --page: #ffffff"
_DARK = "--on-primary: #17181b; --chosen: #f3b09a; --page: #17181b"
"""The text on the theme's main colour and on the ground of a chosen pill, and the page's ground, in either theme."""
_JOINER = "\u2060"
_MARKDOWN_ESCAPES = (
    (re.compile(r"[\\`*_\[\]<>#~$|&]"), r"\\\g<0>"),
    (re.compile(r"^(\d*)([-+=.)])"), r"\1\\\2"),  # a list, a line or a heading, only at the beginning
    (re.compile(r"[:@](?=\S)|www(?=\.)|[-~<>](?=[-=\\])", re.IGNORECASE), rf"\g<0>{_JOINER}"),
)
"""What is replaced in text for Streamlit: by a backslash before it, or by a word joiner after it."""
render_template = renderer.make_renderer(_TEMPLATES, renderer.SHARED_TEMPLATES)
"""Fills a template of the page, see `renderer.make_renderer`."""


def show_template(template: str, **values: Any) -> None:
    """Show a filled template on the page."""
    st.html(render_template(template, **values))


def show_note(text: str, strong: str = "") -> None:
    """Show a line of text in the panel of the user's reports, with words in bold before it."""
    show_template("user_note.html", strong=strong, text=text)


def is_dark() -> bool:
    """Whether the page is shown in Streamlit's dark theme."""
    return bool(st.context.theme.type == "dark")


def link_targets(located: pd.DataFrame) -> pd.Series:
    """Return the target of a `data-go` button for each report; `located` has the columns `place_id, precision`."""
    places: pd.Series = located["place_id"]
    return places.where(located["precision"] != LocationPrecision.PROVINCE, session.PROVINCE_PREFIX + places)


def escape_markdown(text: str) -> str:
    """Write text so that Streamlit shows it as it is, in a label, a tooltip or a message.

    Streamlit reads GitHub's Markdown, coloured text, icons and formulas there. A backslash takes the meaning from most
    characters. Addresses, short names of symbols and arrows are found in the finished text, where no backslash is left:
    an invisible word joiner parts them. The text becomes one line.
    """
    line = " ".join(sanitize_line(text).split())
    for pattern, replacement in _MARKDOWN_ESCAPES:
        line = pattern.sub(replacement, line)
    return line


def css_string(text: str) -> Markup:
    """Write text as a string of a style sheet within a page, whatever is in it."""
    line = " ".join(sanitize_line(text).split())
    plain = (each if each.isascii() and each.isalnum() else f"\\{ord(each):06x}" for each in line)
    return Markup(f'"{"".join(plain)}"')  # noqa: S704 - nothing but letters, digits and backslashes


def show_style(styles: dict[str, StatusStyle]) -> None:
    """Put the page's style sheet in place, with the colour of each status as a property and a class of its name.

    The bar of a province is one gradient; a row only says where its colours end (`--a`, `--b`, ... percent).
    """
    *ends, last = styles
    stops = [
        f"var(--{status}) 0 calc(1% * var(--{letter}, 100))"
        for status, letter in zip(ends, ascii_lowercase, strict=False)
    ]
    gradient = f"linear-gradient(90deg, {', '.join(stops)}, var(--{last}) 0)"
    bar = f".cm-provinces td:nth-child(3) {{ background-image: {gradient} }}"
    numbers = f".cm-provinces td:nth-child(n+5):nth-child(-n+{4 + len(styles)})::after"
    bar += f"{numbers} {{ content: ''; display: inline-block; width: 1.9rem }}"
    bar += f".cm-provinces :is(thead th, td):nth-child({5 + len(styles)}) {{ text-align: left }}"
    unknown = 5 + list(styles).index(UNKNOWN)
    bar += f".cm-all-known :is(thead th, tbody td):nth-child({unknown}) {{ display: none }}"
    sheet = "".join((folder / name).read_text("utf-8") for folder, name in _SHEETS)
    theme = _DARK if is_dark() else _LIGHT
    st.html(
        f"<style>{sheet}\n:root {{ {theme}; {css_colours(styles, dark=is_dark())} }}\n"
        f"{css_classes(styles)}\n{bar}</style>"
    )
