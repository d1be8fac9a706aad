"""The feeds of changes: what RFC 4287 and JSON Feed ask for, ids that last, and that a feed reader reads them."""

import datetime as dt
import json
import re
from xml.etree import ElementTree as ET

import feedparser
import pytest

from control_map.core.errors import UnknownNameError
from control_map.pipeline.pack import load_pack
from control_map.pipeline.view import View, apply_rule
from control_map.render import answers, feeds
from control_map.render.feeds import FeedLinks, make_feed
from tests.support.made_up import places_csv, written

ATOM, GEORSS = "{http://www.w3.org/2005/Atom}", "{http://www.georss.org/georss}"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
HOSTILE = 'A<b>]]>&\u202e\x07"\n$(x)'
LATER = {"event_date": "2021-05-20", "reported_date": "2021-05-21"}


@pytest.fixture
def view_of(make_pack):
    def make(*reports: dict[str, str], rule: str = "", known_on: dt.date | None = None, **files: str) -> View:
        pack = load_pack(make_pack(list(reports), {f"{name}.csv": text for name, text in files.items()}))
        return apply_rule(pack, pack.rule(rule or None), known_on)

    return make


def atom(view: View, scope: str = "theatre") -> ET.Element:
    root = ET.fromstring(make_feed(view, scope, "atom"))
    check_atom(root)
    return root


def items(view: View, scope: str = "theatre") -> list[dict]:
    return json.loads(make_feed(view, scope, "json"))["items"]


def check_atom(root: ET.Element) -> None:
    """Check what RFC 4287 says that a feed and its entries must have, and must not."""
    assert root.tag == f"{ATOM}feed"
    entries = root.findall(f"{ATOM}entry")
    for element in (root, *entries):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1, name
        assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", element.findtext(f"{ATOM}id", ""))
        for name in ("updated", "published"):
            assert all(MOMENT.fullmatch(each.text or "") for each in element.findall(f"{ATOM}{name}"))
        links = [(link.get("rel"), link.get("type")) for link in element.findall(f"{ATOM}link")]
        assert len(links) == len(set(links))
        assert ("alternate", "text/html") in links
        assert all(link.get("href") for link in element.findall(f"{ATOM}link"))
        assert all(each.get("type", "text") == "text" for each in element.findall(f"{ATOM}content"))
    assert root.findtext(f"{ATOM}author/{ATOM}name")
    assert root.find(f"{ATOM}link[@rel='self']") is not None
    for entry in entries:
        assert entry.findtext(f"{ATOM}published", "") <= entry.findtext(f"{ATOM}updated", "")
        assert len(entry.findall(f"{ATOM}summary")) == len(entry.findall(f"{ATOM}content")) == 1
        assert all(each.get("term") for each in entry.findall(f"{ATOM}category"))
        lat, lon = map(float, entry.findtext(f"{GEORSS}point", "").split())
        assert -90 <= lat <= 90
        assert -180 <= lon <= 180
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(ids) == len(set(ids))
    updated = [entry.findtext(f"{ATOM}updated", "") for entry in entries]
    assert updated == sorted(updated, reverse=True)
    assert not updated or root.findtext(f"{ATOM}updated") == updated[0]


@pytest.mark.slow
def test_each_change_is_an_entry_with_its_day_place_and_reason(view_of):
    view = view_of(written(1))
    (entry,) = atom(view).findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "2 May 2021: Harrow: Brackwater is first reported, as held by the Reds"
    assert entry.findtext(f"{ATOM}summary", "").startswith("Set by a traveller via Daily Fen")
    assert entry.findtext(f"{ATOM}published") == "2021-05-03T00:00:00Z"
    assert entry.findtext("{http://purl.org/dc/terms/}temporal") == "2021-05-02"
    assert entry.findtext(f"{GEORSS}point") == "50.5 1.5"
    assert entry.find(f"{ATOM}link").get("href") == "./?date=2021-05-02&place=H2"
    terms = [each.get("term") for each in entry.findall(f"{ATOM}category")]
    assert terms == ["district", "H", "red", "gained"]


@pytest.mark.parametrize("scope", ["theatre", "province/AF32", "place/AF3201", "crossing/AF-X-islam-qala"])
def test_feeds_are_valid_and_a_reader_finds_in_both_formats_what_the_change_log_has(herat_view: View, scope: str):
    area, _, name = scope.partition("/")
    log = answers.changes(herat_view, dt.date.min, herat_view.pack.theatre.period_end).rows
    wanted = log if not name else log[log["province_id" if area == "province" else "place_id"] == name]
    links = FeedLinks("https://map.example/", "#", own_query="rule=assessed")
    read = feedparser.parse(make_feed(herat_view, scope, "atom", links))
    assert not read.bozo, read.get("bozo_exception")
    assert len(read.entries) == min(len(wanted), feeds.MOST_ENTRIES) > 0
    other = json.loads(make_feed(herat_view, scope, "json", links))
    check_atom(atom(herat_view, scope))
    assert [each["id"] for each in other["items"]] == [each.id for each in read.entries]
    assert [each["title"] for each in other["items"]] == [each.title for each in read.entries]
    assert [each["url"] for each in other["items"]] == [each.link for each in read.entries]
    assert {(each["_control_map"]["place_id"], each["_control_map"]["date"]) for each in other["items"]} <= {
        (row["place_id"], str(row["date"].date())) for row in wanted.to_dict("records")
    }
    assert other["version"] == "https://jsonfeed.org/version/1.1"
    assert other["feed_url"] == f"https://map.example/{feeds.feed_path(scope, 'json')}?rule=assessed"
    assert f"https://map.example/{feeds.feed_path(scope, 'atom')}?rule=assessed" in [
        each.href for each in read.feed.links
    ]


@pytest.mark.slow
def test_a_later_report_of_the_same_day_updates_the_same_entry(view_of):
    before = items(view_of(written(1), written(2, **LATER, actor="blue", claim="captured")))
    confirmed = written(3, reported_date="2021-06-20", origin="Weekly Fen", source_name="Weekly Fen")
    after = items(view_of(written(1), written(2, **LATER, actor="blue", claim="captured"), confirmed))
    assert {each["id"] for each in before} == {each["id"] for each in after}
    old, new = ({each["id"]: each for each in each_of} for each_of in (before, after))
    first = before[-1]["id"]
    assert old[first]["date_modified"] < new[first]["date_modified"] == "2021-06-20T00:00:00Z"
    assert old[first]["date_published"] == new[first]["date_published"]
    assert after[0]["id"] == first, "what was corrected last comes first"


@pytest.mark.slow
def test_a_correction_of_who_came_to_hold_a_place_is_an_update_of_the_same_entry(view_of):
    (said,) = items(view_of(written(1)))
    better = written(2, actor="blue", reported_date="2021-06-01", reliability="A", origin="Other", claimant_side="red")
    (corrected,) = items(view_of(written(1, reliability="D", credibility="4"), better))
    assert corrected["id"] == said["id"]
    assert corrected["_control_map"]["after"] != said["_control_map"]["after"]
    assert corrected["date_modified"] > said["date_modified"]


@pytest.mark.slow
def test_another_rule_has_other_entries_and_what_was_known_earlier_has_the_same(view_of):
    ids = [
        [each["id"] for each in items(view_of(written(1), rule=rule, known_on=known_on))]
        for rule, known_on in (("", None), ("latest", None), ("", dt.date(2021, 6, 1)))
    ]
    assert ids[0] == ids[2] != ids[1]


@pytest.mark.slow
def test_hostile_text_is_escaped_and_hidden_characters_are_left_out(view_of):
    places = places_csv().replace("Brackwater", '"Brack<b>&""water"')
    view = view_of(written(1, place_text='Brack<b>&"water', claimant=HOSTILE, summary=HOSTILE), places=places)
    for form in feeds.FORMATS:
        text = make_feed(view, "theatre", form).decode()
        assert not re.search("[\u202e\x07]", text)
    (entry,) = atom(view).findall(f"{ATOM}entry")
    assert 'Brack<b>&"water' in entry.findtext(f"{ATOM}title", "")


@pytest.mark.slow
def test_a_place_without_changes_has_a_feed_without_entries(view_of):
    view = view_of(written(1))
    root = atom(view, "place/V1")
    assert not root.findall(f"{ATOM}entry")
    assert root.findtext(f"{ATOM}updated") == "2021-05-03T00:00:00Z"


@pytest.mark.slow
@pytest.mark.parametrize("scope", ["province/none", "place/none", "crossing/H2", "crossing/", "all", "theatre/x"])
def test_a_feed_of_what_there_is_not_says_so(view_of, scope: str):
    with pytest.raises(UnknownNameError, match="There is no"):
        make_feed(view_of(written(1)), scope, "atom")


@pytest.mark.slow
def test_an_id_that_no_file_can_be_called_has_a_feed_by_its_hash(view_of):
    view = view_of(written(1), places=places_csv().replace("X-K", "X/K ä"))
    path = feeds.feed_path("crossing/X/K ä", "atom")
    assert re.fullmatch(r"feeds/crossing-x[0-9a-f]{16}\.atom", path)
    scope, form = feeds.read_feed_name(path.removeprefix("feeds/"))
    assert make_feed(view, scope, form) == make_feed(view, "crossing/X/K ä", "atom")


@pytest.mark.slow
def test_a_feed_has_a_bounded_number_of_entries(view_of, monkeypatch):
    monkeypatch.setattr("control_map.render.feeds.feed.MOST_ENTRIES", 1)
    (entry,) = items(view_of(written(1), written(2, **LATER, actor="blue")))
    assert entry["_control_map"]["date"] == "2021-05-20"
