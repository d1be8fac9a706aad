"""A folder becomes a pack: a theatre with its reports located; further reports can be added beside its own."""

import hashlib
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import pandas as pd

from control_map.analysis.search_index import SearchIndex, build_search_index
from control_map.assessment.assertions import assert_at_places
from control_map.core.errors import Fault, PackError, missing_file_fault
from control_map.core.rules import Rule, presets, rule_named
from control_map.core.status_style import StatusStyle, status_styles
from control_map.explanation.phrases import ReportEntry
from control_map.explanation.why_line import report_sources as collect_report_sources
from control_map.geocoding.gazetteer import Gazetteer, theatre_gazetteer
from control_map.geocoding.gazetteer import NameProgress as Spelled
from control_map.geocoding.locate import locate_reports
from control_map.theatre.reports import Reports, read_reports, to_text_rows
from control_map.theatre.theatre import Theatre, fingerprint_files, read_theatre

CHOOSE_PLACE = "Choose the place that is meant, or correct the row"
"""What to do about a report that somebody brought and that names no place of the theatre."""
_SAME = ("report_id", "event_date", "place_text", "claim", "actor", "summary")
"""What two rows say alike that are the same report."""


@dataclass(frozen=True, eq=False)
class Pack:
    """A theatre with its reports located.

    `located` are the reports on a known place or area, with the columns that `locate_reports` adds. `set_aside` are all
    others, as they are written, with the `province_id` of the province that they state, if there is one, and with
    `problem` and `fix`. Together they are every row of `reports.csv`. `assertions` say what the located reports assert
    at which places. `fingerprint` is a hash of the pack's files and of what the user added: the same input gives the
    same result. `user_supplied_ids` are the ids of the reports that the user added to those of the files, see
    `add_reports`: nobody else may see them. `files_fingerprint` is the hash of the files alone.
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

    @cached_property
    def user_supplied_located(self) -> pd.DataFrame:
        """The located reports that the user supplied."""
        return self.located[self.located["report_id"].isin(self.user_supplied_ids)]

    @cached_property
    def user_supplied_set_aside(self) -> pd.DataFrame:
        """The reports that the user supplied and that were set aside."""
        return self.set_aside[self.set_aside["report_id"].isin(self.user_supplied_ids)]

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
        """What each status is called, in the order in which they are shown."""
        return {status: style.label for status, style in self.styles.items()}

    @cached_property
    def bounds(self) -> tuple[float, float, float, float]:
        """The westernmost, southernmost, easternmost and northernmost degree of all places."""
        west, south, east, north = self.theatre.places.total_bounds.tolist()
        return west, south, east, north

    @cached_property
    def report_sources(self) -> dict[str, ReportEntry]:
        """What a line of why says about each located report, see `why_line.report_sources`."""
        return collect_report_sources(self.located)

    @cached_property
    def search_index(self) -> SearchIndex:
        """All reports, located and set aside, ready to be searched with `search.find`."""
        return build_search_index(
            self.located, self.set_aside, self.theatre.places, self.theatre.provinces, self.user_supplied_ids
        )

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
        raise PackError(error.faults + _missing_reports(folder)) from error
    reports, files = read_reports(folder / "reports.csv", theatre.actors), fingerprint_files(folder)
    gazetteer = theatre_gazetteer(theatre)
    fix = "Add the name to alt_names in places.csv, or correct the report"
    located, set_aside = locate_reports(reports, theatre, gazetteer, fix)
    return Pack(
        theatre=_opening(theatre, located),
        gazetteer=gazetteer,
        located=located,
        assertions=assert_at_places(located, theatre.places, theatre.actors, theatre.period_start),
        set_aside=set_aside,
        faults=sorted(theatre.faults + reports.faults),
        fingerprint=files,
        files_fingerprint=files,
    )


def _opening(theatre: Theatre, located: pd.DataFrame) -> Theatre:
    """Let a theatre whose pack does not say on which day to open do so on the last of which something is reported."""
    days = located["event_date"]
    within = days[days.between(pd.Timestamp(theatre.period_start), pd.Timestamp(theatre.period_end))]
    if theatre.opens_on_is_stated or within.empty:
        return theatre
    return replace(theatre, opens_on=within.max().date())


def add_reports(pack: Pack, reports: Reports, progress: Spelled = iter) -> Pack:
    """Return a pack that has further reports beside its own; the pack itself is not changed.

    Parameters
    ----------
    reports
        As `in_codebook` returns them; each row has a `report_id`. One that the pack has already is set aside; another
        report under an id that was brought before gets the table's name before it.
    progress
        Is handed the different names, and yields them as they are looked for.

    Returns
    -------
    Pack
        The ids of the added reports, placed or set aside, are in `brought`. Its fingerprint depends on what was added,
        too.
    """
    theatre, fresh = pack.theatre, _told_apart(reports, pack)
    located, set_aside = locate_reports(fresh, theatre, pack.gazetteer, CHOOSE_PLACE, progress)
    together = pd.concat([frame for frame in (pack.located, located) if len(frame)] or [located], ignore_index=True)
    return replace(
        pack,
        located=together,
        assertions=assert_at_places(together, theatre.places, theatre.actors, theatre.period_start),
        set_aside=pd.concat(
            [frame for frame in (pack.set_aside, set_aside) if len(frame)] or [set_aside], ignore_index=True
        ),
        faults=pack.faults + fresh.faults,
        fingerprint=_combined(pack.fingerprint, located, set_aside),
        user_supplied_ids=pack.user_supplied_ids | {*located["report_id"], *set_aside["report_id"]},
    )


def _told_apart(reports: Reports, pack: Pack) -> Reports:
    """Give each report an id that the pack has not, and set aside those that it has already.

    A table that numbers its rows has the ids of another that does: what was brought under an id is the same report only
    if it says the same. An id of the files stays theirs.
    """
    accepted = _renamed(reports, pack)
    known = {*pack.located["report_id"], *pack.set_aside["report_id"]} - {""}
    twice = accepted["report_id"].isin(known)
    aside = to_text_rows(accepted[twice])
    whose = aside["report_id"].isin(pack.user_supplied_ids).map({True: "one of your tables", False: "the theatre"})
    aside = aside.assign(
        problem="report_id: " + whose.astype("str") + " has a report '" + aside["report_id"] + "' already",
        fix="Take the row out if it is the same report, or give it an id of its own",
    )
    frames = [frame for frame in (reports.set_aside, aside) if len(frame)] or [reports.set_aside]
    set_aside = pd.concat(frames, ignore_index=True).fillna("")
    if len(set_aside):
        taken = known | set(accepted["report_id"])
        ids = zip(set_aside["report_id"], set_aside["row"], strict=True)
        set_aside["report_id"] = [_free(report_id, row, taken) for report_id, row in ids]
    return replace(reports, accepted=accepted[~twice].reset_index(drop=True), set_aside=set_aside)


def _renamed(reports: Reports, pack: Pack) -> pd.DataFrame:
    """Return the accepted reports; with their table before its id, if another one was brought under that."""
    accepted = reports.accepted
    again = accepted["report_id"].isin(pack.user_supplied_ids)
    if not again.any():
        return accepted
    aside, located = pack.user_supplied_set_aside, pack.user_supplied_located
    there = {*_said(aside), *_said(to_text_rows(located))}
    other = pd.Series([said not in there for said in _said(to_text_rows(accepted))], index=accepted.index)
    return accepted.assign(report_id=accepted["report_id"].mask(again & other, reports.table + accepted["report_id"]))


def _said(written: pd.DataFrame) -> list[tuple[str, ...]]:
    return list(written[list(_SAME)].itertuples(index=False, name=None))


def _free(report_id: str, row: int, taken: AbstractSet[str]) -> str:
    """Return an id that is not taken, as by their ids it is known whose reports are."""
    while report_id in taken:
        report_id += f" (row {row})"
    return report_id


def _combined(fingerprint: str, *frames: pd.DataFrame) -> str:
    digest = hashlib.sha256(fingerprint.encode())
    for frame in frames:
        digest.update(pd.util.hash_pandas_object(frame.astype("str"), index=False).to_numpy().tobytes())
    return digest.hexdigest()[:16]


def _missing_reports(folder: Path) -> list[Fault]:
    path = folder / "reports.csv"
    if not folder.is_dir() or path.exists():
        return []
    return [missing_file_fault(path)]
