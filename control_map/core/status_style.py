"""How each status looks: one table for the map, the legend, the tables and the charts."""

from collections.abc import Mapping
from dataclasses import dataclass

from control_map.core.labels import STATUS_LABELS
from control_map.core.model import CONTESTED, NO_REPORT, Actor, Basis

LIGHTER_BASES = (Basis.AREA, Basis.BASELINE)
"""What a status rests on that is drawn lighter."""
CONTESTED_COLOUR = "#e9b949"
USER_SUPPLIED_COLOURS = ("#7a2fb0", "#c58af0")
"""The colour of what rests on a reader's own reports, on a light ground and on a dark one; no actor has it."""


@dataclass(frozen=True)
class StatusStyle:
    """The look of a status.

    `colour` is full strength, `light` stands for a status that rests on one of `LIGHTER`, `dark`
    is `colour` on a dark ground; all are CSS hex colours.
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
    first, *others = [_full(actor.id, actor.label, actor.colour) for actor in actors]
    ordered = [
        first,
        _full(CONTESTED, STATUS_LABELS[CONTESTED], CONTESTED_COLOUR),
        *others,
        # Silence must be the quietest thing on either ground.
        StatusStyle(NO_REPORT, STATUS_LABELS[NO_REPORT], "#e9e7e2", light="#e9e7e2", dark="#44464b"),
    ]
    return {style.status: style for style in ordered}


def _full(status: str, label: str, colour: str) -> StatusStyle:
    return StatusStyle(status, label, colour, light=lighten(colour), dark=colour)


def lighten(colour: str, share: float = 0.55) -> str:
    """Mix a hex colour with white; `share` is how much of the colour is left (0 to 1)."""
    channels = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - channel) * share):02x}" for channel in channels)


def css_colours(styles: Mapping[str, StatusStyle], *, dark: bool) -> str:
    """Return the colour of each status, and of `yours`, as a CSS property of its name, to stand in a rule."""
    each = (f"--{style.status}: {style.dark if dark else style.colour};" for style in styles.values())
    return " ".join([*each, f"--yours: {USER_SUPPLIED_COLOURS[dark]};"])


def css_classes(styles: Mapping[str, StatusStyle]) -> str:
    """Return the CSS rules by which dots and cards of the class of a status have its colour."""
    return " ".join(
        f"i.{status} {{ background: var(--{status}) }} .cm-card.{status} {{ border-color: var(--{status}) }}"
        for status in styles
    )
