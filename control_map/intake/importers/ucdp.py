"""Events of UCDP GED, the Georeferenced Event Dataset of the Uppsala Conflict Data Program, become reports.

An event "Government of Marshland - Reds, 6 killed" becomes the claim `fighting`: it states that people were killed, not
who holds the place. One-sided violence, which is against civilians, is left out, as it is no fight between two sides.
The point of an event says where it is, see `places`; sources that all speak for one party are that party's own word.

The date is the last day on which the event may have happened. Events that are dated only to more than a month are left
out: fighting keeps a status from going stale, and it is unknown for which days this would hold.
"""

import re

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
    parse_days,
)
from control_map.intake.importers.places import NO_PLACE, Around, FoundPlace, PlaceFinder
from control_map.intake.matching.actor_names import ActorNames
from control_map.intake.matching.dates import DateStyle
from control_map.intake.tables.table_builder import RawTable

_ONE_SIDED = "3"
"""A value of `type_of_violence`: 1 is between a state and others, 2 between others, 3 against civilians."""
DATE_PRECISION = {"1": DatePrecision.DAY, "2": DatePrecision.WEEK, "3": DatePrecision.WEEK, "4": DatePrecision.MONTH}
"""Values of `date_prec`: 1 the day, 2 two to six days, 3 a week, 4 up to a month, 5 more than a month."""
EXACT, NEAR, SECOND_ORDER, FIRST_ORDER, ALONG, COUNTRY = "1", "2", "3", "4", "5", "6"
"""Values of `where_prec`: the place, within 25 km of it, a district, a province, a line or an area without a name, the
country; 7 is at sea or in the air."""
_OUTLET = re.compile(r'"?([^,;"]+)[^;]*')
"""The outlet, before the date and the headline, of each article in `source_article`."""
CODES = ("id", "type_of_violence", "where_prec", "date_prec", "best")
POINT = ("longitude", "latitude")
COLUMNS_READ = tuple(
    "id type_of_violence dyad_name side_a side_b source_article source_office source_date source_headline where_prec"
    " where_coordinates adm_1 adm_2 latitude longitude country date_prec date_start date_end best".split()
)


def convert(raw: RawTable, actors: ActorNames, finder: PlaceFinder, dates: DateStyle) -> ImportResult:
    """Convert events to reports, see `Importer.import_reports`."""
    rows = RowFilter(raw.frame, COLUMNS_READ, CODES)
    rows.leave_out_other_countries(finder, "country", POINT)
    one_sided = rows.remaining["type_of_violence"] == _ONE_SIDED
    rows.leave_out(one_sided, "type_of_violence", "one-sided violence is against civilians and is not a fight")
    for column, codes in (("date_prec", "12345"), ("where_prec", "1234567")):
        unknown = ~rows.remaining[column].isin(list(codes))
        rows.leave_out(unknown, column, lambda value: f"'{value}' is not a precision", f"Write 1 to {codes[-1]}")
    vague = ~rows.remaining["date_prec"].isin(list(DATE_PRECISION))
    rows.leave_out(vague, "date_prec", lambda value: f"the event is not dated to a month or better (date_prec {value})")
    rows.remaining = rows.remaining.assign(date_end=first_filled(rows.remaining, "date_end", "date_start"))
    rows.read_dates("date_end", dates)
    found = [actors.first(*sides) for sides in cells_of(rows.remaining, "side_a", "side_b")]
    rows.remaining = rows.remaining.assign(actor=pd.Series(found, index=rows.remaining.index, dtype="str"))
    rows.leave_out_unknown_actors("side_b", actors)
    columns = ("where_coordinates", "adm_2", "adm_1", "country", "where_prec")
    names = ("adm_1", *([] if finder.is_finer else ["adm_2", "where_coordinates"]))
    rows.add_places(finder, POINT, columns, _find_place, names)
    no_place = rows.remaining["place_text"] == ""
    rows.leave_out(no_place, "where_coordinates", lambda value: f"no place on land is named ('{value}')")
    events = rows.remaining
    first_dates = pd.Series([first_name_in(cell) for cell in events["source_date"]], index=events.index, dtype="str")
    published = parse_days(first_dates, dates)
    sources = pd.Series(
        [
            office or _OUTLET.sub(r"\1", article)
            for office, article in cells_of(events, "source_office", "source_article")
        ],
        index=events.index,
        dtype="str",
    )
    areas = (PlaceKind.PROVINCE, PlaceKind.COUNTRY)
    return rows.make_result(
        UCDP.source_name,
        report_id=format_report_ids("ucdp", events["id"]),
        event_date=format_iso_dates(events["day"]),
        date_precision=events["date_prec"].map(DATE_PRECISION),
        reported_date=format_iso_dates(published.where(published >= events["day"], events["day"])),
        area_scope=[AreaScope.PART if kind in areas else "" for kind in events["place_kind"]],
        claim=Claim.FIGHTING,
        origin=[first_name_in(source) or UCDP.source_name for source in sources],
        **find_party_speakers(sources, actors, UCDP.source_name),
        source_url="https://ucdp.uu.se/",
        summary=[
            f"{dyad}: {best or 'an unknown number'} killed. {first_name_in(headline)}".strip()
            for dyad, best, headline in cells_of(events, "dyad_name", "best", "source_headline")
        ],
    )


def _find_place(
    finder: PlaceFinder, where: str, adm_2: str, adm_1: str, country: str, precision: str, around: Around
) -> FoundPlace:
    if precision in (EXACT, NEAR):
        return finder.find_place(where, (adm_2,), adm_1, around, near=precision == NEAR)
    if precision == SECOND_ORDER:
        return finder.find_area(adm_2, adm_1, around)
    if precision in (FIRST_ORDER, ALONG):
        return finder.find_province(adm_1, around)
    return FoundPlace(country, "", PlaceKind.COUNTRY) if precision == COUNTRY and country else NO_PLACE


UCDP = Importer(
    id="ucdp",
    label="UCDP GED",
    documentation="UCDP GED Codebook, version 25.1, https://ucdp.uu.se/downloads/",
    terms="UCDP GED, CC BY 4.0: credit the UCDP and the version of its data",
    source_name="UCDP GED",
    required_columns=(frozenset({"side_a", "side_b", "where_prec", "date_prec", "date_start", "date_end"}),),
    converter=convert,
)
