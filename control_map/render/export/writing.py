"""A view becomes a file, whole or not at all."""

import datetime as dt
import re
import tempfile
from collections.abc import Sequence
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
    """Write a file in the format that its name asks for; one that is there is replaced once the new one is whole.

    Parameters
    ----------
    view, date, since, province_id
        As for `tables.status`.
    path
        Where to; its suffix is one of `formats.FORMATS`.
    what
        Which table. None: all of them if the format holds several, else the status.

    Raises
    ------
    UnknownNameError
        If there is no such format.
    WriteError
        If the file cannot be written.
    """
    form = format_of(path)
    contents = collect_contents(view, date, _chosen(form, what), since, province_id)
    safe_write.replace_file(path, lambda unfinished: form.write(contents, unfinished))


def export_to_bytes(
    view: View,
    date: dt.date,
    form: FileFormat,
    what: ExportTable | None = None,
    since: dt.date | None = None,
    province_id: str = "",
) -> bytes:
    """Return what `write` would write, as a file of a format."""
    contents = collect_contents(view, date, _chosen(form, what), since, province_id)
    with tempfile.TemporaryDirectory(prefix="control-map-") as folder:
        path = Path(folder) / f"export{form.suffix}"
        form.write(contents, path)
        return path.read_bytes()


def _chosen(form: FileFormat, what: ExportTable | None) -> Sequence[ExportTable]:
    if what is None:
        return list(ExportTable) if form.holds_all else [ExportTable.STATUS]
    return [what]


def export_file_name(
    view: View,
    date: dt.date,
    suffix: str,
    table: str | None = None,
    since: dt.date | None = None,
    province_id: str = "",
) -> str:
    """Name a file by what it says, as in `afghanistan-2021_2021-07-09_assessed.geojson`.

    Further parts say what is unlike the usual: a table other than the status, which is a `What` or any name, the day to
    compare with, the day up to which publications count, the province, a rule whose parameters were changed.
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
