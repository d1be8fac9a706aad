"""The chart of who held each border crossing when: a row for each crossing, below the name of its country."""

import dataclasses
import datetime as dt
import json
from collections.abc import Mapping

import altair as alt
import pandas as pd

from control_map.core.status_style import StatusStyle
from control_map.render.charts import axes
from control_map.render.charts.axes import ChartContext

_ROW = 22
"""Pixels of height of a row."""


def draw_crossing_chart(
    spans: pd.DataFrame, styles: Mapping[str, StatusStyle], context: ChartContext, description: str
) -> alt.LayerChart:
    """Draw the spans of crossings as bars, and a line at the date shown.

    Parameters
    ----------
    spans
        What `crossing_spans` returns, or some of its rows. Not changed.
    styles
        The style of each status.
    context, description
        The days and colours of the page, and what a screen reader reads in place of the chart.
    """
    # A span ends on the day after its last: the axis needs room for that day.
    context = dataclasses.replace(context, end=context.end + dt.timedelta(days=1))
    names: dict[str, str] = {}  # of the rows in order: a country, then its crossings
    for row in spans.to_dict("records"):
        names.setdefault(f"country/{row['neighbour']}", row["neighbour"] or "Elsewhere")
        names.setdefault(row["place_id"], row["name"])
    rows = spans.assign(
        label=[styles[status].label for status in spans["status"]],
        doubt=spans["disputed"].map({True: "yes", False: "no"}),
        last=spans["ends"] - pd.Timedelta(days=1),
    )
    axis = alt.Axis(
        title=None,
        labelExpr=f"({json.dumps(names)})[datum.value]",
        labelFontWeight=alt.condition("indexof(datum.value, 'country/') == 0", alt.value("bold"), alt.value("normal")),
        labelLimit=150,
        ticks=False,
    )
    base = alt.Chart(rows).encode(
        x=axes.day_axis(context, "begins", grid=True),
        x2=alt.X2(field="ends"),
        y=alt.Y(
            field="place_id", type="nominal", sort=None, axis=axis, scale=alt.Scale(domain=[*names], paddingInner=0.25)
        ),
        tooltip=[
            axes.tooltip_line("name", "Crossing"),
            axes.tooltip_line("neighbour", "To"),
            axes.tooltip_line("label", "Status"),
            axes.date_tooltip("begins", "From"),
            axes.date_tooltip("last", "Last day"),
            axes.tooltip_line("doubt", "Disputed"),
        ],
    )
    scale = alt.Scale(domain=list(styles), range=[context.colour(style) for style in styles.values()])
    bars = base.mark_bar().encode(color=alt.Color(field="status", type="nominal", scale=scale, legend=None))
    disputed = base.transform_filter("datum.disputed").mark_bar(
        fillOpacity=0, stroke=context.ink, strokeWidth=1.6, strokeDash=[4, 3]
    )
    chart: alt.LayerChart = (
        axes.layer_charts([bars, disputed, axes.draw_date_line(context)], description, height=_ROW * len(names))
        .properties(background="transparent")
        .configure_axis(labelColor=context.ink, labelFontSize=12, domain=False, gridOpacity=0.25)
    )
    return chart
