"""How long it takes until a user's reports, or events of ACLED, are on the map: `python -m tests.bench.intake`.

The rows are generated over the names of the shipped pack: most as they stand in the gazetteer, some misspelt, some
unknown, so that many thousands of different names have to be looked for. Each size runs in a process of its own, so
that its peak memory is its own.
"""

import csv
import io
import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from control_map.core.errors import PackError
from control_map.core.model import PlaceKind
from control_map.intake.importers.registry import IMPORTERS
from control_map.intake.matching.codebook import convert_to_codebook
from control_map.intake.matching.columns import match_table
from control_map.intake.outcome import count_outcome, list_unplaced_spellings
from control_map.intake.tables.reader import read_table
from control_map.pipeline.pack import Pack, add_reports, load_pack
from control_map.pipeline.view import apply_rule
from control_map.render.map.timeline_file import make_timeline_file
from control_map.theatre.boundaries import is_drawn
from control_map.theatre.reports import CODEBOOK_COLUMNS
from tests.bench.shipped import PACK
from tests.support.running import ROOT

SIZES = (1_000, 10_000, 100_000)
REFUSED = 10_000_000
ASKED_SECONDS, ASKED_GB = 30, 1.5
MISSPELT, UNKNOWN = 0.2, 0.1
OWN, ACLED = "own", "acled"
_FIXED = {
    "year": "2021",
    "time_precision": "1",
    "event_type": "Battles",
    "actor1": "Taliban",
    "inter1": "Rebel group",
    "actor2": "Military Forces of Afghanistan (2014-2021)",
    "inter2": "State forces",
    "source_scale": "National",
    "fatalities": "0",
}
_VILLAGES = 5_000
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_OFFERED = 100


def table(count: int, pack: Pack) -> bytes:
    """Return a CSV file of so many rows in all columns of the codebook, the same for the same count."""
    chance = random.Random(count)
    places = pack.theatre.places[["name", "province", "kind"]].to_numpy().tolist()
    parties = [actor.id for actor in pack.theatre.actors]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(CODEBOOK_COLUMNS)
    for number in range(count):
        name, province, kind = chance.choice(places)
        draw = chance.random()
        if draw < MISSPELT:
            at = chance.randrange(len(name))
            name = name[:at] + chance.choice(_LETTERS) + name[at + 1 :]
        elif draw < MISSPELT + UNKNOWN:
            name = "".join(chance.choices(_LETTERS, k=9)).capitalize()
        day = f"2021-{chance.randint(5, 8):02}-{chance.randint(1, 31):02}"
        claim = chance.choice(["seized", "captured", "held", "contested", "fighting"])
        said = [claim, chance.choice(parties), f"official {number % 500}", chance.choice([*parties, "independent"])]
        read_in = [f"agency {number % 200}", "Bench Daily", f"https://example.org/{number}", "B", "2"]
        where = [name, province, kind, "", ""]
        writer.writerow(
            [f"bench-{number}", day, "day", day, *where, *said, *read_in, f"Row {number} of the benchmark.", ""]
        )
    return out.getvalue().encode()


def acled_table(count: int, pack: Pack) -> bytes:
    """Return a CSV file of so many events in the columns of ACLED, on points in the districts of a pack."""
    chance = random.Random(count)
    places = pack.theatre.places
    drawn = places[(places["kind"] == PlaceKind.DISTRICT) & is_drawn(places)]
    centres = np.column_stack([(at := drawn.geometry.representative_point()).x, at.y]).tolist()
    names = drawn[["name", "province"]].to_numpy().tolist()
    villages = ["".join(chance.choices(_LETTERS, k=8)).capitalize() for _ in range(_VILLAGES)]
    columns = (
        "event_id_cnty event_date year time_precision disorder_type event_type sub_event_type actor1 assoc_actor_1 "
        "inter1 actor2 assoc_actor_2 inter2 interaction civilian_targeting iso region country admin1 admin2 admin3 "
        "location latitude longitude geo_precision source source_scale notes fatalities tags timestamp"
    ).split()
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\n")
    writer.writeheader()
    for number in range(count):
        at = chance.randrange(len(names))
        (name, province), (lon, lat) = names[at], centres[at]
        event = chance.choice(["Armed clash", "Armed clash", "Attack", "Non-state actor overtakes territory"])
        writer.writerow(
            _FIXED
            | {
                "event_id_cnty": f"AFG{number}",
                "event_date": f"{chance.randint(1, 28)} July 2021",
                "sub_event_type": event,
                "country": pack.theatre.country,
                "admin1": province,
                "admin2": name,
                "location": chance.choice([name, *chance.sample(villages, 3)]),
                "longitude": f"{lon:.4f}",
                "latitude": f"{lat:.4f}",
                "geo_precision": chance.choice("1123"),
                "source": f"Agency {number % 200}; Daily {number % 90}",
                "notes": f"Row {number} of the benchmark. " + "On this day something happened in this place. " * 4,
            }
        )
    return out.getvalue().encode()


def measure(count: int, kind: str = OWN) -> dict[str, float]:
    """Add so many rows; return the seconds of each step and the peak memory of this process in GB."""
    pack = load_pack(PACK)
    data = table(count, pack) if kind == OWN else acled_table(count, pack)
    seconds: dict[str, float] = {}
    worked = time.process_time()

    def timed(name: str, work: Callable[[], Any]) -> Any:
        begun = time.perf_counter()
        result = work()
        seconds[name] = time.perf_counter() - begun
        return result

    raw = timed("read", lambda: read_table("bench.csv", data))
    if kind != OWN:
        given = raw
        raw = timed("import", lambda: IMPORTERS[kind].import_reports(given, pack.theatre).as_table(given))
    reports = timed("in codebook", lambda: convert_to_codebook(raw, match_table(raw), pack.theatre))
    added = timed("place", lambda: add_reports(pack, reports))
    view = timed("weigh, build timeline", lambda: apply_rule(added, added.rule()))
    seconds |= {"together": sum(seconds.values()), "CPU": time.process_time() - worked}
    timed("why", view.why_lines)
    timed("file of the map", lambda: make_timeline_file(view))
    timed("what became of it", lambda: (count_outcome(added), list_unplaced_spellings(added, _OFFERED)))
    outcome = count_outcome(added)
    return seconds | {
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2,
        "placed": outcome.placed,
        "aside": outcome.set_aside,
    }


def refuse(count: int) -> dict[str, float]:
    """Add too many rows; return the seconds and the memory that it takes to refuse them, beyond the file's own."""
    row = b"2021-07-09,Nirkh,Wardak,captured,taliban\n"
    data = b"date,district,province,claim,actor\n" + row * count
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.perf_counter()
    try:
        read_table("huge.csv", data)
        refused = 0.0
    except PackError:
        refused = 1.0
    return {
        "seconds": time.perf_counter() - begun,
        "more": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024**2,
        "refused": refused,
        "file": len(data) / 1e6,
    }


def _alone(*arguments: object) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench.intake", *map(str, arguments)]
    result: dict[str, float] = json.loads(
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    )
    return result


def main() -> None:
    steps = ["read", "import", "in codebook", "place", "weigh, build timeline", "together", "CPU"]
    steps += ["why", "file of the map", "what became of it"]
    title = f"A user's reports; limits for the last rows: together under {ASKED_SECONDS} s and {ASKED_GB} GB"
    shown = Table("rows", *(f"{step}, s" for step in steps), "peak, GB", "placed", "set aside", title=title)
    for count, kind in [*((count, OWN) for count in SIZES), (SIZES[-1], ACLED)]:
        got = {"import": 0.0, **_alone(count, kind)}
        counts = (f"{got['placed']:,.0f}", f"{got['aside']:,.0f}")
        shown.add_row(f"{count:,} {kind}", *(f"{got[step]:.2f}" for step in steps), f"{got['peak']:.2f}", *counts)
    console = Console(width=160)
    console.print(shown)
    got = _alone(REFUSED, "refuse")
    verb = "refused" if got["refused"] else "NOT refused"
    cost = f"in {got['seconds']:.2f} s, with {got['more']:.2f} GB more memory"
    console.print(f"{REFUSED:,} rows ({got['file']:.0f} MB) {verb} {cost}")


if __name__ == "__main__":
    if sys.argv[2:] == ["refuse"]:
        print(json.dumps(refuse(int(sys.argv[1]))))
    elif sys.argv[1:]:
        print(json.dumps(measure(int(sys.argv[1]), *sys.argv[2:])))
    else:
        main()
