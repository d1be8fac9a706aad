"""Every number on the page equals the one in the file that is exported of the same view."""

import datetime as dt
import re
from urllib.parse import parse_qsl

import geopandas as gpd
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from control_map.analysis.blind_spots import BLIND_SPOT_DAYS
from control_map.analysis.summary import COMPARED_DAYS
from control_map.core.rules import adjust
from control_map.pipeline.pack import Pack
from control_map.pipeline.view import apply_rule
from control_map.render.export import writing
from tests.conftest import SHIPPED
from tests.support.html_tables import tables
from tests.support.shown_board import command, counts

APP = str(SHIPPED.parents[1] / "app.py")
VIEWS = {
    "": {},
    "date=2021-08-10&since=month": {"date": dt.date(2021, 8, 10), "since": dt.date(2021, 7, 11)},
    "date=2021-08-20&rule=latest&hardening-days=2": {
        "date": dt.date(2021, 8, 20),
        "rule": "latest",
        "changed": {"hardening_days": 2},
    },
    "date=2021-06-25&known=on-a-date&known-date=2021-07-01&since=start": {
        "date": dt.date(2021, 6, 25),
        "known_on": dt.date(2021, 7, 1),
        "since": dt.date(2021, 5, 1),
    },
}


@pytest.fixture(scope="module", params=VIEWS, ids=lambda query: query or "the first view")
def opened(
    request, shipped: Pack, tmp_path_factory: pytest.TempPathFactory
) -> tuple[AppTest, gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """The page, and what the command line and the page export of the same view: the day shown and the earlier one."""
    asked = VIEWS[request.param]
    app = AppTest.from_file(APP, default_timeout=60)
    for name, text in parse_qsl(request.param):
        app.query_params[name] = text
    app.run()
    assert not app.exception
    rule = adjust(shipped.rule(asked.get("rule")), asked.get("changed", {}))
    view = apply_rule(shipped, rule, asked.get("known_on"))
    date = asked.get("date", shipped.theatre.opens_on)
    exported = []
    for day in (date, asked.get("since", date - dt.timedelta(days=7))):
        path = tmp_path_factory.mktemp("exported") / f"{day}.geojson"
        writing.write_export(view, day, path)
        exported.append(gpd.read_file(path))
    return app, *exported


def html_with(app: AppTest, mark: str) -> str:
    return next(each.body for each in app.get("html") if mark in each.body and "<style" not in each.body)


def open_tab(app: AppTest, name: str) -> AppTest:
    app.session_state["tab"] = name
    app.run()
    assert not app.exception
    return app


def number(text: str) -> int:
    return int(text.replace("\u2212", "-").replace(",", "") or 0)


def districts(rows: gpd.GeoDataFrame) -> pd.Series:
    return rows.loc[rows["kind"] == "district", "status"].value_counts()


def test_the_head_counts_what_is_exported(opened, shipped):
    app, now, before = opened
    counted, earlier = districts(now), districts(before)
    day, compared = command(app)["day"], command(app)["compared"]
    since = day - COMPARED_DAYS if compared is None else compared if compared >= 0 else day + compared
    for status in shipped.statuses:
        assert counts(app)[status] == counted.get(status, 0)
        assert counts(app, max(since, 0 if compared is not None else -1))[status] == earlier.get(status, 0)


def test_the_provinces_count_what_is_exported(opened, shipped):
    app, now, before = opened
    (table,) = tables(html_with(app, "cm-provinces"))
    head, *rows = table
    first = 4  # after the name, the number of districts, the bar and the line
    labels = [shipped.styles[status].label for status in shipped.statuses]
    assert head[first : first + len(labels)] == labels
    assert len(rows) == 1 + now["province"].nunique()
    for row in rows:
        own, past = (districts(each if row[0] == "All" else each[each["province"] == row[0]]) for each in (now, before))
        cells = row[first : first + len(labels)]
        shown = [cell.split(" ") for cell in cells] + [[""]] * (len(labels) - len(cells))
        for status, (count, *change) in zip(shipped.statuses, shown, strict=True):
            assert number(count) == own.get(status, 0), (row, status)
            assert number("".join(change)) == own.get(status, 0) - past.get(status, 0), (row, status)


def test_the_border_shows_what_is_exported(opened, shipped):
    app, now, _ = opened
    rows = [row for table in tables(html_with(open_tab(app, "Border"), "cm-border")) for row in table]
    crossings = now[now["kind"] == "crossing"].set_index("name")
    labels = {status: style.label for status, style in shipped.styles.items()}
    for name, status in crossings["status"].items():
        (row,) = [row for row in rows if row[0].startswith(f"{name} ")]
        assert row[1].startswith(labels[status]), row


def test_the_blind_spots_are_those_that_are_exported(opened):
    app, now, _ = opened
    blind = now[~(now["days_silent"] <= BLIND_SPOT_DAYS)]
    text = html_with(open_tab(app, "No recent news"), "cm-wide")
    assert f"{len(blind)} of {len(now)}" in re.sub(r"<[^>]+>", "", text)
