"""The headers that every answer of the server has: what a browser may load, run, embed, keep and pass on.

Streamlit's page runs no script but its own files, and the two that stand in it, by their hashes. A component's frame
needs more: st_folium runs the map's command as a script. The base maps to choose from are the only other hosts that a
frame may ask, and only for pictures. Style sheets within the page are allowed: Streamlit makes them while it runs.
"""

import base64
import hashlib
import os
import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from control_map.core.errors import ControlMapError
from control_map.ui.auth import sign_in, visitor
from control_map.ui.server.base_path import base_path, path_below_base
from control_map.ui.server.link_tags import LinkTags
from control_map.ui.server.streamlit_files import CompressedScripts, early_links
from control_map.ui.share import EMBED
from control_map.ui.state import cached_results

EMBEDDING_VARIABLE = "CONTROL_MAP_EMBEDDED_IN"
"""The environment variable with the origins, such as https://news.example.org, whose pages may contain the map."""
ORIGIN = re.compile(r"https?://(?:\*\.)?[\w.-]+(?::\d+)?", re.ASCII)
_INLINE_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)
_STREAMLIT_PAGE = Path(st.__file__).parent / "static" / "index.html"
_COMPONENT, _SECRET_PATHS = "component/", ("media/", "_stcore/")
"""The paths of components, and those of what belongs to one visitor or tells how the server is."""
_COMMON = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(
        f"{feature}=()" for feature in "camera geolocation microphone payment usb display-capture".split()
    ),
}


class SecurityHeaders:
    """Adds the headers to each answer, unless a route has set its own."""

    def __init__(self, app: ASGIApp, page: Mapping[str, str], frame: Mapping[str, str]) -> None:
        """Take the app, the headers of the page and all that belongs to it, and those of a component's frame."""
        # The answer to a failure is written here, as Starlette writes its own outside of all middleware.
        self._app, self._page, self._frame = ServerErrorMiddleware(app), page, frame

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request as the app does, with the headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = path_below_base(scope["path"])
        added = self._frame if path.startswith(_COMPONENT) else self._page
        is_secret = path.startswith(_SECRET_PATHS)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in added.items():
                    headers.setdefault(name, value)
                if is_secret:  # Streamlit's own says less
                    headers["Cache-Control"] = "private, no-store"
                # A browser that was closed has lost its cookie, and may still have the page (304). Files have a dot.
                has_page = message["status"] == HTTPStatus.NOT_MODIFIED and "." not in path
                is_page = added is self._page and path != EMBED
                if is_page and (has_page or headers.get("content-type", "").startswith("text/html")):
                    headers.setdefault("Link", early_links())
                    if not visitor.visitor_of(Request(scope).cookies):
                        headers.append("Set-Cookie", _name_browser(is_secure=scope["scheme"] == "https"))
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _name_browser(*, is_secure: bool) -> str:
    """Return the cookie that tells this browser from others; it ends with the browser."""
    attributes = [f"Path={base_path()}", "HttpOnly", "SameSite=Lax", *(["Secure"] if is_secure else [])]
    return "; ".join([f"{visitor.VISITOR_COOKIE}={visitor.new_visitor()}", *attributes])


def make_middleware() -> list[Middleware]:
    """Return what stands before all routes, Streamlit's own too."""
    return [
        Middleware(SecurityHeaders, page=_page_headers(), frame=_frame_headers()),
        Middleware(CompressedScripts),
        Middleware(LinkTags),
    ]


def _page_headers() -> Mapping[str, str]:
    scripts = [*_INLINE_SCRIPT.findall(_STREAMLIT_PAGE.read_bytes()), sign_in.RETURN_SCRIPT.read_bytes()]
    hashes = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}'" for script in scripts)
    # No address of the page goes to another site: it says at which place and day a visitor looks.
    return {
        **_COMMON,
        "Content-Security-Policy": _policy(f"'self' {hashes}"),
        "Referrer-Policy": "same-origin",
    }


def _frame_headers() -> Mapping[str, str]:
    # The hosts of base maps ask by which site they are used; the address of a frame says no more.
    return {
        **_COMMON,
        "Content-Security-Policy": _policy("'self' 'unsafe-inline' 'unsafe-eval'", images=_base_map_hosts()),
        "Referrer-Policy": "strict-origin-when-cross-origin",
    }


def _policy(scripts: str, *, images: Iterable[str] = ()) -> str:
    # A browser asks for every frame whether all pages around it may contain it, so also the outermost.
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src {scripts}",
            "style-src 'self' 'unsafe-inline'",
            " ".join(["img-src 'self' data: blob:", *images]),
            "font-src 'self' data:",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'none'",
            " ".join(["frame-ancestors 'self'", *_embedding_origins()]),
        )
    )


def _base_map_hosts() -> list[str]:
    """Return the origins of the base maps to choose from, with * for their subdomains."""
    try:
        addresses = [str(base_map["url"]) for base_map in cached_results.base_maps()]
    except ControlMapError:  # the page says so, and offers none
        return []
    parts = [urlsplit(address.replace("{s}", "*")) for address in addresses]
    return sorted({f"{part.scheme}://{part.netloc}" for part in parts})


def _embedding_origins() -> list[str]:
    """Return the origins whose pages may contain the map; what is no origin is ignored, so that it allows nothing."""
    return [origin for origin in os.environ.get(EMBEDDING_VARIABLE, "").split() if ORIGIN.fullmatch(origin)]


def framing_origins() -> str:
    """Return whose pages may contain the map without what is around it, as `frame-ancestors` takes it.

    All may if the setting names none; if it names no valid origin, this site alone.
    """
    if not os.environ.get(EMBEDDING_VARIABLE, "").strip():
        return "*"
    return " ".join(["'self'", *_embedding_origins()])
