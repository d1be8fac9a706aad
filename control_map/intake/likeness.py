"""Which places somebody's reports were put on because their names are nearly the same: a reader should see those."""

from control_map.core.model import MatchMethod
from control_map.intake.outcome import label_places
from control_map.pipeline.pack import Pack

MAX_FUZZY_NAMES = 20
"""Names that are told one by one."""


def describe_fuzzy_matches(pack: Pack) -> list[str]:
    """Say of each name among the reports that were brought to a pack which place it was taken for, by likeness.

    Those of the most rows come first; from some number on only how many more there are.
    """
    own = pack.user_supplied_located
    named = label_places(pack) | pack.theatre.province_names
    counts = (
        own[own["method"] == MatchMethod.FUZZY]
        .groupby(["place_text", "place_id"], sort=False)
        .size()
        .sort_values(ascending=False)
    )
    told = [
        f"'{name}' was placed on {named[place_id]}, by likeness ({rows:,} row{'' if rows == 1 else 's'})"
        for name, place_id, rows in counts.head(MAX_FUZZY_NAMES)
        .reset_index(name="rows")
        .itertuples(index=False, name=None)
    ]
    more = len(counts) - MAX_FUZZY_NAMES
    return [*told, f"{more:,} more name{'' if more == 1 else 's'} were placed by likeness"] if more > 0 else told
