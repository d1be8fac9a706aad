"""The dates that a sentence names, counted from the day of publication; none is later than that day.

In a text of Friday, 9 July 2021, "two days ago" is 7 July, "last week" is the week that ended on 4 July.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from control_map.core.model import DatePrecision
from control_map.intake.articles.text.phrase_matcher import PhraseMatcher
from control_map.intake.articles.text.phrasebook import DateWords, Phrasebook
from control_map.intake.articles.text.sentences import Token

_WEEK = 7
_MAX_COUNT = 1000
"""The largest number that is read as a count of days: "two days ago"."""
_NEW_YEAR_REACH = 180
"""Days. In a text of January "30 December" is of the year before; in one of July "11 September" is still to come."""


@dataclass(frozen=True)
class DateMention:
    """A date named by the tokens from `begin` to before `end`; for a week or a month, `date` is its last day."""

    begin: int
    end: int
    date: dt.date
    precision: DatePrecision


_Resolver = Callable[[dt.date, int], dt.date]
"""Returns a date from the date from which a phrase counts, and a count of days, weeks or months."""


@dataclass(frozen=True)
class _RelativeDate:
    """The meaning of a phrase such as "yesterday" or, if `follows_number`, of "days ago".

    It counts from the day of publication or, if `from_last`, from the date named last.
    """

    count: int
    resolve: _Resolver
    precision: DatePrecision
    from_last: bool = False
    follows_number: bool = False


def find_dates(
    tokens: Sequence[Token], published: dt.date, named_before: dt.date, book: Phrasebook
) -> list[DateMention]:
    """Find the dates in a sentence.

    Parameters
    ----------
    tokens
        The tokens of the sentence.
    published
        The day of publication, from which "yesterday" counts. Later dates have not happened yet and are left out.
    named_before
        The date that the text named last, from which "a day earlier" counts.
    book
        The words for dates.
    """
    found: list[DateMention] = []
    position = 0
    while position < len(tokens):
        reference = found[-1].date if found else named_before
        mention = _date_at(tokens, position, published, reference, book)
        if mention and mention.date <= published:
            found.append(mention)
        position = mention.end if mention else position + 1
    return found


def _date_at(
    tokens: Sequence[Token], begin: int, published: dt.date, reference: dt.date, book: Phrasebook
) -> DateMention | None:
    phrases = _relative_date_phrases(book)
    number = book.read_number(tokens[begin])
    is_counted = number is not None and number < _MAX_COUNT and begin + 1 < len(tokens)
    match = phrases.match_at(tokens, begin + is_counted)
    if match and match.value.follows_number == is_counted:
        relative, times = match.value, int(number or 1) if is_counted else 1
        date = relative.resolve(reference if relative.from_last else published, relative.count * times)
        return DateMention(begin, match.end, date, relative.precision)
    return _read_calendar_date(tokens, begin, published, book) or _read_weekday(tokens, begin, published, book.days)


@lru_cache(maxsize=8)
def _relative_date_phrases(book: Phrasebook) -> PhraseMatcher[_RelativeDate]:
    return PhraseMatcher(_list_relative_dates(book.days))


def _list_relative_dates(words: DateWords) -> Iterator[tuple[str, _RelativeDate]]:
    day, week, month = DatePrecision.DAY, DatePrecision.WEEK, DatePrecision.MONTH
    tables: list[tuple[Mapping[str, int], _Resolver, DatePrecision, bool]] = [
        (words.ago, _days_before, day, False),
        (words.earlier, _days_before, day, True),
        (words.weeks, _end_of_week, week, False),
        (words.months, _end_of_month, month, False),
        (dict.fromkeys(words.weekend, 0), _last_weekend, day, False),
    ]
    for table, resolve, precision, from_last in tables:
        yield from ((phrase, _RelativeDate(count, resolve, precision, from_last)) for phrase, count in table.items())
    after_number = {
        "ago": _RelativeDate(1, _days_before, day, follows_number=True),
        "earlier": _RelativeDate(1, _days_before, day, from_last=True, follows_number=True),
        "later": _RelativeDate(-1, _days_before, day, from_last=True, follows_number=True),
        "weeks_ago": _RelativeDate(_WEEK, _days_before, week, follows_number=True),
    }
    for name, relative in after_number.items():
        yield from ((phrase, relative) for phrase in words.counted.get(name, ()))


def _days_before(date: dt.date, days: int) -> dt.date:
    """Return the date some days earlier, within the limits of the calendar."""
    return dt.date.fromordinal(min(max(date.toordinal() - days, 1), dt.date.max.toordinal()))


def _end_of_week(published: dt.date, count: int) -> dt.date:
    return _days_before(published, published.weekday() + 1 + _WEEK * (count - 1)) if count else published


def _end_of_month(published: dt.date, count: int) -> dt.date:
    date = published
    for _ in range(count):
        date = _days_before(date, date.day)
    return date


def _last_weekend(published: dt.date, _: int) -> dt.date:
    return published if published.weekday() >= 5 else _days_before(published, published.weekday() + 1)


def _read_weekday(tokens: Sequence[Token], begin: int, published: dt.date, words: DateWords) -> DateMention | None:
    """Read "on Wednesday" as the last Wednesday up to publication; "by Wednesday" is a deadline and not read."""
    token = tokens[begin]
    number = next((number for number, names in enumerate(words.weekdays) if token.lower in names), None)
    before = tokens[begin - 1].lower if begin else ""
    if number is None or not token.is_name_like or before in words.deadline:
        return None
    days = (published.weekday() - number) % _WEEK
    if before in words.last and not days:
        days = _WEEK
    return DateMention(begin, begin + 1, _days_before(published, days), DatePrecision.DAY)


def _read_calendar_date(
    tokens: Sequence[Token], begin: int, published: dt.date, book: Phrasebook
) -> DateMention | None:
    """Read "8 July 2021", "July 8", "2021-07-08", and "in July"."""
    words = book.days
    window = [token.lower for token in tokens[begin : begin + 6]]
    before = tokens[begin - 1].lower if begin else ""
    if len(window) > 2 and len(window[0]) == 4 and tokens[begin + 1].is_hyphenated and tokens[begin + 2].is_hyphenated:
        date = _make_date(*window[:3])
        return DateMention(begin, begin + 3, date, DatePrecision.DAY) if date else None
    months = {name: number for number, names in enumerate(words.month_names, 1) for name in names}
    day, month, used = "", "", 0
    if window[0].isdecimal() and len(window[0]) <= 2:
        day, used = window[0], 1
        while used < len(window) and window[used] in words.ordinals | book.places.of:
            used += 1
        month = window[used] if used < len(window) and tokens[begin + used].is_name_like else ""
        used += 1
    elif tokens[begin].is_name_like:
        month, used = window[0], 1
        if len(window) > 1 and window[1].isdecimal() and len(window[1]) <= 2:
            day, used = window[1], 2
            used += len(window) > 2 and window[2] in words.ordinals
    if month not in months or before in words.deadline:
        return None
    after = window[used:]
    after = after[1:] if after[:1] == [","] and day else after
    year = after[0] if after and after[0].isdecimal() and len(after[0]) == 4 else ""
    end = begin + len(window) - len(after) + 1 if year else begin + used
    if day:
        date = _make_date(year, str(months[month]), day) if year else _nearest_date(months[month], day, published)
        return DateMention(begin, end, date, DatePrecision.DAY) if date else None
    if not year and before not in words.month_alone_after:
        return None
    return _whole_month(begin, end, year, months[month], published)


def _whole_month(begin: int, end: int, year: str, month: int, published: dt.date) -> DateMention | None:
    """Return a month by its last day, or by the day of publication if the month is not over then."""
    first = _make_date(year or str(published.year), str(month), "1")
    if first and not year and first > published:
        first = _make_date(str(published.year - 1), str(month), "1")
    if not first:
        return None
    in_next_month = _days_before(first, -31)
    last = _days_before(in_next_month, in_next_month.day)
    return DateMention(begin, end, min(last, published) if first <= published else last, DatePrecision.MONTH)


def _nearest_date(month: int, day: str, published: dt.date) -> dt.date | None:
    """Return the date in the year of publication, or in the year before if that is nearer."""
    date = _make_date(str(published.year), str(month), day)
    if date and date > published:
        earlier = _make_date(str(published.year - 1), str(month), day)
        return earlier if earlier and (published - earlier).days < _NEW_YEAR_REACH else date
    return date


def _make_date(year: str, month: str, day: str) -> dt.date | None:
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None
