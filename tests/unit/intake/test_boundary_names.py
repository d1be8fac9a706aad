"""Boundaries as publishers write them: their columns, encodings, names and provinces, and what is in doubt of them."""

import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from control_map.core.errors import PackError
from control_map.core.limits import LIMITS
from control_map.intake.new_theatre import topojson
from control_map.intake.new_theatre.attributes import tidy_attributes
from control_map.intake.new_theatre.boundaries import read_boundaries
from control_map.intake.new_theatre.boundary_columns import BoundaryColumns, ColumnHints, guess_columns
from control_map.intake.new_theatre.formats import Boundaries
from control_map.intake.new_theatre.places import name_places
from control_map.intake.new_theatre.provinces import choose_columns, naming_options_for_provinces

Rows = Sequence[Mapping[str, object]]


def frame(rows: Rows, boxes: Sequence[tuple[float, float, float, float]] = ()) -> gpd.GeoDataFrame:
    """Return districts side by side, or in boxes of their own."""
    shapes = [shapely.box(*box) for box in boxes] or [shapely.box(x, 0, x + 1, 1) for x in range(len(rows))]
    return gpd.GeoDataFrame(list(rows), geometry=shapes, crs=4326)


def read(rows: Rows, boxes: Sequence[tuple[float, float, float, float]] = (), name: str = "b.geojson") -> Boundaries:
    there = frame(rows, boxes)
    table, notes = tidy_attributes(pd.DataFrame(there.drop(columns="geometry")))
    return Boundaries(name, gpd.GeoDataFrame(table, geometry=there.geometry, crs=4326), notes)


def shapefile(folder: Path, names: Sequence[str], encoding: str, **beside: str) -> Path:
    """Write a Shapefile that states no encoding but in the files `beside`."""
    path = folder / "b.shp"
    as_bytes = [name.encode(encoding).decode("ISO-8859-1") for name in names]
    rows = [{"code": f"S{row}", "name": name} for row, name in enumerate(as_bytes)]
    frame(rows).to_file(path, encoding="ISO-8859-1")
    path.with_suffix(".cpg").unlink()
    dbf = path.with_suffix(".dbf").read_bytes()
    path.with_suffix(".dbf").write_bytes(dbf[:29] + b"\0" + dbf[30:])
    for suffix, content in beside.items():
        path.with_suffix(f".{suffix}").write_text(content, "ascii")
    return path


# Encodings


@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        ("cp1256", ["حلب", "إدلب", "حماة", "حمص"]),
        ("cp1251", ["Київ", "Львів", "Харків"]),
        ("cp866", ["Москва", "Тверь"]),
        ("mac_cyrillic", ["Київ", "Львів"]),
        ("koi8_u", ["Київ", "Одеса"]),
        ("cp1250", ["Kraków", "Łódź", "Wrocław"]),
        ("cp1250", ["Příbram", "Děčín"]),
        ("cp1250", ["Plzeň", "Ústí nad Labem", "Žďár"]),
        ("cp1254", ["İzmir", "Şirnak"]),
        ("cp1252", ["Nariño", "Córdoba"]),
        ("cp1253", ["Αθήνα", "Πάτρα"]),
        ("gb18030", ["北京市", "上海市"]),
        ("utf-8", ["ရမ်း", "ကျောက်"]),
    ],
)
def test_a_shapefile_that_states_no_encoding_is_read_by_its_words_and_a_note_says_in_which(tmp_path, encoding, names):
    found = read_boundaries(shapefile(tmp_path, names, encoding))
    assert found.frame["name"].tolist() == names
    [note] = found.notes
    assert "b.shp does not state its encoding: it was read as" in note
    assert "--boundaries-encoding" in note


def test_where_another_encoding_fits_as_well_the_note_says_what_a_name_would_be_in_it(tmp_path):
    [note] = read_boundaries(shapefile(tmp_path, ["Čačak"], "cp1250")).notes
    assert "as in 'Èaèak'; in Windows-1250 (Central European) it is 'Čačak'" in note
    assert note.endswith("such as cp1250.")


@pytest.mark.parametrize("beside", [{"cpg": "1256"}, {"cpg": "ANSI 1256"}, {"cst": "windows-1256"}])
def test_an_encoding_that_is_stated_in_whatever_way_is_used_without_a_note(tmp_path, beside):
    found = read_boundaries(shapefile(tmp_path, ["حلب", "إدلب"], "cp1256", **beside))
    assert (found.frame["name"].tolist(), found.notes) == (["حلب", "إدلب"], ())


def test_a_byte_of_the_dbf_states_the_encoding_too(tmp_path):
    path = shapefile(tmp_path, ["حلب"], "cp1256")
    dbf = path.with_suffix(".dbf").read_bytes()
    path.with_suffix(".dbf").write_bytes(dbf[:29] + b"\x7e" + dbf[30:])
    assert read_boundaries(path).notes == ()


@pytest.mark.parametrize(("stated", "encoding"), [("UTF-8", "cp1251"), ("ISO-8859-1", "utf-8"), ("1252", "cp1256")])
def test_an_encoding_that_is_stated_wrongly_is_not_used(tmp_path, stated, encoding):
    names = ["حلب", "إدلب"] if encoding == "cp1256" else ["Донецьк", "Луганськ"]
    found = read_boundaries(shapefile(tmp_path, names, encoding, cpg=stated))
    assert found.frame["name"].tolist() == names
    assert "in which its texts make no sense" in found.notes[0]


def test_the_encoding_that_the_user_names_is_used_and_one_that_does_not_exist_is_refused(tmp_path):
    path = shapefile(tmp_path, ["Příbram"], "cp1250", cpg="1252")
    found = read_boundaries(path, encoding="windows-1250")
    assert (found.frame["name"].tolist(), found.notes) == (["Příbram"], ())
    with pytest.raises(PackError, match=r"there is no encoding 'klingon'. Use a usual name with --boundaries-encoding"):
        read_boundaries(path, encoding="klingon")


def test_plain_letters_need_no_note(tmp_path):
    assert read_boundaries(shapefile(tmp_path, ["Ash", "Brook"], "cp1252")).notes == ()


# Formats


def zipped(folder: Path, **contents: Path) -> Path:
    path = folder / "b.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for name, file in contents.items():
            packed.write(file, name.replace("__", "/").replace("_dot_", "."))
    return path


def test_of_shapefiles_with_one_name_in_several_folders_one_is_chosen_by_its_folder(tmp_path):
    for level, names in (("adm1", ["Nord"]), ("adm2", ["Ash", "Brook"])):
        (tmp_path / level).mkdir()
        shapefile(tmp_path / level, names, "utf-8")
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as packed:
        for part in sorted(tmp_path.glob("adm?/b.*")):
            packed.write(part, f"all/{part.parent.name}/{part.name}")
    with pytest.raises(PackError, match=r"2 layers: all/adm1/b, all/adm2/b. Name one with --layer"):
        read_boundaries(tmp_path / "b.zip")
    assert read_boundaries(tmp_path / "b.zip", "all/adm2/b").frame["name"].tolist() == ["Ash", "Brook"]


def test_a_file_among_notes_and_pictures_in_a_zip_file_is_found_in_its_folder(tmp_path):
    frame([{"shapeName": "Ash"}]).to_file(tmp_path / "a.geojson")
    (tmp_path / "notes.txt").write_text("CC BY")
    data = {"all__a_dot_geojson": tmp_path / "a.geojson", "all__notes_dot_txt": tmp_path / "notes.txt"}
    data["all__meta_dot_json"] = tmp_path / "notes.txt"
    assert read_boundaries(zipped(tmp_path, **data)).frame["shapeName"].tolist() == ["Ash"]


def test_a_file_geodatabase_is_refused_with_the_way_out(tmp_path):
    (tmp_path / "notes.txt").write_text("x")
    path = zipped(tmp_path, a_dot_gdb__x_dot_gdbtable=tmp_path / "notes.txt", a_dot_gdb__y=tmp_path / "notes.txt")
    with pytest.raises(PackError, match=r"file geodatabase, which cannot be read. Export the layer as GeoPackage"):
        read_boundaries(path)


def topology(**changes: object) -> dict[str, object]:
    """Return two squares of one degree with a common edge, on a grid of a tenth of a degree."""
    arcs = [[[10, 0], [0, 10]], [[10, 10], [-10, 0], [0, -10], [10, 0]], [[10, 0], [10, 0], [0, 10], [-10, 0]]]
    shapes = [
        {"type": "Polygon", "arcs": [[0, 1]], "properties": {"name": "West"}},
        {"type": "MultiPolygon", "arcs": [[[2, ~0]]], "properties": {"name": "East"}},
    ]
    transform = {"scale": [0.1, 0.1], "translate": [30, 40]}
    objects = {"districts": {"type": "GeometryCollection", "geometries": shapes}}
    return {"type": "Topology", "transform": transform, "arcs": arcs, "objects": objects, **changes}


def test_topojson_is_read_as_gdal_reads_it(tmp_path):
    path = tmp_path / "b.topojson"
    path.write_text(json.dumps(topology()))
    found, expected = read_boundaries(path).frame, gpd.read_file(path)
    assert found["name"].tolist() == expected["name"].tolist() == ["West", "East"]
    assert shapely.equals(found.geometry.to_numpy(), expected.geometry.to_numpy()).all()
    assert shapely.area(found.geometry.to_numpy()).tolist() == pytest.approx([1, 1])
    assert found.total_bounds.tolist() == pytest.approx([30, 40, 32, 41])


def test_of_the_layers_of_a_topology_only_those_with_polygons_can_be_districts(tmp_path):
    path = tmp_path / "b.topojson"
    lines = {"type": "GeometryCollection", "geometries": [{"type": "LineString", "arcs": [0]}]}
    path.write_text(json.dumps(topology(objects={"lines": lines, **topology()["objects"]})))
    assert read_boundaries(path).frame["name"].tolist() == ["West", "East"]
    assert topojson.list_objects({"objects": {"lines": lines}}) == ["lines"]


def test_of_the_layers_of_a_geopackage_only_those_with_polygons_can_be_districts(tmp_path):
    path = tmp_path / "b.gpkg"
    shapes = gpd.GeoDataFrame({"name": ["West", "East"]}, geometry=shapely.box([0, 1], 0, [1, 2], 1), crs=4326)
    shapes.to_file(path, layer="adm2")
    shapes.set_geometry(shapes.boundary).to_file(path, layer="lines")
    assert read_boundaries(path).frame["name"].tolist() == ["West", "East"]


def test_a_topology_with_several_levels_asks_for_one(tmp_path):
    path = tmp_path / "b.json"
    objects = topology()["objects"]
    assert isinstance(objects, dict)
    path.write_text(json.dumps(topology(objects={**objects, "country": {"type": "Polygon", "arcs": [[0, 1]]}})))
    with pytest.raises(PackError, match=r"2 layers: districts, country. Name one with --layer"):
        read_boundaries(path)
    assert len(read_boundaries(path, "districts").frame) == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"arcs": None},
        {"arcs": [[["a", 0]]]},
        {"arcs": []},
        {"objects": []},
        {"objects": {"a": {"type": "Polygon", "arcs": [[7]]}}},
        {"objects": {"a": {"type": "Polygon", "arcs": [["0"]]}}},
        {"objects": {"a": {"type": "Polygon", "arcs": [[]]}}},
        {"transform": {"scale": [1]}},
    ],
)
def test_a_damaged_topology_is_refused(tmp_path, changes):
    (tmp_path / "b.json").write_text(json.dumps(topology(**changes)))
    with pytest.raises(PackError, match=r"b\.json"):
        read_boundaries(tmp_path / "b.json")


def test_an_arc_that_is_used_a_million_times_is_refused_before_it_is_joined(monkeypatch):
    monkeypatch.setattr(topojson, "_join_arcs", None)
    points = [[0, 0]] * 1_000
    shape = {"type": "Polygon", "arcs": [[0] * (LIMITS.boundary_points // 100)]}
    with pytest.raises(PackError, match="points; 2,000,000 can be read"):
        topojson.read_object("b.json", {"arcs": [points], "objects": {"a": shape}}, "a")


# Columns


def ocha_2018() -> pd.DataFrame:
    """Return six sub-districts in three districts, as OCHA divided Syria in 2018."""
    columns = ["NAME_EN", "NAME_AR", "PCODE", "ADM2_EN", "ADM2_PCODE", "ADM1_EN", "ADM1_PCODE", "ADM0_EN"]
    rows = [
        (f"Sub {row}", f"ف{row}", f"SY{row // 2}{row}", f"Dis {row // 2}", f"SY{row // 2}", "Aleppo", "SY", "Syria")
        for row in range(6)
    ]
    return pd.DataFrame(rows, columns=columns)


def test_a_level_without_a_number_lies_below_those_that_have_one():
    found = guess_columns(ocha_2018(), ColumnHints(), "f")
    assert found == BoundaryColumns("PCODE", "NAME_EN", "ADM2_EN", "ADM2_PCODE", local="NAME_AR")
    found = guess_columns(ocha_2018(), ColumnHints(parent="ADM1_EN"), "f")
    assert (found.id, found.name, found.parent, found.parent_id) == ("PCODE", "NAME_EN", "ADM1_EN", "ADM1_PCODE")


@pytest.mark.parametrize(
    "columns",
    [
        ["Name_En", "Name_Ar", "Pcode", "admin2Name", "admin2Pcod", "admin1Name", "admin1Pcod", "admin0Name"],
        ["NAME", "NAME_AR", "CODE", "ADM2_NAME", "ADM2_CODE", "ADM1_NAME", "ADM1_CODE", "ADM0_NAME"],
    ],
)
def test_the_levels_above_one_without_a_number_are_known_by_names_that_a_shapefile_cut(columns: list[str]):
    table = ocha_2018().set_axis(columns, axis=1)
    found = guess_columns(table, ColumnHints(), "f")
    assert (found.id, found.name, found.parent, found.parent_id) == (columns[2], columns[0], columns[3], columns[4])


def test_a_column_of_an_unknown_level_may_be_named_and_the_rest_is_still_guessed():
    table = ocha_2018().rename(columns={"NAME_EN": "NAHIYA", "NAME_AR": "x"})
    found = guess_columns(table, ColumnHints(name="NAHIYA"), "f")
    assert (found.id, found.name, found.parent) == ("PCODE", "NAHIYA", "ADM2_EN")


def test_the_advice_on_ids_that_come_twice_does_not_dissolve_districts_into_their_province():
    table = ocha_2018().rename(columns={"NAME_EN": "NAHIYA", "NAME_AR": "x", "PCODE": "NO"})
    columns = guess_columns(table, ColumnHints(), "f")
    with pytest.raises(PackError) as caught:
        name_places(table, columns, "Syria", "f")
    assert "these differ: NAHIYA" in str(caught.value)
    assert "dissolve" not in str(caught.value)
    parts = pd.DataFrame({"ADM2_PCODE": ["A", "A", "B"], "ADM2_EN": ["x", "x", "y"], "fid": [1, 2, 3]})
    with pytest.raises(PackError, match="dissolve by that column"):
        name_places(parts, guess_columns(parts, ColumnHints(), "f"), "Syria", "f")


@pytest.mark.parametrize("hints", [ColumnHints(), ColumnHints(id="ID_1"), ColumnHints(id="HASC_1")])
def test_the_columns_of_earlier_gadm_are_known_and_an_id_that_is_named_leaves_the_names_guessed(hints):
    row = {"ID_0": 1, "ISO": "LAN", "NAME_0": "Landia"}
    table = pd.DataFrame([{**row, "ID_1": 7 + n, "HASC_1": f"L{n}", "NAME_1": f"N{n}"} for n in range(2)])
    found = guess_columns(table, hints, "f")
    assert (found.id, found.name, found.parent) == (hints.id or "ID_1", "NAME_1", "")


@pytest.mark.parametrize("left_out", [set(), {"ST_PCODE"}, {"DT", "DT_PCODE"}])
def test_the_columns_of_mimu_are_known_by_their_words(left_out):
    row = {"ST": "Shan", "ST_PCODE": "MMR014", "DT": "Lashio", "DT_PCODE": "MMR014D1"}
    table = pd.DataFrame([{**row, "TS": f"T{n}", "TS_PCODE": f"M{n}", "TS_MMR4": f"ရ{n}"} for n in range(3)])
    found = guess_columns(table.drop(columns=list(left_out)), ColumnHints(), "f")
    assert (found.id, found.name, found.local) == ("TS_PCODE", "TS", "TS_MMR4")
    assert found.parent == ("ST" if "DT" in left_out else "DT")


def test_a_state_called_st_beside_other_columns_is_no_level_of_myanmar():
    table = pd.DataFrame({"ST": ["TX", "TX"], "name": ["a", "b"], "code": [1, 2]})
    assert guess_columns(table, ColumnHints(), "f").name == "name"


# Names


def test_what_gadm_has_not_is_empty_and_a_code_may_still_be_na():
    row = {"NAME_1": "Prov", "GID_1": "X.1_1", "NL_NAME_2": "NA", "VARNAME_2": "NA"}
    found = read([{**row, "GID_2": f"X.1.{n}_1", "NAME_2": f"Dist {n}", "ISO": "NA"} for n in range(2)])
    columns = choose_columns(found, ColumnHints()).columns
    assert (columns.local, columns.others) == ("", ())
    assert found.frame["ISO"].tolist() == ["NA", "NA"]
    assert found.notes == ()


def test_names_that_gadm_glues_are_separated_and_a_note_says_where_the_right_ones_are():
    rows = [{"GID_1": "USA.33_1", "COUNTRY": "UnitedStates", "NAME_1": "NewYork"}, {"GID_1": "x", "NAME_1": "McLean"}]
    found = read(rows)
    assert found.frame["NAME_1"].tolist() == ["New York", "McLean"]
    assert "'NewYork' to 'New York'" in found.notes[0]
    assert read([{**rows[0], "NAME_1": "New York"}, {"GID_1": "x", "NAME_1": "LeRoy"}]).notes == ()


@pytest.mark.parametrize(
    "without", [{}, {"shapeGroup": "LAN", "shapeType": "ADM2"}, {"shapeName": " ", "shapeID": "", "OBJECTID": 3}]
)
def test_a_feature_without_a_name_and_an_id_is_left_out_and_named(without):
    rows = [{"shapeName": name, "shapeID": f"11{name}", "shapeGroup": "LAN", "OBJECTID": 1} for name in "AB"]
    rows[1]["OBJECTID"] = 2
    named = choose_columns(read([*rows[:1], without, rows[1]]), ColumnHints())
    assert (named.columns.id, named.columns.name) == ("shapeID", "shapeName")
    assert named.frame["shapeID"].tolist() == ["11A", "11B"]
    assert named.notes == [
        "b.geojson: feature 2 has no name and no id: it is left out. Give each both if it is a district."
    ]
    with pytest.raises(PackError, match="no polygon has a name or an id"):
        choose_columns(read([{"name": "", "a": "x"}]), ColumnHints(name="name"))


def test_faults_keep_the_number_that_a_feature_has_in_the_file():
    rows = [{}, {"name": "A", "id": "1", "province": "P"}, {"name": "B", "id": "2", "province": None}]
    named = choose_columns(read(rows), ColumnHints(parent="province"))
    with pytest.raises(PackError) as caught:
        name_places(named.frame, named.columns, "X", "b.geojson")
    assert [fault.row for fault in caught.value.faults] == [3]


def test_names_that_lost_letters_are_kept_and_the_rows_of_the_users_own_file_named():
    named = choose_columns(
        read([{"shapeName": name, "shapeID": name} for name in ("Dist 0", "Ram\ufffdn", "?mranl?")]), ColumnHints()
    )
    places = name_places(named.frame, named.columns, "X", "mine.geojson")
    assert places.districts["name"].tolist() == ["Dist 0", "Ram\ufffdn", "?mranl?"]
    [note] = places.notes
    assert "mine.geojson: names in column shapeName seem to have lost letters before" in note
    assert "'Ram\ufffdn', '?mranl?' in rows 2, 3" in note


# Provinces in another file


ADM1 = [{"shapeName": "Nord", "shapeID": "1A"}, {"shapeName": "Sud", "shapeID": "1B"}]
NORTH_SOUTH = [(0, 0, 2, 1), (2, 0, 4, 1)]
ADM3 = [{"shapeName": name, "shapeID": f"3{row}"} for row, name in enumerate(["Ivan", "Ivan", "Brell"])]


def test_each_district_is_put_into_the_province_in_which_most_of_it_lies():
    boxes = [(0, 0, 1, 1), (2, 0, 3, 1), (1, 0, 2.02, 1)]
    named = choose_columns(read(ADM3, boxes), ColumnHints(), read(ADM1, NORTH_SOUTH, "ADM1.geojson"))
    places = name_places(named.frame, named.columns, "Landia", "ADM3.geojson")
    assert places.districts["province"].tolist() == ["Nord", "Sud", "Nord"]
    assert places.districts["province_id"].tolist() == ["1A", "1B", "1A"]
    assert named.columns.parent == "shapeName in ADM1.geojson"
    assert (named.notes, places.notes) == ([], [])


def test_a_district_that_several_provinces_share_and_one_that_lies_in_none_are_named():
    boxes = [(0, 0, 1, 1), (1.4, 0, 2.4, 1), (5, 0, 6, 1)]
    named = choose_columns(read(ADM3, boxes), ColumnHints(), read(ADM1, NORTH_SOUTH, "ADM1.geojson"))
    assert named.notes == [
        "ADM1.geojson: these lie in several provinces and were put where most of each lies: Ivan (Nord).",
        "ADM1.geojson: these lie in no province and were put into the nearest: Brell (Sud).",
    ]
    with pytest.raises(PackError, match=r"no district lies in any of its polygons. Name a file with provinces"):
        choose_columns(read(ADM3, [(50 + x, 0, 51 + x, 1) for x in range(3)]), ColumnHints(), read(ADM1, NORTH_SOUTH))


def test_the_columns_of_the_provinces_are_named_by_the_options_for_provinces():
    odd = [{"zone": "Nord", "no": "1"}, {"zone": "Sud", "no": "2"}]
    with pytest.raises(PackError, match="Name one with --parent; the columns are: zone"):
        choose_columns(read(ADM3), ColumnHints(), read(odd, NORTH_SOUTH, "zones.geojson"))
    named = choose_columns(read(ADM3), ColumnHints(parent="zone", parent_id="no"), read(odd, NORTH_SOUTH, "z.geojson"))
    assert named.frame[named.columns.parent].tolist() == ["Nord", "Nord", "Sud"]
    assert named.frame[named.columns.parent_id].tolist() == ["1", "1", "2"]


def test_what_a_file_of_provinces_leaves_open_is_asked_for_by_the_options_for_provinces(tmp_path):
    for level in ("adm0", "adm1"):
        frame(ADM1, NORTH_SOUTH).to_file(tmp_path / "p.gpkg", layer=level)
    with (
        pytest.raises(PackError, match=r"adm0, adm1\. Name one with --provinces-layer"),
        naming_options_for_provinces(),
    ):
        read_boundaries(tmp_path / "p.gpkg")
    frame(ADM1, NORTH_SOUTH).to_file(tmp_path / "p.shp")
    (tmp_path / "p.prj").unlink()
    with pytest.raises(PackError, match="Save it as GeoJSON or GeoPackage"), naming_options_for_provinces():
        read_boundaries(tmp_path / "p.shp")


def test_a_province_without_a_name_is_called_by_its_id():
    nameless = [{"shapeName": None, "shapeID": "1A"}, ADM1[1]]
    named = choose_columns(read(ADM3), ColumnHints(), read(nameless, NORTH_SOUTH))
    assert named.frame[named.columns.parent].tolist() == ["1A", "1A", "Sud"]


def test_a_feature_without_attributes_among_the_provinces_is_no_province():
    boxes = [*NORTH_SOUTH, (0, 0, 1, 1)]
    named = choose_columns(read(ADM3), ColumnHints(), read([*ADM1, {}], boxes, "ADM1.geojson"))
    assert set(named.frame[named.columns.parent]) == {"Nord", "Sud"}
    assert "ADM1.geojson: feature 3 has no name and no id" in named.notes[0]
