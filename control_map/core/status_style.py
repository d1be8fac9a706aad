"""The look of each status: one table for the map, the legend, the tables and the charts."""

from collections.abc import Mapping
from dataclasses import dataclass

from control_map.core.labels import STATUS_LABELS
from control_map.core.model import CONTESTED, NO_REPORT, Actor, Basis

LIGHTER_BASES = (Basis.AREA, Basis.BASELINE)
"""A status that rests on one of these is drawn lighter."""
CONTESTED_COLOUR = "#e9b949"
USER_SUPPLIED_COLOURS = ("#7a2fb0", "#c58af0")
"""Marks what rests on the user's own reports, on a light and on a dark background; no actor has this colour."""


@dataclass(frozen=True)
class StatusStyle:
    """The look of a status.

    `colour` is full strength, `light` is for a status that rests on one of `LIGHTER_BASES`, `dark` is for a dark
    background; all are CSS hex colours.
    """

    status: str
    label: str
    colour: str
    light: str
    dark: str


def status_styles(actors: tuple[Actor, ...]) -> dict[str, StatusStyle]:
    """Return the style of each status, in the order in which legends and bars show them.

    The first actor comes first, then contested, then the other actors, then silence.
    """
    first, *others = [_style_of(actor.id, actor.label, actor.colour) for actor in actors]
    ordered = [
        first,
        _style_of(CONTESTED, STATUS_LABELS[CONTESTED], CONTESTED_COLOUR),
        *others,
        # Silence must be the quietest thing on either background.
        StatusStyle(NO_REPORT, STATUS_LABELS[NO_REPORT], "#e9e7e2", light="#e9e7e2", dark="#44464b"),
    ]
    return {style.status: style for style in ordered}


def _style_of(status: str, label: str, colour: str) -> StatusStyle:
    return StatusStyle(status, label, colour, light=lighten(colour), dark=colour)


def lighten(colour: str, share: float = 0.55) -> str:
    """Mix a hex colour with white; `share` is how much of the colour is left (0 to 1)."""
    channels = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - channel) * share):02x}" for channel in channels)


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
