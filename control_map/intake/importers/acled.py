"""Events of ACLED, the Armed Conflict Location & Event Data project, become reports.

The sub-event "Non-state actor overtakes territory", which ACLED uses of foreign states, too, becomes the claim
`captured`, with the first source as the origin. Of a "Non-violent transfer of territory" the notes say who got the
place, see `transfers`. Most events do not state who holds a place. Those in which territory changes hands are claims.
Of the others only battles on the ground count as fighting: a strike from afar, or violence against civilians, also
happens far behind the lines, and would make a status look recently reported that was not. The point of an event says
where it is, see `places`.

ACLED's dates lie in the middle of the week or month that is meant, while the codebook states its last day; they are
moved to that day. No column, not even `timestamp`, states when an event was first published, so the day of the event
stands for it. ACLED lists the sources of an event without stating which came first; the origin is the first in that
list. An event whose sources all speak for one party, such as its ministry of defence, is that party's own word; any
other is independent. The id of a report contains the id of the event.
"""

from typing import NamedTuple

import pandas as pd

from control_map.core.model import AreaScope, Claim, DatePrecision, PlaceKind
from control_map.geocoding.spelling import fold_name
from control_map.intake.importers.base import (
    Importer,
    ImportResult,
    RowFilter,
    cells_of,
    find_party_speakers,
    first_filled,
    first_name_in,
    format_iso_dates,
    format_report_ids,
)
from control_map.intake.importers.places import Around, FoundPlace, PlaceFinder
from control_map.intake.importers.transfers import Party, read_transfer
from control_map.intake.matching.actor_names import STATE_FORCE_PREFIXES, ActorNames
from control_map.intake.matching.dates import DateStyle
from control_map.intake.tables.table_builder import RawTable

CLAIM_BY_EVENT = {
    "non-state actor overtakes territory": Claim.CAPTURED,
    "government regains territory": Claim.RETAKEN,
    "non-violent transfer of territory": Claim.HANDED_OVER,
    "armed clash": Claim.FIGHTING,
    # The names of events before 2019.
    "battle-non-state actor overtakes territory": Claim.CAPTURED,
    "battle-government regains territory": Claim.RETAKEN,
    "battle-no change of territory": Claim.FIGHTING,
}
"""The claim of a sub-event, or of an event without one."""
DATE_PRECISION = {"1": DatePrecision.DAY, "2": DatePrecision.WEEK, "3": DatePrecision.MONTH, "": DatePrecision.DAY}
_DAYS_TO_THE_END_OF_A_WEEK = 3
NEAR, REGION = "2", "3"
"""Values of `geo_precision`: 1 is the location itself, 2 a place near it, 3 a larger region for which it stands."""
GEO_PRECISIONS = ("1", NEAR, REGION, "")
_STATE, _REBELS = frozenset({"1", "state forces"}), frozenset({"2", "rebel group", "rebel groups", "rebel forces"})
_FOREIGN = frozenset({"8", "external/other forces", "external forces", "other forces"})
"""Values of `inter1` and `inter2`: the country's own state, those who rise against it, and others from abroad."""
CODES = ("event_id_cnty", "data_id", "time_precision", "inter1", "inter2", "geo_precision")
POINT = ("longitude", "latitude")
COLUMNS_READ = tuple(
    "event_id_cnty data_id event_date time_precision event_type sub_event_type actor1 assoc_actor_1 inter1 actor2"
    " assoc_actor_2 inter2 country admin1 admin2 admin3 location latitude longitude geo_precision source notes".split()
)


def convert(raw: RawTable, actors: ActorNames, finder: PlaceFinder, dates: DateStyle) -> ImportResult:
    """Convert events to reports, see `Importer.import_reports`."""
    rows = RowFilter(raw.frame, COLUMNS_READ, CODES)
    rows.leave_out_other_countries(finder, "country", POINT)
    kinds = first_filled(rows.remaining, "sub_event_type", "event_type")
    claims = [CLAIM_BY_EVENT.get(kind.lower(), "") for kind in kinds]
    rows.remaining = rows.remaining.assign(sub_event_type=kinds, claim=claims)
    no_claim = rows.remaining["claim"] == ""
    rows.leave_out(no_claim, "sub_event_type", lambda value: f"'{value}' does not say who holds a place")
    rows.read_dates("event_date", dates)
    unknown = ~rows.remaining["time_precision"].isin(list(DATE_PRECISION))
    rows.leave_out(unknown, "time_precision", lambda value: f"'{value}' is not a precision of time", "Write 1, 2 or 3")
    _read_transfers(rows, actors)
    _find_winners(rows)
    names = cells_of(rows.remaining, "claim", "actor1", "actor2")
    found = pd.Series([_find_actor(actors, *cells) for cells in names], index=rows.remaining.index, dtype="str")
    rows.remaining = rows.remaining.assign(actor=found)
    rows.leave_out_unknown_actors("actor1", actors)
    vague = ~rows.remaining["geo_precision"].isin(GEO_PRECISIONS)
    rows.leave_out(vague, "geo_precision", lambda value: f"'{value}' is not a precision of place", "Write 1, 2 or 3")
    naming = ("admin1", *([] if finder.is_finer else ["admin2"]), "admin3", "location")
    columns = ("location", "admin3", "admin2", "admin1", "geo_precision")
    rows.add_places(finder, POINT, columns, _find_place, naming)
    no_place = rows.remaining["place_text"] == ""
    rows.leave_out(no_place, "location", "no place is named", "Name the place, or its province")
    events = rows.remaining
    days = format_iso_dates(_last_days(events["day"], events["time_precision"]))
    return rows.make_result(
        ACLED.source_name,
        report_id=format_report_ids("acled", first_filled(events, "event_id_cnty", "data_id")),
        event_date=days,
        date_precision=events["time_precision"].map(DATE_PRECISION),
        reported_date=days,
        area_scope=["" if kind != PlaceKind.PROVINCE else AreaScope.PART for kind in events["place_kind"]],
        origin=[first_name_in(source) or ACLED.source_name for source in events["source"]],
        **find_party_speakers(events["source"], actors, ACLED.source_name),
        source_url="https://acleddata.com/",
        summary=[
            notes or f"{kind}: {one}, {other}."
            for notes, kind, one, other in cells_of(events, "notes", "sub_event_type", "actor1", "actor2")
        ],
    )


def _read_transfers(rows: RowFilter, actors: ActorNames) -> None:
    """Let the notes say who got a place without a fight; leave out the rows whose notes do not.

    Where they say only who left, the claim is that: nobody says who came.
    """
    is_transfer = rows.remaining["claim"] == Claim.HANDED_OVER
    events = rows.remaining[is_transfer]
    claims, parties = [], []
    for notes, *sides in cells_of(events, "notes", "actor1", "inter1", "actor2", "inter2"):
        named = (sides[0], sides[2])
        one, other = (
            Party(
                name,
                actors.names_of(actors.find(name)),
                is_state=inter.lower() in _STATE,
                is_foreign=inter.lower() in _FOREIGN,
            )
            for name, inter in zip(named, (sides[1], sides[3]), strict=True)
        )
        found = read_transfer(notes, (one, other))
        said = found.gave if found.got is None else found.got
        claims.append("" if said is None else Claim.WITHDREW if found.got is None else Claim.HANDED_OVER)
        parties.append("" if said is None else named[said])
    for column, cells in (("claim", claims), ("actor1", parties)):
        made = pd.Series(cells, events.index, dtype="str").reindex(rows.remaining.index)
        rows.remaining = rows.remaining.assign(**{column: rows.remaining[column].mask(is_transfer, made)})
    is_open = is_transfer & (rows.remaining["claim"] == "")
    problem = "the notes do not say in plain words who gave the place up and who got it"
    rows.leave_out(is_open, "sub_event_type", problem, "Add what they say as a row in a table of your own")


class _Side(NamedTuple):
    """One of the two actors of an event: its name, its kind (`inter`), and who is associated with it."""

    name: str
    kind: str
    associates: str

    def is_of_state(self, country: str) -> bool:
        """Whether it is the state of the country, or a foreign one that acts together with it."""
        kind = self.kind.lower()
        partners = [name for part in self.associates.split(";") if (name := fold_name(part))]
        own = tuple(prefix + fold_name(country) for prefix in STATE_FORCE_PREFIXES)
        return kind in _STATE or (kind in _FOREIGN and bool(country) and any(each.startswith(own) for each in partners))


def _find_winners(rows: RowFilter) -> None:
    """Write who holds the place after the event into `actor1`; leave out the rows in which it can be neither."""
    columns = ("actor1", "inter1", "assoc_actor_1", "actor2", "inter2", "assoc_actor_2", "claim", "country")
    winners = [
        _find_winner(_Side(*cells[:3]), _Side(*cells[3:6]), *cells[6:]) for cells in cells_of(rows.remaining, *columns)
    ]
    is_none = pd.Series([winner is None for winner in winners], rows.remaining.index, dtype="bool")
    rows.remaining = rows.remaining.assign(actor1=[winner or "" for winner in winners])
    problem = "by inter1 and inter2 neither actor can have taken the place in an event of this kind"
    rows.leave_out(is_none, "sub_event_type", problem, "Correct inter1 or inter2, or the kind of the event")


def _find_winner(first: _Side, second: _Side, claim: str, country: str) -> str | None:
    """Return the holder of the place after the event, or None if it can be neither of the two.

    Of two who can be the holder the first actor is, as it is usually the one that acts. The state of the country never
    overtakes territory as a non-state actor does, while a foreign state can. What a government regains, its own forces
    or its allies hold, and no rebels.
    """
    if claim == Claim.FIGHTING:
        return first.name or second.name
    if claim not in (Claim.CAPTURED, Claim.RETAKEN) or not first.name:
        return first.name
    sides = [side for side in (first, second) if side.name]
    states = [side for side in sides if side.is_of_state(country)]
    if claim == Claim.CAPTURED:
        able = [side for side in sides if side not in states]
    else:
        able = states or [side for side in sides if side.kind.lower() not in _REBELS]
    return able[0].name if able else "" if not second.name else None


def _find_actor(actors: ActorNames, claim: str, winner: str, other: str) -> str:
    """Return the actor; for fighting it is either of the two, as ACLED does not state who attacks."""
    return actors.first(winner, other) if claim == Claim.FIGHTING else actors.find(winner)


def _find_place(
    finder: PlaceFinder, location: str, admin3: str, admin2: str, admin1: str, precision: str, around: Around
) -> FoundPlace:
    if precision == REGION:
        return finder.find_province(admin1, around)
    return finder.find_place(location, (admin3, admin2), admin1, around, near=precision == NEAR)


def _last_days(days: pd.Series, precision: pd.Series) -> pd.Series:
    """Return the last day of the week or month in whose middle a date lies."""
    of_weeks = days + pd.Timedelta(days=_DAYS_TO_THE_END_OF_A_WEEK)
    of_months = days + pd.offsets.MonthEnd(0)
    return days.mask(precision == "2", of_weeks).mask(precision == "3", of_months)


ACLED = Importer(
    id="acled",
    label="ACLED",
    documentation="ACLED Codebook, 2023 and later, https://acleddata.com/knowledge-base/codebook/; the columns before: "
    "https://acleddata.com/knowledge-base/guide-to-2023-acled-column-changes",
    terms="ACLED: for your own analysis; its terms forbid passing rows on. Credit ACLED",
    source_name="ACLED",
    required_columns=(frozenset({"event_date", "event_type", "actor1", "admin1", "location"}),),
    converter=convert,
)
