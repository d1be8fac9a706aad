"""The vocabulary: the kinds of places, the claims of reports, and the roles and reasons in the assessment.

Dates are whole days without a time zone; intervals are half-open, `[valid_from, valid_to)`.
Coordinates are EPSG:4326, longitude before latitude.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from control_map.core.wording import capitalize_first, with_article

CRS = "EPSG:4326"
INDEPENDENT = "independent"
"""The side of a claimant who belongs to no party of the conflict."""
UNKNOWN_SIDE = "unknown"
"""The side of a claimant of whom it is not known for whom they speak: what they say waits until another confirms it."""
NO_PARTY = frozenset({INDEPENDENT, UNKNOWN_SIDE})
"""The sides of claimants that are no party to the conflict."""
CONTESTED = "contested"
UNKNOWN = "unknown"
NO_REPORT = "no_report"
"""The three statuses that are not an actor: forces of several parties inside; a holder who left or has ended, and
nobody says who came after, or a place that is reported on without a holder; and silence, which is never control."""
NOBODY = (CONTESTED, UNKNOWN, NO_REPORT)
"""The statuses in which no party holds a place, in the order in which they are shown."""


class SentenceEnum(StrEnum):
    """Values that are each explained by a `sentence`, as the page shows it."""

    sentence: str

    def __new__(cls, value: str, sentence: str = "") -> "SentenceEnum":  # noqa: PYI034 - an enum's class is its own
        """Make a value from its text and its sentence."""
        member = str.__new__(cls, value)
        member._value_, member.sentence = value, sentence
        return member


class PlaceKind(StrEnum):
    """The kinds of places that a name can stand for. Only the first three can have a status."""

    DISTRICT = "district"
    CAPITAL = "provincial_capital"
    CROSSING = "crossing"
    PROVINCE = "province"
    COUNTRY = "country"


KINDS_WITH_STATUS = (PlaceKind.DISTRICT, PlaceKind.CAPITAL, PlaceKind.CROSSING)


class AreaScope(StrEnum):
    """How much of a province or country a report refers to."""

    WHOLE = "whole"
    WHOLE_BUT_CAPITAL = "whole_but_capital"
    ALL_CAPITALS = "all_capitals"
    ALL_CROSSINGS = "all_crossings"
    PART = "part"


class Claim(StrEnum):
    """What a report claims about a place."""

    CAPTURED = "captured"
    RETAKEN = "retaken"
    HANDED_OVER = "handed_over"
    HELD = "held"
    CONTESTED = "contested"
    WITHDREW = "withdrew"
    FIGHTING = "fighting"


class DatePrecision(StrEnum):
    """How exactly the day of the event is known."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    @property
    def window_days(self) -> int:
        """How many days before the stated one the event may have happened."""
        return {"day": 0, "week": 6, "month": 30}[self.value]


class LocationPrecision(StrEnum):
    """How precisely a name was located. A report on one place can set its status only with precision `place`."""

    PLACE = "place"
    INSIDE = "inside"
    PROVINCE = "province"
    COUNTRY = "country"


class MatchMethod(StrEnum):
    """How a report was located.

    By its name, from the surest match to the least sure; by its point; by the area that its table states; by a person.
    """

    EXACT = "exact"
    ALTERNATIVE = "alternative"
    NORMALISED = "normalised"
    FUZZY = "fuzzy"
    CONSONANTS = "consonants"
    POINT = "point"
    STATED = "stated"
    CHOSEN = "chosen"


APPROXIMATE_METHODS = (MatchMethod.FUZZY, MatchMethod.CONSONANTS)
"""Ways to match a name that no place has in any spelling: such a match is to be checked."""


class NameFeature(StrEnum):
    """What the generic word in a name says that the place is: the Koh of Koh-e Safi says that it is a mountain."""

    MOUNTAIN = "mountain"
    PASS = "pass"  # noqa: S105 - over a mountain
    VALLEY = "valley"
    RIVER = "river"
    LAKE = "lake"
    SPRING = "spring"
    DAM = "dam"
    PLAIN = "plain"
    ISLAND = "island"
    FORT = "fort"
    VILLAGE = "village"


class Via(StrEnum):
    """By what a report refers to a place: the place itself, its capital, the area around it, or a part of it."""

    OWN = "own"
    CAPITAL = "capital"
    AREA = "area"
    INSIDE = "inside"


class Interest(StrEnum):
    """Whether a statement serves the interest of the claimant's own side; unknown where that side is not known."""

    INDEPENDENT = "independent"
    AGAINST_INTEREST = "against_interest"
    SELF_SERVING = "self_serving"
    UNKNOWN = "unknown"


WAITING_INTERESTS = (Interest.SELF_SERVING, Interest.UNKNOWN)
"""The interests of statements that decide nothing by themselves, and support no other: they wait for support."""


class Role(SentenceEnum):
    """The role of a report for the status of a place, in the order in which a dossier lists them."""

    SETS = "sets", "gives the place its status"
    CONTRADICTS = "contradicts", "denies the status without undoing it: the status is disputed"
    PENDING = "pending", "claims something that nothing supports yet; shown as hatching, sets nothing"
    CONFIRMS = "confirms", "says the same"
    OUTWEIGHED = "outweighed", "says otherwise, and another report goes before it"
    CONTEXT = "context", "belongs to the place and says nothing on who holds it"


class Reason(SentenceEnum):
    """Why a report has its role."""

    INDEPENDENT = "independent", "from a source on no side"
    AGAINST_INTEREST = "against_interest", "admitted against the claimant's own side"
    CORROBORATED = "corroborated", "the winner's own claim, or one of unknown side, backed by another source"
    HARDENED = "hardened", "the winner's own claim, which nobody contradicted for days"
    ACCEPTED = "accepted", "counted at its word under this rule"
    AGREES = "agrees", "says the same, in its own side's interest or of unknown side"
    SAME_ORIGIN = "same_origin", "same story as another, not counted again"
    EQUAL_STRENGTH = "equal_strength", "published the same day as an equally strong report that says otherwise"
    OPPOSED_CLAIMS = "opposed_claims", "each side claims the place for itself and nothing stronger decides"
    DENIAL = "denial", "denial by the losing side"
    AWAITS_CORROBORATION = (
        "awaits_corroboration",
        "a party's own claim that no other source has backed yet",
    )
    AWAITS_SIDE = (
        "awaits_side",
        "from a speaker whose side is not known: it waits until the side is given or another source backs it",
    )
    AWAITS_ORIGINS = "awaits_origins", "not yet supported by enough different origins"
    AGAINST_VERIFIED = (
        "against_verified",
        "the winner's own claim, from one source only: too little against a verified status",
    )
    CONTRADICTED = "contradicted", "a party's own claim that others contradicted"
    LATER_PUBLICATION = "later_publication", "a later report of the same day says otherwise"
    OVERTAKEN = "overtaken", "says that the place was still held or fought for on the day on which it changed hands"
    FEWER_ORIGINS = "fewer_origins", "more independent origins say otherwise on the same day"
    LOWER_GRADE = "lower_grade", "a better graded report of the same day says otherwise"
    TOO_WEAK = "too_weak", "one report graded D or E: too weak against a status that two independent origins support"
    NEARER_REPORT = "nearer_report", "a report on the place itself of the same day goes before one on its surroundings"
    INSIDE_WINDOW = "inside_window", "dated only to a week or month in which a report dated to the day says otherwise"
    BELOW_GRADE = "below_grade", "graded below what the method accepts"
    OTHER_SIDE = "other_side", "not said by the side whose account this is"
    SWITCHED_OFF = "switched_off", "of a kind that the method leaves out"
    FIGHTING = "fighting", "reports fighting, not control"
    PART_OF_PLACE = "part_of_place", "speaks of a part of the place only"
    PARTY_ENDED = "party_ended", "says that a party holds the place which had ended by then"


class Change(SentenceEnum):
    """How the status of a place changed between two dates."""

    UNCHANGED = "unchanged", "none of these, though it may have been something else in between"
    GAINED = "gained", "a party holds the place, has held it only since after the earlier date, and never did before"
    TAKEN_BACK = "taken_back", "a party holds it only since after the earlier date, and had held and lost it before"
    CONTESTED = "contested", "contested on the later date, and not on the earlier"
    LOST = "lost", "held or contested on the earlier date, and no report says who holds it on the later"


class Basis(StrEnum):
    """What a status rests on: reports on the place, its area, from before the period, or claims nobody contradicted."""

    OWN = "own"
    AREA = "area"
    BASELINE = "baseline"
    CLAIM = "claim"


class Confidence(StrEnum):
    """How well a status is supported."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True)
class Actor:
    """A party to the conflict.

    `colour` is a CSS hex colour; `opponents` are the ids of the parties that it fights. `other_names` are further names
    in news for it, its forces and its speakers. From the day `until` on the party no longer exists and holds nothing.
    `in_text` is what a sentence calls it, as in "the Red Army"; `is_plural` says whether it "hold" or "holds" places.
    """

    id: str
    label: str
    colour: str
    opponents: tuple[str, ...]
    other_names: tuple[str, ...] = ()
    until: dt.date | None = None
    in_text: str = ""
    is_plural: bool = False

    @property
    def subject(self) -> str:
        """How a sentence on what it holds begins, as in "Red Army holds"."""
        return f"{capitalize_first(self.label)} {'hold' if self.is_plural else 'holds'}"


class PartyLabels(dict[str, str]):
    """The label of each party by its id; `in_text` has what sentences call those for which that is stated."""

    def __init__(self, actors: Iterable[Actor]) -> None:
        actors = tuple(actors)
        super().__init__({actor.id: actor.label for actor in actors})
        self.in_text = {actor.id: actor.in_text for actor in actors if actor.in_text}


def name_in_text(labels: Mapping[str, str], party_id: str) -> str:
    """Return what a sentence calls a party, as in "the Red Army"; `labels` are `PartyLabels`, or labels by ids."""
    stated = labels.in_text.get(party_id) if isinstance(labels, PartyLabels) else None
    return stated or with_article(labels[party_id])


def ends_of(actors: tuple[Actor, ...]) -> dict[str, dt.date]:
    """Return the day from which a party no longer exists, by its id, for the parties that end."""
    return {actor.id: actor.until for actor in actors if actor.until}


@dataclass(frozen=True)
class Credit:
    """Who made a part of the pack, and under which licence it may be used."""

    what: str
    who: str
    licence: str
    url: str
    note: str = ""
