"""The parties of a new theatre are read from the options of the command line."""

import re
from collections.abc import Container, Sequence

from anyascii import anyascii

from control_map.core.characters import clean_text
from control_map.core.errors import SettingError
from control_map.core.model import INDEPENDENT, NOBODY, Actor
from control_map.core.palette import PALETTE, pick_unused_colour
from control_map.core.wording import looks_plural, with_article
from control_map.intake.matching.columns import match_table
from control_map.intake.tables.table_builder import RawTable
from control_map.theatre.config import COUNT_SUFFIXES, RESERVED_COLUMNS

DEFAULT_PARTIES = ("Party A", "Party B")
"""The names of the parties until the user gives others."""
_OPTION = "--actor"
_ID = re.compile(r"[a-z][a-z0-9_]*")
_COLOUR = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})")
_WITH_ARTICLE = (
    "alliance army authorities battalion bloc brigade coalition command committee corps council division"
    " emirate faction federation fleet force front garrison government group guard insurgency junta league"
    " legion military militia ministry movement navy opposition police rebellion regime regiment republic"
    " resistance state troops union uprising"
).split()
"""Words in the names of parties that a sentence gives an article."""
_RESERVED = RESERVED_COLUMNS | {INDEPENDENT, *NOBODY}


def parse_parties(texts: Sequence[str]) -> tuple[Actor, ...]:
    """Read the parties of a theatre, all opponents of each other.

    Parameters
    ----------
    texts
        Each `Label`, or `id:Label`, or `id:Label:#rrggbb`, also `#rgb`. A missing id is made from the label, and a
        missing colour is the next of the palette that no party was given.

    Raises
    ------
    SettingError
        If a party has no label or an invalid id or colour, two share an id or a label, or more parties have no colour
        than the palette has colours.
    """
    parsed = [_parse_party(text) for text in texts]
    given = [colour for _, _, colour in parsed if colour]
    if len(parsed) - len(given) > len(PALETTE):
        message = f"at most {len(PALETTE)}, or give each its colour as id:Label:#rrggbb"
        raise SettingError(_OPTION, f"{len(parsed)} parties", message)
    labels = [label.casefold() for _, label, _ in parsed]
    for number, text in enumerate(texts):
        if labels.index(labels[number]) < number:
            raise SettingError(_OPTION, text, "a label of its own: another party has the same")
    ids: list[str] = []
    colours: list[str] = []
    for text, (party_id, label, colour) in zip(texts, parsed, strict=True):
        if party_id and party_id in ids:
            raise SettingError(_OPTION, text, f"an id of its own: another party has the id '{party_id}'")
        ids.append(party_id or make_id(_make_party_id(label), "_", {*ids, *(given_id for given_id, _, _ in parsed)}))
        colours.append(colour or pick_unused_colour([*given, *colours]))
    return tuple(
        Actor(
            *(party_id, label, colour, tuple(other for other in ids if other != party_id)),
            in_text=_guess_name_in_text(label),
            is_plural=looks_plural(label),
        )
        for party_id, (_, label, _), colour in zip(ids, parsed, colours, strict=True)
    )


def name_parties(reports: RawTable, column: str = "") -> list[str]:
    """Return the parties that a table of reports names as holders, most often named first, if it names a few.

    `column` is the one that names them, if the user has said so.
    A table with none, or with more than the palette has colours, says nothing of who the parties are.
    """
    column = column or match_table(reports).columns.get("actor", "")
    if column not in reports.frame:
        return []
    words = reports.frame[column].str.split().str.join(" ")
    named = [word for word in words.value_counts().index if word]
    return named if 1 < len(named) <= len(PALETTE) else []


def make_id(name: str, separator: str, taken: Container[str] = (), *, fallback: str = "") -> str:
    """Make an id of a name: words of Latin letters and digits, and a number if the id is taken already."""
    slug = re.sub(r"[^a-z0-9]+", separator, anyascii(name).lower()).strip(separator) or fallback
    number, unused = 1, slug
    while unused in taken:
        number += 1
        unused = f"{slug}{separator}{number}"
    return unused


def _parse_party(text: str) -> tuple[str, str, str]:
    """Return the id, the label and the colour of a party; what was left out is empty."""
    parts = [part.strip() for part in " ".join(clean_text(text).split()).split(":")]
    colour = parts.pop().lower() if len(parts) == 3 or (len(parts) == 2 and parts[1].startswith("#")) else None
    label = parts.pop()
    party_id = parts.pop() if parts else None
    if parts or not label:
        raise SettingError(_OPTION, text, 'a label without colons, as in "Government", or id:Label:#rrggbb')
    if party_id is not None and not _ID.fullmatch(party_id):
        raise SettingError(_OPTION, text, "an id of lower-case letters, digits and _, as in government:Government")
    if party_id is not None and _is_reserved(party_id):
        raise SettingError(_OPTION, text, f"another id: '{party_id}' has another meaning in tables")
    if colour is not None and not _COLOUR.fullmatch(colour):
        raise SettingError(_OPTION, text, "a colour such as #d1603d")
    if colour is not None and len(colour) == len("#rgb"):
        colour = f"#{''.join(digit * 2 for digit in colour[1:])}"
    return party_id or "", label, colour or ""


def _guess_name_in_text(label: str) -> str:
    """Guess what a sentence calls a party: "the Red Army", "the Junta", "the rebels", but "Ruritania" and "Party A"."""
    nouns = {word.casefold() for word in label.split()}
    takes_article = looks_plural(label) or label.isupper() or not nouns.isdisjoint({"the", *_WITH_ARTICLE})
    return with_article(label) if takes_article and label[-1].isalpha() else label


def _is_reserved(party_id: str) -> bool:
    return party_id in _RESERVED or party_id.endswith(COUNT_SUFFIXES)


def _make_party_id(label: str) -> str:
    party_id = make_id(label, "_", fallback="party")
    party_id = party_id if party_id[0].isalpha() else f"party_{party_id}"
    return f"{party_id}_forces" if _is_reserved(party_id) else party_id
