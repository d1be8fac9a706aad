"""What `theatre.toml` says: title, period, actors, other names of provinces, credits."""

import datetime as dt
import tomllib
from pathlib import Path

import pydantic

from control_map.errors import Fault, PackError, missing_file
from control_map.model import CONTESTED, INDEPENDENT, NO_REPORT, Actor, Credit
from control_map.rules import presets


class _Period(pydantic.BaseModel):
    start: dt.date
    end: dt.date
    opens_on: dt.date | None = None

    @pydantic.model_validator(mode="after")
    def _runs_forward(self) -> "_Period":
        if self.end <= self.start:
            message = "the period ends before it starts"
            raise ValueError(message)
        if self.opens_on and not self.start <= self.opens_on <= self.end:
            message = "the day on which the page opens is outside the period"
            raise ValueError(message)
        return self


class _Actor(pydantic.BaseModel):
    id: str = pydantic.Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: str = pydantic.Field(min_length=1)
    colour: str = pydantic.Field(pattern=r"^#[0-9a-f]{6}$")
    opponents: tuple[str, ...] = ()


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


class Description(pydantic.BaseModel):
    """What `theatre.toml` may say, checked."""

    model_config = pydantic.ConfigDict(extra="forbid")

    title: str = pydantic.Field(min_length=1)
    country: str = pydantic.Field(min_length=1)
    default_rule: str = "assessed"
    period: _Period
    actors: tuple[_Actor, ...] = pydantic.Field(min_length=1)
    provinces: dict[str, ProvinceNames] = {}
    credits: tuple[_Credit, ...] = ()

    @property
    def parties(self) -> tuple[Actor, ...]:
        """The actors, in the order of the file."""
        return tuple(Actor(a.id, a.label, a.colour, a.opponents) for a in self.actors)

    @property
    def credited(self) -> tuple[Credit, ...]:
        """Whose work the pack is."""
        return tuple(Credit(**credit.model_dump()) for credit in self.credits)

    @pydantic.model_validator(mode="after")
    def _opponents_exist(self) -> "Description":
        known = [actor.id for actor in self.actors]
        strange = [name for actor in self.actors for name in actor.opponents if name not in known]
        if strange or len(set(known)) < len(known):
            message = f"actor ids must be unique, and opponents must be actors; not one: {', '.join(strange) or known}"
            raise ValueError(message)
        if reserved := {INDEPENDENT, CONTESTED, NO_REPORT}.intersection(known):
            message = f"no actor can be called {', '.join(reserved)}: the word means something else"
            raise ValueError(message)
        return self

    @pydantic.model_validator(mode="after")
    def _rule_exists(self) -> "Description":
        known = presets(self.parties)
        if self.default_rule not in known:
            message = f"there is no rule '{self.default_rule}'; there is: {', '.join(known)}"
            raise ValueError(message)
        return self


def read_description(path: Path) -> Description:
    """Read and check the file.

    Raises
    ------
    PackError
        If it is missing, not TOML, or says something that it may not; all faults at once.
    """
    try:
        return Description.model_validate(tomllib.loads(path.read_text("utf-8")))
    except FileNotFoundError as error:
        raise PackError([missing_file(path)]) from error
    except UnicodeDecodeError as error:
        raise PackError([Fault(path.name, 0, "", "the text is not UTF-8", "Save the file as UTF-8")]) from error
    except tomllib.TOMLDecodeError as error:
        raise PackError(
            [Fault(path.name, 0, "", f"this is not TOML: {error}", "Mend the file at that place")]
        ) from error
    except pydantic.ValidationError as error:
        raise PackError(
            [
                Fault(
                    path.name,
                    0,
                    ".".join(map(str, fault["loc"])),
                    fault["msg"],
                    "Correct the entry; the pack's README lists them",
                )
                for fault in error.errors()
            ]
        ) from error
