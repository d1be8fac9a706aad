"""ZIP files of strangers are opened in one way, which reads no more than their directory states that they hold."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from control_map.core.limits import LIMITS
from control_map.intake.tables.table_builder import file_error

ZIP_DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, LookupError, ValueError, OverflowError),
    *(RuntimeError, OSError),
)
"""What the library raises for a damaged or encrypted file, or one that is packed as none here is."""
_BLOCK = 1 << 20
_DIRECTORY_ENTRY = b"PK\x01\x02"
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
"""Of any other method, the library unpacks whole blocks whatever their size."""


@contextmanager
def open_zip(name: str, file: IO[bytes], fix: str) -> Iterator[zipfile.ZipFile]:
    """Open a ZIP file, once it is known that it has not too many parts.

    Parameters
    ----------
    name
        What the file is called, for messages.
    file
        Its content.
    fix
        What the user can do if it has too many parts.

    Raises
    ------
    PackError
        If it has more parts than the limit.
    OSError, ValueError, RuntimeError and others
        If it is damaged or has a password, see `ZIP_DAMAGE`; also while it is read.
    """
    check_part_count(name, _count_entries(file), fix)
    with zipfile.ZipFile(file) as archive:
        if any(member.compress_type not in _METHODS for member in archive.infolist()):
            raise NotImplementedError("it is packed with another method than Deflate")
        yield archive


def check_part_count(name: str, parts: int, fix: str) -> None:
    """Raise PackError if a file has more parts than the limit."""
    if parts > LIMITS.members:
        raise file_error(name, f"the file has {parts:,} parts; {LIMITS.members:,} can be read", fix)


def read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """Return the content of a member, which is no larger than stated; otherwise the file is damaged."""
    with archive.open(member) as part:
        return part.read(member.file_size + 1)  # without a number, all is unpacked before the rest is cut off


def _count_entries(file: IO[bytes]) -> int:
    """Count the members by the bytes that begin the entry of each; the library would first make an object of each."""
    count, before = 0, b""
    while block := file.read(_BLOCK):
        count += (before + block).count(_DIRECTORY_ENTRY)
        before = block[1 - len(_DIRECTORY_ENTRY) :]
    file.seek(0)
    return count
