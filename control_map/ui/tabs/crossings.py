"""The border: who holds each crossing, and a chart of who held it when."""

from itertools import groupby
from typing import Any

import pandas as pd
import streamlit as st

from control_map.analysis.crossings import crossing_spans, crossing_statuses
from control_map.core.wording import spans_years
from control_map.pipeline.view import View
from control_map.render.charts.axes import ChartContext
from control_map.render.charts.crossings import draw_crossing_chart
from control_map.ui import html
from control_map.ui.state import cached_results
from control_map.ui.state.selection import Selection

_SPOKEN = "Who held each border crossing through the period; the list below says the same in words"


def show_crossings(seen: Selection) -> None:
    """Show the crossings of a day, and through the period."""
    depends_on = (seen.date, seen.province_id)
    html.show_html(cached_results.cached_html("border", seen.view, *depends_on, write=lambda: _table(seen)))
    theatre = seen.pack.theatre
    told = crossing_spans(seen.view.timeline, theatre.places, theatre.period_start, theatre.period_end)
    if seen.province_id:
        told = told[told["province_id"] == seen.province_id]
    if told.empty:
        return
    dark = st.context.theme.type == "dark"
    ground = ChartContext(theatre.period_start, theatre.period_end, seen.date, dark=dark)
    st.altair_chart(
        draw_crossing_chart(told, seen.pack.styles, ground, _SPOKEN),
        width="stretch",
        theme=None,
        key="border chart",
    )
    html.show_html(
        cached_results.cached_html("border list", seen.view, seen.province_id, write=lambda: _list(told, seen.view))
    )


def _table(seen: Selection) -> str:
    told = crossing_statuses(seen.view.timeline, seen.pack.theatre.places, seen.date)
    if seen.province_id:
        told = told[told["province_id"] == seen.province_id]
    rows: list[dict[Any, Any]] = told.to_dict("records")
    return html.render_template(
        "border.html",
        countries={country: list(own) for country, own in groupby(rows, lambda row: row["neighbour"])},
        date=seen.date,
        statuses=seen.pack.statuses,
        styles=seen.pack.styles,
    )


def _list(told: pd.DataFrame, view: View) -> str:
    theatre = view.pack.theatre
    rows: list[dict[Any, Any]] = told.assign(last=told["ends"] - pd.Timedelta(days=1)).to_dict("records")
    return html.render_template(
        "border_history.html",
        crossings=[list(own) for _, own in groupby(rows, lambda row: row["place_id"])],
        end=pd.Timestamp(theatre.period_end),
        year=spans_years(theatre.period_start, theatre.period_end),
        styles=view.pack.styles,
    )
