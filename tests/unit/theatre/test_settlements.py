"""Settlements of a pack are read and checked: each lies in the district whose polygon contains its point."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from control_map.core.errors import PackError
from control_map.core.limits import LIMITS
from control_map.theatre import csv_reader
from control_map.theatre import settlements as module
from control_map.theatre.settlements import no_settlements, read_settlements
from tests.support.made_up import PLACES

HEADER = "settlement_id,name,name_local,alt_names,district_id,lon,lat,population\n"


def read(folder: Path, rows: str, header: str = HEADER) -> tuple[pd.DataFrame, list[tuple[int, str, str]]]:
    (folder / "settlements.csv").write_text(header + rows, encoding="utf-8")
    settlements, faults = read_settlements(folder / "settlements.csv", PLACES)
    return settlements, [(fault.row, fault.column, fault.problem) for fault in faults]


def test_the_polygon_around_the_point_says_in_which_district_a_settlement_lies(tmp_path):
    settlements, faults = read(tmp_path, "s1,Salma,سلمى,Silma|Selma,,1.2,50.4,120\ns2,Crake,,,V1,2.5,50.5,\n")
    assert faults == []
    assert settlements["district_id"].tolist() == ["H2", "V1"]
    assert settlements[["lon", "lat"]].to_numpy().tolist() == [[1.2, 50.4], [2.5, 50.5]]
    assert settlements["population"].isna().tolist() == [False, True]


def test_a_pack_without_the_file_has_none_and_a_short_table_is_enough(tmp_path):
    assert read_settlements(tmp_path / "settlements.csv", PLACES)[0].equals(no_settlements())
    settlements, faults = read(tmp_path, "s1,Salma,50.4,1.2\n", "settlement_id,name,lat,lon\n")
    assert (settlements["district_id"].tolist(), settlements["alt_names"].tolist(), faults) == (["H2"], [""], [])


@pytest.mark.parametrize(
    ("row", "column", "problem"),
    [
        (",Salma,,,,1.2,50.4,", "settlement_id", "the cell is empty"),
        ("s0,Salma,,,,1.2,50.4,", "settlement_id", "the value is there already, further up"),
        ("s1,,,,,1.2,50.4,", "name", "the cell is empty"),
        ("s1,Salma,,,,1.2,,", "lat", "this is not a number from -90 to 90"),
        ("s1,Salma,,,,1e2°,50.4,", "lon", "this is not a number from -180 to 180"),
        ("s1,Salma,,,,1.2,50.4,many", "population", "this is not a number from 0 to 1e+10"),
        ("s1,Salma,,,V1,1.2,50.4,", "district_id", "the point 1.2, 50.4 (lon, lat) lies in Brackwater (H2)"),
        ("s1,Salma,,,Z9,1.2,50.4,", "district_id", "there is no such district"),
        ("s1,Salma,,,,50.4,1.2,", "lon", "the point 50.4, 1.2 (lon, lat) lies in no district"),
    ],
)
def test_a_row_with_a_fault_is_left_out_and_the_fault_names_its_cell(tmp_path, row, column, problem):
    settlements, faults = read(tmp_path, f"s0,Crake,,,,0.5,50.5,\n{row}\n")
    assert settlements["settlement_id"].tolist() == ["s0"]
    assert faults == [(3, column, problem)]


def test_a_settlement_at_a_simplified_coast_lies_in_the_district_that_it_states(tmp_path):
    settlements, faults = read(tmp_path, "s1,Quay,,,H1,0.5,49.99,\ns2,Far Quay,,,H1,0.5,49.9,\ns3,Edge,,,H2,1,50.5,\n")
    assert settlements[["name", "district_id"]].to_numpy().tolist() == [["Quay", "H1"], ["Edge", "H2"]]
    assert [fault[0] for fault in faults] == [3]


@pytest.mark.slow
def test_no_settlement_is_ever_in_another_district_than_the_one_around_its_point(tmp_path):
    random = np.random.default_rng(7)
    points, stated = random.uniform((-0.1, 49.9), (3.1, 51.1), (400, 2)), random.choice(["", "H1", "H2", "V1"], 400)
    rows = "".join(f"s{n},S,,,{stated[n]},{lon:.6f},{lat:.6f},\n" for n, (lon, lat) in enumerate(points))
    settlements, faults = read(tmp_path, rows)
    assert len(settlements) + len(faults) == len(points)
    shapes = PLACES.set_index("place_id").geometry
    for district, lon, lat in settlements[["district_id", "lon", "lat"]].itertuples(index=False, name=None):
        around = shapes[["H1", "H2", "V1"]].intersects(shapely.Point(lon, lat))
        assert around[district] or (not around.any() and shapes[district].dwithin(shapely.Point(lon, lat), 0.02))


def test_a_table_without_a_point_is_refused_and_one_that_is_too_long_is_cut(tmp_path, monkeypatch):
    with pytest.raises(PackError, match="the column is missing"):
        read(tmp_path, "s1,Salma,1\n", "settlement_id,name,lon\n")
    monkeypatch.setattr(module, "LIMITS", replace(LIMITS, settlements=1))
    settlements, faults = read(tmp_path, "s1,Salma,,,,1.2,50.4,\ns2,Crake,,,,0.5,50.5,\n")
    assert (len(settlements), faults) == (1, [(3, "", "the table has 2 settlements; those from here on are left out")])


@pytest.mark.parametrize(
    "text",
    ["a,b\n1,2\n", "a,b\n 1 ,\u00a02\n,3\n", "\ufeffa,b\nä,س\n", "a,b\n1,2\n\n,\n3,4", "a,b\n1\n2,3\n", 'a,b\n"1",2\n'],
)
def test_a_table_without_quotes_is_read_at_once_as_it_would_be_row_by_row(tmp_path, monkeypatch, text):
    (tmp_path / "table.csv").write_text(text, encoding="utf-8")
    fast, fast_faults = csv_reader.read_csv(tmp_path / "table.csv", ("a",))
    monkeypatch.setattr(csv_reader, "_read_plain_csv", lambda _: None)
    careful, faults = csv_reader.read_csv(tmp_path / "table.csv", ("a",))
    pd.testing.assert_frame_equal(fast, careful, check_index_type=False)
    assert fast_faults == faults
