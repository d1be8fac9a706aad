"""What is looked at: a day under a rule, the day that it is compared with, the province that the tabs keep to."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import geopandas as gpd

from control_map.analysis.summary import COMPARED_DAYS, rows_in_province
from control_map.assessment.timeline import as_of
from control_map.pipeline.pack import Pack
from control_map.pipeline.view import Comparison, View
from control_map.ui.state import cached_results


@dataclass(frozen=True, eq=False)
class Selection:
    """A view on a day.

    `since` is the day chosen to compare with (None: none is, and changes are told over the usual days), `past` what was
    known of it: in a replay, what was known on it. `province_id` is the province that the tabs keep to, or empty;
    `address` returns the whole address of the view; `whence` says of each report that the visitor brought from which
    table and row it is, by its id.
    """

    view: View
    date: dt.date
    since: dt.date | None
    past: View
    province_id: str = ""
    address: Callable[[], str] = str
    whence: Mapping[str, str] = field(default_factory=dict)

    @property
    def pack(self) -> Pack:
        """The pack that the view is of."""
        return self.view.pack

    @property
    def earlier(self) -> dt.date:
        """The day from which changes are told."""
        return self.since or self.date - dt.timedelta(days=COMPARED_DAYS)

    @cached_property
    def now(self) -> gpd.GeoDataFrame:
        """What `as_of` returns for the day shown."""
        return as_of(self.view.timeline, self.date)

    @cached_property
    def inside(self) -> gpd.GeoDataFrame:
        """What `as_of` returns for the day shown, in the province that the tabs keep to."""
        return rows_in_province(self.now, self.pack.theatre.places, self.province_id)

    @cached_property
    def before(self) -> gpd.GeoDataFrame:
        """What `as_of` returns for the day from which changes are told."""
        return as_of(self.past.timeline, self.earlier)

    @cached_property
    def comparison(self) -> Comparison:
        """What all presets make of the pack, with what the view knows."""
        return cached_results.cached_comparison(self.pack, self.view.known_on)
