"""A replay has for each day the statuses of a view that knows what was published by that day."""

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import strategies as st

from control_map.core.rules import Rule
from control_map.pipeline.pack import Pack, load_pack
from control_map.pipeline.view import apply_rule, replay_period
from control_map.render.map.timeline_file import RETAKEN_BIT, make_replay_file, make_timeline_file
from tests.laws.test_laws import LAWFUL, PLACES, law_with
from tests.support.made_up import END, START, day, pack_of, said, written


def shown(data: dict[str, Any], number: int) -> list[tuple[Any, ...]]:
    """Return what the map draws of each place on a day: the step that holds, its reason, the last reported event.

    Whether a place was lost before is left out: in a replay that is, whether it was shown as lost before.
    """
    rows = []
    for steps, reported in data["places"]:
        _, status, bits, *look, why = next(step for step in reversed(steps) if step[0] <= number)
        events = [event for from_day, event in zip(reported[::2], reported[1::2], strict=True) if from_day <= number]
        rows.append((status, bits & ~RETAKEN_BIT, *look, data["whys"][why], events[-1] if events else None))
    return rows


def replayed(pack: Pack, rule: Rule) -> dict[str, Any]:
    return json.loads(make_replay_file(pack, rule))


def viewed(pack: Pack, rule: Rule, date: dt.date) -> dict[str, Any]:
    return json.loads(make_timeline_file(apply_rule(pack, rule, known_on=date)))


@pytest.mark.slow
@pytest.mark.parametrize("rule", ["assessed", "latest", "two-sources", "side:government"])
def test_the_replay_of_the_shipped_pack_equals_the_view_of_each_day(shipped: Pack, rule: str):
    by, theatre = shipped.rule(rule), shipped.theatre
    data = replayed(shipped, by)
    for number in range(0, (theatre.period_end - theatre.period_start).days + 1, 7 if rule == "assessed" else 31):
        view = viewed(shipped, by, theatre.period_start + dt.timedelta(days=number))
        assert shown(data, number) == shown(view, number), number


@law_with(number=st.integers(0, 50))
def test_a_replay_equals_the_view_of_each_day(reports: pd.DataFrame, rule: str, number: int) -> None:
    pack, by = pack_of(reports, PLACES), LAWFUL[rule]
    data = replayed(pack, by)
    for each in (0, number, number + 1, (END - START).days):
        assert shown(data, each) == shown(viewed(pack, by, day(each)), each), each


@pytest.mark.slow
def test_a_replay_equals_the_view_of_the_day_on_which_a_claim_hardens_and_of_that_on_which_what_was_foretold_comes():
    reports = [
        said(3, by="red", origin="Red Radio", published=9),
        said(20, "held", "blue", "blue", published=21),
        said(23, "held", "red", "red", published=30, origin="Red Radio"),
        said(40, "handed_over", "blue", published=35),
        said(-5, "captured", place="V1", published=12),
    ]
    pack = pack_of(reports)
    data = replayed(pack, pack.rule())
    assert all(shown(data, each) == shown(viewed(pack, pack.rule(), day(each)), each) for each in range(62))


def test_each_place_begins_with_the_day_before_the_period_and_no_moment_lies_outside_of_it(shipped: Pack):
    states = replay_period(shipped, shipped.rule()).states
    start, end = (pd.Timestamp(day) for day in (shipped.theatre.period_start, shipped.theatre.period_end))
    first = states.groupby("place_id")["valid_from"].min()
    assert set(first.index) == set(shipped.theatre.places["place_id"])
    assert set(first) == {start - pd.Timedelta(days=1)}
    assert states["valid_from"].max() <= end
    assert not states.duplicated(["place_id", "valid_from"]).any()


@pytest.mark.slow
def test_blocks_make_no_difference(monkeypatch: pytest.MonkeyPatch, shipped: Pack):
    whole = make_replay_file(shipped, shipped.rule())
    monkeypatch.setattr("control_map.assessment.replay._BLOCK", 1500)
    assert make_replay_file(shipped, shipped.rule()) == whole


def test_without_a_report_a_replay_shows_silence(make_pack: Callable[..., Path]):
    pack = load_pack(make_pack([written(place_text="Nowhere at all", province_text="")]))
    assert pack.located.empty
    data = replayed(pack, pack.rule())
    assert {place[1:] for place in shown(data, 30)} == {(0, -1, -1, "", None)}
    assert not any(data["reports"])
    assert shown(data, 30) == shown(viewed(pack, pack.rule(), day(30)), 30)
