"""The parties of a new theatre, as they are named on the command line."""

import re
from collections.abc import Sequence

from anyascii import anyascii

from control_map.core.errors import SettingError
from control_map.core.model import CONTESTED, INDEPENDENT, NO_REPORT, Actor
from control_map.core.palette import PALETTE, pick_unused_colour
from control_map.core.sanitize import sanitize_line
from control_map.theatre.config import COUNT_SUFFIXES, RESERVED_COLUMNS

DEFAULT_PARTIES = ("Party A", "Party B")
"""What the parties are called until somebody says who they are."""
_OPTION = "--actor"
_ID = re.compile(r"[a-z][a-z0-9_]*")
_COLOUR = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})")
_RESERVED = RESERVED_COLUMNS | {CONTESTED, INDEPENDENT, NO_REPORT}


def parse_parties(texts: Sequence[str]) -> tuple[Actor, ...]:
    """Make the parties of a theatre, all opponents of each other.

    Parameters
    ----------
    texts
        Each `Label`, or `id:Label`, or `id:Label:#rrggbb`, also `#rgb`. What is left out is made of the label, or
        taken from the palette, in order; colours that were given are kept.

    Raises
    ------
    SettingError
        If a party has no label, or an id or a colour that cannot be, two have one id or one label, or there are more
        than the palette has colours and no colours given.
    """
    read = [_read(text) for text in texts]
    given = [colour for _, _, colour in read if colour]
    if len(read) - len(given) > len(PALETTE):
        message = f"at most {len(PALETTE)}, or give each its colour as id:Label:#rrggbb"
        raise SettingError(_OPTION, f"{len(read)} parties", message)
    labels = [label.casefold() for _, label, _ in read]
    for number, text in enumerate(texts):
        if labels.index(labels[number]) < number:
            raise SettingError(_OPTION, text, "a label of its own: another party has the same")
    ids: list[str] = []
    colours: list[str] = []
    for text, (name, label, colour) in zip(texts, read, strict=True):
        if name and name in ids:
            raise SettingError(_OPTION, text, f"an id of its own: there is a party '{name}' already")
        ids.append(name or _unused(_slug(label), [*ids, *(own for own, _, _ in read)]))
        colours.append(colour or pick_unused_colour([*given, *colours]))
    return tuple(
        Actor(name, label, colour, tuple(other for other in ids if other != name))
        for name, (_, label, _), colour in zip(ids, read, colours, strict=True)
    )


def _read(text: str) -> tuple[str, str, str]:
    """Return the id, the label and the colour of a party; what was left out is empty."""
    parts = [part.strip() for part in " ".join(sanitize_line(text).split()).split(":")]
    colour = parts.pop().lower() if len(parts) == 3 or (len(parts) == 2 and parts[1].startswith("#")) else None
    label = parts.pop()
    name = parts.pop() if parts else None
    if parts or not label:
        raise SettingError(_OPTION, text, 'a label without colons, as in "Government", or id:Label:#rrggbb')
    if name is not None and not _ID.fullmatch(name):
        raise SettingError(_OPTION, text, "an id of small letters, digits and _, as in government:Government")
    if name is not None and _is_taken(name):
        raise SettingError(_OPTION, text, f"another id: '{name}' means something else in tables")
    if colour is not None and not _COLOUR.fullmatch(colour):
        raise SettingError(_OPTION, text, "a colour such as #d1603d")
    return name or "", label, _in_six_digits(colour or "")


def _in_six_digits(colour: str) -> str:
    return f"#{''.join(digit * 2 for digit in colour[1:])}" if len(colour) == 4 else colour


def _is_taken(name: str) -> bool:
    return name in _RESERVED or name.endswith(COUNT_SUFFIXES)


def _slug(label: str) -> str:
    slug = re.sub(r"[^a-z0-9]+", "_", anyascii(label).lower()).strip("_") or "party"
    slug = slug if slug[0].isalpha() else f"party_{slug}"
    return f"{slug}_forces" if _is_taken(slug) else slug


def _unused(name: str, taken: Sequence[str]) -> str:
    numbered = (f"{name}_{number}" for number in range(2, len(taken) + 3))
    return next(each for each in (name, *numbered) if each not in taken)
