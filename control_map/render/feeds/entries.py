"""The entries of feeds: each change of status, with an id that lasts and the days on which its reports were published.

A place has at most one change a day, so place and day name a change for good. When later reports say otherwise of that
day, or confirm what is said, they update the same entry.
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely

from control_map.core.arrays import day_number, day_numbers
from control_map.core.labels import CHANGE_LABELS, KIND_LABELS
from control_map.core.rules import PARAMETERS
from control_map.core.sanitize import sanitize_line
from control_map.core.wording import format_date
from control_map.explanation.change_log import write_headline, write_sentences
from control_map.pipeline.view import View

_NAMESPACE = uuid.UUID("5b0f7c52-7d5e-5c1b-9a54-3c8c7e6f1d20")
"""The namespace of all ids. It never changes: readers know entries by their ids."""
_DECIMALS = 5
_NO_DAYS = np.array([], dtype="int64")
_LONG_AGO = -(2**40)
"""A day before all others."""


@dataclass(frozen=True)
class FeedEntry:
    """A change of status as an entry of a feed.

    `id` is a `urn:uuid`. `day` is the day of the change; `published` and `updated` are the first and the last day on
    which a report was published that was weighed for it. `why` is a line, `text` a few sentences; `categories` are
    labels by their terms. `lon, lat` (EPSG:4326) are of a point on the place. `change` is the row of the change log.
    """

    id: str
    day: dt.date
    published: dt.date
    updated: dt.date
    title: str
    why: str
    text: str
    categories: Mapping[str, str]
    lon: float
    lat: float
    change: Mapping[str, Any]


def list_entries(view: View) -> tuple[FeedEntry, ...]:
    """Return the changes of the whole period; the one whose reports were published last comes first.

    So what a late report corrects comes before what has been there for long, also if it happened earlier.
    """
    theatre = view.pack.theatre
    changes = view.change_log(dt.date.min, theatre.period_end)
    on_places = theatre.places.set_index("place_id").geometry
    points = shapely.get_coordinates(shapely.point_on_surface(changes["place_id"].map(on_places).to_numpy()))
    published = _Published(view)
    entries = [
        _make_entry(view, change, published.of(change), point)
        for change, point in zip(changes.to_dict("records"), points.round(_DECIMALS).tolist(), strict=True)
    ]
    newest = sorted(entries, key=lambda entry: entry.change["place_id"])
    return tuple(sorted(newest, key=lambda entry: (entry.updated, entry.day), reverse=True))


def _make_entry(
    view: View, change: Mapping[Any, Any], published: tuple[dt.date, dt.date], point: list[float]
) -> FeedEntry:
    pack, day = view.pack, change["date"].date()
    labels = pack.labels
    categories = {
        str(change["kind"]): KIND_LABELS[change["kind"]].singular,
        str(change["province_id"]): str(change["province"]),
        str(change["after"]): pack.status_labels[change["after"]],
        str(change["change"]): CHANGE_LABELS[change["change"]],
        **({"disputed": "disputed"} if change["disputed"] else {}),
        **({"reversal": "reversal"} if change["reversal"] else {}),
    }
    return FeedEntry(
        make_id(view, str(change["place_id"]), day.isoformat()),
        day,
        *published,
        title=_line(f"{format_date(day, year=True)}: {write_headline(change, labels)}"),
        why=_line(change["why"]),
        text=_line(write_sentences(change, labels)),
        categories={_line(term): _line(label) for term, label in categories.items()},
        lon=point[0],
        lat=point[1],
        change=change,
    )


def make_id(view: View, *parts: str) -> str:
    """Return the id of what is named by some parts in a view's theatre, as a `urn:uuid`.

    It depends on the theatre's id and, if that is not the theatre's own, on the rule: one rule's change is not
    another's. What was known, and when, are states of the same thing.
    """
    rule, own = view.rule, view.pack.rule()
    adjusted = [] if rule == own else [rule.id, *(f"{name}={getattr(rule, name)}" for name in PARAMETERS)]
    return uuid.uuid5(_NAMESPACE, "\n".join([view.pack.theatre.id, *parts, *adjusted])).urn


class _Published:
    """Finds the days on which the reports behind a change were published."""

    def __init__(self, view: View) -> None:
        located, evidence = view.pack.located, view.evidence
        self._reported = dict(zip(located["report_id"], day_numbers(located["reported_date"]).tolist(), strict=True))
        days = pd.DataFrame(
            {
                "place_id": evidence["place_id"].astype("str"),
                "since": day_numbers(evidence["counts_from"]),
                "reported": evidence["report_id"].astype("str").map(self._reported),
            }
        )
        # Plain arrays: a feed asks a thousand times.
        self._of_place = {
            place_id: (rows["since"].to_numpy(), rows["reported"].to_numpy())
            for place_id, rows in days.groupby("place_id", sort=False)
        }

    def of(self, change: Mapping[Any, Any]) -> tuple[dt.date, dt.date]:
        """Return the day on which one could first know of a change, and that of the last report weighed for it.

        Weighed for it are the reports on the place that count from after the beginning of the status before, up to the
        day of the change, whatever became of them, and what first said that status: each can correct what the change is
        from, or to.
        """
        day, before = day_number(change["date"].date()), change["held_since"]
        first = max(day, min((self._reported[each] for each in change["rests_on"]), default=day))
        since, reported = self._of_place.get(str(change["place_id"]), (_NO_DAYS, _NO_DAYS))
        begin = _LONG_AGO if pd.isna(before) else day_number(before.date())
        weighed, said_before = reported[(since <= day) & (since > begin)], reported[since == begin]
        last = max([first, *weighed.tolist(), *sorted(said_before.tolist())[:1]])
        return _as_date(first), _as_date(last)


def _as_date(number: int) -> dt.date:
    return dt.date(1970, 1, 1) + dt.timedelta(days=number)


def _line(text: str) -> str:
    return " ".join(sanitize_line(text).split())
