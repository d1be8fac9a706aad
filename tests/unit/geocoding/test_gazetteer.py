"""The shipped gazetteer against names labelled by hand, and against itself."""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
import pytest

from control_map.geocoding.gazetteer import Gazetteer, geocode, normalise
from control_map.pipeline.pack import Pack

BY_HAND = Path(__file__).parents[2] / "data" / "names_by_hand.csv"


@pytest.fixture(scope="module")
def gazetteer(shipped: Pack) -> Gazetteer:
    return shipped.gazetteer


@pytest.fixture(scope="module")
def places(shipped: Pack) -> pd.DataFrame:
    return pd.DataFrame(shipped.theatre.places.drop(columns="geometry"))


@pytest.fixture(scope="module")
def labelled(gazetteer: Gazetteer) -> pd.DataFrame:
    """Return the hand-labelled names with what was expected and what was found."""
    gold = pd.read_csv(BY_HAND, dtype=str, keep_default_na=False)
    expected = gold.rename(columns={"place_id": "expected_id", "precision": "expected_precision"})
    return geocode(expected, gazetteer)


def names_of(row: pd.Series) -> list[str]:
    return [name for name in (row["name"], row["name_local"], *row["alt_names"].split("|")) if name]


@pytest.mark.slow
def test_nearly_all_names_of_the_reports_are_placed(labelled: pd.DataFrame) -> None:
    assert len(labelled) > 1000
    assert (labelled["precision"] != "").mean() >= 0.97


def test_no_name_of_the_reports_is_placed_wrongly(labelled: pd.DataFrame) -> None:
    placed = labelled[labelled["precision"] != ""]
    wrong = placed[
        (placed["place_id"] != placed["expected_id"]) | (placed["precision"] != placed["expected_precision"])
    ]
    assert (
        wrong[["place_text", "province_text", "place_id", "expected_id", "precision", "reason"]].to_dict("records")
        == []
    )


def test_what_is_not_placed_says_why(labelled: pd.DataFrame) -> None:
    aside = labelled[labelled["precision"] == ""]
    assert (aside["place_id"] == "").all()
    assert aside["reason"].str.contains("nearest: |state the province|check the province").all()


@pytest.mark.slow
def test_every_name_of_the_gazetteer_is_found_in_its_province(gazetteer: Gazetteer, places: pd.DataFrame) -> None:
    lost = []
    shared = _owners(places)
    for _, row in places.iterrows():
        for name in names_of(row):
            match = gazetteer.find(name, row["province"], row["kind"])
            unique = len(shared[row["kind"], row["province_id"], normalise(name)]) == 1
            if unique and (match.place_id, match.precision) != (row["place_id"], "place"):
                lost.append((name, row["province"], row["place_id"], match))
    assert lost == []


def _owners(places: pd.DataFrame) -> dict[tuple[str, str, str], set[str]]:
    """Return which places of a kind have a name, in any spelling, in each province that they are reported under."""
    owners = defaultdict(set)
    for _, row in places.iterrows():
        for province_id in (row["province_id"], *filter(None, row["also_in"].split("|"))):
            for name in names_of(row):
                owners[row["kind"], province_id, normalise(name)].add(row["place_id"])
    return owners


def _guesses(gazetteer: Gazetteer, places: pd.DataFrame, steps: Iterable[int], only: str = "") -> list[tuple[str, ...]]:
    """Ask for each name in provinces so many further on in the list, and return what was found where there is none."""
    owners = _owners(places)
    provinces = sorted(set(zip(places["province_id"], places["province"], strict=True)))
    place_of = {province_id: number for number, (province_id, _) in enumerate(provinces)}
    guessed = []
    for _, row in places.iterrows():
        for step in steps:
            province_id, province = provinces[(place_of[row["province_id"]] + step) % len(provinces)]
            for name in (name for name in names_of(row) if only in name):
                match = gazetteer.find(name, province, row["kind"])
                if match.precision and not owners[row["kind"], province_id, normalise(name)]:
                    guessed.append((name, row["province"], province, match.place_id, match.precision))
    return guessed


@pytest.mark.slow
def test_a_name_is_set_aside_in_a_province_that_does_not_have_it(gazetteer: Gazetteer, places: pd.DataFrame) -> None:
    # Two provinces for each name; all of them take half a minute and show no more.
    assert _guesses(gazetteer, places, steps=(1, 16)) == []


@pytest.mark.slow
def test_a_name_with_a_qualifier_is_set_aside_in_any_province_that_does_not_have_it(
    gazetteer: Gazetteer, places: pd.DataFrame
) -> None:
    assert _guesses(gazetteer, places, steps=range(1, 34), only="(") == []


def test_a_name_of_two_provinces_is_set_aside_without_a_province(gazetteer: Gazetteer, places: pd.DataFrame) -> None:
    homonyms = places[places.duplicated(["name", "kind"], keep=False)]
    assert len(homonyms) > 15
    for _, row in homonyms.iterrows():
        match = gazetteer.find(row["name"], "", row["kind"])
        assert match.precision == ""
        assert "state the province" in match.reason
        assert row["province"] in match.reason


def test_a_name_with_its_province_beside_it_is_the_name(gazetteer: Gazetteer, places: pd.DataFrame) -> None:
    for row in places.to_dict("records"):
        for text in (f"{row['name']} ({row['province']})", f"{row['name']}, {row['province']} province"):
            match = gazetteer.find(text, row["province"], row["kind"])
            assert (match.place_id, match.precision) == (row["place_id"], "place"), text


def test_a_name_with_that_of_another_place_in_brackets_is_set_aside(gazetteer: Gazetteer) -> None:
    assert gazetteer.find("Nirkh (Jalrez)", "Wardak", "district").place_id == ""


@pytest.mark.parametrize(("name", "province"), [("Nawar", "Ghazni"), ("Jali Khel", "Paktia"), ("Yagan", "Badakhshan")])
def test_a_name_that_one_slip_makes_of_two_is_set_aside(name: str, province: str, gazetteer: Gazetteer) -> None:
    assert gazetteer.find(name, province, "district").place_id == ""


@pytest.mark.parametrize("province", ["Khort", "Kundr", "Herut"])
def test_a_short_province_is_not_guessed(province: str, gazetteer: Gazetteer) -> None:
    assert gazetteer.find("Jani Khel", province, "district").place_id == ""


def test_a_province_that_contradicts_the_place_is_set_aside(gazetteer: Gazetteer) -> None:
    assert gazetteer.find("Kunduz", "Baghlan", "province").place_id == ""
    assert gazetteer.find("Kunduz province", "Kunduz", "province").place_id == "AF19"


def test_a_name_of_another_kind_is_named_in_the_reason(gazetteer: Gazetteer) -> None:
    assert "Torkham, Nangarhar (crossing)" in gazetteer.find("Torkham", "Nangarhar", "district").reason


def test_another_number_is_another_place(gazetteer: Gazetteer) -> None:
    assert gazetteer.find("Yakawlang No. 3", "Bamyan", "district").place_id == ""
