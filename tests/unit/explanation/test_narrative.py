"""The paragraph of each kind of verdict, and what holds for every paragraph."""

import datetime as dt
from typing import Any

import pandas as pd
import pytest
from hypothesis import strategies as st

from control_map.core.rules import Rule, adjust
from control_map.explanation import phrases
from control_map.explanation.argument import Explainer
from control_map.pipeline.pack import Pack
from control_map.pipeline.view import View, apply_rule
from tests.laws.test_laws import LAWFUL, PLACES, law_with, weigh
from tests.support.made_up import ACTORS, RULES, Judged, day, judge, pack_of, said, with_end


def explained(
    judged: Judged, number: int, place: str = "H2", rule: Rule | str = "assessed", known_on: dt.date | None = None
) -> dict[str, Any]:
    rule = LAWFUL[rule] if isinstance(rule, str) else rule
    labels = {actor.id: actor.label for actor in ACTORS}
    conditions = phrases.describe_conditions(rule, RULES["assessed"], known_on)
    explainer = Explainer(judged.timeline, judged.evidence, judged.reports, labels, rule, conditions)
    return explainer.explain_place(place).on(day(number))


def explanation(reports: list[dict[str, Any]], number: int, place: str = "H2", rule: Rule | str = "assessed") -> str:
    return " ".join(explained(judge(reports, rule), number, place, rule)["explanation"])


def officials(on: int, **others: Any) -> dict[str, Any]:
    return said(on, by="blue", **{"claimant": "security officials", "origin": "Wire", **others})


def spokesman(on: int, claim: str = "captured", **others: Any) -> dict[str, Any]:
    return said(on, claim, by="red", **{"claimant": "a reds spokesman", "origin": "Gazette", **others})


def test_a_silent_place_is_said_to_be_silent():
    assert (
        explanation([said(0, place="H1")], 3)
        == "Nothing has been reported of this place up to 4 May. Silence is not control."
    )


def test_reports_that_do_not_vote_are_counted_by_their_kind():
    reports = [
        said(0, "fighting"),
        said(1, "fighting", origin="Wire"),
        said(1, precision="inside"),
        said(2, reliability="E", credibility=5),
    ]
    text = explanation(reports, 4)
    assert text.startswith("No report that counts says who holds this place on 5 May.")
    assert "2 of fighting only, 1 graded below what the rule accepts and 1 on a part of the place only" in text


def test_what_the_other_side_says_does_not_count_in_one_sides_account():
    text = explanation([said(0, by="blue")], 1, rule="side:red")
    assert text.startswith("Under the rule Reds' account: no report that counts")
    assert "1 not by the side whose account this is" in text


def test_a_claim_alone_is_described_as_a_claim_without_support_yet():
    judged = judge([spokesman(0, summary="They say they walked in.")], known_on=day(2))
    text = " ".join(explained(judged, 1, known_on=day(2))["explanation"])
    assert text.startswith("With what was published by 3 May 2021: no report that counts")
    assert (
        "Claimed by the Reds: a reds spokesman via Gazette said on 2 May that it was captured by the Reds "
        "(in short: \u201cThey say they walked in\u201d); nobody else supports it yet."
    ) in text


def test_a_strong_report_sets_the_status_and_names_who_says_it_with_stand_and_grade():
    text = explanation([officials(7)], 7)
    assert text.startswith(
        "Reds since 8 May. Set by security officials via Wire (against their own side's interest, graded B2)."
    )
    assert text.endswith("Medium confidence: one independent origin, graded B2 or better.")


def test_others_who_agree_are_named_by_worth_and_origin_and_then_counted():
    reports = [officials(0, reliability="A")]
    reports += [
        said(1, claimant=f"a {origin} journalist", origin=origin)
        for origin in ("Wire", "Fen", "Post", "Herald", "Mail")
    ]
    text = explanation([*reports, said(2, "held", claimant="analyst", origin="Fen")], 2)
    assert "Confirmed by a Fen journalist (B2), a Herald journalist (B2) and 3 more from 2 other origins." in text
    assert "The same origin says it again." in text


def test_an_origin_that_repeats_itself_confirms_nothing():
    text = explanation([said(0), said(3, "held"), said(5, "held")], 6)
    assert "Confirmed" not in text
    assert "The same origin says it again in 2 reports." in text


def test_claims_against_a_status_that_change_nothing_are_listed():
    claim = {"actor": "blue", "by": "blue", "claimant": "blues spokesman", "origin": "Gazette"}
    text = explanation([said(0), said(5, **claim), said(6, **claim), said(7, origin="Post")], 9)
    assert "via Gazette said on 8 May that it was captured by the Blues" in text.split("Not accepted: ")[1]
    assert ", and 1 more; others contradict it." in text


def test_where_two_origins_are_needed_both_are_named():
    text = explanation(
        [said(0, claimant="a journalist"), said(2, claimant="a Wire journalist", origin="Wire")], 2, rule="two-sources"
    )
    assert "graded B2) together with a Wire journalist (B2)." in text


def test_copies_of_one_story_are_counted():
    text = explanation([said(0), said(0, claimant="editor"), said(0, claimant="reporter")], 0)
    assert "2 reports repeat one of the same origin: each story counts once." in text
    assert "Confirmed" not in text


def test_a_denial_is_quoted_with_its_day():
    denial = said(
        1, "held", "blue", "blue", claimant="the interior ministry", origin="Wire", summary="Ministry: \u201cno\u201d."
    )
    text = explanation([said(0), denial], 1)
    assert (
        "Disputed: the interior ministry via Wire said on 3 May that it was held by the Blues "
        "(in short: \u201cMinistry: 'no'\u201d)."
    ) in text
    assert text.endswith("disputed.")


@pytest.mark.slow
def test_a_dispute_that_two_origins_settled_is_described_with_its_days():
    denial = said(5, "held", "blue", "blue", claimant="the army", origin="Wire")
    settled = [said(3), denial, said(7, origin="Gazette"), said(9, origin="Herald")]
    assert "Disputed: the army via Wire said on 7 May that it was held by the Blues." in explanation(settled, 8)
    text = explanation(settled, 10)
    assert (
        "Disputed from 6 May to 10 May, when a second independent origin confirmed it: the army via Wire said on 7 May "
        "that it was held by the Blues."
    ) in text
    assert "Disputed: " not in text
    assert "disputed" not in text.split("High confidence")[1]


def test_a_dispute_that_the_denying_side_ended_names_who_conceded():
    denial = said(5, "held", "blue", "blue", claimant="the army", origin="Wire")
    concession = said(8, by="blue", claimant="the interior ministry", origin="Wire")
    text = explanation([said(3), denial, concession], 10)
    assert (
        "Disputed from 6 May to 9 May, when the interior ministry, of the side that had denied it, confirmed it:"
        in text
    )


@pytest.mark.slow
def test_where_the_holder_left_and_nobody_says_who_came_after_control_is_unknown():
    reports = [said(1, "held", "blue"), said(3, "withdrew", "blue")]
    text = explanation(reports, 5)
    assert text.startswith("Control unknown since 4 May: the Blues left, and no report says who came after. Set by ")
    assert "Before: Blues from 2 May." in text
    after = explanation([*reports, said(15, origin="Wire")], 20)
    assert after.startswith("Reds since 16 May.")
    assert "Before: control unknown from 4 May." in after


def test_where_the_holder_left_for_a_known_party_that_holds_it():
    text = explanation([said(1, "held", "blue"), said(3, "withdrew", "blue"), said(5, "held", origin="Wire")], 6)
    assert text.startswith("Reds since 4 May, when the Blues withdrew.")


def test_what_a_party_held_that_ended_is_explained_without_a_report_that_sets_it():
    pack = with_end(pack_of([said(-40, "held", "blue"), said(3, "held", "blue", place="V1")]), "blue", 10)
    view = apply_rule(pack, RULES["assessed"])
    words = "Control unknown since 11 May: the Blues, which held it, ended that day, and no report says who came after."
    for place in ("H2", "V1"):
        argument = view.explain(place, day(12))
        first, second = argument["explanation"]
        assert first == words
        assert second.startswith("Before: Blues from ")
        assert argument["since_words"] == "11 May"
        assert "confidence" not in second
    assert view.explain("V1", day(9))["explanation"][0] == "Blues since at least 4 May."


def test_what_says_that_an_ended_party_holds_a_place_is_said_not_to_count():
    view = apply_rule(with_end(pack_of([said(12, "held", "blue")]), "blue", 10), RULES["assessed"])
    assert "It does not count: 1 that a party holds it which had ended by then." in " ".join(
        view.explain("H2", day(14))["explanation"]
    )


def test_a_status_that_rests_on_claims_alone_says_so_at_once():
    text = explanation([spokesman(3)], 20)
    assert text.startswith("Reds, on a claim that nobody contradicted, since 4 May. Set by a reds spokesman")
    assert "on a claim that nobody contradicted" not in explanation([spokesman(3), said(4, origin="Wire")], 20)


@pytest.mark.slow
def test_a_report_that_counts_only_from_its_publication_says_why_and_is_not_listed_before():
    reports = [said(3, "held", "blue"), said(6, date_precision="week", published=8, origin="Wire")]
    before, after = (explained(judge(reports), number) for number in (7, 8))
    assert [report["report_id"] for report in before["evidence"]] == ["r0"]
    assert [(report["report_id"], report["current"]) for report in after["evidence"]] == [("r1", True), ("r0", False)]
    why = "It counts from 9 May, its publication: a report dated to the day says otherwise before."
    assert why in " ".join(after["explanation"])


def test_a_corroborated_claim_counts_from_its_event_before_the_first_independent_report():
    text = explanation([spokesman(0), said(3, claimant="a Wire journalist", origin="Wire")], 1)
    assert (
        "Set by a reds spokesman via Gazette (in their own side's interest, graded B2), and supported by "
        "a Wire journalist (B2): so it counts from 1 May, before the first of those reports (4 May)."
    ) in text


@pytest.mark.slow
def test_a_hardened_claim_counts_because_no_report_contradicted_it():
    assert "nobody contradicted this for 7 days, so it counts from 1 May" in explanation([spokesman(0)], 1)
    patient = adjust(RULES["assessed"], {"hardening_days": 12})
    text = explanation([spokesman(0)], 1, rule=patient)
    assert text.startswith("Under the rule Assessed, adjusted: Reds, on a claim that nobody contradicted, since 1 May.")
    assert "nobody contradicted this for 12 days" in text


def test_a_claim_counted_at_its_word_is_said_to_be():
    text = explanation([spokesman(0)], 0, rule="latest")
    assert text.startswith("Under the rule Latest report: Reds since 1 May.")
    assert "taken at their word" in text


def test_opposed_claims_are_both_quoted():
    text = explanation([spokesman(0), said(0, "held", "blue", "blue", claimant="the army", origin="Wire")], 0)
    assert text.startswith("Contested since 1 May. Each side claims it for itself and nothing stronger decides:")
    assert "the army via Wire said on 2 May that it was held by the Blues" in text
    assert "a reds spokesman via Gazette said on 2 May that it was captured by the Reds" in text


def test_an_earlier_claim_is_quoted_with_the_one_that_opposes_it():
    text = explanation([spokesman(0), said(2, "held", "blue", "blue", claimant="the army", origin="Wire")], 2)
    assert text.startswith("Contested since 3 May.")
    assert "a reds spokesman via Gazette said on 2 May" in text


def test_equally_strong_reports_of_one_day_are_both_quoted():
    blue = [said(0, "captured", "blue", origin=name, claimant="elders") for name in ("Gazette", "Reed")]
    text = explanation([said(0, origin="Wire"), *blue, said(0, origin="Post")], 0)
    assert "Equally strong reports of one day differ:" in text
    assert "elders via Gazette said on 2 May that it was captured by the Blues" in text
    assert "it was captured by the Reds and 1 more like it" in text


@pytest.mark.slow
def test_a_report_on_the_area_names_how_much_of_it():
    text = explanation([said(0, place="V", area_scope="whole_but_capital")], 0, "V1")
    assert "The report is on all of Velden but its capital, not on this place alone." in text
    assert "The report is on all of the country" in explanation([said(0, place="")], 0, "V1")


@pytest.mark.slow
def test_a_report_on_the_capital_is_said_to_count_for_its_district():
    assert "The report is on the provincial capital, which lies in this district" in explanation(
        [said(0, place="C-H")], 0, "H1"
    )
    assert "provincial capital, which lies" not in explanation([said(0, place="C-H")], 0, "C-H")


def test_a_baseline_is_said_to_be_from_before_the_period_and_how_old_it_is():
    text = explanation([said(-800, "held", date_precision="month")], 0)
    assert text.startswith("Reds since at least 21 February 2019.")
    assert "It was set by reports from before the period." in text
    assert "Nothing more has been reported of it for about 2 years." in text


def test_a_vague_date_is_said_to_be_vague():
    text = explanation([said(9, date_precision="week")], 9)
    assert text.startswith("Reds since about 10 May.")
    assert "The day is not known, only the week." in text


@pytest.mark.slow
def test_a_report_that_a_place_is_held_is_not_taken_for_its_fall():
    assert explanation([said(0, "held")], 0).startswith("Reds since at least 1 May.")
    assert explanation([said(0)], 0).startswith("Reds since 1 May.")


@pytest.mark.parametrize(
    ("claim", "actor", "words"),
    [
        ("retaken", "red", "Reds since 1 May, retaken."),
        ("handed_over", "red", "Reds since 1 May, handed over without a fight."),
        ("withdrew", "blue", "Control unknown since 1 May: the Blues left, and no report says who came after."),
    ],
)
def test_how_it_changed_hands_stands_in_the_first_sentence(claim: str, actor: str, words: str):
    assert explanation([said(0, claim, actor)], 0).startswith(words)


def test_the_status_before_and_the_time_since_the_last_report_are_stated():
    text = explanation([said(0, "captured", "blue"), said(4)], 9)
    assert "Before: Blues from 1 May." in text
    assert "Nothing more has been reported of it for 5 days." in text
    assert "Last report: 8 May, 2 days earlier." in explanation([said(4), said(7, "fighting")], 9)


def test_a_claim_over_a_status_is_quoted():
    claim = spokesman(2, origin="Post")
    text = explanation([said(0, "captured", "blue"), claim, said(4, "held", "blue")], 2)
    assert text.startswith("Blues since 1 May.")
    assert "Claimed by the Reds: a reds spokesman via Post" in text
    assert "others contradict it." in text


def test_a_report_that_says_otherwise_and_is_outweighed_is_counted():
    text = explanation([said(0, "captured", "blue", published=1), said(0, published=2, origin="Wire")], 0)
    assert "1 report says otherwise without changing it." in text


def test_sources_that_put_the_change_on_another_day_are_named_with_it():
    reports = [
        said(5, origin="Wire"),
        said(6, origin="Post", claimant="a Post analyst"),
        said(6, "held", origin="Mail"),
    ]
    text = explanation(reports, 5)
    assert "Sources differ on the day: 7 May according to a Post analyst (B2)." in text
    assert "Mail" not in text.split("Sources differ")[1]


@pytest.mark.parametrize(
    "other",
    [
        said(6, origin="Post", date_precision="week"),  # may mean the same day
        said(13, origin="Post"),  # too far off to be the same
        said(6, origin="Wire"),  # the same origin reports it again
        said(6, "held", origin="Post"),  # holding on is no change of hands
    ],
)
def test_what_is_no_difference_is_not_listed_as_one(other: dict[str, Any]):
    assert "Sources differ" not in explanation([said(5, origin="Wire"), other], 20)


def test_a_second_fall_after_a_loss_is_no_difference_about_the_first():
    reports = [said(2, origin="Wire"), said(4, "retaken", "blue"), said(6, origin="Post")]
    assert "Sources differ" not in explanation(reports, 2)
    assert "Sources differ" not in explanation(reports, 6)


@pytest.mark.parametrize(
    ("days", "precision", "words"),
    [
        (0, "day", "the same day"),
        (1, "day", "the next day"),
        (2, "day", "2 days later"),
        (90, "day", "about 3 months later"),
        (1100, "day", "about 3 years later"),
        (-1, "day", "before the stated day"),
        (0, "week", "at most 6 days later"),
        (3, "month", "at most 33 days later"),
    ],
)
def test_the_lag_is_no_more_exact_than_the_day_of_the_event(days: int, precision: str, words: str):
    assert phrases.describe_lag(days, precision) == words


def test_the_usual_rule_with_all_reports_needs_no_mention():
    assert phrases.describe_conditions(RULES["assessed"], RULES["assessed"], None) == ""


@law_with(place=st.sampled_from(PLACES["place_id"].tolist()), number=st.integers(-6, 40))
def test_every_set_of_reports_is_explained_and_every_status_by_who_sets_it(
    reports: pd.DataFrame, rule: str, place: str, number: int
) -> None:
    for place_id in (place, *PLACES["place_id"][:4]):
        judged = weigh(reports, rule)
        answer = explained(judged, number, place_id, rule)
        assert answer["explanation"]
        assert all(passage.strip().endswith((".", "\u201d.")) for passage in answer["explanation"])
        if answer["since"] is not None:
            sets = [entry["who"] for entry in answer["evidence"] if entry["role"] == "sets" and entry["current"]]
            assert any(who in " ".join(answer["explanation"]) for who in sets)


@law_with(number=st.integers(-6, 40), seed=st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_no_explanation(reports: pd.DataFrame, rule: str, number: int, seed: Any) -> None:
    order = list(range(len(reports)))
    seed.shuffle(order)
    place = PLACES["place_id"].iloc[0]
    one = explained(weigh(reports, rule), number, place, rule)
    other = explained(weigh(reports.iloc[order].reset_index(drop=True), rule), number, place, rule)
    assert one["explanation"] == other["explanation"]


def test_islam_qala_is_explained_in_a_paragraph(shipped_view: View) -> None:
    answer = shipped_view.explain("AF-X-islam-qala", dt.date(2021, 7, 9))
    text = " ".join(answer["explanation"])
    assert text.startswith(
        "Taliban since 8 July (sources differ: 8\u20139 July). Set by an Afghan official via AP (against "
    )
    assert "Disputed: an interior ministry spokesman via AFP said on 9 July" in text
    assert len(text) < 1000


def test_another_rule_or_day_of_knowledge_is_named(shipped: Pack) -> None:
    view = apply_rule(shipped, shipped.rule("latest"), dt.date(2021, 7, 9))
    text = view.explain("AF-X-islam-qala", dt.date(2021, 7, 9))["explanation"][0]
    assert text.startswith("Under the rule Latest report, with what was published by 9 July 2021: Taliban since 8 July")
