"""How long a film of the shipped pack takes, as a table: `python -m tests.bench.film`.

130 days at 1280 x 720. CPU time is of all threads; two of them work at once, one that draws and one that encodes.
"""

import time

from rich.console import Console
from rich.table import Table

from control_map.pipeline.pack import load_pack
from control_map.pipeline.view import apply_rule
from control_map.render.film.encoding import FilmFormat
from control_map.render.film.film import make_film
from tests.bench.shipped import PACK

ASKED_SECONDS = 20


def main() -> None:
    pack = load_pack(PACK)
    view = apply_rule(pack, pack.rule())
    theatre = pack.theatre
    table = Table("film", "seconds", "CPU seconds", "MB", f"under {ASKED_SECONDS} s", title="130 days at 1280 x 720")
    for film_format in FilmFormat:
        begun, worked = time.perf_counter(), time.process_time()
        film = make_film(view, theatre.period_start, theatre.period_end, film_format)
        seconds, cpu = time.perf_counter() - begun, time.process_time() - worked
        held = "yes" if seconds < ASKED_SECONDS else "no"
        table.add_row(film_format.upper(), f"{seconds:.1f}", f"{cpu:.1f}", f"{len(film) / 1e6:.2f}", held)
    Console().print(table)


if __name__ == "__main__":
    main()
