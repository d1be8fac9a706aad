"""The import order: each module may import only those that stand before it, and the pure ones touch nothing outside."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "control_map"

# A module may import those of the lines above its own, none of its own line.
ORDER = (
    ("model", "errors", "escape", "remembered", "limits"),
    ("records",),
    ("table", "names", "rules", "codes", "link", "sheet", "viewers", "palette"),
    ("roster",),
    ("description", "confidence", "claimants", "phrases"),
    ("totals", "polygons", "packs"),
    ("theatre", "reports", "geocode", "style"),
    ("lexicon", "points", "parties"),
    ("placing", "intake"),
    ("importers",),
    ("library",),
    ("weigh", "admission", "corroboration", "bearings"),
    ("assess",),
    ("fold",),
    ("timeline", "silence", "narrative", "agreement", "gist", "replay", "support", "own"),
    ("summary", "explain", "sources", "scales", "compare", "difference", "search"),
    ("trend", "ground", "ledger"),
    ("border",),
    ("markup", "provinces"),
    ("ledger_prose", "dossier", "pack"),
    ("charts", "gantt", "pipeline"),
    ("files",),
    ("provenance", "method", "extract", "outcome", "founding"),
    ("advice", "likeness"),
    ("layer", "export", "citation"),
    ("brief", "site"),
    ("ui", "cli"),
    ("__main__", "app"),
)
RANK = {name: line for line, names in enumerate(ORDER) for name in names}
PURE = (
    "names",
    "geocode",
    "roster",
    "points",
    "parties",
    "placing",
    "outcome",
    "likeness",
    "codes",
    "bearings",
    "admission",
    "corroboration",
    "weigh",
    "assess",
    "confidence",
    "fold",
    "timeline",
    "silence",
    "summary",
    "provinces",
    "claimants",
    "phrases",
    "narrative",
    "explain",
    "compare",
    "difference",
    "scales",
    "agreement",
    "sources",
    "gist",
    "replay",
    "own",
    "link",
    "trend",
    "ground",
    "charts",
    "gantt",
    "ledger",
    "ledger_prose",
    "border",
    "citation",
    "lexicon",
    "library",
    "search",
    "dossier",
    "support",
    "palette",
    "advice",
    "founding/columns",
    "founding/gazetteer",
    "founding/parties",
    "founding/shapes",
    "remembered",
    "extract/__init__",
    "extract/actors",
    "extract/areas",
    "extract/certainty",
    "extract/claims",
    "extract/clauses",
    "extract/days",
    "extract/drafts",
    "extract/matching",
    "extract/places",
    "extract/reading",
    "extract/resolve",
    "extract/sentences",
    "extract/speakers",
    "extract/statements",
    "extract/surroundings",
    "extract/told",
    "extract/whereabouts",
    "viewers",
)
IMPURE = {
    "pathlib",
    "os",
    "io",
    "time",
    "streamlit",
    "folium",
    "streamlit_folium",
    "requests",
    "urllib.request",
    "random",
    "logging",
}
CLOCKS = {"now", "utcnow", "today"}


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if path.name != "__init__.py" or path.parent != PACKAGE)


def owner(path: Path) -> str:
    """Return the module or subpackage of the package that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> Iterator[str]:
    """Yield the full names that a file imports, `control_map.model` and `pandas` alike, wherever they stand in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = (
                [*path.relative_to(PACKAGE.parent).parts[: -node.level], *filter(None, [node.module])]
                if node.level
                else [node.module or ""]
            )
            yield from (".".join([*base, alias.name]) for alias in node.names)


def own_imports(path: Path) -> set[str]:
    """Return the modules of the package that a file imports, by their first name."""
    return {
        parts[1]
        for name in imported(path)
        if (parts := name.split("."))[0] == "control_map" and len(parts) > 1 and parts[1] in RANK
    }


def identify(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


def test_every_name_in_the_order_is_a_module() -> None:
    assert {owner(path) for path in modules()} | {"app"} == set(RANK)


@pytest.mark.parametrize("path", modules(), ids=identify)
def test_imports_go_one_way(path: Path) -> None:
    name = owner(path)
    assert name in RANK, f"{name} has no place in the order"
    backwards = {other for other in own_imports(path) if other != name and RANK[other] >= RANK[name]}
    assert not backwards, f"{name} may not import {', '.join(sorted(backwards))}"


@pytest.mark.parametrize("path", modules(), ids=identify)
def test_only_the_page_imports_streamlit_and_only_layer_and_page_import_folium(path: Path) -> None:
    top = {name.split(".")[0] for name in imported(path)}
    if owner(path) != "ui":
        assert "streamlit" not in top
    if owner(path) not in ("layer", "ui"):
        assert not top & {"folium", "streamlit_folium"}


def test_no_cache_of_the_process_is_given_what_a_visitor_brought() -> None:
    cached = set()
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            kept = {ast.unparse(each).split("(")[0] for each in getattr(node, "decorator_list", ())}
            if kept & {"cache", "lru_cache", "functools.cache", "functools.lru_cache"}:
                cached.add(f"{owner(path)}.{getattr(node, 'name', '')}")
    # Theatres, phrasebooks, faults of a deployment, and files of the program; names of columns such as AB.
    told = {
        "packs._title",
        "ui._tell_log",
        "extract._listed",
        "extract.phrasebook",
        "extract._phrases",
        "extract._names",
    }
    assert cached - told == {"geocode._words_of", "layer.assets", "intake._column"}


@pytest.mark.parametrize("name", PURE)
def test_the_pure_modules_touch_no_file_no_clock_and_no_screen(name: str) -> None:
    path = PACKAGE / f"{name}.py"
    assert not [other for other in imported(path) if f"{other}.".startswith(tuple(f"{name}." for name in IMPURE))]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            assert called not in CLOCKS, f"{name} reads the clock in line {node.lineno}"
            assert called not in {"open", "print", "read_csv", "read_file", "to_csv"}, (
                f"{name} leaves its frames in line {node.lineno}"
            )


def test_the_walk_sees_imports_of_every_form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "control_map"
    (package / "layer").mkdir(parents=True)
    late = package / "layer" / "draw.py"
    late.write_text(
        "from .. import cli\nfrom ..table import check\n"
        "def f():\n    import control_map.ui\n    from control_map import model\n"
    )
    monkeypatch.setitem(globals(), "PACKAGE", package)
    assert own_imports(late) == {"ui", "model", "cli", "table"}
