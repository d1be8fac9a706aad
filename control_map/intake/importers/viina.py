"""Territorial control of VIINA 2.0, Violent Incident Information from News Articles, becomes reports on Ukraine.

The days UA, UA, RU of a place become two reports: held by Ukraine on the first day, captured by Russia on the third.
Its control files have one row for each of some 33,000 populated places and each day, with the status on which most of
its sources agree. Each change becomes a report: the first day states who holds a place, and a day with the status of
the day before states nothing new. A year is some twelve million rows, which `viina_files` reads piece by piece.

The places in the files `control_latest_YEAR` are numbers of GeoNames, those in `kontrol_latest_YEAR` codes of KATOTTH;
their names are in `gn_UA_tess.geojson` and `katotth_UA_tess.geojson` beside them.
"""

from collections.abc import Mapping

import pandas as pd

from control_map.core.model import Claim, DatePrecision
from control_map.intake.importers.base import (
    Importer,
    ImportResult,
    RowFilter,
    cells_of,
    first_filled,
    format_codes,
    format_iso_dates,
)
from control_map.intake.importers.places import Around, FoundPlace, PlaceFinder
from control_map.intake.matching.actor_names import ActorNames
from control_map.intake.matching.dates import DateStyle
from control_map.intake.tables.table_builder import RawTable

_SIDE_NAMES: Mapping[str, tuple[str, ...]] = {
    "UA": ("UA", "Ukraine", "Government of Ukraine"),
    "RU": ("RU", "Russia", "Government of Russia"),
}
"""The names by which the theatre's actors are known to be the two sides."""
CONTESTED_STATUS = "CONTESTED"
_ATTACKER_BY_HOLDER = {"UA": "RU", "RU": "UA", "": "RU"}
"""The attacker of a place that becomes contested, by its last holder; of a place without one, the invader."""
PLACE_CODE_COLUMNS = ("geonameid", "kod")
NAME_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "location": ("asciiname", "name"),
    "district": ("adm2_name", "adm2_name_alt"),
    "province": ("adm1_name", "adm1_name_alt"),
    "lon": ("longitude", "lon"),
    "lat": ("latitude", "lat"),
}
"""The columns that a file of places, or a table joined with one, may have for each name and coordinate."""
UNCHANGED_STATUS_PROBLEM = "the status is that of the day before"
STATUSES = (*_SIDE_NAMES, CONTESTED_STATUS)
COLUMNS_READ = (*PLACE_CODE_COLUMNS, "date", "status", *(name for names in NAME_COLUMNS.values() for name in names))


def convert(raw: RawTable, actors: ActorNames, finder: PlaceFinder, dates: DateStyle) -> ImportResult:
    """Convert changes of status to reports, see `Importer.import_reports`."""
    rows = RowFilter(raw.frame, COLUMNS_READ)
    rows.remaining = rows.remaining.assign(
        place=format_codes(first_filled(rows.remaining, *PLACE_CODE_COLUMNS)),
        status=rows.remaining["status"].str.upper(),
        **{name: first_filled(rows.remaining, *columns) for name, columns in NAME_COLUMNS.items()},
    )
    unknown = ~rows.remaining["status"].isin(STATUSES)
    rows.leave_out(unknown, "status", lambda value: f"'{value}' is not a status")
    rows.read_dates("date", dates, "Write it as 20220709, year first")
    days = rows.remaining.sort_values(["place", "day"], kind="stable")
    unchanged = days["status"] == days.groupby("place", sort=False)["status"].shift()
    rows.remaining = days.assign(repeated="")  # an empty column, so that all such rows count as one kind
    rows.leave_out(unchanged, "repeated", UNCHANGED_STATUS_PROBLEM)
    claims = _claims_of_changes(rows.remaining, actors)
    rows.remaining = rows.remaining.assign(unnamed="", **{str(name): claims[name] for name in claims})
    rows.leave_out_unknown_actors("side", actors)
    names = ("location", "district", "province")
    rows.add_places(finder, ("lon", "lat"), names, _find_place, names[::-1])
    fix = "Give the file of its places, gn_UA_tess.geojson or katotth_UA_tess.geojson, with --places"
    rows.leave_out(rows.remaining["place_text"] == "", "unnamed", "the place has a number and no name", fix)
    changes = rows.remaining = rows.remaining.sort_index()
    iso_dates = format_iso_dates(changes["day"])
    return rows.make_result(
        VIINA.source_name,
        report_id="viina:" + changes["place"] + ":" + changes["date"],
        event_date=iso_dates,
        date_precision=DatePrecision.DAY,
        reported_date=iso_dates,
        origin=VIINA.source_name,
        source_url="https://github.com/zhukovyuri/VIINA",
        summary=[
            f"The status of {location} is {status}, {f'and was {before} before' if before else 'on the first day'}."
            for location, status, before in cells_of(changes, "location", "status", "status_before")
        ],
    )


def _find_place(finder: PlaceFinder, location: str, district: str, province: str, around: Around) -> FoundPlace:
    return finder.find_place(location, (district,), province, around)


def _claims_of_changes(changes: pd.DataFrame, actors: ActorNames) -> pd.DataFrame:
    """Return `claim`, `side`, `actor` and `status_before` of changes of status, which are sorted by place and day."""
    rows: list[tuple[str, str, str]] = []
    place = before = holder = ""
    past_holders: set[str] = set()
    for code, status in cells_of(changes, "place", "status"):
        if code != place:
            place, before, holder, past_holders = code, "", "", set()
        if status == CONTESTED_STATUS:
            rows.append((Claim.CONTESTED, _ATTACKER_BY_HOLDER[holder], before))
        else:
            kept = not before or holder == status  # the holder before it was contested has not lost it
            claim = Claim.HELD if kept else Claim.RETAKEN if status in past_holders else Claim.CAPTURED
            rows.append((claim, status, before))
            holder = status
            past_holders.add(status)
        before = status
    columns = ["claim", "side", "status_before"]
    claims = pd.DataFrame(rows, columns=columns, index=changes.index, dtype="str")
    ids = {side: actors.first(*names) for side, names in _SIDE_NAMES.items()}
    return claims.assign(actor=claims["side"].map(ids).astype("str"))


VIINA = Importer(
    id="viina",
    label="VIINA 2.0",
    documentation="VIINA 2.0, Territorial control, https://github.com/zhukovyuri/VIINA, version of 2025",
    terms="VIINA, ODbL 1.0: credit Zhukov and Ayers; share adapted data under this licence",
    source_name="VIINA",
    required_columns=tuple(frozenset({code, "date", "status"}) for code in PLACE_CODE_COLUMNS),
    converter=convert,
)
