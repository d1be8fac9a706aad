"""The choice of the rule with its parameters, and of the reports that are used, by their day of publication."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import streamlit as st

from control_map.core.rules import PARAMETERS, Parameter, Rule, adjust
from control_map.pipeline.pack import Pack
from control_map.ui.html import escape_markdown
from control_map.ui.state import session


class KnowledgeOption(StrEnum):
    """Which reports are used, by their day of publication."""

    HINDSIGHT = "All reports"
    THAT_DAY = "Only reports published by the date shown"
    BY_DATE = "Only reports published by a day you choose"


@dataclass(frozen=True)
class RuleChoice:
    """How the reports are weighed, and which of them are used; `published_by` is the day chosen for `BY_DATE`."""

    rule: Rule
    knowledge: KnowledgeOption
    published_by: dt.date | None

    def known_on(self, date: dt.date) -> dt.date | None:
        """Return the day up to which publications count when a date is shown; None: all of them."""
        return {
            KnowledgeOption.HINDSIGHT: None,
            KnowledgeOption.THAT_DAY: date,
            KnowledgeOption.BY_DATE: self.published_by,
        }[self.knowledge]


def choose_rule(pack: Pack) -> RuleChoice:
    """Show the rule and which reports are used; return what is chosen."""
    rules = {rule.id: rule for rule in pack.rules}
    st.session_state.setdefault(session.RULE_KEY, pack.theatre.default_rule)
    name = st.selectbox(
        "Rule",
        list(rules),
        format_func=lambda name: rules[name].label,
        key=session.RULE_KEY,
        help="  \n".join(
            f"**{escape_markdown(rule.label)}**: {escape_markdown(rule.meaning)}." for rule in rules.values()
        ),
    )
    with st.expander("Adjust the rule"):
        changes = {parameter: _ask(rules[name], parameter, PARAMETERS[parameter]) for parameter in PARAMETERS}
        rule = adjust(rules[name], changes)
        if rule != rules[name]:
            st.button("Reset the rule", key="as written", on_click=_reset, args=(rules[name],), width="stretch")
    knowledge = st.radio(
        "Use",
        list(KnowledgeOption),
        key=session.KNOWLEDGE_KEY,
        help="**All reports**: also those published after the date shown.  \n"
        "**Only reports published by the date shown**: move the date to replay what one could have known on each day.",
    )
    published_by = None
    if knowledge == KnowledgeOption.BY_DATE:
        first, last = publication_period(pack)
        st.session_state.setdefault(session.KNOWN_ON_KEY, min(pack.theatre.opens_on, last))
        published_by = st.date_input(
            "Published by",
            value=None,
            min_value=first,
            max_value=last,
            key=session.KNOWN_ON_KEY,
            format="YYYY-MM-DD",
            label_visibility="collapsed",
        )
    return RuleChoice(rule, knowledge or KnowledgeOption.HINDSIGHT, published_by)


def publication_period(pack: Pack) -> tuple[dt.date, dt.date]:
    """Return the first and the last day that can be chosen: from the period's first to the last publication."""
    theatre, published = pack.theatre, pack.located["reported_date"]
    last = theatre.period_end if published.empty else max(theatre.period_start, published.max().date())
    return theatre.period_start, last


def _ask(rule: Rule, name: str, parameter: Parameter) -> Any:
    """Ask for a parameter, by the input that fits its options."""
    first, key = parameter.options[0], session.parameter_key(rule, name)
    st.session_state.setdefault(key, getattr(rule, name))
    shared: dict[str, Any] = {
        "label": escape_markdown(parameter.label),
        "help": escape_markdown(parameter.meaning),
        "key": key,
    }
    if isinstance(first, bool):
        return st.toggle(**shared)
    if parameter.is_range:
        return st.number_input(**shared, min_value=first, max_value=parameter.options[-1], step=1)
    return st.selectbox(**shared, options=parameter.options)


def _reset(rule: Rule) -> None:
    for name in PARAMETERS:
        st.session_state[session.parameter_key(rule, name)] = getattr(rule, name)
