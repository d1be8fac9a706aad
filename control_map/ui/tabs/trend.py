"""The trend: the counts of every day, with published totals beside them; a click goes to the day."""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import partial

import altair as alt
import pandas as pd
import streamlit as st

from control_map.ui.state import session
from control_map.analysis.published_totals import measures_of, scales_of, totals_counting_status
from control_map.analysis.trend import (
    TrendQuantity,
    capital_and_crossing_changes,
    count_statuses_daily,
    last_known_day,
    measure_lines,
    pivot_by_status,
    published_marks,
)
from control_map.core.status_style import StatusStyle
from control_map.core.wording import KIND_SUFFIX, format_date, spans_years
from control_map.pipeline.view import View
from control_map.render.charts import trend
from control_map.render.charts.axes import DAY_FIELD, DAY_SELECTION, ChartContext
from control_map.render.export.writing import export_file_name
from control_map.render.provenance import Provenance
from control_map.theatre.config import Measure
from control_map.theatre.csv_writer import as_csv
from control_map.theatre.theatre import Theatre
from control_map.ui import html
from control_map.ui.auth import sign_in
from control_map.ui.state import cached_results
from control_map.ui.state.selection import Selection

session.TREND_MEASURE_KEY, session.TREND_TOTALS_KEY = "trend by", "trend totals"
session.TREND_CHART_KEY = "trend chart"
session.TREND_CLICKS_KEY = "trend clicks"
_WHOLE_ONLY = "Published totals count the whole theatre: none stands beside one province."
_DISTRICTS_ONLY = "Published totals count districts: none stands beside areas of land or people."


def show_trend(seen: Selection) -> None:
    """Show the counts of every day as areas, or the published totals of one measure beside the count that they mean."""
    theatre = seen.pack.theatre
    end = last_known_day(theatre.period_start, theatre.period_end, seen.view.known_on)
    told = published_marks(cached_results.cached_totals(seen.view), theatre.period_start, end)
    by, chosen = _choose(measures_of(theatre), told, is_whole=not seen.province_id)
    ground = ChartContext(
        theatre.period_start,
        theatre.period_end,
        seen.date,
        st.session_state.setdefault(session.TREND_CLICKS_KEY, 0),
        st.context.theme.type == "dark",
    )
    if chosen:
        _beside(seen, told[told["measure"] == chosen], ground, end)
    else:
        _stacked(seen, told, by, ground, end)


def _choose(measures: Mapping[str, Measure], told: pd.DataFrame, *, is_whole: bool) -> tuple[TrendQuantity, str]:
    st.session_state.setdefault(session.TREND_MEASURE_KEY, TrendQuantity.DISTRICTS.value)
    st.session_state.setdefault(session.TREND_TOTALS_KEY, "")
    numbers = told["measure"].value_counts()
    offered = ["", *(name for name in measures if name in numbers)]
    if st.session_state[session.TREND_TOTALS_KEY] not in offered:
        st.session_state[session.TREND_TOTALS_KEY] = ""
    left, right = st.columns([1, 1.4], vertical_alignment="bottom")
    with right:
        chosen = st.selectbox(
            "Published totals",
            offered,
            format_func=lambda name: f"{measures[name].label} ({numbers[name]})" if name else "On the areas",
            key=session.TREND_TOTALS_KEY,
            disabled=not is_whole or len(offered) == 1,
            help="Each is held against the count of this map that means the same thing.",
        )
    chosen = chosen if is_whole and chosen else ""
    with left:
        by = st.segmented_control(
            "Count by",
            [each.value for each in TrendQuantity],
            format_func=lambda each: TrendQuantity(each).label,
            key=session.TREND_MEASURE_KEY,
            required=True,
            disabled=bool(chosen),
        )
    return TrendQuantity(by or TrendQuantity.DISTRICTS), chosen


def _stacked(seen: Selection, told: pd.DataFrame, by: TrendQuantity, ground: ChartContext, end: dt.date) -> None:
    pack, province = seen.pack, seen.province_id
    theatre, styles = pack.theatre, pack.styles
    counts = pivot_by_status(
        count_statuses_daily(
            *(seen.view.timeline, theatre.places, pack.statuses, theatre.period_start, end),
            by=by,
            province_id=province,
        )
    )
    changed = capital_and_crossing_changes(seen.view.timeline, theatre.period_start, end, province)
    counted = totals_counting_status(told, measures_of(theatre), pack.statuses[0])
    counted = counted[(by == TrendQuantity.DISTRICTS) & (counted["unit"] == "count") & (province == "")]
    shown = {status: styles[status] for status in pack.statuses if counts[status].any()} or styles
    what = f"{by.label} by status"
    notes = [
        _WHOLE_ONLY if province else _DISTRICTS_ONLY if by != TrendQuantity.DISTRICTS else "",
        *_limits(counted, ground, end),
    ]
    html.show_template(
        "trend.html",
        statuses=list(shown.values()),
        counted="",
        marks=len(counted) > 0,
        sides=_sides(counted, seen),
        has_events=len(changed) > 0,
        notes=notes,
    )
    counts = counts[["date", *shown]]
    titles = [style.label for style in shown.values()]
    _put(trend.draw_stacked_areas(counts, shown, changed, counted, ground, _spoken(what, counts, titles)), theatre)
    happened: dict[pd.Timestamp, list[str]] = {}
    for row in changed.to_dict("records"):
        became = f"{styles[row['before']].label} \u2192 {styles[row['status']].label}"
        happened.setdefault(row["date"], []).append(f"{row['name']}{KIND_SUFFIX[row['kind']]}: {became}")
    _put_table(counts, titles, happened)
    _offer(seen, counts, by, what)


def _beside(seen: Selection, told: pd.DataFrame, ground: ChartContext, end: dt.date) -> None:
    theatre, start = seen.pack.theatre, seen.pack.theatre.period_start
    counts = measure_lines(told, seen.view.timeline, scales_of(theatre), measures_of(theatre), start, end)
    names = list(counts.columns.drop("date"))
    titles = [f"This map, {name}" for name in names]
    html.show_template(
        "trend.html",
        statuses=[],
        # Where there are more, the chart itself has to say which is which.
        counted=names[0] if len(names) == 1 else "",
        marks=True,
        sides=_sides(told, seen),
        has_events=False,
        notes=_limits(told, ground, end),
    )
    what = f"{told['label'].iloc[0]}, {len(told)} published totals beside the count that means the same"
    _put(
        trend.draw_totals_beside_counts(counts, told, seen.pack.styles, ground, _spoken(what, counts, titles)), theatre
    )
    _put_table(counts, titles, {})
    _offer(seen, counts, told["measure"].iloc[0], told["label"].iloc[0])


def _put(chart: alt.LayerChart, theatre: Theatre) -> None:
    st.altair_chart(chart, key=session.TREND_CHART_KEY, on_select=partial(_go, theatre), selection_mode=DAY_SELECTION)


def _go(theatre: Theatre) -> None:
    """Go to the day that was picked."""
    st.session_state[session.TREND_CLICKS_KEY] += 1
    for picked in st.session_state[session.TREND_CHART_KEY]["selection"].get(DAY_SELECTION) or []:
        date = theatre.period_start + dt.timedelta(days=int(picked.get(DAY_FIELD, -1)))
        if theatre.period_start <= date <= theatre.period_end:
            st.session_state[session.DATE_KEY] = date


def _sides(told: pd.DataFrame, seen: Selection) -> list[StatusStyle]:
    return [style for status, style in seen.pack.styles.items() if (told["claimed_by"] == status).any()]


def _limits(told: pd.DataFrame, ground: ChartContext, end: dt.date) -> list[str]:
    """Say what the chart cannot show."""
    outside = int((told["at"] != told["date"]).sum())
    are = "is" if outside == 1 else "are"
    return [
        f"What came after {format_date(end)} was not known that day." if end < ground.end else "",
        f"{outside} of the totals {are} for a day outside of the days shown, drawn at their edge." if outside else "",
    ]


def _spoken(what: str, counts: pd.DataFrame, titles: Sequence[str]) -> str:
    first, last = counts.iloc[0], counts.iloc[-1]
    told = ", ".join(
        f"{title} from {first[name]:,.10g} to {last[name]:,.10g}"
        for name, title in zip(counts.columns.drop("date"), titles, strict=True)
    )
    return f"{what}, from {format_date(first['date'], year=True)} to {format_date(last['date'], year=True)}: {told}"


def _put_table(counts: pd.DataFrame, titles: Sequence[str], happened: Mapping[pd.Timestamp, list[str]]) -> None:
    html.show_template(
        "trend_table.html",
        rows=list(counts.itertuples(index=False)),
        titles=titles,
        happened=happened,
        year=spans_years(counts["date"].iloc[0], counts["date"].iloc[-1]),
    )


def _offer(seen: Selection, counts: pd.DataFrame, name: str, what: str) -> None:
    """Offer the counts as a file, which is written when it is asked for."""
    st.download_button(
        "Download these counts (CSV)",
        sign_in.guard_download(partial(counts_csv, seen.view, counts, what, seen.province_id)),
        file_name=export_file_name(seen.view, _last(counts), ".csv", f"{name}-by-day", province_id=seen.province_id),
        mime="text/csv",
        on_click="ignore",
        key="trend file",
    )


def counts_csv(view: View, counts: pd.DataFrame, what: str, province_id: str) -> str:
    """Return counts by day as CSV, with what they count and what the file rests on."""
    facts = Provenance.of(view, _last(counts), province_id=province_id).facts()
    return as_csv(counts, {**facts, "counts": what})


def _last(counts: pd.DataFrame) -> dt.date:
    last: pd.Timestamp = counts["date"].iloc[-1]
    return last.date()
