"""The dossiers of places for all days of the period, as data: what `View.explain` tells, each text once."""

import datetime as dt
from collections.abc import Hashable, Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

import pandas as pd

from control_map.core.model import Role
from control_map.core.sanitize import safe_web_link
from control_map.core.wording import format_span, list_some
from control_map.explanation import dossier, phrases
from control_map.explanation.argument import PlaceArgument
from control_map.pipeline.view import View
from control_map.render.map.encoding import to_compact_json
from control_map.theatre.theatre import Theatre

DATE_PLACEHOLDER, AGE_PLACEHOLDER = "\ue000", "\ue001"
"""What stands in a passage for the day shown and for how long ago the last report was: characters of no script."""
_MOST_CITED = 3
_ROLES = list(Role)


def make_dossiers_file(view: View, place_ids: Iterable[str] | None = None) -> bytes:
    """Return the JSON of the dossiers of some places, by default of all.

    Days are counted from the first of the period; whole numbers in place of text are positions among `texts`.

    - `texts`: what is said more than once, and `roles`;
    - `reports`: lists of `[report_id, actor, event day, says, who, side, grade, summary, source name, address, when
      ...]`, with one `when` for each year of the period, in which other years are written out. An address is one of
      the web, or empty;
    - `places`: for each id `[kind, inside, cards, pieces]`. Cards are `[report, role, reason, because of, area,
      quiet]`, newest first; one stands in the dossier from the day of its event on. Pieces are `[day, since, last
      reported, passage ...]` in order: what is told from that day until the next piece's; a card is on the present
      status if its event is not before `since`, or if that is null. In the first passage `SHOWN` stands for the day,
      in the last `AGO` for the time since the last report, of which `spans_of` has the words.
    """
    theatre = view.pack.theatre
    places = theatre.places.set_index("place_id", drop=False)
    explained = view.explainer.arguments_by_place
    texts = _Numbers()
    reports = _Numbers()
    told = {
        place_id: _place(explained[place_id], places.loc[place_id].to_dict(), places["name"], texts, reports, theatre)
        for place_id in (places["place_id"] if place_ids is None else place_ids)
    }
    return to_compact_json({"texts": list(texts), "roles": _ROLES, "reports": list(reports), "places": told})


class _Numbers(dict[Any, int]):
    """Numbers things in the order in which they are first asked for."""

    def __missing__(self, key: Any) -> int:
        self[key] = len(self)
        return self[key]


def _place(
    explained: PlaceArgument,
    place: Mapping[Hashable, Any],
    names: pd.Series,
    texts: _Numbers,
    reports: _Numbers,
    theatre: Theatre,
) -> list[Any]:
    inside = place["polygon_id"]
    start = theatre.period_start
    years = range(start.year, theatre.period_end.year + 1)
    by_year = [dossier.describe_reports([*reversed(explained.reports)], theatre.actors, year) for year in years]
    cards = []
    for those in zip(*by_year, strict=True):
        report, whens = those[0], [each["when"] for each in those]
        if report["event_date"] <= theatre.period_end:
            cards.append(_card(report, reports[_report(report, whens, start, texts)], texts))
    return [
        dossier.describe_kind(place),
        names[inside] if inside in names and inside != place["place_id"] else "",
        cards,
        [
            [
                (day - start).days,
                *((each - start).days if each else None for each in dates),
                *(texts[each] for each in passages),
            ]
            for day, dates, passages in split_into_runs(explained, start, theatre.period_end)
        ],
    ]


def _report(report: Mapping[str, Any], whens: list[str], start: dt.date, texts: _Numbers) -> tuple[Any, ...]:
    return (
        report["report_id"],
        report["actor"],
        (report["event_date"] - start).days,
        texts[report["says"]],
        texts[report["who"]],
        texts[report["side"]],
        f"{report['reliability']}{report['credibility']}",
        report["summary"],
        texts[report["source_name"]],
        texts[safe_web_link(report["source_url"])],
        *(texts[when] for when in whens),
    )


def _card(report: Mapping[str, Any], number: int, texts: _Numbers) -> list[int]:
    said = (report["sentence"], list_some(report["because_of"], _MOST_CITED), report["area"])
    return [number, _ROLES.index(report["role"]), *(texts[each] for each in said), int(report["quiet"])]


def split_into_runs(
    explained: PlaceArgument, start: dt.date, end: dt.date
) -> Iterator[tuple[dt.date, tuple[dt.date | None, dt.date | None], tuple[str, ...]]]:
    """Cut the days from `start` to `end` into runs on which the same is told of a place.

    Yields
    ------
    date, (date or None, date or None), tuple of str
        The first day of a run; since when the status holds and when the place was last reported, in it; the passages
        of the explanation, with `SHOWN` and `AGO` for what differs from day to day.
    """

    def told(day: dt.date) -> tuple[tuple[dt.date | None, dt.date | None], tuple[str, ...]]:
        row = explained.interval(day)
        last = row["last_reported"]
        argument = explained.on(
            day, phrases.DayWording(DATE_PLACEHOLDER, AGE_PLACEHOLDER if last and day > last else "")
        )
        return (row["since"], last), tuple(argument["explanation"])

    for what, days in groupby(_turns(explained, start, end), key=told):
        yield next(days), *what


def _turns(explained: PlaceArgument, start: dt.date, end: dt.date) -> list[dt.date]:
    """Return the days on which what is told of a place can change: a report, the day after it, an interval, a year."""
    tomorrow = dt.timedelta(days=1)
    events = {report["event_date"] for report in explained.reports}
    begun = {row["valid_from"] for row in explained.intervals if row["valid_from"]}
    years = {dt.date(year, 1, 1) for year in range(start.year, end.year + 1)}
    return sorted(
        day for day in {start, *events, *(day + tomorrow for day in events), *begun, *years} if start <= day <= end
    )


def age_phrases(view: View) -> list[tuple[int, str]]:
    """Return the words for how long ago something was: `[days, words]`, which hold until the next one's days."""
    reported = view.timeline["last_reported"].dropna()
    longest = (view.pack.theatre.period_end - reported.min().date()).days if len(reported) else 0
    told: list[tuple[int, str]] = []
    for days in range(1, longest + 1):
        words = format_span(days)
        if not told or told[-1][1] != words:
            told.append((days, words))
    return told
