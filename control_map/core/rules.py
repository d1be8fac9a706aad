"""The rules by which reports become a status: their parameters, the presets, and which changes a reader may make."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from control_map.core.errors import SettingError, UnknownNameError
from control_map.core.model import Actor


@dataclass(frozen=True)
class Rule:
    """How reports are weighed. Every parameter affects the result, and every one is shown.

    `id` is the name in links and on the command line, `label` the one on screen, `meaning` the rule in a sentence. If
    `takes_claims_at_their_word`, a self-serving claim is as strong as any other report. If `only_side` is not empty,
    only statements of this party's claimants count. `PARAMETERS` says what the others mean.
    """

    id: str
    label: str
    meaning: str = ""
    takes_claims_at_their_word: bool = False
    only_side: str = ""
    minimum_origins: int = 1
    corroboration_days: int = 7
    hardening_days: int = 7
    lowest_reliability: str = "E"
    lowest_credibility: int = 4
    area_reports: bool = True
    baseline: bool = True


def meets_grades(
    reliability: pd.Series, credibility: pd.Series, lowest_reliability: str, lowest_credibility: int
) -> pd.Series:
    """Say which reports have at least these Admiralty grades; F and 6 mean "cannot be judged" and always count."""
    return (reliability.eq("F") | reliability.le(lowest_reliability)) & (
        credibility.eq(6) | credibility.le(lowest_credibility)
    )


@dataclass(frozen=True)
class Parameter:
    """A parameter of a rule that a reader may change: its label, what it means, and the values that it can have."""

    label: str
    meaning: str
    options: tuple[Any, ...]

    def read(self, text: str) -> Any:
        """Return the value that a text stands for, or None if it is not one of the options."""
        return next((option for option in self.options if str(option).lower() == text.strip().lower()), None)

    @property
    def is_range(self) -> bool:
        """Whether the options are a range of whole numbers, too many to list."""
        return len(self.options) > 9

    @property
    def options_text(self) -> str:
        """The options in words."""
        if self.is_range:
            return f"a whole number from {self.options[0]} to {self.options[-1]}"
        return "one of: " + ", ".join(map(self.write, self.options))

    @staticmethod
    def write(value: Any) -> str:
        """Return the text that stands for a value."""
        return str(value).lower() if isinstance(value, bool) else str(value)


PARAMETERS = {
    "corroboration_days": Parameter(
        "Support window, days",
        "How far apart, either way, the events of two reports may be dated for one to support the other.",
        tuple(range(61)),
    ),
    "minimum_origins": Parameter(
        "Different origins",
        "How many origins must say the same for it to count. Copies of one story count once.",
        (1, 2, 3, 4, 5),
    ),
    "hardening_days": Parameter(
        "Claims harden after, days",
        "After so many days without contradiction a claim in its own side's interest sets the status; 0: never.",
        tuple(range(91)),
    ),
    "lowest_reliability": Parameter(
        "Lowest source grade",
        "Admiralty code, A the best. F means \u201ccannot be judged\u201d and always counts.",
        tuple("ABCDE"),
    ),
    "lowest_credibility": Parameter(
        "Lowest information grade",
        "Admiralty code, 1 the best. 6 means \u201ccannot be judged\u201d and always counts.",
        (1, 2, 3, 4, 5),
    ),
    "area_reports": Parameter(
        "Reports on whole areas",
        "\u201cThe province fell\u201d counts for each place in it but those that it leaves out.",
        (True, False),
    ),
    "baseline": Parameter(
        "Reports from before", "Events before the first day, which can be years old, count.", (True, False)
    ),
}
"""The parameters of a rule that a reader may change, in the order in which they are shown; the names are `Rule`'s."""


def adjust(rule: Rule, changes: Mapping[str, Any]) -> Rule:
    """Return the rule with some parameters changed, and "adjusted" in its label; without a change, the rule itself."""
    changed = {name: value for name, value in changes.items() if value != getattr(rule, name)}
    return replace(rule, label=f"{rule.label}, adjusted", **changed) if changed else rule


def write_settings(rule: Rule, preset: Rule) -> list[str]:
    """Return what was changed of a preset, each as `NAME=VALUE`, as `read_settings` reads it."""
    changed = [name for name in PARAMETERS if getattr(rule, name) != getattr(preset, name)]
    return [f"{name}={PARAMETERS[name].write(getattr(rule, name))}" for name in changed]


def read_settings(settings: Iterable[str]) -> dict[str, Any]:
    """Read changes of a rule that are written as `name=value`.

    Raises
    ------
    UnknownNameError
        If there is no such parameter.
    SettingError
        If a setting has no value, or one that the parameter cannot have; the error lists those that it can have.
    """
    changes = {}
    for setting in settings:
        name, _, text = setting.partition("=")
        if name.strip() not in PARAMETERS:
            raise UnknownNameError("parameter", name, list(PARAMETERS), complete=True)
        parameter = PARAMETERS[name.strip()]
        value = parameter.read(text)
        if value is None:
            raise SettingError(name.strip(), text, parameter.options_text)
        changes[name.strip()] = value
    return changes


def presets(actors: tuple[Actor, ...]) -> dict[str, Rule]:
    """Return the rules that a reader can choose for a theatre with these actors, the default first."""
    rules = [
        Rule(
            "assessed",
            "Assessed",
            "independent reports and those against the speaker's own side decide; a claim in one's own interest waits",
        ),
        Rule("latest", "Latest report", "the newest report decides, from any source", takes_claims_at_their_word=True),
        Rule(
            "two-sources",
            "Two sources",
            "two reports of different origins decide",
            minimum_origins=2,
            takes_claims_at_their_word=True,
        ),
    ]
    for actor in actors:
        possessive = "'" if actor.label.endswith("s") else "'s"
        label, meaning = f"{actor.label}{possessive} account", "only what this side says counts"
        rules.append(Rule(f"side:{actor.id}", label, meaning, only_side=actor.id, takes_claims_at_their_word=True))
    return {rule.id: rule for rule in rules}


def rule_named(name: str, actors: tuple[Actor, ...]) -> Rule:
    """Return the preset with this id.

    Raises
    ------
    UnknownNameError
        If there is none; the error lists those that exist.
    """
    known = presets(actors)
    if name not in known:
        raise UnknownNameError("rule", name, list(known), complete=True)
    return known[name]
