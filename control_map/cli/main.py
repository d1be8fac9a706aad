"""The entry point of the command line: `control-map COMMAND`, or `python -m control_map COMMAND`."""

import logging
import os
import sys

from control_map.cli.app import app
from control_map.cli.commands import (  # noqa: F401 - adds them
    add,
    alert,
    api_key,
    ask,
    extract,
    import_,
    init,
    over_time,
    reports,
    settlements,
    write,
)
from control_map.cli.guard import OUT_OF_MEMORY
from control_map.cli.output import print_note
from control_map.core.errors import ControlMapError, PackError

_BAD_ARGUMENT = 2
_MOST_SHOWN = 300
_TRACEBACK = "CONTROL_MAP_TRACEBACK"
"""The variable with which an error of the program itself is shown with its traceback."""


def main() -> None:
    """Run the command line; an error is shown as a sentence, and one of the program itself as a traceback if asked."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        app()
    except MemoryError:
        print_note(OUT_OF_MEMORY)
        sys.exit(1)
    except ControlMapError as error:
        print_note(error)
        sys.exit(1 if isinstance(error, PackError) else _BAD_ARGUMENT)
    except Exception as error:
        if os.environ.get(_TRACEBACK):
            raise
        failure = f"The program has failed ({type(error).__name__}: {str(error)[:_MOST_SHOWN]})."
        print_note(
            f"{failure} If that is no fault of yours, report it with what {_TRACEBACK}=1 in the environment shows."
        )
        sys.exit(1)
