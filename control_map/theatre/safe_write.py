"""How files are put in place: whole or not at all, and with a message that says how to mend what went wrong."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from control_map.core.errors import WriteError
from control_map.theatre.theatre import PACK_FILES


@contextmanager
def explain_write_errors(path: Path) -> Iterator[None]:
    """Say of a file or a folder that it cannot be written, and where it could be, if what is inside fails.

    Raises
    ------
    WriteError
        In place of an `OSError`.
    """
    try:
        yield
    except OSError as error:
        message = (
            f"{path} cannot be written ({error.strerror or error}). Name another, in a folder that you may write to."
        )
        raise WriteError(message) from error


def replace_file(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file, so that there is at each moment the old one or the new one, and nothing beside it afterwards.

    Parameters
    ----------
    path
        Where to. Its folder is there. A file of a theatre pack it cannot be: those are their makers' alone to change.
    write
        Writes to the path that it is given, at which there is nothing yet.

    Raises
    ------
    WriteError
        If it cannot be written, or is a file of a pack.
    """
    if path.name.casefold() in PACK_FILES and (path.parent / "theatre.toml").exists():
        message = f"{path} is a file of a theatre pack, which is never changed. Name another."
        raise WriteError(message)
    # Beside its target, as only within one file system a file is put in place at once.
    with explain_write_errors(path), tempfile.TemporaryDirectory(prefix=".control-map-", dir=path.parent) as folder:
        unfinished = Path(folder) / path.name
        write(unfinished)
        unfinished.replace(path)
