"""Time and memory of thousands of reports on one place, as a table: `python -m tests.bench.one_place`.

Each size runs in a process of its own, so that its peak memory is its own. The last column is the CPU time beside that
of half as many reports: about 2 if the time grows with their number, 4 if it grows with its square.
"""

import json
import resource
import subprocess
import sys
import time

from rich.console import Console
from rich.table import Table

from control_map.pipeline.view import apply_rule
from tests.support.made_up import END, RULES, pack_of
from tests.support.running import ROOT
from tests.unit.assessment.test_many_reports import SHAPES

SIZES = (1000, 2000, 4000, 8000, 16_000)


def measure(shape: str, count: int) -> dict[str, float]:
    """Weigh so many reports and explain the result; return the seconds of each step, and the peak memory in MB."""
    reports = SHAPES[shape]().head(count)
    marks = [time.process_time()]
    view = apply_rule(pack_of(reports), RULES["assessed"])
    marks.append(time.process_time())
    view.why_lines()
    marks.append(time.process_time())
    view.explain("H2", END)
    marks.append(time.process_time())
    names = ("weigh", "why", "explain")
    seconds = {name: end - begin for name, begin, end in zip(names, marks, marks[1:], strict=False)}
    return seconds | {"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def main() -> None:
    """Measure every shape and size, and print the table."""
    table = Table("reports", "weigh, s", "why lines, s", "explain, s", "peak, MB", "times as long as half as many")
    for shape in SHAPES:
        table.add_section()
        table.add_row(f"[bold]{shape}")
        before = 0.0
        for count in SIZES:
            command = [sys.executable, "-m", "tests.bench.one_place", shape, str(count)]
            got = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)
            peak, together = got.pop("peak"), sum(got.values())
            growth = f"{together / before:.1f}" if before else ""
            table.add_row(f"{count:,}", *(f"{figure:.2f}" for figure in got.values()), f"{peak:.0f}", growth)
            before = together
    Console(width=100).print(table)


if __name__ == "__main__":
    if sys.argv[1:]:
        print(json.dumps(measure(sys.argv[1], int(sys.argv[2]))))
    else:
        main()
