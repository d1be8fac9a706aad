"""What machines that read pages are given by the app: a sitemap, `llms.txt`, and each place as text."""

from collections.abc import Mapping

from control_map.render import feeds
from control_map.render.site import machines
from control_map.render.site.api_files import API_FOLDER
from control_map.theatre import discovery
from control_map.ui import url_schema
from control_map.ui.share import LLMS
from control_map.ui.share.linked_view import read_linked_view
from control_map.ui.state import query, session


def write_sitemap(address: str) -> bytes:
    """Return a sitemap of the pages of all theatres, and of what says to programs how to ask."""
    entry = url_schema.theatre_entry(discovery.pack_folders())
    queries = [query.write_query({session.THEATRE_KEY: folder}, [entry]) for folder in discovery.pack_folders()]
    pages = [f"{path}?{asked}" if asked else path for path in ("", LLMS) for asked in queries]
    return machines.make_sitemap(address, [*filter(None, pages), API_FOLDER])


def write_llms_text(parameters: Mapping[str, str]) -> bytes:
    """Return `llms.txt` on the theatre that the parameters of an address name, with links relative to the page."""
    linked = read_linked_view(parameters)
    asked, day = linked.api_query, linked.pack.theatre.opens_on
    of_view, on_day = f"?{asked}" if asked else "", f"?{asked}{'&' if asked else ''}date={day}"
    data = [
        f"- [How to ask]({API_FOLDER}): an example for each question",
        f"- [Description of the API]({API_FOLDER}openapi.json): all parameters, as OpenAPI 3.1",
        f"- [Status on a day]({API_FOLDER}status.json{on_day}): who is assessed to hold each place, and why",
        f"- [Changes of a week]({API_FOLDER}changes.json{on_day}): with `since`, of any time",
        f"- [Summary of a day]({API_FOLDER}summary.json{on_day}): each province's districts by status",
        f"- [Reports]({API_FOLDER}reports.json{of_view}): all reports, with the role of each",
        f"- [Feed of changes]({feeds.feed_path(feeds.THEATRE, 'atom')}{of_view}): Atom with GeoRSS",
    ]
    entry, folders = linked.entries[0], discovery.pack_folders()
    here, titles = linked.values.get(entry.key, entry.default), discovery.pack_labels(folders)
    for folder in folders:
        if folder != here:
            other = query.write_query({entry.key: folder}, [entry], always=(entry.name,))
            data.append(f"- [{machines.as_markdown(titles[folder])}]({LLMS}?{other}): another theatre")
    return machines.make_llms_text(linked.view, data, of_view)


def write_place_text(parameters: Mapping[str, str], name: str) -> bytes | None:
    """Return the text of the place that the last part of a path names, under the rule of an address, or None."""
    view = read_linked_view(parameters).view
    found = feeds.find_id(view.pack.theatre.places["place_id"], name)
    return None if found is None else machines.make_place_text(view, found)
