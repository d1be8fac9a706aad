"""A replay has for each day the statuses of a view that knows what was published by that day."""

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import strategies as st

from control_map.assessment.assertions import assert_at_places
from control_map.assessment.evidence import evidence_known_on
from control_map.assessment.replay import assess_day_by_day, last_reported_days
from control_map.assessment.timeline import latest_statuses
from control_map.assessment.weighing import AssertionArrays, Weigher
from control_map.core.rules import Rule
from control_map.pipeline.pack import Pack, load_pack
from control_map.pipeline.view import apply_rule, replay_period
from control_map.render.map.timeline_file import RETAKEN_BIT, make_replay_file, make_timeline_file
from tests.laws.test_laws import LAWFUL, PLACES, law_with
from tests.support.made_up import ACTORS, END, RULES, START, day, located, pack_of, said, written
from tests.support.made_up import PLACES as MADE_UP


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


@pytest.mark.slow
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


@pytest.mark.slow
def test_without_a_report_a_replay_shows_silence(make_pack: Callable[..., Path]):
    pack = load_pack(make_pack([written(place_text="Nowhere at all", province_text="")]))
    assert pack.located.empty
    data = replayed(pack, pack.rule())
    assert {place[1:] for place in shown(data, 30)} == {(0, -1, -1, "", None)}
    assert not any(data["reports"])
    assert shown(data, 30) == shown(viewed(pack, pack.rule(), day(30)), 30)


def weigher_of_made_up(reports: list[dict[str, Any]], rule: str = "assessed") -> Weigher:
    assertions = assert_at_places(located(reports), MADE_UP, ACTORS, START)
    return Weigher(AssertionArrays.of(assertions), ACTORS, RULES[rule])


def some_reports(count: int = 40) -> list[dict[str, Any]]:
    numbers = np.random.default_rng(1)

    def one_of(*values: Any) -> Any:
        return values[numbers.integers(len(values))]

    return [
        said(
            on,
            one_of("captured", "held", "contested", "fighting"),
            one_of("red", "blue"),
            one_of("independent", "red", "blue"),
            place=one_of("H1", "H2", "V"),
            published=on + one_of(0, 1, 4, 9, -3),
            origin=one_of("Wire", "Gazette", "Post"),
        )
        for on in numbers.integers(-6, 24, count).tolist()
    ]


@pytest.mark.slow
def test_a_replay_has_for_each_day_the_states_and_the_votes_of_that_day():
    weigher, place_ids = weigher_of_made_up(some_reports()), pd.Index(MADE_UP["place_id"], name="place_id")
    states, evidence = assess_day_by_day(weigher, day(0), day(20))
    said_of_it = ["status", "basis", "claimed_by", "disputed", "since"]
    assert list(states.columns) == ["moment", "place_id", "valid_from", *said_of_it]
    assert states.dtypes[["place_id", "valid_from"]].astype("str").tolist() == ["str", "datetime64[us]"]
    assert states["moment"].is_unique
    assert set(evidence["moment"]) <= set(states["moment"])
    weighed = evidence.merge(states[["moment", "place_id"]])
    for number in (-1, 0, 4, 8, 12, 16, 20):
        known = evidence_known_on(weigher, day(number))
        known = known[(known["event_date"] <= pd.Timestamp(day(number))) & (known["role"] != "context")]
        now = states[states["valid_from"] <= pd.Timestamp(day(number))].drop_duplicates("place_id", keep="last")
        shown = now.set_index("place_id").loc[place_ids, said_of_it]
        pd.testing.assert_frame_equal(shown, latest_statuses(known, place_ids, START)[said_of_it])
        rows = weighed[weighed["moment"].isin(now["moment"]) & (weighed["role"] != "context")]
        rows = rows.sort_values("place_id", kind="stable")
        names = [name for name in known.columns if name in rows.columns]
        pd.testing.assert_frame_equal(rows[names].reset_index(drop=True), known[names].reset_index(drop=True))


@pytest.mark.slow
def test_moments_are_weighed_together_but_no_more_than_fill_a_block(monkeypatch: pytest.MonkeyPatch):
    weigh, sizes = Weigher.weigh, list[int]()

    def counting(self: Weigher, *asked: Any) -> Any:
        verdicts = weigh(self, *asked)
        sizes.append(len(verdicts.row))
        return verdicts

    monkeypatch.setattr(Weigher, "weigh", counting)
    weigher = weigher_of_made_up(some_reports())
    frames = assess_day_by_day(weigher, day(0), day(20))
    assert len(sizes) == 1
    monkeypatch.setattr("control_map.assessment.replay._BLOCK", 100)
    for whole, in_blocks in zip(frames, assess_day_by_day(weigher, day(0), day(20)), strict=True):
        pd.testing.assert_frame_equal(in_blocks, whole)
    assert 1 < len(sizes[1:]) < 20
    assert max(sizes[1:]) <= 100


def test_a_place_is_weighed_on_the_days_on_which_its_status_can_change_and_on_no_others():
    reports = [
        said(-3, published=-2, place="H1"),
        said(-5, published=0, place="H1", origin="Wire"),
        said(2, "fighting", published=4, place="H1"),
        said(20, published=20, place="H1"),
        said(18, published=21, place="H1", origin="Wire"),
        said(3, by="red", published=9),
        said(11, "held", published=8, place="V1"),
        said(13, by="red", published=11, place="X-K"),
    ]
    states, _ = assess_day_by_day(weigher_of_made_up(reports), day(0), day(20))
    days = states.groupby("place_id")["valid_from"].agg(lambda column: [(on.date() - START).days for on in column])
    assert days.to_dict() == {
        "C-H": [-1],
        "H1": [-1, 0, 20],
        "H2": [-1, 9, 16],
        "V1": [-1, 8, 11],
        "X-K": [-1, 11, 13, 20],
    }


def test_a_report_counts_from_its_publication_but_not_before_its_event():
    assertions = weigher_of_made_up([said(3, published=9), said(13, published=11)]).arrays.assertions
    rows = last_reported_days(assertions)
    assert str(rows.dtypes["place_id"]) == "str"
    assert rows["place_id"].tolist() == ["H2", "H2"]
    assert rows["valid_from"].tolist() == [pd.Timestamp(day(9)), pd.Timestamp(day(13))]
    assert rows["last_reported"].tolist() == [pd.Timestamp(day(3)), pd.Timestamp(day(13))]
