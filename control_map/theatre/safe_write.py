"""Files are written whole or not at all; an error says why a file cannot be written and what to do instead."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from control_map.core.errors import WriteError
from control_map.theatre.theatre import PACK_FILES


@contextmanager
def explain_write_errors(path: Path) -> Iterator[None]:
    """Turn a failure to write a file or folder into an error that says why, and where it could be written.

    Raises
    ------
    WriteError
        In place of an `OSError`.
    """
    try:
        yield
    except OSError as error:
        why = error.strerror or error
        raise WriteError(
            f"{path} cannot be written ({why}). Name another, in a folder that you may write to."
        ) from error


def replace_file(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file so that at each moment either the old or the new one is there, and no other file afterwards.

    Parameters
    ----------
    path
        The file, in a folder that exists. It cannot be a file of a theatre pack: only its makers change those.
    write
        Is called with a path at which nothing exists yet, and writes the contents there.

    Raises
    ------
    WriteError
        If it cannot be written, or is a file of a pack.
    """
    if path.name.casefold() in PACK_FILES and (path.parent / "theatre.toml").exists():
        raise WriteError(f"{path} is a file of a theatre pack, which is never changed. Name another.")
    # The temporary folder is beside the target: a file is replaced at once only within one file system.
    with explain_write_errors(path), tempfile.TemporaryDirectory(prefix=".control-map-", dir=path.parent) as folder:
        unfinished = Path(folder) / path.name
        write(unfinished)
        unfinished.replace(path)
