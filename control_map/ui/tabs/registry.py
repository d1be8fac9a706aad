"""The tabs below the map and their sections. A section that is not open costs nothing."""

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
    crossings,
    provinces,
    published_totals,
    reports,
    rule_differences,
    sources,
    trend,
)


@dataclass(frozen=True)
class Section:
    """A section of a tab: its tab, its name in links, what shows it, and whether it has anything to show of a pack.

    `asks_for_province` is true if it keeps to a province that is chosen in it.
    """

    tab: str
    slug: str
    show: Callable[[Selection], object]
    is_available: Callable[[Pack], bool] = lambda _: True
    asks_for_province: bool = True


PROVINCES, CHANGES, EVIDENCE, METHOD = "Provinces", "Changes", "Evidence", "Method and data"
SECTIONS: Mapping[str, Section] = {
    "Provinces": Section(PROVINCES, "provinces", provinces.show_provinces, asks_for_province=False),
    "Border": Section(
        PROVINCES,
        "border",
        crossings.show_crossings,
        lambda pack: bool((pack.theatre.places["kind"] == PlaceKind.CROSSING).any()),
    ),
    "Changes": Section(CHANGES, "changes", changes.show_changes),
    "Trend": Section(CHANGES, "trend", trend.show_trend),
    "Reports": Section(EVIDENCE, "reports", reports.show_reports),
    "Sources": Section(EVIDENCE, "sources", sources.show_sources, asks_for_province=False),
    "Area claims": Section(
        EVIDENCE,
        "said-of-areas",
        area_reports.show_area_reports,
        lambda pack: bool((pack.located["area_scope"] == AreaScope.PART).any()),
        asks_for_province=False,
    ),
    "Others' counts": Section(
        EVIDENCE,
        "published-totals",
        published_totals.show_published_totals,
        lambda pack: not pack.theatre.totals.empty,
        asks_for_province=False,
    ),
    "Other ways to count": Section(EVIDENCE, "where-rules-differ", rule_differences.show_rule_differences),
    "No recent news": Section(EVIDENCE, "blind-spots", blind_spots.show_blind_spots),
    "Method": Section(
        METHOD, "method", lambda selection: st.html(render_method(selection.view)), asks_for_province=False
    ),
}
"""By their labels, in the order in which they are shown; the first is open at first, and so is the first of a tab."""
FORMER_SLUGS = {"cite-and-export": "Method"}
"""What links from earlier versions of the page open, by the names of sections that are gone."""
NO_TAB = "Map only"
"""The label of the choice to have no tab open: the page then has nothing below the map to make."""
NO_TAB_SLUG = "none"


def _choose_province(theatre: Theatre) -> None:
    """Ask for the province that the sections keep to, or all of them; the map goes there."""
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
def available_sections(pack: Pack) -> list[str]:
    """Return the labels of the sections that have anything to show of a pack."""
    return [label for label, section in SECTIONS.items() if section.is_available(pack)]


def show_tab_names(pack: Pack) -> DeltaGenerator:
    """Show the names of the tabs, and of the sections of the open one; return the place for what it contains.

    The fragment that follows the date fills it: names are not sent again when the date moves. The whole page runs when
    another tab or section is opened, as a fragment can only fill again what it filled when the page was run.
    """
    available = available_sections(pack)
    if st.session_state.get(session.SECTION_KEY) not in (*available, NO_TAB):
        st.session_state.pop(session.SECTION_KEY, None)  # it was open for a theatre that has more sections
    label = open_section()
    tabs = [*dict.fromkeys(SECTIONS[each].tab for each in available), NO_TAB]
    st.session_state[session.TAB_KEY] = tab = _tab_of(label)
    session.keep_values(*map(session.section_key, tabs))
    places = dict(zip(tabs, st.tabs(tabs, default=tab, on_change=_open_tab, key=session.TAB_KEY), strict=True))
    siblings = [each for each in available if SECTIONS[each].tab == tab]
    with places[tab]:
        if len(siblings) > 1:
            st.session_state[session.section_key(tab)] = label
            st.segmented_control(
                f"Sections of {tab}",
                siblings,
                required=True,
                key=session.section_key(tab),
                on_change=_open_section,
                args=(tab,),
                label_visibility="collapsed",
            )
        return st.container()


def _tab_of(label: str) -> str:
    return NO_TAB if label == NO_TAB else SECTIONS[label].tab


@contain_callback_failures("The choice of a tab")
def _open_tab() -> None:
    """Open the section of the chosen tab that was open last, or its first."""
    tab = st.session_state.get(session.TAB_KEY)
    siblings = [label for label, section in SECTIONS.items() if section.tab == tab]
    last = st.session_state.get(session.section_key(str(tab)))
    st.session_state[session.SECTION_KEY] = last if last in siblings else next(iter(siblings), NO_TAB)


@contain_callback_failures("The choice of a section")
def _open_section(tab: str) -> None:
    st.session_state[session.SECTION_KEY] = st.session_state.get(session.section_key(tab))


def open_section() -> str:
    """Return the name of the open section."""
    return str(st.session_state.get(session.SECTION_KEY) or next(iter(SECTIONS)))


def show_open_section(selection: Selection, place: DeltaGenerator) -> None:
    """Show the contents of the open section in its place."""
    label = open_section()
    with place, contain_failures(f"The section \u201c{label}\u201d"):
        if selection.earlier_view.known_on != selection.view.known_on:
            html.show_template("replay_note.html", since=selection.earlier_date, date=selection.date)
        if SECTIONS[label].asks_for_province:
            _choose_province(selection.pack.theatre)
        SECTIONS[label].show(selection)
