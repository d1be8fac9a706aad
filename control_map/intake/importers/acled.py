"""Events of ACLED, the Armed Conflict Location & Event Data project, become reports.

The sub-event "Non-state actor overtakes territory" becomes the claim `captured`, with the first source as the origin.
Of a "Non-violent transfer of territory" the notes say who got the place, see `transfers`. Most events do not state who
holds a place. Those in which territory changes hands are claims. Of the others only battles on the ground count as
fighting: a strike from afar, or violence against civilians, also happens far behind the lines, and would make a status
look recently reported that was not. The point of an event says where it is, see `places`.

ACLED's dates lie in the middle of the week or month that is meant, while the codebook states its last day; they are
moved to that day. No column, not even `timestamp`, states when an event was first published, so the day of the event
stands for it. ACLED lists the sources of an event without stating which came first; the origin is the first in that
list. An event whose sources all speak for one party, such as its ministry of defence, is that party's own word; any
other is independent. The id of a report contains the id of the event.
"""

import pandas as pd

from control_map.core.model import AreaScope, Claim, DatePrecision, PlaceKind
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
from control_map.intake.matching.actor_names import ActorNames
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
STATE_FORCE_CODES = frozenset({"1", "8", "state forces", "external/other forces"})
"""Values of `inter1` and `inter2`: the forces of a state, of the country's or another."""
CODES = ("event_id_cnty", "data_id", "time_precision", "inter1", "inter2", "geo_precision")
POINT = ("longitude", "latitude")
COLUMNS_READ = tuple(
    "event_id_cnty data_id event_date time_precision event_type sub_event_type actor1 inter1 actor2 inter2"
    " country admin1 admin2 admin3 location latitude longitude geo_precision source notes".split()
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
    sides = cells_of(rows.remaining, "claim", "actor1", "inter1", "actor2", "inter2")
    rows.remaining = rows.remaining.assign(actor1=[_find_winner(*cells) for cells in sides])
    names = cells_of(rows.remaining, "claim", "actor1", "actor2")
    found = pd.Series([_find_actor(actors, *cells) for cells in names], index=rows.remaining.index, dtype="str")
    rows.remaining = rows.remaining.assign(actor=found)
    rows.leave_out_unknown_actors("actor1", actors)
    vague = ~rows.remaining["geo_precision"].isin(GEO_PRECISIONS)
    rows.leave_out(vague, "geo_precision", lambda value: f"'{value}' is not a precision of place", "Write 1, 2 or 3")
    rows.add_places(finder, POINT, ("location", "admin3", "admin2", "admin1", "geo_precision"), _find_place)
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
            Party(name, actors.names_of(actors.find(name)), inter.lower() in STATE_FORCE_CODES)
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


def _find_winner(claim: str, actor1: str, inter1: str, actor2: str, inter2: str) -> str:
    """Return the holder of the place after the event.

    The first actor is usually the one that acts, but ACLED does not guarantee it: a non-state actor takes a place from
    a state, and a state regains it.
    """
    are_states = [inter.lower() in STATE_FORCE_CODES for inter in (inter1, inter2)]
    is_reversed = (claim == Claim.CAPTURED and are_states == [True, False]) or (
        claim == Claim.RETAKEN and are_states == [False, True]
    )
    is_reversed = bool(is_reversed and inter1 and inter2) or (claim == Claim.FIGHTING and not actor1)
    return actor2 if is_reversed and actor2 else actor1


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
