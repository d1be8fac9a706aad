"""The text of a pack is cleaned as that of an added table is, and every change is named."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from control_map.core.errors import PackError
from control_map.intake.tables.reader import read_table
from control_map.pipeline.pack import load_pack
from control_map.theatre.csv_reader import read_clean_csv
from control_map.theatre.theatre import read_theatre
from tests.support.made_up import THEATRE, as_csv, districts_geojson, places_csv, written

MakePack = Callable[..., Path]
DIRTY = [
    "Her\u202eat",
    "K\u0430bul",
    "a\x85b",
    "x\u2066y\u2069",
    "z\U000e0041",
    "Kabul",
    "\u041a\u0430\u0431\u0443\u043b",
    "\u200bFen \u200b",
]


def test_a_pack_reads_a_cell_as_an_added_table_does(tmp_path: Path) -> None:
    rows = "name,size\n" + "".join(f"{name},1\n" for name in DIRTY)
    (tmp_path / "list.csv").write_text(rows, "utf-8")
    frame, faults = read_clean_csv(tmp_path / "list.csv", ("name", "size"))
    raw = read_table("list.csv", rows.encode())
    assert frame["name"].tolist() == raw.frame["name"].tolist()
    assert [fault.row for fault in faults] == [2, 4, 5, 6, 9, 3]
    assert all(fault.kept and fault.column == "name" for fault in faults)
    assert {fault.problem for fault in faults} == {fault.problem.partition(" (row")[0] for fault in raw.faults}


@pytest.mark.slow
def test_each_cleaned_cell_of_a_pack_is_named_and_its_row_counts(make_pack: MakePack) -> None:
    pack = load_pack(
        make_pack(
            [written(1, place_text="Br\u0430ckwater"), written(2, summary="held by \u202eder\u202c")],
            files={
                "places.csv": places_csv().replace("Stonefen", "Stone\u2067fen"),
                "totals.csv": "date,measure,value,qualifier,claimed_by,source_name,source_url,note\n"
                "2021-05-03,districts_red,1,exact,red,D\u0430ily,,\n",
                "theatre.toml": THEATRE.replace("Blues", "Bl\u200bues").replace("Feldena", "Feld\\u202eena"),
            },
        )
    )
    assert [(fault.file, fault.row, fault.column, fault.value) for fault in pack.faults] == [
        ("places.csv", 4, "name", "Stonefen"),
        ("reports.csv", 2, "place_text", "Brackwater"),
        ("reports.csv", 3, "summary", "held by der"),
        ("theatre.toml", 0, "actors.1.label", "Blues"),
        ("theatre.toml", 0, "provinces.V.alt_names.0", "Feldena"),
        ("totals.csv", 2, "source_name", "Daily"),
    ]
    assert all(fault.kept for fault in pack.faults)
    assert pack.located["place_id"].tolist() == ["H2", "H2"]
    assert pack.theatre.places.set_index("place_id").loc["V1", "name"] == "Stonefen"
    assert pack.theatre.actor_labels["blue"] == "Blues"
    assert pack.theatre.totals["source_name"].tolist() == ["Daily"]


@pytest.mark.slow
def test_of_two_places_whose_ids_look_the_same_the_second_is_left_out(make_pack: MakePack) -> None:
    for imitation in ("\u041d2", "H2\u200b", "\uff282"):
        theatre = read_theatre(make_pack(files={"places.csv": places_csv().replace("V1,", f"{imitation},", 1)}))
        (fault,) = (fault for fault in theatre.faults if not fault.kept and fault.column == "place_id")
        assert fault.problem == "the value is there already, further up"
        assert "V1" not in set(theatre.places["place_id"])


def test_a_province_whose_id_only_looks_like_another_is_named(make_pack: MakePack) -> None:
    theatre = read_theatre(make_pack(files={"places.csv": places_csv().replace(",H,Harrow,1.5", ",\u041d,Harrow,1.5")}))
    (fault,) = theatre.faults
    assert (fault.row, fault.column, fault.problem) == (
        3,
        "province_id",
        "the id looks like another further up, and is another",
    )


@pytest.mark.parametrize(
    ("place_id", "problem"), [("\u041d2", "comes twice"), ("V1\u202e", "cannot be seen"), ("\u0410B1", "imitate")]
)
def test_an_id_of_a_polygon_that_imitates_another_is_refused(make_pack: MakePack, place_id: str, problem: str) -> None:
    tree = json.loads(districts_geojson())
    tree["features"][-1]["properties"]["place_id"] = place_id
    with pytest.raises(PackError, match=problem):
        read_theatre(make_pack(files={"districts.geojson": json.dumps(tree)}))


@pytest.mark.slow
def test_of_two_reports_whose_ids_look_the_same_the_first_counts(make_pack: MakePack) -> None:
    pack = load_pack(
        make_pack([written(1), {**written(2), "report_id": "\u04331"}, {**written(3), "report_id": "r1\u200b"}])
    )
    assert pack.located["report_id"].tolist() == ["r1"]
    assert set(pack.set_aside["problem"]) == {"report_id: the value is there already, further up"}


def test_two_entries_of_a_description_that_look_the_same_are_refused(make_pack: MakePack) -> None:
    text = THEATRE.replace("V = {", '"V\\u200b" = { alt_names = ["x"] }\nV = {')
    with pytest.raises(PackError, match=r"provinces\.V: two entries look the same"):
        read_theatre(make_pack(files={"theatre.toml": text}))


def test_names_of_columns_are_read_without_what_cannot_be_seen(tmp_path: Path) -> None:
    path = tmp_path / "reports.csv"
    path.write_text(as_csv([written(1)]).replace("claim,", "\u200bcl\u0430im,", 1), "utf-8")
    assert "claim" in read_clean_csv(path, ("claim",))[0]
