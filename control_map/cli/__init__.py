"""The command line: `python -m control_map COMMAND`; `--help` lists the commands."""

import logging
import sys

from control_map.cli import (  # noqa: F401 - they enter themselves
    add,
    brief,
    changes,
    commands,
    export,
    extract,
    imports,
    publish,
    reports,
    trend,
)
from control_map.cli.app import app
from control_map.cli.output import complain
from control_map.errors import ControlMapError, PackError

_BAD_ARGUMENT = 2


def main() -> None:
    """Run the command line; errors that a user can mend are one message, not a traceback."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        app()
    except ControlMapError as error:
        complain(error)
        sys.exit(1 if isinstance(error, PackError) else _BAD_ARGUMENT)
