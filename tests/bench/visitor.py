"""One visitor of the running app, without a browser: the page's own websocket, spoken as Streamlit's frontend does."""

import asyncio
import datetime as dt
import re
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import FileURLs, UploadedFileInfo
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

_PROTOCOLS = [Subprotocol("streamlit"), Subprotocol("PLACEHOLDER_AUTH_TOKEN")]
"""What the frontend asks for where sign-in is off."""
_AGAIN_S = 0.5
_PROGRESS = "-own stop"
"""How the id of the button beside the progress of work ends."""
_OWN = "data-own"
"""What the page has once reports were added."""
_SLIDER = "-date"
"""How the id of the date's slider ends: with its key."""
_SHOWN = re.compile(r'data-link="[^"]*\bdate=([\d-]+).*"day":(\d+)')
"""The date in the page's link, and the day in the board's command, which stand in attributes of one element."""
_MICROSECONDS = dt.timedelta(microseconds=1)
_EPOCH = dt.date(1970, 1, 1)


@dataclass
class Answer:
    """What came back until the script had finished: when, how much of it, and what was wrong.

    `seen`, when the board's command was there, and `finished` are moments of `time.perf_counter`; `received` counts the
    bytes before compression.
    """

    seen: float = 0
    finished: float = 0
    received: int = 0
    day: int | None = None
    date: str = ""
    faults: list[str] = field(default_factory=list)


class Visitor:
    """A user who has the page open, and what a browser remembers of it."""

    def __init__(self, port: int, query: str, start: dt.date) -> None:
        """Come to the app on a port; `query` is that of the page's address, `start` the first day of the period."""
        self._address, self._query, self._start = f"127.0.0.1:{port}", query, start
        self._socket: ClientConnection | None = None
        self._states: dict[str, WidgetState] = {}
        self._kept: dict[str, Delta] = {}
        self._fragments: dict[str, str] = {}
        self._slider = self._page = self._session = ""
        self._has_own = False

    async def leave(self) -> None:
        """Close the page."""
        if self._socket:
            await self._socket.close()

    async def open(self, date: dt.date) -> Answer:
        """Open the page; `date` is the one that it ought to show."""
        # However long it takes to be let in: who waits has patience of their own.
        self._socket = await connect(
            f"ws://{self._address}/_stcore/stream", subprotocols=_PROTOCOLS, max_size=None, open_timeout=None
        )
        return await self._answer(BackMsg(), date)

    async def move(self, date: dt.date) -> Answer:
        """Move the slider to a date."""
        state = self._states[self._slider]
        state.double_array_value.data[:] = [(date - _EPOCH) / _MICROSECONDS]
        asked = BackMsg()
        asked.rerun_script.fragment_id = self._fragments[self._slider]
        return await self._answer(asked, date)

    async def set_number(self, key: str, value: int) -> Answer:
        """Set the number of an input, by the end of its key, and get the page anew."""
        self._states[self._find(key)].int_value = value
        return await self._answer(BackMsg(), None)

    async def wait_for(self, key: str) -> None:
        """Wait until the page has an element whose key ends so, see `_wait_until`."""
        await self._wait_until(lambda: self._has(key))

    async def _wait_until(self, is_there: Callable[[], bool]) -> None:
        """Ask how far work is as often as a browser does, until something is there."""
        while not is_there():
            await asyncio.sleep(_AGAIN_S)
            asked = BackMsg()
            asked.rerun_script.is_auto_rerun = True
            asked.rerun_script.fragment_id = next(
                (fragment for known, fragment in self._fragments.items() if known.endswith(_PROGRESS)), ""
            )
            await self._answer(asked, None)

    async def press(self, key: str) -> Answer:
        """Press a button, by the end of its key."""
        button = self._find(key)
        asked = BackMsg()
        asked.rerun_script.fragment_id = self._fragments[button]
        pressed = asked.rerun_script.widget_states.widgets.add()
        pressed.id, pressed.trigger_value = button, True
        return await self._answer(asked, None)

    async def upload(self, key: str, name: str, content: bytes) -> Answer:
        """Hand a file to the uploader whose key ends so, as a browser does: by HTTP, and then by name."""
        assert self._socket is not None
        uploader = self._find(key)
        asked = BackMsg()
        asked.file_urls_request.request_id, asked.file_urls_request.session_id = "1", self._session
        asked.file_urls_request.file_names.append(name)
        await self._socket.send(asked.SerializeToString())
        while (message := await self._receive()).WhichOneof("type") != "file_urls_response":
            pass
        (urls,) = message.file_urls_response.file_urls
        await asyncio.to_thread(self._put, urls, name, content)
        state = WidgetState(id=uploader)
        state.file_uploader_state_value.uploaded_file_info.append(
            UploadedFileInfo(file_id=urls.file_id, name=name, size=len(content), file_urls=urls)
        )
        self._states[uploader] = state
        asked = BackMsg()
        asked.rerun_script.fragment_id = self._fragments[uploader]
        return await self._answer(asked, None)

    async def add_table(self, name: str, content: bytes, patience: float) -> None:
        """Upload a table in the open panel, put it on the map, and close the panel; each wait ends after `patience`."""
        await self.upload("-own file 0", name, content)
        uploader = self._find("-own file 0")
        await asyncio.wait_for(self.wait_for("-own take"), patience)
        await self.press("-own take")
        # A browser forgets an input that is gone, as the one for files is while the table is being added.
        self._states.pop(uploader, None)
        await asyncio.wait_for(self._wait_until(lambda: self._has_own), patience)
        if self._has("-own see"):  # the panel stays open if some rows are to be corrected
            await self.press("-own see")

    def _put(self, urls: FileURLs, name: str, content: bytes) -> None:
        with urllib.request.urlopen(f"http://{self._address}/_stcore/health") as answer:
            cookie = next(value for value in answer.headers.get_all("Set-Cookie") if "_xsrf=" in value).split(";")[0]
        head = f'--0\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\n\r\n'
        request = urllib.request.Request(
            f"http://{self._address}{urls.upload_url}", head.encode() + content + b"\r\n--0--\r\n", method="PUT"
        )
        request.add_header("Content-Type", "multipart/form-data; boundary=0")
        request.add_header("Cookie", cookie)
        request.add_header("X-Xsrftoken", cookie.partition("=")[2])
        urllib.request.urlopen(request).close()

    def _has(self, key: str) -> bool:
        return any(known.endswith(key) for known in self._fragments)

    def _find(self, key: str) -> str:
        for known in reversed(self._fragments):
            if known.endswith(key):
                return known
        raise LookupError(key)

    def _fill(self, asked: BackMsg) -> bytes:
        """Add what a browser sends at each rerun: all that is chosen on the page, and which messages it still has."""
        state = asked.rerun_script
        state.query_string, state.page_script_hash = self._query, self._page
        state.widget_states.widgets.extend(self._states.values())
        state.cached_message_hashes.extend(self._kept)
        about = state.context_info
        about.timezone, about.timezone_offset, about.locale = "UTC", 0, "en-US"
        about.url, about.is_embedded, about.color_scheme = f"http://{self._address}/", False, "light"
        return asked.SerializeToString()

    async def _receive(self) -> ForwardMsg:
        assert self._socket is not None
        return ForwardMsg.FromString(await self._socket.recv())  # type: ignore[arg-type] # no text is sent

    async def _answer(self, asked: BackMsg, date: dt.date | None) -> Answer:
        """Ask, and take what comes; it ought to show the date, unless that is None."""
        assert self._socket is not None
        answer, shown_before = Answer(), self._fragments
        await self._socket.send(self._fill(asked))
        while not answer.finished:
            message = await self._receive()
            answer.received += message.ByteSize()
            match message.WhichOneof("type"):
                case "new_session":
                    self._page = message.new_session.page_script_hash
                    self._session = message.new_session.initialize.session_id
                    shown_before, self._fragments = self._fragments, {}
                case "delta":
                    if message.metadata.cacheable:
                        self._kept[message.hash] = message.delta
                    self._take(message.delta, answer)
                case "ref_hash":
                    self._take(self._kept[message.ref_hash], answer)
                case "script_finished" if message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    answer.finished = time.perf_counter()
                    if message.script_finished == ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY:
                        self._fragments = shown_before | self._fragments  # the rest of the page stays
                    if message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                        answer.faults.append("the script could not be compiled")
        if date and (answer.day, answer.date) != ((date - self._start).days, date.isoformat()):
            answer.faults.append(f"asked for {date}, got day {answer.day} on the map and {answer.date!r} in the link")
        return answer

    def _take(self, delta: Delta, answer: Answer) -> None:
        if delta.WhichOneof("type") != "new_element":
            return
        element = delta.new_element
        kind = str(element.WhichOneof("type"))
        shown: Any = getattr(element, kind)
        if getattr(shown, "id", ""):
            self._fragments[shown.id] = delta.fragment_id
        self._has_own |= kind == "html" and _OWN in shown.body
        if kind == "exception":
            answer.faults.append(f"{shown.type}: {shown.message}")
        elif kind == "html" and (found := _SHOWN.search(shown.body)):
            answer.seen, answer.date, answer.day = time.perf_counter(), found[1], int(found[2])
        elif state := _opening_state(kind, shown):
            if shown.id not in self._states:
                self._states[shown.id] = state
            if shown.id.endswith(_SLIDER):
                self._slider = shown.id


def _opening_state(kind: str, shown: Any) -> WidgetState | None:
    """Return what an input holds when it comes onto the page, None if it has nothing to send."""
    state = WidgetState()
    match kind:
        case "slider":
            state.double_array_value.data.extend(shown.value if shown.set_value else shown.default)
        case "selectbox" | "radio" if shown.set_value:
            if shown.HasField("raw_value"):  # else nothing is chosen, which is sent as well
                state.string_value = shown.raw_value
        case "selectbox" | "radio":
            if shown.HasField("default"):
                state.string_value = shown.options[shown.default]
        case "number_input":
            state.int_value = int(shown.value if shown.set_value else shown.default)
        case "checkbox":
            state.bool_value = shown.value if shown.set_value else shown.default
        case "button_group":
            chosen = shown.raw_values if shown.set_value else [shown.options[n].content for n in shown.default]
            state.string_array_value.data.extend(chosen)
        case _:
            return None
    state.id = shown.id
    return state
