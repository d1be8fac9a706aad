"""A theatre pack out of a file of polygons: its columns guessed, its shapes mended, its files written."""

from control_map.founding.boundaries import read_boundaries
from control_map.founding.columns import Columns, Wanted, country_of, guess, possible_parents
from control_map.founding.pack import Made, Plan, found
from control_map.founding.parties import DEFAULT_PARTIES, parties

__all__ = [
    "DEFAULT_PARTIES",
    "Columns",
    "Made",
    "Plan",
    "Wanted",
    "country_of",
    "found",
    "guess",
    "parties",
    "possible_parents",
    "read_boundaries",
]
