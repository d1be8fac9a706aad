"""Text from reports is untrusted; here it is made harmless for spreadsheets, terminals, XML and links."""

import json
import re
from urllib.parse import SplitResult, urlsplit

import pandas as pd

from control_map.core.characters import HIDDEN_CLASS

_FORMULA = re.compile(r"'*(?:[\t\n]|\s*[=+\-@])")
_QUOTED = re.compile(r"\A'(?='*(?:[\t\n]|\s*[=+\-@]))")
_HIDDEN = re.compile(rf"[{HIDDEN_CLASS}]")
_CONTROL = re.compile(rf"[\r{HIDDEN_CLASS}]+")
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


def sanitize_json(document: str) -> str:
    """Return a JSON document in which all that cannot be seen is escaped; it reads as the same value."""
    return _HIDDEN.sub(lambda match: json.dumps(match[0])[1:-1], document)


def safe_web_link(url: str) -> str:
    """Return the address if it is a web address, else an empty text: no `javascript:`, no quotes."""
    return url if _WEB.fullmatch(url) and split_web_address(url) else ""


def split_web_address(text: str) -> SplitResult | None:
    """Return the parts of a web address, or None if the text is none, such as `http://[foo`.

    The scheme is http or https, there is a host, and the port is a number.
    """
    try:
        parts = urlsplit(text.strip())
        is_web = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts if is_web else None
