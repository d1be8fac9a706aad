"""All reports of a pack in one table, placed or set aside, with what stands in them, ready to be searched."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd
from rapidfuzz import process
from rapidfuzz.distance import OSA

from control_map.core.arrays import Ints
from control_map.geocoding.name_index import max_edit_distance
from control_map.geocoding.spelling import normalise, split_words
from control_map.theatre.csv_reader import parse_dates
from control_map.theatre.reports import CODEBOOK_COLUMNS

Mask = npt.NDArray[np.bool_]
_LAST = chr(0x10FFFF)
_SHORTEST_BEGINNING = 2

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
INDEXED_REPORT_COLUMNS += ["event_text", "user_supplied"]
_TEXTS = ("report_id", "place_text", "province_text", "claimant", "origin", "source_name", "summary")


class WordIndex:
    """The words of many documents, each with the documents that hold it.

    Parameters
    ----------
    documents
        The words of each document, normalised; documents go by their number.
    """

    def __init__(self, documents: Iterable[Collection[str]]) -> None:
        number: dict[str, int] = {}
        held: list[int] = []
        lengths: list[int] = []
        for words in documents:
            lengths.append(len(words))
            held.extend([number.setdefault(word, len(number)) for word in words])
        self._count = len(lengths)
        self._words = sorted(number)
        rank = np.empty(len(number), dtype=np.int64)
        rank[[number[word] for word in self._words]] = np.arange(len(number))
        ranks = rank[np.asarray(held, dtype=np.int64)]
        order = np.argsort(ranks, kind="stable")
        # The documents of all words in one array, in order of the words: those of a beginning lie side by side.
        self._documents: Ints = np.repeat(np.arange(self._count), lengths)[order]
        self._starts: Ints = np.searchsorted(ranks[order], np.arange(len(number) + 1))

    def with_word(self, word: str) -> Mask:
        """Say which documents hold a word."""
        first = bisect_left(self._words, word)
        found = first < len(self._words) and self._words[first] == word
        return self._between(first, first + found)

    def with_prefix(self, word: str) -> Mask:
        """Say which documents hold a word that begins so, or is it; a single letter begins too many, it is itself."""
        if len(word) < _SHORTEST_BEGINNING:
            return self.with_word(word)
        return self._between(bisect_left(self._words, word), bisect_left(self._words, word + _LAST))

    def with_similar_word(self, word: str) -> Mask:
        """Say which documents hold a word that a few slips of the pen lead to, as many as a name may have.

        A number is like no other, and the first letter is no slip.
        """
        allowed = 0 if _has_digit(word) else max_edit_distance(word)
        if not allowed:
            return np.zeros(self._count, dtype=bool)
        found = process.extract(word, self._words, scorer=OSA.distance, score_cutoff=allowed, limit=None)
        near = [index for other, _, index in found if other[0] == word[0] and not _has_digit(other)]
        return any_of([self._between(index, index + 1) for index in near], self._count)

    def _between(self, first: int, end: int) -> Mask:
        mask = np.zeros(self._count, dtype=bool)
        mask[self._documents[self._starts[first] : self._starts[end]]] = True
        return mask


def any_of(masks: Sequence[Mask], count: int) -> Mask:
    """Say which of `count` documents at least one of the masks has."""
    together = np.zeros(count, dtype=bool)
    for mask in masks:
        together |= mask
    return together


def _has_digit(word: str) -> bool:
    return any(map(str.isdigit, word))


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
    word_index: WordIndex
    name_index: WordIndex
    place_document: Ints
    documents: list[list[str]]


def build_search_index(
    located: pd.DataFrame,
    set_aside: pd.DataFrame,
    places: pd.DataFrame,
    provinces: pd.DataFrame,
    user_supplied_ids: AbstractSet[str] = frozenset(),
) -> SearchIndex:
    """Make one table of all reports, and find out what words are in it; the inputs are not changed.

    Parameters
    ----------
    located, set_aside
        As a `Pack` has them.
    places, provinces
        Columns `place_id, name, name_local, alt_names, province_id`, and `province_id, province, name_local,
        alt_names`; several names in one cell are separated by `|`.
    user_supplied_ids
        The ids of the reports that are the reader's own.
    """
    # What visitors write must not outlive them: a cache of the process would keep it.
    key_of = cache(normalise)
    reports = _together(located, set_aside, places, user_supplied_ids)
    called = _called(places, provinces)
    targets = {target: len(reports) + number for number, target in enumerate(called)}
    rows = [list(dict.fromkeys(texts)) for texts in reports[list(_TEXTS)].itertuples(index=False, name=None)]
    about = reports["place_id"].where(reports["place_id"] != "", reports["province_id"]).map(targets)
    documents: list[list[str]] = [*rows, *called.values(), []]
    whole = [*([name] for name in reports["place_text"]), *called.values(), []]
    return SearchIndex(
        reports,
        word_index=WordIndex(
            {key for text in texts for word in split_words(text) if (key := key_of(word))} for texts in documents
        ),
        name_index=WordIndex({key_of(name) for name in names} - {""} for names in whole),
        place_document=np.asarray(about.fillna(len(documents) - 1), dtype=np.int64),
        documents=documents,
    )


def _together(
    located: pd.DataFrame, set_aside: pd.DataFrame, places: pd.DataFrame, user_supplied_ids: AbstractSet[str]
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
        user_supplied=located["report_id"].isin(user_supplied_ids),
    )
    columns = [column for column in INDEXED_REPORT_COLUMNS if column not in ("placed", "event_text", "user_supplied")]
    aside = set_aside.astype("object").fillna("").reindex(columns=columns, fill_value="")
    aside = aside.assign(
        placed=False,
        row=aside["row"].astype("int64"),
        event_text=aside["event_date"],
        user_supplied=aside["report_id"].isin(user_supplied_ids),
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
