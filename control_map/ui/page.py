"""The page: what is chosen, then one fragment that follows the date."""

import datetime as dt
import logging
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from control_map.errors import PackError
from control_map.pipeline import Pack, View
from control_map.rules import presets
from control_map.summary import COMPARED_DAYS
from control_map.timeline import as_of
from control_map.ui import context, dossier, header, html, map_panel, method, provinces, set_aside, sources, store

ICON = Path(__file__).with_name("icon.png")


def run() -> None:
    """Show the dashboard."""
    logging.basicConfig(level=logging.WARNING)
    st.set_page_config(page_title="Control Map", page_icon=str(ICON), layout="wide")
    folders = store.pack_folders()
    with st.sidebar:
        html.show("brand.html")
        folder = st.selectbox(
            "Theatre",
            folders,
            format_func=lambda path: path.name.replace("-", " ").capitalize(),
            key="theatre",
            on_change=_forget,
        )
    try:
        pack = store.pack_in(folder)
    except PackError as error:
        html.show("faults.html", faults=error.faults, folder=folder.name)
        st.stop()
    html.show_style(pack.styles, dark=st.context.theme.type == "dark")
    view = _choose_view(pack)
    _find_place(pack)
    _follow_date(view)
    html.show("credits.html", credits=pack.theatre.credits, title=pack.theatre.title)


def _forget() -> None:
    """Leave behind what was chosen for another theatre."""
    for key in ("place", "date", "rule", "known_on"):
        st.session_state.pop(key, None)


def _choose_view(pack: Pack) -> View:
    theatre = pack.theatre
    rules = presets(theatre.actors)
    with st.sidebar:
        rule = st.selectbox(
            "Rule",
            list(rules),
            index=list(rules).index(theatre.default_rule),
            format_func=lambda name: rules[name].label,
            key="rule",
            help="  \n".join(f"**{rule.label}**: {rule.meaning}." for rule in rules.values()),
        )
        known_on = st.date_input(
            "Known on",
            value=None,
            min_value=theatre.period_start,
            max_value=pack.located["reported_date"].max().date(),
            key="known_on",
            format="YYYY-MM-DD",
            help="Only reports published by this day count. Empty: all of them, with hindsight.",
        )
        st.pills(
            "Show",
            list(map_panel.SYMBOLS),
            default=list(map_panel.SYMBOLS),
            selection_mode="multi",
            format_func=map_panel.SYMBOLS.__getitem__,
            key="shown",
        )
    return store.view_of(pack, rules[rule], known_on)


def _find_place(pack: Pack) -> None:
    names = {
        row["place_id"]: " \u00b7 ".join(filter(None, [dossier.label(row), row["name_local"]]))
        for row in pack.theatre.places.drop(columns="geometry").sort_values(["name", "province"]).to_dict("records")
    }
    title, search = st.columns([2.4, 1], vertical_alignment="bottom")
    with title:
        html.show("title.html", title=pack.theatre.title)
    with search:
        st.selectbox(
            "Find a place",
            list(names),
            index=None,
            format_func=names.__getitem__,
            key="place",
            placeholder="Find a district, capital or crossing",
            label_visibility="collapsed",
        )


@st.fragment
def _follow_date(view: View) -> None:
    if st.session_state.pop("clicked", False):
        st.rerun()  # the box that names the selected place stands outside this fragment
    theatre = view.pack.theatre
    st.session_state.setdefault("date", theatre.opens_on)
    date: dt.date = st.session_state["date"]
    now = as_of(view.timeline, date)
    before = as_of(view.timeline, date - dt.timedelta(days=COMPARED_DAYS))
    header.show(view, date, now, before)
    st.slider(
        "Date", theatre.period_start, theatre.period_end, key="date", format="D MMMM YYYY", label_visibility="collapsed"
    )
    left, right = st.columns([2.4, 1], gap="medium")
    with left:
        map_panel.show(view, date)
    with right:
        place_id = st.session_state.get("place")
        with st.container():  # keeps what follows in its place, with the button or without
            if place_id:
                st.button("\u2190 What just changed", type="tertiary", on_click=map_panel.select, args=(None,))
        dossier.show(view, date, place_id)
    sections: dict[str, Callable[[], None]] = {
        "Provinces": lambda: provinces.show(view.pack, now, before),
        "Said of areas": lambda: context.show(view, date),
        "Sources": lambda: sources.show(view),
        f"Set aside ({len(view.pack.set_aside)})": lambda: set_aside.show(view.pack),
        "Method and sources": lambda: method.show(view),
    }
    for tab, show in zip(st.tabs(list(sections), on_change="rerun", key="tab"), sections.values(), strict=True):
        if tab.open:
            with tab:
                show()
