"""The API, the feeds, the published files, the exports and the page say the same of generated views."""

import csv
import datetime as dt
import io
import json
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlencode

import pytest
from streamlit.testing.v1 import AppTest

from control_map.core.rules import PARAMETERS, adjust, read_settings
from control_map.pipeline.pack import Pack, load_pack
from control_map.pipeline.view import View, apply_rule
from control_map.render import feeds
from control_map.render.export import writing
from control_map.render.site import api_files
from control_map.ui.toolbar.method import publication_period
from tests.app.conftest import APP
from tests.support.api_client import Client, asking
from tests.support.html_tables import tables
from tests.support.made_up import END, START, THEATRE, write_pack, written
from tests.support.shown_board import counts

pytestmark = pytest.mark.law
DAYS = [START + dt.timedelta(days=number) for number in range(13)]
TOML = THEATRE.replace(f"end = {END}", f"end = {DAYS[-1]}")
PLACES = [
    ("Aldermoor", "Harrow", "district"),
    ("Brackwater", "Harrow", "district"),
    ("Stonefen", "Velden", "district"),
    ("Aldermoor", "Harrow", "provincial_capital"),
    ("Kestrel Gate", "Velden", "crossing"),
]
PACKS, VIEWS = 4, 20


def any_report(draw: Random, number: int) -> dict[str, str]:
    (place, province, kind), day = draw.choice(PLACES), draw.randrange(-3, 12)
    event = START + dt.timedelta(days=day)
    outlet = draw.choice(("Daily Fen", "Weekly Fen", "Marsh Radio"))
    return written(
        number,
        place_text=place,
        province_text=province,
        place_kind=kind,
        claim=draw.choice(("captured", "retaken", "held", "contested", "withdrew", "handed_over")),
        actor=draw.choice(("red", "blue", "green")),
        claimant_side=draw.choice(("independent", "red", "blue")),
        event_date=str(event),
        reported_date=str(event + dt.timedelta(days=draw.randrange(6))),
        origin=outlet,
        source_name=outlet,
        reliability=draw.choice("ABCDE"),
        credibility=draw.choice("12345"),
    )


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder, draw = tmp_path_factory.mktemp("packs"), Random(19)
    return [
        write_pack(folder / f"marsh-{number}", [any_report(draw, each) for each in range(30)], {"theatre.toml": TOML})
        for number in range(PACKS)
    ]


@pytest.fixture(scope="module")
def server(folders: list[Path]) -> Iterator[Client]:
    with asking(folders[0].parent) as client:
        yield client


pack_in = cache(load_pack)


def any_view(pack: Pack, draw: Random) -> tuple[View, dict[str, Any]]:
    """Return a view, and the parameters that name it in an address."""
    named: dict[str, Any] = {"theatre": pack.theatre.id, "rule": draw.choice(pack.rules).id}
    if draw.random() < 0.5:
        name = draw.choice(list(PARAMETERS))
        named["set"] = f"{name}={PARAMETERS[name].write(draw.choice(PARAMETERS[name].options))}"
    if draw.random() < 0.5:
        first, last = publication_period(pack)
        named["known_on"] = first + dt.timedelta(days=draw.randrange((last - first).days + 1))
    rule = adjust(pack.rule(named["rule"]), read_settings([named["set"]] if "set" in named else []))
    return apply_rule(pack, rule, named.get("known_on")), named


def districts_by_status(rows: list[dict[str, Any]], pack: Pack) -> dict[str, int]:
    held = [row["status"] for row in rows if row["kind"] == "district"]
    return {status: held.count(status) for status in pack.statuses}


def change_of(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in ("place_id", "date", "before", "after"))


@pytest.mark.parametrize("number", range(VIEWS))
def test_api_feeds_files_exports_and_page_say_the_same_of_a_view(
    number: int, folders: list[Path], server: Client, tmp_path: Path
):
    draw, pack = Random(number), pack_in(folders[number % PACKS])
    view, named = any_view(pack, draw)
    since, date = sorted(draw.sample(DAYS, 2))

    def ask(path: str, **more: Any) -> Any:
        got = server.get(f"/api/v1/{path}?{urlencode({**named, **more})}")
        assert got.status_code == 200, got.text
        return got.json()["rows"]

    status, summary, changes = (ask(name, since=since, date=date) for name in ("status", "summary", "changes"))

    files = api_files.make_api_files(view)
    features = json.loads(files[f"api/v1/status/{date}.geojson"])["features"]
    assert [each["properties"] for each in features] == [
        {name: row[name] for name in api_files.STATUS_COLUMNS} for row in status
    ]
    on_file = json.loads(files["api/v1/changes.json"])["rows"]
    # Only what counts as a reversal depends on the earlier day, which of the file is before all others.
    assert [{**row, "reversal": None} for row in on_file if str(since) < row["date"] <= str(date)] == [
        {**row, "reversal": None} for row in changes
    ]
    by_province = list(csv.DictReader(io.StringIO(files[f"api/v1/summary/{date}.csv"].decode())))
    for row, on_page in zip(summary, by_province, strict=True):
        assert [on_page[name] for name in pack.statuses] == [str(row[name]) for name in pack.statuses]
    for row in status:
        spans = json.loads(files[f"api/v1/places/{row['place_id']}.json"])["rows"]
        (span,) = [
            each
            for each in spans
            if (each["valid_from"] or "") <= str(date) and (each["valid_to"] is None or str(date) < each["valid_to"])
        ]
        assert [span[name] for name in ("status", "since", "why")] == [row[name] for name in ("status", "since", "why")]

    fed = [item["_control_map"] for item in server.get(f"/feed.json?{urlencode(named)}").json()["items"]]
    assert fed == [item["_control_map"] for item in json.loads(feeds.make_feed(view, feeds.THEATRE, "json"))["items"]]
    assert sorted(change_of(each) for each in fed if str(since) < each["date"] <= str(date)) == sorted(
        map(change_of, changes)
    )

    path = tmp_path / "status.plain.csv"
    writing.write_export(view, date, path, since=since)
    exported = list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))
    shared = ("place_id", "status", "since", "reports", "why")
    assert [[row[name] for name in shared] for row in exported] == [
        ["" if row[name] is None else str(row[name]) for name in shared] for row in status
    ]

    page = AppTest.from_file(APP, default_timeout=60)
    for name, value in {**named, "since": since, "date": date}.items():
        page.query_params[name] = str(value)
    page.run()
    assert not page.exception
    assert not [each for each in page.get("html") if "should be" in each.body], "the page reads the same parameters"
    counted = districts_by_status(status, pack)
    assert {status: count for status, count in counts(page).items() if status in counted} == counted
    table = next(each.body for each in page.get("html") if "cm-provinces" in each.body and "<style" not in each.body)
    ((head, *rows),) = tables(table)
    labels = [pack.styles[status].label for status in pack.statuses]
    columns = [head.index(label) for label in labels]
    assert [second - first for first, second in pairwise(columns)] == [1] * (len(labels) - 1)
    shown = {row[0]: [row[column] if column < len(row) else "" for column in columns] for row in rows}
    for row in summary:
        wanted = [(row[name], row[f"{name}_change"]) for name in pack.statuses]
        cells = [cell.replace("\u2212", "-").split() for cell in shown[row["province"]]]
        assert [(int(count[0]) if count else 0, int(count[1]) if count[1:] else 0) for count in cells] == wanted
