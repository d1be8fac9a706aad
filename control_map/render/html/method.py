"""How a report becomes a colour: the account of the rules, made from the rules themselves."""

from typing import Any

from control_map.analysis.blind_spots import BLIND_SPOT_DAYS
from control_map.assessment import confidence
from control_map.core.model import Change, Reason, Role
from control_map.core.rules import PARAMETERS, Rule
from control_map.explanation.phrases import describe_claim_policy
from control_map.pipeline.view import View
from control_map.render.html import renderer

_SWITCH = {True: "yes", False: "no"}
_render = renderer.make_renderer(renderer.SHARED_TEMPLATES)


def render_method(view: View, *, short: bool = False) -> str:
    """Return as HTML the rule in force with its parameters, the other rules, roles and reasons, and confidence.

    `short` leaves out what only those can use who can choose another rule or another date to compare with.
    """
    as_written = view.pack.rule(view.rule.id)
    return _render(
        "method.html",
        short=short,
        rule=view.rule,
        written_rule=as_written,
        claims_count=describe_claim_policy(view.rule),
        rules=view.pack.rules,
        parameters=PARAMETERS,
        values=_values(view.rule),
        written=_values(as_written),
        roles=list(Role),
        reasons=list(Reason),
        confidence=confidence.CONFIDENCE_RULE,
        blind_after=BLIND_SPOT_DAYS,
        changes=list(Change),
    )


def _values(rule: Rule) -> dict[str, Any]:
    values = {name: getattr(rule, name) for name in PARAMETERS}
    return {name: _SWITCH[value] if isinstance(value, bool) else value for name, value in values.items()}
