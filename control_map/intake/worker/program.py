"""A worker that no other process has forked: `python -m control_map.intake.worker.program ADDRESS`.

The app waits at the address, and sends the key of the channel to the input of this program.
"""

import sys
from multiprocessing.connection import Client

from control_map.intake.worker.work import answer_job


def main() -> None:
    """Do one job for the app."""
    answer_job(Client(sys.argv[1], authkey=sys.stdin.buffer.read()))


if __name__ == "__main__":
    main()
