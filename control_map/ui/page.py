"""The page: what is chosen, then one fragment that follows the date."""

import datetime as dt
import logging
from functools import partial

import streamlit as st

from control_map.core.errors import PackError
from control_map.pipeline.pack import Pack
from control_map.render.html import templates
from control_map.theatre import discovery
from control_map.ui import dossier, header, html, url_schema
from control_map.ui.auth import sign_in
from control_map.ui.map import panel as map_panel
from control_map.ui.sidebar import comparison, province, rule
from control_map.ui.sidebar.comparison import Compared
from control_map.ui.sidebar.rule import Choice, Known
from control_map.ui.state import cached
from control_map.ui.state.moment import Moment
from control_map.ui.tabs import blind_spots, registry
from control_map.ui.user_reports import panel as reports_panel
from control_map.ui.user_reports import session
from control_map.ui.user_reports.session import Joined

ICON = templates.SHARED / "icon.png"


def run() -> None:
    """Show the dashboard."""
    logging.basicConfig(level=logging.WARNING)
    st.set_page_config(page_title="Control Map", page_icon=str(ICON), layout="wide")
    sign_in.require()
    labels = discovery.pack_labels(discovery.pack_folders())
    url_schema.begin_theatre()
    with st.sidebar:
        html.show("brand.html")
        folder = st.selectbox(
            "Theatre",
            list(labels),
            format_func=labels.__getitem__,
            key=url_schema.THEATRE,
            on_change=url_schema.forget,
        )
    try:
        pack = cached.pack_in(folder)
    except PackError as error:
        html.show("faults.html", faults=error.faults, folder=folder.name)
        with st.sidebar:
            sign_in.show_viewer()
        st.stop()
    html.show_style(pack.styles, dark=st.context.theme.type == "dark")
    url_schema.begin(pack)
    joined = session.joined(pack, folder)
    # The panel is there again before the map behind it has been worked out anew.
    reports_panel.show_panel(pack, folder, joined)
    choice, compared = _choose(joined)
    _find_place(pack)
    session.turn(url_schema.DATE)
    _follow_date(joined, choice, compared)
    html.show("credits.html", credits=pack.theatre.credits, title=pack.theatre.title)


def _choose(joined: Joined) -> tuple[Choice, Compared]:
    pack = joined.pack
    with st.sidebar:
        choice = rule.choose(pack)
        compared = comparison.choose(pack.theatre)
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
        blind_spots.choose()
        reports_panel.offer(joined)
        sign_in.show_viewer()
    return choice, compared


def _find_place(pack: Pack) -> None:
    names = cached.place_names(pack)
    title, search = st.columns([2.4, 1], vertical_alignment="bottom")
    with title:
        html.show("title.html", title=pack.theatre.title)
    st.session_state.setdefault(url_schema.PLACE, None)
    with search:
        st.selectbox(
            "Find a place",
            list(names),
            format_func=names.__getitem__,
            key=url_schema.PLACE,
            placeholder="Find a district, capital or crossing",
            label_visibility="collapsed",
            on_change=_go_to_found,
        )


def _go_to_found() -> None:
    if found := st.session_state[url_schema.PLACE]:
        map_panel.go_to(found)


@st.fragment
def _follow_date(joined: Joined, choice: Choice, compared: Compared) -> None:
    sign_in.recheck()
    if st.session_state.pop("clicked", False):
        st.rerun()  # the box that names the selected place stands outside this fragment
    pack, theatre = joined.pack, joined.pack.theatre
    st.session_state.setdefault(url_schema.DATE, theatre.opens_on)
    url_schema.keep(pack)
    date: dt.date = st.session_state[url_schema.DATE]
    known_on = choice.known_on(date)
    view = cached.view_of(pack, choice.rule, known_on)
    head = st.container()
    st.slider(
        "Date",
        theatre.period_start,
        theatre.period_end,
        key=url_schema.DATE,
        format="D MMMM YYYY",
        label_visibility="collapsed",
    )
    left, right = st.columns([2.4, 1], gap="medium")
    with left:
        map_panel.show(view, date, compared.told(date), replays=choice.known == Known.THAT_DAY)
    # The map's command is on its way before the rest is made, though it stands below the head.
    since = compared.since(date)
    # What a replay is compared with is what was known on the earlier day.
    past = cached.view_of(pack, choice.rule, choice.known_on(since)) if since else view
    address = partial(url_schema.address, pack, choice.rule)
    seen = Moment(view, date, since, past, st.session_state.get(map_panel.PROVINCE, ""), address, joined.whence)
    with head:
        url_schema.show(pack, choice.rule)
        html.put(header.written(seen, is_late=compared.is_late(date)))
    with right:
        dossier.show(view, date, st.session_state.get(url_schema.PLACE), joined.whence)
    province.choose(theatre)
    registry.show(seen)
