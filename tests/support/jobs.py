"""Work for workers, good and bad."""

import ctypes
import os
import time
from typing import Any

from control_map.core.errors import Fault, PackError, UnknownNameError
from control_map.intake.worker.work import report_progress


def add(left: int, right: int) -> int:
    return left + right


def whoami() -> int:
    return os.getpid()


def sleep(seconds: float) -> None:
    time.sleep(seconds)


def loop_in_c() -> int:
    """Hold the interpreter where no signal handler of Python would run."""
    return sum(range(10**12))


def fill(size: int) -> int:
    return len(bytearray(size))


def give_back(size: int) -> bytes:
    return bytes(size)


def die() -> None:
    ctypes.string_at(0)


def fail() -> None:
    raise ZeroDivisionError


def refuse() -> None:
    raise PackError([Fault("a.csv", 3, "date", "is not a date", "Write it as 2021-07-09", "x")])


def not_known() -> None:
    raise UnknownNameError("place", "Hirat", ["Herat"])


def count(steps: int) -> int:
    done = 0
    for _ in report_progress(range(steps)):
        time.sleep(0.05)
        done += 1
    return done


def within(thing: Any) -> dict[str, Any]:
    return {"the same": thing, "copies": [thing, thing]}


def read_for_ever(*_: Any) -> None:
    loop_in_c()


def read_and_die(*_: Any) -> None:
    die()


def prepare_for_ever(*_: Any) -> None:
    loop_in_c()


def weigh_and_die(*_: Any) -> None:
    die()
