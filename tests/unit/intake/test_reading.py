"""What a user says of a table is used for every kind of table, and what is missing is named with its option."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from control_map.core.errors import PackError, UnknownNameError
from control_map.intake.importers.registry import recognise
from control_map.intake.matching.actor_names import ActorNames
from control_map.intake.matching.columns import match_table
from control_map.intake.matching.shared_words import find_shared_words
from control_map.intake.matching.vocabulary import UnknownWord
from control_map.intake.reading import TableChoices, describe_counts, rate_columns
from control_map.intake.tables.reader import read_table
from control_map.intake.tables.table_builder import RawTable
from control_map.intake.user_tables import UserReports, UserTable, add_user_reports, group_actors
from control_map.pipeline.pack import load_pack
from tests.support.any_tables import as_csv, as_xlsx
from tests.support.made_up import pack_of, written

PROVINCES = pd.DataFrame({"province_id": ["H"], "province": ["Harrow"], "name_local": "", "alt_names": ""})
THEATRE = replace(pack_of([]).theatre, provinces=PROVINCES)
GUARDS = [f"Home Fen Guard ({town})" for town in ("Abel", "Bael", "Cole")]


def table(header: str, *rows: str) -> RawTable:
    return read_table("mine.csv", "\n".join([header, *rows]).encode())


def own(*parties: str) -> RawTable:
    return table("date,district,claim,party", *(f"2021-05-02,Brackwater,held,{party}" for party in parties))


def actors_of(raw: RawTable, actors: Mapping[str, str]) -> list[str]:
    reports, _ = TableChoices(actors=actors).convert(raw, THEATRE)
    return reports.accepted["actor"].tolist()


def refused(raw: RawTable, **choices: object) -> str:
    with pytest.raises((PackError, UnknownNameError)) as caught:
        TableChoices(**choices).convert(raw, THEATRE)  # type: ignore[arg-type]
    return str(caught.value)


@pytest.mark.slow
def test_a_name_that_the_user_gives_to_a_party_is_read_in_a_table_of_any_columns() -> None:
    assert actors_of(own("Talibs"), {"Talibs": "red"}) == ["red"]
    assert actors_of(own("Talibs"), {}) == []


@pytest.mark.slow
def test_one_answer_stands_for_names_with_the_same_words_and_a_star_for_all_others() -> None:
    raw = own(*GUARDS, "Zorks", "Reds", GUARDS[0])
    actors = {"home fen guard*": "blue", "*": "green", GUARDS[1]: "red"}
    assert actors_of(raw, actors) == ["blue", "red", "blue", "green", "red", "blue"]


@pytest.mark.slow
def test_a_star_is_no_party_for_speakers_sides_and_claims() -> None:
    raw = table(
        "date,district,claim,party,said by,side",
        "2021-05-02,Brackwater,held,Zorks,a heron,",
        "2021-05-02,Brackwater,held,Zorks,Daily News,neutral",
        "2021-05-02,Brackwater,fell to the herons,,Daily News,",
    )
    reports, _ = TableChoices(actors={"*": "green"}).convert(raw, THEATRE)
    assert reports.accepted["claimant_side"].tolist() == ["unknown", "independent"]
    assert reports.set_aside["row"].tolist() == [4]


def test_the_first_party_that_is_known_goes_before_one_that_a_star_stands_for() -> None:
    names = ActorNames(THEATRE, {"*": "green"})
    assert names.first("Herons", "Reds") == "red"
    assert names.first("Herons", "Storks") == "green"
    assert names.find("") == ""


@pytest.mark.parametrize(
    ("names", "patterns"),
    [
        (GUARDS, ["Home Fen Guard*"]),
        (
            ["People\u2019s Defense Force - Kale", "PDF: Pale People's Defense Force", "KPDF: People's Defense Force"],
            ["*People\u2019s Defense Force*"],
        ),
        (["Military Forces of A", "Military Forces of B", "Military Forces of C (2021-)"], []),
        (["Unidentified Armed Group (A)", "Unidentified Armed Group (B)", "Unidentified Armed Group (C)"], []),
        (GUARDS[:2], []),
    ],
)
def test_words_that_three_names_share_are_offered_unless_all_parties_have_them(
    names: Sequence[str], patterns: list[str]
) -> None:
    shared = find_shared_words(names)
    assert [each.pattern for each in shared] == patterns
    assert all(ActorNames(THEATRE, {each.pattern: "red"}).find(name) for each in shared for name in each.names)


@pytest.mark.slow
def test_of_the_names_in_a_table_the_page_asks_first_for_those_that_share_words_and_for_all_others(
    make_pack: Callable[..., Path],
) -> None:
    pack, raw = load_pack(make_pack([written(1)])), own(*GUARDS, "Zorks")
    result = add_user_reports(pack, UserReports((UserTable(raw, match_table(raw)),))).tables[0]
    words = [(word.word, len(word.rows)) for word in result.unknown_words]
    assert words[:2] == [("Home Fen Guard*", 3), ("*", 4)]
    answered = UserTable(raw, match_table(raw), {("actor", "Home Fen Guard*"): "blue"})
    result = add_user_reports(pack, UserReports((answered,))).tables[0]
    assert [word.word for word in result.unknown_words] == ["Zorks"]
    assert group_actors([UnknownWord("claim", "sold", (2,))]) == [UnknownWord("claim", "sold", (2,))]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Country,Admin1,Admin2,Month,Year,Events,Fatalities", "Marshland,Harrow,Brackwater,May,2021,5,7"),
        ("WEEK,ADMIN1,EVENT_TYPE,SUB_EVENT_TYPE,EVENTS,FATALITIES", "2021-05-01,Harrow,Battles,Armed clash,3,1"),
        ("admin2_name,reference_period_start,event_type,events", "Brackwater,2021-05-01,political_violence,4"),
        ("country,year,number of events", "Marshland,2021,12"),
        ("admin1,month,deaths_total", "Harrow,5,12"),
    ],
)
def test_counts_of_events_are_named_as_what_they_are(header: str, row: str) -> None:
    said = refused(table(header, row))
    assert "these are counts, not reports: the column" in said
    assert "Bring the list of the events themselves" in said


def test_a_table_of_reports_is_not_taken_for_counts() -> None:
    assert "no column is taken for actor" in refused(table("date,district,claim,fatalities", "2021-05-02,Moor,held,2"))
    raw = table("date,district,claim,party,events", "2021-05-02,Brackwater,held,red,3")
    assert describe_counts(raw, match_table(raw)) == ""


@pytest.mark.slow
def test_a_missing_column_is_named_with_the_option_and_the_columns_that_are_free() -> None:
    raw = table("date,district,claim,who knows", "2021-05-02,Brackwater,held,red")
    assert "Give --column actor=COLUMN; the columns that stand for nothing yet are: who knows" in refused(raw)
    reports, _ = TableChoices(columns={"actor": "who knows"}).convert(raw, THEATRE)
    assert reports.accepted["actor"].tolist() == ["red"]


ACLED = ["event_date", "event_type", "sub_event_type", "actor1", "admin1", "admin2", "location", "notes"]


def test_a_column_of_a_known_format_is_named_by_the_option() -> None:
    header = [{"location": "Place Name", "event_date": "Day", "notes": "Words"}.get(name, name) for name in ACLED]
    raw = table(",".join(header), "2021-05-02,Battles,Armed clash,Reds,Harrow,Brackwater,Brackwater,Said so.")
    assert recognise(raw) is None
    said = refused(raw)
    assert "it is much like a table of ACLED, but has no column event_date and location" in said
    assert "give --column event_date=COLUMN --column location=COLUMN" in said
    columns = {"location": "Place Name", "event_date": "Day", "notes": "Words"}
    named, others = TableChoices(columns=columns).name_columns(raw)
    importer = recognise(named)
    assert importer is not None
    assert others.columns == {}
    report = importer.import_reports(named, THEATRE).reports.iloc[0]
    assert (report["event_date"], report["summary"]) == ("2021-05-02", "Said so.")


def test_in_a_known_format_an_optional_column_is_named_and_one_of_the_codebook_is_chosen_afterwards() -> None:
    raw = read_table("a.csv", as_csv([[*ACLED[:-1], "NOTES", "Words"], ["x"] * 9]).encode())
    named, others = TableChoices(columns={"notes": "Words", "summary": "origin"}).name_columns(raw)
    assert list(named.frame.columns) == [*ACLED[:-1], "notes"]
    assert others.columns == {"summary": "origin"}
    with pytest.raises(UnknownNameError, match="no column of the codebook 'nots'"):
        TableChoices(columns={"nots": "Words"}).name_columns(raw)[1].convert(raw, THEATRE)


def test_sheets_are_rated_by_the_columns_that_a_report_needs_and_a_known_format_fits_best() -> None:
    assert rate_columns(["Terms"]) == 0
    assert rate_columns(["date", "district", "claim"]) < rate_columns(["date", "district", "claim", "party"])
    assert rate_columns(ACLED) > rate_columns(["date", "district", "claim", "party"])
    rows = [["date", "district", "claim", "party"], ["2021-05-02", "Brackwater", "held", "red"]]
    book = as_xlsx([["date", "note"], ["2021", "made"]], rows, titles=("About", "Reports"))
    assert read_table("b.xlsx", book, rate=rate_columns).reading.sheet == "Reports"


@pytest.mark.slow
def test_sides_speakers_and_places_that_do_not_exist_are_refused() -> None:
    raw = replace(own("Reds"), frame=own("Reds").frame.assign(**{"said by": "a heron"}))
    assert "There is no side 'grey'" in refused(raw, sides={"a heron": "grey"})
    assert "There is no speaker in the table 'a stork'" in refused(raw, sides={"a stork": "red"})
    assert "There is no place in the table 'Fen'" in refused(raw, places_by_text={"Fen": "H1"})
