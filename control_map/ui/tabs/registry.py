"""The tabs below the map: the name of each, and what it shows. A tab that is not open costs nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from control_map.analysis.summary import ALL_PROVINCES
from control_map.core.model import AreaScope, PlaceKind
from control_map.pipeline.pack import Pack
from control_map.render.html.method import render_method
from control_map.theatre.theatre import Theatre
from control_map.ui import html
from control_map.ui.failures import contain_callback_failures, contain_failures
from control_map.ui.state import session
from control_map.ui.state.cache import cache_results
from control_map.ui.state.selection import Selection
from control_map.ui.tabs import (
    area_reports,
    blind_spots,
    changes,
    cite,
    crossings,
    provinces,
    published_totals,
    reports,
    rule_differences,
    sources,
    trend,
)


@dataclass(frozen=True)
class Tab:
    """A tab: its name in links, what shows it, and whether it has anything to show of a pack.

    `asks_for_province` is true if it keeps to a province that is chosen in it.
    """

    slug: str
    show: Callable[[Selection], object]
    is_available: Callable[[Pack], bool] = lambda _: True
    asks_for_province: bool = True


TABS: Mapping[str, Tab] = {
    "Provinces": Tab("provinces", provinces.show_provinces, asks_for_province=False),
    "Trend": Tab("trend", trend.show_trend),
    "Changes": Tab("changes", changes.show_changes),
    "Border": Tab(
        "border", crossings.show_crossings, lambda pack: bool((pack.theatre.places["kind"] == PlaceKind.CROSSING).any())
    ),
    "Reports": Tab("reports", reports.show_reports),
    "No recent news": Tab("blind-spots", blind_spots.show_blind_spots),
    "Area claims": Tab(
        "said-of-areas",
        area_reports.show_area_reports,
        lambda pack: bool((pack.located["area_scope"] == AreaScope.PART).any()),
        asks_for_province=False,
    ),
    "Other ways to count": Tab("where-rules-differ", rule_differences.show_rule_differences),
    "Sources": Tab("sources", sources.show_sources, asks_for_province=False),
    "Others' counts": Tab(
        "published-totals",
        published_totals.show_published_totals,
        lambda pack: not pack.theatre.totals.empty,
        asks_for_province=False,
    ),
    "Method": Tab("method", lambda selection: st.html(render_method(selection.view)), asks_for_province=False),
    "Cite and export": Tab("cite-and-export", cite.show_citation_and_exports),
}
"""By their labels, in the order in which they are shown; the first is open at first."""
NO_TAB = "Map only"
"""The label of the choice to have no tab open: the page then has nothing below the map to make."""
NO_TAB_SLUG = "none"


def _choose_province(theatre: Theatre) -> None:
    """Ask for the province that the tabs keep to, or all of them; the map goes there."""
    labels = {ALL_PROVINCES: "All provinces", **theatre.province_names}
    st.session_state.setdefault(session.PROVINCE_KEY, ALL_PROVINCES)
    st.selectbox(
        "Province",
        list(labels),
        key=session.PROVINCE_KEY,
        format_func=labels.__getitem__,
        on_change=_zoom_to_province,
        label_visibility="collapsed",
        width=240,
    )


@contain_callback_failures("The choice of a province")
def _zoom_to_province() -> None:
    # The choice is gone if another theatre was chosen in the same moment.
    chosen = st.session_state.get(session.PROVINCE_KEY)
    session.zoom_to(session.PROVINCE_PREFIX + chosen if chosen else ALL_PROVINCES)


@cache_results(lambda pack: pack.fingerprint)
def available_tabs(pack: Pack) -> list[str]:
    """Return the labels of the tabs that have anything to show of a pack."""
    return [label for label, tab in TABS.items() if tab.is_available(pack)]


def show_tab_names(pack: Pack) -> Mapping[str, DeltaGenerator]:
    """Show the names of the tabs; return the place for the contents of each, by its name.

    The fragment that follows the date fills the open one: names are not sent again when the date moves. The whole page
    runs when another is opened, as a fragment can only fill again what it filled when the page was run.
    """
    labels = [NO_TAB, *available_tabs(pack)]
    if st.session_state.get(session.TAB_KEY) not in labels:
        st.session_state.pop(session.TAB_KEY, None)  # it was open for a theatre that has more tabs
    return dict(zip(labels, st.tabs(labels, default=labels[1], on_change="rerun", key=session.TAB_KEY), strict=True))


def open_tab() -> str:
    """Return the name of the open tab."""
    return str(st.session_state.get(session.TAB_KEY) or next(iter(TABS)))


def show_open_tab(selection: Selection, place: DeltaGenerator) -> None:
    """Show the contents of the open tab in its place."""
    label = open_tab()
    with place, contain_failures(f"The tab \u201c{label}\u201d"):
        if selection.earlier_view.known_on != selection.view.known_on:
            html.show_template("replay_note.html", since=selection.earlier_date, date=selection.date)
        if TABS[label].asks_for_province:
            _choose_province(selection.pack.theatre)
        TABS[label].show(selection)
