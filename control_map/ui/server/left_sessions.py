"""Reports of visitors who have left stay for two minutes, in case they come back, and are bounded by bytes.

Streamlit keeps the whole session of each, up to 128 of them. A crowd that adds reports and goes would fill the memory
of the machine within these minutes, so the sessions of those who left first end before their time.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, cast
from weakref import WeakKeyDictionary

from streamlit.runtime import Runtime
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.session_manager import SessionManager

from control_map.ui.state.result_cache import estimate_bytes

MAX_LEFT_BYTES = 20_000_000
"""What the reports of all visitors who have left may weigh; those of the one who left last stay in any case.

The inputs and fragments of each take some 0.3 MB more, which do not count.
"""


class LeftSessions:
    """The sessions of visitors who have left, and may come back."""

    def __init__(self) -> None:
        self._weights: WeakKeyDictionary[AppSession, int] = WeakKeyDictionary()

    async def shrink(self, runtime: Runtime, most: int = MAX_LEFT_BYTES) -> None:
        """End the sessions of those who left first until the reports of the others weigh at most so much.

        What is over by now is let go of, too, though Streamlit itself may still hold it. It is to be awaited in the
        event loop of the runtime.
        """
        manager = session_manager(runtime)
        weight = 0
        for number, left in enumerate(reversed(stored_sessions(manager))):
            left.clear_session_caches()  # Streamlit did, but a run that went on may have filled them again
            if left not in self._weights:
                self._weights[left] = await asyncio.to_thread(weigh_session, left)
            weight += self._weights[left]
            if weight > most and number and not manager.is_active_session(left.id):
                manager.close_session(left.id)
        kept = {left.id for left in stored_sessions(manager)}
        for left in list(self._weights):
            if left.id not in kept and not manager.is_active_session(left.id):
                del self._weights[left]
                _let_go(left)


def session_manager(runtime: Runtime) -> SessionManager:
    """Return what knows a runtime's sessions."""
    return runtime._session_mgr  # noqa: SLF001 - Streamlit has no other way to it


def stored_sessions(manager: SessionManager) -> Sequence[AppSession]:
    """Return the sessions of those who have left and may come back, who left first before the others."""
    storage = getattr(manager, "_session_storage", None)
    if storage is None:
        return []
    len(getattr(storage, "_cache", ()))  # what is over is dropped only when the sessions are counted
    return [info.session for info in storage.list()]


def weigh_session(left: AppSession) -> int:
    """Return roughly the bytes of the reports that a visitor added; all that was made from them is gone, see `held`."""
    files = left._uploaded_file_mgr.file_storage.get(left.id, {})  # type: ignore[attr-defined] # noqa: SLF001
    return estimate_bytes(_state(left).filtered_state) + sum(len(file.data) for file in list(files.values()))


def _let_go(left: AppSession) -> None:
    """Drop what a session holds: some other part of Streamlit may hold the session until another visitor comes."""
    left.shutdown()
    _state(left).clear()
    left._fragment_storage.clear()  # noqa: SLF001


def _state(left: AppSession) -> Any:
    return cast("Any", left)._session_state  # noqa: SLF001
