"""The places of a new theatre: ids, names and provinces from the columns of a file of boundaries."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd
import shapely

from control_map.core.characters import clean_text, look_key
from control_map.core.errors import Fault, PackError
from control_map.core.model import PlaceKind
from control_map.core.wording import list_some
from control_map.intake.new_theatre.boundaries import truncate_faults
from control_map.intake.new_theatre.boundary_columns import BoundaryColumns
from control_map.intake.new_theatre.parties import make_id
from control_map.theatre.theatre import PLACE_COLUMNS

_LISTED = 5
_LOST = r"\ufffd|\?"
"""The signs for a letter that could not be read or written."""


@dataclass(frozen=True)
class NamedPlaces:
    """The districts of a file, in its order, with the columns of `places.csv`; their points are still empty.

    `provinces` has `province_id, province`, and `names`, a list of further names; `notes` say what is odd.
    """

    districts: pd.DataFrame
    provinces: pd.DataFrame
    notes: list[str]


def leave_out_nameless(
    frame: gpd.GeoDataFrame, columns: BoundaryColumns, file: str
) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return the polygons that have a name or an id, with the index that they had, and a note on the others.

    Raises
    ------
    PackError
        If none has.
    """
    stated = frame[[column for column in (columns.name, columns.id) if column]].notna().any(axis=1)
    if not stated.any():
        fix = "Name the column with the names with --name"
        raise PackError([Fault(file, 0, columns.name, "no polygon has a name or an id", fix)])
    numbers = [f"{row + 1:,}" for row in frame.index[~stated]]
    if not numbers:
        return frame, []
    which = f"feature {numbers[0]} has" if len(numbers) == 1 else f"features {list_some(numbers, _LISTED)} have"
    what = "it is" if len(numbers) == 1 else "they are"
    note = f"{file}: {which} no name and no id: {what} left out. Give each both if it is a district."
    return frame[stated], [note]


def name_places(table: pd.DataFrame, columns: BoundaryColumns, country: str, file: str) -> NamedPlaces:
    """Give each polygon its id, its names and its province.

    `table` has the columns of the file, and is not changed; its index is the place of each row in the file, from 0.
    Without a column for ids, polygons are numbered; without one for the province, all districts are in one province
    with the country's name.

    Raises
    ------
    PackError
        If ids are empty or not unique, or provinces are empty; all rows are reported at once.
    """
    notes: list[str] = []
    ids = _texts(table[columns.id]) if columns.id else _numbered(table.index)
    if not columns.id:
        notes.append(
            f"No column has ids: the polygons are numbered in the order of the file, {ids[0]} to {ids[-1]}. "
            "Keep the file as it is, or name a column with --id."
        )
    names = _texts(table[columns.name])
    parents = _texts(table[columns.parent]) if columns.parent else [country] * len(table)
    faults = _check_ids(ids, file, columns, table)
    faults += [
        Fault(file, row, columns.parent, "the province is empty", 'Fill it in, or leave all out with --parent ""')
        for row, parent in zip(table.index + 1, parents, strict=True)
        if not parent
    ]
    if faults:
        raise PackError(truncate_faults(faults))
    read = [columns.id, columns.name, columns.parent, columns.parent_id, columns.local, *columns.others]
    if cleaned := sum(clean_text(cell) != cell for name in filter(None, read) for cell in map(str, table[name])):
        notes.append(
            f"{cleaned:,} cells had invisible characters, or letters that imitate Latin ones: check the names."
        )
    notes += _list_broken(table, columns, file)
    if unnamed := names.count(""):
        notes.append(f"{unnamed:,} polygons have no name: their ids are used as names.")
        names = [name or place_id for name, place_id in zip(names, ids, strict=True)]
    province_ids = _province_ids(_texts(table[columns.parent_id]) if columns.parent_id else [], parents, set(ids))
    spelling: dict[str, str] = {}
    for province_id, parent in zip(province_ids, parents, strict=True):
        spelling.setdefault(province_id, parent)
    others = [_texts(table[column]) for column in columns.others]
    local_names = _texts(table[columns.local]) if columns.local else [""] * len(table)
    districts = pd.DataFrame(
        {
            "place_id": ids,
            "kind": PlaceKind.DISTRICT.value,
            "name": names,
            "name_local": [local if local != name else "" for local, name in zip(local_names, names, strict=True)],
            "alt_names": ["|".join(_further_names(row)) for row in zip(names, local_names, *others, strict=True)],
            "polygon_id": ids,
            "parent_id": "",
            "province_id": province_ids,
            "province": [spelling[province_id] for province_id in province_ids],
            "lon": "",
            "lat": "",
            "population": _population(table, columns, notes),
        }
    )[list(PLACE_COLUMNS)]
    namesakes = districts[districts.duplicated(["name", "province_id"], keep=False)]
    if len(namesakes):
        first = namesakes.iloc[0]
        notes.append(
            f"{len(namesakes):,} districts share their name with another of the same province, such as {first['name']} "
            f"in {first['province']}: reports on them are set aside until places.csv distinguishes them."
        )
    if len(set(spelling.values())) < len(spelling):
        notes.append("Two provinces have the same name under different ids: reports on them are set aside.")
    return NamedPlaces(districts, _provinces(table, columns, spelling, province_ids), notes)


def find_inner_points(shapes: gpd.GeoSeries) -> tuple[list[float], list[float]]:
    """Return longitudes (-180 to 180) and latitudes of a point well inside each polygon."""
    points = shapely.get_coordinates(shapely.get_point(shapely.maximum_inscribed_circle(shapes.to_numpy()), 0))
    lon = (points[:, 0] + 180) % 360 - 180
    return lon.round(5).tolist(), points[:, 1].round(5).tolist()


def _numbered(places: pd.Index) -> list[str]:
    """Return an id made of the place of each in the file, so that a name that is filled in later changes no other."""
    digits = len(str(places.max() + 1))
    return [f"D{place + 1:0{digits}}" for place in places]


def _list_broken(table: pd.DataFrame, columns: BoundaryColumns, file: str) -> list[str]:
    """Say which names have lost letters: a program wrote a sign for each that it could not write."""
    read = dict.fromkeys(filter(None, [columns.name, columns.parent, columns.local, *columns.others]))
    broken = {column: table[column][table[column].astype(str).str.contains(_LOST, na=False)] for column in read}
    fix = "Get the file again from its publisher, in another format if there is one, or correct them in places.csv."
    return [
        f"{file}: names in column {column} seem to have lost letters before, {list_some(list(map(repr, cells)), 3)} in "
        f"row{'' if len(cells) == 1 else 's'} {list_some((cells.index + 1).tolist(), _LISTED)}. {fix}"
        for column, cells in broken.items()
        if len(cells)
    ]


def _texts(column: pd.Series) -> list[str]:
    """Return cells as clean text on one line, without the bar that separates names; whole numbers have no point."""
    filled = ("" if pd.api.types.is_scalar(cell) and pd.isna(cell) else cell for cell in column)
    whole = (int(cell) if isinstance(cell, float) and cell.is_integer() else cell for cell in filled)
    return [" ".join(clean_text(str(cell).replace("|", "/")).split()) for cell in whole]


def _check_ids(ids: Sequence[str], file: str, columns: BoundaryColumns, table: pd.DataFrame) -> list[Fault]:
    first: dict[str, int] = {}
    faults = []
    fix = ""
    for row, place_id in zip((table.index + 1).tolist(), ids, strict=True):
        if not place_id:
            faults.append(
                Fault(file, row, columns.id, "the id is empty", "Fill it in, or name another column with --id")
            )
        elif look_key(place_id) in first:
            fix = fix or _advise_on_repeated(table, columns)
            problem = f"the id is already used in feature {first[look_key(place_id)]}"
            faults.append(Fault(file, row, columns.id, problem, fix, place_id))
        else:
            first[look_key(place_id)] = row
    return faults


def _advise_on_repeated(table: pd.DataFrame, columns: BoundaryColumns) -> str:
    """Say what to do if polygons share an id: parts of one place are equal in all texts, and places are not."""
    texts = table.drop(columns=columns.id).select_dtypes(["object", "string"])
    differing = [str(column) for column in texts if texts[column].groupby(table[columns.id]).nunique().max() > 1]
    if not differing:
        return "Join the parts of one place into one feature (dissolve by that column), or name another with --id"
    finer = list_some(differing, _LISTED)
    return (
        "The polygons are smaller than what the column is about: name the columns with their ids and names with --id "
        f'and --name; these differ: {finer}. Without ids, --id "" numbers them'
    )


def _province_ids(ids: Sequence[str], names: Sequence[str], taken: set[str]) -> list[str]:
    """Return an id for each name of a province: its own, or one made of the name; no place has the same id."""
    if ids and all(ids):
        clash = not taken.isdisjoint(ids)
        return [f"province-{province_id}" if clash else province_id for province_id in ids]
    made: dict[str, str] = {}
    for name in names:
        if name not in made:
            made[name] = make_id(name, "-", {*made.values(), *taken}, fallback="province")
    return [made[name] for name in names]


def _further_names(names: Sequence[str]) -> list[str]:
    """Return the names other than the name and the local one, each once; some columns hold several."""
    name, local, *others = names
    single = [part.strip() for other in others for part in re.split(r"[/;]", other)]
    return [other for other in dict.fromkeys(single) if other and other not in (name, local)]


def _population(table: pd.DataFrame, columns: BoundaryColumns, notes: list[str]) -> list[str]:
    if not columns.population:
        return [""] * len(table)
    numbers = pd.to_numeric(table[columns.population], errors="coerce")
    good = numbers.between(0, 1e10)
    if bad := int((~good).sum()):
        notes.append(f"{bad:,} polygons have no usable number in {columns.population}: their population is left empty.")
    return [f"{number:.0f}" if usable else "" for number, usable in zip(numbers, good, strict=True)]


def _provinces(
    table: pd.DataFrame, columns: BoundaryColumns, spelling: dict[str, str], province_ids: Sequence[str]
) -> pd.DataFrame:
    names: dict[str, list[str]] = {province_id: [] for province_id in spelling}
    for column in columns.parent_names:
        for province_id, name in zip(province_ids, _texts(table[column]), strict=True):
            if name and name != spelling[province_id] and name not in names[province_id]:
                names[province_id].append(name)
    rows = [(province_id, name, names[province_id]) for province_id, name in spelling.items()]
    return pd.DataFrame(rows, columns=["province_id", "province", "names"])
