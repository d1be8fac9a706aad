"""The page: what is chosen, then one fragment that follows the date."""

import datetime as dt
import logging
from functools import partial

import streamlit as st

from control_map.ui.state import session
from control_map.core.errors import PackError
from control_map.pipeline.pack import Pack
from control_map.render.html import renderer
from control_map.theatre import discovery
from control_map.ui import dossier, header, html, url_schema
from control_map.ui.auth import sign_in
from control_map.ui.map import panel as map_panel
from control_map.ui.sidebar import comparison, province, rule
from control_map.ui.sidebar.comparison import ComparisonChoice
from control_map.ui.sidebar.rule import KnowledgeOption, RuleChoice
from control_map.ui.state import cached_results
from control_map.ui.state.selection import Selection
from control_map.ui.tabs import blind_spots, registry
from control_map.ui.user_reports import panel as reports_panel
from control_map.ui.user_reports import store
from control_map.ui.user_reports.store import UserReportsResult

ICON_PATH = renderer.SHARED_TEMPLATES / "icon.png"


def show_page() -> None:
    """Show the dashboard."""
    logging.basicConfig(level=logging.WARNING)
    st.set_page_config(page_title="Control Map", page_icon=str(ICON_PATH), layout="wide")
    sign_in.require_sign_in()
    labels = discovery.pack_labels(discovery.pack_folders())
    url_schema.read_theatre_from_url()
    with st.sidebar:
        html.show_template("brand.html")
        folder = st.selectbox(
            "Theatre",
            list(labels),
            format_func=labels.__getitem__,
            key=session.THEATRE_KEY,
            on_change=url_schema.clear_theatre_state,
        )
    try:
        pack = cached_results.cached_pack(folder)
    except PackError as error:
        html.show_template("faults.html", faults=error.faults, folder=folder.name)
        with st.sidebar:
            sign_in.show_signed_in_user()
        st.stop()
    html.show_style(pack.styles, dark=st.context.theme.type == "dark")
    url_schema.read_view_from_url(pack)
    joined = store.cached_user_reports(pack, folder)
    # The panel is there again before the map behind it has been worked out anew.
    reports_panel.show_user_reports_panel(pack, folder, joined)
    choice, compared = _choose(joined)
    _find_place(pack)
    session.apply_requested_date(session.DATE_KEY)
    _follow_date(joined, choice, compared)
    html.show_template("credits.html", credits=pack.theatre.credits, title=pack.theatre.title)


def _choose(joined: UserReportsResult) -> tuple[RuleChoice, ComparisonChoice]:
    pack = joined.pack
    with st.sidebar:
        choice = rule.choose_rule(pack)
        compared = comparison.choose_comparison(pack.theatre)
        there = session.symbol_kinds(pack.theatre)
        offered = [name for name in session.LAYER_LABELS if name in there or name not in session.SYMBOL_LABELS]
        asked = st.session_state.get(session.LAYERS_KEY, there)
        st.session_state[session.LAYERS_KEY] = [name for name in asked if name in offered]
        st.pills(
            "Show",
            offered,
            selection_mode="multi",
            format_func=session.LAYER_LABELS.__getitem__,
            key=session.LAYERS_KEY,
        )
        blind_spots.choose_blind_days()
        reports_panel.show_user_reports_summary(joined)
        sign_in.show_signed_in_user()
    return choice, compared


def _find_place(pack: Pack) -> None:
    names = cached_results.place_search_labels(pack)
    title, search = st.columns([2.4, 1], vertical_alignment="bottom")
    with title:
        html.show_template("title.html", title=pack.theatre.title)
    st.session_state.setdefault(session.PLACE_KEY, None)
    with search:
        st.selectbox(
            "Find a place",
            list(names),
            format_func=names.__getitem__,
            key=session.PLACE_KEY,
            placeholder="Find a district, capital or crossing",
            label_visibility="collapsed",
            on_change=_go_to_found,
        )


def _go_to_found() -> None:
    if found := st.session_state[session.PLACE_KEY]:
        session.zoom_to(found)


@st.fragment
def _follow_date(joined: UserReportsResult, choice: RuleChoice, compared: ComparisonChoice) -> None:
    sign_in.recheck_access()
    if st.session_state.pop(session.CLICKED_KEY, False):
        st.rerun()  # the box that names the selected place stands outside this fragment
    pack, theatre = joined.pack, joined.pack.theatre
    st.session_state.setdefault(session.DATE_KEY, theatre.opens_on)
    url_schema.keep_tab_state(pack)
    date: dt.date = st.session_state[session.DATE_KEY]
    known_on = choice.known_on(date)
    view = cached_results.cached_view(pack, choice.rule, known_on)
    head = st.container()
    st.slider(
        "Date",
        theatre.period_start,
        theatre.period_end,
        key=session.DATE_KEY,
        format="D MMMM YYYY",
        label_visibility="collapsed",
    )
    left, right = st.columns([2.4, 1], gap="medium")
    with left:
        map_panel.show_map(view, date, compared.told(date), replays=choice.known == KnowledgeOption.THAT_DAY)
    # The map's command is on its way before the rest is made, though it stands below the head.
    since = compared.since(date)
    # What a replay is compared with is what was known on the earlier day.
    past = cached_results.cached_view(pack, choice.rule, choice.known_on(since)) if since else view
    address = partial(url_schema.citation_link, pack, choice.rule)
    seen = Selection(view, date, since, past, st.session_state.get(session.PROVINCE_KEY, ""), address, joined.whence)
    with head:
        url_schema.write_link_into_page(pack, choice.rule)
        html.show_html(header.render_header(seen, is_late=compared.is_late(date)))
    with right:
        dossier.show_dossier(view, date, st.session_state.get(session.PLACE_KEY), joined.whence)
    province.choose_province(theatre)
    registry.show_tabs(seen)
