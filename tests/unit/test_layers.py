"""The folders follow the data's way, and the pure ones touch nothing outside; `pyproject.toml` has the contracts."""

import ast
from collections.abc import Iterator

import pytest
from importlinter.cli import lint_imports

from tests.conftest import SHIPPED

ROOT = SHIPPED.parents[1]
PACKAGE = ROOT / "control_map"
PURE = ("geocoding", "assessment", "analysis", "explanation")
CLOCKS = {"now", "utcnow", "today"}
OUTSIDE = {"open", "print", "read_csv", "read_file", "to_csv"}
CACHES = {"cache", "lru_cache", "functools.cache", "functools.lru_cache"}


def modules(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    """Yield the dotted name and the syntax tree of each module of the package, or of some of its folders."""
    for path in sorted(PACKAGE.rglob("*.py")):
        name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        if not folders or name.startswith(folders):
            yield name, ast.parse(path.read_text("utf-8"))


def test_imports_follow_the_contracts(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr("logging.config.dictConfig", lambda _: None)  # it would silence the loggers of other tests
    assert lint_imports(no_cache=True) == 0, capsys.readouterr().out


def test_the_top_of_the_package_has_folders_alone():
    there = {path.name for path in PACKAGE.iterdir() if path.name != "__pycache__"}
    assert {name for name in there if "." in name} == {"__init__.py", "__main__.py"}
    assert all(
        ast.get_docstring(ast.parse((PACKAGE / name / "__init__.py").read_text())) for name in there if "." not in name
    )


def test_the_pure_folders_read_no_clock_and_no_file():
    faults = []
    for name, tree in modules(*PURE):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if called in CLOCKS | OUTSIDE:
                    faults.append(f"{name}, line {node.lineno}: {called}")
    assert not faults


@pytest.mark.slow
def test_no_cache_of_the_process_holds_what_a_visitor_added():
    cached = set()
    for name, tree in modules():
        for node in ast.walk(tree):
            decorators = {ast.unparse(each).split("(")[0] for each in getattr(node, "decorator_list", ())}
            if decorators & CACHES:
                cached.add(f"{name}.{getattr(node, 'name', '')}")
    # Characters, widths that are forgotten after each drawing, titles, folders, phrasebooks, settings and their faults,
    # base maps, files of the program, words, columns.
    assert cached == {
        "api.access._log_fault",
        "api.access._read_once",
        "api.origins._origin_pattern",
        "core.characters._folded",
        "core.characters._look_of",
        "intake.articles.statements.extraction._phrasebook",
        "intake.articles.statements.extraction._place_names",
        "intake.articles.text.dates._relative_date_phrases",
        "intake.articles.text.phrasebook.compile_phrases",
        "intake.articles.text.phrasebook.load_phrasebook",
        "intake.tables.excel._column_number",
        "render.map.assets.read_assets",
        "render.picture.fonts._can_draw",
        "render.picture.fonts._face",
        "render.picture.fonts._relative_width",
        "render.picture.fonts.font_files",
        "render.picture.outlines._load_font",
        "theatre.discovery._folders_by_name",
        "theatre.discovery._title",
        "ui.auth.sign_in._log_faults",
        "ui.server.rate_limit.read_rate",
        "ui.server.streamlit_files._compress",
        "ui.server.streamlit_files._static_files",
        "ui.server.streamlit_files.early_links",
        "ui.share.embed._code",
        "ui.state.cached_results.tiles_file",
    }
