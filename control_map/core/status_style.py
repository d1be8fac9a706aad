"""The look of each status: one table for the map, the legend, the tables and the charts."""

from collections.abc import Mapping
from dataclasses import dataclass

from control_map.core.labels import STATUS_LABELS
from control_map.core.model import CONTESTED, NO_REPORT, UNKNOWN, Actor, Basis

LIGHTER_BASES = (Basis.AREA, Basis.BASELINE, Basis.CLAIM)
"""A status that rests on one of these is drawn lighter; one that rests on claims alone is hatched as well."""
CONTESTED_COLOUR = "#e9b949"
_DARK_GROUND = "#17181b"
USER_SUPPLIED_COLOURS = ("#7a2fb0", "#c58af0")
"""Marks what rests on the user's own reports, on a light and on a dark background; no actor has this colour."""


@dataclass(frozen=True)
class StatusStyle:
    """The look of a status.

    `colour` is for a light background and `dark` for a dark one, both at full strength. `light` and `dim` are for a
    status that rests on one of `LIGHTER_BASES`, on a light and on a dark background: nearer to it, so that the least
    certain ground is the quietest. All are CSS hex colours.
    """

    status: str
    label: str
    colour: str
    light: str
    dark: str
    dim: str


def status_styles(actors: tuple[Actor, ...]) -> dict[str, StatusStyle]:
    """Return the style of each status, in the order in which legends and bars show them.

    The first actor comes first, then contested, then the other actors, then unknown control, then silence.
    """
    first, *others = [_style_of(actor.id, actor.label, actor.colour) for actor in actors]
    ordered = [
        first,
        _style_of(CONTESTED, STATUS_LABELS[CONTESTED], CONTESTED_COLOUR),
        *others,
        # Grey, as no party's, and darker than silence: something is known here.
        StatusStyle(UNKNOWN, STATUS_LABELS[UNKNOWN], "#767676", "#a0a0a0", dark="#a6a6a6", dim="#4a4a4a"),
        # Silence must be the quietest thing on either background.
        StatusStyle(NO_REPORT, STATUS_LABELS[NO_REPORT], "#e9e7e2", "#e9e7e2", dark="#323439", dim="#323439"),
    ]
    return {style.status: style for style in ordered}


def _style_of(status: str, label: str, colour: str) -> StatusStyle:
    light, dim = mix_colours(colour, "#ffffff", 0.55), mix_colours(colour, _DARK_GROUND, 0.6)
    return StatusStyle(status, label, colour, light, dark=colour, dim=dim)


def mix_colours(colour: str, ground: str, share: float) -> str:
    """Mix two hex colours; `share` is how much of the first is left (0 to 1)."""
    pairs = ((int(colour[start : start + 2], 16), int(ground[start : start + 2], 16)) for start in (1, 3, 5))
    return "#" + "".join(f"{round(under + (over - under) * share):02x}" for over, under in pairs)


def css_colours(styles: Mapping[str, StatusStyle], *, dark: bool) -> str:
    """Return CSS properties with the colour of each status, and of `yours` (the user's own reports), for a rule."""
    colours = (f"--{style.status}: {style.dark if dark else style.colour};" for style in styles.values())
    return " ".join([*colours, f"--yours: {USER_SUPPLIED_COLOURS[dark]};"])


def css_classes(styles: Mapping[str, StatusStyle]) -> str:
    """Return the CSS rules that give dots and cards with the class of a status its colour."""
    return " ".join(
        f"i.{status} {{ background: var(--{status}) }} .cm-card.{status} {{ border-color: var(--{status}) }}"
        for status in styles
    )
