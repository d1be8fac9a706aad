"""What the user is looking at: a day under a rule, the day it is compared with, and the province the tabs keep to."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

import geopandas as gpd

from control_map.analysis.summary import COMPARED_DAYS, rows_in_province
from control_map.assessment.timeline import as_of
from control_map.core.labels import label_place
from control_map.pipeline.pack import Pack
from control_map.pipeline.view import Comparison, View
from control_map.ui.state import cached_results
from control_map.ui.state.held import Reference

R = TypeVar("R")


@dataclass(frozen=True, eq=False)
class Selection:
    """A view on a day.

    `since` is the day chosen to compare with (None: no day is chosen, and changes are counted over the usual days);
    `earlier_view` is what was known of it: in a replay, what was known on it. `province_id` is the province that the
    tabs keep to, or empty; `link` returns the whole address of the view; `source_rows` names the table and row of each
    report that the user added, by the report's id; `find_pack` returns the pack again, and holds nothing that weighs
    much; `place_id` is the place that is open, or empty.
    """

    view: View
    date: dt.date
    since: dt.date | None
    earlier_view: View
    province_id: str = ""
    link: Callable[[], str] = str
    source_rows: Mapping[str, str] = field(default_factory=dict)
    find_pack: Callable[[], Pack] | None = None
    place_id: str = ""

    @property
    def pack(self) -> Pack:
        """The pack of the view."""
        return self.view.pack

    @property
    def earlier_date(self) -> dt.date:
        """The day from which changes are counted."""
        return self.since or self.date - dt.timedelta(days=COMPARED_DAYS)

    @property
    def place_name(self) -> str:
        """The name of the place that is open, with its kind and province; empty if none is."""
        theatre = self.pack.theatre
        if self.place_id not in theatre.place_positions:
            return ""
        place = theatre.places.iloc[theatre.place_positions[self.place_id]]
        return label_place(place["name"], place["province"], place["kind"])

    @property
    def province_name(self) -> str:
        """The name of the province that the tabs keep to; empty: they keep to none."""
        return self.pack.theatre.province_names.get(self.province_id, "")

    @cached_property
    def now(self) -> gpd.GeoDataFrame:
        """What `as_of` returns for the day shown."""
        return as_of(self.view.timeline, self.date)

    @cached_property
    def now_in_province(self) -> gpd.GeoDataFrame:
        """What `as_of` returns for the day shown, in the province that the tabs keep to."""
        return rows_in_province(self.now, self.pack.theatre.places, self.province_id)

    @cached_property
    def before(self) -> gpd.GeoDataFrame:
        """What `as_of` returns for the day from which changes are counted."""
        return as_of(self.earlier_view.timeline, self.earlier_date)

    @cached_property
    def comparison(self) -> Comparison:
        """The views of the pack under all presets, with what the view knows."""
        return cached_results.cached_comparison(self.pack, self.view.known_on)

    def later(self, make: Callable[["Selection"], R]) -> Callable[[], R]:
        """Return what calls a function with this selection later, such as that which makes the file of a download.

        It does not hold on to the selection, so that this can go when the visitor leaves; if it is gone, it is made
        again. The function itself may hold nothing that weighs much.
        """
        reference = Reference(self, _make_again(self))
        return lambda: make(reference.get())


def _make_again(selection: Selection) -> Callable[[], Selection]:
    """Return what makes an equal selection, without its link and its rows, from little."""
    find_pack, rule = selection.find_pack, selection.view.rule
    known_on, earlier_known_on = selection.view.known_on, selection.earlier_view.known_on
    date, since, province_id = selection.date, selection.since, selection.province_id

    def make() -> Selection:
        if find_pack is None:
            problem = "the pack of this selection cannot be found again"
            raise LookupError(problem)
        pack = find_pack()
        view, earlier_view = (cached_results.cached_view(pack, rule, day) for day in (known_on, earlier_known_on))
        return Selection(view, date, since, earlier_view, province_id, find_pack=find_pack)

    return make
