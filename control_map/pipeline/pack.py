"""A folder becomes a pack: a theatre with its reports located. The user can add further reports to it."""

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
from control_map.geocoding.gazetteer import Gazetteer, NameProgress, theatre_gazetteer
from control_map.geocoding.locate import locate_reports
from control_map.theatre.reports import Reports, read_reports, to_text_rows
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
        path = folder / "reports.csv"
        missing = [missing_file_fault(path)] if folder.is_dir() and not path.exists() else []
        raise PackError(error.faults + missing) from error
    reports, files = read_reports(folder / "reports.csv", theatre.actors), fingerprint_files(folder)
    gazetteer = theatre_gazetteer(theatre)
    fix = "Add the name to alt_names in places.csv, or correct the report"
    located, set_aside = locate_reports(reports, theatre, gazetteer, fix)
    return Pack(
        theatre=_choose_opening_day(theatre, located),
        gazetteer=gazetteer,
        located=located,
        assertions=assert_at_places(located, theatre.places, theatre.actors, theatre.period_start),
        set_aside=set_aside,
        faults=sorted(theatre.faults + reports.faults),
        fingerprint=files,
        files_fingerprint=files,
    )


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
        under an id that the user supplied before gets the table's name before its id.
    progress
        Receives the different place names, and yields them as they are looked for.

    Returns
    -------
    Pack
        The ids of the added reports, placed or set aside, are in `user_supplied_ids`. The fingerprint depends on what
        was added, too.
    """
    theatre, fresh = pack.theatre, _with_own_ids(reports, pack)
    located, set_aside = locate_reports(fresh, theatre, pack.gazetteer, CHOOSE_PLACE, progress)
    together = _concatenate(pack.located, located)
    return replace(
        pack,
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
    """Give each report an id that the pack does not have, and set aside those reports that it has already.

    Two tables that number their rows have the same ids: reports of the user with one id are the same report only if
    their rows are equal in `_IDENTIFYING_COLUMNS`. The ids of the pack's own files are never given to other reports.
    """
    accepted = _prefix_repeated_ids(reports, pack)
    known = {*pack.located["report_id"], *pack.set_aside["report_id"]} - {""}
    twice = accepted["report_id"].isin(known)
    aside = to_text_rows(accepted[twice])
    whose = aside["report_id"].isin(pack.user_supplied_ids).map({True: "one of your tables", False: "the theatre"})
    aside = aside.assign(
        problem="report_id: " + whose.astype("str") + " has a report '" + aside["report_id"] + "' already",
        fix="Take the row out if it is the same report, or give it an id of its own",
    )
    set_aside = _concatenate(reports.set_aside, aside).fillna("")
    if len(set_aside):
        taken = known | set(accepted["report_id"])
        ids = zip(set_aside["report_id"], set_aside["row"], strict=True)
        set_aside["report_id"] = [_unused_id(report_id, row, taken) for report_id, row in ids]
    return replace(reports, accepted=accepted[~twice].reset_index(drop=True), set_aside=set_aside)


def _prefix_repeated_ids(reports: Reports, pack: Pack) -> pd.DataFrame:
    """Return the accepted reports, with the table's prefix before ids of other reports of the user."""
    accepted = reports.accepted
    again = accepted["report_id"].isin(pack.user_supplied_ids)
    if not again.any():
        return accepted
    known = {*_identities(pack.user_supplied_set_aside), *_identities(to_text_rows(pack.user_supplied_located))}
    other = pd.Series([row not in known for row in _identities(to_text_rows(accepted))], index=accepted.index)
    return accepted.assign(
        report_id=accepted["report_id"].mask(again & other, reports.id_prefix + accepted["report_id"])
    )


def _identities(written: pd.DataFrame) -> list[tuple[str, ...]]:
    return list(written[list(_IDENTIFYING_COLUMNS)].itertuples(index=False, name=None))


def _unused_id(report_id: str, row: int, taken: AbstractSet[str]) -> str:
    """Return an id that is not taken: the ids distinguish the user's reports from all others."""
    while report_id in taken:
        report_id += f" (row {row})"
    return report_id


def _hash_frames(fingerprint: str, *frames: pd.DataFrame) -> str:
    digest = hashlib.sha256(fingerprint.encode())
    for frame in frames:
        digest.update(pd.util.hash_pandas_object(frame.astype("str"), index=False).to_numpy().tobytes())
    return digest.hexdigest()[:16]
