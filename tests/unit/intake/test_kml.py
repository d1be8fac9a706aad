"""Polygons in KML, as Google Earth and My Maps write them."""

import zipfile
from pathlib import Path

import pytest
import shapely

from control_map.core.errors import PackError
from control_map.core.limits import LIMITS
from control_map.intake.new_theatre.boundaries import read_boundaries
from control_map.intake.new_theatre.boundary_columns import ColumnHints, guess_columns
from control_map.intake.new_theatre.kml import is_kml

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>Map</name>'
RING = "<LinearRing><coordinates>{}</coordinates></LinearRing>"
SQUARE = "0,0,5 2,0,5\n 2,2,5 0,2,5 0,0,5"


def polygon(points: str = SQUARE, holes: str = "") -> str:
    inner = f"<innerBoundaryIs>{RING.format(holes)}</innerBoundaryIs>" if holes else ""
    return f"<Polygon><outerBoundaryIs>{RING.format(points)}</outerBoundaryIs>{inner}</Polygon>"


def placemark(name: str, shape: str, data: str = "") -> str:
    return f"<Placemark><name>{name}</name><description>d</description>{data}{shape}</Placemark>"


def saved(folder: Path, *content: str, name: str = "valley.kml") -> Path:
    path = folder / name
    path.write_text(f"{HEAD}{''.join(content)}</Document></kml>", "utf-8")
    return path


def test_names_data_folders_holes_and_several_parts_are_read(tmp_path: Path):
    values = '<Data name="people"><value>12</value></Data><SimpleData name="code">a</SimpleData>'
    data = f"<ExtendedData>{values}</ExtendedData>"
    several = f"<MultiGeometry>{polygon('3,0 4,0 4,1 3,0')}{polygon('5,0 6,0 6,1')}</MultiGeometry>"
    north = (
        f"<Folder><name>North</name>{placemark('Ash &amp; Oak', polygon(holes='1,1 1.5,1 1.5,1.5 1,1'), data)}</Folder>"
    )
    frame = read_boundaries(saved(tmp_path, north, f"<Folder>{placemark('Brook', several)}</Folder>")).frame
    assert frame["name"].tolist() == ["Ash & Oak", "Brook"]
    assert frame[["people", "code", "folder"]].iloc[0].tolist() == ["12", "a", "North"]
    assert frame["folder"].isna().tolist() == [False, True]
    assert shapely.area(frame.geometry.to_numpy()).round(3).tolist() == [3.875, 1]
    assert [shape.geom_type for shape in frame.geometry] == ["Polygon", "MultiPolygon"]
    assert not shapely.has_z(frame.geometry.to_numpy()).any()


def test_the_folders_of_a_map_are_taken_for_its_provinces(tmp_path: Path):
    folders = [
        f"<Folder><name>{folder}</name>{''.join(placemark(f'{folder} {side}', polygon()) for side in 'ab')}</Folder>"
        for folder in ("North", "South")
    ]
    frame = read_boundaries(saved(tmp_path, *folders)).frame
    columns = guess_columns(frame.drop(columns="geometry"), ColumnHints(), "valley.kml")
    assert (columns.id, columns.name, columns.parent) == ("", "name", "folder")


def test_a_kmz_file_with_pictures_is_read(tmp_path: Path):
    path = saved(tmp_path, placemark("Ash", polygon()))
    with zipfile.ZipFile(tmp_path / "valley.kmz", "w") as packed:
        packed.write(path, "doc.kml")
        packed.writestr("images/icon.png", b"x")
    assert read_boundaries(tmp_path / "valley.kmz").frame["name"].tolist() == ["Ash"]


@pytest.mark.parametrize(
    ("shape", "problem"),
    [
        ("<Point><coordinates>1,2</coordinates></Point>", "this is a Point, not a polygon"),
        ("<LineString><coordinates>1,2 3,4</coordinates></LineString>", "this is a LineString, not a polygon"),
        ("", "the feature has no shape that can be read"),
        (polygon("1,2 nonsense"), "the feature has no shape that can be read"),
        (polygon("1,2 3,4"), "the feature has no shape that can be read"),
        (polygon("1,2 3 4,5"), "the feature has no shape that can be read"),
        ("<Polygon></Polygon>", "the feature has no shape that can be read"),
        (polygon("1,nan 3,4 4,5"), "the feature has no shape that can be read"),
    ],
)
def test_what_is_no_polygon_is_named_with_its_row(shape: str, problem: str, tmp_path: Path):
    with pytest.raises(PackError, match=f"valley.kml, row 2, column geometry: {problem}"):
        read_boundaries(saved(tmp_path, placemark("Ash", polygon()), placemark("Brook", shape)))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (HEAD + "<Placemark>", "the file cannot be read"),
        ('<!DOCTYPE kml [<!ENTITY a "b">]><kml>&a;</kml>', "unknown format"),
        ('<?xml version="1.0"?><kml>' + "<a>" * 100, "nested too deeply"),
        ("<kml><Document/></kml>", "the file has no polygons"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_fix(text: str, problem: str, tmp_path: Path):
    (tmp_path / "valley.kml").write_text(text)
    with pytest.raises(PackError, match=problem):
        read_boundaries(tmp_path / "valley.kml")


def test_entities_are_never_expanded(tmp_path: Path):
    (tmp_path / "valley.kml").write_text('<kml><!DOCTYPE kml [<!ENTITY a "b">]>&a;</kml>')
    with pytest.raises(PackError, match="cannot be read"):
        read_boundaries(tmp_path / "valley.kml")


def test_far_too_many_placemarks_are_refused_while_they_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = saved(tmp_path, *(placemark(str(number), polygon()) for number in range(4)))
    monkeypatch.setattr("control_map.intake.new_theatre.kml.LIMITS", type(LIMITS)(polygons=2))
    with pytest.raises(PackError, match="more than 2 placemarks"):
        read_boundaries(path)


def test_many_comments_before_the_document_take_no_time():
    assert not is_kml(b"<!---->" * 500)
    assert is_kml(b"<!-- one --><!-- two --><kml>")


def test_far_too_many_fields_are_refused_before_they_are_a_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    fields = [f'<ExtendedData><Data name="c{number}"><value>x</value></Data></ExtendedData>' for number in range(4)]
    path = saved(tmp_path, *(placemark(str(number), polygon() + field) for number, field in enumerate(fields)))
    monkeypatch.setattr("control_map.intake.new_theatre.kml.LIMITS", type(LIMITS)(columns=3))
    with pytest.raises(PackError, match="more than 3 different fields"):
        read_boundaries(path)
