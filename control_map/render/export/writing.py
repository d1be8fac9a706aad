"""A view becomes a file, whole or not at all."""

import datetime as dt
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

from control_map.pipeline.view import View
from control_map.render.export.contents import contents_of
from control_map.render.export.formats import Format, format_of
from control_map.render.export.tables import What
from control_map.theatre import safe_write


def write(
    view: View,
    date: dt.date,
    path: Path,
    what: What | None = None,
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
    contents = contents_of(view, date, _chosen(form, what), since, province_id)
    safe_write.replace(path, lambda unfinished: form.write(contents, unfinished))


def to_bytes(
    view: View,
    date: dt.date,
    form: Format,
    what: What | None = None,
    since: dt.date | None = None,
    province_id: str = "",
) -> bytes:
    """Return what `write` would write, as a file of a format."""
    contents = contents_of(view, date, _chosen(form, what), since, province_id)
    with tempfile.TemporaryDirectory(prefix="control-map-") as folder:
        path = Path(folder) / f"export{form.suffix}"
        form.write(contents, path)
        return path.read_bytes()


def _chosen(form: Format, what: What | None) -> Sequence[What]:
    if what is None:
        return list(What) if form.holds_all else [What.STATUS]
    return [what]


def file_name(
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
        table if table and table != What.STATUS else "",
        f"since-{since.isoformat()}" if since else "",
        f"known-{view.known_on.isoformat()}" if view.known_on else "",
        province_id,
    ]
    return "_".join(filter(None, (re.sub(r"[^\w-]+", "-", part) for part in parts))) + suffix
