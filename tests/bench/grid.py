"""A made-up theatre of thousands of polygons, as the files that the board draws from."""

import json
from dataclasses import dataclass
from typing import Any

import numpy as np

from control_map.core.labels import frontend_labels
from control_map.core.model import PlaceKind
from control_map.core.status_style import status_styles
from control_map.render.map.timeline_file import BEFORE_PERIOD, DISPUTED_BIT, LIGHT_BIT
from tests.support.made_up import ACTORS, START

DAYS = 130
CHANGED_A_DAY = 0.006
REPORTS_A_DAY = 0.04
_PROVINCE = 10  # polygons on each side of a province
_CELL = 1000  # the side of a polygon, in 1e-4 degree, the unit of the files
_WEST, _SOUTH = 200_000, 300_000
_WHYS = ["", "Set by a traveller via Daily Fen", "Contested: equally strong reports differ", "From before the period"]
_VIEW = {
    "title": "Grid",
    "fingerprint": "0",
    "rule": "Assessed",
    "usual": True,
    "conditions": "",
    "known_on": "",
    "replays": False,
    "located": 0,
    "reports": 0,
    "added": 0,
    "published": [],
    "ages": [],
    "blind_after": 30,
    "compared_days": 7,
    "recent_days": 3,
    "most_listed": 50,
}


@dataclass
class Grid:
    """The files of the theatre, and how long its period is."""

    geometry: bytes
    timeline: bytes
    days: int


def make_grid(side: int = 100, seed: int = 0) -> Grid:
    """Make a theatre of `side` times `side` polygons of twelve corners, some of which change each day."""
    rng = np.random.default_rng(seed)
    return Grid(_json(_geometry(side, rng)), _json(_timeline(side, rng)), DAYS)


def _geometry(side: int, rng: np.random.Generator) -> dict[str, Any]:
    eastward, northward = _edges(side, rng)
    names = [f"P{number // side}-{number % side}" for number in range(side * side)]
    return {
        "start": START.isoformat(),
        "days": DAYS,
        "statuses": [
            {"id": s.status, "label": s.label, "colour": s.colour, "light": s.light, "dark": s.dark, "dim": s.dim}
            for s in status_styles(ACTORS).values()
        ],
        "labels": frontend_labels(),
        "places": [_place(name, number // side, number % side) for number, name in enumerate(names)],
        "shapes": [
            [_encoded(_ring(eastward, northward, row, column))] for row in range(side) for column in range(side)
        ],
        "borders": [
            *(_encoded(_line(eastward[row])) for row in range(_PROVINCE, side, _PROVINCE)),
            *(_encoded(_line(northward[:, column])) for column in range(_PROVINCE, side, _PROVINCE)),
        ],
        "outline": [_encoded(_line(edges)) for edges in (eastward[0], eastward[-1], northward[:, 0], northward[:, -1])],
        "provinces": [
            _province(row, column) for row in range(-(-side // _PROVINCE)) for column in range(-(-side // _PROVINCE))
        ],
        "neighbours": [],
        "cities": [],
        "country": "Grid",
        "parts": [],
        "within": [],
        "frontier": {},
    }


def _edges(side: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return the edges between crossings of the grid, four points each: those going east, and those going north.

    Both are indexed by row and column of the edge's beginning, so that neighbours share their edge.
    """
    steps = np.arange(side + 1) * _CELL
    crossings = np.stack(np.meshgrid(_WEST + steps, _SOUTH + steps), axis=-1)
    crossings = crossings + rng.integers(-_CELL // 4, _CELL // 4, crossings.shape)

    def wavy(begin: np.ndarray, end: np.ndarray) -> np.ndarray:
        along = np.linspace(begin, end, 4, axis=2)
        along[:, :, 1:3] += rng.integers(-_CELL // 12, _CELL // 12, along[:, :, 1:3].shape)
        return along.round().astype(int)

    return wavy(crossings[:, :-1], crossings[:, 1:]), wavy(crossings[:-1], crossings[1:])


def _ring(eastward: np.ndarray, northward: np.ndarray, row: int, column: int) -> np.ndarray:
    south, north = eastward[row, column], eastward[row + 1, column]
    west, east = northward[row, column], northward[row, column + 1]
    return np.concatenate([south[:-1], east[:-1], north[:0:-1], west[:0:-1]])


def _line(edges: np.ndarray) -> np.ndarray:
    return np.concatenate([edges[0, :1], *(edge[1:] for edge in edges)])


def _encoded(points: np.ndarray) -> list[int]:
    return np.concatenate([points[:1], np.diff(points, axis=0)]).ravel().tolist()


def _degrees(row: float, column: float) -> list[float]:
    return [round((_WEST + column * _CELL) / 1e4, 4), round((_SOUTH + row * _CELL) / 1e4, 4)]


def _place(name: str, row: int, column: int) -> list[Any]:
    at = _degrees(row + 0.5, column + 0.5)
    province_id = f"V{row // _PROVINCE}-{column // _PROVINCE}"
    return [name, PlaceKind.DISTRICT, name, "", province_id, f"Province {province_id}", "", at, _CELL / 4 / 1e4]


def _province(row: int, column: int) -> dict[str, Any]:
    corners = [_degrees((row + n) * _PROVINCE, (column + n) * _PROVINCE) for n in (0, 1)]
    return {
        "id": f"V{row}-{column}",
        "name": f"Province V{row}-{column}",
        "at": _degrees((row + 0.5) * _PROVINCE, (column + 0.5) * _PROVINCE),
        "radius": _PROVINCE * _CELL / 2 / 1e4,
        "box": [*corners[0], *corners[1]],
    }


def _timeline(side: int, rng: np.random.Generator) -> dict[str, Any]:
    count = side * side
    looks = len(status_styles(ACTORS))
    current = rng.integers(looks, size=count)
    steps = [[[BEFORE_PERIOD, status, LIGHT_BIT, -1, BEFORE_PERIOD, 3]] for status in current.tolist()]
    for day in range(DAYS):
        for place in rng.choice(count, round(count * CHANGED_A_DAY), replace=False).tolist():
            current[place] = (current[place] + rng.integers(1, looks)) % looks
            bits = DISPUTED_BIT if rng.random() < 0.1 else 0
            claimed = 0 if rng.random() < 0.1 else -1
            steps[place].append([day, int(current[place]), bits, claimed, day, int(rng.integers(1, 3))])
    reported = [[day for step in own[1:] for day in (step[0], step[0])] for own in steps]
    return {
        "places": [list(pair) for pair in zip(steps, reported, strict=True)],
        "whys": _WHYS,
        "view": _VIEW,
        "reports": rng.poisson(count * REPORTS_A_DAY, DAYS).tolist(),
    }


def _json(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
