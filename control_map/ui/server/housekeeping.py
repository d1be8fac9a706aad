"""Memory that visitors needed goes back to the machine when they have left.

Three things would hold on to it. Streamlit keeps the session of a visitor who has left for a while, in case they come
back, and drops it only when another visitor comes: see `left_sessions`. What refers to itself in a circle, as sessions
do, waits for Python's collector, which comes late where much is held anyway. And the C library keeps freed memory for
later.
"""

import asyncio
import ctypes
import gc
import logging
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial

import pyarrow as pa
import streamlit as st
from streamlit.runtime import Runtime

from control_map.ui.server.left_sessions import LeftSessions, session_manager, stored_sessions
from control_map.ui.state import cache

PAUSE_S = 30.0
"""From one tidying up to the next; each takes less than a tenth of a second."""
LEFT_PAUSE_S = 2.0
"""From one look at the sessions of those who have left to the next."""
_LOG = logging.getLogger(__name__)
_ARENA_MAX, _MMAP_THRESHOLD = -8, -3
"""Parameters of glibc's `mallopt`."""


@asynccontextmanager
async def keep_house(_app: st.App) -> AsyncIterator[None]:
    """Prepare the process before the server is open, and tidy up now and then until it closes."""
    _return_freed_memory()
    gc.collect()
    gc.freeze()  # modules stay: the collector need not look at them again
    tasks = [
        asyncio.create_task(_repeat(_Memory().give_back, PAUSE_S)),
        asyncio.create_task(_repeat(partial(_shrink_left_sessions, LeftSessions()), LEFT_PAUSE_S)),
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def _repeat(work: Callable[[], Awaitable[None]], pause_s: float) -> None:
    """Do some work after each pause, also after it has failed."""
    while True:
        await asyncio.sleep(pause_s)
        try:
            await work()
        except Exception:  # noqa: BLE001 - the log has it, and memory is to be given back all the same
            _LOG.exception("Tidying up failed; it is tried again in %g seconds", pause_s)


async def _shrink_left_sessions(left: LeftSessions) -> None:
    await left.shrink(Runtime.instance())


class _Memory:
    """What the process has, and whether all that can be was given back since the last visitor left."""

    def __init__(self) -> None:
        self._is_tidy = False

    async def give_back(self) -> None:
        """Give memory back, unless nobody is there and nothing is left to do."""
        is_empty = count_sessions(Runtime.instance()) == 0
        if is_empty and self._is_tidy:
            return
        if is_empty:
            cache.shrink_shared_results()
        await asyncio.to_thread(release_memory)
        self._is_tidy = is_empty


def count_sessions(runtime: Runtime) -> int:
    """Return how many visitors are there, or have left so lately that they may come back; the others are forgotten."""
    manager = session_manager(runtime)
    return manager.num_active_sessions() + len(stored_sessions(manager))


def release_memory() -> None:
    """Collect garbage, and give back what is free."""
    gc.collect()
    pa.default_memory_pool().release_unused()
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):
        trim(0)


def _return_freed_memory() -> None:
    """Have freed memory given back: Arrow and each thread would otherwise keep stores of their own."""
    pa.set_memory_pool(pa.system_memory_pool())
    if sys.platform == "linux" and (set_option := getattr(ctypes.CDLL(None), "mallopt", None)):
        set_option(_ARENA_MAX, 2)
        set_option(_MMAP_THRESHOLD, 1 << 20)
