"""The chart of who held each border crossing when: a row for each, below the name of its country."""

import dataclasses
import datetime as dt
import json
from collections.abc import Mapping

import altair as alt
import pandas as pd

from control_map.core.status_style import StatusStyle
from control_map.render.charts.axes import ChartContext, day_axis, draw_date_line, layer_charts, tooltip_line

_ROW = 22
"""Pixels of height of a row."""
_OTHERWISE = "Elsewhere"


def draw_crossing_chart(
    told: pd.DataFrame, styles: Mapping[str, StatusStyle], ground: ChartContext, description: str
) -> alt.LayerChart:
    """Draw the spans of crossings as bars; of what is drawn, only the line depends on the date shown.

    Parameters
    ----------
    told
        What `border.spans` returns, or some of its rows. Not changed.
    styles
        The look of each status.
    ground, description
        On what it is drawn, and what is read aloud in its place.
    """
    # A span ends on the day after its last: room for that of the last day.
    ground = dataclasses.replace(ground, end=ground.end + dt.timedelta(days=1))
    names, order = _rows(told)
    rows = told.assign(
        label=[styles[status].label for status in told["status"]],
        doubt=told["disputed"].map({True: "yes", False: "no"}),
        last=told["ends"] - pd.Timedelta(days=1),
    )
    labelled = alt.Axis(
        title=None,
        labelExpr=f"({json.dumps(names)})[datum.value]",
        labelFontWeight=alt.condition("indexof(datum.value, 'country/') == 0", alt.value("bold"), alt.value("normal")),
        labelLimit=150,
        ticks=False,
    )
    base = alt.Chart(rows).encode(
        x=day_axis(ground, "begins", grid=True),
        x2=alt.X2(field="ends"),
        y=alt.Y(
            field="place_id",
            type="nominal",
            sort=None,
            axis=labelled,
            scale=alt.Scale(domain=order, paddingInner=0.25),
        ),
        tooltip=[
            tooltip_line("name", "Crossing"),
            tooltip_line("neighbour", "To"),
            tooltip_line("label", "Status"),
            _on("begins", "From"),
            _on("last", "To and with"),
            tooltip_line("doubt", "Disputed"),
        ],
    )
    scale = alt.Scale(domain=list(styles), range=[ground.colour(style) for style in styles.values()])
    bars = base.mark_bar().encode(color=alt.Color(field="status", type="nominal", scale=scale, legend=None))
    disputed = base.transform_filter("datum.disputed").mark_bar(
        fillOpacity=0, stroke=ground.ink, strokeWidth=1.6, strokeDash=[4, 3]
    )
    drawn: alt.LayerChart = (
        layer_charts([bars, disputed, draw_date_line(ground)], description, height=_ROW * len(order))
        .properties(background="transparent")
        .configure_axis(labelColor=ground.ink, labelFontSize=12, domain=False, gridOpacity=0.25)
    )
    return drawn


def _on(field: str, title: str) -> alt.Tooltip:
    return alt.Tooltip(field=field, type="temporal", title=title, format="%-d %B %Y")


def _rows(told: pd.DataFrame) -> tuple[dict[str, str], list[str]]:
    """Return what each row of the chart is called, and the rows in order: a country, then its crossings."""
    names: dict[str, str] = {}
    for row in told.to_dict("records"):
        names.setdefault(f"country/{row['neighbour']}", row["neighbour"] or _OTHERWISE)
        names.setdefault(row["place_id"], row["name"])
    return names, list(names)
