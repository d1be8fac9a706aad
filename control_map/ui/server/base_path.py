"""The path below which all addresses of the server lie."""

import streamlit as st


def base_path() -> str:
    """Return the base path of the server, such as `/` or `/maps/south/`, as `server.baseUrlPath` sets it."""
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}/" if base else "/"


def path_below_base(path: str) -> str:
    """Return the path of an address below the base path, without a slash before it."""
    return f"/{path.lstrip('/')}".removeprefix(base_path()).lstrip("/")
