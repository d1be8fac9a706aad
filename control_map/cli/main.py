"""The entry point of the command line: `control-map COMMAND`, or `python -m control_map COMMAND`."""

import logging
import sys

from control_map.cli.app import app
from control_map.cli.commands import add, ask, extract, import_, init, over_time, reports, write  # noqa: F401 - adds them
from control_map.cli.guard import OUT_OF_MEMORY
from control_map.cli.output import print_note
from control_map.core.errors import ControlMapError, PackError

_BAD_ARGUMENT = 2


def main() -> None:
    """Run the command line; an error that the user can fix is shown as a message, not a traceback."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        app()
    except MemoryError:
        print_note(OUT_OF_MEMORY)
        sys.exit(1)
    except ControlMapError as error:
        print_note(error)
        sys.exit(1 if isinstance(error, PackError) else _BAD_ARGUMENT)
