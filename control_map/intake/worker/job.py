"""A call that runs in a worker: it waits in line for its turn, is watched, and is ended at its limits or on request."""

import atexit
import contextlib
import os
import pickle
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

from control_map.core.errors import ControlMapError, Fault, PackError
from control_map.core.limits import LIMITS
from control_map.intake.worker.work import Message, unpack_result

T = TypeVar("T")
CAN_FORK = hasattr(os, "fork") and hasattr(socket, "send_fds")
"""Whether this system can fork workers; where it cannot (Windows), most work runs in the app's own process."""
_KILL = getattr(signal, "SIGKILL", signal.SIGTERM)
"""What ends a process at once; Windows has only the other, which does so there."""
_WATCH_EVERY_S = 0.1
_TRIES = 20
"""More often than a pack can gain computed parts while it is pickled."""
_FIX_SIZE = "Split it into smaller parts and add them one at a time"
_FIX_SAVE = "Open it in the program that it comes from, save it again, and try once more"
_ENDINGS = {
    Message.OUT_OF_MEMORY: (f"it needs more than {LIMITS.work_bytes / 1e9:g} GB of memory", _FIX_SIZE),
    Message.TOO_LARGE: (f"what is in it takes more than {LIMITS.work_result_bytes / 1e6:,.0f} MB", _FIX_SIZE),
    Message.FAILED: ("the program met a fault of its own", _FIX_SAVE),
}
_LINE_IS_FULL = ("too many others wait already", "Try again in some minutes")
_DIED = ("its process has died", _FIX_SAVE)
_SERVER_MODULE, _PROGRAM_MODULE = "control_map.intake.worker.server", "control_map.intake.worker.program"
_ROOT = str(Path(__file__).parents[3])
_ENVIRONMENT = {
    # A worker has one processor, and memory counts against its limit as it is reserved.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
}


class JobEndedError(ControlMapError):
    """A job was ended on request, so that it has no result."""


def _environment() -> dict[str, str]:
    path = os.pathsep.join(filter(None, [_ROOT, os.environ.get("PYTHONPATH", "")]))
    return {**os.environ, **_ENVIRONMENT, "PYTHONPATH": path}


class _Server:
    """The process that forks the workers; it is started when it is first needed, and again if it has ended."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        atexit.register(self.close)

    def start(self) -> socket.socket:
        """Return the socket to the running server."""
        with self._lock:
            if self._process is None or self._process.poll() is not None or self._control is None:
                if self._control is not None:
                    self._control.close()
                self._control, end = socket.socketpair()
                with end:
                    self._process = subprocess.Popen(  # noqa: S603 - this program
                        [sys.executable, "-m", _SERVER_MODULE, str(end.fileno())],
                        stdin=subprocess.DEVNULL,
                        stdout=subprocess.DEVNULL,
                        pass_fds=[end.fileno()],
                        env=_environment(),
                        start_new_session=True,
                    )
            return self._control

    def fork_worker(self) -> Connection:
        """Fork a worker; return this process's end of its channel."""
        ours, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(self.start(), [b"\0"], [theirs.fileno()])
        return Connection(ours.detach())

    def close(self) -> None:
        """End the server; running workers end at their limits at the latest."""
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            self._process.wait()


_server = _Server()


def _begin_program() -> Connection:
    """Begin a worker as a program of its own, where none can be forked; return this process's end of its channel."""
    key = secrets.token_bytes()
    with Listener(authkey=key) as listener:
        address = str(listener.address)
        program = subprocess.Popen(  # noqa: S603 - this program
            [sys.executable, "-m", _PROGRAM_MODULE, address],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            env=_environment(),
        )

        def watch() -> None:
            program.communicate(key)
            # A program that ends before it has called would else be waited for, without an end.
            with contextlib.suppress(OSError, EOFError):
                Client(address, authkey=key).close()

        threading.Thread(target=watch, daemon=True).start()
        return listener.accept()


def start_workers() -> None:
    """Start the process that forks workers, so that the first job need not wait for it."""
    if CAN_FORK:
        _server.start()


def _pickle_call(call: object) -> bytes:
    """Return a call as bytes, though what it is given may gain computed parts while other sessions use it."""
    for _ in range(_TRIES):
        with contextlib.suppress(RuntimeError):  # a dictionary has grown meanwhile
            return pickle.dumps(call, pickle.HIGHEST_PROTOCOL)
    return pickle.dumps(call, pickle.HIGHEST_PROTOCOL)


class Line:
    """Jobs that wait for their turn, in the order in which they came.

    Parameters
    ----------
    at_once
        How many of them run at once.
    seconds
        How long each may take; by default `LIMITS.work_seconds`.
    fix
        What errors advise if a limit ends a job or its process dies; by default, what helps with a file.
    always_apart
        Whether they have processes of their own also where workers cannot be forked: there, each begins seconds later.
    """

    def __init__(self, at_once: int, *, seconds: int | None = None, fix: str = "", always_apart: bool = False) -> None:
        self.seconds, self.fix, self.always_apart = seconds, fix, always_apart
        self._changed = threading.Condition()
        self._at_once = at_once
        self._jobs: list[object] = []

    def place(self, job: object) -> int:
        """Return how many jobs have to end before a job begins."""
        with self._changed:
            return max(0, self._jobs.index(job) + 1 - self._at_once) if job in self._jobs else 0

    def enter(self, job: object) -> bool:
        """Put a job at the end of the line; say whether there was a place for it."""
        with self._changed:
            has_place = len(self._jobs) < self._at_once + LIMITS.line
            if has_place:
                self._jobs.append(job)
            return has_place

    def wait(self, job: object, until: Callable[[], bool]) -> None:
        """Wait until it is a job's turn, or until a condition holds; it is looked at whenever the line moves."""
        with self._changed:
            self._changed.wait_for(lambda: until() or self._jobs.index(job) < self._at_once)

    def leave(self, job: object) -> None:
        """Let the next job begin in the place of this one."""
        with self._changed:
            if job in self._jobs:
                self._jobs.remove(job)
            self._changed.notify_all()

    def look_again(self) -> None:
        """Have those who wait look at their conditions."""
        with self._changed:
            self._changed.notify_all()


READING, WEIGHING = Line(LIMITS.workers), Line(LIMITS.workers)
"""Who has added reports need not wait, at each change of the rule, for all that others are adding."""


class Job(Generic[T]):
    """A call in a worker, from the moment at which it is put in line.

    Parameters
    ----------
    subject
        What the work is on, such as the name of a file: errors name it.
    work
        A function of a module. Its arguments and its result are pickled.
    given
        Its arguments.
    known
        Objects within the arguments that the result contains, too: they are not sent back, and the result has the
        objects themselves.
    line
        Where it waits for its turn.

    Raises
    ------
    PackError
        If so many wait already that it gets no place in line.
    """

    def __init__(
        self,
        subject: str,
        work: Callable[..., T],
        *given: object,
        known: Sequence[object] = (),
        line: Line = READING,
    ) -> None:
        self.subject = subject
        self._line = line
        self._most_seconds = LIMITS.work_seconds if line.seconds is None else line.seconds
        self._call = work, given, list(known), self._most_seconds
        self._end_asked = False
        self._worker: int | None = None
        self._killing = threading.Lock()
        self._done = threading.Event()
        self._result: T | None = None
        self._error: BaseException | None = None
        self._begun_at: float | None = None
        self.progress: tuple[int, int] = (0, 0)
        if not line.enter(self):
            raise self._fault(_LINE_IS_FULL)
        try:
            threading.Thread(target=self._run, daemon=True, name=f"job on {subject}").start()
        except RuntimeError:  # the system has no thread left
            line.leave(self)
            raise self._fault(_LINE_IS_FULL) from None

    @property
    def jobs_before(self) -> int:
        """How many other jobs have to end before this one begins."""
        return self._line.place(self)

    @property
    def seconds(self) -> float:
        """For how long its worker has been at it."""
        return time.monotonic() - self._begun_at if self._begun_at is not None else 0.0

    @property
    def is_done(self) -> bool:
        """Whether there is a result or an error."""
        return self._done.is_set()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until the job is done, no longer than some seconds; say whether it is."""
        return self._done.wait(seconds)

    def result(self) -> T:
        """Wait for the job and return its result.

        Raises
        ------
        PackError
            If a limit ended the job, or if its process died; the fault names the subject.
        JobEndedError
            If it was ended on request.
        ControlMapError
            What the work itself raised.
        """
        self._done.wait()
        if self._error is not None:
            raise self._error
        return cast("T", self._result)

    def end(self) -> None:
        """End the job if it is not done; its worker is killed at once."""
        self._end_asked = True
        self._line.look_again()
        self._kill()

    def _kill(self) -> None:
        with self._killing:
            if self._worker is not None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self._worker, _KILL)

    def _run(self) -> None:
        try:
            self._line.wait(self, lambda: self._end_asked)
            work, given, known, _ = self._call
            self._result = self._run_apart(known) if CAN_FORK or self._line.always_apart else work(*given)
        except BaseException as error:  # noqa: BLE001 - raised again by `result`
            self._error = error
        finally:
            del self._call
            self._line.leave(self)
            self._done.set()

    def _run_apart(self, known: list[object]) -> Any:
        self._stop_if_asked()
        self._begun_at = time.monotonic()
        try:
            with _server.fork_worker() if CAN_FORK else _begin_program() as channel:
                try:
                    return self._watch(channel, known)
                finally:
                    self._kill()
                    with self._killing:
                        self._worker = None
        except (EOFError, OSError) as error:
            self._stop_if_asked()
            raise self._fault(_DIED) from error

    def _watch(self, channel: Connection, known: list[object]) -> Any:
        """Follow a worker until it answers, or ends."""
        while True:
            self._stop_if_asked()
            if not channel.poll(max(0.0, min(_WATCH_EVERY_S, self._most_seconds - self.seconds))):
                if self.seconds >= self._most_seconds:
                    raise self._fault((f"it takes longer than {self._most_seconds} seconds", _FIX_SIZE))
                continue
            message, content = channel.recv()
            if message == Message.BEGUN:
                self._worker = content
                channel.send_bytes(_pickle_call(self._call))
            elif message == Message.PROGRESS:
                self.progress = content
            elif message == Message.RESULT:
                return unpack_result(channel.recv_bytes(LIMITS.work_result_bytes), known)
            elif message == Message.REFUSED:
                raise content
            else:
                raise self._fault(_ENDINGS[message])

    def _stop_if_asked(self) -> None:
        if self._end_asked:
            raise JobEndedError

    def _fault(self, ending: tuple[str, str]) -> PackError:
        problem, fix = ending
        return PackError([Fault(self.subject, 0, "", problem, self._line.fix or fix)])
