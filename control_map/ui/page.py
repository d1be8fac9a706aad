"""The page: the toolbar, then one fragment that follows the date."""

import datetime as dt
import logging
from contextlib import suppress
from functools import partial

import streamlit as st

from control_map.analysis.summary import ALL_PROVINCES
from control_map.core.errors import PackError
from control_map.intake.user_tables import UserReportsResult
from control_map.pipeline.pack import Pack
from control_map.render.html import renderer
from control_map.theatre import discovery
from control_map.ui import html, url_schema
from control_map.ui.auth import sign_in
from control_map.ui.failures import contain_failures
from control_map.ui.map import panel as map_panel
from control_map.ui.state import cached_results, held, session
from control_map.ui.state.held import Reference
from control_map.ui.state.selection import Selection
from control_map.ui.tabs import registry
from control_map.ui.toolbar import row as toolbar
from control_map.ui.toolbar.method import KnowledgeOption, RuleChoice
from control_map.ui.toolbar.row import ToolbarChoices
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
    session.forget_choice()  # the whole page is run
    titles = discovery.pack_labels(discovery.pack_folders())
    with contain_failures("The theatre that the link names"):
        url_schema.read_theatre_from_url()
    folder = st.session_state.get(session.THEATRE_KEY)
    if folder not in titles:
        folder = st.session_state[session.THEATRE_KEY] = next(iter(titles))
    try:
        pack = cached_results.cached_pack(folder)
    except PackError as error:
        toolbar.show_toolbar_of_faulty_theatre(titles, folder)
        html.show_template("faults.html", faults=error.faults, folder=folder.name)
        st.stop()
    html.show_style(pack.styles)
    with contain_failures("The view that the link names"):
        url_schema.read_view_from_url(pack)
    user_reports = UserReportsResult(pack)
    with contain_failures("Your own reports"):
        user_reports = store.cached_user_reports(pack, folder)
    reference = store.refer_to(user_reports, folder)
    # The panel is shown again before the map behind it has been computed again.
    with contain_failures("The panel of your reports"):
        reports_panel.show_user_reports_panel(pack, folder, reference)
    choices = toolbar.read_choices(user_reports.pack)
    toolbar.show_toolbar(titles, folder, reference, choices)
    session.apply_requested_date()
    _compute_view(user_reports, choices.rule)
    _follow_date(reference, choices)
    html.show_template("credits.html", credits=pack.theatre.credits, title=pack.theatre.title)


def _compute_view(user_reports: UserReportsResult, choice: RuleChoice) -> None:
    """Compute what a new choice of the method or the reports takes time for, and say so meanwhile."""
    pack, source_rows = user_reports.pack, user_reports.source_rows
    with suppress(Exception):  # what fails here fails again where it is shown, and is told there
        if choice.knowledge == KnowledgeOption.THAT_DAY:
            with st.spinner("Working out what was known on each day \u2026"):
                cached_results.replay_file(pack, choice.rule, source_rows)
        else:
            with st.spinner("Weighing the reports \u2026"):
                view = cached_results.cached_view(pack, choice.rule, choice.published_by)
                cached_results.timeline_file(view, source_rows)


def _drop_unknown_choices(pack: Pack) -> None:
    """Forget a place or a province that the theatre does not have.

    A browser can send anything: a click on the map of the theatre that was shown before comes after the choice of
    another theatre, and Streamlit checks what was sent for a province only when its input is shown.
    """
    place_id, province_id = st.session_state.get(session.PLACE_KEY), st.session_state.get(session.PROVINCE_KEY)
    if place_id is not None and place_id not in pack.theatre.places["place_id"].array:
        del st.session_state[session.PLACE_KEY]
    if province_id and province_id not in pack.theatre.province_names:
        del st.session_state[session.PROVINCE_KEY]


@st.fragment
@contain_failures("The view of this day")
def _follow_date(reference: Reference[UserReportsResult], choices: ToolbarChoices) -> None:
    sign_in.recheck_access()
    if session.forget_choice():
        st.rerun()
    user_reports = reference.get()
    pack, theatre = user_reports.pack, user_reports.pack.theatre
    rule_choice, comparison_choice = choices.rule, choices.comparison
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
    selection = held.held_values()[held.SELECTION] = Selection(
        view,
        date,
        since,
        earlier_view,
        st.session_state.get(session.PROVINCE_KEY) or ALL_PROVINCES,
        partial(url_schema.citation_link, pack, rule_choice.rule),
        user_reports.source_rows,
        find_pack=lambda: reference.get().pack,
    )
    with contain_failures("The link to this view"):
        url_schema.write_link_into_page(pack, rule_choice.rule)
    registry.show_tabs(selection)
