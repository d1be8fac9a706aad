"""The files of everything that changes: a timeline for each rule and knowledge date, a replay for each rule."""

from typing import Any

import pandas as pd

from control_map.analysis.changes import find_holds
from control_map.assessment.timeline import run_starts
from control_map.assessment.weighing import Weigher
from control_map.core.arrays import to_compact_json
from control_map.core.model import UNKNOWN, Basis
from control_map.core.rules import Rule
from control_map.core.status_style import LIGHTER_BASES
from control_map.pipeline.pack import Pack
from control_map.pipeline.view import View, dating_of_statuses, replay_period
from control_map.render.map.view_facts import describe_view

BEFORE_PERIOD = -1
"""The day of everything that began before the period: one day before its first."""
LIGHT_BIT, DISPUTED_BIT, RETAKEN_BIT, USER_SUPPLIED_BIT, AREA_BIT, CLAIM_BIT, ABOUT_BIT, UNNAMED_BIT, AT_LEAST_BIT = (
    1 << number for number in range(9)
)
"""The bits of a step: its basis is one of `LIGHTER_BASES`; it is disputed; its holder had lost the place
before; it rests on a report that the user supplied; it rests on an area report; it rests on claims alone; the reports
that set it are dated only to a week or a month; the place is reported on, and nothing names a holder; within
the period the reports that set it say only who held the place on a day, not since when."""


def make_timeline_file(view: View) -> bytes:
    """Return the JSON of the status of each place over time, with its reason, and of when the place was reported.

    Days are counted from the first of the period.

    - `places`, in the order of the geometry's: a pair of steps and reported days. Steps are lists of `[day, status,
      bits, claimed by, since, why]`: `BEFORE_PERIOD` is the day of everything that began earlier; statuses and
      claimants are positions among the theatre's statuses (-1: none), bits are those of this module, `why` is a
      position among `whys`. A step holds from its day until the next one's. Reported days are `day, event, day, event
      ...`: from `day` on, the last report of the place is about `event`; of the days before the period only the last is
      given.
    - `whys`: lines of plain text, which contain words of the reports;
    - `reports`: for each day of the period the number of located reports that are known and have their event on it;
    - `view`: what the head says of the view as a whole, see `describe_view`.
    """
    timeline = view.timeline
    return _encode_timeline(
        view.pack,
        describe_view(view.pack, view.rule, timeline["last_reported"], view),
        timeline.assign(
            why=view.why_lines(),
            user_supplied=view.rests_on_user_reports,
            dating=dating_of_statuses(timeline, view.evidence, view.located),
        ),
        timeline[["place_id", "valid_from", "last_reported"]],
        view.located["event_date"],
    )


def make_replay_file(pack: Pack, rule: Rule, weigher: Weigher | None = None) -> bytes:
    """Return the JSON of the map as it was on each day with only the reports published by then.

    Its form is that of `make_timeline_file`, but a report counts from its publication on, and is counted on that day.
    `weigher` is that of `replay_period`.
    """
    replay = replay_period(pack, rule, weigher)
    facts = describe_view(pack, rule, replay.last_reported["last_reported"], None)
    return _encode_timeline(pack, facts, replay.states, replay.last_reported, pack.located["reported_date"])


def _encode_timeline(
    pack: Pack, facts: dict[str, Any], states: pd.DataFrame, last_reports: pd.DataFrame, reported: pd.Series
) -> bytes:
    theatre = pack.theatre
    first = pd.Timestamp(theatre.period_start)
    days = theatre.day_count
    whys: dict[str, int] = {}
    steps = _encode_steps(states, first, {status: code for code, status in enumerate(pack.statuses)}, whys)
    reported_days = _encode_reported_days(last_reports, first)
    within = (reported - first).dt.days
    return to_compact_json(
        {
            "places": [
                [steps.get(place_id, []), reported_days.get(place_id, [])] for place_id in theatre.places["place_id"]
            ],
            "whys": list(whys),
            "reports": within[within.between(0, days - 1)].value_counts().reindex(range(days), fill_value=0).tolist(),
            "view": facts,
        }
    )


def _encode_steps(
    states: pd.DataFrame, first: pd.Timestamp, position: dict[str, int], whys: dict[str, int]
) -> dict[str, list[list[int]]]:
    """Return the steps of each place; new lines are added to `whys`, which numbers them."""
    _, again = find_holds(states)
    frame = pd.DataFrame(
        {
            "place_id": states["place_id"],
            "day": (states["valid_from"] - first).dt.days.fillna(BEFORE_PERIOD).clip(lower=BEFORE_PERIOD).astype(int),
            "status": states["status"].map(position),
            "bits": states["basis"].isin(LIGHTER_BASES) * LIGHT_BIT
            + states["disputed"] * DISPUTED_BIT
            + again * RETAKEN_BIT
            + states["user_supplied"] * USER_SUPPLIED_BIT
            + (states["basis"] == Basis.AREA) * AREA_BIT
            + (states["basis"] == Basis.CLAIM) * CLAIM_BIT
            + (states["dating"] == "about") * ABOUT_BIT
            + ((states["dating"] == "at least") & (states["since"] >= first)) * AT_LEAST_BIT
            + ((states["basis"] == "") & (states["status"] == UNKNOWN)) * UNNAMED_BIT,
            "claimed": states["claimed_by"].map(position).fillna(-1).astype(int),
            "since": (states["since"] - first).dt.days.fillna(BEFORE_PERIOD).astype(int),
            "why": states["why"],
        }
    ).drop_duplicates(["place_id", "day"], keep="last")
    frame = frame[run_starts(frame, list(frame.columns.drop("day")))]
    steps: dict[str, list[list[int]]] = {}
    for place_id, *step, why in frame.itertuples(index=False, name=None):
        steps.setdefault(place_id, []).append([*step, whys.setdefault(why, len(whys))])
    return steps


def _encode_reported_days(last_reports: pd.DataFrame, first: pd.Timestamp) -> dict[str, list[int]]:
    """Return for each place pairs `day, event` in one list: from `day` on, its last report is about `event`."""
    days = pd.DataFrame(
        {
            "place_id": last_reports["place_id"],
            "day": (last_reports["valid_from"] - first).dt.days,
            "event": (last_reports["last_reported"] - first).dt.days,
        }
    )
    days = days.dropna().astype({"day": int, "event": int}).sort_values(["place_id", "day", "event"])
    newest = days["event"] == days.groupby("place_id")["event"].cummax()
    days = days[newest].drop_duplicates(["place_id", "event"])
    # No day before the period is shown: of the reports by then only the last makes a difference.
    days = days[~days.assign(day=days["day"].clip(lower=BEFORE_PERIOD)).duplicated(["place_id", "day"], keep="last")]
    pairs: dict[str, list[int]] = {}
    for place_id, day, event in days.itertuples(index=False, name=None):
        pairs.setdefault(place_id, []).extend((day, event))
    return pairs
