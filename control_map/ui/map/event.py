"""What the map reports to the page: the last click, and the days on its strip. A browser can send anything."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from control_map.pipeline.pack import Pack
from control_map.ui.state import session

_MAX_COUNT = 2**53
"""The greatest number that JavaScript counts to."""


@dataclass(frozen=True)
class MapEvent:
    """What the user did on the map since the last event that the page handled; None: nothing of that kind.

    `count` is the number of the event, as the map counts them. `place_id`, `province_id`, `area` and `report_id` are
    empty if the user left the place, the province, the area or the report. `compared` is the day that was chosen to
    compare with; `ends_comparison` says that the user now compares with none. `layers` says which layers the user
    switched on or off.
    """

    count: int = 0
    date: dt.date | None = None
    place_id: str | None = None
    province_id: str | None = None
    area: str | None = None
    report_id: str | None = None
    compared: dt.date | None = None
    ends_comparison: bool = False
    layers: Mapping[str, bool] = field(default_factory=dict)


def read_map_event(reported: object, pack: Pack, handled: int) -> MapEvent:
    """Return the event in what the map reported; what the map's script cannot have sent is as if it were not there.

    Parameters
    ----------
    reported
        The value of the map's component, see `board.js`: any JSON.
    pack
        The pack that is shown; the event may be of another theatre's map.
    handled
        The number of the last event that the page handled.
    """
    theatre = pack.theatre
    event = _mapping(_mapping(_mapping(reported).get("last_active_drawing")).get("properties"))

    def is_new(key: str) -> bool:
        return _count(event.get(f"{key}_nth")) > handled

    def name(key: str, known: Iterable[str]) -> str | None:
        named = event.get(key)
        return named if is_new(key) and isinstance(named, str) and named in {"", *known} else None

    def date(key: str) -> dt.date | None:
        day = event.get(key)
        if not (is_new(key) and isinstance(day, int) and 0 <= day < theatre.day_count):
            return None
        return theatre.period_start + dt.timedelta(days=day)

    switched = {name: event.get(name) for name in session.SWITCHED_LAYERS if is_new(name)}
    return MapEvent(
        _count(event.get("nth")),
        date("day"),
        name("place_id", theatre.places["place_id"]),
        name("province_id", theatre.provinces["province_id"]),
        name("area", session.area_targets(theatre)),
        name("report", pack.located["report_id"]),
        date("compared"),
        ends_comparison=is_new("compared") and event.get("compared", "") is None,
        layers={name: shown for name, shown in switched.items() if isinstance(shown, bool)},
    )


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _count(value: object) -> int:
    return value if isinstance(value, int) and 0 <= value <= _MAX_COUNT else 0
