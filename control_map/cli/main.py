"""The command line: `python -m control_map COMMAND`; `--help` lists the commands."""

import logging
import sys

from control_map.cli.app import app
from control_map.cli.commands import (  # noqa: F401 - importing a module registers its commands
    add,
    ask,
    brief,
    extract,
    import_,
    init,
    over_time,
    publish,
    reports,
    trend,
    write,
)
from control_map.cli.output import print_note
from control_map.core.errors import ControlMapError, PackError

_BAD_ARGUMENT = 2


def main() -> None:
    """Run the command line; errors that a user can mend are one message, not a traceback."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        app()
    except ControlMapError as error:
        print_note(error)
        sys.exit(1 if isinstance(error, PackError) else _BAD_ARGUMENT)
