"""Names as sources spell them find their place, or are set aside; never a guess."""

import string

import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from control_map.geocoding.gazetteer import Gazetteer, Match, geocode, normalise
from control_map.pipeline.pack import Pack
from tests.support.made_up import PLACES

KINDS = ("district", "provincial_capital", "crossing")
_ODD_SPACES = ("\u200b", "\u200c", "\u200e", "\u00ad", "\ufeff")


@pytest.fixture(scope="module")
def gazetteer(shipped: Pack) -> Gazetteer:
    return shipped.gazetteer


@pytest.fixture(scope="module")
def small() -> Gazetteer:
    provinces = pd.DataFrame(
        {"province_id": ["H", "V"], "province": ["Harrow", "Velden"], "name_local": "", "alt_names": ["", "Feldena"]}
    )
    return Gazetteer(PLACES, provinces, "Marshland")


def names_of(row: pd.Series) -> list[str]:
    return [name for name in (row["name"], row["name_local"], *row["alt_names"].split("|")) if name]


def test_a_name_of_one_province_needs_no_province(gazetteer: Gazetteer) -> None:
    assert gazetteer.find("Islam Qala", "", "crossing").place_id == "AF-X-islam-qala"


@pytest.mark.parametrize(
    "text",
    ["Springfield", "Qwrtzpl", "???", "12345", "x", "the district", "airport", "()", "/", " ", "unknown village"],
)
@pytest.mark.parametrize("province", ["Herat", ""])
def test_nonsense_is_set_aside(text: str, province: str, gazetteer: Gazetteer) -> None:
    for kind in (*KINDS, ""):
        match = gazetteer.find(text, province, kind)
        assert (match.place_id, match.precision) == ("", "")
        assert match.reason


def test_an_unknown_province_or_kind_is_set_aside(gazetteer: Gazetteer) -> None:
    assert gazetteer.find("Nerkh", "Ruritania", "district").precision == ""
    assert gazetteer.find("Nerkh", "Wardak", "castle").precision == ""
    assert gazetteer.find("", "Ruritania", "province").precision == ""


@pytest.mark.parametrize(
    ("text", "province", "kind", "place_id"),
    [
        ("Kunduz airport", "Kunduz", "provincial_capital", "AF-C-19"),
        ("Kunduz (airport)", "Kunduz", "provincial_capital", "AF-C-19"),
        ("some areas of Baghlan-e-Markazi", "Baghlan", "district", "AF0905"),
        ("Shah Joy army base", "Zabul", "district", "AF2606"),
        ("Alishing (checkpoint)", "Laghman", "district", "AF0703"),
        ("outskirts of Herat", "Herat", "provincial_capital", "AF-C-32"),
        ("parts of Sheberghan", "Jowzjan", "provincial_capital", "AF-C-28"),
        ("Kandahar (police district 7)", "Kandahar", "provincial_capital", "AF-C-27"),
        ("Ghorband valley", "Parwan", "district", "AF0307"),
    ],
)
def test_a_part_of_a_place_is_inside_it(
    text: str, province: str, kind: str, place_id: str, gazetteer: Gazetteer
) -> None:
    match = gazetteer.find(text, province, kind)
    assert (match.place_id, match.precision) == (place_id, "inside")


@pytest.mark.parametrize(
    ("text", "province", "place_id"),
    [
        ("Nirkh", "Wardak", "AF0402"),
        ("Nerkh district", "Maidan Wardak", "AF0402"),
        ("Nirkh/Nerkh", "Wardak", "AF0402"),
        ("Nahr-e-Saraj", "Helmand", "AF3004"),
        ("Nahre Seraj", "Hilmand", "AF3004"),
        ("Kaysar", "Faryab", "AF2907"),
        ("Qaysar", "Faryab", "AF2907"),
        ("Ghormach", "Faryab", "AF3107"),  # of Badghis, reported under Faryab
    ],
)
def test_the_usual_spellings_of_a_name_find_one_place(
    text: str, province: str, place_id: str, gazetteer: Gazetteer
) -> None:
    match = gazetteer.find(text, province, "district")
    assert (match.place_id, match.precision) == (place_id, "place")


@pytest.mark.parametrize(
    ("text", "province", "kind", "place_id"),
    [
        ("Ислам-Кала", "Герат", "crossing", "AF-X-islam-qala"),
        ("ইসলাম কালা", "Herat", "crossing", "AF-X-islam-qala"),
        ("اسلام قلعه", "هرات", "crossing", "AF-X-islam-qala"),
        ("قلعه نو", "بادغیس", "provincial_capital", "AF-C-31"),
        ("کندهار", "قندهار", "provincial_capital", "AF-C-27"),
        ("لوګر", "", "province", "AF05"),  # Pashto gaf
        ("Логар", "", "province", "AF05"),
    ],
)
def test_names_in_other_scripts_are_found(
    text: str, province: str, kind: str, place_id: str, gazetteer: Gazetteer
) -> None:
    assert gazetteer.find(text, province, kind).place_id == place_id


def test_one_wrong_character_is_found_by_a_fuzzy_match_and_scored_lower(small: Gazetteer) -> None:
    match = small.find("Brackwatr", "Harrow", "district")
    assert (match.place_id, match.method) == ("H2", "fuzzy")
    assert 85 <= match.score < 95


def test_the_surest_way_of_matching_is_named(small: Gazetteer) -> None:
    found = [small.find(name, "Harrow", "district") for name in ("Aldermoor", "Oldermure", "Aldermooor")]
    assert [match.method for match in found] == ["exact", "alternative", "normalised"]
    assert {match.place_id for match in found} == {"H1"}


def test_a_name_of_two_kinds_is_set_aside_unless_the_kind_is_stated(small: Gazetteer) -> None:
    assert small.find("Aldermoor", "Harrow", "").precision == ""
    assert small.find("Aldermoor", "Harrow", "provincial_capital").place_id == "C-H"


def test_two_places_in_one_cell_are_set_aside(small: Gazetteer) -> None:
    assert small.find("Aldermoor/Brackwater", "Harrow", "district").precision == ""


def test_a_country_and_a_province_are_found_as_such(small: Gazetteer) -> None:
    assert small.find("anything", "", "country").precision == "country"
    match = small.find("the rest of it", "Feldena", "province")
    assert (match.place_id, match.precision) == ("V", "province")


def test_the_names_handed_in_are_not_changed_and_keep_their_order(small: Gazetteer) -> None:
    names = pd.DataFrame(
        {
            "place_text": ["Stonefen", "Nowhere"],
            "province_text": ["Velden", None],
            "place_kind": "district",
            "mine": [1, 2],
        },
        index=[7, 3],
    )
    before = names.copy(deep=True)
    found = geocode(names, small)
    pd.testing.assert_frame_equal(names, before)
    assert (found.index.tolist(), found["mine"].tolist(), found["place_id"].tolist()) == ([7, 3], [1, 2], ["V1", ""])


_WORDS = st.sampled_from(
    [
        "Kunduz",
        "Herat",
        "Qala-e-Naw",
        "airport",
        "(parts)",
        "district",
        "of",
        "the",
        "/",
        "Nahr-e",
        "Spin",
        "Boldak",
        "(",
        ")",
        ",",
        "-",
        "e",
        "1",
        "\u200b",
        "قلعه",
    ]
)


@given(
    st.text(max_size=40) | st.lists(_WORDS, max_size=6).map(" ".join),
    st.one_of(st.just(""), st.just("Herat"), st.text(max_size=15)),
    st.sampled_from([*KINDS, "province", "country", "", "castle"]),
)
def test_random_text_never_raises_and_never_has_two_answers(shipped: Pack, text: str, province: str, kind: str) -> None:
    match = shipped.gazetteer.find(text, province, kind)
    known = {*shipped.theatre.places["place_id"], *shipped.theatre.provinces["province_id"], ""}
    assert match.place_id in known
    assert 0 <= match.score <= 100
    assert bool(match.place_id) == (match.precision in ("place", "inside", "province"))


@given(st.data())
def test_case_spacing_and_invisible_characters_do_not_change_the_answer(shipped: Pack, data: st.DataObject) -> None:
    places = shipped.theatre.places
    row = places.iloc[data.draw(st.integers(0, len(places) - 1))]
    name = data.draw(st.sampled_from(names_of(row)))
    assume("/" not in name)
    cased = data.draw(st.sampled_from([str.upper, str.lower, str.title, str]))(name)
    spaced = data.draw(st.sampled_from(["  ", "\t", "\u00a0"])).join(cased.split(" "))
    cut = data.draw(st.integers(0, len(spaced)))
    odd = spaced[:cut] + data.draw(st.sampled_from(_ODD_SPACES)) + spaced[cut:]

    def answer(text: str) -> tuple[str, str]:
        match: Match = shipped.gazetteer.find(text, row["province"], row["kind"])
        return match.place_id, match.precision

    assert answer(f" {odd} ") == answer(name)


@given(st.text(alphabet=string.ascii_letters + " -'", max_size=30))
def test_the_spelling_key_has_no_case_and_no_spaces(text: str) -> None:
    assert normalise(text.upper()) == normalise(text.lower())
    assert normalise(text).isalnum() or normalise(text) == ""
