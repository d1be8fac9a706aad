"""The border: who holds each crossing, and a chart of who held it when."""

from itertools import groupby
from typing import Any

import pandas as pd
import streamlit as st

from control_map.analysis.crossings import crossings, spans
from control_map.pipeline.view import View
from control_map.render.charts.axes import Ground
from control_map.render.charts.crossings import gantt
from control_map.render.html.templates import spans_years
from control_map.ui import html
from control_map.ui.state import cached
from control_map.ui.state.moment import Moment

_SPOKEN = "Who held each border crossing through the period; the list below says the same in words"


def show(seen: Moment) -> None:
    """Show the crossings of a day, and through the period."""
    depends_on = (seen.date, seen.province_id)
    html.put(cached.written("border", seen.view, *depends_on, write=lambda: _table(seen)))
    theatre = seen.pack.theatre
    told = spans(seen.view.timeline, theatre.places, theatre.period_start, theatre.period_end)
    if seen.province_id:
        told = told[told["province_id"] == seen.province_id]
    if told.empty:
        return
    dark = st.context.theme.type == "dark"
    ground = Ground(theatre.period_start, theatre.period_end, seen.date, dark=dark)
    st.altair_chart(
        gantt(told, seen.pack.styles, ground, _SPOKEN),
        width="stretch",
        theme=None,
        key="border chart",
    )
    html.put(cached.written("border list", seen.view, seen.province_id, write=lambda: _list(told, seen.view)))


def _table(seen: Moment) -> str:
    told = crossings(seen.view.timeline, seen.pack.theatre.places, seen.date)
    if seen.province_id:
        told = told[told["province_id"] == seen.province_id]
    rows: list[dict[Any, Any]] = told.to_dict("records")
    return html.render(
        "border.html",
        countries={country: list(own) for country, own in groupby(rows, lambda row: row["neighbour"])},
        date=seen.date,
        statuses=seen.pack.statuses,
        styles=seen.pack.styles,
    )


def _list(told: pd.DataFrame, view: View) -> str:
    theatre = view.pack.theatre
    rows: list[dict[Any, Any]] = told.assign(last=told["ends"] - pd.Timedelta(days=1)).to_dict("records")
    return html.render(
        "border_history.html",
        crossings=[list(own) for _, own in groupby(rows, lambda row: row["place_id"])],
        end=pd.Timestamp(theatre.period_end),
        year=spans_years(theatre.period_start, theatre.period_end),
        styles=view.pack.styles,
    )
