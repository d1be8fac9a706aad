"""The files of VIINA: those of control, of millions of rows, and those of the places that they have as numbers."""

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
import pyogrio
import pyogrio.errors

from control_map.core.errors import Fault, PackError, missing_file_fault
from control_map.intake.importers.base import lower_case_columns
from control_map.intake.importers.viina import (
    COLUMNS_READ,
    NAME_COLUMNS,
    PLACE_CODE_COLUMNS,
    STATUSES,
    VIINA,
    format_place_codes,
)
from control_map.intake.tables.reader import read_file
from control_map.intake.tables.table_builder import RawTable

BLOCK_BYTES = 1 << 24
"""Bytes of a file that are held at once."""


def add_place_names(raw: RawTable, places: Path) -> RawTable:
    """Give the places of a control file the names that they have in the file of its places.

    Parameters
    ----------
    raw
        A table with `geonameid` or `kod`.
    places
        GeoJSON, or a table of any kind, with the same column, and with names as `NAMES` lists them.
    """
    if not places.exists():
        raise PackError([missing_file_fault(places)])
    names = lower_case_columns(_features(places) if places.suffix.lower() == ".geojson" else read_file(places).frame)
    frame = lower_case_columns(raw.frame)
    code = next((code for code in PLACE_CODE_COLUMNS if code in names and code in frame), "")
    if not code:
        fix = f"Give the file that has the column {' or '.join(code for code in PLACE_CODE_COLUMNS if code in frame)}"
        raise PackError([Fault(places.name, 1, "", "its places are not those of the control file", fix)])
    wanted = [name for columns in NAME_COLUMNS.values() for name in columns if name in names and name not in frame]
    known = names.assign(**{code: format_place_codes(names[code])}).drop_duplicates(code).set_index(code)[wanted]
    joined = known.reindex(format_place_codes(frame[code])).fillna("").set_axis(frame.index)
    return RawTable(raw.name, pd.concat([frame, joined], axis=1).astype("str"), raw.faults)


def _features(path: Path) -> pd.DataFrame:
    """Read what is said of the polygons of a file, without the polygons."""
    try:
        features: pd.DataFrame = pyogrio.read_dataframe(path, read_geometry=False)
    except (pyogrio.errors.DataSourceError, ValueError) as error:
        problem = f"the file cannot be read ({error})"
        raise PackError([Fault(path.name, 0, "", problem, "Take it as VIINA publishes it")]) from error
    return features.astype(object).where(features.notna(), "").astype("str")


def read_changes(path: Path) -> tuple[RawTable, int]:
    """Read a control file, CSV or the ZIP file in which it is published, without the days that say nothing new.

    Returns
    -------
    tuple
        The rows on which a place is first heard of or has another status than before, and how many others there are.

    Raises
    ------
    PackError
        If it cannot be read, or the days of a place do not follow each other.
    """
    last: dict[str, str] = {}
    days: dict[str, str] = {}
    kept: list[pd.DataFrame] = []
    rows = 0
    try:
        with _opened(path) as file:
            for batch in _batches(file):
                frame = batch.set_index(pd.RangeIndex(rows + 2, rows + 2 + len(batch), name="row"))
                rows += len(frame)
                kept.append(frame[_news(path.name, frame, last, days)])
    except (pa.ArrowInvalid, zipfile.BadZipFile, UnicodeDecodeError) as error:
        problem = f"the file cannot be read ({error})"
        raise PackError([Fault(path.name, 0, "", problem, "Take it as VIINA publishes it")]) from error
    frame = pd.concat(kept) if kept else pd.DataFrame(columns=["geonameid", "date", "status"])
    return RawTable(path.name, frame.fillna("").astype("str"), []), rows - len(frame)


def is_control_file(path: Path) -> bool:
    """Whether a file is a control file, by the first line of it or of what is packed in it."""
    try:
        with _opened(path) as file:
            header = file.readline(10_000).decode("utf-8-sig").lower().strip()
    except (OSError, zipfile.BadZipFile, UnicodeDecodeError, PackError):
        return False
    columns = set(next(csv.reader([header]), []))
    return any(told <= columns for told in VIINA.told_by)


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    if not path.exists():
        raise PackError([missing_file_fault(path)])
    if not zipfile.is_zipfile(path):
        with path.open("rb") as file:
            yield file
        return
    with zipfile.ZipFile(path) as packed:
        tables = [name for name in packed.namelist() if name.lower().endswith(".csv") and "/." not in f"/{name}"]
        if len(tables) != 1:
            problem = f"{len(tables)} tables are packed in it"
            raise PackError([Fault(path.name, 0, "", problem, "Take the table out and give that")])
        with packed.open(tables[0]) as file:
            yield file


def _batches(file: IO[bytes]) -> Iterator[pd.DataFrame]:
    first = file.readline()
    header = next(csv.reader([first.decode("utf-8-sig").strip()]), [])
    wanted = [column for column in header if column.lower() in COLUMNS_READ]
    reader = pyarrow.csv.open_csv(
        _Rest(file),
        read_options=pyarrow.csv.ReadOptions(column_names=header, block_size=BLOCK_BYTES),
        convert_options=pyarrow.csv.ConvertOptions(
            include_columns=wanted, column_types=dict.fromkeys(wanted, pa.string()), strings_can_be_null=False
        ),
    )
    for batch in reader:
        yield batch.to_pandas().rename(columns=str.lower)


class _Rest(io.RawIOBase):
    """The rest of a file as one of its own: a reader would close it, or begin again where it does."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Read so many bytes."""
        return self._file.read(size)


def _news(name: str, frame: pd.DataFrame, last: dict[str, str], days: dict[str, str]) -> pd.Series:
    """Say which rows have another status than the place had before; `last` and `days` are what it had, and are set."""
    place = frame["geonameid"] if "geonameid" in frame else frame["kod"]
    status = frame["status"].str.upper()
    known = status.isin(STATUSES)
    told = pd.DataFrame({"place": place[known], "status": status[known], "day": frame["date"][known]})
    groups = told.groupby("place", sort=False)
    before = groups["status"].shift()
    earlier = groups["day"].shift()
    first = before.isna()
    before = before.mask(first, told["place"].where(first).map(last))
    earlier = earlier.mask(first, told["place"].where(first).map(days))
    if (late := (told["day"] < earlier)[lambda late: late]).any():
        problem = f"the day is before that of the row above of the same place, {place[late.index[0]]}"
        raise PackError([Fault(name, int(late.index[0]), "date", problem, "Sort the rows by place and day")])
    ends = groups.tail(1)
    last.update(zip(ends["place"], ends["status"], strict=True))
    days.update(zip(ends["place"], ends["day"], strict=True))
    news = pd.Series(data=True, index=frame.index)
    news[told.index] = told["status"] != before
    return news
