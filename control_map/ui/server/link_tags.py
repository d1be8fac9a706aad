"""The page's head says what its link shows: Streamlit sends the same page for all links."""

import asyncio
import gzip
from collections.abc import Callable, Hashable, Mapping
from urllib.parse import quote, urlencode

from anyio import CapacityLimiter, to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from control_map.core.errors import ControlMapError
from control_map.render.html.head import PageHead, render_head
from control_map.ui.auth import sign_in
from control_map.ui.server.base_path import app_address, path_below_base
from control_map.ui.server.negotiation import takes_gzip
from control_map.ui.share import CARD, USUAL_DESCRIPTION, oembed_link
from control_map.ui.state.query import merge_values

PATIENCE_S = 0.15
"""How long the page waits at most for tags that say what the link shows; the first after a start has plainer ones."""
_HEAD_ENDS = b"</head>"
_MOST_AT_ONCE, _MOST_COMING, _COMPRESSION = 2, 60, 6
_limiter = CapacityLimiter(_MOST_AT_ONCE)


class LinkTags:
    """Writes the tags of the view that a link names into the page, unless the deployment is private."""

    def __init__(self, app: ASGIApp) -> None:
        """Take the app that answers."""
        self._app = app
        self._coming: dict[Hashable, asyncio.Task[str]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request as the app does, with the tags in its page."""
        if scope["type"] != "http" or scope["method"] != "GET" or path_below_base(scope["path"]):
            await self._app(scope, receive, send)
            return
        tags = await self._find_tags(Request(scope))
        # The page differs between links: a browser that has one of them asks for it whole, and as it is.
        unwanted = (b"if-none-match", b"if-modified-since", b"accept-encoding", b"range")
        asked = {**scope, "headers": [header for header in scope["headers"] if header[0] not in unwanted]}
        is_compressed = takes_gzip(Headers(scope=scope))
        started: Message = {}
        parts: list[bytes] = []

        async def send_with_tags(message: Message) -> None:
            if message["type"] == "http.response.start":
                started.update(message)
                return
            parts.append(message.get("body", b""))
            if message.get("more_body"):
                return
            page = b"".join(parts).replace(_HEAD_ENDS, tags + _HEAD_ENDS, 1)
            headers = MutableHeaders(scope=started)
            if is_compressed:
                page = gzip.compress(page, _COMPRESSION, mtime=0)
                headers["Content-Encoding"] = "gzip"
            headers.add_vary_header("Accept-Encoding")
            headers["Content-Length"] = str(len(page))
            del headers["ETag"], headers["Last-Modified"]
            await send(started)
            await send({"type": "http.response.body", "body": page})

        await self._app(asked, receive, send_with_tags)

    async def _find_tags(self, request: Request) -> bytes:
        if not sign_in.is_admitted(request.cookies) or sign_in.is_private_deployment():
            return b""
        parameters, address = merge_values(request.query_params.multi_items()), app_address(request)
        key = (address, frozenset(parameters.items()))
        if key not in self._coming and len(self._coming) < _MOST_COMING:
            self._coming[key] = asyncio.create_task(self._make(key, lambda: _view_tags(parameters, address)))
        if coming := self._coming.get(key):
            await asyncio.wait({coming}, timeout=PATIENCE_S)
            if coming.done():
                return coming.result().encode()
        return render_head(_describe_unread(parameters, address)).encode()

    async def _make(self, key: Hashable, make: Callable[[], str]) -> str:
        """Make tags to the end, also if nobody waits for them: a thread that is left to itself is not counted."""
        try:
            return await to_thread.run_sync(make, limiter=_limiter)
        finally:
            del self._coming[key]


def _view_tags(parameters: Mapping[str, str], address: str) -> str:
    """Return tags that say what the link shows; it may take seconds."""
    # The code of the page: the server starts without it.
    from control_map.ui.share import linked_view, preview  # noqa: PLC0415

    try:
        return preview.render_tags(linked_view.read_linked_view(parameters), address)
    except ControlMapError:  # the page says what is wrong
        return ""


def _describe_unread(parameters: Mapping[str, str], address: str) -> PageHead:
    """Return what the head says if there is no time to read which view the link names."""
    query = urlencode(parameters, quote_via=quote)
    link = f"{address}?{query}" if query else address
    title = "Control Map: who held what, when, according to whom"
    card = f"{address}{CARD}?{query}"
    return PageHead(title, USUAL_DESCRIPTION, link, link, card, (oembed_link(link, address, title),))
