"""A table of the user is converted to the codebook: what is read, what is assumed, and what is set aside."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from control_map.core.errors import PackError, UnknownNameError
from control_map.intake.matching.actor_names import ActorNames
from control_map.intake.matching.codebook import (
    PlaceSpelling,
    convert_to_codebook,
    find_unknown_speakers,
    preview_unknown_speakers,
)
from control_map.intake.matching.columns import DEFAULT_VALUES, Calendar, ColumnMatching, match_table
from control_map.intake.matching.speakers import infer_side
from control_map.intake.matching.template import build_template_csv
from control_map.intake.tables.reader import read_table
from control_map.intake.tables.table_builder import RawTable
from control_map.pipeline.pack import Pack
from control_map.theatre.reports import CODEBOOK_COLUMNS, LONGEST_SUMMARY, Reports, shorten_summary
from tests.support.made_up import as_csv, pack_of, written

PROVINCES = pd.DataFrame(
    {"province_id": ["H", "V"], "province": ["Harrow", "Velden"], "name_local": "", "alt_names": ["", "Feldena"]}
)
PACK = pack_of([])
PACK = replace(PACK, theatre=replace(PACK.theatre, provinces=PROVINCES))
HEADER = ("date", "district", "claim", "party")


def raw_of(rows: list[dict[str, str]], name: str = "mine.csv") -> RawTable:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    frame = pd.DataFrame(rows, columns=columns, index=pd.RangeIndex(2, len(rows) + 2, name="row"), dtype="str")
    return RawTable(name, frame.fillna(""), [])


def row(**others: str) -> dict[str, str]:
    return {"date": "2021-05-02", "district": "Brackwater", "claim": "captured", "party": "red", **others}


def read_rows(*rows: dict[str, str], chosen: Mapping[PlaceSpelling, str] | None = None, **matching: object) -> Reports:
    raw = raw_of(list(rows))
    return convert_to_codebook(raw, replace(match_table(raw), **matching), PACK.theatre, chosen)  # type: ignore[arg-type]


@pytest.mark.slow
def test_a_row_in_the_terms_of_the_codebook_is_accepted_unchanged_without_notices() -> None:
    reports = convert_to_codebook(
        read_table("r.csv", as_csv([written()]).encode()), match_table(raw_of([written()])), PACK.theatre
    )
    assert reports.accepted["report_id"].tolist() == ["r1"]
    assert reports.notices == []
    assert reports.faults == []


@pytest.mark.slow
def test_a_row_with_the_required_columns_only_is_accepted_with_defaults_and_notices() -> None:
    reports = read_rows(row())
    report = reports.accepted.iloc[0]
    assert {name: str(report[name]) for name in DEFAULT_VALUES} == dict(DEFAULT_VALUES)
    assert (report["reported_date"], report["origin"]) == (report["event_date"], "mine.csv")
    notices = "\n".join(reports.notices)
    assert "claimant_side: assumed to be 'independent' in 1 row: such a report can set a status on its own" in notices
    assert "reported_date: assumed to be the event date in 1 row" in notices
    assert "origin: assumed to be the table" in notices


@pytest.mark.slow
def test_dates_of_the_solar_hijri_calendar_are_named_and_read_where_the_calendar_is_said() -> None:
    cells = ["1400/02/12", "۱۴۰۰-۰۲-۱۲"]
    asked = read_rows(*(row(date=cell) for cell in cells))
    assert [fault.problem for fault in asked.faults] == [
        "the year 1400 is not Gregorian but reads like one of the Solar Hijri calendar, in which this is 2021-05-02"
    ] * 2
    for read in (
        read_rows(*(row(date=cell) for cell in cells), calendar=Calendar.SOLAR_HIJRI),
        read_rows(*({"district": "Brackwater", "claim": "held", "party": "red", "تاریخ شمسی": cell} for cell in cells)),
    ):
        assert read.accepted["event_date"].astype("str").tolist() == ["2021-05-02"] * 2
        assert (
            "event_date: dates such as '1400/02/12' are of the Solar Hijri calendar and were converted in 2 rows"
            in (read.notices)
        )
    assert (
        "no day of the Solar Hijri"
        in read_rows(row(date="1400-13-01"), calendar=Calendar.SOLAR_HIJRI).faults[0].problem
    )


@pytest.mark.slow
def test_a_solar_hijri_date_whose_order_is_open_waits_for_the_order_and_not_for_the_calendar() -> None:
    cells = [row(date=cell) for cell in ("03/04/1400", "04/05/00")]
    asked = read_rows(*cells, calendar=Calendar.SOLAR_HIJRI).faults
    assert [fault.problem for fault in asked] == ["the date is ambiguous: either number can be the day"] * 2
    assert all("--day-first or --month-first" in fault.fix for fault in asked)
    read = read_rows(*cells, calendar=Calendar.SOLAR_HIJRI, day_first=True)
    assert read.accepted["event_date"].astype("str").tolist() == ["2021-06-24", "2021-07-26"]
    [late] = read_rows(row(date="31/10/00"), calendar=Calendar.SOLAR_HIJRI).faults
    assert late.problem == "this is no day of the Solar Hijri calendar"


@pytest.mark.slow
def test_a_row_without_a_party_says_so_and_how_to_name_it() -> None:
    [fault] = read_rows(row(party="")).faults
    assert fault.problem == "no party is named"
    assert "Name one of red, blue, green in the row" in fault.fix
    assert "--suppose actor=ID" in fault.fix
    assert read_rows(row(party=""), defaults={**DEFAULT_VALUES, "actor": "red"}).faults == []
    [fault] = read_rows(row(claim="")).faults
    assert "the cell is empty. Use one of: captured" in str(fault)


def test_a_notice_says_where_a_time_zone_may_move_the_day() -> None:
    notices = read_rows(row(date="2021-05-02T23:30:00Z"), row(date="2021-05-03T12:00:00Z")).notices
    assert (
        "event_date: times such as '2021-05-02T23:30:00Z' are of a time zone, whose day is taken; in the local time of "
        "the map it may be another day in 1 row"
    ) in notices


@pytest.mark.slow
def test_a_claimant_whose_words_name_a_party_speaks_for_it_and_a_notice_says_so() -> None:
    speakers = ["Reds spokesman", "a Red commander (unnamed)", "the Blues press office", "official of the Reds"]
    others = ["a resident", "Reds analyst", "UN official", "the official", "Reds and Blues", "former Reds commander"]
    reports = read_rows(*(row(claimant=claimant) for claimant in [*speakers, *others, "Reds spokesman"]))
    sides = dict(zip(reports.accepted["claimant"], reports.accepted["claimant_side"], strict=True))
    assert [sides[claimant] for claimant in speakers] == ["red", "red", "blue", "red"]
    assert {sides[claimant] for claimant in others} == {"unknown"}
    assert "claimant_side: 'Reds spokesman' speaks for red in 2 rows" in reports.notices
    stated = read_rows(row(claimant="Reds spokesman", claimant_side="independent")).accepted
    assert stated["claimant_side"].tolist() == ["independent"]


def test_the_ministry_of_a_state_speaks_for_its_government(shipped: Pack) -> None:
    names = ActorNames(shipped.theatre)
    sides = {
        "Ministry of Defence of Afghanistan": "government",
        "MoD": "government",
        "Taliban spokesman": "taliban",
        "local officials": "government",
        "Ministry of Defence of Ukraine": "",
        "New York Times": "",
    }
    assert {claimant: infer_side(claimant, names) for claimant in sides} == sides


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cells", "claimant", "side"),
    [
        ({"claimant": "a shopkeeper"}, "a shopkeeper", "unknown"),
        ({"claimant": "a shopkeeper", "source": "Daily Fen"}, "a shopkeeper", "unknown"),
        ({"claimant": "a shopkeeper", "claimant_side": "?"}, "a shopkeeper", "unknown"),
        ({"claimant": "a shopkeeper", "claimant_side": "neutral"}, "a shopkeeper", "independent"),
        ({"claimant": "a Daily Fen journalist"}, "a Daily Fen journalist", "independent"),
        ({"claimant": "Reds radio"}, "Reds radio", "unknown"),
        ({"claimant": "", "source": "Daily Fen"}, "Daily Fen", "independent"),
        ({"claimant": "", "source": "the police chief"}, "the police chief", "unknown"),
        ({"claimant": "", "source": "Reds"}, "Reds", "red"),
        ({"claimant": "", "source": "", "claimant_side": "unknown"}, "not stated", "unknown"),
        ({"claimant": "", "source": ""}, "not stated", "independent"),
    ],
)
def test_an_outlet_is_independent_and_a_speaker_of_no_known_side_is_unknown(
    cells: dict[str, str], claimant: str, side: str
) -> None:
    report = read_rows(row(**{"claimant": "", "claimant_side": "", "source": "", **cells})).accepted.iloc[0]
    assert (report["claimant"], report["claimant_side"]) == (claimant, side)


@pytest.mark.slow
def test_a_speaker_who_waits_is_named_in_a_notice() -> None:
    notices = read_rows(row(claimant="a heron"), row(claimant="a heron")).notices
    assert "claimant_side: 'a heron' waits, as it is not known for whom they speak, in 2 rows" in notices


@pytest.mark.slow
def test_the_side_that_is_chosen_for_a_speaker_is_that_of_all_their_rows() -> None:
    raw = raw_of([row(claimant="a heron"), row(claimant="a heron", claimant_side="blue"), row(claimant="an owl")])
    reports = convert_to_codebook(raw, match_table(raw), PACK.theatre, sides={"a heron": "red"})
    assert reports.accepted["claimant_side"].tolist() == ["red", "blue", "unknown"]


@pytest.mark.slow
def test_speakers_without_an_outlet_are_stories_of_their_own() -> None:
    reports = read_rows(row(claimant="a heron"), row(claimant="an owl"), row(), row(claimant="an owl", source="Wire"))
    assert reports.accepted["origin"].tolist() == ["a heron", "an owl", "mine.csv", "Wire"]


@pytest.mark.slow
def test_what_a_preview_asks_of_speakers_is_what_is_asked_once_the_table_is_added() -> None:
    rows = [row(claimant="a heron"), row(claimant="Reds spokesman"), row(claimant="an owl"), row(claimant="a heron")]
    raw = raw_of([*rows, row(claimant="a crane", claimant_side="blue"), row(source="the mayor"), row(source="Wire")])
    asked = preview_unknown_speakers(raw, match_table(raw), PACK.theatre)
    assert [(word.word, len(word.rows)) for word in asked] == [("a heron", 2), ("an owl", 1), ("the mayor", 1)]
    assert asked == find_unknown_speakers(convert_to_codebook(raw, match_table(raw), PACK.theatre))


def test_default_values_can_be_chosen() -> None:
    reports = read_rows(row(), defaults={**DEFAULT_VALUES, "claimant_side": "red"})
    assert reports.accepted["claimant_side"].tolist() == ["red"]


@pytest.mark.slow
def test_words_that_are_read_as_terms_are_counted() -> None:
    reports = read_rows(row(claim="seized", party="the Reds"), row(claim="seized"), row(claim="Captured"))
    assert reports.accepted["claim"].tolist() == ["captured"] * 3
    assert "claim: 'seized' was read as captured in 2 rows" in reports.notices
    assert "actor: 'the Reds' was read as red in 1 row" in reports.notices
    assert not any("Captured" in notice for notice in reports.notices)


@pytest.mark.slow
def test_an_unknown_word_sets_the_row_aside_and_the_fix_lists_the_theatres_parties() -> None:
    reports = read_rows(row(), row(party="Yellows"))
    assert (len(reports.accepted), len(reports.set_aside)) == (1, 1)
    assert reports.set_aside["fix"].tolist() == ["Use one of: red, blue, green"]
    assert reports.set_aside["actor"].tolist() == ["Yellows"]


@pytest.mark.slow
def test_dates_of_a_table_share_one_order_of_day_and_month() -> None:
    reports = read_rows(row(date="31/05/2021"), row(date="03/05/2021"), row(date="2 May 2021"))
    assert reports.accepted["event_date"].dt.strftime("%m-%d").tolist() == ["05-31", "05-03", "05-02"]
    assert "event_date: dates such as '31/05/2021' have the day first in 2 rows" in reports.notices


@pytest.mark.slow
def test_ambiguous_dates_are_set_aside_until_the_order_of_day_and_month_is_chosen() -> None:
    reports = read_rows(row(date="03/05/2021"), row(date="05/05/2021"))
    assert reports.set_aside["fix"].str.contains("Choose whether the day or the month comes first").tolist() == [True]
    assert [fault.value for fault in reports.faults] == ["03/05/2021"]
    reports = read_rows(row(date="03/05/2021"), day_first=True)
    assert reports.accepted["event_date"].dt.strftime("%m-%d").tolist() == ["05-03"]


@pytest.mark.slow
def test_a_chosen_order_of_day_and_month_holds_for_all_dates_or_is_a_fault() -> None:
    dates = ("07/13/2021", "07/09/2021", "13.07.2021")
    reports = read_rows(*(row(date=date) for date in dates), day_first=True)
    assert reports.accepted["event_date"].dt.strftime("%m-%d").tolist() == ["09-07", "07-13"]
    assert reports.set_aside["problem"].tolist() == ["event_date: this is not a date with the day first"]
    month_first = read_rows(*(row(date=date) for date in dates), day_first=False)
    assert month_first.accepted["event_date"].dt.strftime("%m-%d").tolist() == ["07-13", "07-09"]
    assert month_first.set_aside["problem"].tolist() == ["event_date: this is not a date with the month first"]


@pytest.mark.slow
def test_unread_columns_are_listed() -> None:
    reports = read_rows(row(**{"whose word": "a friend's", "confid": "high"}))
    assert reports.notices[0] == "not read: whose word, confid"
    many = read_rows(row(**{f"further {number}": "1" for number in range(14)}))
    assert many.notices[0].endswith("further 11 and 2 more")


@pytest.mark.slow
def test_a_name_that_looks_like_nothing_stays_and_a_dash_does_not() -> None:
    data = "date,district,province,claim,party,notes\n2021-05-02,Mueang,Nan,captured,red,-\n2021-05-02,NaN,--,held,red,"
    raw = read_table("mine.csv", data.encode())
    reports = convert_to_codebook(raw, match_table(raw), PACK.theatre)
    assert reports.accepted[["place_text", "province_text"]].to_numpy().tolist() == [["Mueang", "Nan"]]
    assert reports.accepted["summary"].tolist() == ["-"]
    assert reports.set_aside[["place_text", "province_text"]].to_numpy().tolist() == [["", ""]]


@pytest.mark.slow
def test_a_month_is_its_last_day_with_precision_month() -> None:
    report = read_rows(row(date="May 2021")).accepted.iloc[0]
    assert (f"{report['event_date']:%Y-%m-%d}", report["date_precision"]) == ("2021-05-31", "month")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cells", "grades"),
    [
        ({"grade": "B2"}, ("B", 2)),
        ({"grade": "b - 2"}, ("B", 2)),
        ({"grade": "B", "credibility": "3.0"}, ("B", 3)),
        ({"credibility": "C4"}, ("C", 4)),
        ({"grade": "--"}, ("F", 6)),
    ],
)
def test_grades_may_stand_in_one_cell(cells: dict[str, str], grades: tuple[str, int]) -> None:
    report = read_rows(row(**cells)).accepted.iloc[0]
    assert (report["reliability"], report["credibility"]) == grades


@pytest.mark.slow
def test_addresses_and_names_of_sources_are_distinguished_in_either_column() -> None:
    links = ["www.example.org/a", "Daily Fen", "https://example.org/a; https://example.org/b", ""]
    reports = read_rows(
        *(row(link=link, source="") for link in links[:3]), row(link="", source="https://www.fen.org/x")
    )
    assert reports.accepted["source_url"].tolist() == [
        "https://www.example.org/a",
        "",
        "https://example.org/a",
        "https://www.fen.org/x",
    ]
    assert reports.accepted["source_name"].tolist() == ["", "Daily Fen", "", "fen.org"]
    assert reports.accepted["origin"].tolist() == ["mine.csv", "Daily Fen", "mine.csv", "fen.org"]


@given(st.text(alphabet="ab \n", min_size=LONGEST_SUMMARY + 1, max_size=400))
def test_a_long_summary_is_cut_and_never_too_long(summary: str) -> None:
    short = shorten_summary(summary)
    assert len(short) <= LONGEST_SUMMARY
    assert short.endswith("\u2026")
    assert summary.startswith(short[:-1])


@pytest.mark.slow
def test_a_long_summary_is_cut_at_a_word_and_kept() -> None:
    reports = read_rows(row(notes="word " * 60), row(notes="short"))
    assert reports.accepted["summary"].str.len().max() <= LONGEST_SUMMARY
    assert reports.accepted["summary"].iloc[0].endswith("word\u2026")
    assert "summary: shortened to 200 characters in 1 row" in reports.notices


@pytest.mark.slow
def test_a_name_that_only_a_crossing_or_a_province_has_is_of_that_kind() -> None:
    reports = read_rows(*(row(district=name) for name in ("Kestrel Gate", "Aldermoor", "Feldena", "Nowhere")))
    assert reports.accepted["place_kind"].tolist() == ["crossing", "district", "province", "district"]
    assert reports.accepted["area_scope"].tolist() == ["", "", "part", ""]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lat", "lon", "problem"),
    [
        ("50.5", "", "lon: the row has lat but no lon"),
        ("95", "1", "lat: this is not a number of degrees from -90 to 90"),
    ],
)
def test_incomplete_or_impossible_coordinates_are_a_fault(lat: str, lon: str, problem: str) -> None:
    assert read_rows(row(lat=lat, lon=lon)).set_aside["problem"].tolist() == [problem]


@pytest.mark.slow
def test_each_row_has_an_id_that_a_table_of_the_same_name_has_not() -> None:
    first, second = read_rows(row(), row(date="no date")), read_rows(row(claim="held"))
    ids = [*first.accepted["report_id"], *first.set_aside["report_id"], *second.accepted["report_id"]]
    assert len(set(ids)) == 3
    assert all(name.startswith("mine.csv-") for name in ids)
    again = read_rows(row(), row(date="no date"))
    assert again.accepted["report_id"].tolist() == first.accepted["report_id"].tolist()


@pytest.mark.slow
def test_rows_that_could_not_be_read_have_an_id_too() -> None:
    raw = read_table("mine.csv", (",".join(HEADER) + "\n2021-05-02,Brackwater,captured,red\n1,2\n").encode())
    reports = convert_to_codebook(raw, match_table(raw), PACK.theatre)
    assert reports.set_aside["row"].tolist() == [3]
    assert reports.set_aside["report_id"].str.endswith(":3").all()


@pytest.mark.slow
def test_a_row_of_hashtags_is_no_report() -> None:
    reports = read_rows(row(date="#date", district="#adm2+name", claim="#event+type", party="#org+actor"), row())
    assert len(reports.accepted) == 1
    assert len(reports.set_aside) == 0


@pytest.mark.slow
def test_the_quote_that_keeps_a_formula_from_running_is_not_of_the_text() -> None:
    assert read_rows(row(notes="'=1+1"), row(notes="'tis")).accepted["summary"].tolist() == ["=1+1", "'tis"]


def test_a_column_that_is_missing_is_named_with_those_that_could_be_it() -> None:
    with pytest.raises(PackError, match=r"no column is taken for actor\. Add such a column.*--suppose actor=VALUE"):
        read_rows({"date": "2021-05-02", "district": "Brackwater", "claim": "held"})


def test_of_a_table_without_columns_none_is_to_be_chosen() -> None:
    with pytest.raises(PackError, match="The table has no columns: write their names into the first row"):
        convert_to_codebook(RawTable("a.xlsx", pd.DataFrame(), []), ColumnMatching({}), PACK.theatre)


def test_a_chosen_place_must_exist() -> None:
    with pytest.raises(UnknownNameError, match=r"no place 'H9'"):
        read_rows(row(district="Brak"), chosen={PlaceSpelling("Brak", "", "district"): "H9"})


@pytest.mark.slow
def test_the_examples_of_the_template_are_left_out() -> None:
    raw = read_table("template.csv", build_template_csv(PACK.theatre).encode())
    reports = convert_to_codebook(raw, match_table(raw), PACK.theatre)
    assert len(reports.accepted) == len(reports.set_aside) == 0
    assert reports.notices == ["summary: the examples of the template were left out in 4 rows"]


ODD = ["2021-05-02", "3/4/2021", "red", "seized", "B2", "0", "-1", "Brackwater", "https://x.org", "#date", "'=1"]
CELLS = st.one_of(st.text(max_size=12), st.sampled_from(ODD))


@settings(max_examples=10)
@given(
    st.lists(st.fixed_dictionaries(dict.fromkeys((*CODEBOOK_COLUMNS[1:], "lon", "lat", "place_id"), CELLS)), max_size=4)
)
def test_whatever_stands_in_the_cells_each_row_is_accepted_or_set_aside_with_an_id(rows: list[dict[str, str]]) -> None:
    reports = read_rows(*rows, row()) if rows else read_rows(row())
    ids = [*reports.accepted["report_id"], *reports.set_aside["report_id"]]
    assert all(ids)
    assert not set(reports.accepted["row"]) & set(reports.set_aside["row"])


@pytest.mark.slow
@pytest.mark.parametrize("column", ["source_url", "source_name"])
def test_what_only_begins_like_an_address_is_kept_as_it_is_written(column: str) -> None:
    other = {"source_url": "source_name", "source_name": "source_url"}[column]
    [report] = read_rows(row(**{column: "http://[foo", other: ""})).accepted.to_dict("records")
    assert report["source_url"] == "http://[foo"


@pytest.mark.slow
def test_a_number_or_an_address_that_cannot_be_read_is_left_out_with_a_notice_and_the_report_counts() -> None:
    reports = read_rows(row(number="85 percent", source_url="ftp//paper", source_name="The Paper"))
    assert len(reports.set_aside) == 0
    assert pd.isna(reports.accepted["number"].iloc[0])
    assert reports.accepted["source_url"].tolist() == [""]
    noticed = [notice for notice in reports.notices if notice.startswith(("number: ", "source_url: "))]
    assert [("row 2" in notice, "read as empty" in notice) for notice in noticed] == [(True, True)] * 2
    assert {(fault.row, fault.column, fault.kept) for fault in reports.faults} == {
        (2, "number", True),
        (2, "source_url", True),
    }
