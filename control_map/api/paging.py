"""Pages of rows: where the next one begins is a text that other programs only hand back."""

import base64
import binascii
import json
from http import HTTPStatus

from control_map.api.problems import Problem

MOST_ROWS = 10_000
"""Rows of one answer: more than any theatre has of reports, changes or places today."""


def write_cursor(begin: int, fingerprint: str, question: str) -> str:
    """Return the cursor of the page that begins with a row, of the rows that a question has in a pack."""
    return base64.urlsafe_b64encode(json.dumps([begin, fingerprint, question]).encode()).decode().rstrip("=")


def read_cursor(cursor: str, fingerprint: str, question: str) -> int:
    """Return the row with which a page begins; an empty cursor is that of the first.

    Raises
    ------
    Problem
        If it is none of this API's, is that of another question, or the pack has changed since.
    """
    if not cursor:
        return 0
    try:
        begin, of_pack, of_question = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        is_whole = isinstance(begin, int) and not isinstance(begin, bool) and begin >= 0
    except (ValueError, TypeError, binascii.Error, RecursionError):
        is_whole = False
    again = "Ask without it for the first page."
    if not is_whole or of_question != question:
        detail = f"The cursor is not one that this question gave. {again}"
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, "cursor")
    if of_pack != fingerprint:
        detail = f"The theatre's files have changed since this cursor was given. {again}"
        raise Problem(HTTPStatus.GONE, detail, "cursor")
    return int(begin)
