"""A folder becomes a pack: a theatre with its reports located. The user can add further reports to it."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from control_map.analysis.search_index import SearchIndex, build_search_index
from control_map.assessment.assertions import assert_at_places
from control_map.core.characters import look_key
from control_map.core.errors import NOTHING_TO_FIX, Fault, PackError, missing_file_fault
from control_map.core.limits import LIMITS
from control_map.core.rules import Rule, presets, rule_named
from control_map.core.status_style import StatusStyle, status_styles
from control_map.explanation.phrases import ReportEntry
from control_map.explanation.why_line import report_sources as collect_report_sources
from control_map.geocoding.gazetteer import Gazetteer, NameProgress, find_nameless_parts, theatre_gazetteer
from control_map.geocoding.locate import locate_reports
from control_map.theatre.reports import (
    CODEBOOK_COLUMNS,
    Reports,
    first_spellings,
    read_reports,
    to_text_rows,
    unify_origins,
)
from control_map.theatre.theatre import Theatre, fingerprint_files, read_theatre

CHOOSE_PLACE = "Choose the place that is meant, or correct the row"
"""What to do about a report of the user that names no place of the theatre."""
_IDENTIFYING_COLUMNS = ("report_id", "event_date", "place_text", "claim", "actor", "summary")
"""Two rows that are equal in these columns are the same report."""


@dataclass(frozen=True, eq=False)
class Pack:
    """A theatre with its reports located.

    `located` are the reports on a known place or area, with the columns that `locate_reports` adds. `set_aside` are all
    others, as they are written, with the `province_id` of the province that they state, if there is one, and with
    `problem` and `fix`. Together they are every row of `reports.csv`. `assertions` say what the located reports assert
    at which places. `fingerprint` is a hash of the pack's files and of what the user added: the same input gives the
    same result. `user_supplied_ids` are the ids of the reports that the user added to those of the files, see
    `add_reports`: no other user may see them. `files_fingerprint` is the hash of the files alone.
    `is_private` says that a visitor has made the theatre itself, of which no other may see anything.
    """

    theatre: Theatre
    gazetteer: Gazetteer
    located: pd.DataFrame
    assertions: pd.DataFrame
    set_aside: pd.DataFrame
    faults: list[Fault]
    fingerprint: str
    user_supplied_ids: frozenset[str] = frozenset()
    files_fingerprint: str = ""
    is_private: bool = False

    @cached_property
    def user_supplied_located(self) -> pd.DataFrame:
        """The located reports that the user supplied."""
        return self.located[self.located["report_id"].isin(self.user_supplied_ids)]

    @cached_property
    def user_supplied_set_aside(self) -> pd.DataFrame:
        """The reports that the user supplied and that were set aside."""
        return self.set_aside[self.set_aside["report_id"].isin(self.user_supplied_ids)]

    @property
    def marked_ids(self) -> frozenset[str]:
        """The ids of the reports that the map marks as the user's; in a theatre of their own, all are, and none is."""
        return frozenset() if self.is_private else self.user_supplied_ids

    @property
    def styles(self) -> dict[str, StatusStyle]:
        """The look of each status of this theatre, in order."""
        return status_styles(self.theatre.actors)

    @property
    def statuses(self) -> list[str]:
        """The statuses of this theatre, in the order in which they are shown."""
        return list(self.styles)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The presets of this theatre."""
        return tuple(presets(self.theatre.actors).values())

    @property
    def labels(self) -> dict[str, str]:
        """The label of each party, by its id."""
        return self.theatre.actor_labels

    @property
    def status_labels(self) -> dict[str, str]:
        """The label of each status, in the order in which they are shown."""
        return {status: style.label for status, style in self.styles.items()}

    @cached_property
    def bounds(self) -> tuple[float, float, float, float]:
        """The westernmost, southernmost, easternmost and northernmost degree of all places."""
        west, south, east, north = self.theatre.places.total_bounds.tolist()
        return west, south, east, north

    @cached_property
    def report_sources(self) -> dict[str, ReportEntry]:
        """What a why line says about each located report, by the report's id, see `why_line.report_sources`."""
        return collect_report_sources(self.located)

    @cached_property
    def search_index(self) -> SearchIndex:
        """All reports, located and set aside, ready to be searched with `find_reports`."""
        return build_search_index(
            self.located,
            self.set_aside,
            self.theatre.places,
            self.theatre.provinces,
            self.user_supplied_ids,
            self.gazetteer.splitter,
        )

    @cached_property
    def origins(self) -> dict[str, str]:
        """The spelling of each origin, by its `name_key`."""
        stated = [frame["origin"] for frame in (self.located, self.set_aside) if "origin" in frame]
        return first_spellings((origin for column in stated for origin in column.unique() if origin), {})

    def rule(self, name: str | None = None) -> Rule:
        """Return the preset with this id, or the theatre's default rule."""
        return rule_named(name or self.theatre.default_rule, self.theatre.actors)


def load_pack(folder: Path) -> Pack:
    """Read a theatre pack and find the places that its reports name.

    Raises
    ------
    PackError
        If a file of the pack cannot be used at all; all files' faults at once.
    """
    try:
        theatre = read_theatre(folder)
    except PackError as error:
        path = folder / "reports.csv"
        missing = [missing_file_fault(path)] if folder.is_dir() and not path.exists() else []
        raise PackError(error.faults + missing) from error
    reports, files = read_reports(folder / "reports.csv", theatre.actors), fingerprint_files(folder)
    gazetteer = theatre_gazetteer(theatre)
    fix = "Add the name to alt_names in places.csv, or to parts.csv if it is a part of a place, or correct the report"
    located, set_aside = locate_reports(reports, theatre, gazetteer, fix)
    theatre = _follow_reports(theatre, located)
    return Pack(
        theatre=_choose_opening_day(theatre, located),
        gazetteer=gazetteer,
        located=located,
        assertions=assert_at_places(located, theatre.places, theatre.actors, theatre.period_start),
        set_aside=set_aside,
        faults=sorted(theatre.faults + find_nameless_parts(theatre, gazetteer) + reports.faults),
        fingerprint=files,
        files_fingerprint=files,
    )


def _follow_reports(theatre: Theatre, located: pd.DataFrame) -> Theatre:
    """Let the period of a theatre that follows its reports run from the day before the first event to the last one.

    The map so begins without a report, and no event is from before the period. An event that is dated after its
    publication is a mistake, and does not prolong the period. Of events that are further apart than
    `LIMITS.followed_days`, the period has as many as it can: one mistyped year does not move it.
    """
    days = located.loc[located["event_date"] <= located["reported_date"].fillna(located["event_date"]), "event_date"]
    if not theatre.follows_reports or days.empty:
        return theatre
    first, last = _busiest_span(days.sort_values().to_numpy(), LIMITS.followed_days)
    first -= dt.timedelta(days=1)
    opens_on = min(max(theatre.opens_on, first), last) if theatre.opens_on_is_stated else last
    return replace(theatre, period_start=first, period_end=last, opens_on=opens_on)


def _busiest_span(days: np.ndarray, longest: int) -> tuple[dt.date, dt.date]:
    """Return the first and the last of the days, in order, that a span of so many days has most of; the latest one."""
    last = np.searchsorted(days, days + np.timedelta64(longest, "D"), side="right") - 1
    counts = last - np.arange(len(days))
    begin = len(days) - 1 - int(counts[::-1].argmax())
    return pd.Timestamp(days[begin]).date(), pd.Timestamp(days[last[begin]]).date()


def _choose_opening_day(theatre: Theatre, located: pd.DataFrame) -> Theatre:
    """Let a theatre open on the last day of which something is reported, if its pack does not state the day."""
    days = located["event_date"]
    within = days[days.between(pd.Timestamp(theatre.period_start), pd.Timestamp(theatre.period_end))]
    if theatre.opens_on_is_stated or within.empty:
        return theatre
    return replace(theatre, opens_on=within.max().date())


def add_reports(pack: Pack, reports: Reports, progress: NameProgress = iter) -> Pack:
    """Return a pack with further reports of the user beside its own; the pack itself is not changed.

    Parameters
    ----------
    reports
        Checked reports; each row has a `report_id`. A report that the pack has already is set aside. Another report
        under an id that the user supplied before gets the table's name before its id. An origin that the pack knows
        gets the pack's spelling. The period of a theatre that follows its reports follows these, too.
    progress
        Receives the different place names, and yields them as they are looked for.

    Returns
    -------
    Pack
        The ids of the added reports, placed or set aside, are in `user_supplied_ids`. The fingerprint depends on what
        was added, too.
    """
    fresh = _with_own_ids(unify_origins(reports, pack.origins), pack)
    located, set_aside = locate_reports(fresh, pack.theatre, pack.gazetteer, CHOOSE_PLACE, progress)
    together = _concatenate(pack.located, located)
    theatre = _follow_reports(pack.theatre, together)
    return replace(
        pack,
        theatre=theatre,
        located=together,
        assertions=assert_at_places(together, theatre.places, theatre.actors, theatre.period_start),
        set_aside=_concatenate(pack.set_aside, set_aside),
        faults=pack.faults + fresh.faults,
        fingerprint=_hash_frames(pack.fingerprint, located, set_aside),
        user_supplied_ids=pack.user_supplied_ids | {*located["report_id"], *set_aside["report_id"]},
    )


def _concatenate(*frames: pd.DataFrame) -> pd.DataFrame:
    """Put tables below each other. Empty ones are left out, as their types would change those of the others."""
    return pd.concat([frame for frame in frames if len(frame)] or frames[:1], ignore_index=True)


def _with_own_ids(reports: Reports, pack: Pack) -> Reports:
    """Give each row an id that the pack does not have, and set aside those reports that it has already.

    Ids that look the same are the same. An id of the pack's own files is never given to another report. Two tables of
    the user that number their rows have the same ids: theirs are the same report only if the rows are equal in
    `_IDENTIFYING_COLUMNS`. A row that is equal to one of the pack needs no fix.
    """
    known = _KnownReports.of(pack)
    accepted = reports.accepted
    looks = accepted["report_id"].map(look_key)
    is_users = looks.isin(known.users_ids)
    if is_users.any():
        of_users = to_text_rows(accepted[is_users])
        others = of_users.index[~_is_among(of_users, known.identities, _IDENTIFYING_COLUMNS)]
        prefixed = accepted["report_id"].mask(accepted.index.isin(others), reports.id_prefix + accepted["report_id"])
        accepted, looks = accepted.assign(report_id=prefixed), prefixed.map(look_key)
    refused = looks.isin(known.ids.keys()) | looks.duplicated()
    twice = to_text_rows(accepted[refused])
    twice["rows"] = 1
    failed = reports.set_aside.reindex(columns=[*twice, "problem", "fix"])
    again = known.has_written(failed) if len(failed) else pd.Series(dtype="bool")
    set_aside = _concatenate(failed[~again], known.refuse(twice), known.refuse(failed[again])).fillna("")
    set_aside["report_id"] = _unused_ids(set_aside, known.ids.keys() | set(looks[~refused]))
    return replace(reports, accepted=accepted[~refused].reset_index(drop=True), set_aside=set_aside)


@dataclass(frozen=True, eq=False)
class _KnownReports:
    """The ids and contents of the reports of a pack.

    `ids` has each id by its `look_key`; `users_ids` has the keys of those that the user supplied.
    """

    ids: dict[str, str]
    users_ids: frozenset[str]
    pack: Pack

    @classmethod
    def of(cls, pack: Pack) -> "_KnownReports":
        """Return what is known of the reports of a pack."""
        own = [report_id for frame in (pack.located, pack.set_aside) for report_id in frame["report_id"] if report_id]
        return cls(
            {look_key(report_id): report_id for report_id in own},
            frozenset(map(look_key, pack.user_supplied_ids)),
            pack,
        )

    @cached_property
    def rows(self) -> pd.DataFrame:
        """The reports as text."""
        forms = [to_text_rows(self.pack.located), self.pack.set_aside]
        return pd.concat([form.reindex(columns=list(CODEBOOK_COLUMNS)) for form in forms]).astype("str")

    @cached_property
    def contents(self) -> frozenset[int]:
        """The hash of each report in all columns of the codebook, with the id that it had before `_unused_ids`."""
        return frozenset(_hash_rows(_with_first_ids(self.rows), CODEBOOK_COLUMNS))

    @cached_property
    def identities(self) -> frozenset[int]:
        """The hash of each report in `_IDENTIFYING_COLUMNS`."""
        return frozenset(_hash_rows(self.rows, _IDENTIFYING_COLUMNS))

    def has_written(self, rows: pd.DataFrame) -> pd.Series:
        """Say of each row whether the pack has it, perhaps under an id that `_unused_ids` made of its own."""
        return _is_among(_with_first_ids(rows), self.contents, CODEBOOK_COLUMNS)

    def refuse(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return rows whose ids are known, or come twice, as they are set aside."""
        looks = rows["report_id"].map(look_key)
        is_users = looks.isin(self.users_ids | (set(looks) - self.ids.keys()))
        whose = is_users.map({True: "one of your tables", False: "the theatre"}).astype("str")
        fix = "Take the row out if it is the same report, or give it an id of its own"
        return rows.assign(
            problem="report_id: " + whose + " has a report '" + looks.map(self.ids).fillna(looks) + "' already",
            fix=self.has_written(rows).map({True: NOTHING_TO_FIX, False: fix}).astype("str"),
        )


def _with_first_ids(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows with their ids as they were before `_unused_ids` added numbers of rows."""
    return rows.assign(report_id=[report_id.partition(" (row ")[0] for report_id in rows["report_id"]])


def _hash_rows(rows: pd.DataFrame, columns: Sequence[str]) -> list[int]:
    """Return a hash of each row's text in some columns."""
    return list(map(hash, zip(*(rows[column].tolist() for column in columns), strict=True)))


def _is_among(rows: pd.DataFrame, contents: AbstractSet[int], columns: Sequence[str]) -> pd.Series:
    """Say of each row whether its text in some columns is among those with these hashes."""
    return pd.Series([hashed in contents for hashed in _hash_rows(rows, columns)], index=rows.index, dtype="bool")


def _unused_ids(rows: pd.DataFrame, taken: AbstractSet[str]) -> list[str]:
    """Return an id for each row that no other has: its own if it is free, else with the number of the row.

    The ids distinguish the user's reports from all others.
    """
    used, numbered = set(taken), list(zip(rows["report_id"], rows["row"], strict=True))
    free = []
    for report_id, _ in numbered:
        free.append(look_key(report_id) not in used)
        used.add(look_key(report_id))
    ids = []
    for (report_id, row), is_free in zip(numbered, free, strict=True):
        own = report_id
        while not is_free and look_key(own) in used:
            own += f" (row {row})"
        used.add(look_key(own))
        ids.append(own)
    return ids


def _hash_frames(fingerprint: str, *frames: pd.DataFrame) -> str:
    digest = hashlib.sha256(fingerprint.encode())
    for frame in frames:
        digest.update(pd.util.hash_pandas_object(frame.astype("str"), index=False).to_numpy().tobytes())
    return digest.hexdigest()[:16]
