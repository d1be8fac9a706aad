"""The command `export`: which file it writes, and what it says when it cannot."""

import datetime as dt
import sys
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest

from control_map.cli import main
from control_map.pipeline.pack import Pack
from control_map.pipeline.view import apply_rule
from tests.conftest import SHIPPED
from tests.support.made_up import written


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str, str]]:
    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["control_map", "export", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            main.main()
        return int(left.value.code or 0), *capsys.readouterr()

    return run


@pytest.mark.slow
def test_it_writes_the_status_on_a_day_in_the_format_of_the_ending(run, tmp_path: Path, shipped: Pack):
    path = tmp_path / "map.geojson"
    code, out, err = run("--date", "2021-07-09", "--to", path, "--since", "2021-06-09", "--rule", "latest")
    assert (code, err) == (0, "")
    assert f"{path} is written" in out.replace("\n", "")
    back = gpd.read_file(path)
    view = apply_rule(shipped, shipped.rule("latest"))
    assert back["status"].tolist() == view.status(dt.date(2021, 7, 9))["status"].tolist()
    assert set(back["change"]) >= {"gained", "unchanged"}


@pytest.mark.slow
def test_it_writes_one_table_if_it_is_named(run, tmp_path: Path):
    path = tmp_path / "map.gpkg"
    assert run("--date", "2021-07-09", "--to", path, "--what", "evidence", "--known-on", "2021-07-09")[0] == 0
    assert set(pyogrio.list_layers(path)[:, 0]) == {"evidence", "provenance"}
    facts = dict(pyogrio.read_dataframe(path, layer="provenance").itertuples(index=False))
    assert facts["reports_published_by"] == "2021-07-09"


@pytest.mark.slow
def test_it_writes_another_pack_under_an_adjusted_rule(run, make_pack, tmp_path: Path):
    pack, path = make_pack([written()]), tmp_path / "map.geojson"
    assert run("--date", "2021-05-10", "--to", path, "--pack", pack, "--set", "baseline=false")[0] == 0
    assert gpd.read_file(path).set_index("place_id")["status"].to_dict()["H2"] == "red"
    assert '"rule":"Assessed, adjusted: baseline=False"' in path.read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "result"),
    [
        (("--to", "map.shp"), r"\.geojson"),
        (("--to", "nowhere/map.kml"), "cannot be written"),
        (("--to", "map.kml", "--since", "2021-08-01"), "earlier day"),
        (("--to", "map.kml", "--what", "everything"), "evidence"),
        ((), "--to"),
    ],
)
def test_what_it_cannot_do_is_one_message_and_no_file(run, tmp_path: Path, monkeypatch, arguments, result):
    monkeypatch.chdir(tmp_path)
    code, out, err = run("--date", "2021-07-09", *arguments, "--pack", SHIPPED)
    assert code == 2
    assert out == ""
    assert result.replace("\\", "") in " ".join(err.replace("\u2502", "").split())
    assert "Traceback" not in err
    assert not list(tmp_path.iterdir())
