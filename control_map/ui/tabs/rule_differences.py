"""The counts under each rule on a day, and the places on which the rules differ."""

from typing import Any

import pandas as pd

from control_map.analysis.summary import columns_by_status, count_by_status, rows_in_province
from control_map.assessment.rule_comparison import count_statuses_by_rule, disagreements
from control_map.core.labels import KIND_SUFFIX
from control_map.core.model import NO_REPORT
from control_map.ui import html
from control_map.ui.state.selection import Selection
from control_map.ui.tabs.download import offer_section

MAX_DIFFERENCES = 150


def show_rule_differences(selection: Selection) -> None:
    """Show the counts under each preset and under the rule in force, and the places on which the presets differ.

    With a province, only its places are counted and compared.
    """
    view, pack, presets = selection.view, selection.pack, selection.comparison.rules
    by_rule = rows_in_province(
        selection.comparison.statuses_on(selection.date), pack.theatre.places, selection.province_id
    )
    counts: list[dict[Any, Any]] = count_statuses_by_rule(by_rule, presets, pack.statuses).to_dict("records")
    rules = {rule.id: rule for rule in presets}
    if view.rule != rules[view.rule.id]:
        rules |= {view.rule.label: view.rule}
        counts.insert(0, {"rule": view.rule.label} | count_by_status(selection.now_in_province, pack.statuses))
    differing = disagreements(by_rule, presets)
    html.show_template(
        "rule_differences.html",
        counts=counts,
        rules=rules,
        presets=presets,
        chosen=counts[0]["rule"] if view.rule.label in rules else view.rule.id,
        statuses=columns_by_status(pack.statuses, *(by_rule[rule.id] for rule in presets), selection.now["status"]),
        styles=pack.styles,
        no_report=NO_REPORT,
        rows=differing.head(MAX_DIFFERENCES).to_dict("records"),
        total=len(differing),
        notes=KIND_SUFFIX,
        date=selection.date,
    )
    if len(differing):
        offer_section(selection, "where rules differ", _differing, province_id=selection.province_id)


def _differing(selection: Selection) -> pd.DataFrame:
    by_rule = selection.comparison.statuses_on(selection.date)
    mine = rows_in_province(by_rule, selection.pack.theatre.places, selection.province_id)
    return disagreements(mine, selection.comparison.rules)
