"""What people already have, as reports: tables in the formats of others.

importer = recognise(raw)               # by its columns; None is a table of no known format
raw = importer.convert(raw, theatre)    # in the codebook's columns, and a fault for each kind of row left out
"""

from collections.abc import Iterable

from control_map.intake.importers.acled import ACLED
from control_map.intake.importers.base import Importer
from control_map.intake.importers.kobo import KOBO
from control_map.intake.importers.ucdp import UCDP
from control_map.intake.importers.viina import VIINA
from control_map.intake.tables.table_builder import RawTable

IMPORTERS = {importer.id: importer for importer in (ACLED, UCDP, VIINA, KOBO)}
"""All formats that are known, by their id."""


def recognise(raw: RawTable) -> Importer | None:
    """Return the importer for a table, or nothing if it is in none of the known formats."""
    return next((importer for importer in IMPORTERS.values() if importer.recognises(raw)), None)


def collect_terms_of_use(source_names: Iterable[str]) -> list[str]:
    """Return the terms under which reports may be used, for all formats that they came from.

    Parameters
    ----------
    source_names
        The column `source_name` of the reports.
    """
    named = set(source_names)
    return [importer.terms for importer in IMPORTERS.values() if importer.source_name in named and importer.terms]
