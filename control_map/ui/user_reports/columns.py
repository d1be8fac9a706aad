"""Which column of a visitor's table is which of the codebook: what was found by itself, to be corrected."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from control_map.core.model import INDEPENDENT
from control_map.core.sanitize import sanitize_cells
from control_map.intake.matching.columns import COLUMN_MEANINGS, MATCHABLE_COLUMNS, REQUIRED_COLUMNS, ColumnMatching
from control_map.intake.matching.dates import list_ambiguous_dates
from control_map.intake.tables.table_builder import RawTable
from control_map.theatre.reports import allowed_values
from control_map.theatre.theatre import Theatre
from control_map.ui import html

_WEIGHTY = ("claimant_side",)
"""What decides whether a report colours the map, so that it is asked for even where something can be supposed."""
_WEIGHS = (
    "What independent people say colours the map by itself; what a party says in its own favour is shown as claimed "
    "until others confirm it."
)
_ORDERS = {None: "as the other dates of the table show", True: "day first: 3 April", False: "month first: 4 March"}
_UNSAID = "choose: day or month first?"
_NONE = "no column"
_PREVIEW = 5
"""Rows of a table that are shown before it is taken."""


def ask_for_columns(raw: RawTable, found: ColumnMatching, theatre: Theatre, token: str) -> ColumnMatching:
    """Show how a table was understood, and ask which column is which: what needs attention first, all others folded.

    `found` is what was matched before; `token` tells the inputs of one table from those of another.
    """
    # What is said above the inputs is of what they say, so it is filled in last.
    above = st.container()
    urgent = [
        name for name in MATCHABLE_COLUMNS if name in found.missing or (name in _WEIGHTY and name not in found.columns)
    ]
    asked = _ask_each(raw, found, theatre, token, urgent)
    dates = st.container()
    with st.expander("All columns, one by one"):
        asked |= _ask_each(raw, found, theatre, token, [name for name in MATCHABLE_COLUMNS if name not in urgent])
        orders = st.container()
    matching = replace(
        found,
        columns={name: column for name, (column, _) in asked.items() if column},
        defaults={name: constant for name, (_, constant) in asked.items() if constant},
    )
    unsure = _undecided(raw, matching)
    with dates if unsure else orders:
        matching = replace(matching, day_first=_ask_order(found.day_first, unsure, token))
    with above:
        _show_understood(raw, matching, token)
        _tell_wanting(matching)
    return matching


def is_matching_complete(raw: RawTable, matching: ColumnMatching) -> bool:
    """Whether a table can be taken as it is matched: all is there, and its dates can be read in one way only."""
    return not matching.missing and (matching.day_first is not None or not _undecided(raw, matching))


def _undecided(raw: RawTable, matching: ColumnMatching) -> list[str]:
    names = ("event_date", "reported_date")
    columns = dict.fromkeys(matching.columns[name] for name in names if name in matching.columns)
    return list_ambiguous_dates(cell for column in columns for cell in raw.frame[column].unique().tolist())


def _show_understood(raw: RawTable, matching: ColumnMatching, token: str) -> None:
    """Show the first rows of a table, and what each of its columns was taken for."""
    taken: dict[str, list[str]] = {}
    for name, column in matching.columns.items():
        taken.setdefault(column, []).append(COLUMN_MEANINGS[name].label)
    html.show_template(
        "own_read.html",
        name=raw.name,
        rows=len(raw.frame),
        taken={column: taken[column] for column in raw.frame.columns if column in taken},
        unused=[column for column in raw.frame.columns if column not in taken],
    )
    st.dataframe(
        sanitize_cells(raw.frame.head(_PREVIEW).reset_index()),
        key=f"own {token} preview",
        hide_index=True,
        height="content",
        alt="The first rows of the table, as they were read",
    )


def _tell_wanting(matching: ColumnMatching) -> None:
    if matching.missing:
        names = ", ".join(COLUMN_MEANINGS[name].label for name in matching.missing)
        html.show_template(
            "own_note.html", strong=f"Missing: {names}.", text="Map a column, or set one value for all rows."
        )
    if any(name not in matching.columns for name in _WEIGHTY):
        html.show_template("own_note.html", strong="No column says whose side is speaking.", text=_WEIGHS)


def _ask_each(
    raw: RawTable, found: ColumnMatching, theatre: Theatre, token: str, names: Sequence[str]
) -> dict[str, tuple[str, str]]:
    """Ask for the column of each, and for what is taken where it has nothing."""
    asked = {}
    for name in names:
        told, column, constant = st.columns([1.15, 1.2, 1.2], vertical_alignment="center")
        with told:
            how = found.methods[name].sentence if name in found.methods else ""
            html.show_template(
                "own_column.html",
                name=name,
                means=COLUMN_MEANINGS[name].label,
                required=name in REQUIRED_COLUMNS,
                how=how,
            )
        options = ["", *raw.frame.columns]
        there = found.columns.get(name, "")
        chosen = column.selectbox(
            f"Column for {name}",
            options,
            options.index(there),
            key=f"own {token} {name} column",
            format_func=lambda text: text or _NONE,
            label_visibility="collapsed",
            persist_state="session",
        )
        with constant:
            asked[name] = (chosen or "", _ask_constant(name, found.defaults.get(name, ""), theatre, token))
    return asked


def _ask_constant(name: str, supposed: str, theatre: Theatre, token: str) -> str:
    given: dict[str, Any] = {
        "key": f"own {token} {name} constant",
        "label_visibility": "collapsed",
        "persist_state": "session",
    }
    label, known = f"{name} where the table says nothing", vocabulary_labels(theatre).get(name)
    if known is None:
        return str(st.text_input(label, supposed, placeholder="else: nothing", **given)).strip()
    options = {"": "else: nothing", **{word: f"else: {text}" for word, text in known.items()}}
    at = list(options).index(supposed) if supposed in options else 0
    chosen: str | None = st.selectbox(label, list(options), at, format_func=options.__getitem__, **given)
    return chosen or ""


def _ask_order(supposed: bool | None, unsure: Sequence[str], token: str) -> bool | None:
    """Ask how dates such as 03/04/2021 are written; `unsure` are those of the table that can be read in two ways."""
    told, choice = st.columns([1.15, 2.4], vertical_alignment="center")
    strong = f"Dates such as {unsure[0]} can be read in two ways." if unsure else "Dates such as 03/04/2021"
    with told:
        html.show_template("own_note.html", strong=strong, text="Say which." if unsure else "")
    return choice.selectbox(
        "Dates such as 03/04/2021",
        list(_ORDERS),
        list(_ORDERS).index(supposed),
        format_func=lambda order: _UNSAID if unsure and order is None else _ORDERS[order],
        key=f"own {token} order{' unsure' if unsure else ''}",
        label_visibility="collapsed",
        persist_state="session",
    )


def vocabulary_labels(theatre: Theatre) -> dict[str, dict[str, str]]:
    """Return the words that there are for the columns that have a vocabulary, and what each is called."""
    words = {
        name: {word: word.replace("_", " ") for word in map(str, values)}
        for name, values in allowed_values(theatre.actors).items()
    }
    return words | {
        "actor": theatre.actor_labels,
        "claimant_side": {INDEPENDENT: "Independent", **theatre.actor_labels},
    }
