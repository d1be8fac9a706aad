"""The large control files of VIINA are read piece by piece, and their place codes are joined with the names of places.

`read_changes("control_latest_2022.zip")` returns only the rows in which the status of a place changes.
"""

import csv
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pandas as pd
import pyarrow as pa
import pyarrow.csv

from control_map.core.errors import Fault, PackError, missing_file_fault
from control_map.core.limits import LIMITS
from control_map.intake.importers.base import format_codes, lower_case_columns
from control_map.intake.importers.viina import (
    COLUMNS_READ,
    NAME_COLUMNS,
    PLACE_CODE_COLUMNS,
    STATUSES,
    VIINA,
)
from control_map.intake.tables.reader import read_file
from control_map.intake.tables.table_builder import RawTable, check_file_size
from control_map.intake.tables.zip_files import ZIP_DAMAGE, open_zip
from control_map.theatre.geojson import read_features

BLOCK_BYTES = 1 << 24
"""Bytes of a file that are in memory at once."""


def add_place_names(raw: RawTable, places: Path) -> RawTable:
    """Add to a control file the names of its places from the file of places.

    Parameters
    ----------
    raw
        A table with `geonameid` or `kod`.
    places
        GeoJSON, or a table of any kind, with the same column, and with names in `NAME_COLUMNS`.
    """
    if not places.exists():
        raise PackError([missing_file_fault(places)])
    names = lower_case_columns(
        _read_properties(places) if places.suffix.lower() == ".geojson" else read_file(places).frame
    )
    frame = lower_case_columns(raw.frame)
    code = next((code for code in PLACE_CODE_COLUMNS if code in names and code in frame), "")
    if not code:
        fix = f"Give the file that has the column {' or '.join(code for code in PLACE_CODE_COLUMNS if code in frame)}"
        raise PackError([Fault(places.name, 1, "", "its places are not those of the control file", fix)])
    wanted = [name for columns in NAME_COLUMNS.values() for name in columns if name in names and name not in frame]
    known = names.assign(**{code: format_codes(names[code])}).drop_duplicates(code).set_index(code)[wanted]
    joined = known.reindex(format_codes(frame[code])).fillna("").set_axis(frame.index)
    return RawTable(raw.name, pd.concat([frame, joined], axis=1).astype("str"), raw.faults)


def _read_properties(path: Path) -> pd.DataFrame:
    """Read the properties of the features in a file, without their geometry."""
    fix = "Use the file as VIINA publishes it"
    check_file_size(path.name, path.stat().st_size, LIMITS.boundary_bytes, fix)
    features = pd.DataFrame.from_records(read_features(path.name, path.read_bytes()).properties)
    return features.astype(object).where(features.notna(), "").astype("str")


def read_changes(path: Path) -> tuple[RawTable, int]:
    """Read a control file, CSV or the ZIP file in which it is published, without the days that state nothing new.

    Returns
    -------
    tuple
        The rows with the first status of a place or with another status than before, and the number of other rows.

    Raises
    ------
    PackError
        If the file cannot be read, or the days of a place are not in order.
    """
    last: dict[str, tuple[str, str]] = {}
    kept: list[pd.DataFrame] = []
    rows = 0
    try:
        with _open_table(path) as file:
            for batch in _read_batches(file):
                frame = batch.set_index(pd.RangeIndex(rows + 2, rows + 2 + len(batch), name="row"))
                rows += len(frame)
                kept.append(frame[_find_changes(path.name, frame, last)])
    except (*ZIP_DAMAGE, pa.ArrowException, csv.Error) as error:
        problem = f"the file cannot be read ({error})"
        raise PackError([Fault(path.name, 0, "", problem, "Use the file as VIINA publishes it")]) from error
    frame = pd.concat(kept) if kept else pd.DataFrame(columns=["geonameid", "date", "status"])
    return RawTable(path.name, frame.fillna("").astype("str"), []), rows - len(frame)


def is_control_file(path: Path) -> bool:
    """Whether a file is a control file, by its first line or that of the table in the ZIP file."""
    try:
        with _open_table(path) as file:
            header = file.readline(10_000).decode("utf-8-sig").lower().strip()
    except (*ZIP_DAMAGE, PackError):
        return False
    return VIINA.recognises(next(csv.reader([header]), []))


@contextmanager
def _open_table(path: Path) -> Iterator[IO[bytes]]:
    if not path.exists():
        raise PackError([missing_file_fault(path)])
    with path.open("rb") as file:
        if not zipfile.is_zipfile(file):
            file.seek(0)
            yield file
            return
        file.seek(0)
        with open_zip(path.name, file, "Give one table") as packed:
            tables = [name for name in packed.namelist() if name.lower().endswith(".csv") and "/." not in f"/{name}"]
            if len(tables) != 1:
                problem = f"the file contains {len(tables)} tables"
                raise PackError([Fault(path.name, 0, "", problem, "Unpack it and give one table")])
            with packed.open(tables[0]) as table:
                yield table


def _read_batches(file: IO[bytes]) -> Iterator[pd.DataFrame]:
    first = file.readline(LIMITS.row_characters)
    header = next(csv.reader([first.decode("utf-8-sig").strip()]), [])
    wanted = [column for column in header if column.lower() in COLUMNS_READ]
    reader = pyarrow.csv.open_csv(
        _RestOfFile(file),
        read_options=pyarrow.csv.ReadOptions(column_names=header, block_size=BLOCK_BYTES),
        convert_options=pyarrow.csv.ConvertOptions(
            include_columns=wanted, column_types=dict.fromkeys(wanted, pa.string()), strings_can_be_null=False
        ),
    )
    for batch in reader:
        yield batch.to_pandas().rename(columns=str.lower)


class _RestOfFile(io.RawIOBase):
    """The rest of an open file as a file of its own; pyarrow would close the original, or read it from the start."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def readable(self) -> bool:
        """Return that the file can be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Read a number of bytes, or all."""
        return self._file.read(size)


def _find_changes(name: str, frame: pd.DataFrame, last: dict[str, tuple[str, str]]) -> pd.Series:
    """Return which rows of a piece have another status than the place had before; an unknown status counts as one.

    `last` holds the status and day of each place in the pieces before, and is updated.
    """
    place = frame["geonameid"] if "geonameid" in frame else frame["kod"]
    status = frame["status"].str.upper()
    known = status.isin(STATUSES)
    rows = pd.DataFrame({"place": place[known], "status": status[known], "day": frame["date"][known]})
    groups = rows.groupby("place", sort=False)
    before = groups[["status", "day"]].shift()
    first = before["status"].isna()
    for position, column in enumerate(before):
        earlier = {code: entry[position] for code, entry in last.items()}
        before[column] = before[column].mask(first, rows["place"].where(first).map(earlier))
    if (late := (rows["day"] < before["day"])[lambda late: late]).any():
        problem = f"the day is before that of the row above of the same place, {place[late.index[0]]}"
        raise PackError([Fault(name, int(late.index[0]), "date", problem, "Sort the rows by place and day")])
    ends = groups.tail(1)
    last.update(zip(ends["place"], zip(ends["status"], ends["day"], strict=True), strict=True))
    changes = pd.Series(data=True, index=frame.index)
    changes[rows.index] = rows["status"] != before["status"]
    return changes
