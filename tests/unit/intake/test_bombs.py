"""Small files that could cost much are read or refused at the cost of a small file."""

import json
import os
import subprocess
import sys

import pytest

from tests.support.bombs import Cost

SECONDS, MEGABYTES = 5, 300
"""Of the processor's time and of memory: many times what any of them takes, and far less than a bomb would."""


@pytest.fixture(scope="module")
def costs() -> list[Cost]:
    command = [sys.executable, "-m", "tests.support.bombs"]
    run = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": "."})
    return [Cost(*json.loads(line)) for line in run.stdout.splitlines()]


@pytest.mark.slow
def test_every_reader_takes_little_for_a_small_file_whatever_is_in_it(costs: list[Cost]) -> None:
    assert len(costs) > 150
    assert [cost for cost in costs if cost.seconds > SECONDS or cost.megabytes > MEGABYTES] == []


@pytest.mark.slow
def test_every_reader_reads_or_refuses_whatever_is_in_a_file(costs: list[Cost]) -> None:
    assert [cost for cost in costs if cost.ended.startswith("failed")] == []
