"""The columns of a table are matched to those of the codebook: by name, by hashtag, by a fuzzy match, or by hand."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import NamedTuple

from control_map.core.errors import UnknownNameError
from control_map.intake.matching.column_names import column_key, match_exactly, match_similar
from control_map.intake.matching.header_words import HEADER_WORDS
from control_map.intake.matching.hxl import match_hashtags, read_hashtags
from control_map.intake.matching.solar_hijri import names_calendar, without_calendar
from control_map.intake.matching.voices import is_speaker
from control_map.intake.tables.table_builder import RawTable
from control_map.theatre.reports import CODEBOOK_COLUMNS, PART_OF_COLUMN

MATCHABLE_COLUMNS = (*CODEBOOK_COLUMNS, PART_OF_COLUMN, "place_id", "lon", "lat")
"""What a column can stand for: the codebook's, what the place is a part of, its id, and a point (EPSG:4326)."""


class ColumnMeaning(NamedTuple):
    """What a column of the codebook is: a label of few words, a sentence, and the kind of its values."""

    label: str
    meaning: str
    kind: str = "text"


COLUMN_MEANINGS: Mapping[str, ColumnMeaning] = {
    "report_id": ColumnMeaning(
        "report id", "A stable id, different in each row; a table that you add may leave it empty"
    ),
    "event_date": ColumnMeaning("event date", "When it happened, as 2021-07-09", "date"),
    "date_precision": ColumnMeaning(
        "date precision", "How exactly the date is known: on event_date, or up to 6 or 30 days before it"
    ),
    "reported_date": ColumnMeaning(
        "date of publication", "When it was published; a table that you add may leave it empty: the event date", "date"
    ),
    "place_text": ColumnMeaning("place", "The place as the source spells it"),
    "province_text": ColumnMeaning("province", "Its province as the source spells it; it distinguishes namesakes"),
    "place_kind": ColumnMeaning("kind of place", "What the name stands for"),
    "area_scope": ColumnMeaning("scope of an area", "How much of a province or country; empty: a part of it"),
    "except_for": ColumnMeaning(
        "all but these",
        "Of a whole province or country: the places or provinces left out, several with | between",
        "names, may be empty",
    ),
    "claim": ColumnMeaning("claim", "What the report states; handed_over is without a fight"),
    "actor": ColumnMeaning(
        "actor", "Who holds the place now; for contested and fighting who attacks, for withdrew who left"
    ),
    "claimant": ColumnMeaning(
        "claimant, who says so",
        'The person, office or outlet that makes the statement, as in a sentence: "the provincial governor"',
    ),
    "claimant_side": ColumnMeaning(
        "side of the claimant",
        "The side that the claimant is on. Empty: the party that the claimant's words name; independent for an outlet, "
        "or if nobody is named; else unknown. What is said from an unknown side waits until the side is given",
    ),
    "origin": ColumnMeaning("origin", "Where the statement first appeared; copies of one story share it"),
    "source_name": ColumnMeaning("source", "Where you read it"),
    "source_url": ColumnMeaning("web address", "The address of the source, with https://", "web address"),
    "reliability": ColumnMeaning("reliability (A to F)", "Admiralty grade of the source; F: cannot be judged"),
    "credibility": ColumnMeaning("credibility (1 to 6)", "Admiralty grade of the information; 6: cannot be judged"),
    "summary": ColumnMeaning("summary", "The report in your own words", "text, at most 200 characters"),
    "number": ColumnMeaning(
        "number", "How many districts the report counts; other numbers belong in the summary", "number, may be empty"
    ),
    "part_of": ColumnMeaning("part of", "The larger place that an airport, a quarter or a village is a part of"),
    "place_id": ColumnMeaning("place id (P-code)", "The id of the place"),
    "lon": ColumnMeaning("longitude", "The longitude of the place, in degrees", "number"),
    "lat": ColumnMeaning("latitude", "The latitude of the place, in degrees", "number"),
}
"""What each of `MATCHABLE_COLUMNS` means; `theatre.reports.allowed_values` has the values of some of them."""
REQUIRED_COLUMNS = ("event_date", "place_text", "claim", "actor")
"""What a table must state of each report; the other columns of the codebook have a default or may be empty."""
_MOST_LOOKED_AT = 10_000
"""Different values of a column that are looked at, to say what it is."""
_SHORTEST_SENTENCE = 3
"""Words of the shortest claim that can name its party, as in "fell to rebels"."""
NOT_STATED = "not stated"
"""The claimant of a row that names nobody."""
DEFAULT_VALUES: Mapping[str, str] = {
    "date_precision": "day",
    "place_kind": "district",
    "claimant": NOT_STATED,
    "reliability": "F",
    "credibility": "6",
}
"""The value of an empty cell, or of a column that a table does not have."""
_VOCABULARY = {
    name: tuple(map(column_key, (name, *(word for words in HEADER_WORDS[name] for word in words.split("|") if word))))
    for name in MATCHABLE_COLUMNS
}
_ENGLISH = {name: tuple(map(column_key, (name, *HEADER_WORDS[name][0].split("|")))) for name in MATCHABLE_COLUMNS}
"""Only these are looked for despite slips: of all languages together, many short words are a slip from each other."""


def label_column(notice: str) -> str:
    """Write the name of a column at the beginning of a notice, such as `date_precision:`, in words."""
    name, colon, rest = notice.partition(":")
    return f"{COLUMN_MEANINGS[name].label}:{rest}" if colon and name in COLUMN_MEANINGS else notice


class ColumnMatchMethod(StrEnum):
    """How a column was matched, in words."""

    NAME = "it has this name"
    SYNONYM = "its name means the same"
    FUZZY = "its name is similar (fuzzy match)"
    HXL = "its HXL hashtag says so"
    VALUES = "its values read like persons or offices"
    SENTENCES = "its values read like sentences, which name the party"
    CHOSEN = "it was chosen"


class Calendar(StrEnum):
    """The calendar of a table's dates."""

    GREGORIAN = "gregorian"
    SOLAR_HIJRI = "solar-hijri"


@dataclass(frozen=True)
class ColumnMatching:
    """Which column of a table stands for which of `MATCHABLE_COLUMNS`.

    `columns` has the table's column for a column of the codebook, and `methods` how it was found; `defaults` has the
    value for a column that the table does not have, and for empty cells. `day_first` says how dates such as 03/04/2021
    are written; None: as the other dates of the table show. `calendar` is that of all dates; None: as the names of
    their columns say, and Gregorian if they say nothing.
    """

    columns: Mapping[str, str]
    defaults: Mapping[str, str] = field(default_factory=lambda: dict(DEFAULT_VALUES))
    methods: Mapping[str, ColumnMatchMethod] = field(default_factory=dict)
    day_first: bool | None = None
    calendar: Calendar | None = None

    @property
    def solar_hijri(self) -> frozenset[str]:
        """The columns of the codebook whose dates are of the Solar Hijri calendar."""
        return frozenset(
            name
            for name in ("event_date", "reported_date")
            if self.calendar == Calendar.SOLAR_HIJRI
            or (self.calendar is None and names_calendar(self.columns.get(name, "")))
        )

    @property
    def missing(self) -> tuple[str, ...]:
        """The required columns that nothing is matched to; an id or a point stands for the name of a place."""
        has_place = "place_id" in self.columns or {"lon", "lat"} <= set(self.columns)
        return tuple(
            name
            for name in REQUIRED_COLUMNS
            if name not in self.columns and not self.defaults.get(name) and not (name == "place_text" and has_place)
        )

    def with_chosen(self, chosen: Mapping[str, str], available: Sequence[str]) -> "ColumnMatching":
        """Return the matching with some columns chosen by hand; a column that is chosen stands for nothing else.

        `chosen` has the table's column, one of `available`, for a column of the codebook; empty: none of them.

        Raises
        ------
        UnknownNameError
            If the table or the codebook has no such column.
        """
        for name, column in chosen.items():
            if name not in MATCHABLE_COLUMNS:
                raise UnknownNameError("column of the codebook", name, list(MATCHABLE_COLUMNS), complete=True)
            if column and column not in available:
                raise UnknownNameError("column of the table", column, list(available), complete=True)
        taken = chosen.values()
        kept = {name: col for name, col in self.columns.items() if name not in chosen and col not in taken}
        columns = kept | {name: column for name, column in chosen.items() if column}
        methods = dict.fromkeys(columns, ColumnMatchMethod.CHOSEN)
        return replace(self, columns=columns, methods=methods | {n: self.methods[n] for n in kept if n in self.methods})


def match_columns(columns: Sequence[str], tags: Sequence[str] = ()) -> ColumnMatching:
    """Match the columns of a table to those of the codebook by their names; no column is matched twice.

    Case, accents, and what stands between words do not matter. `tags` are the HXL hashtags of the columns, see
    `read_hashtags`, or none; a hashtag takes precedence over a name.
    """
    matched: dict[str, str] = {}
    methods: dict[str, ColumnMatchMethod] = {}

    def match(method: ColumnMatchMethod, found: Iterable[tuple[str, str]]) -> None:
        for name, column in found:
            if name not in matched and column not in matched.values():
                matched[name], methods[name] = column, method

    match(ColumnMatchMethod.HXL, match_hashtags(tags or columns, columns))
    # Of columns that are alike but for the calendar the first counts; one with a hashtag is found already.
    named = {without_calendar(column): column for column in reversed(columns) if column not in matched.values()}
    plain = list(reversed(named))
    for method, found in (
        (ColumnMatchMethod.NAME, match_exactly(_VOCABULARY, plain, slice(1))),
        (ColumnMatchMethod.SYNONYM, match_exactly(_VOCABULARY, plain, slice(1, None))),
        (ColumnMatchMethod.FUZZY, match_similar(_ENGLISH, plain)),
    ):
        match(method, ((name, named[written]) for name, written in found))
    return ColumnMatching({name: matched[name] for name in MATCHABLE_COLUMNS if name in matched}, methods=methods)


def match_table(raw: RawTable) -> ColumnMatching:
    """Match the columns of a table, also by its hashtags if its first row has them.

    A column of sources in which half or more of the values read like persons or offices is that of the claimants, if no
    other one is: "police chief" says so, and is not where it was read. A column of claims of which half or more are
    sentences, as "captured by rebels", is that of the parties too, if no other one is.
    """
    columns = [str(column) for column in raw.frame.columns]
    found = match_columns(columns, read_hashtags(raw.frame))
    claim, source = found.columns.get("claim"), found.columns.get("source_name")
    if claim is not None and "actor" not in found.columns and _most_are(raw, claim, _is_sentence):
        methods = {**found.methods, "actor": ColumnMatchMethod.SENTENCES}
        found = replace(found, columns=_in_order({**found.columns, "actor": claim}), methods=methods)
    if source is None or "claimant" in found.columns or found.methods["source_name"] == ColumnMatchMethod.HXL:
        return found
    if not _most_are(raw, source, is_speaker):
        return found
    named = {"claimant" if name == "source_name" else name: column for name, column in found.columns.items()}
    methods = {name: method for name, method in found.methods.items() if name != "source_name"}
    return replace(found, columns=_in_order(named), methods={**methods, "claimant": ColumnMatchMethod.VALUES})


def _in_order(columns: Mapping[str, str]) -> dict[str, str]:
    return {name: columns[name] for name in MATCHABLE_COLUMNS if name in columns}


def _most_are(raw: RawTable, column: str, kind: Callable[[str], bool]) -> bool:
    """Whether half or more of the different values of a column are of a kind."""
    values = [value for value in raw.frame[column].astype("str").unique()[:_MOST_LOOKED_AT].tolist() if value.strip()]
    return 2 * sum(map(kind, values)) >= max(len(values), 1)


def _is_sentence(text: str) -> bool:
    return len(text.split()) >= _SHORTEST_SENTENCE
