"""The parties of a new theatre, as they are named on the command line."""

import re
from collections.abc import Sequence

from anyascii import anyascii

from control_map.description import COLUMNS, COUNTED
from control_map.errors import SettingError
from control_map.escape import harmless_line
from control_map.model import CONTESTED, INDEPENDENT, NO_REPORT, Actor
from control_map.palette import PALETTE, free

DEFAULT_PARTIES = ("Party A", "Party B")
"""What the parties are called until somebody says who they are."""
_OPTION = "--actor"
_PARTY = re.compile(r"(?:([a-z][a-z0-9_]*):)?\s*(.*?)\s*(?::\s*(#[0-9a-fA-F]{6}))?")
_RESERVED = COLUMNS | {CONTESTED, INDEPENDENT, NO_REPORT}


def parties(texts: Sequence[str]) -> tuple[Actor, ...]:
    """Make the parties of a theatre, all opponents of each other.

    Parameters
    ----------
    texts
        Each `Label`, or `id:Label`, or `id:Label:#rrggbb`. What is left out is made of the label, or taken from the
        palette, in order; colours that were given are kept.

    Raises
    ------
    SettingError
        If a party has no label, two have one id, or there are more than the palette has colours and no colours given.
    """
    read = [_read(text) for text in texts]
    given = [colour for _, _, colour in read if colour]
    if len(read) - len(given) > len(PALETTE):
        message = f"at most {len(PALETTE)}, or give each its colour as id:Label:#rrggbb"
        raise SettingError(_OPTION, f"{len(read)} parties", message)
    ids: list[str] = []
    colours: list[str] = []
    for text, (name, label, colour) in zip(texts, read, strict=True):
        if name and name in ids:
            raise SettingError(_OPTION, text, f"an id of its own: there is a party '{name}' already")
        ids.append(name or _unused(_slug(label), [*ids, *(own for own, _, _ in read)]))
        colours.append(colour or free([*given, *colours]))
    return tuple(
        Actor(name, label, colour, tuple(other for other in ids if other != name))
        for name, (_, label, _), colour in zip(ids, read, colours, strict=True)
    )


def _read(text: str) -> tuple[str, str, str]:
    found = _PARTY.fullmatch(" ".join(harmless_line(text).split()))
    if found is None or not found[2]:
        raise SettingError(_OPTION, text, 'a label, as in "Government", or id:Label:#rrggbb')
    return found[1] or "", found[2], (found[3] or "").lower()


def _slug(label: str) -> str:
    slug = re.sub(r"[^a-z0-9]+", "_", anyascii(label).lower()).strip("_") or "party"
    slug = slug if slug[0].isalpha() else f"party_{slug}"
    return f"{slug}_forces" if slug in _RESERVED or slug.endswith(COUNTED) else slug


def _unused(name: str, taken: Sequence[str]) -> str:
    numbered = (f"{name}_{number}" for number in range(2, len(taken) + 3))
    return next(each for each in (name, *numbered) if each not in taken)
