"""All reports, placed or set aside: looked for by words and filters, a page of them at a time."""

import datetime as dt
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from control_map.ui.state import session
from control_map.analysis.search import ReportFilter, ReportState, find_reports, roles_at_named_place
from control_map.core.model import INDEPENDENT, Claim
from control_map.core.rules import PARAMETERS
from control_map.explanation import dossier
from control_map.pipeline.view import View
from control_map.render.export.writing import export_file_name
from control_map.render.provenance import Provenance
from control_map.theatre.csv_writer import as_csv
from control_map.theatre.reports import EXPORTED_NAMES
from control_map.ui import go, html
from control_map.ui.auth import sign_in
from control_map.ui.naming import escape_markdown
from control_map.ui.state import cached_results
from control_map.ui.state.selection import Selection

ROWS_PER_PAGE = 50
"""Reports on one page."""
session.REPORTS_TEXT_KEY, session.REPORTS_STATE_KEY, session.REPORTS_PLACE_KEY = "reports text", "reports state", "reports of place"
session.REPORTS_ORIGIN_KEY, session.REPORTS_SOURCE_KEY, session.REPORTS_SIDE_KEY, session.REPORTS_CLAIMS_KEY = "reports origin", "reports source", "reports side", "reports claim"
session.REPORTS_RELIABILITY_KEY, session.REPORTS_CREDIBILITY_KEY = "reports reliability", "reports credibility"
session.REPORTS_FROM_KEY, session.REPORTS_TO_KEY, session.REPORTS_PAGE_KEY = "reports from", "reports to", "reports page"
session.REPORT_FILTER_DEFAULTS: Mapping[str, Any] = {
    session.REPORTS_TEXT_KEY: "",
    session.REPORTS_STATE_KEY: ReportState.ALL.value,
    session.REPORTS_PLACE_KEY: False,
    session.REPORTS_ORIGIN_KEY: "",
    session.REPORTS_SOURCE_KEY: "",
    session.REPORTS_SIDE_KEY: "",
    session.REPORTS_CLAIMS_KEY: [],
    session.REPORTS_RELIABILITY_KEY: "",
    session.REPORTS_CREDIBILITY_KEY: 0,
    session.REPORTS_FROM_KEY: None,
    session.REPORTS_TO_KEY: None,
    session.REPORTS_PAGE_KEY: 1,
}
"""What each widget shows until it is used; the page is the first."""
_MORE = (session.REPORTS_PLACE_KEY, session.REPORTS_ORIGIN_KEY, session.REPORTS_SOURCE_KEY, session.REPORTS_SIDE_KEY, session.REPORTS_CLAIMS_KEY, session.REPORTS_RELIABILITY_KEY, session.REPORTS_CREDIBILITY_KEY, session.REPORTS_FROM_KEY, session.REPORTS_TO_KEY)
_STATES = {
    ReportState.ALL.value: "All",
    ReportState.PLACED.value: "Placed",
    ReportState.SET_ASIDE.value: "Set aside",
}
_OWN = {ReportState.OWN.value: "Yours"}


def show_reports(seen: Selection) -> None:
    """Show the reports that are looked for, of all that the view knows, in the province that the tabs keep to."""
    wanted = _ask(seen)
    library = seen.pack.library
    found = find_reports(library, wanted)
    pages = max(1, -(-len(found) // ROWS_PER_PAGE))
    page = st.session_state[session.REPORTS_PAGE_KEY] = min(max(1, st.session_state[session.REPORTS_PAGE_KEY]), pages)
    told, turning = st.columns([2, 1], vertical_alignment="center")
    with told:
        html.show_html(_counted(seen, wanted, len(found), len(find_reports(library, wanted.known)), page))
    buttons = turning.container(horizontal=True, key="reports turning")
    for label, step, key in (("\u2190 Newer", -1, "newer"), ("Older \u2192", 1, "older")):
        buttons.button(
            label,
            key=f"reports {key}",
            width="stretch",
            disabled=not 1 <= page + step <= pages,
            on_click=_turn,
            args=(page + step,),
        )
    shown = found.iloc[(page - 1) * ROWS_PER_PAGE : page * ROWS_PER_PAGE]
    if len(shown):
        html.show_html(
            cached_results.cached_html(
                "reports", seen.view, wanted, page, write=lambda: _table(seen.view, shown, seen.whence)
            )
        )


def _ask(seen: Selection) -> ReportFilter:
    """Ask what is looked for."""
    for key, default in session.REPORT_FILTER_DEFAULTS.items():
        st.session_state.setdefault(key, default)
    text, state, others = st.columns([2, 2.1 if seen.pack.brought else 1.6, 2.2], vertical_alignment="bottom")
    buttons = others.container(horizontal=True, key="reports others")
    text.text_input(
        "Search the reports",
        key=session.REPORTS_TEXT_KEY,
        placeholder="Words, a place in any spelling or script, \u201ca phrase\u201d",
        on_change=_turn,
    )
    states = _STATES | (_OWN if seen.pack.brought else {})
    _keep_to(session.REPORTS_STATE_KEY, lambda chosen: chosen if chosen in states else session.REPORT_FILTER_DEFAULTS[session.REPORTS_STATE_KEY])
    state.segmented_control("Which", list(states), format_func=states.__getitem__, key=session.REPORTS_STATE_KEY, on_change=_turn)
    place_id = st.session_state.get(session.PLACE_KEY)
    filters = buttons.popover("More filters" + (f" ({_set(place_id)})" if _set(place_id) else ""), width="stretch")
    with filters:
        _ask_more(seen, place_id)
    chosen = st.session_state
    wanted = ReportFilter(
        text=chosen[session.REPORTS_TEXT_KEY],
        place_id=place_id if place_id and chosen[session.REPORTS_PLACE_KEY] else "",
        province_id=seen.province_id,
        origin=chosen[session.REPORTS_ORIGIN_KEY],
        source=chosen[session.REPORTS_SOURCE_KEY],
        side=chosen[session.REPORTS_SIDE_KEY],
        claims=tuple(sorted(chosen[session.REPORTS_CLAIMS_KEY])),
        lowest_reliability=chosen[session.REPORTS_RELIABILITY_KEY],
        lowest_credibility=chosen[session.REPORTS_CREDIBILITY_KEY],
        begin=chosen[session.REPORTS_FROM_KEY],
        end=chosen[session.REPORTS_TO_KEY],
        published_by=seen.view.known_on,
        state=ReportState(chosen[session.REPORTS_STATE_KEY]),
    )
    buttons.download_button(
        "Download CSV",
        data=sign_in.guard_download(lambda: reports_csv(seen.view, seen.date, wanted)),
        file_name=export_file_name(seen.view, seen.date, ".csv", "reports", province_id=seen.province_id),
        mime="text/csv",
        on_click="ignore",
        key="reports download",
        width="stretch",
    )
    return wanted


def _ask_more(seen: Selection, place_id: str | None) -> None:
    reports = seen.pack.library.reports
    if place_id:
        names = seen.pack.theatre.places.set_index("place_id")["name"]
        st.toggle(f"Only reports that name {escape_markdown(names[place_id])}", key=session.REPORTS_PLACE_KEY, on_change=_turn)
    for label, key, of in (("Origin", session.REPORTS_ORIGIN_KEY, "origin"), ("Read at", session.REPORTS_SOURCE_KEY, "source_name")):
        there = sorted(filter(None, reports[of].unique()), key=str.casefold)
        _choose(label, key, {"": "Any", **{name: name for name in there}})
    _choose("Side of who says so", session.REPORTS_SIDE_KEY, {"": "Any", **seen.pack.labels, INDEPENDENT: "Independent"})
    claims = {claim.value: claim.value.replace("_", " ") for claim in Claim}
    _keep_to(session.REPORTS_CLAIMS_KEY, lambda chosen: [claim for claim in chosen if claim in claims])
    st.multiselect(
        "Claim", list(claims), format_func=claims.__getitem__, key=session.REPORTS_CLAIMS_KEY, placeholder="Any", on_change=_turn
    )
    begin, end = st.columns(2)
    events = reports["event_date"].dropna()
    if len(events):
        first, last = events.min().date(), events.max().date()
        for column, label, key in ((begin, "Event from", session.REPORTS_FROM_KEY), (end, "Event to", session.REPORTS_TO_KEY)):
            _keep_to(key, partial(_within, first, last))
            column.date_input(label, None, first, last, key=key, format="YYYY-MM-DD", on_change=_turn)
    source, content = st.columns(2)
    with source:
        _choose("Source at least", session.REPORTS_RELIABILITY_KEY, _grades("lowest_reliability", ""))
    with content:
        _choose("Content at least", session.REPORTS_CREDIBILITY_KEY, _grades("lowest_credibility", 0))
    st.button("Clear filters", key="reports clear", on_click=_clear, disabled=not _set(place_id))


def _grades(parameter: str, anything: Any) -> dict[Any, str]:
    return {anything: "Any", **{grade: str(grade) for grade in PARAMETERS[parameter].options}}


def _choose(label: str, key: str, options: Mapping[Any, str]) -> None:
    """Ask for one of the options; what a link or another theatre has left there and is none of them is any."""
    _keep_to(key, lambda chosen: chosen if chosen in options else session.REPORT_FILTER_DEFAULTS[key])
    st.selectbox(label, list(options), format_func=options.__getitem__, key=key, on_change=_turn)


def _keep_to(key: str, allowed: Callable[[Any], Any]) -> None:
    value = st.session_state[key]
    if (kept := allowed(value)) != value:
        st.session_state[key] = kept


def _within(first: dt.date, last: dt.date, date: dt.date | None) -> dt.date | None:
    return None if date is None else min(max(date, first), last)


def _set(place_id: str | None) -> int:
    """Count the filters that are set."""
    return sum(st.session_state[key] != session.REPORT_FILTER_DEFAULTS[key] for key in _MORE if key != session.REPORTS_PLACE_KEY or place_id)


def _turn(page: int = 1) -> None:
    st.session_state[session.REPORTS_PAGE_KEY] = page


def _clear() -> None:
    for key in _MORE:
        st.session_state[key] = session.REPORT_FILTER_DEFAULTS[key]
    _turn()


def _counted(seen: Selection, wanted: ReportFilter, found: int, total: int, page: int) -> str:
    provinces = seen.pack.theatre.provinces.set_index("province_id")["province"]
    return html.render_template(
        "reports_count.html",
        found=found,
        total=total,
        first=(page - 1) * ROWS_PER_PAGE + 1,
        last=min(page * ROWS_PER_PAGE, found),
        known_on=wanted.published_by,
        province=provinces[wanted.province_id] if wanted.province_id else "",
        aside=wanted.state == ReportState.SET_ASIDE,
    )


def _table(view: View, shown: pd.DataFrame, whence: Mapping[str, str]) -> str:
    theatre = view.pack.theatre
    start, end = pd.Timestamp(theatre.period_start), pd.Timestamp(theatre.period_end)
    days = (shown["event_date"] - start).dt.days.where(shown["event_date"].between(start, end))
    rows = shown.assign(
        target=go.link_targets(shown),
        day=days.astype("Int64").astype("object"),
        role=roles_at_named_place(shown, view.evidence),
    )
    rows["grade"] = shown["reliability"] + shown["credibility"].astype("Int64").astype("str").replace("<NA>", "")
    return html.render_template(
        "reports.html", rows=dossier.add_claim_wording(rows.to_dict("records"), theatre.actors), whence=whence
    )


def reports_csv(view: View, date: dt.date, wanted: ReportFilter) -> str:
    """Return the reports that are wanted as CSV, each with its role in a view, and with what the file rests on."""
    found = find_reports(view.pack.library, wanted)
    facts = Provenance.of(view, date, province_id=wanted.province_id).facts()
    return as_csv(found.assign(role=roles_at_named_place(found, view.evidence)).rename(columns=EXPORTED_NAMES), facts)
