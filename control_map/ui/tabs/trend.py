"""The section of the trend: the counts of every day beside published counts; a click on a day shows that day."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import altair as alt
import pandas as pd
import streamlit as st

from control_map.analysis.published_totals import measures_of, scales_of, totals_counting_status
from control_map.analysis.trend import (
    TrendQuantity,
    capital_and_crossing_changes,
    count_statuses_daily,
    last_known_day,
    measure_lines,
    published_marks,
)
from control_map.core.labels import KIND_SUFFIX
from control_map.core.status_style import StatusStyle
from control_map.core.wording import format_date, spans_years
from control_map.pipeline.view import View
from control_map.render.charts import trend
from control_map.render.charts.axes import DAY_FIELD, DAY_SELECTION, ChartContext
from control_map.render.provenance import Provenance
from control_map.theatre.config import Measure
from control_map.theatre.theatre import Theatre
from control_map.ui import html
from control_map.ui.failures import contain_callback_failures
from control_map.ui.state import session
from control_map.ui.state.cached_results import cached_totals
from control_map.ui.state.selection import Selection
from control_map.ui.tabs.download import TableWithFacts, offer_table

_WHOLE_ONLY = "Others' counts are of the whole country, so none is shown for one province."
_DISTRICTS_ONLY = "Others' counts are of districts, so none is shown for area or population."


@dataclass(frozen=True)
class DailyCounts:
    """Counts of every day under a title: the columns `date` and one for each label, and the chart of them.

    `name` goes into the name of the file; `events` has the changes of capitals and crossings by day.
    """

    counts: pd.DataFrame
    labels: Sequence[str]
    title: str
    name: str
    draw: Callable[[str], alt.LayerChart]
    events: Mapping[pd.Timestamp, list[str]] = field(default_factory=dict)

    @property
    def last_day(self) -> dt.date:
        """The last day that is counted."""
        last: pd.Timestamp = self.counts["date"].iloc[-1]
        return last.date()

    @property
    def alt_text(self) -> str:
        """The first and the last count of each label, in words."""
        first, last = self.counts.iloc[0], self.counts.iloc[-1]
        ranges = ", ".join(
            f"{label} from {_write(first[name])} to {_write(last[name])}"
            for name, label in zip(self.counts.columns.drop("date"), self.labels, strict=True)
        )
        begin, end = (format_date(row["date"], year=True) for row in (first, last))
        return f"{self.title}, from {begin} to {end}: {ranges}"


def _write(value: float) -> str:
    return "unknown" if pd.isna(value) else f"{value:,.10g}"


def show_trend(selection: Selection) -> None:
    """Show the counts of every day as areas, or the published totals of one measure beside the map's count of it."""
    view, theatre, province_id = selection.view, selection.pack.theatre, selection.province_id
    end = last_known_day(theatre.period_start, theatre.period_end, view.known_on)
    totals = published_marks(cached_totals(view), theatre.period_start, end)
    quantity, chosen = _choose(measures_of(theatre), totals, is_whole=not province_id)
    clicks = st.session_state.setdefault(session.TREND_CLICKS_KEY, 0)
    context = ChartContext(theatre.period_start, theatre.period_end, selection.date, clicks, html.is_dark())
    if chosen:
        daily = _totals_beside_counts(selection, totals[totals["measure"] == chosen], context, end)
    else:
        daily = _counts_by_status(selection, totals, quantity, context, end)
    st.altair_chart(
        daily.draw(daily.alt_text),
        key=session.TREND_CHART_KEY,
        on_select=partial(_go_to_day, theatre),
        selection_mode=DAY_SELECTION,
    )
    html.show_template(
        "trend_table.html",
        rows=list(daily.counts.itertuples(index=False)),
        write=_write,
        labels=daily.labels,
        events=daily.events,
        year=spans_years(daily.counts["date"].iloc[0], daily.last_day),
    )
    counts, title = daily.counts, daily.title
    offer_table(
        selection,
        f"{daily.name}-by-day",
        lambda shown: counts_table(shown.view, counts, title, province_id),
        key="trend file",
        day=daily.last_day,
        province_id=province_id,
    )


def _choose(measures: Mapping[str, Measure], totals: pd.DataFrame, *, is_whole: bool) -> tuple[TrendQuantity, str]:
    st.session_state.setdefault(session.TREND_MEASURE_KEY, TrendQuantity.DISTRICTS.value)
    st.session_state.setdefault(session.TREND_TOTALS_KEY, "")
    numbers = totals["measure"].value_counts()
    offered = ["", *(name for name in measures if name in numbers)]
    if st.session_state[session.TREND_TOTALS_KEY] not in offered:
        st.session_state[session.TREND_TOTALS_KEY] = ""
    left, right = st.columns([1, 1.4], vertical_alignment="bottom")
    with right:
        chosen = st.selectbox(
            "Others' counts",
            offered,
            format_func=lambda name: f"{measures[name].label} ({numbers[name]})" if name else "Marks on the areas",
            key=session.TREND_TOTALS_KEY,
            disabled=not is_whole or len(offered) == 1,
            help="Each is compared with the count of this map that has the same meaning.",
        )
    chosen = chosen if is_whole and chosen else ""
    with left:
        quantity = st.segmented_control(
            "Count by",
            [quantity.value for quantity in TrendQuantity],
            format_func=lambda value: TrendQuantity(value).label,
            key=session.TREND_MEASURE_KEY,
            required=True,
            disabled=bool(chosen),
        )
    return TrendQuantity(quantity or TrendQuantity.DISTRICTS), chosen


def _counts_by_status(
    selection: Selection, totals: pd.DataFrame, quantity: TrendQuantity, context: ChartContext, end: dt.date
) -> DailyCounts:
    """Count every day by status, and show the key of the chart."""
    pack, province_id, timeline = selection.pack, selection.province_id, selection.view.timeline
    theatre, styles = pack.theatre, pack.styles
    counts = count_statuses_daily(
        *(timeline, theatre.places, pack.statuses, theatre.period_start, end), by=quantity, province_id=province_id
    )
    changed = capital_and_crossing_changes(timeline, theatre.period_start, end, province_id)
    marks = totals_counting_status(totals, measures_of(theatre), pack.statuses[0])
    marks = marks[(quantity == TrendQuantity.DISTRICTS) & (marks["unit"] == "count") & (province_id == "")]
    of_events = {*changed["before"], *changed["status"]}
    occurring = [status for status in pack.statuses if counts[status].any() or status in of_events]
    shown = {status: styles[status] for status in occurring} or styles
    html.show_template(
        "trend.html",
        statuses=list(shown.values()),
        counted="",
        marks=len(marks) > 0,
        sides=_claiming_sides(marks, selection),
        has_events=len(changed) > 0,
        notes=[
            _WHOLE_ONLY if province_id else _DISTRICTS_ONLY if quantity != TrendQuantity.DISTRICTS else "",
            *_limitations(marks, context, end),
        ],
    )
    counts = counts[["date", *shown]]
    events: dict[pd.Timestamp, list[str]] = {}
    for row in changed.to_dict("records"):
        became = f"{styles[row['before']].label} \u2192 {styles[row['status']].label}"
        events.setdefault(row["date"], []).append(f"{row['name']}{KIND_SUFFIX[row['kind']]}: {became}")
    draw = partial(trend.draw_stacked_areas, counts, shown, changed, marks, context)
    labels = [style.label for style in shown.values()]
    return DailyCounts(counts, labels, f"{quantity.label} by status", quantity, draw, events)


def _totals_beside_counts(
    selection: Selection, totals: pd.DataFrame, context: ChartContext, end: dt.date
) -> DailyCounts:
    """Count every day what published totals count, and show the key of the chart."""
    theatre, timeline = selection.pack.theatre, selection.view.timeline
    counts = measure_lines(totals, timeline, scales_of(theatre), measures_of(theatre), theatre.period_start, end)
    names = list(counts.columns.drop("date"))
    html.show_template(
        "trend.html",
        statuses=[],
        # If there are several, the chart itself labels them.
        counted=names[0] if len(names) == 1 else "",
        marks=True,
        sides=_claiming_sides(totals, selection),
        has_events=False,
        notes=_limitations(totals, context, end),
    )
    measure, title = totals[["measure", "label"]].iloc[0]

    def draw(alt_text: str) -> alt.LayerChart:
        alt_text = f"{alt_text}; beside it {len(totals)} published totals"
        return trend.draw_totals_beside_counts(counts, totals, selection.pack.styles, context, alt_text)

    return DailyCounts(counts, [f"This map, {name}" for name in names], title, measure, draw)


@contain_callback_failures("The click on the chart")
def _go_to_day(theatre: Theatre) -> None:
    """Show the day that was clicked."""
    st.session_state[session.TREND_CLICKS_KEY] += 1
    picked = st.session_state[session.TREND_CHART_KEY]["selection"].get(DAY_SELECTION)
    for row in picked if isinstance(picked, list) else []:
        day = row.get(DAY_FIELD) if isinstance(row, Mapping) else None
        if isinstance(day, int) and 0 <= day < theatre.day_count:
            st.session_state[session.DATE_KEY] = theatre.period_start + dt.timedelta(days=day)


def _claiming_sides(totals: pd.DataFrame, selection: Selection) -> list[StatusStyle]:
    return [style for status, style in selection.pack.styles.items() if (totals["claimed_by"] == status).any()]


def _limitations(totals: pd.DataFrame, context: ChartContext, end: dt.date) -> list[str]:
    """Return notes on what the chart cannot show."""
    outside = int((totals["at"] != totals["date"]).sum())
    are = "is" if outside == 1 else "are"
    return [
        f"Nothing after {format_date(end)} was known that day." if end < context.end else "",
        f"{outside} of the published totals {are} for a day outside the period and drawn at its edge."
        if outside
        else "",
    ]


def counts_table(view: View, counts: pd.DataFrame, title: str, province_id: str) -> TableWithFacts:
    """Return counts by day, and their provenance with a title that says what they count."""
    facts = Provenance.of(view, counts["date"].iloc[-1].date(), province_id=province_id).facts()
    return TableWithFacts(counts, {**facts, "counts": title})
