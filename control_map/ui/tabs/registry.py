"""The tabs below the map: their names, and what each shows of a moment. One that is not open costs nothing."""

from collections.abc import Callable, Mapping

import streamlit as st

from control_map.ui.state import session
from control_map.core.model import AreaScope, PlaceKind
from control_map.pipeline.pack import Pack
from control_map.ui import html
from control_map.ui.state.selection import Selection
from control_map.ui.tabs import (
    area_reports,
    blind_spots,
    changes,
    cite,
    crossings,
    method,
    provinces,
    published_totals,
    reports,
    rule_differences,
    sources,
    trend,
)

session.TAB_KEY = "tab"
TABS: Mapping[str, Callable[[Selection], None]] = {
    "Provinces": provinces.show_provinces,
    "Trend": trend.show_trend,
    "Changes": changes.show_changes,
    "Border": crossings.show_crossings,
    "Reports": reports.show_reports,
    "Blind spots": lambda seen: blind_spots.show_blind_spots(seen.pack, seen.date, seen.inside),
    "Said of areas": lambda seen: area_reports.show_area_reports(seen.view, seen.date, seen.province_id),
    "Where rules differ": lambda seen: rule_differences.show_rule_differences(
        seen.comparison, seen.view, seen.date, seen.inside, seen.province_id
    ),
    "Sources": lambda seen: sources.show_sources(seen.view),
    "Published totals": lambda seen: published_totals.show_published_totals(seen.view, seen.date, seen.now),
    "Method": lambda seen: method.show_method(seen.view),
    "Cite and export": cite.show_citation_and_exports,
}
"""In the order in which they stand; the first is open at first."""
_NEED: Mapping[str, Callable[[Pack], bool]] = {
    "Border": lambda pack: bool((pack.theatre.places["kind"] == PlaceKind.CROSSING).any()),
    "Said of areas": lambda pack: bool((pack.located["area_scope"] == AreaScope.PART).any()),
    "Published totals": lambda pack: not pack.theatre.totals.empty,
}
"""What a theatre must have for a tab to say anything."""


def available_tabs(pack: Pack) -> list[str]:
    """Return the tabs that have something to say of a theatre."""
    return [name for name in TABS if name not in _NEED or _NEED[name](pack)]


def show_tabs(seen: Selection) -> None:
    """Show the tabs, and what is in the open one."""
    if seen.past.known_on != seen.view.known_on:
        html.show_template("replay_note.html", since=seen.earlier, date=seen.date)
    names = available_tabs(seen.pack)
    if st.session_state.get(session.TAB_KEY) not in names:
        st.session_state.pop(session.TAB_KEY, None)  # it was open for a theatre that has more to say
    for tab, name in zip(st.tabs(names, on_change="rerun", key=session.TAB_KEY), names, strict=True):
        if tab.open:
            with tab:
                TABS[name](seen)
