"""The path below which all addresses of the server lie, and the address of its page."""

import re

import streamlit as st
from starlette.requests import Request

from control_map.ui.share import stated_address

_HOST = re.compile(r"(?:[\w.-]+|\[[0-9a-fA-F:.]+\])(?::\d{1,5})?", re.ASCII)


def base_path() -> str:
    """Return the base path of the server, such as `/` or `/maps/south/`, as `server.baseUrlPath` sets it."""
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}/" if base else "/"


def path_below_base(path: str) -> str:
    """Return the path of an address below the base path, without a slash before it."""
    return f"/{path.lstrip('/')}".removeprefix(base_path()).lstrip("/")


def app_address(request: Request) -> str:
    """Return the address of the app's page, without a query: that of the setting, or of the request itself."""
    if stated := stated_address():
        return stated
    host = request.headers.get("host", "")
    return f"{request.url.scheme}://{host}{base_path()}" if _HOST.fullmatch(host) else base_path()
