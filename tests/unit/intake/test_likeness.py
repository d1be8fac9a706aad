"""Which of a reader's reports were placed by the likeness of a name is told."""

from dataclasses import replace

import pandas as pd

from control_map.intake.likeness import MAX_FUZZY_NAMES, describe_fuzzy_matches
from control_map.pipeline.pack import load_pack
from tests.support.made_up import written


def test_a_name_placed_by_likeness_is_told_with_its_place_and_rows_and_no_published_one_is(make_pack):
    names = "Brackwatter", "Brackwatter", "Brackwater", "Brackwaterr"
    methods = ["fuzzy", "fuzzy", "exact", "fuzzy"]
    pack = load_pack(make_pack([written(number, place_text=name) for number, name in enumerate(names, 1)]))
    (told,) = describe_fuzzy_matches(
        replace(pack, located=pack.located.assign(method=methods), user_supplied_ids=frozenset(("r1", "r2", "r3")))
    )
    assert told == "'Brackwatter' was placed on Brackwater, Harrow, by likeness (2 rows)"


def test_of_many_names_the_rest_is_counted(make_pack):
    pack = load_pack(make_pack([written(1)]))
    many = pd.concat([pack.located] * (MAX_FUZZY_NAMES + 2), ignore_index=True)
    many = many.assign(method="fuzzy", place_text=[f"name {number}" for number in range(MAX_FUZZY_NAMES + 2)])
    told = describe_fuzzy_matches(replace(pack, located=many, user_supplied_ids=frozenset(many["report_id"])))
    assert len(told) == MAX_FUZZY_NAMES + 1
    assert told[-1] == "2 more names were placed by likeness"
