"""Reports are found by their words, by any name of their place, and by filters that combine."""

import datetime as dt
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path

import hypothesis.strategies as st
import pandas as pd
import pytest
from hypothesis import given

from control_map.analysis.search import ReportFilter, ReportState, find_reports, roles_at_named_place
from control_map.analysis.search_index import SearchIndex, build_search_index
from control_map.geocoding.spelling import split_words
from control_map.pipeline.pack import Pack, load_pack
from control_map.pipeline.view import View
from tests.support.made_up import written

MakePack = Callable[..., Path]
WRITTEN = ["report_id", "summary", "place_text", "province_text", "claimant", "origin", "source_name"]


@pytest.fixture(scope="module")
def library(shipped: Pack) -> SearchIndex:
    return shipped.search_index


def ids(found: pd.DataFrame) -> list[str]:
    return found["report_id"].tolist()


def finds(library: SearchIndex, text: str) -> set[str]:
    return set(ids(find_reports(library, ReportFilter(text=text))))


@pytest.mark.slow
def test_every_report_stands_in_the_table_once_placed_or_set_aside(shipped: Pack):
    reports = shipped.search_index.reports
    assert sorted(reports["report_id"]) == sorted([*shipped.located["report_id"], *shipped.set_aside["report_id"]])
    assert set(reports.loc[~reports["placed"], "report_id"]) == set(shipped.set_aside["report_id"])
    assert reports.loc[~reports["placed"], "problem"].ne("").all()
    assert reports["summary"].ne("").mean() > 0.9


def test_a_report_set_aside_keeps_what_it_says(library: SearchIndex):
    (aside,) = find_reports(library, ReportFilter(text="afg-0067")).to_dict("records")
    assert (aside["place_text"], aside["province_id"], aside["claimant_side"]) == ("Dara Boom", "AF31", "taliban")
    assert aside["summary"]
    assert aside["source_url"].startswith("http")
    assert aside["event_date"] == pd.Timestamp("2018-05-16")


@given(st.data())
def test_each_report_is_found_by_each_of_its_own_words(shipped: Pack, data: st.DataObject):
    row = shipped.search_index.reports.iloc[data.draw(st.integers(0, len(shipped.search_index.reports) - 1))]
    said = [word for column in WRITTEN for word in split_words(row[column])]
    chosen = data.draw(st.lists(st.sampled_from(said), min_size=1, max_size=4))
    assert row["report_id"] in finds(shipped.search_index, " ".join(chosen))


@given(st.data())
def test_each_report_is_found_by_each_name_of_its_place_in_any_script(shipped: Pack, data: st.DataObject):
    located = shipped.located[shipped.located["precision"].isin(["place", "inside"])]
    row = located.iloc[data.draw(st.integers(0, len(located) - 1))]
    place = shipped.theatre.places.set_index("place_id").loc[row["place_id"]]
    names = [place["name"], place["name_local"], *place["alt_names"].split("|")]
    name = data.draw(st.sampled_from(list(filter(None, names))))
    assert row["report_id"] in finds(shipped.search_index, name)


@given(st.data())
def test_a_phrase_of_a_report_finds_only_reports_that_hold_it(shipped: Pack, data: st.DataObject):
    row = shipped.search_index.reports.iloc[data.draw(st.integers(0, len(shipped.search_index.reports) - 1))]
    pieces = row["summary"].replace('"', " ").split() or ["x"]
    first = data.draw(st.integers(0, len(pieces) - 1))
    phrase = " ".join(pieces[first : first + 3]).strip(".,;:()'\u2019\u201c\u201d\u00ab\u00bb ")
    found = find_reports(shipped.search_index, ReportFilter(text=f'"{phrase}"'))
    if phrase and '"' not in row["summary"]:
        assert row["report_id"] in ids(found)


@pytest.mark.parametrize("text", ["قلعه نو", "Qala-e-Naw", "Qalay-i-Naw", "Qala e now", "QALANAW", "kala  naw"])
def test_a_place_is_found_in_any_spelling(library: SearchIndex, text: str):
    reports = library.reports
    assert set(reports.loc[reports["name"] == "Qala-e-Naw", "report_id"]) <= finds(library, text)


@pytest.mark.parametrize("text", ["Kunduz airprot", "Badakshan provinse", "islm qala"])
def test_a_spelling_error_is_forgiven(library: SearchIndex, text: str):
    assert finds(library, text)


def test_every_word_must_be_found(library: SearchIndex):
    assert finds(library, "reuters herat") == finds(library, "reuters") & finds(library, "herat")
    assert not finds(library, "herat xyzzyplugh")


def test_a_number_is_found_as_it_stands(library: SearchIndex):
    assert finds(library, "afg-0067") == {"afg-0067"}


def test_a_phrase_is_found_as_it_stands(library: SearchIndex):
    holding = library.reports[WRITTEN].apply(lambda texts: texts.str.contains(r"\bdistrict centre\b", case=False))
    whole = holding.any(axis=1)
    assert whole.any()
    assert finds(library, "\u201cDistrict  Centre\u201d") == set(library.reports.loc[whole, "report_id"])
    assert not finds(library, '"centre district"')


def test_a_quote_that_is_not_closed_is_no_phrase(library: SearchIndex):
    assert finds(library, '"herat') == finds(library, "herat")


@pytest.mark.parametrize("text", ["", "  ", '""', "-", "\u2026", "[", "\\", "(?"])
def test_what_has_no_word_leaves_all_in(library: SearchIndex, text: str):
    assert len(finds(library, text)) == len(library.reports)


@given(st.text(max_size=30))
def test_whatever_is_typed_is_an_answer_that_more_words_only_narrow(shipped: Pack, text: str):
    assert finds(shipped.search_index, f"herat {text}") <= finds(shipped.search_index, "herat")


@pytest.mark.slow
def test_the_newest_event_comes_first_whatever_the_order_of_the_rows(shipped: Pack):
    theatre, shuffled = shipped.theatre, shipped.located.sample(frac=1, random_state=1)
    again = build_search_index(shuffled, shipped.set_aside.iloc[::-1], theatre.places, theatre.provinces)
    assert ids(again.reports) == ids(shipped.search_index.reports)
    assert shipped.search_index.reports["event_date"].dropna().is_monotonic_decreasing


FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "text": st.sampled_from(["herat", "taliban", '"the district"']),
        "province_id": st.sampled_from(["AF32", "AF31"]),
        "place_id": st.sampled_from(["AF3211", "AF-X-islam-qala"]),
        "origin": st.sampled_from(["FDD Long War Journal", "Reuters"]),
        "source": st.just("FDD Long War Journal"),
        "side": st.sampled_from(["government", "taliban", "independent"]),
        "claims": st.sampled_from([("captured",), ("captured", "held")]),
        "lowest_reliability": st.sampled_from(["A", "C"]),
        "lowest_credibility": st.sampled_from([1, 3]),
        "begin": st.just(dt.date(2021, 7, 1)),
        "end": st.just(dt.date(2021, 7, 9)),
        "published_by": st.just(dt.date(2021, 7, 20)),
        "state": st.sampled_from([ReportState.PLACED, ReportState.SET_ASIDE]),
    },
)


@given(FILTERS)
def test_filters_compose_what_all_want_is_what_each_wants(shipped: Pack, chosen: dict[str, object]):
    each = [
        set(ids(find_reports(shipped.search_index, replace(ReportFilter(), **{name: value}))))
        for name, value in chosen.items()
    ]
    both = set(ids(find_reports(shipped.search_index, ReportFilter(**chosen))))
    assert both == set(shipped.search_index.reports["report_id"]).intersection(*each)


def test_each_filter_leaves_something_out_and_something_in(library: SearchIndex):
    for wanted in (
        ReportFilter(place_id="AF-X-islam-qala"),
        ReportFilter(province_id="AF32"),
        ReportFilter(source="FDD Long War Journal"),
        ReportFilter(origin="Reuters"),
        ReportFilter(side="resistance"),
        ReportFilter(claims=("withdrew",)),
        ReportFilter(lowest_reliability="A"),
        ReportFilter(lowest_credibility=1),
        ReportFilter(begin=dt.date(2021, 8, 1)),
        ReportFilter(end=dt.date(2021, 5, 1)),
        ReportFilter(published_by=dt.date(2021, 7, 9)),
        ReportFilter(state=ReportState.SET_ASIDE),
    ):
        assert 0 < len(find_reports(library, wanted)) < len(library.reports), wanted


def test_both_days_of_a_span_count(library: SearchIndex):
    day = dt.date(2021, 7, 9)
    events = find_reports(library, ReportFilter(begin=day, end=day))["event_date"]
    assert len(events)
    assert events.eq(pd.Timestamp(day)).all()


def test_a_province_has_the_reports_on_its_places_on_itself_and_those_set_aside_that_state_it(library: SearchIndex):
    found = find_reports(library, ReportFilter(province_id="AF31"))
    assert {"AF31", "AF3101", ""} <= set(found["place_id"])
    assert found["province_id"].eq("AF31").all()


def test_what_was_not_published_by_then_is_not_found_set_aside_or_not(library: SearchIndex):
    found = find_reports(library, ReportFilter(published_by=dt.date(2021, 7, 9)))
    assert found["reported_date"].max() <= pd.Timestamp("2021-07-09")
    assert set(found["placed"]) == {True, False}


def test_the_reports_to_look_through_are_those_known_in_the_province():
    wanted = ReportFilter(
        "x", province_id="AF32", origin="y", published_by=dt.date(2021, 7, 9), state=ReportState.PLACED
    )
    assert wanted.scope == ReportFilter(province_id="AF32", published_by=dt.date(2021, 7, 9))
    assert {field.name for field in fields(ReportFilter)} >= {"text", "claims"}


@pytest.mark.slow
def test_a_row_that_is_not_readable_is_searched_as_it_is_written(make_pack: MakePack):
    bad = written(
        2, event_date="9 July", credibility="x", reliability="", claim="took", summary="Nothing is right here"
    )
    pack = load_pack(make_pack([written(1), bad]))
    (found,) = find_reports(pack.search_index, ReportFilter(text="right", province_id="H")).to_dict("records")
    assert (found["event_text"], found["claim"], found["placed"]) == ("9 July", "took", False)
    assert pd.isna(found["event_date"])
    assert ids(pack.search_index.reports) == ["r1", "r2"]
    assert ids(find_reports(pack.search_index, ReportFilter(lowest_reliability="C"))) == ["r1"]


@pytest.mark.slow
def test_a_pack_whose_reports_are_all_set_aside_can_be_searched(make_pack: MakePack):
    pack = load_pack(make_pack([written(1, place_text="Atlantis")]))
    assert ids(find_reports(pack.search_index, ReportFilter(text="atlantis", state=ReportState.SET_ASIDE))) == ["r1"]
    assert ids(find_reports(pack.search_index, ReportFilter(state=ReportState.PLACED))) == []


def test_the_role_is_that_for_the_place_that_the_report_names(shipped_view: View):
    found = find_reports(shipped_view.pack.search_index, ReportFilter(text="islam qala"))
    rows = roles_at_named_place(found, shipped_view.evidence)
    evidence = shipped_view.evidence.set_index(["report_id", "place_id"])["role"]
    assert rows.ne("").any()
    for report, place, role in zip(found["report_id"], found["place_id"], rows, strict=True):
        assert role == evidence.get((report, place), "")
