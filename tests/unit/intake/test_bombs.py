"""Small files that could cost much are read or refused at the cost of a small file."""

import json
import os
import subprocess
import sys

import pytest
from hypothesis import settings

from tests.support.bombs import Cost

SECONDS, MEGABYTES = 5, 600
"""Of the processor's time for one of them, and of memory for all: several times what they take; a bomb takes more."""


@pytest.fixture(scope="module")
def costs() -> list[Cost]:
    command = [sys.executable, "-m", "tests.support.bombs"]
    more = {"THOROUGH": "1"} if settings.default is not None and settings.default.max_examples > 100 else {}
    variables = {**os.environ, "PYTHONPATH": ".", **more}
    run = subprocess.run(command, capture_output=True, text=True, check=False, env=variables)
    read = [Cost(*json.loads(line)) for line in run.stdout.splitlines()]
    assert run.returncode == 0, f"ended after {read[-1:]}: {run.stderr}"
    return read


@pytest.mark.slow
def test_every_reader_takes_little_time_for_a_small_file_whatever_is_in_it(costs: list[Cost]) -> None:
    assert len(costs) > 150
    assert [cost for cost in costs if cost.seconds > SECONDS] == []


@pytest.mark.slow
def test_every_reader_takes_little_memory_for_a_small_file_whatever_is_in_it(costs: list[Cost]) -> None:
    assert sum(cost.megabytes for cost in costs) < MEGABYTES, [cost for cost in costs if cost.megabytes > 50]


@pytest.mark.slow
def test_every_reader_reads_or_refuses_whatever_is_in_a_file(costs: list[Cost]) -> None:
    assert [cost for cost in costs if cost.ended.startswith("failed")] == []
