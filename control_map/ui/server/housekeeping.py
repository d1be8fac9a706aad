"""Memory that visitors needed goes back to the machine."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st


@asynccontextmanager
async def keep_house(_app: st.App) -> AsyncIterator[None]:
    """x."""
    yield
