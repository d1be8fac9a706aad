"""What a program other than the page sends over the websocket: it gets a sentence, and no other visitor notices."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from tests.bench.visitor import _PROTOCOLS


@contextmanager
def visiting(address: str) -> Iterator[ClientConnection]:
    stream = f"ws://{urlsplit(address).netloc}/_stcore/stream"
    with connect(stream, subprotocols=_PROTOCOLS, max_size=None, open_timeout=60) as visit:
        yield visit


def answer(visit: ClientConnection, asked: BackMsg) -> list[Element]:
    """Return the elements that the page shows for a message."""
    visit.send(asked.SerializeToString())
    shown: list[Element] = []
    while True:
        message = ForwardMsg.FromString(visit.recv(timeout=60))
        if message.WhichOneof("type") == "delta":
            shown.append(message.delta.new_element)
        elif message.WhichOneof("type") == "script_finished":
            return shown


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
