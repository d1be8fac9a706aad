"""GeoPackage: a layer for each table, and the provenance as a table and in the metadata of each layer."""

from pathlib import Path

import pandas as pd
import pyogrio

from control_map.render.export.contents import ExportContents, with_date_types

PROVENANCE_LAYER = "provenance"


def write_geopackage(contents: ExportContents, path: Path) -> None:
    """Write each table as a layer of its name; dates have the type DATE."""
    for number, (what, table) in enumerate(contents.tables.items()):
        pyogrio.write_dataframe(
            with_date_types(table),
            path,
            layer=what.value,
            driver="GPKG",
            append=number > 0,
            use_arrow=True,
            dataset_metadata=dict(contents.facts) if number == 0 else None,
            layer_metadata=contents.facts_of(what),
        )
    facts = pd.DataFrame(contents.facts.items(), columns=["name", "text"])
    pyogrio.write_dataframe(facts, path, layer=PROVENANCE_LAYER, driver="GPKG", append=True)
