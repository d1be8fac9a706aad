"""Territorial control of VIINA 2.0, Violent Incident Information from News Articles, on Russia's war against Ukraine.

Its control files have one row for each of some 33,000 populated places and each day, with the status that most of its
sources agree on. A report is made of each change: the first day says who holds a place, and a day that says what the
day before did says nothing new. A year is some twelve million rows, which `viina_files` reads without holding them.

The places of the files `control_latest_YEAR` are numbers of GeoNames, those of `kontrol_latest_YEAR` codes of KATOTTH;
their names stand in `gn_UA_tess.geojson` and `katotth_UA_tess.geojson` beside them.
"""

from collections.abc import Mapping

import pandas as pd

from control_map.core.model import Claim
from control_map.intake.importers.base import (
    Importer,
    ImportResult,
    RowFilter,
    build_codebook_rows,
    format_iso_dates,
    leave_out_unknown_actors,
)
from control_map.intake.importers.districts import DistrictNamer
from control_map.intake.matching.actor_names import ActorNames
from control_map.intake.matching.codebook import PlaceSpelling
from control_map.intake.tables.table_builder import RawTable

SIDE_NAMES: Mapping[str, tuple[str, ...]] = {
    "UA": ("UA", "Ukraine", "Government of Ukraine"),
    "RU": ("RU", "Russia", "Government of Russia"),
}
"""The names by which an actor of a theatre may be one of the two sides."""
CONTESTED_STATUS = "CONTESTED"
ATTACKER_BY_HOLDER = {"UA": "RU", "RU": "UA", "": "RU"}
"""Who attacks a place that becomes contested, by who held it last; of one that was never held, the invader."""
PLACE_CODE_COLUMNS = ("geonameid", "kod")
NAME_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "location": ("asciiname", "name"),
    "district": ("adm2_name", "adm2_name_alt"),
    "province": ("adm1_name", "adm1_name_alt"),
    "lon": ("longitude", "lon"),
    "lat": ("latitude", "lat"),
}
"""In which columns of a file of places, or of a table that was joined with one, they are called what."""
UNCHANGED_STATUS_PROBLEM = "the status is that of the day before"
STATUSES = (*SIDE_NAMES, CONTESTED_STATUS)
COLUMNS_READ = (*PLACE_CODE_COLUMNS, "date", "status", *(name for names in NAME_COLUMNS.values() for name in names))


def convert(raw: RawTable, actors: ActorNames, districts: DistrictNamer, *, day_first: bool | None) -> ImportResult:
    """Turn changes of status into reports, see `Importer.account`."""
    sieve = RowFilter(raw.frame, COLUMNS_READ)
    rest = sieve.rest
    sieve.rest = rest.assign(
        place=format_place_codes(rest["geonameid"].mask(rest["geonameid"] == "", rest["kod"])),
        status=rest["status"].str.upper(),
        **{name: _first_filled(rest, columns) for name, columns in NAME_COLUMNS.items()},
    )
    sieve.leave_out(~sieve.rest["status"].isin(STATUSES), "status", lambda value: f"'{value}' is not a status")
    sieve.read_days("date", "Write it as 20220709, year first", day_first)
    sieve.rest = sieve.rest.sort_values(["place", "day"], kind="stable")
    before = sieve.rest.groupby("place", sort=False)["status"].shift()
    again = sieve.rest["status"] == before
    sieve.rest = sieve.rest.assign(repeated="")  # one reason for all, whatever the status is
    sieve.leave_out(again, "repeated", UNCHANGED_STATUS_PROBLEM)
    told = _told(sieve.rest, actors)
    sieve.rest = sieve.rest.assign(**told)
    leave_out_unknown_actors(sieve, "who", actors, sieve.rest["actor"] == "")
    sieve.rest = sieve.rest.assign(around=districts.around(sieve.rest["lon"], sieve.rest["lat"]))
    named = [
        districts.place(*cells)
        for cells in sieve.rest[["location", "district", "province", "around"]].itertuples(index=False, name=None)
    ]
    sieve.rest = sieve.rest.assign(
        unnamed="",
        **{name: [spelling[number] for spelling in named] for number, name in enumerate(PlaceSpelling._fields)},
    )
    fix = "Give the file of its places, gn_UA_tess.geojson or katotth_UA_tess.geojson, with --places"
    sieve.leave_out(sieve.rest["place_text"] == "", "unnamed", "the place has a number and no name", fix)
    rest = sieve.rest = sieve.rest.sort_index()
    return sieve.account(
        build_codebook_rows(
            rest,
            report_id="viina:" + rest["place"] + ":" + rest["date"],
            event_date=format_iso_dates(rest["day"]),
            date_precision="day",
            reported_date=format_iso_dates(rest["day"]),
            place_text=rest["place_text"],
            province_text=rest["province_text"],
            place_kind=rest["place_kind"],
            claim=rest["claim"],
            actor=rest["actor"],
            claimant="VIINA",
            claimant_side="independent",
            origin="VIINA",
            source_name=VIINA.source_name,
            source_url="https://github.com/zhukovyuri/VIINA",
            summary=[
                f"The status of {location} is {status}, {f'and was {was} before' if was else 'on the first day'}."
                for location, status, was in zip(rest["location"], rest["status"], rest["was"], strict=True)
            ],
        )
    )


def _told(rest: pd.DataFrame, actors: ActorNames) -> dict[str, pd.Series]:
    """Return claim, who it speaks of and the actor, and what the status was, of changes in order of place and day."""
    claims: list[str] = []
    whose: list[str] = []
    earlier: list[str] = []
    place = was = holder = ""
    held: set[str] = set()
    for code, status in zip(rest["place"], rest["status"], strict=True):
        if code != place:
            place, was, holder, held = code, "", "", set()
        earlier.append(was)
        if status == CONTESTED_STATUS:
            claims.append(Claim.CONTESTED)
            whose.append(ATTACKER_BY_HOLDER[holder])
        else:
            first = not was or holder == status  # who held it before it was contested has not lost it
            claims.append(Claim.HELD if first else Claim.RETAKEN if status in held else Claim.CAPTURED)
            whose.append(status)
            holder = status
            held.add(status)
        was = status
    found = {side: actors.first(*names) for side, names in SIDE_NAMES.items()}
    columns = {"claim": claims, "who": whose, "actor": [found[side] for side in whose], "was": earlier}
    return {name: pd.Series(column, index=rest.index, dtype="str") for name, column in columns.items()}


def _first_filled(frame: pd.DataFrame, columns: tuple[str, ...]) -> pd.Series:
    filled = frame[columns[0]]
    for column in columns[1:]:
        filled = filled.mask(filled == "", frame[column])
    return filled


def format_place_codes(column: pd.Series) -> pd.Series:
    """Write the number of a place without decimals, as other programs add them ("461727.0", "2e+05")."""
    numbers = pd.to_numeric(column, errors="coerce")
    whole = numbers.notna() & (numbers % 1 == 0)
    return column.mask(whole, numbers.where(whole, 0).astype("int64").astype("str"))


VIINA = Importer(
    id="viina",
    label="VIINA 2.0",
    documented="VIINA 2.0, Territorial control, https://github.com/zhukovyuri/VIINA, version of 2025",
    terms="VIINA, ODbL 1.0: credit Zhukov and Ayers; share what you make of it alike",
    source_name="VIINA",
    told_by=tuple(frozenset({code, "date", "status"}) for code in PLACE_CODE_COLUMNS),
    take=convert,
)
