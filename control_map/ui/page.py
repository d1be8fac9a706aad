"""The page: the toolbar, then one fragment that follows the date."""

import datetime as dt
import logging
import time
from contextlib import suppress
from typing import Any

import streamlit as st
from streamlit import runtime
from streamlit.delta_generator import DeltaGenerator

from control_map.core.errors import PackError
from control_map.intake.user_tables import UserReportsResult
from control_map.pipeline.pack import Pack
from control_map.pipeline.view import View
from control_map.render.html import renderer
from control_map.ui import html, url_schema
from control_map.ui.auth import sign_in
from control_map.ui.failures import contain_failures
from control_map.ui.map import panel as map_panel
from control_map.ui.state import cached_results, held, session, theatres
from control_map.ui.state.held import Reference
from control_map.ui.tabs import registry
from control_map.ui.toolbar import row as toolbar
from control_map.ui.toolbar.method import KnowledgeOption, RuleChoice
from control_map.ui.toolbar.row import ToolbarChoices
from control_map.ui.user_reports import panel as reports_panel
from control_map.ui.user_reports import store

HEAD_START_S = 0.6
"""How long the board has the browser for itself when the page is opened."""
ICON_PATH = renderer.SHARED_TEMPLATES / "icon.png"


@contain_failures("The page")
def show_page() -> None:
    """Show the dashboard."""
    logging.basicConfig(level=logging.WARNING)
    # Streamlit shows what fails outside this function, such as reading the values of inputs.
    st.set_option("client.showErrorDetails", "none")
    st.set_page_config(page_title="Control Map", page_icon=str(ICON_PATH), layout="wide")
    sign_in.require_sign_in()
    _open_made_theatre()
    titles = theatres.theatre_titles()
    with contain_failures("The theatre that the link names"):
        url_schema.read_theatre_from_url()
    folder = st.session_state.get(session.THEATRE_KEY)
    if folder not in titles:
        folder = st.session_state[session.THEATRE_KEY] = next(iter(titles))
    try:
        pack = theatres.find_pack(folder)
    except PackError as error:
        toolbar.show_toolbar_of_faulty_theatre(titles, folder)
        html.show_template("faults.html", faults=error.faults, folder=folder.name)
        st.stop()
    html.show_style(pack.styles)
    is_opened = session.OPENED_KEY not in st.session_state
    with contain_failures("The view that the link names"):
        url_schema.read_view_from_url(pack)
    user_reports = UserReportsResult(pack)
    with contain_failures("Your own reports"):
        user_reports = store.cached_user_reports(pack, folder)
    reference = store.refer_to(user_reports, folder)
    if pack.theatre.follows_reports:
        session.drop_days_outside(user_reports.pack.theatre)
    # The panel is shown again before the map behind it has been computed again.
    with contain_failures("The panel of your reports"):
        reports_panel.show_user_reports_panel(pack, folder, reference)
    choices = toolbar.read_choices(user_reports.pack)
    bar, slider = st.container(key="bar"), st.container(key="slider")
    with contain_failures("The map"):
        map_panel.show_board(reference)
    _compute_view(user_reports, choices.rule)
    first = st.empty()
    if is_opened and runtime.exists():
        _give_board_head_start(user_reports, choices, first)
    with bar:
        toolbar.show_toolbar(titles, folder, reference, choices)
    session.apply_requested_date()
    contents = registry.show_tab_names(user_reports.pack)
    _follow_date(reference, choices, slider, contents)
    first.empty()
    html.show_template("credits.html", credits=pack.theatre.credits, title=pack.theatre.title)


def _open_made_theatre() -> None:
    """Show the theatre that the user has just made, with the panel open in which reports are added to it."""
    if st.session_state.pop(session.OPENING_THEATRE_KEY, False) and (own := theatres.own_theatre()):
        url_schema.clear_theatre_state()
        st.session_state.update({session.THEATRE_KEY: own.folder, session.PANEL_OPEN_KEY: True})
        session.zoom_to("")


def _compute_view(user_reports: UserReportsResult, choice: RuleChoice) -> None:
    """Compute what a new choice of the method or the reports takes time for, and say so meanwhile."""
    pack, source_rows = user_reports.pack, user_reports.source_rows
    with suppress(Exception):  # what fails here fails again where it is shown, which says so
        if choice.knowledge == KnowledgeOption.THAT_DAY:
            with st.spinner("Working out what was known on each day \u2026"):
                cached_results.replay_file(pack, choice.rule, source_rows)
        else:
            with st.spinner("Weighing the reports \u2026"):
                view = cached_results.cached_view(pack, choice.rule, choice.published_by)
                cached_results.timeline_file(view, source_rows)


def _give_board_head_start(user_reports: UserReportsResult, choices: ToolbarChoices, place: DeltaGenerator) -> None:
    """Have the board coloured before the browser draws the rest of the page, which takes it as long again."""
    date = st.session_state.get(session.DATE_KEY, user_reports.pack.theatre.opens_on)
    with suppress(Exception), place:  # what fails here fails again where the day is shown, which says so
        view = cached_results.cached_view(user_reports.pack, choices.rule.rule, choices.rule.known_on(date))
        html.show_template("view.html", link=None, command=_command_board(view, user_reports, choices, date))
    time.sleep(HEAD_START_S)


def _command_board(
    view: View, user_reports: UserReportsResult, choices: ToolbarChoices, date: dt.date
) -> dict[str, Any]:
    """Return the command by which the board shows a date."""
    return map_panel.command_board(
        view,
        date,
        choices.comparison.as_map_day(date),
        user_reports.source_rows,
        replays=choices.rule.knowledge == KnowledgeOption.THAT_DAY,
    )


def _drop_unknown_choices(pack: Pack) -> None:
    """Forget a place, an area or a province that the theatre does not have.

    A browser can send anything: a click on the map of the theatre that was shown before comes after the choice of
    another theatre, and Streamlit checks what was sent for a province only when its input is shown.
    """
    place_id, province_id = st.session_state.get(session.PLACE_KEY), st.session_state.get(session.PROVINCE_KEY)
    if place_id is not None and place_id not in pack.theatre.places["place_id"].array:
        del st.session_state[session.PLACE_KEY]
    if st.session_state.get(session.AREA_KEY) not in session.area_targets(pack.theatre):
        st.session_state.pop(session.AREA_KEY, None)
    if province_id and province_id not in pack.theatre.province_names:
        del st.session_state[session.PROVINCE_KEY]


@st.fragment(key=session.DAY_FRAGMENT)
@contain_failures("The view of this day")
def _follow_date(
    reference: Reference[UserReportsResult],
    choices: ToolbarChoices,
    slider: DeltaGenerator,
    contents: DeltaGenerator,
) -> None:
    """Show the day: what follows the date and does not know of it before, each part in its place on the page."""
    sign_in.recheck_access()
    user_reports = reference.get()
    pack, theatre = user_reports.pack, user_reports.pack.theatre
    rule = choices.rule
    st.session_state.setdefault(session.DATE_KEY, theatre.opens_on)
    _drop_unknown_choices(pack)
    url_schema.keep_tab_state(pack)
    date: dt.date = st.session_state[session.DATE_KEY]
    slider.slider(
        "Date",
        theatre.period_start,
        theatre.period_end,
        key=session.DATE_KEY,
        format="D MMMM YYYY",
        label_visibility="collapsed",
    )
    view = cached_results.cached_view(pack, rule.rule, rule.known_on(date))
    link = command = None
    with contain_failures("The link to this view"):
        link = url_schema.view_link(pack, rule.rule)
    with contain_failures("What the map shows"):
        command = _command_board(view, user_reports, choices, date)
    html.show_template(
        "view.html",
        link=link,
        read=st.session_state.get(session.OPENED_KEY),
        answers=st.session_state.get(session.HANDLED_KEY, 0),
        command=command,
    )
    if registry.open_section() == registry.NO_TAB:
        held.held_values().pop(held.SELECTION, None)
        return
    selection = held.held_values()[held.SELECTION] = toolbar.select_view(reference, choices)
    registry.show_open_section(selection, contents)
