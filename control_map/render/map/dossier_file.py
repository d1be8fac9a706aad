"""The file of dossiers: every report on a place, its role and the explanation, for all days of the period."""

import datetime as dt
from collections.abc import Hashable, Iterable, Iterator, Mapping
from itertools import groupby
from types import MappingProxyType
from typing import Any

import pandas as pd

from control_map.core.arrays import to_compact_json
from control_map.core.labels import ROLE_LABELS
from control_map.core.model import Role
from control_map.core.sanitize import safe_web_link
from control_map.core.wording import list_some
from control_map.explanation import dossier, phrases
from control_map.explanation.argument import PlaceArgument
from control_map.pipeline.view import View
from control_map.theatre.theatre import Theatre

DATE_PLACEHOLDER, AGE_PLACEHOLDER = "\ue000", "\ue001"
"""Placeholders in a passage for the day shown and for the time since the last report: private-use characters."""
_MAX_CITED = 3
MOST_OF_A_STORY = 60
"""Places of a story at most: an address with reports on more is that of a data set, which tells no story."""
_ROLES = list(Role)


def make_dossier_file(
    view: View, place_ids: Iterable[str] | None = None, source_rows: Mapping[str, str] = MappingProxyType({})
) -> bytes:
    """Return the JSON of the dossiers of some places, by default of all.

    `source_rows` names the table and row of each report that the user added, by the report's id.

    Days are counted from the first of the period; whole numbers in place of text are positions among `texts`.

    - `texts`: the texts that occur more than once; `roles`, and what each is called, `role_labels`;
    - `reports`: lists of `[report_id, actor, day, says, who, side, grade, summary, source name, address, source
      row, when ...]`: `day` is that from which the report counts, and there is one `when` for each year of the
      period, in which dates of other years have their year. An
      address is a web address, or empty, and a source row is empty unless the user added the report;
    - `places`: for each id `[kind, inside, cards, pieces]`. Cards are `[report, role, reason, because of, area,
      quiet]`, newest first; the dossier shows a card from that day on. Pieces are `[day, since, last reported,
      passage ...]` in order: a piece is the explanation from that day until the next piece's; a card is about
      the present status if that day is not before `since`, or if that is null. In the first passage
      `DATE_PLACEHOLDER` stands for the day, in the last `AGE_PLACEHOLDER` for the time since the last report, whose
      words are the `ages` of the timeline's file, see `view_facts.py`;
    - `stories`: for the address of a story, as a position among `texts`, the positions of all places that reports of
      it are on, in the order of the geometry's file; of stories on one place alone, and of tables of very many, none.
    """
    theatre = view.pack.theatre
    places = theatre.places.set_index("place_id", drop=False)
    explainer, texts, reports = view.explainer, _Numbers(), _Numbers()
    arguments = (
        explainer.arguments_by_place
        if place_ids is None
        else {place_id: explainer.explain_place(place_id) for place_id in place_ids}
    )
    dossiers = {
        place_id: _encode_place(
            argument, places.loc[place_id].to_dict(), places["name"], texts, reports, theatre, source_rows
        )
        for place_id, argument in arguments.items()
    }
    return to_compact_json(
        {
            "texts": list(texts),
            "roles": _ROLES,
            "role_labels": [*ROLE_LABELS.values()],
            "reports": list(reports),
            "places": dossiers,
            "stories": _list_stories(view, texts),
        }
    )


def _list_stories(view: View, texts: Mapping[Any, int]) -> dict[int, list[int]]:
    """Return the places of each story whose address is among the texts."""
    position = view.pack.theatre.place_positions
    located = view.located
    found: dict[int, set[int]] = {}
    for url, place_id in zip(located["source_url"], located["place_id"], strict=True):
        if url and place_id in position and (address := texts.get(safe_web_link(url))) is not None:
            found.setdefault(address, set()).add(position[place_id])
    return {address: sorted(those) for address, those in found.items() if 1 < len(those) <= MOST_OF_A_STORY}


class _Numbers(dict[Any, int]):
    """Numbers for values, in the order in which they are first looked up."""

    def __missing__(self, key: Any) -> int:
        self[key] = len(self)
        return self[key]


def _encode_place(
    argument: PlaceArgument,
    place: Mapping[Hashable, Any],
    names: pd.Series,
    texts: _Numbers,
    reports: _Numbers,
    theatre: Theatre,
    source_rows: Mapping[str, str],
) -> list[Any]:
    inside = place["polygon_id"]
    start, end = theatre.period_start, theatre.period_end
    newest_first = [*reversed(argument.reports)]
    by_year = [dossier.describe_reports(newest_first, theatre.actors, year) for year in range(start.year, end.year + 1)]
    cards = []
    for versions in zip(*by_year, strict=True):
        report = versions[0]
        if report["counts_from"] <= end:
            encoded = _encode_report(report, [version["when"] for version in versions], start, texts, source_rows)
            words = (
                report["sentence"],
                list_some(report["because_of"], _MAX_CITED, report["because_of_count"]),
                report["area"],
            )
            role, quiet = _ROLES.index(report["role"]), int(report["quiet"])
            cards.append([reports[encoded], role, *(texts[text] for text in words), quiet])
    pieces = [
        [
            (day - start).days,
            *((date - start).days if date else None for date in dates),
            *(texts[passage] for passage in passages),
        ]
        for day, dates, passages in split_into_runs(argument, start, end)
    ]
    is_inside_another = inside in names and inside != place["place_id"]
    return [dossier.describe_kind(place), names[inside] if is_inside_another else "", cards, pieces]


def _encode_report(
    report: Mapping[str, Any], whens: list[str], start: dt.date, texts: _Numbers, source_rows: Mapping[str, str]
) -> tuple[Any, ...]:
    return (
        report["report_id"],
        report["actor"],
        (report["counts_from"] - start).days,
        texts[report["says"]],
        texts[report["who"]],
        texts[report["side"]],
        f"{report['reliability']}{report['credibility']}",
        report["summary"],
        texts[report["source_name"]],
        texts[safe_web_link(report["source_url"])],
        texts[source_rows.get(report["report_id"], "")],
        *(texts[when] for when in whens),
    )


def split_into_runs(
    argument: PlaceArgument, start: dt.date, end: dt.date
) -> Iterator[tuple[dt.date, tuple[dt.date | None, dt.date | None], tuple[str, ...]]]:
    """Split the days from `start` to `end` into runs on which the explanation of a place is the same.

    Yields
    ------
    date, (date or None, date or None), tuple of str
        The first day of a run; since when the status holds and when the place was last reported, in it; the passages
        of the explanation, with `DATE_PLACEHOLDER` and `AGE_PLACEHOLDER` for what differs from day to day.
    """

    def explain(day: dt.date) -> tuple[tuple[dt.date | None, dt.date | None], tuple[str, ...]]:
        row = argument.interval(day)
        last = row["last_reported"]
        wording = phrases.DayWording(DATE_PLACEHOLDER, AGE_PLACEHOLDER if last and day > last else "")
        return (row["since"], last), tuple(argument.on(day, wording)["explanation"])

    for explanation, days in groupby(_possible_changes(argument, start, end), key=explain):
        yield next(days), *explanation


def _possible_changes(argument: PlaceArgument, start: dt.date, end: dt.date) -> list[dt.date]:
    """Return the days on which the explanation can change: of a report, after it, of a new interval, of a new year."""
    tomorrow = dt.timedelta(days=1)
    counting = {report["counts_from"] for report in argument.reports}
    begun = {row["valid_from"] for row in argument.intervals if row["valid_from"]}
    years = {dt.date(year, 1, 1) for year in range(start.year, end.year + 1)}
    return sorted(
        day for day in {start, *counting, *(day + tomorrow for day in counting), *begun, *years} if start <= day <= end
    )
