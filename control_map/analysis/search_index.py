"""All reports of a pack in one table, placed or set aside, with an index of their words, ready to be searched."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from rapidfuzz import process
from rapidfuzz.distance import OSA

from control_map.core.arrays import Flags, Ints
from control_map.geocoding.name_index import max_edit_distance
from control_map.geocoding.spelling import normalise, split_words
from control_map.geocoding.stated_name import NameSplitter
from control_map.theatre.csv_reader import parse_dates
from control_map.theatre.reports import CODEBOOK_COLUMNS

_LAST_CHARACTER = chr(0x10FFFF)
_SHORTEST_PREFIX = 2
INDEXED_REPORT_COLUMNS = [*CODEBOOK_COLUMNS, *"row placed place_id precision name part province_id problem fix".split()]
INDEXED_REPORT_COLUMNS += ["event_text", "user_supplied"]
_TEXTS = ("report_id", "place_text", "part", "province_text", "claimant", "origin", "source_name", "summary")


class WordIndex:
    """The words of many documents, each with the documents that contain it.

    Parameters
    ----------
    documents
        The words of each document, normalised. A document is known by its number.
    """

    def __init__(self, documents: Iterable[Collection[str]]) -> None:
        number: dict[str, int] = {}
        word_numbers: list[int] = []
        lengths: list[int] = []
        for words in documents:
            lengths.append(len(words))
            word_numbers.extend([number.setdefault(word, len(number)) for word in words])
        self._count = len(lengths)
        self._words = sorted(number)
        rank = np.empty(len(number), dtype=np.int64)
        rank[[number[word] for word in self._words]] = np.arange(len(number))
        ranks = rank[np.asarray(word_numbers, dtype=np.int64)]
        order = np.argsort(ranks, kind="stable")
        # The documents of all words in one array, in order of the words: those of a prefix lie side by side.
        self._documents: Ints = np.repeat(np.arange(self._count), lengths)[order]
        self._starts: Ints = np.searchsorted(ranks[order], np.arange(len(number) + 1))

    def with_word(self, word: str) -> Flags:
        """Say which documents contain a word."""
        first = bisect_left(self._words, word)
        found = first < len(self._words) and self._words[first] == word
        return self._between(first, first + found)

    def with_prefix(self, word: str) -> Flags:
        """Say which documents contain a word that begins with this one; a single character must be the whole word."""
        if len(word) < _SHORTEST_PREFIX:
            return self.with_word(word)
        return self._between(bisect_left(self._words, word), bisect_left(self._words, word + _LAST_CHARACTER))

    def with_similar_word(self, word: str) -> Flags:
        """Say which documents contain a word with a few spelling errors, as many as a name may have.

        A number must be exact, and so must the first character.
        """
        allowed = 0 if _has_digit(word) else max_edit_distance(word)
        if not allowed:
            return np.zeros(self._count, dtype=bool)
        found = process.extract(word, self._words, scorer=OSA.distance, score_cutoff=allowed, limit=None)
        near = [index for other, _, index in found if other[0] == word[0] and not _has_digit(other)]
        return any_of([self._between(index, index + 1) for index in near], self._count)

    def _between(self, first: int, end: int) -> Flags:
        mask = np.zeros(self._count, dtype=bool)
        mask[self._documents[self._starts[first] : self._starts[end]]] = True
        return mask


def any_of(masks: Sequence[Flags], count: int) -> Flags:
    """Say which of `count` documents are in at least one of the masks."""
    union = np.zeros(count, dtype=bool)
    for mask in masks:
        union |= mask
    return union


def _has_digit(word: str) -> bool:
    return any(map(str.isdigit, word))


@dataclass(frozen=True, eq=False)
class SearchIndex:
    """The reports of a pack, ready to be searched.

    `reports` has `INDEXED_REPORT_COLUMNS`, the newest event first: dates as `datetime64` (NaT where a row that was set
    aside has none; `event_text` is what the row states), the `name` of the place found and the `part` of it that is
    meant, `placed`, for those set aside `problem` and `fix`, and `user_supplied`. `word_index` and `name_index` say
    which words are in each document: the reports in order, then the places and provinces, then an empty one;
    `name_index` has whole names, written as one word. `place_document` is the document of the place or province of each
    report. `documents` has the texts of each. `splitter` finds the province in a name as "Obe district (Herat)".
    """

    reports: pd.DataFrame
    word_index: WordIndex
    name_index: WordIndex
    place_document: Ints
    documents: list[list[str]]
    splitter: NameSplitter


def build_search_index(
    located: pd.DataFrame,
    set_aside: pd.DataFrame,
    places: pd.DataFrame,
    provinces: pd.DataFrame,
    user_supplied_ids: AbstractSet[str] = frozenset(),
    splitter: NameSplitter | None = None,
) -> SearchIndex:
    """Make one table of all reports and index its words; the inputs are not changed.

    Parameters
    ----------
    located, set_aside
        As a `Pack` has them.
    places, provinces
        Columns `place_id, name, name_local, alt_names, province_id`, and `province_id, province, name_local,
        alt_names`; several names in one cell are separated by `|`.
    user_supplied_ids
        The ids of the reports that the user supplied.
    splitter
        Splits names of places; if there is none, one is made that knows these provinces.
    """
    # A cache of the process would keep the texts of visitors beyond their visit.
    key_of = cache(normalise)
    reports = _combine_reports(located, set_aside, places, user_supplied_ids)
    names_by_id = _names_by_id(places, provinces)
    targets = {target: len(reports) + number for number, target in enumerate(names_by_id)}
    rows = [list(dict.fromkeys(texts)) for texts in reports[list(_TEXTS)].itertuples(index=False, name=None)]
    about = reports["place_id"].where(reports["place_id"] != "", reports["province_id"]).map(targets)
    documents: list[list[str]] = [*rows, *names_by_id.values(), []]
    whole = [*([name] for name in reports["place_text"]), *names_by_id.values(), []]
    return SearchIndex(
        reports,
        word_index=WordIndex(
            {key for text in texts for word in split_words(text) if (key := key_of(word))} for texts in documents
        ),
        name_index=WordIndex({key_of(name) for name in names} - {""} for names in whole),
        place_document=np.asarray(about.fillna(len(documents) - 1), dtype=np.int64),
        documents=documents,
        splitter=splitter or NameSplitter(provinces),
    )


def _combine_reports(
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
    grades = pd.to_numeric(aside["credibility"], errors="coerce")
    aside = aside.assign(
        placed=False,
        row=aside["row"].astype("int64"),
        event_text=aside["event_date"],
        user_supplied=aside["report_id"].isin(user_supplied_ids),
        event_date=parse_dates(aside["event_date"].astype("str")),
        reported_date=parse_dates(aside["reported_date"].astype("str")),
        credibility=grades.where(grades.isin(range(1, 7))),
        number=pd.to_numeric(aside["number"], errors="coerce"),
    )
    both = pd.concat(
        [frame[INDEXED_REPORT_COLUMNS] for frame in (placed, aside) if len(frame)] or [placed[INDEXED_REPORT_COLUMNS]]
    )
    newest_first = both.sort_values(["event_date", "reported_date", "row"], ascending=[False, False, True])
    return newest_first.reset_index(drop=True)


def _names_by_id(places: pd.DataFrame, provinces: pd.DataFrame) -> dict[str, list[str]]:
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
