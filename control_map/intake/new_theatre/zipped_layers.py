"""A ZIP file with boundaries: which of the files in it have shapes, whatever folders they lie in."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath

from control_map.intake.tables.table_builder import file_error
from control_map.intake.tables.zip_files import ZIP_DAMAGE, open_zip

_WHOLE_FILES = (".geojson", ".topojson", ".kml", ".gpkg", ".fgb", ".parquet", ".geoparquet", ".json")
"""The endings of files that are complete in themselves; a .json beside others describes them."""


@contextmanager
def open_members(name: str, data: bytes) -> Iterator[tuple[zipfile.ZipFile, dict[PurePosixPath, zipfile.ZipInfo]]]:
    """Open a ZIP file, with the files in it by their paths."""
    try:
        with open_zip(name, io.BytesIO(data), "Pack only the boundaries") as archive:
            members = {PurePosixPath(each.filename.replace("\\", "/")): each for each in archive.infolist()}
            yield archive, {path: each for path, each in members.items() if not each.is_dir() and not _is_hidden(path)}
    except ZIP_DAMAGE as error:
        raise file_error(name, f"the file cannot be read ({error})", "Download it again, or pack it again") from error


def _is_hidden(path: PurePosixPath) -> bool:
    """Whether it is what macOS adds to a ZIP file."""
    return "__MACOSX" in path.parts or path.name.startswith(".")


def belongs_to(path: PurePosixPath, shapes: PurePosixPath) -> bool:
    """Whether a file is a part of a Shapefile, of whose shapes the path is given."""
    return path.parent == shapes.parent and path.stem.casefold() == shapes.stem.casefold()


def name_layers(paths: Iterable[PurePosixPath]) -> dict[str, PurePosixPath]:
    """Return the files with shapes in a ZIP file by their names, with their folders if two have the same name.

    A file that is alone is one whatever its name.
    """
    there = sorted(paths)
    endings = ((".shp",), _WHOLE_FILES[:-1], _WHOLE_FILES)
    found = ([path for path in there if path.suffix.lower() in suffixes] for suffixes in endings)
    chosen = next(filter(None, found), there if len(there) == 1 else [])
    if len({path.stem for path in chosen}) == len(chosen):
        return {path.stem: path for path in chosen}
    return {str(path.with_suffix("") if is_shapefile(path) else path): path for path in chosen}


def is_shapefile(path: PurePosixPath) -> bool:
    """Whether a file has the shapes of a Shapefile, by its name."""
    return path.suffix.lower() == ".shp"
