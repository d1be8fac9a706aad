"""What a worker does: it lowers its own limits, does one job, and answers on its channel."""

import contextlib
import io
import logging
import os
import pickle
import sys
import time
from collections.abc import Iterator, Sequence
from enum import IntEnum
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

from control_map.core.errors import ControlMapError
from control_map.core.limits import LIMITS

try:
    import resource
except ImportError:  # Windows has no limits of this kind
    resource = None  # type: ignore[assignment]

_T = TypeVar("_T")
_NICENESS = 10
"""The page answers its visitors before the workers go on."""
_REPORT_EVERY_S = 0.1
_GRACE_S = 5
"""Seconds that a process has beyond its limit until the system ends it."""
_channels: list[Connection] = []
"""The channel of this process, if it is a worker."""


class Message(IntEnum):
    """What a worker sends: its process, how far it is, and what came of the job; a result follows as bytes."""

    BEGUN = 0
    PROGRESS = 1
    RESULT = 2
    REFUSED = 3
    OUT_OF_MEMORY = 4
    TOO_LARGE = 5
    FAILED = 6


class _Pickler(pickle.Pickler):
    """Writes what the other process has, too, as its position among `known`."""

    def __init__(self, file: io.BytesIO, known: Sequence[object]) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self._positions = {id(thing): position for position, thing in enumerate(known)}

    def persistent_id(self, obj: object) -> int | None:
        return self._positions.get(id(obj))


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, known: Sequence[object]) -> None:
        super().__init__(file)
        self._known = known

    def persistent_load(self, pid: int) -> object:
        return self._known[pid]


def pack_result(result: object, known: Sequence[object]) -> bytes:
    """Write a result as bytes; each of `known`, which the other process has, is only named in it."""
    file = io.BytesIO()
    _Pickler(file, known).dump(result)
    return file.getvalue()


def unpack_result(data: bytes, known: Sequence[object]) -> Any:
    """Read what `pack_result` wrote; the objects of `known` are those of this process, in the same order."""
    return _Unpickler(io.BytesIO(data), known).load()


def limit_this_process(seconds: int = LIMITS.work_seconds) -> None:
    """Limit the memory and the processor time that this process may take from now on; it can never raise them again.

    The time is that of each processor.
    Where the system has no such limits (Windows; macOS for memory) nothing is limited.
    """
    if resource is None:
        return
    lower = {
        resource.RLIMIT_DATA: _memory_in_use() + LIMITS.work_bytes,
        # Who waits for this process ends it in time; this holds if nobody does, whatever number of threads it has.
        resource.RLIMIT_CPU: (seconds + _GRACE_S) * (os.cpu_count() or 1) + int(time.process_time()),
        resource.RLIMIT_CORE: 0,
    }
    for kind, wanted in lower.items():
        most = resource.getrlimit(kind)[1]
        limit = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
        resource.setrlimit(kind, (limit, limit))


def _memory_in_use() -> int:
    """Return the bytes of this process that count against `RLIMIT_DATA`, 0 where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_bytes().split()[5]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def answer_job(channel: Connection) -> None:
    """Do the job that comes on a channel, and send what came of it: its result, or why there is none."""
    channel.send((Message.BEGUN, os.getpid()))
    work, given, known, seconds = pickle.loads(channel.recv_bytes())  # noqa: S301 - the app itself sends it
    _channels.append(channel)
    if sys.platform != "win32":
        os.nice(_NICENESS)
    limit_this_process(seconds)
    message: tuple[Message, Any] = Message.RESULT, None
    packed = b""
    try:
        packed = pack_result(work(*given), known)
        if len(packed) > LIMITS.work_result_bytes:
            message = Message.TOO_LARGE, None
    except ControlMapError as error:
        message = Message.REFUSED, error
    except MemoryError:
        message = Message.OUT_OF_MEMORY, None
    except Exception:
        logging.getLogger(__name__).exception("A job has failed: %s", getattr(work, "__name__", work))
        message = Message.FAILED, None
    channel.send(message)
    if message[0] == Message.RESULT:
        channel.send_bytes(packed)
    # The number of this process must not become another's while the app could still kill it.
    with contextlib.suppress(EOFError, OSError):
        channel.poll(None)


def report_progress(steps: Sequence[_T]) -> Iterator[_T]:
    """Yield the steps of some work; a worker reports now and then how many are done."""
    reported = 0.0
    for number, step in enumerate(steps):
        now = time.monotonic()
        if _channels and now - reported > _REPORT_EVERY_S:
            reported = now
            _channels[0].send((Message.PROGRESS, (number, len(steps))))
        yield step
