"""Published totals are read from `totals.csv`: a frame comes out, and a list of faults."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from control_map.core.errors import Fault
from control_map.theatre import csv_reader

TOTAL_COLUMNS = ("date", "measure", "value", "qualifier", "claimed_by", "source_name", "source_url", "note")
_OPTIONAL_COLUMNS = ("published", "scale")


def read_totals(path: Path, scales: Sequence[str]) -> tuple[pd.DataFrame, list[Fault]]:
    """Read the published totals.

    Parameters
    ----------
    path
        CSV with `TOTAL_COLUMNS`, and optionally `published` and `scale`.
    scales
        The ids that a row may name as its scale.

    Returns
    -------
    totals
        All these columns. `date` is the day for which the total holds. `published` is the day of publication, or `date`
        where that is not given.
    faults
        Rows that were left out, and cells that were cleaned.

    Raises
    ------
    PackError
        If the file is missing or lacks one of `TOTAL_COLUMNS`.
    """
    text, faults = csv_reader.read_clean_csv(path, TOTAL_COLUMNS)
    text = text.assign(**dict.fromkeys(set(_OPTIONAL_COLUMNS) - set(text.columns), ""))
    schema = pa.DataFrameSchema(
        {
            "date": pa.Column(str, csv_reader.is_iso_date()),
            "published": pa.Column(str, [csv_reader.is_iso_date(or_empty=True), _not_before(text["date"])]),
            "measure": pa.Column(str, csv_reader.is_filled()),
            "value": pa.Column(str, csv_reader.is_number(0, 1e10, or_empty=False)),
            "qualifier": pa.Column(str, csv_reader.is_one_of(["exact", "about", "at_least"])),
            "scale": pa.Column(str, csv_reader.is_one_of(scales, or_empty=True)),
        }
    )
    faults += csv_reader.validation_faults(schema, text, path.name)
    good = text[~text.index.isin(csv_reader.not_kept(faults))].reset_index(drop=True)
    date = csv_reader.parse_dates(good["date"])
    published = csv_reader.parse_dates(good["published"]).fillna(date)
    totals = good.assign(date=date, published=published, value=pd.to_numeric(good["value"]))
    return totals[[*TOTAL_COLUMNS, *_OPTIONAL_COLUMNS]], faults


def _not_before(dates: pd.Series) -> pa.Check:
    day = csv_reader.parse_dates(dates)
    return csv_reader.make_check(
        lambda column: ~(csv_reader.parse_dates(column) < day.reindex(column.index)),
        "the total is published before the day for which it holds",
        "Correct one of the two dates, or leave the cell empty",
    )
