"""Dates are read as people write them; one that can be read in two ways is not read until the order is chosen."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from control_map.intake.matching.dates import (
    DateForm,
    DateStyle,
    detect_date_order,
    explain_unread,
    is_ambiguous,
    list_ambiguous_dates,
    may_be_another_day,
    read_date_leniently,
    read_distinct_dates,
)

NINTH = "2021-07-09"


@pytest.mark.parametrize(
    "text",
    [
        *("2021-07-09", "2021-7-9", "2021/07/09", "2021.07.09", "20210709", "2021-07-09T13:30:00Z", "2021-07-09 13:30"),
        *(
            "9 July 2021",
            "9 Jul 2021",
            "09-Jul-2021",
            "9th of July, 2021",
            "Jul 9, 2021",
            "July 9th 2021",
            "9July2021",
            "9-Jul-21",
        ),
        *(
            "Friday, 9 July 2021",
            "Fri Jul 9 2021",
            "9 July 2021, 14:05",
            "9.7.2021",
            "09.07.2021 08:00",
            "44386",
            "44386.5",
        ),
        *("\u0662\u0660\u0662\u0661-\u0660\u0667-\u0660\u0669", "\u06f2\u06f0\u06f2\u06f1/\u06f0\u06f7/\u06f0\u06f9"),
        *("2021\u201107\u201109", "2021\u201307\u201309", "2021\u22127\u22129", "2021 Jul 9", "९.७.२०२१"),
        *("9.7.21", "09.07.21 08:00"),
    ],
)
def test_a_date_that_can_be_read_in_one_way_is_read(text: str) -> None:
    assert _read([text]) == [NINTH]
    assert list_ambiguous_dates([text]) == []


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "2021-02-30", "31/31/2021", "9 Juli 2021", "12345678", "1400-04-18", "1", "99999", "0000-00"],
)
def test_what_is_no_date_is_not_read(text: str) -> None:
    assert read_date_leniently(text, day_first=True) is None


@pytest.mark.parametrize("text", ["09/07/2021", "9-7-2021", "9/7/2021 10:00"])
def test_an_ambiguous_date_is_read_only_in_a_chosen_order(text: str) -> None:
    assert is_ambiguous(text)
    assert read_date_leniently(text, day_first=None) is None
    first, second = read_date_leniently(text, day_first=True), read_date_leniently(text, day_first=False)
    assert first == (NINTH, DateForm.DAY_FIRST)
    assert second == ("2021-09-07", DateForm.MONTH_FIRST)


@pytest.mark.parametrize("text", ["July 2021", "Jul. 2021", "2021-07"])
def test_of_a_month_the_last_day_is_taken_as_its_window_reaches_back(text: str) -> None:
    assert read_date_leniently(text, day_first=None) == ("2021-07-31", DateForm.MONTH)


@pytest.mark.parametrize(("text", "date"), [("1-Jan-68", "2068-01-01"), ("31-Dec-69", "1969-12-31")])
def test_a_year_of_two_digits_is_of_the_century_that_programs_take_it_for(text: str, date: str) -> None:
    assert read_date_leniently(text, day_first=None) == (date, DateForm.NAMED)


def test_one_date_shows_the_order_of_all_and_two_that_contradict_show_none() -> None:
    assert detect_date_order(["03/04/2021", "31/07/2021"]).is_day_first is True
    assert detect_date_order(["03/04/2021", "07/31/2021"]).is_day_first is False
    assert detect_date_order(["03/04/2021", "31.07.2021"]).is_day_first is None
    both = detect_date_order(["31/07/2021", "07/31/2021"])
    assert (both.is_day_first, both.day_first, both.month_first) == (None, "31/07/2021", "07/31/2021")


def test_dates_are_ambiguous_only_if_none_of_them_shows_the_order() -> None:
    assert list_ambiguous_dates(["03/04/2021", "05/06/2021"]) == ["03/04/2021", "05/06/2021"]
    assert list_ambiguous_dates(["03/04/2021", "13/06/2021"]) == []


def test_dots_say_that_the_day_is_first_unless_a_date_or_the_user_says_otherwise() -> None:
    assert _read(["07.08.2021", "07.09.21"]) == ["2021-08-07", "2021-09-07"]
    assert _read(["07.08.2021", "07.09.21"], day_first=False) == ["2021-07-08", "2021-07-09"]
    assert _read(["25.07.2021", "07.09.2021"]) == ["2021-07-25", "2021-09-07"]
    assert _read(["07.25.2021", "07.09.2021"], day_first=False) == ["2021-07-25", "2021-07-09"]


@pytest.mark.parametrize("shows", ["07.25.2021", "07.25.21", "07/25/2021"])
def test_a_date_with_the_month_first_leaves_dates_with_dots_open(shows: str) -> None:
    dates = [shows, "07.09.2021"]
    assert _read(dates) == ["2021-07-25", ""]
    assert list_ambiguous_dates(dates) == ["07.09.2021"]
    problem, fix = explain_unread("07.09.2021", detect_date_order(dates), DateStyle()) or ("", "")
    assert f"{shows} has the month first" in problem
    assert "--month-first" in fix


def test_the_other_order_of_dates_with_slashes_leaves_those_with_dots_as_they_show() -> None:
    assert _read(["07/13/2021", "07/09/2021", "13.07.2021", "09.07.2021"]) == [
        *("2021-07-13", "2021-07-09", "2021-07-13", "2021-07-09")
    ]


@pytest.mark.parametrize(
    "text",
    [
        *("9 تموز 2021", "٩ تموز ٢٠٢١", "9 يوليو 2021", "9 تموز/يوليو 2021", "9 جويلية 2021"),
        *("۹ ژوئیه ۲۰۲۱", "9 جولای 2021"),
        *("9-juil-21", "9-juil.-21", "9 juil. 2021", "9 juillet 2021", "9 de julio de 2021", "9 jul. 2021"),
        *("9 июля 2021", "9 липня 2021", "9 Temmuz 2021"),
    ],
)
def test_the_names_of_gregorian_months_are_read_in_the_languages_of_the_tables(text: str) -> None:
    assert _read([text]) == [NINTH]


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("1er févr. 2021", "2021-02-01"),
        ("1-aoû-21", ""),
        ("1-août-21", "2021-08-01"),
        ("3 كانون الثاني 2021", "2021-01-03"),
        ("3 تشرين الأول 2021", "2021-10-03"),
        ("3 تشرين 2021", ""),
        ("3 أيار/يونيو 2021", ""),
        ("3 آب 2021", "2021-08-03"),
        ("3 آبان 2021", ""),
        ("أيلول 2021", "2021-09-30"),
    ],
)
def test_a_month_is_read_by_its_whole_name_and_two_names_must_agree(text: str, date: str) -> None:
    assert _read([text]) == [date]


def test_a_gregorian_month_has_no_year_of_the_solar_hijri_calendar() -> None:
    assert read_date_leniently("9 July 1400", day_first=None, is_solar_hijri=True) is None


def test_years_of_two_digits_follow_the_order_of_the_column() -> None:
    assert _read(["07/25/21", "07/09/21"]) == ["2021-07-25", "2021-07-09"]
    assert _read(["31-12-23", "05-03-24", "06-03-24"]) == ["2023-12-31", "2024-03-05", "2024-03-06"]
    assert _read(["25/07/21"]) == ["2021-07-25"]
    assert _read(["07/09/21", "07/10/21"]) == ["", ""]
    assert _read(["07/09/21"], day_first=False) == ["2021-07-09"]
    assert _read(["07/09/21 10:00"], day_first=True) == ["2021-09-07"]


def test_dates_that_may_begin_with_a_year_of_two_digits_wait_for_the_order() -> None:
    dates = ["21-07-09", "21-07-25", "21-08-02"]
    assert _read(dates) == ["", "", ""]
    assert list_ambiguous_dates(dates)
    assert _read(dates, day_first=True) == ["2009-07-21", "2025-07-21", "2002-08-21"]
    assert _read(["21-07-25", "22-07-25"]) == ["2025-07-21", "2025-07-22"]


def _read(dates: list[str], *, day_first: bool | None = None) -> list[str]:
    return [read.date if read else "" for read in read_distinct_dates(dates, DateStyle(day_first)).values()]


@pytest.mark.parametrize(
    ("text", "longitude", "moved"),
    [
        ("2021-07-08T19:30:00Z", 69, True),  # midnight of 9 July in Kabul
        ("2021-07-08 21:00:00.5 UTC", 69, True),
        ("2021-07-09T01:00:00+04:30", -90, True),
        ("2021-07-09T01:30:00+0430", 69, False),
        ("2021-07-09T12:00:00Z", 69, False),
        ("2021-07-08T23:30:00", 69, False),
        ("2021-07-08", 69, False),
    ],
)
def test_a_time_zone_moves_the_day_where_the_places_have_another_one(text: str, longitude: float, moved: bool) -> None:
    assert may_be_another_day(text, longitude) is moved


@given(st.dates(dt.date(1950, 1, 1), dt.date(2099, 12, 31)), st.booleans())
def test_each_date_is_read_back_as_it_was_written_in_every_form(date: dt.date, day_first: bool) -> None:
    numbers = f"{date:%d/%m/%Y}" if day_first else f"{date:%m/%d/%Y}"
    for text in (numbers, f"{date:%Y-%m-%d}", f"{date:%d %B %Y}", f"{date:%b %d, %Y}", f"{date:%A, %d %B %Y}"):
        written = read_date_leniently(text, day_first=day_first)
        assert written is not None
        assert written.date == date.isoformat()


@given(st.text(alphabet="0123456789/-. :TJuly,", max_size=14), st.sampled_from([None, True, False]))
def test_whatever_is_written_it_is_a_date_or_nothing(text: str, day_first: bool | None) -> None:
    written = read_date_leniently(text, day_first=day_first)
    assert written is None or dt.date.fromisoformat(written.date)
