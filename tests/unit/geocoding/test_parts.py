"""Parts of places: a report on an airport, a dam or a village is listed with its place and colours nothing."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from control_map.analysis.search import ReportFilter, find_reports
from control_map.explanation.dossier import describe_reports
from control_map.pipeline.pack import Pack, load_pack
from control_map.pipeline.view import apply_rule
from control_map.theatre.reports import CODEBOOK_COLUMNS
from tests.support.made_up import ACTORS, as_csv, day, write_pack, written

MakePack = Callable[..., Path]
PARTS = """name,name_local,alt_names,part_of
Old Mill,Старая мельница,Mill Yard|سد سلما,H2
Fen Airfield,,Fen Airport,V1
Aldermoor prison,,,C-H
Long Dyke,,,H1
Long Dyke,,Dyke House,H2
Crow Farm,,,H2
Crow Farm,,,V1
"""


@pytest.fixture
def load(make_pack: MakePack) -> Callable[..., Pack]:
    def load(*reports: dict[str, str], parts: str = PARTS, **files: str) -> Pack:
        return load_pack(make_pack(list(reports), {"parts.csv": parts, **files}))

    return load


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return load_pack(write_pack(tmp_path_factory.mktemp("packs") / "marshland", [], {"parts.csv": PARTS}))


@pytest.mark.parametrize(
    ("text", "province", "place", "part"),
    [
        ("Old Mill", "Harrow", "H2", "Old Mill, part of Brackwater"),
        ("old mill", "", "H2", "Old Mill, part of Brackwater"),
        ("the Old Mill", "Harrow", "H2", "Old Mill, part of Brackwater"),
        ("Old Mill, Harrow", "", "H2", "Old Mill, part of Brackwater"),
        ("Old Mill (a ruin)", "Harrow", "H2", "Old Mill, part of Brackwater"),
        ("Старая мельница", "", "H2", "Old Mill, part of Brackwater"),
        ("سد سلما", "", "H2", "Old Mill, part of Brackwater"),
        ("Mill-Yard", "Harrow", "H2", "Old Mill, part of Brackwater"),
        ("Fen (Airport)", "Velden", "V1", "Fen Airfield, part of Stonefen"),
        ("Aldermoor prison", "Harrow", "C-H", "Aldermoor prison, part of Aldermoor (capital)"),
        ("Dyke House", "", "H2", "Long Dyke, part of Brackwater"),
        ("Crow Farm", "Velden", "V1", "Crow Farm, part of Stonefen"),
    ],
)
def test_a_part_is_found_by_each_of_its_names_and_named_with_its_place(pack: Pack, text, province, place, part):
    for kind in ("district", "provincial_capital", ""):
        match = pack.gazetteer.find(text, province, kind)
        assert (match.place_id, match.precision, match.part) == (place, "inside", part)
        assert part in match.reason


@pytest.mark.parametrize("text", ["Long Dyke", "Crow Farm"])
def test_a_name_that_parts_of_two_places_share_is_left_open_and_the_way_out_is_named(pack: Pack, text: str):
    province = "Harrow" if text == "Long Dyke" else ""
    match = pack.gazetteer.find(text, province, "district")
    assert (match.place_id, match.precision) == ("", "")
    assert f"'{text}' can be {text}, part of" in match.reason
    way_out = f"{text}, part of Brackwater"
    assert f"write '{text}, part of " in match.reason
    assert pack.gazetteer.find(way_out, "", "district")[:4] == ("H2", "exact", 100.0, "inside")


@pytest.mark.slow
def test_the_name_of_a_place_goes_before_that_of_a_part_and_the_part_is_named_as_a_fault(load):
    pack = load(parts="name,name_local,alt_names,part_of\nBrackwater,,Aldermoor town,H1\n")
    assert pack.gazetteer.find("Brackwater", "Harrow", "district")[:4] == ("H2", "exact", 100.0, "place")
    assert pack.gazetteer.find("Aldermoor town", "Harrow", "provincial_capital")[:4] == ("C-H", "exact", 100.0, "place")
    assert [(fault.file, fault.row, fault.column, fault.value, fault.kept) for fault in pack.faults] == [
        ("parts.csv", 2, "name", "Aldermoor town", True),
        ("parts.csv", 2, "name", "Brackwater", True),
    ]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("Crooked Village, part of Brackwater", "Crooked Village, part of Brackwater"),
        ("Crooked Village; part of Brackwater district, Harrow", "Crooked Village, part of Brackwater"),
        ("Crooked Village (a part of Brackwater)", "Crooked Village, part of Brackwater"),
        ("part of Brackwater", ""),
    ],
)
def test_a_report_can_say_itself_what_it_is_a_part_of(pack: Pack, text: str, part: str):
    match = pack.gazetteer.find(text, "", "district")
    assert (match.place_id, match.precision, match.part) == ("H2", "inside", part)


def test_what_is_stated_to_be_a_part_of_nothing_known_is_set_aside(pack: Pack):
    assert pack.gazetteer.find("Crooked Village, part of Ruritania", "Harrow", "district").precision == ""


@pytest.mark.slow
def test_the_column_part_of_of_a_report_names_the_place(make_pack: MakePack):
    rows = [written(1, place_text="Crooked Village", part_of="Brackwater"), written(2, part_of="")]
    pack = load_pack(make_pack([], {"reports.csv": as_csv(rows, [*CODEBOOK_COLUMNS, "part_of"])}))
    found = pack.located.set_index("report_id")[["place_id", "precision", "part"]]
    assert found.loc["r1"].tolist() == ["H2", "inside", "Crooked Village, part of Brackwater"]
    assert found.loc["r2"].tolist() == ["H2", "place", ""]


@pytest.mark.slow
def test_reports_on_parts_are_listed_with_the_place_and_colour_nothing(load):
    on_parts = [
        written(number, place_text=name, actor=actor, event_date=f"2021-05-0{number}", reported_date="2021-05-09")
        for number, (name, actor) in enumerate([("Old Mill", "blue"), ("Mill Yard", "green"), ("Old Mill", "red")], 3)
    ]
    without, together = (
        apply_rule(pack := load(*rows), pack.rule()) for rows in ([written(1)], [written(1), *on_parts])
    )
    for number in range(60):
        columns = ["place_id", "status", "claimed_by", "disputed", "confidence", "since"]
        pd.testing.assert_frame_equal(without.status(day(number))[columns], together.status(day(number))[columns])
    reports = describe_reports(together.explain("H2", day(20))["evidence"], ACTORS, 2021)
    assert [(report["role"], report["area"]) for report in reports] == [
        *[("context", "on Old Mill, part of Brackwater")] * 3,
        ("sets", ""),
    ]


@pytest.mark.slow
def test_reports_on_a_part_are_found_by_its_name_however_the_report_spells_it(load):
    index = load(written(1, place_text="سد سلما"), written(2)).search_index
    assert find_reports(index, ReportFilter(text="Old Mill"))["report_id"].tolist() == ["r1"]
    assert find_reports(index, ReportFilter(text='"Old Mill, part of Brackwater"'))["report_id"].tolist() == ["r1"]


@pytest.mark.slow
def test_each_fault_of_a_part_is_named_with_its_row_and_its_fix(load):
    pack = load(parts="name,part_of,alt_names\nOld Mill,H2,\n,H2,\nNowhere,H9,\nThe Yard,H2,old-mill\nFen,V1,\n")
    assert pack.theatre.parts["name"].tolist() == ["Old Mill", "Fen"]
    assert [(fault.row, fault.column, fault.problem, fault.fix) for fault in pack.faults] == [
        (3, "name", "the cell is empty", "Fill it in"),
        (4, "part_of", "there is no such place", "Write the place_id of a place in places.csv"),
        (
            5,
            "name",
            "the place has a part of this name already, further up",
            "Put the names of one part into one row",
        ),
    ]


def test_a_name_that_finds_no_part_is_a_fault_that_leaves_the_part(pack: Pack):
    assert len(pack.theatre.parts) == 7
    faults = [(fault.row, fault.value) for fault in pack.faults]
    assert faults == [(5, "Long Dyke"), (6, "Long Dyke")]
    assert all("the name does not find the part: 'Long Dyke' can be" in fault.problem for fault in pack.faults)


@pytest.mark.slow
def test_a_pack_without_the_file_has_no_parts_and_the_file_is_part_of_its_fingerprint(pack: Pack, make_pack: MakePack):
    without = load_pack(make_pack())
    assert without.theatre.parts.empty
    assert without.fingerprint != pack.fingerprint
