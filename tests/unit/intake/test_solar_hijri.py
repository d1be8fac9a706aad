"""Dates of the Solar Hijri calendar are converted as its calendars print them."""

import datetime as dt

import pytest

from control_map.intake.matching.columns import match_columns
from control_map.intake.matching.dates import DateForm, find_other_calendar, read_date_leniently
from control_map.intake.matching.solar_hijri import YEARS, month_number, names_calendar, to_gregorian


@pytest.mark.parametrize(
    ("solar", "gregorian"),
    [
        ((1300, 1, 1), "1921-03-21"),
        ((1357, 2, 7), "1978-04-27"),  # the Saur revolution
        ((1357, 11, 22), "1979-02-11"),
        ((1399, 12, 30), "2021-03-20"),  # a leap year
        ((1400, 5, 24), "2021-08-15"),  # the fall of Kabul
        ((1403, 1, 1), "2024-03-20"),
        ((1408, 12, 30), "2030-03-20"),
    ],
)
def test_known_days_are_those_that_history_has(solar: tuple[int, int, int], gregorian: str) -> None:
    assert str(to_gregorian(*solar)) == gregorian


@pytest.mark.slow
def test_each_day_of_the_calendar_is_the_day_after_the_one_before() -> None:
    days = [to_gregorian(year, month, day) for year in YEARS for month in range(1, 13) for day in range(1, 32)]
    real = [day for day in days if day is not None]
    assert real[-1] == dt.date(2041, 3, 19)
    assert real == [dt.date(1921, 3, 21) + dt.timedelta(days=number) for number in range(len(real))]


@pytest.mark.parametrize("solar", [(1400, 0, 1), (1400, 13, 1), (1400, 7, 31), (1400, 12, 30), (1250, 1, 1)])
def test_what_is_no_day_of_the_calendar_is_none(solar: tuple[int, int, int]) -> None:
    assert to_gregorian(*solar) is None


@pytest.mark.parametrize("name", ["سرطان", "تیر", "تير", "چنگاښ", "Saratan", "tir"])
def test_months_are_known_by_their_names_in_dari_persian_and_pashto(name: str) -> None:
    assert month_number(name) == 4


@pytest.mark.parametrize("text", ["18 سرطان 1400", "۱۸ تیر ۱۴۰۰", "18 Saratan 1400", "1400 سرطان 18"])
def test_the_name_of_the_month_says_the_calendar(text: str) -> None:
    assert read_date_leniently(text, day_first=None) == ("2021-07-09", DateForm.SOLAR_HIJRI)


@pytest.mark.parametrize("text", ["1400/04/18", "۱۴۰۰-۰۴-۱۸", "18.4.1400"])
def test_numbers_are_read_only_where_the_calendar_is_said(text: str) -> None:
    assert read_date_leniently(text, day_first=None) is None
    assert read_date_leniently(text, day_first=None, is_solar_hijri=True) == ("2021-07-09", DateForm.SOLAR_HIJRI)
    assert "Solar Hijri calendar, in which this is 2021-07-09" in find_other_calendar(text)


def test_a_year_of_the_lunar_calendar_is_named_and_never_read() -> None:
    assert "lunar Hijri" in find_other_calendar("1442-11-28")
    assert read_date_leniently("1442-11-28", day_first=None, is_solar_hijri=True) is None
    assert find_other_calendar("2021-07-09") == find_other_calendar("yesterday") == ""


@pytest.mark.parametrize(
    "title",
    ["date (solar hijri)", "date_shamsi", "Jalali date", "Date [Hijri Shamsi]", "تاریخ (هجری شمسی)", "تاریخ شمسی"],
)
def test_the_name_of_a_column_says_the_calendar_and_is_matched_without_it(title: str) -> None:
    matching = match_columns([title, "district"])
    assert matching.columns["event_date"] == title
    assert matching.solar_hijri == {"event_date"}


@pytest.mark.parametrize("title", ["date", "Shamsia", "jalaliya"])
def test_other_names_say_nothing_of_the_calendar(title: str) -> None:
    assert not names_calendar(title)


@pytest.mark.parametrize(("text", "iso"), [("24/05/99", "2020-08-14"), ("18/04/00", "2021-07-09")])
def test_a_year_of_two_digits_is_of_the_calendar_of_its_column(text: str, iso: str):
    found = read_date_leniently(text, day_first=True, is_solar_hijri=True)
    assert found
    assert found.date == iso
