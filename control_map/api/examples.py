"""The page of examples: each route with a command and a few lines of Python that work, from the table of questions."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, unquote

from markupsafe import Markup, escape

from control_map.analysis.summary import COMPARED_DAYS
from control_map.api import replies
from control_map.api.access import NamedFolder
from control_map.api.questions import QUESTIONS
from control_map.core.model import PlaceKind
from control_map.pipeline.pack import Pack
from control_map.render import feeds
from control_map.render.html.renderer import SHARED_TEMPLATES, make_renderer

_CURL_KEY = "-H 'Authorization: Bearer KEY' "
_KEY_HEADER = '{"Authorization": "Bearer KEY"}'
_PANDAS_KEY = f", storage_options={_KEY_HEADER}"
BELOW_PAGE = "/api/v1"
"""The path of the page of examples, below that of the map."""
_render = make_renderer(Path(__file__).parent / "templates", SHARED_TEMPLATES)


class Example(NamedTuple):
    """A route with its example: its parameters, an address, a command, and lines of Python."""

    path: str
    title: str
    parameters: Mapping[str, str]
    address: str
    command: str
    python: str


def write_page(theatre: NamedFolder, address: str, *, is_private: bool) -> str:
    """Return the page as HTML; `address` is its own, without a slash at the end."""
    return _render(
        "examples.html",
        address=address,
        examples=make_examples(theatre, address, is_private=is_private),
        feeds=make_feed_examples(theatre, address),
        is_private=is_private,
        keep_indents=_keep_indents,
    )


def _keep_indents(python: str) -> Markup:
    """Return lines of Python as HTML with their indents and empty lines, which are else left out of a page."""
    return escape(python).replace("\n", Markup("&#10;"))


def make_examples(theatre: NamedFolder, address: str, *, is_private: bool = False) -> list[Example]:
    """Return an example for each question, about a theatre; all addresses begin with `address`.

    Those of a private deployment send a key.
    """
    facts = _facts_of(replies.find_pack(theatre))
    title = "The theatres that can be asked about."
    made = [_make_example(address, "/theatres", title, {}, "", "print(rows)", is_private=is_private)]
    for question in QUESTIONS:
        path = question.path.format(place_id=quote(facts["place"]))
        fields = question.asked.model_fields
        parameters = {field.alias or name: field.description or "" for name, field in fields.items()}
        asked = _fill(question.example, facts)
        shows = _fill(
            question.shows, {**facts, **_read_shapes(f"{address}{path}.geojson?{asked}", is_private=is_private)}
        )
        example = _make_example(address, path, question.title, parameters, asked, shows, is_private=is_private)
        made.append(example._replace(path=question.path))
    return made


class FeedExample(NamedTuple):
    """A feed of the first theatre: what it is about, its address as Atom, and lines of Python that read it."""

    title: str
    address: str
    python: str


def make_feed_examples(theatre: NamedFolder, address: str) -> list[FeedExample]:
    """Return a feed of each kind; `address` is that of the page of examples, which lies below that of the map."""
    pack = replies.find_pack(theatre)
    places, facts, page = pack.theatre.places, _facts_of(pack), address.removesuffix(BELOW_PAGE)
    crossings = places.loc[places["kind"] == PlaceKind.CROSSING, "place_id"]
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
    address: str, path: str, title: str, parameters: Mapping[str, str], asked: str, shows: str, *, is_private: bool
) -> Example:
    query = f"?{asked}" if asked else ""
    table = f"{address}{path}.csv{query}"
    return Example(
        path=path,
        title=title,
        parameters=parameters,
        address=f"{address}{path}{query}",
        command=f"curl {_CURL_KEY if is_private else ''}{shlex.quote(f'{address}{path}{query}')}",
        python=f"import pandas as pd\n\nrows = pd.read_csv({table!r}{_PANDAS_KEY if is_private else ''})\n{shows}",
    )


def _read_shapes(address: str, *, is_private: bool) -> dict[str, str]:
    """Return the lines of Python that read shapes, and what they import."""
    if not is_private:
        return {"geojson": repr(address), "imports": ""}
    request = f"urllib.request.Request({address!r}, headers={_KEY_HEADER})"
    return {"geojson": f"urllib.request.urlopen({request})", "imports": "import urllib.request\n\n"}


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
    colours = [style.colour for style in pack.styles.values()]
    return {
        "theatre": quote(theatre.id),
        "date": theatre.opens_on.isoformat(),
        "since": theatre.opens_on.fromordinal(since).isoformat(),
        "place": place,
        "province": quote(province),
        "statuses": repr(pack.statuses),
        "colours": f'alt.Color("status:N").scale(domain={pack.statuses!r}, range={colours!r})',
    }
