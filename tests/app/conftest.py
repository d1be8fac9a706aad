"""The page as its tests run it."""

import pytest

from control_map.ui.state import apart


@pytest.fixture(autouse=True)
def _patient_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks at the progress of work: each run of the page waits until it is done."""
    monkeypatch.setattr(apart, "PATIENCE_S", 60.0)
