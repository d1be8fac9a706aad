"""What is sent over the websocket, also by a program other than the page, and in what order it comes."""

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from tests.bench.visitor import _PROTOCOLS


@contextmanager
def visiting(address: str) -> Iterator[ClientConnection]:
    stream = f"ws://{urlsplit(address).netloc}/_stcore/stream"
    with connect(stream, subprotocols=_PROTOCOLS, max_size=None, open_timeout=60, close_timeout=0.1) as visit:
        yield visit


def deltas(visit: ClientConnection, asked: BackMsg) -> list[Delta]:
    """Return what the page shows for a message."""
    visit.send(asked.SerializeToString())
    shown: list[Delta] = []
    while True:
        message = ForwardMsg.FromString(visit.recv(timeout=60))
        if message.WhichOneof("type") == "delta":
            shown.append(message.delta)
        elif message.WhichOneof("type") == "script_finished":
            return shown


def answer(visit: ClientConnection, asked: BackMsg) -> list[Element]:
    """Return the elements that the page shows for a message."""
    return [delta.new_element for delta in deltas(visit, asked)]


def next_command(visit: ClientConnection) -> dict[str, Any]:
    """Return what the board is to show, once it comes."""
    while True:
        message = ForwardMsg.FromString(visit.recv(timeout=60))
        if found := re.search("data-command='([^']*)'", message.delta.new_element.html.body):
            command: dict[str, Any] = json.loads(found[1])
            return command


def test_a_value_that_cannot_be_read_gets_a_sentence_and_other_visitors_go_on(address: str):
    asked = BackMsg()
    asked.rerun_script.query_string = ""
    with visiting(address) as hostile, visiting(address) as other:
        slider = next(each.slider.id for each in answer(hostile, asked) if each.WhichOneof("type") == "slider")
        evil = BackMsg()
        evil.rerun_script.widget_states.widgets.add(id=slider, json_value="not JSON")
        shown = answer(hostile, evil)
        assert [each.WhichOneof("type") for each in shown] == ["html"]
        assert "The page could not be shown." in shown[0].html.body
        assert "Error" not in shown[0].html.body
        assert any("data-command" in each.html.body for each in answer(other, asked))


def test_what_is_chosen_just_before_an_event_of_the_board_is_shown_with_it(address: str):
    asked = BackMsg()
    request = asked.rerun_script
    request.query_string = ""
    with visiting(address) as visit:
        opened = deltas(visit, asked)
        compare = next(delta for delta in opened if delta.add_block.id.endswith("-open compare"))
        board = next(delta for delta in opened if delta.new_element.WhichOneof("type") == "component_instance")
        request.fragment_id = compare.fragment_id
        request.widget_states.widgets.add(id=compare.add_block.id, bool_value=True)
        radio = next(each.radio.id for each in answer(visit, asked) if each.WhichOneof("type") == "radio")
        choice = request.widget_states.widgets.add(id=radio)
        event = request.widget_states.widgets.add(id=board.new_element.component_instance.id, json_value="null")
        for nth in range(1, 13):
            choice.string_value, compared = (("7 days before", -7), ("30 days before", -30))[nth % 2]
            request.fragment_id = compare.fragment_id
            visit.send(asked.SerializeToString())
            time.sleep(nth * 0.005)  # it comes before the page runs for the choice, meanwhile, or just after
            place = f"AF{3200 + nth}"
            reported = {"properties": {"nth": nth, "place_id": place, "place_id_nth": nth}}
            request.fragment_id, event.json_value = board.fragment_id, json.dumps({"last_active_drawing": reported})
            visit.send(asked.SerializeToString())
            while (command := next_command(visit)).get("selected") != place:
                pass
            assert command.get("compared") == compared, nth
