"""The board's search finds places by every name, script and spelling that the gazetteer knows."""

import datetime as dt
import json
import random
from collections.abc import Callable
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest

from control_map.geocoding.gazetteer import names_of
from control_map.geocoding.spelling import spelling_keys
from control_map.pipeline.pack import Pack, load_pack
from control_map.render.map.geometry_file import make_geometry_file
from control_map.render.map.search_files import make_mentions_file, make_names_file
from tests.support.made_up import write_pack, written
from tests.unit.frontend.node import run_node

Asking = Callable[..., dict[str, Any]]
CAPITAL, DISTRICT = "provincial_capital", "district"


def ask(pack: Pack, texts: list[str], mentioned: list[tuple[str, int | None]], known_on: dt.date | None) -> Any:
    given = {
        "geometry": json.loads(make_geometry_file(pack.theatre, pack.styles)),
        "names": json.loads(make_names_file(pack.theatre)),
        "mentions": json.loads(make_mentions_file(pack, known_on)),
        "texts": texts,
        "mentioned": mentioned,
    }
    answer = run_node("names.mjs", given=json.dumps(given))
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


@pytest.fixture
def find(shipped: Pack) -> Asking:
    """Return what is found in the shipped pack for each text, as the names, kinds and provinces of places."""
    places = shipped.theatre.places.set_index("place_id")

    def named(target: str) -> Any:
        return tuple(places.loc[target, ["name", "kind", "province"]]) if target in places.index else target

    def found(*texts: str) -> dict[str, list[Any]]:
        answers = ask(shipped, [*texts], [], None)["found"]
        return {text: [*map(named, answer)] for text, answer in zip(texts, answers, strict=True)}

    return found


@pytest.mark.slow
def test_what_readers_look_for_comes_first_in_any_spelling_and_script(find: Asking):
    expected = {
        "Alishing": ("Alishang", DISTRICT, "Laghman"),
        "qala e naw": ("Qala-e-Naw", CAPITAL, "Badghis"),
        "Qandahar": ("Kandahar", CAPITAL, "Kandahar"),
        "Nimruz": "province/AF34",
        "پروان": "province/AF03",
        "Obe, Herat": ("Obe", DISTRICT, "Herat"),
        "Obe district (Herat)": ("Obe", DISTRICT, "Herat"),
        "Dawlatabad (Faryab)": ("Dawlat Abad", DISTRICT, "Faryab"),
        "Spin Boldak (Kandahar)": ("Spin Boldak", DISTRICT, "Kandahar"),
        "islam kala": ("Islam Qala", "crossing", "Herat"),
        "ولسوالی کشک": ("Kushk", DISTRICT, "Herat"),
        "Herat province": "province/AF32",
        "Herat city": ("Herat", CAPITAL, "Herat"),
        "Kušk": ("Kushk", DISTRICT, "Herat"),
        "Kunduz airport": ("Kunduz", CAPITAL, "Kunduz"),
        "Chaghcharan (Firozkoh)": ("Firozkoh", CAPITAL, "Ghor"),
        "Tajikistan": "neighbour/Tajikistan",
    }
    assert {text: answer[:1] for text, answer in find(*expected).items()} == {
        text: [first] for text, first in expected.items()
    }


@pytest.mark.slow
def test_a_name_is_found_while_it_is_typed_and_its_province_too(find: Asking):
    found = find("bala mu", "Obe, Her", "ghoryan, h")
    assert found["bala mu"] == [("Bala Murghab", DISTRICT, "Badghis")]
    assert found["Obe, Her"][0] == ("Obe", DISTRICT, "Herat")
    assert found["ghoryan, h"][0] == ("Ghoryan", DISTRICT, "Herat")


def test_of_what_has_just_the_name_that_is_typed_the_province_comes_first_then_the_district_then_the_capital(
    find: Asking,
):
    kinds = [DISTRICT, CAPITAL]
    for name, found in find("Herat", "kunduz", " Farah ").items():
        named = name.strip().capitalize()
        assert str(found[0]).startswith("province/AF"), name
        assert found[1:3] == [(named, kind, named) for kind in kinds]
    assert find("هرات")["هرات"][:3] == ["province/AF32", *(("Herat", kind, "Herat") for kind in kinds)]


@pytest.mark.slow
def test_a_place_of_which_there_are_two_is_found_in_each_province(find: Asking):
    (answer,) = find("Dawlat Abad").values()
    assert {place[2] for place in answer[:2]} == {"Balkh", "Faryab"}


@pytest.mark.slow
def test_what_is_nowhere_is_not_found(find: Asking):
    assert find("Brackwater", "", "?!", "7" * 10_000) == {"Brackwater": [], "": [], "?!": [], "7" * 10_000: []}


@pytest.mark.slow
def test_names_as_reports_write_them_with_their_province_are_found_first(shipped: Pack):
    located = shipped.located
    stated = located.loc[located["precision"] == "place", ["place_text", "province_text", "place_id"]].drop_duplicates()
    texts = (stated["place_text"] + ", " + stated["province_text"]).tolist()
    names = shipped.theatre.places.set_index("place_id")[["name", "province"]]
    answers = ask(shipped, texts, [], None)["found"]
    right = [
        bool(answer) and answer[0] in names.index and (names.loc[answer[0]] == names.loc[place_id]).all()
        for answer, place_id in zip(answers, stated["place_id"], strict=True)
    ]
    assert len(right) > 1000
    assert sum(right) >= 0.99 * len(right)
    assert sum(place_id in answer for answer, place_id in zip(answers, stated["place_id"], strict=True)) == len(right)


@pytest.mark.slow
def test_keys_are_those_of_the_gazetteer_in_every_script(shipped: Pack):
    draw = random.Random(0)
    named = [name for row in shipped.theatre.places.to_dict("records") for name, _ in names_of(row)]
    signs = "aeiouhqčšžxßøđłíʿ\u02bc'`\u2019-./()0123 ЖИкшآبڼښۍهةġ\u200c\u0301\u0327İŉ"
    made_up = ["".join(draw.choices(signs, k=draw.randint(1, 9))) for _ in range(2000)]
    texts = [*draw.sample(named, 1000), *made_up, "Ain al-Arab", "Šār-i-Naẉ", "XOST", "عین العرب"]
    keys = ask(shipped, texts, [], None)["keys"]
    assert keys == [[key for key in spelling_keys(text) if key] for text in texts]


@pytest.mark.slow
def test_reports_are_found_by_the_beginnings_of_their_words_and_as_they_were_known(tmp_path: Path):
    reports = [
        written(1, claimant="Ismail Khan", summary="Reds entered the mill."),
        written(2, event_date="2021-05-04", reported_date="2021-05-09", summary="The mill burned, says Ismaïl Khan."),
        written(3, summary="Reds walked in."),
    ]
    pack = load_pack(write_pack(tmp_path / "pack", reports))
    start = pack.theatre.period_start
    asked: list[tuple[str, int | None]] = [
        ("ismail khan", None),
        ("khan ism", (dt.date(2021, 5, 8) - start).days),
        ("mill", None),
        ("ill", None),
        ("fen", None),
        ("...", None),
    ]
    said = ask(pack, [], asked, None)["mentioned"]
    first, second, third = (report["summary"] for report in reports)
    assert said == [[second, first], [first], [second, first], [], [second, first, third], []]
    assert ask(pack, [], [("mill", None)], dt.date(2021, 5, 8))["mentioned"] == [[first]]


@pytest.mark.slow
def test_settlements_are_found_by_each_name_and_places_of_a_name_come_before_them(make_pack: Callable[..., Path]):
    table = """settlement_id,name,name_local,alt_names,lon,lat
1,Salma,سلمى,Tell Dowd,1.2,50.4
2,Stonefen,,,0.2,50.2
3,Stone,,,0.3,50.3
4,Kušk Fen,,,2.3,50.3
"""
    pack = load_pack(make_pack([], {"settlements.csv": table}))
    texts = ["Salma", "سلمى", "Tell Dowd", "Salma, Harrow", "Salma, Velden", "Stonefen", "Kushk Fen", "Stonefin"]
    found = dict(zip(texts, ask(pack, texts, [], None)["found"], strict=True))
    assert [found[text][0] for text in texts[:4]] == ["H2"] * 4
    assert found["Salma, Velden"] == []
    assert found["Stonefen"][:2] == ["V1", "H1"]
    assert found["Kushk Fen"][0] == "V1"
    assert found["Stonefin"][0] == "V1", "the district that is spelled so, not the settlement that begins so"


def test_the_search_reads_the_points_of_settlements_as_they_are_written(make_pack: Callable[..., Path]):
    table = "settlement_id,name,lon,lat\n" + "".join(
        f"{n},S{n},{0.1 * n:.3f},{50.1 + 0.01 * n:.3f}\n" for n in range(1, 28)
    )
    file = json.loads(make_names_file(load_pack(make_pack([], {"settlements.csv": table})).theatre))["settlements"]
    lons, lats = ([*accumulate(file[axis])] for axis in ("lon", "lat"))
    points = dict(zip(file["names"], zip(lons, lats, strict=True), strict=True))
    assert points == {f"S{n}": (100 * n, 50_100 + 10 * n) for n in range(1, 28)}
