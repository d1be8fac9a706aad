"""Results by key, as many as fit into a number of bytes."""

import itertools
import math
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import chain
from typing import Any
from weakref import WeakSet

import numpy as np
import pandas as pd
from pandas.api.types import is_object_dtype

from control_map.assessment.weighing import AssertionArrays, Weigher
from control_map.pipeline.pack import Pack

_KEY_BYTES = 1_000
"""What a key and its place among the others take."""
_CELL_BYTES = 64
"""What a cell of a table takes that holds a Python object."""


_uses = itertools.count()


@dataclass(slots=True)
class _Entry:
    result: Any
    weight: int
    is_settled: bool = False
    used: int = 0


class ResultCache:
    """Keeps results while all together weigh at most so much; then those go that were not used for longest.

    The newest result stays in any case. It can be used from several threads.

    Parameters
    ----------
    most
        The most that the results may weigh together.
    weigh
        Returns the weight of a result; by default its bytes.
    group
        The caches that this one belongs to.
    """

    def __init__(self, most: int, weigh: Callable[[Any], int] | None = None, group: "CacheGroup | None" = None) -> None:
        self._most, self._weigh, self._group = most, weigh or estimate_bytes, group
        self._entries: OrderedDict[Hashable, _Entry] = OrderedDict()
        self._lock = threading.Lock()
        self._weight = 0

    def __len__(self) -> int:
        """Return the number of results."""
        return len(self._entries)

    @property
    def weight(self) -> int:
        """What the results weigh together."""
        return self._weight

    @property
    def last_use_of_oldest(self) -> float:
        """When the result was used that was not used for longest: a number that grows with each use of any cache."""
        with self._lock:
            return next((entry.used for entry in self._entries.values()), math.inf)

    def find(self, key: Hashable) -> tuple[bool, Any]:
        """Return whether there is a result for a key, and the result."""
        with self._lock:
            if (entry := self._entries.get(key)) is None:
                return False, None
            self._entries.move_to_end(key)
            entry.used = next(_uses)
            has_grown, entry.is_settled = not entry.is_settled, not isinstance(entry.result, Weigher)
        if has_grown:
            # A view computes parts of itself when it is first shown: they count from its second use on. A weigher may
            # grow with each use.
            self._weigh_again(key, entry)
        return True, entry.result

    def keep(self, key: Hashable, result: Any) -> None:
        """Keep a result, and drop others for which there is no room."""
        entry = _Entry(result, self._weigh(result), is_settled=isinstance(result, str))
        with self._lock:
            entry.used = next(_uses)
            if replaced := self._entries.pop(key, None):
                self._weight -= replaced.weight
            self._entries[key] = entry
            self._weight += entry.weight
        self._shrink()

    def shrink(self, most: int) -> None:
        """Drop results, those that were not used for longest first, until the others weigh at most so much."""
        while self._weight > most and self.drop_oldest(keeps=1):
            pass

    def drop_oldest(self, keeps: int = 0) -> bool:
        """Drop the result that was not used for longest, if there are more than so many; say whether it was."""
        with self._lock:
            if len(self._entries) <= keeps:
                return False
            _, entry = self._entries.popitem(last=False)
            self._weight -= entry.weight
        del entry  # a result may take a while to go: the lock is free again by then
        return True

    def _shrink(self) -> None:
        self.shrink(self._most)
        if self._group:
            self._group.shrink()

    def _weigh_again(self, key: Hashable, entry: _Entry) -> None:
        weight = self._weigh(entry.result)
        with self._lock:
            if self._entries.get(key) is entry:  # it was not dropped meanwhile
                self._weight += weight - entry.weight
                entry.weight = weight
        self._shrink()

    def clear(self) -> None:
        """Drop all results."""
        with self._lock:
            self._entries.clear()
            self._weight = 0


class CacheGroup:
    """Caches whose results are kept while all together weigh at most so much.

    Then those go that were not used for longest, whichever cache they are in; the newest of all stays in any case. A
    cache is gone from the group when all others have let go of it.

    Parameters
    ----------
    most
        The most that the results may weigh together.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._caches: WeakSet[ResultCache] = WeakSet()
        self._lock = threading.Lock()

    def new_cache(self, most: int, weigh: Callable[[Any], int] | None = None) -> ResultCache:
        """Return a cache of the group with a limit of its own; `weigh` is that of `ResultCache`."""
        cache = ResultCache(most, weigh, self)
        with self._lock:
            self._caches.add(cache)
        return cache

    @property
    def weight(self) -> int:
        """What the results of all its caches weigh together."""
        return sum(cache.weight for cache in self._members())

    def shrink(self) -> None:
        """Drop results, those that were not used for longest first, until the others weigh little enough."""
        while self.weight > self._most:
            caches = [cache for cache in self._members() if len(cache)]
            if sum(map(len, caches)) <= 1:
                return
            min(caches, key=lambda cache: cache.last_use_of_oldest).drop_oldest()

    def _members(self) -> list[ResultCache]:
        with self._lock:
            return list(self._caches)


def estimate_bytes(value: Any) -> int:
    """Return roughly how much memory a result takes, with its key, and without the packs that it was made from.

    A table that shares columns with another one is counted as if it did not.
    """
    return _KEY_BYTES + _estimate(value, set(), (Pack, AssertionArrays, type))


def _estimate(value: Any, counted: set[int], without: tuple[type, ...]) -> int:
    if id(value) in counted or isinstance(value, without):
        return 0
    counted.add(id(value))
    # Other sessions use the result meanwhile, and what they look at may grow: its parts are those of one moment.
    match value:
        case pd.DataFrame():
            cells = len(value) * sum(is_object_dtype(column) for column in value.dtypes)
            return int(value.memory_usage().sum()) + _CELL_BYTES * cells
        case pd.Series() | pd.Index():
            return int(value.memory_usage()) + _CELL_BYTES * len(value) * is_object_dtype(value.dtype)
        case np.ndarray():
            return int(value.nbytes) + _CELL_BYTES * value.size * is_object_dtype(value.dtype)
        case Mapping():
            parts: Iterable[Any] = chain.from_iterable(list(value.items()))
        case list() | tuple() | AbstractSet():
            parts = list(value)
        case _:
            parts = list(vars(value).values()) if hasattr(value, "__dict__") else ()
    return sys.getsizeof(value) + sum(_estimate(part, counted, without) for part in parts)
