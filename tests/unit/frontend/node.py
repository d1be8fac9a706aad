"""Node, with which the map's scripts are tested; the app needs none."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent


def required(program: str) -> str:
    """Return the path of a program; without it the test is skipped, or fails where nothing may be skipped."""
    path = shutil.which(program)
    if path is None and os.environ.get("CONTROL_MAP_REQUIRE_BROWSER") == "1":
        pytest.fail(f"{program} is not installed")
    if path is None:
        pytest.skip(f"{program} is not installed")
    return path


def run_node(*arguments: str, given: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Node in this folder with some text as its standard input."""
    return subprocess.run(
        [required("node"), *arguments],
        cwd=FOLDER,
        env={**os.environ, **environment},
        input=given,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
