"""A view is written to a file, completely or not at all, and the file is named."""

import datetime as dt
import re
from pathlib import Path

from control_map.pipeline.view import View
from control_map.render.export.contents import collect_contents
from control_map.render.export.formats import FileFormat, format_of
from control_map.render.export.tables import ExportTable
from control_map.theatre import safe_write


def write_export(
    view: View,
    date: dt.date,
    path: Path,
    what: ExportTable | None = None,
    since: dt.date | None = None,
    province_id: str = "",
) -> None:
    """Write a file in the format of its suffix; an old file is replaced only when the new one is complete.

    Parameters
    ----------
    view, date, since, province_id
        As for `make_status_table`.
    path
        The file to write; its suffix is one of `FORMATS`.
    what
        The table to write. None: all tables if the format holds several, otherwise the status.

    Raises
    ------
    UnknownNameError
        If no format has the suffix.
    WriteError
        If the file cannot be written.
    """
    file_format = format_of(path)
    default = list(ExportTable) if file_format.holds_all else [ExportTable.STATUS]
    contents = collect_contents(view, date, [what] if what else default, since, province_id)
    safe_write.replace_file(path, lambda unfinished: file_format.write(contents, unfinished))


def export_to_bytes(
    view: View,
    date: dt.date,
    file_format: FileFormat,
    what: ExportTable | None = None,
    since: dt.date | None = None,
    province_id: str = "",
) -> bytes:
    """Return the content of the file that `write_export` would write in a format."""
    with safe_write.temporary_folder() as folder:
        path = folder / f"export{file_format.suffix}"
        write_export(view, date, path, what, since, province_id)
        return path.read_bytes()


def export_file_name(
    view: View,
    date: dt.date,
    suffix: str,
    table: str | None = None,
    since: dt.date | None = None,
    province_id: str = "",
) -> str:
    """Name a file after its content, as in `afghanistan-2021_2021-07-09_assessed.geojson`.

    Further parts state what differs from the default: a table other than the status, the day to compare with, the
    knowledge date, the province, and a rule whose parameters were changed. `table` is an `ExportTable` or any name.
    """
    rule = view.rule.id if view.rule == view.pack.rule(view.rule.id) else f"{view.rule.id}-adjusted"
    parts = [
        view.pack.theatre.id,
        date.isoformat(),
        rule,
        table if table and table != ExportTable.STATUS else "",
        f"since-{since.isoformat()}" if since else "",
        f"known-{view.known_on.isoformat()}" if view.known_on else "",
        province_id,
    ]
    return "_".join(filter(None, (re.sub(r"[^\w-]+", "-", part) for part in parts))) + suffix
