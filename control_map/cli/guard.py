"""The limits of commands that read what others have made: such a command runs in a process that its limits can end."""

import os
import signal
import sys
import threading
from types import FrameType
from typing import NoReturn

import typer

from control_map.cli.output import print_note
from control_map.core.limits import LIMITS
from control_map.intake.worker.job import CAN_FORK
from control_map.intake.worker.work import limit_this_process

_LIFT = "Split what it reads into smaller parts, or, if you trust it, lift the limits with --no-limits."
OUT_OF_MEMORY = f"This takes more memory than there is, or more than {LIMITS.work_bytes / 1e9:g} GB. {_LIFT}"
"""What is said when a command runs out of memory."""
_OUT_OF_TIME = f"This takes longer than {LIMITS.work_seconds} seconds. {_LIFT}"
_KILLED_BY = 128
"""What shells add to the number of the signal that ended a process."""
_DIED = f"The process that read this has died (signal {{}}). {_LIFT}"


def continue_with_limits(*, unless: bool = False) -> None:
    """Let a child process do the rest of the command under the limits of `core.limits`; this one waits for it.

    In the child the function returns. In this process it does not: it exits as the child did, or with code 1 and a
    sentence if a limit ended it. Call it before anything has begun another thread. `unless` is whether the user lifted
    the limits; then it returns at once, and so it does where processes cannot be forked (Windows).
    """
    if unless or not CAN_FORK:
        return
    sys.stdout.flush()
    sys.stderr.flush()
    lives, end_of_life = os.pipe()
    child = os.fork()
    if not child:
        os.close(end_of_life)
        threading.Thread(target=_end_with_parent, args=[lives], daemon=True).start()
        limit_this_process()
        return
    os.close(lives)
    raise typer.Exit(_wait_for(child))


def _end_with_parent(lives: int) -> None:
    """End this process when its parent has ended: what was killed must not go on writing."""
    os.read(lives, 1)  # nothing is ever written; the parent's end is closed when it ends, however that is
    os.kill(os.getpid(), signal.SIGKILL)


def _wait_for(child: int) -> int:
    """Wait for the child and return the code to exit with; after the time that it has, kill it."""

    def end(_signal: int, _frame: FrameType | None) -> NoReturn:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, end)
    signal.alarm(LIMITS.work_seconds)
    try:
        code = _exit_code(child)
    except TimeoutError:
        os.kill(child, signal.SIGKILL)
        _exit_code(child)
        code, reason = 1, _OUT_OF_TIME
    except KeyboardInterrupt:  # the terminal has sent it to both
        signal.alarm(0)
        code = _exit_code(child)
        return code if code >= 0 else _KILLED_BY - code
    else:
        reason = _DIED.format(-code) if code < 0 else ""
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
    if reason:
        print_note(reason)
    return max(code, 1) if reason else code


def _exit_code(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
