"""Boundaries open the format that their content shows, and no other file or address, whatever they say."""

import contextlib
import io
import json
import sqlite3
import struct
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from control_map.core import shapes
from control_map.core.errors import PackError
from control_map.core.limits import LIMITS
from control_map.intake.new_theatre import formats
from control_map.intake.new_theatre.boundaries import read_boundaries
from control_map.theatre import geojson
from control_map.theatre.boundaries import read_districts
from control_map.theatre.geojson import read_features
from tests.support import thrift
from tests.support.far import boundaries

NESTED = 100_000
"""Levels that end a process if GEOS calls itself for each."""


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], bytes]:
    """Return the content of the far theatre's boundaries in a format."""
    folder, frame = tmp_path_factory.mktemp("saved"), boundaries()
    frame.to_file(folder / "far.gpkg")
    frame.to_file(folder / "far.fgb")
    frame.to_file(folder / "far.geojson")
    frame.to_file(folder / "far.shp", encoding="utf-8")
    frame.to_parquet(folder / "far.parquet")
    with zipfile.ZipFile(folder / "far.zip", "w") as packed:
        for suffix in ("shp", "shx", "dbf", "prj", "cpg"):
            packed.write(folder / f"far.{suffix}", f"inside/FAR.{suffix.upper()}")
    return lambda kind: (folder / f"far.{kind}").read_bytes()


@pytest.fixture
def requests() -> Iterator[list[str]]:
    """Serve on this machine, and list the addresses that are asked for; the first is the server's own."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_GET  # noqa: N815 - the name that the server calls

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    asked.append(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    yield asked
    server.shutdown()
    server.server_close()


def refusal(path: Path, data: bytes | None = None, **options) -> str:
    """Return the words with which a file is refused; each names the file."""
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(PackError) as caught:
        read_boundaries(path, **options)
    assert all(fault.file == path.name for fault in caught.value.faults)
    assert all(fault.fix for fault in caught.value.faults)
    return str(caught.value)


def district(**properties) -> dict:
    geometry = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}
    return {"type": "Feature", "properties": {"place_id": "A", "area_km2": 3, **properties}, "geometry": geometry}


def collection(*features: dict, **members) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": [*features], **members}).encode()


def nested(kind: int) -> bytes:
    return struct.pack("<BII", 1, kind, 1) * NESTED + struct.pack("<BII", 1, kind, 0)


@pytest.mark.parametrize("kind", ["gpkg", "fgb", "geojson", "parquet", "zip"])
@pytest.mark.parametrize("name", ["far.geojson", "far.shp", "far"])
def test_a_file_is_read_by_its_content_whatever_its_name_is(saved, kind, name, tmp_path):
    (tmp_path / name).write_bytes(saved(kind))
    frame, expected = read_boundaries(tmp_path / name).frame, boundaries().to_crs("EPSG:4326")
    assert set(frame) == set(expected)
    frame, expected = (each.sort_values("ADM2_ES") for each in (frame, expected))  # FlatGeobuf has an order of its own
    assert frame["ADM2_ES"].tolist() == expected["ADM2_ES"].tolist()
    one, other = (shapely.normalize(each.geometry.to_numpy()) for each in (frame, expected))
    assert shapely.equals_exact(one, other, 1e-9).all()


REFERRING = {
    "a virtual format": '<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>{it}</SrcDataSource></OGRVRTLayer>'
    "</OGRVRTDataSource>",
    "a pipeline": '{{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline ! read {it}"}}',
    "a link of KML": '<kml xmlns="http://www.opengis.net/kml/2.2"><NetworkLink><Link><href>{it}</href></Link>'
    "</NetworkLink></kml>",
    "a link of GML": '<gml:FeatureCollection xmlns:gml="http://www.opengis.net/gml" '
    'xmlns:xlink="http://www.w3.org/1999/xlink"><gml:featureMember xlink:href="{it}"/></gml:FeatureCollection>',
    "a service": "<WFS_Capabilities><OnlineResource>{it}</OnlineResource></WFS_Capabilities>",
    "an entity": '<!DOCTYPE kml [<!ENTITY x SYSTEM "{it}">]><kml>&x;</kml>',
}


@pytest.mark.parametrize("suffix", ["geojson", "shp", "gpkg", "fgb", "parquet", "zip", "vrt"])
@pytest.mark.parametrize("what", REFERRING)
def test_a_file_that_refers_to_others_is_refused_and_opens_none(what, suffix, requests, tmp_path):
    (tmp_path / "secret.csv").write_text("secret")
    for address in (f"{requests[0]}/x", f"/vsicurl/{requests[0]}/x", "secret.csv"):
        text = refusal(tmp_path / f"b.{suffix}", REFERRING[what].format(it=address).encode())
        assert "Save it as" in text or (what == "a link of KML" and "the file has no polygons" in text)
        assert "secret" not in text
    assert len(requests) == 1


def test_an_address_or_a_device_is_not_a_file(requests, tmp_path):
    for path in (f"/vsicurl/{requests[0]}/x", f"{requests[0]}/x", "/vsimem/x", "/vsistdin/"):
        assert "missing" in refusal(Path(path))
    for path in (Path("/dev/zero"), tmp_path):
        assert "not a file" in refusal(path)
    assert len(requests) == 1


@pytest.mark.parametrize("kind", ["link", "name"])
def test_a_link_to_a_reference_system_is_not_followed(kind, requests, tmp_path):
    address = f"{requests[0]}/crs"
    member = {"type": kind, "properties": {"href": address, "name": address}}
    path = tmp_path / "districts.geojson"
    assert "not followed" in refusal(path, collection(district(), crs=member))
    with pytest.raises(PackError, match="not followed"):
        read_districts(path)
    assert len(requests) == 1


def test_a_reference_system_that_geojson_names_is_used(tmp_path):
    path = tmp_path / "m.geojson"
    for name in ("urn:ogc:def:crs:EPSG::3857", "EPSG:3857"):
        path.write_bytes(collection(district(), crs={"type": "name", "properties": {"name": name}}))
        assert read_boundaries(path).frame.total_bounds[2] == pytest.approx(1 / 111_319.49, rel=1e-3)
    member = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    path.write_bytes(collection(district(), crs=member))
    assert read_boundaries(path).frame.total_bounds.tolist() == [0, 0, 1, 1]
    assert "EPSG:999999 is not known" in refusal(path, collection(crs={"properties": {"name": "EPSG:999999"}}))


def test_grids_that_a_reference_system_names_are_not_opened(saved, requests, tmp_path):
    bound = gpd.GeoSeries([shapely.box(0, 0, 1, 1)], crs=f"+proj=longlat +nadgrids={requests[0]}/x.gsb +type=crs").crs
    for text in (bound.to_wkt(), bound.to_wkt().replace("NTv2", "PROJ-based operation method: +proj=hgridshift")):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as there, zipfile.ZipFile(io.BytesIO(saved("zip"))) as old:
            for name in old.namelist():
                there.writestr(name, text if name.endswith(".PRJ") else old.read(name))
        (tmp_path / "b.zip").write_bytes(packed.getvalue())
        try:
            read_boundaries(tmp_path / "b.zip")
        except PackError as error:
            assert "reference system" in str(error)  # noqa: PT017 - either is fine, as long as nothing is fetched
    assert len(requests) == 1


@pytest.mark.parametrize("text", [b"{}", b"\xff" * 9, b'{"type": "GeographicCRS"', b"x" * 200_000])
def test_a_damaged_description_of_a_reference_system_is_refused(text, saved, tmp_path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as there, zipfile.ZipFile(io.BytesIO(saved("zip"))) as old:
        for name in old.namelist():
            there.writestr(name, text if name.endswith(".PRJ") else old.read(name))
    assert "reference system" in refusal(tmp_path / "b.zip", packed.getvalue())


# GeoPackage


def changed(saved, folder: Path, sql: str) -> Path:
    """Return a GeoPackage of which the tables were changed by SQL."""
    path = folder / "g.gpkg"
    path.write_bytes(saved("gpkg"))
    with closing(sqlite3.connect(path)) as database:
        database.executescript(f"PRAGMA legacy_alter_table = ON; {sql}")
    return path


ENDLESS = "WITH RECURSIVE n(fid) AS (SELECT 1 UNION ALL SELECT fid + 1 FROM n)"
COMPUTED = {
    "an endless view": f"ALTER TABLE far RENAME TO old; CREATE VIEW far AS {ENDLESS} SELECT fid, x'00' AS geom FROM n",
    "a virtual table": "ALTER TABLE far RENAME TO old; CREATE VIRTUAL TABLE far USING rtree(fid, a, b)",
    "no table": "ALTER TABLE far RENAME TO old",
}


@pytest.mark.parametrize("what", COMPUTED)
def test_a_layer_that_is_computed_when_it_is_read_is_refused(what, saved, tmp_path):
    assert "'far' is not a table" in refusal(changed(saved, tmp_path, COMPUTED[what]))


@pytest.mark.parametrize("table", ["gpkg_spatial_ref_sys", "gpkg_geometry_columns"])
def test_a_table_of_the_format_that_is_an_endless_view_is_refused(table, saved, tmp_path):
    columns = "1 AS srs_id, 'a' AS organization, 'far' AS table_name, 'geom' AS column_name"
    view = f"ALTER TABLE {table} RENAME TO old; CREATE VIEW {table} AS {ENDLESS} SELECT {columns} FROM n"
    assert "not a GeoPackage" in refusal(changed(saved, tmp_path, view))


def test_a_column_that_is_computed_by_a_function_is_refused(saved, tmp_path):
    file = changed(saved, tmp_path, "ALTER TABLE far ADD COLUMN x TEXT AS (hex(zeroblob(100000000)))")
    assert "cannot be read" in refusal(file)


def test_triggers_and_views_beside_the_layer_do_no_harm(saved, tmp_path):
    sql = f"CREATE VIEW gpkg_extra AS {ENDLESS} SELECT fid FROM n; CREATE VIEW far_2 AS SELECT * FROM gpkg_extra"
    assert len(read_boundaries(changed(saved, tmp_path, sql)).frame) == len(boundaries())


def test_text_that_is_not_utf_8_is_read_with_replacements(saved, tmp_path):
    (tmp_path / "g.gpkg").write_bytes(saved("gpkg").replace("Río".encode(), b"R\xff\xffo"))
    assert "R\ufffd\ufffdo Añil" in read_boundaries(tmp_path / "g.gpkg").frame["ADM2_ES"].tolist()


def test_the_reference_system_of_a_geopackage_may_be_unknown_or_described(saved, tmp_path):
    undefined = "UPDATE gpkg_geometry_columns SET srs_id = -1"
    assert "--crs" in refusal(changed(saved, tmp_path, undefined))
    described = "UPDATE gpkg_spatial_ref_sys SET organization = 'x', definition = 'GEOGCS[]' WHERE srs_id = 4326"
    assert "reference system is not known" in refusal(changed(saved, tmp_path, described))


# Bombs


@pytest.mark.parametrize("kind", [4, 5, 6, 7, 9, 10, 11, 12, 1007, 0x80000007])
def test_shapes_inside_shapes_are_refused_before_they_end_the_process(kind):
    big = b"".join([struct.pack(">BII", 0, 7, 1), nested(kind)])
    assert shapes.read_wkb([nested(kind), big, b"\x01", None]).tolist() == [None] * 4


@given(st.recursive(st.just("POLYGON ((0 0, 1 0, 1 1, 0 0), (.1 .1, .2 .1, .2 .2, .1 .1))"), lambda inner: st.lists(
    inner, max_size=3).map(lambda texts: f"GEOMETRYCOLLECTION ({', '.join(texts)})" if texts else "POINT EMPTY")),
    st.sampled_from(["iso", "extended"]), st.booleans(), st.booleans())  # fmt: skip
@settings(max_examples=50, deadline=None)
def test_any_shape_that_is_not_nested_deeply_is_read_as_it_is(text, flavour, little, heights):
    shape = shapely.from_wkt(text)
    shape = shapely.force_3d(shape) if heights else shape
    if flavour == "extended":
        shape = shapely.set_srid(shape, 4326)
    wkb = shapely.to_wkb(shape, byte_order=int(little), flavor=flavour, include_srid=flavour == "extended")
    assert shapely.equals_identical(shapes.read_wkb([wkb])[0], shape)


def test_nested_shapes_in_a_file_are_a_fault_of_their_feature(saved, tmp_path):
    table = pq.read_table(io.BytesIO(saved("parquet")))
    wkb = pa.array([nested(7), *table["geometry"].to_pylist()[1:]], pa.binary())
    pq.write_table(table.set_column(table.schema.get_field_index("geometry"), "geometry", wkb), tmp_path / "b.parquet")
    assert "row 1, column geometry: the feature has no shape that can be read" in refusal(tmp_path / "b.parquet")
    inside = {"type": "Polygon", "coordinates": []}
    for _ in range(200):
        inside = {"type": "GeometryCollection", "geometries": [inside]}
    assert "row 1, column geometry" in refusal(tmp_path / "b.json", collection({**district(), "geometry": inside}))
    brackets = collection(district()).replace(b"[0, 0]", b"[" * NESTED + b"]" * NESTED)
    assert "cannot be read" in refusal(tmp_path / "b.json", brackets)


def test_a_zip_file_is_refused_by_what_it_unpacks_to(tmp_path, monkeypatch):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as there:
        for suffix in ("shp", "dbf"):
            there.writestr(f"b.{suffix}", b"\0\0\x27\x0a" + bytes(3_000_000))
    monkeypatch.setattr(formats, "LIMITS", replace(LIMITS, boundary_bytes=1_000_000))
    assert "can be read" in refusal(tmp_path / "b.zip", packed.getvalue())


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_file_that_is_packed_otherwise_than_usual_is_refused(method, tmp_path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as there:
        there.writestr("b.geojson", collection(district()))
    for data in (packed.getvalue(), packed.getvalue().replace(b"Polygon", b"xxxxxxx")):
        assert "packed with another method" in refusal(tmp_path / "b.zip", data)


def test_a_zip_file_with_too_many_parts_is_refused_before_its_directory_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(zipfile, "ZipFile", None)
    entries = b"PK\x01\x02" * (LIMITS.members + 1)
    assert "parts" in refusal(tmp_path / "b.zip", b"PK\x03\x04" + entries)


def test_geoparquet_whose_pages_state_more_than_it_may_unpack_to_is_refused(tmp_path):
    geo = json.dumps({"primary_column": "t", "columns": {"t": {"encoding": "WKB"}}})
    pages = thrift.data_page(2, b"\1\0\0\0x" * 2, unpacked=2**31 - 1)
    entry = thrift.struct({1: thrift.text("geo"), 2: thrift.text(geo)})
    data = thrift.parquet(thrift.Chunk(pages, 2), metadata=thrift.many([entry]))
    assert "it unpacks to more than" in refusal(tmp_path / "b.parquet", data)


@pytest.mark.parametrize("bomb", ["[],", "{},", "1,"])
def test_geojson_with_too_many_values_is_refused_before_it_is_read(bomb, monkeypatch):
    monkeypatch.setattr(json, "loads", None)
    monkeypatch.setattr(geojson, "LIMITS", replace(LIMITS, boundary_points=1_000))
    with pytest.raises(PackError, match="Simplify"):
        read_features("b.geojson", b"[" + bomb.encode() * 6_000 + b"1]")


def test_a_text_that_parquet_repeats_in_each_row_is_counted_in_each(saved, tmp_path, monkeypatch):
    table = pq.read_table(io.BytesIO(saved("parquet")))
    many = pa.concat_tables([table] * 500)
    long = pa.array(["x" * 1_000_000], pa.string())
    column = pa.DictionaryArray.from_arrays(np.zeros(len(many), "int32"), long)
    pq.write_table(many.append_column("long", column), tmp_path / "b.parquet")
    assert (tmp_path / "b.parquet").stat().st_size < 1_500_000
    monkeypatch.setattr(formats, "LIMITS", replace(LIMITS, boundary_bytes=5_000_000))
    assert "can be read" in refusal(tmp_path / "b.parquet")


@pytest.mark.parametrize("coordinate", ["NaN", "Infinity", "1e999", '"1"', "null", "[]"])
def test_a_coordinate_that_is_not_a_number_is_a_fault(coordinate, tmp_path):
    text = collection(district()).replace(b"[1, 1]", f"[1, {coordinate}]".encode())
    assert "b.geojson" in refusal(tmp_path / "b.geojson", text)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_shape_with_a_coordinate_that_is_not_finite_is_named(bad, tmp_path):
    def spoil(points: np.ndarray) -> np.ndarray:
        return np.where((points == [0, 1]).all(axis=1, keepdims=True), bad, points)

    shape = shapely.transform(shapely.box(0, 0, 1, 1), spoil)
    gpd.GeoSeries([shapely.box(2, 0, 3, 1), shape], crs="EPSG:4326").to_frame("geometry").to_parquet(tmp_path / "b")
    assert "row 2, column geometry: a coordinate is not a finite number" in refusal(tmp_path / "b")


def test_a_pack_with_polygons_outside_the_earth_is_refused(tmp_path):
    path = tmp_path / "districts.geojson"
    path.write_bytes(collection(district()).replace(b"[1, 1]", b"[1, 1e300]"))
    with pytest.raises(PackError, match="row 1, column geometry: the polygon lies outside the Earth"):
        read_districts(path)


def test_text_of_another_format_in_the_header_of_a_flatgeobuf_is_not_looked_at(requests, tmp_path):
    vrt = REFERRING["a virtual format"].format(it=f"{requests[0]}/x").encode()
    assert "header is too large" in refusal(tmp_path / "b.fgb", b"fgb\x03fgb\x01\x01\x01\x01\x01" + vrt)
    assert "cannot be read" in refusal(tmp_path / "b.fgb", b"fgb\x03fgb\x01\x01\x01\x01\x00" + vrt)
    assert len(requests) == 1


@pytest.mark.parametrize("kind", ["gpkg", "fgb", "geojson", "parquet", "zip"])
@given(st.data())
@settings(max_examples=40, deadline=None)
def test_a_damaged_file_is_read_or_refused(kind, saved, tmp_path_factory, data):
    content = bytearray(saved(kind))
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(content) - 1))
        if data.draw(st.booleans()):
            content[at] = data.draw(st.integers(0, 255))
        else:
            del content[at : at + data.draw(st.integers(0, len(content) // 2))]
        content = content or bytearray(b"x")
    path = tmp_path_factory.getbasetemp() / "damaged"
    path.write_bytes(content)
    with contextlib.suppress(PackError):
        read_boundaries(path)
