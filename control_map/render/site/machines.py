"""What machines that read pages are given: a sitemap, a data set's description, `llms.txt`, and each place as text."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree as ET

import pandas as pd

from control_map.core.arrays import to_compact_json, to_plain_rows
from control_map.core.labels import KIND_LABELS
from control_map.core.sanitize import sanitize_json, sanitize_line
from control_map.core.wording import format_date
from control_map.explanation.phrases import describe_conditions
from control_map.pipeline.view import View
from control_map.render import answers, feeds
from control_map.render.answers import licence_of
from control_map.render.html.renderer import escape_json_in_script
from control_map.render.provenance import SOFTWARE, Provenance
from control_map.render.site.api_files import API_FOLDER, place_path
from control_map.theatre.theatre import Theatre

TEXTS_FOLDER = "places/"
"""Where the texts of the places lie, below the page."""
MOST_ADDRESSES = 50_000
"""Addresses that a sitemap may have."""
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|!])")


def make_place_texts(view: View) -> dict[str, bytes]:
    """Return the text of each place by its file's name, see `make_place_text`."""
    histories = answers.histories(view, view.pack.theatre.period_end)
    return {text_path(place_id): _write_place(view, place_id, history.rows) for place_id, history in histories}


def make_place_text(view: View, place_id: str) -> bytes:
    """Return a plain text of a place: what it is, its statuses, why, and on what it rests.

    Raises
    ------
    UnknownNameError
        If there is no such place.
    """
    return _write_place(view, place_id, answers.place(view, place_id, view.pack.theatre.period_end).rows)


def _write_place(view: View, place_id: str, history: pd.DataFrame) -> bytes:
    theatre = view.pack.theatre
    last, row = theatre.period_end, theatre.places.iloc[[theatre.place_positions[place_id]]]
    (place,) = to_plain_rows(pd.DataFrame(row.drop(columns="geometry")))
    pack = view.pack
    others = list(filter(None, [place["name_local"], *place["alt_names"].split("|")]))
    facts = [
        f"{KIND_LABELS[place['kind']].singular} of {place['province']} ({pack.theatre.country})",
        f"id {place['place_id']}",
        f"also called {', '.join(others)}" if others else "",
        f"area {place['area_km2']:,.0f} square kilometres" if place["area_km2"] else "",
        f"population {place['population']:,.0f}" if place["population"] else "",
    ]
    conditions = describe_conditions(view.rule, pack.rule(), view.known_on)
    explained = view.explain(place["place_id"], last)
    rests = Provenance.of(view, last).facts()
    lines = [
        str(place["name"]),
        "; ".join(filter(None, facts)),
        "",
        f"Who held it, day by day ({pack.theatre.title}{f'; {conditions}' if conditions else ''})",
        *_write_history(history),
        "",
        f"On {format_date(last, year=True)}, the last day of the period",
        *explained["explanation"],
        "",
        "On what this rests",
        *(f"{name.replace('_', ' ')}: {text}" for name, text in rests.items()),
    ]
    return ("\n".join(_line(line) for line in lines) + "\n").encode()


def _write_history(history: pd.DataFrame) -> list[str]:
    """Write a line for each status that a place had, as in "2021-06-21 to 2021-08-14: Taliban. Set by ..."."""
    rows = history.to_dict("records")
    begins = [
        number
        for number, row in enumerate(rows)
        if not number or (row["status"], row["since"]) != (rows[number - 1]["status"], rows[number - 1]["since"])
    ]
    lines = []
    for begin, end in zip(begins, [*begins[1:], len(rows)], strict=True):
        first, latest = rows[begin], rows[end - 1]
        end_day = latest["valid_to"] - pd.Timedelta(days=1)
        lines.append(f"{_name_days(first['valid_from'], end_day)}: {latest['status_label']}. {latest['why']}")
    return lines


def _name_days(first: pd.Timestamp, last: pd.Timestamp) -> str:
    """Name the days from one to another; a missing one is an open end."""
    if pd.isna(first):
        return "at all times" if pd.isna(last) else f"until {last.date()}"
    return f"since {first.date()}" if pd.isna(last) else f"{first.date()} to {last.date()}"


def text_path(place_id: str) -> str:
    """Return the path of a place's text below the page."""
    return f"{TEXTS_FOLDER}{feeds.plain_name(place_id)}.txt"


def make_llms_text(view: View, data: Sequence[str] = (), query: str = "") -> bytes:
    """Return `llms.txt`: what the site is, and where its data and its texts are, as Markdown with relative links.

    `data` are the lines that say where the data is, by default in the files of a published site; `query` follows the
    link to the text of each place.
    """
    theatre = view.pack.theatre
    rests = Provenance.of(view, theatre.period_end)
    period = f"{format_date(theatre.period_start, year=True)} to {format_date(theatre.period_end, year=True)}"
    lines = [
        f"# {as_markdown(theatre.title)}",
        "",
        f"> Who held which place on which day, according to whom: {as_markdown(theatre.country)}, {period}.",
        "> Each status is derived from graded reports by a stated rule, and names the reports on which it rests.",
        "",
        f"Rule: {as_markdown(rests.rule)}. Content hash: {rests.fingerprint}. What no report supports is left open.",
        f"Licence: {as_markdown(licence_of(theatre.credits))}.",
        "",
        "## Data",
        "",
        *(data or _list_site_data(theatre)),
        "",
        "## Optional",
        "",
        *(
            f"- [{as_markdown(place['name'])}]({text_path(place['place_id'])}{query}): {_place_in_words(place)}"
            for place in theatre.places[["place_id", "kind", "name", "province"]].to_dict("records")
        ),
    ]
    return ("\n".join(map(sanitize_line, lines)) + "\n").encode()


def _list_site_data(theatre: Theatre) -> list[str]:
    return [
        f"- [Index of all files]({API_FOLDER}index.json): paths, days, places",
        f"- [The theatre]({API_FOLDER}theatre.json): period, statuses, provinces, credits",
        f"- [Changes]({API_FOLDER}changes.json): every change of status, with its reports",
        f"- [Status on a day]({API_FOLDER}status/{theatre.opens_on}.geojson): one file for each day of the period",
        f"- [Summary of a day]({API_FOLDER}summary/{theatre.opens_on}.csv): one file for each day of the period",
        f"- [A place]({API_FOLDER}{place_path(theatre.places['place_id'].iloc[0])}): each status, why, and the reports",
        f"- [Reports]({API_FOLDER}reports.json): all reports, with the role of each",
        f"- [Feed of changes]({feeds.feed_path(feeds.THEATRE, 'atom')}): Atom with GeoRSS",
    ]


def _place_in_words(place: Mapping[Any, Any]) -> str:
    return f"{KIND_LABELS[place['kind']].singular} of {as_markdown(place['province'])}"


def make_sitemap(address: str, paths: Sequence[str]) -> bytes:
    """Return a sitemap of the page, whose address ends in a slash, and of files below it."""
    root = ET.Element("urlset", {"xmlns": _SITEMAP})
    for path in ["", *paths][:MOST_ADDRESSES]:
        ET.SubElement(ET.SubElement(root, "url"), "loc").text = f"{address}{path}"
    return ('<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode")).encode()


SITE_INDEX, API_DESCRIPTION = (
    (f"{API_FOLDER}index.json", "Index of all files"),
    (f"{API_FOLDER}openapi.json", "Description of the API"),
)
"""The path and the title of what lists all that a published site has, and a server."""


def describe_data_set(view: View, address: str, query: str = "", index: tuple[str, str] = SITE_INDEX) -> str:
    """Return the data set as JSON-LD with the words of schema.org, safe in a script element.

    Links are relative to the page if `address` is empty; otherwise it ends in a slash. `query` follows each of them,
    and `index` is one of `SITE_INDEX` and `API_DESCRIPTION`.
    """
    theatre = view.pack.theatre
    west, south, east, north = (round(float(edge), 4) for edge in theatre.places.total_bounds)
    formats = (
        ("application/json", f"{API_FOLDER}changes.json{query}", "Changes of status"),
        ("application/json", *index),
        ("application/geo+json", f"{API_FOLDER}places.geojson{query}", "Places with their borders"),
        ("application/atom+xml", f"{feeds.feed_path(feeds.THEATRE, 'atom')}{query}", "Feed of changes"),
    )
    document = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": theatre.title,
        "description": (
            f"Who held which district, provincial capital and border crossing of {theatre.country} on which day, "
            "according to whom: derived from graded reports by a stated rule."
        ),
        "version": view.pack.fingerprint,
        "license": [credit.licence for credit in theatre.credits],
        "creator": [{"@type": "Organization", "name": credit.who, "url": credit.url} for credit in theatre.credits],
        "creditText": "; ".join(f"{credit.what}: {credit.who}" for credit in theatre.credits),
        "isAccessibleForFree": True,
        "temporalCoverage": f"{theatre.period_start}/{theatre.period_end}",
        "spatialCoverage": {
            "@type": "Place",
            "name": theatre.country,
            "geo": {"@type": "GeoShape", "box": f"{south} {west} {north} {east}"},
        },
        "variableMeasured": list(view.pack.status_labels.values()),
        "measurementTechnique": Provenance.of(view, theatre.period_end).rule,
        "includedInDataCatalog": {"@type": "DataCatalog", "name": SOFTWARE},
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": kind, "contentUrl": f"{address}{path}", "name": name}
            for kind, path, name in formats
        ],
        **({"url": f"{address}{query}"} if address else {}),
    }
    return escape_json_in_script(sanitize_json(to_compact_json(document).decode()))


def as_markdown(text: str) -> str:
    """Write text as a line of Markdown that shows it as it is."""
    return _MARKDOWN.sub(r"\\\1", _line(text))


def _line(text: str) -> str:
    return " ".join(sanitize_line(str(text)).split())
