"""Reports from a news article: its statements on who holds which place, to be corrected and accepted row by row."""

import datetime as dt
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from control_map.core.errors import PackError
from control_map.core.limits import LIMITS
from control_map.core.model import PlaceKind
from control_map.intake import outcome
from control_map.intake.articles.statements.extraction import extract_statements, statements_as_reports
from control_map.intake.matching.columns import ColumnMatching, match_table
from control_map.intake.tables.table_builder import RawTable
from control_map.intake.worker.job import Job
from control_map.pipeline.pack import Pack
from control_map.theatre.theatre import Theatre
from control_map.ui import html
from control_map.ui.state import apart, session
from control_map.ui.user_reports import store
from control_map.ui.user_reports.columns import vocabulary_labels

_ACCEPT = "accept"
_WIDTHS = {_ACCEPT: 92, "sentence": 354, "event_date": 96, "place_id": 190, "claim": 104, "actor": 110}
"""Widths of columns, in pixels, with which all of them fit on a usual screen."""
_ROW_HEIGHT = 84
"""Pixels, enough for a whole sentence."""
_EDITED_COLUMNS = ("sentence", "event_date", "place_id", "claim", "actor", "claimant", "claimant_side")


def ask_for_article(pack: Pack, folder: Path) -> None:
    """Ask for a text and its publication; offer its statements as reports, none of them accepted at first."""
    text = st.text_area(
        "The text of the article",
        key="own article",
        height=140,
        max_chars=LIMITS.article_characters,
        persist_state="session",
    )
    when, where, address = st.columns([1, 1.3, 1.6])
    published = when.date_input(
        "Published on",
        st.session_state.get(session.DATE_KEY, pack.theatre.opens_on),
        key="own published",
        format="YYYY-MM-DD",
        persist_state="session",
    )
    outlet = where.text_input(
        "Outlet", key="own outlet", placeholder="who published it", persist_state="session"
    ).strip()
    url = address.text_input("Web address", key="own url", placeholder="https://", persist_state="session").strip()
    # Never disabled: Streamlit knows what was typed last only once the button is pressed.
    if st.button("Find statements", key="own find"):
        if not (text.strip() and outlet and published):
            html.show_note("enter the text, the day of publication and the outlet.", strong="Incomplete:")
            return
        _clear_statements()
        st.session_state[session.ARTICLE_KEY] = text, published
        st.rerun()  # a table that is being read waits meanwhile
    reading = st.session_state.get(session.ARTICLE_KEY)
    if reading == (text, published):
        _read_article(text, published, pack)
    elif reading is not None:
        _clear_statements()
        apart.end_work()
        st.rerun()
    found = st.session_state.get(session.STATEMENTS_KEY)
    if found is None or found[:2] != (text, published):
        return
    table = found[2]
    if table.empty:
        html.show_note("The text has no statement on who holds a place on this map.", strong="Nothing found.")
        return
    _ask_to_accept(table, published, outlet, url, pack, folder)


def _read_article(text: str, published: dt.date, pack: Pack) -> None:
    """Find the statements of an article, or show how far that is."""
    try:
        apart.result_of(
            f"article {hash((text, published))}",
            "Reading the text",
            lambda: Job("The article", extract_statements, text, published, pack),
            _clear_statements,
            partial(_keep_statements, text, published),
        )
    except PackError as error:
        html.show_template("user_faults.html", faults=error.faults, whole=True)
        _clear_statements()


def _keep_statements(text: str, published: dt.date, found: pd.DataFrame) -> None:
    st.session_state[session.STATEMENTS_KEY] = text, published, found
    for key in (session.STATEMENTS_BEGUN_KEY, session.STATEMENTS_EDITED_KEY, session.ARTICLE_KEY):
        st.session_state.pop(key, None)


def _ask_to_accept(table: pd.DataFrame, published: dt.date, outlet: str, url: str, pack: Pack, folder: Path) -> None:
    """Show each statement with its sentence, to be corrected; add those that are accepted."""
    html.show_note(
        "Found automatically: check each sentence, correct its row, and accept it.",
        strong=f"{len(table)} statement{'s' if len(table) > 1 else ''}.",
    )
    labels = place_and_province_labels(pack)
    count, begun = st.session_state.setdefault(
        session.STATEMENTS_BEGUN_KEY, (0, table.assign(**{_ACCEPT: False})[[_ACCEPT, *_EDITED_COLUMNS]])
    )
    edited = st.data_editor(
        begun,
        key=f"own statements {hash((published, tuple(table['sentence'])))} {count}",
        hide_index=True,
        num_rows="fixed",
        row_height=_ROW_HEIGHT,
        disabled=["sentence"],
        column_config=_column_config(pack, labels),
    )
    st.session_state[session.STATEMENTS_EDITED_KEY] = edited
    complete = (edited[["place_id", "actor", "claimant_side"]].fillna("") != "").all(axis=1)
    accepted, incomplete = edited[edited[_ACCEPT]], edited[edited[_ACCEPT] & ~complete]
    if len(incomplete):
        html.show_note("each accepted row needs a place, an actor, and the side of the claimant.", strong="Incomplete:")
    label = f"Show {len(accepted)} on the map" if len(accepted) else "Accept a row to add it"
    with st.container(horizontal=True):
        is_confirmed = st.button(
            label, key="own accept", type="primary", disabled=accepted.empty or len(incomplete) > 0
        )
        st.button(
            "Accept all" if complete.all() else "Accept all complete rows",
            key="own accept all",
            on_click=_edit_from,
            args=(edited.assign(**{_ACCEPT: edited[_ACCEPT] | complete}),),
            disabled=not (complete & ~edited[_ACCEPT]).any(),
        )
    if is_confirmed:
        statements = table.loc[accepted.index].assign(**{name: accepted[name] for name in _EDITED_COLUMNS})
        raw, matching = statements_as_table(statements, published, outlet, url, pack.theatre)
        store.add_user_table(folder, raw, matching)
        _clear_statements()
        st.rerun()


def keep_corrections() -> None:
    """Keep the corrections so far for when the panel opens again."""
    if session.STATEMENTS_EDITED_KEY in st.session_state:
        _edit_from(st.session_state[session.STATEMENTS_EDITED_KEY])


def _edit_from(statements: pd.DataFrame) -> None:
    """Have the statements edited from here on: an editor that begins with other rows needs another key."""
    st.session_state[session.STATEMENTS_BEGUN_KEY] = st.session_state[session.STATEMENTS_BEGUN_KEY][0] + 1, statements


def _clear_statements() -> None:
    for key in (
        session.ARTICLE_KEY,
        session.STATEMENTS_KEY,
        session.STATEMENTS_BEGUN_KEY,
        session.STATEMENTS_EDITED_KEY,
    ):
        st.session_state.pop(key, None)


def statements_as_table(
    accepted: pd.DataFrame, published: dt.date, outlet: str, url: str, theatre: Theatre
) -> tuple[RawTable, ColumnMatching]:
    """Return accepted statements as a table, and the matching of its columns.

    `accepted` has `extract.STATEMENT_COLUMNS`; a chosen `place_id` takes precedence over the spelling in the text. A
    row's number is that of the statement in the text.
    """
    provinces = accepted["place_id"].map(theatre.province_names)
    is_province = provinces.notna()
    located = accepted.assign(
        place_text=accepted["place_text"].where(~is_province, provinces),
        province_text=accepted["province_text"].where(~is_province, provinces),
        place_kind=accepted["place_kind"].where(~is_province, PlaceKind.PROVINCE.value),
    ).fillna({"claimant": "", "claimant_side": ""})
    frame = statements_as_reports(located, published, outlet, url).assign(
        place_id=accepted["place_id"].where(~is_province, "").to_numpy()
    )
    raw = RawTable(f"{outlet}, {published:%Y-%m-%d}", frame.set_axis(pd.Index(accepted.index + 1, name="row")), [])
    return raw, match_table(raw)


def place_and_province_labels(pack: Pack) -> dict[str, str]:
    """Return the label of each place and each province, by its id."""
    provinces = pack.theatre.province_names.items()
    return outcome.label_places(pack) | {province_id: f"{name} (province)" for province_id, name in provinces}


def _column_config(pack: Pack, place_labels: Mapping[str, str]) -> dict[str, Any]:
    vocabulary = vocabulary_labels(pack)
    config = st.column_config

    def choice(name: str, label: str, labels: Mapping[str, str], *, required: bool = True) -> Any:
        return config.SelectboxColumn(
            label,
            width=_WIDTHS.get(name),
            options=list(labels),
            format_func=lambda word: labels[str(word)],
            required=required,
        )

    return {
        _ACCEPT: config.CheckboxColumn("Accept", pinned=True, width=_WIDTHS[_ACCEPT]),
        "sentence": config.TextColumn("Sentence", width=_WIDTHS["sentence"]),
        "event_date": config.DateColumn("Event", format="YYYY-MM-DD", required=True, width=_WIDTHS["event_date"]),
        "place_id": choice("place_id", "Place", place_labels, required=False),
        "claim": choice("claim", "Claim", vocabulary["claim"]),
        "actor": choice("actor", "Actor", vocabulary["actor"], required=False),
        "claimant": config.TextColumn("Claimant"),
        "claimant_side": choice("claimant_side", "Their side", vocabulary["claimant_side"], required=False),
    }
