"""What visitors brought who have left is bounded, and goes with their session."""

import asyncio
import weakref
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from streamlit.runtime.fragment import MemoryFragmentStorage
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.session_manager import ActiveSessionInfo, SessionInfo
from streamlit.runtime.state.session_state import SessionState
from streamlit.runtime.uploaded_file_manager import UploadedFileRec
from streamlit.runtime.websocket_session_manager import WebsocketSessionManager

from control_map.ui.server.left_sessions import LeftSessions, stored_sessions, weigh_session
from control_map.ui.state import session

MEGABYTE = 1_000_000


class Left:
    """A session of Streamlit with some bytes of a user's reports in it, as far as it is asked."""

    def __init__(self, name: str, megabytes: float = 0) -> None:
        self.id, self.is_shut, self.caches_cleared = name, False, 0
        self._session_state = SessionState()
        self._session_state[session.USER_REPORTS_KEY] = np.zeros(int(megabytes * MEGABYTE), dtype=np.int8)
        self._uploaded_file_mgr = MemoryUploadedFileManager("/upload")
        self._fragment_storage = MemoryFragmentStorage()

    def shutdown(self) -> None:
        """End it."""
        self.is_shut = True
        self._uploaded_file_mgr.remove_session_files(self.id)

    def clear_session_caches(self) -> None:
        """Drop what the session has cached."""
        self.caches_cleared += 1

    def upload(self, content: bytes) -> None:
        """Hold a file that the user has uploaded."""
        self._uploaded_file_mgr.add_file(self.id, UploadedFileRec("1", "reports.csv", "text/csv", content))


def manager_with(*left: Left, seconds: float = 60) -> WebsocketSessionManager:
    """Return Streamlit's manager of sessions, with the sessions of visitors who left in this order."""
    storage = MemorySessionStorage(ttl_seconds=seconds)
    for each in left:
        storage.save(SessionInfo(None, each))
    return WebsocketSessionManager(storage, None, None, None)


def shrink(manager: WebsocketSessionManager, megabytes: float, sessions: LeftSessions | None = None) -> list[str]:
    """Shrink the sessions to so much; return the ids of those that are kept."""
    runtime = SimpleNamespace(_session_mgr=manager)
    asyncio.run((sessions or LeftSessions()).shrink(runtime, int(megabytes * MEGABYTE)))
    return [each.id for each in stored_sessions(manager)]


def test_those_who_left_first_are_ended_until_what_the_others_brought_is_little_enough():
    left = [Left(name, 3) for name in "abcd"]
    assert shrink(manager_with(*left), 100) == ["a", "b", "c", "d"]
    assert shrink(manager_with(*left), 7) == ["c", "d"]
    assert [each.is_shut for each in left] == [True, True, False, False]


def test_the_one_who_left_last_may_come_back_however_much_they_brought():
    assert shrink(manager_with(Left("a"), Left("b", 9)), 5) == ["b"]


@pytest.mark.parametrize("came_back", [True, False])
def test_one_who_has_come_back_keeps_all(came_back: bool):
    visitor = Left("a", 9)
    manager, sessions = manager_with(visitor), LeftSessions()
    shrink(manager, 100, sessions)
    manager._session_storage.delete("a")
    if came_back:
        manager._active_session_info_by_id["a"] = ActiveSessionInfo(None, visitor)
    shrink(manager, 5, sessions)
    assert visitor.is_shut is not came_back
    assert (session.USER_REPORTS_KEY in visitor._session_state) is came_back


def test_a_session_that_is_over_holds_nothing_though_streamlit_holds_the_session():
    visitor = Left("a", 1)
    visitor.upload(b"x")
    brought = weakref.ref(visitor._session_state[session.USER_REPORTS_KEY])
    visitor._fragment_storage._fragments["1"] = lambda: None
    manager, sessions = manager_with(visitor), LeftSessions()
    shrink(manager, 100, sessions)
    assert brought() is not None
    manager._session_storage._cache._ttl = -1
    manager._session_storage.save(SessionInfo(None, visitor))
    assert shrink(manager, 100, sessions) == []
    assert brought() is None
    assert not visitor._uploaded_file_mgr.file_storage
    assert not visitor._fragment_storage.contains("1")


def test_a_session_weighs_what_the_visitor_brought_and_uploaded():
    visitor = Left("a")
    without = weigh_session(visitor)
    assert without < 0.1 * MEGABYTE
    visitor._session_state[session.USER_REPORTS_KEY] = pd.DataFrame({"x": np.zeros(MEGABYTE)})
    visitor.upload(b"x" * MEGABYTE)
    assert weigh_session(visitor) - without == pytest.approx(9 * MEGABYTE, rel=0.1)


def test_what_a_run_that_went_on_has_cached_after_its_visitor_left_goes_at_the_next_look():
    visitor = Left("a")
    shrink(manager_with(visitor), 100)
    assert visitor.caches_cleared == 1
