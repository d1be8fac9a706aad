"""Every command that writes files, with what it needs, for the made-up theatre.

`python -m tests.support.writing_commands INPUTS TARGETS` runs all of them in one process.
"""

import json
import sys
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from unittest import mock

from control_map.cli import common, guard
from control_map.cli.commands import add, extract, import_
from control_map.pipeline.pack import load_pack
from tests.support.far import run_to_end
from tests.support.made_up import as_csv, districts_geojson, write_pack, written

WRITING = {
    **{f"map.{suffix}": "export --date 2021-05-20" for suffix in ("geojson", "csv", "parquet", "kml", "gpkg", "xlsx")},
    **{f"{what}.csv": f"export --date 2021-05-20 --what {what}" for what in ("timeline", "evidence")},
    "evidence.xlsx": "export --date 2021-05-20 --since 2021-05-05",
    "brief.html": "brief --date 2021-05-20",
    "film.gif": "film --from 2021-05-19 --until 2021-05-20 --width 320",
    "film.mp4": "film --from 2021-05-19 --until 2021-05-20 --width 320",
    "site": "publish",
    "map.html": "publish --date 2021-05-20",
    "reports.csv": "template",
    "reports.xlsx": "template",
    "form.xlsx": "form",
    "merged.csv": "add {inputs}/mine.csv",
    "imported.csv": "import {inputs}/mine.csv",
    "drafts.csv": "extract {inputs}/article.txt --published 2021-05-07 --outlet Reuters",
    "new-pack": "init --boundaries {inputs}/boundaries.geojson --background {inputs}/rivers.geojson "
    "--start 2021-01-01 --end 2021-12-31",
}
"""The command that writes each file or folder."""


def rivers_geojson() -> str:
    river = {"type": "LineString", "coordinates": [[0, 50], [1, 50.5], [3, 51]]}
    return json.dumps({"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": river}]})


def write_inputs(folder: Path, pack: str = "marshland") -> Path:
    """Write what the commands read into a folder, and return the folder of the pack."""
    reports = [
        written(report_id="a", claim="captured", actor="red"),
        written(report_id="b", claim="held", actor="blue", claimant_side="independent", place_text="Stonefen"),
        written(report_id="c", claim="captured", actor="green", event_date="2021-05-09", reported_date="2021-05-10"),
    ]
    mine = [written(report_id="m", claim="contested", actor="red", event_date="2021-05-15")]
    (folder / "mine.csv").write_text(as_csv(mine), "utf-8")
    (folder / "article.txt").write_text("Brackwater fell to the Reds on Tuesday, a traveller said.", "utf-8")
    (folder / "boundaries.geojson").write_text(districts_geojson(), "utf-8")
    (folder / "rivers.geojson").write_text(rivers_geojson(), "utf-8")
    return write_pack(folder / pack, reports)


def arguments(name: str, inputs: Path, pack: Path, target: Path) -> list[str]:
    """Return the arguments of the command that writes a file or folder of that name to a target."""
    command, *options = WRITING[name].format(inputs=inputs).split()
    where = [str(target)] if command == "init" else ["--to", str(target)]
    return [command, *options, *where, *([] if command == "init" else ["--pack", str(pack)])]


def main(inputs: Path, targets: Path) -> None:
    """Run all commands, and write the exit code of each into `codes.json`."""
    guard.CAN_FORK = False  # a forked process would go on with the commands that follow
    pack = write_inputs(inputs, f"pack-of-{inputs.name}")
    codes = {}
    read_once = cache(load_pack)  # each of the commands would spend most of its time on that
    with ExitStack() as stack:
        for module in (common, add, extract, import_):
            stack.enter_context(mock.patch.object(module, "load_pack", read_once))
        for name in WRITING:
            sys.argv = ["control_map", *arguments(name, inputs, pack, targets / name)]
            codes[name] = run_to_end()
    (targets / "codes.json").write_text(json.dumps(codes))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
