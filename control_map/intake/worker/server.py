"""The process that workers are forked from: `python -m control_map.intake.worker.server DESCRIPTOR`.

It has one thread, has loaded the program and nothing of any user, and waits on a socket. For each job it is sent one
end of a channel, and forks: the worker begins within milliseconds, does one job, and ends with all the memory that the
job took. The app itself cannot be forked: the locks of its other threads would stay as they happen to be.
"""

import gc
import os
import signal
import socket
import sys
from importlib import import_module
from multiprocessing.connection import Connection

from control_map.intake.worker.work import answer_job

_PROGRAM = (
    "control_map.intake.articles.statements.extraction",
    "control_map.intake.new_theatre.upload",
    "control_map.intake.user_tables",
    "control_map.pipeline.view",
)
"""Modules that jobs need; no worker has to import them."""


def main() -> None:
    """Fork a worker for each channel that arrives, until the app closes its end of the socket or ends."""
    control = socket.socket(fileno=int(sys.argv[1]))
    for module in _PROGRAM:
        import_module(module)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # a worker that has ended leaves nothing behind
    gc.freeze()
    while True:
        _, channels, _, _ = socket.recv_fds(control, 1, 1)
        if not channels:
            return
        if os.fork() == 0:
            control.close()
            answer_job(Connection(channels[0]))
            os._exit(0)
        os.close(channels[0])


if __name__ == "__main__":
    main()
