"""The ledger as sentences to paste into a brief: no markup, dates written out, who says so."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

import pandas as pd

from control_map.analysis.changes import count_district_changes
from control_map.core.labels import KIND_LABELS, KIND_SUFFIX
from control_map.core.model import CONTESTED, NO_REPORT, Change
from control_map.core.wording import capitalize_first, format_count, format_date, format_signed, join_words
from control_map.explanation.change_log import DayExactness

_EXACT = {
    DayExactness.ON: "",
    DayExactness.ABOUT: "in the week or month up to that day",
    DayExactness.BY: "by that day at the latest",
}
_SET_BY = "set by "
_TOGETHER = ["date", "dated", "province", "before", "after", "change", "reversal", "why"]


class ChangeGrouping(StrEnum):
    """What the sentences are grouped by."""

    DAY = "day"
    PROVINCE = "province"


def describe_period(after: dt.date, until: dt.date) -> str:
    """Name two days, as in "between 2 and 9 July 2021"; what they have in common is said once."""
    if (after.year, after.month) == (until.year, until.month):
        return f"between {after.day} and {format_date(until, year=True)}"
    return f"between {format_date(after, year=after.year != until.year)} and {format_date(until, year=True)}"


def summarize_changes(told: pd.DataFrame, labels: Mapping[str, str]) -> str:
    """Sum the ledger up in a few sentences.

    Parameters
    ----------
    told
        What `ledger.ledger` returns, or some of its rows. Not changed.
    labels
        What each status is called, in the order in which they are told.
    """
    if told.empty:
        return "No status changed."
    kinds = told.drop_duplicates("place_id")["kind"].value_counts()
    places = join_words(
        [
            format_count(int(kinds[kind]), label.singular, label.plural)
            for kind, label in KIND_LABELS.items()
            if kind in kinds
        ]
    )
    said = [f"{format_count(len(told), 'change', 'changes')} of status, in {places}."]
    districts = [
        f"{labels[row['status']]} {', '.join(parts)} (net {format_signed(row['net']) or 0})"
        for row in count_district_changes(told, list(labels)).to_dict("records")
        if (parts := _parts(row))
    ]
    if districts:
        said.append(f"Districts, counted each time: {'; '.join(districts)}.")
    undone = int(told["reversal"].sum())
    if undone:
        said.append(f"{capitalize_first(format_count(undone, 'change undoes', 'changes undo'))} an earlier one.")
    return " ".join(said)


def _parts(row: Mapping[Any, Any]) -> list[str]:
    words = {"gained": "newly" if row["status"] == CONTESTED else "gained", "taken_back": "taken back", "lost": "lost"}
    if row["status"] == CONTESTED:
        words["lost"] = "no longer"
    return [f"{row[name]} {word}" for name, word in words.items() if row[name]]


def write_change_log(
    told: pd.DataFrame,
    labels: Mapping[str, str],
    after: dt.date,
    until: dt.date,
    facts: Mapping[str, str],
    known_on: dt.date | None,
    by: ChangeGrouping = ChangeGrouping.DAY,
) -> str:
    """Write the ledger as plain text.

    Parameters
    ----------
    told
        What `ledger.ledger` returns for these days, or some of its rows. Not changed.
    labels
        What each status is called, in the order in which they are told.
    after, until
        What happened on the earlier day is left out, what happened on the later counts.
    facts
        What the result rests on, as `Provenance.facts` returns it.
    known_on
        The day up to which publications count; None: all of them.
    by
        Whether the sentences are grouped by day or by province.

    Returns
    -------
    str
        A summary, then a paragraph for each day or province with a line for each change; changes of several places
        of a province that rest on the same words are one. The last line says what it rests on. What is written is made
        of the reports' own words too: whoever shows it as anything but text has to escape it.
    """
    known = f"by {format_date(known_on, year=True)}" if known_on else "at any time"
    conditions = f"{facts['theatre']}; rule: {facts['rule']}; reports published {known}"
    paragraphs = [
        f"{capitalize_first(describe_period(after, until))} ({conditions}): {summarize_changes(told, labels)}"
    ]
    order = ["date", "province"] if by == ChangeGrouping.DAY else ["province", "date"]
    groups: defaultdict[Any, defaultdict[Any, list[dict[Any, Any]]]] = defaultdict(lambda: defaultdict(list))
    for row in told.sort_values([*order, "name"], kind="stable").to_dict("records"):
        groups[row[order[0]]][tuple(row[name] for name in _TOGETHER)].append(row)
    for value, group in groups.items():
        heading = f"On {format_date(value, year=True)}:" if by == ChangeGrouping.DAY else f"{value}:"
        paragraphs.append("\n".join([heading, *(_line(rows, labels, by) for rows in group.values())]))
    rests = "; ".join(f"{name.replace('_', ' ')} {value}" for name, value in facts.items() if name != "credits")
    return "\n\n".join([*paragraphs, f"Rests on: {rests}."]) + "\n"


def _line(rows: Sequence[Mapping[Any, Any]], labels: Mapping[str, str], by: ChangeGrouping) -> str:
    """Tell of one change, or of several places that changed on the same day and word."""
    first = rows[0]
    names = join_words([f"{row['name']}{KIND_SUFFIX[row['kind']]}" for row in rows])
    lead = f"{first['province']}: {names}" if by == ChangeGrouping.DAY else f"On {format_date(first['date'])}, {names}"
    why = " ".join(f"{first['why'][:1].lower()}{first['why'][1:]}".split())
    if why.startswith(_SET_BY):
        why = f"on the word of {why.removeprefix(_SET_BY)}"
    said = ", ".join(filter(None, [f"{lead} {_became(rows, labels)}", _EXACT[DayExactness(first["dated"])], why]))
    return f"{said}.{_had_been(rows, labels)}"


def _became(rows: Sequence[Mapping[Any, Any]], labels: Mapping[str, str]) -> str:
    """Say what became of one place or several, as the predicate of a sentence."""
    first = rows[0]
    before, after = first["before"], first["after"]
    if first["change"] == Change.LOST:
        return f"{'is' if len(rows) == 1 else 'are'} no longer reported to be held by anybody"
    if before == NO_REPORT:
        state = "contested" if after == CONTESTED else f"held by the {labels[after]}"
        return f"{'is' if len(rows) == 1 else 'are'} first reported, as {state}"
    if after == CONTESTED:
        return "became contested"
    back = "went back" if first["change"] == Change.TAKEN_BACK else "passed again" if first["reversal"] else "passed"
    if before == CONTESTED:
        return f"{back} to the {labels[after]} after being contested"
    return f"{back} from the {labels[before]} to the {labels[after]}"


def _had_been(rows: Sequence[Mapping[Any, Any]], labels: Mapping[str, str]) -> str:
    """Say how long the earlier status had held, in the same words for all or no more exactly than is true of each."""
    before = rows[0]["before"]
    if before == NO_REPORT:
        return ""
    words = {row["held"] for row in rows}
    known = [row["held_days"] for row in rows if not pd.isna(row["held_days"])]
    # What held since before the period held for longer than all that began within it.
    how_long = words.pop() if len(words) == 1 else f"for {format_count(min(known), 'day', 'days')} or more"
    if before == CONTESTED:
        return f" {'It' if len(rows) == 1 else 'They'} had been contested {how_long}."
    return f" The {labels[before]} had held {'it' if len(rows) == 1 else 'them'} {how_long}."
