"""The examples on the API's page work as they stand, and so does a chart as a newcomer would draw it."""

import html
import json
import shlex
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import altair as alt
import pandas as pd
import pytest

from control_map.api import examples
from control_map.api.access import NamedFolder
from tests.conftest import HERAT
from tests.support.api_client import serving

pytestmark = pytest.mark.slow
THEATRE = NamedFolder("herat-2021", HERAT)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving(HERAT) as served:
        yield served


def test_each_command_and_each_line_of_python_works_as_it_stands(
    address: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    made = examples.make_examples(THEATRE, address)
    assert len(made) == 10
    for example in made:
        _, asked = shlex.split(example.command)
        with urllib.request.urlopen(asked) as answered:
            assert json.load(answered)["rows"], example.path
        names: dict[str, object] = {}
        exec(example.python, names)
        assert len(names["rows"]) > 0, example.path
        assert names.get("chart") or capsys.readouterr().out, example.path
    assert {path.name for path in tmp_path.iterdir()} == {"map.html", "trend.html"}


def test_a_chart_of_a_provinces_districts_takes_the_lines_of_the_page(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    with urllib.request.urlopen(f"{address}/") as page:
        assert "alt.Chart" in page.read().decode()
    python = next(each.python for each in examples.make_examples(THEATRE, address) if each.path == "/trend")
    names: dict[str, object] = {}
    exec(python, names)
    chart = names["chart"]
    assert isinstance(chart, alt.Chart)
    days = names["days"]
    assert isinstance(days, pd.DataFrame)
    assert len(set(days.groupby("date")["districts"].sum())) == 1
    assert set(days["status"]) >= {"taliban", "government", "contested", "unknown", "no_report"}
    assert chart.to_dict()["encoding"]["color"]["scale"]["range"][0].startswith("#")


def test_each_feed_of_the_page_is_read_by_its_lines_of_python(address: str, capsys: pytest.CaptureFixture[str]):
    with urllib.request.urlopen(f"{address}/") as page:
        shown = html.unescape(page.read().decode())
    lines = [each.python for each in examples.make_examples(THEATRE, address)]
    assert all(f"<pre>{python}</pre>" in shown for python in lines)
    made = examples.make_feed_examples(THEATRE, address)
    assert len(made) == 4
    assert f"<pre>{made[0].python}</pre>" in shown
    for example in made:
        assert f'href="{example.address}"' in shown
        names: dict[str, object] = {}
        exec(example.python, names)
        assert not names["feed"].bozo
        assert " 2021: " in capsys.readouterr().out, example.title
