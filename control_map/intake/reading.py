"""A table of reports as a user brings it: what the user says of it, its format, and why it cannot be used."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from control_map.core.errors import Fault, PackError, UnknownNameError
from control_map.core.wording import list_some
from control_map.geocoding.spelling import fold_name
from control_map.intake.importers import acled, ucdp, viina
from control_map.intake.importers.base import Importer
from control_map.intake.importers.registry import IMPORTERS, recognise
from control_map.intake.matching.codebook import PlaceSpelling, convert_to_codebook, missing_column_faults
from control_map.intake.matching.column_names import column_key
from control_map.intake.matching.columns import (
    DEFAULT_VALUES,
    MATCHABLE_COLUMNS,
    REQUIRED_COLUMNS,
    Calendar,
    ColumnMatching,
    match_columns,
    match_table,
)
from control_map.intake.matching.dates import DateStyle
from control_map.intake.tables.table_builder import BEST_FIT, RawTable, ReadingChoice, file_error
from control_map.theatre.reports import Reports, allowed_values
from control_map.theatre.theatre import Theatre

_COUNTS = re.compile(
    r"(total|sum|count|number|num|no|nr|n)?(of)?(all|conflict|battle|political|violent|violence|politicalviolence)*"
    r"(events|incidents|eventcount|incidentcount|eventscount|incidentscount)"
)
_DEATHS = re.compile(r"(total|sum|number|no)?(of)?(fatalities|deaths|killed)(total|best)?")
_SPANS = frozenset(("month", "year", "week", "quarter", "monthyear", "yearmonth"))
_FORMAT_COLUMNS = {*acled.COLUMNS_READ, *ucdp.COLUMNS_READ, *viina.COLUMNS_READ} - set(MATCHABLE_COLUMNS)
"""Columns of the known formats that the codebook does not have."""
_MOST_NAMED = 12
_FEW_MISSING = 2
"""Columns that a table may lack of a known format to be called much like it."""
COUNTS_FIX = "Bring the list of the events themselves, one in each row, with the parties"
"""What to do about a table of counts."""


@dataclass(frozen=True, kw_only=True)
class TableChoices:
    """What the user says of a table whose columns or values leave something open.

    `file` says what of the file is read, `columns` has the table's column for columns of the codebook or of a known
    format, `defaults` the values for empty cells, `places_by_text` the `place_id` that a spelling of the table stands
    for, `sides` the side of each speaker, `actors` the id of the party for names of parties, see `ActorNames`;
    `day_first` and `calendar` say how its dates are written.
    """

    file: ReadingChoice = BEST_FIT
    columns: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    places_by_text: Mapping[str, str] = field(default_factory=dict)
    sides: Mapping[str, str] = field(default_factory=dict)
    actors: Mapping[str, str] = field(default_factory=dict)
    day_first: bool | None = None
    calendar: Calendar | None = None

    @property
    def dates(self) -> DateStyle:
        """How the dates of a table in a known format are written."""
        return DateStyle(self.day_first, self.calendar == Calendar.SOLAR_HIJRI)

    def convert(self, raw: RawTable, theatre: Theatre) -> tuple[Reports, ColumnMatching]:
        """Match the columns of a table, and convert it to the codebook.

        Raises
        ------
        UnknownNameError
            If a chosen column, place, side or speaker does not exist.
        PackError
            If nothing is matched to a required column.
        """
        known_sides = allowed_values(theatre.actors)["claimant_side"]
        for side in self.sides.values():
            if side not in known_sides:
                raise UnknownNameError("side", side, list(known_sides), complete=True)
        matching = match_table(raw).with_chosen(self.columns, [str(column) for column in raw.frame.columns])
        defaults = {**DEFAULT_VALUES, **self.defaults}
        matching = replace(matching, defaults=defaults, day_first=self.day_first, calendar=self.calendar)
        _require_columns(raw, matching)
        reports = convert_to_codebook(raw, matching, theatre, sides=self.sides, actors=self.actors)
        _require_speakers(self.sides, reports)
        if self.places_by_text:
            chosen = _match_spellings(self.places_by_text, reports)
            reports = convert_to_codebook(raw, matching, theatre, chosen, self.sides, self.actors)
        return reports, matching

    def name_columns(self, raw: RawTable) -> tuple[RawTable, "TableChoices"]:
        """Give columns the names of a known format, as they were chosen; return the table and the other choices.

        A choice is of a known format if the codebook has no such column, or if the table is in that format only with
        all of them.
        """
        named = {name: column for name, column in self.columns.items() if column in raw.frame}
        if recognise(raw) is not None or recognise(_rename(raw, named)) is None:
            named = {name: column for name, column in named.items() if name in _FORMAT_COLUMNS}
        others = {name: column for name, column in self.columns.items() if name not in named}
        return _rename(raw, named), replace(self, columns=others)


def rate_columns(columns: Sequence[str]) -> int:
    """Return how many of the required columns a table has; a table in a known format has all of them, and more."""
    if any(importer.recognises(columns) for importer in IMPORTERS.values()):
        return len(REQUIRED_COLUMNS) + 1
    return len(REQUIRED_COLUMNS) - len(match_columns(columns).missing)


def describe_counts(raw: RawTable, matching: ColumnMatching) -> str:
    """Say that a table has counts of events and not reports, if it seems so; else return an empty text."""
    if not {"actor", "claim"} & set(matching.missing):
        return ""
    keys = {column_key(column): column for column in map(str, raw.frame.columns)}
    counts = [column for key, column in keys.items() if _COUNTS.fullmatch(key) and _has_numbers(raw, column)]
    if not counts and _SPANS & keys.keys():
        counts = [column for key, column in keys.items() if _DEATHS.fullmatch(key) and _has_numbers(raw, column)]
    if not counts:
        return ""
    return f"these are counts, not reports: the column {counts[0]} says how many, and no column says who"


def _require_columns(raw: RawTable, matching: ColumnMatching) -> None:
    """Refuse a table that lacks required columns; the message states the option that names one."""
    if not matching.missing:
        return
    if problem := describe_counts(raw, matching):
        raise file_error(raw.name, problem, COUNTS_FIX)
    faults = missing_column_faults(raw, matching)
    columns = {column.lower() for column in map(str, raw.frame.columns)}
    for importer in IMPORTERS.values():
        for required in importer.required_columns:
            lacking = sorted(required - columns)
            if 0 < len(lacking) <= _FEW_MISSING < len(required) - len(lacking):
                problem = f"it is much like a table of {importer.label}, but has no column {' and '.join(lacking)}"
                fix = f"If it is one, give {' '.join(f'--column {name}=COLUMN' for name in lacking)}"
                faults.append(Fault(raw.name, 0, "", problem, fix))
    raise PackError(faults)


def describe_lacking(importer: Importer, columns: Sequence[str]) -> str:
    """Say which columns of a known format a table lacks, and the option that names them."""
    known = {column.lower() for column in columns}
    lacking = min((sorted(required - known) for required in importer.required_columns), key=len)
    return (
        f"It has no column {list_some(lacking, len(lacking))}; if it has another name, give "
        f"--column {lacking[0]}=COLUMN."
    )


def _has_numbers(raw: RawTable, column: str) -> bool:
    cells = raw.frame[column]
    filled = cells[(cells != "") & ~cells.str.startswith("#")]
    return len(filled) > 0 and bool(filled.str.fullmatch(r"[0-9,.]+").all())


def _rename(raw: RawTable, named: Mapping[str, str]) -> RawTable:
    """Give columns other names; a column that has such a name already gives way."""
    if not named:
        return raw
    replaced = [
        other for other in map(str, raw.frame.columns) if other.lower() in named and other not in named.values()
    ]
    names = {column: name for name, column in named.items()}
    return replace(raw, frame=raw.frame.drop(columns=replaced).rename(columns=names), as_given=raw.as_given or raw)


def _require_speakers(sides: Mapping[str, str], reports: Reports) -> None:
    """Refuse a side that is given for a speaker whom the table does not have."""
    frames = (reports.accepted, reports.set_aside)
    speakers = {speaker for frame in frames if "claimant" in frame for speaker in frame["claimant"]}
    for speaker in sides:
        if speaker not in speakers:
            raise UnknownNameError("speaker in the table", speaker, sorted(speakers)[:_MOST_NAMED])


def _match_spellings(places_by_text: Mapping[str, str], reports: Reports) -> dict[PlaceSpelling, str]:
    """Return the chosen place for each spelling in the table, with all provinces and kinds that it states."""
    frames = [frame[list(PlaceSpelling._fields)] for frame in (reports.accepted, reports.set_aside) if len(frame)]
    rows = (row for frame in frames for row in frame.drop_duplicates().itertuples(index=False, name=None))
    spellings = [PlaceSpelling(*row) for row in dict.fromkeys(rows)]
    by_text: dict[str, list[PlaceSpelling]] = {}
    for spelling in spellings:
        by_text.setdefault(fold_name(spelling.place_text), []).append(spelling)
    for text in places_by_text:
        if fold_name(text) not in by_text:
            raise UnknownNameError("place in the table", text, sorted(by_text)[:_MOST_NAMED])
    return {spelling: place_id for text, place_id in places_by_text.items() for spelling in by_text[fold_name(text)]}
