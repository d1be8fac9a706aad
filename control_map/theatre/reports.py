"""The reports of a pack are read from CSV and checked: accepted rows, and rows set aside with the reason."""

import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from control_map.core.characters import name_key
from control_map.core.errors import Fault
from control_map.core.model import (
    INDEPENDENT,
    KINDS_WITH_STATUS,
    UNKNOWN_SIDE,
    Actor,
    AreaScope,
    Claim,
    DatePrecision,
    PlaceKind,
)
from control_map.core.sanitize import unescape_cell
from control_map.theatre import csv_reader

CODEBOOK_COLUMNS = tuple(
    "report_id event_date date_precision reported_date place_text province_text place_kind area_scope except_for claim "
    "actor claimant claimant_side origin source_name source_url reliability credibility summary number".split()
)
OPTIONAL_COLUMNS = ("except_for",)
"""Columns of the codebook that a file may lack: all their cells are empty then."""
EXPORTED_NAMES = {"fix": "mend", "user_supplied": "own"}
"""Columns that have another name in files and printed tables; programs read that name, so it stays."""
PART_OF_COLUMN = "part_of"
"""A further column of reports: the place of which `place_text` is a part, as the source spells it."""
STATED_PART = ", part of "
"""What stands between the name of a part and that of its place in `place_text`."""
STATED_PLACE_COLUMNS = ("place_id", "place_precision", "place_method")
"""Further columns of reports: the id of the place or province, which goes before the name, how much of it is meant (a
`LocationPrecision`; empty: all of it), and how it was located (a `MatchMethod`; empty: it was chosen)."""
LOCATION_COLUMNS = ("chosen_place_id", *STATED_PLACE_COLUMNS[1:], "lon", "lat")
"""The same columns once they are read, and a point (EPSG:4326)."""
_SPARED_COLUMNS = ("source_url", "summary", "number")
"""Columns that say nothing of who holds a place: a cell that cannot be read does not cost the report."""
STATED_PROBLEM_COLUMN = "set_aside"
"""A further column of reports: why a row was set aside. It stays so until this cell is emptied; see `merge_reports`."""
LONGEST_SUMMARY = 200
"""Characters; long enough for two lines in the dossier."""

_AREAS = (PlaceKind.PROVINCE, PlaceKind.COUNTRY)
_SCOPES_WITH_EXCEPTIONS = frozenset(AreaScope) - {AreaScope.PART}


@dataclass(frozen=True)
class Reports:
    """The reports of a pack.

    `accepted` has the columns of the codebook, typed (dates as `datetime64`, `credibility` and `number` as
    numbers), and `row`, the line of the file. `set_aside` has the same columns as they were written, and
    `problem`, `fix` and `rows`, the number of rows of the file for which it stands. Every row of the file is in one of
    the two. `notices` say which values were converted or assumed. `id_prefix` is put before an id that another table
    has, too. `file` is the name of the file.
    """

    accepted: pd.DataFrame
    set_aside: pd.DataFrame
    faults: list[Fault]
    notices: list[str] = field(default_factory=list)
    id_prefix: str = ""
    file: str = ""


def allowed_values(actors: tuple[Actor, ...]) -> dict[str, tuple[str, ...]]:
    """Return the values that the columns with a fixed vocabulary can have, for a theatre with these actors."""
    parties = tuple(actor.id for actor in actors)
    return {
        "date_precision": tuple(DatePrecision),
        "place_kind": tuple(PlaceKind),
        "area_scope": tuple(AreaScope),
        "claim": tuple(Claim),
        "actor": parties,
        "claimant_side": (*parties, INDEPENDENT, UNKNOWN_SIDE),
        "reliability": tuple("ABCDEF"),
        "credibility": tuple("123456"),
    }


def report_schema(actors: tuple[Actor, ...]) -> pa.DataFrameSchema:
    """Return the codebook as checks on text columns, for a theatre with these actors."""
    checks = {
        "report_id": [csv_reader.is_filled(), csv_reader.is_unique()],
        "event_date": [csv_reader.is_iso_date()],
        "reported_date": [csv_reader.is_iso_date()],
        "place_text": [csv_reader.is_filled()],
        "claimant": [csv_reader.is_filled()],
        "origin": [csv_reader.is_filled()],
        "source_url": [
            csv_reader.make_check(
                lambda url: url.str.match(r"https?://[^\s/]+") | (url == ""),
                "this is not a web address",
                "Begin it with http:// or https://",
            )
        ],
        "summary": [
            csv_reader.make_check(
                lambda text: text.str.len() <= LONGEST_SUMMARY,
                f"the text is longer than {LONGEST_SUMMARY} characters",
                "Shorten it",
            )
        ],
        "number": [csv_reader.is_number(0, 1e12)],
    }
    for column, values in allowed_values(actors).items():
        filled = [] if column == "area_scope" else [csv_reader.is_filled(f"Use one of: {', '.join(values)}")]
        checks[column] = [*filled, csv_reader.is_one_of(values, or_empty=True)]
    return pa.DataFrameSchema({column: pa.Column(str, tests) for column, tests in checks.items()})


def read_reports(path: Path, actors: tuple[Actor, ...]) -> Reports:
    """Read and check the reports of a pack, see `check_reports`; they have `LOCATION_COLUMNS`, most often empty.

    Raises
    ------
    PackError
        If the file is missing or empty, or lacks a column.
    """
    required = [column for column in CODEBOOK_COLUMNS if column not in OPTIONAL_COLUMNS]
    text, unreadable = csv_reader.read_clean_csv(path, required)
    text = text.assign(**{column: "" for column in OPTIONAL_COLUMNS if column not in text})
    further = [STATED_PROBLEM_COLUMN, PART_OF_COLUMN, *STATED_PLACE_COLUMNS, "lon", "lat"]
    rows = text[[*CODEBOOK_COLUMNS, *text.columns.intersection(further)]].map(unescape_cell)
    rows = rows.rename(columns=dict(zip(STATED_PLACE_COLUMNS, LOCATION_COLUMNS, strict=False)))
    located = {column: "" for column in LOCATION_COLUMNS if column not in rows}
    return check_reports(state_parts(rows.assign(**located)), unreadable, path.name, actors)


def state_parts(text: pd.DataFrame) -> pd.DataFrame:
    """Return reports as text that write a place as "X, part of Y" where `PART_OF_COLUMN` names Y; it is left out."""
    if PART_OF_COLUMN not in text:
        return text
    place, whole = text["place_text"], text[PART_OF_COLUMN]
    stated = (place + STATED_PART + whole).str.removeprefix(", ")
    return text.assign(place_text=place.mask(whole != "", stated)).drop(columns=PART_OF_COLUMN)


def check_reports(
    text: pd.DataFrame, unreadable: list[Fault], file: str, actors: tuple[Actor, ...], found: Sequence[Fault] = ()
) -> Reports:
    """Check reports as they are written, and collect all faults.

    Some faults are of rows that are kept. An event dated after its publication: the dates may be swapped, but the
    report still counts. A cell of `_SPARED_COLUMNS` that cannot be read: it is emptied, or shortened if it is a
    summary, with a notice.

    Parameters
    ----------
    text
        The columns of the codebook as text, and perhaps `LOCATION_COLUMNS` and `STATED_PROBLEM_COLUMN`; the index,
        `row`, is the line of the file. Not changed.
    unreadable
        Faults of rows of the file that are missing in `text`, and of rows that are kept.
    file
        The name of the file.
    actors
        The parties of the theatre.
    found
        Faults of these rows that were found before; they replace other faults of the same cell.
    """
    stated = _stated_faults(text, file)
    text = text.drop(columns=STATED_PROBLEM_COLUMN, errors="ignore")
    judged = text[~text.index.isin([fault.row for fault in stated])]
    found = [fault for fault in found if fault.row in judged.index]
    known = {(fault.row, fault.column) for fault in found}
    faults = [
        fault
        for fault in csv_reader.validation_faults(report_schema(actors), judged, file)
        if (fault.row, fault.column) not in known
    ]
    scoped = judged[judged["area_scope"].isin(list(AreaScope)) & judged["place_kind"].isin(list(KINDS_WITH_STATUS))]
    faults += [
        Fault(file, row, "area_scope", "only a province or country has a scope", "Leave the cell empty", scope)
        for row, scope in zip(scoped.index.tolist(), scoped["area_scope"], strict=True)
    ]
    is_area = judged["place_kind"].isin(_AREAS) & judged["area_scope"].isin(_SCOPES_WITH_EXCEPTIONS)
    excepting = judged[(judged["except_for"] != "") & ~is_area & judged["place_kind"].isin(list(PlaceKind))]
    fix = f"Leave the cell empty, or write {AreaScope.WHOLE} in area_scope if the whole area but these is meant"
    faults += [
        Fault(file, row, "except_for", "only a report on a whole area leaves places out", fix, cell)
        for row, cell in zip(excepting.index.tolist(), excepting["except_for"], strict=True)
    ]
    strict = [*(fault for fault in faults if fault.column not in _SPARED_COLUMNS), *found, *stated]
    costly = {fault.row for fault in strict}
    text, spared, notices = _spare(text, [fault for fault in faults if fault.column in _SPARED_COLUMNS], costly)
    faults = sorted([*strict, *spared])
    first = {fault.row: fault for fault in reversed(faults) if not fault.kept}
    bad = text.index.isin(list(first))
    set_aside = text[bad].reset_index()
    set_aside["problem"] = [_describe_fault(first[row]) for row in set_aside["row"]]
    set_aside["fix"] = [first[row].fix for row in set_aside["row"]]
    set_aside["rows"] = 1
    lost = pd.DataFrame(
        [(fault.row, fault.problem, fault.fix, fault.rows) for fault in unreadable if not fault.kept],
        columns=["row", "problem", "fix", "rows"],
    )
    accepted = _parse_columns(text[~bad])
    early = accepted[accepted["reported_date"] < accepted["event_date"]]
    swapped = []
    for row, event, reported in zip(early["row"], early["event_date"], early["reported_date"], strict=True):
        problem = f"the report was published before its event of {event:%Y-%m-%d}"
        fix = "Check which of the two dates is wrong"
        swapped.append(Fault(file, int(row), "reported_date", problem, fix, f"{reported:%Y-%m-%d}", kept=True))
    set_aside = pd.concat([set_aside, lost], ignore_index=True).fillna("") if len(lost) else set_aside
    together = Reports(accepted, set_aside, [*faults, *unreadable, *swapped], notices, file=file)
    checked = unify_origins(together, {})
    return replace(checked, faults=sorted(checked.faults))


def _spare(
    text: pd.DataFrame, faults: Sequence[Fault], costly: AbstractSet[int]
) -> tuple[pd.DataFrame, list[Fault], list[str]]:
    """Empty the cells that have these faults, or shorten them, except in rows that are set aside anyway (`costly`).

    Returns
    -------
    tuple
        The text, the faults, `kept` where the row counts, and a notice for each column.
    """
    text, notices = text.copy() if faults else text, []
    listed = [fault for fault in faults if fault.row in costly]
    for column in _SPARED_COLUMNS:
        spared = [fault for fault in faults if fault.column == column and fault.row not in costly]
        if not spared:
            continue
        rows, is_summary = [fault.row for fault in spared], column == "summary"
        text.loc[rows, column] = text.loc[rows, column].map(shorten_summary) if is_summary else ""
        done = "it is shortened" if is_summary else "the cell is read as empty"
        listed += [replace(fault, problem=f"{fault.problem}; {done}", kept=True) for fault in spared]
        more = f" and {len(spared) - 1:,} more" if len(spared) > 1 else ""
        notices.append(f"{column}: {spared[0].problem}; {done} (row {rows[0]}{more}). {spared[0].fix}")
    return text, listed, notices


def shorten_summary(summary: str) -> str:
    """Return a text cut at a word to the length of a summary."""
    head = summary[:LONGEST_SUMMARY]
    cut = re.match(r"(.*\S)\s", head[: LONGEST_SUMMARY - 1] + summary[LONGEST_SUMMARY - 1], re.DOTALL)
    words = cut[1] if cut and len(cut[1]) > LONGEST_SUMMARY // 2 else head
    return words[: LONGEST_SUMMARY - 1].rstrip() + "\u2026"


def _describe_fault(fault: Fault) -> str:
    return f"{fault.column}: {fault.problem}" if fault.column else fault.problem


def _stated_faults(text: pd.DataFrame, file: str) -> list[Fault]:
    """Return the fault of each row that states why it was set aside."""
    if STATED_PROBLEM_COLUMN not in text:
        return []
    stated = text.loc[text[STATED_PROBLEM_COLUMN] != "", STATED_PROBLEM_COLUMN]
    fix, columns = f"Correct the row, and empty its cell {STATED_PROBLEM_COLUMN}", {*CODEBOOK_COLUMNS, "lon", "lat"}
    faults = []
    for row, problem in zip(stated.index.tolist(), stated, strict=True):
        column, _, rest = problem.partition(": ")
        is_of_column = column in columns
        faults.append(Fault(file, row, column if is_of_column else "", rest if is_of_column else problem, fix))
    return faults


def first_spellings(origins: Iterable[str], known: Mapping[str, str]) -> dict[str, str]:
    """Return the spelling of each origin by its `name_key`: the `known` one, else the first of these."""
    spellings = dict(known)
    for origin in dict.fromkeys(origins):
        spellings.setdefault(name_key(origin), origin)
    return spellings


def unify_origins(reports: Reports, known: Mapping[str, str]) -> Reports:
    """Give each origin one spelling, so that a story under two spellings of its origin does not confirm itself.

    That of the report that was published first stays, as what is published later must change nothing before. Each
    report that is changed gets a fault, as `kept`, and each spelling a notice.

    Parameters
    ----------
    reports
        Checked reports. Not changed.
    known
        The spelling of each origin that is known from other reports, by its `name_key`; it takes precedence.
    """
    stated = reports.accepted.sort_values("reported_date", kind="stable")["origin"]
    aside = reports.set_aside["origin"] if "origin" in reports.set_aside else pd.Series(dtype="str")
    spellings = first_spellings([*stated, *aside[aside != ""]], known)
    spelling_of = {origin: spellings[name_key(origin)] for origin in {*stated, *aside} if origin}
    changed = {origin: spelling for origin, spelling in spelling_of.items() if origin != spelling}
    if not changed:
        return reports
    rows = reports.accepted[reports.accepted["origin"].isin(changed)]
    fix = "Write it so, or give it a name that differs in more than case, spaces and punctuation"
    faults = [
        Fault(reports.file, int(row), "origin", f"this is read as '{changed[origin]}'", fix, origin, kept=True)
        for row, origin in zip(rows["row"], rows["origin"], strict=True)
    ]
    counts = rows["origin"].value_counts(sort=False)
    return replace(
        reports,
        accepted=reports.accepted.assign(origin=reports.accepted["origin"].replace(changed)),
        set_aside=reports.set_aside.assign(origin=aside.replace(changed)) if len(aside) else reports.set_aside,
        faults=reports.faults + faults,
        notices=reports.notices
        + [
            f"origin: '{origin}' is read as '{changed[str(origin)]}' ({count:,} row{'' if count == 1 else 's'})"
            for origin, count in counts.items()
        ],
    )


def to_text_rows(reports: pd.DataFrame) -> pd.DataFrame:
    """Return checked reports as text, as in a file; only `row` stays a number. The input is not changed."""
    return reports[["row", *CODEBOOK_COLUMNS]].assign(
        event_date=reports["event_date"].dt.strftime("%Y-%m-%d"),
        reported_date=reports["reported_date"].dt.strftime("%Y-%m-%d"),
        credibility=reports["credibility"].astype("str"),
        number=[f"{number:.15g}" if pd.notna(number) else "" for number in reports["number"]],
    )


def _parse_columns(text: pd.DataFrame) -> pd.DataFrame:
    frame = text.reset_index()
    unspecified = frame["place_kind"].isin(list(_AREAS)) & (frame["area_scope"] == "")
    return frame.assign(
        event_date=csv_reader.parse_dates(frame["event_date"]),
        reported_date=csv_reader.parse_dates(frame["reported_date"]),
        credibility=frame["credibility"].astype("int64"),
        number=pd.to_numeric(frame["number"]),
        area_scope=frame["area_scope"].mask(unspecified, AreaScope.PART.value),
    )
