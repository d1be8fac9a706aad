"""The page of examples: each route with a command and a few lines of Python that work, from the table of questions."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, unquote

from control_map.analysis.summary import COMPARED_DAYS
from control_map.api import theatres
from control_map.api.questions import QUESTIONS
from control_map.core.model import NO_REPORT, UNKNOWN, PlaceKind
from control_map.pipeline.pack import Pack
from control_map.render import feeds
from control_map.render.html.renderer import SHARED_TEMPLATES, make_renderer
from control_map.ui.state import cached_results

_BELOW_PAGE = "/api/v1"
_render = make_renderer(Path(__file__).parent / "templates", SHARED_TEMPLATES)


class Example(NamedTuple):
    """A route with its example: its parameters, an address, a command, and lines of Python."""

    path: str
    title: str
    parameters: Mapping[str, str]
    address: str
    command: str
    python: str


def write_page(address: str) -> str:
    """Return the page as HTML; `address` is its own, without a slash at the end."""
    subscribed = make_feed_examples(address)
    return _render("examples.html", address=address, examples=make_examples(address), feeds=subscribed)


def make_examples(address: str) -> list[Example]:
    """Return an example for each question, about the first theatre; all addresses begin with `address`."""
    facts = _facts_of(cached_results.cached_pack(theatres.find_folder("")))
    made = [_make_example(address, "/theatres", "The theatres that can be asked about.", {}, "", "print(rows)")]
    for question in QUESTIONS:
        path = question.path.format(place_id=quote(facts["place"]))
        fields = question.asked.model_fields
        parameters = {field.alias or name: field.description or "" for name, field in fields.items()}
        asked, shows = (_fill(text, facts) for text in (question.example, question.shows))
        made.append(_make_example(address, path, question.title, parameters, asked, shows)._replace(path=question.path))
    return made


class FeedExample(NamedTuple):
    """A feed of the first theatre: what it is about, its address as Atom, and lines of Python that read it."""

    title: str
    address: str
    python: str


def make_feed_examples(address: str) -> list[FeedExample]:
    """Return a feed of each kind; `address` is that of the page of examples, which lies below that of the map."""
    pack = cached_results.cached_pack(theatres.find_folder(""))
    theatre, facts, page = pack.theatre, _facts_of(pack), address.removesuffix(_BELOW_PAGE)
    crossings = theatre.places.loc[theatre.places["kind"] == PlaceKind.CROSSING, "place_id"]
    scopes = {
        "All changes of the theatre": feeds.THEATRE,
        "Those of a province": f"province/{unquote(facts['province'])}",
        "Those of a place": f"place/{facts['place']}",
    }
    if len(crossings):
        scopes["Those of a crossing"] = f"crossing/{crossings.iloc[0]}"
    return [
        FeedExample(
            title,
            found := f"{page}/{feeds.feed_path(scope, 'atom')}",
            f"import feedparser\n\nfeed = feedparser.parse({found!r})\n"
            "for entry in feed.entries[:5]:\n    print(entry.updated, entry.title, entry.link)",
        )
        for title, scope in scopes.items()
    ]


def _make_example(
    address: str, path: str, title: str, parameters: Mapping[str, str], asked: str, shows: str
) -> Example:
    query = f"?{asked}" if asked else ""
    table = f"{address}{path}.csv{query}"
    return Example(
        path=path,
        title=title,
        parameters=parameters,
        address=f"{address}{path}{query}",
        command=f"curl {shlex.quote(f'{address}{path}{query}')}",
        python=f"import pandas as pd\n\nrows = pd.read_csv({table!r})\n{shows}",
    )


def _fill(text: str, facts: Mapping[str, str]) -> str:
    """Replace the names in braces; other braces, as of Python, stay."""
    for name, value in facts.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _facts_of(pack: Pack) -> dict[str, str]:
    """Return what stands for the names in the examples: the day on which the map opens, a place with many reports."""
    theatre = pack.theatre
    reported = pack.located["place_id"].value_counts()
    districts = theatre.places[theatre.places["kind"] == PlaceKind.DISTRICT]
    most = int(districts["place_id"].map(reported).fillna(0).argmax())
    place, province = (str(districts[name].iloc[most]) for name in ("place_id", "province_id"))
    since = theatre.opens_on.toordinal() - COMPARED_DAYS
    return {
        "theatre": quote(theatre.id),
        "date": theatre.opens_on.isoformat(),
        "since": theatre.opens_on.fromordinal(since).isoformat(),
        "place": place,
        "province": quote(province),
        "statuses": repr([status for status in pack.statuses if status not in (NO_REPORT, UNKNOWN)]),
    }
