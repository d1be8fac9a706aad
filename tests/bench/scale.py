"""How the weighing grows with the number of reports, as a table: `python -m tests.bench.scale`.

Each size runs in a process of its own, so that its peak memory is its own. The last column, of CPU time, which other
work on the machine hardly touches, stays level or falls if the time grows no faster than n log n.
"""

import json
import math
import resource
import subprocess
import sys
import time
from itertools import pairwise

from rich.console import Console
from rich.table import Table

from control_map.assessment.assertions import assert_at_places
from control_map.assessment.evidence import assess
from control_map.assessment.rule_comparison import assess_under_rules
from control_map.assessment.timeline import build_timeline
from tests.bench.world import REPORTS_A_PLACE, make_places, make_reports
from tests.support.made_up import ACTORS, RULES, START
from tests.support.running import ROOT

SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000)
ASKED_SECONDS, ASKED_GB = 20, 4


def measure(count: int) -> dict[str, float]:
    """Weigh so many reports; return the seconds of each step and the peak memory of this process in GB."""
    places = make_places(count // REPORTS_A_PLACE)
    reports = make_reports(count, places)
    marks, worked = [time.perf_counter()], time.process_time()
    assertions = assert_at_places(reports, places, ACTORS, START)
    marks.append(time.perf_counter())
    evidence = assess(assertions, ACTORS, RULES["assessed"])
    marks.append(time.perf_counter())
    build_timeline(evidence, places, START, {})
    marks.append(time.perf_counter())
    worked = time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    assess_under_rules(assertions, ACTORS, list(RULES.values()))
    marks.append(time.perf_counter())
    assert_s, assess_s, timeline_s, each_s = (end - begin for begin, end in pairwise(marks))
    seconds = {"assert": assert_s, "assess": assess_s, "timeline": timeline_s, "every rule": each_s}
    return seconds | {"peak": peak, "worked": worked}


def main() -> None:
    names = [
        "reports",
        "places",
        "assert, s",
        "assess, s",
        "timeline, s",
        "together, s",
        "CPU, s",
        "peak, GB",
        "all rules at once, s",
    ]
    title = f"Weighing generated reports; asked of the last row: under {ASKED_SECONDS} s and {ASKED_GB} GB"
    table = Table(*names, "\u00b5s / (n log\u2082 n)", title=title, title_justify="left")
    for count in SIZES:
        command = [sys.executable, "-m", "tests.bench.scale", str(count)]
        got = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)
        together = got["assert"] + got["assess"] + got["timeline"]
        figures = [*(got[step] for step in ("assert", "assess", "timeline")), together]
        figures += [got["worked"], got["peak"], got["every rule"]]
        level = 1e6 * got["worked"] / (count * math.log2(count))
        table.add_row(
            f"{count:,}", f"{count // REPORTS_A_PLACE:,}", *(f"{figure:.2f}" for figure in figures), f"{level:.3f}"
        )
    Console(width=140).print(table)


if __name__ == "__main__":
    if sys.argv[1:]:
        print(json.dumps(measure(int(sys.argv[1]))))
    else:
        main()
