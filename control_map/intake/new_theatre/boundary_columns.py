"""The columns of a file of boundaries are guessed from the names that publishers of boundaries give them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from control_map.core.errors import Fault, PackError
from control_map.intake.matching.column_names import column_key, match_patterns

_LANGUAGES = ("en", "fr", "es", "pt")
"""The name is taken in the first of these languages that the file has, or else in the first of its own."""
# Patterns for the keys of columns' names; {n} is the level of the division. OCHA writes ADM2_PCODE and ADM2_EN,
# admin2Pcode and admin2Name_en, or adm2_pcode and adm2_name; GAUL ADM2_CODE and ADM2_NAME; GADM GID_2, NAME_2,
# VARNAME_2 and NL_NAME_2, and ID_2 in its earlier releases.
# A shapefile cuts names after ten characters: admin2Pcod.
_LEVEL_ID = (r"adm(?:in)?{n}(?:pcode?|code|id)", r"gid{n}", r"id{n}")
_LEVEL_NAME = (r"adm(?:in)?{n}(?:name)?(?P<language>[a-z][a-z])?", r"name{n}")
_LEVEL_LOCAL = (r"nlname{n}",)
_LEVEL_OTHER = (r"varname{n}", r"adm(?:in)?{n}(?:ref(?:name)?|alt(?:name)?\d?[a-z]*|name\d)")
# For files without levels, the surest first: this program's own names, geoBoundaries, Natural Earth, other usual ones.
_PREFIX = r"(?:nombre|nome|nom|nm|nama)?(?:de|da|do|du)?"
_ID = (
    *(r"placeid", r"shapeid", r"adm1code", r"adm0a3", r"isoa3", r"pcode"),
    *(r"(?:district|municipality|admin|area)?(?:code|id)", r"iso31662"),
    r"(?:cod|codigo|code|cd|kode|geocodigo)(?:mun|municipio|mpio|commune|com|comuna|distrito|dane|ine|ibge|kecamatan)?",
    *(r"ubigeo", r"gid", r"fid", r"uid", r"(?:ogc|object)(?:f?id)(?:\d)?"),
)
_NAME = (
    *(r"name", r"nameen", r"shapename", r"(?:district|municipality|admin|area)(?:name)?(?:en)?"),
    *(rf"{_PREFIX}(?:municipio|mun|mpio|commune|comuna|concelho|kecamatan)", rf"{_PREFIX}distrito"),
    *(r"nom", r"nombre", r"nome", r"nama", r"label", r"title"),
)
# Divisions just above the district stand before larger ones.
_PARENT = (
    *(r"province(?:name)?", rf"{_PREFIX}(?:provincia|kabupaten|wilaya)"),
    rf"{_PREFIX}(?:departamento|departamen|departement|depto|dpto|gouvernorat|estado|uf|provinsi)",
    *(
        r"(?:region|state|governorate|department|parent)(?:name)?",
        rf"{_PREFIX}(?:distrito|regiao)",
        r"admin",
        r"folder",
    ),
)
_PARENT_ID = (r"provinceid", r"(?:province|region|state|governorate|department|parent)(?:id|p?code)")
_LOCAL = (r"namelocal", r"localname", r"namelocl", r"nativename", r"name(?!en|alt)[a-z][a-z]")
_OTHER = (r"altnames?", r"namealt", r"nameen", r"nameascii", r"gnname", r"namelong", r"formalen")
_POPULATION = (
    *(r"(?:total)?pop(?:ulation)?(?:est|total|\d{4})?", r"ttl"),
    r"(?:total)?(?:poblacion|populacao|penduduk)(?:total|\d{4})?",
)
_COUNTRY = (r"country(?:name)?", r"admin", r"sovereignt")
_LEVELS = range(6)
_WORDS_OF_LEVELS = {"st": 1, "sr": 1, "dt": 2, "ts": 3, "vt": 4}
"""How MIMU calls the levels of Myanmar: states and regions, districts, townships and village tracts."""
_REQUIRED = {"name": "the names"}


@dataclass(frozen=True)
class ColumnHints:
    """The columns that the user named: None is to be guessed, an empty text means that there is no such column."""

    id: str | None = None
    name: str | None = None
    parent: str | None = None
    parent_id: str | None = None
    local: str | None = None
    population: str | None = None


@dataclass(frozen=True)
class BoundaryColumns:
    """The column for each purpose, empty if there is none; without ids, polygons are numbered.

    `local` and `others` hold further names of the division.
    """

    id: str
    name: str
    parent: str = ""
    parent_id: str = ""
    local: str = ""
    others: tuple[str, ...] = ()
    parent_names: tuple[str, ...] = ()
    population: str = ""

    @property
    def purposes(self) -> list[tuple[str, str, str]]:
        """Each purpose, the name of its column, and the option that names another."""
        return [
            ("ids", self.id, "--id"),
            ("names", self.name, "--name"),
            ("provinces", self.parent, "--parent"),
            ("ids of provinces", self.parent_id, "--parent-id"),
            ("local names", self.local, "--local-name"),
            ("other names", ", ".join(self.others), ""),
            ("population", self.population, "--population"),
        ]


def guess_columns(table: pd.DataFrame, wanted: ColumnHints, file: str) -> BoundaryColumns:
    """Guess which columns hold ids, names, provinces and population, unless the user named them.

    `table` has the columns of the file, without the shapes, and is not changed.

    Raises
    ------
    PackError
        If a column that was named does not exist, or none can be recognised for the names. The message lists the
        columns with an example of each.
    """
    columns = [str(column) for column in table.columns]
    named = {name for name in vars(wanted).values() if name}
    if unknown := sorted(named - set(columns)):
        raise PackError([Fault(file, 0, name, "there is no such column", _list_columns(table)) for name in unknown])
    renamed = _number_levels(columns)
    hints = ColumnHints(**{purpose: renamed.get(name or "", name) for purpose, name in vars(wanted).items()})
    found = _guess(table.rename(columns=renamed), hints)
    original = {new: old for old, new in renamed.items()}
    found = BoundaryColumns(**{purpose: _rename(value, original) for purpose, value in vars(found).items()})
    if missing := [purpose for purpose in _REQUIRED if not getattr(found, purpose)]:
        problem = "no column can be recognised by its name as the one with"
        faults = [(f"{problem} {_REQUIRED[what]}", _list_columns(table, f"--{what}")) for what in missing]
        raise PackError([Fault(file, 0, "", *fault) for fault in faults])
    return found


def _guess(table: pd.DataFrame, wanted: ColumnHints) -> BoundaryColumns:
    filled = [str(column) for column in table.columns if table[column].notna().any()]
    found = _guess_by_level(table, filled, wanted) or _guess_without_level(table, filled, wanted)
    used = {found.id, found.name, found.local, *found.others}
    population = _first(_POPULATION, [column for column in filled if column not in used])
    if wanted.parent not in (None, found.parent):
        found = replace(found, parent_id="", parent_names=())  # they belong to another division
    known = {purpose: name for purpose, name in vars(wanted).items() if name is not None and purpose not in _REQUIRED}
    found = replace(found, **{"population": population, **known})
    if not found.parent:
        found = replace(found, parent=found.parent_id)
    taken = {found.name, found.local, found.id}
    return replace(found, others=tuple(column for column in found.others if column not in taken))


def _number_levels(columns: Sequence[str]) -> dict[str, str]:
    """Return names with the number of a level for columns that have it as a word, if one of them has its ids, too.

    TS_PCODE, TS and TS_MMR4 become names as OCHA and GADM have them.
    """
    keys = {column_key(column): column for column in reversed(columns)}
    if not any(word in keys and f"{word}pcode" in keys for word in _WORDS_OF_LEVELS):
        return {}
    renamed: dict[str, str] = {}
    for word, level in _WORDS_OF_LEVELS.items():
        local = next((keys[key] for key in keys if re.fullmatch(rf"{word}(?:mmr?|my)\d?", key)), "")
        named = {f"adm{level}_pcode": keys.get(f"{word}pcode", ""), f"adm{level}_en": keys.get(word, "")}
        renamed |= {column: new for new, column in {**named, f"nl_name_{level}": local}.items() if column}
    return {} if set(renamed.values()) & set(columns) or len(set(renamed.values())) < len(renamed) else renamed


def _rename(value: Any, names: Mapping[str, str]) -> Any:
    return names.get(value, value) if isinstance(value, str) else tuple(names.get(each, each) for each in value)


def suggest_parent_columns(table: pd.DataFrame, columns: BoundaryColumns) -> dict[str, int]:
    """Return text columns that may hold the province if none was found, with their number of different values."""
    if columns.parent:
        return {}
    used = [columns.id, columns.name, columns.local, columns.population, *columns.others]
    words = table.drop(columns=used, errors="ignore").select_dtypes(["object", "string"])
    counts = {str(column): int(words[column].nunique()) for column in words if words[column].notna().all()}
    return {column: count for column, count in counts.items() if 1 < count <= len(table) / 2}


def guess_country(table: pd.DataFrame) -> str:
    """Return the name of the country that all rows state, or an empty text."""
    columns = list(table.columns)
    for column in _level_names(0, columns) + _any_of(_COUNTRY, columns):
        names = table[column].dropna().unique()
        if len(names) == 1 and str(names[0]).strip():
            return str(names[0])
    return ""


def _list_columns(table: pd.DataFrame, option: str = "") -> str:
    """List the columns with an example of each, to choose one with `option`."""
    examples = []
    for column in table.columns:
        values = table[column].dropna()
        example = " ".join(str(values.iloc[0]).split())[:30] if len(values) else "empty"
        examples.append(f"{column} ({example}{'' if values.is_unique and len(values) else ', not unique'})")
    listed = ", ".join(examples) or "none at all; join one to the polygons first"
    return f"Name one with {option}; the columns are: {listed}" if option else f"The columns are: {listed}"


def _at_level(patterns: Iterable[str], level: int) -> list[str]:
    return [pattern.replace("{n}", str(level)) for pattern in patterns]


def _any_of(patterns: Iterable[str], columns: Sequence[str]) -> list[str]:
    """Return the columns that fit any of the patterns, in the order of the columns."""
    return match_patterns(["|".join(patterns)], columns)


def _first(patterns: Sequence[str], columns: Sequence[str]) -> str:
    """Return the column that fits the earliest pattern, or an empty text."""
    return next(iter(match_patterns(patterns, columns)), "")


def _level_ids(level: int, columns: Sequence[str]) -> list[str]:
    return match_patterns(_at_level(_LEVEL_ID, level), columns)


def _level_names(level: int, columns: Sequence[str]) -> list[str]:
    """Return the columns with the names of a level, that in the preferred language first."""
    patterns = _at_level(_LEVEL_NAME, level)

    def rank(column: str) -> int:
        found = re.fullmatch("|".join(patterns), column_key(column))
        language = (found["language"] if found else None) or _LANGUAGES[0]
        return _LANGUAGES.index(language) if language in _LANGUAGES else len(_LANGUAGES)

    ids = _level_ids(level, columns)  # the "ID" of ADM2_ID is not the language of Indonesia
    return sorted((column for column in _any_of(patterns, columns) if column not in ids), key=rank)


def _guess_by_level(table: pd.DataFrame, columns: list[str], wanted: ColumnHints) -> BoundaryColumns | None:
    """Guess the columns of the deepest level that has names, or of the level of a column that the user named.

    The polygons' own level may have no number, and only those above it one.
    """
    named = [column for column in (wanted.name, wanted.id) if column]
    levels = [level for level in _LEVELS if _level_names(level, columns)]
    if levels == [0] and not _level_ids(0, columns):
        levels = []  # it only names the country of all rows
    own_patterns = (*_LEVEL_NAME, *_LEVEL_ID, *_LEVEL_LOCAL)
    own = [level for level in levels if any(_any_of(_at_level(own_patterns, level), [column]) for column in named)]
    if not levels:
        return None
    without = _guess_without_level(table, columns, wanted)
    if not own and not any(_level_ids(level, columns) for level in levels) and without.id and without.name:
        return without
    if not own and _is_finer(table, without, levels[-1], columns):
        parents = _guess_parents(table, columns, wanted, [level for level in levels if level])
        return replace(without, **parents)
    if wanted.name and not own:
        return None
    level = max(own or levels)
    names = _level_names(level, columns)
    name = wanted.name or names[0]
    local = _any_of(_at_level(_LEVEL_LOCAL, level), columns)
    further = [*local, *(column for column in names if column != name)]
    return BoundaryColumns(
        id=wanted.id or next(iter(_level_ids(level, columns)), "") or _find_unique_id(table, columns, name),
        name=name,
        local=further[0] if further else "",
        others=(*further[1:], *_any_of(_at_level(_LEVEL_OTHER, level), columns)),
        **_guess_parents(table, columns, wanted, [upper for upper in levels if upper < level]),
    )


def _is_finer(table: pd.DataFrame, without: BoundaryColumns, level: int, columns: list[str]) -> bool:
    """Whether columns without a level have ids and names of smaller places than the deepest level has."""
    if not without.id or not without.name or without.name in _level_names(level, columns):
        return False
    ids = next(iter(_level_ids(level, columns)), "")
    shared = bool(ids) and table[ids].dropna().duplicated().any()
    return bool(shared) and table[without.name].nunique() > table[_level_names(level, columns)[0]].nunique()


def _guess_parents(
    table: pd.DataFrame, columns: list[str], wanted: ColumnHints, levels: Sequence[int]
) -> dict[str, Any]:
    """Return the columns of the province: the last of these levels, or that of the column that the user named."""
    above = [upper for upper in levels if wanted.parent in (None, *_level_names(upper, columns))]
    upper = above[-1] if above else -1
    parents = sorted(_level_names(upper, columns), key=lambda column: column != wanted.parent)
    if upper == 0 and parents and table[parents[0]].nunique() < 2:
        parents = []  # all rows lie in one country, which is not a division
    if not parents:
        return {}
    return {
        "parent": parents[0],
        "parent_id": next(iter(_level_ids(upper, columns)), ""),
        "parent_names": (*_any_of(_at_level((*_LEVEL_LOCAL, *_LEVEL_OTHER), upper), columns), *parents[1:]),
    }


def _guess_without_level(table: pd.DataFrame, columns: list[str], wanted: ColumnHints) -> BoundaryColumns:
    name = wanted.name or _first(_NAME, columns)
    parent = _first(_PARENT, [column for column in columns if column != name])
    local = _first(_LOCAL, columns)
    return BoundaryColumns(
        id=wanted.id or _find_unique_id(table, columns, name),
        name=name,
        parent=parent if parent and 0 < table[parent].nunique() < len(table) else "",
        parent_id=_first(_PARENT_ID, columns) if parent else "",
        local=local,
        others=tuple(column for column in _any_of((*_OTHER, *_LOCAL), columns) if column != local),
    )


def _find_unique_id(table: pd.DataFrame, columns: list[str], name: str) -> str:
    """Return the first column called like an id that is different in each row with a name, or an empty text."""
    named = table[table[name].notna()] if name else table
    ids = (column for column in match_patterns(_ID, columns) if named[column].notna().all() and named[column].is_unique)
    return next(ids, "")
