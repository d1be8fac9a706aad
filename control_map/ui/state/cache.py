"""Results kept between runs: for all sessions, or, where a user's own reports went into them, for that session alone.

No other user may see what a user adds: nothing made from it enters a cache that other sessions share, nor outlives the
session. Results are kept by what they weigh: however many rules, days and words visitors try, memory stays bounded.
"""

import threading
from collections.abc import Callable, Hashable
from contextlib import AbstractContextManager, nullcontext
from copy import copy
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar, cast

import streamlit as st

from control_map.core.errors import PackError
from control_map.pipeline.pack import Pack
from control_map.pipeline.view import View
from control_map.ui.state import held
from control_map.ui.state.result_cache import CacheGroup, ResultCache

P = ParamSpec("P")
R = TypeVar("R")
MAX_PACKS = 4
"""How many packs are kept, with what depends on a pack's files alone."""
MAX_SHARED_BYTES = 96_000_000
"""What the results that all sessions share may weigh: some twenty-five views of the shipped pack, as they are shown."""
MAX_IDLE_BYTES = 8_000_000
"""What they may weigh when no visitor is there."""
MAX_PRIVATE_BYTES = 24_000_000
"""What the results of one session's own reports may weigh."""
MAX_ALL_PRIVATE_BYTES = 200_000_000
"""What the results of all sessions' own reports may weigh together."""
_computing = threading.Lock()
_shared = ResultCache(MAX_SHARED_BYTES)
_private = CacheGroup(MAX_ALL_PRIVATE_BYTES)


def cache_results(
    key: Callable[..., Hashable],
    *,
    lock: threading.Lock = _computing,
    of_theatre: bool = False,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Keep what a function of a `Pack` or a `View`, its first argument, returns.

    Parameters
    ----------
    key
        Gets the function's arguments and returns all that its result depends on.
    lock
        Shared results are computed one after the other: fifty begun at once would all be done when the last one is.
        A function that calls other cached functions needs a lock of its own, or two sessions could wait for each other.
    of_theatre
        The result depends on the theatre alone, which no user's reports change: it is shared, and kept for each of the
        packs that were used last, unless the theatre itself is one visitor's.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        name = f"{function.__module__}.{function.__qualname__}"
        shared = ResultCache(MAX_PACKS, weigh=lambda _: 1) if of_theatre else _shared

        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            is_private = (is_private_theatre if of_theatre else has_user_reports)(args[0])
            results = _private_results() if is_private else shared
            named_key = name, key(*args, **kwargs)
            found, result = results.find(named_key)
            if found:
                return cast("R", _result_or_failure(result))
            with _say_what_is_done(of_theatre, is_private), nullcontext() if is_private else lock:
                found, result = results.find(named_key)  # another session has computed it meanwhile
                if not found:
                    try:
                        result = function(*args, **kwargs)
                    except PackError as error:
                        if not is_private:
                            raise
                        result = _Failure(copy(error))
                    results.keep(named_key, result)
            return cast("R", _result_or_failure(result))

        return call

    return decorate


@dataclass(frozen=True)
class _Failure:
    """The error with which the work on a session's own reports ended: to repeat it would take as long again."""

    error: PackError


def _result_or_failure(result: object) -> object:
    if isinstance(result, _Failure):
        raise copy(result.error)  # each time it is raised, an error takes up where that was
    return result


def _say_what_is_done(of_theatre: bool, is_private: bool) -> AbstractContextManager[None]:
    """Say on the page what is computed, once it takes a while; shared results of a theatre come soon enough."""
    if not held.is_page_run():
        return nullcontext()
    if of_theatre:
        return st.spinner("Reading the reports \u2026")
    return st.spinner("Weighing the reports \u2026") if is_private else nullcontext()


def _private_results() -> ResultCache:
    """Return the results made from this session's own reports; a request that belongs to no run has none."""
    return _results_of_session() if held.is_page_run() else ResultCache(MAX_PRIVATE_BYTES)


@st.cache_resource(scope="session", show_spinner=False)
def _results_of_session() -> ResultCache:
    """Return the results made from this session's own reports; Streamlit drops them when the visitor leaves."""
    return _private.new_cache(MAX_PRIVATE_BYTES)


def has_user_reports(source: object) -> bool:
    """Whether anything of a user's went into a pack or a view: the theatre, or reports, even if they were set aside."""
    pack = source.pack if isinstance(source, View) else source
    return isinstance(pack, Pack) and (pack.is_private or pack.fingerprint != pack.files_fingerprint)


def is_private_theatre(source: object) -> bool:
    """Whether a theatre is one visitor's: they have made it, or its period follows reports that they have added."""
    if not isinstance(source, Pack):
        return False
    return source.is_private or (source.theatre.follows_reports and has_user_reports(source))


def clear_user_caches() -> None:
    """Drop all results made from this session's own reports."""
    _private_results().clear()
    held.drop_private_served()


def shrink_shared_results() -> None:
    """Drop shared results that no visitor waits for, until the others weigh little."""
    _shared.shrink(MAX_IDLE_BYTES)
