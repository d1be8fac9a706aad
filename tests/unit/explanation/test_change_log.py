"""The change log: every change between two days, what it undid and who reports it; and as sentences."""

import datetime as dt
import re
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from control_map.analysis.changes import (
    classify_changes,
    compare_dates,
    count_district_changes,
    count_district_changes_by_province,
)
from control_map.assessment.timeline import as_of, named_statuses
from control_map.core.model import NO_REPORT
from control_map.explanation.change_log import (
    CHANGE_LOG_COLUMNS,
    ChangeGrouping,
    build_change_log,
    describe_period,
    summarize_changes,
    write_change_log,
    write_headline,
)
from control_map.explanation.why_line import report_sources
from control_map.pipeline.pack import Pack
from control_map.pipeline.view import View, apply_rule
from control_map.render.provenance import Provenance
from tests.laws.test_laws import report_sets, weigh
from tests.support.made_up import ACTORS, RULES, START, day, judge, said

LABELS = {
    "red": "Reds",
    "contested": "Contested",
    "blue": "Blues",
    "green": "Greens",
    "unknown": "Control unknown",
    "no_report": "No report",
}
FACTS = {"theatre": "A war", "rule": "Assessed", "reports_published_by": "any time", "credits": "Nobody"}
NUMBERS = st.integers(-8, 45)


def listed(since: int, until: int, *reports: dict[str, Any]) -> pd.DataFrame:
    judged = judge(reports)
    changes = classify_changes(judged.timeline, day(since), day(until), START)
    labels = {actor.id: actor.label for actor in ACTORS}
    who = report_sources(judged.reports)
    return build_change_log(changes, judged.evidence, who, labels, RULES["assessed"], START)


def written(since: int, until: int, *reports: dict[str, Any], by: ChangeGrouping = ChangeGrouping.DAY) -> str:
    return write_change_log(listed(since, until, *reports), LABELS, day(since), day(until), FACTS, None, by)


BACK_AND_FORTH = (said(0, "held", "blue"), said(4), said(6, "retaken", "blue"))


def test_a_place_that_changed_twice_has_two_rows():
    changes = listed(2, 9, *BACK_AND_FORTH)
    assert list(changes) == CHANGE_LOG_COLUMNS
    assert changes[["before", "after", "change"]].to_numpy().tolist() == [
        ["blue", "red", "gained"],
        ["red", "blue", "taken_back"],
    ]


def test_the_earlier_day_is_left_out_and_the_later_counts():
    assert listed(4, 6, *BACK_AND_FORTH)["after"].tolist() == ["blue"]
    assert listed(4, 5, *BACK_AND_FORTH).empty
    assert list(listed(9, 2, *BACK_AND_FORTH)) == CHANGE_LOG_COLUMNS


def test_a_place_given_back_to_who_lost_it_is_a_reversal():
    assert listed(2, 9, *BACK_AND_FORTH)["reversal"].tolist() == [False, True]
    assert listed(5, 9, *BACK_AND_FORTH)["reversal"].tolist() == [True]


def test_a_fight_that_is_repelled_is_a_reversal_only_when_it_is_over():
    changes = listed(2, 9, said(0, "held", "blue"), said(4, "contested"), said(6, "retaken", "blue"))
    assert changes["reversal"].tolist() == [False, True]


def test_what_a_party_lost_before_the_period_is_no_reversal_when_it_comes_back():
    changes = listed(2, 9, said(-300, actor="red"), said(-100, "held", "blue"), said(5))
    assert changes[["change", "reversal"]].to_numpy().tolist() == [["taken_back", False]]


def test_a_place_that_goes_on_to_a_third_party_is_a_reversal_only_if_the_second_came_within_the_span():
    passed_on = (said(0, "held", "blue"), said(4), said(6, actor="green"))
    assert listed(2, 9, *passed_on)["reversal"].tolist() == [False, True]
    assert listed(5, 9, *passed_on)["reversal"].tolist() == [False]


def test_how_long_a_place_had_been_held_is_counted_from_its_change_of_hands():
    row = listed(7, 9, said(2), said(8, "retaken", "blue")).iloc[0]
    assert (row["held_days"], row["held"], row["held_since"]) == (6, "for 6 days", pd.Timestamp(day(2)))


def test_what_is_only_said_to_be_held_was_held_for_at_least_so_long():
    assert listed(7, 9, said(2, "held", "blue"), said(8))["held"].tolist() == ["for at least 6 days"]


def test_how_long_is_not_known_of_what_was_before_the_period_or_never_reported():
    before = listed(2, 9, said(-5, "held", "blue"), said(5)).iloc[0]
    never = listed(2, 9, said(5)).iloc[0]
    assert pd.isna(before["held_days"])
    assert pd.isna(never["held_days"])
    assert (before["held"], never["held"]) == ("since before 1 May 2021", "nothing was reported before")


@pytest.mark.parametrize(
    ("report", "dated"),
    [(said(5), "on"), (said(5, date_precision="week"), "about"), (said(5, "held"), "by")],
)
def test_the_day_is_stated_no_more_exactly_than_by_the_reports(report: dict[str, Any], dated: str):
    assert listed(2, 9, report)["dated"].tolist() == [dated]


def test_who_says_so_is_named_with_grade_stand_and_reason():
    row = listed(2, 9, said(0, "held", "blue"), said(5, by="blue", claimant="blue officers", origin="Wire")).iloc[0]
    assert row["who"] == "blue officers via Wire (B2)"
    assert (row["interest"], row["reason"]) == ("against_interest", "against_interest")
    assert "blue officers via Wire (against their own side's interest, graded B2)" in row["why"]
    assert row["rests_on"] == ("r1",)


def test_the_status_before_a_change_is_the_one_that_the_map_showed():
    silent, unnamed = listed(1, 20, said(9)), listed(1, 20, said(2, "fighting", "blue"), said(9))
    assert [list(rows["before"]) for rows in (silent, unnamed)] == [["no_report"], ["unknown"]]
    assert [list(rows["held"]) for rows in (silent, unnamed)] == [
        ["nothing was reported before"],
        ["no holder was reported before"],
    ]


def test_a_place_of_which_no_holder_was_named_before_is_counted_and_described_as_first_reported():
    fighting = (said(2, "fighting", "blue"), said(9, place="V1"), said(9))
    log = listed(1, 20, *fighting)
    counts = count_district_changes(log, list(LABELS)).set_index("status")
    assert (counts.loc["red", "net"], counts.loc["unknown", "net"]) == (2, 0)
    assert "unknown" not in summarize_changes(log, LABELS)
    text = written(1, 20, *fighting)
    assert "Harrow: Brackwater is first reported, as held by the Reds" in text, text
    assert write_headline(log.to_dict("records")[0], LABELS).endswith("is first reported, as held by the Reds")


def test_the_timeline_is_not_changed():
    timeline = judge(BACK_AND_FORTH).timeline
    before = timeline.copy()
    classify_changes(timeline, day(1), day(9), START)
    pd.testing.assert_frame_equal(pd.DataFrame(timeline), pd.DataFrame(before))


def named(timeline: Any, date: dt.date) -> dict[str, str]:
    rows = as_of(timeline, date).set_index("place_id")
    return dict(named_statuses(rows).items())


def applied(timeline: Any, changes: pd.DataFrame, since: dt.date) -> dict[str, str]:
    held = named(timeline, since)
    for row in changes.itertuples():
        assert held[row.place_id] in (row.before, NO_REPORT)
        held[row.place_id] = row.after
    return held


@pytest.mark.parametrize("rule", ["assessed", "latest", "two-sources", "side:blue"])
@settings(max_examples=8)
@given(reports=report_sets(), dates=st.lists(st.tuples(NUMBERS, NUMBERS).map(sorted), min_size=4, max_size=4))
def test_the_change_log_applied_to_the_first_day_gives_the_last(
    reports: pd.DataFrame, dates: list[list[int]], rule: str
):
    timeline = weigh(reports, rule).timeline
    for since, until in dates:
        changes = classify_changes(timeline, day(since), day(until), START)
        assert applied(timeline, changes, day(since)) == named(timeline, day(until))


@settings(max_examples=8)
@given(reports=report_sets())
def test_each_change_is_what_the_difference_from_the_day_before_says(reports: pd.DataFrame):
    timeline = weigh(reports, "latest").timeline
    for row in classify_changes(timeline, day(-8), day(45), START).itertuples():
        date = row.date.date()
        between_days = (
            compare_dates(timeline, date - dt.timedelta(days=1), date).set_index("place_id").loc[row.place_id]
        )
        assert (row.after, row.change) == tuple(between_days[["after", "change"]])
        shown = as_of(timeline, date - dt.timedelta(days=1)).set_index("place_id")["status"]
        assert row.before == shown[row.place_id]


@pytest.mark.parametrize("rule", ["assessed", "latest"])
@pytest.mark.parametrize("since", [dt.date(2021, 5, 1), dt.date(2021, 7, 2)])
def test_on_the_shipped_pack_the_change_log_gives_the_later_day_and_its_net_the_count(
    shipped: Pack, shipped_view: View, rule: str, since: dt.date
):
    view = shipped_view if rule == "assessed" else apply_rule(shipped, shipped.rule(rule))
    until = dt.date(2021, 8, 14)
    changes = view.change_log(since, until)
    then, now = (as_of(view.timeline, date) for date in (since, until))
    assert applied(view.timeline, changes, since) == named(view.timeline, until)
    then, now = (rows.assign(status=named_statuses(rows)) for rows in (then, now))
    for row in count_district_changes(changes, shipped.statuses).itertuples():
        counted = [int(((at["status"] == row.status) & (at["kind"] == "district")).sum()) for at in (then, now)]
        assert row.net == counted[1] - counted[0], row.status


def test_the_totals_of_the_provinces_add_up_to_the_whole(shipped_view: View):
    changes = shipped_view.change_log(dt.date(2021, 7, 2), dt.date(2021, 8, 14))
    statuses = shipped_view.pack.statuses
    numbers = ["gained", "taken_back", "lost", "net"]
    sums = count_district_changes_by_province(changes, statuses).groupby("status")[numbers].sum()
    whole = count_district_changes(changes, statuses).set_index("status")[numbers]
    assert whole.to_dict() == sums.loc[whole.index].to_dict()
    assert whole.loc["taliban", "gained"] > 0
    assert count_district_changes_by_province(changes.iloc[:0], statuses).empty


def test_every_change_of_the_shipped_pack_has_a_word_that_it_rests_on(shipped_view: View):
    theatre = shipped_view.pack.theatre
    changes = shipped_view.change_log(theatre.period_start, theatre.period_end)
    assert (changes["who"] != "").all()
    assert (changes["why"] != "").all()
    assert changes["rests_on"].map(len).min() > 0


def test_islam_qala_came_to_the_taliban_on_8_july_and_a_ministry_denied_it(shipped_view: View):
    changes = shipped_view.change_log(dt.date(2021, 7, 2), dt.date(2021, 7, 9)).set_index("place_id")
    row = changes.loc["AF-X-islam-qala"]
    assert (row["date"], row["after"], row["disputed"]) == (pd.Timestamp(2021, 7, 8), "taliban", True)
    assert row["why"].endswith("denied by an interior ministry spokesman via AFP")


def test_days_are_written_out_and_what_they_share_is_said_once():
    assert describe_period(dt.date(2021, 7, 2), dt.date(2021, 7, 9)) == "between 2 and 9 July 2021"
    assert describe_period(dt.date(2021, 6, 30), dt.date(2021, 7, 9)) == "between 30 June and 9 July 2021"
    assert describe_period(dt.date(2020, 7, 9), dt.date(2021, 7, 9)) == "between 9 July 2020 and 9 July 2021"


def test_the_text_names_the_sources_and_how_long_it_had_been_held():
    lines = written(2, 9, *BACK_AND_FORTH).splitlines()
    assert lines[0].startswith("Between 3 and 10 May 2021 (A war; rule: Assessed; reports published at any time): ")
    assert "2 changes of status, in 1 district." in lines[0]
    assert "1 change undoes an earlier one." in lines[0]
    assert lines[2] == "On 5 May 2021:"
    assert lines[3] == (
        "Harrow: Brackwater passed from the Blues to the Reds, according to someone via Daily Fen (independent, "
        "graded B2). The Blues had held it for at least 4 days."
    )
    assert "Brackwater went back from the Reds to the Blues" in lines[6]


def test_the_summary_counts_the_districts_that_became_contested_and_that_stopped_being_so():
    fought_over = (said(0, "held", "blue"), said(4, "contested"), said(6, "retaken", "blue"))
    assert "1 became contested, 1 stopped being so (net 0)" in summarize_changes(listed(2, 9, *fought_over), LABELS)
    assert "1 stopped being contested (net \u22121)" in summarize_changes(listed(5, 9, *fought_over), LABELS)


def test_the_text_ends_with_what_it_rests_on():
    assert (
        written(2, 9, said(5)).splitlines()[-1]
        == "Rests on: theatre A war; rule Assessed; reports published by any time."
    )


def test_places_of_a_province_that_changed_on_the_same_word_are_one_sentence():
    lines = written(2, 9, said(5, place="H1"), said(5), said(5, place="V1")).splitlines()
    assert sum("are first reported, as held by the Reds" in line for line in lines) == 1
    assert any(line.startswith("Harrow: Aldermoor and Brackwater are first reported") for line in lines)
    assert any(line.startswith("Velden: Stonefen is first reported") for line in lines)


def test_places_held_for_different_times_are_said_to_have_been_held_for_the_shortest_or_more():
    reports = [said(1, actor="blue", place="H1"), said(3, actor="blue"), said(6, place="H1"), said(6)]
    assert "The Blues had held them for 3 days or more." in written(4, 9, *reports)


def test_the_text_can_be_grouped_by_province():
    lines = written(2, 9, said(5), said(6, place="V1"), by=ChangeGrouping.PROVINCE).splitlines()
    assert [line for line in lines if line in ("Harrow:", "Velden:")] == ["Harrow:", "Velden:"]
    assert any(line.startswith("On 6 May, Brackwater is first reported") for line in lines)


def test_the_text_says_up_to_when_publications_count():
    changes = listed(2, 9, said(5))
    assert "reports published by 7 May 2021)" in write_change_log(changes, LABELS, day(2), day(9), FACTS, day(6))
    assert "reports published at any time)" in write_change_log(changes, LABELS, day(2), day(9), FACTS, None)


def test_nothing_that_changed_is_said_in_words():
    assert summarize_changes(listed(2, 3, said(5)), LABELS) == "No status changed."
    assert "No status changed." in written(2, 3, said(5))


def test_the_text_of_the_shipped_pack_is_prose_without_markup(shipped_view: View):
    since, until = dt.date(2021, 7, 2), dt.date(2021, 7, 9)
    labels = {status: style.label for status, style in shipped_view.pack.styles.items()}
    facts = Provenance.of(shipped_view, until, since).facts()
    prose = write_change_log(shipped_view.change_log(since, until), labels, since, until, facts, None)
    assert not re.search(r"[<>*_#|]|\bnan\b|NaT|  ", prose)
    assert "Herat: Islam Qala (crossing) is first reported, as held by the Taliban, according to an Afghan" in prose
    assert f"content hash {shipped_view.pack.fingerprint}" in prose.splitlines()[-1]


def test_a_place_whose_holder_left_for_nobody_known_is_said_to_be_under_unknown_control():
    left = [said(0, "held", "blue"), said(5, "withdrew", "blue"), said(15, origin="Wire", claimant="residents")]
    changes = listed(2, 20, *left)
    assert changes["change"].tolist() == ["lost", "gained"]
    text = write_change_log(changes, LABELS, day(2), day(20), FACTS, None)
    assert (
        "Harrow: Brackwater came under unknown control, as the holder left, according to someone via Daily Fen" in text
    )
    assert "Brackwater passed to the Reds after being under unknown control, according to residents via Wire" in text
    assert "It had been under unknown control for 10 days." in text
    assert "1 came under unknown control, 1 ceased to be under unknown control (net 0)" in text
