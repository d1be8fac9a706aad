"""A view in an address: what is written can be read, and what cannot be read is said."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from control_map.core.errors import LinkError
from control_map.ui.state import query
from control_map.ui.state.query import (
    ChoiceFormat,
    DayFormat,
    MultipleChoiceFormat,
    PositionFormat,
    QueryEntry,
    TextFormat,
    WholeNumberFormat,
)
from tests.support.made_up import END, START

WORDS = {"red": 1, "blue": 2, "green": 3}
TABLE = [
    QueryEntry("date", "date", DayFormat(START, END), START),
    QueryEntry("colour", "colour", ChoiceFormat(WORDS), 1),
    QueryEntry("layers", "layers", MultipleChoiceFormat(WORDS), [1, 2]),
    QueryEntry("silent", "silent", WholeNumberFormat(1, 365), 30, ("layers", 3)),
    QueryEntry("text", "text", TextFormat(200), ""),
    QueryEntry("at", "at", PositionFormat(), None),
]
NAMES = {entry.name for entry in TABLE}

states = st.fixed_dictionaries(
    {},
    optional={
        "date": st.dates(START, END),
        "colour": st.sampled_from([1, 2, 3]),
        "layers": st.sets(st.sampled_from([1, 2, 3])).map(sorted),
        "silent": st.integers(1, 365),
        "text": st.text(max_size=200).filter(str.isprintable),
        "at": st.tuples(st.integers(-90, 90), st.integers(-180, 180), st.integers(0, 20)),
    },
)


def parsed(query: str) -> dict[str, str]:
    from urllib.parse import parse_qsl  # noqa: PLC0415 - as a browser reads it, apart from what writes it

    return dict(parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query)))


@given(states)
def test_what_is_written_is_read_again_and_what_is_left_out_is_the_default(state):
    written = query.write_query(state, TABLE)
    values, notices = query.read_query(parsed(written), TABLE)
    assert notices == []
    for entry in TABLE:
        if entry.applies({"layers": [1, 2], **state}):
            assert values.get(entry.key, entry.default) == state.get(entry.key, entry.default)


@given(st.dictionaries(st.sampled_from(sorted(NAMES)), st.text(max_size=300)))
def test_whatever_stands_in_an_address_is_read_or_complained_of(address):
    values, notices = query.read_query(address, TABLE)
    assert len(values) + len(notices) == len(address)


def test_an_address_is_readable():
    state = {"date": dt.date(2021, 6, 9), "layers": [1, 3], "at": (34.35, 62.2, 7.5), "text": "Qala e Naw"}
    assert (
        query.write_query(state, TABLE) == "date=2021-06-09&layers=red,green&text=Qala%20e%20Naw&at=34.3500,62.2000,7.5"
    )


def test_the_default_view_has_an_empty_query():
    assert query.write_query({"date": START, "colour": 1, "layers": [1, 2], "text": "", "at": None}, TABLE) == ""


def test_a_value_that_means_nothing_beside_the_others_is_left_out():
    assert query.write_query({"silent": 60, "layers": [1, 2]}, TABLE) == ""
    assert "silent=60" in query.write_query({"silent": 60, "layers": [3]}, TABLE)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("date", "2021-13-45", "a day from 2021-05-01 to 2021-07-01"),
        ("date", "2031-01-01", "a day from"),
        ("colour", "mauve", "one of: red, blue, green"),
        ("layers", "red,mauve", "one of: red, blue, green"),
        ("silent", "-4", "a whole number from 1 to 365"),
        ("silent", "\u0664", "a whole number"),
        ("text", "x" * 201, "at most 200 characters"),
        ("text", "a\x1bb", "a line of text"),
        ("at", "34.3,62.2", "latitude, longitude and zoom"),
        ("at", "nan,inf,7", "latitude, longitude and zoom"),
        ("at", "95,0,5", "latitude, longitude and zoom"),
    ],
)
def test_a_bad_value_falls_back_and_the_notice_says_what_it_can_be(name: str, text: str, said: str):
    values, (notice,) = query.read_query({name: text}, TABLE)
    assert values == {}
    assert name in notice
    assert said in notice


def test_a_notice_repeats_no_more_than_the_beginning_of_what_was_there_and_no_control_character():
    (notice,) = query.read_query({"colour": "\x07" * 3 + "<b>" * 100}, TABLE)[1]
    assert len(notice) < 120
    assert notice.isprintable()


def test_what_no_entry_knows_is_named():
    assert query.unknown_query_notices(["colour", "shape"], TABLE) == ["\u201cshape\u201d is not a known setting."]


def test_a_choice_of_many_does_not_list_them():
    with pytest.raises(LinkError, match="one that this conflict has"):
        ChoiceFormat({str(number): number for number in range(400)}).read("x")


@given(
    st.dictionaries(
        st.sampled_from(sorted(NAMES)) | st.text(), st.text() | st.text("0123456789-,.:eEnaif+_ "), max_size=20
    )
)
def test_any_text_for_any_parameter_is_a_value_or_a_notice(texts: dict[str, str]):
    values, notices = query.read_query(texts, TABLE)
    known = texts.keys() & NAMES
    assert len(values) + len(notices) == len(known)
    assert all(notice.isprintable() for notice in [*notices, *query.unknown_query_notices(texts, TABLE)])
    assert query.read_query(parsed(query.write_query(values, TABLE)), TABLE)[1] == []


def test_a_huge_value_is_refused_before_it_is_read():
    class Unread:
        def read(self, text: str) -> None:
            raise AssertionError(text)

    values, notices = query.read_query({"colour": "red," * 10_000}, [QueryEntry("colour", "colour", Unread(), None)])
    assert values == {}
    assert notices == [f"colour: \u201c{'red,' * 10}\u2026\u201d is longer than 2,000 characters."]


def test_a_thousand_unknown_parameters_get_few_notices():
    notices = query.unknown_query_notices({f"x{number}": "" for number in range(1000)}, TABLE)
    assert len(notices) == 13
    assert notices[-1] == "Nor are 988 more."
