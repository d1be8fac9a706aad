"""The questions of the API in one table: path, parameters, what answers, and an example."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any

import pydantic

from control_map.analysis.blind_spots import BLIND_SPOT_DAYS
from control_map.analysis.summary import COMPARED_DAYS
from control_map.analysis.trend import TrendQuantity
from control_map.api.paging import MOST_ROWS
from control_map.api.problems import Problem
from control_map.core.model import Claim, PlaceKind
from control_map.core.rules import PARAMETERS
from control_map.core.wording import read_date
from control_map.pipeline.view import View
from control_map.render import answers
from control_map.render.answers import Answer
from control_map.ui.state.cached_results import cached_changes, cached_totals

_LONGEST = 200
"""Characters of a text in an address."""
_MOST_VALUES = 20
"""Values of a parameter that can be given several times."""


def _read_date(value: Any) -> dt.date:
    return value if isinstance(value, dt.date) else read_date(str(value))


def refuse_repeated(names: Iterable[str], asked: "Asked") -> None:
    """Check that no parameter is given several times that has one value; `names` are those of all that are given.

    Raises
    ------
    Problem
        If one is: which of its values is meant cannot be known.
    """
    fields = type(asked).model_fields.items()
    lists = {field.alias or name for name, field in fields if isinstance(getattr(asked, name), list)}
    for name, count in Counter(names).items():
        if count > 1 and name not in lists:
            detail = f"{name}: It is given {count} times. Give it once."
            raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, name)


Day = Annotated[
    dt.date,
    pydantic.BeforeValidator(_read_date),
    pydantic.WithJsonSchema({"type": "string", "format": "date", "examples": ["2021-07-09"]}),
]
Name = Annotated[str, pydantic.Field(max_length=_LONGEST)]
Names = Annotated[list[Name], pydantic.Field(max_length=_MOST_VALUES)]
_given = pydantic.Field


class Asked(pydantic.BaseModel):
    """What has no other parameters than those that it names."""

    model_config = pydantic.ConfigDict(extra="forbid")


class Paged(Asked):
    """The parameters of every question."""

    limit: int = _given(MOST_ROWS, ge=1, le=MOST_ROWS, description="The most rows of one answer.")
    cursor: Annotated[str, pydantic.Field(max_length=1000)] = _given(
        "", description="Where the page begins: `next` of the answer before, whose other parameters stay the same."
    )


class UnderRule(Asked):
    """The parameters that say which view of a theatre is meant."""

    theatre: Name = _given("", description="The id of a theatre, see /theatres; by default the first.")
    rule: Name = _given("", description="assessed, latest, two-sources or side:ACTOR; by default the theatre's own.")
    settings: Names = _given(
        [],
        alias="set",
        description=f"NAME=VALUE, repeatable: changes a parameter of the rule: {', '.join(PARAMETERS)}.",
    )
    known_on: Day | None = _given(None, description="Only reports published by this day count.")


class OfView(UnderRule, Paged):
    """The parameters of a question about a theatre under a rule."""


class OnDay(OfView):
    """The parameters of a question about a day."""

    date: Day | None = _given(None, description="The day; by default the one on which the map opens.")

    def day(self, view: View) -> dt.date:
        """Return the day that is meant."""
        return self.date or view.pack.theatre.opens_on


class Compared(OnDay):
    """The parameters of a question about a day and an earlier one."""

    since: Day | None = _given(None, description="The earlier day to compare with.")

    def earlier_day(self, view: View) -> dt.date | None:
        """Return the earlier day, None if none is given.

        Raises
        ------
        Problem
            If it is after the day shown.
        """
        if self.since and self.since > self.day(view):
            detail = f"{self.since} is after {self.day(view)}. Give the earlier day with since and the later with date."
            raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, "since")
        return self.since


_Kind = Annotated[Name, pydantic.Field(description="district, provincial_capital or crossing.")]
_Province = Annotated[
    Name, pydantic.Field(description="The id of a province, as in the column `province_id` of /places.")
]
_Place = Annotated[Name, pydantic.Field(description="The id of a place, see /places.")]
_Scale = Annotated[Name, pydantic.Field(description="The id of a scale, as in the column `scale` of /totals.")]


class OfStatus(Compared):
    """The parameters of /status."""

    kind: _Kind = ""
    province: _Province = ""
    scale: _Scale = ""


class OfChanges(Compared):
    """The parameters of /changes."""

    kind: _Kind = ""
    province: _Province = ""
    place: _Place = ""


class OfSummary(Compared):
    """The parameters of /summary."""

    older_than: int = _given(
        BLIND_SPOT_DAYS, ge=1, le=100_000, description="Days without a report that make a place a blind spot."
    )


class OfReports(OfView):
    """The parameters of /reports."""

    text: Name = _given("", description="Words, names in any spelling or script; in quotes, a phrase.")
    place: _Place = ""
    province: _Province = ""
    source: Name = _given("", description="The outlet in which it was read.")
    origin: Name = _given("", description="The outlet in which it first appeared.")
    side: Name = _given("", description="The side of the claimant: an actor, or independent.")
    claim: Annotated[list[Claim], pydantic.Field(max_length=_MOST_VALUES)] = _given(
        [], description="The claim of the report; repeatable."
    )
    begin: Day | None = _given(None, alias="from", description="Only events on this day or later.")
    end: Day | None = _given(None, alias="to", description="Only events on this day or earlier.")
    set_aside: bool = _given(False, description="Only reports that were set aside.")


class OfTrend(OfView):
    """The parameters of /trend."""

    by: TrendQuantity = _given(
        TrendQuantity.DISTRICTS, description="What is added up: districts, area (in square kilometres) or population."
    )
    province: _Province = ""


class OfTotals(OfView):
    """The parameters of /totals."""

    date: Day | None = _given(None, description="Only totals around this day.")
    scale: _Scale = ""


@dataclass(frozen=True)
class Question:
    """A question that a view answers.

    `path` is that below the version of the API. `asked` has the parameters; `answer` gets the view, what was asked and
    the id of the place in the path. `title` says in a sentence what the answer is; `example` are the parameters of an
    example and `shows` the lines of Python that follow on its table, `rows`; both with names in braces, see
    `examples.py`. `on_map` says whether the rows have a geometry.
    """

    path: str
    title: str
    asked: type[OfView]
    answer: Callable[[View, Any, str], Answer]
    example: str
    shows: str
    on_map: bool = False

    @property
    def is_of_place(self) -> bool:
        """Whether the path has the id of a place."""
        return "{place_id}" in self.path


def _status(view: View, asked: OfStatus, _: str) -> Answer:
    limits = {"kind": asked.kind, "province": asked.province, "scale": asked.scale}
    return answers.status(view, asked.day(view), since=asked.earlier_day(view), **limits)


def _changes(view: View, asked: OfChanges, _: str) -> Answer:
    since = asked.earlier_day(view) or asked.day(view) - dt.timedelta(days=COMPARED_DAYS)
    limits = {"province": asked.province, "place": asked.place, "kind": asked.kind}
    return answers.changes(view, since, asked.day(view), **limits, log=cached_changes)


def _summary(view: View, asked: OfSummary, _: str) -> Answer:
    return answers.summary(view, asked.day(view), asked.earlier_day(view), asked.older_than)


def _reports(view: View, asked: OfReports, _: str) -> Answer:
    if asked.begin and asked.end and asked.begin > asked.end:
        detail = f"{asked.begin} is after {asked.end}. Give the earlier day with from and the later with to."
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, "from")
    return answers.reports(view, **asked.model_dump(exclude=set(OfView.model_fields)))


QUESTIONS = (
    Question(
        "/status",
        "Who is assessed to hold each place on a day, and why in a line.",
        OfStatus,
        _status,
        f"date={{date}}&kind={PlaceKind.DISTRICT}",
        'print(rows["status_label"].value_counts())\n\n'
        "{imports}import altair as alt\n"
        "import geopandas as gpd\n\n"
        "shapes = gpd.read_file({geojson})\n"
        "chart = (\n"
        '    alt.Chart(shapes[["name", "province", "status", "geometry"]])\n'
        '    .mark_geoshape(stroke="white")\n'
        '    .encode(color={colours}, tooltip=["name", "province", "status"])\n'
        '    .project("identity", reflectY=True)\n'
        ")\n"
        'chart.save("map.html")',
        on_map=True,
    ),
    Question(
        "/places",
        "The places of the theatre, with their borders as GeoJSON or GeoParquet.",
        OfView,
        lambda view, _, __: answers.places(view),
        "theatre={theatre}",
        'print(rows.groupby(["province_id", "province"]).size())',
        on_map=True,
    ),
    Question(
        "/places/{place_id}",
        "The statuses that a place has had up to a day; the last row is the status on it.",
        OnDay,
        lambda view, asked, place_id: answers.place(view, place_id, asked.day(view)),
        "date={date}",
        'print(rows[["valid_from", "valid_to", "status", "why"]])',
        on_map=True,
    ),
    Question(
        "/places/{place_id}/explain",
        "Why a place has its status: the argument in words, and every report on it with its role and reason.",
        OnDay,
        lambda view, asked, place_id: answers.explain(view, place_id, asked.day(view)),
        "date={date}",
        'print(rows[["event_date", "role", "sentence", "who"]])',
    ),
    Question(
        "/changes",
        f"Every change of status after `since`, by default {COMPARED_DAYS} days before, and up to `date`. A step from "
        "no report to unknown control, by reports that name no holder, is not listed as a change.",
        OfChanges,
        _changes,
        "since={since}&date={date}&province={province}",
        'print(rows[["date", "name", "before", "after", "why"]])',
        on_map=True,
    ),
    Question(
        "/summary",
        "Each province's districts by status, with area, population, changes and silence.",
        OfSummary,
        _summary,
        "date={date}",
        'print(rows[["province", "districts", *{statuses}]])',
    ),
    Question(
        "/reports",
        "Reports by words, place, source, side, claim and day, with the role of each under the rule.",
        OfReports,
        _reports,
        "place={place}",
        'print(rows[["event_date", "claim", "actor", "claimant", "summary"]])',
    ),
    Question(
        "/trend",
        "The districts by status on every day, of the theatre or of one province; or their area or population.",
        OfTrend,
        lambda view, asked, _: answers.trend(view, asked.by, asked.province),
        "province={province}",
        "import altair as alt\n\n"
        'days = rows.melt("date", {statuses}, "status", "districts")\n'
        'area = alt.Chart(days).mark_area(interpolate="step-after")\n'
        'chart = area.encode(x="date:T", y="districts:Q", color={colours})\n'
        'chart.save("trend.html")',
    ),
    Question(
        "/totals",
        "Totals that others published, each beside the map's comparable count on its own day.",
        OfTotals,
        lambda view, asked, _: answers.totals(view, asked.date, asked.scale, cached_totals),
        "date={date}",
        'print(rows[["date", "source_name", "label", "value", "ours"]])',
    ),
)
