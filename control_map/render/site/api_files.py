"""The API as files: what the server answers under the same paths, for scripts and for readers by the million.

A host finds files by their names, so the day that the API takes as a parameter is part of the path, as in
`api/v1/status/2021-07-09.geojson`. A day has one file of statuses: what is the same every day, such as the borders and
other names of a place, is in `places.json` and `places.geojson`, once, under the same `place_id`. The summary of a day
is the API's own CSV: most of its 60 columns are zero, and their names would weigh four times as much as the numbers.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from control_map.core.arrays import to_compact_json
from control_map.core.errors import WriteError
from control_map.pipeline.view import View
from control_map.render import answers, feeds
from control_map.render.answers import Answer, write_answer

API_FOLDER = "api/v1/"
"""Where the files of the API lie, below the page."""
MOST_DAYS = 1_000
"""Days of the longest period that is written: each has two files, some 0.25 MB for a theatre of 500 places."""
STATUS_COLUMNS = "place_id kind name province_id status basis claimed_by disputed confidence since".split()
STATUS_COLUMNS += "last_reported reports why rests_on".split()
"""The columns of the status of each day: the API's, without what is in `places.json`, `theatre.json` and the head."""
REPORT_COLUMNS = "report_id role reason sentence via event_date reported_date counts_from claim asserts actor".split()
REPORT_COLUMNS += "who claimant_side interest reliability credibility source_url because_of".split()
"""What a place's file says of each report on it; `reports.json` has the rest under the same `report_id`."""


def make_api_files(view: View) -> dict[str, bytes]:
    """Return the files of the API by their names, with an index of all as the last.

    Raises
    ------
    WriteError
        If the period is longer than `MOST_DAYS`.
    """
    files = {f"{API_FOLDER}{name}": content for name, content in _list_files(view)}
    return {**files, f"{API_FOLDER}index.json": _index(view)}


def period_days(view: View) -> list[dt.date]:
    """Return the days of the period."""
    theatre = view.pack.theatre
    count = (theatre.period_end - theatre.period_start).days + 1
    if count > MOST_DAYS:
        raise WriteError(
            f"The period has {count:,} days, and the API as files has a file for each of at most {MOST_DAYS:,}. "
            "Leave out --api, or shorten [period] in theatre.toml."
        )
    return [theatre.period_start + dt.timedelta(days=number) for number in range(count)]


def _list_files(view: View) -> Iterator[tuple[str, bytes]]:
    theatre = view.pack.theatre
    days = period_days(view)
    yield "theatre.json", to_compact_json(_describe_theatre(view))
    of_period = {
        "places": answers.places(view),
        "changes": answers.changes(view, dt.date.min, theatre.period_end),
        "reports": answers.reports(view),
        "trend": answers.trend(view),
        "totals": answers.totals(view),
    }
    for name, answer in of_period.items():
        yield f"{name}.json", _write(answer, "json")
    yield "places.geojson", _write(of_period["places"], "geojson")
    yield "trend.csv", _write(of_period["trend"], "csv")
    for place_id, answer in answers.histories(view, theatre.period_end):
        yield place_path(place_id), _write(_with_arguments(view, place_id, answer), "json")
    for day in days:
        yield f"status/{day}.geojson", _write(_with_points(answers.status(view, day)), "geojson")
        yield f"summary/{day}.csv", _write(answers.summary(view, day), "csv")


def place_path(place_id: str) -> str:
    """Return the path of a place's file below `API_FOLDER`."""
    return f"places/{feeds.plain_name(place_id)}.json"


def _write(answer: Answer, form: str) -> bytes:
    """Return an answer as the API does: all rows are on one page."""
    return write_answer(replace(answer, more={**answer.more, "count": len(answer.rows), "next": None}), form)


def _with_points(status: Answer) -> Answer:
    rows = status.rows
    assert isinstance(rows, gpd.GeoDataFrame)
    points = shapely.point_on_surface(rows.geometry.to_numpy())
    lean = gpd.GeoDataFrame(pd.DataFrame(rows[STATUS_COLUMNS]), geometry=points, crs=rows.crs)
    return replace(status, rows=lean, more={**status.more, "places": "../places.json", "borders": "../places.geojson"})


def _with_arguments(view: View, place_id: str, history: Answer) -> Answer:
    """Add to the statuses of a place the argument for each, on its last day, and the reports with their roles."""
    last, argument = view.pack.theatre.period_end, view.explainer.arguments_by_place[place_id]
    spans = []
    for row in history.rows[["valid_from", "valid_to"]].to_dict("records"):
        begin, end = (None if pd.isna(day) else day.date() for day in row.values())
        day = last if end is None else min(end - dt.timedelta(days=1), last)
        explained = argument.on(day)
        current = [report["report_id"] for report in explained["evidence"] if report["current"]]
        spans.append(
            {"valid_from": begin, "valid_to": end, "date": day, "explanation": explained["explanation"]}
            | {"reports": current}
        )
    reports = [
        {name: report[name] for name in REPORT_COLUMNS}
        for report in reversed(argument.reports)
        if report["counts_from"] <= last
    ]
    return replace(history, more={**history.more, "spans": spans, "reports": reports})


def _describe_theatre(view: View) -> dict[str, Any]:
    pack, theatre = view.pack, view.pack.theatre
    head = Answer(pd.DataFrame(), answers.places(view).provenance).head()
    return {
        **head,
        "country": theatre.country,
        "period_start": theatre.period_start,
        "period_end": theatre.period_end,
        "opens_on": theatre.opens_on,
        "statuses": [{"id": name, "label": label} for name, label in pack.status_labels.items()],
        "provinces": [{"id": name, "name": label} for name, label in theatre.province_names.items()],
    }


def _index(view: View) -> bytes:
    theatre = view.pack.theatre
    places = {str(each): place_path(str(each)) for each in theatre.places["place_id"]}
    paths: Mapping[str, str] = {
        "theatre.json": "The theatre: its period, statuses, provinces and credits.",
        "status/{date}.geojson": "Who is assessed to hold each place on a day, and why, with a point on each.",
        "summary/{date}.csv": "Each province's districts by status, with area, population, changes and silence.",
        "places.json": "The places of the theatre: names, kind, province, area, population and a point on each.",
        "places.geojson": "The places with their borders.",
        "places/{place}.json": (
            "`rows`: the statuses that a place has had. `spans`: for each, the argument in words, on its last day, and "
            "the reports of the status. `reports`: all that count, with role and reason; in a span, those whose "
            "`counts_from` is before `valid_to`."
        ),
        "changes.json": "Every change of status in the period.",
        "reports.json": "All reports, with the role of each under the rule.",
        "trend.json": "The districts by status on every day.",
        "trend.csv": "The same as a table.",
        "totals.json": "Totals that others published, each beside the map's comparable count.",
    }
    return to_compact_json(
        {
            **Answer(pd.DataFrame(), answers.places(view).provenance).head(),
            "paths": [{"path": path, "title": title} for path, title in paths.items()],
            "dates": {"first": theatre.period_start, "last": theatre.period_end},
            "places": places,
            "feeds": [f"../../{feeds.feed_path(feeds.THEATRE, form)}" for form in feeds.FORMATS],
        }
    )
