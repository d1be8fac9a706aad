"""All reports of a pack in one table, placed or set aside, with what stands in them, ready to be searched."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from control_map.analysis.lexicon import WordIndex
from control_map.core.arrays import Ints
from control_map.geocoding.spelling import normalise, split_words
from control_map.theatre.csv_reader import parse_dates
from control_map.theatre.reports import CODEBOOK_COLUMNS

INDEXED_REPORT_COLUMNS = [
    *CODEBOOK_COLUMNS,
    "row",
    "placed",
    "place_id",
    "precision",
    "name",
    "province_id",
    "problem",
    "fix",
]
INDEXED_REPORT_COLUMNS += ["event_text", "own"]
_TEXTS = ("report_id", "place_text", "province_text", "claimant", "origin", "source_name", "summary")


@dataclass(frozen=True, eq=False)
class SearchIndex:
    """The reports of a pack, ready to be searched.

    `reports` has `REPORT_COLUMNS`, the newest event first: dates as `datetime64` (NaT where a row that was set aside
    has none; `event_text` is what stands there), `name` of the place found, `placed`, for those set aside
    `problem` and `fix`, and whether it is the reader's `own`. `words` and `names` say what stands in each document:
    the reports in order, then the places and provinces, then one that is empty; `names` knows whole names, written as
    one word. `about` is the document of the place or province of each report, `documents` what each is made of, as it
    is written.
    """

    reports: pd.DataFrame
    words: WordIndex
    names: WordIndex
    about: Ints
    documents: list[list[str]]


def build_search_index(
    located: pd.DataFrame,
    set_aside: pd.DataFrame,
    places: pd.DataFrame,
    provinces: pd.DataFrame,
    brought: AbstractSet[str] = frozenset(),
) -> SearchIndex:
    """Make one table of all reports, and find out what words are in it; the inputs are not changed.

    Parameters
    ----------
    located, set_aside
        As a `Pack` has them.
    places, provinces
        Columns `place_id, name, name_local, alt_names, province_id`, and `province_id, province, name_local,
        alt_names`; several names in one cell are separated by `|`.
    brought
        The ids of the reports that are the reader's own.
    """
    # What visitors write must not outlive them: a cache of the process would keep it.
    key_of = cache(normalise)
    reports = _together(located, set_aside, places, brought)
    called = _called(places, provinces)
    targets = {target: len(reports) + number for number, target in enumerate(called)}
    rows = [list(dict.fromkeys(texts)) for texts in reports[list(_TEXTS)].itertuples(index=False, name=None)]
    about = reports["place_id"].where(reports["place_id"] != "", reports["province_id"]).map(targets)
    documents: list[list[str]] = [*rows, *called.values(), []]
    whole = [*([name] for name in reports["place_text"]), *called.values(), []]
    return SearchIndex(
        reports,
        words=WordIndex(
            {key for text in texts for word in split_words(text) if (key := key_of(word))} for texts in documents
        ),
        names=WordIndex({key_of(name) for name in names} - {""} for names in whole),
        about=np.asarray(about.fillna(len(documents) - 1), dtype=np.int64),
        documents=documents,
    )


def _together(
    located: pd.DataFrame, set_aside: pd.DataFrame, places: pd.DataFrame, brought: AbstractSet[str]
) -> pd.DataFrame:
    known = places.set_index("place_id")
    province = located["place_id"].map(known["province_id"])
    placed = located.assign(
        placed=True,
        name=located["place_id"].map(known["name"]).fillna(""),
        province_id=province.where(province.notna(), located["place_id"]),
        problem="",
        fix="",
        event_text="",
        own=located["report_id"].isin(brought),
    )
    columns = [column for column in INDEXED_REPORT_COLUMNS if column not in ("placed", "event_text", "own")]
    aside = set_aside.astype("object").fillna("").reindex(columns=columns, fill_value="")
    aside = aside.assign(
        placed=False,
        row=aside["row"].astype("int64"),
        event_text=aside["event_date"],
        own=aside["report_id"].isin(brought),
        event_date=parse_dates(aside["event_date"].astype("str")),
        reported_date=parse_dates(aside["reported_date"].astype("str")),
        credibility=_whole(pd.to_numeric(aside["credibility"], errors="coerce")),
        number=pd.to_numeric(aside["number"], errors="coerce"),
    )
    both = pd.concat(
        [frame[INDEXED_REPORT_COLUMNS] for frame in (placed, aside) if len(frame)] or [placed[INDEXED_REPORT_COLUMNS]]
    )
    newest_first = both.sort_values(["event_date", "reported_date", "row"], ascending=[False, False, True])
    return newest_first.reset_index(drop=True)


def _whole(grades: pd.Series) -> pd.Series:
    """Return the grades that are ones; what else stood there is missing."""
    return grades.where(grades.isin(range(1, 7)))


def _called(places: pd.DataFrame, provinces: pd.DataFrame) -> dict[str, list[str]]:
    """Return all names of each province, and of each place with those of its province, by id."""
    names_of_province = dict(_names(provinces.rename(columns={"province_id": "id", "province": "name"})))
    province_of = dict(zip(places["place_id"], places["province_id"], strict=True))
    own = dict(_names(places.rename(columns={"place_id": "id"})))
    return names_of_province | {
        place_id: [*names, *names_of_province.get(province_of[place_id], [])] for place_id, names in own.items()
    }


def _names(named: pd.DataFrame) -> Iterator[tuple[str, list[str]]]:
    for target, name, local, others in named[["id", "name", "name_local", "alt_names"]].itertuples(index=False):
        yield target, [each for each in (name, local, *others.split("|")) if each]


def word_keys(text: str) -> tuple[str, ...]:
    """Return the words of a text, each as the key that its spellings share."""
    return tuple(filter(None, map(normalise, split_words(text))))
