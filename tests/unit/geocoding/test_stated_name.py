"""A name with its province or its kind beside it is that place, by each way in; what is in doubt is left open."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from control_map.analysis.search import ReportFilter, find_reports
from control_map.core.model import PlaceKind
from control_map.geocoding.gazetteer import Gazetteer, geocode, theatre_gazetteer
from control_map.geocoding.stated_name import NameSplitter, PlaceWords
from control_map.intake.articles.statements.extraction import extract_statements
from control_map.intake.matching.codebook import convert_to_codebook
from control_map.intake.matching.columns import match_table
from control_map.intake.tables.reader import read_table
from control_map.pipeline.pack import Pack, add_reports, load_pack
from tests.support.made_up import PLACES, THEATRE, write_pack, written

FORMS = {
    "Obe district (Herat)": "AF3212",
    "Obe, Herat": "AF3212",
    "Obe district of Herat": "AF3212",
    "Obe district, Herat province": "AF3212",
    "Spin Boldak district (Kandahar)": "AF2711",
    "Dawlatabad (Faryab)": "AF2909",
    "Alishing (Laghman)": "AF0703",
    "Qala-i-Naw city": "AF-C-31",
}
DARI_AND_PASHTO = Path(__file__).parents[2] / "data" / "names_in_dari_and_pashto.csv"
PROVINCES = pd.DataFrame(
    {"province_id": ["H", "V"], "province": ["Harrow", "Velden"], "name_local": "", "alt_names": ["", "Feldena"]}
)


def by_name(pack: Pack) -> dict[str, str]:
    return {form: pack.gazetteer.find(form, "", "").place_id for form in FORMS}


def by_name_as_district(pack: Pack) -> dict[str, str]:
    return {form: pack.gazetteer.find(form, "", PlaceKind.DISTRICT).place_id for form in FORMS}


def by_table(pack: Pack) -> dict[str, str]:
    """Place the forms as the page and `--reports` do it for a table without kinds and provinces."""
    rows = "".join(f'2021-07-09,"{form}",captured,taliban\n' for form in FORMS)
    raw = read_table("mine.csv", f"date,district,claim,party\n{rows}".encode())
    added = add_reports(pack, convert_to_codebook(raw, match_table(raw), pack.theatre))
    mine = added.located[added.located["place_text"].isin(FORMS) & added.located["report_id"].str.startswith("mine")]
    kinds = added.theatre.places.set_index("place_id")["kind"]
    assert mine["place_kind"].tolist() == mine["place_id"].map(kinds).tolist()
    assert set(mine["precision"]) == {"place"}
    return dict(zip(mine["place_text"], mine["place_id"], strict=True))


def by_search(pack: Pack) -> dict[str, str]:
    """Return the place of which a form finds all reports, if it finds none outside the province."""
    places = {}
    for form, place_id in FORMS.items():
        found = find_reports(pack.search_index, ReportFilter(text=form))
        there = pack.located.loc[pack.located["place_id"] == place_id, "report_id"]
        is_found = set(there) <= set(found["report_id"]) and len(set(found["province_id"])) == 1
        places[form] = place_id if is_found else ""
    return places


def by_article(pack: Pack) -> dict[str, str]:
    texts = {form: f"{form} fell to the Taliban on Thursday." for form in FORMS}
    return {form: place_of(text, pack) for form, text in texts.items()}


def by_article_as_object(pack: Pack) -> dict[str, str]:
    return {form: place_of(f"The Taliban captured {form} on Thursday.", pack) for form in FORMS}


def place_of(text: str, pack: Pack) -> str:
    return " ".join(extract_statements(text, dt.date(2021, 7, 9), pack)["place_id"])


@pytest.mark.parametrize(
    "way_in", [by_name, by_name_as_district, by_table, by_search, by_article, by_article_as_object]
)
def test_a_name_with_its_province_or_kind_is_that_place(
    way_in: Callable[[Pack], dict[str, str]], shipped: Pack
) -> None:
    assert way_in(shipped) == FORMS


def test_words_for_kinds_of_places_are_known_in_dari_and_pashto(shipped: Pack) -> None:
    names = pd.read_csv(DARI_AND_PASHTO, dtype=str, keep_default_na=False)
    assert geocode(names, shipped.gazetteer)["place_id"].tolist() == names["expected"].tolist()
    for text in ("ولسوالی اوبه (هرات)", "ولسوالی اوبه ولایت هرات", "اوبه، هرات", "د هرات ولایت د اوبه ولسوالۍ"):
        assert shipped.gazetteer.find(text, "", "").place_id == "AF3212", text


@pytest.mark.parametrize(
    ("text", "province", "kind"),
    [
        ("Obe district (Kabul)", "", "district"),  # Obe is in Herat
        ("Obe (Herat)", "Kabul", "district"),
        ("Obe, Kabul", "Herat", "district"),
        ("Obe district (Herat)", "", "provincial_capital"),
        ("Eel Ferry (Nirkh)", "Wardak", "district"),  # a village in a district is not the district
        ("Eel Ferry (Herat)", "", "district"),
        ("Lashkar Gah district", "Kunduz", ""),
    ],
)
def test_a_place_in_doubt_is_left_open(text: str, province: str, kind: str, shipped: Pack) -> None:
    match = shipped.gazetteer.find(text, province, kind)
    assert (match.place_id, match.precision) == ("", "")


@pytest.mark.parametrize("word", ["city", "town", "centre"])
def test_a_town_is_the_capital_if_it_has_that_name_and_else_the_district(word: str, shipped: Pack) -> None:
    assert shipped.gazetteer.find(f"Farah {word}", "Farah", "").place_id == "AF-C-33"
    assert shipped.gazetteer.find(f"Qadis {word}", "Badghis", "").place_id == "AF3104"


def test_a_place_reported_under_two_provinces_may_state_both(shipped: Pack) -> None:
    assert shipped.gazetteer.find("Ghormach (Badghis)", "Faryab", "district").place_id == "AF3107"


@pytest.mark.slow
def test_a_theatre_has_words_of_its_own_for_kinds_of_places(tmp_path: Path) -> None:
    words = 'place_words = { district = ["Amt"], provincial_capital = ["Hauptort"], province = ["Gau"] }\n'
    gazetteer = theatre_gazetteer(
        load_pack(write_pack(tmp_path / "marshland", files={"theatre.toml": words + THEATRE})).theatre
    )
    assert gazetteer.find("Amt Brackwater, Gau Harrow", "", "").place_id == "H2"
    assert gazetteer.find("Hauptort Aldermoor", "Gau Harrow", "").place_id == "C-H"
    assert gazetteer.find("Brackwater Amt", "", "district").place_id == "H2"


@pytest.mark.parametrize("kind", ["district", ""])
def test_an_official_name_with_a_slash_is_found_by_the_whole_and_by_each_half(kind: str) -> None:
    names = ["Biel/Bienne", "Mitrovicë / Mitrovica", "Araba/Álava"]
    places = PLACES.head(3).assign(name=names, alt_names="", province="Harrow", province_id="H")
    gazetteer = Gazetteer(places, PROVINCES, "Marshland")
    for place_id, name in zip(places["place_id"], names, strict=True):
        for text in (name, f"{name} (Harrow)", f"{name} district, Harrow", *name.split("/")):
            assert gazetteer.find(text.strip(), "", kind).place_id == place_id, text
    assert gazetteer.find("Biel/Mitrovica", "Harrow", kind).place_id == ""
    assert gazetteer.find("Bienne/Biel", "Harrow", kind).place_id == "H1"


def test_only_a_province_is_cut_off_a_name() -> None:
    splitter = NameSplitter(PROVINCES, "Marshland", PlaceWords())
    assert splitter.split("Eel Ferry (Brackwater)") == ("Eel Ferry (Brackwater)", "", "", False)
    assert splitter.split("Aldermoor, Feldena, Marshland") == ("Aldermoor", "Feldena", "", False)
    assert splitter.split("Velden province") == ("Velden province", "", "", False)
    assert splitter.split("all districts in Velden").province == ""


def test_a_second_name_in_brackets_is_found_alone_unless_another_place_or_a_province_has_it() -> None:
    names = {
        "K": "Ain al-Arab (Kobani)",
        "A": "Spin Moor (Achin)",
        "B": "Achin",
        "V": "Wet Fen (Feldena)",
        "R": "Eel Ferry (border post)",
        "S": "Otter Ford (Ripley)",
        "T": "Heron Ford (Ripley)",
    }
    places = PLACES[PLACES["kind"] == "district"].iloc[[0] * len(names)]
    places = places.assign(place_id=list(names), name=list(names.values()), alt_names="")
    gazetteer = Gazetteer(places, PROVINCES, "Marshland")

    def found(name: str) -> str:
        return gazetteer.find(name, "Harrow", "district").place_id

    assert found("Kobani") == found("Ain al-Arab") == found("Ain al-Arab (Kobani)") == "K"
    assert (found("Achin"), found("Spin Moor"), found("Spin Moor (Achin)")) == ("B", "A", "A")
    assert (found("Wet Fen"), found("Feldena"), found("post")) == ("V", "", "")
    assert (found("Ripley"), found("Otter Ford")) == ("", "S")


@pytest.mark.slow
def test_where_a_name_overrides_the_stated_kind_the_report_has_the_kind_of_the_place_found(tmp_path: Path) -> None:
    reports = [
        written(1, place_text="Aldermoor city", place_kind="district"),
        written(2, place_text="Aldermoor", place_kind="district"),
    ]
    pack = load_pack(write_pack(tmp_path / "marshland", reports))
    assert pack.located[["place_id", "place_kind"]].to_numpy().tolist() == [
        ["C-H", "provincial_capital"],
        ["H1", "district"],
    ]


@pytest.mark.slow
def test_an_article_is_read_with_the_words_of_the_theatre_for_kinds_of_places(tmp_path: Path) -> None:
    words = 'place_words = { district = ["Amt"], provincial_capital = ["Hauptort"], province = ["Gau"] }\n'
    pack = load_pack(write_pack(tmp_path / "marshland", files={"theatre.toml": words + THEATRE}))

    def found(name: str) -> list[str]:
        text = f"The Reds captured {name} on Thursday."
        return extract_statements(text, dt.date(2021, 5, 9), pack)["place_id"].tolist()

    assert found("Amt Aldermoor") == found("the Amt of Aldermoor in Gau Harrow") == ["H1"]
    assert found("Hauptort Aldermoor") == ["C-H"]
    assert found("Amt Brackwater (Gau Harrow)") == ["H2"]
