"""Statements are found in news texts: places, claims, claimants and dates."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from control_map.core.errors import UnknownNameError
from control_map.intake.articles.statements.extraction import (
    STATEMENT_COLUMNS,
    extract_statements,
    statements_as_reports,
)
from control_map.pipeline.pack import Pack, load_pack
from control_map.theatre.csv_writer import as_csv
from control_map.theatre.reports import CODEBOOK_COLUMNS, read_reports
from tests.bench.orontia import orontia
from tests.support.made_up import THEATRE

FRIDAY = dt.date(2021, 7, 9)
Extract = Callable[[str], list[dict[str, Any]]]
ORONTIA = orontia()


@pytest.fixture(scope="module")
def extract(shipped: Pack) -> Extract:
    def extract(text: str) -> list[dict[str, Any]]:
        return extract_statements(text, FRIDAY, shipped).to_dict("records")

    return extract


def brief(rows: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    return [(row["place_id"], row["claim"], row["actor"]) for row in rows]


def places(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(row["place_id"], row["place_text"]) for row in rows]


# --- Sides ---


@pytest.mark.slow
@pytest.mark.parametrize(
    ("claimant", "side"),
    [
        ("The presidential guard's ministry of war", ""),
        ("Officers of the national army", ""),
        ("A police commander", ""),
        ("The Pentagon's military spokesman", "independent"),
        ("The Taliban's military commander", "taliban"),
        ("A resident", "independent"),
        ("The UN", "independent"),
    ],
)
def test_a_party_by_a_name_that_the_theatre_does_not_know_is_never_taken_for_independent(
    claimant: str, side: str, shipped: Pack
):
    actors = tuple(replace(actor, other_names=()) for actor in shipped.theatre.actors)
    known = replace(shipped, theatre=replace(shipped.theatre, actors=actors))
    [row] = extract_statements(f"{claimant} said that the Taliban captured Qadis.", FRIDAY, known).to_dict("records")
    assert row["claimant_side"] == side
    [report] = statements_as_reports(extract_statements(row["sentence"], FRIDAY, known), FRIDAY, "Reuters", "").to_dict(
        "records"
    )
    assert report["claimant_side"] == side


# --- Places --------------------------------------------------------------------------------------------------------


def test_a_list_is_a_row_for_each_place(extract: Extract):
    rows = extract("The Taliban captured the districts of Qaysar, Almar and Pashtun Kot in Faryab province.")
    assert brief(rows) == [(place, "captured", "taliban") for place in ("AF2907", "AF2904", "AF2902")]
    assert {row["province_text"] for row in rows} == {"Faryab"}
    assert {row["place_kind"] for row in rows} == {"district"}


def test_a_row_states_where_in_which_sentence_the_place_is_named(extract: Extract):
    [row] = extract("Nothing happened. Then Qadis fell to the Taliban.")
    assert (row["sentence"], row["sentence_number"]) == ("Then Qadis fell to the Taliban.", 1)
    assert row["sentence"][row["begin"] : row["end"]] == "Qadis"


@pytest.mark.parametrize("spelling", ["Nirkh", "Nerkh", "NERKH"])
def test_a_name_is_known_in_its_spellings(extract: Extract, spelling: str):
    assert brief(extract(f"The Taliban seized {spelling}.")) == [("AF0402", "captured", "taliban")]


def test_words_in_lower_case_are_no_names(extract: Extract):
    assert extract("The Taliban captured dand and daman.") == []


def test_the_longest_name_counts(extract: Extract):
    assert places(extract("Khwaja Sabz Posh fell to the Taliban.")) == [("AF2903", "Khwaja Sabz Posh")]


@pytest.mark.parametrize(
    "text",
    [
        "Qara Bagh district in Ghazni province fell to the Taliban.",
        "Ghazni's Qara Bagh district fell to the Taliban.",
        "Qara Bagh, Ghazni, fell to the Taliban.",
        "In Ghazni province, Qara Bagh fell to the Taliban.",
        "There was fear in Ghazni province. Qara Bagh fell to the Taliban.",
    ],
)
def test_the_province_that_is_named_decides_between_namesakes(extract: Extract, text: str):
    assert [row["place_id"] for row in extract(text) if row["claim"] == "captured"] == ["AF1111"]


def test_a_name_that_fits_two_places_keeps_its_text_and_no_id(extract: Extract):
    assert places(extract("Qara Bagh fell to the Taliban.")) == [("", "Qara Bagh")]
    [row] = extract("The Taliban captured Spin Boldak.")
    assert (row["place_id"], row["place_kind"]) == ("", "")


def test_a_name_means_what_it_means_elsewhere_in_the_text(extract: Extract):
    rows = extract("The Taliban took the Spin Boldak border crossing.\n\nOfficials said Spin Boldak was retaken.")
    assert [row["place_id"] for row in rows] == ["AF-X-spin-boldak"] * 2


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Kunduz fell.", "provincial_capital"),
        ("Kunduz city fell.", "provincial_capital"),
        ("Kunduz district fell.", "district"),
        ("Kunduz province fell.", "province"),
        ("Spin Boldak, a border crossing with Pakistan, fell.", "crossing"),
        ("The crossing of Khamyab fell.", "crossing"),
    ],
)
def test_the_words_beside_a_name_determine_the_kind_of_place(extract: Extract, text: str, kind: str):
    [row] = extract(text)
    assert row["place_kind"] == kind
    assert row["place_id"]


@pytest.mark.parametrize(
    "text",
    [
        "Qala-e-Naw, the capital of Badghis province, fell to the Taliban.",
        "The capital of Badghis fell to the Taliban.",
        "The provincial capital, Qala-e-Naw, fell to the Taliban.",
        "Badghis's capital Qala-e-Naw fell to the Taliban.",
    ],
)
def test_a_capital_is_found_by_its_province(extract: Extract, text: str):
    assert brief(extract(text)) == [("AF-C-31", "captured", "taliban")]


@pytest.mark.parametrize(
    ("area", "expected"),
    [
        ("the rest of Badghis", ("AF31", "whole_but_capital", None)),
        ("five districts of Herat", ("AF32", "part", 5)),
        ("at least a dozen districts in Herat", ("AF32", "part", 12)),
        ("more than 20 of the 28 districts of Badakhshan", ("AF17", "part", 20)),
        ("most of Badakhshan", ("AF17", "part", None)),
        ("Badghis province", ("AF31", "whole", None)),
        ("all border crossings", ("", "all_crossings", None)),
        ("more than 200 districts", ("", "part", 200)),
    ],
)
def test_an_area_has_its_scope_and_number(extract: Extract, area: str, expected: tuple):
    rows = extract(f"The Taliban captured {area}.")
    [row] = rows
    assert (row["place_id"], row["area_scope"]) == expected[:2]
    assert (None if pd.isna(row["number"]) else row["number"]) == expected[2]


def test_a_few_districts_without_a_province_are_no_statement(extract: Extract):
    assert extract("The Taliban captured three districts.") == []


@pytest.mark.parametrize(
    "text",
    [
        "The Kabul University fell silent, and the Herat governor left the hall.",
        "The Taliban captured the Kandahar police chief.",
        "The governor of Herat lost his temper.",
        "Mohammad Agha Rezai was captured by the Taliban.",
        "The Taliban captured several outposts in Qadis.",
        "The Taliban captured weapons on the road to Qadis.",
        "A bomb killed four soldiers in Kabul.",
        "US troops left Bagram.",
        "The Taliban attacked. A convoy left Bagram.",
    ],
)
def test_offices_persons_and_things_in_a_place_are_not_the_place(extract: Extract, text: str):
    assert extract(text) == []


def test_a_district_that_no_gazetteer_has_is_a_row_to_correct(extract: Extract):
    [row] = extract("Zorabad district fell to the Taliban.")
    assert (row["place_text"], row["place_kind"], row["place_id"]) == ("Zorabad", "district", "")


# --- Claims --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "claim", "actor"),
    [
        ("The Taliban have captured Qadis.", "captured", "taliban"),
        ("Qadis was overrun by Taliban fighters.", "captured", "taliban"),
        ("Qadis fell to the Taliban.", "captured", "taliban"),
        ("Government forces lost Qadis.", "captured", "taliban"),
        ("After losing Qadis to the Taliban, the army fled.", "captured", "taliban"),
        ("The Taliban seized Qadis's third district.", "contested", "taliban"),
        ("The fall of Qadis to the Taliban was a shock.", "captured", "taliban"),
        ("The Taliban's capture of Qadis was a shock.", "captured", "taliban"),
        ("Afghan forces retook Qadis from the Taliban.", "retaken", "government"),
        ("The army is back: Qadis was retaken from the Taliban.", "retaken", "government"),
        ("Commandos drove the Taliban out of Qadis.", "retaken", "government"),
        ("The Taliban were driven out of Qadis by commandos.", "retaken", "government"),
        ("Qadis is back under government control.", "retaken", "government"),
        ("Elders handed Qadis over to the Taliban.", "handed_over", "taliban"),
        ("Soldiers surrendered Qadis to the Taliban.", "handed_over", "taliban"),
        ("Qadis was handed over to the Taliban.", "handed_over", "taliban"),
        ("Soldiers withdrew from Qadis.", "withdrew", "government"),
        ("Qadis was abandoned by the army.", "withdrew", "government"),
        ("The Taliban are in control of Qadis.", "held", "taliban"),
        ("Qadis remains in the hands of the government.", "held", "government"),
        ("Afghan forces repulsed a Taliban attack on Qadis.", "held", "government"),
        ("An attack on Qadis was repelled by security forces.", "held", "government"),
        ("Taliban fighters entered Qadis.", "contested", "taliban"),
        ("The Taliban control parts of Qadis.", "contested", "taliban"),
        ("There was fighting inside Qadis with the Taliban.", "contested", "taliban"),
        ("The Taliban attacked Qadis.", "fighting", "taliban"),
        ("Government forces were advancing on Qadis.", "fighting", "government"),
        ("The Taliban tried to capture Qadis.", "fighting", "taliban"),
        ("The army is there: Qadis did not fall to the Taliban.", "held", "government"),
        ("The Taliban failed to capture Qadis from the army.", "held", "government"),
        ("The Taliban managed to capture Qadis.", "captured", "taliban"),
    ],
)
def test_a_phrase_states_what_happened_and_who_did_it(extract: Extract, text: str, claim: str, actor: str):
    assert brief(extract(text)) == [("AF3104", claim, actor)]


@pytest.mark.parametrize(
    "text",
    [
        "Qadis could fall to the Taliban.",
        "The Taliban threatened to overrun Qadis.",
        "The army vowed to retake Qadis.",
        "If the Taliban capture Qadis, the road is cut.",
        "The Taliban will capture Qadis.",
        "It is not clear who controls Qadis.",
        "There is no fighting in Qadis.",
        "Thousands of people fled Qadis.",
        "Both sides claimed to be in control of Qadis.",
    ],
)
def test_what_is_feared_planned_or_open_is_no_statement(extract: Extract, text: str):
    assert extract(text) == []


def test_a_denial_is_the_claim_that_the_denying_side_holds_the_place(extract: Extract):
    [row] = extract("The interior ministry denied that the Taliban had captured Qadis.")
    assert (row["claim"], row["actor"], row["claimant_side"]) == ("held", "government", "government")


def test_dismissed_reports_are_the_last_statements(extract: Extract):
    rows = extract("The Taliban said they had captured Qadis. The defence ministry dismissed the reports.")
    assert brief(rows) == [("AF3104", "captured", "taliban"), ("AF3104", "held", "government")]


def test_a_place_that_followed_has_the_claim_of_the_statement_before(extract: Extract):
    rows = extract("Qadis fell to the Taliban on Tuesday; Jawand followed a day later.")
    assert brief(rows) == [("AF3104", "captured", "taliban"), ("AF3106", "captured", "taliban")]
    assert [row["event_date"].day for row in rows] == [6, 7]


def test_it_means_the_place_that_was_named_before(extract: Extract):
    rows = extract("The army regained control of Qadis on Thursday after losing it the day before.")
    assert [(row["claim"], row["actor"], row["event_date"].day) for row in rows] == [
        ("retaken", "government", 8),
        ("captured", "taliban", 7),
    ]


def test_who_holds_a_place_is_left_open_where_the_text_names_no_opponent(extract: Extract):
    assert brief(extract("Qadis was retaken from the Taliban.")) == [("AF3104", "retaken", "")]


def test_american_soldiers_are_no_party(extract: Extract):
    assert brief(extract("American soldiers captured Qadis.")) == []


# --- Claimants -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "claimant", "side"),
    [
        ("Qadis fell, two Afghan security officials said.", "two Afghan security officials", "government"),
        ("Qadis fell, said Abdul Bek, a member of the provincial council.", None, "government"),
        ("According to residents, Qadis fell.", "residents", "independent"),
        ("Qadis fell, according to a Taliban spokesman.", "a Taliban spokesman", "taliban"),
        ("Zabihullah Mujahid, a Taliban spokesman, said Qadis had fallen.", None, "taliban"),
        ("An official told Reuters on condition of anonymity that Qadis had fallen.", "an official", "government"),
        ("Iranian officials said Qadis had fallen.", "Iranian officials", "independent"),
        ("The interior ministry acknowledged the loss of Qadis.", "the interior ministry", "government"),
        ("The Taliban claim to have captured Qadis.", "the Taliban", "taliban"),
        ("Qadis fell, said Karim Khan, a wedding singer.", None, "unknown"),
        ("Qadis fell, TOLOnews reported.", None, "independent"),
        ("Qadis fell.", "", "independent"),
    ],
)
def test_a_statement_has_its_claimant_and_the_side_of_the_claimant(
    extract: Extract, text: str, claimant: str | None, side: str
):
    [row] = extract(text)
    assert row["claimant_side"] == side
    assert claimant is None or row["claimant"] == claimant
    assert row["attributed"] == (claimant != "")


def test_he_means_the_last_speaker(extract: Extract):
    rows = extract('"Qadis has fallen," said Abdul Bek, a lawmaker. Jawand was also lost, he added.')
    assert [row["claimant_side"] for row in rows] == ["government", "government"]
    assert rows[0]["claimant"] == rows[1]["claimant"]


def test_a_contradiction_is_attributed_to_the_one_who_contradicts(extract: Extract):
    rows = extract(
        "The Taliban said they had captured Qadis, but the defence ministry said its forces held the district."
    )
    assert [(row["claim"], row["claimant_side"]) for row in rows] == [("captured", "taliban"), ("held", "government")]


# --- Dates ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "date", "precision"),
    [
        ("", "2021-07-09", "day"),
        ("on Wednesday", "2021-07-07", "day"),
        ("on Friday", "2021-07-09", "day"),
        ("last Friday", "2021-07-02", "day"),
        ("yesterday", "2021-07-08", "day"),
        ("overnight", "2021-07-09", "day"),
        ("two days ago", "2021-07-07", "day"),
        ("on July 6", "2021-07-06", "day"),
        ("on 6 July 2021", "2021-07-06", "day"),
        ("on June 30th", "2021-06-30", "day"),
        ("on 2021-07-05", "2021-07-05", "day"),
        ("last week", "2021-07-04", "week"),
        ("in June", "2021-06-30", "month"),
        ("in July", "2021-07-09", "month"),
        ("last month", "2021-06-30", "month"),
        ("in December", "2020-12-31", "month"),
        ("on September 11", "2021-07-09", "day"),
    ],
)
def test_the_day_is_reckoned_from_publication_and_never_after_it(
    extract: Extract, when: str, date: str, precision: str
):
    [row] = extract(f"Qadis fell to the Taliban {when}.")
    assert (row["event_date"].isoformat(), row["date_precision"]) == (date, precision)


def test_the_date_of_the_speech_is_not_that_of_the_event(extract: Extract):
    [row] = extract("Officials said on Thursday that Qadis had fallen to the Taliban on Tuesday.")
    assert row["event_date"] == dt.date(2021, 7, 6)


def test_a_dateline_is_neither_place_nor_day(extract: Extract):
    [row] = extract("KABUL, July 1 (Agency) - Qadis fell to the Taliban.")
    assert (row["place_id"], row["event_date"]) == ("AF3104", FRIDAY)


# --- The whole -----------------------------------------------------------------------------------------------------


def test_it_works_for_any_theatre():
    text = "Rebels withdrew from Rastan, the army said. The Bab Hawa crossing is under opposition control."
    rows = extract_statements(text, dt.date(2018, 4, 3), ORONTIA).to_dict("records")
    assert brief(rows) == [("H1", "withdrew", "rebels"), ("I5", "held", "rebels")]


@pytest.mark.slow
def test_parties_are_found_by_the_other_names_in_the_theatre(make_pack: Callable[..., Path]):
    renamed = THEATRE.replace('label = "Reds"', 'label = "Reds"\nalso = ["river men", "fen guard"]')
    pack = load_pack(make_pack(files={"theatre.toml": renamed}))
    assert pack.theatre.actors[0].other_names == ("river men", "fen guard")
    rows = extract_statements("Brackwater fell to river men, the fen guard said.", FRIDAY, pack).to_dict("records")
    assert [(row["place_id"], row["actor"], row["claimant_side"]) for row in rows] == [("H2", "red", "red")]


def test_invisible_characters_change_nothing(extract: Extract):
    assert brief(extract("The Tali\u200bban cap\u00adtured \u202eQa\u200ddis\u202c\x00.")) == [
        ("AF3104", "captured", "taliban")
    ]


def test_a_text_without_statements_is_an_empty_table_of_the_same_columns(shipped: Pack):
    for text in ("", "   \n", "The weather was fine."):
        empty = extract_statements(text, FRIDAY, shipped)
        assert len(empty) == 0
        assert tuple(empty.columns) == STATEMENT_COLUMNS
        assert len(statements_as_reports(empty, FRIDAY, "Reuters", "")) == 0


def test_an_unknown_language_is_an_error_that_names_those_there_are(shipped: Pack):
    with pytest.raises(UnknownNameError, match="english"):
        extract_statements("", FRIDAY, shipped, language="volapuk")


_WORDS = """Taliban the army captured fell to Saraqib Idra districts district of , . ; " and but said officials in on
not could denied which it under control five all crossings July 8 Tell Abyad 's - ( according""".split()
IDS = {*ORONTIA.theatre.places["place_id"], *ORONTIA.theatre.provinces["province_id"], ""}


@given(st.one_of(st.text(max_size=200), st.lists(st.sampled_from(_WORDS), max_size=40).map(" ".join)), st.dates())
def test_no_text_fails_and_every_place_is_in_the_gazetteer(text: str, published: dt.date):
    table = extract_statements(text, published, ORONTIA)
    assert set(table["place_id"]) <= IDS
    assert all(date <= published for date in table["event_date"])
    assert list(statements_as_reports(table, published, "x", "").columns) == list(CODEBOOK_COLUMNS)


def test_accepted_rows_are_reports_once_they_have_an_id(shipped: Pack, tmp_path):
    text = "Qadis fell to the Taliban on Tuesday, officials said. The Taliban hold most of Badakhshan."
    reports = statements_as_reports(
        extract_statements(text, FRIDAY, shipped), FRIDAY, "Reuters", "https://example.org/a"
    )
    assert (reports["report_id"] == "").all()
    assert reports.map(lambda cell: isinstance(cell, str)).all(axis=None)
    assert reports["claimant"].tolist() == ["officials", "Reuters"]
    assert reports[["reliability", "credibility", "summary"]].iloc[0].tolist() == ["F", "6", ""]
    path = tmp_path / "reports.csv"
    path.write_text(as_csv(reports.assign(report_id=["a", "b"])), "utf-8")
    read = read_reports(path, shipped.theatre.actors)
    assert (len(read.accepted), len(read.set_aside)) == (2, 0)
