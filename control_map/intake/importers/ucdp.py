"""Events of UCDP GED, the Georeferenced Event Dataset of the Uppsala Conflict Data Program.

An event is one in which somebody was killed: fighting, which says nothing on who holds the place. One-sided violence,
which is against civilians, is left out, as it is no fight between two sides.

The day stated is the last one on which the event may have happened. What is dated only to more than a month is left
out: fighting keeps a status from going stale, and nobody knows for which days this would.
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
    parse_days,
)
from control_map.intake.importers.districts import DistrictNamer
from control_map.intake.matching.actor_names import ActorNames
from control_map.intake.matching.codebook import PlaceSpelling
from control_map.intake.tables.table_builder import RawTable

ONE_SIDED = "3"
"""Of `type_of_violence`: 1 is between a state and others, 2 between others, 3 against civilians."""
DATE_PRECISION = {"1": DatePrecision.DAY, "2": DatePrecision.WEEK, "3": DatePrecision.WEEK, "4": DatePrecision.MONTH}
"""Of `date_prec`: 1 the day, 2 two to six days, 3 a week, 4 up to a month, 5 more than a month."""
EXACT, NEAR, SECOND_ORDER, FIRST_ORDER, ALONG, COUNTRY = "1", "2", "3", "4", "5", "6"
"""Of `where_prec`: the place, within 25 km of it, a district, a province, a line or an area without a name, the
country; 7 is at sea or in the air."""
COLUMNS_READ = (
    "id",
    "type_of_violence",
    "dyad_name",
    "side_a",
    "side_b",
    "source_article",
    "source_office",
    "source_date",
    "source_headline",
    "where_prec",
    "where_coordinates",
    "adm_1",
    "adm_2",
    "latitude",
    "longitude",
    "country",
    "date_prec",
    "date_start",
    "date_end",
    "best",
)


def convert(raw: RawTable, actors: ActorNames, districts: DistrictNamer, *, day_first: bool | None) -> ImportResult:
    """Turn events into reports, see `Importer.account`."""
    sieve = RowFilter(raw.frame, COLUMNS_READ)
    one_sided = sieve.rest["type_of_violence"] == ONE_SIDED
    sieve.leave_out(one_sided, "type_of_violence", "one-sided violence is against civilians, it is no fight")
    vague = ~sieve.rest["date_prec"].isin(list(DATE_PRECISION))
    sieve.leave_out(
        vague, "date_prec", lambda value: f"the event is not dated to a month or better (date_prec {value})"
    )
    ends = sieve.rest["date_end"].mask(sieve.rest["date_end"] == "", sieve.rest["date_start"])
    sieve.rest = sieve.rest.assign(date_end=ends)
    sieve.read_days("date_end", FIX_DATE_FORMAT, day_first)
    sides = zip(sieve.rest["side_a"], sieve.rest["side_b"], strict=True)
    found = pd.Series([actors.first(*both) for both in sides], index=sieve.rest.index, dtype="str")
    sieve.rest = sieve.rest.assign(actor=found)
    leave_out_unknown_actors(sieve, "side_b", actors, found == "")
    sieve.rest = sieve.rest.assign(around=districts.around(sieve.rest["longitude"], sieve.rest["latitude"]))
    named = [_place(districts, *cells) for cells in sieve.rest[list(_PLACE)].itertuples(index=False, name=None)]
    sieve.rest = sieve.rest.assign(
        **{name: [spelling[number] for spelling in named] for number, name in enumerate(PlaceSpelling._fields)}
    )
    sieve.leave_out(
        sieve.rest["place_text"] == "", "where_coordinates", lambda value: f"no place on land is named ('{value}')"
    )
    rest = sieve.rest
    first_dates = pd.Series([first_name_in(dates) for dates in rest["source_date"]], index=rest.index, dtype="str")
    published = parse_days(first_dates, day_first=day_first)
    published = published.where(published >= rest["day"], rest["day"])
    areas = (PlaceKind.PROVINCE, PlaceKind.COUNTRY)
    return sieve.account(
        build_codebook_rows(
            rest,
            report_id=("ucdp:" + rest["id"]).mask(rest["id"] == "", ""),
            event_date=format_iso_dates(rest["day"]),
            date_precision=rest["date_prec"].map(DATE_PRECISION),
            reported_date=format_iso_dates(published),
            place_text=rest["place_text"],
            province_text=rest["province_text"],
            place_kind=rest["place_kind"],
            area_scope=[AreaScope.PART if kind in areas else "" for kind in rest["place_kind"]],
            claim=Claim.FIGHTING,
            actor=rest["actor"],
            claimant=UCDP.source_name,
            claimant_side="independent",
            origin=[
                first_name_in(office) or first_name_in(article).split(",")[0].strip(' "') or UCDP.source_name
                for office, article in zip(rest["source_office"], rest["source_article"], strict=True)
            ],
            source_name=UCDP.source_name,
            source_url="https://ucdp.uu.se/",
            summary=[
                f"{dyad}: {best or 'an unknown number'} killed. {first_name_in(headline)}".strip()
                for dyad, best, headline in zip(rest["dyad_name"], rest["best"], rest["source_headline"], strict=True)
            ],
        )
    )


_PLACE = ("where_coordinates", "adm_2", "adm_1", "country", "around", "where_prec")


def _place(
    districts: DistrictNamer, where: str, adm_2: str, adm_1: str, country: str, around: str, precision: str
) -> PlaceSpelling:
    if precision in (EXACT, NEAR):
        return districts.place(where, adm_2, adm_1, around, near=precision == NEAR)
    if precision == SECOND_ORDER:
        return districts.place("", adm_2, adm_1, around)
    if precision in (FIRST_ORDER, ALONG):
        return districts.province(adm_1)
    return (
        PlaceSpelling(country, "", PlaceKind.COUNTRY) if precision == COUNTRY and country else PlaceSpelling("", "", "")
    )


UCDP = Importer(
    id="ucdp",
    label="UCDP GED",
    documented="UCDP GED Codebook, version 25.1, https://ucdp.uu.se/downloads/",
    terms="UCDP GED, CC BY 4.0: credit the UCDP and the version of its data",
    source_name="UCDP GED",
    told_by=(frozenset({"side_a", "side_b", "where_prec", "date_prec", "date_start", "date_end"}),),
    take=convert,
)
