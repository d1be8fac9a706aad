"""The theatres that a visitor can choose: those of this machine, and the one that they have made, which they alone see.

The visitor's theatre is in no folder of this machine. It has a `folder` all the same, which says which theatre it is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import streamlit as st

from control_map.pipeline.pack import Pack
from control_map.theatre import discovery
from control_map.ui.state import apart, cache, cached_results, held, session

if TYPE_CHECKING:
    from control_map.intake.new_theatre.upload import MadeTheatre
    from control_map.intake.new_theatre.writer import PackFiles

_OWN_FOLDER = Path("your-map")


@dataclass(frozen=True, eq=False)
class OwnTheatre:
    """The theatre that this session's user has made; `notes` say what happened when it was made.

    `token` tells it from others that the user makes, also from one of the same name.
    """

    folder: Path
    title: str
    files: "PackFiles"
    notes: tuple[str, ...]
    token: str


def own_theatre() -> OwnTheatre | None:
    """Return the theatre that this session's user has made, if there is one."""
    own: OwnTheatre | None = st.session_state.get(session.OWN_THEATRE_KEY)
    return own


def own_token() -> str:
    """Return the token of the user's theatre, or an empty text; inputs with it in their keys begin empty."""
    own = own_theatre()
    return own.token if own else ""


def is_own(folder: Path) -> bool:
    """Whether a folder is that of the theatre that this session's user has made."""
    own = own_theatre()
    return own is not None and own.folder == folder


def theatre_titles() -> dict[Path, str]:
    """Return the titles of all theatres that this session's user can choose, by their folders."""
    own = own_theatre()
    titles = discovery.pack_labels(discovery.pack_folders())
    return titles | ({own.folder: f"{own.title} (yours)"} if own else {})


def find_pack(folder: Path) -> Pack:
    """Return the pack of a theatre.

    Raises
    ------
    PackError
        If it cannot be used, or a limit ended the work on the user's own.
    """
    return pack_source(folder)()


def pack_source(folder: Path) -> Callable[[], Pack]:
    """Return what `find_pack` calls; it needs no session, and so can be called by a download."""
    own = own_theatre()
    if own is None or own.folder != folder:
        return partial(cached_results.cached_pack, folder)
    return partial(_load_own, own)


def _load_own(own: OwnTheatre) -> Pack:
    # Only who has made a map needs its code: the app starts without it.
    from control_map.intake.new_theatre.upload import load_private_pack  # noqa: PLC0415

    if not held.is_page_run():
        return apart.run_weighing(load_private_pack, own.files, own.folder.name)
    values = held.held_values()
    known, _ = values.get(held.OWN_PACK, (None, None))
    if known is not own:
        values[held.OWN_PACK] = own, apart.run_weighing(load_private_pack, own.files, own.folder.name)
    pack: Pack = values[held.OWN_PACK][1]
    return pack


def keep_theatre(made: "MadeTheatre") -> None:
    """Keep a theatre that the user has made, in place of the last one, and show it from the next run on."""
    remove_theatre()
    theatre = made.pack.theatre
    own = OwnTheatre(_OWN_FOLDER / theatre.id, theatre.title, made.files, made.notes, uuid4().hex)
    held.held_values()[held.OWN_PACK] = own, made.pack
    st.session_state.update({session.OWN_THEATRE_KEY: own, session.OPENING_THEATRE_KEY: True})


def remove_theatre() -> None:
    """Forget the theatre that the user has made, and the reports on it."""
    if own := own_theatre():
        st.session_state.get(session.USER_REPORTS_KEY, {}).pop(own.folder, None)
        del st.session_state[session.OWN_THEATRE_KEY]
        held.held_values().pop(held.OWN_PACK, None)
        cache.clear_user_caches()
