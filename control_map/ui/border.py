"""The border: who holds each crossing, and a chart of who held it when."""

import datetime as dt
import json
from itertools import groupby
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from control_map.border import crossings, spans
from control_map.pipeline import View
from control_map.style import Style
from control_map.ui import html, store
from control_map.ui.moment import Moment

_ROW = 22
"""Pixels of a row of the chart."""
_INK = {False: "#31333f", True: "#fafafa"}
_OTHERWISE = "Elsewhere"


def show(seen: Moment) -> None:
    """Show the crossings of a day, and through the period."""
    depends_on = (seen.date, seen.province_id)
    html.put(store.written("border", seen.view, *depends_on, write=lambda: _table(seen)))
    theatre = seen.pack.theatre
    told = spans(seen.view.timeline, theatre.places, theatre.period_start, theatre.period_end)
    if seen.province_id:
        told = told[told["province_id"] == seen.province_id]
    if told.empty:
        return
    dark = st.context.theme.type == "dark"
    st.altair_chart(
        chart(told, seen.pack.styles, seen.date, dark=dark),
        width="stretch",
        theme=None,
        key="border chart",
        alt="Who held each border crossing through the period; the list below says the same in words",
    )
    html.put(store.written("border list", seen.view, seen.province_id, write=lambda: _list(told, seen.view)))


def chart(told: pd.DataFrame, styles: dict[str, Style], date: dt.date, *, dark: bool) -> alt.LayerChart:
    """Draw who held each crossing when: a row for each, below the name of its country.

    `told` is what `border.spans` returns, or some of its rows; of what is drawn, only the line depends on `date`.
    """
    rows = told.assign(
        row=told["place_id"],
        label=[styles[status].label for status in told["status"]],
        doubt=told["disputed"].map({True: "disputed", False: "no"}),
        last=told["ends"] - pd.Timedelta(days=1),
    )
    names, order = _rows(rows)
    labels = [style.label for style in styles.values()]
    colours = [style.dark if dark else style.colour for style in styles.values()]
    ink = _INK[dark]
    axis = alt.Axis(
        title=None,
        labelExpr=f"({json.dumps(names)})[datum.value]",
        labelFontWeight=alt.condition("indexof(datum.value, 'country/') == 0", alt.value("bold"), alt.value("normal")),
        labelLimit=150,
        labelColor=ink,
        domain=False,
        ticks=False,
    )
    base = alt.Chart(rows).encode(
        x=alt.X(
            "begins:T",
            title=None,
            axis=alt.Axis(
                format="%-d %b", labelColor=ink, gridOpacity=0.25, tickCount=5, labelOverlap=True, domain=False
            ),
        ),
        x2="ends:T",
        y=alt.Y("row:N", sort=None, axis=axis, scale=alt.Scale(domain=order, paddingInner=0.25)),
        tooltip=[
            alt.Tooltip("name:N", title="Crossing"),
            alt.Tooltip("neighbour:N", title="To"),
            alt.Tooltip("label:N", title="Status"),
            alt.Tooltip("begins:T", title="From", format="%-d %B %Y"),
            alt.Tooltip("last:T", title="To and with", format="%-d %B %Y"),
            alt.Tooltip("doubt:N", title="Disputed"),
        ],
    )
    bars = base.mark_bar().encode(
        color=alt.Color("label:N", scale=alt.Scale(domain=labels, range=colours), legend=None)
    )
    disputed = (
        base.transform_filter("datum.disputed")
        .mark_bar(fillOpacity=0, stroke=ink, strokeWidth=1.6, strokeDash=[4, 3])
        .encode()
    )
    line = (
        alt.Chart(pd.DataFrame({"day": [pd.Timestamp(date)]})).mark_rule(color=ink, strokeWidth=1.6).encode(x="day:T")
    )
    drawn: alt.LayerChart = (
        alt.layer(bars, disputed, line)
        .properties(height=_ROW * len(order), background="transparent")
        .configure_view(stroke=None)
        .configure_axis(labelFontSize=12)
    )
    return drawn


def _rows(told: pd.DataFrame) -> tuple[dict[str, str], list[str]]:
    """Return what each row of the chart is called, and the rows in order: a country, then its crossings."""
    names: dict[str, str] = {}
    for row in told.to_dict("records"):
        names.setdefault(f"country/{row['neighbour']}", row["neighbour"] or _OTHERWISE)
        names.setdefault(row["place_id"], row["name"])
    return names, list(names)


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
    rows: list[dict[Any, Any]] = told.assign(last=told["ends"] - pd.Timedelta(days=1)).to_dict("records")
    return html.render(
        "border_history.html",
        crossings={
            own[0]["name"] + (f", to {own[0]['neighbour']}" if own[0]["neighbour"] else ""): own
            for _, group in groupby(rows, lambda row: row["place_id"])
            if (own := list(group))
        },
        end=pd.Timestamp(view.pack.theatre.period_end),
        styles=view.pack.styles,
    )
