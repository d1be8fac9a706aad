"""Tools that make files with tables for tests, and check what must hold for every table that is read."""

import csv
import io
import zipfile

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from control_map.core.errors import PackError
from control_map.intake.tables import cell_text
from control_map.intake.tables.reader import read_table
from control_map.intake.tables.table_builder import RawTable

ROWS = [["name", "size"], ["Fen", "1"], ["Moor", "2"]]


def as_csv(rows: list[list[str]], separator: str = ",", **how: object) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=separator, **how).writerows(rows)
    return out.getvalue()


def as_xlsx(*sheets: list[list[object]], titles: tuple[str, ...] = ()) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(titles[number] if titles else None)
        for row in rows:
            sheet.append(row)
            for cell in sheet[sheet.max_row] if any(row) else ():
                if isinstance(cell.value, str):
                    cell.data_type = "s"  # Text, also where it looks like a formula or an error.
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_parquet(table: pa.Table | pd.DataFrame) -> bytes:
    out = io.BytesIO()
    pq.write_table(table if isinstance(table, pa.Table) else pa.Table.from_pandas(table), out)
    return out.getvalue()


def remade(data: bytes, parts: dict[str, bytes]) -> bytes:
    """Replace parts of a workbook."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in [*old.namelist(), *(name for name in parts if name not in old.namelist())]:
            new.writestr(name, parts.get(name) or old.read(name))
    return out.getvalue()


def with_sheet(xml: str, **parts: bytes) -> bytes:
    """Make a workbook whose only sheet has these rows."""
    sheet = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{xml}</worksheet>'
    return remade(as_xlsx(ROWS), {"xl/worksheets/sheet1.xml": sheet.encode(), **parts})


def any_table(data: bytes) -> RawTable | None:
    """Read anything: a clean table or an error with a fix, and nothing else."""
    try:
        raw = read_table("any", data)
    except PackError as error:
        refused = error.faults
    else:
        check(raw)
        return raw
    assert refused
    assert all(fault.file == "any" and fault.problem and fault.fix for fault in refused)
    return None


def check(raw: RawTable) -> None:
    """A table that was read is clean, and each row is in it or at fault."""
    assert raw.frame.index.is_unique
    assert raw.frame.columns.is_unique
    assert all(title == cell_text.strip_invisible(title) != "" for title in raw.frame.columns)
    assert not set(raw.frame.index) & {fault.row for fault in raw.faults if not fault.kept}
    for column in raw.frame:
        assert raw.frame[column].dtype == "str"
        assert [cell_text.strip_invisible(cell) for cell in raw.frame[column]] == raw.frame[column].tolist()
