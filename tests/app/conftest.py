"""The page as its tests run it."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from control_map.ui import page
from control_map.ui.state import apart, session
from tests.conftest import SHIPPED
from tests.support.made_up import write_pack, written

APP = str(SHIPPED.parents[1] / "app.py")
DOWNLOAD_POPOVERS = [
    f"{table} open" for table in ("provinces download", "trend file", "changes csv", "reports download")
]


@pytest.fixture(autouse=True)
def _patient_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks at the progress of work or at the board: each run waits for work, and for no browser."""
    monkeypatch.setattr(apart, "PATIENCE_S", 60.0)
    monkeypatch.setattr(page, "HEAD_START_S", 0.0)


find_components_once = cache(manifest_scanner.scan_component_manifests)


@pytest.fixture(autouse=True)
def _components_are_found_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is installed stays as it is: Streamlit reads the metadata of all of it for each page that a test opens."""
    monkeypatch.setattr(manifest_scanner, "scan_component_manifests", find_components_once)


@pytest.fixture(autouse=True)
def _open_toolbar(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each page that a test opens has its popovers open: their inputs can be used at once."""
    plain = AppTest.from_file

    def from_file(*arguments: Any, **options: Any) -> AppTest:
        app = plain(*arguments, **options)
        for key in (*session.POPOVER_KEYS, *DOWNLOAD_POPOVERS):
            app.session_state[key] = True
        return app

    monkeypatch.setattr(AppTest, "from_file", from_file)


@pytest.fixture(scope="session")
def marshland(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The made-up theatre, which the page reads once for all tests."""
    return write_pack(tmp_path_factory.mktemp("packs") / "marshland", [written(1, place_text="Brackwater")])


@pytest.fixture
def opened(marshland: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], AppTest]:
    """Open the page on the made-up theatre, in a session of its own."""
    folder = marshland
    monkeypatch.setenv("CONTROL_MAP_PACKS", str(folder.parent))

    def new() -> AppTest:
        app = AppTest.from_file(APP, default_timeout=60)
        app.query_params["theatre"] = folder.name
        app.query_params["date"] = "2021-06-30"
        return shown(app)

    return new


def shown(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception
    return app
