"""The browser and Python agree on a timeline: the status of each day, what changed, and blind spots.

The questions are put to 200 generated timelines: those of 50 districts under each of four rules.
"""

import datetime as dt
import json
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from control_map.analysis.blind_spots import count_blind_districts, is_blind_spot
from control_map.analysis.changes import compare_dates, count_changes
from control_map.analysis.summary import headline, sizes_by_status
from control_map.assessment.timeline import as_of, changes_between
from control_map.core.labels import CHANGE_LABELS
from control_map.core.model import NO_REPORT, AreaScope, Change, Claim
from control_map.core.wording import format_rounded
from control_map.pipeline.pack import Pack
from control_map.pipeline.view import View, apply_rule
from control_map.render.map.assets import LAYER_FOLDER
from control_map.render.map.geometry_file import make_geometry_file
from control_map.render.map.timeline_file import (
    ABOUT_BIT,
    AREA_BIT,
    AT_LEAST_BIT,
    CLAIM_BIT,
    DISPUTED_BIT,
    LIGHT_BIT,
    RETAKEN_BIT,
    UNNAMED_BIT,
    USER_SUPPLIED_BIT,
    make_timeline_file,
)
from tests.support.made_up import END, PLACES, RULES, START, day, located, pack_of, said
from tests.unit.frontend.node import run_node

DISTRICTS = 50
_RESTS = ("older", "byArea", "onClaims")
ASKED_RULES = ("assessed", "latest", "two-sources", "side:red")
DAYS = range((END - START).days + 1)


@pytest.fixture(scope="module")
def views() -> list[View]:
    views = [apply_rule(generated_pack(random.Random(rule)), RULES[rule]) for rule in ASKED_RULES]
    # No report of these says that nobody holds a place any more: in one view, what Greens hold is held by nobody.
    left_alone = views[1].timeline.assign(status=views[1].timeline["status"].replace("green", NO_REPORT))
    return [views[0], replace(views[1], timeline=left_alone), *views[2:]]


@pytest.fixture(scope="module")
def questions() -> dict[str, list[Any]]:
    draw = random.Random(0)
    pairs = [tuple(sorted((draw.choice(DAYS), draw.choice(DAYS)))) for _ in range(20)]
    silences = [(draw.choice(DAYS), draw.choice((1, 3, 7, 30))) for _ in range(20)]
    numbers = [0, 7, 9_999, 10_501, 999_499, 999_500, *(draw.randrange(10 ** draw.randint(1, 9)) for _ in range(200))]
    return {
        "days": draw.sample(DAYS, 30),
        "pairs": [(-1, DAYS[-1]), (3, 3), *pairs],
        "silences": silences,
        "numbers": [number for number in numbers if number % 1_000 != 500 and number % 100_000 != 50_000],  # ties
    }


@pytest.fixture(scope="module")
def answers(views: list[View], questions: dict[str, list[Any]]) -> list[dict[str, Any]]:
    """The answers of the map's scripts about each view."""
    asked = [
        {
            "geometry": json.loads(make_geometry_file(view.pack.theatre, view.pack.styles)),
            "timeline": json.loads(make_timeline_file(view)),
            "people": view.pack.theatre.places["population"].fillna(0).tolist(),
            **questions,
        }
        for view in views
    ]
    answer = run_node("parity.mjs", given=json.dumps(asked))
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def generated_pack(draw: random.Random) -> Pack:
    """Make a pack of districts in a row, in two provinces, with reports of every kind on them and their areas."""
    like = PLACES[PLACES["place_id"] == "H2"].iloc[0]
    places = gpd.GeoDataFrame(
        [
            {
                **like,
                "place_id": f"D{number:02}",
                "neighbour": "",
                "name": f"District {number}",
                "province_id": "HV"[number % 2],
            }
            | {"province": ("Harrow", "Velden")[number % 2], "geometry": shapely.box(number, 50, number + 1, 51)}
            for number in range(DISTRICTS)
        ],
        crs=PLACES.crs,
    )
    return pack_of(located(generated_reports(draw, [*places["place_id"]])), places)


def generated_reports(draw: random.Random, place_ids: list[str]) -> Iterator[dict[str, Any]]:
    for place_id in place_ids:
        for _ in range(draw.choice((0, 1, 3, 6, 12))):
            yield generated_report(draw, place_id)
    for area in ("H", "V", ""):
        yield {**generated_report(draw, area), "area_scope": AreaScope.WHOLE}


def generated_report(draw: random.Random, place: str) -> dict[str, Any]:
    on = draw.choice((*range(-8, 60), 10, 10, 20, 20))
    return said(
        on,
        draw.choice((*Claim, "captured", "captured", "held")),
        draw.choice(("red", "red", "blue", "green")),
        draw.choice(("independent", "independent", "red", "blue")),
        place=place,
        published=on + draw.choice((0, 1, 5)),
        origin=draw.choice(("Daily Fen", "Wire", "Gazette")),
        date_precision=draw.choice(("day", "day", "week", "month")),
    )


@pytest.mark.slow
def test_each_day_has_the_status_the_dispute_and_the_claim_that_it_has_in_python(
    views: list[View], answers: list[dict[str, Any]], questions: dict[str, list[Any]]
):
    for view, answer in zip(views, answers, strict=True):
        for number, answered in zip(questions["days"], answer["shown"], strict=True):
            rows = in_order(view, as_of(view.timeline, day(number)))[["status", "disputed", "claimed_by"]]
            expected = [list(row) for row in rows.fillna("").itertuples(index=False, name=None)]
            assert [place["found"] for place in answered] == expected
            assert [place["atCursor"] for place in answered] == expected


@pytest.mark.slow
def test_between_two_days_the_same_has_changed_as_in_python(
    views: list[View], answers: list[dict[str, Any]], questions: dict[str, list[Any]]
):
    seen = set()
    for view, answer in zip(views, answers, strict=True):
        for (since, until), answered in zip(questions["pairs"], answer["changes"], strict=True):
            rows = in_order(view, compare_dates(view.timeline, day(since), day(until)))
            labels = rows["change"].map(CHANGE_LABELS)
            assert answered == [list(row) for row in zip(rows["before"], rows["after"], labels, strict=True)]
            seen |= set(labels)
    assert seen == set(CHANGE_LABELS.values()), "all that can become of a place is among the timelines"


@pytest.mark.slow
def test_the_list_of_changes_has_the_rows_the_days_and_the_counts_that_python_has(
    views: list[View], answers: list[dict[str, Any]], questions: dict[str, list[Any]]
):
    for view, answer in zip(views, answers, strict=True):
        for (since, until), listed in zip(questions["pairs"], answer["listed"], strict=True):
            compared = compare_dates(view.timeline, day(since), day(until))
            changed = compared[compared["change"] != Change.UNCHANGED]
            rows = changed.sort_values(["last_changed_on", "province", "name"], ascending=[False, True, True])
            days = (rows["last_changed_on"] - pd.Timestamp(START)).dt.days
            assert listed["rows"] == [list(row) for row in zip(rows["place_id"], days, strict=True)]
            counts = count_changes(compared, view.pack.statuses).set_index("status")
            named = zip(view.pack.statuses, listed["counts"], strict=True)
            assert {status: [*count.values()] for status, count in named if status != NO_REPORT} == {
                status: row.tolist() for status, row in counts.iterrows()
            }


@pytest.mark.slow
def test_each_day_has_the_changes_of_status_that_it_has_in_python(views: list[View], answers: list[dict[str, Any]]):
    for view, answer in zip(views, answers, strict=True):
        changes = changes_between(view.timeline, START - dt.timedelta(days=1), END)
        by_day = changes.groupby("date")["place_id"].agg(list)
        assert answer["changedOn"] == [sorted(by_day.get(pd.Timestamp(day(number)), [])) for number in DAYS]


@pytest.mark.slow
def test_the_same_places_are_blind_spots_as_in_python(
    views: list[View], answers: list[dict[str, Any]], questions: dict[str, list[Any]]
):
    for view, answer in zip(views, answers, strict=True):
        for (number, older_than), answered in zip(questions["silences"], answer["blind"], strict=True):
            rows = in_order(view, as_of(view.timeline, day(number)))
            assert answered == is_blind_spot(rows, day(number), older_than).tolist()


@pytest.mark.slow
def test_the_head_counts_the_districts_of_a_day_as_python_does(
    views: list[View], answers: list[dict[str, Any]], questions: dict[str, list[Any]]
):
    seen = set()
    for view, answer in zip(views, answers, strict=True):
        for number, counted in zip(questions["days"], answer["counts"], strict=True):
            now = as_of(view.timeline, day(number))
            rows = headline(now, now, view.pack.statuses)
            assert counted["districts"] == rows["districts"].tolist()
            assert [counted[name] for name in _RESTS] == rows.loc[0, ["older", "by_area", "on_claims"]].tolist()
            seen |= {name for name in _RESTS if counted[name]}
        for (number, older_than), counted in zip(questions["silences"], answer["blindDistricts"], strict=True):
            assert counted == count_blind_districts(as_of(view.timeline, day(number)), day(number), older_than)
    assert seen == set(_RESTS)


def in_order(view: View, rows: Any) -> Any:
    """Return rows in the order of the theatre's places, which is that of the map."""
    return rows.set_index("place_id").loc[view.pack.theatre.places["place_id"]]


def test_the_codes_of_the_timeline_file_are_the_same_on_both_sides():
    module = (LAYER_FOLDER / "timeline.js").as_uri()
    answer = run_node("--input-type=module", "--eval", f'console.log(JSON.stringify({{...await import("{module}")}}))')
    assert json.loads(answer.stdout) == {
        "ABOUT": ABOUT_BIT,
        "AREA": AREA_BIT,
        "CLAIM": CLAIM_BIT,
        "LIGHT": LIGHT_BIT,
        "DISPUTED": DISPUTED_BIT,
        "RETAKEN": RETAKEN_BIT,
        "USER_SUPPLIED": USER_SUPPLIED_BIT,
        "UNNAMED": UNNAMED_BIT,
        "AT_LEAST": AT_LEAST_BIT,
        "NOBODY": -1,
        **{change.name: code for code, change in enumerate(Change)},
    }


@pytest.mark.slow
def test_people_add_up_to_what_python_sums(views, questions, answers):
    for view, answer in zip(views, answers, strict=True):
        for day_number, people in zip(questions["days"], answer["people"], strict=True):
            now = as_of(view.timeline, START + dt.timedelta(days=day_number))
            sizes = sizes_by_status(now, view.pack.theatre.places, view.pack.statuses)
            assert people == sizes["population"].fillna(0).tolist()


def test_numbers_are_written_as_python_writes_them(questions, answers):
    assert answers[0]["rounded"] == [format_rounded(number) for number in questions["numbers"]]
