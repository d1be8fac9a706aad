"""Files are written whole or not at all; an error says why a file cannot be written and what to do instead.

What is unfinished lies in a folder beside the target, which its process has locked. The lock ends with the process,
however that ends, and then the next one that writes there removes the folder.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

from control_map.core.errors import WriteError
from control_map.theatre.background import BACKGROUND_FILES
from control_map.theatre.theatre import PACK_FILES

try:
    import fcntl
except ImportError:  # Windows has no such locks; there, unfinished folders stay
    fcntl = None  # type: ignore[assignment]

_PREFIX = ".control-map-unfinished-"
_NAME = re.compile(re.escape(_PREFIX) + r"[a-z0-9_]{8}", re.ASCII)
"""The names that `tempfile.mkdtemp` gives."""


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


def replace_file(
    path: Path, write: Callable[[Path], object], *, of_pack: bool = False, staging: Path | None = None
) -> None:
    """Write a file so that at each moment either the old or the new one is there, and no other file afterwards.

    What a process left unfinished beside it, because it was ended, is removed.

    Parameters
    ----------
    path
        The file, in a folder that exists. It cannot be a file of a theatre pack, which only its makers change, unless
        `of_pack` says that they do.
    write
        Is called with a path at which nothing exists yet, and writes the contents there.
    staging
        What `temporary_folder` yields for a folder of the same file system, for one who writes many files; None: one is
        made beside the file.

    Raises
    ------
    WriteError
        If it cannot be written, or is a file of a pack.
    """
    names = (*PACK_FILES, *BACKGROUND_FILES)
    if not of_pack and path.name.casefold() in names and (path.parent / "theatre.toml").exists():
        raise WriteError(f"{path} is a file of a theatre pack, which is never changed. Name another.")
    # The temporary folder is beside the target: a file is replaced at once only within one file system.
    with explain_write_errors(path), nullcontext(staging) if staging else temporary_folder(path.parent) as folder:
        unfinished = folder / path.name
        write(unfinished)
        unfinished.replace(path)


@contextmanager
def temporary_folder(parent: Path | None = None) -> Iterator[Path]:
    """Yield a new folder, by default in that of the system for temporary files, and remove it with its contents.

    Folders that were not removed because their process was ended are removed first.
    """
    parent = parent or Path(tempfile.gettempdir())
    remove_unfinished(parent)
    folder, handle = _make_locked_folder(parent)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if handle is not None:
            os.close(handle)


@contextmanager
def locked_folder(folder: Path) -> Iterator[None]:
    """Wait until no other process or thread holds the lock of a folder, and hold it."""
    if fcntl is None:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some network file systems have no locks
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def remove_unfinished(parent: Path) -> None:
    """Remove the folders for what is unfinished from a folder, except those in which a process is writing now."""
    if fcntl is None:
        return
    for left in filter(is_unfinished, parent.glob(f"{_PREFIX}*")):
        with suppress(OSError):  # it is a link, of another user, or in use
            handle = os.open(left, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(left, ignore_errors=True)
            finally:
                os.close(handle)


def is_unfinished(path: Path) -> bool:
    """Whether a path is a folder for what is unfinished."""
    return _NAME.fullmatch(path.name) is not None and path.is_dir()


def _make_locked_folder(parent: Path) -> tuple[Path, int | None]:
    """Return a new folder, and the handle that locks it until it is closed."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
        if fcntl is None:
            return folder, None
        with suppress(FileNotFoundError):  # another process found it before it was locked, and removed it
            handle = os.open(folder, os.O_RDONLY)
            with suppress(OSError):
                fcntl.flock(handle, fcntl.LOCK_EX)
            if folder.exists():
                return folder, handle
            os.close(handle)
