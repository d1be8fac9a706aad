"""Files for other programs: what is read back is what was on screen, and each file states its provenance."""

import csv
import datetime as dt
import io
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely

from control_map.analysis.changes import compare_dates
from control_map.analysis.summary import count_by_status
from control_map.assessment.timeline import as_of
from control_map.core.errors import ControlMapError, UnknownNameError
from control_map.pipeline import view as view_module
from control_map.pipeline.pack import Pack, load_pack
from control_map.pipeline.view import View, apply_rule
from control_map.render.export import excel, formats, tables, writing
from control_map.render.export.geographic import METADATA_KEY, PROVENANCE_LAYER
from control_map.render.export.hxl import HASHTAGS
from control_map.render.export.tables import (
    EXPORTED_COMPARISON_COLUMNS,
    EXPORTED_EVIDENCE_COLUMNS,
    EXPORTED_STATUS_COLUMNS,
    EXPORTED_TIMELINE_COLUMNS,
)
from control_map.render.provenance import Provenance
from tests.support.made_up import THEATRE, as_csv, day, places_csv, written

JULY, JUNE = dt.date(2021, 7, 9), dt.date(2021, 6, 9)
KML = "{http://www.opengis.net/kml/2.2}"
ALL = list(formats.FORMATS)
SPREADSHEETS = [".csv", ".xlsx"]
POINT_LAYERS = ["status_points", "timeline_points", "evidence"]
WITH_SHAPES = [".geojson", ".gpkg", ".parquet"]
DATES = [
    "last_changed_on",
    "since",
    "changed_from",
    "changed_to",
    "last_reported",
    "valid_from",
    "valid_to",
    "event_date",
    "reported_date",
]


def read(path: Path, what: str = "status") -> pd.DataFrame:
    """Read a file as its users do; what KML and CSV hold as text becomes what it stands for."""
    match path.suffix:
        case ".geojson":
            frame = gpd.read_file(path)
        case ".gpkg":
            layers = [layer for layer in (what, f"{what}_points") if layer in pyogrio.list_layers(path)]
            frame = pd.concat([gpd.read_file(path, layer=layer) for layer in layers], ignore_index=True)
        case ".parquet":
            frame = gpd.read_parquet(path)
        case ".csv":
            plain = path.name.lower().endswith(".plain.csv")
            frame = pd.read_csv(path, skiprows=[] if plain else [1], keep_default_na=False)
        case ".xlsx":
            frame = pd.read_excel(path, sheet_name=what, keep_default_na=False)
        case ".kml":
            root = ET.parse(path).getroot()
            frame = pd.DataFrame([data_of(place) for place in root.iter(f"{KML}Placemark")])
            frame = frame.assign(
                **dict.fromkeys({"claimed_by", "before_claimed_by"} - {*frame}, "")
            )  # what nowhere is, is not written
    frame = frame.copy()
    for name in frame.columns.intersection(DATES):
        frame[name] = pd.to_datetime(frame[name].replace("", None))
    for name in frame.columns.intersection(["disputed", "before_disputed"]):
        frame[name] = frame[name].astype(str).str.lower() == "true"
    texts = frame.columns.difference([*DATES, "geometry"])
    frame[texts] = frame[texts].astype(object).where(frame[texts].notna(), "")
    return frame


def csv_rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def data_of(place: ET.Element) -> dict[str, str]:
    return {data.get("name"): data.findtext(f"{KML}value") or "" for data in place.iter(f"{KML}Data")}


def provenance_in(path: Path) -> dict[str, str]:
    """Read the provenance from where the format of a file keeps it."""
    match path.suffix:
        case ".geojson":
            return json.loads(path.read_text("utf-8"))["metadata"]
        case ".gpkg":
            return dict(pyogrio.read_dataframe(path, layer=PROVENANCE_LAYER).itertuples(index=False))
        case ".parquet":
            return json.loads(pq.read_schema(path).metadata[METADATA_KEY])
        case ".csv":
            plain = path.name.endswith(".plain.csv")
            header, tags, first = [*csv_rows(path), []][:3]
            tags, first = (["#meta+about+"] * len(header), tags) if plain else (tags, first)
            return {
                name: cell
                for name, tag, cell in zip(header, tags, first, strict=True)
                if tag.startswith("#meta+about+") or name == "date"
            }
        case ".xlsx":
            return {
                name: text
                for name, text in openpyxl.load_workbook(path)["provenance"].iter_rows(values_only=True)
                if name != "name"
            }
        case ".kml":
            return data_of(ET.parse(path).getroot().find(f"{KML}Document/{KML}ExtendedData"))


@pytest.fixture(scope="module")
def views(herat: Pack) -> dict[str, View]:
    return {
        "assessed": apply_rule(herat, herat.rule("assessed")),
        "latest": apply_rule(herat, herat.rule("latest")),
        "known": apply_rule(herat, herat.rule("two-sources"), JULY),
    }


@pytest.mark.parametrize("suffix", ALL)
@pytest.mark.parametrize(
    ("rule", "date", "since"),
    [
        ("assessed", JULY, None),
        ("assessed", dt.date(2021, 8, 15), JUNE),
        ("latest", dt.date(2021, 5, 1), None),
        ("known", JULY, JUNE),
    ],
)
def test_a_file_of_the_status_has_what_was_on_screen(views, tmp_path: Path, suffix, rule, date, since):
    check_status_reads_back(views[rule], tmp_path / f"map{suffix}", date, since)


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ALL)
def test_a_file_of_the_shipped_pack_has_what_was_on_screen(shipped_view: View, tmp_path: Path, suffix):
    check_status_reads_back(shipped_view, tmp_path / f"map{suffix}", JULY, JUNE)


def check_status_reads_back(view: View, path: Path, date: dt.date, since: dt.date | None) -> None:
    writing.write_export(view, date, path, tables.ExportTable.STATUS, since)
    back = read(path).set_index("place_id")
    shown = view.status(date).set_index("place_id")
    assert set(back.index) == set(shown.index)
    assert back.index.is_unique
    back = back.loc[shown.index]
    for name in ("status", "basis", "claimed_by", "confidence", "name", "province", "kind"):
        assert back[name].tolist() == shown[name].tolist(), name
    assert back["disputed"].tolist() == shown["disputed"].tolist()
    for name in ("since", "last_reported"):
        assert [plain_date(day) for day in back[name]] == [plain_date(day) for day in shown[name]], name
    if since:
        compared = compare_dates(view.timeline, since, date).set_index("place_id").loc[shown.index]
        assert back["change"].tolist() == [str(value) for value in compared["change"]]
        assert [plain_date(day) for day in back["last_changed_on"]] == [
            plain_date(day) for day in compared["last_changed_on"]
        ]
        earlier = view.status(since).set_index("place_id").loc[shown.index]
        assert back["before"].tolist() == earlier["status"].tolist()
        assert back["after"].tolist() == shown["status"].tolist()
        for name in ("basis", "claimed_by", "disputed"):
            assert back[f"before_{name}"].tolist() == earlier[name].tolist(), name
        assert back["before_label"].tolist() == [view.pack.status_labels[status] for status in earlier["status"]]
        assert (back["change"] != "unchanged").any()
    else:
        assert not {*EXPORTED_COMPARISON_COLUMNS} - {"before_claimed_by"} & {*back.columns}


def plain_date(day: pd.Timestamp) -> str:
    return "" if pd.isna(day) else f"{day:%Y-%m-%d}"


@pytest.mark.parametrize("suffix", WITH_SHAPES)
def test_the_shapes_are_those_of_the_pack_in_longitude_and_latitude(views, tmp_path: Path, suffix):
    view, path = views["assessed"], tmp_path / f"map{suffix}"
    writing.write_export(view, JULY, path, tables.ExportTable.STATUS)
    back = read(path)
    places = view.pack.theatre.places
    assert back.crs == places.crs
    assert back["place_id"].tolist() == places["place_id"].tolist()
    # Six decimals; on a polygon, in any order of its points.
    assert (shapely.hausdorff_distance(back.geometry.array, places.geometry.array) < 1e-6).all()


def test_kml_has_the_shapes_of_the_pack(views, tmp_path: Path):
    path = tmp_path / "map.kml"
    writing.write_export(views["assessed"], JULY, path)
    layers = pyogrio.list_layers(path)[:, 0]
    back = pd.concat([gpd.read_file(path, layer=layer) for layer in layers]).set_index("place_id")
    places = views["assessed"].pack.theatre.places.set_index("place_id").geometry
    assert (shapely.hausdorff_distance(back.geometry.loc[places.index].array, places.array) < 1e-6).all()


@pytest.mark.parametrize("suffix", SPREADSHEETS)
def test_a_spreadsheet_has_a_point_on_each_place(views, tmp_path: Path, suffix):
    path = tmp_path / f"map{suffix}"
    writing.write_export(views["assessed"], JULY, path, tables.ExportTable.STATUS)
    back = read(path)
    points = gpd.points_from_xy(back["lon"].astype(float), back["lat"].astype(float))
    shapes = views["assessed"].pack.theatre.places.geometry
    assert (shapely.distance(points, shapes.to_numpy()) < 1e-6).all()


@pytest.mark.parametrize("suffix", ALL)
def test_the_counts_of_a_file_are_those_of_the_headline(views, tmp_path: Path, suffix):
    view, path = views["assessed"], tmp_path / f"map{suffix}"
    writing.write_export(view, JULY, path, tables.ExportTable.STATUS)
    counted = count_by_status(as_of(view.timeline, JULY), view.pack.statuses)
    assert count_by_status(read(path), view.pack.statuses) == counted
    assert len([number for number in counted.values() if number]) > 2


@pytest.mark.parametrize("suffix", [".geojson", ".csv", ".parquet", ".gpkg", ".xlsx"])
def test_a_timeline_that_is_read_back_says_of_each_day_what_the_view_says(views, tmp_path: Path, suffix):
    view, path = views["assessed"], tmp_path / f"map{suffix}"
    writing.write_export(view, JULY, path, tables.ExportTable.TIMELINE)
    back = read(path, "timeline")
    for date in (dt.date(2018, 1, 1), dt.date(2021, 5, 1), JULY, dt.date(2021, 8, 15), dt.date(2021, 8, 16)):
        then, shown = as_of(back, date), view.status(date)
        for name in ("place_id", "status", "claimed_by", "confidence", "disputed"):
            assert then[name].tolist() == shown[name].tolist(), (date, name)


def test_the_evidence_has_each_report_and_place_once_with_its_role(views, tmp_path: Path):
    view, path = views["assessed"], tmp_path / "evidence.parquet"
    writing.write_export(view, JULY, path, tables.ExportTable.EVIDENCE)
    back = read(path)
    assert list(back.columns) == EXPORTED_EVIDENCE_COLUMNS
    keys = ["place_id", "report_id", "role", "reason", "via"]
    assert back[keys].to_numpy().tolist() == view.evidence[keys].to_numpy().tolist()
    reports = view.located.set_index("report_id").loc[back["report_id"]]
    for name in ("claim", "actor", "claimant", "origin", "source_url", "summary", "reliability"):
        assert back[name].tolist() == reports[name].tolist(), name


def test_what_a_status_rests_on_is_in_the_evidence(views):
    view = views["assessed"]
    ids = {report_id for cell in tables.make_status_table(view, JULY)["rests_on"] for report_id in cell.split()}
    assert ids
    assert ids <= set(tables.make_evidence_table(view)["report_id"])


def test_the_columns_are_those_that_are_documented(views):
    view = views["assessed"]
    assert list(tables.make_status_table(view, JULY).columns) == EXPORTED_STATUS_COLUMNS
    assert set(view_module.STATUS_COLUMNS) <= set(EXPORTED_STATUS_COLUMNS)
    assert list(tables.make_timeline_table(view).columns) == EXPORTED_TIMELINE_COLUMNS
    compared = list(tables.make_status_table(view, JULY, JUNE).columns)
    assert [name for name in compared if name not in EXPORTED_STATUS_COLUMNS] == EXPORTED_COMPARISON_COLUMNS


def test_a_newer_district_and_a_crossing_have_the_pcode_of_the_district_that_they_lie_in(shipped_view):
    table = tables.make_status_table(shipped_view, JULY).set_index("place_id")["pcode"]
    assert table["AF0101"] == "AF0101"
    assert table["AF2116"] == "AF2116"  # drawn in another district, with a P-code of its own
    assert table["AF-D-bad-pakh"] == "AF0701"
    assert table["AF-X-hairatan"] == "AF2113"
    assert table.str.fullmatch(r"AF\d{4}").all()


def test_a_file_of_a_province_has_its_places_alone_and_says_so(views, tmp_path: Path):
    path = tmp_path / "herat.geojson"
    writing.write_export(views["assessed"], JULY, path, province_id="AF32")
    back = read(path)
    places = views["assessed"].pack.theatre.places
    assert back["place_id"].tolist() == places.loc[places["province_id"] == "AF32", "place_id"].tolist()
    assert provenance_in(path)["province"] == "Herat (AF32)"


# Provenance


@pytest.mark.parametrize("suffix", ALL)
def test_a_file_states_its_provenance(views, tmp_path: Path, suffix):
    view, path = views["known"], tmp_path / f"map{suffix}"
    writing.write_export(view, JULY, path, tables.ExportTable.STATUS, JUNE)
    facts = Provenance.of(view, JULY, JUNE).facts()
    facts_in_file = provenance_in(path)
    assert {name: facts_in_file.get(name) for name in facts} == facts
    assert facts["reports_published_by"] == "2021-07-09"
    assert facts["compared_with"] == "2021-06-09"
    assert view.pack.fingerprint == facts["content_hash"]
    assert "CC BY 4.0" in facts["credits"]


@pytest.mark.parametrize("suffix", [".geojson", ".csv", ".parquet", ".kml"])
def test_a_file_of_intervals_says_that_they_are_half_open(views, tmp_path: Path, suffix):
    path = tmp_path / f"map{suffix}"
    writing.write_export(views["assessed"], JULY, path, tables.ExportTable.TIMELINE)
    assert "valid_to the day after the last" in provenance_in(path)["rows"]


@pytest.mark.slow
def test_a_geopackage_has_all_tables_and_metadata_for_each(views, tmp_path: Path):
    path = tmp_path / "map.gpkg"
    writing.write_export(views["assessed"], JULY, path)
    kinds = {str(layer): kind for layer, kind in pyogrio.list_layers(path)}
    polygons, points = dict.fromkeys(["status", "timeline"], "MultiPolygon"), dict.fromkeys(POINT_LAYERS, "Point")
    assert kinds == {**polygons, **points, PROVENANCE_LAYER: None}
    for what in tables.ExportTable:
        info = pyogrio.read_info(path, layer=what.value)
        assert info["layer_metadata"]["rule"] == "Assessed"
        assert info["layer_metadata"]["rows"] == what.sentence
        assert info["crs"] == "EPSG:4326"
    assert pyogrio.read_info(path, layer="timeline")["ogr_types"][7:9] == ["OFTDate", "OFTDate"]


def test_a_single_table_as_excel_has_its_provenance_beside_it_and_no_formula():
    table = pd.DataFrame({"day": [pd.Timestamp(JULY)], "ids": [("a", "b")], "name": ["=1+1\x07"], "count": [3]})
    facts = {"software": "x", "rule": "Assessed"}
    data = excel.table_as_excel("by day: [all]", table, facts, dt.datetime(2021, 7, 9))  # noqa: DTZ001 - as file_time
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["by day- -all-", "provenance"]
    assert [cell.value for cell in book["by day- -all-"][2]] == [dt.datetime(2021, 7, 9), "a b", "'=1+1", 3]  # noqa: DTZ001
    assert [cell.value for cell in book["provenance"][3]] == ["rule", "Assessed"]


@pytest.mark.slow
def test_a_report_in_kml_has_the_time_of_its_event_as_far_as_it_is_known(make_pack, tmp_path: Path):
    known = [("2021-05-03", "day"), ("2021-05-04", "week"), ("2021-05-05", "month")]
    reports = [written(n, event_date=day, date_precision=what) for n, (day, what) in enumerate(known, start=1)]
    pack, path = load_pack(make_pack(reports)), tmp_path / "map.kml"
    writing.write_export(apply_rule(pack, pack.rule()), day(20), path, tables.ExportTable.EVIDENCE)
    places = ET.parse(path).getroot().iter(f"{KML}Placemark")
    stamps = {data_of(place)["event_date"]: place.findtext(f"{KML}TimeStamp/{KML}when") for place in places}
    assert stamps == {"2021-05-03": "2021-05-03", "2021-05-04": "2021-05-04", "2021-05-05": "2021-05"}


@pytest.mark.slow
def test_below_the_tags_of_dates_are_dates_and_below_those_of_numbers_numbers(views, tmp_path: Path):
    for what in tables.ExportTable:
        path = tmp_path / f"{what}.csv"
        writing.write_export(views["assessed"], JULY, path, what, JUNE)
        _, tags, *rows = csv_rows(path)
        for tag, cells in zip(tags, zip(*rows, strict=True), strict=True):
            filled = [cell for cell in cells if cell]
            if tag.startswith("#date"):
                assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", cell) for cell in filled), tag
            if tag == "#population" or re.match(r"#indicator\b|#geo", tag):
                assert all(re.fullmatch(r"-?\d+(\.\d+)?", cell) for cell in filled), tag


@pytest.mark.slow
def test_plain_csv_is_that_of_hxl_without_the_hashtags(views, tmp_path: Path):
    for suffix in (".csv", ".plain.csv"):
        writing.write_export(views["assessed"], JULY, tmp_path / f"map{suffix}", tables.ExportTable.TIMELINE)
    header, _, *rows = csv_rows(tmp_path / "map.csv")
    assert csv_rows(tmp_path / "map.plain.csv") == [header, *rows]


@pytest.mark.slow
def test_an_excel_file_has_a_sheet_for_each_table(make_pack, tmp_path: Path):
    pack = load_pack(make_pack())
    view, path = apply_rule(pack, pack.rule()), tmp_path / "map.xlsx"
    writing.write_export(view, day(9), path)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == [*tables.ExportTable, "provenance"]
    lengths = [len(book[what]["A"]) - 1 for what in tables.ExportTable]
    assert lengths == [len(view.status(day(9))), len(view.timeline), len(view.evidence)]
    assert pd.read_excel(path, sheet_name="timeline")["valid_from"].dropna().tolist() == [pd.Timestamp(day(1))]


@pytest.mark.slow
def test_each_column_has_a_hashtag_of_hxl_and_no_other_column_of_its_table_has_it(views, tmp_path: Path):
    for what in tables.ExportTable:
        path = tmp_path / f"{what}.csv"
        writing.write_export(views["assessed"], JULY, path, what, JUNE)
        header, tags, *rows = csv_rows(path)
        assert all(re.fullmatch(r"#[a-z][a-z0-9]*(\+[a-z][a-z0-9_]*)*", tag) for tag in tags)
        assert len(set(tags)) == len(tags) == len(header)
        assert not any(cell.startswith("#") for row in rows for cell in row)
        assert dict(zip(header, tags, strict=True)).items() >= {("pcode", "#adm2+code"), ("province", "#adm1+name")}
    assert set(HASHTAGS) == {
        *EXPORTED_STATUS_COLUMNS,
        *EXPORTED_COMPARISON_COLUMNS,
        *EXPORTED_TIMELINE_COLUMNS,
        *EXPORTED_EVIDENCE_COLUMNS,
        "lon",
        "lat",
    } - {"geometry"}


def test_geojson_keeps_to_its_standard(views, tmp_path: Path):
    path = tmp_path / "map.geojson"
    writing.write_export(views["assessed"], JULY, path)
    collection = json.loads(path.read_text("utf-8"))
    assert collection["type"] == "FeatureCollection"
    assert "crs" not in collection
    for feature in collection["features"]:
        assert set(feature) == {"type", "properties", "geometry"}
        shape = shapely.from_geojson(json.dumps(feature["geometry"]))
        assert all(polygon.exterior.is_ccw for polygon in shapely.get_parts(shape) if polygon.geom_type == "Polygon")
        assert (shapely.get_coordinates(shape).round(6) == shapely.get_coordinates(shape)).all()
    capital = next(feature for feature in collection["features"] if feature["properties"]["place_id"] == "AF-C-32")
    assert capital["geometry"]["coordinates"] == [62.20794, 34.34579]
    assert capital["properties"]["disputed"] in (True, False)
    assert isinstance(collection["features"][0]["properties"]["population"], int)


def test_kml_has_a_folder_for_each_status_in_its_colour(views, tmp_path: Path):
    view, path = views["assessed"], tmp_path / "map.kml"
    writing.write_export(view, JULY, path)
    document = ET.parse(path).getroot().find(f"{KML}Document")
    folders = {folder.findtext(f"{KML}name"): folder for folder in document.iter(f"{KML}Folder")}
    table = tables.make_status_table(view, JULY)
    assert list(folders) == [
        f"{style.label} ({number})"
        for style in view.pack.styles.values()
        if (number := int((table["status"] == style.status).sum()))
    ]
    styles = {style.get("id"): style for style in document.iter(f"{KML}Style")}
    assert styles["taliban"].findtext(f"{KML}PolyStyle/{KML}color") == "b33d60d1"  # #d1603d
    for place in document.iter(f"{KML}Placemark"):
        style, data = place.findtext(f"{KML}styleUrl").removeprefix("#"), data_of(place)
        assert style in styles
        assert style.removesuffix("-light") == data["status"]
        assert style.endswith("-light") == (data.get("basis") in ("area", "baseline"))


def test_kml_of_intervals_has_spans_of_time(views, tmp_path: Path):
    path = tmp_path / "map.kml"
    writing.write_export(views["assessed"], JULY, path, tables.ExportTable.TIMELINE)
    places = ET.parse(path).getroot().findall(f".//{KML}Placemark")
    spans = sorted(
        (
            data_of(place)["place_id"],
            place.findtext(f"{KML}TimeSpan/{KML}begin") or "",
            place.findtext(f"{KML}TimeSpan/{KML}end") or "",
        )
        for place in places
    )
    expected = sorted(
        (
            place,
            f"{plain_date(begun)}T00:00:00Z" if plain_date(begun) else "",
            f"{plain_date(ended)}T00:00:00Z" if plain_date(ended) else "",
        )
        for place, begun, ended in views["assessed"]
        .timeline[["place_id", "valid_from", "valid_to"]]
        .itertuples(index=False)
    )
    assert spans == expected


# Hostile text

HOSTILE = [
    '=HYPERLINK("http://evil.example","x")',
    "@SUM(1+1)",
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "\tx",
    "  =1+1",
    "#REF!",
    "]]></description><script>alert(1)</script>",
    "$[name] &lt;b&gt; & \"'",
    "bell \x07 and \ufffe",
]


@pytest.fixture
def hostile(make_pack) -> View:
    rows = [
        written(
            number,
            claimant=text,
            origin=f"{text} {number}",
            summary=text,
            source_name=text,
            event_date=day(number).isoformat(),
            reported_date=day(number).isoformat(),
            source_url='https://example.org/"><script>alert(1)</script>',
        )
        for number, text in enumerate(HOSTILE, 1)
    ]
    pack = load_pack(make_pack(files={"reports.csv": as_csv(rows)}))
    assert len(pack.located) == len(HOSTILE)
    return apply_rule(pack, pack.rule())


@pytest.mark.slow
def test_no_cell_of_a_csv_file_begins_a_formula(hostile, tmp_path: Path):
    for what in tables.ExportTable:
        path = tmp_path / f"{what}.csv"
        writing.write_export(hostile, day(20), path, what)
        header, _, *rows = csv_rows(path)
        cells = [cell for row in rows for name, cell in zip(header, row, strict=True) if name not in ("lon", "lat")]
        assert not [cell for cell in cells if re.match(r"\s*[=+\-@]|[\t\r\n]", cell)]
        if what == tables.ExportTable.EVIDENCE:
            assert "'=HYPERLINK" in " ".join(cells)


@pytest.mark.slow
def test_no_cell_of_an_excel_file_is_a_formula_or_an_error(hostile, tmp_path: Path):
    path = tmp_path / "map.xlsx"
    writing.write_export(hostile, day(20), path)
    book = openpyxl.load_workbook(path)
    cells = [cell for sheet in book for row in sheet for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d", "b"}
    texts = [cell.value for cell in cells if cell.data_type == "s"]
    assert not [text for text in texts if re.match(r"\s*[=+\-@]|[\t\r\n]", text)]
    assert "#REF!" in texts
    assert f"'{HOSTILE[0]}" in texts


@pytest.mark.slow
def test_a_balloon_of_kml_holds_text_and_no_markup_of_others(hostile, tmp_path: Path):
    path = tmp_path / "map.kml"
    writing.write_export(hostile, day(20), path, tables.ExportTable.EVIDENCE)
    root = ET.parse(path).getroot()  # it is XML for all that
    balloons = [place.findtext(f"{KML}description") for place in root.iter(f"{KML}Placemark")]
    assert len(balloons) == len(HOSTILE)
    tags = {tag for balloon in balloons for tag in re.findall(r"<[^>]*>", balloon)}
    assert tags == {"<b>", "</b>", "<br>"}  # no link either: the address is none of the web
    assert any("&lt;script&gt;" in balloon for balloon in balloons)
    rows = [data_of(place) for place in root.iter(f"{KML}Placemark")]
    assert {row["summary"] for row in rows} >= {HOSTILE[0], HOSTILE[8], "]]></description><script>alert(1)</script>"}


@pytest.mark.slow
@pytest.mark.parametrize("suffix", WITH_SHAPES)
def test_other_formats_keep_text_as_it_is(hostile, tmp_path: Path, suffix):
    path = tmp_path / f"map{suffix}"
    writing.write_export(hostile, day(20), path, tables.ExportTable.EVIDENCE)
    assert set(read(path, "evidence")["claimant"]) >= {
        "@SUM(1+1)",
        "-2+3",
        "]]></description><script>alert(1)</script>",
    }


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ALL)
def test_control_characters_in_the_packs_own_words_break_no_file(make_pack, tmp_path: Path, suffix):
    theatre = (THEATRE + 'note = "A \\u0001note"\n').replace("A made-up war", "A \\u0007made-up war")
    theatre = theatre.replace("Reds", "Re\\u0001ds")
    places = places_csv().replace("Harrow", "Har\x01row")
    folder = make_pack([written(province_text="Harrow")], {"theatre.toml": theatre, "places.csv": places})
    pack = load_pack(folder)
    path = tmp_path / f"map{suffix}"
    writing.write_export(apply_rule(pack, pack.rule()), day(20), path, tables.ExportTable.STATUS, province_id="H")
    assert set(read(path)["province"]) == {"Harrow"}
    facts = provenance_in(path)
    assert facts["theatre"] == "A made-up war"
    if not suffix.endswith(".csv"):  # whose rows have a column of that name
        assert facts["province"] == "Harrow (H)"
    if suffix == ".kml":
        names = [name.text for name in ET.parse(path).getroot().iter(f"{KML}name")]
        assert names[0].startswith("A made-up war, ")
        assert any(name.startswith("Reds (") for name in names)


@pytest.mark.slow
def test_evidence_before_the_first_publication_is_a_header_and_no_row(make_pack, tmp_path: Path):
    pack = load_pack(make_pack([written()]))
    view = apply_rule(pack, pack.rule(), known_on=day(0))
    path = tmp_path / "map.csv"
    writing.write_export(view, day(20), path, tables.ExportTable.EVIDENCE)
    header, tags = csv_rows(path)
    assert header[: len(EXPORTED_EVIDENCE_COLUMNS) - 1] == EXPORTED_EVIDENCE_COLUMNS[:-1]
    assert len(tags) == len(header)


# Nothing half-done


def test_an_ending_that_no_format_has_names_those_there_are(herat_view, tmp_path: Path):
    with pytest.raises(UnknownNameError, match=r"'\.shp'.*\.geojson.*\.gpkg"):
        writing.write_export(herat_view, JULY, tmp_path / "map.shp")
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there_is_an_error_that_says_how_to_fix_it(herat_view, tmp_path: Path):
    with pytest.raises(ControlMapError, match=r"cannot be written.*folder that you may write to"):
        writing.write_export(herat_view, JULY, tmp_path / "nowhere" / "map.csv")


@pytest.mark.parametrize("suffix", ALL)
def test_a_file_that_fails_half_way_leaves_the_old_one_and_nothing_else(herat_view, tmp_path, monkeypatch, suffix):
    path = tmp_path / f"map{suffix}"
    path.write_text("the old one")
    form = formats.FORMATS[suffix]

    def fail(contents, unfinished):
        form.write(contents, unfinished)
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(formats.FORMATS, suffix, formats.FileFormat(suffix, "", "", fail))
    with pytest.raises(ControlMapError, match="No space left on device"):
        writing.write_export(herat_view, JULY, path)
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    assert path.read_text() == "the old one"


@pytest.mark.parametrize("suffix", ALL)
def test_a_file_replaces_the_old_one_and_is_all_that_is_left(herat_view, tmp_path: Path, suffix):
    path = tmp_path / f"map{suffix.upper()}"
    path.write_text("the old one")
    writing.write_export(herat_view, JULY, path, tables.ExportTable.STATUS)
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    assert path.stat().st_size > 5_000


@pytest.mark.slow
def test_the_bytes_are_those_of_the_file(herat_view, tmp_path: Path):
    for suffix in (".geojson", ".csv", ".kml", ".parquet"):
        writing.write_export(herat_view, JULY, tmp_path / f"map{suffix}")
        assert (tmp_path / f"map{suffix}").read_bytes() == writing.export_to_bytes(
            herat_view, JULY, formats.FORMATS[suffix]
        )


def test_a_file_is_named_by_what_is_unusual_about_it(views):
    name = writing.export_file_name
    assert name(views["assessed"], JULY, ".geojson") == "herat-2021_2021-07-09_assessed.geojson"
    known = name(views["known"], JULY, ".csv", tables.ExportTable.TIMELINE, JUNE, "AF32")
    assert known == "herat-2021_2021-07-09_two-sources_timeline_since-2021-06-09_known-2021-07-09_AF32.csv"
    assert name(views["assessed"], JULY, ".csv", "by day") == "herat-2021_2021-07-09_assessed_by-day.csv"
    pack = views["assessed"].pack
    one_side = apply_rule(pack, pack.rule("side:taliban"))
    assert name(one_side, JULY, ".kml") == "herat-2021_2021-07-09_side-taliban.kml"


@pytest.mark.slow
def test_exporting_changes_nothing_of_the_view(herat: Pack):
    view = apply_rule(herat, herat.rule())
    timeline, evidence, places = view.timeline.copy(), view.evidence.copy(), herat.theatre.places.copy()
    for form in formats.FORMATS.values():
        for what in tables.ExportTable if form.suffix == ".gpkg" else [tables.ExportTable.STATUS]:
            writing.export_to_bytes(view, JULY, form, what, JUNE)
    assert view.timeline.equals(timeline)
    assert view.evidence.equals(evidence)
    assert herat.theatre.places.equals(places)
