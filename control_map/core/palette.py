"""Colours for parties that all readers can distinguish, also with colour blindness, and distances of colours."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

PALETTE = ("#2f78b7", "#d1603d", "#a02080", "#c0b4f0", "#54d8a8", "#900c0c", "#2a9d6f", "#9c84f0")
"""Given out in this order, in which each is the most distinct from those before it; all are distinct from each other
and from the statuses in which no party holds a place, on light and dark."""
INDISTINGUISHABLE_BELOW = 5.0
"""Some readers cannot distinguish colours whose distance is smaller."""

_LIGHT = 73
"""Lightness from which black is easier to read than white."""

# Colour vision without one of the three kinds of cones, on linear RGB: Machado, Oliveira and Fernandes (2009),
# severity 1. The first matrix is full colour vision.
_VISIONS = np.array(
    [
        [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    ]
)
# Linear RGB to OKLab (Ottosson 2020), in which equal distances look equally large.
_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_OKLAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def colour_distance(one: str, other: str) -> float:
    """Return the distance of two hex colours in the colour vision that sees it as smallest; black to white is 100."""
    return float(np.linalg.norm(_to_oklab(one) - _to_oklab(other), axis=1).min())


def _to_oklab(colour: str) -> npt.NDArray[np.float64]:
    """Return a colour in OKLab, one row for each kind of colour vision, lightness from 0 to 100."""
    channels = np.array([int(colour[start : start + 2], 16) for start in (1, 3, 5)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    cones = np.clip(_VISIONS @ linear, 0, 1) @ _CONES.T
    return np.asarray(100 * np.cbrt(cones) @ _OKLAB.T)


def text_colour_on(colour: str) -> str:
    """Return white or black, whichever is easier to read on a hex colour."""
    return "#ffffff" if _to_oklab(colour)[0, 0] < _LIGHT else "#26241f"


def pick_unused_colour(taken: Sequence[str]) -> str:
    """Return the first colour of the palette that is distinct from all of these, or else the most distinct one."""
    distance = {colour: min((colour_distance(colour, other) for other in taken), default=100.0) for colour in PALETTE}
    return next(
        (colour for colour, far in distance.items() if far >= INDISTINGUISHABLE_BELOW),
        max(distance, key=distance.__getitem__),
    )
