"""What each rule makes of the day, and the places on which the rules differ."""

import datetime as dt
from typing import Any

import pandas as pd

from control_map.analysis.summary import ALL_PROVINCES, count_by_status, rows_in_province
from control_map.assessment.rule_comparison import count_statuses_by_rule, disagreements
from control_map.core.labels import KIND_SUFFIX
from control_map.core.model import NO_REPORT
from control_map.pipeline.view import Comparison, View
from control_map.ui import html

MAX_DIFFERENCES = 150


def show_rule_differences(
    comparison: Comparison, view: View, date: dt.date, now: pd.DataFrame, province_id: str = ALL_PROVINCES
) -> None:
    """Show the count under each preset and under the rule in force, and the places on which the presets differ.

    `now` is what `as_of` returns for the date; with a province, its rows in that province, which alone is counted.
    """
    pack = comparison.pack
    each = rows_in_province(comparison.statuses_on(date), pack.theatre.places, province_id)
    counts: list[dict[Any, Any]] = count_statuses_by_rule(each, comparison.rules, pack.statuses).to_dict("records")
    rules = {rule.id: rule for rule in comparison.rules}
    if view.rule != rules[view.rule.id]:
        rules |= {view.rule.label: view.rule}
        counts.insert(0, {"rule": view.rule.label} | count_by_status(now, pack.statuses))
    differing = disagreements(each, comparison.rules)
    html.show_template(
        "rules.html",
        counts=counts,
        rules=rules,
        presets=comparison.rules,
        chosen=counts[0]["rule"] if view.rule.label in rules else view.rule.id,
        statuses=pack.statuses,
        styles=pack.styles,
        silent=NO_REPORT,
        rows=differing.head(MAX_DIFFERENCES).to_dict("records"),
        total=len(differing),
        notes=KIND_SUFFIX,
        date=date,
    )
