"""Made-up tables in other projects' documented formats: which rows become which reports."""

import contextlib
import itertools
import json
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from control_map.core.errors import PackError
from control_map.core.model import Actor
from control_map.intake.importers import viina, viina_files
from control_map.intake.importers.base import ImportResult
from control_map.intake.importers.kobo_form import SURVEY, write_form
from control_map.intake.importers.registry import IMPORTERS, collect_terms_of_use, recognise
from control_map.intake.matching.actor_names import ActorNames
from control_map.intake.matching.codebook import convert_to_codebook
from control_map.intake.matching.columns import Calendar, match_columns, match_table
from control_map.intake.matching.dates import DateStyle
from control_map.intake.reading import TableChoices
from control_map.intake.tables.reader import read_table
from control_map.intake.tables.table_builder import RawTable
from control_map.pipeline.pack import Pack, add_reports, load_pack
from control_map.theatre.theatre import Theatre
from tests.support.made_up import as_csv, write_pack

pytestmark = pytest.mark.slow

ACLED_EVENT = {
    "event_id_cnty": "MAR1",
    "event_date": "09 May 2021",
    "year": "2021",
    "time_precision": "1",
    "disorder_type": "Political violence",
    "event_type": "Battles",
    "sub_event_type": "Non-state actor overtakes territory",
    "actor1": "Reds",
    "assoc_actor_1": "",
    "inter1": "Rebel group",
    "actor2": "Blues",
    "assoc_actor_2": "",
    "inter2": "State forces",
    "interaction": "State forces-Rebel group",
    "civilian_targeting": "",
    "iso": "999",
    "region": "Fens",
    "country": "Marshland",
    "admin1": "Harrow",
    "admin2": "Brackwater",
    "admin3": "",
    "location": "Brackwater",
    "latitude": "50.5",
    "longitude": "1.5",
    "geo_precision": "1",
    "source": "Daily Fen; Marsh Wire",
    "source_scale": "National",
    "notes": "On 9 May, Reds walked in.",
    "fatalities": "0",
    "tags": "",
    "timestamp": "1620700000",
}
UCDP_EVENT = {
    "id": "501",
    "relid": "MAR-2021-1-1-1",
    "year": "2021",
    "active_year": "1",
    "type_of_violence": "1",
    "conflict_name": "Marshland: Government",
    "dyad_name": "Government of Marshland - Reds",
    "side_a": "Government of Marshland",
    "side_b": "Reds",
    "number_of_sources": "1",
    "source_article": '"Daily Fen,2021-05-10,Six die in Brackwater"',
    "source_office": "Daily Fen",
    "source_date": "2021-05-10",
    "source_headline": "Six die in Brackwater",
    "where_prec": "1",
    "where_coordinates": "Brackwater town",
    "where_description": "",
    "adm_1": "Harrow province",
    "adm_2": "Brackwater district",
    "latitude": "50.5",
    "longitude": "1.5",
    "country": "Marshland",
    "date_prec": "1",
    "date_start": "2021-05-09 00:00:00.000",
    "date_end": "2021-05-09 00:00:00.000",
    "best": "6",
}
KOBO_ANSWER = {
    "start": "2021-05-09T10:00:00.000+02:00",
    "event/event_date": "2021-05-09",
    "event/where/place_text": "Brackwater",
    "event/where/province_text": "Harrow",
    "event/claim": "captured",
    "event/actor": "red",
    "event/means": "boats drones",
    "event/means/boats": "1",
    "event/means/drones": "1",
    "spot": "",
    "_spot_latitude": "",
    "_spot_longitude": "",
    "_id": "7",
    "_uuid": "a-b-c",
    "_submission_time": "2021-05-11T08:00:00",
    "_validation_status": "",
    "_submitted_by": "agent_seven",
    "username": "agent_seven",
}
GOOD_ROWS = {"acled": ACLED_EVENT, "ucdp": UCDP_EVENT, "kobo": KOBO_ANSWER}
"""A row of each format that becomes a report. The rows of VIINA do so only with those of other days: see `control`."""


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return load_pack(write_pack(tmp_path_factory.mktemp("packs") / "marshland", []))


@pytest.fixture(scope="module")
def theatre(pack: Pack) -> Theatre:
    return pack.theatre


def table(good: Mapping[str, str], *rows: Mapping[str, str]) -> RawTable:
    return read_table("table.csv", as_csv([{**good, **row} for row in rows], good).encode())


def import_table(theatre: Theatre, good: Mapping[str, str], *rows: Mapping[str, str], **actors: str) -> ImportResult:
    raw = table(good, *rows)
    importer = recognise(raw)
    assert importer is not None
    return importer.import_reports(raw, theatre, actors)


def one(theatre: Theatre, good: Mapping[str, str], **cells: str) -> dict[str, str]:
    """Return the report made from a good row in which some cells were replaced."""
    reports = import_table(theatre, good, cells).reports
    assert len(reports) == 1
    return reports.iloc[0].to_dict()


def why_left_out(theatre: Theatre, good: Mapping[str, str], **cells: str) -> str:
    """Return why a good row in which some cells were replaced is left out, and how to fix it."""
    left = import_table(theatre, good, cells).left_out
    assert left["rows"].tolist() == [1]
    return f"{left['problem'][0]}. {left['fix'][0]}"


@pytest.mark.parametrize(
    ("good", "expected"),
    [
        *[(row, name) for name, row in GOOD_ROWS.items()],
        ({name.upper(): cell for name, cell in ACLED_EVENT.items()}, "acled"),
        ({**ACLED_EVENT, "Notes": "", "ACTOR1": ""}, "acled"),
        ({"geonameid": "1", "date": "20220224", "status": "UA"}, "viina"),
        ({"kod": "UA1", "date": "20220224", "status": "UA"}, "viina"),
    ],
)
def test_a_format_is_recognised_by_its_columns(good: Mapping[str, str], expected: str):
    assert recognise(table(good, {})) is IMPORTERS[expected]


def test_each_format_has_a_row_that_these_tests_read():
    assert {*GOOD_ROWS, "viina"} == set(IMPORTERS)


def test_a_table_of_no_known_format_is_none():
    assert recognise(table({"date": "", "place": "", "status": ""}, {})) is None


# ACLED


def test_the_case_of_its_columns_does_not_matter_and_of_two_alike_the_first_counts(theatre: Theatre):
    shouted = {name.upper(): cell for name, cell in ACLED_EVENT.items()}
    assert one(theatre, {**shouted, "actor1": "Greens"}) == one(theatre, ACLED_EVENT)


def test_an_event_in_which_territory_changes_hands_is_a_claim(theatre: Theatre):
    report = one(theatre, ACLED_EVENT)
    assert {name: cell for name, cell in report.items() if cell} == {
        "report_id": "acled:MAR1",
        "event_date": "2021-05-09",
        "date_precision": "day",
        "reported_date": "2021-05-09",
        "place_text": "Brackwater",
        "province_text": "Harrow",
        "place_kind": "district",
        "place_id": "H2",
        "place_precision": "place",
        "place_method": "point",
        "claim": "captured",
        "actor": "red",
        "claimant": "ACLED",
        "claimant_side": "independent",
        "origin": "Daily Fen",
        "source_name": "ACLED",
        "source_url": "https://acleddata.com/",
        "summary": "On 9 May, Reds walked in.",
    }


@pytest.mark.parametrize(
    ("source", "claimant", "side"),
    [
        ("Reds spokesman", "Reds spokesman", "red"),
        ("Reds spokesman; the Reds", "Reds spokesman", "red"),
        ("Reds spokesman; Daily Fen", "ACLED", "independent"),
        ("Reds; Blues", "ACLED", "independent"),
        ("", "ACLED", "independent"),
    ],
)
def test_what_rests_on_one_partys_word_alone_is_that_partys(theatre: Theatre, source: str, claimant: str, side: str):
    report = one(theatre, ACLED_EVENT, source=source)
    assert (report["claimant"], report["claimant_side"]) == (claimant, side)


@pytest.mark.parametrize(
    ("sub_event", "claim"),
    [
        ("Government regains territory", "retaken"),
        ("Non-violent transfer of territory", "handed_over"),
        ("Armed clash", "fighting"),
    ],
)
def test_each_sub_event_has_its_claim(theatre: Theatre, sub_event: str, claim: str):
    assert one(theatre, ACLED_EVENT, sub_event_type=sub_event, inter1="", inter2="")["claim"] == claim


def test_events_of_before_2019_are_known_by_their_type(theatre: Theatre):
    old = {**ACLED_EVENT, "data_id": "77", "event_id_cnty": "", "sub_event_type": ""}
    report = one(theatre, old, event_type="Battle-Government regains territory", inter1="1", inter2="2")
    assert (report["claim"], report["report_id"]) == ("retaken", "acled:77")


@pytest.mark.parametrize(
    "sub_event", ["Peaceful protest", "Air/drone strike", "Attack", "Headquarters or base established"]
)
def test_an_event_that_does_not_state_who_holds_a_place_is_left_out(theatre: Theatre, sub_event: str):
    assert f"'{sub_event}' does not say" in why_left_out(theatre, ACLED_EVENT, sub_event_type=sub_event)


def test_a_place_is_taken_from_a_state_whichever_actor_stands_first(theatre: Theatre):
    assert one(theatre, ACLED_EVENT, actor1="Blues", inter1="1", actor2="Reds", inter2="2")["actor"] == "red"


OVERTAKES, REGAINS = "Non-state actor overtakes territory", "Government regains territory"
FENS = ("Military Forces of Fenland", "8")
FENS_IN_WORDS = (FENS[0], "External/Other forces")
ALLIES = (*FENS, "Military Forces of Marshland (2004-); Blue Guard")
STATE = ("Military Forces of Marshland (2004-)", "1")
REBELS = ("Reds", "2")
MILITIA = ("Blue Guard", "3")


@pytest.mark.parametrize(
    ("sub_event", "first", "second", "holder"),
    [
        (OVERTAKES, FENS, REBELS, FENS),
        (OVERTAKES, FENS_IN_WORDS, ("Reds", "Rebel group"), FENS),
        (OVERTAKES, REBELS, FENS, REBELS),
        (OVERTAKES, FENS, STATE, FENS),
        (OVERTAKES, STATE, FENS, FENS),
        (OVERTAKES, STATE, MILITIA, MILITIA),
        (OVERTAKES, ALLIES, REBELS, REBELS),
        (OVERTAKES, FENS, ("Army of Hills", "8"), FENS),
        (REGAINS, REBELS, STATE, STATE),
        (REGAINS, MILITIA, FENS, MILITIA),
        (REGAINS, FENS, REBELS, FENS),
        (REGAINS, REBELS, FENS_IN_WORDS, FENS),
        (REGAINS, MILITIA, ALLIES, FENS),
        (REGAINS, FENS, ("Army of Hills", "8"), FENS),
        (REGAINS, FENS, STATE, STATE),
    ],
)
def test_a_foreign_army_can_take_a_place_and_an_ally_can_regain_it(
    theatre: Theatre, sub_event: str, first: tuple[str, ...], second: tuple[str, ...], holder: tuple[str, ...]
):
    cells = {
        f"{name}{number}": cell
        for number, side in enumerate((first, second), 1)
        for name, cell in zip(("actor", "inter", "assoc_actor_"), side, strict=False)
    }
    names = {first[0]: "red", second[0]: "red", holder[0]: "green"}
    result = import_table(theatre, ACLED_EVENT, {"sub_event_type": sub_event} | cells, **names)
    assert result.reports["actor"].tolist() == ["green"]


@pytest.mark.parametrize(("sub_event", "codes"), [(OVERTAKES, "1"), (REGAINS, "2"), (OVERTAKES, "State forces")])
def test_codes_by_which_neither_actor_can_have_taken_the_place_leave_it_open(
    theatre: Theatre, sub_event: str, codes: str
):
    why = why_left_out(theatre, ACLED_EVENT, sub_event_type=sub_event, inter1=codes, inter2=codes)
    assert "neither actor can have taken the place" in why


def test_the_actor_of_fighting_is_the_one_that_the_theatre_knows(theatre: Theatre):
    clash = {"sub_event_type": "Armed clash", "actor1": "Unidentified Armed Group (Marshland)"}
    assert one(theatre, ACLED_EVENT, **clash)["actor"] == "blue"
    assert "none of the actors" in why_left_out(theatre, ACLED_EVENT, actor1="Unidentified Armed Group (Marshland)")


@pytest.mark.parametrize(
    ("precision", "day", "expected", "date_precision"),
    [
        ("1", "2021-05-09", "2021-05-09", "day"),
        ("2", "2021-05-09", "2021-05-12", "week"),
        ("3", "15 May 2021", "2021-05-31", "month"),
    ],
)
def test_a_week_or_month_ends_on_the_day_stated(
    theatre: Theatre, precision: str, day: str, expected: str, date_precision: str
):
    report = one(theatre, ACLED_EVENT, time_precision=precision, event_date=day)
    assert (report["event_date"], report["date_precision"]) == (expected, date_precision)


@pytest.mark.parametrize(
    ("good", "column"), [(ACLED_EVENT, "event_date"), (UCDP_EVENT, "date_end")], ids=["acled", "ucdp"]
)
def test_the_order_of_day_and_month_is_that_of_the_other_dates_or_the_one_given(
    theatre: Theatre, good: dict[str, str], column: str
):
    def days(*dates: str, day_first: bool | None = None) -> list[str]:
        raw = table(good, *({column: date} for date in dates))
        importer = recognise(raw)
        assert importer is not None
        result = importer.import_reports(raw, theatre, dates=DateStyle(day_first))
        return [*result.reports["event_date"], *(result.left_out["problem"] + ". " + result.left_out["fix"])]

    assert days("07/13/2021", "07/09/2021") == ["2021-07-13", "2021-07-09"]
    assert days("13/07/2021", "09/07/2021") == ["2021-07-13", "2021-07-09"]
    assert days("09/07/2021", day_first=True) == days("07/09/2021", day_first=False) == ["2021-07-09"]
    assert days("9-Jul-21") == days("Jul 9, 2021") == days("2021/07/09") == days("44386") == ["2021-07-09"]
    (unsure,) = days("09/07/2021")
    assert "the date is ambiguous: either number can be the day. Choose whether the day or the month" in unsure
    assert "this is a month without a day. Write it" in days("July 2021")[0]
    assert "this is not a date. Write it" in days("soon", day_first=False)[0]
    assert "this is not a date with the month first" in days("13/07/2021", day_first=False)[0]


@pytest.mark.parametrize("good", GOOD_ROWS.values(), ids=GOOD_ROWS)
def test_dates_of_a_known_format_are_of_the_calendar_that_is_said(theatre: Theatre, good: dict[str, str]):
    columns = {"event_date": "1400-04-18", "date_end": "1400-04-18", "event/event_date": "1400-04-18"}
    raw = table(good, {name: day for name, day in columns.items() if name in good})
    choices = TableChoices(calendar=Calendar.SOLAR_HIJRI)
    importer = recognise(raw)
    assert importer is not None
    made = importer.import_reports(raw, theatre, dates=choices.dates).reports
    reports, _ = choices.convert(RawTable(raw.name, made, []), theatre)
    assert reports.accepted["event_date"].astype("str").tolist() == ["2021-07-09"]


def test_dates_that_may_begin_with_a_year_of_two_digits_are_ambiguous_as_in_any_table(theatre: Theatre):
    left = import_table(theatre, ACLED_EVENT, *({"event_date": day} for day in ("21-07-09", "21-07-25"))).left_out
    assert set(left["problem"]) == {"the date is ambiguous: the year may come first or last"}
    own = read_table("own.csv", b"date,district,claim,party\n21-07-09,A,held,red\n21-07-25,A,held,red\n")
    reports, _ = TableChoices().convert(own, theatre)
    assert set(reports.set_aside["fix"]) == set(left["fix"])


def placed(pack: Pack, good: Mapping[str, str], **cells: str) -> tuple[str, str]:
    """Return the place at which the report made from a row is located, and the precision."""
    raw = table(good, cells)
    importer = recognise(raw)
    assert importer is not None
    converted = importer.import_reports(raw, pack.theatre).as_table(raw)
    added = add_reports(pack, convert_to_codebook(converted, match_table(converted), pack.theatre))
    return next(added.user_supplied_located[["place_id", "precision"]].itertuples(index=False, name=None), ("", ""))


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({}, ("H2", "place")),
        ({"location": "Eel Ferry"}, ("H2", "inside")),
        ({"location": "Eel Ferry / Old Mill (north)"}, ("H2", "inside")),
        ({"geo_precision": "2"}, ("H2", "inside")),
        ({"geo_precision": "3"}, ("H", "province")),
        ({"location": "Aldermoor", "admin2": "Aldermoor"}, ("H2", "inside")),
        ({"location": "Aldermoor", "admin2": "Brackwater", "longitude": "0.5"}, ("C-H", "place")),
        ({"location": "Aldermoor", "admin2": "Aldermoor", "longitude": ""}, ("C-H", "place")),
        ({"admin2": "Unheard-of", "location": "Eel Ferry"}, ("H2", "inside")),
        ({"admin2": "", "admin1": "", "location": "Eel Ferry", "longitude": "2.5"}, ("V1", "inside")),
        ({"admin2": "", "location": "Eel Ferry", "longitude": "2,5", "latitude": "50,5"}, ("V1", "inside")),
        ({"admin2": "Unheard-of", "latitude": "", "location": "Eel Ferry"}, ("", "")),
    ],
    ids=[
        "its centre",
        "a village",
        "marks",
        "near it",
        "a region",
        "a name of elsewhere",
        "a capital",
        "a capital without a point",
        "by point",
        "by point alone",
        "by a point with decimal commas",
        "unknown",
    ],
)
def test_a_location_is_the_district_or_a_part_of_it(pack: Pack, cells: dict[str, str], expected: tuple[str, str]):
    assert placed(pack, ACLED_EVENT, **cells) == expected


def test_a_region_is_only_in_part_spoken_of(theatre: Theatre):
    assert one(theatre, ACLED_EVENT, geo_precision="3")["area_scope"] == "part"


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"event_date": "soon"}, "this is not a date. Write it as 2021-07-09"),
        ({"time_precision": "9"}, "'9' is not a precision of time"),
        ({"actor1": "Greys"}, 'State which actor it is: --actor "Greys=ID", with one of red, blue, green'),
        ({"location": "", "admin2": "", "admin1": "", "latitude": ""}, "no place is named"),
        ({"actor1": ""}, "no party is named. Name it in the column actor1"),
        ({"sub_event_type": "Armed clash", "actor1": "", "actor2": "Greys"}, "'Greys' is none of the actors"),
        ({"event_date": "03/04/21"}, "the date is ambiguous: either number can be the day"),
        ({"event_date": "1400-04-18"}, "in which this is 2021-07-09. Choose the calendar of the dates (--calendar)"),
    ],
)
def test_a_row_that_cannot_be_a_report_states_why_and_how_to_fix_it(
    theatre: Theatre, cells: dict[str, str], problem: str
):
    assert problem in why_left_out(theatre, ACLED_EVENT, **cells)


def test_rows_that_are_left_out_for_one_reason_are_counted_together(theatre: Theatre):
    raw = table(ACLED_EVENT, {}, *[{"sub_event_type": "Peaceful protest"}] * 3)
    fault = IMPORTERS["acled"].import_reports(raw, theatre).as_table(raw).faults
    assert [(found.row, found.column) for found in fault] == [(3, "sub_event_type")]
    assert "3 such rows are left out" in str(fault[0])


# UCDP GED


def test_an_event_of_ucdp_is_fighting(theatre: Theatre):
    report = one(theatre, UCDP_EVENT)
    assert (report["report_id"], report["claim"], report["actor"]) == ("ucdp:501", "fighting", "red")
    assert (report["event_date"], report["reported_date"]) == ("2021-05-09", "2021-05-10")
    assert report["origin"] == "Daily Fen"
    assert report["summary"] == "Government of Marshland - Reds: 6 killed. Six die in Brackwater"


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({}, ("H2", "place")),
        ({"where_coordinates": "Eel Ferry village"}, ("H2", "inside")),
        ({"where_prec": "2"}, ("H2", "inside")),
        ({"where_prec": "3", "where_coordinates": "Eel Ferry"}, ("H2", "place")),
        ({"where_prec": "4"}, ("H", "province")),
        ({"where_prec": "5"}, ("H", "province")),
        ({"where_prec": "6"}, ("", "country")),
    ],
)
def test_the_place_is_as_exact_as_where_prec(pack: Pack, cells: dict[str, str], expected: tuple[str, str]):
    assert placed(pack, UCDP_EVENT, **cells) == expected


@pytest.mark.parametrize(("precision", "date_precision"), [("1", "day"), ("2", "week"), ("3", "week"), ("4", "month")])
def test_the_day_is_the_last_one_and_as_exact_as_date_prec(theatre: Theatre, precision: str, date_precision: str):
    report = one(theatre, UCDP_EVENT, date_prec=precision, date_start="2021-05-03")
    assert (report["event_date"], report["date_precision"]) == ("2021-05-09", date_precision)


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"date_prec": "5"}, "not dated to a month"),
        ({"type_of_violence": "3"}, "against civilians"),
        ({"where_prec": "7"}, "no place on land"),
        ({"where_prec": "9"}, "'9' is not a precision. Write 1 to 7"),
        ({"date_prec": "day"}, "'day' is not a precision. Write 1 to 5"),
        ({"side_b": "Greys"}, "'Greys' is none of the actors"),
        ({"date_end": "", "date_start": ""}, "no date is stated"),
    ],
)
def test_an_event_of_ucdp_that_is_no_report_states_why(theatre: Theatre, cells: dict[str, str], problem: str):
    assert problem in why_left_out(theatre, UCDP_EVENT, **cells)


# VIINA

PLACES = {
    "1": {"asciiname": "Brackwater", "ADM2_NAME": "Brackwater", "ADM1_NAME": "Harrow"},
    "2": {"asciiname": "Eel Ferry", "ADM2_NAME": "", "ADM1_NAME": "", "longitude": "2.5", "latitude": "50.5"},
}
NO_PLACE = dict.fromkeys(["asciiname", "ADM2_NAME", "ADM1_NAME", "longitude", "latitude"], "")


def control(days: str, place: str = "1") -> list[dict[str, str]]:
    """Return the rows of a place on successive days, each named by a character: Ukraine, Russia, contested, none."""
    status = {"U": "UA", "R": "RU", "C": "CONTESTED", "-": ""}
    return [
        {"geonameid": place, "date": f"202203{day + 1:02}", "status_wiki": "", "status": status[letter]}
        for day, letter in enumerate(days)
    ]


def named(rows: list[dict[str, str]]) -> RawTable:
    joined = [{**row, **NO_PLACE, **PLACES[row["geonameid"]]} for row in rows]
    return read_table("control.csv", as_csv(joined, joined[0]).encode())


SIDES = {"UA": "blue", "RU": "red"}


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ("UUU", "held blue"),
        ("UURR", "held blue, captured red"),
        ("URU", "held blue, captured red, retaken blue"),
        ("UCU", "held blue, contested red, held blue"),
        ("UCR", "held blue, contested red, captured red"),
        ("RCU", "held red, contested blue, captured blue"),
        ("C", "contested red"),
        ("U-UR", "held blue, captured red"),
    ],
)
def test_each_change_of_status_is_a_claim_and_the_first_day_is_one(theatre: Theatre, days: str, expected: str):
    reports = IMPORTERS["viina"].import_reports(named(control(days)), theatre, SIDES).reports
    assert ", ".join(reports["claim"] + " " + reports["actor"]) == expected


def test_days_without_a_change_are_counted_as_one_kind(theatre: Theatre):
    left = IMPORTERS["viina"].import_reports(named(control("UUURR")), theatre, SIDES).left_out
    assert left[["row", "rows", "problem"]].to_numpy().tolist() == [[3, 3, viina.UNCHANGED_STATUS_PROBLEM]]


def test_a_populated_place_is_a_part_of_the_district_in_which_it_lies(theatre: Theatre):
    reports = IMPORTERS["viina"].import_reports(named([*control("U"), *control("U", "2")]), theatre, SIDES).reports
    where = reports[["place_text", "place_id", "place_precision"]].to_numpy().tolist()
    assert where == [["Brackwater", "H2", "place"], ["Eel Ferry", "V1", "inside"]]


def test_the_names_of_places_come_from_the_file_of_places(theatre: Theatre, tmp_path: Path):
    nameless = read_table("control.csv", as_csv(control("UR"), control("U")[0]).encode())
    left = IMPORTERS["viina"].import_reports(nameless, theatre, SIDES).left_out
    assert "--places" in left["fix"][0]
    path = tmp_path / "gn.geojson"
    path.write_text(
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": null, "properties": '
        '{"geonameid": 1.0, "asciiname": "Brackwater", "longitude": null, '
        '"ADM1_NAME": "Harrow", "ADM2_NAME": "Brackwater"}}]}',
        "utf-8",
    )
    reports = IMPORTERS["viina"].import_reports(viina_files.add_place_names(nameless, path), theatre, SIDES).reports
    assert reports["place_text"].tolist() == ["Brackwater", "Brackwater"]
    other = tmp_path / "other.csv"
    other.write_text("kod,name\nUA1,Brackwater\n")
    with pytest.raises(PackError, match="Give the file that has the column geonameid"):
        viina_files.add_place_names(nameless, other)


def test_a_file_read_in_pieces_gives_the_same_reports_as_in_one(
    theatre: Theatre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    courses = ["".join(letters) for letters in itertools.product("URC-", repeat=4)]
    rows = [row for number, days in enumerate(courses) for row in control(days, str(number))]
    rows.sort(key=lambda row: row["date"] if int(row["geonameid"]) % 2 else "")  # half of them by day, half by place
    path = tmp_path / "control_latest_2022.csv"
    path.write_text(as_csv(rows, rows[0]))
    monkeypatch.setattr(viina_files, "BLOCK_BYTES", 1000)
    few, repeated = viina_files.read_changes(path)
    assert len(few.frame) + repeated == len(rows)
    assert repeated == 48 + 60 + 63  # on the second, third and fourth day

    def reports_of(frame: pd.DataFrame) -> pd.DataFrame:
        somewhere = frame.assign(asciiname="Brackwater", adm2_name="Brackwater", adm1_name="Harrow")
        return IMPORTERS["viina"].import_reports(RawTable("c.csv", somewhere, []), theatre, SIDES).reports

    pd.testing.assert_frame_equal(reports_of(few.frame), reports_of(read_table("c.csv", path.read_bytes()).frame))


def test_days_in_disorder_are_an_error_that_names_the_row(tmp_path: Path):
    path = tmp_path / "control.csv"
    path.write_text(as_csv(control("UR")[::-1], control("U")[0]))
    with pytest.raises(PackError, match=r"control.csv, row 3, column date: .* Sort the rows"):
        viina_files.read_changes(path)


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_zip_file_is_no_control_file_or_is_refused(method: int, tmp_path: Path):
    path = tmp_path / "control.zip"
    with zipfile.ZipFile(path, "w", method) as packed:
        packed.writestr("control.csv", as_csv(control("URURUR" * 30), control("U")[0]))
    whole = path.read_bytes()
    for at in range(40, len(whole), 7):
        path.write_bytes(whole[:at] + b"\xff\xff\xff" + whole[at + 3 :])
        if viina_files.is_control_file(path):
            with contextlib.suppress(PackError):
                viina_files.read_changes(path)


# KoboToolbox


def test_a_submission_is_a_report_without_the_groups_of_its_questions(theatre: Theatre):
    report = one(theatre, KOBO_ANSWER)
    assert report["report_id"] == "kobo:a-b-c"
    assert report["reported_date"] == "2021-05-11"
    assert report["means"] == "boats drones"
    assert (report["event_date"], report["place_text"], report["claim"]) == ("2021-05-09", "Brackwater", "captured")
    assert "boats" not in report


def test_who_submitted_a_form_is_not_taken_over(theatre: Theatre):
    assert "agent_seven" not in one(theatre, KOBO_ANSWER).values()


def test_a_submission_that_names_no_place_is_of_where_it_was_made(theatre: Theatre):
    spot = {"_spot_latitude": "50.5", "_spot_longitude": "2.5"}
    somewhere = one(theatre, KOBO_ANSWER, **{"event/where/place_text": "", **spot})
    assert [somewhere[name] for name in ("place_text", "place_id", "place_precision")] == ["Stonefen", "V1", "inside"]
    named = one(theatre, KOBO_ANSWER, **{"event/where/place_text": "Stonefen", "event/where/province_text": "", **spot})
    assert (named["place_id"], named["place_precision"]) == ("V1", "place")


def test_a_submission_whose_place_is_not_where_its_point_is_stays_open(theatre: Theatre):
    spot = {"_spot_latitude": "50.5", "_spot_longitude": "2.5"}
    assert "the named place is not where the point is" in why_left_out(theatre, KOBO_ANSWER, **spot)
    abroad = one(theatre, KOBO_ANSWER, **{**spot, "_spot_longitude": "40"})
    assert (abroad["place_text"], abroad.get("place_id", "")) == ("Brackwater", "")


@pytest.mark.parametrize("status", ["validation_status_not_approved", "Not approved"])
def test_a_submission_that_was_not_approved_is_left_out(theatre: Theatre, status: str):
    assert "not approved" in why_left_out(theatre, KOBO_ANSWER, _validation_status=status)


def test_the_form_asks_for_what_the_codebook_needs_and_its_answers_are_reports(pack: Pack, tmp_path: Path):
    write_form(pack.theatre, tmp_path / "form.xlsx")
    book = openpyxl.load_workbook(tmp_path / "form.xlsx")
    survey = list(book["survey"].iter_rows(min_row=2, values_only=True))
    choices = list(book["choices"].iter_rows(min_row=2, values_only=True))
    lists = {str(row[0]) for row in choices}
    assert {row[0].split()[1] for row in survey if row[0].startswith("select_one")} == lists
    # One answer to each question, as it is exported with names, and with labels.
    names, labels = dict.fromkeys([row[1] for row in survey], ""), {}
    chosen = {"place": "H2", "province": "H", "actor": "red", "claim": "withdrew", "side": "independent"}
    for kind, name, label, *_ in survey:
        picked = [row for row in choices if row[0] == kind.split()[-1]]
        row = next((row for row in picked if row[1] == chosen.get(str(row[0]))), picked[0] if picked else None)
        names[name] = row[1] if row else "2021-05-09" if kind == "date" else "a shopkeeper"
        labels[label] = row[2] if row else names[name]
    names["source_url"] = labels[next(label for _, name, label, *_ in SURVEY if name == "source_url")] = ""
    own = {"_uuid": "a-b-c", "_submission_time": "2021-05-11T08:00:00"}
    for answers in (names, labels):
        raw = table({**answers, **own}, {})
        converted = IMPORTERS["kobo"].import_reports(raw, pack.theatre).as_table(raw)
        reports = convert_to_codebook(converted, match_columns(list(converted.frame.columns)), pack.theatre)
        assert reports.set_aside.empty
        added = add_reports(pack, reports)
        found = added.user_supplied_located[["place_id", "claim", "actor"]]
        assert found.to_numpy().tolist() == [["H2", "withdrew", "red"]]


# What all of them have in common


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Government", "gov"),
        ("Military Forces of Marshland (2004-2021)", "gov"),
        ("Police Forces of the Marshland (2004-2021) Special Forces", "gov"),
        ("Government of Marshland", "gov"),
        ("Military Forces of Marshland (2021-)", ""),
        ("Military Forces of Fenland", "fen"),
        ("Fenland", "fen"),
        ("Rods", ""),
        ("REDS", "red"),
        ("Reds - Eel Brigade", "red"),
        ("Reds (Marshland)", "red"),
        ("Reds - Fenland", ""),
        ("the government forces", "gov"),
        ("Reds fighters", "red"),
        ("RMA: Reds", "red"),
        ("True Reds of the North", ""),
        ("Heron's men", "red"),
        ("", ""),
    ],
)
def test_actors_are_known_by_their_names_and_by_the_state_they_serve(theatre: Theatre, name: str, expected: str):
    parties = [("red", "Reds"), ("gov", "Government"), ("fen", "Army of Fenland")]
    actors = tuple(Actor(actor_id, label, "#000000", ()) for actor_id, label in parties)
    names = ActorNames(replace(theatre, actors=actors), {"heron's MEN": "red"})
    assert names.find(name) == expected


def test_a_name_of_two_actors_means_neither(theatre: Theatre):
    actors = (Actor("one", "Reds", "#000000", ()), Actor("two", "Reds", "#000000", ()))
    assert ActorNames(replace(theatre, actors=actors), {}).find("Reds") == ""


def test_unknown_actors_are_listed_with_the_most_frequent_first(theatre: Theatre):
    names = ("Greys", "Whites", "Reds", "", "Whites")
    result = import_table(theatre, ACLED_EVENT, *({"actor1": name} for name in names))
    assert result.unknown_actors == ("Whites", "Greys")


def test_a_title_of_the_theatre_is_no_template(theatre: Theatre):
    titled = replace(theatre, title="The {value} of {0}")
    assert "none of the actors of The {value} of {0}" in why_left_out(titled, ACLED_EVENT, actor1="Greys")


BROKEN = ["", "1", "3", "9", "Reds", "soon", "2021-05-09", "Peaceful protest", "=1+1", "{value}", "\u00e9\u202e"]


@pytest.mark.parametrize("good", GOOD_ROWS.values(), ids=GOOD_ROWS)
def test_each_row_is_accounted_for_exactly_once_whatever_stands_in_it(theatre: Theatre, good: dict[str, str]):
    raw = table(good, {}, *({name: text} for name in good for text in BROKEN))
    kept = raw.frame.copy()
    importer = recognise(raw)
    assert importer is not None
    result = importer.import_reports(raw, theatre)
    assert len(result.reports) + result.left_out["rows"].sum() == len(raw.frame)
    assert result.reports.index.isin(raw.frame.index).all()
    assert result.reports.index.is_unique
    halves = [importer.import_reports(RawTable(raw.name, raw.frame[odd::2], []), theatre).reports for odd in (0, 1)]
    pd.testing.assert_frame_equal(pd.concat(halves).sort_index(), result.reports)
    pd.testing.assert_frame_equal(raw.frame, kept)


def test_a_converted_table_passes_the_checks_of_the_codebook(pack: Pack):
    for raw in [*(table(row, {}) for row in GOOD_ROWS.values()), named(control("U"))]:
        importer = recognise(raw)
        assert importer is not None
        converted = importer.import_reports(raw, pack.theatre, SIDES).as_table(raw)
        reports = convert_to_codebook(converted, match_columns(list(converted.frame.columns)), pack.theatre)
        assert (len(reports.accepted), reports.set_aside["problem"].tolist()) == (1, [])


def test_the_terms_of_each_source_are_short_enough_to_stand_beside_its_rows():
    assert collect_terms_of_use(["UCDP GED", "Daily Fen", "ACLED"]) == [
        IMPORTERS["acled"].terms,
        IMPORTERS["ucdp"].terms,
    ]
    assert all(len(importer.terms) <= 80 for importer in IMPORTERS.values())


@pytest.mark.parametrize("importer_id", ["acled", "ucdp", "kobo"])
def test_the_points_of_geojson_are_the_coordinates_in_every_format(theatre: Theatre, importer_id: str) -> None:
    kobo = {"_uuid": "u1", "_submission_time": "2021-05-09T08:00:00", "claim": "held", "actor": "red"}
    event = {"acled": ACLED_EVENT, "ucdp": UCDP_EVENT, "kobo": {**kobo, "event_date": "2021-05-09"}}[importer_id]
    properties = {name: value for name, value in event.items() if name not in ("latitude", "longitude")}
    lon, lat = theatre.places.set_index("place_id").geometry["H2"].representative_point().coords[0]
    feature = {"type": "Feature", "properties": properties, "geometry": {"type": "Point", "coordinates": [lon, lat]}}
    data = json.dumps({"type": "FeatureCollection", "features": [feature]})
    flat = {**properties, "longitude": str(lon), "latitude": str(lat)}
    importer = IMPORTERS[importer_id]
    raw = read_table("a.geojson", data.encode())
    assert recognise(raw) is importer
    placed, expected = (
        importer.import_reports(each, theatre).reports["place_text"].tolist()
        for each in (raw, read_table("a.csv", as_csv([flat], flat).encode()))
    )
    assert placed == expected != [""]
