"""The steps in order: a folder becomes a pack, a pack under a rule becomes a view."""

import datetime as dt
import hashlib
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from control_map.assess import Progress, assess, known_by
from control_map.bearings import bear
from control_map.compare import count_each, count_range, disagreements, under_each, weigh_under
from control_map.errors import Fault, PackError, missing_file
from control_map.explain import Explainer
from control_map.fold import fold
from control_map.geocode import Gazetteer
from control_map.geocode import Progress as Spelled
from control_map.gist import gists, tellers
from control_map.ledger import entries, ledger
from control_map.library import Library, collect
from control_map.own import rests_on_own
from control_map.phrases import Report
from control_map.placing import place
from control_map.replay import heard
from control_map.replay import replay as weigh_moments
from control_map.reports import Reports, as_written, read_reports
from control_map.rules import Rule, presets, rule_named
from control_map.style import Style, styles
from control_map.summary import headline
from control_map.theatre import Theatre, read_theatre
from control_map.timeline import as_of

FILES = ("theatre.toml", "districts.geojson", "places.csv", "reports.csv", "totals.csv")
CHOOSE = "Choose the place that is meant, or correct the row"
"""What to do about a report that somebody brought and that names no place of the theatre."""
STATUS_COLUMNS = [
    "place_id",
    "kind",
    "name",
    "province",
    "status",
    "basis",
    "claimed_by",
    "disputed",
    "confidence",
    "since",
    "last_reported",
    "reports",
]


@dataclass(frozen=True, eq=False)
class Pack:
    """A theatre with its reports located.

    `located` are the reports on a known place or area, with the columns that `geocode` adds; `set_aside` all
    others, as they are written, with `province_id` of the province that they state, if there is one, and with `problem`
    and `mend`. Together they are every row of `reports.csv`. `bearings` say which places the
    located reports bear on. `fingerprint` is a hash of the pack's files: the same files, the same result. `brought`
    has the ids of the reports that somebody added to those of the files, see `add`: they are nobody else's to see;
    `published` is then the hash of the files alone.
    """

    theatre: Theatre
    gazetteer: Gazetteer
    located: pd.DataFrame
    bearings: pd.DataFrame
    set_aside: pd.DataFrame
    faults: list[Fault]
    fingerprint: str
    brought: frozenset[str] = frozenset()
    published: str = ""

    @property
    def styles(self) -> dict[str, Style]:
        """The look of each status of this theatre, in order."""
        return styles(self.theatre.actors)

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
        return {actor.id: actor.label for actor in self.theatre.actors}

    @property
    def status_labels(self) -> dict[str, str]:
        """What each status is called, in the order in which they are shown."""
        return {status: style.label for status, style in self.styles.items()}

    @cached_property
    def tellers(self) -> dict[str, Report]:
        """What a line of why tells of each located report, see `gist.tellers`."""
        return tellers(self.located, self.labels)

    @cached_property
    def library(self) -> Library:
        """All reports, located and set aside, ready to be searched with `search.find`."""
        return collect(self.located, self.set_aside, self.theatre.places, self.theatre.provinces, self.brought)

    def rule(self, name: str | None = None) -> Rule:
        """Return the preset with this id, or the theatre's default rule."""
        return rule_named(name or self.theatre.default_rule, self.theatre.actors)


@dataclass(frozen=True, eq=False)
class View:
    """What one rule makes of a pack, with what was known on one day."""

    pack: Pack
    rule: Rule
    known_on: dt.date | None
    evidence: pd.DataFrame
    timeline: gpd.GeoDataFrame

    @property
    def located(self) -> pd.DataFrame:
        """The pack's located reports that were published by the day up to which the view knows."""
        return known_by(self.pack.located, self.known_on)

    def status(self, date: dt.date) -> pd.DataFrame:
        """Return one row for each place of the theatre with `STATUS_COLUMNS`."""
        return pd.DataFrame(as_of(self.timeline, date)[STATUS_COLUMNS]).reset_index(drop=True)

    def whys(self) -> list[str]:
        """Return one line of why for each row of the timeline, see `gist.gists`."""
        return gists(self.timeline, self.evidence, self.pack.tellers, self.pack.labels, self.rule)

    @cached_property
    def own(self) -> pd.Series:
        """Whether each row of the timeline rests on a report that was brought, see `own.rests_on_own`."""
        return rests_on_own(self.timeline, self.evidence, self.pack.brought)

    def ledger(self, after: dt.date, until: dt.date) -> pd.DataFrame:
        """Return every change of status after one day and up to another, and on whose word, see `ledger.ledger`."""
        pack, start = self.pack, self.pack.theatre.period_start
        told = entries(self.timeline, after, until, start)
        return ledger(told, self.evidence, pack.located, pack.tellers, pack.labels, self.rule, start)

    @cached_property
    def explainer(self) -> Explainer:
        """What explains its places, one after the other or on many days."""
        return Explainer(
            self.timeline,
            self.evidence,
            self.pack.located,
            actors=self.pack.theatre.actors,
            rule=self.rule,
            default_rule=self.pack.rule(),
            known_on=self.known_on,
        )

    def explain(self, place_id: str, date: dt.date) -> dict[str, Any]:
        """Return the argument behind one place's status, see `explain.explain`."""
        return self.explainer.of(place_id).on(date)


@dataclass(frozen=True, eq=False)
class Replay:
    """What one rule makes of a pack on each day of its period, with what was known on that day.

    `states` has `replay.STATE_COLUMNS`, `why`, one line for each row, and `own`, as `View` has it; `heard` is what
    `replay.heard` returns.
    """

    pack: Pack
    rule: Rule
    states: pd.DataFrame
    heard: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Comparison:
    """What several rules make of a pack, with what was known on one day; see `compare`."""

    pack: Pack
    rules: tuple[Rule, ...]
    steps: pd.DataFrame

    def each(self, date: dt.date) -> pd.DataFrame:
        """Return the status of every place on a date under each rule, see `compare.under_each`."""
        return under_each(self.steps, self.pack.theatre.places, date)

    def counts(self, date: dt.date) -> pd.DataFrame:
        """Return the districts by status under each rule, see `compare.count_each`."""
        return count_each(self.each(date), self.rules, self.pack.statuses)

    def range(self, date: dt.date) -> pd.DataFrame:
        """Return the least and the most districts of each status, over the rules that hear all sides.

        One party's account is silent on most places: as a count of the map it would mislead.
        """
        heard = [rule for rule in self.rules if rule.hears_all_sides]
        return count_range(self.each(date), heard, self.pack.statuses)

    def headline(self, now: pd.DataFrame, before: pd.DataFrame, date: dt.date) -> pd.DataFrame:
        """Return the rows of `summary.headline` with `lowest, highest`, the least and the most districts.

        The rule in force, of which `now` and `before` are, is one more definition, also if it is none of these rules.
        """
        table, over_rules = headline(now, before, self.pack.statuses), self.range(date)
        own = table["districts"].to_numpy()
        return table.assign(
            lowest=np.minimum(over_rules["lowest"].to_numpy(), own),
            highest=np.maximum(over_rules["highest"].to_numpy(), own),
        )

    def disagreements(self, date: dt.date) -> pd.DataFrame:
        """Return the places on which the rules differ, see `compare.disagreements`."""
        return disagreements(self.each(date), self.rules)


def load(folder: Path) -> Pack:
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
    reports, files = read_reports(folder / "reports.csv", theatre.actors), fingerprint(folder)
    gazetteer = Gazetteer(theatre.places, theatre.provinces, theatre.country)
    mend = "Add the name to alt_names in places.csv, or correct the report"
    located, set_aside = place(reports, theatre, gazetteer, mend)
    return Pack(
        theatre=_opening(theatre, located),
        gazetteer=gazetteer,
        located=located,
        bearings=bear(located, theatre.places, theatre.actors, theatre.period_start),
        set_aside=set_aside,
        faults=sorted(theatre.faults + reports.faults),
        fingerprint=files,
        published=files,
    )


def _opening(theatre: Theatre, located: pd.DataFrame) -> Theatre:
    """Let a theatre whose pack does not say on which day to open do so on the last of which something is reported."""
    days = located["event_date"]
    within = days[days.between(pd.Timestamp(theatre.period_start), pd.Timestamp(theatre.period_end))]
    if theatre.opens_as_told or within.empty:
        return theatre
    return replace(theatre, opens_on=within.max().date())


def add(pack: Pack, reports: Reports, progress: Spelled = iter) -> Pack:
    """Return a pack that has further reports beside its own; the pack itself is not changed.

    Parameters
    ----------
    reports
        As `in_codebook` returns them; each row has a `report_id`. One whose id the pack has already is set aside.
    progress
        Is handed the different names, and yields them as they are looked for.

    Returns
    -------
    Pack
        The ids of the added reports, placed or set aside, are in `brought`. Its fingerprint depends on what was added,
        too.
    """
    theatre, known = pack.theatre, {*pack.located["report_id"], *pack.set_aside["report_id"]} - {""}
    fresh = _without_known(reports, known)
    located, set_aside = place(fresh, theatre, pack.gazetteer, CHOOSE, progress)
    together = pd.concat([frame for frame in (pack.located, located) if len(frame)] or [located], ignore_index=True)
    return replace(
        pack,
        located=together,
        bearings=bear(together, theatre.places, theatre.actors, theatre.period_start),
        set_aside=pd.concat(
            [frame for frame in (pack.set_aside, set_aside) if len(frame)] or [set_aside], ignore_index=True
        ),
        faults=pack.faults + fresh.faults,
        fingerprint=_combined(pack.fingerprint, located, set_aside),
        brought=pack.brought | {*located["report_id"], *set_aside["report_id"]},
    )


def _without_known(reports: Reports, known: set[str]) -> Reports:
    """Set aside the reports whose id is known, under an id of their own: it is known whose they are."""
    twice = reports.accepted["report_id"].isin(known)
    aside = [reports.set_aside]
    if twice.any():
        mend = "Take the row out if it is the same report, or give it an id of its own"
        written = as_written(reports.accepted[twice])
        problem = "report_id: the theatre has a report '" + written["report_id"] + "' already"
        aside.append(written.assign(problem=problem, mend=mend))
    set_aside = pd.concat([frame for frame in aside if len(frame)] or aside, ignore_index=True).fillna("")
    if len(set_aside):
        again = set_aside["report_id"].isin(known)
        other = set_aside["report_id"] + " (row " + set_aside["row"].astype("str") + ")"
        set_aside["report_id"] = set_aside["report_id"].mask(again, other)
    return replace(reports, accepted=reports.accepted[~twice].reset_index(drop=True), set_aside=set_aside)


def _combined(fingerprint: str, *frames: pd.DataFrame) -> str:
    digest = hashlib.sha256(fingerprint.encode())
    for frame in frames:
        digest.update(pd.util.hash_pandas_object(frame.astype("str"), index=False).to_numpy().tobytes())
    return digest.hexdigest()[:16]


def _missing_reports(folder: Path) -> list[Fault]:
    path = folder / "reports.csv"
    if not folder.is_dir() or path.exists():
        return []
    return [missing_file(path)]


def fingerprint(folder: Path) -> str:
    """Return a hash of the contents of a pack's files, 16 hex digits."""
    digest = hashlib.sha256()
    for name in FILES:
        digest.update(name.encode() + hashlib.sha256((folder / name).read_bytes()).digest())
    return digest.hexdigest()[:16]


def view(pack: Pack, rule: Rule, known_on: dt.date | None = None, progress: Progress = iter) -> View:
    """Assess a pack's reports under a rule, with what was known on a day (None: everything), and fold them."""
    theatre = pack.theatre
    evidence = assess(pack.bearings, theatre.actors, rule, known_on, progress)
    return View(pack, rule, known_on, evidence, fold(evidence, theatre.places, theatre.period_start))


def replay(pack: Pack, rule: Rule) -> Replay:
    """Weigh a pack's reports under a rule, on each day of its period with what was published by that day.

    On each day it says what `view` with `known_on` of that day says of it.
    """
    theatre = pack.theatre
    states, evidence = weigh_moments(pack.bearings, theatre.actors, rule, theatre.period_start, theatre.period_end)
    states["province"] = states["place_id"].map(theatre.places.set_index("place_id")["province"])
    states["why"] = gists(states, evidence, pack.tellers, pack.labels, rule, by="moment")
    states["own"] = rests_on_own(states, evidence, pack.brought, by="moment")
    return Replay(pack, rule, states, heard(pack.bearings))


def compare(pack: Pack, rules: tuple[Rule, ...] | None = None, known_on: dt.date | None = None) -> Comparison:
    """Weigh a pack's reports under several rules at once; by default under all presets."""
    rules = pack.rules if rules is None else rules
    return Comparison(pack, rules, weigh_under(pack.bearings, pack.theatre.actors, rules, known_on))


def placed(pack: Pack) -> tuple[int, int]:
    """Return how many of a pack's reports are located, and how many there are."""
    return len(pack.located), len(pack.located) + len(pack.set_aside)
