"""What a link looks like elsewhere: the map in a frame, the card, oEmbed, and the tags in the head of the page."""

import asyncio
import datetime as dt
import json
import re
import threading
from collections import OrderedDict
from pathlib import Path
from urllib.parse import quote

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from control_map.render.picture import files as picture_files
from control_map.render.picture import picture
from control_map.theatre import discovery
from control_map.ui import server, share
from control_map.ui.auth import sign_in
from control_map.ui.server import headers, link_tags, share_routes
from control_map.ui.share import embed, linked_view, preview
from control_map.ui.share.linked_view import LinkedView, read_linked_view
from control_map.ui.state import session
from tests.support.made_up import write_pack, written
from tests.unit.ui.test_served_files import Answer, Ask, ask_of

PATHS = ("/embed", "/card.png", "/oembed?url=http%3A%2F%2Fmap.test%2F", "/sitemap.xml", "/llms.txt", "/places/H2.txt")
HOSTILE = (
    "date=%00",
    "date=9999-99-99",
    "date=" + "9" * 5_000,
    "theatre=../../etc",
    "theatre=%3Cscript%3E",
    "rule=side%3A%F0%9F%92%A3&corroboration-days=-1",
    "known=that-day&known-date=0001-01-01",
    "known=on-a-date&known-date=2199-12-31",
    "since=date&since-date=1900-01-01",
    "place=%22%3E%3Csvg%20onload%3D1%3E&area=province%2F%3C&report=%00",
    "province=" + quote("\ud800", errors="surrogatepass"),
    "at=nan,inf,1e999&show=,,,&silent=99999999999",
    "controls=%3C&theme=%22dark%22",
    "&".join(f"a{number}={number}" for number in range(3_000)),
)


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packs")
    write_pack(folder / "marshland", [written(1, place_text="Brackwater")])
    return folder


@pytest.fixture(autouse=True)
def _made_up(packs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "pack_folders", lambda: [packs / "marshland"])
    monkeypatch.setattr(link_tags, "PATIENCE_S", 30)
    monkeypatch.setattr(linked_view, "_unusual", OrderedDict())
    monkeypatch.delenv(headers.EMBEDDING_VARIABLE, raising=False)
    monkeypatch.delenv(share.ADDRESS_VARIABLE, raising=False)


@pytest.fixture
def ask() -> Ask:
    """Ask the server, whose page is a short one."""

    def answer(_: Request) -> HTMLResponse:
        return HTMLResponse("<html><head></head></html>")

    def make() -> Starlette:
        return Starlette(routes=[*server.make_routes(), Route("/", answer)], middleware=server.make_middleware())

    return ask_of(make)


def framing(answer: Answer) -> str:
    return answer.headers["content-security-policy"].partition("frame-ancestors ")[2]


def settings(answer: Answer) -> dict[str, object]:
    found = re.search(r'data-file="settings">(.*?)</script>', answer.content.decode())
    assert found
    return json.loads(found[1])


@pytest.mark.slow
def test_the_map_in_a_frame_is_the_view_of_its_address(ask: Ask):
    answer = ask("/embed?date=2021-06-20&since=week&show=terrain&controls=off&theme=dark")
    assert answer.status == 200
    assert "set-cookie" not in answer.headers
    assert "link" not in answer.headers
    page, stated = answer.content.decode(), settings(answer)
    assert 'class="site-framed site-still site-dark"' in page
    assert (stated["day"], stated["compared"]) == (50, -7)
    assert stated["hidden"] == ["provincial_capital", "crossing", "settlements"]
    assert stated["shown"] == {"area": "", "report": "", "background": True, "events": False}
    assert stated["frame"] == {"controls": False, "theme": "dark"}
    assert ask(f"/files/{stated['timeline']}").status == 200
    assert 'href="http://map.test/?date=2021-06-20&amp;since=week' in page
    assert '<meta name="robots" content="noindex">' in page


def test_a_frame_says_which_part_of_its_address_could_not_be_read(ask: Ask):
    assert "date: \u201c2031-01-01\u201d should be a day from" in settings(ask("/embed?date=2031-01-01"))["problems"][0]


def test_all_sites_may_frame_a_public_map_until_the_setting_names_some(ask: Ask, monkeypatch):
    assert framing(ask("/embed")) == "*"
    assert framing(ask("/")) == "'self'"
    monkeypatch.setenv(headers.EMBEDDING_VARIABLE, "https://news.example.org javascript:alert(1)")
    assert framing(ask("/embed")) == "'self' https://news.example.org"
    monkeypatch.setenv(headers.EMBEDDING_VARIABLE, "nonsense;")
    assert framing(ask("/embed")) == "'self'"


@pytest.mark.parametrize("path", PATHS)
def test_a_private_deployment_answers_with_401_or_403_and_no_word_of_the_theatre(ask: Ask, monkeypatch, path: str):
    monkeypatch.setattr(sign_in, "is_private_deployment", lambda: True)
    monkeypatch.setattr(sign_in, "is_admitted", lambda cookies: cookies.get("who") == "ana")
    for answer, status in ((ask(path), 401), (ask(path, cookie="who=ana"), 403)):
        assert answer.status == status
        assert b"war" not in answer.content
        assert answer.headers["cache-control"] == "private, no-store"
    assert ask("/", cookie="who=ana").content == b"<html><head></head></html>"
    assert ask("/").content == b"<html><head></head></html>"


@pytest.mark.parametrize("query", HOSTILE)
def test_no_address_makes_the_server_fail(ask: Ask, monkeypatch, query: str):
    monkeypatch.setattr(picture, "draw_card", lambda *_: "")
    monkeypatch.setattr(picture_files, "rasterize", lambda *_: b"a card")
    link = quote(f"http://map.test/?{query}", safe="")
    for path in (f"/embed?{query}", f"/card.png?{query}", f"/oembed?url={link}", f"/?{query}"):
        answer = ask(path)
        assert answer.status < 500, path
        if not answer.headers["content-type"].startswith("text/plain"):
            assert b"<svg" not in answer.content
            assert b"<script>" not in answer.content


def test_a_card_is_drawn_once_for_each_view(ask: Ask, monkeypatch):
    drawn = []
    monkeypatch.setattr(picture, "draw_card", lambda *drawing: drawn.append(drawing) or "")
    monkeypatch.setattr(picture_files, "rasterize", lambda *_: b"a card")
    for query in ("date=2021-06-21", "date=2021-06-21&tab=trend&utm=1", "date=2021-06-22&since=week"):
        answer = ask(f"/card.png?{query}")
        assert answer.headers["content-type"] == "image/png"
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert len(drawn) == 2


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("date=2030-01-01", 422, "date: “2030-01-01” should be a day from "),
        ("date=yesterday&province=V", 422, "date: “yesterday” should be a day from "),
        ("place=nowhere", 404, "place: “nowhere” should be "),
        ("province=X&date=2030-01-01", 404, "province: “X” should be "),
        ("theatre=atlantis", 404, "theatre: “atlantis” should be "),
    ],
)
def test_a_card_is_refused_in_words_where_the_address_names_what_there_is_not(ask: Ask, query: str, status: int, words):
    answer = ask(f"/card.png?{query}")
    assert answer.status == status
    assert answer.headers["content-type"].startswith("text/plain")
    assert words in answer.content.decode()


def test_the_page_has_the_tags_of_its_link(ask: Ask, monkeypatch):
    sent = ask("/?date=2021-06-20&tab=trend").content.decode()
    assert '<meta property="og:title" content="A made-up war: who held what on 20 June 2021">' in sent
    assert 'content="http://map.test/card.png?date=2021-06-20&amp;rule=assessed"' in sent
    assert '<link rel="canonical" href="http://map.test/?date=2021-06-20">' in sent
    assert sent.endswith("</head></html>")
    assert ask("/?date=2021-06-20", accept_encoding="gzip").content.decode().count("og:title") == 1
    monkeypatch.setenv(share.ADDRESS_VARIABLE, "https://maps.example.org/war")
    assert 'content="https://maps.example.org/war/card.png?' in ask("/").content.decode()


def test_the_page_names_the_feeds_of_what_it_shows_and_describes_the_data(ask: Ask):
    sent = ask(
        "/?rule=latest&hardening-days=0&known=on-a-date&known-date=2021-05-03&province=H&place=H2"
    ).content.decode()
    found = re.findall(r'<link rel="alternate" type="([^"]+)" title="([^"]+)" href="http://map.test/([^"]+)">', sent)
    asked = "?rule=latest&amp;set=hardening_days%3D0&amp;known_on=2021-05-03"
    assert [each for each in found if each[0] == "application/atom+xml"] == [
        ("application/atom+xml", title, f"{path}.atom{asked}")
        for title, path in (
            ("Changes of status", "feed"),
            ("Harrow: Changes of status", "feeds/province-H"),
            ("Brackwater: Changes of status", "feeds/place-H2"),
        )
    ]
    assert ("text/plain", "Brackwater", f"places/H2.txt{asked}") in found
    assert "ld+json" not in sent, "it is no view that is kept"
    (described,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', ask("/").content.decode())
    data_set = json.loads(described)
    assert data_set["@type"] == "Dataset"
    assert "http://map.test/api/v1/changes.json" in [each["contentUrl"] for each in data_set["distribution"]]


def test_machines_find_the_pages_the_data_and_a_text_of_each_place(ask: Ask):
    sitemap = ask("/sitemap.xml")
    assert sitemap.headers["content-type"].startswith("application/xml")
    locations = re.findall("<loc>(.*?)</loc>", sitemap.content.decode())
    assert locations == ["http://map.test/", "http://map.test/llms.txt", "http://map.test/api/v1/"]
    text = ask("/llms.txt").content.decode()
    assert text.startswith("# A made-up war\n")
    linked = re.findall(r"\]\((.*?)\)", text)
    assert "api/v1/status.json?date=2021-05-02" in linked
    assert "places/H2.txt" in linked
    assert all(ask(f"/{path}").status == 200 for path in linked if path.startswith("places/"))
    assert ask("/places/H2.txt").content.startswith(b"Brackwater\ndistrict of Harrow")
    assert b"Under the rule Latest report" in ask("/places/H2.txt?rule=latest").content
    for missing in ("/places/H9.txt", "/places/H2.pdf", "/places/%00.txt"):
        assert ask(missing).status == 404


def test_a_link_that_cannot_be_described_in_time_still_has_its_card(ask: Ask, monkeypatch):
    monkeypatch.setattr(link_tags, "PATIENCE_S", 0)
    assert 'content="http://map.test/card.png?date=%22%3E"' in ask("/?date=%22%3E").content.decode()


def test_visitors_who_do_not_wait_for_tags_leave_no_more_threads_than_may_work_at_once(monkeypatch):
    monkeypatch.setattr(link_tags, "PATIENCE_S", 0.02)
    working, most, begun, may_end = set[int](), [0], list[str](), threading.Event()

    def render_tags(linked: LinkedView, _: str) -> str:
        begun.append(linked.write_query())
        working.add(threading.get_ident())
        most.append(len(working))
        may_end.wait(10)
        working.discard(threading.get_ident())
        return "<meta>"

    monkeypatch.setattr(preview, "render_tags", render_tags)
    sent = []

    async def page(scope: Scope, _: Receive, send: Send) -> None:
        await HTMLResponse("<head></head>")(scope, _, send)

    async def ask_all() -> None:
        app = link_tags.LinkTags(page)

        async def visit(query: str) -> None:
            scope = {"type": "http", "method": "GET", "path": "/", "query_string": query.encode(), "headers": []}
            scope |= {"scheme": "http", "server": ("map.test", 80)}
            await app(scope, None, lambda message: asyncio.sleep(0, sent.append(message)))

        await asyncio.gather(*(visit(f"date=2021-06-{day:02}") for day in [*range(1, 29), 1, 2, 3]))
        may_end.set()
        await asyncio.gather(*app._coming.values())

    asyncio.run(ask_all())
    assert len(sent) == 2 * 31
    assert max(most) == 2
    assert len(begun) == len(set(begun)) == 28


def test_a_host_that_no_browser_sends_is_not_written_into_the_page(ask: Ask):
    sent = ask("/", host='evil"><script>').content
    assert b"evil" not in sent
    assert b'content="/card.png?' in sent


def test_oembed_describes_the_links_of_this_map_and_no_others(ask: Ask):
    link = quote("http://map.test/embed?date=2021-06-20&controls=off", safe="")
    described = json.loads(ask(f"/oembed?url={link}&format=json&maxwidth=500&maxheight=400").content)
    assert (described["version"], described["type"], described["width"], described["height"]) == (
        "1.0",
        "rich",
        500,
        400,
    )
    assert 'src="http://map.test/embed?date=2021-06-20&amp;rule=assessed&amp;controls=off"' in described["html"]
    assert described["thumbnail_url"].startswith("http://map.test/card.png?date=2021-06-20")
    others = (
        "https://evil.test/?date=2021-06-20",
        "http://map.test/files/x",
        "javascript:alert(1)",
        "http://[",
        "",
    )
    for other in others:
        assert ask(f"/oembed?url={quote(other, safe='')}").status == 404
    assert ask(f"/oembed?url={link}&format=xml").status == 501


def test_a_crowd_waits_outside(ask: Ask, monkeypatch):
    monkeypatch.setattr(share_routes, "_MOST_WAITING", 0)
    answer = ask("/embed")
    assert answer.status == 503
    assert answer.headers["retry-after"] == "5"


def test_a_crawl_of_views_that_are_not_usual_ends_and_all_others_are_still_shown(ask: Ask, monkeypatch):
    monkeypatch.setattr(linked_view, "MOST_UNUSUAL", 2)
    monkeypatch.setattr(picture, "draw_card", lambda *_: "")
    monkeypatch.setattr(picture_files, "rasterize", lambda *_: b"a card")
    answers = [ask(f"/card.png?hardening-days={days}").status for days in (3, 4, 5, 6)]
    assert answers == [200, 200, 503, 503]
    assert ask("/embed?hardening-days=8").status == 503
    assert ask("/card.png?hardening-days=3&date=2021-06-20").status == 200
    assert ask("/card.png?rule=latest").status == 200
    assert ask("/embed").status == 200
    monkeypatch.setattr(linked_view, "_MINUTE", 0)
    assert ask("/card.png?hardening-days=5").status == 200


def test_an_address_is_read_as_the_page_reads_it():
    linked = read_linked_view(
        {"date": "2021-06-20", "rule": "latest", "hardening-days": "3", "known": "that-day", "since": "month"}
    )
    assert linked.rule.rule.label == "Latest report, adjusted"
    assert linked.view.known_on == linked.date
    assert linked.since
    assert not linked.is_usual
    assert not linked.problems
    assert read_linked_view({}).date == linked.pack.theatre.opens_on
    assert read_linked_view({"at": "34,62,7.5"}).target == "@34.0,62.0,7.5"
    theatre = linked.pack.theatre
    province, place = theatre.provinces["province_id"].iloc[0], theatre.places["place_id"].iloc[0]
    assert read_linked_view({"province": province}).target == f"province/{province}"
    assert read_linked_view({"province": province, "place": place}).target == place
    assert linked.text(session.PLACE_KEY) == ""
    assert preview.card_address(linked, "/") == f"/card.png?{linked.write_query(always=('date', 'rule'))}"


@pytest.mark.parametrize(
    ("words", "of_app"),
    [
        ({"since": "2021-06-03"}, {"since": "date", "since-date": "2021-06-03"}),
        ({"compare": "2021-06-03"}, {"since": "date", "since-date": "2021-06-03"}),
        ({"known_on": "2021-05-03"}, {"known": "on-a-date", "known-date": "2021-05-03"}),
        ({"set": "hardening_days=3,minimum_origins=2"}, {"hardening-days": "3", "minimum-origins": "2"}),
        ({"compare": "2021-06-03", "since": "week"}, {"since": "week"}),
        ({"events": "off"}, {"show": "capitals,crossings"}),
    ],
)
def test_an_address_can_have_the_words_of_the_app_of_the_api_and_of_a_published_page(words: dict, of_app: dict):
    read, same = (read_linked_view({"date": "2021-06-20", **query}) for query in (words, of_app))
    assert not read.problems
    assert read.write_query() == same.write_query() != ""
    assert read.since == same.since
    assert read.view is same.view
    assert read.api_query == same.api_query


def test_settings_can_be_repeated_and_cannot_change_anything_but_the_rule(ask: Ask):
    sent = ask("/?rule=latest&set=hardening_days=3&set=minimum_origins=2").content.decode()
    assert "hardening-days=3" in sent
    assert "minimum-origins=2" in sent
    assert read_linked_view({"date": "2021-06-20", "set": "date=2021-05-05"}).date == dt.date(2021, 6, 20)


def test_the_code_to_copy_needs_no_script_and_cannot_be_broken_out_of():
    code = embed.write_code('https://map.test/embed?a="><script>&b=1', 'A "war"')
    assert code.count("<") == 2
    assert "script>" not in code.replace("&gt;", "")
