"""Which column of a visitor's table is which of the codebook: what was found by itself, to be corrected."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from control_map.intake import MATCHED, REQUIRED, Matching, Raw
from control_map.model import INDEPENDENT, AreaScope, Claim, DatePrecision, PlaceKind
from control_map.theatre import Theatre
from control_map.ui import html

MEANS: Mapping[str, str] = {
    "report_id": "a name of the row",
    "event_date": "when it happened",
    "date_precision": "to a day, week, month",
    "reported_date": "when it was published",
    "place_text": "the place, as spelled",
    "province_text": "its province, as spelled",
    "place_kind": "district, capital, crossing, area",
    "area_scope": "of an area: how much",
    "claim": "captured, retaken, held ...",
    "actor": "who holds or attacks it",
    "claimant": "who says so",
    "claimant_side": "whose side that is",
    "origin": "where it first appeared",
    "source_name": "where it was read",
    "source_url": "its web address",
    "reliability": "of the source, A to F",
    "credibility": "of the content, 1 to 6",
    "summary": "in a sentence",
    "number": "how many, of an area",
    "place_id": "the id of the place, P-code",
    "lon": "longitude, in degrees",
    "lat": "latitude, in degrees",
}
"""What each column of the codebook is, in a few words."""
_WEIGHTY = ("claimant_side",)
"""What decides whether a report colours the map, so that it is asked for even where something can be supposed."""
_WEIGHS = (
    "What independent people say colours the map by itself; what a party says in its own favour is shown as claimed "
    "until others confirm it."
)
_ORDERS = {None: "as the other dates of the table show", True: "day first: 3 April", False: "month first: 4 March"}
_NONE = "no column"


def ask(raw: Raw, found: Matching, theatre: Theatre, token: str) -> Matching:
    """Ask which column is which: what needs attention first, all others folded away.

    `found` is what was matched by itself; `token` tells the inputs of one table from those of another.
    """
    urgent = [name for name in MATCHED if name in found.missing or (name in _WEIGHTY and name not in found.columns)]
    if found.missing:
        names = ", ".join(f"{name} ({MEANS[name]})" for name in found.missing)
        html.show("own_note.html", strong=f"Still to be said: {names}.", text="Choose a column, or one value for all.")
    if any(name in urgent for name in _WEIGHTY):
        html.show("own_note.html", strong="No column says whose side is speaking.", text=_WEIGHS)
    asked = _ask_each(raw, found, theatre, token, urgent)
    matched = sum(name in found.columns for name in MATCHED)
    with st.expander(f"All columns: {matched} of {len(MATCHED)} found in the table"):
        asked |= _ask_each(raw, found, theatre, token, [name for name in MATCHED if name not in urgent])
        day_first = _ask_order(found.day_first, token)
    return replace(
        found,
        columns={name: column for name, (column, _) in asked.items() if column},
        constants={name: constant for name, (_, constant) in asked.items() if constant},
        day_first=day_first,
    )


def _ask_each(
    raw: Raw, found: Matching, theatre: Theatre, token: str, names: Sequence[str]
) -> dict[str, tuple[str, str]]:
    """Ask for the column of each, and for what is taken where it has nothing."""
    asked = {}
    for name in names:
        told, column, constant = st.columns([1.15, 1.2, 1.2], vertical_alignment="center")
        with told:
            how = found.how[name].sentence if name in found.how else ""
            html.show("own_column.html", name=name, means=MEANS[name], required=name in REQUIRED, how=how)
        options = ["", *raw.frame.columns]
        there = found.columns.get(name, "")
        chosen = column.selectbox(
            f"Column for {name}",
            options,
            options.index(there),
            key=f"own {token} {name} column",
            format_func=lambda text: text or _NONE,
            label_visibility="collapsed",
        )
        with constant:
            asked[name] = (chosen or "", _ask_constant(name, found.constants.get(name, ""), theatre, token))
    return asked


def _ask_constant(name: str, supposed: str, theatre: Theatre, token: str) -> str:
    given: dict[str, Any] = {"key": f"own {token} {name} constant", "label_visibility": "collapsed"}
    label, words = f"{name} where the table says nothing", _words(theatre).get(name)
    if words is None:
        return str(st.text_input(label, supposed, placeholder="else: nothing", **given)).strip()
    options = {"": "else: nothing", **{word: f"else: {text}" for word, text in words.items()}}
    at = list(options).index(supposed) if supposed in options else 0
    chosen: str | None = st.selectbox(label, list(options), at, format_func=options.__getitem__, **given)
    return chosen or ""


def _ask_order(supposed: bool | None, token: str) -> bool | None:
    """Ask how dates such as 03/04/2021 are written."""
    told, choice = st.columns([1.15, 2.4], vertical_alignment="center")
    with told:
        html.show("own_note.html", strong="Dates such as 03/04/2021", text="")
    return choice.selectbox(
        "Dates such as 03/04/2021",
        list(_ORDERS),
        list(_ORDERS).index(supposed),
        format_func=_ORDERS.__getitem__,
        key=f"own {token} order",
        label_visibility="collapsed",
    )


def _words(theatre: Theatre) -> dict[str, dict[str, str]]:
    """Return the words that there are for the columns that have a vocabulary, and what each is called."""
    parties = {actor.id: actor.label for actor in theatre.actors}
    plain: dict[str, Sequence[str]] = {
        "date_precision": list(DatePrecision),
        "place_kind": list(PlaceKind),
        "area_scope": list(AreaScope),
        "claim": list(Claim),
        "reliability": list("ABCDEF"),
        "credibility": list("123456"),
    }
    told = {name: {str(word): str(word).replace("_", " ") for word in words} for name, words in plain.items()}
    return told | {"actor": parties, "claimant_side": {INDEPENDENT: "independent", **parties}}
