"""The API, the command line and the exported file say the same of a view, to the letter."""

import csv
import datetime as dt
import io
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from functools import cache
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from control_map.cli import common, main
from control_map.core.rules import PARAMETERS, Rule, adjust, read_settings
from control_map.pipeline.pack import load_pack
from control_map.pipeline.view import View, apply_rule
from control_map.render.export import writing
from tests.conftest import HERAT
from tests.support.api_client import Client, asking

PACK = load_pack(HERAT)
START, END = PACK.theatre.period_start, PACK.theatre.period_end
DAYS = st.dates(START - dt.timedelta(days=20), END + dt.timedelta(days=20))
SETTINGS = st.sampled_from(
    [f"{name}={each.write(value)}" for name, each in PARAMETERS.items() for value in each.options]
)
VIEWS = st.fixed_dictionaries(
    {"rule": st.sampled_from([rule.id for rule in PACK.rules])},
    optional={"known_on": DAYS, "set": st.lists(SETTINGS, max_size=2, unique_by=lambda text: text.partition("=")[0])},
)
COMMANDS = ["status", "changes", "summary", "trend", "totals", "reports"]
PERIODS = st.lists(DAYS, min_size=2, max_size=2).map(sorted)


@pytest.fixture(scope="module")
def api() -> Iterator[Client]:
    with asking(HERAT) as client:
        yield client


@cache
def view_of(rule: Rule, known_on: dt.date | None) -> View:
    return apply_rule(PACK, rule, known_on)


@pytest.fixture(scope="module", autouse=True)
def _each_view_is_made_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(common, "load_pack", lambda _: PACK)
        patched.setattr(common, "apply_rule", lambda _, rule, known_on, **__: view_of(rule, known_on))
        yield


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def rows_of_command(command: str, view: dict, **options: object) -> list[dict[str, str]]:
    given_options = {**view, **options, "pack": HERAT, "format": "csv"}
    arguments = [command]
    for name, value in given_options.items():
        for each in value if isinstance(value, list) else [value]:
            arguments += [f"--{name.replace('_', '-')}", str(each)]
    out = io.StringIO()
    with pytest.MonkeyPatch.context() as patched, redirect_stdout(out):
        patched.setattr(sys, "argv", ["control_map", *arguments])
        with pytest.raises(SystemExit) as left:
            main.main()
    assert not left.value.code
    return rows_of(out.getvalue())


def rows_of_api(api: Client, path: str, view: dict, **parameters: object) -> list[dict[str, str]]:
    got = api.get(f"/api/v1/{path}.csv?{urlencode({**view, **parameters}, doseq=True)}")
    assert got.status_code == 200, got.text
    return rows_of(got.text)


def in_columns(rows: list[dict[str, str]], columns: list[str]) -> list[dict[str, str]]:
    return [{name: row[name] for name in columns} for row in rows]


@given(view=VIEWS, period=PERIODS, commands=st.sets(st.sampled_from(COMMANDS), min_size=2, max_size=3))
def test_the_api_says_of_a_view_what_the_commands_say_and_what_is_exported(
    api: Client, view: dict, period: list[dt.date], commands: set[str], tmp_path_factory: pytest.TempPathFactory
):
    since, date = period
    asked = {
        "status": ({"date": date}, {"date": date}),
        "changes": ({"from": since, "to": date}, {"since": since, "date": date}),
        "summary": ({"since": since, "date": date}, {"since": since, "date": date}),
        "trend": ({}, {}),
        "totals": ({}, {}),
        "reports": ({"to": date}, {"to": date}),
    }
    for command in commands:
        options, parameters = asked[command]
        written, answered = rows_of_command(command, view, **options), rows_of_api(api, command, view, **parameters)
        assert len(written) == len(answered)
        if written:
            assert in_columns(answered, list(written[0])) == written, command

    rule = adjust(PACK.rule(view["rule"]), read_settings(view.get("set", [])))
    path = tmp_path_factory.mktemp("exported") / "status.plain.csv"
    writing.write_export(view_of(rule, view.get("known_on")), date, path, since=since)
    exported = rows_of(path.read_text("utf-8"))
    answered = rows_of_api(api, "status", view, date=date, since=since)
    shared = [name for name in exported[0] if name in answered[0]]
    assert set(exported[0]) - set(shared) == {"changed_from", "changed_to", "rows"}
    assert in_columns(answered, shared) == in_columns(exported, shared)

    for row in answered[::6]:
        place_id, of_place = row["place_id"], ["status", "since", "reports", "why"]
        place = rows_of_api(api, f"places/{place_id}", view, date=date)
        assert in_columns(place[-1:], of_place) == in_columns([row], of_place)
        query = urlencode({**view, "date": date}, doseq=True)
        explained = api.get(f"/api/v1/places/{place_id}/explain?{query}").json()
        assert explained["argument"]["status"] == row["status"]
