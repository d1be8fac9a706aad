"""The section of the border: who holds how much of it and each crossing, and a chart of who held it when."""

from itertools import groupby
from typing import Any

import pandas as pd
import streamlit as st

from control_map.analysis.crossings import crossing_spans, crossing_statuses, summarize_frontier
from control_map.analysis.summary import columns_by_status, rows_in_province
from control_map.core.wording import spans_years
from control_map.pipeline.view import View
from control_map.render.charts.axes import ChartContext
from control_map.render.charts.crossings import draw_crossing_chart
from control_map.ui import html
from control_map.ui.state.cached_results import show_cached_html
from control_map.ui.state.selection import Selection
from control_map.ui.tabs.download import offer_section

_ALT_TEXT = "Who held each border crossing through the period; the list below says the same in words"


def show_crossings(selection: Selection) -> None:
    """Show the crossings of a day, and through the period."""
    view, theatre, province_id = selection.view, selection.pack.theatre, selection.province_id
    show_cached_html(view, "border", selection.date, province_id, write=lambda: _write_table(selection))
    offer_section(selection, "crossings", _statuses, province_id=province_id)
    spans = _in_province(
        crossing_spans(view.timeline, theatre.places, theatre.period_start, theatre.period_end), province_id
    )
    if spans.empty:
        return
    context = ChartContext(theatre.period_start, theatre.period_end, selection.date, dark=html.is_dark())
    st.altair_chart(
        draw_crossing_chart(spans, selection.pack.styles, context, _ALT_TEXT),
        width="stretch",
        theme=None,
        key="border chart",
    )
    show_cached_html(view, "border list", province_id, write=lambda: _write_history(spans, view))


def _in_province(rows: pd.DataFrame, province_id: str) -> pd.DataFrame:
    return rows[rows["province_id"] == province_id] if province_id else rows


def _statuses(selection: Selection) -> pd.DataFrame:
    rows = crossing_statuses(selection.view.timeline, selection.pack.theatre.places, selection.date)
    return _in_province(rows, selection.province_id)


def _write_table(selection: Selection) -> str:
    theatre = selection.pack.theatre
    rows: list[dict[Any, Any]] = _statuses(selection).to_dict("records")
    held = summarize_frontier(
        selection.now,
        rows_in_province(theatre.places, theatre.places, selection.province_id),
        rows_in_province(theatre.frontier, theatre.places, selection.province_id),
    )
    countries: dict[str, list[dict[Any, Any]]] = {country: [] for country in sorted({*held["neighbour"]})}
    countries |= {country: list(group) for country, group in groupby(rows, lambda row: row["neighbour"])}
    lengths: list[dict[Any, Any]] = held[held["km"].notna() & (held["km"] > 0)].to_dict("records")
    return html.render_template(
        "border.html",
        countries=countries,
        lengths={country: list(group) for country, group in groupby(lengths, lambda row: row["neighbour"])},
        date=selection.date,
        statuses=columns_by_status(selection.pack.statuses, selection.view.timeline["status"]),
        styles=selection.pack.styles,
    )


def _write_history(spans: pd.DataFrame, view: View) -> str:
    theatre = view.pack.theatre
    rows: list[dict[Any, Any]] = spans.assign(last=spans["ends"] - pd.Timedelta(days=1)).to_dict("records")
    return html.render_template(
        "border_history.html",
        crossings=[list(group) for _, group in groupby(rows, lambda row: row["place_id"])],
        end=pd.Timestamp(theatre.period_end),
        year=spans_years(theatre.period_start, theatre.period_end),
        styles=view.pack.styles,
    )
