"""Advice on a pack without faults: what it still lacks to be useful, the most important first."""

from collections.abc import Iterator
from itertools import combinations

import pandas as pd
import shapely

from control_map.core.labels import KIND_LABELS
from control_map.core.model import CONTESTED, UNKNOWN, PlaceKind
from control_map.core.palette import INDISTINGUISHABLE_BELOW, colour_distance
from control_map.core.status_style import status_styles
from control_map.core.wording import list_some
from control_map.intake.new_theatre.parties import DEFAULT_PARTIES
from control_map.pipeline.pack import Pack
from control_map.pipeline.view import count_located
from control_map.theatre.boundaries import is_drawn
from control_map.theatre.theatre import Theatre

_LONG = 30
"""Days between the last report and the day on which the page opens that are worth a remark."""
_FEW = 0.5
"""The share of places with a further name, or of the period with reports, below which there is advice."""


def list_gaps(pack: Pack) -> list[str]:
    """Return what a pack lacks: each line names the file and what to add. Empty if it lacks nothing."""
    theatre = pack.theatre
    advice = [*_check_reports(pack), *_check_parties(theatre), *_check_places(theatre)]
    if not theatre.credits:
        advice.append("theatre.toml: no author of the data is named; name them in [[credits]], with the licence")
    return advice


def _check_reports(pack: Pack) -> Iterator[str]:
    theatre = pack.theatre
    start, end = theatre.period_start, theatre.period_end
    if count_located(pack)[1] == 0:
        yield "reports.csv has no reports yet: every place is shown as without a report"
        return
    dates = pack.located["event_date"]
    first, last = pd.Timestamp(start), pd.Timestamp(end)
    within = dates[dates.between(first, last)]
    if within.empty:
        yield f"theatre.toml: no report is of an event in the period, {start} to {end}; set it to fit your reports"
        return
    last_event = f"{within.max():%Y-%m-%d}"
    if later := int((dates > last).sum()):
        yield f"theatre.toml: the period ends on {end}, and {later:,} reports are of later events; they are not shown"
    if (within.max() - first).days < _FEW * (last - first).days:
        yield f"theatre.toml: the period ends on {end}, long after the last reported event, {last_event}"
    if (pd.Timestamp(theatre.opens_on) - within.max()).days > _LONG:
        yield f"theatre.toml: the last event is of {last_event}, but the page opens on {theatre.opens_on}; set opens_on"


def _check_parties(theatre: Theatre) -> Iterator[str]:
    if unnamed := [actor.label for actor in theatre.actors if actor.label in DEFAULT_PARTIES]:
        yield f"theatre.toml: give the parties their names; there is still {' and '.join(unnamed)}"
    if not any(actor.other_names for actor in theatre.actors):
        yield "theatre.toml: no party has other names; add those that sources use, such as its army, to also of each"
    if len(theatre.actors) == 1:
        yield "theatre.toml: there is only one party; add its opponents"
    styles, ids = status_styles(theatre.actors), [actor.id for actor in theatre.actors]
    shown = [(styles[status].label, styles[status].colour) for status in (*ids, CONTESTED, UNKNOWN)]
    for (one, colour), (other, another) in combinations(shown, 2):
        if colour_distance(colour, another) < INDISTINGUISHABLE_BELOW:
            yield f"theatre.toml: some readers cannot distinguish the colours of {one} and {other}; change one"


def _check_places(theatre: Theatre) -> Iterator[str]:
    places = theatre.places
    kinds = places["kind"]
    for kind in (PlaceKind.CAPITAL, PlaceKind.CROSSING):
        if not (kinds == kind).any():
            advice = f"reports on them are set aside. Add a row for each (kind {kind})"
            yield f"places.csv has no {KIND_LABELS[kind].plural}: {advice}"
    crossings = places[kinds == PlaceKind.CROSSING]
    if nameless := int((crossings["neighbour"] == "").sum()):
        which = "1 crossing does" if nameless == 1 else f"{nameless:,} crossings do"
        yield f"places.csv: {which} not name the neighbouring country (column neighbour)"
    named = (places["alt_names"] != "") | (places["name_local"] != "")
    if named.mean() < _FEW:
        count = f"{int((~named).sum()):,} of {len(places):,} places have one name only"
        yield f"places.csv: {count}; sources spell names in many ways. Add them to alt_names and name_local"
    districts = places[kinds == PlaceKind.DISTRICT]
    if unknown := int(districts["population"].isna().sum()):
        which = "no district has" if unknown == len(districts) else f"{unknown:,} districts do not have"
        yield f"places.csv: {which} a population; shares of the population cannot be shown"
    drawn = is_drawn(places)
    edges = shapely.coverage_invalid_edges(places.geometry.to_numpy()[drawn])
    if odd := places["name"].to_numpy()[drawn][~shapely.is_empty(edges)].tolist():
        fix = "the command init repairs that"
        yield f"districts.geojson: edges of {list_some(odd, 3)} do not fit those of their neighbours; {fix}"
