"""Theatres unlike the shipped one: three parties far in the south-west, seven in Syria; every command and tab."""

import sys
from itertools import combinations
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from control_map.core.palette import INDISTINGUISHABLE_BELOW, colour_distance
from control_map.pipeline.pack import Pack, load_pack
from control_map.pipeline.view import apply_rule
from control_map.render.export.formats import FORMATS
from control_map.render.map.geometry_file import make_geometry_file
from control_map.theatre import discovery
from control_map.ui.tabs import registry
from tests.conftest import SHIPPED
from tests.support.far import run_to_end, write_far
from tests.support.made_up import THEATRE, write_pack
from tests.support.syria import PARTIES, write_syria

APP = str(SHIPPED.parents[1] / "app.py")


@pytest.fixture(scope="module")
def far(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_far(tmp_path_factory.mktemp("far") / "sur", points=True)


@pytest.fixture(scope="module")
def syria(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return load_pack(write_syria(tmp_path_factory.mktemp("syria") / "syria"))


COMMANDS = (
    "check",
    "status --date 2021-09-01",
    "explain XX00 --date 2021-09-01",
    "summary --date 2021-09-01",
    "silence --date 2021-09-01",
    "trend --by area",
    "compare --date 2021-09-01",
    "difference --since 2019-06-01 --date 2021-09-01",
    "changes --from 2019-06-01 --to 2021-09-01 --format text",
    "border --date 2021-09-01",
    "totals",
    "scales --date 2021-09-01",
    "sources",
    "reports Guemes",
    "brief --date 2021-09-01 --to brief.html",
    "publish --to map.html",
    "publish --to site",
    *(f"export --date 2021-09-01 --to map{suffix}" for suffix in FORMATS),
)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_answers_of_a_theatre_on_another_continent(command, far, tmp_path, monkeypatch, capsys):
    name, *options = command.split()
    monkeypatch.chdir(tmp_path)
    pack = [str(far)] if name == "check" else ["--pack", str(far)]
    monkeypatch.setattr(sys, "argv", ["control_map", name, *options, *pack])
    code = run_to_end()
    output = capsys.readouterr()
    assert code == 0, output.err
    assert "afghan" not in output.out.lower()


def test_the_whole_page_shows_a_theatre_on_another_continent_and_one_without_reports_or_points(
    far, tmp_path, monkeypatch
):
    empty = write_far(tmp_path / "vacio")
    header = (empty / "reports.csv").read_text("utf-8").splitlines()[0]
    (empty / "reports.csv").write_text(header + "\n", "utf-8")
    (empty / "theatre.toml").write_text((empty / "theatre.toml").read_text("utf-8").replace("La guerra", "El vacío"))
    # What the variable names may be a pack itself.
    monkeypatch.setenv("CONTROL_MAP_PACKS", f"{far}:{empty}")
    app = AppTest.from_file(APP, default_timeout=60).run()
    for title in ("La guerra del Sur", "El vacío del Sur"):
        app.session_state["open conflict"] = True
        app.run().selectbox(key="theatre").select(title).run()
        app.session_state["place"] = "XX00"
        app.run()
        for tab in registry.SECTIONS:
            app.session_state["tab"] = tab
            app.run()
            assert not app.exception, (title, tab)
            text = " ".join(element.body for element in app.get("html"))
            assert "Taliban" not in text, (title, tab)
    # This theatre states nothing on borders, areas and totals, and has no place with a symbol.
    shown = {tab.label for tab in app.tabs}
    assert "Provinces" in shown
    assert not {"Border", "Area claims", "Others' counts"} & shown
    assert app.pills(key="shown").options == ["Recent events", "No recent news"]


def test_theatres_are_chosen_by_title_and_namesakes_can_be_distinguished(tmp_path):
    folders = [
        write_pack(tmp_path / "one"),
        write_pack(tmp_path / "two"),
        write_pack(tmp_path / "three", [], {"theatre.toml": THEATRE.replace("A made-up war", "Another")}),
        write_pack(tmp_path / "not-toml", [], {"theatre.toml": "title = "}),
    ]
    assert list(discovery.pack_labels(folders).values()) == [
        "A made-up war (one)",
        "A made-up war (two)",
        "Another",
        "Not toml",
    ]


# Seven parties


def test_reports_in_two_scripts_find_their_places_in_syria(syria):
    assert syria.set_aside.empty
    found = syria.located.set_index("place_text")["place_id"]
    assert found["مدينة حلب"] == "CAP-SY02"
    assert found["Jebel Saman"] == "SY020000"
    assert found["تل رفعت"] == "SY020402"
    assert found["القنيطرة"] == "CAP-SY14"
    assert found["Abu Kamal"] == "X-abu-kamal"


def test_each_of_seven_parties_holds_what_was_reported_in_a_colour_of_its_own(syria):
    view = apply_rule(syria, syria.rule("latest"))
    assert {name for name, *_ in PARTIES} <= set(view.status(syria.theatre.period_end)["status"])
    shown = [look.colour for look in syria.styles.values()]
    assert min(colour_distance(one, other) for one, other in combinations(shown, 2)) > INDISTINGUISHABLE_BELOW


def test_the_map_of_syria_has_its_districts_provinces_and_neighbours(syria):
    drawn = make_geometry_file(syria.theatre, syria.styles).decode()
    for name in ("Rural Damascus", "Turkey", "Lebanon", "مركز جبل سمعان", "Southern Operations Room"):
        assert f'"{name}"' in drawn
