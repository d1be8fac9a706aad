"""Results kept between runs: for all sessions, or, where a user's own reports went into them, for that session alone.

No other user may see what a user adds: nothing made from it enters a cache that other sessions share, nor outlives the
session.
"""

import threading
from collections.abc import Callable, Hashable
from functools import partial, wraps
from typing import Any, ParamSpec, TypeVar

import streamlit as st

from control_map.pipeline.pack import Pack
from control_map.pipeline.view import View
from control_map.ui.state import session

P = ParamSpec("P")
R = TypeVar("R")
_PRIVATE_SHARE = 4
"""A session's own results serve one user, so fewer are kept: this part of the shared ones."""
_computing = threading.Lock()
_clear_private: list[Callable[[], None]] = []
"""The functions that empty this session's caches."""


def cache_results(
    key: Callable[..., Hashable],
    max_entries: int,
    *,
    on_release: Callable[[Any], None] | None = None,
    lock: threading.Lock = _computing,
    spinner: bool | str = False,
    of_theatre: bool = False,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Keep what a function of a `Pack` or a `View`, its first argument, returns.

    Parameters
    ----------
    key
        Gets the function's arguments and returns all that its result depends on.
    max_entries
        How many shared results are kept.
    on_release
        Gets each result of a session when it is dropped, at the latest when the session ends.
    lock
        Shared results are computed one after the other: fifty begun at once would all be done when the last one is.
        A function that calls other cached functions needs a lock of its own, or two sessions could wait for each other.
    spinner
        What the page says while a shared result is computed, if anything.
    of_theatre
        The result depends on the published theatre alone, which no user's reports change: it is always shared.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        def compute(key: Hashable, _call: Callable[[], R]) -> R:  # noqa: ARG001 - Streamlit's key of the result
            return _call()

        def compute_in_turn(key: Hashable, _call: Callable[[], R]) -> R:  # noqa: ARG001 - Streamlit's key of the result
            with lock:
                return _call()

        for cached in (compute, compute_in_turn):  # Streamlit distinguishes caches by these names
            cached.__module__, cached.__qualname__ = function.__module__, function.__qualname__
        shared = st.cache_resource(max_entries=max_entries, show_spinner=spinner)(compute_in_turn)
        private = st.cache_resource(
            max_entries=max(1, max_entries // _PRIVATE_SHARE),
            show_spinner="Weighing the reports \u2026",
            scope="session",
            on_release=on_release,
        )(compute)
        _clear_private.append(private.clear)

        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            chosen = private if not of_theatre and has_user_reports(args[0]) else shared
            return chosen(key(*args, **kwargs), partial(function, *args, **kwargs))

        return call

    return decorate


def has_user_reports(source: object) -> bool:
    """Whether anything that a user added went into a pack or a view, even if only rows that were set aside."""
    pack = source.pack if isinstance(source, View) else source
    return isinstance(pack, Pack) and pack.fingerprint != pack.files_fingerprint


def clear_user_caches() -> None:
    """Drop all results made from this session's own reports."""
    for clear in _clear_private:
        clear()
    session.drop_private_served()
