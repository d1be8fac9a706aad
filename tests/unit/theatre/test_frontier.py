"""How many kilometres of the outer border each district has with each neighbour."""

import dataclasses
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from control_map.analysis.crossings import summarize_frontier
from control_map.assessment.timeline import as_of
from control_map.core.errors import PackError
from control_map.core.model import CRS
from control_map.pipeline.view import View
from control_map.theatre.config import FrontierStart
from control_map.theatre.frontier import FRONTIER_COLUMNS, measure_frontier
from control_map.theatre.theatre import read_theatre
from tests.support.made_up import THEATRE, day, write_pack, written

DEGREE_KM = 111.3
"""About a degree along the equator, and along a meridian near it."""


def squares(*west: float, neighbour: str = "Eastland") -> gpd.GeoDataFrame:
    """Districts of a degree at the equator, each beginning at a longitude, and a crossing at the eastern end."""
    shapes = [shapely.box(lon, 0, lon + 1, 1) for lon in west]
    rows = [*((f"D{number}", "district", "", shape) for number, shape in enumerate(shapes))]
    rows.append(("X", "crossing", neighbour, shapely.Point(west[-1] + 1, 0.5)))
    return gpd.GeoDataFrame(rows, columns=["place_id", "kind", "neighbour", "geometry"], crs=CRS).assign(name="Gate")


def starts(**begins: tuple[float, float]) -> list[FrontierStart]:
    return [FrontierStart(neighbour=name, begins=point) for name, point in begins.items()]


def measured(places: gpd.GeoDataFrame, *stated: FrontierStart) -> dict[tuple[str, str], float]:
    rows = measure_frontier(places, stated, "theatre.toml").itertuples(index=False)
    return {(row.place_id, row.neighbour): row.km / DEGREE_KM for row in rows}


def test_each_stretch_runs_clockwise_from_its_start_to_the_next():
    two = squares(0, 1)
    north_west_and_south = starts(Westland=(0, 0), Eastland=(2, 1))
    found = measured(two, *north_west_and_south)
    assert found == pytest.approx(
        {("D0", "Westland"): 2, ("D1", "Westland"): 1, ("D0", "Eastland"): 1, ("D1", "Eastland"): 2}, rel=0.01
    )
    assert measured(two, *reversed(north_west_and_south)) == pytest.approx(found)


def test_a_neighbour_can_have_two_stretches_and_a_coast_has_none():
    coast = [*starts(Eastland=(2, 1)), FrontierStart(neighbour="", begins=(2, 0)), *starts(Westland=(0, 0))]
    assert measured(squares(0, 1), *coast) == pytest.approx(
        {("D1", "Eastland"): 1, ("D0", "Westland"): 2, ("D1", "Westland"): 1}, rel=0.01
    )
    again = [*coast[:2], *starts(Eastland=(0, 0))]
    assert sum(measured(squares(0, 1), *again).values()) == pytest.approx(4, rel=0.01)


def test_an_island_on_which_no_stretch_starts_has_no_neighbour():
    assert {place for place, _ in measured(squares(0, 5), *starts(Eastland=(6, 1)))} == {"D1"}


def test_without_starts_nothing_is_measured():
    assert list(measure_frontier(squares(0), [], "theatre.toml")) == FRONTIER_COLUMNS
    assert measured(squares(0)) == {}


def test_a_start_off_the_border_and_a_crossing_to_a_neighbour_without_a_stretch_are_named():
    with pytest.raises(PackError) as error:
        measured(squares(0, neighbour="Estland"), *starts(Eastland=(0.5, 0.5)))
    away, unstated = error.value.faults
    assert (away.file, away.column, away.value) == ("theatre.toml", "frontier.0.begins", "Eastland")
    assert "56 km from the outer border" in away.problem
    assert "Gate leads to Estland" in unstated.problem
    assert "Eastland" in unstated.fix


def test_a_pack_whose_frontier_cannot_be_read_says_which_entry_is_wrong(tmp_path: Path):
    wrong = THEATRE + '\n[[frontier]]\nneighbour = "Ostland"\nbegins = [200, 30]\n'
    with pytest.raises(PackError, match=r"frontier\.0\.begins"):
        read_theatre(write_pack(tmp_path / "pack", [written()], {"theatre.toml": wrong}))


def test_the_lengths_of_the_afghan_border_are_those_that_are_published(shipped_view: View):
    lengths = shipped_view.pack.theatre.frontier.groupby("neighbour")["km"].sum()
    published = {"China": 91, "Iran": 921, "Pakistan": 2670, "Tajikistan": 1357, "Turkmenistan": 804, "Uzbekistan": 144}
    assert lengths.to_dict() == pytest.approx(published, rel=0.05)


def test_the_parts_of_a_border_by_status_add_up_and_crossings_count_beside_them(shipped_view: View):
    theatre, now = shipped_view.pack.theatre, as_of(shipped_view.timeline, day(70))
    table = summarize_frontier(now, theatre.places, theatre.frontier)
    assert table["km"].sum() == pytest.approx(theatre.frontier["km"].sum(), abs=len(table))
    assert table["crossings"].sum() == (theatre.places["neighbour"] != "").sum()
    taliban = table[(table["status"] == "taliban") & (table["km"] > 0)]
    assert taliban["neighbour"].tolist() == ["China", "Iran", "Pakistan", "Tajikistan", "Turkmenistan", "Uzbekistan"]


def test_where_no_frontier_is_known_crossings_count_and_no_length_is_stated(shipped_view: View):
    theatre = dataclasses.replace(shipped_view.pack.theatre, frontier=measure_frontier(squares(0), [], ""))
    table = summarize_frontier(as_of(shipped_view.timeline, day(70)), theatre.places, theatre.frontier)
    assert table["km"].isna().all()
    assert table["crossings"].sum() == (theatre.places["neighbour"] != "").sum()
