"""The table of a tab is offered as CSV and as Excel, each with its provenance inside."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st

from control_map.render.export.excel import table_as_excel
from control_map.render.export.writing import export_file_name
from control_map.render.provenance import Provenance
from control_map.theatre.csv_writer import as_csv
from control_map.theatre.file_time import file_time
from control_map.ui.auth.sign_in import offer_download
from control_map.ui.state.selection import Selection


class TableWithFacts(NamedTuple):
    """A table to download, and its provenance, as `Provenance.facts` returns it."""

    table: pd.DataFrame
    facts: Mapping[str, str]


def offer_section(
    selection: Selection, name: str, make: Callable[[Selection], pd.DataFrame], *, province_id: str = ""
) -> None:
    """Offer the table of a section, see `offer_table`; `province_id` is the province to which it keeps, if any."""

    def make_with_facts(shown: Selection) -> TableWithFacts:
        return TableWithFacts(make(shown), Provenance.of(shown.view, shown.date, province_id=province_id).facts())

    offer_table(selection, name, make_with_facts, key=f"{name} download", province_id=province_id)


def offer_table(
    selection: Selection,
    name: str,
    make: Callable[[Selection], TableWithFacts],
    *,
    key: str,
    day: dt.date | None = None,
    since: dt.date | None = None,
    province_id: str = "",
    **button: Any,
) -> None:
    """Show a button that opens two, for a table as CSV and as Excel: each step of the date sends what is open.

    `name`, `day` (otherwise that of the selection), `since` and `province_id` name the files, see `export_file_name`.
    `make` is called after the click, and may hold nothing that weighs much; `button` has further arguments of
    `st.popover`.
    """

    def make_csv(shown: Selection) -> str:
        return as_csv(*make(shown))

    def make_excel(shown: Selection) -> bytes:
        return table_as_excel(name, *make(shown), file_time(shown.view.pack.theatre))

    excel = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    kinds = (("CSV", ".csv", "text/csv", make_csv, key), ("Excel", ".xlsx", excel, make_excel, f"{key} excel"))
    popover = st.popover("Download", key=f"{key} open", on_change="rerun", width="content", **button)
    if not popover.open:
        return
    for label, suffix, media_type, write, button_key in kinds:
        with popover:
            offer_download(
                f"Download {label}",
                export_file_name(selection.view, day or selection.date, suffix, name, since, province_id),
                media_type,
                selection.later(write),
                key=button_key,
            )
