"""Precision and recall of the extraction on labelled texts: `python -m tests.bench.extract [--show NAME]`.

Precision is the share of the extracted statements that a person labelled as well, recall the share of the labelled
statements that are extracted.
"""

import argparse
import datetime as dt
import time
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rich.console import Console
from rich.table import Table

from control_map.core.model import PlaceKind
from control_map.intake.articles.statements.extraction import extract_statements
from control_map.pipeline.pack import Pack, load_pack
from tests.bench.orontia import orontia
from tests.bench.shipped import PACK

ARTICLES = Path(__file__).parent / "articles"
KINDS = {"district": "district", "capital": "provincial_capital", "crossing": "crossing"}


@dataclass(frozen=True, order=True)
class Reading:
    """One statement; `place` is an id, `AF31 part`, `country part`, or the bare name if it is ambiguous."""

    place: str
    claim: str
    actor: str
    side: str
    date: dt.date


LEVELS: dict[str, Callable[[Reading], tuple[object, ...]]] = {
    "place": lambda r: (r.place,),
    "place, claim": lambda r: (r.place, r.claim),
    "place, claim, actor": lambda r: (r.place, r.claim, r.actor),
    "place, claim, side": lambda r: (r.place, r.claim, r.side),
    "place, claim, date": lambda r: (r.place, r.claim, r.date),
    "whole row": lambda r: (r.place, r.claim, r.actor, r.side, r.date),
}


@lru_cache
def pack_of(theatre: str) -> Pack:
    return orontia() if theatre == "orontia" else load_pack(PACK)


def id_of(place: str, pack: Pack) -> str:
    kind, _, rest = place.partition(": ")
    name, _, more = rest.partition(", ")
    if kind == "?":
        return f"? {name}"
    if kind == "country":
        return f"country {name}"
    if kind == "province":
        provinces = pack.theatre.provinces.set_index("province")["province_id"]
        return f"{provinces[name]} {more}"
    places = pack.theatre.places
    found = places[(places["kind"] == KINDS[kind]) & (places["name"] == name)]
    found = found[found["province"] == more] if more else found
    assert len(found) == 1, f"{place} is {len(found)} places"
    return str(found["place_id"].iloc[0])


def labelled(article: dict) -> set[Reading]:
    pack = pack_of(article["theatre"])
    return {Reading(id_of(place, pack), *rest) for place, *rest in article["statements"]}


def found(article: dict) -> set[Reading]:
    rows = extract_statements(article["text"], article["published"], pack_of(article["theatre"])).to_dict("records")
    readings = set()
    for row in rows:
        place = row["place_id"]
        if row["place_kind"] == PlaceKind.COUNTRY:
            place = f"country {row['area_scope']}"
        elif row["place_kind"] == PlaceKind.PROVINCE and place:
            place = f"{place} {row['area_scope']}"
        place = place or f"? {row['place_text']}"
        readings.add(Reading(place, row["claim"], row["actor"], row["claimant_side"], row["event_date"]))
    return readings


def shares(pairs: Iterable[tuple[set[Reading], set[Reading]]], level: str) -> tuple[int, int, int]:
    """Return the numbers of statements that are both extracted and labelled, extracted, and labelled."""
    view = LEVELS[level]
    both = extracted = expected = 0
    for found_here, labelled_here in pairs:
        left, right = {view(reading) for reading in found_here}, {view(reading) for reading in labelled_here}
        both, extracted, expected = both + len(left & right), extracted + len(left), expected + len(right)
    return both, extracted, expected


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", help="list what differs in this text, or in all of a set")
    show = parser.parse_args().show
    articles = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in sorted(ARTICLES.glob("*.toml"))}
    console = Console(highlight=False)
    table = Table(
        "set", "texts", "what", "precision", "recall", "found and read", title="Statements", title_justify="left"
    )
    for name in ("developed", "held_out"):
        chosen = {stem: article for stem, article in articles.items() if article["set"] == name}
        for article in chosen.values():
            pack_of(article["theatre"])
        begun = time.perf_counter()
        pairs = {stem: (found(article), labelled(article)) for stem, article in chosen.items()}
        took = 1000 * (time.perf_counter() - begun) / len(chosen)
        for level in LEVELS:
            both, extracted, expected = shares(pairs.values(), level)
            table.add_row(
                name,
                str(len(chosen)),
                level,
                f"{both / extracted:.2f}",
                f"{both / expected:.2f}",
                f"{both} of {extracted}, {expected}",
            )
        console.print(f"{name}: {took:.0f} ms a text")
        for stem, (mine, theirs) in pairs.items():
            if show in (stem, name):
                console.print(f"[bold]{stem}")
                for reading in sorted(mine - theirs):
                    console.print(
                        f"  + {reading.place}, {reading.claim}, {reading.actor}, {reading.side}, {reading.date}"
                    )
                for reading in sorted(theirs - mine):
                    console.print(
                        f"  - {reading.place}, {reading.claim}, {reading.actor}, {reading.side}, {reading.date}"
                    )
    console.print(table)


if __name__ == "__main__":
    main()
