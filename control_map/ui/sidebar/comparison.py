"""The sidebar's part on comparing: with which earlier date the date shown is compared."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

import streamlit as st

from control_map.ui.state import session
from control_map.theatre.theatre import Theatre

session.COMPARE_WITH_KEY, session.COMPARE_DATE_KEY = "compare", "compared_on"
"""The keys of what is chosen here."""


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
    """With which date to compare: `on` is the chosen one, `start` the first of the period."""

    against: ComparisonOption
    start: dt.date
    on: dt.date | None = None

    def since(self, date: dt.date) -> dt.date | None:
        """Return the day that a date shown is compared with: within the period, never after it; None: with no other."""
        if self.against == ComparisonOption.NOTHING or (self.against == ComparisonOption.DATE and self.on is None):
            return None
        wanted = date - _DAYS[self.against] if self.against in _DAYS else self.on or self.start
        return max(self.start, min(wanted, date))

    def told(self, date: dt.date) -> int | None:
        """Return it as the map's `Show` takes it: a day of the period, or, below 0, how many days before that shown."""
        since = self.since(date)
        if self.against in _DAYS:
            return -_DAYS[self.against].days
        return None if since is None else (since - self.start).days

    def is_late(self, date: dt.date) -> bool:
        """Whether the date chosen to compare with is after the date shown."""
        return self.on is not None and self.on > date


def choose_comparison(theatre: Theatre) -> ComparisonChoice:
    """Ask with which date to compare."""
    against = st.selectbox(
        "Compare with",
        list(ComparisonOption),
        key=session.COMPARE_WITH_KEY,
        help="The map then shows what changed from that day to the date shown; the counts say by how much.",
    )
    return ComparisonChoice(
        against or ComparisonOption.NOTHING,
        theatre.period_start,
        _ask_on(theatre) if against == ComparisonOption.DATE else None,
    )


def _ask_on(theatre: Theatre) -> dt.date | None:
    st.session_state.setdefault(session.COMPARE_DATE_KEY, theatre.period_start)
    chosen: dt.date | None = st.date_input(
        "Compare with the day",
        value=None,
        min_value=theatre.period_start,
        max_value=theatre.period_end,
        key=session.COMPARE_DATE_KEY,
        format="YYYY-MM-DD",
        label_visibility="collapsed",
    )
    return chosen
