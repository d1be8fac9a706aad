"""Tools for computing: codes for names, days as numbers, rows as plain values and JSON, results kept with objects."""

import datetime as dt
import json
from collections.abc import Callable, Sequence
from functools import wraps
from itertools import pairwise
from typing import Any, Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
import pandas as pd

from control_map.core.model import Reason, Role

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_Owner = TypeVar("_Owner")
_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")
_MOST_RESULTS = 60
"""A layout of a map for pictures, of which each province has several, takes half a megabyte."""

ROLES, REASONS = list(Role), list(Reason)
CODE_OF: dict[str, int] = {name: code for names in (ROLES, REASONS) for code, name in enumerate(names)}
"""The position of each role among the roles, and of each reason among the reasons."""
NO_CODE = -1
"""Stands for no role, no reason, or no status yet."""


def decode_names(codes: Ints, names: Sequence[str]) -> pd.Series:
    """Turn positions in a vocabulary into text, and -1 into an empty one."""
    words = pd.array([*(str(name) for name in names), ""], dtype="str")
    return pd.Series(words.take(np.where(codes == NO_CODE, len(names), codes)))


def run_bounds(keys: np.ndarray) -> list[tuple[int, int]]:
    """Return the begin and the end (exclusive) of each run of equal values."""
    edges = [0, *(np.flatnonzero(keys[1:] != keys[:-1]) + 1).tolist(), len(keys)]
    return list(pairwise(edges)) if len(keys) else []


def category_codes(column: pd.Series) -> Ints:
    """Return the position of each cell in the column's categories."""
    return np.asarray(column.cat.codes, dtype=np.int64)


def running_totals(
    begins: Ints, ends: Ints, columns: Ints, shape: tuple[int, int], sizes: np.ndarray | float = 1.0
) -> npt.NDArray[np.float64]:
    """Add up half-open intervals of steps: a row for each step, a column for each of several counts.

    An interval adds its size to its column in each row from `begins` up to `ends`, which may be the number of rows.
    """
    length, width = shape
    totals = np.zeros((length + 1, width))
    np.add.at(totals, (begins, columns), sizes)
    np.subtract.at(totals, (ends, columns), sizes)
    return totals.cumsum(axis=0)[:length]


def day_number(date: dt.date) -> int:
    """Count the days from 1 January 1970 to a date."""
    return (date - dt.date(1970, 1, 1)).days


def day_numbers(dates: pd.Series) -> Ints:
    """Count days from 1 January 1970."""
    return dates.to_numpy().astype("datetime64[D]").astype("int64")


def to_plain_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame as plain dictionaries: dates as `datetime.date`, missing values as None."""
    return [{str(name): to_plain_value(value) for name, value in row.items()} for row in frame.to_dict("records")]


def to_plain_value(value: Any) -> Any:
    """Turn a cell into a plain Python value."""
    if isinstance(value, (list, tuple)):
        return list(value)
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.date()
    return value.item() if hasattr(value, "item") else value


def to_compact_json(value: Any) -> bytes:
    """Write a value as JSON, in UTF-8 and without blanks; dates are text, as in 2021-07-09.

    Raises
    ------
    ValueError
        If a number in it is not finite, which JSON cannot express.
    """
    separators, default = (",", ":"), dt.date.isoformat
    return json.dumps(value, ensure_ascii=False, separators=separators, allow_nan=False, default=default).encode()


def memoize(
    make: Callable[Concatenate[_Owner, _Arguments], _Result],
) -> Callable[Concatenate[_Owner, _Arguments], _Result]:
    """Keep the results of a function with its first argument, for each set of further arguments, as long as it exists.

    Of one object the newest are kept, as many as `_MOST_RESULTS`.
    A cache with a limit would keep the last packs in memory after all others have let go of them. A result must not
    refer to the object itself, or neither is ever freed; the further arguments have to be hashable.
    """
    results: WeakKeyDictionary[_Owner, dict[object, _Result]] = WeakKeyDictionary()

    @wraps(make)
    def memoized(owner: _Owner, /, *further: _Arguments.args, **named: _Arguments.kwargs) -> _Result:
        own = results.setdefault(owner, {})
        key = (further, tuple(sorted(named.items())))
        kept = own.get(key)
        if kept is not None:
            return kept
        result = make(owner, *further, **named)
        while len(own) >= _MOST_RESULTS:
            own.pop(next(iter(own)), None)
        own[key] = result
        return result

    return memoized
