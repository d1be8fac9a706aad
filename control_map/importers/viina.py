"""Territorial control of VIINA 2.0, Violent Incident Information from News Articles, on Russia's war against Ukraine.

Its control files have one row for each of some 33,000 populated places and each day, with the status that most of its
sources agree on. A report is made of each change: the first day says who holds a place, and a day that says what the
day before did says nothing new. A year is some twelve million rows, which `read_changes` reads without holding them.

The places of the files `control_latest_YEAR` are numbers of GeoNames, those of `kontrol_latest_YEAR` codes of KATOTTH;
their names stand in `gn_UA_tess.geojson` and `katotth_UA_tess.geojson` beside them, see `with_names`.
"""

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyogrio

from control_map.errors import Fault, PackError, missing_file
from control_map.importers.actors import ActorNames
from control_map.importers.dates import as_days, iso
from control_map.importers.importer import Account, Importer, Sieve, cut, in_columns
from control_map.importers.places import Districts
from control_map.intake import Raw, Spelling, read_file
from control_map.model import Claim

SIDES: Mapping[str, tuple[str, ...]] = {
    "UA": ("UA", "Ukraine", "Government of Ukraine"),
    "RU": ("RU", "Russia", "Government of Russia"),
}
"""The names by which an actor of a theatre may be one of the two sides."""
FOUGHT_FOR = "CONTESTED"
ATTACKER = {"UA": "RU", "RU": "UA", "": "RU"}
"""Who attacks a place that becomes contested, by who held it last; of one that was never held, the invader."""
PLACE_CODES = ("geonameid", "kod")
NAMES: Mapping[str, tuple[str, ...]] = {
    "location": ("asciiname", "name"),
    "district": ("adm2_name", "adm2_name_alt"),
    "province": ("adm1_name", "adm1_name_alt"),
    "lon": ("longitude", "lon"),
    "lat": ("latitude", "lat"),
}
"""In which columns of a file of places, or of a table that was joined with one, they are called what."""
REPEATED = "the status is that of the day before"
BLOCK = 1 << 24
"""Bytes of a file that are held at once."""
_STATUSES = (*SIDES, FOUGHT_FOR)
_COLUMNS_READ = (*PLACE_CODES, "date", "status", *(name for names in NAMES.values() for name in names))


def take(raw: Raw, actors: ActorNames, districts: Districts) -> Account:
    """Turn changes of status into reports, see `Importer.account`."""
    sieve = Sieve(raw.frame, _COLUMNS_READ)
    rest = sieve.rest
    sieve.rest = rest.assign(
        place=_code(rest["geonameid"].mask(rest["geonameid"] == "", rest["kod"])),
        status=rest["status"].str.upper(),
        day=as_days(rest["date"]),
        **{name: _first_filled(rest, columns) for name, columns in NAMES.items()},
    )
    sieve.leave_out(~sieve.rest["status"].isin(_STATUSES), "status", "'{value}' is not a status")
    sieve.leave_out(sieve.rest["day"].isna(), "date", "'{value}' is not a date", "Write it as 20220709, year first")
    sieve.rest = sieve.rest.sort_values(["place", "day"], kind="stable")
    before = sieve.rest.groupby("place", sort=False)["status"].shift()
    again = sieve.rest["status"] == before
    sieve.rest = sieve.rest.assign(repeated="")  # one reason for all, whatever the status is
    sieve.leave_out(again, "repeated", REPEATED)
    told = _told(sieve.rest, actors)
    sieve.rest = sieve.rest.assign(**told)
    unknown = sieve.rest["actor"] == ""
    ids = ", ".join(actors.ids)
    problem = f"'{{value}}' is none of the actors of {actors.theatre}"
    sieve.leave_out(unknown, "who", problem, f'Say who is meant: --actor "{{value}}=ID", with one of {ids}')
    named = [
        districts.place(location, district, province, (lon, lat))
        for location, district, province, lon, lat in sieve.rest[list(NAMES)].itertuples(index=False, name=None)
    ]
    sieve.rest = sieve.rest.assign(
        unnamed="",
        **{name: [spelling[number] for spelling in named] for number, name in enumerate(Spelling._fields)},
    )
    mend = "Give the file of its places, gn_UA_tess.geojson or katotth_UA_tess.geojson, with --places"
    sieve.leave_out(sieve.rest["place_text"] == "", "unnamed", "the place has a number and no name", mend)
    rest = sieve.rest = sieve.rest.sort_index()
    return sieve.account(
        in_columns(
            rest,
            report_id="viina:" + rest["place"] + ":" + rest["date"],
            event_date=iso(rest["day"]),
            date_precision="day",
            reported_date=iso(rest["day"]),
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
                cut(f"The status of {location} is {status}, {f'and was {was} before' if was else 'on the first day'}.")
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
        if status == FOUGHT_FOR:
            claims.append(Claim.CONTESTED)
            whose.append(ATTACKER[holder])
        else:
            first = not was or holder == status  # who held it before it was contested has not lost it
            claims.append(Claim.HELD if first else Claim.RETAKEN if status in held else Claim.CAPTURED)
            whose.append(status)
            holder = status
            held.add(status)
        was = status
    found = {side: actors.first(*names) for side, names in SIDES.items()}
    columns = {"claim": claims, "who": whose, "actor": [found[side] for side in whose], "was": earlier}
    return {name: pd.Series(column, index=rest.index, dtype="str") for name, column in columns.items()}


def _first_filled(frame: pd.DataFrame, columns: tuple[str, ...]) -> pd.Series:
    filled = frame[columns[0]]
    for column in columns[1:]:
        filled = filled.mask(filled == "", frame[column])
    return filled


def _code(column: pd.Series) -> pd.Series:
    """Write the number of a place without decimals, as other programs add them ("461727.0", "2e+05")."""
    numbers = pd.to_numeric(column, errors="coerce")
    whole = numbers.notna() & (numbers % 1 == 0)
    return column.mask(whole, numbers.where(whole, 0).astype("int64").astype("str"))


def with_names(raw: Raw, places: Path) -> Raw:
    """Give the places of a control file the names that they have in the file of its places.

    Parameters
    ----------
    raw
        A table with `geonameid` or `kod`.
    places
        GeoJSON, or a table of any kind, with the same column, and with names as `NAMES` lists them.
    """
    if not places.exists():
        raise PackError([missing_file(places)])
    if places.suffix.lower() in (".geojson", ".json"):
        names = pyogrio.read_dataframe(places, read_geometry=False).astype("str")
    else:
        names = read_file(places).frame
    names = names.rename(columns=str.lower)
    frame = raw.frame.rename(columns=str.lower)
    code = next((code for code in PLACE_CODES if code in names and code in frame), "")
    if not code:
        mend = f"Give the file that has the column {' or '.join(code for code in PLACE_CODES if code in frame)}"
        raise PackError([Fault(places.name, 1, "", "its places are not those of the control file", mend)])
    wanted = [name for columns in NAMES.values() for name in columns if name in names and name not in frame]
    known = names.assign(**{code: _code(names[code])}).drop_duplicates(code).set_index(code)[wanted]
    joined = known.reindex(_code(frame[code])).fillna("").set_axis(frame.index)
    return Raw(raw.name, pd.concat([frame, joined], axis=1).astype("str"), raw.faults)


def read_changes(path: Path) -> tuple[Raw, int]:
    """Read a control file, CSV or the ZIP file in which it is published, without the days that say nothing new.

    Returns
    -------
    tuple
        The rows on which a place is first heard of or has another status than before, and how many others there are.

    Raises
    ------
    PackError
        If it cannot be read, or the days of a place do not follow each other.
    """
    last: dict[str, str] = {}
    days: dict[str, str] = {}
    kept: list[pd.DataFrame] = []
    rows = 0
    try:
        with _opened(path) as file:
            for batch in _batches(file):
                frame = batch.set_index(pd.RangeIndex(rows + 2, rows + 2 + len(batch), name="row"))
                rows += len(frame)
                kept.append(frame[_news(path.name, frame, last, days)])
    except (pa.ArrowInvalid, zipfile.BadZipFile, UnicodeDecodeError) as error:
        problem = f"the file cannot be read ({error})"
        raise PackError([Fault(path.name, 0, "", problem, "Take it as VIINA publishes it")]) from error
    frame = pd.concat(kept) if kept else pd.DataFrame(columns=["geonameid", "date", "status"])
    return Raw(path.name, frame.fillna("").astype("str"), []), rows - len(frame)


def is_control_file(path: Path) -> bool:
    """Whether a file is a control file, by the first line of it or of what is packed in it."""
    try:
        with _opened(path) as file:
            header = file.readline(10_000).decode("utf-8-sig").lower().strip()
    except (OSError, zipfile.BadZipFile, UnicodeDecodeError, PackError):
        return False
    columns = set(next(csv.reader([header]), []))
    return any(told <= columns for told in VIINA.told_by)


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    if not path.exists():
        raise PackError([missing_file(path)])
    if not zipfile.is_zipfile(path):
        with path.open("rb") as file:
            yield file
        return
    with zipfile.ZipFile(path) as packed:
        tables = [name for name in packed.namelist() if name.lower().endswith(".csv") and "/." not in f"/{name}"]
        if len(tables) != 1:
            problem = f"{len(tables)} tables are packed in it"
            raise PackError([Fault(path.name, 0, "", problem, "Take the table out and give that")])
        with packed.open(tables[0]) as file:
            yield file


def _batches(file: IO[bytes]) -> Iterator[pd.DataFrame]:
    first = file.readline()
    header = next(csv.reader([first.decode("utf-8-sig").strip()]), [])
    wanted = [column for column in header if column.lower() in _COLUMNS_READ]
    reader = pyarrow.csv.open_csv(
        _Rest(file),
        read_options=pyarrow.csv.ReadOptions(column_names=header, block_size=BLOCK),
        convert_options=pyarrow.csv.ConvertOptions(
            include_columns=wanted, column_types=dict.fromkeys(wanted, pa.string()), strings_can_be_null=False
        ),
    )
    for batch in reader:
        yield batch.to_pandas().rename(columns=str.lower)


class _Rest(io.RawIOBase):
    """The rest of a file as one of its own: a reader would close it, or begin again where it does."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Read so many bytes."""
        return self._file.read(size)


def _news(name: str, frame: pd.DataFrame, last: dict[str, str], days: dict[str, str]) -> pd.Series:
    """Say which rows have another status than the place had before; `last` and `days` are what it had, and are set."""
    place = frame["geonameid"] if "geonameid" in frame else frame["kod"]
    status = frame["status"].str.upper()
    known = status.isin(_STATUSES)
    told = pd.DataFrame({"place": place[known], "status": status[known], "day": frame["date"][known]})
    groups = told.groupby("place", sort=False)
    before = groups["status"].shift()
    earlier = groups["day"].shift()
    first = before.isna()
    before = before.mask(first, told["place"].where(first).map(last))
    earlier = earlier.mask(first, told["place"].where(first).map(days))
    if (late := (told["day"] < earlier)[lambda late: late]).any():
        problem = f"the day is before that of the row above of the same place, {place[late.index[0]]}"
        raise PackError([Fault(name, int(late.index[0]), "date", problem, "Sort the rows by place and day")])
    ends = groups.tail(1)
    last.update(zip(ends["place"], ends["status"], strict=True))
    days.update(zip(ends["place"], ends["day"], strict=True))
    news = pd.Series(data=True, index=frame.index)
    news[told.index] = told["status"] != before
    return news


VIINA = Importer(
    id="viina",
    label="VIINA 2.0",
    documented="VIINA 2.0, Territorial control, https://github.com/zhukovyuri/VIINA, version of 2025",
    terms="VIINA, ODbL 1.0: credit Zhukov and Ayers; share what you make of it alike",
    source_name="VIINA",
    told_by=tuple(frozenset({code, "date", "status"}) for code in PLACE_CODES),
    take=take,
)
