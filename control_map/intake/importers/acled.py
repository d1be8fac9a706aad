"""Events of ACLED, the Armed Conflict Location & Event Data project.

ACLED codes events, most of which say nothing on who holds a place. Those of territory that changes hands are claims.
Of the others only battles on the ground count as fighting: a strike from afar, or violence against civilians, happens
also far behind the lines, and would keep a status from going stale of which nobody spoke.

Its dates stand in the middle of the week or month that is meant, while the codebook here states the last day of it;
they are moved to that day. Neither `timestamp` nor any other column says when an event was first published, so that the
day of the event stands for it. ACLED names the sources of an event without saying which of them came first; the origin
is the first that it names. Its event id is in the report's.
"""

import pandas as pd

from control_map.core.model import AreaScope, Claim, DatePrecision, PlaceKind
from control_map.intake.importers.base import (
    FIX_DATE_FORMAT,
    Importer,
    ImportResult,
    RowFilter,
    build_codebook_rows,
    first_name_in,
    format_iso_dates,
    leave_out_unknown_actors,
)
from control_map.intake.importers.districts import DistrictNamer
from control_map.intake.matching.actor_names import ActorNames
from control_map.intake.matching.codebook import PlaceSpelling
from control_map.intake.tables.table_builder import RawTable

CLAIM_BY_EVENT = {
    "non-state actor overtakes territory": Claim.CAPTURED,
    "government regains territory": Claim.RETAKEN,
    "non-violent transfer of territory": Claim.HANDED_OVER,
    "armed clash": Claim.FIGHTING,
    # As the events were called before 2019.
    "battle-non-state actor overtakes territory": Claim.CAPTURED,
    "battle-government regains territory": Claim.RETAKEN,
    "battle-no change of territory": Claim.FIGHTING,
}
"""What a sub-event says of a place, or, where there is none, an event."""
DATE_PRECISION = {"1": DatePrecision.DAY, "2": DatePrecision.WEEK, "3": DatePrecision.MONTH, "": DatePrecision.DAY}
DAYS_TO_THE_END_OF_A_WEEK = 3
NEAR, REGION = "2", "3"
"""Of `geo_precision`: 1 is the location itself, 2 somewhere near it, 3 a larger region that it stands for."""
STATE_FORCE_CODES = frozenset({"1", "8", "state forces", "external/other forces"})
"""Of `inter1` and `inter2`: the forces of a state, of the country's or another."""
COLUMNS_READ = (
    "event_id_cnty",
    "data_id",
    "event_date",
    "time_precision",
    "event_type",
    "sub_event_type",
    "actor1",
    "inter1",
    "actor2",
    "inter2",
    "admin1",
    "admin2",
    "location",
    "latitude",
    "longitude",
    "geo_precision",
    "source",
    "notes",
)


def convert(raw: RawTable, actors: ActorNames, districts: DistrictNamer, *, day_first: bool | None) -> ImportResult:
    """Turn events into reports, see `Importer.account`."""
    sieve = RowFilter(raw.frame, COLUMNS_READ)
    kinds = sieve.rest["sub_event_type"].mask(sieve.rest["sub_event_type"] == "", sieve.rest["event_type"])
    sieve.rest = sieve.rest.assign(sub_event_type=kinds, claim=[CLAIM_BY_EVENT.get(kind.lower(), "") for kind in kinds])
    sieve.leave_out(
        sieve.rest["claim"] == "", "sub_event_type", lambda value: f"'{value}' does not say who holds a place"
    )
    sieve.read_days("event_date", FIX_DATE_FORMAT, day_first)
    unknown = ~sieve.rest["time_precision"].isin(list(DATE_PRECISION))
    sieve.leave_out(unknown, "time_precision", lambda value: f"'{value}' is not a precision of time", "Write 1, 2 or 3")
    sieve.rest = sieve.rest.assign(
        actor1=[_winner(*cells) for cells in _cells(sieve.rest, "claim", "actor1", "inter1", "actor2", "inter2")],
    )
    found = [_actor(actors, *cells) for cells in _cells(sieve.rest, "claim", "actor1", "actor2")]
    sieve.rest = sieve.rest.assign(actor=pd.Series(found, index=sieve.rest.index, dtype="str"))
    leave_out_unknown_actors(sieve, "actor1", actors, sieve.rest["actor"] == "")
    sieve.rest = sieve.rest.assign(around=districts.around(sieve.rest["longitude"], sieve.rest["latitude"]))
    named = [_place(districts, *cells) for cells in _cells(sieve.rest, *_PLACE)]
    sieve.rest = sieve.rest.assign(
        **{name: [spelling[number] for spelling in named] for number, name in enumerate(PlaceSpelling._fields)}
    )
    sieve.leave_out(sieve.rest["place_text"] == "", "location", "no place is named", "Name the place, or its province")
    rest = sieve.rest
    ids = rest["event_id_cnty"].mask(rest["event_id_cnty"] == "", rest["data_id"])
    days = _last_days(rest["day"], rest["time_precision"])
    return sieve.account(
        build_codebook_rows(
            rest,
            report_id=("acled:" + ids).mask(ids == "", ""),
            event_date=format_iso_dates(days),
            date_precision=rest["time_precision"].map(DATE_PRECISION),
            reported_date=format_iso_dates(days),
            place_text=rest["place_text"],
            province_text=rest["province_text"],
            place_kind=rest["place_kind"],
            area_scope=["" if kind != PlaceKind.PROVINCE else AreaScope.PART for kind in rest["place_kind"]],
            claim=rest["claim"],
            actor=rest["actor"],
            claimant=ACLED.source_name,
            claimant_side="independent",
            origin=[first_name_in(source) or ACLED.source_name for source in rest["source"]],
            source_name=ACLED.source_name,
            source_url="https://acleddata.com/",
            summary=[
                notes or f"{kind}: {one}, {other}."
                for notes, kind, one, other in _cells(rest, "notes", "sub_event_type", "actor1", "actor2")
            ],
        )
    )


_PLACE = ("location", "admin2", "admin1", "around", "geo_precision")


def _cells(frame: pd.DataFrame, *columns: str) -> list[tuple[str, ...]]:
    return list(frame[list(columns)].itertuples(index=False, name=None))


def _winner(claim: str, actor1: str, inter1: str, actor2: str, inter2: str) -> str:
    """Return who holds the place after the event.

    The first actor is mostly the one who acts, but ACLED does not promise it: a non-state actor takes a place from a
    state, and a state regains it.
    """
    states = [inter.lower() in STATE_FORCE_CODES for inter in (inter1, inter2)]
    wrong = (claim == Claim.CAPTURED and states == [True, False]) or (
        claim == Claim.RETAKEN and states == [False, True]
    )
    return actor2 if wrong and actor2 and inter1 and inter2 else actor1


def _actor(actors: ActorNames, claim: str, winner: str, other: str) -> str:
    """Return the actor; for fighting either of the two will do, as ACLED does not say who attacks."""
    return actors.first(winner, other) if claim == Claim.FIGHTING else actors.find(winner)


def _place(
    districts: DistrictNamer, location: str, admin2: str, admin1: str, around: str, precision: str
) -> PlaceSpelling:
    if precision == REGION:
        return districts.province(admin1)
    return districts.place(location, admin2, admin1, around, near=precision == NEAR)


def _last_days(days: pd.Series, precision: pd.Series) -> pd.Series:
    """Return the last day of the week or month in whose middle a date stands."""
    of_weeks = days + pd.Timedelta(days=DAYS_TO_THE_END_OF_A_WEEK)
    of_months = days + pd.offsets.MonthEnd(0)
    return days.mask(precision == "2", of_weeks).mask(precision == "3", of_months)


ACLED = Importer(
    id="acled",
    label="ACLED",
    documented="ACLED Codebook, 2023 and later, https://acleddata.com/knowledge-base/codebook/; the columns before: "
    "https://acleddata.com/knowledge-base/guide-to-2023-acled-column-changes",
    terms="ACLED: for your own analysis; its terms forbid passing rows on. Credit ACLED",
    source_name="ACLED",
    told_by=(frozenset({"event_date", "event_type", "actor1", "admin1", "location"}),),
    take=convert,
)
