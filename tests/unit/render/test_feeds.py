"""The feeds of changes: what RFC 4287 and JSON Feed ask for, ids that last, and that a feed reader reads them."""

import datetime as dt
import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import feedparser
import pytest
from lxml import etree

from control_map.core.errors import UnknownNameError
from control_map.pipeline.pack import load_pack
from control_map.pipeline.view import View, apply_rule
from control_map.render import answers, feeds
from control_map.render.feeds import FeedLinks, make_feed
from tests.conftest import SHIPPED
from tests.support.made_up import places_csv, written

FEED_SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).parents[2] / "data" / "feeds" / "atom.rng"))
ATOM, GEORSS = "{http://www.w3.org/2005/Atom}", "{http://www.georss.org/georss}"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
HOSTILE = 'A<b>]]>&\u202e\x07"\n$(x)'
BY_TURNS = ("red", "blue")
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
    """Check what RFC 4287 says that a feed and its entries must have, by its schema, and what no schema can say."""
    FEED_SCHEMA.assertValid(etree.fromstring(ET.tostring(root)))
    entries = root.findall(f"{ATOM}entry")
    for element in (root, *entries):
        assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", element.findtext(f"{ATOM}id", ""))
        links = [(link.get("rel"), link.get("type")) for link in element.findall(f"{ATOM}link")]
        assert len(links) == len(set(links))
        assert ("alternate", "text/html") in links
    assert root.find(f"{ATOM}link[@rel='self']") is not None
    for entry in entries:
        assert entry.findtext(f"{ATOM}published", "") <= entry.findtext(f"{ATOM}updated", "")
        assert entry.findtext(f"{ATOM}summary")
        assert entry.findtext(f"{ATOM}content")
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(ids) == len(set(ids))
    updated = [entry.findtext(f"{ATOM}updated", "") for entry in entries]
    assert updated == sorted(updated, reverse=True)
    assert not updated or root.findtext(f"{ATOM}updated", "") >= updated[0]


def check_json_feed(document: dict) -> None:
    """Check what JSON Feed 1.1 says that a feed and its items must have."""
    assert document["version"] == "https://jsonfeed.org/version/1.1"
    assert document["title"]
    for name in ("home_page_url", "feed_url", "next_url"):
        assert document.get(name, "https://").startswith("https://")
    ids = [item["id"] for item in document["items"]]
    assert len(ids) == len(set(ids))
    for item in document["items"]:
        assert isinstance(item["id"], str)
        assert item["content_text"]
        assert all(isinstance(tag, str) for tag in item["tags"])
        assert all(MOMENT.fullmatch(item[name]) for name in ("date_published", "date_modified"))


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


def test_a_long_feed_is_in_parts_that_lead_to_all_changes(view_of, monkeypatch):
    view = view_of(
        *(written(number, event_date=f"2021-05-{number + 1:02}", actor=BY_TURNS[number % 2]) for number in range(1, 6))
    )
    whole = [each["id"] for each in items(view)]
    monkeypatch.setattr("control_map.render.feeds.feed.MOST_ENTRIES", 2)
    assert feeds.count_parts(view, "theatre") == feeds.count_parts(view, "place/H2") == 3
    assert feeds.count_parts(view, "place/V1") == 1
    links, address, found, parts = FeedLinks("https://map.example/", "#"), "https://map.example/feed.json", [], 0
    while address:
        parts += 1
        part = json.loads(make_feed(view, "theatre", "json", links, parts))
        check_json_feed(part)
        assert part["feed_url"] == address
        found += [each["id"] for each in part["items"]]
        address = part.get("next_url")
    assert (found, parts) == (whole, 3)


@pytest.mark.parametrize(
    ("links", "second", "third"),
    [
        (
            FeedLinks("https://m.example/", own_query="rule=latest"),
            "feed.atom?rule=latest&part=2",
            "feed.atom?rule=latest&part=3",
        ),
        (FeedLinks("https://m.example/", "#"), "feeds/part-2/feed.atom", "feeds/part-3/feed.atom"),
    ],
)
def test_each_part_links_to_the_others_as_rfc_5005_says(view_of, monkeypatch, links, second, third):
    monkeypatch.setattr("control_map.render.feeds.feed.MOST_ENTRIES", 1)
    view = view_of(
        *(written(number, event_date=f"2021-05-{number + 1:02}", actor=BY_TURNS[number % 2]) for number in range(1, 4))
    )
    first = second.split("&part")[0].replace("feeds/part-2/", "")
    ends = {"first": first, "last": third}
    wanted = [
        {"self": first, "next": second},
        {"self": second, "previous": first, "next": third},
        {"self": third, "previous": second},
    ]
    for number, own in enumerate(wanted, 1):
        root = ET.fromstring(make_feed(view, "theatre", "atom", links, number))
        check_atom(root)
        found = {
            link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link") if link.get("rel") != "alternate"
        }
        assert found == {name: f"https://m.example/{path}" for name, path in {**own, **ends}.items()}
    with pytest.raises(UnknownNameError, match=r"no part '4'\. There is: 1, 2, 3"):
        make_feed(view, "theatre", "atom", links, 4)


@pytest.mark.parametrize("name", ["atom", "georss:point", "published", "link"])
def test_the_schema_of_feeds_finds_what_is_wrong(view_of, name):
    text = make_feed(view_of(written(1)), "theatre", "atom").decode()
    faults = {
        "atom": ("2005/Atom", "2005/Atoms"),
        "georss:point": ("<georss:point>", "<georss:point>123 "),
        "published": ("<published>", "<published>yesterday "),
        "link": ("href=", "to="),
    }
    FEED_SCHEMA.assertValid(etree.fromstring(text.encode()))
    assert not FEED_SCHEMA.validate(etree.fromstring(text.replace(*faults[name]).encode()))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["afghanistan-2021", "syria-2024"])
def test_every_feed_of_the_shipped_theatres_is_valid(name: str):
    pack = load_pack(SHIPPED.parent / name)
    view = apply_rule(pack, pack.rule())
    links, entries = FeedLinks("https://map.example/", "#"), feeds.list_entries(view)
    for scope in feeds.list_scopes(view):
        for part in range(1, feeds.count_parts(view, scope, entries) + 1):
            check_atom(ET.fromstring(make_feed(view, scope, "atom", links, part, entries)))
            check_json_feed(json.loads(make_feed(view, scope, "json", links, part, entries)))
