"""Work in a process of its own: its result, its errors, its limits and its turn."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace

import pytest

from control_map.core.errors import PackError, UnknownNameError
from control_map.core.limits import LIMITS, Limits
from control_map.intake.worker import job as workers
from control_map.intake.worker.job import Job, JobEndedError, Line
from tests.support import jobs

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not workers.CAN_FORK, reason="this system cannot fork")]
SOON = 30.0
"""Seconds in which even a busy machine does what takes milliseconds."""


@pytest.fixture
def limited(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return a function that changes limits which this process watches over."""

    def change(**limits: int) -> None:
        changed: Limits = replace(LIMITS, **limits)
        monkeypatch.setattr(workers, "LIMITS", changed)

    return change


class Grows:
    """A part of an argument, which grows the first time that this part is pickled, as when another session uses it."""

    def __init__(self, owner: SimpleNamespace) -> None:
        self._owner = owner

    def __reduce__(self) -> tuple[type[int], tuple[int]]:
        self._owner.late = 1
        return int, (41,)


@pytest.fixture
def busy() -> Iterator[list[Job[None]]]:
    """As many jobs as may run at once, none of which ends by itself."""
    running = [Job("busy", jobs.sleep, 600) for _ in range(LIMITS.workers)]
    yield running
    for job in running:
        job.end()
        assert job.wait(SOON)


def test_what_a_job_is_given_may_grow_while_it_is_sent():
    given = SimpleNamespace(first=1)
    given.part = Grows(given)
    assert Job("growing", vars, given).result() == {"first": 1, "part": 41, "late": 1}


def await_that(condition: Callable[[], bool]) -> None:
    ends_at = time.monotonic() + SOON
    while not condition():
        assert time.monotonic() < ends_at
        time.sleep(0.01)


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_job_returns_its_result_from_another_process():
    assert Job("sum", jobs.add, 2, 3).result() == 5
    assert Job("process", jobs.whoami).result() not in {os.getpid(), os.getppid()}


def test_each_job_has_a_process_of_its_own_which_is_gone_afterwards():
    first, second = (Job("process", jobs.whoami).result() for _ in range(2))
    assert first != second
    await_that(lambda: not is_running(first) and not is_running(second))


def test_what_the_app_has_is_not_sent_back_but_is_the_same_object():
    thing = {"many": "places"}
    result = Job("thing", jobs.within, thing, known=[thing]).result()
    assert result["the same"] is thing
    assert result["copies"][1] is thing
    assert Job("thing", jobs.within, thing).result()["the same"] is not thing


def test_an_error_that_the_user_can_fix_arrives_with_its_faults():
    with pytest.raises(PackError) as caught:
        Job("a.csv", jobs.refuse).result()
    assert str(caught.value) == "a.csv, row 3, column date: is not a date. Write it as 2021-07-09."
    assert caught.value.faults[0].value == "x"
    with pytest.raises(UnknownNameError, match=r"There is no place 'Hirat'\. Nearest: Herat\."):
        Job("a.csv", jobs.not_known).result()


@pytest.mark.parametrize(
    ("work", "given", "message"),
    [
        (jobs.die, (), "a.csv: its process has died. Open it in"),
        (jobs.fail, (), "a.csv: the program met a fault of its own. Open it in"),
        (jobs.fill, (LIMITS.work_bytes + 100_000_000,), "a.csv: it needs more than 1.5 GB of memory. Split it into"),
    ],
)
def test_a_worker_that_dies_or_takes_too_much_is_reported_in_words_and_the_next_job_works(work, given, message: str):
    with pytest.raises(PackError) as caught:
        Job("a.csv", work, *given).result()
    assert str(caught.value).startswith(message)
    assert Job("sum", jobs.add, 2, 3).result() == 5


def test_a_result_that_is_too_large_is_not_sent():
    with pytest.raises(PackError, match=r"a.csv: what is in it takes more than 500 MB"):
        Job("a.csv", jobs.give_back, LIMITS.work_result_bytes + 1).result()


def test_a_job_that_takes_too_long_is_killed_even_if_it_never_returns_to_python(limited):
    limited(work_seconds=1)
    begun = time.monotonic()
    with pytest.raises(PackError, match=r"a.csv: it takes longer than 1 seconds. Split it"):
        Job("a.csv", jobs.loop_in_c).result()
    assert time.monotonic() - begun < SOON


def test_a_job_that_is_ended_leaves_its_process_at_once():
    job = Job("loop", jobs.loop_in_c)
    await_that(lambda: job._worker is not None)
    worker = job._worker
    assert worker is not None
    job.end()
    with pytest.raises(JobEndedError):
        job.result()
    await_that(lambda: not is_running(worker))


def test_jobs_wait_in_line_and_know_how_many_come_before_them(busy: list[Job[None]]):
    first, second = Job("first", jobs.add, 1, 1), Job("second", jobs.add, 2, 2)
    assert [job.jobs_before for job in (*busy, first, second)] == [0] * len(busy) + [1, 2]
    assert not first.wait(0.2)
    busy[0].end()
    assert first.result() == 2
    assert second.result() == 4
    assert second.jobs_before == 0


@pytest.mark.usefixtures("busy")
def test_a_job_that_is_ended_in_the_line_never_begins():
    waiting = Job("waiting", jobs.add, 1, 1)
    behind = Job("behind", jobs.add, 1, 1)
    waiting.end()
    with pytest.raises(JobEndedError):
        waiting.result()
    assert behind.jobs_before == 1
    behind.end()
    assert behind.wait(SOON)


@pytest.mark.usefixtures("busy")
def test_a_line_that_is_full_takes_no_further_job(limited):
    limited(line=1)
    waiting = Job("waiting", jobs.add, 1, 1)
    with pytest.raises(PackError, match=r"a.csv: too many others wait already\. Try again in some minutes\."):
        Job("a.csv", jobs.add, 1, 1)
    waiting.end()
    assert waiting.wait(SOON)
    last = Job("last", jobs.add, 1, 1)
    last.end()
    assert last.wait(SOON)


def test_the_app_sees_how_far_a_job_is():
    job = Job("count", jobs.count, 20)
    await_that(lambda: 0 < job.progress[0] < 20)
    assert job.progress[1] == 20
    assert job.result() == 20


def test_the_process_that_forks_workers_is_started_again_if_it_has_died():
    assert Job("sum", jobs.add, 2, 3).result() == 5
    server = workers._server._process
    assert server is not None
    server.kill()
    server.wait()
    assert Job("sum", jobs.add, 2, 3).result() == 5


def test_a_server_that_hangs_holds_no_place_for_ever(limited):
    assert Job("sum", jobs.add, 2, 3).result() == 5
    server = workers._server._process
    assert server is not None
    server.send_signal(signal.SIGSTOP)
    try:
        ended = Job("ended", jobs.add, 2, 3)
        ended.end()
        with pytest.raises(JobEndedError):
            ended.result()
        limited(work_seconds=1)
        with pytest.raises(PackError, match="it takes longer than"):
            Job("a.csv", jobs.add, 2, 3).result()
    finally:
        server.kill()
        server.wait()
    limited(work_seconds=60)
    assert Job("sum", jobs.add, 2, 3).result() == 5


def test_where_processes_cannot_be_forked_the_work_is_done_here(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(workers, "CAN_FORK", False)
    assert Job("process", jobs.whoami).result() == os.getpid()


def test_work_that_is_always_apart_has_a_process_also_where_none_can_be_forked(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(workers, "CAN_FORK", False)
    apart = Line(1, always_apart=True)
    assert Job("process", jobs.whoami, line=apart).result() not in {os.getpid(), os.getppid()}
    counting = Job("count", jobs.count, 1_000, line=apart)
    await_that(lambda: counting.progress[0] > 0)
    worker = counting._worker
    assert worker is not None
    counting.end()
    assert counting.wait(SOON)
    await_that(lambda: not is_running(worker))


def test_a_program_that_cannot_begin_is_reported(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(workers, "CAN_FORK", False)
    monkeypatch.setattr(workers, "_PROGRAM_MODULE", "control_map.no_such_module")
    with pytest.raises(PackError, match=r"The film: its process has died\. Try again\."):
        Job("The film", jobs.whoami, line=Line(1, fix="Try again", always_apart=True)).result()


def test_a_line_says_how_long_its_jobs_may_take_and_what_to_do_then():
    line = Line(1, seconds=1, fix="Choose fewer days")
    with pytest.raises(PackError, match=r"The film: it takes longer than 1 seconds\. Choose fewer days\."):
        Job("The film", jobs.sleep, 600, line=line).result()
