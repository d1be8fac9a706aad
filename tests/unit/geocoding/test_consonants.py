"""Scholarly letters, names without vowels and generic words find the place, and never another one."""

import re
import unicodedata
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from control_map.core.model import MatchMethod
from control_map.geocoding.consonants import GenericWords
from control_map.geocoding.gazetteer import Gazetteer, theatre_gazetteer
from control_map.geocoding.name_index import NameIndex, index_name
from control_map.geocoding.spelling import spelling_keys
from control_map.geocoding.stated_name import PlaceWords
from control_map.pipeline.pack import Pack, load_pack
from tests.support.made_up import PLACES, THEATRE, write_pack

PROVINCES = pd.DataFrame(
    {"province_id": ["H", "V"], "province": ["Harrow", "Velden"], "name_local": "", "alt_names": ""}
)
PLAIN_MARKS = "\u0304\u0323\u0331\u0306"
"""Marks for long, emphatic and short sounds: they make no other letter, but for the macron of an s."""
ALL_MARKS = PLAIN_MARKS + "\u0301\u0302\u030c\u0326\u0327"
GENERIC_WORDS = (
    "koh ghar jabal kotal wadi dasht band qala kalay deh chashma rod Gora Pereval Mount Hills کوه دره".split()
)


def step_of(known: str, asked: str) -> str:
    found = NameIndex(index_name("a", "district", "", known, MatchMethod.EXACT)).best_matches(asked)
    return next((entry.method.value for entry, score in found if score > 0), "")


@pytest.mark.parametrize(
    ("known", "asked", "step"),
    [
        ("Kūšk", "Kushk", "normalised"),
        ("Šibenik", "Sibenik", "normalised"),
        ("Šibenik", "Shibenik", "normalised"),
        ("Žar Ghar", "Zhar Ghar", "normalised"),
        ("Xōst", "Khost", "normalised"),
        ("Çarşamba", "Charshamba", "normalised"),
        ("Zarghūn Shahr", "zrghwn shhr", "consonants"),
        ("Zardsang", "زرد سنگ", "consonants"),
        ("Zohrān-e Qareh", "Zukhrani-Kara", "consonants"),
        ("Zikrabad", "ذکر آباد", "consonants"),
        ("Gora Tirgar", "Tir Ghar", "consonants"),
        ("Kōh-e Zhibchul", "Gora Zhibchul'", "consonants"),
        ("Malek Siah Kuh", "Kuh-i-Malik Siah", "consonants"),
        ("Ar Raqqah al Bayda", "الرقة البيضاء", "consonants"),
        ("Zarnak", "Zurnik", ""),  # other vowels
        ("zmk", "Zamak", ""),  # three consonants
        ("Zalmanabad", "zlmnbdy", ""),  # a last vowel is written
        ("Kuh-e Zelergak", "Rod-e Zilirgak", ""),  # a mountain is not a river
        ("Zayd Nazir", "Darah-ye Zayd Nazir", ""),  # nor a village its valley
        ("Yakawlang 2", "ykwlng 3", ""),
    ],
)
def test_two_spellings_are_one_name_by_the_surest_step(known: str, asked: str, step: str) -> None:
    assert step_of(known, asked) == step


def gazetteer_of(names: dict[str, str], words: PlaceWords | None = None) -> Gazetteer:
    """Return a gazetteer of three districts with these names, two in Harrow and one in Velden, by id."""
    places = PLACES[PLACES["kind"] == "district"].head(len(names))
    provinces = ["H" if place_id.startswith("h") else "V" for place_id in names]
    places = places.assign(place_id=list(names), name=list(names.values()), name_local="", alt_names="", also_in="")
    labels = PROVINCES.set_index("province_id")["province"]
    return Gazetteer(
        places.assign(province_id=provinces, province=[labels[number] for number in provinces]),
        PROVINCES,
        "Marshland",
        words,
    )


def test_a_name_without_vowels_is_found_within_its_province_alone() -> None:
    gazetteer = gazetteer_of({"h1": "Brackwater", "h2": "Aldermoor", "v1": "Stonefen"})
    match = gazetteer.find("brkwtr", "Harrow", "district")
    assert (match.place_id, match.method, match.precision) == ("h1", "consonants", "place")
    assert "with the consonants of 'Brackwater'" in match.reason
    assert gazetteer.find("brkwtr", "", "district").place_id == ""
    assert gazetteer.find("brkwtr", "Velden", "district").place_id == ""


def test_a_name_without_vowels_that_two_places_can_have_is_left_open() -> None:
    gazetteer = gazetteer_of({"h1": "Merdanabad", "h2": "Mordinebid", "v1": "Stonefen"})
    match = gazetteer.find("mrdnbd", "Harrow", "district")
    assert match.place_id == ""
    assert "Merdanabad" in match.reason
    assert "Mordinebid" in match.reason


def test_consonants_do_not_go_before_a_name_elsewhere() -> None:
    gazetteer = gazetteer_of({"h1": "Merdanabad", "v1": "mrdnbd"})
    match = gazetteer.find("mrdnbd", "Harrow", "district")
    assert match.place_id == ""
    assert "check the province" in match.reason


def test_a_marked_letter_that_fits_two_places_is_left_open() -> None:
    gazetteer = gazetteer_of({"h1": "Sarmoor", "h2": "Sharmoor"})
    assert gazetteer.find("Šarmoor", "Harrow", "district").place_id == ""
    assert gazetteer.find("Sharmoor", "Harrow", "district").place_id == "h2"


def test_the_hills_of_a_place_are_a_part_of_it() -> None:
    gazetteer = gazetteer_of({"h1": "Brackwater", "h2": "Gora Tirgan"})
    assert gazetteer.find("Mount Brackwater", "Harrow", "district")[0::3] == ("h1", "inside")
    assert gazetteer.find("Koh-e Tirgan", "Harrow", "district")[0::3] == ("h2", "place")
    assert gazetteer.find("Mount Harrow", "", "province").place_id == ""


def test_a_slip_is_left_open_if_another_place_has_the_name_but_for_a_generic_word() -> None:
    gazetteer = gazetteer_of({"h1": "Bangian", "h2": "Yangian Qala"})
    assert gazetteer.find("Yangian", "Harrow", "district").place_id == ""
    assert gazetteer.find("Kangian", "Harrow", "district").place_id == "h1"


@pytest.mark.parametrize(
    ("known", "asked", "step"),
    [
        ("Nahiyat Banan", "Nahiyat Madan", ""),
        ("Nahiyat Banan", "Nahiyat Banon", "fuzzy"),
        ("Qala-e Zolan", "Qala-e Zural", ""),
        ("Qala-e Zolan", "Qala-i-Zalan", "fuzzy"),
        ("Brackwater", "Brackwatr", "fuzzy"),
    ],
)
def test_words_that_two_names_share_allow_no_more_slips(known: str, asked: str, step: str) -> None:
    assert step_of(known, asked) == step


@pytest.mark.slow
def test_a_theatre_has_generic_words_of_its_own(tmp_path: Path) -> None:
    words = 'place_words = { mountain = ["Berg", "Fjell"], river = ["Bach"] }\n'
    pack = load_pack(write_pack(tmp_path / "marshland", files={"theatre.toml": words + THEATRE}))
    generic = theatre_gazetteer(pack.theatre).splitter.words.generic
    assert generic.contradict("Berg Brackwater", "Bach Brackwater")
    assert generic.features("Fjell Brackwater") == {"mountain"}
    assert not GenericWords().features("Fjell Brackwater")


def named_place(data: st.DataObject, pack: Pack) -> tuple[str, pd.Series]:
    places = pack.theatre.places
    row = places.iloc[data.draw(st.integers(0, len(places) - 1))]
    names = [name for name in (row["name"], row["name_local"], *row["alt_names"].split("|")) if name]
    return data.draw(st.sampled_from(names)), row


def marked(name: str, marks: str, data: st.DataObject) -> str:
    """Return a name with marks on some of its Latin letters."""
    at = [number for number, letter in enumerate(name, 1) if letter.isascii() and letter.isalpha()]
    assume(at)
    chosen = data.draw(st.dictionaries(st.sampled_from(at), st.sampled_from(marks), min_size=1, max_size=4))
    plain = list(name)
    for number, mark in chosen.items():
        plain[number - 1] += mark
    return unicodedata.normalize(data.draw(st.sampled_from(["NFC", "NFD"])), "".join(plain))


@given(st.data())
def test_marks_that_change_no_letter_change_no_placement(shipped: Pack, data: st.DataObject) -> None:
    name, row = named_place(data, shipped)
    written = marked(re.sub("[sSxX]", "r", name), PLAIN_MARKS, data)
    plain = re.sub("[sSxX]", "r", name)
    found, expected = (shipped.gazetteer.find(text, row["province"], row["kind"]) for text in (written, plain))
    assert (found.place_id, found.precision) == (expected.place_id, expected.precision)


@given(st.data())
def test_no_mark_puts_a_name_on_another_place(shipped: Pack, data: st.DataObject) -> None:
    name, row = named_place(data, shipped)
    plain = shipped.gazetteer.find(name, row["province"], row["kind"])
    found = shipped.gazetteer.find(marked(name, ALL_MARKS, data), row["province"], row["kind"])
    assert found.place_id in (plain.place_id, "")


@given(st.data())
def test_a_name_without_its_vowels_is_never_put_on_another_place_by_its_consonants(
    shipped: Pack, data: st.DataObject
) -> None:
    name, row = named_place(data, shipped)
    found = shipped.gazetteer.find(re.sub("[aeiouAEIOU]", "", name), row["province"], row["kind"])
    assert found.place_id == row["place_id"] or found.method != MatchMethod.CONSONANTS


@given(st.data())
def test_a_generic_word_that_is_added_or_left_out_never_moves_a_name(shipped: Pack, data: st.DataObject) -> None:
    name, row = named_place(data, shipped)
    assume(not re.search(r"[(/,]", name))
    generic = data.draw(st.sampled_from(GENERIC_WORDS))
    written = data.draw(st.sampled_from([f"{generic} {name}", f"{name} {generic}", f"{generic}-e {name}"]))
    without = " ".join(word for word in name.split() if not GenericWords().features(f"{word} Brackwater"))
    for text in (written, without):
        found = shipped.gazetteer.find(text, row["province"], row["kind"])
        assert found.place_id in (row["place_id"], "") or _is_called(shipped, found.place_id, text), text


def _is_called(pack: Pack, place_id: str, text: str) -> bool:
    """Whether a place has this very name, as "Dasht-e Qala" is a place of its own."""
    row = pack.theatre.places.set_index("place_id").loc[place_id]
    keys = {
        key for name in (row["name"], row["name_local"], *row["alt_names"].split("|")) for key in spelling_keys(name)
    }
    return not keys.isdisjoint(spelling_keys(text))


@pytest.mark.slow
def test_names_in_the_arabic_script_are_found_by_their_consonants_and_none_is_put_elsewhere(shipped: Pack) -> None:
    places = shipped.theatre.places
    asked = places.loc[
        places["name_local"].str.contains("[\u0600-\u06ff]"), ["place_id", "name_local", "province", "kind"]
    ]
    latin = places["alt_names"].map(lambda names: "|".join(name for name in names.split("|") if name.isascii()))
    gazetteer = Gazetteer(
        places.assign(name_local="", alt_names=latin), shipped.theatre.provinces, shipped.theatre.country
    )
    found = [
        (gazetteer.find(name, province, kind), place_id)
        for place_id, name, province, kind in asked.itertuples(index=False, name=None)
    ]
    by_consonants = [match.place_id == place_id for match, place_id in found if match.method == MatchMethod.CONSONANTS]
    assert len(by_consonants) > len(found) / 3
    assert all(by_consonants)
