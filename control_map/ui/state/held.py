"""What a page works with is held while its visitor is there, and is made again when they have come back.

Streamlit keeps the session of a visitor who has left for two minutes: its state, the fragments of its page, and what
its downloads call. What weighs much is therefore in none of them. It is held in a cache of the session, which Streamlit
empties at once; fragments and downloads have a `Reference` to it.
"""

import weakref
from collections.abc import Callable
from typing import Any, Generic, TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from control_map.ui.state.served_files import ServedFile

T = TypeVar("T")
USER_RESULT = "joined"
"""What became of the user's tables, with the pack and the tables that it was made from."""
USER_REPORTS, SELECTION = "own reports", "selection"
"""What the page shows of the user's reports, and what the user is looking at."""
OWN_PACK = "own pack"
"""The theatre that the user has made, and its pack."""
_SERVED = "served"
"""The files that the map has been told to draw, newest first: they are served as long as these are held."""
_MOST_SERVED = 6
"""The map may ask for a file a moment after it was told to draw another one."""


@st.cache_resource(scope="session", show_spinner=False)
def held_values() -> dict[str, Any]:
    """Return what is held for this session, by its name, to be read and changed."""
    return {}


def is_page_run() -> bool:
    """Whether a page is run here; else it is a request that belongs to no run, such as that of a download."""
    return get_script_run_ctx(suppress_warning=True) is not None


def keep_served(*files: ServedFile) -> None:
    """Keep files that the map is told to draw, and the last ones before them."""
    held = held_values()
    held[_SERVED] = [*files, *(file for file in held.get(_SERVED, ()) if file not in files)][:_MOST_SERVED]


def drop_private_served() -> None:
    """Let go of the files that this user's own reports went into."""
    held = held_values()
    held[_SERVED] = [file for file in held.get(_SERVED, ()) if file.is_shared]


class Reference(Generic[T]):
    """A reference to a value that something else holds, which makes the value again once that has let go of it.

    Parameters
    ----------
    value
        The value.
    make_again
        Makes it again; what this function refers to is held as long as the reference is.
    """

    def __init__(self, value: T, make_again: Callable[[], T]) -> None:
        self._value, self._make_again = weakref.ref(value), make_again

    def get(self) -> T:
        """Return the value, which may take as long as it took at first."""
        value = self._value()
        return self._make_again() if value is None else value
