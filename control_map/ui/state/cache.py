"""What is made of a pack once and kept: for all sessions, or, with a visitor's own reports in it, for that one alone.

What a visitor brings is nobody else's to see: nothing that is made of it may enter a cache that other sessions share,
nor outlive the session.
"""

import threading
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import streamlit as st

from control_map.pipeline.pack import Pack
from control_map.pipeline.view import View

P = ParamSpec("P")
R = TypeVar("R")
_SHARE = 4
"""A visitor's own results are kept for that one alone, so there are fewer of them: this part of the others."""
_making = threading.Lock()
_forgetting: list[Callable[[], None]] = []
"""What empties this session's caches."""


def cache_results(
    most: int, forgotten: Callable[[Any], None] | None = None, in_turn: threading.Lock = _making
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Keep what a function makes, up to some number of results.

    What all share is made one after the other, `in_turn`: fifty results begun at once would all be done when the last
    one is. A function that asks for what others keep needs a lock of its own, or two visits could wait for each other.

    Its last argument is a `Pack` or a `View`, whose name begins with a low line: it is no part of the key, which is
    made of the others. Of a pack with own reports the results are the session's; `forgotten` is given each of them when
    it is dropped, at the latest when the session ends.
    """

    def keep(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def alone(*given: P.args, **named: P.kwargs) -> R:
            with in_turn:
                return function(*given, **named)

        shared = st.cache_resource(max_entries=most, show_spinner=False)(alone)
        private = st.cache_resource(
            max_entries=most // _SHARE,
            show_spinner="Weighing the reports \u2026",
            scope="session",
            on_release=forgotten,
        )(function)
        _forgetting.append(private.clear)

        @wraps(function)
        def call(*given: P.args, **named: P.kwargs) -> R:
            return (private if has_user_reports(given[-1]) else shared)(*given, **named)

        return call

    return keep


def has_user_reports(of: object) -> bool:
    """Whether anything that a visitor brought went into a pack or a view, were it only what is wrong with it."""
    pack = of.pack if isinstance(of, View) else of
    return isinstance(pack, Pack) and pack.fingerprint != pack.files_fingerprint


def clear_user_caches() -> None:
    """Drop all that was made of this session's own reports."""
    for clear in _forgetting:
        clear()
