"""The change log between two days: every change of status, when it came, what it undid, and who reports it.

`analysis.changes` compares two days and says what became of each place. The change log lists everything that happened
in between, also what was undone again before the later day; and it writes that as sentences to paste into a brief.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

import pandas as pd

from control_map.analysis.changes import CHANGE_COLUMNS, count_district_changes, counted_before
from control_map.core.labels import KIND_LABELS, KIND_SUFFIX
from control_map.core.model import CONTESTED, NO_REPORT, UNKNOWN, Basis, Change, Role, SentenceEnum, name_in_text
from control_map.core.rules import Rule
from control_map.core.wording import capitalize_first, format_count, format_date, format_signed, join_words
from control_map.explanation.phrases import ReportEntry, describe_exactness, name_sources, report_sort_key
from control_map.explanation.why_line import write_why_lines

CHANGE_LOG_COLUMNS = [*CHANGE_COLUMNS, "dated", "held", "who", "interest", "reason", "why", "rests_on"]
_MAX_WHY_CHARACTERS = 1000
"""Enough for a why line that leaves nothing out."""


class DayExactness(SentenceEnum):
    """How exactly the day of a change is known."""

    ON = "on", "reported as of that day"
    ABOUT = "about", "the reports are dated only to the week or month up to that day"
    BY = "by", "the reports say only who held the place on that day, not since when"


_EXACTNESS = {"": DayExactness.ON, "about": DayExactness.ABOUT, "at least": DayExactness.BY}
_EXACTNESS_PHRASES = {
    DayExactness.ON: "",
    DayExactness.ABOUT: "in the week or month up to that day",
    DayExactness.BY: "by that day at the latest",
}
REVERSAL_DEFINITION = (
    "A reversal undoes something: it gives a place back to a party that lost it within the period, or takes it from "
    "one that itself came to hold it only after the earlier day."
)
"""What counts as a reversal, as the page shows it."""
_SETTING_COLUMNS = [
    "report_id",
    "place_id",
    "event_date",
    "counts_from",
    "role",
    "reason",
    "interest",
    "origin",
    "claim",
]
_SETTING_COLUMNS += ["reliability", "credibility", "date_precision"]
"""What is said of the reports that set a status."""
_SET_BY = "set by "
_STATES = {CONTESTED: "contested", UNKNOWN: "under unknown control"}
"""What a place is said to be that nobody holds."""
_SHARED_COLUMNS = ["date", "dated", "province", "before", "after", "change", "reversal", "why"]
"""Changes that agree in these are one sentence."""


class ChangeGrouping(StrEnum):
    """How the sentences of a change log are grouped."""

    DAY = "day"
    PROVINCE = "province"


def build_change_log(
    changes: pd.DataFrame,
    evidence: pd.DataFrame,
    reports: Mapping[str, ReportEntry],
    labels: Mapping[str, str],
    rule: Rule,
    period_start: dt.date,
) -> pd.DataFrame:
    """Add to changes of status who reports them, and how exactly their day is known.

    Parameters
    ----------
    changes
        What `changes_within` returns. Not changed.
    evidence
        What `assess` returns. Not changed.
    reports, labels, rule
        What `report_sources` returns, the labels of the parties, and the rule under which the evidence was assessed.
    period_start
        As for `classify_all_changes`.

    Returns
    -------
    DataFrame
        The rows of `changes` with `CHANGE_LOG_COLUMNS`:

        - `dated`: a `DayExactness`;
        - `held`: how long the status before had held, in words;
        - `who`: the sources that set the new status, with grades; `interest` and `reason` of the best of these reports,
          as in the evidence; `why`: all that in a line, see `write_why_lines`;
        - `rests_on`: the ids of the reports that set or confirm the new status by the end of the day of the change.
    """
    setting = _setting_reports(evidence, reports, set(changes["place_id"]))
    rows = changes.to_dict("records")
    sets_of_rows = [setting[row["place_id"], row["date"]] for row in rows]
    best = [min(sets, key=report_sort_key, default={"interest": "", "reason": ""}) for sets in sets_of_rows]
    change_log = changes.assign(
        dated=[
            _EXACTNESS[_describe_exactness(row["after"], row["date"], row["basis"], sets)]
            for row, sets in zip(rows, sets_of_rows, strict=True)
        ],
        held=[_describe_duration(row, setting[row["place_id"], row["held_since"]], period_start) for row in rows],
        who=[name_sources(sorted(sets, key=report_sort_key)) for sets in sets_of_rows],
        interest=[str(report["interest"]) for report in best],
        reason=[str(report["reason"]) for report in best],
        why=write_why_lines(
            changes.assign(status=changes["after"], since=changes["date"], valid_from=changes["date"], claimed_by=""),
            evidence[evidence["place_id"].isin(changes["place_id"])],
            reports,
            labels,
            rule,
            most=_MAX_WHY_CHARACTERS,
        ),
    )
    return change_log[CHANGE_LOG_COLUMNS]


def _setting_reports(
    evidence: pd.DataFrame, reports: Mapping[str, ReportEntry], place_ids: set[str]
) -> Mapping[tuple[str, Any], list[dict[str, Any]]]:
    """Return the reports that set a status of these places, by place and day."""
    rows = evidence[(evidence["role"] == Role.SETS) & evidence["place_id"].isin(place_ids)]
    setting: defaultdict[tuple[str, Any], list[dict[str, Any]]] = defaultdict(list)
    for row in rows[_SETTING_COLUMNS].to_dict("records"):
        report = {**{str(name): value for name, value in row.items()}, **reports[row["report_id"]]}
        setting[row["place_id"], row["counts_from"]].append(report)
    return setting


def _describe_exactness(status: str, since: pd.Timestamp, basis: str, sets: Sequence[ReportEntry]) -> str:
    return describe_exactness({"status": status, "since": since, "basis": basis, "evidence": sets})


def _describe_duration(row: Mapping[Any, Any], sets: Sequence[ReportEntry], period_start: dt.date) -> str:
    """Say how long the status before a change had held."""
    if pd.isna(row["held_since"]):
        return f"{'nothing' if row['before'] == NO_REPORT else 'no holder'} was reported before"
    if pd.isna(row["held_days"]):
        return f"since before {format_date(period_start, year=True)}"
    exactness = _describe_exactness(row["before"], row["held_since"], Basis.OWN, sets)
    return f"for {exactness} {format_count(row['held_days'], 'day', 'days')}".replace("  ", " ")


def describe_period(after: dt.date, until: dt.date) -> str:
    """Name two days, as in "between 2 and 9 July 2021"; a month or year that they share is written once."""
    if (after.year, after.month) == (until.year, until.month):
        return f"between {after.day} and {format_date(until, year=True)}"
    return f"between {format_date(after, year=after.year != until.year)} and {format_date(until, year=True)}"


def summarize_changes(change_log: pd.DataFrame, labels: Mapping[str, str]) -> str:
    """Sum a change log up in a few sentences.

    Parameters
    ----------
    change_log
        What `build_change_log` returns, or some of its rows. Not changed.
    labels
        The label of each status, in the order in which they are listed.
    """
    if change_log.empty:
        return "No status changed."
    kinds = change_log.drop_duplicates("place_id")["kind"].value_counts()
    places = join_words(
        [
            format_count(int(kinds[kind]), label.singular, label.plural)
            for kind, label in KIND_LABELS.items()
            if kind in kinds
        ]
    )
    sentences = [f"{format_count(len(change_log), 'change', 'changes')} of status, in {places}."]
    districts = [
        f"{_describe_counts(row, labels)} (net {format_signed(row['net']) or 0})"
        for row in count_district_changes(change_log, list(labels)).to_dict("records")
        if row["gained"] or row["taken_back"] or row["lost"]
    ]
    if districts:
        sentences.append(f"Districts, counted each time: {'; '.join(districts)}.")
    if reversals := int(change_log["reversal"].sum()):
        sentences.append(f"{format_count(reversals, 'change undoes', 'changes undo')} an earlier one.")
    return " ".join(sentences)


def _describe_counts(row: Mapping[Any, Any], labels: Mapping[str, str]) -> str:
    """Say how many districts came to a status and left it, as in "Taliban 45 gained, 2 lost"."""
    if row["status"] == CONTESTED:
        words = {"gained": "became contested", "lost": f"stopped being {'so' if row['gained'] else 'contested'}"}
        lead = ""
    elif row["status"] == UNKNOWN:
        words = {"gained": "came under unknown control", "lost": "ceased to be under unknown control"}
        lead = ""
    else:
        words = {"gained": "gained", "taken_back": "taken back", "lost": "lost"}
        lead = f"{labels[row['status']]} "
    return lead + ", ".join(f"{row[name]} {word}" for name, word in words.items() if row[name])


def write_change_log(
    change_log: pd.DataFrame,
    labels: Mapping[str, str],
    after: dt.date,
    until: dt.date,
    facts: Mapping[str, str],
    known_on: dt.date | None,
    by: ChangeGrouping = ChangeGrouping.DAY,
) -> str:
    """Write a change log as sentences, in plain text that quotes the reports: escape it before it becomes HTML.

    Parameters
    ----------
    change_log
        What `build_change_log` returns for these days, or some of its rows. Not changed.
    labels
        The label of each status, in the order in which they are listed.
    after, until
        The earlier day, whose own changes are left out, and the later day, whose changes count.
    facts
        What `Provenance.facts` returns.
    known_on
        The day up to which published reports count; None: all reports.
    by
        Whether the sentences are grouped by day or by province.

    Returns
    -------
    str
        A summary, then a paragraph for each day or province with a line for each change. The changes of several places
        of a province for the same reason are one line. The last line is the provenance.
    """
    published = f"by {format_date(known_on, year=True)}" if known_on else "at any time"
    conditions = f"{facts['theatre']}; rule: {facts['rule']}; reports published {published}"
    period = capitalize_first(describe_period(after, until))
    paragraphs = [f"{period} ({conditions}): {summarize_changes(change_log, labels)}"]
    change_log = change_log.assign(before=counted_before(change_log))
    order = ["date", "province"] if by == ChangeGrouping.DAY else ["province", "date"]
    groups: defaultdict[Any, defaultdict[Any, list[dict[Any, Any]]]] = defaultdict(lambda: defaultdict(list))
    for row in change_log.sort_values([*order, "name"], kind="stable").to_dict("records"):
        groups[row[order[0]]][tuple(row[name] for name in _SHARED_COLUMNS)].append(row)
    for value, group in groups.items():
        heading = f"On {format_date(value, year=True)}:" if by == ChangeGrouping.DAY else f"{value}:"
        paragraphs.append("\n".join([heading, *(_write_line(rows, labels, by) for rows in group.values())]))
    provenance = "; ".join(f"{name.replace('_', ' ')} {value}" for name, value in facts.items() if name != "credits")
    return "\n\n".join([*paragraphs, f"Rests on: {provenance}."]) + "\n"


def write_headline(change: Mapping[Any, Any], labels: Mapping[str, str]) -> str:
    """Write one change of a change log as a headline, as in "Herat: Islam Qala (crossing) passed from A to B"."""
    counted = [_as_counted(change)]
    return f"{change['province']}: {change['name']}{KIND_SUFFIX[change['kind']]} {_describe_change(counted, labels)}"


def write_sentences(change: Mapping[Any, Any], labels: Mapping[str, str]) -> str:
    """Write what `write_change_log` says of one change, as plain text that quotes the reports."""
    return _write_line([_as_counted(change)], labels, ChangeGrouping.DAY)


def _as_counted(change: Mapping[Any, Any]) -> Mapping[Any, Any]:
    """Return a change with the status before as `counted_before` returns it."""
    return {**change, "before": NO_REPORT} if pd.isna(change["held_since"]) else change


def _write_line(rows: Sequence[Mapping[Any, Any]], labels: Mapping[str, str], by: ChangeGrouping) -> str:
    """Write the sentences on one change, or on several places that changed on the same day for the same reason."""
    first = rows[0]
    names = join_words([f"{row['name']}{KIND_SUFFIX[row['kind']]}" for row in rows])
    lead = f"{first['province']}: {names}" if by == ChangeGrouping.DAY else f"On {format_date(first['date'])}, {names}"
    why = " ".join(f"{first['why'][:1].lower()}{first['why'][1:]}".split())
    if why.startswith(_SET_BY):
        why = f"according to {why.removeprefix(_SET_BY)}"
    elif first["after"] == UNKNOWN:
        why = f"as {why}"
    exactness = _EXACTNESS_PHRASES[DayExactness(first["dated"])]
    change = ", ".join(filter(None, [f"{lead} {_describe_change(rows, labels)}", exactness, why]))
    return f"{change}.{_describe_status_before(rows, labels)}"


def _describe_change(rows: Sequence[Mapping[Any, Any]], labels: Mapping[str, str]) -> str:
    """Say what became of one place or several, as the predicate of a sentence."""
    first = rows[0]
    before, after = first["before"], first["after"]
    verb = "is" if len(rows) == 1 else "are"
    if after == UNKNOWN:
        return "came under unknown control"
    if first["change"] == Change.LOST:
        return f"{verb} no longer reported to be held by anybody"
    if before == NO_REPORT:
        return f"{verb} first reported, as " + (
            "contested" if after == CONTESTED else f"held by {name_in_text(labels, after)}"
        )
    if after == CONTESTED:
        return "became contested"
    passed = "went back" if first["change"] == Change.TAKEN_BACK else "passed again" if first["reversal"] else "passed"
    if before in _STATES:
        return f"{passed} to {name_in_text(labels, after)} after being {_STATES[before]}"
    return f"{passed} from {name_in_text(labels, before)} to {name_in_text(labels, after)}"


def _describe_status_before(rows: Sequence[Mapping[Any, Any]], labels: Mapping[str, str]) -> str:
    """Say how long the status before had held, no more exactly than is true of each place."""
    before = rows[0]["before"]
    if before == NO_REPORT:
        return ""
    durations = {row["held"] for row in rows}
    known = [row["held_days"] for row in rows if not pd.isna(row["held_days"])]
    # A status from before the period held for longer than any that began within it.
    how_long = durations.pop() if len(durations) == 1 else f"for {format_count(min(known), 'day', 'days')} or more"
    if before in _STATES:
        return f" {'It' if len(rows) == 1 else 'They'} had been {_STATES[before]} {how_long}."
    holder = capitalize_first(name_in_text(labels, before))
    return f" {holder} had held {'it' if len(rows) == 1 else 'them'} {how_long}."
