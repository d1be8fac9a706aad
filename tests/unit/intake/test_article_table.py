"""The statements of an article become the user's reports only once accepted, and as corrected."""

import datetime as dt

import pandas as pd
import pytest

from control_map.intake.articles.statements.extraction import STATEMENT_COLUMNS, extract_statements
from control_map.intake.matching.codebook import convert_to_codebook
from control_map.pipeline.pack import Pack, add_reports, load_pack
from control_map.ui.user_reports.article import statements_as_table
from tests.support.made_up import written

pytestmark = pytest.mark.slow

PUBLISHED = dt.date(2021, 5, 20)
TEXT = "Reds captured the district of Brackwater in Harrow province on Monday, a trader said."


@pytest.fixture
def pack(make_pack) -> Pack:
    return load_pack(make_pack([written()]))


def statement(**others: object) -> pd.DataFrame:
    row = {
        **dict.fromkeys(STATEMENT_COLUMNS, ""),
        "place_text": "Brackwatter",
        "province_text": "Harrow",
        "place_kind": "district",
        "place_id": "H2",
        "claim": "captured",
        "actor": "red",
        "claimant": "a trader",
        "claimant_side": "independent",
        "event_date": dt.date(2021, 5, 17),
        "date_precision": "day",
        "number": None,
    }
    return pd.DataFrame([{**row, **others}], index=[3])


def added(pack: Pack, accepted: pd.DataFrame) -> pd.DataFrame:
    raw, matching = statements_as_table(accepted, PUBLISHED, "Fen Post", "https://example.org/a", pack.theatre)
    joined = add_reports(pack, convert_to_codebook(raw, matching, pack.theatre))
    return joined.user_supplied_located


def test_what_a_text_says_is_placed_with_its_claimant_outlet_and_day(pack: Pack):
    (row,) = added(pack, extract_statements(TEXT, PUBLISHED, pack)).to_dict("records")
    assert (row["place_id"], row["claim"], row["actor"], row["claimant"]) == ("H2", "captured", "red", "a trader")
    assert (row["origin"], row["source_url"], row["reliability"]) == ("Fen Post", "https://example.org/a", "F")
    assert row["event_date"] == pd.Timestamp(2021, 5, 17)
    assert row["reported_date"] == pd.Timestamp(PUBLISHED)


def test_a_place_that_was_chosen_goes_before_the_name_in_the_text(pack: Pack):
    (row,) = added(pack, statement(place_id="V1")).to_dict("records")
    assert (row["place_id"], row["place_text"], row["precision"]) == ("V1", "Brackwatter", "place")


def test_a_province_that_was_chosen_makes_it_a_report_on_the_province(pack: Pack):
    (row,) = added(pack, statement(place_id="V", area_scope="whole")).to_dict("records")
    assert (row["place_id"], row["place_text"], row["precision"]) == ("V", "Velden", "province")


def test_a_report_says_which_statement_of_the_text_it_is(pack: Pack):
    assert added(pack, statement())["row"].tolist() == [4]


@pytest.mark.slow
def test_the_claimant_is_the_outlet_where_no_one_else_is_named(pack: Pack):
    assert added(pack, statement(claimant=None))["claimant"].tolist() == ["Fen Post"]
