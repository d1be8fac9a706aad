"""What the tests share: the tiers, the shipped pack and the small frozen one, each read once, and a made-up one."""

import os
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import hypothesis
import pytest
from xdist.scheduler import LoadScopeScheduling

from control_map.cli import guard
from control_map.intake.worker import job
from control_map.pipeline.pack import Pack, load_pack
from control_map.pipeline.view import View, apply_rule
from tests.support.made_up import write_pack

guard.CAN_FORK = False
"""Commands run in the process of their test, which must not be forked; `test_guard.py` runs them as they are."""
job._SERVER_MODULE = "tests.support.worker_server"
os.environ["CONTROL_MAP_TRACEBACK"] = "1"
"""A fault of a command is a fault of a test, which shows where it is."""
os.environ.setdefault("OPENPYXL_LXML", "False")
"""Workbooks are read and written as without the tools of the tests."""
SHIPPED = Path(__file__).parent.parent / "data" / "afghanistan-2021"
HERAT = Path(__file__).parent / "data" / "herat-2021"
"""Twelve districts of the shipped pack, frozen: for all that is not about the shipped data."""

# The everyday profile draws the same few examples on every run and stops at the first that fails;
# `--hypothesis-profile=thorough` looks further, and makes what fails as small as it can.
hypothesis.settings.register_profile(
    "everyday",
    max_examples=20,
    deadline=None,
    derandomize=True,
    phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
)
hypothesis.settings.register_profile("thorough", max_examples=1500, deadline=None, database=None)
hypothesis.settings.load_profile("everyday")


SAVED = [
    f"tests/browser/test_{name}.py"
    for name in (
        "board",
        "brief",
        "embedding",
        "gestures",
        "markdown",
        "paper",
        "playback",
        "sign_in",
        "standalone",
        "strip",
    )
]
"""Tests of saved pages, which need no running app, or one of their own."""
LONG = [f"tests/browser/test_{name}.py" for name in ("access", "link")]
"""Tests with the app that take as long as all others with it."""


class TogetherByFile(LoadScopeScheduling):
    """The tests of one file share a processor; so do those in the browser of saved pages, and of each of two apps."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", maxsplit=1)[0]
        if not file.startswith("tests/browser/"):
            return file
        return "saved pages" if file in SAVED else "the app for long" if file in LONG else "the app"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> TogetherByFile:
    return TogetherByFile(config, log)


OTHER_TIERS = {"app", "browser", "bench", "fuzz", "laws"}
"""Folders that the fast tier need not even import."""


def pytest_configure(config: pytest.Config) -> None:
    """Let tests that are named on the command line run, whatever their tier."""
    if config.option.markexpr == "fast" and config.args_source is pytest.Config.ArgsSource.ARGS:
        config.option.markexpr = ""


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out the folders of other tiers where the fast one alone is asked for."""
    return True if config.option.markexpr == "fast" and collection_path.name in OTHER_TIERS else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put each test into its tier: by its folder, and laws over generated reports apart.

    Tests in the browser come first: they take longest and cannot be shared out, and the others fill what time is left.
    Of these the check of the types, the longest, must not be the last.
    """
    items.sort(key=lambda item: ("tests/browser/" not in item.nodeid, "/test_code_style.py:" not in item.nodeid))
    for item in items:
        folder = item.nodeid.split("/")[1]
        if folder != "unit":
            item.add_marker({"app": "page", "laws": "law", "fuzz": "law"}.get(folder, folder))
        elif getattr(getattr(item, "function", None), "is_hypothesis_test", False):
            item.add_marker("law")
        elif item.get_closest_marker("slow") is None:
            item.add_marker("fast")


def pytest_report_header(config: pytest.Config) -> str:
    """Say which tier runs, and how to run the rest."""
    tier = config.getoption("markexpr")
    return 'fast tier; all tests: pytest -m ""' if tier == "fast" else f"tier: {tier or 'all tests'}"


_read_once = cache(load_pack)


def _load(folder: Path) -> Pack:
    return _read_once(folder) if folder in (SHIPPED, HERAT) else load_pack(folder)


@pytest.fixture(autouse=True)
def _commands_read_packs_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have commands read the packs of the repository once for all tests: it takes longer than most answers."""
    for name in [name for name in sys.modules if name.startswith("control_map.cli.")]:
        if hasattr(sys.modules[name], "load_pack"):
            monkeypatch.setattr(sys.modules[name], "load_pack", _load)


@pytest.fixture(scope="session")
def shipped_folder() -> Path:
    return SHIPPED


@pytest.fixture(scope="session")
def shipped() -> Pack:
    return _read_once(SHIPPED)


@pytest.fixture(scope="session")
def shipped_view(shipped: Pack) -> View:
    return apply_rule(shipped, shipped.rule("assessed"))


@pytest.fixture(scope="session")
def herat() -> Pack:
    return _read_once(HERAT)


@pytest.fixture(scope="session")
def herat_view(herat: Pack) -> View:
    return apply_rule(herat, herat.rule("assessed"))


@pytest.fixture
def make_pack(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes the made-up theatre: `make_pack(reports, files)`, see `made_up.write_pack`."""

    def make(reports: list[dict[str, str]] | None = None, files: dict[str, str | bytes | None] | None = None) -> Path:
        return write_pack(tmp_path / "marshland", reports or [], files)

    return make
