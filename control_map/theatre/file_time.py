"""The time that a file carries is that of its theatre, not that of writing: equal contents are equal bytes."""

import datetime as dt
import io
import os
import zipfile
from pathlib import Path
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

from control_map.core.errors import WriteError
from control_map.theatre.theatre import Theatre

EPOCH_VARIABLE = "SOURCE_DATE_EPOCH"
"""The environment variable with the time for files in seconds since 1970, see reproducible-builds.org."""
_FIRST, _LAST = dt.datetime(1980, 1, 1), dt.datetime(2107, 12, 31)  # noqa: DTZ001 - in UTC; ZIP files have no other


def environment_time() -> dt.datetime | None:
    """Return the time that `SOURCE_DATE_EPOCH` names, in UTC without a zone; None if it is not set.

    Raises
    ------
    WriteError
        If the environment variable is not a number of seconds.
    """
    seconds = os.environ.get(EPOCH_VARIABLE, "").strip()
    try:
        return dt.datetime.fromtimestamp(int(seconds), dt.UTC).replace(tzinfo=None) if seconds else None
    except (ValueError, OverflowError, OSError) as error:
        example = f"Set it to seconds since 1970, such as {EPOCH_VARIABLE}=1625788800, or unset it."
        raise WriteError(f"{EPOCH_VARIABLE} is '{seconds}', which is not a time. {example}") from error


def file_time(theatre: Theatre) -> dt.datetime:
    """Return the time that files of a theatre carry, in UTC without a zone.

    It is that of `SOURCE_DATE_EPOCH` if that is set, else the last day of the theatre's period; within 1980 to 2107,
    which a ZIP file can state.

    Raises
    ------
    WriteError
        If the environment variable is not a number of seconds.
    """
    chosen = environment_time() or dt.datetime.combine(theatre.period_end, dt.time())
    return min(max(chosen, _FIRST), _LAST)


def workbook_bytes(book: Workbook, time: dt.datetime) -> bytes:
    """Return an Excel workbook as a file that states `time` as the time at which it was made."""
    book.properties.created = book.properties.modified = time
    content = io.BytesIO()
    # Workbook.save would state the time of now.
    ExcelWriter(book, TimedZip(content, time)).save()
    return content.getvalue()


class TimedZip(zipfile.ZipFile):
    """A ZIP file to write, whose members all have one time."""

    def __init__(self, file: IO[bytes], time: dt.datetime) -> None:
        super().__init__(file, "w", zipfile.ZIP_DEFLATED)
        self._time = (time.year, time.month, time.day, time.hour, time.minute, time.second)

    def writestr(self, zinfo_or_arcname: str | zipfile.ZipInfo, data: Any, *_: Any, **__: Any) -> None:
        """Write a member, whatever time it states."""
        name = zinfo_or_arcname if isinstance(zinfo_or_arcname, str) else zinfo_or_arcname.filename
        member = zipfile.ZipInfo(name, self._time)
        member.compress_type = zipfile.ZIP_DEFLATED
        super().writestr(member, data)

    def write(self, filename: Any, arcname: Any = None, *_: Any, **__: Any) -> None:
        """Write a file as a member."""
        self.writestr(str(arcname), Path(filename).read_bytes())
