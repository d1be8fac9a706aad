"""What is reported of a province or of the country comes as a small file; the places of a story in a dossier's."""

import datetime as dt
import json

import pytest

from control_map.assessment.timeline import as_of
from control_map.pipeline.pack import Pack
from control_map.pipeline.view import View, dating_of_statuses
from control_map.render.map.area_file import COUNTRY, list_area_ids, make_area_file
from control_map.render.map.dossier_file import MOST_OF_A_STORY, make_dossier_file
from tests.support.made_up import day, judge, located, pack_of, said

HERAT, BADGHIS = "AF32", "AF31"
DAY, EXACT, PUBLISHED, STATUS, NUMBER, IS_PART, SAYS, WHO = range(8)


def areas(pack: Pack, known_on: dt.date | None = None, area_id: str | None = None) -> dict[str, list[list]]:
    return json.loads(make_area_file(pack, known_on, area_id))["areas"]


@pytest.fixture(scope="module")
def claims(shipped: Pack) -> dict[str, list[list]]:
    return areas(shipped)


@pytest.mark.slow
def test_every_report_on_an_area_is_in_the_file_of_its_area_the_newest_first(shipped: Pack, claims):
    on_areas = shipped.located[shipped.located["precision"].isin(["province", "country"])]
    assert sum(map(len, claims.values())) == len(on_areas)
    assert list(claims) == list_area_ids(shipped.theatre)
    assert all(rows == sorted(rows, key=lambda row: -row[DAY]) for rows in claims.values())
    assert len(claims[COUNTRY]) == (on_areas["precision"] == "country").sum()


def test_a_file_of_one_area_has_what_the_file_of_all_has_of_it(shipped: Pack, claims):
    assert areas(shipped, area_id=HERAT) == {HERAT: claims[HERAT]}


def test_a_theatre_without_such_reports_has_empty_lists():
    pack = pack_of([said(3)])
    assert areas(pack) == {COUNTRY: [], "H": [], "V": []}


def test_a_claim_on_a_part_states_its_number_and_that_it_is_dated_to_the_week(claims):
    five = next(row for row in claims[HERAT] if row[NUMBER] == 5)
    assert (five[DAY], five[EXACT], five[IS_PART]) == (68, 0, 1)
    assert five[SAYS] == "Captured by Taliban"


def test_only_a_count_of_what_is_held_or_contested_can_stand_beside_the_map_s(claims):
    counting = [row for rows in claims.values() for row in rows if row[NUMBER] is not None]
    compared = {row[SAYS].split()[0] for row in counting if row[STATUS] >= 0}
    assert compared == {"Held", "Contested,"}
    assert "Captured by Taliban" in {row[SAYS] for row in counting if row[STATUS] < 0}


@pytest.mark.slow
def test_only_what_was_published_by_a_day_is_known(shipped: Pack, claims):
    known = areas(shipped, shipped.theatre.period_start + dt.timedelta(days=69))[BADGHIS]
    assert known == [row for row in claims[BADGHIS] if row[PUBLISHED] <= 69]
    assert len(known) < len(claims[BADGHIS])


def test_a_dossier_names_the_other_places_of_each_story_and_of_no_data_set(shipped_view: View):
    place = "AF3213"  # Kohsan
    theatre = shipped_view.pack.theatre
    file = json.loads(make_dossier_file(shipped_view, [place]))
    assert file["stories"]
    reports = shipped_view.located
    for address, places in file["stories"].items():
        url = file["texts"][int(address)]
        told_of = set(reports.loc[reports["source_url"] == url, "place_id"]) & {*theatre.places["place_id"]}
        assert {theatre.places["place_id"].iloc[at] for at in places} == told_of
        assert len(places) <= MOST_OF_A_STORY
    baseline = reports.loc[reports["place_id"] == place, "source_url"].str.contains("afg-taliban-map")
    assert baseline.any(), "a data set on hundreds of districts is among the sources, and is no story"


@pytest.mark.slow
def test_the_dating_of_a_status_is_that_of_all_reports_that_set_it():
    vague = {"date_precision": "week"}
    for reports, expected in (
        ([said(3, **vague)], "about"),
        ([said(3)], ""),
        ([said(3, "held")], "at least"),
        ([said(3, "held"), said(3, origin="Wire")], ""),
        ([said(3, **vague), said(3, origin="Wire")], ""),
        ([said(3, **vague), said(5, "retaken", "blue")], ""),
    ):
        judged = judge(reports)
        dating = dating_of_statuses(judged.timeline, judged.evidence, located(reports))
        now = as_of(judged.timeline.assign(dating=dating), day(6)).set_index("place_id")
        assert now.loc[reports[0]["place_id"], "dating"] == expected
