"""What each rule makes of the day, and the places on which the rules differ."""

import datetime as dt
from typing import Any

import pandas as pd

from control_map.analysis.provinces import WHOLE, within
from control_map.analysis.summary import count
from control_map.assessment.rule_comparison import count_each, disagreements
from control_map.core.model import NO_REPORT
from control_map.pipeline.view import Comparison, View
from control_map.ui import html
from control_map.ui.naming import KIND_NOTE

MOST = 150


def show(comparison: Comparison, view: View, date: dt.date, now: pd.DataFrame, province_id: str = WHOLE) -> None:
    """Show the count under each preset and under the rule in force, and the places on which the presets differ.

    `now` is what `as_of` returns for the date; with a province, its rows in that province, which alone is counted.
    """
    pack = comparison.pack
    each = within(comparison.each(date), pack.theatre.places, province_id)
    counts: list[dict[Any, Any]] = count_each(each, comparison.rules, pack.statuses).to_dict("records")
    rules = {rule.id: rule for rule in comparison.rules}
    if view.rule != rules[view.rule.id]:
        rules |= {view.rule.label: view.rule}
        counts.insert(0, {"rule": view.rule.label} | count(now, pack.statuses))
    differing = disagreements(each, comparison.rules)
    html.show(
        "rules.html",
        counts=counts,
        rules=rules,
        presets=comparison.rules,
        chosen=counts[0]["rule"] if view.rule.label in rules else view.rule.id,
        statuses=pack.statuses,
        styles=pack.styles,
        silent=NO_REPORT,
        rows=differing.head(MOST).to_dict("records"),
        total=len(differing),
        notes=KIND_NOTE,
        date=date,
    )
