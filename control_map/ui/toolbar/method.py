"""The choice of the rule with its parameters, and of the reports that are used, by their day of publication."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import streamlit as st

from control_map.core.rules import PARAMETERS, Parameter, Rule, adjust
from control_map.core.wording import capitalize_first, format_date
from control_map.pipeline.pack import Pack
from control_map.ui.html import escape_markdown
from control_map.ui.state import session


class KnowledgeOption(StrEnum):
    """Which reports are used, by their day of publication."""

    HINDSIGHT = "All reports"
    THAT_DAY = "Only reports published by the date shown"
    BY_DATE = "Only reports published by a day you choose"


_KNOWLEDGE_MEANINGS = {
    KnowledgeOption.HINDSIGHT: "Also those published after the date shown.",
    KnowledgeOption.THAT_DAY: "Move the date to replay what one could have known on each day.",
    KnowledgeOption.BY_DATE: "",
}


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

    @property
    def reports_label(self) -> str:
        """Which reports are used, in a word or two."""
        if self.knowledge == KnowledgeOption.THAT_DAY:
            return "by this date"
        if self.knowledge == KnowledgeOption.BY_DATE and self.published_by:
            return f"by {format_date(self.published_by, year=True)}"
        return "all"


def read_rule_choice(pack: Pack) -> RuleChoice:
    """Return the rule, as it is adjusted, and which reports are used."""
    state = st.session_state
    rule = {rule.id: rule for rule in pack.rules}.get(str(state.get(session.RULE_KEY)), pack.rule())
    adjusted = adjust(rule, {name: _parameter(rule, name) for name in PARAMETERS})
    knowledge = session.read_option(session.KNOWLEDGE_KEY, KnowledgeOption.HINDSIGHT)
    published_by = None
    if knowledge == KnowledgeOption.BY_DATE:
        first, last = publication_period(pack)
        state.setdefault(session.KNOWN_ON_KEY, min(pack.theatre.opens_on, last))
        published_by = session.chosen_day(session.KNOWN_ON_KEY, first, last)
    return RuleChoice(adjusted, knowledge, published_by)


def ask_for_rule(pack: Pack) -> None:
    """Ask for the rule, with what each one means, and for its parameters."""
    rules = {rule.id: rule for rule in pack.rules}
    st.session_state.setdefault(session.RULE_KEY, pack.rule().id)
    name = st.radio(
        "Method",
        list(rules),
        index=session.option_index(list(rules), session.RULE_KEY),
        format_func=lambda name: escape_markdown(rules[name].label),
        captions=[escape_markdown(capitalize_first(f"{rule.meaning}.")) for rule in rules.values()],
        key=session.RULE_KEY,
        persist_state=session.PERSISTS,
        on_change=st.rerun,
        label_visibility="collapsed",
    )
    with st.expander("Adjust the method"):
        changes = {parameter: _ask(rules[name], parameter, PARAMETERS[parameter]) for parameter in PARAMETERS}
        if adjust(rules[name], changes) != rules[name]:
            st.button("Reset", key="as written", on_click=_reset, args=(rules[name],), width="stretch")


def ask_for_knowledge(pack: Pack) -> None:
    """Ask which reports are used."""
    knowledge = st.radio(
        "Use",
        list(KnowledgeOption),
        index=session.option_index(list(KnowledgeOption), session.KNOWLEDGE_KEY),
        captions=[_KNOWLEDGE_MEANINGS[option] for option in KnowledgeOption],
        key=session.KNOWLEDGE_KEY,
        persist_state=session.PERSISTS,
        on_change=st.rerun,
        label_visibility="collapsed",
    )
    if knowledge == KnowledgeOption.BY_DATE:
        first, last = publication_period(pack)
        st.date_input(
            "Published by",
            value=session.chosen_day(session.KNOWN_ON_KEY, first, last),
            min_value=first,
            max_value=last,
            key=session.KNOWN_ON_KEY,
            persist_state=session.PERSISTS,
            on_change=st.rerun,
            format="YYYY-MM-DD",
            label_visibility="collapsed",
        )


def publication_period(pack: Pack) -> tuple[dt.date, dt.date]:
    """Return the first and the last day that can be chosen: from the period's first to the last publication."""
    theatre, published = pack.theatre, pack.located["reported_date"]
    last = theatre.period_end if published.empty else max(theatre.period_start, published.max().date())
    return theatre.period_start, last


def _parameter(rule: Rule, name: str) -> Any:
    """Return the chosen value of a parameter, or the rule's own: a browser can send anything."""
    chosen = st.session_state.get(session.parameter_key(rule, name))
    return chosen if chosen in PARAMETERS[name].options else getattr(rule, name)


def _ask(rule: Rule, name: str, parameter: Parameter) -> Any:
    """Ask for a parameter, by the input that fits its options."""
    first, key = parameter.options[0], session.parameter_key(rule, name)
    st.session_state.setdefault(key, getattr(rule, name))
    chosen = _parameter(rule, name)
    shared: dict[str, Any] = {
        "label": escape_markdown(parameter.label),
        "help": escape_markdown(parameter.meaning),
        "key": key,
        "persist_state": session.PERSISTS,
        "on_change": st.rerun,
    }
    if isinstance(first, bool):
        return st.toggle(**shared, value=chosen)
    if parameter.is_range:
        return st.number_input(**shared, value=chosen, min_value=first, max_value=parameter.options[-1], step=1)
    index = session.option_index(parameter.options, key)
    return st.selectbox(**shared, options=parameter.options, index=index)


def _reset(rule: Rule) -> None:
    for name in PARAMETERS:
        st.session_state[session.parameter_key(rule, name)] = getattr(rule, name)
    st.rerun()
