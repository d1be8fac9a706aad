"""The period of a theatre that follows its reports."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from control_map.pipeline.pack import Pack, load_pack
from control_map.pipeline.view import apply_rule
from control_map.theatre.reports import CODEBOOK_COLUMNS
from tests.support.made_up import END, START, THEATRE, written

FOLLOWS = THEATRE.replace("start = 2021-05-01", "follows_reports = true\nstart = 2021-05-01")


def period(pack: Pack) -> tuple[dt.date, dt.date]:
    return pack.theatre.period_start, pack.theatre.period_end


def dated(number: int, event: str, published: str | None = None, **values: str) -> dict[str, str]:
    return written(number, event_date=event, reported_date=published or event, place_text="Brackwater", **values)


@pytest.fixture
def pack_of(make_pack: Callable[..., Path]) -> Callable[..., Pack]:
    return lambda *rows, toml=FOLLOWS: load_pack(make_pack(list(rows), {"theatre.toml": toml}))


@pytest.mark.slow
def test_without_reports_the_period_is_the_stated_one(make_pack):
    files = {"theatre.toml": FOLLOWS, "reports.csv": ",".join(CODEBOOK_COLUMNS) + "\n"}
    assert period(load_pack(make_pack([], files))) == (START, END)


@pytest.mark.slow
def test_it_begins_the_day_before_the_first_event_so_that_the_map_begins_empty_and_nothing_is_from_before(pack_of):
    pack = pack_of(dated(1, "2024-03-02"), dated(2, "2024-03-20"))
    assert period(pack) == (dt.date(2024, 3, 1), dt.date(2024, 3, 20))
    assert pack.theatre.opens_on == dt.date(2024, 3, 20)
    assert not pack.assertions["baseline"].any()
    view = apply_rule(pack, pack.rule())
    statuses = [view.status(day).set_index("place_id").loc["H2", "status"] for day in period(pack)]
    assert statuses == ["no_report", "red"]


@pytest.mark.slow
def test_the_events_of_one_day_make_a_period_of_two(pack_of):
    assert period(pack_of(dated(1, "2024-03-02"))) == (dt.date(2024, 3, 1), dt.date(2024, 3, 2))


@pytest.mark.slow
def test_a_date_after_its_publication_and_one_of_long_before_do_not_prolong_it(pack_of):
    pack = pack_of(dated(1, "2204-03-02", "2024-03-05"), dated(2, "2024-03-04"), dated(3, "1924-03-04", "2024-03-04"))
    assert period(pack) == (dt.date(2024, 3, 3), dt.date(2024, 3, 4))


@pytest.mark.slow
def test_one_mistyped_year_does_not_move_it_away_from_the_other_events(pack_of):
    pack = pack_of(dated(1, "2024-01-05"), dated(2, "2042-01-07"), dated(3, "2024-02-01"))
    assert period(pack) == (dt.date(2024, 1, 4), dt.date(2024, 2, 1))


def test_a_report_that_is_set_aside_does_not_count(pack_of):
    pack = pack_of(dated(1, "2024-03-02"), dated(2, "2024-09-02") | {"place_text": "Nowhere"})
    assert period(pack)[1] == dt.date(2024, 3, 2)


@pytest.mark.slow
def test_a_period_that_the_pack_sets_stays(pack_of):
    assert period(pack_of(dated(1, "2024-03-02"), toml=THEATRE)) == (START, END)


@pytest.mark.slow
def test_a_day_to_open_on_that_is_outside_of_it_gives_way_to_the_nearest_one(pack_of):
    opens = FOLLOWS.replace("end = 2021-07-01", "end = 2021-07-01\nopens_on = 2021-06-01")
    assert pack_of(dated(1, "2024-03-02"), toml=opens).theatre.opens_on == dt.date(2024, 3, 1)
