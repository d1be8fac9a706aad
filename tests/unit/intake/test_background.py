"""A background is cut from files of the world: to the surroundings of a theatre, and to a size."""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from PIL import Image

from control_map.core.errors import PackError
from control_map.core.limits import LIMITS
from control_map.intake.new_theatre import background as making
from control_map.intake.new_theatre.background import BuiltBackground, build_background
from control_map.theatre.background import LINES_FILE, RELIEF_FILE, compressed_size, read_background

DISTRICTS = np.array([shapely.box(0, 0, 5, 6), shapely.box(5, 0, 10, 6)])
WEST, SOUTH, EAST, NORTH = -3.5, -3.5, 13.5, 9.5
"""The surroundings of these districts."""
ACROSS = shapely.LineString([(-60, 3.25), (60, 3.25)])


def save(path: Path, *shapes: shapely.Geometry, crs: str = "EPSG:4326", **columns: list[str]) -> Path:
    gpd.GeoDataFrame(columns, geometry=list(shapes), crs=crs).to_file(path)
    return path


def drawn(built: BuiltBackground) -> dict[str, list[shapely.Geometry]]:
    """Return the shapes of a background by their kinds."""
    shapes: dict[str, list[shapely.Geometry]] = {}
    for feature in json.loads(built.contents[LINES_FILE])["features"]:
        shapes.setdefault(feature["properties"]["kind"], []).append(shapely.geometry.shape(feature["geometry"]))
    return shapes


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """Make a folder of files with one line or polygon across each."""
    folder = tmp_path / "world"
    folder.mkdir()
    save(folder / "ne_10m_rivers_lake_centerlines.shp", ACROSS)
    save(folder / "ne_10m_coastline.gpkg", shapely.LineString([(-60, -3), (60, -3)]))
    save(folder / "ne_10m_admin_0_boundary_lines_land.geojson", shapely.LineString([(5, -60), (5, 60)]))
    save(folder / "ne_10m_lakes.fgb", shapely.box(8, 4, 99, 5))
    save(folder / "ne_10m_roads.geojson", shapely.LineString([(2, 2), (3, 3)]), shapely.LineString([(80, 2), (90, 3)]))
    save(folder / "ne_10m_airports.geojson", shapely.Point(3, 3))
    (folder / "notes.txt").write_text("nothing")
    return folder


def save_relief(folder: Path, values: np.ndarray, *, step: float = 1.0, world: str | None = None) -> None:
    """Save a picture of the whole Earth, with its world file."""
    Image.fromarray(values.astype(np.uint8)).save(folder / "relief.png")
    text = f"{step}\n0\n0\n{-step}\n{-180 + step / 2}\n{90 - step / 2}\n" if world is None else world
    (folder / "relief.pgw").write_text(text)


def test_files_say_by_their_names_what_they_have_and_all_is_cut_to_the_surroundings(world):
    built = build_background(world, DISTRICTS)
    shapes = drawn(built)
    assert set(shapes) == {"river", "coast", "border", "lake", "road"}
    assert shapes["river"] == [shapely.LineString([(WEST, 3.25), (EAST, 3.25)])]
    assert shapely.total_bounds(shapes["lake"]).tolist() == [8, 4, EAST, 5]
    assert [line.length for line in shapes["road"]] == pytest.approx([2**0.5])
    assert any("ne_10m_airports is left out" in note for note in built.notes)


def test_borders_are_left_out_where_the_theatre_has_its_own_and_within_it(world):
    (south, north) = sorted(drawn(build_background(world, DISTRICTS))["border"], key=lambda line: line.bounds[1])
    assert south.bounds[1] == SOUTH
    assert -0.2 < south.bounds[3] < 0
    assert 6 < north.bounds[1] < 6.2
    assert north.bounds[3] == NORTH


def test_a_property_says_of_each_feature_what_it_is(tmp_path):
    file = save(tmp_path / "mine.geojson", ACROSS, ACROSS, kind=["road", "swamp"])
    assert set(drawn(build_background(file, DISTRICTS))) == {"road"}


def test_each_layer_of_a_geopackage_and_each_shapefile_in_a_zip_file_is_read(tmp_path):
    file = tmp_path / "all.gpkg"
    for layer in ("rivers", "roads", "cities"):
        gpd.GeoDataFrame(geometry=[ACROSS], crs="EPSG:4326").to_file(file, layer=layer)
    assert set(drawn(build_background(file, DISTRICTS))) == {"river", "road"}
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as packed:
        for layer in ("rivers", "coastline"):
            save(tmp_path / f"{layer}.shp", shapely.LineString([(-60, -3), (60, -3)]))
            for part in tmp_path.glob(f"{layer}.*"):
                packed.write(part, part.name)
    assert set(drawn(build_background(tmp_path / "all.zip", DISTRICTS))) == {"river", "coast"}


def test_lines_in_another_reference_system_are_turned_into_degrees(tmp_path):
    metres = gpd.GeoSeries([shapely.segmentize(ACROSS, 0.1)], crs="EPSG:4326").to_crs("EPSG:3857")
    file = save(tmp_path / "rivers.gpkg", metres[0], crs="EPSG:3857")
    assert shapely.total_bounds(drawn(build_background(file, DISTRICTS))["river"]) == pytest.approx(
        [WEST, 3.25, EAST, 3.25], abs=0.002
    )


def test_a_file_without_a_reference_system_is_refused_with_the_fix(tmp_path):
    file = save(tmp_path / "rivers.shp", ACROSS)
    file.with_suffix(".prj").unlink()
    with pytest.raises(PackError, match="does not state the reference system"):
        build_background(file, DISTRICTS)


def test_a_theatre_on_both_sides_of_the_date_line_gets_lines_from_both(tmp_path):
    west, east = shapely.LineString([(170, 3), (180, 3)]), shapely.LineString([(-180, 3), (-170, 3)])
    file = save(tmp_path / "rivers.gpkg", west, east)
    far = shapely.transform(DISTRICTS, lambda points: points + np.array([175, 0]))
    assert drawn(build_background(file, far))["river"] == [shapely.LineString([(171.5, 3), (188.5, 3)])]


@pytest.mark.slow
def test_lines_are_simplified_until_the_background_fits(tmp_path, monkeypatch):
    x = np.linspace(-3, 13, 20_000)
    noise = np.random.default_rng(7).normal(0, 0.05, len(x))
    file = save(tmp_path / "rivers.gpkg", shapely.LineString(np.column_stack([x, 3 + np.sin(x) + noise])))
    sizes = []
    for limit in (60_000, 6_000):
        monkeypatch.setattr(making, "LIMITS", replace(LIMITS, background_bytes=limit))
        built = build_background(file, DISTRICTS)
        sizes.append(compressed_size(built.contents))
        assert sizes[-1] <= limit
        assert f"{limit // 1000} kB fit" in built.notes[-1]
    assert sizes[1] < sizes[0]


def test_a_background_that_cannot_be_made_small_enough_is_refused(world, monkeypatch):
    monkeypatch.setattr("control_map.theatre.background.LIMITS", replace(LIMITS, background_bytes=50))
    monkeypatch.setattr(making, "LIMITS", replace(LIMITS, background_bytes=50))
    with pytest.raises(PackError, match="kB compressed"):
        build_background(world, DISTRICTS)


def test_a_file_in_which_nothing_is_near_the_theatre_is_refused(tmp_path):
    file = save(tmp_path / "rivers.gpkg", shapely.LineString([(80, 40), (90, 40)]))
    with pytest.raises(PackError, match="nothing in it lies near the theatre"):
        build_background(file, DISTRICTS)
    with pytest.raises(PackError, match="the file is missing"):
        build_background(tmp_path / "none", DISTRICTS)


@pytest.mark.slow
def test_relief_becomes_differences_from_flat_grey_and_fades_out_at_the_edges(world):
    ridges = np.full((1800, 3600), 180)
    ridges[:, ::8] = 120
    save_relief(world, ridges, step=0.1)
    built = build_background(world, DISTRICTS)
    (box,) = drawn(built)["relief"]
    assert box.bounds == pytest.approx((WEST, SOUTH, EAST, NORTH), abs=0.1)
    with Image.open(io.BytesIO(built.contents[RELIEF_FILE])) as shade:
        grey = np.asarray(shade.convert("L"), dtype=float)
    middle, edge = grey[40:90, 50:120], grey[0]
    assert abs(middle.mean() - 128) < 15
    assert middle.std() > 20
    assert np.abs(edge - 128).max() < 25


def test_flat_land_and_sea_have_no_relief(world):
    save_relief(world, np.full((180, 360), 200) + np.random.default_rng(7).integers(-1, 2, (180, 360)))
    built = build_background(world, DISTRICTS)
    with Image.open(io.BytesIO(built.contents[RELIEF_FILE])) as shade:
        assert np.abs(np.asarray(shade.convert("L"), dtype=float) - 128).max() < 6


@pytest.mark.slow
def test_a_picture_without_a_place_is_left_out_and_one_that_is_turned_is_refused(world):
    values = np.full((180, 360), 200)
    save_relief(world, values)
    (world / "relief.pgw").unlink()
    built = build_background(world, DISTRICTS)
    assert RELIEF_FILE not in built.contents
    assert any("no relief.pgw or relief.wld" in note for note in built.notes)
    for text, problem in (("1 2 3", "not a world file"), ("1 0.5 0 -1 -179.5 89.5", "turned")):
        save_relief(world, values, world=text)
        with pytest.raises(PackError, match=problem):
            build_background(world, DISTRICTS)
    save_relief(world, values, world="0.1 0 0 -0.1 100 60")
    assert any("does not show the surroundings" in note for note in build_background(world, DISTRICTS).notes)
    (world / "relief.png").write_bytes(b"no picture")
    with pytest.raises(PackError, match="the picture cannot be read"):
        build_background(world, DISTRICTS)


def test_what_is_written_is_read_again_and_replaces_an_earlier_background(world, tmp_path, make_pack: Callable):
    folder = make_pack()
    save_relief(world, np.random.default_rng(7).integers(0, 255, (180, 360)))
    build_background(world, DISTRICTS).write(folder)
    assert read_background(folder).relief
    file = save(tmp_path / "rivers.gpkg", ACROSS)
    build_background(file, DISTRICTS).write(folder)
    behind = read_background(folder)
    assert behind.relief is None
    assert {kind for kind, shapes in behind.shapes.items() if len(shapes)} == {"river"}
