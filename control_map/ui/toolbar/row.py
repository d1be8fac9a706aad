"""The row above the map: what is chosen, with a popover for each choice, and what one does with the view.

The row is a fragment. Opening a popover runs the row alone, which then makes what the popover holds; a choice runs the
page.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from control_map.analysis.summary import ALL_PROVINCES
from control_map.intake.user_tables import UserReportsResult
from control_map.pipeline.pack import Pack
from control_map.ui import html, url_schema
from control_map.ui.auth import sign_in
from control_map.ui.failures import contain_callback_failures, contain_failures
from control_map.ui.share import dialog
from control_map.ui.state import cached_results, session
from control_map.ui.state.held import Reference
from control_map.ui.state.selection import Selection
from control_map.ui.toolbar import comparison, layers, method
from control_map.ui.toolbar.comparison import ComparisonChoice, ComparisonOption
from control_map.ui.toolbar.method import KnowledgeOption, RuleChoice
from control_map.ui.user_reports import panel as reports_panel


@dataclass(frozen=True)
class ToolbarChoices:
    """What is chosen in the toolbar, but for the theatre and the layers."""

    rule: RuleChoice
    comparison: ComparisonChoice


def read_choices(pack: Pack) -> ToolbarChoices:
    """Return what is chosen in the toolbar; a part that fails has its default."""
    rule = RuleChoice(pack.rule(), KnowledgeOption.HINDSIGHT, None)
    with contain_failures("The choice of the method"):
        rule = method.read_rule_choice(pack)
    compared = ComparisonChoice(ComparisonOption.NOTHING, pack.theatre.period_start)
    with contain_failures("The choice of a day to compare with"):
        compared = comparison.read_comparison(pack.theatre)
    layers.fill_layers(pack.theatre)
    return ToolbarChoices(rule, compared)


def select_view(reference: Reference[UserReportsResult], choices: ToolbarChoices) -> Selection:
    """Return what the user is looking at."""
    user_reports = reference.get()
    pack, rule = user_reports.pack, choices.rule
    date: dt.date = st.session_state.get(session.DATE_KEY, pack.theatre.opens_on)
    since = choices.comparison.since(date)
    view = cached_results.cached_view(pack, rule.rule, rule.known_on(date))
    return Selection(
        view,
        date,
        since,
        # A replay is compared with what was known on the earlier day.
        cached_results.cached_view(pack, rule.rule, rule.known_on(since)) if since else view,
        st.session_state.get(session.PROVINCE_KEY) or ALL_PROVINCES,
        partial(url_schema.citation_link, pack, rule.rule),
        user_reports.source_rows,
        find_pack=lambda: reference.get().pack,
        place_id=st.session_state.get(session.PLACE_KEY) or "",
    )


@st.fragment
@contain_failures("The toolbar")
def show_toolbar(
    titles: Mapping[Path, str], folder: Path, reference: Reference[UserReportsResult], shown: ToolbarChoices
) -> None:
    """Show the toolbar of a theatre that can be read.

    Parameters
    ----------
    titles
        The titles of all theatres, by their folders.
    folder
        That of the theatre that is shown.
    reference
        The user's own reports on it.
    shown
        What is chosen.
    """
    sign_in.recheck_access()
    user_reports = reference.get()
    pack = user_reports.pack
    chosen = {
        session.CONFLICT_POPOVER_KEY: titles[folder],
        session.METHOD_POPOVER_KEY: shown.rule.rule.label,
        session.REPORTS_POPOVER_KEY: shown.rule.reports_label,
        session.COMPARE_POPOVER_KEY: shown.comparison.label,
    }
    with _row(chosen):
        _ask_for_theatre(titles)
        _popover("Method", session.METHOD_POPOVER_KEY, lambda: method.ask_for_rule(pack))
        _popover("Reports", session.REPORTS_POPOVER_KEY, lambda: method.ask_for_knowledge(pack))
        _popover("Compare", session.COMPARE_POPOVER_KEY, lambda: comparison.ask_for_comparison(pack.theatre))
        _popover("Layers", session.LAYERS_POPOVER_KEY, lambda: layers.ask_for_layers(pack.theatre))
        with contain_failures("The Share dialogue"):
            dialog.show_share_button(partial(select_view, reference, shown))
        with contain_failures("The summary of your reports"):
            reports_panel.show_user_reports_button(user_reports)
        _show_account()


@st.fragment
@contain_failures("The toolbar")
def show_toolbar_of_faulty_theatre(titles: Mapping[Path, str], folder: Path) -> None:
    """Show of the toolbar what a theatre that cannot be read leaves: the way to another one."""
    sign_in.recheck_access()
    with _row({session.CONFLICT_POPOVER_KEY: titles[folder]}):
        _ask_for_theatre(titles)
        _show_account()


def _row(chosen: Mapping[str, str]) -> DeltaGenerator:
    """Return the row; `chosen` are the words that popovers show beside their names, by their keys.

    Streamlit knows a popover by its label: with what is chosen in it, the popover would close at each choice. The words
    are therefore written by a style sheet.
    """
    row = st.container(horizontal=True, vertical_alignment="center", gap="small", key="toolbar")
    words = {key.replace(" ", "-"): html.css_string(f": {text}") for key, text in chosen.items()}
    row.html(html.render_template("brand.html", words=words))
    return row


def _popover(name: str, key: str, ask: Callable[[], object]) -> None:
    """Show a popover; only if it is open, `ask` makes what it holds."""
    popover = st.popover(name, key=key, on_change="rerun")
    if popover.open:
        with popover, contain_failures(f"The choice under \u201c{name}\u201d"):
            ask()


def _ask_for_theatre(titles: Mapping[Path, str]) -> None:
    def ask() -> None:
        st.selectbox(
            "Conflict",
            list(titles),
            index=session.option_index(list(titles), session.THEATRE_KEY),
            format_func=titles.__getitem__,
            key=session.THEATRE_KEY,
            persist_state=session.PERSISTS,
            on_change=_leave_theatre,
        )

    _popover("Conflict", session.CONFLICT_POPOVER_KEY, ask)


@contain_callback_failures("The choice of a conflict")
def _leave_theatre() -> None:
    url_schema.clear_theatre_state()
    st.session_state[session.CONFLICT_POPOVER_KEY] = False
    st.rerun()


def _show_account() -> None:
    if sign_in.is_private_deployment():
        with st.popover("Account"):
            sign_in.show_signed_in_user()
