"""The command `init`: it makes packs from real files of each kind, or nothing at all; and what `check` advises."""

import datetime as dt
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import geopandas as gpd
import pytest
import shapely

from control_map.core.limits import LIMITS
from control_map.intake.new_theatre import advice, formats
from control_map.intake.new_theatre import boundaries as boundaries_module
from control_map.intake.new_theatre.writer import readable_name
from control_map.pipeline.pack import load_pack
from control_map.pipeline.view import apply_rule
from control_map.theatre import geojson
from tests.support.far import boundaries, run_to_end, write_far
from tests.support.made_up import written
from tests.support.syria import write_syria

pytestmark = pytest.mark.slow

FILES = ("README.md", "districts.geojson", "parts.csv", "places.csv", "reports.csv", "theatre.toml", "totals.csv")


class Answer(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def init(monkeypatch, capsys, tmp_path) -> Callable[..., Answer]:
    def ask(file: Path, *options: str) -> Answer:
        arguments = ["control_map", "init", str(tmp_path / "pack"), "--boundaries", str(file), *options]
        monkeypatch.setattr(sys, "argv", arguments)
        code = run_to_end()
        result = capsys.readouterr()
        return Answer(code, result.out, result.err)

    return ask


def saved(folder: Path, kind: str) -> Path:
    """Save the districts of the far theatre as a file of a kind."""
    frame, path = boundaries(), folder / f"far.{kind}"
    if kind == "parquet":
        frame.to_parquet(path)
    elif kind == "zip":
        frame.to_file(folder / "far.shp", encoding="utf-8")
        with zipfile.ZipFile(path, "w") as packed:
            for part in folder.glob("far.[!z]*"):
                packed.write(part, part.name)
    else:
        frame.to_file(path, encoding="utf-8")
    return path


@pytest.mark.parametrize("kind", ["gpkg", "geojson", "shp", "zip", "fgb", "parquet"])
def test_a_file_of_each_kind_becomes_a_pack_that_loads(kind, init, tmp_path):
    result = init(saved(tmp_path, kind))
    assert result.code == 0, result.err
    assert sorted(path.name for path in (tmp_path / "pack").iterdir()) == sorted(FILES)
    pack = load_pack(tmp_path / "pack")
    assert pack.theatre.places["name"].tolist().count("Río Añil") == 1
    assert set(pack.theatre.provinces["province"]) == {"Ñandú", "São Tomé", "Valle Ábrego"}
    assert pack.theatre.title == "Tierra Austral"
    assert pack.faults == []
    assert "names: ADM2_ES  (--name)" in result.out
    assert "CONTROL_MAP_PACKS=" in result.out


def test_an_empty_pack_can_be_weighed_and_says_what_it_lacks(init, tmp_path):
    init(saved(tmp_path, "gpkg"), "--start", "2019-01-01", "--end", "2020-01-01")
    pack = load_pack(tmp_path / "pack")
    assert set(apply_rule(pack, pack.rule()).timeline["status"]) == {"no_report"}
    result = "\n".join(advice.list_gaps(pack))
    for lack in (
        "no reports",
        "Party A",
        "provincial capitals",
        "crossings",
        "one name only",
        "population",
        "no author of the data",
        "no party has other names",
    ):
        assert lack in result


def test_hostile_names_stay_text_in_every_file(init, tmp_path):
    names = ['=HYPERLINK("x")', "<script>alert(1)</script>", 'a|b\n"c" \\ `d`']
    frame = gpd.GeoDataFrame(
        {"place_id": ["-1", "=2", "c"], "name": names, "province": names},
        geometry=[shapely.box(step, -10, step + 1, -9) for step in range(3)],
        crs="EPSG:4326",
    )
    frame.to_file(tmp_path / "h.gpkg")
    result = init(tmp_path / "h.gpkg", "--title", 'A "quoted"\n[[actors]]', "--actor", 'x"]y')
    assert result.code == 0, result.err
    theatre = load_pack(tmp_path / "pack").theatre
    assert theatre.title == 'A "quoted" [[actors]]'
    assert theatre.places["name"].tolist() == [names[0], names[1], 'a/b "c" \\ `d`']
    assert theatre.places.geom_type.eq("Polygon").all()


REFUSED = {
    "no reference system": (lambda frame: frame.set_crs(None, allow_override=True), (), "--crs EPSG:4326"),
    "metres taken for degrees": (
        lambda frame: frame.to_crs(3857),
        ("--crs", "EPSG:4326"),
        "outside the Earth's coordinates",
    ),
    "points": (
        lambda frame: frame.set_geometry(frame.representative_point()),
        (),
        "this is a Point, not a polygon, as are",
    ),
    "ids twice": (lambda frame: frame.assign(ADM2_PCODE="x"), (), "row 2, column ADM2_PCODE"),
    "twice the same ground": (
        lambda frame: frame.set_geometry([frame.geometry[0]] * len(frame)),
        (),
        "others cover the same area",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_a_theatre_is_refused_with_the_fix_and_nothing_is_left(case, init, tmp_path):
    change, options, fix = REFUSED[case]
    change(boundaries()).to_parquet(tmp_path / "far.parquet")
    result = init(tmp_path / "far.parquet", *options)
    assert result.code != 0
    assert fix in result.err
    assert [path.name for path in tmp_path.iterdir()] == ["far.parquet"]


def test_what_gdal_does_not_know_is_said_in_our_words(init, tmp_path):
    (tmp_path / "notes.txt").write_text("nothing of the kind")
    result = init(tmp_path / "notes.txt").err
    assert "notes.txt: the file has an unknown format. Save it as GeoJSON" in result
    assert "driver" not in result


def test_a_period_that_was_given_is_not_called_a_default_and_each_party_shows_where_its_other_names_go(init, tmp_path):
    frame = boundaries()[["geometry"]].assign(code=range(len(boundaries())), m="x", zona="s")
    frame.to_file(tmp_path / "plain.gpkg")
    result = init(tmp_path / "plain.gpkg", "--name", "m", "--end", "2020-01-01").out
    assert result.startswith("Pack: ")
    assert "this is a default" not in result
    text = (tmp_path / "pack" / "theatre.toml").read_text("utf-8")
    assert text.count('# also = ["government forces"') == 2


REPORTS = """date,place,claim,holder
2019-03-02,{first},captured,Red Army
2019-03-20,{first},retaken,the Junta
2019-03-21,Nowhere,captured,Red Army
"""


def test_the_first_reports_give_the_parties_and_the_period_and_rows_set_aside_are_listed(init, tmp_path):
    file = saved(tmp_path, "gpkg")
    (tmp_path / "reports.csv").write_text(REPORTS.format(first=boundaries()["ADM2_ES"][0]))
    result = init(file, "--reports", str(tmp_path / "reports.csv"), "--title", "Far war")
    assert result.code == 0, result.err
    pack = load_pack(tmp_path / "pack")
    theatre = pack.theatre
    assert (theatre.period_start, theatre.period_end) == (dt.date(2019, 3, 1), dt.date(2019, 3, 20))
    assert [(actor.label, actor.in_text, actor.subject) for actor in theatre.actors] == [
        ("Red Army", "the Red Army", "Red Army holds"),
        ("the Junta", "the Junta", "The Junta holds"),
    ]
    assert (len(pack.located), len(pack.set_aside)) == (2, 1)
    out = " ".join(result.out.split())
    assert "Period: 2019-03-01 to 2019-03-20; it follows the reports" in out
    assert "2 of 3 reports located" in out
    assert "row 4: there is no 'Nowhere'" in out


def test_the_options_of_add_read_the_first_reports_too_and_what_waits_is_said(init, tmp_path):
    first = boundaries()["ADM2_ES"][0]
    head = "date,place,claim,said by\n"
    file = saved(tmp_path, "gpkg")
    (tmp_path / "reports.csv").write_text(
        f"{head}2019-03-02,Nowhere,captured,a heron\n2019-03-03,{first},held,a stork\n"
    )
    reports = ("--reports", str(tmp_path / "reports.csv"), "--actor", "Red", "--actor", "Blue")
    result = init(file, *reports)
    assert "no column is taken for actor" in " ".join(result.err.split())
    result = init(file, *reports, "--suppose", "actor=red", "--side", "a heron=independent")
    out = " ".join(result.out.split())
    assert result.code == 0, result.err
    assert "It is not known for whom 'a stork' speaks: their claims wait." in out
    assert "--side 'a stork=SIDE', with one of red, blue, independent" in out
    assert "row 2: there is no 'Nowhere'" in out
    assert "Name the place, as --meant Nowhere=ID" in out


def test_a_table_of_reports_without_a_column_for_the_party_is_refused_with_the_option(init, tmp_path):
    (tmp_path / "reports.csv").write_text("date,place,claim,xyz\n2019-03-02,A,captured,Red\n")
    result = init(saved(tmp_path, "gpkg"), "--reports", str(tmp_path / "reports.csv"))
    assert result.code > 0
    assert "Give --column actor=COLUMN; the columns that stand for nothing yet are: xyz" in " ".join(result.err.split())
    assert not (tmp_path / "pack").exists()


@pytest.mark.parametrize(
    ("folder", "title"), [("bol_geojson", "Bol"), ("bol.geojson", "Bol"), ("alto-peru", "Alto peru"), ("zip", "Zip")]
)
def test_the_title_made_of_a_folders_name_is_readable(folder, title):
    assert readable_name(folder) == title


def test_of_several_layers_one_must_be_named(init, tmp_path):
    for layer in ("adm1", "adm2"):
        boundaries().to_file(tmp_path / "f.gpkg", layer=layer)
    assert "adm1, adm2. Name one with --layer" in init(tmp_path / "f.gpkg").err
    assert init(tmp_path / "f.gpkg", "--layer", "adm2").code == 0


def test_a_file_that_is_too_large_is_refused_with_advice(init, tmp_path, monkeypatch):
    file = saved(tmp_path, "gpkg")
    for limit, value in (("boundary_bytes", 10), ("polygons", 3), ("boundary_points", 10)):
        with monkeypatch.context() as patched:
            for module in (boundaries_module, formats, geojson):
                patched.setattr(module, "LIMITS", replace(LIMITS, **{limit: value}))
            result = init(file)
        assert result.code != 0
        assert "can be read" in result.err
    assert not (tmp_path / "pack").exists()


def test_a_new_pack_gets_a_background_from_files_of_lines(init, tmp_path):
    west, south, east, north = boundaries().to_crs(4326).total_bounds
    lines = [shapely.LineString([(west, south), (east, north)])]
    gpd.GeoDataFrame(geometry=lines, crs=4326).to_file(tmp_path / "rivers.geojson")
    result = init(saved(tmp_path, "gpkg"), "--background", str(tmp_path / "rivers.geojson"))
    assert result.code == 0, result.err
    assert "Lines: river 1" in result.out
    assert "[[credits]]" in result.out
    pack = load_pack(tmp_path / "pack")
    assert len(pack.theatre.background.shapes["river"]) == 1
    readme = (tmp_path / "pack" / "README.md").read_text("utf-8")
    assert "The background comes from `rivers.geojson`" in readme
    assert "| `background.geojson` |" in readme


def test_a_pack_that_is_there_gets_a_background_and_one_that_cannot_be_made_leaves_it_as_it_was(
    tmp_path, make_pack, monkeypatch, capsys
):
    folder, rivers = make_pack(), tmp_path / "rivers.geojson"
    gpd.GeoDataFrame(geometry=[shapely.LineString([(0, 50), (3, 51)])], crs=4326).to_file(rivers)
    monkeypatch.setattr(sys, "argv", ["control_map", "background", str(folder), str(rivers)])
    assert run_to_end() == 0
    assert "Lines: river 1" in capsys.readouterr().out
    written = (folder / "background.geojson").read_bytes()
    assert load_pack(folder).theatre.background
    rivers.write_text("nothing")
    assert run_to_end() == 1
    assert "rivers.geojson" in capsys.readouterr().err
    assert (folder / "background.geojson").read_bytes() == written


def test_a_folder_that_is_not_empty_stays_unchanged(init, tmp_path):
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "mine.txt").write_text("mine")
    assert "not empty" in init(saved(tmp_path, "gpkg")).err
    assert [path.name for path in (tmp_path / "pack").iterdir()] == ["mine.txt"]


def test_a_pack_that_lacks_nothing_is_given_no_advice_about_it(tmp_path, make_pack):
    result = "\n".join(advice.list_gaps(load_pack(write_syria(tmp_path / "syria"))))
    assert "capitals" not in result
    assert "colours" not in result
    late = load_pack(make_pack([written(event_date="2021-09-01", reported_date="2021-09-02")]))
    assert "no report is of an event in the period" in "\n".join(advice.list_gaps(late))


def test_a_pack_without_opens_on_opens_on_its_last_event_and_one_that_opens_long_after_is_advised(make_pack):
    pack = load_pack(make_pack([written(event_date="2021-05-04", reported_date="2021-05-05")]))
    assert (pack.theatre.opens_on, pack.theatre.opens_on_is_stated) == (dt.date(2021, 5, 4), False)
    late = replace(pack, theatre=replace(pack.theatre, opens_on=pack.theatre.period_end))
    assert "the last event is of 2021-05-04, but the page opens on 2021-07-01" in "\n".join(advice.list_gaps(late))
    assert "page opens on" not in "\n".join(advice.list_gaps(pack))


def test_a_point_beyond_180_degrees_lies_with_the_polygons(tmp_path):
    folder = write_far(tmp_path / "far", west=178)
    with (folder / "places.csv").open("a", encoding="utf-8") as places:
        places.write("K,crossing,Paso,,,,,XX0,Ñandú,-179.5,-33.5,\n")
    theatre = load_pack(folder).theatre
    assert theatre.places.set_index("place_id").geometry["K"].x == 180.5
