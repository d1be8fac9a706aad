"""The page: what is chosen in the sidebar, then one fragment that follows the date."""

import datetime as dt
import logging
from functools import partial

import streamlit as st

from control_map.analysis.blind_spots import BLIND_SPOT_DAYS
from control_map.analysis.summary import ALL_PROVINCES
from control_map.core.errors import PackError
from control_map.intake.user_tables import UserReportsResult
from control_map.pipeline.pack import Pack
from control_map.render.html import renderer
from control_map.theatre import discovery
from control_map.theatre.theatre import Theatre
from control_map.ui import html, url_schema
from control_map.ui.auth import sign_in
from control_map.ui.failures import contain_callback_failures, contain_failures
from control_map.ui.map import panel as map_panel
from control_map.ui.sidebar import comparison, rule
from control_map.ui.sidebar.comparison import ComparisonChoice, ComparisonOption
from control_map.ui.sidebar.rule import KnowledgeOption, RuleChoice
from control_map.ui.state import cached_results, session
from control_map.ui.state.selection import Selection
from control_map.ui.tabs import registry
from control_map.ui.user_reports import panel as reports_panel
from control_map.ui.user_reports import store

ICON_PATH = renderer.SHARED_TEMPLATES / "icon.png"


@contain_failures("The page")
def show_page() -> None:
    """Show the dashboard."""
    logging.basicConfig(level=logging.WARNING)
    # Streamlit shows what fails outside this function, such as reading the values of inputs.
    st.set_option("client.showErrorDetails", "none")
    st.set_page_config(page_title="Control Map", page_icon=str(ICON_PATH), layout="wide")
    sign_in.require_sign_in()
    labels = discovery.pack_labels(discovery.pack_folders())
    with contain_failures("The theatre that the link names"):
        url_schema.read_theatre_from_url()
    with st.sidebar:
        html.show_template("brand.html")
        folder = st.selectbox(
            "Conflict",
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
    html.show_style(pack.styles)
    with contain_failures("The view that the link names"):
        url_schema.read_view_from_url(pack)
    user_reports = UserReportsResult(pack)
    with contain_failures("Your own reports"):
        user_reports = store.cached_user_reports(pack, folder)
    # The panel is shown again before the map behind it has been computed again.
    with contain_failures("The panel of your reports"):
        reports_panel.show_user_reports_panel(pack, folder, user_reports)
    with st.sidebar:
        rule_choice, comparison_choice = _choose(user_reports)
    with contain_failures("The search for places"):
        _find_place(pack)
    session.apply_requested_date()
    _follow_date(user_reports, rule_choice, comparison_choice)
    html.show_template("credits.html", credits=pack.theatre.credits, title=pack.theatre.title)


def _choose(user_reports: UserReportsResult) -> tuple[RuleChoice, ComparisonChoice]:
    """Show the sidebar and return what is chosen in it."""
    pack = user_reports.pack
    rule_choice = RuleChoice(pack.rule(), KnowledgeOption.HINDSIGHT, None)
    with contain_failures("The choice of the rule"):
        rule_choice = rule.choose_rule(pack)
    comparison_choice = ComparisonChoice(ComparisonOption.NOTHING, pack.theatre.period_start)
    with contain_failures("The choice of a day to compare with"):
        comparison_choice = comparison.choose_comparison(pack.theatre)
    symbols = session.symbol_kinds(pack.theatre)
    offered = [name for name in session.LAYER_LABELS if name in symbols or name not in session.SYMBOL_LABELS]
    chosen = st.session_state.get(session.LAYERS_KEY, symbols)
    st.session_state[session.LAYERS_KEY] = [name for name in chosen if name in offered]
    st.pills(
        "Show", offered, selection_mode="multi", format_func=session.LAYER_LABELS.__getitem__, key=session.LAYERS_KEY
    )
    if session.blind_spots_are_shown():
        st.session_state.setdefault(session.BLIND_AFTER_KEY, BLIND_SPOT_DAYS)
        st.number_input("No news for more than (days)", 1, session.MAX_BLIND_DAYS, key=session.BLIND_AFTER_KEY)
    with contain_failures("The summary of your reports"):
        reports_panel.show_user_reports_summary(user_reports)
    sign_in.show_signed_in_user()
    return rule_choice, comparison_choice


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
            on_change=_zoom_to_place,
        )


@contain_callback_failures("The choice of a place")
def _zoom_to_place() -> None:
    if place_id := st.session_state.get(session.PLACE_KEY):
        session.zoom_to(place_id)


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


def _drop_unknown_choices(pack: Pack) -> None:
    """Forget a place or a province that the theatre does not have.

    A browser can send anything, and Streamlit checks what it sent only when the input is shown: that of the place is
    not shown again when the date moves, and that of the province stands below what depends on it.
    """
    place_id, province_id = st.session_state.get(session.PLACE_KEY), st.session_state.get(session.PROVINCE_KEY)
    if place_id is not None and place_id not in cached_results.place_search_labels(pack):
        del st.session_state[session.PLACE_KEY]
    if province_id and province_id not in pack.theatre.province_names:
        del st.session_state[session.PROVINCE_KEY]


@st.fragment
@contain_failures("The view of this day")
def _follow_date(user_reports: UserReportsResult, rule_choice: RuleChoice, comparison_choice: ComparisonChoice) -> None:
    sign_in.recheck_access()
    if st.session_state.pop(session.CLICKED_KEY, False):
        st.rerun()  # the box that names the selected place stands outside this fragment
    pack, theatre = user_reports.pack, user_reports.pack.theatre
    st.session_state.setdefault(session.DATE_KEY, theatre.opens_on)
    _drop_unknown_choices(pack)
    url_schema.keep_tab_state(pack)
    date: dt.date = st.session_state[session.DATE_KEY]
    view = cached_results.cached_view(pack, rule_choice.rule, rule_choice.known_on(date))
    st.slider(
        "Date",
        theatre.period_start,
        theatre.period_end,
        key=session.DATE_KEY,
        format="D MMMM YYYY",
        label_visibility="collapsed",
    )
    with contain_failures("The map"):
        map_panel.show_board(
            view,
            date,
            comparison_choice.as_map_day(date),
            user_reports.source_rows,
            replays=rule_choice.knowledge == KnowledgeOption.THAT_DAY,
        )
    since = comparison_choice.since(date)
    # A replay is compared with what was known on the earlier day.
    earlier_view = cached_results.cached_view(pack, rule_choice.rule, rule_choice.known_on(since)) if since else view
    selection = Selection(
        view,
        date,
        since,
        earlier_view,
        st.session_state.get(session.PROVINCE_KEY) or ALL_PROVINCES,
        partial(url_schema.citation_link, pack, rule_choice.rule),
        user_reports.source_rows,
    )
    with contain_failures("The link to this view"):
        url_schema.write_link_into_page(pack, rule_choice.rule)
    with contain_failures("The choice of a province"):
        _choose_province(theatre)
    registry.show_tabs(selection)
