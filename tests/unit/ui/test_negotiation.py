"""The headers of a request say what its client takes, on one line or on several."""

import pytest
from starlette.datastructures import Headers

from control_map.ui.server.negotiation import is_known, liking_for, takes_gzip


def headers_of(name: str, *lines: str) -> Headers:
    return Headers(raw=[(name.encode(), line.encode()) for line in lines])


@pytest.mark.parametrize(
    ("lines", "taken"),
    [
        (["gzip"], True),
        (["GZIP"], True),
        (["br", "gzip;q=0.5"], True),
        (["*"], True),
        (["gzip;q=0"], False),
        (["gzip; q=0.0, *"], False),
        (["*;q=0"], False),
        (["gzipped"], False),
        (["identity"], False),
        ([""], False),
        ([], False),
    ],
)
def test_gzip_is_taken_where_the_client_likes_it(lines, taken):
    assert takes_gzip(headers_of("accept-encoding", *lines)) is taken


@pytest.mark.parametrize(
    ("lines", "known"),
    [
        (['"a"'], True),
        (['W/"a"'], True),
        (['"b", "a"'], True),
        (['"b"', '"a"'], True),
        (["*"], True),
        (['"aa"'], False),
        (['"b,a"'], False),
        (["a"], False),
        ([], False),
    ],
)
def test_an_answer_is_known_by_its_whole_tag(lines, known):
    assert is_known(headers_of("if-none-match", *lines), '"a"') is known


def test_the_most_exact_range_says_how_much_a_type_is_liked():
    assert liking_for(headers_of("accept", "text/*;q=0.5, */*;q=0.1", "text/csv;q=0.2"), "text/csv") == 0.2
    assert liking_for(headers_of("accept", "text/*;q=0.5, */*;q=0.1"), "text/csv") == 0.5
    assert liking_for(headers_of("accept", "text/*;q=0.5, */*;q=0.1"), "application/json") == 0.1
    assert liking_for(headers_of("accept", "text/csv;q=2"), "text/csv") == 0
    assert [liking_for(headers_of("accept", *lines), "text/csv") for lines in ([], [""])] == [1, 1]
