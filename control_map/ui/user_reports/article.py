"""Reports out of a news text: what it says of who holds what, to be corrected and accepted row by row."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from control_map.core.labels import CLAIM_LABELS
from control_map.core.limits import LIMITS
from control_map.core.model import INDEPENDENT, Claim, PlaceKind
from control_map.intake import outcome
from control_map.intake.articles.statements.extraction import extract_statements, statements_as_reports
from control_map.intake.matching.columns import ColumnMatching, match_table
from control_map.intake.tables.table_builder import RawTable
from control_map.pipeline.pack import Pack
from control_map.theatre.theatre import Theatre
from control_map.ui import html
from control_map.ui.user_reports import table as table_form

_FOUND, _BEGUN, _EDITED = "own statements", "own statements begun", "own statements edited"
_ACCEPT = "accept"
_WIDTHS = {_ACCEPT: 92, "sentence": 354, "event_date": 96, "place_id": 190, "claim": 104, "actor": 110}
"""Of columns, so that all of them are in sight beside each other on a screen of usual width."""
_ROW = 84
"""The height of a row, so that a whole sentence can be read in it."""
_SHOWN = ("sentence", "event_date", "place_id", "claim", "actor", "claimant", "claimant_side")


def ask_for_article(pack: Pack, folder: Path) -> None:
    """Ask for a text and when and where it appeared; offer what it says as reports, none accepted by itself."""
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
        st.session_state.get("date", pack.theatre.opens_on),
        key="own published",
        format="YYYY-MM-DD",
        persist_state="session",
    )
    outlet = where.text_input(
        "Outlet", key="own outlet", placeholder="who published it", persist_state="session"
    ).strip()
    url = address.text_input("Address", key="own url", placeholder="https://", persist_state="session").strip()
    # Never out of reach: what was typed last is known only once the button is pressed.
    if st.button("Find what it says", key="own find"):
        if not (text.strip() and outlet and published):
            html.show_template(
                "own_note.html", strong="Not yet complete:", text="give the text, the day and who published it."
            )
            return
        _forget()
        with st.spinner("Reading the text \u2026"):
            st.session_state[_FOUND] = text, published, extract_statements(text, published, pack)
    found = st.session_state.get(_FOUND)
    if found is None or found[:2] != (text, published):
        return
    table = found[2]
    if table.empty:
        html.show_template(
            "own_note.html", strong="Nothing was found", text="on who holds which place of this theatre."
        )
        return
    _ask_which(table, published, outlet, url, pack, folder)


def _ask_which(table: pd.DataFrame, published: dt.date, outlet: str, url: str, pack: Pack, folder: Path) -> None:
    """Show each statement with its sentence, to be corrected; add those that are accepted."""
    html.show_template(
        "own_note.html",
        strong=f"{len(table)} statement{'s' if len(table) > 1 else ''}.",
        text="Rules over phrases found them, and they err: read each sentence, correct the row, and accept it.",
    )
    labels = place_and_province_labels(pack)
    nth, begun = st.session_state.setdefault(_BEGUN, (0, table.assign(**{_ACCEPT: False})[[_ACCEPT, *_SHOWN]]))
    edited = st.data_editor(
        begun,
        key=f"own statements {hash((published, tuple(table['sentence'])))} {nth}",
        hide_index=True,
        num_rows="fixed",
        row_height=_ROW,
        disabled=["sentence"],
        column_config=_columns(pack.theatre, labels),
    )
    st.session_state[_EDITED] = edited
    complete = (edited[["place_id", "actor", "claimant_side"]].fillna("") != "").all(axis=1)
    chosen, wanting = edited[edited[_ACCEPT]], edited[edited[_ACCEPT] & ~complete]
    if len(wanting):
        html.show_template(
            "own_note.html",
            strong="Not yet complete:",
            text="each accepted row needs a place, an actor who holds it, and the side of who says so.",
        )
    label = f"Show {len(chosen)} on the map" if len(chosen) else "Accept a row to add it"
    with st.container(horizontal=True):
        showing = st.button(label, key="own accept", type="primary", disabled=chosen.empty or len(wanting) > 0)
        st.button(
            "Accept all" if complete.all() else "Accept all that are complete",
            key="own accept all",
            on_click=_begin_with,
            args=(edited.assign(**{_ACCEPT: edited[_ACCEPT] | complete}),),
            disabled=not (complete & ~edited[_ACCEPT]).any(),
        )
    if showing:
        accepted = table.loc[chosen.index].assign(**{name: chosen[name] for name in _SHOWN})
        raw, matching = statements_as_table(accepted, published, outlet, url, pack.theatre)
        _forget()
        table_form.add_and_show_table(raw, matching, pack, folder)


def keep_corrections() -> None:
    """Keep what was corrected so far, to go on from there when the panel opens again."""
    if _EDITED in st.session_state:
        _begin_with(st.session_state[_EDITED])


def _begin_with(statements: pd.DataFrame) -> None:
    """Have the statements edited from here on; an editor that begins with others has to be another one."""
    st.session_state[_BEGUN] = st.session_state[_BEGUN][0] + 1, statements


def _forget() -> None:
    for key in (_FOUND, _BEGUN, _EDITED):
        st.session_state.pop(key, None)


def statements_as_table(
    accepted: pd.DataFrame, published: dt.date, outlet: str, url: str, theatre: Theatre
) -> tuple[RawTable, ColumnMatching]:
    """Return accepted statements as a table, and which of its columns is which.

    `accepted` has `extract.STATEMENT_COLUMNS`; what was chosen as `place_id` goes before what the text writes. A row's
    number is that of the statement in the text.
    """
    provinces = theatre.province_names
    named = accepted["place_id"].map(provinces)
    of_province = named.notna()
    told = accepted.assign(
        place_text=accepted["place_text"].where(~of_province, named),
        province_text=accepted["province_text"].where(~of_province, named),
        place_kind=accepted["place_kind"].where(~of_province, PlaceKind.PROVINCE.value),
    ).fillna({"claimant": "", "claimant_side": ""})
    frame = statements_as_reports(told, published, outlet, url).assign(
        place_id=accepted["place_id"].where(~of_province, "").to_numpy()
    )
    raw = RawTable(f"{outlet}, {published:%Y-%m-%d}", frame.set_axis(pd.Index(accepted.index + 1, name="row")), [])
    return raw, match_table(raw)


def place_and_province_labels(pack: Pack) -> dict[str, str]:
    """Return what each place and each province is called, by its id."""
    provinces = {province_id: f"{name} (province)" for province_id, name in pack.theatre.province_names.items()}
    return outcome.label_places(pack) | provinces


def _columns(theatre: Theatre, labels: Mapping[str, str]) -> dict[str, Any]:
    parties = theatre.actor_labels
    sides = {INDEPENDENT: "Independent", **parties}
    claims = {claim.value: CLAIM_LABELS[claim].name for claim in Claim}
    config = st.column_config

    def choice(name: str, label: str, words: Mapping[str, str], *, required: bool = True) -> Any:
        return config.SelectboxColumn(
            label,
            width=_WIDTHS.get(name),
            options=list(words),
            format_func=lambda word: words[str(word)],
            required=required,
        )

    return {
        _ACCEPT: config.CheckboxColumn("Accept", pinned=True, width=_WIDTHS[_ACCEPT]),
        "sentence": config.TextColumn("Sentence", width=_WIDTHS["sentence"]),
        "event_date": config.DateColumn("Event", format="YYYY-MM-DD", required=True, width=_WIDTHS["event_date"]),
        "place_id": choice("place_id", "Place", labels, required=False),
        "claim": choice("claim", "Claim", claims),
        "actor": choice("actor", "Actor", parties, required=False),
        "claimant": config.TextColumn("Who says so"),
        "claimant_side": choice("claimant_side", "Whose side", sides, required=False),
    }
