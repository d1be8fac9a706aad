"""The film of the view: it is made while one waits, with its progress, and whatever the user does meanwhile ends it.

A process of its own makes it: to draw a day holds the interpreter, for which the pages of all visitors would wait.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from importlib.util import find_spec
from threading import Lock
from typing import Any

import streamlit as st

from control_map.core.errors import ControlMapError
from control_map.core.limits import LIMITS, Limits
from control_map.core.wording import format_date
from control_map.intake.worker.job import Job, Line
from control_map.intake.worker.work import report_progress
from control_map.render.export import writing
from control_map.render.picture.shapes import ShapeName
from control_map.ui import html
from control_map.ui.auth import visitor
from control_map.ui.auth.sign_in import offer_download
from control_map.ui.share.files import ask_for_shape
from control_map.ui.state import session
from control_map.ui.state.selection import Selection

_SHAPES = [ShapeName.WIDE, ShapeName.SQUARE, ShapeName.TALL]
_FORMATS = {"mp4": "MP4", "webm": "WebM", "gif": "GIF"}
_MEDIA_TYPES = {"mp4": "video/mp4", "webm": "video/webm", "gif": "image/gif"}
"""The media types of films, by the endings of their files."""
_USUAL_DAYS = 30
_FILMING = Line(
    LIMITS.films,
    seconds=LIMITS.film_work_seconds,
    fix="Choose fewer days, or try again in some minutes",
    always_apart=True,
)
_LOOK_EVERY_S = 0.3
"""Seconds after which the page shows how far the film is, and looks whether the user wants something else."""


@dataclass
class FilmPlaces:
    """How many films are made at once on a server: one for each visitor, and a few for all."""

    limits: Limits = LIMITS
    _visitors: set[str] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    @contextmanager
    def take(self, visitor: str) -> Iterator[None]:
        """Hold a place for the film of a visitor.

        Raises
        ------
        ControlMapError
            If the visitor has a film in the making, or none of the places is free.
        """
        with self._lock:
            if visitor in self._visitors:
                raise ControlMapError("Your last film is still being made. Wait for it, or cancel it.")
            if len(self._visitors) >= self.limits.films:
                raise ControlMapError("Others are making films at the moment. Try again in a minute.")
            self._visitors.add(visitor)
        try:
            yield
        finally:
            with self._lock:
                self._visitors.discard(visitor)


FILM_PLACES = FilmPlaces()
"""The places of this server."""


def offer_film(selection: Selection) -> None:
    """Ask for the days, the shape and the format of a film; make it, and offer the file."""
    first, last = _ask_for_days(selection)
    shape = ask_for_shape(_SHAPES, session.FILM_SHAPE_KEY)
    # PyAV is an optional library; a film of pictures needs none.
    endings = [ending for ending in _FORMATS if ending == "gif" or find_spec("av")]
    ending = st.segmented_control(
        "Format",
        endings,
        default=endings[0],
        required=True,
        key=session.FILM_FORMAT_KEY,
        format_func=lambda name: _FORMATS[name],
    )
    ending = ending or endings[0]
    view, province_id = selection.view, selection.province_id
    days = f"{first.isoformat()}-to-{last.isoformat()}.{shape}.{ending}"
    name = writing.export_file_name(view, selection.date, f".{days}", "film", None, province_id)
    wanted = (view.pack.fingerprint, view.rule, view.known_on, name)
    with st.container(horizontal=True, vertical_alignment="center"):
        asked = st.button("Make the film", key="make film", disabled=first > last)
        made, content = st.session_state.get(session.FILM_KEY, (None, b""))
        place = st.container()
    if asked:
        st.session_state.pop(session.FILM_KEY, None)
        made, content = wanted, _make(selection, first, last, shape, ending)
        st.session_state[session.FILM_KEY] = (made, content)
    if made == wanted and content:
        with place:
            offer_download(
                f"Download ({len(content) / 1e6:.1f} MB)",
                name,
                _MEDIA_TYPES[ending],
                lambda: content,
                key="export film",
                icon=":material/download:",
            )
    note = "Each day is a picture with date, headline, counts and sources."
    if view.known_on:
        note += f" On each day, all reports count that were published by {format_date(view.known_on, year=True)}."
    html.show_template("cite.html", note=note)


def _ask_for_days(selection: Selection) -> tuple[dt.date, dt.date]:
    theatre = selection.pack.theatre
    since = selection.since or selection.date - dt.timedelta(days=_USUAL_DAYS)
    usual = (max(since, theatre.period_start), selection.date)
    kept: dict[str, Any] = {"min_value": theatre.period_start, "max_value": theatre.period_end, "format": "YYYY-MM-DD"}
    first_key, last_key = session.FILM_DAY_KEYS
    with st.container(horizontal=True):
        first = st.date_input("First day", usual[0], key=first_key, **kept)
        last = st.date_input("Last day", usual[1], key=last_key, **kept)
    if first > last:
        html.show_template("cite.html", note="The first day is after the last.")
    return first, last


def _make(selection: Selection, first: dt.date, last: dt.date, shape: ShapeName, ending: str) -> bytes:
    """Return the film, while a bar shows the day; empty if it cannot be made, which the page then says.

    To show the bar, Streamlit looks whether the user has done anything else; if so, it ends the run and so the film.
    """
    # What draws and writes films is slow to load: only films need it.
    from control_map.render.film.encoding import FilmFormat  # noqa: PLC0415
    from control_map.render.film.film import make_film  # noqa: PLC0415
    from control_map.render.film.frames import SHAPES  # noqa: PLC0415

    place = st.empty()
    with place.container(horizontal=True, vertical_alignment="center"):
        bar = st.progress(0.0)
        st.button("Cancel", key="cancel film")

    days = (last - first).days + 1
    make = partial(make_film, shape=SHAPES[shape], province_id=selection.province_id, progress=report_progress)
    try:
        with FILM_PLACES.take(visitor.name_visit()):
            job = Job("The film", make, selection.view, first, last, FilmFormat(ending), line=_FILMING)
            try:
                while not job.wait(_LOOK_EVERY_S):
                    done = job.progress[0]
                    day = format_date(first + dt.timedelta(days=done), year=True)
                    bar.progress(done / days, html.escape_markdown(f"{day}: day {done + 1} of {days}"))
                film = job.result()
            finally:
                job.end()
    except ControlMapError as error:
        st.error(html.escape_markdown(str(error)))
        return b""
    place.empty()
    return film
