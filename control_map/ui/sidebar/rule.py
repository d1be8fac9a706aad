"""The sidebar's part on weighing: the rule with its parameters, and from what was known when."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import streamlit as st

from control_map.ui.state import session
from control_map.core.rules import PARAMETERS, Parameter, Rule, adjust
from control_map.pipeline.pack import Pack

session.RULE_KEY, session.KNOWLEDGE_KEY, session.KNOWN_ON_KEY = "rule", "known", "known_on"
"""The keys of what is chosen here."""


class KnowledgeOption(StrEnum):
    """Which reports count, by their publication."""

    HINDSIGHT = "With hindsight"
    THAT_DAY = "As known that day"
    BY_DATE = "As known on a date"


@dataclass(frozen=True)
class RuleChoice:
    """How the reports are to be weighed: the rule, and which publications count."""

    rule: Rule
    known: KnowledgeOption
    by: dt.date | None

    def known_on(self, date: dt.date) -> dt.date | None:
        """Return the day up to which publications count when a date is shown; None: all of them."""
        return {KnowledgeOption.HINDSIGHT: None, KnowledgeOption.THAT_DAY: date, KnowledgeOption.BY_DATE: self.by}[
            self.known
        ]


def choose_rule(pack: Pack) -> RuleChoice:
    """Show the rule and what was known; return what is chosen."""
    rules = {rule.id: rule for rule in pack.rules}
    st.session_state.setdefault(session.RULE_KEY, pack.theatre.default_rule)
    name = st.selectbox(
        "Rule",
        list(rules),
        format_func=lambda name: rules[name].label,
        key=session.RULE_KEY,
        help="  \n".join(f"**{rule.label}**: {rule.meaning}." for rule in rules.values()),
    )
    with st.expander("Adjust the rule"):
        changes = {parameter: _ask(rules[name], parameter, PARAMETERS[parameter]) for parameter in PARAMETERS}
        rule = adjust(rules[name], changes)
        if rule != rules[name]:
            st.button("As written", key="as written", on_click=_restore, args=(rules[name],), width="stretch")
    known = st.radio(
        "What was known",
        list(KnowledgeOption),
        key=session.KNOWLEDGE_KEY,
        help="**With hindsight**: all reports count, whenever they were published.  \n"
        "**As known that day**: only those published by the date shown; moving it replays what one could have known.",
    )
    return RuleChoice(
        rule, known or KnowledgeOption.HINDSIGHT, _ask_by(pack) if known == KnowledgeOption.BY_DATE else None
    )


def _ask_by(pack: Pack) -> dt.date | None:
    first, last = publication_period(pack)
    st.session_state.setdefault(session.KNOWN_ON_KEY, min(pack.theatre.opens_on, last))
    chosen: dt.date | None = st.date_input(
        "Published by",
        value=None,
        min_value=first,
        max_value=last,
        key=session.KNOWN_ON_KEY,
        format="YYYY-MM-DD",
        label_visibility="collapsed",
    )
    return chosen


def publication_period(pack: Pack) -> tuple[dt.date, dt.date]:
    """Return the first and the last day by which one can ask what was published: from the period's first on."""
    theatre, published = pack.theatre, pack.located["reported_date"]
    last = theatre.period_end if published.empty else max(theatre.period_start, published.max().date())
    return theatre.period_start, last


def parameter_key(rule: Rule, name: str) -> str:
    """Return the key of a parameter of a rule: each rule keeps what was adjusted of it."""
    return f"{rule.id} {name}"


def _ask(rule: Rule, name: str, parameter: Parameter) -> Any:
    """Ask for a parameter by the input that fits what it can be."""
    first, key = parameter.options[0], session.parameter_key(rule, name)
    st.session_state.setdefault(key, getattr(rule, name))
    asked: dict[str, Any] = {"label": parameter.label, "help": parameter.meaning, "key": key}
    if isinstance(first, bool):
        return st.toggle(**asked)
    if parameter.is_range:
        return st.number_input(**asked, min_value=first, max_value=parameter.options[-1], step=1)
    return st.selectbox(**asked, options=parameter.options)


def _restore(rule: Rule) -> None:
    for name in PARAMETERS:
        st.session_state[session.parameter_key(rule, name)] = getattr(rule, name)
