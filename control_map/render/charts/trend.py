"""Charts over the days of a period, as Altair draws them: counts by status, published totals, and what stands out.

Frames in, charts out. A click on a chart picks a day, see `ground`.
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
from control_map.render.charts.axes import (
    CHART_HEIGHT,
    ChartContext,
    count_position,
    date_tooltip,
    day_axis,
    day_position,
    draw_date_line,
    draw_day_targets,
    layer_charts,
    tooltip_line,
    unscaled_channel,
)

TOTAL_SHAPES = {"exact": "circle", "about": "diamond", "at_least": "triangle-up"}
CROSSING_SYMBOL = "M-1,1V-1H1V1H.3V-.2H-.3V1Z"
_LANES = {PlaceKind.CAPITAL.value: ("Capitals", "square"), PlaceKind.CROSSING.value: ("Crossings", CROSSING_SYMBOL)}
_LANE = 28
"""Pixels of height for the events of one kind, above the areas."""
_STEP = 6
"""Pixels between the events of one kind and day that led to different statuses."""
_MOST_NAMES = 12


def draw_stacked_areas(
    counts: pd.DataFrame,
    styles: Mapping[str, StatusStyle],
    events: pd.DataFrame,
    totals: pd.DataFrame,
    ground: ChartContext,
    description: str,
) -> alt.LayerChart:
    """Draw the counts by status as stacked areas, the first status at the bottom.

    Parameters
    ----------
    counts
        What `trend.wide` returns: `date`, and a column for each status.
    styles
        The look of each status, in the order of the columns.
    events
        What `trend.events` returns: each stands in a lane of its kind above the areas.
    totals
        Those of `trend.marks` that count what the first area shows; each is joined to the count that means the same.
    ground, description
        On what it is drawn, and what is read aloud in its place.
    """
    statuses = list(styles)
    most = max(float(counts[statuses].sum(axis="columns").max()), 1.0)
    kinds = [kind for kind in _LANES if (events["kind"] == kind).any()]
    top = most * CHART_HEIGHT / (CHART_HEIGHT - _LANE * len(kinds))
    heights = {kind: top - (top - most) * (nth + 0.5) / len(kinds) for nth, kind in enumerate(kinds)}
    scale = alt.Scale(domain=[0, top], nice=False)
    lanes = " : ".join(f"datum.value == {heights[kind]} ? '{_LANES[kind][0]}'" for kind in kinds)
    wording = f"format(datum.value, '{',' if most < 1e6 else '~s'}')"
    marked = alt.Axis(
        values=[*_ticks(most), *heights.values()],
        labelExpr=f"{lanes} : {wording}" if lanes else wording,
        gridOpacity=alt.condition(f"datum.value > {most}", alt.value(0), alt.value(1)),
        title=None,
    )
    areas = (
        alt.Chart(ground.placed(counts))
        .transform_fold([*statuses], as_=["Status", "Value"])
        .transform_calculate(Order=f"indexof({json.dumps(statuses)}, datum.Status)")
        .mark_area(aria=False)
        .encode(
            x=day_axis(ground),
            y=alt.Y(field="Value", type="quantitative", stack="zero", scale=scale, axis=marked),
            color=alt.Color(
                field="Status",
                type="nominal",
                legend=None,
                scale=alt.Scale(domain=statuses, range=[ground.colour(style) for style in styles.values()]),
            ),
            order=alt.Order(field="Order", type="quantitative"),
        )
    )
    told = [tooltip_line(status, style.label, ",") for status, style in styles.items()]
    marks = [*_published(totals, styles, ground), *_events(events, heights, _STEP * top / CHART_HEIGHT, styles, ground)]
    layers = [areas, draw_date_line(ground), *draw_day_targets(counts, told, ground), *marks]
    return layer_charts(layers, description)


def draw_totals_beside_counts(
    counts: pd.DataFrame,
    totals: pd.DataFrame,
    styles: Mapping[str, StatusStyle],
    ground: ChartContext,
    description: str,
) -> alt.LayerChart:
    """Draw published totals of one measure beside this map's counts that mean the same.

    Parameters
    ----------
    counts
        What `trend.lines` returns: `date`, and a column for each of this map's counts.
    totals
        What `trend.marks` returns, all of one measure; each is joined to the count that means the same.
    styles, ground, description
        As for `stacked`.
    """
    names = list(counts.columns.drop("date"))
    unit = " %" if "percent" in set(totals["unit"]) else ""
    # Names of columns as they come could be read as paths or calls.
    plain = counts.set_axis(["date", *(f"Count{nth}" for nth in range(len(names)))], axis="columns")
    fields = list(plain.columns.drop("date"))
    words = json.dumps({field: f"This map, {name}" for field, name in zip(fields, names, strict=True)})
    drawn = (
        alt.Chart(ground.placed(plain))
        .transform_fold([*fields], as_=["Count", "Value"])
        .mark_line(aria=False, color=ground.ink, strokeWidth=1.6)
        .encode(
            x=day_axis(ground),
            y=alt.Y(field="Value", type="quantitative", axis=alt.Axis(title=None, format=",.0f", tickCount=6)),
            strokeDash=alt.StrokeDash(
                field="Count",
                type="nominal",
                legend=alt.Legend(
                    title=None, orient="top", columns=1, labelExpr=f"{words}[datum.value]", labelLimit=400
                )
                if len(names) > 1
                else None,
            ),
        )
    )
    told = [
        tooltip_line(field, f"This map{unit}, {name}", ",.3~r" if unit else ",")
        for field, name in zip(fields, names, strict=True)
    ]
    layers = [
        drawn,
        draw_date_line(ground),
        *draw_day_targets(plain, told, ground),
        *_published(totals, styles, ground),
    ]
    return layer_charts(layers, description)


def _published(totals: pd.DataFrame, styles: Mapping[str, StatusStyle], ground: ChartContext) -> list[alt.Chart]:
    if totals.empty:
        return []
    rows = [_told(row, styles, ground) for row in totals.to_dict("records")]
    frame = ground.placed(pd.DataFrame(rows), "At")
    base = alt.Chart(frame).encode(x=day_position("At"))
    told = [tooltip_line(name, name) for name in ("Published", "Counts", "Source", "Side", "This map", "Note")]
    return [
        base.mark_rule(aria=False, color=ground.ink, opacity=0.6).encode(
            y=count_position("Ours"), y2=alt.Y2(field="Value")
        ),
        base.mark_point(filled=True, size=90, stroke=ground.paper, strokeWidth=1.8, opacity=1, cursor="pointer").encode(
            y=count_position("Value"),
            fill=unscaled_channel(alt.Fill, "Colour"),
            shape=unscaled_channel(alt.Shape, "Shape"),
            tooltip=[date_tooltip("Date"), *told],
        ),
    ]


def _told(row: Mapping[Any, Any], styles: Mapping[str, StatusStyle], ground: ChartContext) -> dict[str, Any]:
    side = styles.get(row["claimed_by"])
    unit = " %" if row["unit"] == "percent" else ""
    of = f" of {row['of']}" if pd.notna(row["of"]) else ""
    return {
        "At": row["at"],
        "Date": row["date"],
        "Value": row["value"],
        "Ours": float(row["ours"]),
        "Shape": TOTAL_SHAPES[row["qualifier"]],
        "Colour": ground.colour(side) if side else ground.ink,
        "Published": format_published_number(row["value"], row["qualifier"]) + unit + of,
        "Counts": row["label"],
        "Source": row["source_name"] or "not named",
        "Side": side.label if side else "independent",
        "This map": f"{row['ours']:,g}{unit}: {row['counted']}",
        "Note": row["remark"] or "\N{EN DASH}",
    }


def _events(
    events: pd.DataFrame,
    heights: Mapping[str, float],
    step: float,
    styles: Mapping[str, StatusStyle],
    ground: ChartContext,
) -> list[alt.Chart]:
    """Draw one mark for each day, kind and status that places came to; those of one day stand over one another."""
    groups: dict[tuple[pd.Timestamp, str], dict[str, list[tuple[str, str]]]] = {}
    for row in events.to_dict("records"):
        of_day = groups.setdefault((row["date"], row["kind"]), {})
        of_day.setdefault(row["status"], []).append((row["name"], styles[row["before"]].label))
    rows = [
        {
            "date": date,
            "Height": heights[kind] + step * ((len(of_day) - 1) / 2 - beneath),
            "Shape": _LANES[kind][1],
            "Colour": ground.colour(styles[status]),
            "Became": styles[status].label,
            "Places": _named(places),
        }
        for (date, kind), of_day in groups.items()
        for beneath, (status, places) in enumerate(of_day.items())
    ]
    if not rows:
        return []
    return [
        alt.Chart(ground.placed(pd.DataFrame(rows)))
        .mark_point(filled=True, size=42, opacity=1, cursor="pointer", stroke=ground.paper, strokeWidth=0.7)
        .encode(
            x=day_position(),
            y=count_position("Height"),
            fill=unscaled_channel(alt.Fill, "Colour"),
            shape=unscaled_channel(alt.Shape, "Shape"),
            tooltip=[date_tooltip(), tooltip_line("Became", "Became"), tooltip_line("Places", "Places")],
        )
    ]


def _named(places: list[tuple[str, str]]) -> str:
    """Name places with what they were before, as in "Herat (from Government), Zaranj (from Contested)"."""
    return list_some([f"{name} (from {before})" for name, before in places], _MOST_NAMES)


def _ticks(most: float) -> list[float]:
    """Return round values from 0 up to the most, four to eight of them unless the most is less, whole numbers apart."""
    power = 10.0 ** np.floor(np.log10(most / 4))
    apart = max(1.0, next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor * 7 >= most))
    return [float(value) for value in np.arange(0, most + apart / 1e6, apart)]
