"""The script of a film: its days, how long each stays, and what each frame states."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from control_map.analysis.summary import rows_in_province
from control_map.analysis.trend import count_statuses_daily
from control_map.assessment.timeline import STATUS_ATTRIBUTES, as_of, drawn_statuses
from control_map.core.wording import format_date
from control_map.explanation.headline import write_headline
from control_map.pipeline.view import View
from control_map.render.picture import drawing
from control_map.render.picture.picture import Contents, collect_contents
from control_map.theatre.boundaries import is_drawn

LEAST_SPEED, MOST_SPEED, USUAL_SPEED = 0.25, 24.0, 5.0
"""Days per second. The fastest film shows a day in each of its frames."""
_LONGEST_HOLD = 4.0
"""How many times as long as a day without a change the one with the most changes stays."""
_FIRST_STAYS, _LAST_STAYS = 1.0, 2.5
"""Seconds: a reader looks around before the film runs, and reads how it ended."""
_DRAWN_COLUMNS = ["place_id", "kind", *STATUS_ATTRIBUTES, "valid_from", "valid_to"]


@dataclass(frozen=True, eq=False)
class Script:
    """What a film shows: a view, its days, one province or, if that is empty, the whole theatre, and its pace.

    `speed` is in days per second; with `hold`, days on which much changed stay longer.
    """

    view: View
    first: dt.date
    last: dt.date
    province_id: str = ""
    speed: float = USUAL_SPEED
    hold: bool = True

    @cached_property
    def days(self) -> list[dt.date]:
        """All days of the film."""
        return [self.first + dt.timedelta(days=number) for number in range((self.last - self.first).days + 1)]

    @cached_property
    def counts(self) -> pd.DataFrame:
        """The districts by status on each day, see `count_statuses_daily`."""
        pack = self.view.pack
        statuses = pack.statuses
        return count_statuses_daily(
            self.view.timeline, pack.theatre.places, statuses, self.first, self.last, province_id=self.province_id
        )[statuses]

    @cached_property
    def headlines(self) -> list[str]:
        """The headline of each day, which compares it with no other, so that it is as long on every day."""
        theatre, held = self.view.pack.theatre, self.counts.iloc[:, 0]
        province = theatre.province_names[self.province_id] if self.province_id else ""
        return [
            write_headline(theatre, count, total, 0, day, day, province)
            for day, count, total in zip(self.days, held.tolist(), self.counts.sum(axis=1).tolist(), strict=True)
        ]

    @cached_property
    def dates(self) -> list[str]:
        """Each day in words."""
        return [format_date(day, year=True) for day in self.days]

    @property
    def stays(self) -> list[float]:
        """How many seconds each day stays."""
        factors = np.ones(len(self.days))
        if self.hold:
            changes = self.view.changes_between(self.first, self.last)
            of_subject = rows_in_province(changes, self.view.pack.theatre.places, self.province_id)
            number = of_subject["date"].dt.date.value_counts()
            changed = number.reindex(self.days, fill_value=0).to_numpy()
            factors += (_LONGEST_HOLD - 1) * changed / max(1, changed.max())
        stays = factors / self.speed
        stays[0] = max(stays[0], _FIRST_STAYS)
        stays[-1] = max(stays[-1], _LAST_STAYS)
        return [float(seconds) for seconds in stays]

    def contents(self, days: Sequence[dt.date]) -> Iterator[Contents]:
        """Yield what each of the days states; their legends have the same rows."""
        shared = collect_contents(self.view, self.first, province_id=self.province_id, steady=True)
        places = _plain(self.view.pack.theatre.places, ["place_id", "kind", "parent_id", "province_id"])
        timeline = _plain(self.view.timeline, _DRAWN_COLUMNS)
        points = frozenset(places.loc[~is_drawn(self.view.pack.theatre.places), "place_id"])
        rows = [text for _, _, text, _ in shared.legend]
        names = [shared.looks[status].name for status in self.view.pack.statuses]
        for day in days:
            at = (day - self.first).days
            now = drawn_statuses(as_of(timeline, day), places)
            now = rows_in_province(now, places, self.province_id)
            yield replace(
                shared,
                day=self.dates[at],
                headline=self.headlines[at],
                counts=dict(zip(names, self.counts.iloc[at].tolist(), strict=True)),
                legend=drawing.make_legend(now, shared.looks, points, shared.start, rows),
                now=now,
            )


def _plain(table: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Return columns of a table with texts as objects of Python: so a day is taken from it ten times as fast."""
    chosen = pd.DataFrame(table[list(columns)])
    return chosen.astype(dict.fromkeys(chosen.select_dtypes("string").columns, object))
