"""The section of all reports, located or not: they are searched by words and filters, and shown a page at a time."""

import datetime as dt
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from control_map.analysis.search import ReportFilter, ReportState, find_reports, roles_at_named_place
from control_map.core.labels import CLAIM_LABELS, ROLE_LABELS, SIDE_LABELS
from control_map.core.model import Claim
from control_map.core.rules import PARAMETERS
from control_map.explanation import dossier
from control_map.pipeline.view import View
from control_map.render.provenance import Provenance
from control_map.theatre.reports import EXPORTED_NAMES
from control_map.ui import html
from control_map.ui.state import session
from control_map.ui.state.cached_results import show_cached_html
from control_map.ui.state.selection import Selection
from control_map.ui.tabs.download import TableWithFacts, offer_table

ROWS_PER_PAGE = 50
"""Reports on one page."""
_MORE_FILTERS = (
    session.REPORTS_PLACE_KEY,
    session.REPORTS_ORIGIN_KEY,
    session.REPORTS_SOURCE_KEY,
    session.REPORTS_SIDE_KEY,
    session.REPORTS_CLAIMS_KEY,
    session.REPORTS_RELIABILITY_KEY,
    session.REPORTS_CREDIBILITY_KEY,
    session.REPORTS_FROM_KEY,
    session.REPORTS_TO_KEY,
)
_STATE_LABELS = {
    ReportState.ALL.value: "All",
    ReportState.PLACED.value: "Located",
    ReportState.SET_ASIDE.value: "Not located",
}
_OWN_STATE_LABEL = {ReportState.OWN.value: "Yours"}


def show_reports(selection: Selection) -> None:
    """Show the reports that match the search, of all that the view knows, in the province that the tabs keep to."""
    report_filter = _ask_filter(selection)
    index = selection.pack.search_index
    found = find_reports(index, report_filter)
    pages = max(1, -(-len(found) // ROWS_PER_PAGE))
    page = _restrict_page(pages)
    later = int((found["event_date"] > pd.Timestamp(selection.date)).sum())
    follows_date = not page and pages > 1 and 0 < later < len(found)
    start = later if follows_date else max(0, (page or (pages if later else 1)) - 1) * ROWS_PER_PAGE
    count, paging = st.columns([2, 1], vertical_alignment="center")
    with count:
        _show_count(
            selection,
            report_filter,
            len(found),
            len(find_reports(index, report_filter.scope)),
            start,
            follows_date=follows_date,
        )
    buttons = paging.container(horizontal=True, key="reports turning")
    # From a start between two pages, each leads to the page that has the next report, so that none is passed over.
    newer, older = -(-start // ROWS_PER_PAGE), (start + ROWS_PER_PAGE) // ROWS_PER_PAGE + 1
    for label, target, key in (("\u2190 Newer", newer, "newer"), ("Older \u2192", older, "older")):
        buttons.button(
            label,
            key=f"reports {key}",
            width="stretch",
            disabled=not 1 <= target <= pages,
            on_click=_show_page,
            args=(target,),
        )
    shown = found.iloc[start : start + ROWS_PER_PAGE]
    if len(shown):
        show_cached_html(
            selection.view,
            "reports",
            *(report_filter, start),
            write=lambda: _write_table(selection.view, shown, selection.source_rows),
        )


def _ask_filter(selection: Selection) -> ReportFilter:
    """Ask for words and filters."""
    for key, default in session.REPORT_FILTER_DEFAULTS.items():
        st.session_state.setdefault(key, default)
    text, state, others = st.columns(
        [2, 2.1 if selection.pack.user_supplied_ids else 1.6, 2.2], vertical_alignment="bottom"
    )
    buttons = others.container(horizontal=True, key="reports others")
    text.text_input(
        "Search the reports",
        key=session.REPORTS_TEXT_KEY,
        max_chars=session.MAX_SEARCH_TEXT,
        placeholder="Words, a place in any spelling or script, \u201ca phrase\u201d",
        on_change=_show_page,
    )
    states = _STATE_LABELS | (_OWN_STATE_LABEL if selection.pack.user_supplied_ids else {})
    _restrict(
        session.REPORTS_STATE_KEY,
        lambda chosen: chosen if chosen in states else session.REPORT_FILTER_DEFAULTS[session.REPORTS_STATE_KEY],
    )
    state.segmented_control(
        "Which", list(states), format_func=states.__getitem__, key=session.REPORTS_STATE_KEY, on_change=_show_page
    )
    place_id = st.session_state.get(session.PLACE_KEY)
    filters = buttons.popover(
        "More filters" + (f" ({_count_set(place_id)})" if _count_set(place_id) else ""), width="stretch"
    )
    with filters:
        _ask_more_filters(selection, place_id)
    chosen = st.session_state
    report_filter = ReportFilter(
        text=chosen[session.REPORTS_TEXT_KEY][: session.MAX_SEARCH_TEXT],  # whatever the browser let the user type
        place_id=place_id if place_id and chosen[session.REPORTS_PLACE_KEY] else "",
        province_id=selection.province_id,
        origin=chosen[session.REPORTS_ORIGIN_KEY],
        source=chosen[session.REPORTS_SOURCE_KEY],
        side=chosen[session.REPORTS_SIDE_KEY],
        claims=tuple(sorted(chosen[session.REPORTS_CLAIMS_KEY])),
        lowest_reliability=chosen[session.REPORTS_RELIABILITY_KEY],
        lowest_credibility=chosen[session.REPORTS_CREDIBILITY_KEY],
        begin=chosen[session.REPORTS_FROM_KEY],
        end=chosen[session.REPORTS_TO_KEY],
        published_by=selection.view.known_on,
        state=ReportState(chosen[session.REPORTS_STATE_KEY]),
    )
    with buttons:
        offer_table(
            selection,
            "reports",
            lambda shown: reports_table(shown.view, shown.date, report_filter),
            key="reports download",
            province_id=selection.province_id,
        )
    return report_filter


def _ask_more_filters(selection: Selection, place_id: str | None) -> None:
    reports = selection.pack.search_index.reports
    if place_id:
        names = selection.pack.theatre.places.set_index("place_id")["name"]
        st.toggle(
            f"Only reports that name {html.escape_markdown(names[place_id])}",
            key=session.REPORTS_PLACE_KEY,
            on_change=_show_page,
        )
    for label, key, of in (
        ("Origin", session.REPORTS_ORIGIN_KEY, "origin"),
        ("Read at", session.REPORTS_SOURCE_KEY, "source_name"),
    ):
        there = sorted(filter(None, reports[of].unique()), key=str.casefold)
        _choose(label, key, {"": "Any", **{name: name for name in there}})
    _choose(
        "Side of the claimant",
        session.REPORTS_SIDE_KEY,
        {"": "Any", **selection.pack.labels, **SIDE_LABELS},
    )
    claims = {claim.value: CLAIM_LABELS[claim].name for claim in Claim}
    _restrict(session.REPORTS_CLAIMS_KEY, lambda chosen: [claim for claim in chosen if claim in claims])
    st.multiselect(
        "Claim",
        list(claims),
        format_func=claims.__getitem__,
        key=session.REPORTS_CLAIMS_KEY,
        placeholder="Any",
        on_change=_show_page,
    )
    begin, end = st.columns(2)
    events = reports["event_date"].dropna()
    if len(events):
        first, last = events.min().date(), events.max().date()
        for column, label, key in (
            (begin, "Event from", session.REPORTS_FROM_KEY),
            (end, "Event to", session.REPORTS_TO_KEY),
        ):
            _restrict(key, partial(_clamp, first, last))
            column.date_input(label, None, first, last, key=key, format="YYYY-MM-DD", on_change=_show_page)
    source, content = st.columns(2)
    with source:
        _choose("Source grade at least", session.REPORTS_RELIABILITY_KEY, _grades("lowest_reliability", ""))
    with content:
        _choose("Content grade at least", session.REPORTS_CREDIBILITY_KEY, _grades("lowest_credibility", 0))
    st.button("Clear filters", key="reports clear", on_click=_clear, disabled=not _count_set(place_id))


def _grades(parameter: str, anything: Any) -> dict[Any, str]:
    return {anything: "Any", **{grade: str(grade) for grade in PARAMETERS[parameter].options}}


def _choose(label: str, key: str, options: Mapping[Any, str]) -> None:
    """Ask for one of the options; a value from a link or another theatre that is not among them counts as any."""
    _restrict(key, lambda chosen: chosen if chosen in options else session.REPORT_FILTER_DEFAULTS[key])
    st.selectbox(
        html.escape_markdown(label), list(options), format_func=options.__getitem__, key=key, on_change=_show_page
    )


def _restrict(key: str, restrict: Callable[[Any], Any]) -> None:
    """Change the value of a filter to one that it can have."""
    value = st.session_state[key]
    if (allowed := restrict(value)) != value:
        st.session_state[key] = allowed


def _clamp(first: dt.date, last: dt.date, date: dt.date | None) -> dt.date | None:
    return None if date is None else min(max(date, first), last)


def _count_set(place_id: str | None) -> int:
    """Count the filters that are set."""
    return sum(
        st.session_state[key] != session.REPORT_FILTER_DEFAULTS[key]
        for key in _MORE_FILTERS
        if key != session.REPORTS_PLACE_KEY or place_id
    )


def _restrict_page(pages: int) -> int:
    """Return the page that the user has turned to, one of those that there are; 0: none yet."""
    if page := st.session_state[session.REPORTS_PAGE_KEY]:
        page = st.session_state[session.REPORTS_PAGE_KEY] = min(max(1, page), pages)
    return int(page)


def _show_page(page: int = session.PAGE_OF_DATE) -> None:
    st.session_state[session.REPORTS_PAGE_KEY] = page


def _clear() -> None:
    for key in _MORE_FILTERS:
        st.session_state[key] = session.REPORT_FILTER_DEFAULTS[key]
    _show_page()


def _show_count(
    selection: Selection, report_filter: ReportFilter, found: int, total: int, start: int, *, follows_date: bool
) -> None:
    html.show_template(
        "reports_count.html",
        found=found,
        total=total,
        first=start + 1,
        last=min(start + ROWS_PER_PAGE, found),
        begins_at=selection.date if follows_date else None,
        known_on=report_filter.published_by,
        province=selection.pack.theatre.province_names.get(report_filter.province_id, ""),
        set_aside=report_filter.state == ReportState.SET_ASIDE,
    )


def _write_table(view: View, shown: pd.DataFrame, source_rows: Mapping[str, str]) -> str:
    theatre = view.pack.theatre
    start, end = pd.Timestamp(theatre.period_start), pd.Timestamp(theatre.period_end)
    days = (shown["event_date"] - start).dt.days.where(shown["event_date"].between(start, end))
    rows = shown.assign(
        target=html.link_targets(shown),
        day=days.astype("Int64").astype("object"),
        role=roles_at_named_place(shown, view.evidence),
    )
    rows["grade"] = shown["reliability"] + shown["credibility"].astype("Int64").astype("str").replace("<NA>", "")
    return html.render_template(
        "reports.html",
        rows=dossier.add_claim_wording(rows.to_dict("records"), theatre.actors),
        source_rows=source_rows,
        role_labels=ROLE_LABELS,
    )


def reports_table(view: View, date: dt.date, report_filter: ReportFilter) -> TableWithFacts:
    """Return the reports that match a filter, each with its role in a view, and their provenance."""
    found = find_reports(view.pack.search_index, report_filter)
    facts = Provenance.of(view, date, province_id=report_filter.province_id).facts()
    named = found.assign(role=roles_at_named_place(found, view.evidence)).rename(columns=EXPORTED_NAMES)
    return TableWithFacts(named, facts)
