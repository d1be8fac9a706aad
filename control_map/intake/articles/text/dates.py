"""The days that a sentence names, reckoned from the day on which the text was published; none lies after it."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from control_map.core.model import DatePrecision
from control_map.intake.articles.text.phrase_matcher import PhraseMatcher
from control_map.intake.articles.text.phrasebook import DateWords, Phrasebook
from control_map.intake.articles.text.sentences import Token

_WEEK = 7
_MOST = 1000
"""Days that are counted: "two days ago"."""
_NEW_YEAR_REACH = 180
"""Days: "30 December" in a text of January is of the year before, "11 September" in one of July is to come."""


@dataclass(frozen=True)
class DateMention:
    """A day that is named by the tokens from `begin` to before `end`. Of a week or month `date` is the last day."""

    begin: int
    end: int
    date: dt.date
    precision: DatePrecision


@dataclass(frozen=True)
class _Reckoning:
    """From what a phrase counts, and in which steps."""

    count: int
    reckon: Callable[[dt.date, dt.date, int], dt.date]
    precision: DatePrecision
    counted: bool = False


def find_dates(
    tokens: Sequence[Token], published: dt.date, named_before: dt.date, book: Phrasebook
) -> list[DateMention]:
    """Find the days.

    Parameters
    ----------
    tokens
        Of a sentence.
    published
        The day from which "yesterday" counts; what comes after it has not happened yet, and is left out.
    named_before
        The day that the text named last, from which "a day earlier" counts.
    book
        How days are called.
    """
    found: list[DateMention] = []
    position = 0
    while position < len(tokens):
        reference = found[-1].date if found else named_before
        day = _day_at(tokens, position, published, reference, book)
        if day and day.date <= published:
            found.append(day)
        position = day.end if day else position + 1
    return found


def _day_at(
    tokens: Sequence[Token], begin: int, published: dt.date, reference: dt.date, book: Phrasebook
) -> DateMention | None:
    phrases = _phrases(book)
    number = book.number(tokens[begin])
    counted = number is not None and number < _MOST and begin + 1 < len(tokens)
    hit = phrases.at(tokens, begin + 1) if counted else phrases.at(tokens, begin)
    if hit and hit.value.counted == counted:
        reckoning, times = hit.value, int(number or 1) if counted else 1
        date = reckoning.reckon(published, reference, reckoning.count * times)
        return DateMention(begin, hit.end, date, reckoning.precision)
    return _calendar_day(tokens, begin, published, book) or _weekday(tokens, begin, published, book.days)


@lru_cache(maxsize=8)
def _phrases(book: Phrasebook) -> PhraseMatcher[_Reckoning]:
    return PhraseMatcher(_reckonings(book.days))


def _reckonings(days: DateWords) -> Iterator[tuple[str, _Reckoning]]:
    day, week, month = DatePrecision.DAY, DatePrecision.WEEK, DatePrecision.MONTH
    tables: list[tuple[Mapping[str, int], Callable[[dt.date, dt.date, int], dt.date], DatePrecision]] = [
        (days.ago, _before_publication, day),
        (days.earlier, _before_the_last, day),
        (days.weeks, _end_of_week, week),
        (days.months, _end_of_month, month),
        (dict.fromkeys(days.weekend, 0), _weekend, day),
    ]
    for table, reckon, precision in tables:
        yield from ((phrase, _Reckoning(count, reckon, precision)) for phrase, count in table.items())
    counted = [
        ("ago", 1, _before_publication, day),
        ("earlier", 1, _before_the_last, day),
        ("later", -1, _before_the_last, day),
        ("weeks_ago", _WEEK, _before_publication, week),
    ]
    for name, count, reckon, precision in counted:
        for phrase in days.counted.get(name, ()):
            yield phrase, _Reckoning(count, reckon, precision, counted=True)


def _less(date: dt.date, days: int) -> dt.date:
    """Go back some days, but not beyond the calendar."""
    return dt.date.fromordinal(min(max(date.toordinal() - days, 1), dt.date.max.toordinal()))


def _before_publication(published: dt.date, _: dt.date, count: int) -> dt.date:
    return _less(published, count)


def _before_the_last(_: dt.date, reference: dt.date, count: int) -> dt.date:
    return _less(reference, count)


def _end_of_week(published: dt.date, _: dt.date, count: int) -> dt.date:
    return _less(published, published.weekday() + 1 + _WEEK * (count - 1)) if count else published


def _end_of_month(published: dt.date, _: dt.date, count: int) -> dt.date:
    date = published
    for _month in range(count):
        date = _less(date, date.day)
    return date


def _weekend(published: dt.date, _: dt.date, __: int) -> dt.date:
    return published if published.weekday() >= 5 else _less(published, published.weekday() + 1)


def _weekday(tokens: Sequence[Token], begin: int, published: dt.date, days: DateWords) -> DateMention | None:
    token = tokens[begin]
    number = next((number for number, names in enumerate(days.weekdays) if token.low in names), None)
    if number is None or not token.is_name_like:
        return None
    before = tokens[begin - 1].low if begin else ""
    if before in days.deadline:
        return None
    back = (published.weekday() - number) % _WEEK
    if before in days.last and not back:
        back = _WEEK
    return DateMention(begin, begin + 1, _less(published, back), DatePrecision.DAY)


def _calendar_day(tokens: Sequence[Token], begin: int, published: dt.date, book: Phrasebook) -> DateMention | None:
    """Read "8 July 2021", "July 8", "2021-07-08", and "in July"."""
    window = [token.low for token in tokens[begin : begin + 6]]
    before = tokens[begin - 1].low if begin else ""
    if len(window) > 2 and len(window[0]) == 4 and tokens[begin + 1].glued and tokens[begin + 2].glued:
        date = _date(*window[:3])
        return DateMention(begin, begin + 3, date, DatePrecision.DAY) if date else None
    months = {name: number for number, names in enumerate(book.days.month_names, 1) for name in names}
    day, month, used = "", "", 0
    if window[0].isdecimal() and len(window[0]) <= 2:
        day, used = window[0], 1
        while used < len(window) and window[used] in book.days.ordinals | book.places.of:
            used += 1
        month = window[used] if used < len(window) and tokens[begin + used].is_name_like else ""
        used += 1
    elif tokens[begin].is_name_like:
        month, used = window[0], 1
        if len(window) > 1 and window[1].isdecimal() and len(window[1]) <= 2:
            day, used = window[1], 2
            used += len(window) > 2 and window[2] in book.days.ordinals
    if month not in months or before in book.days.deadline:
        return None
    after = window[used:]
    after = after[1:] if after[:1] == [","] and day else after
    year = after[0] if after and after[0].isdecimal() and len(after[0]) == 4 else ""
    end = begin + len(window) - len(after) + 1 if year else begin + used
    if day:
        date = _date(year, str(months[month]), day) if year else _latest(months[month], day, published)
        return DateMention(begin, end, date, DatePrecision.DAY) if date else None
    if not year and before not in book.days.month_alone_after:
        return None
    return _whole_month(begin, end, year, months[month], published)


def _whole_month(begin: int, end: int, year: str, month: int, published: dt.date) -> DateMention | None:
    first = _date(year or str(published.year), str(month), "1")
    if first and not year and first > published:
        first = _date(str(published.year - 1), str(month), "1")
    if not first:
        return None
    following = _less(first, -31)
    last = _less(following, following.day)
    return DateMention(begin, end, min(last, published) if first <= published else last, DatePrecision.MONTH)


def _latest(month: int, day: str, published: dt.date) -> dt.date | None:
    """Return the day of that name in the year of publication, or in the year before if that is nearer."""
    date = _date(str(published.year), str(month), day)
    if date and date > published:
        earlier = _date(str(published.year - 1), str(month), day)
        return earlier if earlier and (published - earlier).days < _NEW_YEAR_REACH else date
    return date


def _date(year: str, month: str, day: str) -> dt.date | None:
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None
