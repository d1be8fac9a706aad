"""Where the API and the feeds lie on the server, and who is let in. Each is made when it is first asked."""

import asyncio
from collections.abc import Callable
from http import HTTPStatus

from anyio import to_thread
from starlette.requests import Request
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from control_map.api import access
from control_map.api.problems import respond
from control_map.ui.server.base_path import base_path

API_PATH = "api"
"""The path of the API, below that of the page."""
FEED_PATHS = ("feed.{name:path}", "feeds/{name:path}")
"""The paths of the feeds, below that of the page."""


def make_routes() -> list[BaseRoute]:
    """Return the routes of the API and of the feeds, below the base path of the server."""
    feeds = ClosedApp(_make_feeds)
    return [
        Mount(f"{base_path()}{API_PATH}", ClosedApp(_make_api)),
        *(Route(f"{base_path()}{path}", feeds) for path in FEED_PATHS),
    ]


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
        if not access.is_admitted(Request(scope)):
            detail = "This map is private: sign in on its page, or send a key."
            refusal = respond(HTTPStatus.UNAUTHORIZED, detail, {"WWW-Authenticate": "Bearer"})
            await refusal(scope, receive, send)
            return
        app = await self.load()
        await app(scope, receive, send)

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
