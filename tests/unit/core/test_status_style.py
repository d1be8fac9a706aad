"""The looks of the statuses in the shipped theatres: a lighter shade of one party is never taken for another party."""

from itertools import combinations, permutations

import pytest

from control_map.core.palette import INDISTINGUISHABLE_BELOW, colour_distance
from control_map.core.status_style import StatusStyle, status_styles
from control_map.theatre.config import read_config
from tests.conftest import SHIPPED


@pytest.fixture(scope="module", params=["afghanistan-2021", "syria-2024"])
def parties(request: pytest.FixtureRequest) -> list[StatusStyle]:
    actors = read_config(SHIPPED.parent / request.param / "theatre.toml")[0].parties
    styles = status_styles(actors)
    return [styles[actor.id] for actor in actors]


def test_a_lighter_shade_is_no_other_partys_full_colour_on_either_ground(parties: list[StatusStyle]) -> None:
    """Also with colour blindness: `colour_distance` is that of the reader who distinguishes them least."""
    for one, other in permutations(parties, 2):
        assert colour_distance(one.light, other.colour) >= INDISTINGUISHABLE_BELOW, (one.label, other.label)
        assert colour_distance(one.dim, other.dark) >= INDISTINGUISHABLE_BELOW, (one.label, other.label)


def test_lighter_shades_of_two_parties_are_distinct_on_either_ground(parties: list[StatusStyle]) -> None:
    """They are nearer to the ground and so to each other than full colours are."""
    for one, other in combinations(parties, 2):
        assert colour_distance(one.light, other.light) > 3.5, (one.label, other.label)
        assert colour_distance(one.dim, other.dim) > 3.5, (one.label, other.label)
