"""How claimants are named in a sentence: capitals learnt from the pack, articles as English has them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from control_map.explanation.attribution import apply_spellings, learn_spellings, name_claimant
from control_map.pipeline.pack import Pack

PROSE = (
    "Troops of the Marshland army left.",
    "Marshland officials and a Fenland envoy met, says NDS.",
    "The Marshland officials wait.",
    "MDR: it fell.",
)
ORIGINS = ("Wire", "Daily Fen", "FDD Journal", "Fen border service (FBS)", "OCHA")
KNOWN = learn_spellings(PROSE, ORIGINS)


@pytest.mark.parametrize(
    ("claimant", "origin", "said"),
    [
        ("journalist", "Wire", "a Wire journalist"),
        ("journalist (wire)", "Wire", "a Wire journalist"),
        ("analyst", "FDD Journal", "an FDD Journal analyst"),
        ("analyst", "", "an analyst"),
        ("provincial governor", "Wire", "the provincial governor via Wire"),
        ("former governor", "Wire", "a former governor via Wire"),
        ("ministry of defence", "Wire", "the ministry of defence via Wire"),
        ("ministry of defence spokesman", "Wire", "a ministry of defence spokesman via Wire"),
        ("security officials", "Wire", "security officials via Wire"),
        ("reds spokesmen", "Wire", "reds spokesmen via Wire"),
        ("reds", "Wire", "the Reds via Wire"),
        ("wire", "Wire", "Wire"),
        ("sources to daily fen", "Daily Fen", "sources to Daily Fen"),
        ("un ocha", "OCHA", "UN OCHA"),
        ("fen border service", "Fen border service (FBS)", "the fen border service"),
        ("member of parliament / army officer", "Wire", "a member of parliament and an army officer via Wire"),
        ("mp", "Wire", "an MP via Wire"),
        ("mdr source", "Wire", "an MDR source via Wire"),
        ("marshland official", "Wire", "a Marshland official via Wire"),
        ("marshlander source", "Wire", "a Marshlander source via Wire"),
        ("a traveller", "Wire", "a traveller via Wire"),
        ("the provincial governor", "Wire", "the provincial governor via Wire"),
        ("news sources", "Wire", "news sources via Wire"),
        ("", "Wire", "Wire"),
    ],
)
def test_a_claimant_is_named_as_one_would_say_it(claimant: str, origin: str, said: str) -> None:
    assert name_claimant(claimant, origin, KNOWN, ["Reds"]) == said


def test_a_word_that_mostly_stands_in_lower_case_stays_so() -> None:
    known = learn_spellings(("In the State of the state.", "The state and the state.", "State police left."), ())
    assert apply_spellings("state police", known) == "state police"


def test_what_is_within_a_name_is_not_taken_for_a_name() -> None:
    assert (
        apply_spellings("state army", learn_spellings(("Said Islamic State.", "Fought with Islamic State."), ()))
        == "state army"
    )


@given(st.text(max_size=30), st.text(max_size=30))
def test_no_text_stops_the_naming_and_no_letter_of_a_claimant_is_lost(claimant: str, origin: str) -> None:
    said = name_claimant(claimant, origin, KNOWN, ["Reds"])
    assert set(claimant.casefold()) - set(said.casefold()) <= set(" /()\t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0") | {
        letter for letter in claimant.casefold() if letter.isspace()
    }


def test_the_claimants_of_the_shipped_pack_are_named_with_their_capitals(shipped: Pack) -> None:
    reports = shipped.located
    known = learn_spellings(tuple(reports["summary"]), tuple(reports["origin"]))
    labels = [actor.label for actor in shipped.theatre.actors]
    pairs = reports[["claimant", "origin"]].drop_duplicates().to_numpy()
    said = {name_claimant(claimant, origin, known, labels) for claimant, origin in pairs}
    assert {
        "a Taliban spokesman via AFP",
        "UN OCHA",
        "Afghan security officials via Reuters",
        "an FDD Long War Journal analyst",
        "IRNA",
        "sources to TOLOnews",
        "Iranian state media (Al-Alam TV) via Reuters",
        "the Taliban via Reuters",
    } <= said
    assert not [each for each in said if "taliban" in each or "afghan " in each or "iranian" in each]
