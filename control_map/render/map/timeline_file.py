"""The files of all that changes: one timeline for each rule and knowledge date, and one replay for each rule."""

import pandas as pd

from control_map.analysis.changes import find_holds
from control_map.core.rules import Rule
from control_map.core.status_style import LIGHTER_BASES
from control_map.pipeline.pack import Pack
from control_map.pipeline.view import View, replay_period
from control_map.render.map.encoding import to_compact_json

BEFORE_PERIOD = -1
"""The day of all that began before the period: one day before its first."""
LIGHT_BIT, DISPUTED_BIT, RETAKEN_BIT, USER_SUPPLIED_BIT = 1, 2, 4, 8
"""The bits of a step: it rests on an area or on the baseline; it is disputed; who has the place had lost it before; it
rests on a report that the reader brought."""


def make_timeline_file(view: View) -> bytes:
    """Return the JSON of what each place shows when, of why, and of when it was heard of.

    Days are counted from the first of the period.

    - `places`, in the order of the geometry's: a pair of steps and days heard. Steps are lists of `[day, status, bits,
      claimed by, since, why]`: `BEFORE` is the day of all that began earlier; statuses and claimants are positions
      among the theatre's statuses (-1: nobody), `LIGHT`, `DISPUTED`, `AGAIN` and `OWN` are bits, `why` is a position
      among `whys`. A step holds from its day until the next one's. Days heard are `day, event, day, event ...`: from
      `day` on the last report of the place is of `event`; of those before the period only the last is given.
    - `whys`: lines of plain text, made of the reports' own words too;
    - `reports`: for each day of the period how many located reports that are known have their event on it.
    """
    timeline = view.timeline
    return _file(
        view.pack,
        timeline.assign(why=view.why_lines(), user_supplied=view.rests_on_user_reports),
        timeline[["place_id", "last_reported"]].assign(valid_from=timeline["last_reported"]),
        view.located["event_date"],
    )


def make_replay_file(pack: Pack, rule: Rule) -> bytes:
    """Return the JSON of what was shown on each day to those who knew what was published by that day.

    It is written as by `timeline_file`; but a report counts from its publication on, and is counted on that day.
    """
    replay = replay_period(pack, rule)
    return _file(pack, replay.states, replay.last_reported, pack.located["reported_date"])


def _file(pack: Pack, states: pd.DataFrame, heard: pd.DataFrame, reported: pd.Series) -> bytes:
    theatre = pack.theatre
    first = pd.Timestamp(theatre.period_start)
    days = theatre.day_count
    whys: dict[str, int] = {}
    steps = _steps(states, first, {status: code for code, status in enumerate(pack.statuses)}, whys)
    told = _heard(heard, first)
    within = (reported - first).dt.days
    return to_compact_json(
        {
            "places": [[steps.get(place_id, []), told.get(place_id, [])] for place_id in theatre.places["place_id"]],
            "whys": list(whys),
            "reports": within[within.between(0, days - 1)].value_counts().reindex(range(days), fill_value=0).tolist(),
        }
    )


def _steps(
    states: pd.DataFrame, first: pd.Timestamp, position: dict[str, int], whys: dict[str, int]
) -> dict[str, list[list[int]]]:
    """Return each place's steps, and number the lines of why among `whys`."""
    _, again = find_holds(states)
    frame = pd.DataFrame(
        {
            "place_id": states["place_id"],
            "day": (states["valid_from"] - first).dt.days.fillna(BEFORE_PERIOD).clip(lower=BEFORE_PERIOD).astype(int),
            "status": states["status"].map(position),
            "bits": states["basis"].isin(LIGHTER_BASES) * LIGHT_BIT
            + states["disputed"] * DISPUTED_BIT
            + again * RETAKEN_BIT
            + states["user_supplied"] * USER_SUPPLIED_BIT,
            "claimed": states["claimed_by"].map(position).fillna(-1).astype(int),
            "since": (states["since"] - first).dt.days.fillna(BEFORE_PERIOD).astype(int),
            "why": states["why"],
        }
    ).drop_duplicates(["place_id", "day"], keep="last")
    looks = frame.drop(columns="day")
    frame = frame[(looks != looks.shift()).any(axis=1)]
    steps: dict[str, list[list[int]]] = {}
    for place_id, *step, why in frame.itertuples(index=False, name=None):
        steps.setdefault(place_id, []).append([*step, whys.setdefault(why, len(whys))])
    return steps


def _heard(heard: pd.DataFrame, first: pd.Timestamp) -> dict[str, list[int]]:
    """Return for each place from which day on its last report is of which event, one after the other."""
    days = pd.DataFrame(
        {
            "place_id": heard["place_id"],
            "day": (heard["valid_from"] - first).dt.days,
            "event": (heard["last_reported"] - first).dt.days,
        }
    )
    days = days.dropna().astype({"day": int, "event": int}).sort_values(["place_id", "day", "event"])
    newest = days["event"] == days.groupby("place_id")["event"].cummax()
    days = days[newest].drop_duplicates(["place_id", "event"])
    # Nobody is shown a day before the period: of what was heard by then, only the last makes a difference.
    days = days[~days.assign(day=days["day"].clip(lower=BEFORE_PERIOD)).duplicated(["place_id", "day"], keep="last")]
    pairs: dict[str, list[int]] = {}
    for place_id, day, event in days.itertuples(index=False, name=None):
        pairs.setdefault(place_id, []).extend((day, event))
    return pairs
