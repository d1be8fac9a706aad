"""What is said: a statement, and what a text has told up to a sentence."""

from collections import Counter
from dataclasses import dataclass, field

from control_map.intake.articles.mentions.places import Mention
from control_map.intake.articles.statements.speakers import Speaker
from control_map.intake.articles.text.clauses import Clause

_REMEMBERED = 30
"""Groups of places."""


@dataclass(frozen=True)
class Statement:
    """One claim on one place, by whoever accounts for the clause."""

    mention: Mention
    claim: str
    actor: str
    scope: str
    at: int
    clause: Clause
    speaker: Speaker


@dataclass
class ArticleContext:
    """What a text has told so far: the places in order, who acted last, and who mostly attacks."""

    named: Counter[str]
    attackers: Counter[str] = field(default_factory=Counter)
    places: list[list[Mention]] = field(default_factory=list)
    actor: str = ""
    last: list[Statement] = field(default_factory=list)

    def forget(self) -> None:
        """Keep only the places named lately: "the city" means none from far above."""
        del self.places[:-_REMEMBERED]

    @property
    def attacker(self) -> str:
        """Who attacks where a text does not say so: whoever mostly does in it, or the only party that it names."""
        counted = self.attackers or (self.named if len(self.named) == 1 else Counter())
        return counted.most_common(1)[0][0] if counted else ""
