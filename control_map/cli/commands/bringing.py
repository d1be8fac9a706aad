"""A table that somebody brings on the command line becomes reports beside those of a pack."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from control_map.cli.output import show_progress
from control_map.core.errors import Fault, PackError, UnknownNameError
from control_map.geocoding.spelling import fold_name
from control_map.intake.importers.registry import recognise
from control_map.intake.matching.codebook import PlaceSpelling, convert_to_codebook
from control_map.intake.matching.columns import DEFAULT_VALUES, ColumnMatching, match_table
from control_map.intake.outcome import Outcome, count_outcome
from control_map.intake.tables.reader import read_file
from control_map.intake.tables.table_builder import RawTable
from control_map.pipeline.pack import Pack, add_reports
from control_map.theatre.reports import Reports

_MOST_NAMED = 12


@dataclass(frozen=True)
class TableOptions:
    """How a table is to be read, where it does not say so itself.

    `columns` names its column for one of the codebook, `supposed` what is taken where nothing stands, `meant` the
    `place_id` of a place by how the table spells it.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    supposed: Mapping[str, str] = field(default_factory=dict)
    meant: Mapping[str, str] = field(default_factory=dict)
    day_first: bool | None = None


class AddedTable(NamedTuple):
    """A pack with the reports of a table, what became of them, and what was read otherwise than it was written."""

    pack: Pack
    outcome: Outcome
    notices: list[str]


def add_table(pack: Pack, file: Path, manner: TableOptions) -> AddedTable:
    """Read a table, whatever its columns are called and if it is in a known format, and add its reports to a pack.

    Raises
    ------
    PackError
        If it cannot be read, or lacks what a report must say.
    UnknownNameError
        If the manner names a column or a place that does not exist.
    """
    raw = read_file(file)
    importer = recognise(raw)
    raw = importer.convert(raw, pack.theatre, day_first=manner.day_first) if importer else raw
    matching = match_table(raw).with_chosen(manner.columns, [str(column) for column in raw.frame.columns])
    matching = replace(matching, defaults={**DEFAULT_VALUES, **manner.supposed}, day_first=manner.day_first)
    _refuse_lacking(raw, matching)
    reports = convert_to_codebook(raw, matching, pack.theatre)
    if manner.meant:
        reports = convert_to_codebook(raw, matching, pack.theatre, _spelled(manner.meant, reports))
    added = add_reports(pack, reports, partial(show_progress, what="Placing names"))
    fresh = replace(added, user_supplied_ids=added.user_supplied_ids - pack.user_supplied_ids)
    told = [f"{raw.name} is a table of {importer.label}"] if importer else []
    told += [f"{name} is the column {matching.columns[name]}: {how.sentence}" for name, how in matching.methods.items()]
    return AddedTable(added, count_outcome(fresh), told + reports.notices)


def _refuse_lacking(raw: RawTable, matching: ColumnMatching) -> None:
    """Refuse a table that lacks what a report must say, with the option that tells where it stands."""
    free = [str(column) for column in raw.frame.columns if column not in matching.columns.values()]
    left = f"the columns that stand for nothing yet are: {', '.join(free) or 'none'}"
    faults = [
        Fault(raw.name, 0, "", f"no column is taken for {name}", f"Give add --column {name}=COLUMN; {left}")
        for name in matching.missing
    ]
    if faults:
        raise PackError(faults)


def _spelled(meant: Mapping[str, str], reports: Reports) -> dict[PlaceSpelling, str]:
    """Return the places that are meant by all that the table writes of them."""
    frames = [frame[list(PlaceSpelling._fields)] for frame in (reports.accepted, reports.set_aside) if len(frame)]
    spellings = [PlaceSpelling(*row) for row in pd.concat(frames).drop_duplicates().itertuples(index=False, name=None)]
    by_text: dict[str, list[PlaceSpelling]] = {}
    for spelling in spellings:
        by_text.setdefault(fold_name(spelling.place_text), []).append(spelling)
    for text in meant:
        if fold_name(text) not in by_text:
            raise UnknownNameError("place in the table", text, sorted(by_text)[:_MOST_NAMED])
    return {spelling: place_id for text, place_id in meant.items() for spelling in by_text[fold_name(text)]}
