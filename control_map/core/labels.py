"""What readers are shown for each kind, claim, status, change and doubt: one table, which the map reads as well."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from control_map.core.model import (
    CONTESTED,
    INDEPENDENT,
    KINDS_WITH_STATUS,
    NO_REPORT,
    UNKNOWN,
    UNKNOWN_SIDE,
    Change,
    Claim,
    PlaceKind,
    Role,
)


class KindLabel(NamedTuple):
    """What a kind of place is called: in full, in the plural, in short, and behind the name of a place in a list.

    Nothing follows the name of a district. Its capital often has the same name, and differs by what follows it.
    """

    singular: str
    plural: str
    short: str
    suffix: str


class ClaimLabel(NamedTuple):
    """What a claim is called, and how it reads on a card and inside a sentence.

    `{}` is the label of a party on a card, and what `name_in_text` returns in a sentence.
    """

    name: str
    card: str
    sentence: str


class DoubtLabel(NamedTuple):
    """What a doubt about a status is called beside a place and in the legend; `{}` is the party, or the silent days."""

    short: str
    legend: str


KIND_LABELS: Mapping[str, KindLabel] = {
    PlaceKind.DISTRICT: KindLabel("district", "districts", "district", ""),
    PlaceKind.CAPITAL: KindLabel("provincial capital", "provincial capitals", "capital", " (capital)"),
    PlaceKind.CROSSING: KindLabel("border crossing", "border crossings", "crossing", " (crossing)"),
}
KIND_SUFFIX: Mapping[str, str] = {kind: label.suffix for kind, label in KIND_LABELS.items()}
CLAIM_LABELS: Mapping[str, ClaimLabel] = {
    Claim.CAPTURED: ClaimLabel("captured", "captured by {}", "it was captured by {}"),
    Claim.RETAKEN: ClaimLabel("retaken", "retaken by {}", "it was retaken by {}"),
    Claim.HANDED_OVER: ClaimLabel("handed over", "handed over to {}", "it was handed over to {}"),
    Claim.HELD: ClaimLabel("held", "held by {}", "it was held by {}"),
    Claim.CONTESTED: ClaimLabel("contested", "contested, {} attacking", "it was contested, with {} attacking"),
    Claim.WITHDREW: ClaimLabel("withdrew", "{} withdrew", "{} withdrew"),
    Claim.FIGHTING: ClaimLabel("fighting", "fighting", "there was fighting, with {} attacking"),
}
SIDE_LABELS: Mapping[str, str] = {INDEPENDENT: "Independent", UNKNOWN_SIDE: "Not known"}
"""The sides of claimants that are no party; the others have the labels of the parties."""
ROLE_LABELS: Mapping[str, str] = {
    Role.SETS: "Decides",
    Role.CONTRADICTS: "Denies",
    Role.PENDING: "Claims",
    Role.CONFIRMS: "Agrees",
    Role.OUTWEIGHED: "Overruled",
    Role.CONTEXT: "Background",
}
"""What a report does for the status of a place, in the order of `Role`."""
STATUS_LABELS: Mapping[str, str] = {CONTESTED: "Contested", UNKNOWN: "Control unknown", NO_REPORT: "No report"}
"""The statuses that are no party; a party is called as the theatre's configuration says."""
CHANGE_LABELS: Mapping[str, str] = {
    Change.UNCHANGED: "unchanged",
    Change.GAINED: "gained",
    Change.TAKEN_BACK: "taken back",
    Change.CONTESTED: "newly contested",
    Change.LOST: "lost",
}
DOUBT_LABELS: Mapping[str, DoubtLabel] = {
    "light": DoubtLabel("older or area report", "older or area report"),
    "claimed": DoubtLabel("claimed by {}", "claimed, not verified"),
    "own_claim": DoubtLabel("on a claim that nobody contradicted", "on claims that nobody contradicted"),
    "disputed": DoubtLabel("disputed", "disputed"),
    "blind": DoubtLabel("silent for over {}", "silent for over {}"),
    "user_supplied": DoubtLabel("on an added report", "districts on added reports"),
}


def label_place(name: str, province: str, kind: str) -> str:
    """Name a place with its province, and with its kind unless it is a district: “Herat, Herat (capital)”."""
    return f"{name}, {province}{KIND_SUFFIX[kind]}"


def frontend_labels() -> dict[str, Any]:
    """Return the labels that the map's own code shows, for its geometry file: `kinds`, `changes`, `doubts`, by id."""
    return {
        "kinds": {kind: KIND_LABELS[kind]._asdict() for kind in KINDS_WITH_STATUS},
        "changes": dict(CHANGE_LABELS),
        "doubts": {doubt: label._asdict() for doubt, label in DOUBT_LABELS.items()},
    }
