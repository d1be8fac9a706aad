"""Adding is exact: every row is added or refused, a merged table reads back as it was, and nothing refused revives."""

import itertools
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from control_map.core.errors import NOTHING_TO_FIX, Fault
from control_map.intake.matching.codebook import PlaceSpelling, convert_to_codebook
from control_map.intake.matching.columns import match_table
from control_map.intake.outcome import count_outcome, describe_merged, merge_reports
from control_map.intake.tables.reader import read_table
from control_map.pipeline.pack import Pack, add_reports, load_pack
from control_map.theatre.csv_writer import as_csv
from control_map.theatre.reports import STATED_PROBLEM_COLUMN
from tests.support.made_up import places_csv, write_pack, written

HEADER = "report_id,date,district,province,claim,party,said by,side,lat,lon"


class Row(NamedTuple):
    """A row of a table as somebody writes it: good, or with one of the usual faults."""

    report_id: str = ""
    date: str = "2021-05-03"
    place: str = "Brackwater"
    province: str = "Harrow"
    claim: str = "captured"
    party: str = "Reds"
    claimant: str = "someone"
    side: str = "independent"
    lat: str = ""
    lon: str = ""

    def __str__(self) -> str:
        return ",".join(self)


SOME = settings.default.max_examples // 6
"""Examples of a law: each reads several tables."""
IDS = st.sampled_from(["", "", "r1", "r2", "r3", "1", "1", "2", "\u0433\u0031", "r1\u200b", "1 (row 2)"])
ROWS = st.builds(
    Row,
    report_id=IDS,
    date=st.sampled_from(["2021-05-03", "2021-05-04", "someday", ""]),
    place=st.sampled_from(
        ["Brackwater", "Aldermoor", "Br\u0430ckwater", "Nowhere", "Mill Hamlet", "", "all of Harrow"]
    ),
    province=st.sampled_from(["Harrow", "Harrow", "Velden", ""]),
    claim=st.sampled_from(["captured", "seized", "eaten", "held"]),
    party=st.sampled_from(["Reds", "Blues", "Yellows"]),
    claimant=st.sampled_from(["someone", "a \u202etraveller", ""]),
    side=st.sampled_from(["independent", "Reds", "Martians", ""]),
    lat=st.sampled_from(["", "", "", "50.6", "95"]),
    lon=st.sampled_from(["", "", "", "1.6"]),
)
TABLES = st.lists(st.lists(ROWS, min_size=1, max_size=5), min_size=1, max_size=2)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = [
        written(1),
        written(2, place_text="Atlantis"),
        written(3, claim="liberated"),
        {**written(4), "report_id": "r1", "summary": "under an id that is there already"},
        written(5, place_text="V1", place_kind="province", area_scope="whole"),
    ]
    return write_pack(tmp_path_factory.mktemp("packs") / "pack", rows)


@pytest.fixture(scope="module")
def pack(folder: Path) -> Pack:
    return load_pack(folder)


def add(pack: Pack, rows: Sequence[Row] | str, name: str = "mine.csv") -> Pack:
    """Add a table, given as rows, or as the text of its file."""
    text = rows if isinstance(rows, str) else "\n".join([HEADER, *map(str, rows)])
    raw = read_table(name, text.encode())
    return add_reports(pack, convert_to_codebook(raw, match_table(raw), pack.theatre))


def located_ids(pack: Pack) -> list[str]:
    return sorted(pack.located["report_id"])


def problems(pack: Pack) -> Counter[tuple[str, str]]:
    """Return the id and the problem of each row that is set aside and of which a merged table keeps something."""
    aside = pack.set_aside[pack.set_aside["fix"] != NOTHING_TO_FIX]
    return Counter(zip(aside["report_id"], aside["problem"], strict=True))


def read_back(folder: Path, merged: str) -> Pack:
    """Read a merged table as the reports of the pack."""
    (folder / "reports.csv").write_text(merged, "utf-8")
    return load_pack(folder)


@settings(max_examples=SOME)
@given(TABLES)
def test_every_row_of_any_tables_is_added_or_refused_in_any_order(pack: Pack, tables: list[list[Row]]) -> None:
    for order in itertools.islice(itertools.permutations(enumerate(tables)), 2):
        added = pack
        for number, rows in order:
            before, added = added, add(added, rows, f"table{number}.csv")
            new = added.user_supplied_ids - before.user_supplied_ids
            assert len(new) == len(rows)
            assert len(added.located) - len(before.located) + len(added.set_aside) - len(before.set_aside) == len(rows)
        outcome = count_outcome(added)
        assert outcome.placed + outcome.set_aside == sum(map(len, tables))
        ids = [*added.located["report_id"], *added.user_supplied_set_aside["report_id"]]
        assert len(set(ids)) == len(ids)
        alone = merge_reports(added, alone=True)
        assert len(alone) == outcome.total - outcome.unread - outcome.repeated
        assert len(merge_reports(added)) == 5 + len(alone)


@settings(max_examples=SOME)
@given(TABLES)
def test_a_merged_table_gives_the_same_map_however_it_is_read(
    pack: Pack, tmp_path_factory: pytest.TempPathFactory, tables: list[list[Row]]
) -> None:
    added = pack
    for number, rows in enumerate(tables):
        added = add(added, rows, f"table{number}.csv")
    merged = as_csv(merge_reports(added))
    again = read_back(write_pack(tmp_path_factory.mktemp("merged") / "pack"), merged)
    assert located_ids(again) == located_ids(added)
    assert problems(again) == problems(added)
    assert as_csv(merge_reports(again).drop(columns="whose")) == as_csv(merge_reports(added).drop(columns="whose"))
    onto_the_pack = add(pack, merged, "merged.csv")
    assert located_ids(onto_the_pack) == located_ids(added)
    assert problems(onto_the_pack) == problems(added)
    onto_itself = add(added, merged, "merged.csv")
    assert located_ids(onto_itself) == located_ids(added)
    assert as_csv(merge_reports(onto_itself)) == merged
    assert count_outcome(onto_itself).repeated - count_outcome(added).repeated == len(merge_reports(added))


@settings(max_examples=SOME)
@given(st.lists(ROWS, min_size=1, max_size=6))
def test_a_table_that_is_added_twice_is_refused_row_by_row_and_written_once(pack: Pack, rows: list[Row]) -> None:
    once = add(pack, rows)
    twice = add(once, rows)
    assert located_ids(twice) == located_ids(once)
    assert len(twice.set_aside) - len(once.set_aside) == len(rows)
    assert as_csv(merge_reports(twice)) == as_csv(merge_reports(once))


@pytest.mark.slow
def test_a_row_under_an_id_of_the_pack_and_one_without_a_longitude_do_not_revive(pack: Pack, tmp_path: Path) -> None:
    added = add(pack, [Row("r1", claimant="another"), Row("x1", lat="34.5")])
    assert added.user_supplied_located.empty
    merged = merge_reports(added)
    stated = merged.set_index("report_id")[STATED_PROBLEM_COLUMN]
    assert stated["r1 (row 2)"] == "report_id: the theatre has a report 'r1' already"
    assert stated["x1"] == "lon: the row has lat but no lon"
    again = read_back(write_pack(tmp_path / "pack"), as_csv(merged))
    assert {"r1 (row 2)", "x1"}.isdisjoint(again.located["report_id"])
    fixes = again.set_aside.set_index("report_id")["fix"]
    assert fixes["x1"] == "Correct the row, and empty its cell set_aside"
    assert any(fault.row == 8 and fault.column == "lon" for fault in again.faults)


@pytest.mark.slow
def test_a_row_counts_again_when_its_stated_problem_is_emptied(pack: Pack, tmp_path: Path) -> None:
    merged = merge_reports(add(pack, [Row("x1", lat="34.5")]))
    corrected = merged.assign(**{STATED_PROBLEM_COLUMN: ""})
    assert "x1" in set(read_back(write_pack(tmp_path / "pack"), as_csv(corrected)).located["report_id"])


@pytest.mark.slow
def test_a_row_whose_place_alone_was_not_found_can_be_corrected_at_once(pack: Pack) -> None:
    merged = merge_reports(add(pack, [Row("x1", place="Nowhere")])).set_index("report_id")
    assert merged.loc["x1", STATED_PROBLEM_COLUMN] == ""
    corrected = merged.assign(place_text=merged["place_text"].replace("Nowhere", "Brackwater")).reset_index()
    assert "x1" in set(add(pack, as_csv(corrected)).located["report_id"])


@pytest.mark.slow
def test_a_merged_table_says_what_it_has(pack: Pack) -> None:
    added = add(pack, [Row("x1", lat="34.5"), Row("x2"), Row("x2"), Row("r1", place="Nowhere")])
    said = describe_merged(merge_reports(added), added)
    assert said.startswith(
        "It has 9 rows: 5 of the theatre and 4 of yours. 5 stay set aside until their cell set_aside is emptied."
    )
    nowhere = add(pack, [Row("x1", place="Nowhere")])
    assert describe_merged(merge_reports(nowhere), nowhere).endswith(
        "3 have places not on this map: such a row is set aside again until its place is found."
    )


@pytest.mark.slow
def test_rows_that_are_there_already_are_counted_apart(pack: Pack) -> None:
    rows = [Row("x1"), Row("x2", place="Nowhere")]
    added = add(add(pack, rows), rows)
    assert count_outcome(added).repeated == 2
    assert "2 of those are there already: a merged table has them once." in count_outcome(added).sentences
    assert merge_reports(added, alone=True)["report_id"].tolist() == ["x1", "x2"]


@pytest.mark.slow
def test_ids_that_look_the_same_are_the_same_id(pack: Pack) -> None:
    added = add(pack, [Row("\u04331", claimant="another"), Row("1"), Row("1\u200b", claimant="another")])
    assert added.user_supplied_located["report_id"].tolist() == ["1"]
    assert added.user_supplied_set_aside["problem"].tolist() == [
        "report_id: the theatre has a report 'r1' already",
        "report_id: the value is there already, further up",
    ]


@pytest.mark.slow
def test_the_pack_itself_as_a_table_adds_nothing_and_needs_no_fix(pack: Pack, folder: Path) -> None:
    added = add(pack, (folder / "reports.csv").read_text("utf-8"))
    assert located_ids(added) == located_ids(pack)
    same = added.user_supplied_set_aside.set_index("report_id")["fix"]
    # The word is known in tables, and so that row says something else than in the pack.
    assert set(same.drop("r3 (row 4)")) == {NOTHING_TO_FIX}


@pytest.mark.slow
def test_a_row_that_got_its_number_twice_is_known_again(pack: Pack) -> None:
    rows = [Row("r1", date="", claimant="another"), Row("r1 (row 2)", date="someday")]
    once = add(pack, rows)
    assert once.user_supplied_set_aside["report_id"].tolist() == ["r1 (row 2) (row 2)", "r1 (row 2)"]
    assert as_csv(merge_reports(add(once, rows))) == as_csv(merge_reports(once))


@pytest.mark.slow
def test_a_fault_of_many_rows_counts_as_many(pack: Pack) -> None:
    raw = read_table("mine.csv", f"{HEADER}\n{Row('x1')}\n".encode())
    raw = raw.with_faults(Fault("mine.csv", 9, "", "it shows no change of territory", NOTHING_TO_FIX, rows=7))
    added = pack
    for times in (1, 2):
        added = add_reports(added, convert_to_codebook(raw, match_table(raw), pack.theatre))
        assert count_outcome(added).total == 8 * times
    assert count_outcome(added).sentences[:2] == [
        "2 of 16 rows are reports; 14 left out, rightly.",
        "1 of 2 reports located: 1 on a place.",
    ]


@pytest.mark.slow
def test_a_report_on_a_chosen_place_is_written_with_its_id_as_another_may_have_the_name(tmp_path: Path) -> None:
    twin = "H3,district,Brackwater,,Brackwater South,H2,,H,Harrow,1.6,50.6,"
    folder = write_pack(
        tmp_path / "pack", [written(1, place_text="Aldermoor")], {"places.csv": f"{places_csv()}{twin}\n"}
    )
    twins = load_pack(folder)
    text = f"{HEADER},place_id\n{Row('x1')},H3\n{Row('x2')},H2\n"
    added = add(twins, text)
    assert added.user_supplied_located["place_id"].tolist() == ["H3", "H2"]
    merged = merge_reports(added).set_index("report_id")
    assert merged.loc["x1", ["place_text", "place_id"]].tolist() == ["Brackwater", "H3"]
    again = read_back(folder, as_csv(merge_reports(added)))
    assert again.located.set_index("report_id").loc["x1", "place_id"] == "H3"


@pytest.mark.slow
def test_a_report_with_exceptions_reads_back_and_one_with_an_unknown_exception_states_it(tmp_path: Path) -> None:
    area = {"place_kind": "province", "place_text": "Harrow", "area_scope": "whole"}
    rows = [written(1, **area, except_for="Brackwater|Aldermoor city"), written(2, **area, except_for="Atlantis")]
    empty = load_pack(write_pack(tmp_path / "pack"))
    added = add(empty, as_csv(pd.DataFrame(rows).assign(report_id=["m1", "m2"])))
    assert added.user_supplied_located["excepted_ids"].tolist() == ["H2|C-H"]
    again = read_back(tmp_path / "pack", as_csv(merge_reports(added)))
    assert again.located.set_index("report_id").loc["m1", ["except_for", "excepted_ids"]].tolist() == [
        "Brackwater|Aldermoor city",
        "H2|C-H",
    ]
    assert problems(again) == problems(added)
    assert len(again.assertions) == len(added.assertions)


def test_a_report_for_which_a_place_is_chosen_leaves_nothing_out(pack: Pack) -> None:
    row = written(7, place_kind="province", place_text="Harow Hills", area_scope="whole", except_for="Brackwater")
    raw = read_table("mine.csv", as_csv(pd.DataFrame([row])).encode())
    spelling = PlaceSpelling("Harow Hills", "Harrow", "province")
    reports = convert_to_codebook(raw, match_table(raw), pack.theatre, {spelling: "H1"})
    located = add_reports(pack, reports).user_supplied_located
    assert located[["place_id", "except_for", "excepted_ids"]].to_numpy().tolist() == [["H1", "", ""]]
