"""The code is clean under strict tools."""

import subprocess
import sys

import pytest

from tests.conftest import SHIPPED

ROOT = SHIPPED.parents[1]


@pytest.mark.parametrize(
    "tool",
    [
        pytest.param(["ruff", "check"], id="faults"),
        pytest.param(["ruff", "format", "--check"], id="format"),
        pytest.param(["mypy"], id="types", marks=pytest.mark.slow),
    ],
)
def test_the_code_is_clean(tool: list[str]):
    answer = subprocess.run([sys.executable, "-m", *tool], cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr
