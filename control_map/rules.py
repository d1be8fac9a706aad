"""The rules by which reports become a status: one dataclass of parameters, and its presets."""

from dataclasses import dataclass

import pandas as pd

from control_map.errors import UnknownNameError
from control_map.model import Actor


@dataclass(frozen=True)
class Rule:
    """How reports are weighed. All parameters count in the result, and all are shown.

    Parameters
    ----------
    id, label, meaning
        The name in links and on the command line, the one on screen, and the rule in a sentence.
    takes_claims_at_their_word
        If true, a self-serving claim is as strong as any other report.
    only_side
        If not empty, only statements of this party's claimants count.
    minimum_origins
        How many different origins must assert the same within the corroboration window.
    corroboration_days
        How far apart, either way, the events of two reports may be dated for one to support the other.
    hardening_days
        After how many days without contradiction a self-serving claim sets the status; 0: never.
    lowest_reliability, lowest_credibility
        The lowest Admiralty grades that count. F and 6 mean "cannot be judged" and always count.
    area_reports, baseline
        Whether reports on a whole area, and reports from before the period, count.
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

    def accepts(self, reliability: pd.Series, credibility: pd.Series) -> pd.Series:
        """Say which reports count by their Admiralty grades."""
        return (reliability.eq("F") | reliability.le(self.lowest_reliability)) & (
            credibility.eq(6) | credibility.le(self.lowest_credibility)
        )


def presets(actors: tuple[Actor, ...]) -> dict[str, Rule]:
    """Return the rules that a reader can choose for a theatre with these actors, the default first."""
    rules = [
        Rule(
            "assessed",
            "Assessed",
            "independent reports and those against the speaker's own side decide; a claim in one's own interest waits",
        ),
        Rule("latest", "Latest report", "the newest report decides, whoever says it", takes_claims_at_their_word=True),
        Rule(
            "two-sources",
            "Two sources",
            "two reports of different origins decide",
            takes_claims_at_their_word=True,
            minimum_origins=2,
        ),
        *(
            Rule(
                f"side:{actor.id}",
                f"{actor.label}'s account",
                "only what this side says counts",
                takes_claims_at_their_word=True,
                only_side=actor.id,
            )
            for actor in actors
        ),
    ]
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
        what = "rule"
        raise UnknownNameError(what, name, list(known))
    return known[name]
