"""Commands that read what others have made run under limits; the commands run as they are, in processes."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import HERAT

TIGHT = """
import os
import sys
import time
from dataclasses import replace
from control_map.cli import guard, main
from control_map.cli.commands import extract
from control_map.core import limits
from control_map.intake.worker import work
from tests.support import jobs
sys.argv = ["control_map", *sys.argv[2:]] if (kind := sys.argv[1]) else []
if kind == "slow":
    guard.LIMITS = replace(limits.LIMITS, work_seconds=1)
    extract._read = lambda file: jobs.loop_in_c()
elif kind == "large":
    work.LIMITS = replace(limits.LIMITS, work_bytes=100_000_000)
    extract._read = lambda file: jobs.fill(300_000_000)
elif kind == "waits":
    extract._read = lambda file: (print(os.getpid(), flush=True), time.sleep(600))
elif kind == "dead":
    extract._read = lambda file: jobs.die()
main.main()
"""


def run(kind: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run `extract` with a reader of this kind."""
    command = [sys.executable, "-c", TIGHT, kind, "extract", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def text(tmp_path: Path) -> tuple[object, ...]:
    file = tmp_path / "article.txt"
    file.write_text("Islam Qala fell to the Taliban on Thursday, two Afghan officials said.", "utf-8")
    return file, "--published", "2021-07-09", "--pack", HERAT, "--format", "csv"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("slow", "This takes longer than 60 seconds. Split what it reads into smaller parts, or,"),
        ("large", "This takes more memory than there is, or more than 1.5 GB. Split what it reads"),
        ("dead", "The process that read this has died (signal 11). Split what it reads"),
    ],
)
def test_a_command_that_meets_a_limit_says_so_and_fails(kind: str, message: str, text: tuple[object, ...]):
    ended = run(kind, *text)
    assert ended.returncode == 1
    assert ended.stderr.startswith(message)
    assert "Traceback" not in ended.stderr


@pytest.mark.slow
def test_a_command_within_the_limits_writes_and_ends_as_without_them(text: tuple[object, ...]):
    within, without = run("usual", *text), run("usual", *text, "--no-limits")
    assert within.returncode == without.returncode == 0
    assert "Islam Qala" in within.stdout
    assert (within.stdout, within.stderr) == (without.stdout, without.stderr)


@pytest.mark.slow
def test_what_a_killed_command_has_begun_ends_with_it(text: tuple[object, ...]):
    command = [sys.executable, "-c", TIGHT, "waits", "extract", *map(str, text)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        begun = int(process.stdout.readline())
        assert begun != process.pid
        process.kill()
    for _ in range(1000):
        try:
            os.kill(begun, 0)
        except ProcessLookupError:
            return
        if "Z" in Path(f"/proc/{begun}/stat").read_text().rsplit(")", 1)[1]:
            return  # it has ended, and nobody has asked how
        time.sleep(0.02)
    pytest.fail("it still runs")
