"""Columns of a table are matched to the codebook's by name, synonym, fuzzy match or hashtag; never two to one."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from control_map.core.errors import UnknownNameError
from control_map.intake.matching.column_names import column_key
from control_map.intake.matching.columns import (
    MATCHABLE_COLUMNS,
    ColumnMatchMethod,
    match_columns,
    match_table,
)
from control_map.intake.matching.header_words import HEADER_WORDS, LANGUAGES
from control_map.intake.matching.hxl import read_hashtags
from control_map.intake.tables.table_builder import RawTable
from control_map.render.export.hxl import HASHTAGS
from control_map.theatre.reports import CODEBOOK_COLUMNS


def test_the_codebooks_own_names_are_matched_whatever_their_case_and_spacing() -> None:
    for spelled in (
        CODEBOOK_COLUMNS,
        [name.upper().replace("_", " ") for name in CODEBOOK_COLUMNS],
        ["eventDate", "Place-Text"],
    ):
        matching = match_columns(list(spelled))
        assert set(matching.methods.values()) == {ColumnMatchMethod.NAME}
        assert len(matching.columns) == len(spelled)


def test_usual_names_of_an_export_are_matched_as_synonyms() -> None:
    matching = match_columns(
        ["Day", "ADM2_EN", "Governorate", "Status", "Controlled by", "Source", "Link", "Latitude", "Longitude"]
    )
    assert matching.columns == {
        "event_date": "Day",
        "place_text": "ADM2_EN",
        "province_text": "Governorate",
        "claim": "Status",
        "actor": "Controlled by",
        "source_name": "Source",
        "source_url": "Link",
        "lon": "Longitude",
        "lat": "Latitude",
    }
    assert set(matching.methods.values()) == {ColumnMatchMethod.SYNONYM}
    assert not matching.missing


@pytest.mark.parametrize(
    "header",
    [
        "Date,Sub-district,Governorate,What happened,By whom,Source,URL",
        "Date,subdistrict,Governorate,Event,by whom,Source,URL",
        "дата,место,провинция,событие,кто,источник,ссылка",
        "Дата;Место;Провинция;Событие;Сторона;Источник;Ссылка",
        "дата,місце,область,подія,хто,джерело,посилання",
        "date,lieu,province,événement,partie,source,lien",
        "fecha,lugar,provincia,evento,parte,fuente,enlace",
        "التاريخ,المكان,المحافظة,الحدث,الطرف,المصدر,الرابط",
        "تاریخ,محل,ولایت,رویداد,طرف,منبع,لینک",
        "tarih,yer,il,olay,taraf,kaynak,link",
    ],
)
def test_the_headers_of_a_report_are_known_in_the_languages_of_tables(header: str) -> None:
    columns = header.replace(";", ",").split(",")
    expected = ["event_date", "place_text", "province_text", "claim", "actor", "source_name", "source_url"]
    assert match_columns(columns).columns == dict(zip(expected, columns, strict=True))


def test_of_a_district_and_its_sub_district_the_smaller_is_the_place() -> None:
    assert match_columns(["District", "Sub-district"]).columns == {"place_text": "Sub-district"}
    assert match_columns(["admin3", "admin2"]).columns == {"place_text": "admin2"}


def test_a_header_word_means_one_column_only_but_for_the_side_of_a_party_or_a_speaker() -> None:
    meanings: dict[str, set[str]] = {}
    for column, languages in HEADER_WORDS.items():
        assert len(languages) == len(LANGUAGES)
        for word in (word for words in languages for word in words.split("|") if word):
            meanings.setdefault(column_key(word), set()).add(column)
    shared = {word for word, columns in meanings.items() if len(columns) > 1}
    assert shared == {"side", "storona", "taraf"}


def test_accents_and_small_slips_do_no_harm_and_great_ones_are_no_match() -> None:
    matching = match_columns(["Évent Date", "claiment", "provnice", "dtae", "xyz", "actor2"])
    assert matching.columns == {"event_date": "Évent Date", "claimant": "claiment", "province_text": "provnice"}
    assert matching.methods["claimant"] == ColumnMatchMethod.FUZZY


def test_of_two_names_for_one_thing_the_surer_is_taken_and_the_other_left() -> None:
    assert match_columns(["name", "district"]).columns == {"place_text": "district"}


def test_what_must_be_there_is_missed_unless_it_is_supposed_or_a_point_stands_for_the_place() -> None:
    assert match_columns(["A", "B"]).missing == ("event_date", "place_text", "claim", "actor")
    matching = match_columns(["date", "lat", "lon", "actor"])
    assert matching.missing == ("claim",)
    assert match_columns(["date", "pcode", "actor", "claim"]).missing == ()


def test_what_is_chosen_by_hand_stands_for_nothing_else() -> None:
    there = ["date", "district", "status", "who", "town"]
    matching = match_columns(there).with_chosen({"place_text": "town", "actor": ""}, there)
    assert (matching.columns["place_text"], matching.methods["place_text"]) == ("town", ColumnMatchMethod.CHOSEN)
    assert matching.missing == ("actor",)
    taken = match_columns(there).with_chosen({"actor": "status"}, there)
    assert taken.columns["actor"] == "status"
    assert "claim" not in taken.columns


@pytest.mark.parametrize("chosen", [{"place_text": "Stadt"}, {"colour": "date"}])
def test_a_column_that_is_not_there_cannot_be_chosen_and_those_that_are_are_named(chosen: dict[str, str]) -> None:
    with pytest.raises(UnknownNameError, match="There is: "):
        match_columns(["date", "town"]).with_chosen(chosen, ["date", "town"])


def test_hashtags_go_before_names_and_are_known_in_the_first_row_only() -> None:
    frame = pd.DataFrame(
        [["#adm2+name", "#date +event", "", "#org+actor+code"], ["Nirkh", "2021-07-09", "x", "red"]],
        columns=["date", "b", "c", "d"],
        index=pd.Index([2, 3], name="row"),
        dtype="str",
    )
    matching = match_table(RawTable("x.csv", frame, []))
    assert matching.columns == {"event_date": "b", "place_text": "date", "actor": "d"}
    assert set(matching.methods.values()) == {ColumnMatchMethod.HXL}
    assert read_hashtags(frame.iloc[1:]) == []
    assert read_hashtags(frame.iloc[:0]) == []


@pytest.mark.parametrize(
    ("columns", "tags", "expected"),
    [
        (["#date+start", "date (Solar Hijri)"], [], {"event_date": "#date+start"}),
        (["date (Solar Hijri)", "date"], ["", "#date+start"], {"event_date": "date"}),
        (["date", "date (Solar Hijri)"], ["", "#date+start"], {"event_date": "date (Solar Hijri)"}),
        (
            ["date (Solar Hijri)", "date"],
            ["", "#date+reported"],
            {"reported_date": "date", "event_date": "date (Solar Hijri)"},
        ),
        (["date (Jalali)", "date"], [], {"event_date": "date (Jalali)"}),
    ],
)
def test_a_hashtag_means_its_own_column_and_not_one_that_differs_in_the_calendar(
    columns: list[str], tags: list[str], expected: dict[str, str]
) -> None:
    assert match_columns(columns, tags).columns == expected


def test_a_table_of_our_own_with_hashtags_is_matched_by_them() -> None:
    names = [name for name in CODEBOOK_COLUMNS if name in HASHTAGS]
    matching = match_columns([f"c{number}" for number in range(len(names))], [HASHTAGS[name] for name in names])
    assert {matching.columns[name] for name in names if name != "date_precision"} == {
        f"c{number}" for number, name in enumerate(names) if name != "date_precision"
    }


@given(
    st.lists(
        st.sampled_from(
            [
                *MATCHABLE_COLUMNS,
                *(
                    name
                    for languages in HEADER_WORDS.values()
                    for names in languages
                    for name in names.split("|")
                    if name
                ),
                "x",
                "#date",
            ]
        ),
        unique=True,
    )
)
def test_no_column_stands_for_two_and_each_that_matches_is_there(columns: list[str]) -> None:
    matched = match_columns(columns).columns
    assert len(set(matched.values())) == len(matched)
    assert set(matched.values()) <= set(columns)


def test_no_two_columns_of_the_codebook_have_a_name_in_common_but_side() -> None:
    names = [
        called for name in MATCHABLE_COLUMNS for called in {name.replace("_", " "), *HEADER_WORDS[name][0].split("|")}
    ]
    assert {called for called in names if names.count(called) > 1} == {"side"}


def test_a_column_called_side_is_that_of_who_speaks_where_another_names_the_party() -> None:
    assert match_columns(["date", "district", "claim", "party", "side"]).columns["claimant_side"] == "side"
    assert match_columns(["date", "district", "claim", "side"]).columns["actor"] == "side"
