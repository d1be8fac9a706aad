"""The trend: the counts of every day, with other people's counts beside them; a click on a day goes there."""

import datetime as dt
from collections.abc import Mapping, Sequence
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
from control_map.render.export.writing import export_file_name
from control_map.render.provenance import Provenance
from control_map.theatre.config import Measure
from control_map.theatre.csv_writer import as_csv
from control_map.theatre.theatre import Theatre
from control_map.ui import html
from control_map.ui.auth.sign_in import offer_download
from control_map.ui.state import cached_results, session
from control_map.ui.state.selection import Selection

_WHOLE_ONLY = "Other people's counts are of the whole country, so none is shown for one province."
_DISTRICTS_ONLY = "Other people's counts are of districts, so none is shown for area or population."


def show_trend(selection: Selection) -> None:
    """Show the counts of every day as areas, or the published totals of one measure beside the map's count of it."""
    theatre = selection.pack.theatre
    end = last_known_day(theatre.period_start, theatre.period_end, selection.view.known_on)
    totals = published_marks(cached_results.cached_totals(selection.view), theatre.period_start, end)
    quantity, chosen = _choose(measures_of(theatre), totals, is_whole=not selection.province_id)
    context = ChartContext(
        theatre.period_start,
        theatre.period_end,
        selection.date,
        st.session_state.setdefault(session.TREND_CLICKS_KEY, 0),
        html.is_dark(),
    )
    if chosen:
        _show_totals(selection, totals[totals["measure"] == chosen], context, end)
    else:
        _show_areas(selection, totals, quantity, context, end)


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
            "Other people's counts",
            offered,
            format_func=lambda name: f"{measures[name].label} ({numbers[name]})" if name else "Marks on the areas",
            key=session.TREND_TOTALS_KEY,
            disabled=not is_whole or len(offered) == 1,
            help="Each is compared with the count of this map that means the same thing.",
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


def _show_areas(
    selection: Selection, totals: pd.DataFrame, quantity: TrendQuantity, context: ChartContext, end: dt.date
) -> None:
    pack, province = selection.pack, selection.province_id
    theatre, styles = pack.theatre, pack.styles
    counts = count_statuses_daily(
        *(selection.view.timeline, theatre.places, pack.statuses, theatre.period_start, end),
        by=quantity,
        province_id=province,
    )
    changed = capital_and_crossing_changes(selection.view.timeline, theatre.period_start, end, province)
    counted = totals_counting_status(totals, measures_of(theatre), pack.statuses[0])
    counted = counted[(quantity == TrendQuantity.DISTRICTS) & (counted["unit"] == "count") & (province == "")]
    shown = {status: styles[status] for status in pack.statuses if counts[status].any()} or styles
    title = f"{quantity.label} by status"
    notes = [
        _WHOLE_ONLY if province else _DISTRICTS_ONLY if quantity != TrendQuantity.DISTRICTS else "",
        *_limitations(counted, context, end),
    ]
    html.show_template(
        "trend.html",
        statuses=list(shown.values()),
        counted="",
        marks=len(counted) > 0,
        sides=_claiming_sides(counted, selection),
        has_events=len(changed) > 0,
        notes=notes,
    )
    counts = counts[["date", *shown]]
    labels = [style.label for style in shown.values()]
    alt_text = _alt_text(title, counts, labels)
    _show_chart(trend.draw_stacked_areas(counts, shown, changed, counted, context, alt_text), theatre)
    events: dict[pd.Timestamp, list[str]] = {}
    for row in changed.to_dict("records"):
        became = f"{styles[row['before']].label} \u2192 {styles[row['status']].label}"
        events.setdefault(row["date"], []).append(f"{row['name']}{KIND_SUFFIX[row['kind']]}: {became}")
    _show_table(counts, labels, events)
    _offer_counts(selection, counts, quantity, title)


def _show_totals(selection: Selection, totals: pd.DataFrame, context: ChartContext, end: dt.date) -> None:
    theatre, start = selection.pack.theatre, selection.pack.theatre.period_start
    counts = measure_lines(totals, selection.view.timeline, scales_of(theatre), measures_of(theatre), start, end)
    names = list(counts.columns.drop("date"))
    labels = [f"This map, {name}" for name in names]
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
    title = f"{totals['label'].iloc[0]}, {len(totals)} published totals beside this map's own count"
    alt_text = _alt_text(title, counts, labels)
    _show_chart(trend.draw_totals_beside_counts(counts, totals, selection.pack.styles, context, alt_text), theatre)
    _show_table(counts, labels, {})
    _offer_counts(selection, counts, totals["measure"].iloc[0], totals["label"].iloc[0])


def _show_chart(chart: alt.LayerChart, theatre: Theatre) -> None:
    st.altair_chart(
        chart, key=session.TREND_CHART_KEY, on_select=partial(_go_to_day, theatre), selection_mode=DAY_SELECTION
    )


def _go_to_day(theatre: Theatre) -> None:
    """Show the day that was clicked."""
    st.session_state[session.TREND_CLICKS_KEY] += 1
    for picked in st.session_state[session.TREND_CHART_KEY]["selection"].get(DAY_SELECTION) or []:
        date = theatre.period_start + dt.timedelta(days=int(picked.get(DAY_FIELD, -1)))
        if theatre.period_start <= date <= theatre.period_end:
            st.session_state[session.DATE_KEY] = date


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


def _alt_text(title: str, counts: pd.DataFrame, labels: Sequence[str]) -> str:
    first, last = counts.iloc[0], counts.iloc[-1]
    ranges = ", ".join(
        f"{label} from {first[name]:,.10g} to {last[name]:,.10g}"
        for name, label in zip(counts.columns.drop("date"), labels, strict=True)
    )
    return f"{title}, from {format_date(first['date'], year=True)} to {format_date(last['date'], year=True)}: {ranges}"


def _show_table(counts: pd.DataFrame, labels: Sequence[str], events: Mapping[pd.Timestamp, list[str]]) -> None:
    html.show_template(
        "trend_table.html",
        rows=list(counts.itertuples(index=False)),
        labels=labels,
        events=events,
        year=spans_years(counts["date"].iloc[0], counts["date"].iloc[-1]),
    )


def _offer_counts(selection: Selection, counts: pd.DataFrame, name: str, title: str) -> None:
    """Offer the counts as a file."""
    view, province_id = selection.view, selection.province_id
    offer_download(
        "Download these counts (CSV)",
        export_file_name(view, _last_day(counts), ".csv", f"{name}-by-day", province_id=province_id),
        "text/csv",
        lambda: counts_csv(view, counts, title, province_id),
        key="trend file",
    )


def counts_csv(view: View, counts: pd.DataFrame, title: str, province_id: str) -> str:
    """Return counts by day as CSV, with a title that says what they count, and with their provenance."""
    facts = Provenance.of(view, _last_day(counts), province_id=province_id).facts()
    return as_csv(counts, {**facts, "counts": title})


def _last_day(counts: pd.DataFrame) -> dt.date:
    last: pd.Timestamp = counts["date"].iloc[-1]
    return last.date()
