"""The page's own HTML: filled templates, and the style sheet."""

from pathlib import Path
from string import ascii_lowercase
from typing import Any

import streamlit as st

from control_map.core.status_style import StatusStyle, css_classes, css_colours
from control_map.render.html import renderer

_TEMPLATES = Path(__file__).parent / "templates"
_SHEETS = ((renderer.SHARED_TEMPLATES, "shared.css"), (_TEMPLATES, "page.css"))
render_template = renderer.make_renderer(_TEMPLATES, renderer.SHARED_TEMPLATES)
"""Fills a template of the page, see `markup.templates`."""


def show_html(text: str) -> None:
    """Show what `render` has returned on the page."""
    st.html(text)


def show_template(template: str, **values: Any) -> None:
    """Show a filled template on the page."""
    st.html(render_template(template, **values))


def show_style(styles: dict[str, StatusStyle], *, dark: bool) -> None:
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
    sheet = "".join((folder / name).read_text("utf-8") for folder, name in _SHEETS)
    st.html(f"<style>{sheet}\n:root {{ {css_colours(styles, dark=dark)} }}\n{css_classes(styles)}\n{bar}</style>")
