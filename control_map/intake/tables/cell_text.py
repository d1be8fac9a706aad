"""Values as text: how a cell that is no text is written, whatever kind of file it stood in."""

import datetime as dt
import math
from decimal import Decimal

_DIGITS = 100
_EXACT = 1e15
"""Below it a number with a fraction is told from one without."""


def format_number(number: float) -> str:
    """Write a number: whole ones without a point, others with 15 digits; nothing for what is no number."""
    if not math.isfinite(number):
        return ""
    return f"{number:.0f}" if number.is_integer() and abs(number) < _EXACT else f"{number:.15g}"


def format_datetime(moment: dt.datetime | dt.date | dt.time | dt.timedelta) -> str:
    """Write a moment as ISO 8601 has it, midnight as the day alone."""
    if isinstance(moment, dt.datetime):
        return moment.date().isoformat() if moment.time() == dt.time() else moment.isoformat(timespec="seconds")
    return str(moment) if isinstance(moment, dt.timedelta) else moment.isoformat()


def format_value(value: object) -> str:
    """Write a value of any flat kind; nothing for what is missing."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return format_number(value)
    if isinstance(value, Decimal):
        return f"{value:f}" if value.is_finite() and abs(value.adjusted()) < _DIGITS else str(value)
    return format_datetime(value) if isinstance(value, (dt.date, dt.time, dt.timedelta)) else str(value)
