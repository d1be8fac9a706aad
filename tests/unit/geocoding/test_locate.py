"""A point lies in the district that contains it, or in none; numbers that look exchanged are noticed."""

import math

import pandas as pd
import pytest

from control_map.geocoding.locate import DistrictOutlines, parse_degrees
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


def test_degrees_have_a_point_or_a_comma_and_all_else_is_no_number() -> None:
    degrees = parse_degrees(pd.Series(["1.5", "-1,5", "", "1,5,3", "N 34", "inf"], dtype="str"))
    assert degrees[:2].tolist() == [1.5, -1.5]
    assert degrees[2:5].isna().all()
