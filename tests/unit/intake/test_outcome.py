"""The user's reports are located or set aside, corrected, and written as one table with those of the pack."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from control_map.core.model import LocationPrecision, MatchMethod
from control_map.intake.matching.codebook import PlaceSpelling, convert_to_codebook
from control_map.intake.matching.columns import match_table
from control_map.intake.outcome import (
    MAX_APPROXIMATE_NAMES,
    count_outcome,
    describe_approximate_matches,
    list_unplaced_spellings,
    merge_reports,
)
from control_map.intake.tables.reader import read_table
from control_map.intake.tables.table_builder import RawTable
from control_map.pipeline.pack import Pack, add_reports, load_pack
from control_map.theatre.csv_writer import as_csv
from tests.support.made_up import written

pytestmark = pytest.mark.slow

HEADER = "date,district,province,claim,party,summary,lon,lat"
ROWS = """
2021-05-02,Brackwater,Harrow,seized,Reds,"'=1+1",,
2021-05-03,Brackwatr,Harrow,held,blue,a slip,,
2021-05-04,Mill Hamlet,Harrow,seized,Reds,a point,1.6,50.6
2021-05-04,Aldermoor,,held,red,two places by name and one by the point,0.5,50.5
2021-05-05,Nowhere,Harrow,held,red,first,,
2021-05-06,Nowhere,Harrow,held,red,second,,
2021-05-06,Stonefen,Harrow,held,red,another province,,
2021-05-06,Far Hamlet,Harrow,held,red,exchanged,50.6,1.6
2020-01-01,Stonefen,Velden,held,green,long before,,
2022-01-01,Stonefen,Velden,held,green,long after,,
2021-05-06,Stonefen,Velden,held,yellow,an unknown party,,
"""


@pytest.fixture
def pack(make_pack: Callable[..., Path]) -> Pack:
    return load_pack(make_pack([written(1), written(2, place_text="Atlantis"), written(3, summary="-- a dash")]))


def add_rows(pack: Pack, rows: str = ROWS, chosen: Mapping[PlaceSpelling, str] | None = None) -> Pack:
    raw: RawTable = read_table("mine.csv", f"{HEADER}\n{rows.strip()}\n".encode())
    return add_reports(pack, convert_to_codebook(raw, match_table(raw), pack.theatre, chosen))


def test_each_row_is_counted_once_and_what_colours_nothing_is_counted_apart(pack: Pack) -> None:
    outcome = count_outcome(add_rows(pack))
    assert (outcome.on_place, outcome.on_area, outcome.on_part, outcome.set_aside) == (5, 0, 1, 5)
    assert (outcome.before, outcome.after, outcome.total) == (1, 1, 11)
    assert outcome.sentences[0] == "6 of 11 reports located: 5 on a place, 1 on a part of one, which colours nothing."
    assert outcome.sentences[-1].startswith("1 of events after the period, which ends on 2021-07-01")


def test_the_pack_itself_is_not_changed_and_the_users_reports_are_known(pack: Pack) -> None:
    before = (pack.located.copy(), pack.set_aside.copy(), pack.fingerprint)
    added = add_rows(pack)
    assert pack.located.equals(before[0])
    assert pack.set_aside.equals(before[1])
    assert added.fingerprint != before[2]
    assert list(added.located.columns) == list(pack.located.columns)
    assert not added.user_supplied_ids & {*pack.located["report_id"], *pack.set_aside["report_id"]}
    assert len(added.user_supplied_ids) == 11
    assert count_outcome(pack).sentences == ["0 of 0 reports located."]


def test_a_point_is_a_part_of_its_district_unless_the_name_is_the_districts(pack: Pack) -> None:
    located = add_rows(pack).located.set_index("place_text")
    hamlet, moor = located.loc["Mill Hamlet"], located.loc["Aldermoor"]
    assert (hamlet["place_id"], hamlet["precision"], hamlet["method"]) == (
        "H2",
        LocationPrecision.INSIDE,
        MatchMethod.POINT,
    )
    assert (moor["place_id"], moor["precision"]) == ("H1", LocationPrecision.PLACE)


def test_a_point_in_no_district_is_set_aside_and_numbers_that_look_exchanged_are_noticed(pack: Pack) -> None:
    aside = add_rows(pack).user_supplied_set_aside.set_index("place_text")
    assert "is in no district: lat and lon look swapped" in aside.loc["Far Hamlet", "problem"]


def test_unplaced_spellings_are_listed_once_with_their_rows_and_the_most_similar_places(pack: Pack) -> None:
    unplaced = {each.spelling.place_text: each for each in list_unplaced_spellings(add_rows(pack))}
    assert list(unplaced) == ["Nowhere", "Stonefen", "Far Hamlet"]
    assert unplaced["Nowhere"].rows == (6, 7)
    assert unplaced["Stonefen"].candidates[0] == ("V1", "Stonefen, Velden")
    assert {label for _, label in unplaced["Nowhere"].candidates} > {"Kestrel Gate, Velden (crossing)"}
    assert len(list_unplaced_spellings(add_rows(pack), 1)) == 1


def test_one_choice_of_a_place_holds_for_all_rows_with_the_spelling_and_keeps_the_spelling(pack: Pack) -> None:
    corrected = add_rows(pack, chosen={PlaceSpelling("Nowhere", "Harrow", "district"): "X-K"})
    rows = corrected.located[corrected.located["place_text"] == "Nowhere"]
    assert rows["place_id"].tolist() == ["X-K", "X-K"]
    assert set(rows["precision"]) == {LocationPrecision.PLACE}
    assert rows["reason"].iloc[0] == "'Nowhere' is Kestrel Gate, Velden, as chosen"
    assert count_outcome(corrected).set_aside == 3


def test_what_was_written_as_one_table_reads_back(pack: Pack, make_pack: Callable[..., Path]) -> None:
    added = add_rows(pack, chosen={PlaceSpelling("Nowhere", "Harrow", "district"): "X-K"})
    text = as_csv(merge_reports(added))
    assert not [line for line in text.splitlines() if line.startswith(("=", "-", "+", "@"))]
    again = load_pack(make_pack(files={"reports.csv": text}))
    kept = ["report_id", "event_date", "place_id", "precision", "claim", "actor", "claimant_side", "summary", "number"]
    by_id = [each.located[kept].sort_values("report_id", ignore_index=True) for each in (added, again)]
    assert by_id[0].equals(by_id[1])
    assert sorted(again.set_aside["report_id"]) == sorted(added.set_aside["report_id"])
    assert {"=1+1", "-- a dash"} < set(again.located["summary"])


def test_the_merged_table_states_the_owner_of_a_row_and_where_its_point_is(pack: Pack) -> None:
    added = add_rows(pack)
    table = merge_reports(added).set_index("summary")
    stated = ["whose", "place_text", "place_id", "place_precision", "place_method"]
    assert table.loc["a point", stated].tolist() == ["brought", "Mill Hamlet", "H2", "inside", "point"]
    assert table["whose"].value_counts().to_dict() == {"brought": 11, "theatre": 3}
    assert set(merge_reports(added, alone=True)["whose"]) == {"brought"}


def test_a_report_with_an_id_of_the_theatre_is_set_aside_as_the_users(pack: Pack) -> None:
    raw = read_table(
        "mine.csv", f"id,{HEADER}\nr1,{ROWS.strip().splitlines()[0]}\nr2,nonsense,Brackwater,,held,red,,,\n".encode()
    )
    added = add_reports(pack, convert_to_codebook(raw, match_table(raw), pack.theatre))
    assert count_outcome(added).set_aside == 2
    assert added.located["report_id"].is_unique
    assert "the theatre has a report 'r1' already" in added.user_supplied_set_aside["problem"].iloc[0]
    assert {"r1", "r2"}.isdisjoint(added.user_supplied_ids)


def add_tables(*tables: str, to: Pack) -> Pack:
    for number, rows in enumerate(tables, 1):
        raw = read_table(f"day{number}.csv", f"id,{HEADER}\n{rows}\n".encode())
        to = add_reports(to, convert_to_codebook(raw, match_table(raw), to.theatre))
    return to


def test_tables_that_number_their_rows_alike_all_count_and_each_row_has_an_id_of_its_own(pack: Pack) -> None:
    tables = [
        f"1,2021-05-0{day},Brackwater,Harrow,held,red,,,\n2,2021-05-0{day},Nowhere,Harrow,held,red,,," for day in "234"
    ]
    together = add_tables(*tables, to=pack)
    assert (count_outcome(together).placed, count_outcome(together).set_aside, len(together.user_supplied_ids)) == (
        3,
        3,
        6,
    )
    before = add_tables(*tables[:2], to=pack).user_supplied_ids
    assert sorted(each[-2:] for each in together.user_supplied_ids - before) == [":1", ":2"]


def test_a_report_with_an_id_that_was_added_before_is_set_aside_each_time(pack: Pack) -> None:
    row = "1,2021-05-02,Brackwater,Harrow,held,red,,,"
    together = add_tables(row, row, row, to=pack)
    assert (count_outcome(together).placed, count_outcome(together).set_aside, len(together.user_supplied_ids)) == (
        1,
        2,
        3,
    )
    assert set(together.user_supplied_set_aside["problem"]) == {
        "report_id: one of your tables has a report '1' already"
    }


def test_a_row_that_lacks_only_its_date_is_in_the_merged_table_and_one_of_which_nothing_was_read_is_not(
    pack: Pack,
) -> None:
    added = add_rows(pack, ",Brackwater,Harrow,held,red,undated,,\n2021-05-02,Brackwater,Harrow,held,red,too,1,2,3,4,5")
    assert merge_reports(added, alone=True)["summary"].tolist() == ["undated"]
    assert count_outcome(added).unread == 1
    assert "1 of those could not be read at all: a merged table leaves them out." in count_outcome(added).sentences


def test_the_same_table_twice_is_set_aside_the_second_time_and_another_of_its_name_is_not(pack: Pack) -> None:
    once = add_rows(pack)
    twice, other = add_rows(once), add_rows(once, ROWS.replace("long after", "much later"))
    assert len(twice.located) == len(once.located)
    assert len(other.located) == len(once.located) + 6


@pytest.mark.parametrize("column", ["place_id", "pcode"])
def test_an_id_of_a_place_stands_for_its_name(pack: Pack, column: str) -> None:
    raw = read_table(
        "mine.csv",
        f"date,{column},claim,party,district\n2021-05-02,V1,held,red,\n2021-05-02,H9,held,red,Brackwater".encode(),
    )
    added = add_reports(pack, convert_to_codebook(raw, match_table(raw), pack.theatre))
    assert added.located["place_id"].tolist()[-2:] == ["V1", "H2"]


def test_each_district_is_found_by_the_name_that_a_point_in_it_is_written_under(
    shipped: Pack,
) -> None:
    places = shipped.theatre.places[shipped.theatre.places["area_km2"].notna()]
    for place_id, name, province in places[["place_id", "name", "province"]].itertuples(index=False, name=None):
        match = shipped.gazetteer.find(f"part of {name}", province, "district")
        assert (match.place_id, match.precision) == (place_id, LocationPrecision.INSIDE)


def test_a_name_of_another_province_goes_before_all_that_are_only_like_it(shipped: Pack) -> None:
    assert shipped.gazetteer.nearest_place_ids("Nirkh", "Herat", "district")[0] == "AF0402"
    assert shipped.gazetteer.nearest_place_ids("Islam Qla", "Herat", "crossing")[0] == "AF-X-islam-qala"


def test_a_fuzzy_match_is_listed_with_its_place_and_rows_and_no_published_report_is(
    make_pack: Callable[..., Path],
) -> None:
    names = "Brackwatter", "Brackwatter", "Brackwater", "Brackwaterr"
    methods = ["fuzzy", "fuzzy", "exact", "fuzzy"]
    pack = load_pack(make_pack([written(number, place_text=name) for number, name in enumerate(names, 1)]))
    (line,) = describe_approximate_matches(
        replace(pack, located=pack.located.assign(method=methods), user_supplied_ids=frozenset(("r1", "r2", "r3")))
    )
    assert line == "'Brackwatter' was located on Brackwater, Harrow by a fuzzy match (2 rows)"


def test_of_many_names_the_rest_is_counted(make_pack: Callable[..., Path]) -> None:
    pack = load_pack(make_pack([written(1)]))
    many = pd.concat([pack.located] * (MAX_APPROXIMATE_NAMES + 2), ignore_index=True)
    many = many.assign(method="fuzzy", place_text=[f"name {number}" for number in range(MAX_APPROXIMATE_NAMES + 2)])
    lines = describe_approximate_matches(replace(pack, located=many, user_supplied_ids=frozenset(many["report_id"])))
    assert len(lines) == MAX_APPROXIMATE_NAMES + 1
    assert lines[-1] == "2 more names located by an approximate match"
