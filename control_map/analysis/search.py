"""Which reports a reader looks for: by words, names in any spelling, and filters."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import pandas as pd

from control_map.analysis.search_index import Mask, SearchIndex, WordIndex, any_of, word_keys
from control_map.core.rules import meets_grades
from control_map.geocoding.spelling import JOINING_WORDS, find_whole_words, fold_name, normalise, split_words

_LONGEST_RUN = 4
"""Words that one name may be written in; "Nahr e Saraj" counts as two."""
_PHRASE = re.compile(r'"([^"]*)"|\u201c([^\u201d]*)\u201d|\u00ab([^\u00bb]*)\u00bb')


class ReportState(StrEnum):
    """What became of a report, or that it is the reader's own."""

    ALL = "all"
    PLACED = "placed"
    SET_ASIDE = "set_aside"
    OWN = "own"


@dataclass(frozen=True)
class ReportFilter:
    """Which reports are looked for; what is empty, or None, leaves all in.

    Parameters
    ----------
    text
        Every word of it must be found, see `find`; what stands in quotes must be found as it stands.
    place_id, province_id
        Reports that name the place; reports on a place in the province or on the province itself.
    source, origin, side
        Where it was read, where it first appeared, and the id of the side of who says so.
    claims
        Any of these.
    lowest_reliability, lowest_credibility
        At least these Admiralty grades; F and 6 mean "cannot be judged" and are always found. Empty, 0: any.
    begin, end
        The first and the last day, both included, for which the event is stated.
    published_by
        The last day of publication.
    state
        Placed, set aside, or both; or both of the reader's own.
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
        """Of this, only which reports there are to look through: those published by then, in the province."""
        return replace(ReportFilter(), published_by=self.published_by, province_id=self.province_id)


def find_reports(library: SearchIndex, wanted: ReportFilter) -> pd.DataFrame:
    """Return the reports that are wanted, the newest event first, with the columns of `Library.reports`.

    A word of the text is found in a report if it, or a word that begins so, stands in its id, summary, place,
    province, claimant, origin or source, or in any name of the place that was found or of its province; spellings
    that transliteration confuses are one, and several words may be one name. Only if a word is found nowhere so are
    those taken that few slips of the pen lead to.
    """
    reports = library.reports
    mask = _said(library, wanted.text)
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


def _said(library: SearchIndex, text: str) -> Mask:
    """Say which reports hold every word and phrase of a text."""
    phrases = [next(filter(None, found), "") for found in _PHRASE.findall(text)]
    asked = split_words(_PHRASE.sub(" ", text))
    telling = [word for word in asked if word.lower() not in JOINING_WORDS] or asked
    mask = np.ones(len(library.reports), dtype=bool)
    for hits in (*(_with_phrase(library, phrase) for phrase in phrases), *_with_words(library, telling)):
        mask &= _of_reports(library, hits)
    return mask


def _with_words(library: SearchIndex, asked: Sequence[str]) -> Iterator[Mask]:
    """Yield for each word the documents that hold it, by itself or as a part of a name in several words."""
    keys = [normalise(word) for word in asked]
    covering: list[list[Mask]] = [[] for _ in keys]
    for first in range(len(keys)):
        for end in range(first + 2, min(first + _LONGEST_RUN, len(keys)) + 1):
            named = _spelled(library.name_index, normalise(" ".join(asked[first:end])))
            for place in range(first, end):
                covering[place].append(named)
    for key, named_otherwise in zip(keys, covering, strict=True):
        if key:
            own = library.word_index.with_prefix(key) | library.name_index.with_prefix(key)
            if not own.any():
                own = library.word_index.with_similar_word(key) | library.name_index.with_similar_word(key)
            yield any_of([own, *named_otherwise], len(own))


def _spelled(names: WordIndex, key: str) -> Mask:
    exactly = names.with_word(key)
    return exactly if exactly.any() else names.with_similar_word(key)


def _with_phrase(library: SearchIndex, phrase: str) -> Mask:
    """Say which documents hold a phrase as it stands, but for case and spaces, from word to word."""
    hits = np.ones(len(library.documents), dtype=bool)
    for key in word_keys(phrase):
        hits &= library.word_index.with_word(key)
    exactly = fold_name(phrase)
    for number in np.flatnonzero(hits):
        hits[number] = any(
            True for text in library.documents[number] for _ in find_whole_words(exactly, fold_name(text))
        )
    return hits


def _of_reports(library: SearchIndex, hits: Mask) -> Mask:
    """Say of which reports the document itself, or that of its place, is hit."""
    return hits[: len(library.reports)] | hits[library.place_document]


def roles_at_named_place(found: pd.DataFrame, evidence: pd.DataFrame) -> pd.Series:
    """Return the role that each report has for the place that it names; empty for one on an area, or set aside.

    `found` has the columns `report_id, place_id`, `evidence` is that of a `View`.
    """
    mine = evidence.loc[evidence["report_id"].isin(found["report_id"]), ["report_id", "place_id", "role"]]
    matched = found[["report_id", "place_id"]].merge(mine, how="left")
    return matched["role"].fillna("").set_axis(found.index)
