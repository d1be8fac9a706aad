"""A point lies in the district that contains it, or in none; numbers that look exchanged are noticed."""

import math

import pytest

from control_map.theatre.outlines import DistrictOutlines
from tests.support.made_up import PLACES


@pytest.fixture(scope="module")
def outlines() -> DistrictOutlines:
    return DistrictOutlines(PLACES)


def test_a_point_is_in_its_district_and_on_a_border_in_the_first(outlines: DistrictOutlines) -> None:
    assert outlines.district_ids_at([0.5, 1.5, 1.0, 9.0, math.nan], [50.5, 50.5, 50.5, 50.5, 50.5]) == [
        "H1",
        "H2",
        "H1",
        "",
        "",
    ]
    assert outlines.district_ids_at([], []) == []


def test_only_a_point_that_lies_in_a_district_when_exchanged_looks_exchanged(outlines: DistrictOutlines) -> None:
    assert outlines.are_swapped([0.5, 50.5, 9.0], [50.5, 0.5, 9.0]) == [False, True, False]


@pytest.mark.parametrize(
    ("lon", "lat", "stated", "expected"),
    [
        (1.0, 50.5, "", "H1"),
        (1.0, 50.5, "H2", "H2"),
        (1.0, 50.5, "V1", "H1"),
        (0.5, 50.5, "H2", "H1"),
        (0.5, 49.99, "H1", "H1"),
        (0.5, 49.99, "", ""),
        (0.5, 49.9, "H1", ""),
        (1.5, 50.5, "no such place", "H2"),
        (math.nan, 50.5, "H1", ""),
    ],
)
def test_the_stated_district_decides_on_a_shared_border_and_at_a_coast_and_nowhere_else(
    outlines: DistrictOutlines, lon: float, lat: float, stated: str, expected: str
) -> None:
    assert outlines.district_ids_at([lon], [lat], [stated]) == [expected]


def test_of_districts_that_share_a_point_the_first_of_the_places_has_it_whatever_the_order() -> None:
    assert DistrictOutlines(PLACES.iloc[::-1]).district_ids_at([1.0, 2.0], [50.5, 50.5]) == ["H2", "V1"]
