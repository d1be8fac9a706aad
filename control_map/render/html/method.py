"""The explanation of how a report becomes a colour, made from the rules themselves."""

from typing import Any

from control_map.analysis.blind_spots import BLIND_SPOT_DAYS
from control_map.assessment import confidence
from control_map.assessment.dating import DAYS_AFTER_LEAVING, DAYS_BEFORE_LEAVING
from control_map.core.labels import ROLE_LABELS
from control_map.core.model import Change, Reason, Role
from control_map.core.rules import PARAMETERS, Rule
from control_map.explanation.phrases import describe_claim_policy
from control_map.pipeline.view import View
from control_map.render.html import renderer

_YES_OR_NO = {True: "yes", False: "no"}
_render = renderer.make_renderer(renderer.SHARED_TEMPLATES)


def render_method(view: View, *, short: bool = False) -> str:
    """Return an HTML section about the rule in use, its parameters, the other rules, roles, reasons and confidence.

    `short` leaves out what matters only to readers who can choose another rule or another date to compare with.
    """
    written_rule = view.pack.rule(view.rule.id)
    return _render(
        "method.html",
        short=short,
        rule=view.rule,
        written_rule=written_rule,
        claims_count=describe_claim_policy(view.rule),
        rules=view.pack.rules,
        parameters=PARAMETERS,
        values=_parameter_values(view.rule),
        written=_parameter_values(written_rule),
        roles=list(Role),
        role_labels=ROLE_LABELS,
        reasons=list(Reason),
        confidence=confidence.CONFIDENCE_RULE,
        blind_after=BLIND_SPOT_DAYS,
        changes=list(Change),
        days_before=DAYS_BEFORE_LEAVING,
        days_after=DAYS_AFTER_LEAVING,
    )


def _parameter_values(rule: Rule) -> dict[str, Any]:
    values = {name: getattr(rule, name) for name in PARAMETERS}
    return {name: _YES_OR_NO[value] if isinstance(value, bool) else value for name, value in values.items()}
