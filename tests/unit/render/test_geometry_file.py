"""The file of everything that never changes decodes to the contents of the pack."""

import gzip
import json
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pytest
import shapely

from control_map.core.status_style import status_styles
from control_map.pipeline.pack import Pack
from control_map.render.map.encoding import delta_encode
from control_map.render.map.geometry_file import choose_cities, make_geometry_file, place_neighbour_labels
from tests.support.made_up import ACTORS, PLACES, pack_of

TOLERANCE = 1e-4


@pytest.fixture(scope="module")
def written(shipped: Pack) -> bytes:
    return make_geometry_file(shipped.theatre, shipped.styles)


@pytest.fixture(scope="module")
def drawn(written: bytes) -> dict:
    return json.loads(written)


def decoded(line: list[int]) -> np.ndarray:
    return np.cumsum(np.array(line).reshape(-1, 2), axis=0) / 10_000


def shape_of(rings: list[list[int]]) -> shapely.Geometry:
    """Put rings together by the even-odd rule."""
    shape = shapely.Polygon()
    for ring in rings:
        shape = shape.symmetric_difference(shapely.Polygon(decoded(ring)))
    return shape


def edges(lines: list[np.ndarray]) -> set[frozenset]:
    return {
        frozenset(edge) for line in lines for edge in pairwise(map(tuple, np.rint(line * 10_000).astype(int).tolist()))
    }


def made_up_file(places: gpd.GeoDataFrame) -> dict:
    return json.loads(make_geometry_file(pack_of([], places).theatre, status_styles(ACTORS)))


def with_neighbours(*names: str) -> gpd.GeoDataFrame:
    """Make the made-up places, with crossings to these neighbours at the middle of the west, north, east and south."""
    middles = [(0.0, 50.5), (1.5, 51.0), (3.0, 50.5), (1.5, 50.0)]
    places = PLACES.assign(neighbour="")
    rows = [
        {**PLACES.iloc[-1], "place_id": f"X{number}", "neighbour": name, "geometry": shapely.Point(*at)}
        for number, (name, at) in enumerate(zip(names, middles, strict=False))
    ]
    return gpd.GeoDataFrame([*places.to_dict("records"), *rows], crs=places.crs)


@pytest.mark.slow
def test_places_are_those_of_the_pack_with_what_the_map_says_of_them(shipped: Pack, drawn: dict):
    places = shipped.theatre.places
    assert [place[0] for place in drawn["places"]] == places["place_id"].tolist()
    columns = ["place_id", "kind", "name", "name_local", "province_id", "province", "neighbour"]
    assert [place[:7] for place in drawn["places"]] == places[columns].to_numpy().tolist()
    assert [status["id"] for status in drawn["statuses"]] == shipped.statuses
    assert (drawn["start"], drawn["days"]) == ("2021-05-01", 130)


@pytest.mark.slow
def test_shapes_decode_to_the_polygons_and_points_have_none(shipped: Pack, drawn: dict):
    for shape, rings in zip(shipped.theatre.places.geometry, drawn["shapes"], strict=True):
        if shape.geom_type == "Point":
            assert rings is None
        else:
            read = shape_of(rings)
            assert shapely.hausdorff_distance(read.boundary, shape.boundary) < TOLERANCE
            assert read.symmetric_difference(shape).area < TOLERANCE * shape.length


def test_holes_and_parts_are_rings():
    holed = shapely.box(0, 0, 4, 4).difference(shapely.box(1, 1, 2, 2)).union(shapely.box(5, 5, 6, 6))
    places = PLACES.assign(neighbour="", geometry=[*PLACES.geometry[:2], holed, *PLACES.geometry[3:]])
    rings = made_up_file(places)["shapes"][2]
    assert len(rings) == 3
    assert shape_of(rings).equals(holed)


def test_a_ring_leaves_its_last_point_out_and_a_line_does_not():
    ring = shapely.LinearRing([(0.5, 1), (0.6, 1), (0.6, 1.00001), (0.6, 1.1)])
    assert delta_encode(np.array([ring]), closed=True) == [[5000, 10000, 1000, 0, 0, 1000]]
    line = shapely.LineString([(0.5, 1), (0.6, 1), (0.5, 1.0)])
    assert delta_encode(np.array([line, line]), closed=False) == [[5000, 10000, 1000, 0, -1000, 0]] * 2


def test_borders_lie_between_provinces_and_the_outline_around_them_all(drawn: dict):
    owners: dict[frozenset, list[str]] = {}
    for place, rings in zip(drawn["places"], drawn["shapes"], strict=True):
        closed = [np.vstack([line, line[:1]]) for line in map(decoded, rings or [])]
        for edge in edges(closed):
            owners.setdefault(edge, []).append(place[4])
    outer = {edge for edge, provinces in owners.items() if len(provinces) == 1}
    inner = {edge for edge, provinces in owners.items() if len(set(provinces)) == 2}
    assert edges([decoded(line) for line in drawn["outline"]]) == outer
    assert edges([decoded(line) for line in drawn["borders"]]) == inner


def test_a_label_stands_in_the_middle_of_the_widest_part_of_its_place(shipped: Pack, drawn: dict):
    for shape, (*_, at, radius) in zip(shipped.theatre.places.geometry, drawn["places"], strict=True):
        if shape.geom_type == "Point":
            assert radius == 0
            assert shapely.Point(at).distance(shape) < TOLERANCE
        else:
            assert radius > 0
            assert shape.buffer(TOLERANCE).contains(shapely.Point(at).buffer(radius - TOLERANCE))


@pytest.mark.slow
def test_provinces_have_id_name_room_and_box(shipped: Pack, drawn: dict):
    entries = {(province["id"], province["name"]) for province in drawn["provinces"]}
    assert entries == set(
        zip(shipped.theatre.provinces["province_id"], shipped.theatre.provinces["province"], strict=True)
    )
    shapes = shipped.theatre.places[shipped.theatre.places.geom_type != "Point"]
    for province in drawn["provinces"]:
        whole = shapely.union_all(shapes.geometry[shapes["province_id"] == province["id"]].to_numpy())
        assert np.allclose(province["box"], whole.bounds, atol=TOLERANCE)
        assert whole.buffer(TOLERANCE).contains(shapely.Point(province["at"]).buffer(province["radius"] - TOLERANCE))


def test_a_neighbours_name_stands_outside_on_its_own_side_and_runs_away_from_the_theatre():
    entries = made_up_file(with_neighbours("West", "North", "East", "South"))["neighbours"]
    at = {label["name"]: label["at"] for label in entries}
    assert {label["name"]: label["anchor"] for label in entries} == {
        "West": "end",
        "North": "middle",
        "East": "start",
        "South": "middle",
    }
    assert at["West"][0] < 0
    assert at["East"][0] > 3
    assert at["North"][1] > 51
    assert at["South"][1] < 50
    assert all(0 < shapely.Point(point).distance(shapely.box(0, 50, 3, 51)) < 0.2 for point in at.values())


@pytest.mark.slow
def test_the_neighbours_of_the_shipped_pack_stand_where_they_lie(shipped: Pack, drawn: dict):
    country = shapely.union_all(shipped.theatre.places.geometry.to_numpy())
    at = {label["name"]: label["at"] for label in drawn["neighbours"]}
    assert not any(country.contains(shapely.Point(point)) for point in at.values())
    centred = {label["name"] for label in drawn["neighbours"] if label["anchor"] == "middle"}
    assert centred == {"Uzbekistan", "Tajikistan", "Pakistan"}
    west_to_east = ["Iran", "Turkmenistan", "Uzbekistan", "Pakistan", "Tajikistan", "China"]
    assert sorted(at, key=lambda name: at[name][0]) == west_to_east
    south_to_north = ["Pakistan", "Iran", "Turkmenistan", "China", "Uzbekistan", "Tajikistan"]
    assert sorted(at, key=lambda name: at[name][1]) == south_to_north


def test_a_single_neighbour_has_one_name_and_a_theatre_without_crossings_none():
    assert [label["name"] for label in made_up_file(with_neighbours("Only", "Only"))["neighbours"]] == ["Only"]
    assert made_up_file(with_neighbours())["neighbours"] == []
    assert place_neighbour_labels(with_neighbours("West").iloc[:0], shapely.box(0, 0, 1, 1)) == []


def city_names(places: gpd.GeoDataFrame) -> list[str]:
    return places["name"].iloc[choose_cities(places)].tolist()


def test_the_cities_named_from_the_start_are_the_capitals_of_the_most_populous_districts(shipped: Pack, drawn: dict):
    cities = city_names(shipped.theatre.places)
    assert cities == ["Kabul", "Kandahar", "Herat", "Mazar-e-Sharif", "Kunduz", "Jalalabad", "Sheberghan"]
    assert [drawn["places"][place][2] for place in drawn["cities"]] == cities
    assert {drawn["places"][place][1] for place in drawn["cities"]} == {"provincial_capital"}


def test_where_no_population_is_known_cities_are_where_districts_lie_close(shipped: Pack):
    cities = city_names(shipped.theatre.places.assign(population=float("nan")))
    assert len(cities) == 7
    assert cities[0] == "Mehtarlam"  # amid the small districts of the east
    assert not {"Zaranj", "Farah", "Lashkar Gah"} & set(cities)


def test_a_theatre_with_few_capitals_names_districts_too_and_no_two_places_that_are_near_each_other(herat: Pack):
    places = herat.theatre.places
    cities = city_names(places)
    assert cities[:2] == ["Herat", "Qala-e-Naw"]
    assert 5 <= len(cities) <= 7
    assert {"Kushk", "Ghoryan"} < set(cities)


def test_a_theatre_without_polygons_has_points_alone():
    places = with_neighbours("West")
    data = made_up_file(places[places.geom_type == "Point"])
    assert data["shapes"] == [None] * len(data["places"])
    assert data["places"][-1][-2:] == [[0, 50.5], 0]
    assert data["borders"] == data["outline"] == data["provinces"] == data["neighbours"] == []


def test_the_file_is_small(written: bytes):
    assert len(written) < 490_000
    assert len(gzip.compress(written)) < 160_000
