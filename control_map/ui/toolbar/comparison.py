"""The choice of an earlier date with which the date shown is compared."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

import streamlit as st

from control_map.core.wording import format_date
from control_map.theatre.theatre import Theatre
from control_map.ui import html
from control_map.ui.state import session


class ComparisonOption(StrEnum):
    """What the date shown can be compared with."""

    NOTHING = "Nothing"
    WEEK = "7 days before"
    MONTH = "30 days before"
    START = "The start of the period"
    DATE = "A date"


_DAYS = {ComparisonOption.WEEK: dt.timedelta(days=7), ComparisonOption.MONTH: dt.timedelta(days=30)}


@dataclass(frozen=True)
class ComparisonChoice:
    """What to compare with; `start` is the first day of the period, `chosen_date` the day chosen for `DATE`."""

    option: ComparisonOption
    start: dt.date
    chosen_date: dt.date | None = None

    def since(self, date: dt.date) -> dt.date | None:
        """Return the day to compare a date with: within the period and never after it; None if there is none."""
        if self.option == ComparisonOption.NOTHING or (
            self.option == ComparisonOption.DATE and self.chosen_date is None
        ):
            return None
        wanted = date - _DAYS[self.option] if self.option in _DAYS else self.chosen_date or self.start
        return max(self.start, min(wanted, date))

    def as_map_day(self, date: dt.date) -> int | None:
        """Return it as the map's command takes it: a day of the period, or, below 0, how many days before a date."""
        if self.option in _DAYS:
            return -_DAYS[self.option].days
        if self.option == ComparisonOption.DATE and self.chosen_date:
            # The board says so if it is after the date.
            return max(0, (self.chosen_date - self.start).days)
        return None if self.since(date) is None else 0

    @property
    def label(self) -> str:
        """With what the date shown is compared, in a few words."""
        day = {ComparisonOption.START: self.start, ComparisonOption.DATE: self.chosen_date}.get(self.option)
        if self.option in _DAYS:
            return f"with {self.option}"
        return f"with {format_date(day, year=True)}" if day else "nothing"


def read_comparison(theatre: Theatre) -> ComparisonChoice:
    """Return with which date to compare."""
    option = session.read_option(session.COMPARE_WITH_KEY, ComparisonOption.NOTHING)
    chosen_date = None
    if option == ComparisonOption.DATE:
        st.session_state.setdefault(session.COMPARE_DATE_KEY, theatre.period_start)
        chosen_date = session.chosen_day(session.COMPARE_DATE_KEY, theatre.period_start, theatre.period_end)
    return ComparisonChoice(option, theatre.period_start, chosen_date)


def compare_with(date: dt.date | None) -> None:
    """Choose a day to compare with, or, if it is None, none."""
    st.session_state[session.COMPARE_WITH_KEY] = ComparisonOption.DATE if date else ComparisonOption.NOTHING
    if date:
        st.session_state[session.COMPARE_DATE_KEY] = date


def ask_for_comparison(theatre: Theatre) -> None:
    """Ask with which date to compare."""
    html.show_template("compare_note.html")
    option = st.radio(
        "Compare with",
        list(ComparisonOption),
        index=session.option_index(list(ComparisonOption), session.COMPARE_WITH_KEY),
        key=session.COMPARE_WITH_KEY,
        persist_state=session.PERSISTS,
        on_change=st.rerun,
        label_visibility="collapsed",
    )
    if option == ComparisonOption.DATE:
        st.date_input(
            "Compare with the day",
            value=session.chosen_day(session.COMPARE_DATE_KEY, theatre.period_start, theatre.period_end),
            min_value=theatre.period_start,
            max_value=theatre.period_end,
            key=session.COMPARE_DATE_KEY,
            persist_state=session.PERSISTS,
            on_change=st.rerun,
            format="YYYY-MM-DD",
            label_visibility="collapsed",
        )
