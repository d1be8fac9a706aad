"""How a report becomes a colour: the page's account of the rules, made from the rules themselves."""

from typing import Any

from control_map import confidence
from control_map.difference import Change
from control_map.model import Reason, Role
from control_map.phrases import claims_count
from control_map.pipeline import View
from control_map.rules import PARAMETERS, Rule
from control_map.silence import BLIND_AFTER
from control_map.ui import html

_SWITCH = {True: "yes", False: "no"}


def show(view: View) -> None:
    """Show the rule in force with its parameters, the other rules, roles and reasons, and the rule of confidence."""
    written = view.pack.rule(view.rule.id)
    html.show(
        "method.html",
        rule=view.rule,
        written_rule=written,
        claims_count=claims_count(view.rule),
        rules=view.pack.rules,
        parameters=PARAMETERS,
        values=_values(view.rule),
        written=_values(written),
        roles=list(Role),
        reasons=list(Reason),
        confidence=confidence.RULE,
        blind_after=BLIND_AFTER,
        changes=list(Change),
    )


def _values(rule: Rule) -> dict[str, Any]:
    values = {name: getattr(rule, name) for name in PARAMETERS}
    return {name: _SWITCH[value] if isinstance(value, bool) else value for name, value in values.items()}
