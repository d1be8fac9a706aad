"""The words of a table become the terms of the codebook; what may mean something else stays as it is."""

from dataclasses import replace

import pandas as pd
import pytest

from control_map.core.errors import Fault
from control_map.core.model import Actor, Claim, PlaceKind
from control_map.intake.matching.actor_names import ActorNames
from control_map.intake.matching.columns import match_table
from control_map.intake.matching.vocabulary import (
    KIND_BY_WORD,
    find_claim,
    find_side,
    list_unknown_words,
    replace_words,
    split_claim,
    to_latin_words,
)
from control_map.intake.matching.voices import is_outlet
from control_map.intake.tables.table_builder import RawTable
from control_map.pipeline.pack import Pack
from tests.support.made_up import pack_of


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        *[(str(claim), claim) for claim in Claim],
        *[(word, "captured") for word in ("was taken by", "fell to", "lost to", "took control", "took over", "seized")],
        *[(word, "retaken") for word in ("retook", "recaptured", "taken back", "Regained control")],
        *[
            (word, "handed_over")
            for word in ("surrendered", "ceded", "transferred", "handed over control", "hand-over")
        ],
        *[(word, "held") for word in ("controls", "under control", "full control", "Controlled by", "held")],
        *[(word, "withdrew") for word in ("withdrawal", "left", "retreated from", "fled", "lost", "lost control")],
        *[(word, "fighting") for word in ("clashes", "under attack", "Armed clash", "besieged")],
        *[(word, "contested") for word in ("disputed", "entered")],
    ],
)
def test_a_word_for_a_claim_is_read_as_it(text: str, claim: str) -> None:
    assert find_claim(text) == claim


@pytest.mark.parametrize(
    "text",
    [
        *(
            "not captured",
            "failed to capture",
            "captured and lost",
            "captured, then retaken",
            "no control",
        ),
        *(
            "",
            "unknown",
            "denied capture",
            "Taliban",
            "held talks",
            "attack repelled",
            "back",
            "captured?",
            "\uff1fheld",
        ),
    ],
)
def test_what_may_deny_a_claim_or_make_two_is_none(text: str) -> None:
    assert find_claim(text) == ""


NAMES = ActorNames(pack_of([]).theatre)


def test_a_party_is_known_by_id_and_label_and_as_forces_and_by_nothing_else() -> None:
    for text in ("red", "Reds", "RÉDS", "the Reds", "Reds forces", " red ", "Reds (Marshland)"):
        assert NAMES.find(text) == "red"
    for text in ("", "Rebels", "the forces", "red and blue", "Reds - Blues", "rodd"):
        assert NAMES.find(text) == ""


def test_a_name_that_two_parties_share_is_neither_partys() -> None:
    twins = (Actor("north", "People's Army", "#111111", ()), Actor("south", "people's army", "#222222", ()))
    names = ActorNames(replace(pack_of([]).theatre, actors=twins))
    assert [names.find(text) for text in ("People's Army", "north", "South")] == ["", "north", "south"]


def test_a_name_as_one_party_writes_it_is_not_anothers_that_is_spelled_alike() -> None:
    alike = (Actor("ok", "Oka", "#111111", ()), Actor("uk", "Uka", "#222222", ()))
    names = ActorNames(replace(pack_of([]).theatre, actors=alike))
    assert [names.find(text) for text in ("ok", "UK", "oka", "Uka", "okka")] == ["ok", "uk", "ok", "uk", ""]


def test_a_party_is_known_by_its_plural_also_in_its_short_form(shipped: Pack) -> None:
    names = ActorNames(shipped.theatre)
    assert {names.find(text) for text in ("Talibs", "the Talibans", "Taliban fighters", "militants")} == {"taliban"}
    assert {names.find(text) for text in ("Gov't", "ANSF", "government forces")} == {"government"}
    assert {names.find(text) for text in ("Talib", "Tals", "rebels")} == {""}
    assert {NAMES.find(text) for text in ("militants", "insurgents")} == {""}


@pytest.mark.parametrize(
    ("text", "claim", "actor"),
    [
        ("fell to the Reds", "captured", "red"),
        ("lost to Reds", "captured", "red"),
        ("lost by the Blues", "withdrew", "blue"),
        ("Reds entered", "contested", "red"),
        ("captured from the Blues", "", ""),
        ("Blues lost to Reds", "", ""),
        ("not held by Reds", "", ""),
        ("fell to the rain", "", ""),
    ],
)
def test_words_that_name_a_claim_and_its_party_are_split(text: str, claim: str, actor: str) -> None:
    assert split_claim(text, NAMES) == (claim, actor)


def test_a_side_that_is_not_known_is_unknown_and_not_a_word_to_ask_for() -> None:
    assert {find_side(text, NAMES) for text in ("unknown", "?", "not known", "Unclear")} == {"unknown"}


@pytest.mark.parametrize(
    ("text", "is_known"),
    [
        ("Washington Post", True),
        ("the Associated Press", True),
        ("a local radio", False),
        ("Daily Fen", True),
        ("rebel press office", False),
        ("a military post", False),
        ("media channel", False),
    ],
)
def test_an_outlet_is_known_by_its_words_and_an_office_is_none(text: str, is_known: bool) -> None:
    assert is_outlet(text) is is_known


def test_a_claimant_of_no_side_is_independent() -> None:
    assert {find_side(text, NAMES) for text in ("Neutral", "none", "third party", "independent")} == {"independent"}
    assert find_side("Blues", NAMES) == "blue"


def test_kinds_of_places_have_their_usual_words() -> None:
    assert (
        KIND_BY_WORD[to_latin_words("Provincial-Capital")] == KIND_BY_WORD[to_latin_words("city")] == PlaceKind.CAPITAL
    )
    assert KIND_BY_WORD[to_latin_words("Border crossing")] == PlaceKind.CROSSING
    assert to_latin_words("village") not in KIND_BY_WORD


# Words that the user explains


KNOWN = {"claim": ["captured"], "actor": ["red"], "claimant_side": ["red"], "place_kind": ["district"]}


def raw_table() -> RawTable:
    frame = pd.DataFrame({"actor": ["Reddies", "blue", "Reddies"], "claim": ["Reddies", "held", "held"]}, dtype="str")
    return RawTable("t.csv", frame.set_axis(pd.Index([2, 3, 4], name="row")), [])


def test_a_meaning_holds_for_all_cells_of_its_column_and_for_no_other() -> None:
    table = raw_table()
    replaced = replace_words(table, match_table(table), {("actor", "Reddies"): "red"}).frame
    assert replaced["actor"].tolist() == ["red", "blue", "red"]
    assert replaced["claim"].tolist() == table.frame["claim"].tolist()
    assert table.frame["actor"][2] == "Reddies"


def test_a_meaning_of_a_column_that_is_matched_no_more_changes_nothing() -> None:
    table = raw_table()
    without = match_table(table).with_chosen({"actor": ""}, list(table.frame.columns))
    assert replace_words(table, without, {("actor", "Reddies"): "red"}).frame.equals(table.frame)


def test_unknown_words_are_listed_once_each_those_of_the_most_rows_first() -> None:
    faults = [
        Fault("t.csv", 2, "claim", "the value is not known", "", "won"),
        Fault("t.csv", 2, "actor", "the value is not known", "", "Reddies"),
        Fault("t.csv", 4, "actor", "the value is not known", "", "Reddies"),
        Fault("t.csv", 5, "actor", "there is nothing", "", ""),
        Fault("t.csv", 5, "event_date", "this is no date", "", "soon"),
    ]
    words = [(word.column, word.word, word.rows) for word in list_unknown_words(faults, KNOWN)]
    assert words == [("actor", "Reddies", (2, 4)), ("claim", "won", (2,))]


def test_a_short_word_for_a_government_is_that(shipped: Pack) -> None:
    names = ActorNames(shipped.theatre)
    assert {names.find(short) for short in ("Gov.", "govt forces", "the GOV")} == {names.find("Government")} != {""}
