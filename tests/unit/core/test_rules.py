"""The presets, the grades that they accept, and the look of the statuses."""

from dataclasses import replace

import pandas as pd
import pytest

from control_map.core.errors import SettingError, UnknownNameError
from control_map.core.model import Reason
from control_map.core.rules import PARAMETERS, adjust, meets_grades, presets, read_settings, rule_named
from control_map.core.status_style import mix_colours, status_styles
from tests.support.made_up import ACTORS


def test_the_presets_are_the_default_and_one_account_for_each_party() -> None:
    assert list(presets(ACTORS)) == ["assessed", "latest", "two-sources", "side:red", "side:blue", "side:green"]
    assert all(rule.id == name and rule.label for name, rule in presets(ACTORS).items())


def test_an_unknown_rule_is_an_error_that_lists_all_there_are() -> None:
    with pytest.raises(UnknownNameError, match=r"'guess'.*assessed, latest, two-sources, side:red"):
        rule_named("guess", ACTORS)


@pytest.mark.parametrize(
    ("grade", "accepted"),
    [("A1", True), ("C3", True), ("C4", False), ("D1", False), ("F3", True), ("C6", True), ("F6", True), ("F4", False)],
)
def test_what_cannot_be_judged_is_not_below_any_grade(grade: str, accepted: bool) -> None:
    assert meets_grades(pd.Series([grade[0]]), pd.Series([int(grade[1])]), "C", 3).tolist() == [accepted]


def test_an_adjusted_rule_is_labelled_so_and_one_without_a_change_is_itself() -> None:
    assessed = presets(ACTORS)["assessed"]
    assert adjust(assessed, {"hardening_days": 7, "baseline": True}) is assessed
    changed = adjust(assessed, {"hardening_days": 0, "baseline": True})
    assert (changed.hardening_days, changed.id, changed.label) == (0, "assessed", "Assessed, adjusted")


def test_settings_are_read_as_the_values_that_the_parameter_can_have() -> None:
    written = ["hardening_days=0", "lowest_reliability=c", "area_reports = False", "minimum_origins=3"]
    read = {"hardening_days": 0, "lowest_reliability": "C", "area_reports": False, "minimum_origins": 3}
    assert read_settings(written) == read


@pytest.mark.parametrize(
    ("setting", "named"),
    [
        ("hardening_days=soon", "whole number from 0 to 90"),
        ("baseline", "true, false"),
        ("minimum_origins=9", "1, 2, 3"),
    ],
)
def test_a_setting_with_a_value_that_cannot_be_names_those_that_can(setting: str, named: str) -> None:
    with pytest.raises(SettingError, match=named):
        read_settings([setting])


def test_an_unknown_parameter_is_an_error_that_lists_all_there_are() -> None:
    with pytest.raises(UnknownNameError, match="corroboration_days, minimum_origins"):
        read_settings(["luck=3"])


def test_every_preset_has_a_value_that_its_parameters_can_have() -> None:
    for rule in presets(ACTORS).values():
        assert all(getattr(rule, name) in parameter.options for name, parameter in PARAMETERS.items())


def test_every_reason_has_its_own_sentence() -> None:
    sentences = [reason.sentence for reason in Reason]
    assert all(sentences)
    assert len(set(sentences)) == len(sentences)


def test_every_status_has_a_look_of_its_own_in_the_order_of_the_legend() -> None:
    looks = status_styles(ACTORS)
    assert list(looks) == ["red", "contested", "blue", "green", "unknown", "no_report"]
    assert len({look.colour for look in looks.values()}) == 6
    assert len({look.label for look in looks.values()}) == 6


@pytest.mark.parametrize(("share", "expected"), [(0.5, "#808080"), (1, "#000000"), (0, "#ffffff"), (0.25, "#bfbfbf")])
def test_colours_are_mixed_by_shares(share: float, expected: str) -> None:
    assert mix_colours("#000000", "#ffffff", share) == expected


@pytest.mark.parametrize(("label", "account"), [("Democratic Forces", "Democratic Forces'"), ("Taliban", "Taliban's")])
def test_the_account_of_a_party_with_a_plural_name_is_written_as_english_has_it(label: str, account: str) -> None:
    assert presets((replace(ACTORS[0], label=label),))[f"side:{ACTORS[0].id}"].label == f"{account} account"
