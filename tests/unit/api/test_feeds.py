"""The feeds on the server: their paths, parameters, links and caches, and that they are closed like the API."""

import json
from collections.abc import Iterator

import feedparser
import pytest

from control_map.render import feeds
from control_map.render.feeds import list_entries
from control_map.ui.auth import sign_in
from control_map.ui.share import ADDRESS_VARIABLE
from control_map.ui.state import cache
from tests.conftest import HERAT
from tests.support.api_client import Client, asking


@pytest.fixture(scope="module")
def server() -> Iterator[Client]:
    with asking(HERAT) as client:
        yield client


@pytest.mark.parametrize(
    "path", ["/feed", "/feeds/province-AF32", "/feeds/place-AF3201", "/feeds/crossing-AF-X-islam-qala"]
)
def test_a_feed_is_there_in_both_formats(server: Client, path: str):
    got = server.get(f"{path}.atom")
    assert (got.status_code, got.headers["content-type"]) == (200, "application/atom+xml; charset=utf-8")
    read = feedparser.parse(got.content)
    assert not read.bozo
    assert read.entries[0].link.startswith("http://map.test/?date=2021-")
    assert f"http://map.test{path}.atom" in [link.href for link in read.feed.links]
    other = server.get(f"{path}.json")
    assert (other.status_code, other.headers["content-type"]) == (200, "application/feed+json; charset=utf-8")
    assert [each["id"] for each in other.json()["items"]] == [each.id for each in read.entries]


def test_the_links_of_feeds_and_examples_begin_with_the_address_that_the_setting_states(server: Client, monkeypatch):
    monkeypatch.setenv(ADDRESS_VARIABLE, "https://maps.example.org/war")
    read = feedparser.parse(server.get("/feed.atom").content)
    assert read.entries[0].link.startswith("https://maps.example.org/war/?date=")
    examples = server.get("/api/v1/").text
    assert "https://maps.example.org/war/api/v1/status" in examples
    assert "https://maps.example.org/war/feed.atom" in examples
    assert "map.test" not in examples
    monkeypatch.delenv(ADDRESS_VARIABLE)
    assert "http://map.test/api/v1/status" in server.get("/api/v1/").text
    hostile = server.get("/feed.json", headers={"Host": "a b"})
    assert hostile.status_code == 200
    assert "a b" not in hostile.text


def test_a_reader_that_has_the_feed_gets_nothing_and_others_get_it_compressed(server: Client):
    got = server.get("/feed.atom", headers={"Accept-Encoding": "gzip"})
    assert got.headers["content-encoding"] == "gzip"
    again = server.get("/feed.atom", headers={"Accept-Encoding": "gzip", "If-None-Match": got.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert server.get("/feed.atom", method="HEAD").content == b""


@pytest.mark.slow
def test_the_entries_of_a_view_are_made_once_for_all_feeds_and_weigh_among_what_is_kept(server: Client, monkeypatch):
    made, shared = [], cache._shared
    monkeypatch.setattr(feeds, "list_entries", lambda view: made.append(view) or list_entries(view))
    paths = ("feed.atom", "feed.json", "feeds/province-AF32.atom")
    assert [server.get(f"/{path}?set=hardening_days=11").status_code for path in paths] == [200] * 3
    assert len(made) == 1
    (kept,) = [
        entry for key, entry in shared._entries.items() if key[0].endswith("._entries") and made[0].rule in key[1]
    ]
    assert kept.weight > 10_000


@pytest.mark.slow
def test_rule_and_knowledge_are_parameters_and_the_links_lead_to_the_page_under_them(server: Client):
    asked = "?theatre=herat-2021&rule=latest&known_on=2021-08-01&set=hardening_days"
    got = server.get(f"/feed.json{asked}=0").json()
    assert got["items"][0]["url"].startswith("http://map.test/?theatre=herat-2021&rule=latest")
    assert "known=on-a-date&known-date=2021-08-01" in got["items"][0]["url"]
    assert got["feed_url"].endswith(
        "/feed.json?theatre=herat-2021&rule=latest&known_on=2021-08-01&set=hardening_days%3D0"
    )
    assert max(each["date_modified"] for each in got["items"]) <= "2021-08-01T00:00:00Z"


def test_a_reader_reaches_all_changes_by_the_links_of_a_long_feed(server: Client, monkeypatch):
    whole = [each["id"] for each in server.get("/feed.json?rule=latest").json()["items"]]
    monkeypatch.setattr("control_map.render.feeds.feed.MOST_ENTRIES", 40)
    found, address = [], "/feed.json?rule=latest&part=1"
    while address:
        got = server.get(address).json()
        found += [each["id"] for each in got["items"]]
        address = got.get("next_url")
    assert found == whole
    links = {link.rel: link.href for link in feedparser.parse(server.get("/feed.atom?part=2").content).feed.links}
    assert links["previous"] == links["first"] == "http://map.test/feed.atom"
    assert links["self"] == "http://map.test/feed.atom?part=2"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/feed.rss", 404),
        ("/feed.atom/more", 404),
        ("/feeds/", 404),
        ("/feeds/feed.atom", 200),
        ("/feeds/province-none.atom", 404),
        ("/feeds/place-%00%ff.atom", 404),
        ("/feeds/place-../AF3201.atom", 404),
        ("/feeds/village-AF3201.json", 404),
        ("/feed.atom?rule=none", 404),
        ("/feed.atom?theatre=none", 404),
        ("/feed.atom?known_on=today", 422),
        ("/feed.atom?set=x", 404),
        ("/feed.atom?limit=5", 422),
        ("/feed.atom?part=0", 422),
        ("/feed.atom?part=99", 404),
        ("/feed.atom?part=9" + "9" * 5000, 422),
    ],
)
def test_what_cannot_be_answered_is_a_problem(server: Client, path: str, status: int):
    got = server.get(path)
    assert got.status_code == status, got.text
    if status != 200:
        assert got.headers["content-type"] == "application/problem+json"
        assert json.loads(got.content)["detail"]


def test_a_hostile_host_leaves_no_mark_in_the_feed(server: Client):
    got = server.get("/feed.atom", headers={"Host": 'a"><script>alert(1)</script>'})
    assert "<script" not in got.text
    assert not feedparser.parse(got.content).bozo


def test_a_private_deployment_has_no_feed_without_sign_in(monkeypatch):
    monkeypatch.setattr(sign_in, "is_private_deployment", lambda: True)
    monkeypatch.setattr(sign_in, "is_admitted", lambda cookies: cookies.get("who") == "ana")
    with asking(HERAT) as client:
        for path in ("/feed.atom", "/feed.json", "/feeds/province-AF32.atom", "/feeds/none", "/feeds/theatres.json"):
            got = client.get(path)
            assert (got.status_code, got.headers["cache-control"]) == (401, "private, no-store")
            assert "erat" not in got.text
        assert client.get("/feed.atom", headers={"Cookie": "who=ana"}).headers["cache-control"] == "private, no-store"
