"""A name of a settlement means its district, inside of which it lies, and never another place."""

from collections.abc import Callable
from pathlib import Path

import pytest

from control_map.geocoding.settlement_index import named_settlements
from control_map.geocoding.spelling import spelling_keys, spelling_keys_of
from control_map.pipeline.pack import Pack, load_pack
from control_map.pipeline.view import apply_rule
from control_map.render.export.tables import make_evidence_table
from tests.support.made_up import day, write_pack, written

MakePack = Callable[..., Path]
SETTLEMENTS = """settlement_id,name,name_local,alt_names,lon,lat
1,Salma,سلمى,Silma,1.2,50.4
2,Crake Hill,,,0.3,50.3
3,Crake Hill,,,2.3,50.3
4,Twin Oaks,,,0.2,50.2
5,Twin Oaks,,,1.4,50.2
6,Aldermoor,,,2.2,50.7
7,Harrow,,,1.6,50.7
8,Old Weir,,,1.1,50.1
9,Old Weir,,,1.9,50.9
10,Brackwaper,,,2.1,50.1
11,Stone Fenn,,,2.4,50.4
12,Yarrow (Brackwater),,,1.3,50.3
13,Kestrel,,,2.6,50.6
"""


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return load_pack(write_pack(tmp_path_factory.mktemp("packs") / "marsh", [], {"settlements.csv": SETTLEMENTS}))


@pytest.mark.parametrize(
    ("text", "province", "place", "part"),
    [
        ("Salma", "", "H2", "Salma"),
        ("Salma", "Harrow", "H2", "Salma"),
        ("SALMA village", "Harrow", "H2", "Salma"),
        ("the village of Salma", "", "H2", "Salma"),
        ("سلمى", "Harrow", "H2", "Salma"),
        ("Selma", "Harrow", "H2", "Salma"),
        ("Salma, Brackwater", "", "H2", "Salma"),
        ("Salma (Brackwater district)", "Harrow", "H2", "Salma"),
        ("Salma in Brackwater, Harrow, Marshland", "", "H2", "Salma"),
        ("Crake Hill", "Harrow", "H1", "Crake Hill"),
        ("Crake Hill", "Velden", "V1", "Crake Hill"),
        ("Crake Hill (Stonefen)", "", "V1", "Crake Hill"),
        ("Twin Oaks, Aldermoor", "Harrow", "H1", "Twin Oaks"),
        ("Old Weir", "", "H2", "Old Weir"),
        ("Yarrow", "Harrow", "H2", "Yarrow (Brackwater)"),
        ("Aldermoor", "Velden", "V1", "Aldermoor"),
    ],
)
def test_a_settlement_lies_inside_its_district_alone_or_with_its_district_or_province(
    pack, text, province, place, part
):
    for kind in ("district", ""):
        match = pack.gazetteer.find(text, province, kind)
        assert (match.place_id, match.precision) == (place, "inside"), match.reason
        assert match.part.startswith(f"{part}, part of ")


@pytest.mark.parametrize(("text", "province"), [("Crake Hill", ""), ("Twin Oaks", "Harrow"), ("Twin Oaks", "")])
def test_a_name_that_two_settlements_have_is_set_aside_with_both(pack, text, province):
    match = pack.gazetteer.find(text, province, "district")
    assert (match.place_id, match.precision) == ("", "")
    assert f"'{text}' can be the settlement {text} in Aldermoor, Harrow or {text} in" in match.reason


@pytest.mark.parametrize(
    ("text", "province", "kind", "place", "precision"),
    [
        ("Aldermoor", "", "provincial_capital", "C-H", "place"),
        ("Aldermoor", "Harrow", "district", "H1", "place"),
        ("Oldermure", "", "district", "H1", "place"),
        ("Brackwater", "", "", "H2", "place"),
        ("Harrow", "", "province", "H", "province"),
        ("Kestrel Gate", "", "crossing", "X-K", "place"),
    ],
)
def test_the_name_of_a_district_a_capital_or_a_province_goes_before_that_of_a_settlement(
    pack, text, province, kind, place, precision
):
    match = pack.gazetteer.find(text, province, kind)
    assert (match.place_id, match.precision) == (place, precision)


@pytest.mark.parametrize(
    ("text", "province", "kind"),
    [
        ("Salma", "Velden", "district"),
        ("Salma", "Ruritania", "district"),
        ("Salma, Stonefen", "", ""),
        ("Salma, Nowhere", "", ""),
        ("Salma district", "", ""),
        ("Salma", "", "crossing"),
        ("Salma airport", "Harrow", "district"),
        ("Harrow", "", "district"),
        (",", "", "district"),
    ],
)
def test_a_settlement_that_is_said_to_be_elsewhere_or_something_else_is_left_open(pack, text, province, kind):
    assert pack.gazetteer.find(text, province, kind).precision == ""


def test_a_settlement_of_exactly_this_name_goes_before_a_district_that_is_called_much_alike(pack):
    match = pack.gazetteer.find("Brackwaper", "", "district")
    assert (match.place_id, match.precision, match.part) == ("V1", "inside", "Brackwaper, part of Stonefen")


@pytest.mark.parametrize(
    ("text", "province", "place", "method"),
    [
        ("Crike Hill", "Harrow", "H1", "fuzzy"),
        ("village of Crike Hill", "Velden", "V1", "fuzzy"),
        ("Kestrol, Stonefen", "", "V1", "fuzzy"),
        ("Yarow town (Brackwater)", "", "H2", "normalised"),
        ("Twin Oakes, Aldermoor", "Harrow", "H1", "fuzzy"),
    ],
)
def test_a_settlement_spelled_with_a_slip_is_found_where_its_district_or_province_is_stated(
    pack, text, province, place, method
):
    match = pack.gazetteer.find(text, province, "district")
    assert (match.place_id, match.precision, match.method) == (place, "inside", method), match.reason


@pytest.mark.parametrize(
    ("text", "province", "named"),
    [
        ("Kestrol", "", "Kestrel in Stonefen"),
        ("Twin Oakes", "Harrow", "Twin Oaks in Aldermoor, Harrow or Twin Oaks in Brackwater"),
        ("Twin Oakes", "", "Twin Oaks in Aldermoor, Harrow or Twin Oaks in Brackwater"),
        ("Crike Hill", "", "Crake Hill in Aldermoor, Harrow or Crake Hill in Stonefen"),
    ],
)
def test_a_settlement_that_is_only_called_much_alike_is_suggested_where_it_is_in_doubt(pack, text, province, named):
    match = pack.gazetteer.find(text, province, "district")
    assert (match.place_id, match.precision) == ("", "")
    assert f"called much alike is the settlement {named}" in match.reason


@pytest.mark.parametrize(
    ("text", "province"),
    [("Selmo", "Velden"), ("Oak", "Harrow"), ("Crake Mill Bridge", "Harrow"), ("Kestrol", "Nowhere")],
)
def test_a_name_that_resembles_no_settlement_there_is_left_open_as_before(pack, text, province):
    match = pack.gazetteer.find(text, province, "district")
    assert (match.place_id, match.precision) == ("", "")
    assert "called much alike" not in match.reason


def test_the_main_settlement_of_a_district_spelled_otherwise_still_means_the_district(pack):
    assert pack.gazetteer.find("Stone Fenn", "", "district")[0::3] == ("V1", "place")


@pytest.mark.slow
def test_a_report_on_a_settlement_has_its_point_and_colours_nothing(make_pack: MakePack):
    rows = [
        written(1),
        written(2, place_text="Salma", actor="blue", event_date="2021-05-04", reported_date="2021-05-05"),
    ]
    rows += [written(3, place_text="Old Weir"), written(4, place_text="Crake Hill", province_text="")]
    pack = load_pack(make_pack(rows, {"settlements.csv": SETTLEMENTS}))
    assert pack.set_aside["report_id"].tolist() == ["r4"]
    named = named_settlements(pack.located, pack.theatre)
    assert pack.located["report_id"].loc[named.index].tolist() == ["r2"]
    assert named[["name", "district_id", "lon", "lat"]].to_numpy().tolist() == [["Salma", "H2", 1.2, 50.4]]
    view = apply_rule(pack, pack.rule())
    assert view.status(day(20)).set_index("place_id").loc["H2", "status"] == "red"
    points = make_evidence_table(view).set_index("report_id").geometry
    assert (points["r2"].x, points["r2"].y) == (1.2, 50.4)
    assert (points["r3"].x, points["r3"].y) == (1.5, 50.5)


def test_a_pack_that_names_no_settlement_never_builds_the_index(pack):
    fresh = load_pack.__globals__["theatre_gazetteer"].__wrapped__(pack.theatre)
    fresh.find("Brackwater", "Harrow", "district")
    assert "_by_key" not in vars(fresh._settlements)
    fresh.find("Salma", "Harrow", "district")
    assert "_by_key" in vars(fresh._settlements)


def test_the_keys_of_many_names_at_once_are_those_of_each():
    names = [
        "Al",
        "wa al",
        " e ",
        "",
        "Nahr-e-Saraj",
        "Xōst",
        "Šar",
        "Kušk",
        "two\nlines",
        "سلمى",
        "O'Neill",
        "Київ",
        "x",
    ]
    assert spelling_keys_of(names) == [spelling_keys(name) for name in names]
