"""Parts of places are read: an airport, a dam, a city quarter or a village, each with its names and its place."""

from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from control_map.core.characters import name_key
from control_map.core.errors import Fault
from control_map.theatre import csv_reader

PARTS_FILE = "parts.csv"
"""A file that a pack need not have."""
PART_COLUMNS = ("name", "name_local", "alt_names", "part_of", "note")
_NAMES = ["name", "name_local", "alt_names"]


def no_parts() -> pd.DataFrame:
    """Return the parts of a theatre that names none."""
    return pd.DataFrame(columns=["row", *PART_COLUMNS], dtype="str")


def read_parts(path: Path, places: pd.DataFrame) -> tuple[pd.DataFrame, list[Fault]]:
    """Read the parts of places of a pack; without the file there are none.

    Parameters
    ----------
    path
        The file. It needs the columns `name` and `part_of`, a `place_id`; several names in one cell of `alt_names` are
        separated by `|`.
    places
        The places of the theatre, with the column `place_id`. Not changed.

    Returns
    -------
    tuple
        The parts with `PART_COLUMNS` and `row`, the line of the file, and the faults. A part without a name or of a
        place that does not exist is left out, and so is one with a name that another part of the place has.

    Raises
    ------
    PackError
        If the file cannot be read as a table, or lacks a column.
    """
    if not path.exists():
        return no_parts(), []
    text, faults = csv_reader.read_columns(path, ("name", "part_of"), PART_COLUMNS)
    is_place = csv_reader.make_check(
        lambda column: column.isin(places["place_id"]),
        "there is no such place",
        "Write the place_id of a place in places.csv",
    )
    schema = pa.DataFrameSchema({"name": pa.Column(str, csv_reader.is_filled()), "part_of": pa.Column(str, is_place)})
    faults += csv_reader.validation_faults(schema, text, path.name)
    parts = text[~text.index.isin(csv_reader.not_kept(faults))].reset_index()
    seen: set[tuple[str, str]] = set()
    again: list[int] = []
    for row, part_of, *cells in parts[["row", "part_of", *_NAMES]].itertuples(index=False, name=None):
        names = {(part_of, name_key(name)) for cell in cells for name in cell.split("|") if name.strip()}
        again += [row] if names & seen else []
        seen |= names
    problem, fix = "the place has a part of this name already, further up", "Put the names of one part into one row"
    faults += [Fault(path.name, row, "name", problem, fix) for row in again]
    return parts[~parts["row"].isin(again)].reset_index(drop=True), sorted(faults)
