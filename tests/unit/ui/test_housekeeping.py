"""Memory goes back when visitors have left."""

import asyncio
import sys
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.websocket_session_manager import WebsocketSessionManager

from control_map.ui.server import housekeeping
from control_map.ui.state import cache
from control_map.ui.state.result_cache import ResultCache


class Someone:
    """A session, as far as Streamlit's storage asks."""

    id = "someone"


def manager(seconds: float) -> WebsocketSessionManager:
    """Return Streamlit's manager of sessions, with the session of one who left and may come back for so long."""
    storage = MemorySessionStorage(ttl_seconds=seconds)
    storage.save(SimpleNamespace(session=Someone()))
    return WebsocketSessionManager(storage, None, None, None)


def test_one_who_has_left_counts_as_long_as_they_may_come_back_and_is_forgotten_then():
    may_return, may_not = manager(60), manager(-1)
    assert housekeeping.count_sessions(SimpleNamespace(_session_mgr=may_return)) == 1
    assert may_not._session_storage._cache._data  # Streamlit itself would keep the session until another one leaves
    assert housekeeping.count_sessions(SimpleNamespace(_session_mgr=may_not)) == 0
    assert not may_not._session_storage._cache._data


@pytest.mark.parametrize(("visitors", "kept", "collections"), [(1, 40, 3), (0, 1, 1)])
def test_results_are_dropped_once_nobody_is_there_and_then_nothing_more_is_done(
    monkeypatch, visitors: int, kept: int, collections: int
):
    results, calls, waits = ResultCache(cache.MAX_SHARED_BYTES), [], []
    for number in range(40):
        results.keep(number, "x" * (cache.MAX_IDLE_BYTES // 2))
    monkeypatch.setattr(cache, "_shared", results)
    monkeypatch.setattr(cache, "MAX_IDLE_BYTES", 1)
    monkeypatch.setattr(housekeeping.Runtime, "instance", lambda: None)
    monkeypatch.setattr(housekeeping, "count_sessions", lambda _: visitors)
    monkeypatch.setattr(housekeeping, "release_memory", lambda: calls.append(len(results)))

    async def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) > 3:
            raise asyncio.CancelledError

    monkeypatch.setattr(housekeeping.asyncio, "sleep", wait)
    monkeypatch.setattr(housekeeping.asyncio, "to_thread", lambda call: done(call()))
    with pytest.raises(asyncio.CancelledError):
        housekeeping._repeat(housekeeping._Memory().give_back, housekeeping.PAUSE_S).send(
            None
        )  # without a loop, as it waits for nothing here
    assert waits == [housekeeping.PAUSE_S] * 4
    assert calls == [min(kept, len(results))] * collections


def test_a_failure_is_logged_and_the_next_time_memory_is_given_back_again(monkeypatch):
    calls, waits, logged = [], [], []

    def release() -> None:
        calls.append(len(waits))
        if len(calls) == 1:
            raise RuntimeError("no memory is given back")

    async def wait(_: float) -> None:
        waits.append(1)
        if len(waits) > 3:
            raise asyncio.CancelledError

    async def call_here(call: Callable[[], None]) -> None:
        call()

    monkeypatch.setattr(housekeeping.Runtime, "instance", lambda: None)
    monkeypatch.setattr(housekeeping, "count_sessions", lambda _: 1)
    monkeypatch.setattr(housekeeping, "release_memory", release)
    monkeypatch.setattr(housekeeping._LOG, "exception", lambda *_: logged.append(str(sys.exception())))
    monkeypatch.setattr(housekeeping.asyncio, "sleep", wait)
    monkeypatch.setattr(housekeeping.asyncio, "to_thread", call_here)
    with pytest.raises(asyncio.CancelledError):
        housekeeping._repeat(housekeeping._Memory().give_back, housekeeping.PAUSE_S).send(None)
    assert calls == [1, 2, 3]
    assert logged == ["no memory is given back"]


async def done(_: object) -> None:
    """Be done."""


@pytest.mark.slow
def test_memory_can_be_released_at_any_time():
    housekeeping.release_memory()
    housekeeping.release_memory()
