"""A faulty pack is refused with all its faults; single bad rows are left out and named."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import shapely

from control_map.analysis.summary import add_part_reports, part_reports, summarize_provinces
from control_map.analysis.trend import count_provinces_over_time, count_statuses_daily
from control_map.assessment.timeline import as_of
from control_map.core.errors import PackError
from control_map.core.limits import LIMITS
from control_map.pipeline.pack import load_pack
from control_map.pipeline.view import apply_rule, compare_rules
from control_map.render.provenance import Provenance
from control_map.theatre import boundaries
from control_map.theatre.config import COUNT_SUFFIXES, RESERVED_COLUMNS
from control_map.theatre.theatre import Theatre, read_theatre
from tests.support.made_up import START, THEATRE, day, districts_geojson, places_csv, written

MakePack = Callable[..., Path]
TOTALS = "date,measure,value,qualifier,claimed_by,source_name,source_url,note\n"


@pytest.fixture
def read(make_pack: MakePack) -> Callable[..., Theatre]:
    return lambda **files: read_theatre(make_pack(files={name.replace("_", "."): text for name, text in files.items()}))


def refusal(read: Callable[..., Theatre], **files: str | bytes | None) -> list[str]:
    """Return the faults for which a pack is refused, as lines."""
    with pytest.raises(PackError) as caught:
        read(**files)
    assert str(caught.value) == "\n".join(map(str, caught.value.faults))
    return [str(fault) for fault in caught.value.faults]


def test_a_good_pack_becomes_a_theatre(read: Callable[..., Theatre]) -> None:
    theatre = read()
    assert theatre.faults == []
    assert (theatre.id, theatre.title, theatre.default_rule) == ("marshland", "A made-up war", "assessed")
    assert (theatre.period_start.isoformat(), theatre.period_end.isoformat()) == ("2021-05-01", "2021-07-01")
    assert [(actor.id, actor.opponents) for actor in theatre.actors] == [
        ("red", ("blue", "green")),
        ("blue", ("red",)),
        ("green", ("red",)),
    ]
    assert theatre.provinces["province"].tolist() == ["Harrow", "Velden"]
    assert theatre.provinces["alt_names"].tolist() == ["", "Feldena"]
    assert theatre.places.crs == "EPSG:4326"
    assert theatre.totals["value"].tolist() == [1]


def test_points_are_longitude_before_latitude_and_districts_are_polygons(read: Callable[..., Theatre]) -> None:
    places = read().places.set_index("place_id")
    assert (places.geometry["X-K"].x, places.geometry["X-K"].y) == (2.9, 50.9)
    assert places.geometry["H1"].geom_type == "Polygon"
    assert places["area_km2"]["H1"] == 300
    assert places["area_km2"].isna()["C-H"]


def test_a_district_without_a_polygon_is_a_point_inside_the_one_that_contains_it(read: Callable[..., Theatre]) -> None:
    more = "".join(f"N{number},district,New {number},,,H1,,H,Harrow,,,100,\n" for number in range(3)).replace(
        ",\n", "\n"
    )
    places = read(places_csv=places_csv() + more).places.set_index("place_id")
    points = [places.geometry[f"N{number}"] for number in range(3)]
    assert all(point.geom_type == "Point" and places.geometry["H1"].contains(point) for point in points)
    assert len({point.wkt for point in points}) == 3
    assert places["area_km2"].isna()["N0"]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        PackError, match=r"atlantis: there is no such folder\. Put a theatre pack there, or make one with init"
    ):
        read_theatre(tmp_path / "atlantis")


@pytest.mark.parametrize("name", ["theatre.toml", "districts.geojson", "places.csv", "totals.csv"])
def test_a_missing_file_says_where_to_put_it(name: str, make_pack: MakePack) -> None:
    folder = make_pack(files={name: None})
    with pytest.raises(PackError) as caught:
        read_theatre(folder)
    assert str(caught.value) == f"{name}: the file is missing. Put it at {folder / name}."


def test_the_faults_of_all_files_come_at_once(read: Callable[..., Theatre]) -> None:
    faults = refusal(read, theatre_toml="title = ", districts_geojson=None, totals_csv="date,value\n")
    files = [fault.split(",")[0].split(":")[0] for fault in faults]
    assert list(dict.fromkeys(files)) == ["theatre.toml", "districts.geojson", "totals.csv"]


def test_broken_toml_is_named_with_its_line(read: Callable[..., Theatre]) -> None:
    faults = refusal(read, theatre_toml='title = "A war\ncountry = 3')
    assert len(faults) == 1
    assert faults[0].startswith("theatre.toml: this is not TOML: ")
    assert "line 1" in faults[0]


def test_toml_that_is_not_utf_8_is_an_error_that_states_it(read: Callable[..., Theatre]) -> None:
    assert refusal(read, theatre_toml='title = "Köln"'.encode("latin-1")) == [
        "theatre.toml: the text is not UTF-8. Save the file as UTF-8."
    ]


def test_a_colour_may_be_written_in_capitals(read: Callable[..., Theatre]) -> None:
    theatre = read(theatre_toml=THEATRE.replace("#d1603d", "#D1603D"))
    assert "#d1603d" in [actor.colour for actor in theatre.actors]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new", "entry"),
    [
        ('title = "A made-up war"', 'titel = "A made-up war"', "title"),
        ('title = "A made-up war"', 'title = "A made-up war"\nextra = 1', "extra"),
        ("start = 2021-05-01", 'start = "May"', "period.start"),
        ("end = 2021-07-01", "end = 2021-04-01", "period"),
        ('colour = "#d1603d"', 'colour = "red; }"', "actors.0.colour"),
        ('colour = "#d1603d"', 'colour = "#fff"', "write it as #d1603d"),
        ('id = "red"', 'id = "Red Army"', "actors.0.id"),
        ('opponents = ["blue", "green"]', 'opponents = ["blu"]', "blu"),
        ('opponents = ["blue", "green"]', 'opponents = ["blue"]', "oppose each other"),
        ('opponents = ["blue", "green"]', 'opponents = ["blue", "green", "red"]', "red and red"),
        ('id = "blue"\nlabel', 'id = "red"\nlabel', "unique"),
        ('url = "https://example.org/"', 'url = "javascript:alert(1)"', "credits.0.url"),
    ],
)
def test_a_wrong_entry_of_the_description_is_named(
    old: str, new: str, entry: str, read: Callable[..., Theatre]
) -> None:
    assert old in THEATRE
    assert entry in "\n".join(refusal(read, theatre_toml=THEATRE.replace(old, new, 1)))


SCALES = """
[[scales]]
id = "gazette"
label = "The Gazette"
districts = 9
ours = "drawn"

[[scales.terms]]
label = "Lost"
statuses = ["red"]

[[scales.terms]]
label = "Said to be lost"
claimed_by = "red"

[measures.lost]
label = "Districts lost since 1 May"
statuses = ["blue", "no_report"]
change = "lost"
since = 2021-05-01

[measures.retaken]
label = "Crossings retaken"
kind = "crossing"
statuses = ["blue"]
change = "retaken"
taken_from = ["red"]
since = 2021-05-01

[measures.hearts]
label = "Hearts won"
incomparable = "Hearts are not counted"
"""


def test_scales_and_measures_are_facts_of_the_theatre(read: Callable[..., Theatre]) -> None:
    theatre = read(theatre_toml=THEATRE + SCALES)
    (scale,) = theatre.scales
    assert (scale.id, scale.districts, scale.ours) == ("gazette", 9, "drawn")
    assert [(term.statuses, term.claimed_by) for term in scale.terms] == [(("red",), ""), ((), "red")]
    assert theatre.measures["lost"].since == START
    assert (theatre.measures["retaken"].kind, theatre.measures["hearts"].incomparable) == (
        "crossing",
        "Hearts are not counted",
    )


def test_a_theatre_needs_no_scales_and_no_measures(read: Callable[..., Theatre]) -> None:
    theatre = read()
    assert (theatre.scales, dict(theatre.measures)) == ((), {})


@pytest.mark.parametrize(
    ("old", "new", "hint"),
    [
        ('id = "gazette"', 'id = "The Gazette"', "scales.0.id"),
        ('id = "gazette"', 'id = "all"', "'all' is the map's own"),
        ("districts = 9", "districts = 0", "scales.0.districts"),
        ("districts = 9", 'url = "javascript:alert(1)"', "scales.0.url"),
        ('ours = "drawn"', 'ours = "mapped"', "scales.0.ours"),
        ('ours = "drawn"', 'hours = "drawn"', "scales.0.hours"),
        ('label = "Lost"\nstatuses = ["red"]', 'label = "Lost"', "give it statuses, or claimed_by"),
        ('label = "Said to be lost"', 'label = "Lost"', "two terms of the scale 'gazette' have the same label"),
        ('statuses = ["red"]', 'statuses = ["redd"]', "redd; it has: red, blue, green, contested, unknown, no_report"),
        ('claimed_by = "red"', 'claimed_by = "contested"', "does not have: contested"),
        ('statuses = ["blue", "no_report"]', 'statuses = ["blew"]', "does not have: blew"),
        ('taken_from = ["red"]', 'taken_from = ["readers"]', "does not have: readers"),
        ('kind = "crossing"', 'kind = "province"', "use one of: district, provincial_capital, crossing"),
        ('kind = "crossing"', 'kind = "village"', "measures.retaken.kind"),
        ('change = "lost"\nsince = 2021-05-01', 'change = "lost"', "needs since"),
        ('change = "lost"', 'change = "mislaid"', "measures.lost.change"),
        ('change = "lost"', 'change = "held"', "what is held has none"),
        ('taken_from = ["red"]\n', "", "needs taken_from"),
        ('change = "lost"', 'change = "lost"\ntaken_from = ["red"]', "no other has it"),
        ('incomparable = "Hearts are not counted"', "", "or the reason why it is incomparable"),
        ('change = "lost"', 'change = "lost"\nclaimed_by = "red"', "give the measure statuses, or claimed_by"),
        ('label = "Hearts won"', 'label = ""', "measures.hearts.label"),
    ],
)
def test_a_wrong_scale_or_measure_is_named(old: str, new: str, hint: str, read: Callable[..., Theatre]) -> None:
    assert old in SCALES
    faults = refusal(read, theatre_toml=THEATRE + SCALES.replace(old, new, 1))
    assert all(fault.startswith("theatre.toml") for fault in faults)
    assert hint in "\n".join(faults)


def test_two_scales_of_one_name_are_refused(read: Callable[..., Theatre]) -> None:
    twice = '[[scales]]\nid = "gazette"\nlabel = "Another"\n'
    assert "scale ids must be unique" in refusal(read, theatre_toml=THEATRE + twice + SCALES)[0]


@pytest.mark.parametrize("reserved", ["independent", "contested", "no_report"])
def test_an_actor_cannot_have_the_name_of_what_is_no_actor(reserved: str, read: Callable[..., Theatre]) -> None:
    assert reserved in "\n".join(refusal(read, theatre_toml=THEATRE.replace('"green"', f'"{reserved}"')))


@pytest.mark.parametrize("column", ["date", "districts", "province_id", "place_id", "rule", "red_change"])
def test_an_actor_cannot_have_the_name_of_a_column(column: str, read: Callable[..., Theatre]) -> None:
    result = "\n".join(refusal(read, theatre_toml=THEATRE.replace('"green"', f'"{column}"')))
    assert f"no actor can be called {column}" in result
    assert f"use another id, such as {column}_forces" in result


@pytest.mark.slow
def test_all_columns_that_stand_beside_those_of_the_statuses_are_refused_as_names(
    make_pack: Callable[..., Path],
) -> None:
    pack = load_pack(make_pack([written()]))
    view, date, known = apply_rule(pack, pack.rule()), day(5), pack.statuses
    now, places = as_of(view.timeline, date), pack.theatre.places
    tables = [
        add_part_reports(
            summarize_provinces(now, now, places, known, date, whole=True), part_reports(view.located, date)
        ),
        count_provinces_over_time(view.timeline, known, day(0), date),
        count_statuses_daily(view.timeline, places, known, day(0), date),
        compare_rules(pack).daily_counts.table_on(date),
    ]
    columns = {name for table in tables for name in table} | set(Provenance.of(view, date, day(0)).facts())
    own = {f"{status}{suffix}" for status in known for suffix in ("", *COUNT_SUFFIXES)}
    assert columns - own <= RESERVED_COLUMNS


@pytest.mark.parametrize("text", ["", "{", '{"type": "Feature', "<html></html>", "[]"])
def test_broken_geojson_says_that_it_cannot_be_read(text: str, read: Callable[..., Theatre]) -> None:
    faults = refusal(read, districts_geojson=text)
    assert [fault.split(":")[0] for fault in faults] == ["districts.geojson"]
    assert "GeoJSON" in faults[0]


def test_a_file_in_the_place_of_the_polygons_that_names_others_opens_none(
    read: Callable[..., Theatre], tmp_path: Path
) -> None:
    (tmp_path / "other.geojson").write_text(districts_geojson())
    source = f'<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>{tmp_path}/other.geojson</SrcDataSource>'
    assert "cannot be read" in refusal(read, districts_geojson=f"{source}</OGRVRTLayer></OGRVRTDataSource>")[0]


def test_geojson_without_its_properties_or_features_names_what_is_missing(read: Callable[..., Theatre]) -> None:
    assert "column area_km2" in refusal(read, districts_geojson=districts_geojson().replace("area_km2", "area"))[0]
    assert refusal(read, districts_geojson='{"type": "FeatureCollection", "features": []}')[0].startswith(
        "districts.geojson"
    )


def test_a_polygon_that_crosses_itself_or_comes_twice_is_named(read: Callable[..., Theatre]) -> None:
    features = json.loads(districts_geojson())
    features["features"][1]["geometry"] = json.loads(
        shapely.to_geojson(shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]))
    )
    assert "row 2, column geometry" in refusal(read, districts_geojson=json.dumps(features))[0]
    assert "comes twice" in refusal(read, districts_geojson=districts_geojson().replace('"H2"', '"H1"'))[0]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new", "column", "hint"),
    [
        ("V1,district,Stonefen,,,V1", "V1,district,Stonefen,,,V9", "polygon_id", "Name one of its place_ids"),
        ("X-K,crossing", "X-K,castle", "kind", "district, provincial_capital, crossing"),
        ("Kestrel Gate", "", "name", "Fill it in"),
        ("X-K,", "V1,", "place_id", "own"),
        ("2.9,50.9", "east,50.9", "lon", "Correct it"),
        ("2.9,50.9", "2.9,500.9", "lat", "Correct it"),
        ("2.9,50.9", ",50.9", "lon", "Give it polygon_id, or lon and lat"),
        ("50.5,1000", "50.5,many", "population", "Correct it"),
        ("V,Velden,2.9", ",Velden,2.9", "province_id", "Fill it in"),
        ("V,Velden,2.9", "V,Feldena,2.9", "province", "Write Velden"),
    ],
)
def test_a_bad_place_is_left_out_and_named_and_the_others_count(
    old: str, new: str, column: str, hint: str, read: Callable[..., Theatre]
) -> None:
    text = places_csv()
    line = next(number for number, row in enumerate(text.splitlines(), start=1) if old in row)
    theatre = read(places_csv=text.replace(old, new, 1))
    assert len(theatre.places) == 4
    assert [(fault.file, fault.row, fault.column) for fault in theatre.faults] == [("places.csv", line, column)]
    assert hint in theatre.faults[0].fix


def test_a_pack_without_one_usable_place_is_refused(read: Callable[..., Theatre]) -> None:
    faults = refusal(
        read,
        places_csv=places_csv()
        .replace("district,", "village,")
        .replace("provincial_capital,", ",")
        .replace("crossing,", "x,"),
    )
    assert "no place can be used" in faults[-1]
    assert len(faults) == 6


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("3 May,districts_red,1,exact,,,,", "date"),
        ("2021-05-03,,1,exact,,,,", "measure"),
        ("2021-05-03,districts_red,,exact,,,,", "value"),
        ("2021-05-03,districts_red,lots,exact,,,,", "value"),
        ("2021-05-03,districts_red,1,maybe,,,,", "qualifier"),
        ("2021-05-03,districts_red,1,exact", ""),
    ],
)
def test_a_bad_total_is_left_out_and_named(row: str, column: str, read: Callable[..., Theatre]) -> None:
    theatre = read(totals_csv=f"{TOTALS}{row}\n2021-05-04,districts_red,2,exact,,,,\n")
    assert theatre.totals["value"].tolist() == [2]
    assert [(fault.file, fault.row, fault.column) for fault in theatre.faults] == [("totals.csv", 2, column)]


DATED = TOTALS.replace("\n", ",published,scale\n")


def test_a_total_may_say_when_it_was_published_and_on_which_scale_it_counts(read: Callable[..., Theatre]) -> None:
    rows = "2021-05-03,districts_red,1,exact,,,,,2021-05-09,gazette\n2021-05-04,districts_red,2,exact,,,,,,\n"
    theatre = read(theatre_toml=THEATRE + SCALES, totals_csv=DATED + rows)
    assert theatre.faults == []
    assert theatre.totals["published"].dt.strftime("%Y-%m-%d").tolist() == ["2021-05-09", "2021-05-04"]
    assert theatre.totals["scale"].tolist() == ["gazette", ""]


def test_without_these_columns_a_total_was_published_on_its_day_and_counts_as_the_map_does(
    read: Callable[..., Theatre],
) -> None:
    totals = read(totals_csv=f"{TOTALS}2021-05-04,districts_red,2,exact,,,,\n").totals
    assert (totals["published"] == totals["date"]).all()
    assert totals["scale"].tolist() == [""]


@pytest.mark.parametrize(
    ("end", "column", "hint"),
    [
        ("May,", "published", "Write it as 2021-07-09"),
        ("2021-05-02,", "published", "published before the day for which it holds"),
        (",herald", "scale", "Use one of: all, gazette"),
    ],
)
def test_a_total_of_an_impossible_day_or_an_unknown_scale_is_left_out_and_named(
    end: str, column: str, hint: str, read: Callable[..., Theatre]
) -> None:
    theatre = read(theatre_toml=THEATRE + SCALES, totals_csv=f"{DATED}2021-05-03,districts_red,1,exact,,,,,{end}\n")
    assert len(theatre.totals) == 0
    (fault,) = theatre.faults
    assert (fault.file, fault.row, fault.column) == ("totals.csv", 2, column)
    assert hint in str(fault)


def test_a_pack_without_totals_to_compare_with_is_a_good_one(read: Callable[..., Theatre]) -> None:
    theatre = read(totals_csv=TOTALS)
    assert (len(theatre.totals), theatre.faults) == (0, [])


def test_more_polygons_than_can_be_drawn_are_refused_with_the_fix(
    read: Callable[..., Theatre], monkeypatch: pytest.MonkeyPatch
) -> None:
    count = len(json.loads(districts_geojson())["features"])
    monkeypatch.setattr(boundaries, "LIMITS", replace(LIMITS, polygons=count - 1))
    assert [f"{count} polygons; {count - 1} can be drawn" in fault for fault in refusal(read)] == [True]
    monkeypatch.setattr(boundaries, "LIMITS", replace(LIMITS, file_bytes=100))
    assert ["can be read. Simplify its borders" in fault for fault in refusal(read)] == [True]


def test_a_folder_in_the_place_of_a_file_is_a_missing_file(make_pack: Callable[..., Path]) -> None:
    folder = make_pack()
    (folder / "districts.geojson").unlink()
    (folder / "districts.geojson").mkdir()
    with pytest.raises(PackError, match=r"districts\.geojson: the file is missing"):
        read_theatre(folder)
