"""Which column of a file of boundaries holds what: guessed from the names that publishers of boundaries use."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import pandas as pd
from anyascii import anyascii

from control_map.core.errors import Fault, PackError

_LANGUAGES = ("en", "fr", "es", "pt")
"""The language of the name is the first of these, or else the first that there is."""
# Names of columns in lower case, without what stands between words; {n} is the level of the division. OCHA writes
# ADM2_PCODE and ADM2_EN, admin2Pcode and admin2Name_en, or adm2_pcode and adm2_name; GAUL ADM2_CODE and ADM2_NAME;
# GADM GID_2, NAME_2, VARNAME_2 and NL_NAME_2.
_LEVEL_ID = r"adm(?:in)?{n}(?:pcode|code|id)|gid{n}"
_LEVEL_NAME = r"adm(?:in)?{n}(?:name)?(?P<language>[a-z][a-z])?|name{n}"
_LEVEL_LOCAL = r"nlname{n}"
_LEVEL_OTHER = r"varname{n}|adm(?:in)?{n}(?:ref(?:name)?|alt(?:name)?\d?[a-z]*|name\d)"
# For divisions without a level, the surest first: this program's own names, geoBoundaries, Natural Earth, and what is
# usual elsewhere.
_ID = (
    r"placeid|shapeid|adm1code|adm0a3|isoa3|pcode|(?:district|municipality|admin|area)?(?:code|id)|iso31662"
    r"|(?:cod|codigo|code|cd|kode|geocodigo)(?:mun|municipio|mpio|commune|com|comuna|distrito|dane|ine|ibge|kecamatan)?"
    r"|ubigeo|gid|fid|uid"
)
_CALLED = r"(?:nombre|nome|nom|nm|nama)?(?:de|da|do|du)?"
_NAME = (
    r"name|nameen|shapename|(?:district|municipality|admin|area)(?:name)?(?:en)?"
    rf"|{_CALLED}(?:municipio|mun|mpio|commune|comuna|concelho|kecamatan)|{_CALLED}distrito"
    r"|nom|nombre|nome|nama|label|title"
)
# What is nearer to a district goes before what is farther.
_PARENT = (
    rf"province(?:name)?|{_CALLED}(?:provincia|kabupaten|wilaya)"
    rf"|{_CALLED}(?:departamento|departamen|departement|depto|dpto|gouvernorat|estado|uf|provinsi)"
    rf"|(?:region|state|governorate|department|parent)(?:name)?|{_CALLED}(?:distrito|regiao)|admin"
)
_PARENT_ID = r"provinceid|(?:province|region|state|governorate|department|parent)(?:id|p?code)"
_LOCAL = r"namelocal|localname|namelocl|nativename|name(?!en|alt)[a-z][a-z]"
_OTHER = r"altnames?|namealt|nameen|nameascii|gnname|namelong|formalen"
_POPULATION = (
    r"(?:total)?pop(?:ulation)?(?:est|total|\d{4})?|ttl|(?:total)?(?:poblacion|populacao|penduduk)(?:total|\d{4})?"
)
_COUNTRY = r"country(?:name)?|admin|sovereignt"
_LEVELS = range(6)


@dataclass(frozen=True)
class ColumnHints:
    """What was said about the columns: None is to be guessed, an empty text that there is no such column."""

    id: str | None = None
    name: str | None = None
    parent: str | None = None
    parent_id: str | None = None
    local: str | None = None
    population: str | None = None


@dataclass(frozen=True)
class BoundaryColumns:
    """The columns that hold what; empty if none does. `local` and `others` are further names of the division."""

    id: str
    name: str
    parent: str = ""
    parent_id: str = ""
    local: str = ""
    others: tuple[str, ...] = ()
    parent_names: tuple[str, ...] = ()
    population: str = ""

    @property
    def described(self) -> list[tuple[str, str, str]]:
        """What each column is for, its name, and the option that names another; those left out have no name."""
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
    """Find the columns that hold ids, names, provinces and population.

    Parameters
    ----------
    table
        The columns of the file, without the shapes. Not changed.
    wanted
        What is known: it is not guessed.
    file
        The name of the file, for messages.

    Raises
    ------
    PackError
        If a column that was named is not there, or ids or names are in no column that can be told. The message lists
        the columns with an example of each.
    """
    there = [str(column) for column in table.columns]
    named = {name for name in vars(wanted).values() if name}
    if strange := sorted(named - set(there)):
        raise PackError([Fault(file, 0, name, "there is no such column", _choose(table)) for name in strange])
    filled = [column for column in there if table[column].notna().any()]
    found = _of_level(table, filled, wanted) or _without_level(table, filled, wanted)
    if missing := [what for what in ("id", "name") if not getattr(found, what)]:
        raise PackError([Fault(file, 0, "", _MISSING[what], _choose(table, f"--{what}")) for what in missing])
    used = {found.id, found.name, found.local, *found.others}
    population = _first(_POPULATION, [column for column in filled if column not in used])
    if wanted.parent not in (None, found.parent):
        found = replace(found, parent_id="", parent_names=())  # they are of another division
    known = {
        "parent": wanted.parent,
        "parent_id": wanted.parent_id,
        "local": wanted.local,
        "population": population if wanted.population is None else wanted.population,
    }
    found = replace(found, **{what: name for what, name in known.items() if name is not None})  # type: ignore[arg-type]
    if not found.parent:
        found = replace(found, parent=found.parent_id)
    taken = {found.name, found.local, found.id}
    return replace(found, others=tuple(each for each in found.others if each not in taken))


def suggest_parent_columns(table: pd.DataFrame, columns: BoundaryColumns) -> dict[str, int]:
    """Return columns that may hold the province where none does, with how many values each has: few, and words."""
    if columns.parent:
        return {}
    spare = table.drop(
        columns=[columns.id, columns.name, columns.local, columns.population, *columns.others], errors="ignore"
    )
    words = spare.select_dtypes(["object", "string"])
    counted = {str(column): int(words[column].nunique()) for column in words if words[column].notna().all()}
    return {column: count for column, count in counted.items() if 1 < count <= len(table) / 2}


def guess_country(table: pd.DataFrame) -> str:
    """Return the name of the country in which all rows say that they lie, or nothing."""
    for column in _names(0, list(table.columns)) + _matching(_COUNTRY, table.columns):
        names = table[column].dropna().unique()
        if len(names) == 1 and str(names[0]).strip():
            return str(names[0])
    return ""


_MISSING = {
    "id": "no column with an id for each polygon can be told by its name",
    "name": "no column with the names can be told by its name",
}


def _choose(table: pd.DataFrame, option: str = "") -> str:
    """Say what columns there are, with an example of each."""
    examples = []
    for column in table.columns:
        values = table[column].dropna()
        example = " ".join(str(values.iloc[0]).split())[:30] if len(values) else "empty"
        examples.append(f"{column} ({example}{'' if values.is_unique and len(values) else ', not unique'})")
    there = ", ".join(examples) or "none at all; join one to the polygons first"
    return f"Name one with {option}; the columns are: {there}" if option else f"The columns are: {there}"


def _plain(column: str) -> str:
    return re.sub(r"[^a-z0-9]", "", anyascii(column).lower())


def _matching(pattern: str, columns: Iterable[str]) -> list[str]:
    return [column for column in columns if re.fullmatch(pattern, _plain(column))]


def _first(pattern: str, columns: Sequence[str]) -> str:
    """Return the column that fits the alternative that comes first."""
    for each in _alternatives(pattern):
        if found := _matching(each, columns):
            return found[0]
    return ""


def _alternatives(pattern: str) -> list[str]:
    """Split a pattern at those bars that stand in no parentheses."""
    return re.split(r"\|(?![^()]*\))", pattern)


def _names(level: int, columns: Sequence[str]) -> list[str]:
    """Return the columns with the names of a level, that of the preferred language first."""
    pattern = re.compile(_LEVEL_NAME.format(n=level))

    def rank(column: str) -> int:
        found = pattern.fullmatch(_plain(column))
        language = (found["language"] if found else None) or _LANGUAGES[0]
        return _LANGUAGES.index(language) if language in _LANGUAGES else len(_LANGUAGES)

    ids = _matching(_LEVEL_ID.format(n=level), columns)  # ADM2_ID is no name in Indonesian
    return sorted((column for column in _matching(pattern.pattern, columns) if column not in ids), key=rank)


def _of_level(table: pd.DataFrame, columns: list[str], wanted: ColumnHints) -> BoundaryColumns | None:
    """Find the columns of the deepest level that has a name, or of the one to which a named column belongs."""
    named = [column for column in (wanted.name, wanted.id) if column]
    levels = [level for level in _LEVELS if _names(level, columns)]
    if levels == [0] and not _matching(_LEVEL_ID.format(n=0), columns):
        levels = []  # it only says in which country all lies
    own = [
        level
        for level in levels
        if any(_matching(f"{_LEVEL_NAME}|{_LEVEL_ID}|{_LEVEL_LOCAL}".format(n=level), [column]) for column in named)
    ]
    if not levels or (named and not own):
        return None
    if not own and not any(_matching(_LEVEL_ID.format(n=level), columns) for level in levels):
        plain = _without_level(table, columns, wanted)
        if plain.id and plain.name:
            return plain
    level = max(own or levels)
    names = _names(level, columns)
    name = wanted.name or names[0]
    further = [*_matching(_LEVEL_LOCAL.format(n=level), columns), *(column for column in names if column != name)]
    above = [upper for upper in levels if upper < level and wanted.parent in (None, *_names(upper, columns))]
    upper = above[-1] if above else -1
    parents = sorted(_names(upper, columns), key=lambda column: column != wanted.parent)
    if upper == 0 and parents and table[parents[0]].nunique() < 2:
        parents = []  # all lie in one country: that is no division
    return BoundaryColumns(
        id=wanted.id or _first(_LEVEL_ID.format(n=level), columns) or _unique(table, columns),
        name=name,
        parent=parents[0] if parents else "",
        parent_id=_first(_LEVEL_ID.format(n=upper), columns) if parents else "",
        local=further[0] if further else "",
        others=(*further[1:], *_matching(_LEVEL_OTHER.format(n=level), columns)),
        parent_names=(*_matching(f"{_LEVEL_LOCAL}|{_LEVEL_OTHER}".format(n=upper), columns), *parents[1:])
        if parents
        else (),
    )


def _without_level(table: pd.DataFrame, columns: list[str], wanted: ColumnHints) -> BoundaryColumns:
    name = wanted.name or _first(_NAME, columns)
    parent = _first(_PARENT, [column for column in columns if column != name])
    local = _first(_LOCAL, columns)
    others = [column for column in _matching(f"{_OTHER}|{_LOCAL}", columns) if column != local]
    return BoundaryColumns(
        id=wanted.id or _unique(table, columns),
        name=name,
        parent=parent if parent and 0 < table[parent].nunique() < len(table) else "",
        parent_id=_first(_PARENT_ID, columns) if parent else "",
        local=local,
        others=tuple(others),
    )


def _unique(table: pd.DataFrame, columns: list[str]) -> str:
    """Return the column that looks like ids and has a value of its own in each row."""
    for each in _alternatives(_ID):
        for column in _matching(each, columns):
            if table[column].notna().all() and table[column].is_unique:
                return column
    return ""
