"""The page: what is chosen, then one fragment that follows the date."""

import datetime as dt
import logging
from functools import partial

import streamlit as st

from control_map import markup, packs
from control_map.errors import PackError
from control_map.pipeline import Pack
from control_map.ui import (
    comparison_panel,
    dossier,
    header,
    html,
    map_panel,
    own_reports,
    own_state,
    province_panel,
    rule_panel,
    sign_in,
    silence,
    store,
    tabs,
    url,
)
from control_map.ui.comparison_panel import Compared
from control_map.ui.moment import Moment
from control_map.ui.own_state import Joined
from control_map.ui.rule_panel import Choice, Known

ICON = markup.SHARED / "icon.png"


def run() -> None:
    """Show the dashboard."""
    logging.basicConfig(level=logging.WARNING)
    st.set_page_config(page_title="Control Map", page_icon=str(ICON), layout="wide")
    sign_in.require()
    labels = packs.pack_labels(packs.pack_folders())
    url.begin_theatre()
    with st.sidebar:
        html.show("brand.html")
        folder = st.selectbox(
            "Theatre",
            list(labels),
            format_func=labels.__getitem__,
            key=url.THEATRE,
            on_change=url.forget,
        )
    try:
        pack = store.pack_in(folder)
    except PackError as error:
        html.show("faults.html", faults=error.faults, folder=folder.name)
        with st.sidebar:
            sign_in.show_viewer()
        st.stop()
    html.show_style(pack.styles, dark=st.context.theme.type == "dark")
    url.begin(pack)
    joined = own_state.joined(pack, folder)
    # The panel is there again before the map behind it has been worked out anew.
    own_reports.show_panel(pack, folder, joined)
    choice, compared = _choose(joined)
    _find_place(pack)
    own_state.turn(url.DATE)
    _follow_date(joined, choice, compared)
    html.show("credits.html", credits=pack.theatre.credits, title=pack.theatre.title)


def _choose(joined: Joined) -> tuple[Choice, Compared]:
    pack = joined.pack
    with st.sidebar:
        choice = rule_panel.choose(pack)
        compared = comparison_panel.choose(pack.theatre)
        there = map_panel.symbols(pack.theatre)
        offered = [name for name in map_panel.SHOWABLE if name in there or name not in map_panel.SYMBOLS]
        asked = st.session_state.get(map_panel.SHOWN, there)
        st.session_state[map_panel.SHOWN] = [name for name in asked if name in offered]
        st.pills(
            "Show",
            offered,
            selection_mode="multi",
            format_func=map_panel.SHOWABLE.__getitem__,
            key=map_panel.SHOWN,
        )
        silence.choose()
        own_reports.offer(joined)
        sign_in.show_viewer()
    return choice, compared


def _find_place(pack: Pack) -> None:
    names = store.place_names(pack)
    title, search = st.columns([2.4, 1], vertical_alignment="bottom")
    with title:
        html.show("title.html", title=pack.theatre.title)
    st.session_state.setdefault(url.PLACE, None)
    with search:
        st.selectbox(
            "Find a place",
            list(names),
            format_func=names.__getitem__,
            key=url.PLACE,
            placeholder="Find a district, capital or crossing",
            label_visibility="collapsed",
            on_change=_go_to_found,
        )


def _go_to_found() -> None:
    if found := st.session_state[url.PLACE]:
        map_panel.go_to(found)


@st.fragment
def _follow_date(joined: Joined, choice: Choice, compared: Compared) -> None:
    sign_in.recheck()
    if st.session_state.pop("clicked", False):
        st.rerun()  # the box that names the selected place stands outside this fragment
    pack, theatre = joined.pack, joined.pack.theatre
    st.session_state.setdefault(url.DATE, theatre.opens_on)
    url.keep(pack)
    date: dt.date = st.session_state[url.DATE]
    known_on = choice.known_on(date)
    view = store.view_of(pack, choice.rule, known_on)
    head = st.container()
    st.slider(
        "Date",
        theatre.period_start,
        theatre.period_end,
        key=url.DATE,
        format="D MMMM YYYY",
        label_visibility="collapsed",
    )
    left, right = st.columns([2.4, 1], gap="medium")
    with left:
        map_panel.show(view, date, compared.told(date), replays=choice.known == Known.THAT_DAY)
    # The map's command is on its way before the rest is made, though it stands below the head.
    since = compared.since(date)
    # What a replay is compared with is what was known on the earlier day.
    past = store.view_of(pack, choice.rule, choice.known_on(since)) if since else view
    address = partial(url.address, pack, choice.rule)
    seen = Moment(view, date, since, past, st.session_state.get(map_panel.PROVINCE, ""), address, joined.whence)
    with head:
        url.show(pack, choice.rule)
        html.put(header.written(seen, is_late=compared.is_late(date)))
    with right:
        dossier.show(view, date, st.session_state.get(url.PLACE), joined.whence)
    province_panel.choose(theatre)
    tabs.show(seen)
