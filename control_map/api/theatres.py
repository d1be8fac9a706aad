"""The theatres of this machine, by the ids that addresses name. Theatres that visitors made are none of them."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from control_map.core.errors import PackError, UnknownNameError
from control_map.core.model import Credit
from control_map.render.answers import Answer, licence_of
from control_map.render.provenance import Provenance
from control_map.theatre.config import TheatreConfig, read_config
from control_map.theatre.discovery import name_folders, pack_folders
from control_map.theatre.theatre import fingerprint_files

THEATRE_COLUMNS = "id title country period_start period_end opens_on default_rule hash licence problem".split()


def folders_by_id() -> dict[str, Path]:
    """Return the folder of each theatre; the first is the one that is meant where none is named."""
    return name_folders(pack_folders())


def find_folder(theatre: str) -> Path:
    """Return the folder of a theatre by its id; empty: of the first.

    Raises
    ------
    UnknownNameError
        If there is none; the message lists those that there are.
    """
    folders = folders_by_id()
    if not folders or (theatre and theatre not in folders):
        raise UnknownNameError("theatre", theatre, list(folders), complete=True)
    return folders[theatre] if theatre else next(iter(folders.values()))


def list_theatres(ids: Iterable[str]) -> Answer:
    """List theatres with `THEATRE_COLUMNS`; `problem` says why one cannot be used.

    The credits are those of all, and the date is the last day of any.
    """
    folders = folders_by_id()
    rows, credited = [], list[Credit]()
    for theatre in ids:
        folder = folders[theatre]
        try:
            config, _ = read_config(folder / "theatre.toml")
            rows.append(_describe(theatre, config, fingerprint_files(folder)))
            credited += config.credit_list
        except (PackError, OSError) as error:
            fault = error.faults[0] if isinstance(error, PackError) else "a file cannot be read"
            rows.append({"id": theatre, "problem": str(fault)})
    table = pd.DataFrame(rows, columns=THEATRE_COLUMNS)
    days = ["period_start", "period_end", "opens_on"]
    table = table.astype(dict.fromkeys(days, "datetime64[us]"))
    texts = [name for name in THEATRE_COLUMNS if name not in days]
    table = table.assign(**{name: table[name].fillna("").astype("str") for name in texts})
    together = hashlib.sha256("".join(table["hash"]).encode()).hexdigest()[:16]
    last = table["period_end"].max()
    return Answer(table, Provenance("", last.date(), "", None, None, together, tuple(dict.fromkeys(credited))))


def _describe(theatre: str, config: TheatreConfig, fingerprint: str) -> dict[str, object]:
    return {
        "id": theatre,
        "title": config.title,
        "country": config.country,
        "period_start": config.period.start,
        "period_end": config.period.end,
        "opens_on": config.period.opens_on,
        "default_rule": config.default_rule,
        "hash": fingerprint,
        "licence": licence_of(config.credit_list),
    }
