"""Which column of a table is which of the codebook: by its name, by what else it is often called, or as it is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from control_map.names import plain
from control_map.reports import COLUMNS

REQUIRED = ("event_date", "place_text", "claim", "actor")
"""What a table must say of each report; for the rest of the codebook there is something to suppose."""
SUPPOSED: Mapping[str, str] = {
    "date_precision": "day",
    "place_kind": "district",
    "claimant": "not stated",
    "claimant_side": "independent",
    "reliability": "F",
    "credibility": "6",
}
"""What is taken for a column that a table has not, or a cell in which nothing stands."""
CALLED: Mapping[str, tuple[str, ...]] = {
    "event_date": ("date", "day", "event date"),
    "place_text": ("place", "district", "location", "name"),
    "province_text": ("province", "governorate", "admin1"),
    "claim": ("status", "event"),
    "actor": ("party", "who"),
}
"""What else the columns of the codebook are often called."""


@dataclass(frozen=True)
class Matching:
    """Which column of a table stands for which of the codebook.

    `columns` names the table's column for a column of the codebook; `constants` has what is taken where a table has no
    such column, or nothing in a cell of it.
    """

    columns: Mapping[str, str]
    constants: Mapping[str, str] = field(default_factory=lambda: dict(SUPPOSED))

    @property
    def missing(self) -> tuple[str, ...]:
        """What must be there and is matched by nothing."""
        return tuple(name for name in REQUIRED if name not in self.columns and not self.constants.get(name))


def match(columns: Sequence[str]) -> Matching:
    """Match the columns of a table to those of the codebook by their names; no column is matched twice."""
    free = {plain(column.replace("_", " ")): column for column in reversed(columns)}
    matched: dict[str, str] = {}
    for name in COLUMNS:
        for called in (name.replace("_", " "), *CALLED.get(name, ())):
            if called in free:
                matched[name] = free.pop(called)
                break
    return Matching(matched)
