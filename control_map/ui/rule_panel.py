"""The sidebar's part on weighing: the rule with its parameters, and from what was known when."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import streamlit as st

from control_map.pipeline import Pack
from control_map.rules import PARAMETERS, Parameter, Rule, adjust


class Known(StrEnum):
    """Which reports count, by their publication."""

    HINDSIGHT = "With hindsight"
    THAT_DAY = "As known that day"
    BY_DATE = "As known on a date"


@dataclass(frozen=True)
class Choice:
    """How the reports are to be weighed: the rule, and which publications count."""

    rule: Rule
    known: Known
    by: dt.date | None

    def known_on(self, date: dt.date) -> dt.date | None:
        """Return the day up to which publications count when a date is shown; None: all of them."""
        return {Known.HINDSIGHT: None, Known.THAT_DAY: date, Known.BY_DATE: self.by}[self.known]


def choose(pack: Pack) -> Choice:
    """Show the rule and what was known; return what is chosen."""
    rules = {rule.id: rule for rule in pack.rules}
    name = st.selectbox(
        "Rule",
        list(rules),
        index=list(rules).index(pack.theatre.default_rule),
        format_func=lambda name: rules[name].label,
        key="rule",
        help="  \n".join(f"**{rule.label}**: {rule.meaning}." for rule in rules.values()),
    )
    with st.expander("Adjust the rule"):
        changes = {parameter: _ask(rules[name], parameter, PARAMETERS[parameter]) for parameter in PARAMETERS}
        rule = adjust(rules[name], changes)
        if rule != rules[name]:
            st.button("As written", key="as written", on_click=_restore, args=(rules[name],), width="stretch")
    known = st.radio(
        "What was known",
        list(Known),
        key="known",
        help="**With hindsight**: all reports count, whenever they were published.  \n"
        "**As known that day**: only those published by the date shown; moving it replays what one could have known.",
    )
    return Choice(rule, known or Known.HINDSIGHT, _ask_by(pack) if known == Known.BY_DATE else None)


def _ask_by(pack: Pack) -> dt.date | None:
    theatre = pack.theatre
    published = pack.located["reported_date"]
    last = theatre.period_end if published.empty else max(theatre.period_start, published.max().date())
    chosen: dt.date | None = st.date_input(
        "Published by",
        value=min(theatre.opens_on, last),
        min_value=theatre.period_start,
        max_value=last,
        key="known_on",
        format="YYYY-MM-DD",
        label_visibility="collapsed",
    )
    return chosen


def forget() -> None:
    """Leave behind what was adjusted for another theatre."""
    adjusted = [key for key in st.session_state if str(key).split(" ")[-1] in PARAMETERS]
    for key in adjusted:
        del st.session_state[key]


def _key(rule: Rule, name: str) -> str:
    return f"{rule.id} {name}"


def _ask(rule: Rule, name: str, parameter: Parameter) -> Any:
    """Ask for a parameter by the input that fits what it can be."""
    first, value = parameter.options[0], getattr(rule, name)
    asked: dict[str, Any] = {"label": parameter.label, "help": parameter.meaning, "key": _key(rule, name)}
    if isinstance(first, bool):
        return st.toggle(**asked, value=value)
    if parameter.is_range:
        return st.number_input(**asked, value=value, min_value=first, max_value=parameter.options[-1], step=1)
    return st.selectbox(**asked, options=parameter.options, index=parameter.options.index(value))


def _restore(rule: Rule) -> None:
    for name in PARAMETERS:
        st.session_state[_key(rule, name)] = getattr(rule, name)
