"""How well two spellings of a place are seen to be one: `python -m tests.bench.names PAIRS.tsv`.

The file has the columns `name_a`, `name_b`, and `same` with true or false, separated by tabs. `name_a` is the only name
of a gazetteer, in which `name_b` is looked up by the steps of the geocoder: as written, in another spelling (key), with
a slip, and by its consonants. Nothing else is there that would make a name ambiguous. The file is also cut into halves
at random, always the same: the rules may be tuned on one, if the other then has the same figures.
"""

import csv
import random
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from control_map.core.model import MatchMethod
from control_map.geocoding.consonants import GenericWords
from control_map.geocoding.name_index import NameIndex, index_name

STEPS = {
    MatchMethod.EXACT: "exact",
    MatchMethod.NORMALISED: "key",
    MatchMethod.FUZZY: "slip",
    MatchMethod.CONSONANTS: "consonants",
}
GENERIC = GenericWords()
Pair = tuple[str, str, bool]


def read_pairs(path: Path) -> list[Pair]:
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [(row["name_a"], row["name_b"], row["same"].strip().lower() == "true") for row in rows]


def step_of(known: str, asked: str) -> MatchMethod | None:
    """Return the step at which the geocoder takes one name for the other, if it does."""
    index = NameIndex(index_name("a", "district", "", known, MatchMethod.EXACT), GENERIC)
    return next((entry.method for entry, score in index.best_matches(asked) if score > 0), None)


def measure(pairs: Sequence[Pair], title: str) -> Table:
    """Return precision and recall of each step, and of all steps up to it."""
    counts = Counter((step_of(known, asked), same) for known, asked, same in pairs)
    table = Table("step", "right", "wrong", "precision", "recall", "precision so far", "recall so far", title=title)
    total = sum(same for *_, same in pairs)
    right = wrong = 0
    for method, step in STEPS.items():
        hits, misses = counts[method, True], counts[method, False]
        right, wrong = right + hits, wrong + misses
        own, so_far = ((n, m) for n, m in ((hits, misses), (right, wrong)))
        shares = (precision(*own), hits / max(total, 1), precision(*so_far), right / max(total, 1))
        table.add_row(step, str(hits), str(misses), *(f"{share:.3f}" for share in shares))
    return table


def precision(right: int, wrong: int) -> float:
    return right / (right + wrong) if right + wrong else 1.0


def main(path: str) -> None:
    pairs = read_pairs(Path(path))
    console = Console()
    console.print(measure(pairs, f"all {len(pairs):,} pairs"))
    random.Random(0).shuffle(pairs)
    half = len(pairs) // 2
    for part, name in ((pairs[:half], "one half"), (pairs[half:], "the other half")):
        console.print(measure(part, f"{name}: {len(part):,} pairs"))


if __name__ == "__main__":
    main(sys.argv[1])
