"""All reports of a pack in one table, placed or set aside, and which of them are what a reader looks for."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

import numpy as np
import pandas as pd

from control_map.codes import Ints
from control_map.lexicon import Lexicon, Mask, any_of
from control_map.names import JOINING, normalise, plain, words
from control_map.reports import COLUMNS
from control_map.rules import graded
from control_map.table import to_date

REPORT_COLUMNS = [*COLUMNS, "row", "placed", "place_id", "precision", "name", "province_id", "problem", "mend"]
REPORT_COLUMNS += ["event_text"]
_TEXTS = ("report_id", "place_text", "province_text", "claimant", "origin", "source_name", "summary")
_LONGEST_RUN = 4
"""Words that one name may be written in; "Nahr e Saraj" counts as two."""
_PHRASE = re.compile(r'"([^"]*)"|\u201c([^\u201d]*)\u201d|\u00ab([^\u00bb]*)\u00bb')


class State(StrEnum):
    """What became of a report."""

    ALL = "all"
    PLACED = "placed"
    SET_ASIDE = "set_aside"


@dataclass(frozen=True)
class Wanted:
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
        Placed, set aside, or both.
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
    state: State = State.ALL

    @property
    def known(self) -> "Wanted":
        """Of this, only which reports there are to look through: those published by then, in the province."""
        return replace(Wanted(), published_by=self.published_by, province_id=self.province_id)


@dataclass(frozen=True, eq=False)
class Library:
    """The reports of a pack, ready to be searched.

    `reports` has `REPORT_COLUMNS`, the newest event first: dates as `datetime64` (NaT where a row that was set aside
    has none; `event_text` is what stands there), `name` of the place found, `placed`, and for those set aside
    `problem` and `mend`. `words` and `names` say what stands in each document: the reports in order, then the places
    and provinces, then one that is empty; `names` knows whole names, written as one word. `about` is the document
    of the place or province of each report, `documents` what each is made of, as it is written.
    """

    reports: pd.DataFrame
    words: Lexicon
    names: Lexicon
    about: Ints
    documents: list[list[str]]


def collect(located: pd.DataFrame, set_aside: pd.DataFrame, places: pd.DataFrame, provinces: pd.DataFrame) -> Library:
    """Make one table of all reports, and find out what words are in it; the inputs are not changed.

    Parameters
    ----------
    located, set_aside
        As a `Pack` has them.
    places, provinces
        Columns `place_id, name, name_local, alt_names, province_id`, and `province_id, province, name_local,
        alt_names`; several names in one cell are separated by `|`.
    """
    reports = _together(located, set_aside, places)
    called = _called(places, provinces)
    targets = {target: len(reports) + number for number, target in enumerate(called)}
    rows = [list(dict.fromkeys(texts)) for texts in reports[list(_TEXTS)].itertuples(index=False, name=None)]
    about = reports["place_id"].where(reports["place_id"] != "", reports["province_id"]).map(targets)
    documents: list[list[str]] = [*rows, *called.values(), []]
    whole = [*([name] for name in reports["place_text"]), *called.values(), []]
    return Library(
        reports,
        words=Lexicon({word for text in texts for word in _keys(text)} for texts in documents),
        names=Lexicon({normalise(name) for name in names} - {""} for names in whole),
        about=np.asarray(about.fillna(len(documents) - 1), dtype=np.int64),
        documents=documents,
    )


def _together(located: pd.DataFrame, set_aside: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    known = places.set_index("place_id")
    province = located["place_id"].map(known["province_id"])
    placed = located.assign(
        placed=True,
        name=located["place_id"].map(known["name"]).fillna(""),
        province_id=province.where(province.notna(), located["place_id"]),
        problem="",
        mend="",
        event_text="",
    )
    columns = [column for column in REPORT_COLUMNS if column not in ("placed", "event_text")]
    aside = set_aside.astype("object").fillna("").reindex(columns=columns, fill_value="")
    aside = aside.assign(
        placed=False,
        row=aside["row"].astype("int64"),
        event_text=aside["event_date"],
        event_date=to_date(aside["event_date"].astype("str")),
        reported_date=to_date(aside["reported_date"].astype("str")),
        credibility=pd.to_numeric(aside["credibility"], errors="coerce"),
        number=pd.to_numeric(aside["number"], errors="coerce"),
    )
    both = pd.concat([frame[REPORT_COLUMNS] for frame in (placed, aside) if len(frame)] or [placed[REPORT_COLUMNS]])
    newest_first = both.sort_values(["event_date", "reported_date", "row"], ascending=[False, False, True])
    return newest_first.reset_index(drop=True)


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


def find(library: Library, wanted: Wanted) -> pd.DataFrame:
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
        mask &= graded(*grades, wanted.lowest_reliability or "F", wanted.lowest_credibility or 6).to_numpy()
    if wanted.begin:
        mask &= (reports["event_date"] >= pd.Timestamp(wanted.begin)).to_numpy()
    if wanted.end:
        mask &= (reports["event_date"] <= pd.Timestamp(wanted.end)).to_numpy()
    if wanted.published_by:
        mask &= (reports["reported_date"] <= pd.Timestamp(wanted.published_by)).to_numpy()
    if wanted.state != State.ALL:
        mask &= reports["placed"].to_numpy() == (wanted.state == State.PLACED)
    return reports[mask].reset_index(drop=True)


def _said(library: Library, text: str) -> Mask:
    """Say which reports hold every word and phrase of a text."""
    phrases = [next(filter(None, found), "") for found in _PHRASE.findall(text)]
    asked = words(_PHRASE.sub(" ", text))
    telling = [word for word in asked if word.lower() not in JOINING] or asked
    mask = np.ones(len(library.reports), dtype=bool)
    for hits in (*(_with_phrase(library, phrase) for phrase in phrases), *_with_words(library, telling)):
        mask &= _of_reports(library, hits)
    return mask


def _with_words(library: Library, asked: Sequence[str]) -> Iterator[Mask]:
    """Yield for each word the documents that hold it, by itself or as a part of a name in several words."""
    keys = [normalise(word) for word in asked]
    covering: list[list[Mask]] = [[] for _ in keys]
    for first in range(len(keys)):
        for end in range(first + 2, min(first + _LONGEST_RUN, len(keys)) + 1):
            named = _spelled(library.names, normalise(" ".join(asked[first:end])))
            for place in range(first, end):
                covering[place].append(named)
    for key, named_otherwise in zip(keys, covering, strict=True):
        if key:
            own = library.words.beginning(key) | library.names.beginning(key)
            if not own.any():
                own = library.words.like(key) | library.names.like(key)
            yield any_of([own, *named_otherwise], len(own))


def _spelled(names: Lexicon, key: str) -> Mask:
    exactly = names.holding(key)
    return exactly if exactly.any() else names.like(key)


def _with_phrase(library: Library, phrase: str) -> Mask:
    """Say which documents hold a phrase as it stands, but for case and spaces, from word to word."""
    hits = np.ones(len(library.documents), dtype=bool)
    for key in _keys(phrase):
        hits &= library.words.holding(key)
    exactly = re.compile(rf"(?<!\w){re.escape(plain(phrase))}(?!\w)")
    for number in np.flatnonzero(hits):
        hits[number] = any(exactly.search(plain(text)) for text in library.documents[number])
    return hits


def _of_reports(library: Library, hits: Mask) -> Mask:
    """Say of which reports the document itself, or that of its place, is hit."""
    return hits[: len(library.reports)] | hits[library.about]


@lru_cache(maxsize=50_000)
def _keys(text: str) -> tuple[str, ...]:
    return tuple(filter(None, map(normalise, words(text))))


def roles(found: pd.DataFrame, evidence: pd.DataFrame) -> pd.Series:
    """Return the role that each report has for the place that it names; empty for one on an area, or set aside.

    `found` has the columns `report_id, place_id`, `evidence` is that of a `View`.
    """
    mine = evidence.loc[evidence["report_id"].isin(found["report_id"]), ["report_id", "place_id", "role"]]
    matched = found[["report_id", "place_id"]].merge(mine, how="left")
    return matched["role"].fillna("").set_axis(found.index)
