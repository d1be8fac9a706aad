"""A theatre made of a file that a visitor uploads."""

import datetime as dt
import io
import json
import zipfile
from pathlib import Path

import pytest

from control_map.core.errors import PackError, SettingError
from control_map.core.limits import LIMITS
from control_map.intake.new_theatre import upload as upload_module
from control_map.intake.new_theatre.boundary_columns import ColumnHints
from control_map.intake.new_theatre.upload import BoundaryUpload, describe_boundaries, load_private_pack, make_theatre
from control_map.pipeline.pack import load_pack

TODAY = dt.date(2024, 5, 1)
PARTIES = ("Red Army", "the Junta")
HOSTILE = "<script>x</script> **b** =1+1\u202e"


def uploaded(*rows: dict[str, object], name: str = "my_valley.geojson") -> BoundaryUpload:
    features = [
        {
            "type": "Feature",
            "properties": row,
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[x, 0], [x + 1, 0], [x + 1, 1], [x, 1], [x, 0]]],
            },
        }
        for x, row in enumerate(rows)
    ]
    return BoundaryUpload(name, json.dumps({"type": "FeatureCollection", "features": features}).encode())


VALLEY = uploaded({"name": "Ashford", "side": "N"}, {"name": "Brook", "side": "N"}, {"name": "Cairn", "side": "S"})


def test_the_columns_are_guessed_as_by_init_and_each_has_an_example():
    facts = describe_boundaries(VALLEY)
    assert (facts.count, facts.name, facts.parent, facts.country) == (3, "name", "", "")
    assert facts.columns == {"name": "Ashford", "side": "N"}


def test_where_no_column_seems_to_have_the_names_the_visitor_chooses_and_where_there_is_none_it_is_said():
    assert describe_boundaries(uploaded({"a": "Ashford"}, {"a": "Brook"})).name == ""
    with pytest.raises(PackError, match=r"my_valley\.geojson: the polygons have no names.* Give each polygon a name"):
        describe_boundaries(uploaded({}, {}))


@pytest.mark.slow
def test_a_theatre_of_polygons_without_ids_is_private_empty_and_follows_its_reports():
    made = make_theatre(VALLEY, ColumnHints(name="name", parent="side"), " Valley  war ", PARTIES, TODAY)
    theatre = made.pack.theatre
    assert (theatre.id, theatre.title, theatre.follows_reports) == ("valley-war", "Valley war", True)
    assert theatre.places["place_id"].tolist() == ["D1", "D2", "D3"]
    assert theatre.places["province"].tolist() == ["N", "N", "S"]
    assert [actor.opponents for actor in theatre.actors] == [("the_junta",), ("red_army",)]
    assert [actor.in_text for actor in theatre.actors] == ["the Red Army", "the Junta"]
    assert made.pack.is_private
    assert made.pack.fingerprint == load_private_pack(made.files, "again").fingerprint
    assert any("numbered" in note for note in made.notes)


@pytest.mark.slow
def test_the_zip_file_is_the_pack_in_a_folder_and_the_same_bytes_each_time(tmp_path: Path):
    made = make_theatre(VALLEY, ColumnHints(name="name", parent=""), "Valley war", PARTIES, TODAY)
    data = made.files.with_reports(made.pack).zip(made.pack.theatre)
    assert data == made.files.with_reports(made.pack).zip(made.pack.theatre)
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert {Path(name).parts[0] for name in packed.namelist()} == {"valley-war"}
        packed.extractall(tmp_path)
    pack = load_pack(tmp_path / "valley-war")
    assert pack.faults == []
    assert pack.theatre.places["name"].tolist() == ["Ashford", "Brook", "Cairn"]


@pytest.mark.slow
def test_hostile_names_stay_text():
    upload = uploaded({"name": HOSTILE}, {"name": "Brook"}, name=f"{HOSTILE}.geojson")
    made = make_theatre(upload, ColumnHints(name="name", parent=""), HOSTILE, (HOSTILE, "=2+2"), TODAY)
    assert made.pack.theatre.id == "script-x-script-b-1-1"
    assert made.pack.theatre.actors[0].label == "<script>x</script> **b** =1+1"
    assert made.pack.theatre.places["name"][0] == "<script>x</script> **b** =1+1"
    assert not any(line.startswith("=") for text in made.files.contents.values() for line in text.splitlines())


@pytest.mark.slow
def test_a_title_without_latin_letters_or_digits_still_names_a_folder():
    made = make_theatre(VALLEY, ColumnHints(name="name"), "\u2191\u2193", PARTIES, TODAY)
    assert made.pack.theatre.id.isascii()
    assert made.pack.theatre.id


@pytest.mark.parametrize(
    ("title", "parties", "problem"),
    [
        ("Valley", ("Red", "red"), "another party has the same"),
        ("Valley", tuple(f"Party {number}" for number in range(9)), "at most 8"),
        ("Valley", ("a:b:c:d", "Red"), "a label without colons"),
    ],
)
def test_parties_that_cannot_be_told_apart_are_refused(title: str, parties: tuple[str, ...], problem: str):
    with pytest.raises(SettingError, match=problem):
        make_theatre(VALLEY, ColumnHints(name="name"), title, parties, TODAY)


def test_a_theatre_that_is_too_large_for_a_visit_is_refused_with_the_fix(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(upload_module, "LIMITS", type(LIMITS)(own_theatre_bytes=1_000))
    with pytest.raises(PackError, match=r"my_valley\.geojson: its lines take .* Simplify it first"):
        make_theatre(VALLEY, ColumnHints(name="name"), "Valley war", PARTIES, TODAY)


@pytest.mark.parametrize(
    ("upload", "problem"),
    [
        (
            BoundaryUpload("a.shp", b"\0\0\x27\x0a" + bytes(200)),
            r"a\.shp: a \.shp alone has no names\. Pack it into a ZIP",
        ),
        (BoundaryUpload("a.txt", b"hello"), r"a\.txt: the file has an unknown format"),
        (BoundaryUpload("a.json", b'{"type": "FeatureCollection", "features": []}'), "has no polygons"),
        (BoundaryUpload("a.geojson", VALLEY.data, layer="b"), "there is no layer 'b'"),
        (BoundaryUpload("a.geojson", VALLEY.data, crs="nonsense"), "reference system is not known"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_name_of_the_file_and_the_fix(upload: BoundaryUpload, problem: str):
    with pytest.raises(PackError, match=problem):
        describe_boundaries(upload)
