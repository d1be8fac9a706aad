"""The why line states who set the status and how strong that is, and who denies or claims it."""

import datetime as dt

import pytest

from control_map.assessment.timeline import as_of
from control_map.core.model import CONTESTED, UNKNOWN, Basis, Reason, Role, Via
from control_map.explanation import why_line
from control_map.explanation.phrases import setting_reports
from control_map.pipeline.pack import Pack
from control_map.pipeline.view import apply_rule
from tests.support.made_up import RULES, day, pack_of, with_end
from tests.support.made_up import said as said_by_someone


def said(*args, **others):
    return said_by_someone(*args, **{"claimant": "residents", **others})


def line(*reports, place="H2", number=20, rule="assessed"):
    pack = pack_of(reports)
    view = apply_rule(pack, pack.rule(rule))
    rows = as_of(view.timeline.assign(why=view.why_lines()), day(number)).set_index("place_id")
    return rows.loc[place, "why"]


def by(claimant, report):
    return {**report, "claimant": claimant}


@pytest.mark.slow
def test_a_place_without_a_report_has_an_empty_line_and_one_whose_reports_name_no_holder_says_so():
    assert line(said(3), place="V1") == ""
    assert line(said(3, "fighting")) == "No report that counts says who holds it"
    assert line(said(3), number=2) == ""


@pytest.mark.slow
def test_it_names_who_set_the_status_in_whose_interest_and_how_well_graded():
    assert line(said(3)) == "Set by residents via Daily Fen (independent, graded B2)"
    confessed = by("a blue officer", said(3, by="blue", reliability="A", credibility=1))
    assert line(confessed) == "Set by a blue officer via Daily Fen (against their own side's interest, graded A1)"


@pytest.mark.slow
def test_a_claim_that_sets_nothing_is_said_to_be_one():
    assert line(said(3, by="red"), number=3, rule="assessed") == (
        "Set by residents via Daily Fen (in their own side's interest, graded B2), uncontradicted for 7 days"
    )
    claim = said(16, by="red", origin="Red Radio")
    contradicted = said(18, "held", "blue", by="blue", origin="Blue Radio")
    assert line(said(1, "held", "blue"), claim, contradicted) == (
        "Set by residents via Daily Fen (independent, graded B2); claimed by the Reds, not verified yet"
    )


def test_a_claim_on_a_place_without_a_status_stands_alone():
    pack = pack_of([said(3, by="red")])
    view = apply_rule(pack, pack.rule(), known_on=day(5))
    rows = as_of(view.timeline.assign(why=view.why_lines()), day(5)).set_index("place_id")
    assert rows.loc["H2", "status"] == UNKNOWN
    assert rows.loc["H2", "why"] == "Claimed by the Reds, not verified yet"


@pytest.mark.slow
def test_a_claim_that_others_support_or_that_is_taken_at_its_word_says_so():
    claim, support = said(3, by="red", origin="Red Radio"), said(4, "held", "red", origin="Wire")
    assert line(claim, support).endswith(", supported by others")
    assert line(claim, support, rule="latest", number=3).endswith("graded B2), taken at their word")
    assert line(claim, support, rule="two-sources").endswith(", taken at their word, together with others")


@pytest.mark.slow
def test_a_denial_names_who_denies():
    denial = by("a blue spokesman", said(5, "held", "blue", by="blue", origin="Wire"))
    assert line(said(3), denial) == (
        "Set by residents via Daily Fen (independent, graded B2); denied by a blue spokesman via Wire"
    )
    assert line(said(3), denial, number=4) == "Set by residents via Daily Fen (independent, graded B2)"


def test_of_a_place_of_unknown_control_it_names_who_says_that_the_holder_left():
    assert line(said(1, "held", "blue"), said(3, "withdrew", "blue")) == (
        "The holder left, according to residents via Daily Fen (independent, graded B2)"
    )


def test_of_a_place_whose_holder_ended_it_says_so():
    view = apply_rule(with_end(pack_of([said(3, "held", "blue")]), "blue", 10), RULES["assessed"])
    rows = as_of(view.timeline.assign(why=view.why_lines()), day(12)).set_index("place_id")
    assert rows.loc["H2", "why"] == "The holder ended, and no report says who came after"


@pytest.mark.slow
def test_who_sets_a_status_from_publication_on_is_named_from_then_on():
    vague = by("a traveller", said(6, date_precision="week", published=8, origin="Wire"))
    held = said(3, "held", "blue")
    assert line(held, vague, number=7) == "Set by residents via Daily Fen (independent, graded B2)"
    assert line(held, vague, number=8) == "Set by a traveller via Wire (independent, graded B2)"


def test_equally_strong_reports_are_both_named():
    one, other = said(3), said(3, actor="blue", origin="Wire")
    assert line(one, other) == (
        "Contested: equally strong reports differ (residents via Daily Fen and residents via Wire)"
    )


def test_claims_against_each_other_are_called_so():
    one, other = said(3, by="red", origin="Red Radio"), said(4, "held", "blue", by="blue", origin="Blue Radio")
    assert line(one, other) == "Contested: each side claims it and nothing stronger decides"


@pytest.mark.slow
def test_a_report_on_more_than_the_place_says_on_what():
    tail = "residents via Daily Fen (independent, graded B2)"
    assert line(said(3, place="H")) == f"By a report on all of Harrow: {tail}"
    assert line(said(3, place="")) == f"By a report on all of the country: {tail}"
    but_capital = said(3, place="H", area_scope="whole_but_capital")
    assert line(but_capital) == f"By a report on all of Harrow but its capital: {tail}"
    excepting = said(3, place="", except_for="Velden| H1")
    assert line(excepting) == f"By a report on all of the country but Velden and H1: {tail}"
    but_more = said(3, place="H", area_scope="whole_but_capital", except_for="H1")
    assert line(but_more) == f"By a report on all of Harrow but its capital and H1: {tail}"
    assert line(said(3, place="C-H"), place="H1") == f"By a report on the capital: {tail}"
    assert line(said(3, place="C-H"), place="C-H") == f"Set by {tail}"


@pytest.mark.slow
def test_what_rests_on_reports_from_before_the_period_says_so():
    tail = "residents via Daily Fen (independent, graded B2)"
    assert line(said(-9)) == f"From before the period: {tail}"
    assert line(said(-9, place="H")) == f"From before the period, by a report on all of Harrow: {tail}"
    assert line(said(-9), said(5, "held", "red", origin="Wire")) == f"Set by {tail}"


@pytest.mark.parametrize("length", [20, 60, 90, 300])
def test_a_line_is_never_long_and_says_that_the_status_is_disputed_however_long_the_names_are(length: int):
    reports = [
        by("members of " + "m" * length, said(3)),
        by("members of " + "n" * length, said(5, "held", "blue", by="blue", origin="Wire")),
    ]
    text = line(*reports)
    assert len(text) <= why_line.MAX_CHARACTERS
    assert text.startswith("Set by members of mmmmm")
    assert "; denied by members" in text or text.endswith("; disputed")


@pytest.mark.slow
@pytest.mark.parametrize("rule", ["assessed", "latest", "two-sources", "side:taliban"])
def test_a_line_agrees_with_the_explanation(shipped: Pack, rule: str):
    view = apply_rule(shipped, shipped.rule(rule))
    labels = shipped.labels
    timeline = view.timeline.assign(why=view.why_lines())
    for number, date in enumerate((dt.date(2021, 5, 1), dt.date(2021, 7, 9), dt.date(2021, 8, 14))):
        for row in as_of(timeline, date).iloc[number::17].itertuples():
            argument, sets = view.explain(row.place_id, date), []
            if argument["since"] is not None:
                sets = setting_reports(argument)
                assert sets
            assert bool(row.why) == bool(sets or argument["claimed_by"] or argument["status"] == UNKNOWN), row.place_id
            assert len(row.why) <= why_line.MAX_CHARACTERS
            for report in sets:
                if report["reason"] in (Reason.EQUAL_STRENGTH, Reason.OPPOSED_CLAIMS):
                    assert argument["status"] == CONTESTED
                    assert "ontested: " in row.why
                else:
                    assert f"{report['who']}" in row.why, row.why
                    area = report["via"] == Via.AREA
                    assert area == ("by a report on all" in row.why.lower())
                    assert (argument["basis"] == Basis.BASELINE) == row.why.startswith("From before the period")
            if argument["claimed_by"]:
                assert f"laimed by the {labels[argument['claimed_by']]}, not verified yet" in row.why
            denials = [
                report for report in argument["evidence"] if report["current"] and report["role"] == Role.CONTRADICTS
            ]
            if denials and row.disputed:
                assert f"denied by {denials[0]['who']}" in row.why or "; disputed" in row.why
            if not argument["disputed"]:
                assert "denied" not in row.why
                assert "disputed" not in row.why
