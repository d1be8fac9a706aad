"""Text from reports is untrusted; here it is made harmless for spreadsheets, terminals, XML and links."""

import re

import pandas as pd

_FORMULA = re.compile(r"'*(?:[\t\n]|\s*[=+\-@])")
_QUOTED = re.compile(r"\A'(?='*(?:[\t\n]|\s*[=+\-@]))")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_WEB = re.compile(r"https?://[^\s\"'<>`\\]+")


def sanitize_cell(text: str) -> str:
    """Return text that a spreadsheet shows and does not run: a leading quote stops a formula, see `unescape_cell`.

    Control characters are removed first, see `sanitize_line`: removed later, they could uncover a formula.
    """
    line = sanitize_line(text)
    return f"'{line}" if _FORMULA.match(line) else line


def unescape_cell(cell: str) -> str:
    """Return the text that `sanitize_cell` wrote, without the quote that stops a formula."""
    return _QUOTED.sub("", cell)


def sanitize_cells(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with every text cell and column name made harmless for a spreadsheet."""
    # As objects, because some versions of pandas would make decimals of whole numbers that can be missing.
    harmless = frame.astype(object).map(lambda cell: sanitize_cell(cell) if isinstance(cell, str) else cell)
    return harmless.rename(columns=sanitize_cell)


def sanitize_line(text: str) -> str:
    """Return text without characters that control a terminal, change its direction, or are not allowed in XML."""
    return _CONTROL.sub("", text)


def safe_web_link(url: str) -> str:
    """Return the address if it is a web address, else an empty text: no `javascript:`, no quotes."""
    return url if _WEB.fullmatch(url) else ""
