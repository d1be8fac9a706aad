"""Which column of a table is which of the codebook: by name, by hashtag, by likeness, or as it is told."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from anyascii import anyascii
from rapidfuzz.distance import OSA

from control_map.core.errors import UnknownNameError
from control_map.geocoding.name_index import digits, max_edit_distance
from control_map.intake.matching.hxl import match_hashtags, read_hashtags
from control_map.intake.tables.read import RawTable
from control_map.theatre.reports import CODEBOOK_COLUMNS

MATCHABLE_COLUMNS = (*CODEBOOK_COLUMNS, "place_id", "lon", "lat")
"""What a column can stand for: the columns of the codebook, the id of the place, and a point in degrees."""
REQUIRED_COLUMNS = ("event_date", "place_text", "claim", "actor")
"""What a table must say of each report; for the rest of the codebook there is something to suppose."""
DEFAULT_VALUES: Mapping[str, str] = {
    "date_precision": "day",
    "place_kind": "district",
    "claimant": "not stated",
    "claimant_side": "independent",
    "reliability": "F",
    "credibility": "6",
}
"""What is taken for a column that a table has not, or a cell in which nothing stands."""
COLUMN_SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "report_id": ("id", "event id", "report", "report number", "reference", "ref"),
    "event_date": (
        *("date of event", "incident date", "date", "day", "when", "date start", "start date", "from", "as of"),
        *("valid from", "since", "fecha", "datum"),
    ),
    "date_precision": ("precision", "precision of date"),
    "reported_date": (
        *("date reported", "report date", "reporting date", "published", "publication date", "date published"),
        *("date of publication", "published on", "reported on", "reported"),
    ),
    "place_text": (
        *("place", "place name", "district", "district name", "adm2", "adm2 name", "adm2 en", "admin2", "admin2 name"),
        *("town", "city", "settlement", "location", "location name", "where", "name"),
        *("municipio", "distrito", "concelho", "commune", "comuna", "kecamatan"),
    ),
    "province_text": (
        *("province", "province name", "prov", "governorate", "adm1", "adm1 name", "adm1 en", "admin1", "admin1 name"),
        *("oblast", "state", "region", "provincia", "departamento", "departement", "wilaya", "kabupaten", "provinsi"),
    ),
    "place_kind": ("kind", "kind of place", "place type", "type of place", "location type"),
    "area_scope": ("scope", "extent"),
    "claim": ("status", "control", "change", "event type", "type of event", "event", "what happened", "what", "action"),
    "actor": (
        *("actor id", "actor name", "party", "armed group", "group", "controlled by", "in control"),
        *("control by", "held by", "controller", "faction", "who", "side"),
    ),
    "claimant": ("said by", "reported by", "source of claim", "claimed by", "according to", "attributed to"),
    "claimant_side": ("side of claimant", "claimant party", "affiliation", "source side", "side"),
    "origin": ("outlet", "agency", "wire", "original source", "media", "publisher"),
    "source_name": ("source", "source title", "sources", "read in", "newspaper"),
    "source_url": ("url", "link", "source link", "web address", "address", "href", "geolocation link"),
    "reliability": ("source reliability", "grade", "grading", "admiralty", "admiralty code", "rating"),
    "credibility": ("information credibility", "accuracy"),
    "summary": ("notes", "note", "description", "text", "details", "comment", "comments", "remarks", "headline"),
    "number": ("count", "how many", "total"),
    "place_id": ("p code", "pcode", "adm2 pcode", "adm2 code", "admin2 pcode", "admin2 code", "district code"),
    "lon": ("longitude", "long", "lng", "x", "point x"),
    "lat": ("latitude", "y", "point y"),
}
"""What else the columns of the codebook are often called, the surest first."""
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_BETWEEN = re.compile(r"[\W_]+")


class ColumnMatchMethod(StrEnum):
    """How a column was matched."""

    NAME = "name"
    SYNONYM = "synonym"
    LIKENESS = "likeness"
    HXL = "HXL"
    CHOSEN = "chosen"

    @property
    def sentence(self) -> str:
        """The way of matching in words."""
        return _SENTENCES[self]


_SENTENCES = {
    ColumnMatchMethod.NAME: "it has the name",
    ColumnMatchMethod.SYNONYM: "it is another name for it",
    ColumnMatchMethod.LIKENESS: "it is spelled much like a name for it",
    ColumnMatchMethod.HXL: "its hashtag says so",
    ColumnMatchMethod.CHOSEN: "it was chosen",
}


@dataclass(frozen=True)
class ColumnMatching:
    """Which column of a table stands for which of `MATCHED`.

    `columns` names the table's column for a column of the codebook, and `how` says how it was found; `constants` has
    what is taken where a table has no such column, or nothing in a cell of it. `day_first` says how dates such as
    03/04/2021 are written; None: as the other dates of the table show.
    """

    columns: Mapping[str, str]
    constants: Mapping[str, str] = field(default_factory=lambda: dict(DEFAULT_VALUES))
    how: Mapping[str, ColumnMatchMethod] = field(default_factory=dict)
    day_first: bool | None = None

    @property
    def missing(self) -> tuple[str, ...]:
        """What must be there and is matched by nothing; an id or a point stands for the name of a place."""
        placed = "place_id" in self.columns or {"lon", "lat"} <= set(self.columns)
        return tuple(
            name
            for name in REQUIRED_COLUMNS
            if name not in self.columns and not self.constants.get(name) and not (name == "place_text" and placed)
        )

    def corrected(self, chosen: Mapping[str, str], there: Sequence[str]) -> "ColumnMatching":
        """Return the matching with some columns chosen by hand; one that is chosen stands for nothing else.

        Parameters
        ----------
        chosen
            The table's column for a column of the codebook; nothing: none of them.
        there
            The columns of the table.

        Raises
        ------
        UnknownNameError
            If there is no such column, of the table or of the codebook.
        """
        for name, column in chosen.items():
            if name not in MATCHABLE_COLUMNS:
                raise UnknownNameError("column of the codebook", name, list(MATCHABLE_COLUMNS), complete=True)
            if column and column not in there:
                raise UnknownNameError("column of the table", column, list(there), complete=True)
        kept = {
            name: column
            for name, column in self.columns.items()
            if name not in chosen and column not in chosen.values()
        }
        columns = kept | {name: column for name, column in chosen.items() if column}
        how = {
            name: self.how.get(name, ColumnMatchMethod.CHOSEN) if name in kept else ColumnMatchMethod.CHOSEN
            for name in columns
        }
        return replace(self, columns=columns, how=how)


def match_columns(columns: Sequence[str], tags: Sequence[str] = ()) -> ColumnMatching:
    """Match the columns of a table to those of the codebook by what they are called; no column is matched twice.

    Parameters
    ----------
    columns
        What they are called, in their order. Case, accents, and what stands between the words do not matter.
    tags
        Their HXL hashtags, see `hashtags.tags_of`, or none. A hashtag goes before a name.
    """
    matched: dict[str, str] = {}
    how: dict[str, ColumnMatchMethod] = {}
    for way, found in (
        (ColumnMatchMethod.HXL, match_hashtags(tags or columns, columns)),
        (ColumnMatchMethod.NAME, _called(columns, slice(1))),
        (ColumnMatchMethod.SYNONYM, _called(columns, slice(1, None))),
        (ColumnMatchMethod.LIKENESS, _alike(columns)),
    ):
        for name, column in found:
            if name not in matched and column not in matched.values():
                matched[name], how[name] = column, way
    return ColumnMatching({name: matched[name] for name in MATCHABLE_COLUMNS if name in matched}, how=how)


def match_table(raw: RawTable) -> ColumnMatching:
    """Match the columns of a table as it was read, by its hashtags, too, if it has a row of them."""
    columns = [str(column) for column in raw.frame.columns]
    return match_columns(columns, read_hashtags(raw.frame))


def _called(columns: Sequence[str], those: slice) -> Iterator[tuple[str, str]]:
    """Yield which column stands for which of the codebook, as one of those names of it is exactly the column's."""
    there = {_key(column): column for column in reversed(columns)}
    yield from ((name, there[key]) for name, keys in _KEYS.items() for key in keys[those] if key in there)


def _alike(columns: Sequence[str]) -> list[tuple[str, str]]:
    """Return which column stands for which of the codebook, as a few slips lead to one of its names, the fewest first.

    A column that is equally like the names of two stands for neither.
    """
    found: list[tuple[int, str, str]] = []
    for column in columns:
        key = _key(column)
        slips = {name: min(_slips(key, other) for other in keys) for name, keys in _KEYS.items()}
        fewest = min(slips.values())
        those = [name for name, count in slips.items() if count == fewest]
        if fewest <= max_edit_distance(key) and len(those) == 1:
            found.append((fewest, those[0], column))
    return [(name, column) for _, name, column in sorted(found, key=lambda each: each[0])]


def _slips(key: str, other: str) -> int:
    """Return how many slips lead from one name to another; none lead to another number, as from actor 2 to actor."""
    return OSA.distance(key, other) if digits(key) == digits(other) else len(key)


def _key(column: str) -> str:
    return _BETWEEN.sub("", anyascii(_HUMP.sub(" ", column))).lower()


_KEYS = {name: tuple(map(_key, (name, *COLUMN_SYNONYMS.get(name, ())))) for name in MATCHABLE_COLUMNS}
"""All that each column of the codebook is called, its own name first, as keys."""
