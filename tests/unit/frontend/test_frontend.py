"""The map's scripts: linted, tested by Node, and joined to what a page can hold."""

import subprocess
from graphlib import CycleError
from pathlib import Path

import pytest

from control_map.render.map.assets import LAYER_FOLDER, join_modules
from tests.unit.frontend.node import FOLDER, required, run_node

PACKAGE = LAYER_FOLDER.parents[2]
ENTRIES = {
    "board.js": LAYER_FOLDER / "board.js",
    "site.js": PACKAGE / "render" / "site" / "frontend" / "site.js",
    "bridge.js": PACKAGE / "ui" / "map" / "bridge.js",
}


@pytest.fixture(scope="module")
def linter() -> None:
    """Install the linter that `package-lock.json` pins, unless it is there."""
    installed = FOLDER / "node_modules" / ".package-lock.json"
    if installed.exists() and installed.stat().st_mtime >= (FOLDER / "package-lock.json").stat().st_mtime:
        return
    command = [required("npm"), "ci", "--no-audit", "--no-fund"]
    answer = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, check=False, timeout=300)
    assert answer.returncode == 0, answer.stderr


def test_the_units_of_the_scripts_do_what_their_tests_say(tmp_path: Path):
    for name, entry in ENTRIES.items():
        (tmp_path / name).write_bytes(join_modules(entry))
    answer = run_node("--test", JOINED_SCRIPTS=str(tmp_path))
    assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.mark.slow
@pytest.mark.usefixtures("linter")
def test_the_scripts_are_clean():
    answer = run_node("lint.mjs")
    assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.mark.slow
@pytest.mark.usefixtures("linter")
@pytest.mark.parametrize(
    ("module", "fault"),
    [
        ("export default 1;\n", "Export by name"),
        ('import a from "./a.js";\na();\n', "Import by name"),
        ('import * as all from "./a.js";\nall();\n', "Import by name"),
        ('import {a} from "leaflet";\na();\n', "Import from relative paths"),
        ('export {a} from "./a.js";\n', "Export declarations only"),
        ("const unused = 1;\n", "no-unused-vars"),
        ("export const a = () => notImported();\n", "no-undef"),
        ("export const write = (box, text) => { box.innerHTML = text; };\n", "untrusted"),
    ],
)
def test_what_could_not_be_joined_or_is_a_mistake_is_found(module: str, fault: str):
    answer = run_node("lint.mjs", "-", given=module)
    assert answer.returncode == 1
    assert fault in answer.stdout


def test_each_module_follows_those_that_it_imports_and_comes_once(tmp_path: Path):
    (tmp_path / "parts").mkdir()
    (tmp_path / "main.js").write_text('/* Main. */\nimport {b} from "./parts/b.js";\nimport "./parts/a.js";\n\nb();\n')
    (tmp_path / "parts" / "b.js").write_text('import {a, c} from "./a.js";\n\nexport function b() {\n  a(c);\n}\n')
    (tmp_path / "parts" / "a.js").write_text("export const a = console.log;  // kept\n  // gone\nexport const c = 1;\n")
    joined = join_modules(tmp_path / "main.js").decode()
    a, b, main = "const a = console.log;  // kept\nconst c = 1;\n", "function b() {\n  a(c);\n}\n", "b();\n"
    assert joined == f'(() => {{ "use strict"; {{\n{a}\n{b}\n{main}}} }})();\n'


def test_modules_that_import_each_other_in_a_circle_are_not_joined(tmp_path: Path):
    (tmp_path / "a.js").write_text('import {b} from "./b.js";\nexport const a = b;\n')
    (tmp_path / "b.js").write_text('import {a} from "./a.js";\nexport const b = a;\n')
    with pytest.raises(CycleError):
        join_modules(tmp_path / "a.js")
