"""A made-up theatre far from the others: in the south and west of the world, over three years, with three parties.

It is made by `init` out of a GeoPackage of nine districts in three departments, Ñandú, São Tomé and Valle Ábrego, whose
neighbours draw their common edges a little differently; the reports are made up.
"""

import datetime as dt
from pathlib import Path

import geopandas as gpd
import shapely

from control_map.cli import main
from control_map.intake.new_theatre import boundary_columns, parties, writer
from control_map.intake.new_theatre.boundary_columns import BoundaryColumns, ColumnHints
from control_map.intake.new_theatre.provinces import NamedBoundaries
from control_map.intake.new_theatre.writer import TheatrePlan
from tests.support.made_up import as_csv, written

_WEST, _SOUTH = -68.0, -34.0
_DISTRICTS = (
    ("Ñandú", "Peñón", "Xícara", "Río Añil"),
    ("São Tomé", "Conceição", "Três Irmãos", "Açaí"),
    ("Valle Ábrego", "Güemes", "Córcega", "Ürümü"),
)
PARTIES = ("junta:Junta:#d1603d", "frente:Frente del Sur", "guardia:Guardia Nacional")
REPORTS = (
    # place, department, claim, actor, side of who says so, day
    ("Penon", "Nandu", "held", "junta", "independent", "2018-03-01"),
    ("Conceicao", "São Tomé", "captured", "frente", "independent", "2019-02-10"),
    ("TRÊS IRMÃOS", "Sao Tome", "captured", "frente", "junta", "2019-11-05"),
    ("Güemes", "departamento Valle Ábrego", "captured", "guardia", "guardia", "2020-01-20"),
    ("Corcega", "Valle Abrego", "contested", "frente", "independent", "2020-06-30"),
    ("Ürümü", "Valle Ábrego", "withdrew", "junta", "junta", "2021-05-01"),
)


def boundaries(west: float = _WEST) -> gpd.GeoDataFrame:
    """Return the districts as their publisher draws them."""
    rows = [
        {
            "ADM2_PCODE": f"XX{row}{column}",
            "ADM2_ES": name,
            "ADM1_PCODE": f"XX{row}",
            "ADM1_ES": department,
            "ADM0_ES": "Tierra Austral",
            # The eastern edge of each is drawn a metre or so away from the western one of its neighbour.
            "geometry": shapely.box(
                west + column, _SOUTH + row, west + column + 1 + (0.00001 if column < 2 else 0), _SOUTH + row + 1
            ),
        }
        for row, (department, *names) in enumerate(_DISTRICTS)
        for column, name in enumerate(names)
    ]
    return gpd.GeoDataFrame(rows, crs="EPSG:4326")


def write_far(folder: Path, *, points: bool = False, west: float = _WEST) -> Path:
    """Make the pack with its reports; `points` adds a capital and a crossing."""
    frame = boundaries(west)
    columns: BoundaryColumns = boundary_columns.guess_columns(frame.drop(columns="geometry"), ColumnHints(), "far.gpkg")
    plan = TheatrePlan(
        "La guerra del Sur",
        "Tierra Austral",
        parties.parse_parties(PARTIES),
        dt.date(2019, 1, 1),
        dt.date(2021, 12, 31),
    )
    writer.build_pack(NamedBoundaries(frame, columns, []), plan, "far.gpkg").files.write(folder)
    names = ("place_text", "province_text", "claim", "actor", "claimant_side", "event_date")
    rows = [dict(zip(names, row, strict=True)) for row in REPORTS]
    if points:
        with (folder / "places.csv").open("a", encoding="utf-8") as places:
            places.write("C1,provincial_capital,Peñón,,,,XX00,XX0,Ñandú,-67.5,-33.5,\n")
            places.write("K1,crossing,Paso Añil,,,,XX02,XX0,Ñandú,-65.1,-33.5,\n")
        for name, kind in (("Peñón", "provincial_capital"), ("Paso Anil", "crossing")):
            rows.append(
                dict(zip(names, (name, "Ñandú", "captured", "frente", "independent", "2021-08-08"), strict=True))
            )
            rows[-1]["place_kind"] = kind
    reports = [written(number, **row, reported_date=row["event_date"]) for number, row in enumerate(rows, start=1)]
    (folder / "reports.csv").write_text(as_csv(reports), "utf-8")
    return folder


def run_to_end() -> int:
    """Run the command line as `sys.argv` says; return its exit code."""
    try:
        main.main()
    except SystemExit as end:
        return int(end.code or 0)
    return 0
