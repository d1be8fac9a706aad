"""The attributes of polygons as publishers write them are tidied: what stands for nothing, and names without spaces."""

import re

import pandas as pd

from control_map.core.wording import list_some
from control_map.intake.matching.column_names import column_key

_NOTHING = re.compile(r"\s*(?:N/?A|n/a|n\.a\.(?: \(\d+\))?|<?N(?:ull|ULL)>?|null|None|NaN|nan|-+)?\s*")
"""How files write that there is nothing, case-sensitive: Nan is a province. GADM writes NA, and n.a. with a number."""
_BLANK = re.compile(r"\s*")
_CODE = re.compile(r"^(?:id|iso|gid|cc|hasc|fips)|(?:code|id|iso|a2|a3)\d?$")
"""Keys of columns with codes, in which NA may stand for Namibia."""
_GADM_NAME = re.compile(r"(?:varname|name)\d|country")
_GADM_ID = re.compile(r"gid\d")
_GLUED = re.compile(r"(?<=[a-z\u00df-\u00f6\u00f8-\u017f])(?<!\bMc)(?=[A-Z\u00c0-\u00d6\u00d8-\u00de])")


def tidy_attributes(table: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return a table of attributes in which nothing is missing (NaN), and notes on what was changed.

    Names of GADM's GeoJSON, which leaves out all spaces, are separated before capitals.
    """
    tidy = table.copy()
    for column in table.select_dtypes(["object", "string"]):
        nothing = _BLANK if _CODE.search(column_key(str(column))) else _NOTHING
        tidy[column] = table[column].mask(table[column].map(lambda cell, is_nothing=nothing: _fits(cell, is_nothing)))
    return _separate_glued(tidy)


def _fits(cell: object, pattern: re.Pattern[str]) -> bool:
    return isinstance(cell, str) and pattern.fullmatch(cell) is not None


def _separate_glued(table: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    keys = {column: column_key(str(column)) for column in table.columns}
    names = [column for column, key in keys.items() if _GADM_NAME.fullmatch(key)]
    if not names or not any(_GADM_ID.fullmatch(key) for key in keys.values()):
        return table, ()
    cells = pd.unique(pd.concat([table[column].dropna() for column in names]).astype(str))
    glued = {cell: _GLUED.sub(" ", cell) for cell in cells if _GLUED.search(cell)}
    if not glued or any(" " in cell for cell in cells):
        return table, ()
    listed = list_some([f"'{name}' to '{separated}'" for name, separated in glued.items()], 3)
    note = (
        f"Names were separated before capitals, as GADM leaves out the spaces in GeoJSON: {listed}. Its GeoPackage and "
        "Shapefile have the right names."
    )
    return table.assign(**{str(column): table[column].map(lambda cell: glued.get(cell, cell)) for column in names}), (
        note,
    )
