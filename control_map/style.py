"""How each status looks: one table for the map, the legend, the tables and the charts."""

from dataclasses import dataclass

from control_map.model import CONTESTED, NO_REPORT, Actor


@dataclass(frozen=True)
class Style:
    """The look of a status.

    `colour` is full strength, `light` stands for a status that rests on an area report or on the baseline;
    both are CSS hex colours.
    """

    status: str
    label: str
    colour: str
    light: str


def styles(actors: tuple[Actor, ...]) -> dict[str, Style]:
    """Return the style of each status, in the order in which legends and bars show them.

    The first actor comes first, then contested, then the other actors, then silence.
    """
    first, *others = [Style(actor.id, actor.label, actor.colour, lighter(actor.colour)) for actor in actors]
    ordered = [
        first,
        Style(CONTESTED, "Contested", "#e9b949", lighter("#e9b949")),
        *others,
        Style(NO_REPORT, "No report", "#e9e7e2", "#e9e7e2"),
    ]
    return {style.status: style for style in ordered}


def lighter(colour: str, share: float = 0.55) -> str:
    """Mix a hex colour with white; `share` is how much of the colour is left (0 to 1)."""
    channels = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - channel) * share):02x}" for channel in channels)
