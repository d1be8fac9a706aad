"""Commands read the packs of the repository once for all tests: reading takes longer than most answers."""

import sys
from functools import cache
from pathlib import Path

import pytest

from control_map.cli import main
from control_map.pipeline.pack import Pack, load_pack
from tests.conftest import HERAT, SHIPPED

_read_once = cache(load_pack)


def _load(folder: Path) -> Pack:
    return _read_once(folder) if folder in (SHIPPED, HERAT) else load_pack(folder)


@pytest.fixture(autouse=True)
def _packs_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert main
    for name, module in list(sys.modules.items()):
        if name.startswith("control_map.cli.") and hasattr(module, "load_pack"):
            monkeypatch.setattr(module, "load_pack", _load)
