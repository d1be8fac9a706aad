"""The theatres of this machine, by the ids that addresses name. Theatres that visitors made are none of them."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from control_map.core.errors import PackError, missing_file_fault
from control_map.core.model import Credit
from control_map.render.answers import Answer, licence_of
from control_map.render.provenance import Provenance
from control_map.theatre.config import TheatreConfig, read_config
from control_map.theatre.theatre import fingerprint_files
from control_map.ui.state import cached_results

THEATRE_COLUMNS = "id title country period_start period_end opens_on default_rule hash licence problem".split()
_DAYS = ("period_start", "period_end", "opens_on")
_NOTHING = {name: None if name in _DAYS else "" for name in THEATRE_COLUMNS}


def list_theatres(folders: Mapping[str, Path]) -> Answer:
    """List theatres, given their folders by name, with `THEATRE_COLUMNS`; `problem` says why one cannot be used.

    The credits are those of all, and the date is the last day of any.

    Raises
    ------
    PackError
        If none can be used.
    """
    rows, credited, errors = [], list[Credit](), list[PackError]()
    for name, folder in folders.items():
        try:
            config, _ = read_config(folder / "theatre.toml")
            cached_results.cached_pack(folder)  # finds what is wrong with its other files
            rows.append(_describe(name, config, fingerprint_files(folder)))
            credited += config.credit_list
        except (PackError, OSError) as error:  # a file can be replaced or removed at any moment
            errors.append(error if isinstance(error, PackError) else PackError([missing_file_fault(folder)]))
            rows.append({**_NOTHING, "id": name, "problem": str(errors[-1].faults[0])})
    if len(errors) == len(folders):
        raise errors[0] if errors else PackError([missing_file_fault(Path("theatre.toml"))])
    table = pd.DataFrame(rows, columns=THEATRE_COLUMNS)
    table = table.astype({name: "datetime64[us]" if name in _DAYS else "str" for name in THEATRE_COLUMNS})
    # A pack that is broken has no hash, and may be broken in another way next time.
    together = hashlib.sha256(table.to_csv().encode("utf-8", "surrogatepass")).hexdigest()[:16]
    last = table["period_end"].max().date()
    return Answer(table, Provenance("", last, "", None, None, together, tuple(dict.fromkeys(credited))))


def _describe(name: str, config: TheatreConfig, fingerprint: str) -> dict[str, Any]:
    return {
        "id": name,
        "title": config.title,
        "country": config.country,
        "period_start": config.period.start,
        "period_end": config.period.end,
        "opens_on": config.period.opens_on,
        "default_rule": config.default_rule,
        "hash": fingerprint,
        "licence": licence_of(config.credit_list),
        "problem": "",
    }
