"""An answer: rows, the provenance that they share, and what is said of them as a whole."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import geopandas as gpd
import pandas as pd

from control_map.core.arrays import to_plain_rows
from control_map.core.model import Credit
from control_map.render.export.contents import with_point_columns
from control_map.render.provenance import SOFTWARE, Provenance


@dataclass(frozen=True, eq=False)
class Answer:
    """The rows that answer a question, and their provenance.

    `rows` is a GeoDataFrame (EPSG:4326, lon/lat) where rows have a geometry; dates are `datetime64` and whole days.
    `more` has what is said of the answer as a whole, as plain values by name; files state its `note`, too. Texts quote
    the reports: they are escaped by whoever shows them.
    """

    rows: pd.DataFrame
    provenance: Provenance
    more: Mapping[str, Any] = field(default_factory=dict)

    def envelope(self) -> dict[str, Any]:
        """Return the answer as plain values: what it rests on, what is said of it as a whole, and its `rows`.

        Dates are `datetime.date`, missing values None; a geometry is `lon` and `lat` of a point on it.
        """
        return {**self.head(), "rows": to_plain_rows(self.flat_rows())}

    def head(self) -> dict[str, Any]:
        """Return the envelope without the rows."""
        rests = self.provenance
        return {
            "theatre": {"id": rests.theatre_id, "title": rests.theatre},
            "date": rests.date,
            "since": rests.since,
            "rule": rests.rule_id,
            "method": rests.rule,
            "known_on": rests.known_on,
            "hash": rests.fingerprint,
            "credits": [asdict(credit) for credit in rests.credits],
            "licence": licence_of(rests.credits),
            "software": SOFTWARE,
            **self.more,
        }

    def facts(self) -> dict[str, str]:
        """Return what files state beside the rows, as text by name; nothing that is empty."""
        facts = {"licence": licence_of(self.provenance.credits), "note": str(self.more.get("note", ""))}
        return {**self.provenance.facts(), **{name: text for name, text in facts.items() if text}}

    def flat_rows(self) -> pd.DataFrame:
        """Return the rows with `lon` and `lat` of a point on each geometry, if they have one, in its place."""
        return with_point_columns(self.rows) if isinstance(self.rows, gpd.GeoDataFrame) else self.rows


def licence_of(parts: Iterable[Credit]) -> str:
    """Return the licences of all parts of a pack in a line, each once."""
    return "; ".join(dict.fromkeys(part.licence for part in parts))
