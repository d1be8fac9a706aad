"""The tables that a user adds to a theatre, and what becomes of them."""

from collections.abc import Hashable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from control_map.core.errors import NOTHING_TO_FIX
from control_map.geocoding.gazetteer import NameProgress
from control_map.intake import outcome
from control_map.intake.importers.registry import IMPORTERS
from control_map.intake.matching.actor_names import ALL_OTHERS
from control_map.intake.matching.codebook import PlaceSpelling, convert_to_codebook, find_unknown_speakers
from control_map.intake.matching.columns import ColumnMatching, label_column, match_table
from control_map.intake.matching.dates import DateStyle
from control_map.intake.matching.shared_words import find_shared_words
from control_map.intake.matching.totals import leave_out_totals
from control_map.intake.matching.vocabulary import UnknownWord, list_unknown_words, replace_words
from control_map.intake.outcome import UnplacedSpelling, describe_approximate_matches
from control_map.intake.reading import rate_columns
from control_map.intake.tables.reader import read_table
from control_map.intake.tables.table_builder import BEST_FIT, RawTable, ReadingChoice
from control_map.intake.worker.work import report_progress
from control_map.pipeline.pack import CHOOSE_PLACE, Pack, add_reports
from control_map.theatre.reports import allowed_values, unify_origins
from control_map.theatre.theatre import Theatre

MAX_SPELLINGS = 20
"""Spellings of each table for which a place is asked at once."""
MAX_ROWS_LISTED = 50
"""Rows that are listed of each table among those left out."""


@dataclass(frozen=True, eq=False)
class UserTable:
    """A table as the user added it, with the matching of its columns.

    `meanings` has the user's choice of what a word means, by the column of the codebook and the word; of a word in the
    column `claimant`, a speaker, it is the side.
    """

    raw: RawTable
    matching: ColumnMatching
    meanings: Mapping[tuple[str, str], str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name of the table, which no other table of the theatre has."""
        return self.raw.name

    @property
    def translated(self) -> RawTable:
        """The table with the chosen meanings in place of words that the codebook does not have."""
        return replace_words(self.raw, self.matching, self.meanings)

    @property
    def actors(self) -> dict[str, str]:
        """The chosen parties of names, as the table writes them, or with a star for several of them."""
        return {word: actor for (column, word), actor in self.meanings.items() if column == "actor"}

    @property
    def sides(self) -> dict[str, str]:
        """The chosen side of speakers, as the table writes them."""
        return {word: side for (column, word), side in self.meanings.items() if column == "claimant"}


@dataclass(frozen=True, eq=False)
class UserReports:
    """All tables that a user added to a theatre, and the places that the user chose for spellings."""

    tables: tuple[UserTable, ...] = ()
    places_by_spelling: Mapping[PlaceSpelling, str] = field(default_factory=dict)


class ListedRows(NamedTuple):
    """Some rows of a table that was set aside.

    The first `MAX_ROWS_LISTED` of them, each perhaps standing for more of its kind; how many there are; and how many
    are not among the first.
    """

    first: list[dict[Hashable, Any]]
    total: int
    more: int


@dataclass(frozen=True, eq=False)
class UserTableResult:
    """What became of a table.

    `pack` has all reports, of which only those of this table count as user-supplied; `assumptions` are sentences on
    values that were assumed, or read differently from how they are written; `unknown_words` are those that are not
    understood, and the speakers whose side is not known.
    """

    table: UserTable
    pack: Pack
    assumptions: Sequence[str]
    unknown_words: Sequence[UnknownWord]

    @property
    def name(self) -> str:
        """The name of the table."""
        return self.table.name

    @cached_property
    def notices(self) -> list[str]:
        """What the user should check: places found by an approximate match, and assumptions."""
        return [*describe_approximate_matches(self.pack), *map(label_column, self.assumptions)]

    @cached_property
    def placed(self) -> pd.DataFrame:
        """Its located reports."""
        return self.pack.user_supplied_located

    @cached_property
    def set_aside(self) -> pd.DataFrame:
        """Its reports that could not be located or read."""
        return self.pack.user_supplied_set_aside

    @cached_property
    def unplaced(self) -> list[UnplacedSpelling]:
        """The spellings that are no name of any place, as many as are asked for at once."""
        return outcome.list_unplaced_spellings(self.pack, MAX_SPELLINGS)

    @cached_property
    def _without_question(self) -> pd.DataFrame:
        """The rows set aside that neither a place nor the meaning of a word would correct."""
        asked = {f"{row} {word.column}" for word in self.unknown_words for row in word.rows}
        others = self.set_aside[self.set_aside["fix"] != CHOOSE_PLACE]
        fault = others["row"].astype("str") + " " + others["problem"].astype("str").str.split(":").str[0]
        return others[~fault.isin(asked)]

    @cached_property
    def rows_to_correct(self) -> ListedRows:
        """The rows to correct in the file, as no choice on the page corrects them."""
        others = self._without_question
        return _list_rows(others[others["fix"] != NOTHING_TO_FIX])

    @cached_property
    def rows_left_out(self) -> ListedRows:
        """The rows that are set aside and need no correction."""
        others = self._without_question
        return _list_rows(others[others["fix"] == NOTHING_TO_FIX])

    @property
    def not_shown(self) -> pd.DataFrame:
        """Its rows that are not on the map, each with the reason, see `list_not_shown`."""
        return outcome.list_not_shown(self.pack, self.table.raw.left_out)

    @property
    def is_settled(self) -> bool:
        """Whether it has located reports, and none was set aside that the user could correct."""
        fixes = self.set_aside["fix"]
        return len(self.placed) > 0 and bool((fixes == NOTHING_TO_FIX).all())

    @cached_property
    def sentences(self) -> list[str]:
        """How many of its reports were located, in sentences."""
        return outcome.count_outcome(self.pack).sentences

    @property
    def source_rows(self) -> dict[str, str]:
        """The table and row of each of its reports, by the report's id."""
        rows = pd.concat([frame[["report_id", "row"]] for frame in (self.placed, self.set_aside)])
        return {report_id: f"{self.name}, row {row}" for report_id, row in rows.itertuples(index=False)}


@dataclass(frozen=True, eq=False)
class UserReportsResult:
    """A pack with the user's reports beside its own, and what became of each table."""

    pack: Pack
    tables: tuple[UserTableResult, ...] = ()

    @property
    def placed_count(self) -> int:
        """How many of the user's reports were located."""
        return sum(len(table.placed) for table in self.tables)

    @property
    def set_aside_count(self) -> int:
        """How many of them could not be located or read."""
        return sum(outcome.count_outcome(table.pack).set_aside for table in self.tables)

    @cached_property
    def source_rows(self) -> dict[str, str]:
        """The table and row of each of the user's reports, by the report's id."""
        return {report_id: row for table in self.tables for report_id, row in table.source_rows.items()}


def add_user_reports(pack: Pack, user_reports: UserReports, progress: NameProgress = iter) -> UserReportsResult:
    """Put a user's reports beside a pack's own; neither is changed. `progress` is that of `add_reports`.

    A choice of a place that the theatre no longer has is ignored.
    """
    added, place_ids = [], set(pack.theatre.places["place_id"])
    chosen = {spelling: place for spelling, place in user_reports.places_by_spelling.items() if place in place_ids}
    for table in user_reports.tables:
        converted = convert_to_codebook(
            table.translated, table.matching, pack.theatre, chosen, table.sides, table.actors
        )
        reports = unify_origins(converted, pack.origins)
        # The faults are summed up as words and rows; a list of hundreds of thousands would stay with the session.
        before, pack = pack.user_supplied_ids, add_reports(pack, replace(reports, faults=[]), progress)
        unknown = group_actors(list_unknown_words(reports.faults, allowed_values(pack.theatre.actors)))
        added.append(
            (table, pack.user_supplied_ids - before, reports.notices, unknown + find_unknown_speakers(reports))
        )
    return UserReportsResult(
        pack,
        tuple(
            UserTableResult(table, replace(pack, user_supplied_ids=report_ids), assumptions, unknown)
            for table, report_ids, assumptions, unknown in added
        ),
    )


def group_actors(words: Sequence[UnknownWord]) -> list[UnknownWord]:
    """Return words that are not understood, and before them, for names of parties, those that stand for several.

    These have a star for what differs; a star alone is for all names.
    """
    rows = {word.word: word.rows for word in words if word.column == "actor"}
    patterns = {shared.pattern: shared.names for shared in find_shared_words(list(rows))}
    if len(rows) > 1:
        patterns[ALL_OTHERS] = tuple(rows)
    grouped = [
        UnknownWord("actor", pattern, tuple(sorted(row for name in names for row in rows[name])))
        for pattern, names in patterns.items()
    ]
    return [*grouped, *words]


def _list_rows(rows: pd.DataFrame) -> ListedRows:
    counts = rows["rows"].astype("int64")
    more = int(counts.iloc[MAX_ROWS_LISTED:].sum())
    return ListedRows(rows.head(MAX_ROWS_LISTED).to_dict("records"), int(counts.sum()), more)


def prepare_user_reports(pack: Pack, user_reports: UserReports) -> UserReportsResult:
    """Put a user's reports beside a pack's own, see `add_user_reports`, with all that is slow to say about them."""
    result = add_user_reports(pack, user_reports, report_progress)
    for table in result.tables:
        _ = table.notices, table.unplaced, table.sentences, table.rows_to_correct, table.rows_left_out
        del table.__dict__["_without_question"]  # all else is kept with the table
    return result


def read_and_match(name: str, data: bytes, choice: ReadingChoice = BEST_FIT) -> tuple[RawTable, ColumnMatching]:
    """Read a table, see `read_table`, and match its columns."""
    raw = leave_out_totals(read_table(name, data, choice, rate_columns))
    return raw, match_table(raw)


def convert_and_match(
    raw: RawTable, importer_id: str, theatre: Theatre, actors: Mapping[str, str], dates: DateStyle
) -> tuple[RawTable, ColumnMatching, tuple[str, ...]]:
    """Convert a table in a known format, match its columns, and return with both the names of unknown actors.

    `actors` are the ids of actors by names that the theatre does not know, `dates` says how its dates are written.
    """
    result = IMPORTERS[importer_id].import_reports(raw, theatre, actors, dates)
    converted = result.as_table(raw)
    return converted, match_table(converted), result.unknown_actors


def free_name(name: str, taken: AbstractSet[str]) -> str:
    """Return a name that is not taken: `reports.csv`, `reports (2).csv` ..."""
    path, number, free = Path(name), 1, name
    while free in taken:
        number += 1
        free = f"{path.stem} ({number}){path.suffix}"
    return free


def user_source_names(result: UserReportsResult) -> set[str]:
    """Return the sources that the user's reports name."""
    pack = result.pack
    return {*pack.user_supplied_located["source_name"], *pack.user_supplied_set_aside["source_name"]}
