"""Where the API and the feeds lie on the server, and who is let in. Each is made when it is first asked."""

import asyncio
import re
from collections.abc import Callable
from http import HTTPStatus

from anyio import to_thread
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from control_map.api import access
from control_map.api.access import Caller
from control_map.api.origins import open_to_origins
from control_map.api.problems import respond
from control_map.ui.auth import sign_in
from control_map.ui.server import rate_limit
from control_map.ui.server.base_path import base_path

API_PATH = "api"
"""The path of the API, below that of the page."""
FEED_PATHS = ("feed.{name:path}", "feeds/{name:path}")
"""The paths of the feeds, below that of the page."""


def make_routes() -> list[BaseRoute]:
    """Return the routes of the API and of the feeds, below the base path of the server."""
    feeds = ClosedApp(_make_feeds)
    routes: list[Mount | Route] = [
        Mount(f"{base_path()}{API_PATH}", ClosedApp(_make_api)),
        *(Route(f"{base_path()}{path}", feeds) for path in FEED_PATHS),
    ]
    for route in routes:
        # A path with a line break in it is below these paths, too.
        route.path_regex = re.compile(route.path_regex.pattern, re.DOTALL)
    return list(routes)


class ClosedApp:
    """An application, to those who may read; to all others it says nothing, whatever they ask for."""

    def __init__(self, make: Callable[[], ASGIApp]) -> None:
        """Take what makes the application."""
        self._make = make
        self._app: ASGIApp | None = None
        self._loading = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await WebSocketClose()(scope, receive, send)
            return
        caller = access.identify(Request(scope))
        app = open_to_origins(self._answer, is_private=sign_in.is_private_deployment())
        await app({**scope, access.CALLER_KEY: caller}, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request whose caller is known, unless there were too many of theirs, or they may read nothing."""
        caller: Caller = scope[access.CALLER_KEY]
        counted = rate_limit.count_request(caller.key.id if caller.key else rate_limit.client_address(Request(scope)))
        headers = counted.headers if counted else {}

        async def send_with_count(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(headers)
            await send(message)

        if counted and counted.refusal:
            answer: ASGIApp = respond(HTTPStatus.TOO_MANY_REQUESTS, counted.refusal)
        else:
            answer = caller.problem.response() if caller.problem else await self.load()
        await answer(scope, receive, send_with_count)

    async def load(self) -> ASGIApp:
        """Return the application."""
        async with self._loading:
            if self._app is None:
                self._app = await to_thread.run_sync(self._make)
        return self._app


def _make_api() -> ASGIApp:
    # Only who asks the API needs FastAPI: the page starts without it.
    from control_map.api.application import make_api  # noqa: PLC0415

    return make_api()


def _make_feeds() -> ASGIApp:
    from control_map.api.feeds import make_feeds_app  # noqa: PLC0415 - needs FastAPI, too

    return make_feeds_app()
