"""How an explanation names who says something: the claimant as the report writes it, and the origin once."""

import inspect
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from control_map.assessment.eligibility import ineligibility_reasons
from control_map.explanation.phrases import NOT_COUNTED_PHRASES, describe_area, name_claimant
from control_map.pipeline.pack import Pack
from tests.support.made_up import said


@pytest.mark.parametrize(
    ("claimant", "origin", "named"),
    [
        ("a Wire journalist", "Wire", "a Wire journalist"),
        ("a Wire journalist", "Post", "a Wire journalist via Post"),
        ("the provincial governor", "Wire", "the provincial governor via Wire"),
        ("police chief", "Wire", "police chief via Wire"),
        ("wire", "Wire", "wire"),
        ("sources to Daily Fen", "Daily Fen", "sources to Daily Fen"),
        ("sources to Daily Fenland", "Daily Fen", "sources to Daily Fenland via Daily Fen"),
        ("UN OCHA", "OCHA", "UN OCHA"),
        ("the Fen border service", "Fen border service (FBS)", "the Fen border service"),
        (" an\nanalyst ", "", "an analyst"),
        ("", "Wire", "Wire"),
    ],
)
def test_a_claimant_is_named_as_written_with_the_origin_unless_one_names_the_other(
    claimant: str, origin: str, named: str
) -> None:
    assert name_claimant(claimant, origin) == named


def test_of_many_places_that_an_area_report_leaves_out_some_are_named_and_the_others_counted() -> None:
    report = said(3, place="", area_scope="all_crossings", except_for="A|B|C|D|E")
    assert describe_area(report, "") == "all border crossings of the country but A, B, C and 2 more"


def test_each_reason_for_which_a_report_does_not_vote_has_a_phrase() -> None:
    reasons = set(re.findall(r"Reason\.(\w+)", inspect.getsource(ineligibility_reasons)))
    assert {reason.name for reason in NOT_COUNTED_PHRASES} == reasons


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_claimant_can_be_named_and_none_of_its_words_is_lost(claimant: str, origin: str) -> None:
    assert name_claimant(claimant, origin).startswith(" ".join(claimant.split()))


def test_the_claimants_of_the_shipped_pack_are_written_as_a_sentence_shows_them(shipped: Pack) -> None:
    named = {source["who"] for source in shipped.report_sources.values()}
    assert {
        "a Taliban spokesman via AFP",
        "UN OCHA",
        "Afghan security officials via Reuters",
        "an FDD Long War Journal analyst",
        "IRNA",
        "sources to TOLOnews",
        "Iranian state media (Al-Alam TV) via Reuters",
        "the Taliban via Reuters",
    } <= named
    assert not [name for name in named if "taliban" in name or "afghan " in name or "iranian" in name]
