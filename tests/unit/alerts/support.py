"""A receiver of webhooks on this machine, which verifies each message and answers as a test asks, and what is sent."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from control_map.alerts.delivery import LOOPBACK_VARIABLE, Outcome, deliver
from control_map.alerts.hooks import Hook, make_secret
from control_map.alerts.messages import Release

LOOPBACK = {LOOPBACK_VARIABLE: "1"}
SECRET = make_secret()
Answer = Callable[["Handler"], None]


@dataclass
class Receiver:
    """What came, in order, as (id, document), and the answers that are still to be given; then it answers 204."""

    url: str = ""
    secret: str = SECRET
    came: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    answers: list[int | Answer] = field(default_factory=list)

    @property
    def ids(self) -> list[str]:
        return [message_id for message_id, _ in self.came]

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [row for _, document in self.came for row in document["data"].get("rows", [])]

    def applied(self) -> dict[str, dict[str, Any]]:
        """Return what a receiver has that applies all messages in order, a repeated one once; without links."""
        return apply_messages(dict(self.came).values())


def apply_messages(documents: Any) -> dict[str, dict[str, Any]]:
    """Return the items that a receiver has by their ids, which began with none."""
    have: dict[str, dict[str, Any]] = {}
    for document in documents:
        for row in document["data"]["rows"]:
            item = {name: value for name, value in row.items() if name not in ("state", "was", "url")}
            if row["state"] == "withdrawn":
                assert have.pop(row["id"]) == item
            else:
                assert (row["id"] in have) == (row["state"] != "added")
                have[row["id"]] = item
    return have


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        receiver: Receiver = self.server.receiver  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers["Content-Length"]))
        message_id, moment = self.headers["webhook-id"], self.headers["webhook-timestamp"]
        key = base64.b64decode(receiver.secret.removeprefix("whsec_"))
        wanted = hmac.new(key, f"{message_id}.{moment}.".encode() + body, hashlib.sha256).digest()
        is_signed = self.headers["webhook-signature"] == f"v1,{base64.b64encode(wanted).decode()}"
        answer = receiver.answers.pop(0) if receiver.answers else 204
        if not is_signed or abs(int(moment) - time.time()) > 300 or self.headers["Content-Type"] != "application/json":
            answer = 400
        else:
            receiver.came.append((message_id, json.loads(body)))
        if callable(answer):
            answer(self)
        else:
            self.send(answer)

    def do_GET(self) -> None:
        raise AssertionError("hooks are only posted to")

    def send(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def receiving() -> Iterator[Receiver]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        receiver = Receiver(f"http://127.0.0.1:{server.server_port}/hook")
        server.receiver = receiver  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield receiver
        server.shutdown()
        thread.join()


def make_hook(url: str = "https://hooks.example/x", **others: Any) -> Hook:
    given = {"name": "desk", "secret": SECRET, "theatre": "marshland", "rule": "assessed", **others}
    return Hook(url=url, **given)


def item(entry: str, after: str = "red", text: str = "", **facts: Any) -> dict[str, Any]:
    where = {"place_id": "H1", "province_id": "H", "kind": "district", **facts}
    return {"id": entry, "title": text, "_control_map": {"before": "blue", "after": after, "disputed": False, **where}}


def release_of(items: list[dict[str, Any]], fingerprint: str = "new") -> Release:
    return Release("marshland", "assessed", fingerprint, {"hash": fingerprint, "headline": "Reds hold 1"}, tuple(items))


deliver_here: Callable[[Hook, str, bytes], Outcome] = partial(deliver, environment=LOOPBACK, timeout=5)
