"""The charts of the trend: districts by status over the days of a period, beside published totals and key events.

Each function takes frames and returns an Altair chart. A click on a chart picks a day, see `axes`.
"""

import json
from collections.abc import Mapping
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from control_map.core.model import PlaceKind
from control_map.core.status_style import StatusStyle
from control_map.core.wording import format_published_number, list_some
from control_map.render.charts import axes
from control_map.render.charts.axes import ChartContext

_TOTAL_SHAPES = {"exact": "circle", "about": "diamond", "at_least": "triangle-up"}
_CROSSING_SYMBOL = "M-1,1V-1H1V1H.3V-.2H-.3V1Z"
_LANES = {PlaceKind.CAPITAL.value: ("Capitals", "square"), PlaceKind.CROSSING.value: ("Crossings", _CROSSING_SYMBOL)}
_LANE_HEIGHT = 28
"""Height in pixels of the lane for the events of one kind of place, above the areas."""
_STEP = 6
"""Pixels between the events of one kind and day that led to different statuses."""
_MAX_NAMES = 12
_UNSCALED: dict[str, Any] = {"type": "nominal", "scale": None, "legend": None}
"""Of a channel that uses the colours or shapes of a column as they are."""


def draw_stacked_areas(
    counts: pd.DataFrame,
    styles: Mapping[str, StatusStyle],
    events: pd.DataFrame,
    totals: pd.DataFrame,
    context: ChartContext,
    description: str,
) -> alt.LayerChart:
    """Draw the counts by status as stacked areas, the first status at the bottom.

    Parameters
    ----------
    counts
        What `count_statuses_daily` returns: `date`, and a column for each status.
    styles
        The style of each status, in the order of the columns.
    events
        What `capital_and_crossing_changes` returns: each stands in the lane of its kind of place above the areas.
    totals
        The rows of `published_marks` that count what the first area shows; a line joins each to this map's count.
    context, description
        The days and colours of the page, and what a screen reader reads in place of the chart.
    """
    statuses = list(styles)
    most = max(float(counts[statuses].sum(axis="columns").max()), 1.0)
    kinds = [kind for kind in _LANES if (events["kind"] == kind).any()]
    top = most * axes.CHART_HEIGHT / (axes.CHART_HEIGHT - _LANE_HEIGHT * len(kinds))
    heights = {kind: top - (top - most) * (lane + 0.5) / len(kinds) for lane, kind in enumerate(kinds)}
    scale = alt.Scale(domain=[0, top], nice=False)
    lanes = " : ".join(f"datum.value == {heights[kind]} ? '{_LANES[kind][0]}'" for kind in kinds)
    number = f"format(datum.value, '{',' if most < 1e6 else '~s'}')"
    axis = alt.Axis(
        values=[*_ticks(most), *heights.values()],
        labelExpr=f"{lanes} : {number}" if lanes else number,
        gridOpacity=alt.condition(f"datum.value > {most}", alt.value(0), alt.value(1)),
        title=None,
    )
    colours = alt.Scale(domain=statuses, range=[context.colour(style) for style in styles.values()])
    areas = (
        alt.Chart(context.with_day_columns(counts))
        .transform_fold([*statuses], as_=["Status", "Value"])
        .transform_calculate(Order=f"indexof({json.dumps(statuses)}, datum.Status)")
        .mark_area(aria=False)
        .encode(
            x=axes.day_axis(context),
            y=alt.Y(field="Value", type="quantitative", stack="zero", scale=scale, axis=axis),
            color=alt.Color(field="Status", type="nominal", legend=None, scale=colours),
            order=alt.Order(field="Order", type="quantitative"),
        )
    )
    tooltip = [axes.tooltip_line(status, style.label, ",") for status, style in styles.items()]
    layers = [
        areas,
        axes.draw_date_line(context),
        *axes.draw_day_targets(counts, tooltip, context),
        *_draw_totals(totals, styles, context),
        *_draw_events(events, heights, _STEP * top / axes.CHART_HEIGHT, styles, context),
    ]
    return axes.layer_charts(layers, description)


def draw_totals_beside_counts(
    counts: pd.DataFrame,
    totals: pd.DataFrame,
    styles: Mapping[str, StatusStyle],
    context: ChartContext,
    description: str,
) -> alt.LayerChart:
    """Draw published totals of one measure beside this map's comparable counts.

    Parameters
    ----------
    counts
        What `measure_lines` returns: `date`, and a column for each of this map's counts.
    totals
        The rows of `published_marks` for one measure; a line joins each to this map's comparable count.
    styles, context, description
        As for `draw_stacked_areas`.
    """
    unit = " %" if "percent" in set(totals["unit"]) else ""
    # Vega would read some names of columns as paths or calls.
    names = {f"Count{number}": name for number, name in enumerate(counts.columns.drop("date"))}
    plain = counts.set_axis(["date", *names], axis="columns")
    labels = json.dumps({field: f"This map, {name}" for field, name in names.items()})
    legend = alt.Legend(title=None, orient="top", columns=1, labelExpr=f"{labels}[datum.value]", labelLimit=400)
    lines = (
        alt.Chart(context.with_day_columns(plain))
        .transform_fold([*names], as_=["Count", "Value"])
        .mark_line(aria=False, color=context.ink, strokeWidth=1.6)
        .encode(
            x=axes.day_axis(context),
            y=alt.Y(field="Value", type="quantitative", axis=alt.Axis(title=None, format=",.0f", tickCount=6)),
            strokeDash=alt.StrokeDash(field="Count", type="nominal", legend=legend if len(names) > 1 else None),
        )
    )
    tooltip = [
        axes.tooltip_line(field, f"This map{unit}, {name}", ",.3~r" if unit else ",") for field, name in names.items()
    ]
    layers = [
        lines,
        axes.draw_date_line(context),
        *axes.draw_day_targets(plain, tooltip, context),
        *_draw_totals(totals, styles, context),
    ]
    return axes.layer_charts(layers, description)


def _draw_totals(totals: pd.DataFrame, styles: Mapping[str, StatusStyle], context: ChartContext) -> list[alt.Chart]:
    if totals.empty:
        return []
    rows = [_describe_total(row, styles, context) for row in totals.to_dict("records")]
    frame = context.with_day_columns(pd.DataFrame(rows), "At")
    base = alt.Chart(frame).encode(x=axes.day_position("At"))
    tooltip = [axes.tooltip_line(name, name) for name in ("Published", "Counts", "Source", "Side", "This map", "Note")]
    return [
        base.mark_rule(aria=False, color=context.ink, opacity=0.6).encode(
            y=axes.count_position("Ours"), y2=alt.Y2(field="Value")
        ),
        base.mark_point(
            filled=True, size=90, stroke=context.background, strokeWidth=1.8, opacity=1, cursor="pointer"
        ).encode(
            y=axes.count_position("Value"),
            fill=alt.Fill(field="Colour", **_UNSCALED),
            shape=alt.Shape(field="Shape", **_UNSCALED),
            tooltip=[axes.date_tooltip("Date"), *tooltip],
        ),
    ]


def _describe_total(row: Mapping[Any, Any], styles: Mapping[str, StatusStyle], context: ChartContext) -> dict[str, Any]:
    side = styles.get(row["claimed_by"])
    unit = " %" if row["unit"] == "percent" else ""
    of = f" of {row['of']}" if pd.notna(row["of"]) else ""
    return {
        "At": row["at"],
        "Date": row["date"],
        "Value": row["value"],
        "Ours": float(row["ours"]),
        "Shape": _TOTAL_SHAPES[row["qualifier"]],
        "Colour": context.colour(side) if side else context.ink,
        "Published": format_published_number(row["value"], row["qualifier"]) + unit + of,
        "Counts": row["label"],
        "Source": row["source_name"] or "not named",
        "Side": side.label if side else "independent",
        "This map": f"{row['ours']:,g}{unit}: {row['counted']}",
        "Note": row["remark"] or "\N{EN DASH}",
    }


def _draw_events(
    events: pd.DataFrame,
    heights: Mapping[str, float],
    step: float,
    styles: Mapping[str, StatusStyle],
    context: ChartContext,
) -> list[alt.Chart]:
    """Draw a mark for each day, kind of place and new status; the marks of one day stand over one another."""
    groups: dict[tuple[pd.Timestamp, str], dict[str, list[tuple[str, str]]]] = {}
    for row in events.to_dict("records"):
        by_status = groups.setdefault((row["date"], row["kind"]), {})
        by_status.setdefault(row["status"], []).append((row["name"], styles[row["before"]].label))
    rows = [
        {
            "date": date,
            "Height": heights[kind] + step * ((len(by_status) - 1) / 2 - position),
            "Shape": _LANES[kind][1],
            "Colour": context.colour(styles[status]),
            "Became": styles[status].label,
            # As in "Herat (from Government), Zaranj (from Contested)".
            "Places": list_some([f"{name} (from {before})" for name, before in places], _MAX_NAMES),
        }
        for (date, kind), by_status in groups.items()
        for position, (status, places) in enumerate(by_status.items())
    ]
    if not rows:
        return []
    return [
        alt.Chart(context.with_day_columns(pd.DataFrame(rows)))
        .mark_point(filled=True, size=42, opacity=1, cursor="pointer", stroke=context.background, strokeWidth=0.7)
        .encode(
            x=axes.day_position(),
            y=axes.count_position("Height"),
            fill=alt.Fill(field="Colour", **_UNSCALED),
            shape=alt.Shape(field="Shape", **_UNSCALED),
            tooltip=[axes.date_tooltip(), axes.tooltip_line("Became", "Became"), axes.tooltip_line("Places", "Places")],
        )
    ]


def _ticks(most: float) -> list[float]:
    """Return round values from 0 up to `most`, at least 1 apart: four to eight of them, unless `most` is small."""
    power = 10.0 ** np.floor(np.log10(most / 4))
    step = max(1.0, next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor * 7 >= most))
    return [float(value) for value in np.arange(0, most + step / 1e6, step)]
