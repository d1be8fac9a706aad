"""Where events of other projects are, on whose word, and what becomes of each row of tables with real faults.

Landia has two provinces of two areas of four districts each, all boxes of 2 by 1 degrees, as ADM3 or joined as ADM2.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from control_map.geocoding.locate import locate_reports
from control_map.intake.importers.base import ImportResult
from control_map.intake.importers.places import PlaceFinder, is_of_third_level
from control_map.intake.importers.registry import IMPORTERS
from control_map.intake.importers.transfers import Party, Transfer, read_transfer
from control_map.intake.matching.codebook import PlaceSpelling, convert_to_codebook
from control_map.intake.matching.columns import match_table
from control_map.intake.matching.hxl import without_hashtags
from control_map.intake.outcome import count_outcome, list_not_shown, merge_reports
from control_map.intake.tables.reader import read_table
from control_map.intake.tables.table_builder import RawTable
from control_map.pipeline.pack import Pack, add_reports, load_pack
from control_map.theatre.csv_writer import as_csv as write_csv
from tests.support.made_up import THEATRE, as_csv, write_pack, written
from tests.unit.intake.test_importers import ACLED_EVENT, KOBO_ANSWER, UCDP_EVENT

AREAS = {
    ("N", "Nord", "Abel"): ("Abel", "Cedra", "Dovan", "Emmer"),
    ("N", "Nord", "Basto"): ("Basto", "Hollen", "Irmin", "Jarn"),
    ("S", "Sud", "Falun"): ("Falun", "Kolm", "Lenz", "Nord"),
    ("S", "Sud", "Gorva"): ("Gorva", "Nestor", "Sud", "Abel Sud"),
}
"""The districts of each area, by the id and name of its province and its own name."""
WHERE = {"longitude": "0.5", "latitude": "0.5"}
"""A point in Abel."""
ABEL = "lies in Abel, Nord, while the row"
EVENT = ACLED_EVENT | {"country": "Marshland", "admin1": "Nord", "admin2": "Abel", "admin3": ""}


def _boxes() -> list[tuple[str, str, str, str, shapely.Geometry]]:
    """Return province, its name, area, name and shape of each district."""
    return [
        (
            province_id,
            province,
            area,
            name,
            shapely.box(x := 4 * (at % 2) + 2 * (n % 2), y := 2 * (at // 2) + n // 2, x + 2, y + 1),
        )
        for at, ((province_id, province, area), names) in enumerate(AREAS.items())
        for n, name in enumerate(names)
    ]


def landia(level: str) -> dict[str, str]:
    """Return the files of a pack of Landia by its areas, "adm2", or by the districts in them, "adm3"."""
    boxes = _boxes()
    if level == "adm2":
        joined = {key: shapely.union_all([box for *rest, _, box in boxes if tuple(rest) == key]) for key in AREAS}
        boxes = [(*key, key[2], shape) for key, shape in joined.items()]
    places = [
        {
            "place_id": f"L{n}",
            "kind": "district",
            "name": name,
            "polygon_id": f"L{n}",
            "province_id": province_id,
            "province": province,
        }
        for n, (province_id, province, _, name, _) in enumerate(boxes)
    ]
    columns = "place_id kind name name_local alt_names polygon_id parent_id province_id province lon lat population"
    features = [
        {
            "type": "Feature",
            "geometry": shapely.geometry.mapping(shape),
            "properties": {"place_id": f"L{n}", "area_km2": 9},
        }
        for n, (*_, shape) in enumerate(boxes)
    ]
    return {
        "places.csv": as_csv([dict.fromkeys(columns.split(), "") | place for place in places], columns.split()),
        "districts.geojson": json.dumps({"type": "FeatureCollection", "features": features}),
        "theatre.toml": THEATRE.replace('V = { alt_names = ["Feldena"] }', ""),
    }


@pytest.fixture(scope="module", params=["adm2", "adm3"])
def pack(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return load_pack(write_pack(tmp_path_factory.mktemp("landia") / "pack", [], landia(request.param)))


@pytest.fixture(scope="module")
def townships(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return load_pack(write_pack(tmp_path_factory.mktemp("landia") / "pack", [], landia("adm3")))


def convert(pack: Pack, form: str, *rows: Mapping[str, str]) -> tuple[RawTable, ImportResult]:
    raw = read_table("events.csv", as_csv(rows, rows[0]).encode())
    return raw, IMPORTERS[form].import_reports(raw, pack.theatre)


def place(pack: Pack, form: str, *rows: Mapping[str, str]) -> Pack:
    raw, result = convert(pack, form, *rows)
    converted = result.as_table(raw)
    return add_reports(pack, convert_to_codebook(converted, match_table(converted), pack.theatre))


def places_of(pack: Pack, form: str, *rows: Mapping[str, str]) -> list[str]:
    """Return the name of the place of each located row, with how much of it is meant."""
    names = dict(zip(pack.theatre.places["place_id"], pack.theatre.places["name"], strict=True))
    names |= pack.theatre.province_names
    located = place(pack, form, *rows).user_supplied_located.sort_values("row")
    return [f"{names.get(row.place_id, '')}, {row.precision}" for row in located.itertuples()]


NAMES = st.sampled_from(
    [
        "",
        "Abel",
        "Cedra",
        "Nord",
        "Sud",
        "Basto",
        "Marshinka",
        "Tiny (Cedra)",
        "Abel, Sud",
        "Falun town",
        "part of Abel",
    ]
)
DEGREES = st.floats(-1, 9, allow_nan=False).map(lambda number: f"{number:.3f}")
PLACED_ROWS = st.lists(
    st.fixed_dictionaries(
        dict.fromkeys(("location", "admin3", "admin2", "admin1"), NAMES)
        | {"longitude": DEGREES, "latitude": DEGREES, "geo_precision": st.sampled_from("123")}
    ),
    min_size=1,
    max_size=30,
)


@settings(max_examples=8, deadline=None)
@given(PLACED_ROWS)
def test_no_point_is_ever_on_another_district_than_the_one_it_lies_in(pack: Pack, rows: list[dict[str, str]]):
    """Also by UCDP, and never in another province; whatever the names say."""
    places = pack.theatre.places.set_index("place_id")
    events = [EVENT | row | {"event_id_cnty": f"L{n}"} for n, row in enumerate(rows)]
    ucdp = [
        UCDP_EVENT
        | {"id": str(n), "where_coordinates": row["location"], "adm_2": row["admin2"], "adm_1": row["admin1"]}
        | {"longitude": row["longitude"], "latitude": row["latitude"], "where_prec": row["geo_precision"]}
        for n, row in enumerate(rows)
    ]  # fmt: skip
    for form, table in (("acled", events), ("ucdp", ucdp)):
        located = place(pack, form, *table).user_supplied_located
        for row, place_id, precision in located[["row", "place_id", "precision"]].itertuples(index=False, name=None):
            point = shapely.Point(float(rows[row - 2]["longitude"]), float(rows[row - 2]["latitude"]))
            around = places[places.geometry.intersects(point)]
            if len(around) and precision == "province":
                assert place_id in set(around["province_id"])
            elif len(around):
                assert place_id in around.index
            elif precision != "province":  # a point just across the border is of a district there that is named
                assert places.geometry[place_id].distance(point) < 0.11


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"admin3": "Dovan", "location": "Tiny Village", "longitude": "0.5", "latitude": "1.5"}, "Dovan, inside"),
        ({"admin3": "Cedra", "location": "Cedra", "longitude": "3", "latitude": "0.5"}, "Cedra, place"),
        ({"location": "Emmer", "longitude": "3", "latitude": "1.5", "geo_precision": "2"}, "Emmer, inside"),
        ({"admin2": "Cedra", "location": "Marshinka", "longitude": "3", "latitude": "0.5"}, "Cedra, inside"),
        ({"admin2": "Emmer", "location": "Nord", "longitude": "3", "latitude": "1.5"}, "Emmer, inside"),
        ({"admin2": "Unknown", "admin1": "Kero", "location": "Smallton"} | WHERE, "Abel, inside"),
        ({"admin2": "Unknown", "location": "Cedra", "longitude": "0.5", "latitude": "0.5"}, "Abel, inside"),
        ({"location": "Abel", "longitude": "0.5", "latitude": "0.5", "geo_precision": "3"}, "Nord, province"),
        ({"admin1": "", "longitude": "5", "latitude": "0.5", "geo_precision": "3.0"}, "Nord, province"),
        ({"admin3": "Dovan", "location": "Tiny Village", "longitude": "", "latitude": ""}, "Dovan, inside"),
        ({"admin3": "Dovan", "location": "Dovan", "longitude": "", "latitude": ""}, "Dovan, place"),
        ({"location": "Abel town", "longitude": "0.5", "latitude": "0.5"}, "Abel, place"),
        ({"location": "Port", "admin3": "Abel", "longitude": "-0.05", "latitude": "0.5"}, "Abel, inside"),
    ],
)  # fmt: skip
def test_the_point_says_where_and_names_only_whether_the_centre_is_meant(
    townships: Pack, cells: dict[str, str], expected: str
):
    assert places_of(townships, "acled", EVENT | cells) == [expected]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"where_prec": "2.0", "where_coordinates": "Cedra", "longitude": "0.5", "latitude": "0.5"}, "Abel, inside"),
        ({"where_prec": "3", "adm_2": "Cedra", "longitude": "3", "latitude": "0.5"}, "Cedra, place"),
        ({"where_prec": "3", "adm_2": "Abel", "longitude": "3", "latitude": "0.5"}, "Nord, province"),
        ({"where_prec": "4", "adm_1": "Nord", "longitude": "5", "latitude": "2.5"}, "Sud, province"),
    ],
)
def test_an_area_coarser_than_a_district_is_a_part_of_its_province(
    townships: Pack, cells: dict[str, str], expected: str
):
    assert places_of(townships, "ucdp", UCDP_EVENT | cells) == [expected]


@pytest.fixture(scope="module")
def p_coded(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    """Return the townships with P-codes of the third level: L0101 is Abel in the province L01."""
    files = {
        name: re.sub(r"\bL(\d)\b", r"N010\1", text) if name != "theatre.toml" else text
        for name, text in landia("adm3").items()
    }
    return load_pack(write_pack(tmp_path_factory.mktemp("landia") / "pack", [], files))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("form", "cells", "expected"),
    [
        ("ucdp", {"where_prec": "3", "adm_2": "Abel", "longitude": "0.5", "latitude": "0.5"}, "Nord, province"),
        ("ucdp", {"where_prec": "3", "adm_2": "Abel", "longitude": "", "latitude": ""}, "Nord, province"),
        (
            "ucdp",
            {"where_prec": "3.0", "adm_2": "Abel district", "longitude": "3", "latitude": "0.5"},
            "Nord, province",
        ),
        (
            "ucdp",
            {"where_prec": "1", "where_coordinates": "Abel", "longitude": "0.5", "latitude": "0.5"},
            "Abel, place",
        ),
    ],
)
def test_a_district_of_the_second_level_is_no_namesake_of_the_third(
    p_coded: Pack, form: str, cells: dict[str, str], expected: str
):
    event = UCDP_EVENT | {"adm_1": "Nord", "adm_2": "Abel", "country": "Marshland"}
    assert places_of(p_coded, form, event | cells) == [expected]


@pytest.mark.parametrize(
    ("place_id", "province_id", "expected"),
    [
        ("SY040100", "SY04", True),
        ("AF0101", "AF01", False),
        ("NG001001", "NG001", False),
        ("SYR.1.2.3_1", "SYR.1_1", True),
        ("AFG.1.2_1", "AFG.1_1", False),
        ("L7", "N", False),
    ],
)
def test_ids_say_of_which_level_districts_are(place_id: str, province_id: str, expected: bool):
    assert is_of_third_level(place_id, province_id) == expected


@pytest.mark.parametrize(
    ("form", "cells", "remark", "names"),
    [
        ("acled", {"longitude": "5", "latitude": "2.5"}, "lies in Sud, while the row says Nord", ["Brackwater", "Sud"]),
        ("acled", {"admin2": "Irmin", "location": "Tiny"} | WHERE, f"{ABEL} says Irmin", ["Tiny", "Nord"]),
        ("acled", {"admin2": "", "location": "Irmin"} | WHERE, f"{ABEL} says Irmin", ["Abel", "Nord"]),
        (
            "ucdp",
            {"adm_1": "Sud", "adm_2": "", "where_coordinates": "Tiny"} | WHERE,
            "lies in Nord, while the row says Sud",
            ["Tiny", "Nord"],
        ),
    ],
)
def test_a_point_elsewhere_than_the_names_counts_and_is_remarked_on(
    townships: Pack, form: str, cells: dict[str, str], remark: str, names: list[str]
):
    event = {"acled": EVENT, "ucdp": UCDP_EVENT | {"country": "Marshland"}}[form]
    raw, result = convert(townships, form, event | cells)
    (fault,) = result.remarks
    assert f"{remark}: 1 row (2)" in fault.problem
    assert (fault.kept, fault.file, fault.row) == (True, raw.name, 2)
    assert fault in result.as_table(raw).faults
    (written_names,) = result.reports[["place_text", "province_text"]].to_numpy().tolist()
    assert written_names == names


def test_remarks_count_the_rows_of_each_kind_and_a_place_near_the_point_is_no_contradiction(townships: Pack):
    far, near = {"longitude": "5", "latitude": "2.5"}, {"longitude": "2.05", "latitude": "0.5", "location": "Spot"}
    rows = [EVENT | cells | {"event_id_cnty": f"L{n}"} for n, cells in enumerate([*[far] * 7, near, WHERE])]
    (fault,) = convert(townships, "acled", *rows)[1].remarks
    assert (fault.rows, "7 rows (2, 3, 4, 5, 6 and 2 more)" in fault.problem) == (7, True)


@pytest.mark.slow
def test_a_part_colours_nothing_and_reads_back_from_the_packs_own_file(townships: Pack, tmp_path: Path):
    cells = {"location": "Tiny Village", "longitude": "0.5", "latitude": "1.5"}
    added = place(townships, "acled", EVENT | cells, EVENT | {"event_id_cnty": "2", "geo_precision": "3"} | cells)
    assert "sets" not in set(added.assertions.get("role", pd.Series(dtype="str")))
    again = load_pack(
        write_pack(tmp_path / "pack", [], landia("adm3") | {"reports.csv": write_csv(merge_reports(added))})
    )
    kept = ["report_id", "place_text", "place_id", "precision", "method", "area_scope"]
    assert again.located[kept].equals(added.located[kept])
    assert not again.faults


@pytest.mark.slow
def test_an_id_that_is_none_of_the_packs_is_set_aside_and_empties_to_the_name(tmp_path: Path):
    row = written(1, place_text="Abel", province_text="Nord") | {"place_id": "L99"}
    aside = load_pack(write_pack(tmp_path / "pack", [], landia("adm3") | {"reports.csv": as_csv([row], row)})).set_aside
    assert aside["problem"].tolist() == ["place_id: there is no place 'L99'"]
    assert "empty the cell" in aside["fix"][0]


@pytest.mark.slow
def test_in_a_table_of_ones_own_an_unknown_id_leaves_the_name_and_an_unknown_precision_colours_nothing(townships: Pack):
    head = "date,district,province,claim,actor,place_id,place_precision\n"
    rows = "2021-05-09,Abel,Nord,captured,red,X1,\n2021-05-09,Spot,Nord,captured,red,L2,roughly\n"
    raw = read_table("own.csv", (head + rows).encode())
    reports = convert_to_codebook(raw, match_table(raw), townships.theatre)
    located, _ = locate_reports(reports, townships.theatre, townships.gazetteer, "")
    assert located[["place_id", "precision"]].to_numpy().tolist() == [["L0", "place"], ["L2", "inside"]]
    assert "place_id: 'X1' is no id of this map, so that the name counts in 1 row" in reports.notices


@pytest.mark.parametrize(
    ("form", "row"),
    [
        ("acled", EVENT | {"location": "Spot"}),
        ("ucdp", UCDP_EVENT | {"where_coordinates": "Spot"}),
        ("kobo", KOBO_ANSWER | {"event/where/place_text": "Spot"}),
    ],
)
def test_the_points_of_geojson_are_coordinates(townships: Pack, form: str, row: dict[str, str]):
    bare = {name: cell for name, cell in row.items() if name not in WHERE}
    geometry = {"type": "Point", "coordinates": [3, 1.5]}
    features = [{"type": "Feature", "geometry": geometry, "properties": bare}]
    raw = read_table("e.geojson", json.dumps({"type": "FeatureCollection", "features": features}).encode())
    reports = IMPORTERS[form].import_reports(raw, townships.theatre).reports
    assert reports[["place_id", "place_precision"]].to_numpy().tolist() == [["L3", "inside"]]


@pytest.mark.slow
def test_a_place_that_is_chosen_for_a_location_in_an_unknown_area_is_a_part(townships: Pack):
    raw, result = convert(townships, "acled", EVENT | {"admin2": "Kero", "location": "Spot", "longitude": ""})
    converted = result.as_table(raw)
    spelling = PlaceSpelling("Spot, part of Kero", "Nord", "district")
    reports = convert_to_codebook(converted, match_table(converted), townships.theatre, {spelling: "L2"})
    located = add_reports(townships, reports).user_supplied_located
    assert located[["place_id", "precision"]].to_numpy().tolist() == [["L2", "inside"]]


def test_rows_of_other_countries_are_counted_by_country_and_a_border_needs_care(townships: Pack):
    abroad = EVENT | {"country": "Fenland", "location": "Abel"}
    _, result = convert(
        townships,
        "acled",
        abroad | {"longitude": "40", "latitude": "40"},
        abroad | {"longitude": "", "latitude": ""},
        abroad | {"longitude": "0.05", "latitude": "0.5"},  # maps of the border differ by as much
        abroad | {"country": "Old Fens", "longitude": "-0.5", "latitude": "0.5"},
        EVENT | {"longitude": "40", "latitude": "40"},
        abroad | {"longitude": "1", "latitude": "1", "country": "Fenland (Marshland)"},
        abroad | {"longitude": "2", "latitude": "2", "country": "Republic of Marshlands"},
        abroad | {"longitude": "2", "latitude": "2", "country": "Fenland"},
        abroad | {"longitude": "2", "latitude": "2", "country": "Fenland", "sub_event_type": "Peaceful protest"},
    )
    counts = result.left_out.set_index("problem")["rows"].to_dict()
    assert counts == {
        "the row is of Fenland, and the map of Marshland": 5,
        "the row is of Old Fens, and the map of Marshland": 1,
        "the point is in none of the districts of the map": 1,
    }
    assert len(result.reports) == 2


@pytest.mark.slow
def test_a_country_may_have_another_name_in_a_table_that_never_names_it_otherwise(townships: Pack):
    inside = EVENT | {"longitude": "2", "latitude": "2", "country": "Republic of M."}
    assert len(convert(townships, "acled", inside, inside | {"country": ""})[1].reports) == 2
    assert convert(townships, "acled", inside, EVENT | WHERE)[1].reports.index.tolist() == [3]


@pytest.mark.slow
def test_a_point_that_looks_exchanged_says_so(tmp_path: Path):
    marsh = load_pack(write_pack(tmp_path / "pack", []))
    _, result = convert(marsh, "acled", ACLED_EVENT | {"longitude": "50.5", "latitude": "1.5"})
    assert "longitude and latitude look exchanged" in result.left_out["problem"][0]
    assert result.left_out["fix"].tolist() == ["Exchange the two columns"]


@pytest.mark.slow
def test_a_like_name_abroad_is_no_place_in_a_table_of_ones_own(townships: Pack):
    head = "date,district,province,claim,actor,country,lon,lat\n"
    rows = [
        "Abel,Nord,captured,red,Fenland,,",
        "Abel,Nord,captured,red,,40,40",
        "Abel,Nord,captured,red,Marshland,1,0.5",
    ]
    raw = read_table("own.csv", (head + "".join(f"2021-05-09,{row}\n" for row in rows)).encode())
    added = add_reports(townships, convert_to_codebook(raw, match_table(raw), townships.theatre))
    assert added.user_supplied_located["row"].tolist() == [4]
    problems = added.user_supplied_set_aside["problem"].tolist()
    assert problems[0] == "country: the row is of Fenland, and the map of Marshland"
    assert "the point 40, 40 (lon, lat) is in no district" in problems[1]


@pytest.mark.parametrize(
    ("form", "cells"),
    [
        ("acled", {"time_precision": "1.0", "inter1": "2.0", "inter2": "1.0", "geo_precision": "2.0"}),
        ("acled", {"actor1": "Blues", "inter1": "1.0", "actor2": "Reds", "inter2": "2.0"}),
        ("ucdp", {"id": "501.0", "where_prec": "1.0", "date_prec": "1.0", "type_of_violence": "2.0", "best": "6.0"}),
        ("ucdp", {"where_prec": "3e+00", "date_prec": "2.0"}),
        ("acled", {"time_precision": "2,0", "geo_precision": "1,00"}),
        ("ucdp", {"where_prec": "3,0", "date_prec": "1.000"}),
    ],
)
def test_a_code_with_decimals_is_the_code(townships: Pack, form: str, cells: dict[str, str]):
    event = {"acled": EVENT | WHERE, "ucdp": UCDP_EVENT | WHERE}[form]
    plain = {
        name: f"{float(cell.replace(chr(44), chr(46))):.0f}" if cell[0].isdigit() else cell
        for name, cell in cells.items()
    }
    reports = [convert(townships, form, event | given)[1].reports for given in (cells, plain)]
    assert len(reports[0]) == 1
    assert reports[0].equals(reports[1])


@pytest.mark.parametrize(
    ("column", "cell"), [("actor1", "Re\ufffdds"), ("actor1", "Reds - Jama\ufffdat Wing"), ("notes", "Na\ufffdve")]
)
def test_one_unreadable_letter_leaves_the_row_in_with_one_remark(townships: Pack, column: str, cell: str):
    raw, result = convert(
        townships, "acled", *[EVENT | WHERE | {column: cell, "event_id_cnty": f"L{n}"} for n in range(3)]
    )
    assert result.reports["actor"].tolist() == ["red"] * 3
    (remark,) = raw.faults
    assert (remark.kept, remark.row) == (True, 2)


WORDS = {
    "Ministry of Defence of Marshland": "gov",
    "Marshland Ministry of Interior": "gov",
    "Ministry of Defence and Health (Marshland)": "gov",
    "Reds Telegram Channel": "red",
    "Telegram - Reds": "red",
    "Reds (Twitter); Reds spokesman": "red",
    "Ministry of Defence": "unknown",
    "Ministry of Defence of Fenland": "independent",
    "Daily Marshland": "independent",
    "Ministry of Defence of Marshland; Daily Fen": "independent",
    "Undisclosed Source": "independent",
}


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    files = landia("adm3")
    files["theatre.toml"] = files["theatre.toml"].replace('"blue"', '"gov"').replace('"Blues"', '"Government"')
    return load_pack(write_pack(tmp_path_factory.mktemp("landia") / "pack", [], files))


@pytest.mark.slow
@pytest.mark.parametrize(("source", "side"), WORDS.items())
def test_a_source_that_names_a_party_alone_is_that_sides_word(states: Pack, source: str, side: str):
    _, result = convert(states, "acled", EVENT | WHERE | {"source": source})
    _, other = convert(states, "ucdp", UCDP_EVENT | WHERE | {"source_office": source})
    assert [*result.reports["claimant_side"], *other.reports["claimant_side"]] == [side, side]


SIDES = (Party("Reds"), Party("Military Forces of Landia (2010-)", ("Government",), is_state=True))


@pytest.mark.parametrize(
    ("notes", "expected"),
    [
        ("On 9 May, Reds walked in.", (0, None)),
        ("Military forces withdrew from Abel and Reds took control without a fight.", (0, 1)),
        ("Government handed over Abel to the Reds.", (0, 1)),
        ("Abel was handed over to the Reds by government forces.", (0, 1)),
        ("Reds surrendered Abel to government forces.", (1, 0)),
        ("Following the withdrawal of the Reds, the army entered the town.", (1, 0)),
        ("Control of the town was transferred from the army to the Reds.", (0, 1)),
        ("The town was abandoned by Reds; the military took over.", (1, 0)),
        ("Abel is under Reds control after talks.", (0, None)),
        ("The army withdrew.", (None, 1)),
        ("Reds and government forces took the town.", (None, None)),
        ("Reds did not take Abel.", (None, None)),
        ("An agreement was signed.", (None, None)),
        ("Reds withdrew from the post to Shan State.", (None, 0)),
        ("Reds left; the Arakan Army entered the town.", (None, 0)),
        ("The government held talks with elders in the district.", (None, None)),
        ("Government forces now control the town.", (None, None)),
        ("Reds left, and the government controls the town.", (1, 0)),
        ("", (None, None)),
    ],
)
def test_notes_say_who_gave_a_place_up_and_who_got_it(notes: str, expected: tuple[int | None, int | None]):
    assert read_transfer(notes, SIDES) == Transfer(*expected)


PLAIN = [
    ("Landian forces retreated from Abel district; Reds militants entered it without any resistance.", (0, 1)),
    ("On 5 March 2024, Reds peacefully seized Abel city (Nord), after government forces had left the area.", (0, 1)),
    ("Abel fell to the Reds after negotiations with local elders. No casualties were reported.", (0, None)),
    ("The Reds surrendered to the army, who took control of Abel.", (1, 0)),
    ("Reds took over Abel following the army's withdrawal from the district center.", (0, 1)),
    ("The base came under the control of the Reds without a shot.", (0, None)),
]


@pytest.mark.parametrize(("notes", "expected"), PLAIN)
def test_plain_statements_of_a_done_transfer_are_read(notes: str, expected: tuple[int | None, int | None]):
    assert read_transfer(notes, SIDES) == Transfer(*expected)


@pytest.mark.parametrize(
    "notes",
    [
        "Government forces denied that they had withdrawn from Abel and that Reds took control of it.",
        "Reds offered to withdraw from Abel if the army releases prisoners.",
        "Reds plan to take over Abel after a withdrawal of the army.",
        "The army pledged to withdraw from Abel.",
        "The army is expected to hand over Abel to Reds next week.",
        "Reds called on the army to hand over Abel to Reds.",
        "Reds failed to take control of Abel after the army withdrew.",
        "Reds claimed that the army withdrew from Abel; the army dismissed it.",
        "Reds claimed that the military withdrew.",
        "Reds rejected an order to withdraw from Abel.",
        "On 5 March 2024, reports that Reds withdrew from Abel proved false.",
        "Reports that Reds withdrew from Abel proved false.",
        "The army would withdraw from Abel under the deal with Reds.",
        "Reds reportedly took Abel.",
        "Once the army withdraws, Reds take Abel.",
        "If Reds withdrew, the army entered Abel.",
        "Unless Reds left Abel, the army took it.",
        "Nothing was handed over to the Reds.",
        "Denied: Reds took Abel.",
        "Allegedly, Reds took Abel.",
        "Reds took Abel. The army said that it had not left.",
        "Reds took Abel?",
        'Officials: "Reds took Abel."',
        "Reds Took Abel, Denied By The Army.",
        "REDS DENIED THAT THE ARMY WITHDREW.",
        "Reds took Abel from the army, after the army had taken it from Reds.",
        "Reds left before taking Abel.",
        "Reds retreated to Abel.",
        "Reds took no casualties.",
        "Blue rebels took Abel.",
        "Reds took Abel. " * 400,
    ],
)
def test_notes_that_are_not_all_plain_leave_it_open(notes: str):
    assert read_transfer(notes, SIDES) == Transfer(None, None)


def test_a_foreign_army_is_not_the_army():
    foreign = (SIDES[0], Party("Military Forces of Fenland", is_foreign=True))
    assert read_transfer("The army withdrew from Abel.", foreign) == Transfer(None, None)
    assert read_transfer("Fenlandish forces withdrew from Abel.", foreign) == Transfer(None, 1)
    assert read_transfer("The rebels withdrew from Abel.", foreign) == Transfer(None, 0)


def test_a_place_handed_over_is_the_getters_or_was_left_or_stays_open(townships: Pack):
    given = EVENT | {"sub_event_type": "Non-violent transfer of territory", "longitude": "0.5", "latitude": "0.5"}
    notes = ["Reds handed over Abel to the Blues.", "Reds withdrew from Abel.", "A deal was made."]
    _, result = convert(townships, "acled", *({**given, "notes": note} for note in notes))
    assert result.reports[["claim", "actor"]].to_numpy().tolist() == [["handed_over", "blue"], ["withdrew", "red"]]
    assert "who gave the place up" in result.left_out["problem"][0]


@cache
def mixed_rows(form: str) -> tuple[dict[str, str], ...]:
    good = {"acled": EVENT, "ucdp": UCDP_EVENT, "kobo": KOBO_ANSWER}.get(form)
    if good is None:
        days = [("20210509", "UA"), ("20210510", "UA"), ("20210511", "RU"), ("20210512", "?")]
        return tuple({"geonameid": "1", "name": "Abel", "date": day, "status": status} for day, status in days)
    odd = [{}, {next(iter(good)): "x"}, *({name: cell} for name in good for cell in ("", "9", "soon"))]
    return tuple(good | row for row in odd)


@pytest.mark.slow
@pytest.mark.parametrize("form", IMPORTERS)
def test_each_row_is_a_report_set_aside_or_left_out_and_stands_in_one_list(townships: Pack, form: str):
    rows = mixed_rows(form)
    tags = {name: f"#tag+c{n}" if n else "" for n, name in enumerate(rows[0])}
    raw, result = convert(townships, form, tags, *rows)
    assert len(without_hashtags(raw.frame)) == len(rows)
    added = place(townships, form, tags, *rows)
    outcome = count_outcome(added)
    assert outcome.total == outcome.placed + outcome.set_aside + outcome.left_out == len(rows)
    listed = list_not_shown(added, result.left_out_rows)
    assert sorted([*listed["row"], *added.user_supplied_located["row"]]) == raw.frame.index[1:].tolist()
    assert (listed["problem"] != "").all()


@pytest.mark.slow
def test_counts_are_of_rows_and_not_of_kinds(townships: Pack):
    added = place(
        townships,
        "acled",
        EVENT | WHERE,
        *[EVENT | {"sub_event_type": "Attack"}] * 50,
        *[EVENT | {"sub_event_type": "Grenade"}] * 25,
    )
    assert count_outcome(added).sentences[0] == "1 of 76 rows is a report; 75 left out, rightly."


def test_an_unknown_area_within_a_known_one_is_a_part_of_it(townships: Pack):
    finder = PlaceFinder(townships.theatre)
    (nowhere,) = finder.look_around(pd.Series([""]), pd.Series([""]))
    part, whole = (finder.find_place("", areas, "Nord", nowhere) for areas in (("Qwerty", "Abel"), ("Abel",)))
    assert (part.place_id, part.place_precision) == (whole.place_id, "inside")
    assert whole.place_precision == "place"
