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
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

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
    tasks = [asyncio.create_task(_tidy_up_forever()), asyncio.create_task(_shrink_left_sessions_forever())]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def _tidy_up_forever() -> None:
    is_tidy = False
    while True:
        await asyncio.sleep(PAUSE_S)
        try:
            is_tidy = await _tidy_up(is_tidy=is_tidy)
        except Exception:  # noqa: BLE001 - the log has it, and memory is to be given back all the same
            _LOG.exception("Tidying up failed; it is tried again in %g seconds", PAUSE_S)


async def _shrink_left_sessions_forever() -> None:
    left = LeftSessions()
    while True:
        await asyncio.sleep(LEFT_PAUSE_S)
        try:
            await left.shrink(Runtime.instance())
        except Exception:  # noqa: BLE001 - as above
            _LOG.exception("The sessions of those who have left are looked at again in %g seconds", LEFT_PAUSE_S)


async def _tidy_up(*, is_tidy: bool) -> bool:
    """Give memory back, unless nobody is there and it was given back since; return whether nothing is left to do."""
    is_empty = count_sessions(Runtime.instance()) == 0
    if is_empty and is_tidy:
        return True
    if is_empty:
        cache.shrink_shared_results()
    await asyncio.to_thread(release_memory)
    return is_empty


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
