"""The geography of Syria with seven parties and a handful of reports: a theatre unlike the first one.

The reports are made up: nothing happened as they say. The shipped pack of Syria has the reports of what did.
"""

from collections.abc import Iterable
from pathlib import Path

from control_map.theatre.background import BACKGROUND_FILES
from control_map.theatre.totals import TOTAL_COLUMNS
from tests.support.made_up import as_csv, written

SIMPLIFIED = Path(__file__).parents[1] / "data" / "syria-2024"
SHIPPED = Path(__file__).parents[2] / "data" / "syria-2024"
# id, label, colour, opponents; not all fight all.
PARTIES = (
    ("government", "Syrian government", "#d1603d", "hts sna sdf south israel isis"),
    ("hts", "HTS-led opposition", "#2a9d6f", "government isis"),
    ("sna", "Syrian National Army", "#54d8a8", "government sdf isis"),
    ("sdf", "Syrian Democratic Forces", "#9c84f0", "government sna isis"),
    ("south", "Southern Operations Room", "#a02080", "government isis"),
    ("israel", "Israel", "#2f78b7", "government"),
    ("isis", "ISIS", "#900c0c", "government hts sna sdf south"),
)
_ACTORS = "".join(
    f'[[actors]]\nid = "{name}"\nlabel = "{label}"\ncolour = "{colour}"\nopponents = {against.split()}\n\n'
    for name, label, colour, against in PARTIES
)
THEATRE = f"""
title = "A made-up winter on the map of Syria"
country = "Syria"

[period]
start = 2024-11-15
end = 2025-01-15

{_ACTORS}
[provinces]
SY02 = {{ name_local = "حلب", alt_names = ["Halab"] }}

[[credits]]
what = "Polygons and names"
who = "OCHA, OpenSyria, GeoNames, Wikidata"
licence = "CC BY"
url = "https://example.org/"
"""
# place as a source writes it, province, kind, claim, actor, side of who says so, day
_MADE_UP = (
    ("Syria", "", "country", "held", "government", "independent", "2024-11-16"),
    ("مدينة حلب", "محافظة حلب", "provincial_capital", "captured", "hts", "independent", "2024-11-30"),
    ("Jebel Saman", "Aleppo Governorate", "district", "captured", "hts", "government", "2024-11-30"),
    ("تل رفعت", "حلب", "district", "captured", "sna", "independent", "2024-12-01"),
    ("Hama", "Hama", "district", "contested", "hts", "independent", "2024-12-04"),
    ("مركز الرقة", "Raqqa", "district", "held", "sdf", "independent", "2024-12-05"),
    ("Dar'a", "Dar'a", "district", "captured", "south", "south", "2024-12-06"),
    ("القنيطرة", "Quneitra", "provincial_capital", "captured", "israel", "independent", "2024-12-08"),
    ("Sokhneh", "Homs", "district", "captured", "isis", "isis", "2024-12-09"),
    ("Abu Kamal", "Deir-ez-Zor", "crossing", "captured", "sdf", "independent", "2024-12-10"),
)


def reports() -> list[dict[str, str]]:
    """Return the made-up reports, as rows of a file."""
    columns = ("place_text", "province_text", "place_kind", "claim", "actor", "claimant_side", "event_date")
    rows = [dict(zip(columns, row, strict=True)) for row in _MADE_UP]
    return [
        written(
            number,
            **row,
            area_scope="whole" if row["place_kind"] == "country" else "",
            reported_date=row["event_date"],
            origin="A made-up wire",
            summary="Made up for a test.",
        )
        for number, row in enumerate(rows, start=1)
    ]


def write_syria(folder: Path, rows: Iterable[dict[str, str]] | None = None) -> Path:
    """Write the pack."""
    folder.mkdir(parents=True)
    for file in (SIMPLIFIED / "districts.geojson", *(SHIPPED / name for name in ("places.csv", *BACKGROUND_FILES))):
        (folder / file.name).write_bytes(file.read_bytes())
    (folder / "theatre.toml").write_text(THEATRE, "utf-8")
    (folder / "reports.csv").write_text(as_csv(reports() if rows is None else rows), "utf-8")
    (folder / "totals.csv").write_text(",".join(TOTAL_COLUMNS) + "\n", "utf-8")
    return folder
