"""The configuration of a theatre, `theatre.toml`: title, period, parties, names of provinces, scales and credits."""

import datetime as dt
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

import pydantic

from control_map.core.characters import clean_text
from control_map.core.errors import Fault, PackError, missing_file_fault
from control_map.core.model import INDEPENDENT, KINDS_WITH_STATUS, NOBODY, Actor, Credit, NameFeature, PlaceKind
from control_map.core.rules import presets
from control_map.core.wording import looks_plural
from control_map.theatre import csv_reader

OWN_SCALE = "all"
"""The id of the scale that every theatre has: its own statuses, over all its districts."""
RESERVED_COLUMNS = frozenset(
    {"date", "rule", "place_id", "kind", "name", "province_id", "province", "districts", "crossings", "last_reported"}
    | {"days_since_report", "stale", "on_claims", "blind_spots", "part_reports", "part_reported", "part_told"}
    | {"theatre", "compared_with", "reports_published_by", "content_hash", "credits", "software"}
)
"""Columns of tables that also have a column for each status: no actor can have such an id."""
LONGEST_TITLE = 80
"""Characters of a title that fit into the page's list of theatres."""
COUNT_SUFFIXES = (
    *("_change", "_crossings", "_area_share", "_population_share", "_area_km2", "_population"),
    *("_area_share_change", "_population_share_change"),
)
"""Endings that are added to a status in the names of further columns."""


class _Period(pydantic.BaseModel):
    start: dt.date
    end: dt.date
    opens_on: dt.date | None = None
    follows_reports: bool = False

    @pydantic.model_validator(mode="after")
    def _runs_forward(self) -> "_Period":
        if self.end <= self.start:
            raise ValueError("the period ends before it starts")
        if self.opens_on and not self.start <= self.opens_on <= self.end:
            raise ValueError("the day on which the page opens is outside the period")
        return self


def _colour(text: str) -> str:
    if not re.fullmatch("#[0-9a-f]{6}", text.lower()):
        raise ValueError("this is not a valid colour; write it as #d1603d")
    return text.lower()


class _Actor(pydantic.BaseModel):
    id: str = pydantic.Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: str = pydantic.Field(min_length=1)
    colour: Annotated[str, pydantic.AfterValidator(_colour)]
    opponents: tuple[str, ...] = ()
    also: tuple[Annotated[str, pydantic.Field(min_length=1)], ...] = ()
    until: dt.date | None = None
    in_text: str = ""
    plural: bool | None = None


class ProvinceNames(pydantic.BaseModel):
    """The names of a province beside the one in the gazetteer."""

    name_local: str = ""
    alt_names: tuple[str, ...] = ()


class _Credit(pydantic.BaseModel):
    what: str
    who: str
    licence: str
    url: str = pydantic.Field(pattern=r"^https?://")
    note: str = ""


class _Fact(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)


class Term(_Fact):
    """A term of a scale, and which places it fits: those with one of these statuses, claimed by this actor, or both."""

    label: str = pydantic.Field(min_length=1)
    statuses: tuple[str, ...] = ()
    claimed_by: str = ""

    @pydantic.model_validator(mode="after")
    def _means_something(self) -> "Term":
        if not self.statuses and not self.claimed_by:
            raise ValueError(f"the term '{self.label}' fits no place; give it statuses, or claimed_by")
        return self


class Scale(_Fact):
    """The terms in which others publish counts of districts.

    `districts` is the number of districts that they count, if they state it. `ours` says which districts of this
    theatre are compared with them: all, or those drawn with a polygon of their own. A place has the first of the
    `terms` that fits; without terms, the scale has the theatre's own statuses.
    """

    id: str = pydantic.Field(pattern=r"^[a-z][a-z0-9-]*$")
    label: str = pydantic.Field(min_length=1)
    url: str = pydantic.Field(default="", pattern=r"^(https?://.*)?$")
    districts: int | None = pydantic.Field(default=None, gt=0)
    ours: Literal["all", "drawn"] = "all"
    note: str = ""
    terms: tuple[Term, ...] = ()

    @pydantic.model_validator(mode="after")
    def _terms_differ(self) -> "Scale":
        labels = [term.label for term in self.terms]
        if len(set(labels)) < len(labels):
            raise ValueError(f"two terms of the scale '{self.id}' have the same label")
        return self


class Measure(_Fact):
    """What a published total counts, in the words of this theatre.

    Places of a `kind` that have one of the `statuses`, or that an actor claims. `change` says when: `held` on the
    day, `gained` (on the day and not on the day `since`), `lost` (on the day `since` and not on the day), or
    `retaken` (had at some time after one of `taken_from`, all since that day). `nearest` says how the map's count
    differs in meaning; `incomparable` why there is none.
    """

    label: str = pydantic.Field(min_length=1)
    kind: PlaceKind = PlaceKind.DISTRICT
    statuses: tuple[str, ...] = ()
    claimed_by: str = ""
    change: Literal["held", "gained", "lost", "retaken"] = "held"
    since: dt.date | None = None
    taken_from: tuple[str, ...] = ()
    unit: Literal["count", "percent"] = "count"
    nearest: str = ""
    incomparable: str = ""

    @pydantic.model_validator(mode="after")
    def _is_consistent(self) -> "Measure":
        problem = ""
        if [bool(self.statuses), bool(self.claimed_by), bool(self.incomparable)].count(True) != 1:
            problem = "give the measure statuses, or claimed_by, or the reason why it is incomparable"
        elif self.kind not in KINDS_WITH_STATUS:
            problem = f"the map counts none of this kind; use one of: {', '.join(KINDS_WITH_STATUS)}"
        elif (self.change != "held") != (self.since is not None):
            problem = "a measure of what was gained, lost or retaken needs since, and one of what is held has none"
        elif (self.change == "retaken") != bool(self.taken_from):
            problem = "a measure of what was retaken needs taken_from, the statuses before, and no other has it"
        if problem:
            raise ValueError(problem)
        return self


class FrontierStart(_Fact):
    """Where a stretch of the outer border begins that runs, clockwise on a map, along a neighbour; a coast has none.

    `begins` is longitude and latitude (EPSG:4326).
    """

    neighbour: str
    begins: tuple[
        Annotated[float, pydantic.Field(ge=-180, le=180)],
        Annotated[float, pydantic.Field(ge=-90, le=90)],
    ]


class TheatreConfig(pydantic.BaseModel):
    """The checked contents of `theatre.toml`."""

    model_config = pydantic.ConfigDict(extra="forbid")

    title: str = pydantic.Field(min_length=1)
    country: str = pydantic.Field(min_length=1)
    default_rule: str = "assessed"
    period: _Period
    actors: tuple[_Actor, ...] = pydantic.Field(min_length=1)
    provinces: dict[str, ProvinceNames] = {}
    place_words: dict[
        Literal["province", "district", "provincial_capital", "crossing"] | NameFeature,
        tuple[Annotated[str, pydantic.Field(min_length=1, pattern=r"^\S+$")], ...],
    ] = {}
    frontier: tuple[FrontierStart, ...] = ()
    scales: tuple[Scale, ...] = ()
    measures: dict[str, Measure] = {}
    credits: tuple[_Credit, ...] = ()

    @property
    def parties(self) -> tuple[Actor, ...]:
        """The actors, in the order of the file."""
        return tuple(
            Actor(
                *(a.id, a.label, a.colour, a.opponents, a.also, a.until, a.in_text),
                is_plural=looks_plural(a.label) if a.plural is None else a.plural,
            )
            for a in self.actors
        )

    @property
    def credit_list(self) -> tuple[Credit, ...]:
        """Who made the parts of the pack, for the credits."""
        return tuple(Credit(**credit.model_dump()) for credit in self.credits)

    @pydantic.model_validator(mode="after")
    def _opponents_exist(self) -> "TheatreConfig":
        known = [actor.id for actor in self.actors]
        strange = [name for actor in self.actors for name in actor.opponents if name not in known]
        if strange or len(set(known)) < len(known):
            raise ValueError(
                f"actor ids must be unique, and opponents must be actors; not so: {', '.join(strange) or known}"
            )
        pairs = {(actor.id, name) for actor in self.actors for name in actor.opponents}
        if one_sided := sorted((one, other) for one, other in pairs if (other, one) not in pairs or one == other):
            one, other = one_sided[0]
            raise ValueError(f"opponents must oppose each other, and no actor itself; not so: {one} and {other}")
        if reserved := {INDEPENDENT, *NOBODY}.intersection(known):
            raise ValueError(f"no actor can be called {', '.join(reserved)}: the word means something else")
        further = {f"{status}{end}" for status in (*known, *NOBODY) for end in COUNT_SUFFIXES}
        if taken := sorted((RESERVED_COLUMNS | further).intersection(known)):
            message = f"no actor can be called {', '.join(taken)}: tables have a column of that name; "
            message += f"use another id, such as {taken[0]}_forces"
            raise ValueError(message)
        return self

    @pydantic.model_validator(mode="after")
    def _scales_are_of_this_theatre(self) -> "TheatreConfig":
        ids = [OWN_SCALE, *(scale.id for scale in self.scales)]
        if twice := sorted({name for name in ids if ids.count(name) > 1}):
            raise ValueError(f"scale ids must be unique, and '{OWN_SCALE}' is the map's own; twice: {', '.join(twice)}")
        actors = {actor.id for actor in self.actors}
        meanings: list[Term | Measure] = [term for scale in self.scales for term in scale.terms]
        meanings += self.measures.values()
        named = {status for meaning in meanings for status in meaning.statuses}
        named |= {status for measure in self.measures.values() for status in measure.taken_from}
        strange = sorted(named - actors - set(NOBODY))
        strange += sorted({meaning.claimed_by for meaning in meanings} - actors - {""})
        if strange:
            known = ", ".join([*(actor.id for actor in self.actors), *NOBODY])
            raise ValueError(
                f"scales and measures name what this theatre does not have: {', '.join(strange)}; it has: {known}"
            )
        return self

    @pydantic.model_validator(mode="after")
    def _rule_exists(self) -> "TheatreConfig":
        known = presets(self.parties)
        if self.default_rule not in known:
            raise ValueError(f"there is no rule '{self.default_rule}'; there is: {', '.join(known)}")
        return self


def read_title(path: Path) -> str:
    """Return the title in the file, or an empty text if it has none or cannot be read."""
    try:
        title = tomllib.loads(path.read_text("utf-8")).get("title")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return ""
    return " ".join(clean_text(title).split())[:LONGEST_TITLE] if isinstance(title, str) else ""


def read_config(path: Path) -> tuple[TheatreConfig, list[Fault]]:
    """Read and check a `theatre.toml`.

    Returns
    -------
    tuple
        Its contents, clean of invisible and look-alike characters, and a fault for each entry that was cleaned.

    Raises
    ------
    PackError
        If it is missing, not TOML, or has entries that are not allowed; the error has all faults at once.
    """
    faults: list[Fault] = []
    try:
        entries = _clean_entries(tomllib.loads(path.read_text("utf-8")), path.name, "", faults)
        return TheatreConfig.model_validate(entries), faults
    except FileNotFoundError as error:
        raise PackError([missing_file_fault(path)]) from error
    except UnicodeDecodeError as error:
        raise PackError([Fault(path.name, 0, "", "the text is not UTF-8", "Save the file as UTF-8")]) from error
    except pydantic.ValidationError as error:
        fix = "Correct the entry; the pack's README lists them"
        wrong = [
            (".".join(map(str, each["loc"])), each["msg"].removeprefix("Value error, ")) for each in error.errors()
        ]
        raise PackError([Fault(path.name, 0, entry, problem, fix) for entry, problem in wrong]) from error
    except (ValueError, RecursionError) as error:
        problem = f"this is not TOML: {error}"
        raise PackError([Fault(path.name, 0, "", problem, "Fix the file at that place")]) from error


def _clean_entries(value: Any, file: str, entry: str, faults: list[Fault]) -> Any:
    """Return an entry of a file with all its texts and names cleaned, and add a fault for each change."""
    if isinstance(value, dict):
        names, changed = csv_reader.clean_column(file, entry, [0] * len(value), list(value))
        if twice := sorted(name for name in set(names) if names.count(name) > 1):
            problem, fix = "two entries look the same", "Give each a name of its own"
            raise PackError([Fault(file, 0, f"{entry}.{name}".strip("."), problem, fix, name) for name in twice])
        faults += changed
        inner = zip(names, value.values(), strict=True)
        return {name: _clean_entries(each, file, f"{entry}.{name}".strip("."), faults) for name, each in inner}
    if isinstance(value, list):
        return [_clean_entries(each, file, f"{entry}.{number}", faults) for number, each in enumerate(value)]
    if not isinstance(value, str):
        return value
    (text,), changed = csv_reader.clean_column(file, entry, [0], [value])
    faults += changed
    return text
