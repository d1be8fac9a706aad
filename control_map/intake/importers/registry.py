"""The formats of other projects: a table is recognised by its columns, and its terms of use are known.

importer = recognise(raw)                                       # None if the table is in no known format
raw = importer.import_reports(raw, theatre).as_table(raw)       # in the codebook's columns, with faults
"""

from collections.abc import Iterable

from control_map.core.characters import name_key
from control_map.intake.importers.acled import ACLED
from control_map.intake.importers.base import Importer
from control_map.intake.importers.kobo import KOBO
from control_map.intake.importers.ucdp import UCDP
from control_map.intake.importers.viina import VIINA
from control_map.intake.tables.table_builder import RawTable

IMPORTERS = {importer.id: importer for importer in (ACLED, UCDP, VIINA, KOBO)}
"""All known formats, by their id."""


def recognise(raw: RawTable) -> Importer | None:
    """Return the importer for a table, or None if it is in no known format."""
    return next((importer for importer in IMPORTERS.values() if importer.recognises(raw.frame.columns)), None)


def collect_terms_of_use(source_names: Iterable[str]) -> list[str]:
    """Return the terms of use of reports, for all formats from which they came.

    Parameters
    ----------
    source_names
        The column `source_name` of the reports.
    """
    named = {name_key(name) for name in set(source_names)}
    sources = [importer for importer in IMPORTERS.values() if name_key(importer.source_name) in named]
    return [importer.terms for importer in sources if importer.terms]
