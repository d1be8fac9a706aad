"""The facts of the second shipped pack: who held what in Syria on the days that a person who knows them expects."""

import datetime as dt

import pytest

from control_map.core.characters import name_key
from control_map.core.palette import INDISTINGUISHABLE_BELOW, colour_distance
from control_map.pipeline.pack import Pack, load_pack
from control_map.pipeline.view import View, apply_rule, count_located
from tests.conftest import SHIPPED

GOVERNMENT, HTS, SNA, SDF, SOUTH = "syrian_government", "hts_opposition", "sna", "sdf", "southern_operations_room"
FALL = dt.date(2024, 12, 8)
MANBIJ = "SY020500"


@pytest.fixture(scope="module")
def syria() -> Pack:
    return load_pack(SHIPPED.parent / "syria-2024")


@pytest.fixture(scope="module")
def view(syria: Pack) -> View:
    return apply_rule(syria, syria.rule("assessed"))


def december(day: int) -> dt.date:
    return dt.date(2024, 12, day)


def districts_on(view: View, date: dt.date) -> dict[str, str]:
    rows = view.status(date)
    return dict(rows.loc[rows["kind"] == "district", ["place_id", "status"]].to_numpy().tolist())


def capital_on(view: View, name: str, date: dt.date) -> str:
    rows = view.status(date)
    found = rows.loc[(rows["kind"] == "provincial_capital") & (rows["name"] == name), "status"]
    return str(found.item())


def test_every_report_is_located_and_no_row_is_at_fault(syria: Pack) -> None:
    assert syria.faults == []
    assert syria.set_aside.empty
    located, total = count_located(syria)
    assert located == total > 500


def test_before_the_offensive_most_districts_have_a_status(view: View) -> None:
    statuses = list(districts_on(view, dt.date(2024, 11, 27)).values())
    assert len(statuses) == 272
    assert statuses.count("no_report") <= 4
    assert statuses.count(GOVERNMENT) > statuses.count(SDF) > statuses.count(HTS) > statuses.count(SNA) > 0


@pytest.mark.parametrize(
    ("capital", "last_day_before", "before", "first_day_after", "after"),
    [
        ("Aleppo", dt.date(2024, 11, 28), GOVERNMENT, dt.date(2024, 11, 30), HTS),
        ("Hama", december(4), GOVERNMENT, december(5), HTS),
        ("Homs", december(6), GOVERNMENT, december(8), HTS),
        ("Damascus", december(6), GOVERNMENT, FALL, HTS),
        ("Daraa", december(5), GOVERNMENT, december(7), SOUTH),
        ("Suwayda", december(5), GOVERNMENT, FALL, SOUTH),
        ("Deir ez-Zor", december(5), GOVERNMENT, december(6), SDF),
        ("Deir ez-Zor", december(7), SDF, december(11), HTS),
    ],
)
def test_a_capital_changes_hands_on_its_day(
    capital: str, last_day_before: dt.date, before: str, first_day_after: dt.date, after: str, view: View
) -> None:
    assert capital_on(view, capital, last_day_before) == before
    assert capital_on(view, capital, first_day_after) == after


def test_aleppo_is_contested_on_the_day_on_which_its_streets_are_fought_for(view: View) -> None:
    assert capital_on(view, "Aleppo", dt.date(2024, 11, 29)) == "contested"


def test_the_lines_of_idlib_are_those_of_march_2020_on_the_eve_of_the_offensive(syria: Pack, view: View) -> None:
    places = syria.theatre.places.set_index("place_id")
    now = districts_on(view, dt.date(2024, 11, 27))
    idlib = {places["name"][place]: status for place, status in now.items() if places["province"][place] == "Idlib"}
    lost = {"Abu al-Duhur", "Sanjar", "Saraqib", "Khan Shaykhun", "Kafr Nabl", "Tamanaah", "Heish", "Maarat al-Numan"}
    assert {name for name, status in idlib.items() if status == GOVERNMENT} == lost
    assert {status for name, status in idlib.items() if name not in lost} == {HTS}


def test_each_crossing_with_turkey_has_its_holder_before_the_offensive_and_after(view: View) -> None:
    """Those of HTS, the SDF and the National Army are with them; who came later is said by later reports."""
    for day in (dt.date(2024, 11, 27), december(8), dt.date(2025, 1, 15)):
        now = view.status(day).set_index("place_id")["status"]
        assert now["X-bab-al-hawa"] == HTS
        assert now["X-ain-al-arab"] == SDF
        assert {now["X-tal-abyad"], now["X-ras-al-ayn"]} == {SNA}


def test_the_north_east_is_not_blank_between_kobani_and_the_euphrates(view: View) -> None:
    for day in (dt.date(2024, 11, 27), december(8), dt.date(2025, 1, 15)):
        now = districts_on(view, day)
        assert {now[place] for place in ("SY020600", "SY020601", "SY020602", "SY110301")} == {SDF}


def test_deir_hafer_is_with_the_sdf_from_the_fall_on(view: View) -> None:
    assert districts_on(view, dt.date(2024, 11, 27))["SY020202"] == GOVERNMENT
    assert {districts_on(view, day)["SY020202"] for day in (december(12), dt.date(2025, 1, 15))} == {SDF}


def test_quneitra_city_is_contested_once_israeli_vehicles_are_seen_in_it(view: View) -> None:
    assert capital_on(view, "Quneitra", december(12)) == SOUTH
    assert capital_on(view, "Quneitra", dt.date(2025, 1, 15)) == "contested"
    assert view.status(dt.date(2025, 1, 15)).set_index("place_id")["status"]["X-quneitra-gate"] == "israel"


def test_what_a_report_says_of_a_city_counts_for_the_capital_in_its_sub_district(view: View) -> None:
    assert districts_on(view, FALL)["SY030200"] == capital_on(view, "Douma", FALL) == HTS


def test_a_crossing_within_an_area_is_of_the_area(view: View) -> None:
    now = view.status(december(12)).set_index("place_id")["status"]
    assert now["X-abu-kamal"] == now["SY090200"] == HTS


@pytest.mark.parametrize("province", ["Daraa", "Suwayda"])
def test_the_south_is_with_its_own_factions_after_the_fall(province: str, syria: Pack, view: View) -> None:
    places = syria.theatre.places.set_index("place_id")["province"]
    for day in (december(9), december(12), dt.date(2025, 1, 15)):
        held = [status for place, status in districts_on(view, day).items() if places[place] == province]
        assert set(held) == {SOUTH}


def test_manbij_passes_to_the_syrian_national_army_and_stays_there(view: View) -> None:
    assert districts_on(view, december(7))[MANBIJ] == SDF
    assert {districts_on(view, day)[MANBIJ] for day in (december(12), dt.date(2025, 1, 15))} == {SNA}


def test_a_government_that_has_ceased_holds_nothing(view: View) -> None:
    assert GOVERNMENT in districts_on(view, december(7)).values()
    for day in (december(9), december(12), dt.date(2025, 1, 15), dt.date(2025, 1, 31)):
        assert GOVERNMENT not in set(view.status(day)["status"])


def test_what_is_contested_after_the_fall_is_little_and_each_place_has_a_report_of_both_sides(view: View) -> None:
    contested = [place for place, status in districts_on(view, december(12)).items() if status == "contested"]
    assert len(contested) <= 10
    for place in contested:
        evidence = view.explain(place, december(12))["evidence"]
        assert any(each["asserts"] == "contested" and each["role"] == "sets" for each in evidence), place


def test_quarters_airports_and_dams_are_parts_that_colour_nothing(syria: Pack) -> None:
    located = syria.located.set_index("place_text")
    for name, place in (
        ("Sheikh Maqsoud", "SY020000"),
        ("Aleppo International Airport", "SY020000"),
        ("Khan Tuman", "SY020000"),
        ("Tishrin Dam", "SY020501"),
        ("Mount Hermon", "SY030801"),
    ):
        rows = located.loc[[name]]
        assert set(rows["place_id"]) == {place}
        assert set(rows["precision"]) == {"inside"}


def test_the_occupied_golan_and_the_zone_of_al_tanf_are_not_the_governments(view: View) -> None:
    now = view.status(dt.date(2024, 11, 27)).set_index("place_id")["status"]
    assert {now[place] for place in ("SY140003", "SY140200", "SY140201")} == {"israel"}
    assert now["X-tanf"] == "syrian_free_army"


def test_parties_can_be_distinguished_by_their_colours(syria: Pack) -> None:
    colours = [actor.colour for actor in syria.theatre.actors]
    for number, one in enumerate(colours):
        assert all(colour_distance(one, other) >= INDISTINGUISHABLE_BELOW for other in colours[:number])


def test_each_report_has_a_source_that_can_be_opened_and_a_number_only_where_it_counts(syria: Pack) -> None:
    located = syria.located
    assert located["source_url"].str.match(r"https?://").all()
    assert located["summary"].str.len().gt(0).all()
    counted = located[located["number"].notna()]
    assert set(counted["place_kind"]) <= {"province", "country"}
    assert counted["place_text"].str.contains(r"\(.*\d", regex=True).all()


def test_reports_on_areas_leave_out_what_their_source_leaves_out(view: View) -> None:
    """The Free Army's zone and the north's are not taken for those of the party around them."""
    day = dt.date(2025, 1, 15)
    now = view.status(day).set_index("place_id")["status"]
    assert now["X-ain-al-arab"] == SDF
    assert now["X-tanf"] == "syrian_free_army"
    assert now["SY080400"] == SNA


def test_each_origin_is_spelled_in_one_way(syria: Pack) -> None:
    origins = set(syria.located["origin"])
    assert len({name_key(origin) for origin in origins}) == len(origins)
