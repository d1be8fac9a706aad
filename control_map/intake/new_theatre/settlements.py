"""The settlements of a theatre are made from a gazetteer: the polygon around its point is the district of each."""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd

from control_map.core.characters import clean_texts
from control_map.core.errors import PackError, WriteError
from control_map.core.limits import LIMITS
from control_map.core.model import Credit
from control_map.geocoding.locate import parse_degrees
from control_map.geocoding.spelling import spelling_keys_of
from control_map.intake.matching.column_names import column_key, match_exactly
from control_map.intake.tables.table_builder import RawTable, file_error
from control_map.theatre import csv_writer, safe_write
from control_map.theatre.outlines import DistrictOutlines
from control_map.theatre.settlements import SETTLEMENT_COLUMNS, SETTLEMENTS_FILE, read_settlements

_VOCABULARY = {
    meaning: [column_key(name) for name in names.split("|")]
    for meaning, names in {
        "settlement_id": "settlement_id|id|pcode|p-code|code|geonameid|osm_id|adm4_pcode|admin4pcode|uid",
        "name": "name|name_en|settlement|village|town|populated place|place|adm4_en|admin4name_en|asciiname",
        "name_local": "name_local|local name|name_ar|name_fa|name_uk|name_my|native name|adm4_ar|admin4name_ar",
        "alt_names": "alt_names|alternatenames|alternate names|other names|aliases|spellings|alt_name",
        "district_id": "district_id|adm3_pcode|admin3pcode|adm2_pcode|admin2pcode",
        "lon": "lon|longitude|long|lng|x|point x|longitude_x",
        "lat": "lat|latitude|y|point y|latitude_y",
        "population": "population|pop|inhabitants|people",
    }.items()
}
_REQUIRED = ("name", "lon", "lat")
_MOST_NAMES = 20
"""Other names of a settlement that are kept: those of GeoNames have up to a hundred, in all languages."""
_NO_NAME = re.compile(r"[A-Z]{1,4}|[^A-Za-z]*[a-z].*", re.DOTALL)
"""A code, as of an airport, or a transliteration by a machine, which begins with a small letter."""
_BLOCK = 128
"""Characters of which Unicode's tables have as many in a row; a script has one or more of these blocks."""
_LATIN, _AFTER_LATIN = range(5), "\u0250"
_NO_ID = "settlement_id: no column is called so, so the ids are the numbers of the rows"


@dataclass(frozen=True)
class BuiltSettlements:
    """The settlements that were made, and what became of the other rows.

    `table` has `SETTLEMENT_COLUMNS`, sorted by district and name. `left_out` has how many rows were left out, by the
    reason as the end of a sentence; with those of `table` they are all `rows`.
    """

    table: pd.DataFrame
    rows: int
    left_out: Mapping[str, int]

    @property
    def why_left_out(self) -> str:
        """Why how many rows were left out, those of the most frequent reason first, with semicolons between."""
        return "; ".join(f"{n:,} {why}" for why, n in sorted(self.left_out.items(), key=lambda each: -each[1]))


def match_settlement_columns(raw: RawTable, chosen: Mapping[str, str]) -> tuple[pd.DataFrame, list[str]]:
    """Return the columns of a table that say what settlements are, under their names in `settlements.csv`.

    Parameters
    ----------
    raw
        The table of a user.
    chosen
        The column for some of `SETTLEMENT_COLUMNS`, as the user has chosen it.

    Returns
    -------
    tuple
        The columns as `build_settlements` takes them, and notes on how they were read.

    Raises
    ------
    PackError
        If no column can be recognised as that of the names or of the points, or a chosen one does not exist.
    """
    columns = [str(column) for column in raw.frame]
    listed = f"Name it with --column, as in --column lon=COLUMN; the table has: {', '.join(columns)}"
    for meaning, column in chosen.items():
        if meaning not in _VOCABULARY or column not in columns:
            problem = f"there is no column '{column}'" if meaning in _VOCABULARY else f"'{meaning}' is no column here"
            raise file_error(raw.name, problem, f"Choose among {', '.join(_VOCABULARY)}. {listed}")
    found: dict[str, str] = {}
    for meaning, column in match_exactly(_VOCABULARY, columns, slice(None)):
        if meaning not in found and column not in found.values():
            found[meaning] = column
    found |= chosen
    if missing := [meaning for meaning in _REQUIRED if meaning not in found]:
        raise file_error(raw.name, f"no column is recognised as {missing[0]}", listed)
    frame = pd.DataFrame({meaning: raw.frame[column] for meaning, column in found.items()}, dtype="str")
    notes = [f"{meaning}: {column}" for meaning, column in found.items()]
    if "settlement_id" not in found:
        frame["settlement_id"] = frame.index.astype("str")
        notes.append(_NO_ID)
    return frame.assign(country="", unfit=""), notes


def build_settlements(
    rows: pd.DataFrame, places: gpd.GeoDataFrame, country: str = "", least: int = 0
) -> BuiltSettlements:
    """Make the settlements of a theatre.

    Parameters
    ----------
    rows
        Text: `settlement_id, name, lon, lat` (EPSG:4326), `country`, `unfit`, and perhaps `name_local, alt_names,
        population`, and `district_id`, which counts for a point near to that district and in no other. Not changed.
    places
        The places of the theatre: `place_id, kind, name, name_local, alt_names, geometry` in EPSG:4326. Not changed.
    country
        The code of the country; rows of others are left out. Empty: of any.
    least
        The smallest population of those that are kept, if it is not 0.
    """
    table = rows.reindex(columns=[*SETTLEMENT_COLUMNS, "country", "unfit"], fill_value="").reset_index(drop=True)
    for column in ("settlement_id", "name", "name_local", "alt_names"):
        table[column] = [" ".join(text.split()) for text in clean_texts(table[column].tolist())[0]]
    lon, lat = (parse_degrees(table[axis]) for axis in ("lon", "lat"))
    people = pd.to_numeric(table["population"], errors="coerce")
    has_point = lon.between(-180, 180) & lat.between(-90, 90)
    x, y = (axis.where(has_point).tolist() for axis in (lon, lat))
    found = DistrictOutlines(places).district_ids_at(x, y, table["district_id"].tolist())
    table["district_id"] = pd.array(found, dtype="str")
    reason = table["unfit"].copy()
    for fails, why in (
        (country and table["country"].ne(country) & table["country"].ne(""), "are of other countries"),
        ((table["settlement_id"] == "") | (table["name"] == ""), "have no id or no name"),
        (table["settlement_id"].duplicated(), "repeat the id of a row further up"),
        (~has_point, "have no point, or one that is not on earth"),
        (table["district_id"] == "", "lie in no district of the theatre"),
        (least and ~(people >= least), f"have fewer than {least:,} people, or as many as nobody knows"),
    ):
        reason = reason.mask((reason == "") & fails, why) if isinstance(fails, pd.Series) else reason
    kept = table.assign(lon=lon.round(5), lat=lat.round(5), population=people.where(people > 0).astype("Int64"))
    kept = kept[reason == ""]
    if len(kept) > LIMITS.settlements:
        order = kept["population"].fillna(-1).sort_values(ascending=False, kind="stable").index
        why = f"are more than the {LIMITS.settlements:,} that a theatre can have: those with the fewest people"
        reason = reason.where(~reason.index.isin(order[LIMITS.settlements :]), why)
        kept = kept[reason == ""]
    kept = kept.assign(alt_names=_choose_names(kept, _blocks(places)))
    kept = kept.sort_values(["district_id", "name", "settlement_id"], ignore_index=True)
    counts = reason[reason != ""].value_counts(sort=False)
    return BuiltSettlements(kept[list(SETTLEMENT_COLUMNS)], len(table), {str(why): int(n) for why, n in counts.items()})


def _blocks(places: pd.DataFrame) -> set[int]:
    """Return the blocks of Unicode in which the names of a theatre's places are written, and those of Latin letters."""
    names = "".join(text for column in ("name", "name_local", "alt_names") for text in places[column].tolist())
    return {*_LATIN} | {ord(letter) // _BLOCK for letter in set(names)}


def _choose_names(rows: pd.DataFrame, blocks: set[int]) -> list[str]:
    """Return the other names of each settlement in the theatre's scripts that read otherwise, Latin ones last."""
    lists = [
        [name, local, *sorted(filter(None, others.split("|")), key=lambda other: max(other) < _AFTER_LATIN)]
        for name, local, others in rows[["name", "name_local", "alt_names"]].itertuples(index=False, name=None)
    ]
    keys = iter(spelling_keys_of([name for names in lists for name in names]))
    chosen = []
    for names in lists:
        known = {key for _ in names[:2] for key in next(keys)}
        others = list[str]()
        for name in names[2:]:
            own = set(next(keys)) - {""}
            is_name = not _NO_NAME.fullmatch(name) and all(ord(letter) // _BLOCK in blocks for letter in name)
            if is_name and own - known and len(others) < _MOST_NAMES:
                others.append(name)
                known |= own
        chosen.append("|".join(others))
    return chosen


def write_settlements(
    folder: Path, built: BuiltSettlements, places: gpd.GeoDataFrame, credit: Credit | None, *, replace: bool = False
) -> bool:
    """Write the settlements into the folder of a pack, and who made them into its credits.

    Parameters
    ----------
    credit
        Added to `theatre.toml`, unless it names the same author already.
    replace
        Put them in the place of settlements that the pack has already.

    Returns
    -------
    bool
        Whether the credits name the author now; if not, `theatre.toml` is as it was, and `credit_text` is to be added.

    Raises
    ------
    WriteError
        If there are none, the pack has settlements already, or a file cannot be written.
    """
    path, config = folder / SETTLEMENTS_FILE, folder / "theatre.toml"
    if path.exists() and not replace:
        raise WriteError(f"{path} exists already. Give --replace to put the new settlements in its place.")
    if built.table.empty:
        raise WriteError(
            f"No settlement lies in a district of the theatre, so nothing is written: {built.why_left_out}."
        )

    def write(unfinished: Path) -> None:
        unfinished.write_text(csv_writer.as_csv(built.table), "utf-8")
        if faults := read_settlements(unfinished, places)[1]:
            raise PackError(faults)

    safe_write.replace_file(path, write, of_pack=True)
    if credit is None:
        return False
    known = config.read_text("utf-8")
    if credit.url in known:
        return True
    credited = f"{known.rstrip()}\n\n{credit_text(credit)}"
    if not _has_credit(credited, credit):
        return False
    safe_write.replace_file(config, lambda unfinished: unfinished.write_text(credited, "utf-8"), of_pack=True)
    return True


def credit_text(credit: Credit) -> str:
    """Return an entry of the credits as it is written in `theatre.toml`."""
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in asdict(credit).items() if value]
    return "\n".join(["[[credits]]", *lines]) + "\n"


def _has_credit(text: str, credit: Credit) -> bool:
    try:
        credits_: Sequence[Mapping[str, str]] = tomllib.loads(text)["credits"]
    except (tomllib.TOMLDecodeError, KeyError):  # a pack may write its credits in another form
        return False
    return any(each.get("url") == credit.url for each in credits_)
