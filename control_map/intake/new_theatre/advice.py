"""What a pack without faults still lacks to be useful: advice, in the order in which it matters."""

from collections.abc import Iterator
from itertools import combinations

import pandas as pd
import shapely

from control_map.core.labels import KIND_LABELS, STATUS_LABELS
from control_map.core.model import CONTESTED, PlaceKind
from control_map.core.palette import INDISTINGUISHABLE_BELOW, colour_distance
from control_map.core.status_style import CONTESTED_COLOUR
from control_map.core.wording import list_some
from control_map.intake.new_theatre.parties import DEFAULT_PARTIES
from control_map.pipeline.pack import Pack
from control_map.pipeline.view import count_located
from control_map.theatre.boundaries import is_drawn
from control_map.theatre.theatre import Theatre

_LONG = 30
"""Days after the last report on which the page opens, from which it is worth a word."""
_FEW = 0.5
"""Below this share of places with a further name, or of the period with reports, it is worth a word."""


def list_gaps(pack: Pack) -> list[str]:
    """Say what a pack lacks: each line names the file and what to put there. Empty if it lacks nothing."""
    theatre = pack.theatre
    return [*_reports(pack), *_parties(theatre), *_gazetteer(theatre.places), *_shapes(theatre), *_credits(theatre)]


def _reports(pack: Pack) -> Iterator[str]:
    theatre = pack.theatre
    start, end = theatre.period_start, theatre.period_end
    if count_located(pack)[1] == 0:
        yield "reports.csv has no reports yet: every place is shown as without a report"
        return
    days = pack.located["event_date"]
    first, last = pd.Timestamp(start), pd.Timestamp(end)
    within = days[days.between(first, last)]
    if within.empty:
        yield f"theatre.toml: no report is of an event in the period, {start} to {end}; set it to that of your reports"
        return
    if later := int((days > last).sum()):
        yield f"theatre.toml: the period ends on {end}, and {later:,} reports are of later events; they are not shown"
    if (within.max() - first).days < _FEW * (last - first).days:
        yield f"theatre.toml: the period ends on {end}, long after the last event reported, {within.max():%Y-%m-%d}"
    if (pd.Timestamp(theatre.opens_on) - within.max()).days > _LONG:
        last_told = f"{within.max():%Y-%m-%d}"
        yield f"theatre.toml: the last report is of {last_told}, and the page opens on {theatre.opens_on}; set opens_on"


def _parties(theatre: Theatre) -> Iterator[str]:
    if unnamed := [actor.label for actor in theatre.actors if actor.label in DEFAULT_PARTIES]:
        yield f"theatre.toml: give the parties their names; there is still {' and '.join(unnamed)}"
    if not any(actor.also for actor in theatre.actors):
        yield (
            "theatre.toml: no party has other names; give each those that sources use, such as its army and its "
            "ministries, in also"
        )
    if len(theatre.actors) == 1:
        yield "theatre.toml: there is one party; who opposes it?"
    shown = [*((actor.label, actor.colour) for actor in theatre.actors), (STATUS_LABELS[CONTESTED], CONTESTED_COLOUR)]
    for (one, colour), (other, another) in combinations(shown, 2):
        if colour_distance(colour, another) < INDISTINGUISHABLE_BELOW:
            yield f"theatre.toml: some readers cannot tell the colours of {one} and {other} apart; change one"


def _gazetteer(places: pd.DataFrame) -> Iterator[str]:
    kinds = places["kind"]
    for kind in (PlaceKind.CAPITAL, PlaceKind.CROSSING):
        if not (kinds == kind).any():
            yield f"places.csv has no {KIND_LABELS[kind].plural}: reports on them are set aside. Add a row for each (kind {kind})"
    crossings = places[kinds == PlaceKind.CROSSING]
    if nameless := int((crossings["neighbour"] == "").sum()):
        which = "1 crossing does" if nameless == 1 else f"{nameless:,} crossings do"
        yield f"places.csv: {which} not say where to (column neighbour)"
    named = (places["alt_names"] != "") | (places["name_local"] != "")
    if named.mean() < _FEW:
        yield (
            f"places.csv: {int((~named).sum()):,} of {len(places):,} places have one name only; sources spell names in "
            "many ways. Add them to alt_names and name_local"
        )
    districts = places[kinds == PlaceKind.DISTRICT]
    if unknown := int(districts["population"].isna().sum()):
        who = "no district has one" if unknown == len(districts) else f"{unknown:,} districts have none"
        yield f"places.csv: of the population, {who}; shares of it cannot be shown"


def _shapes(theatre: Theatre) -> Iterator[str]:
    shapes = theatre.places.geometry.to_numpy()
    areal = is_drawn(theatre.places)
    edges = shapely.coverage_invalid_edges(shapes[areal])
    if odd := theatre.places["name"].to_numpy()[areal][~shapely.is_empty(edges)].tolist():
        yield f"districts.geojson: edges of {list_some(odd, 3)} do not fit those of their neighbours; init mends that"


def _credits(theatre: Theatre) -> Iterator[str]:
    if not theatre.credits:
        yield "theatre.toml: nobody is credited; name them in [[credits]], with the licence"
