"""A theatre is made from a file of polygons: columns are guessed, shapes repaired, and parties read."""

import time
from dataclasses import replace
from itertools import combinations, pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from control_map.core.errors import PackError, SettingError
from control_map.core.limits import LIMITS
from control_map.core.palette import INDISTINGUISHABLE_BELOW, PALETTE, colour_distance
from control_map.core.status_style import status_styles
from control_map.intake.new_theatre import partition
from control_map.intake.new_theatre.boundary_columns import (
    BoundaryColumns,
    ColumnHints,
    guess_columns,
    guess_country,
    suggest_parent_columns,
)
from control_map.intake.new_theatre.parties import parse_parties
from control_map.intake.new_theatre.partition import make_partition
from control_map.intake.new_theatre.places import name_places
from control_map.intake.new_theatre.topology import measure_areas_km2, repair_coverage

PUBLISHERS = {
    "geoBoundaries": (["shapeName", "shapeISO", "shapeID", "shapeGroup"], BoundaryColumns("shapeID", "shapeName")),
    "OCHA": (
        ["ADM2_EN", "ADM2_AR", "ADM2_PCODE", "ADM2ALT1EN", "ADM1_EN", "ADM1_AR", "ADM1_PCODE", "ADM0_EN", "ADM0_PCODE"],
        BoundaryColumns(
            "ADM2_PCODE",
            "ADM2_EN",
            "ADM1_EN",
            "ADM1_PCODE",
            local="ADM2_AR",
            others=("ADM2ALT1EN",),
            parent_names=("ADM1_AR",),
        ),
    ),
    "OCHA, earlier": (
        ["admin2Name_fr", "admin2Pcode", "admin1Name_fr", "admin1Pcode", "admin0Name_fr"],
        BoundaryColumns("admin2Pcode", "admin2Name_fr", "admin1Name_fr", "admin1Pcode"),
    ),
    "GADM": (
        ["GID_2", "GID_0", "COUNTRY", "GID_1", "NAME_1", "NL_NAME_1", "NAME_2", "VARNAME_2", "NL_NAME_2", "TYPE_2"],
        BoundaryColumns(
            "GID_2", "NAME_2", "NAME_1", "GID_1", local="NL_NAME_2", others=("VARNAME_2",), parent_names=("NL_NAME_1",)
        ),
    ),
    "Natural Earth": (
        ["adm1_code", "adm0_sr", "name", "name_local", "name_alt", "admin", "region", "pop_est"],
        BoundaryColumns(
            "adm1_code",
            "name",
            "region",
            local="name_local",
            others=("name_alt",),
            population="pop_est",
        ),
    ),
    "DANE": (
        ["objectid", "cod_mpio", "municipio", "departamen", "población"],
        BoundaryColumns("cod_mpio", "municipio", "departamen", population="población"),
    ),
    "IBGE": (["CD_MUN", "NM_MUN", "NM_UF"], BoundaryColumns("CD_MUN", "NM_MUN", "NM_UF")),
    "Indonesia": (["kode", "kecamatan", "kabupaten", "provinsi"], BoundaryColumns("kode", "kecamatan", "kabupaten")),
    "Algérie": (["code", "commune", "wilaya", "région"], BoundaryColumns("code", "commune", "wilaya")),
    "another publisher": (
        ["code", "name", "province", "population"],
        BoundaryColumns("code", "name", "province", population="population"),
    ),
}


def table(columns: list[str]) -> pd.DataFrame:
    """Return four rows in two provinces of one country."""
    divided = ("1", "province", "region", "departamen", "UF", "wilaya", "kabupaten")
    return pd.DataFrame(
        {
            column: [7, 8, 9, 10]
            if column.lower().startswith("pop")
            else ["one", "one", "two", "two"]
            if any(mark in column for mark in divided) and column != "adm1_code" and not column.endswith("ALT1EN")
            else ["whole"] * 4
            if "0" in column or column in ("COUNTRY", "admin", "shapeGroup", "TYPE_2")
            else [f"{column}{row}" for row in range(4)]
            for column in columns
        }
    )


@pytest.mark.parametrize("publisher", PUBLISHERS)
def test_the_columns_of_the_usual_publishers_are_known_by_their_names(publisher):
    columns, expected = PUBLISHERS[publisher]
    assert guess_columns(table(columns), ColumnHints(), "f.gpkg") == expected


def test_where_no_province_is_known_columns_with_few_words_are_offered_for_it():
    columns = pd.DataFrame(
        {"c": range(4), "m": list("abcd"), "zona": list("ssnn"), "area": [1, 1, 2, 2], "x": ["y"] * 4}
    )
    assert suggest_parent_columns(columns, guess_columns(columns, ColumnHints("c", "m"), "f.gpkg")) == {"zona": 2}
    assert suggest_parent_columns(columns, guess_columns(columns, ColumnHints("c", "m", "zona"), "f.gpkg")) == {}


def test_a_column_that_is_named_is_not_guessed_and_an_empty_name_leaves_it_out():
    there = table(["ADM2_EN", "ADM2_PCODE", "ADM1_EN", "ADM1_PCODE", "ADM0_EN", "zone1"])
    assert guess_columns(there, ColumnHints(parent="zone1"), "f").parent == "zone1"
    assert guess_columns(there, ColumnHints(parent="zone1"), "f").parent_id == ""
    assert guess_columns(there, ColumnHints(parent=""), "f").parent == ""
    assert guess_columns(there, ColumnHints(name="ADM1_EN"), "f").id == "ADM1_PCODE"
    assert guess_country(there) == "whole"


def test_where_nothing_can_be_guessed_the_columns_are_listed_with_examples():
    there = pd.DataFrame({"x_1": ["Ürümü", "Güemes"], "kind": ["town", "town"]})
    with pytest.raises(PackError) as caught:
        guess_columns(there, ColumnHints(), "f.gpkg")
    assert [fault.file for fault in caught.value.faults] == ["f.gpkg"]
    assert "--name; the columns are: x_1 (Ürümü), kind (town, not unique)" in str(caught.value)
    with pytest.raises(PackError, match="column y: there is no such column"):
        guess_columns(there, ColumnHints(id="y"), "f.gpkg")


def test_ids_that_are_empty_or_come_twice_name_their_rows():
    there = pd.DataFrame({"id": ["a", None, "a", 4.0], "name": list("wxyz")})
    with pytest.raises(PackError) as caught:
        name_places(there, BoundaryColumns("id", "name"), "Nowhere", "f.shp")
    assert [(fault.row, fault.column) for fault in caught.value.faults] == [(2, "id"), (3, "id")]
    assert "in feature 1" in str(caught.value)


def test_polygons_without_ids_are_numbered_in_the_order_of_the_file_and_a_note_says_so():
    there = pd.DataFrame({"name": [f"Parish {number}" for number in range(12)], "id": ["x"] * 12})
    columns = guess_columns(there, ColumnHints(), "f.geojson")
    assert columns.id == ""
    named = name_places(there, columns, "Nowhere", "f.geojson")
    assert named.districts["place_id"].tolist() == [f"D{number:02}" for number in range(1, 13)]
    assert named.notes[0].startswith(
        "No column has ids: the polygons are numbered in the order of the file, D01 to D12."
    )


def test_without_a_column_for_it_all_is_one_province_called_as_the_country():
    named = name_places(
        pd.DataFrame({"id": [1.0, 2.0], "name": ["A|B", None]}), BoundaryColumns("id", "name"), "Nowhere", "f"
    )
    assert named.provinces["province"].tolist() == ["Nowhere"]
    assert named.districts["place_id"].tolist() == ["1", "2"]
    assert named.districts["name"].tolist() == ["A/B", "2"]


def test_no_province_has_the_id_of_a_district():
    there = pd.DataFrame({"id": ["a", "b"], "name": ["x", "y"], "up": ["P", "Q"], "upid": ["a", "c"]})
    named = name_places(there, BoundaryColumns("id", "name", "up", "upid"), "Nowhere", "f")
    assert set(named.provinces["province_id"]).isdisjoint(named.districts["place_id"])


# Shapes


def repaired(*shapes: shapely.Geometry, **options: float):
    return repair_coverage(np.array(shapes, dtype=object), [f"n{number}" for number in range(len(shapes))], **options)


def test_neighbours_that_draw_their_edge_differently_share_it_afterwards():
    coverage = repaired(
        shapely.box(0, 0, 1, 1), shapely.box(1.00001, 0, 2, 1), shapely.Polygon([(0, 1), (2, 1), (1, 2)])
    )
    assert shapely.coverage_is_valid(coverage.shapes, gap_width=1e-5)
    assert coverage.remaining_faults == []


def test_a_town_drawn_upon_its_surroundings_is_cut_out_of_them():
    coverage = repaired(shapely.box(0, 0, 1, 1), shapely.box(0.4, 0.4, 0.6, 0.6))
    assert coverage.shapes[0].area == pytest.approx(0.96)
    assert coverage.shapes[1].area == pytest.approx(0.04)
    assert "n0 and n1" in coverage.repairs[0]


def wavy_neighbours(points: int) -> list[shapely.Polygon]:
    """Return two polygons whose common border is drawn twice: the lines cross at each point."""
    along = np.linspace(0, 1, points)
    aside = np.where(np.arange(points) % 2, 1e-5, -1e-5)
    left = np.column_stack([aside, along])
    right = np.column_stack([-aside, along])
    return [
        shapely.Polygon([*left.tolist(), (-1, 1), (-1, 0)]),
        shapely.Polygon([*right.tolist(), (1, 1), (1, 0)]),
    ]


@pytest.mark.slow
def test_the_time_for_a_border_drawn_twice_does_not_grow_with_the_square_of_its_slivers():
    begun = time.process_time()
    coverage = repaired(*wavy_neighbours(8_000))
    # It takes a second.
    assert time.process_time() - begun < 15
    assert coverage.remaining_faults == []
    assert coverage.area_km2.sum() == pytest.approx(
        measure_areas_km2(np.array([shapely.box(-1, 0, 1, 1)])).sum(), rel=1e-3
    )


def star(points: int) -> shapely.Polygon:
    angles = np.linspace(0, 2 * np.pi, points, endpoint=False)
    radius = np.where(np.arange(points) % 2, 10, 2)
    return shapely.Polygon(np.column_stack([radius * np.cos(angles), radius * np.sin(angles)]))


def shifted(count: int) -> list[shapely.Polygon]:
    return [shapely.box(step, step, 10 + step, 10 + step) for step in np.arange(count) / 1000]


def hairy(count: int) -> shapely.Polygon:
    angles = np.linspace(0, 2 * np.pi, count)
    radius = 8 + np.sin(angles * 97) / 100
    return shapely.Polygon(np.column_stack([radius * np.cos(angles), radius * np.sin(angles)]))


NO_DISTRICTS = {
    "200 boxes, each shifted a little": (shifted(200), "the polygons cover the same ground", ("n0", "n1")),
    "2,000 nested boxes": (
        [shapely.box(step, step, 20 - step, 20 - step) for step in np.arange(2_000) / 1000],
        "too many polygons lie within the bounds of others",
        ("n0", "n1"),
    ),
    "200 times one polygon": ([shapely.box(0, 0, 1, 1)] * 200, "the same ground 200 times over", ("n0", "n1")),
    "a star of 100,000 points upon districts": (
        [star(100_000), *(shapely.box(west, 0, west + 1, 1) for west in range(-5, 5))],
        "the lines are tangled",
        ("n0",),
    ),
    "800 strips across each other": (
        [shapely.box(step, 0, step + 0.5, 400) for step in range(400)]
        + [shapely.box(0, step, 400, step + 0.5) for step in range(400)],
        "the lines cross each other",
        ("n0",),
    ),
    "a detailed country upon its districts": (
        [
            hairy(50_000),
            *(shapely.box(x / 10, y / 10, (x + 1) / 10, (y + 1) / 10) for x in range(30) for y in range(30)),
        ],
        "too many polygons lie within the bounds of others",
        ("n0",),
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("attack", NO_DISTRICTS)
def test_what_is_no_set_of_districts_is_refused_early_and_names_the_worst(attack: str):
    shapes, problem, named = NO_DISTRICTS[attack]
    names = [f"n{number}" for number in range(len(shapes))]
    begun = time.process_time()
    with pytest.raises(PackError) as refused:
        repair_coverage(np.array(shapes, dtype=object), names, file="zones.geojson")
    assert time.process_time() - begun < 15  # each takes less than a second
    [fault] = refused.value.faults
    assert fault.file == "zones.geojson"
    assert problem in fault.problem
    assert all(name in fault.problem for name in named)
    assert "one level of division" in fault.fix


def test_a_pile_of_polygons_in_a_corner_of_a_large_one_is_refused_by_the_number_of_its_pieces(monkeypatch):
    monkeypatch.setattr(partition, "LIMITS", replace(LIMITS, layered_faces=10_000))
    with pytest.raises(PackError, match="cut each other into more than 10,000 pieces, most of all n0 and n1"):
        repaired(shapely.box(-50, -50, 50, 50), *shifted(40))


BOXES = st.lists(
    st.tuples(st.integers(0, 8), st.integers(0, 8), st.integers(1, 6), st.integers(1, 6)), min_size=2, max_size=7
)


@given(BOXES)
def test_each_piece_of_ground_goes_to_the_smallest_of_its_polygons(boxes: list[tuple[int, int, int, int]]):
    shapes = np.array([shapely.box(x, y, x + width, y + height) for x, y, width, height in boxes], dtype=object)
    clean = make_partition(shapes, 1e-6, [str(box) for box in boxes], "a").shapes
    assert shapely.is_valid(clean).all()
    assert shapely.coverage_is_valid(clean)
    assert shapely.union_all(clean).area == pytest.approx(shapely.union_all(shapes).area)
    cells = shapely.points(*(axis.ravel() + 0.5 for axis in np.meshgrid(range(14), range(14))))
    for cell in cells:
        inside = shapely.contains(shapes, cell)
        [owner, *others] = np.flatnonzero(shapely.contains(clean, cell)).tolist() or [None]
        assert not others
        smallest = shapes[inside] if inside.any() else shapes[:0]
        assert (owner is None) == (len(smallest) == 0)
        if owner is not None:
            assert inside[owner]
            assert shapes[owner].area == min(shape.area for shape in smallest)


def test_of_two_polygons_on_the_same_ground_one_is_named():
    assert len(repaired(shapely.box(0, 0, 1, 1), shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)).collapsed) == 1


def test_parts_and_holes_stay_and_a_polygon_that_crosses_itself_is_repaired():
    ring = shapely.box(5, 5, 8, 8) - shapely.box(6, 6, 7, 7)
    parts = shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(2, 0, 3, 1)])
    bow = shapely.Polygon([(10, 0), (11, 1), (11, 0), (10, 1)])
    coverage = repaired(ring, parts, bow, tolerance=0)
    assert [shape.area for shape in coverage.shapes] == pytest.approx([8, 2, 0.5])
    assert shapely.is_valid(coverage.shapes).all()
    assert "n2 crossed itself: repaired." in coverage.repairs
    assert "1 area inside lies in no polygon" in coverage.remaining_faults[0]


def test_a_gap_round_an_island_is_as_large_as_the_gap_and_said_to_be_where_it_is():
    island = shapely.box(4, 4, 6, 6) - shapely.box(4.9, 4.9, 5.1, 5.1)
    coverage = repaired(shapely.box(0, 0, 10, 10) - shapely.box(3.9, 3.9, 6.1, 6.1), island, tolerance=0)
    [line] = coverage.remaining_faults
    [ring] = measure_areas_km2(np.array([shapely.box(3.9, 3.9, 6.1, 6.1) - shapely.box(4, 4, 6, 6)]))
    assert f"2 areas inside lie in no polygon, the largest of {ring:,.4g} km2, beside n" in line
    assert "longitude 3.9" in line


def test_lines_are_simplified_with_the_edge_that_neighbours_share():
    wave = [(0.5 + 0.001 * (step % 2), step / 400) for step in range(401)]
    coverage = repaired(
        shapely.Polygon([(0, 0), *wave, (0, 1)]), shapely.Polygon([(1, 0), *wave, (1, 1)]), tolerance=0.01
    )
    assert shapely.coverage_is_valid(coverage.shapes)
    assert shapely.get_num_coordinates(coverage.shapes).sum() < 100
    assert coverage.area_km2.sum() == pytest.approx(12308.8, rel=1e-3)  # of a degree by a degree at the equator


def test_a_theatre_on_both_sides_of_180_degrees_stays_in_one_piece():
    split = shapely.MultiPolygon([shapely.box(178, -20, 180, -18), shapely.box(-180, -20, -178, -18)])
    torn = shapely.Polygon([(179, -18), (-179, -18), (-179, -16), (179, -16)])
    coverage = repaired(split, torn)
    assert [shape.bounds for shape in coverage.shapes] == [(178, -20, 182, -18), (179, -18, 181, -16)]
    assert coverage.shapes[0].geom_type == "Polygon"


@pytest.mark.parametrize("west", [-70, 290, 10])
def test_elsewhere_longitudes_run_from_minus_180_to_180(west: float):
    (shape,) = repaired(shapely.box(west, -20, west + 2, -18)).shapes
    assert shape.bounds == ((west + 180) % 360 - 180, -20, (west + 182) % 360 - 180, -18)


# Parties


def test_parties_have_ids_colours_and_oppose_each_other():
    parties = parse_parties(["Syrian Army", "hts:HTS-led opposition", "isis:ISIS:#900C0C", "Syrian-Army", "Contested"])
    assert [party.id for party in parties] == ["syrian_army", "hts", "isis", "syrian_army_2", "contested_forces"]
    assert parties[2].colour == "#900c0c"
    assert len({party.colour for party in parties}) == len(parties)
    assert parties[1].opponents == ("syrian_army", "isis", "syrian_army_2", "contested_forces")


def test_a_colour_of_three_digits_is_one_of_six():
    assert [party.colour for party in parse_parties(["gov:Gov:#FFF", "Others:#0A0"])] == ["#ffffff", "#00aa00"]


@pytest.mark.parametrize(
    ("texts", "fix"),
    [
        (["  "], "a label"),
        ([":::"], "a label"),
        (["a:"], "a label"),
        (["a:b:One:#d1603d"], "a label"),
        ([":One"], "lower-case letters"),
        (["Gov:One"], "lower-case letters"),
        (["a:One:red"], "#d1603d"),
        (["a:One:#d1603"], "#d1603d"),
        (["date:One"], "another id"),
        (["a:One", "a:Two"], "an id of its own"),
        (["Gov", "b:gov"], "a label of its own"),
        ([str(number) for number in range(9)], "at most"),
    ],
)
def test_invalid_parties_are_refused_with_the_fix(texts: list[str], fix: str):
    with pytest.raises(SettingError, match=f"--actor cannot be .* Use .*{fix}"):
        parse_parties(texts)


@pytest.mark.parametrize(
    ("label", "in_text"),
    [
        ("Red Army", "the Red Army"),
        ("Northern Front", "the Northern Front"),
        ("The Junta", "the Junta"),
        ("Rebels", "the Rebels"),
        ("SDF", "the SDF"),
        ("Ruritania", "Ruritania"),
        ("Party A", "Party A"),
        ("M23", "M23"),
        ("Северный фронт", "Северный фронт"),
    ],
)
def test_a_new_party_gets_an_article_in_sentences_if_its_name_is_no_proper_noun(label: str, in_text: str):
    assert parse_parties([label, "Other"])[0].in_text == in_text


def test_the_first_parties_are_far_from_each_other_and_from_what_nobody_holds():
    looks = status_styles(parse_parties(["Party 1", "Party 2", "Party 3"])).values()
    for shown in ([look.colour for look in looks], [look.dark for look in looks]):
        assert min(colour_distance(*pair) for pair in combinations(shown, 2)) > INDISTINGUISHABLE_BELOW + 1


def test_at_least_seven_parties_are_distinguished_by_all_readers_on_both_grounds():
    assert len(PALETTE) >= 7
    looks = status_styles(parse_parties([f"Party {number}" for number in range(len(PALETTE))]))
    for shown in ([look.colour for look in looks.values()], [look.dark for look in looks.values()]):
        assert min(colour_distance(one, other) for one, other in combinations(shown, 2)) > INDISTINGUISHABLE_BELOW


def test_on_older_reports_parties_stay_distinct_and_come_nearer_to_either_ground():
    looks = status_styles(parse_parties([f"Party {number}" for number in range(len(PALETTE))]))
    silent = looks.pop("no_report")
    older_on = {
        "#fbfaf7": [(look.colour, look.light) for look in looks.values()],
        "#17181b": [(look.dark, look.dim) for look in looks.values()],
    }
    for ground, pairs in older_on.items():
        assert all(colour_distance(older, ground) < colour_distance(full, ground) - 5 for full, older in pairs)
        assert min(colour_distance(*pair) for pair in combinations([older for _, older in pairs], 2)) > 3.5
        assert all(colour_distance(full, older) > INDISTINGUISHABLE_BELOW for full, older in pairs)
    assert min(colour_distance(look.dim, silent.dim) for look in looks.values()) > INDISTINGUISHABLE_BELOW


def test_colours_are_compared_as_the_reader_sees_them_who_distinguishes_them_least():
    assert colour_distance("#000000", "#ffffff") == pytest.approx(100, abs=0.1)
    assert colour_distance("#d1603d", "#d1603d") == 0
    red, green = "#c04040", "#6f7a3a"  # of like lightness: one colour without the cones for green
    assert colour_distance(red, green) < 10 < colour_distance(red, "#3050c0")
    assert all(colour_distance(one, other) == colour_distance(other, one) for one, other in pairwise(PALETTE))


def test_the_frame_that_came_in_is_not_changed():
    frame = gpd.GeoDataFrame({"id": ["a"]}, geometry=[shapely.box(290, 0, 291, 1)], crs="EPSG:4326")
    before = frame.geometry.to_wkt().tolist()
    repair_coverage(frame.geometry.to_numpy(), ["a"])
    assert frame.geometry.to_wkt().tolist() == before


def test_texts_of_a_file_are_cleaned_and_a_note_counts_them():
    polygons = pd.DataFrame(
        {"id": ["1\u200b", "\u0410B2", "3"], "name": ["Kab\u202eul", "H\u0435rat", "\u041a\u0430\u0431\u0443\u043b"]}
    )
    named = name_places(polygons, BoundaryColumns("id", "name"), "Marshland", "districts.gpkg")
    assert named.districts["place_id"].tolist() == ["1", "AB2", "3"]
    assert named.districts["name"].tolist() == ["Kabul", "Herat", "\u041a\u0430\u0431\u0443\u043b"]
    assert "4 cells had invisible characters" in named.notes[0]


def test_of_two_ids_that_look_the_same_the_second_is_named():
    polygons = pd.DataFrame({"id": ["A-1", "\u0410-1"], "name": ["Kabul", "Herat"]})
    with pytest.raises(PackError, match="the id is already used in feature 1"):
        name_places(polygons, BoundaryColumns("id", "name"), "Marshland", "districts.gpkg")
