"""Reports are found by words, by names in any spelling, and by filters."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import pandas as pd

from control_map.analysis.search_index import SearchIndex, WordIndex, any_of, word_keys
from control_map.core.arrays import Flags
from control_map.core.rules import meets_grades
from control_map.geocoding.spelling import (
    JOINING_WORDS,
    find_whole_words,
    fold_name,
    normalise,
    remove_words,
    split_words,
)

_LONGEST_RUN = 4
"""Words that one name may be written in; "Nahr e Saraj" counts as two."""
_PHRASE = re.compile(r'"([^"]*)"|\u201c([^\u201d]*)\u201d|\u00ab([^\u00bb]*)\u00bb')


class ReportState(StrEnum):
    """Whether a report was placed or set aside, or that the user supplied it."""

    ALL = "all"
    PLACED = "placed"
    SET_ASIDE = "set_aside"
    OWN = "own"


@dataclass(frozen=True)
class ReportFilter:
    """A filter of reports; a field that is empty, or None, excludes none.

    Parameters
    ----------
    text
        Every word of it must be found, see `find_reports`; a phrase in quotes must be found exactly.
    place_id, province_id
        Reports that name the place; reports on a place in the province or on the province itself.
    source, origin, side
        Where it was read, where it first appeared, and the id of the claimant's side.
    claims
        Any of these.
    lowest_reliability, lowest_credibility
        At least these Admiralty grades; F and 6 mean "cannot be judged" and are always found. Empty, 0: any.
    begin, end
        The first and the last day, both included, for which the event is stated.
    published_by
        The last day of publication.
    state
        Placed, set aside, or both; or both of those that the user supplied.
    """

    text: str = ""
    place_id: str = ""
    province_id: str = ""
    source: str = ""
    origin: str = ""
    side: str = ""
    claims: tuple[str, ...] = ()
    lowest_reliability: str = ""
    lowest_credibility: int = 0
    begin: dt.date | None = None
    end: dt.date | None = None
    published_by: dt.date | None = None
    state: ReportState = ReportState.ALL

    @property
    def scope(self) -> "ReportFilter":
        """The filter that selects the reports that are searched: those published by then, in the province."""
        return replace(ReportFilter(), published_by=self.published_by, province_id=self.province_id)


def find_reports(index: SearchIndex, wanted: ReportFilter) -> pd.DataFrame:
    """Return the reports that a filter selects, the newest event first, with the columns of `SearchIndex.reports`.

    A word of the text is found in a report if it, or a word that begins with it, stands in its id, summary, place,
    province, claimant, origin or source, or in any name of the place that was found or of its province. Spellings that
    transliteration confuses count as one, and several words may be one name. Only a word that is found nowhere is
    looked for with spelling errors. A text as "Obe district (Herat)" also finds the reports of that kind, in that
    province, in which the name alone is found.
    """
    reports = index.reports
    mask = _with_text(index, wanted.text) | _with_place(index, wanted.text)
    for column, value in (
        ("place_id", wanted.place_id),
        ("province_id", wanted.province_id),
        ("source_name", wanted.source),
        ("origin", wanted.origin),
        ("claimant_side", wanted.side),
    ):
        if value:
            mask &= reports[column].eq(value).to_numpy()
    if wanted.claims:
        mask &= reports["claim"].isin(wanted.claims).to_numpy()
    if wanted.lowest_reliability or wanted.lowest_credibility:
        grades = reports["reliability"], reports["credibility"]
        mask &= meets_grades(*grades, wanted.lowest_reliability or "F", wanted.lowest_credibility or 6).to_numpy()
    if wanted.begin:
        mask &= (reports["event_date"] >= pd.Timestamp(wanted.begin)).to_numpy()
    if wanted.end:
        mask &= (reports["event_date"] <= pd.Timestamp(wanted.end)).to_numpy()
    if wanted.published_by:
        mask &= (reports["reported_date"] <= pd.Timestamp(wanted.published_by)).to_numpy()
    if wanted.state == ReportState.OWN:
        mask &= reports["user_supplied"].to_numpy(dtype=bool)
    elif wanted.state != ReportState.ALL:
        mask &= reports["placed"].to_numpy() == (wanted.state == ReportState.PLACED)
    return reports[mask].reset_index(drop=True)


def _with_text(index: SearchIndex, text: str) -> Flags:
    """Say which reports contain every word and phrase of a text."""
    phrases = [next(filter(None, found), "") for found in _PHRASE.findall(text)]
    asked = split_words(_PHRASE.sub(" ", text))
    words = [word for word in asked if word.lower() not in JOINING_WORDS] or asked
    mask = np.ones(len(index.reports), dtype=bool)
    for hits in (*(_with_phrase(index, phrase) for phrase in phrases), *_with_words(index, words)):
        mask &= _of_reports(index, hits)
    return mask


def _with_place(index: SearchIndex, text: str) -> Flags:
    """Say which reports are on a place whose name, province or kind is stated as in "Obe district, Herat province"."""
    none = np.zeros(len(index.reports), dtype=bool)
    if _PHRASE.search(text):
        return none
    splitter = index.splitter
    split = splitter.split(text)
    name = remove_words(splitter.words.of_any_kind, split.name) if split.kind or split.province else ""
    if not name:
        return none
    mask = _with_text(index, name)
    if split.province:
        mask &= index.reports["province_id"].isin(splitter.provinces_called(split.province)).to_numpy()
    if split.kind:
        mask &= index.reports["place_kind"].eq(split.kind).to_numpy()
    return mask


def _with_words(index: SearchIndex, asked: Sequence[str]) -> Iterator[Flags]:
    """Yield for each word the documents that contain it, by itself or as a part of a name in several words."""
    keys = [normalise(word) for word in asked]
    covering: list[list[Flags]] = [[] for _ in keys]
    for first in range(len(keys)):
        for end in range(first + 2, min(first + _LONGEST_RUN, len(keys)) + 1):
            named = _spelled(index.name_index, normalise(" ".join(asked[first:end])))
            for place in range(first, end):
                covering[place].append(named)
    for key, named_otherwise in zip(keys, covering, strict=True):
        if key:
            own = index.word_index.with_prefix(key) | index.name_index.with_prefix(key)
            if not own.any():
                own = index.word_index.with_similar_word(key) | index.name_index.with_similar_word(key)
            yield any_of([own, *named_otherwise], len(own))


def _spelled(names: WordIndex, key: str) -> Flags:
    exactly = names.with_word(key)
    return exactly if exactly.any() else names.with_similar_word(key)


def _with_phrase(index: SearchIndex, phrase: str) -> Flags:
    """Say which documents contain a phrase of whole words, whatever the case and the spaces."""
    hits = np.ones(len(index.documents), dtype=bool)
    for key in word_keys(phrase):
        hits &= index.word_index.with_word(key)
    exactly = fold_name(phrase)
    for number in np.flatnonzero(hits):
        hits[number] = any(True for text in index.documents[number] for _ in find_whole_words(exactly, fold_name(text)))
    return hits


def _of_reports(index: SearchIndex, hits: Flags) -> Flags:
    """Say which reports are hit: by their own document, or by that of their place."""
    return hits[: len(index.reports)] | hits[index.place_document]


def roles_at_named_place(found: pd.DataFrame, evidence: pd.DataFrame) -> pd.Series:
    """Return the role that each report has for the place that it names; empty for one on an area, or set aside.

    `found` has the columns `report_id, place_id`, `evidence` is that of a `View`.
    """
    mine = evidence.loc[evidence["report_id"].isin(found["report_id"]), ["report_id", "place_id", "role"]]
    matched = found[["report_id", "place_id"]].merge(mine, how="left")
    return matched["role"].fillna("").set_axis(found.index)
