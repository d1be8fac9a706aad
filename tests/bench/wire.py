"""What the browser and the app exchange, counted: on the wire, and as messages."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Page, WebSocket


class Wire:
    """A proxy before the app that counts the bytes which the server sends."""

    def __init__(self, target: int) -> None:
        self.sent = 0
        self._target = target
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            client, _ = self._server.accept()
            server = socket.create_connection(("127.0.0.1", self._target))
            threading.Thread(target=self._pump, args=(client, server, False), daemon=True).start()
            threading.Thread(target=self._pump, args=(server, client, True), daemon=True).start()

    def _pump(self, source: socket.socket, to: socket.socket, counted: bool) -> None:
        try:
            while data := source.recv(65536):
                if counted:
                    self.sent += len(data)
                to.sendall(data)
        except OSError:
            pass
        finally:
            to.close()


@dataclass
class Messages:
    """The sizes of a page's websocket messages, from now on, before they are compressed."""

    received: list[int] = field(default_factory=list)
    sent: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, page: Page) -> "Messages":
        """Listen to a page that is not opened yet."""
        messages = cls()

        def listen(websocket: WebSocket) -> None:
            websocket.on("framereceived", lambda frame: messages.received.append(len(frame)))
            websocket.on("framesent", lambda frame: messages.sent.append(len(frame)))

        page.on("websocket", listen)
        return messages


@dataclass
class Counted:
    """The bytes that the server sent within a block: on the wire, and as messages before compression."""

    wire: int = 0
    payload: int = 0


@contextmanager
def counting(wire: Wire, messages: Messages) -> Iterator[Counted]:
    """Count what the server sends until the block ends."""
    counted = Counted()
    wire_before, messages_before = wire.sent, len(messages.received)
    yield counted
    counted.wire = wire.sent - wire_before
    counted.payload = sum(messages.received[messages_before:])
