"""What the charts over the days of a period share: the days, the one shown, and a click that picks one.

The selection `PICKED` of a chart has `DAY`, the days since the first. Columns that the charts make begin with a
capital, so that none can be the id of an actor.
"""

import datetime as dt
from dataclasses import dataclass
from typing import TypeVar, cast

import altair as alt
import pandas as pd

from control_map.core.status_style import StatusStyle

DAY_SELECTION = "picked"
DAY_FIELD = "Day"
CLICK_FIELD = "Click"
"""Counts the clicks: only a selection that differs from the last is told, and a day may be picked twice."""

CHART_HEIGHT = 380
_DAYS_OF_SIX_MONTHS = 180
Channel = TypeVar("Channel", alt.Fill, alt.Shape)


@dataclass(frozen=True)
class ChartContext:
    """What a chart is drawn on: the days, the date shown, how often a day was picked, and a light or a dark page."""

    start: dt.date
    end: dt.date
    date: dt.date
    clicks: int = 0
    dark: bool = False

    @property
    def ink(self) -> str:
        """The colour of lines and outlines."""
        return "#ece9e2" if self.dark else "#26241f"

    @property
    def paper(self) -> str:
        """The colour within outlines."""
        return "#17181b" if self.dark else "#ffffff"

    def colour(self, style: StatusStyle) -> str:
        """Return the colour of a status."""
        return style.dark if self.dark else style.colour

    def placed(self, frame: pd.DataFrame, column: str = "date") -> pd.DataFrame:
        """Return a frame with what a click needs to know of each row: the day in a column, as `DAY`."""
        days = (frame[column] - pd.Timestamp(self.start)).dt.days
        return frame.assign(Day=days, Click=self.clicks)


def layer_charts(layers: list[alt.Chart], description: str, height: int = CHART_HEIGHT) -> alt.LayerChart:
    """Lay charts over one another, the first lowest; `description` is what is read aloud in their place."""
    chart = alt.layer(*layers).properties(height=height, description=description).configure_view(strokeOpacity=0)
    return cast("alt.LayerChart", chart)


def day_axis(ground: ChartContext, field: str = "date", *, grid: bool = False) -> alt.X:
    """Return the axis of the days, for the first of what is laid over one another; the others have it too."""
    written = "%-d %b" if ground.start.year == ground.end.year else "%-d %b %Y" if _few(ground) else "%b %Y"
    ends = [alt.DateTime(year=d.year, month=d.month, date=d.day) for d in (ground.start, ground.end)]
    drawn = alt.Axis(format=written, tickCount=6, title=None, grid=grid, labelFlush=True, labelOverlap=True)
    return alt.X(field=field, type="temporal", axis=drawn, scale=alt.Scale(domain=ends, nice=False))


def _few(ground: ChartContext) -> bool:
    """Whether the days are so few that two of the axis can lie in one month."""
    return (ground.end - ground.start).days < _DAYS_OF_SIX_MONTHS


def day_position(field: str = "date") -> alt.X:
    """Place something on the axis of the days."""
    # Not as "date:T": Altair takes ten times as long to read a channel from words.
    return alt.X(field=field, type="temporal")


def count_position(field: str) -> alt.Y:
    """Place something on the axis of the counts."""
    return alt.Y(field=field, type="quantitative")


def unscaled_channel(channel: type[Channel], field: str) -> Channel:
    """Take a colour or shape as it stands in a column."""
    return channel(field=field, type="nominal", scale=None, legend=None)


def tooltip_line(field: str, title: str, form: str = "") -> alt.Tooltip:
    """Return a line of a tooltip; a number has the form, in the notation of d3."""
    if form:
        return alt.Tooltip(field=field, type="quantitative", title=title, format=form)
    return alt.Tooltip(field=field, type="nominal", title=title)


def date_tooltip(field: str = "date") -> alt.Tooltip:
    """Return the line of a tooltip that tells the day."""
    return alt.Tooltip(field=field, type="temporal", title="On", format="%-d %B %Y")


def draw_date_line(ground: ChartContext) -> alt.Chart:
    """Draw a line at the date shown: all of a chart that depends on it."""
    frame = ground.placed(pd.DataFrame({"date": pd.to_datetime([ground.date])}))
    return cast(
        "alt.Chart", alt.Chart(frame).mark_rule(aria=False, color=ground.ink, strokeWidth=1.5).encode(x=day_position())
    )


def draw_day_targets(counts: pd.DataFrame, told: list[alt.Tooltip], ground: ChartContext) -> list[alt.Chart]:
    """Return what is pointed at and picked: an unseen strip for each day, first those of which the counts tell."""
    all_days = pd.DataFrame({"date": pd.date_range(ground.start, ground.end)})
    others = all_days[~all_days["date"].isin(counts["date"])]
    pointed = alt.selection_point(name="pointed", on="pointerover", clear="pointerout", fields=[DAY_FIELD], empty=False)
    picked = alt.selection_point(
        name=DAY_SELECTION, on="click", clear=False, toggle=False, fields=[DAY_FIELD, CLICK_FIELD], empty=False
    )
    strips: list[alt.Chart] = [
        alt.Chart(ground.placed(frame))
        # Half a day, in milliseconds, to either side: the strip nearest to the pointer is the one under it.
        .transform_calculate(From="datum.date - 432e5", To="datum.date - 0 + 432e5")
        .mark_rect(aria=False, clip=True, color=ground.ink, cursor="pointer")
        .encode(
            x=day_position("From"),
            x2=alt.X2(field="To"),
            opacity=alt.condition(pointed, alt.value(0.12), alt.value(0)),
            tooltip=[date_tooltip(), *tips],
        )
        for frame, tips in ((counts, told), (others, []))
        if len(frame)
    ]
    return [strips[0].add_params(pointed, picked), *strips[1:]]
