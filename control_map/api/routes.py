"""Where the API lies on the server, and who is let in. The application itself is made when it is first asked."""

import asyncio
from http import HTTPStatus

from anyio import to_thread
from starlette.requests import Request
from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from control_map.api import access
from control_map.api.problems import respond
from control_map.ui.server.base_path import base_path

API_PATH = "api"
"""The path of the API, below that of the page."""


def make_routes() -> list[BaseRoute]:
    """Return the routes of the API, below the base path of the server."""
    return [Mount(f"{base_path()}{API_PATH}", ClosedApi())]


class ClosedApi:
    """The API, to those who may read; to all others it says nothing, whatever they ask for."""

    def __init__(self) -> None:
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
                self._app = await to_thread.run_sync(_make)
        return self._app


def _make() -> ASGIApp:
    # Only who asks the API needs FastAPI: the page starts without it.
    from control_map.api.application import make_api  # noqa: PLC0415

    return make_api()
