"""Which column of the user's table is which of the codebook: matched automatically, to be corrected."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from control_map.core.labels import SIDE_LABELS
from control_map.core.sanitize import sanitize_cells
from control_map.core.wording import capitalize_first, list_some
from control_map.intake.matching.codebook import preview_speaking_sources
from control_map.intake.matching.columns import (
    COLUMN_MEANINGS,
    MATCHABLE_COLUMNS,
    REQUIRED_COLUMNS,
    Calendar,
    ColumnMatching,
)
from control_map.intake.matching.dates import find_other_calendar, list_ambiguous_dates
from control_map.intake.reading import COUNTS_FIX, describe_counts
from control_map.intake.tables.table_builder import RawTable
from control_map.pipeline.pack import Pack
from control_map.theatre.reports import allowed_values
from control_map.ui import html

_WHY_DECISIVE = (
    "then counts as independent and colours the map by itself. If a party says so, choose a column or its side: what a "
    "party claims in its own favour waits until others confirm it."
)
_IF_EMPTY = {"claimant_side": "if empty: by the speaker"}
"""What becomes of empty cells where no value is chosen for them; of other columns they stay empty."""
_DAY_FIRST_LABELS = {
    None: "as the other dates of the table show",
    True: "day first: 3 April",
    False: "month first: 4 March",
}
_CALENDAR_LABELS = {
    None: "as the names of the columns say, else Gregorian",
    Calendar.GREGORIAN: "Gregorian: 2021",
    Calendar.SOLAR_HIJRI: "Solar Hijri: 1400",
}
_UNDECIDED_LABEL = "choose: day or month first?"
_NO_CALENDAR_LABEL = "choose: Gregorian or Solar Hijri?"
_MOST_NAMED = 3
"""Sources that a note names."""
_NO_COLUMN = "no column"
_MOST_DATES = 10_000
"""Different dates that are looked at each time the page runs: more days than any conflict has."""
_PREVIEW_ROWS = 3
"""Rows of a table that are shown before it is added."""


def ask_for_columns(raw: RawTable, found: ColumnMatching, pack: Pack, token: str) -> ColumnMatching:
    """Show how a table was understood, and ask which column is which: those that need attention first, the rest closed.

    `found` is the matching so far; `token` distinguishes the inputs of one table from those of another.
    """
    # The text above the inputs depends on them, so it is filled in last. First comes what no row can do without.
    dates, above, vocabulary = st.container(), st.container(), vocabulary_labels(pack)
    asks_side = _names_nobody(found)
    urgent = [name for name in MATCHABLE_COLUMNS if name in found.missing or (asks_side and name == "claimant_side")]
    chosen = _ask_each(raw, found, vocabulary, token, urgent)
    with st.expander("All columns, one by one"):
        chosen |= _ask_each(raw, found, vocabulary, token, [name for name in MATCHABLE_COLUMNS if name not in urgent])
        orders = st.container()
    matching = replace(
        found,
        columns={name: column for name, (column, _) in chosen.items() if column},
        defaults={name: constant for name, (_, constant) in chosen.items() if constant},
    )
    ambiguous = _ambiguous_dates(raw, matching)
    foreign = _foreign_dates(raw, matching)
    with dates if ambiguous else orders:
        matching = replace(matching, day_first=ask_day_first(found.day_first, ambiguous, token))
    with dates if foreign else orders:
        matching = replace(matching, calendar=ask_calendar(found.calendar, foreign, token))
    with above:
        _show_matching(raw, matching, token)
        _show_missing(raw, matching, pack)
    return matching


def is_matching_complete(raw: RawTable, matching: ColumnMatching) -> bool:
    """Whether a table can be added as it is matched: nothing is missing, and it is known how its dates are written."""
    is_ordered = matching.day_first is not None or not _ambiguous_dates(raw, matching)
    return not matching.missing and is_ordered and (matching.calendar is not None or not _foreign_dates(raw, matching))


def _ambiguous_dates(raw: RawTable, matching: ColumnMatching) -> list[str]:
    return list_ambiguous_dates(_date_cells(raw, matching, ("event_date", "reported_date")))


def _foreign_dates(raw: RawTable, matching: ColumnMatching) -> list[str]:
    """Return the dates of another calendar than the Gregorian one, unless the column's name says which it is."""
    named = replace(matching, calendar=None).solar_hijri
    names = [name for name in ("event_date", "reported_date") if name not in named]
    return [cell for cell in _date_cells(raw, matching, names) if find_other_calendar(cell)]


def _date_cells(raw: RawTable, matching: ColumnMatching, names: Sequence[str]) -> list[str]:
    columns = dict.fromkeys(matching.columns[name] for name in names if name in matching.columns)
    return [cell for column in columns for cell in raw.frame[column].unique()[:_MOST_DATES].tolist()]


def _show_matching(raw: RawTable, matching: ColumnMatching, token: str) -> None:
    """Show the first rows of a table, and what each of its columns was matched to."""
    matched: dict[str, list[str]] = {}
    for name, column in matching.columns.items():
        matched.setdefault(column, []).append(COLUMN_MEANINGS[name].label)
    html.show_template(
        "user_read.html",
        name=raw.name,
        rows=len(raw.frame),
        matched={column: matched[column] for column in raw.frame.columns if column in matched},
        unused=[column for column in raw.frame.columns if column not in matched],
    )
    if raw.frame.empty:
        return
    st.dataframe(
        sanitize_cells(raw.frame.head(_PREVIEW_ROWS).reset_index()),
        key=f"own {token} preview",
        hide_index=True,
        height="content",
        alt="The first rows of the table, as they were read",
    )


def _show_missing(raw: RawTable, matching: ColumnMatching, pack: Pack) -> None:
    if counts := describe_counts(raw, matching):
        html.show_note(f"{COUNTS_FIX}.", strong=f"{capitalize_first(counts)}.")
    elif matching.missing:
        names = ", ".join(COLUMN_MEANINGS[name].label for name in matching.missing)
        html.show_note("Map a column, or set one value for all rows.", strong=f"Missing: {names}.")
    elif _names_nobody(matching):
        html.show_note(_describe_sides(raw, matching, pack), strong="No column says who speaks.")


def _describe_sides(raw: RawTable, matching: ColumnMatching, pack: Pack) -> str:
    """Say as what the reports count of a table that has no column for who speaks; a source can be one who does."""
    speaking = preview_speaking_sources(raw, matching, pack.theatre)
    if not speaking:
        return f"Each report {_WHY_DECISIVE}"
    rows = sum(speaking.values())
    named = list_some([f"\u201c{name}\u201d" for name in speaking], _MOST_NAMED)
    return (
        f"In {rows:,} row{'' if rows == 1 else 's'} the source is a speaker: {named}. Such a row counts for the "
        f"speaker's side, or waits until that is known. Each other report {_WHY_DECISIVE}"
    )


def _names_nobody(matching: ColumnMatching) -> bool:
    """Whether a table says neither who speaks nor for whom, so that nothing but an input could say it."""
    return not {"claimant", "claimant_side"} & matching.columns.keys()


def _ask_each(
    raw: RawTable, found: ColumnMatching, vocabulary: Mapping[str, Mapping[str, str]], token: str, names: Sequence[str]
) -> dict[str, tuple[str, str]]:
    """Ask for the column of each name, and for the value of rows where that column is empty."""
    chosen = {}
    for name in names:
        label, column, constant = st.columns([1.15, 1.2, 1.2], vertical_alignment="center")
        with label:
            html.show_template(
                "user_column.html",
                name=name,
                means=COLUMN_MEANINGS[name].label,
                required=name in REQUIRED_COLUMNS,
                how=found.methods.get(name, ""),
            )
        options = ["", *raw.frame.columns]
        matched = found.columns.get(name, "")
        chosen_column = column.selectbox(
            f"Column for {name}",
            options,
            options.index(matched),
            key=f"own {token} {name} column",
            format_func=lambda text: text or _NO_COLUMN,
            label_visibility="collapsed",
            persist_state="session",
        )
        with constant:
            default = found.defaults.get(name, "")
            chosen[name] = (chosen_column or "", _ask_constant(name, default, vocabulary.get(name), token))
    return chosen


def _ask_constant(name: str, default: str, labels: Mapping[str, str] | None, token: str) -> str:
    """Ask for the value of rows whose column is empty, among the words of a vocabulary if the column has one."""
    shared: dict[str, Any] = {
        "key": f"own {token} {name} constant",
        "label_visibility": "collapsed",
        "persist_state": "session",
    }
    title = f"{name} where the table is empty"
    if labels is None:
        return str(st.text_input(title, default, placeholder="if empty: nothing", **shared)).strip()
    options = {
        "": _IF_EMPTY.get(name, "if empty: nothing"),
        **{word: f"if empty: {label}" for word, label in labels.items()},
    }
    index = list(options).index(default) if default in options else 0
    chosen: str | None = st.selectbox(title, list(options), index, format_func=options.__getitem__, **shared)
    return chosen or ""


def ask_day_first(default: bool | None, ambiguous: Sequence[str], token: str) -> bool | None:
    """Ask how dates such as 03/04/2021 are written; `ambiguous` are those of the table that can be read in two ways."""
    label, choice = st.columns([1.15, 2.4], vertical_alignment="center")
    strong = f"Dates such as {ambiguous[0]} can be read in two ways." if ambiguous else "Dates such as 03/04/2021"
    with label:
        html.show_note("Choose one." if ambiguous else "", strong=strong)
    return choice.selectbox(
        "Dates such as 03/04/2021",
        list(_DAY_FIRST_LABELS),
        list(_DAY_FIRST_LABELS).index(default),
        format_func=lambda order: _UNDECIDED_LABEL if ambiguous and order is None else _DAY_FIRST_LABELS[order],
        key=f"own {token} order{' unsure' if ambiguous else ''}",
        label_visibility="collapsed",
        persist_state="session",
    )


def ask_calendar(default: Calendar | None, foreign: Sequence[str], token: str) -> Calendar | None:
    """Ask for the calendar of the dates; `foreign` are those whose year is not Gregorian."""
    label, choice = st.columns([1.15, 2.4], vertical_alignment="center")
    strong = f"Of which calendar are dates such as {foreign[0]}?" if foreign else "Calendar of the dates"
    with label:
        html.show_note("Their rows wait until you say it." if foreign else "", strong=strong)
    return choice.selectbox(
        "Calendar of the dates",
        list(_CALENDAR_LABELS),
        list(_CALENDAR_LABELS).index(default),
        format_func=lambda each: _NO_CALENDAR_LABEL if foreign and each is None else _CALENDAR_LABELS[each],
        key=f"own {token} calendar",
        label_visibility="collapsed",
        persist_state="session",
    )


def vocabulary_labels(pack: Pack) -> dict[str, dict[str, str]]:
    """Return the words of each column of the codebook that has a vocabulary, with their labels."""
    words = {
        name: {word: word.replace("_", " ") for word in map(str, values)}
        for name, values in allowed_values(pack.theatre.actors).items()
    }
    parties = pack.theatre.actor_labels
    return words | {"actor": parties, "claimant_side": {**parties, **SIDE_LABELS}}
