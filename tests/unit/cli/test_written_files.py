"""No command writes over a file that it reads, and none can forget to look."""

import inspect
from pathlib import Path
from typing import Any, get_args

import pytest
import typer

from control_map.cli import main
from control_map.cli.app import WRITTEN, app
from control_map.core.errors import WriteError
from control_map.theatre import safe_write

COMMANDS = {str(each.name): each.callback for each in app.registered_commands if each.callback}


def takes_path(parameter: inspect.Parameter) -> bool:
    return "pathlib.Path" in str(get_args(parameter.annotation)[:1])


def test_all_commands_are_looked_at():
    assert main.app is app
    assert {"picture", "film", "publish", "export", "brief", "import", "extract", "add"} <= COMMANDS.keys()


@pytest.mark.parametrize("name", COMMANDS)
def test_a_file_that_is_both_read_and_written_is_refused(tmp_path: Path, name: str):
    (tmp_path / "one").write_text("")
    parameters = inspect.signature(COMMANDS[name]).parameters.values()
    given: dict[str, Any] = dict.fromkeys([each.name for each in parameters])
    for each in parameters:
        if takes_path(each):
            given[each.name] = [tmp_path / "one"] if "list[" in str(each.annotation) else tmp_path / "one"
            helped = get_args(each.annotation)[1].help or ""
            assert each.name in WRITTEN or " to write" not in helped, f"{each.name}: add it to WRITTEN"
    if any(given.get(own) for own in WRITTEN):
        with pytest.raises(typer.BadParameter, match="would be overwritten"):
            COMMANDS[name](**given)


def test_the_background_of_a_pack_is_one_of_its_files(tmp_path: Path):
    (tmp_path / "theatre.toml").write_text("")
    with pytest.raises(WriteError, match="is a file of a theatre pack"):
        safe_write.replace_file(tmp_path / "background.geojson", lambda path: path.write_text(""))
