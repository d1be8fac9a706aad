"""The map's files: in memory, as long as what they belong to, and never kept where others could find them."""

import asyncio
import datetime as dt
import gc
import gzip
import json
import re
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from control_map.pipeline.view import View, apply_rule
from control_map.render.map.area_file import make_area_file
from control_map.render.map.dossier_file import make_dossier_file
from control_map.render.map.events_file import make_events_file
from control_map.render.map.search_files import make_mentions_file, make_names_file
from control_map.ui import server
from control_map.ui.auth import sign_in, visitor
from control_map.ui.server import headers, routes, streamlit_files
from control_map.ui.state import board_parts, served_files
from control_map.ui.state.served_files import SERVED_FOLDER, BoardSource, ServedFile, serve_file

SHARED_FOR_EVER = "public, max-age=31536000, immutable"


@dataclass
class Answer:
    """What the server answers; `sent` is its body as it goes over the network."""

    status: int
    headers: httpx.Headers
    sent: bytes

    @property
    def content(self) -> bytes:
        return gzip.decompress(self.sent) if self.headers.get("content-encoding") == "gzip" else self.sent


Ask = Callable[..., Answer]


@pytest.fixture
def ask() -> Ask:
    """Ask the server as it is set up now, with headers whose names have underscores for hyphens."""

    return ask_of(lambda: Starlette(routes=server.make_routes(), middleware=server.make_middleware()))


@pytest.fixture
def ask_page() -> Ask:
    """Ask a server that answers with a page, or that the browser has it still."""

    def answer(request: Request) -> Response:
        return Response(status_code=304) if "if-none-match" in request.headers else HTMLResponse("<p>The page")

    pages = [Route(path, answer) for path in ("/", "/static/a.js")]
    return ask_of(lambda: Starlette(routes=pages, middleware=server.make_middleware()))


def ask_of(make_app: Callable[[], Starlette]) -> Ask:
    async def answer(path: str, headers: dict[str, str]) -> Answer:
        app = make_app()
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url="http://map.test"
        )
        async with client, client.stream("GET", path, headers=headers) as answered:
            sent = b"".join([part async for part in answered.aiter_raw()])
            return Answer(answered.status_code, answered.headers, sent)

    def ask_in_a_thread(path: str, **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        with ThreadPoolExecutor(1) as thread:  # a browser of other tests may have this thread's loop
            return thread.submit(lambda: asyncio.run(answer(path, named))).result()

    return ask_in_a_thread


def test_the_same_data_have_one_name_in_one_process_and_another_in_the_next(monkeypatch):
    first = serve_file("timeline.json", b"{}", is_shared=True)
    assert serve_file("timeline.json", b"{}", is_shared=True) is first
    other = serve_file("timeline.json", b"[]", is_shared=True)
    mine = serve_file("timeline.json", b"{}", is_shared=False)
    assert len({first.name, other.name, mine.name}) == 3
    monkeypatch.setattr(served_files, "_KEY", b"of another process")
    assert serve_file("timeline.json", b"{}", is_shared=True).name != first.name


def test_what_went_into_a_visitors_reports_is_served_to_that_visitors_browser_alone(ask: Ask):
    name, other = visitor.new_visitor(), visitor.new_visitor()
    mine = serve_file("mine.json", b"mine", is_shared=False, owner=name)
    theirs = serve_file("mine.json", b"mine", is_shared=False, owner=other)
    assert mine.name != theirs.name
    address = f"/files/{mine.name}"
    assert ask(address, cookie=f"{visitor.VISITOR_COOKIE}={name}").content == b"mine"
    for cookies in ({}, {"cookie": f"{visitor.VISITOR_COOKIE}={other}"}, {"cookie": f"{visitor.VISITOR_COOKIE}="}):
        assert ask(address, **cookies).status == 404


@pytest.mark.slow
def test_a_browser_gets_a_name_with_the_page_and_keeps_it(ask_page: Ask):
    given = ask_page("/").headers["set-cookie"]
    assert re.fullmatch(rf"{visitor.VISITOR_COOKIE}=[\w-]{{43}}; Path=/; HttpOnly; SameSite=Lax", given)
    assert "set-cookie" not in ask_page("/", cookie=given.split(";")[0]).headers
    assert "set-cookie" in ask_page("/", cookie=f"{visitor.VISITOR_COOKIE}=mine").headers


@pytest.mark.slow
def test_a_browser_that_was_closed_and_still_has_the_page_gets_a_name_too(ask_page: Ask):
    assert visitor.VISITOR_COOKIE in ask_page("/", if_none_match='"page"').headers["set-cookie"]
    assert "set-cookie" not in ask_page("/static/a.js", if_none_match='"script"').headers


def test_the_page_names_early_what_its_first_screen_needs(ask_page: Ask):
    links = ask_page("/").headers["link"]
    for part in streamlit_files._PARTS:
        assert re.search(rf"</static/js/{part}\.[\w-]+\.js>; rel=modulepreload", links), part
    for name in SERVED_FOLDER.names.values():
        assert f"</files/{name}>; rel=prefetch" in links
    assert re.search(r"</component/streamlit_folium\.st_folium/static/js/main\.\w+\.js>; rel=prefetch", links)


def test_streamlits_scripts_are_sent_compressed_to_browsers_that_take_it(ask_page: Ask):
    folder = Path(st.__file__).parent / "static"
    script = next((folder / "static" / "js").glob("Slider.*.js"))
    address = f"/{script.relative_to(folder).as_posix()}"
    answer = ask_page(address, accept_encoding="gzip")
    assert answer.content == script.read_bytes()
    assert len(answer.sent) < len(answer.content) / 2
    assert answer.headers["cache-control"] == "public, immutable, max-age=31536000"
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["x-content-type-options"] == "nosniff"
    for asked in ("/static/js/../../index.html", "/static/js/nothing.js"):
        assert ask_page(asked, accept_encoding="gzip").status == 404, "Streamlit answers, and here it is not there"


@pytest.mark.slow
def test_a_place_s_dossier_is_made_when_it_is_asked_for_and_only_for_those_who_may_see_it(ask: Ask, herat_view: View):
    source = BoardSource(herat_view.pack, herat_view.rule)
    whole = serve_file("timeline.json", b"{}", is_shared=True, source=source)
    digest = whole.name.removeprefix("timeline-").removesuffix(".json")
    place = herat_view.pack.theatre.places["place_id"].iloc[3]
    answer = ask(f"/files/dossier-{digest}-3.json")
    assert answer.headers["cache-control"] == SHARED_FOR_EVER
    assert answer.content == make_dossier_file(herat_view, [place])
    assert json.loads(ask(f"/files/ranges-{digest}.json").content)["day"] == 0
    assert ask(f"/files/names-{digest}.json").content == make_names_file(herat_view.pack.theatre)
    assert ask(f"/files/mentions-{digest}.json").content == make_mentions_file(herat_view.pack, None)
    assert ask(f"/files/events-{digest}.json").content == make_events_file(herat_view.pack, None)
    province = herat_view.pack.theatre.places["province_id"].iloc[0]
    assert ask(f"/files/areas-{digest}-1.json").content == make_area_file(herat_view.pack, None, province)
    refused = [f"dossier-{digest}", f"dossier-{digest}-99999", f"dossier-{digest}-3-4"]
    refused += [f"areas-{digest}", f"areas-{digest}-99", f"areas-{digest}-1-2"]
    for name in (*refused, *(f"{kind}-{digest}-3" for kind in ("ranges", "names", "mentions", "events"))):
        assert ask(f"/files/{name}.json").status == 404
    assert ask(f"/files/dossier-{'0' * 40}-3.json").status == 404
    mine = serve_file("timeline.json", b"[]", is_shared=False, source=source, owner=visitor.new_visitor())
    assert ask(f"/files/{mine.name.replace('timeline', 'dossier').replace('.json', '-3.json')}").status == 404


def test_dossiers_that_wait_leave_the_server_s_threads_to_others(monkeypatch):
    most_at_once, lock, active = {True: 0, False: 0}, threading.Lock(), {True: 0, False: 0}

    def find_part(whole: ServedFile, name: str) -> ServedFile:
        with lock:
            active[whole.is_shared] += 1
            most_at_once[whole.is_shared] = max(most_at_once[whole.is_shared], active[whole.is_shared])
        time.sleep(0.02)
        with lock:
            active[whole.is_shared] -= 1
        return ServedFile(name, served_files.compress(b"{}"))

    monkeypatch.setattr(board_parts, "find_part", find_part)
    monkeypatch.setattr(board_parts, "find_whole", lambda name: ServedFile("whole", b"", is_shared="shared" in name))

    async def ask_for_many() -> set[int]:
        app = Starlette(routes=server.make_routes())
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://map.test") as client:
            names = [f"/files/{kind}-{number}.json" for number in range(30) for kind in ("shared", "mine")]
            return {answer.status_code for answer in await asyncio.gather(*map(client.get, names))}

    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(lambda: asyncio.run(ask_for_many())).result() == {200}
    assert most_at_once == {True: routes.MOST_PARTS_AT_ONCE, False: routes.MOST_PARTS_AT_ONCE}


@pytest.mark.slow
def test_in_a_replay_each_day_has_its_own_dossiers(ask: Ask, herat_view: View):
    pack, place = herat_view.pack, herat_view.pack.theatre.places["place_id"].iloc[3]
    whole = serve_file("replay.json", b"{}", is_shared=True, source=BoardSource(pack, herat_view.rule, is_replay=True))
    digest = whole.name.removeprefix("replay-").removesuffix(".json")
    known_on = pack.theatre.period_start + dt.timedelta(days=69)
    expected = make_dossier_file(apply_rule(pack, herat_view.rule, known_on), [place])
    assert ask(f"/files/dossier-{digest}-3-69.json").content == expected
    assert json.loads(ask(f"/files/ranges-{digest}-69.json").content)["day"] == 69
    assert len(json.loads(ask(f"/files/mentions-{digest}.json").content)["mentions"]) == len(pack.located)
    for name in (f"dossier-{digest}-3", f"dossier-{digest}-3-99999", f"ranges-{digest}", f"names-{digest}-69"):
        assert ask(f"/files/{name}.json").status == 404


@pytest.mark.slow
def test_a_file_is_served_until_all_who_hold_it_let_go_of_it(ask: Ask):
    held, again = (serve_file("mine.json", b"mine", is_shared=False) for _ in range(2))
    address = f"/files/{held.name}"
    del held
    gc.collect()
    assert ask(address).content == b"mine"
    del again
    gc.collect()
    assert ask(address).status == 404


def test_what_all_visitors_get_is_kept_for_ever_and_what_is_one_visitors_is_not(ask: Ask):
    shared, mine = serve_file("a.json", b"shared", is_shared=True), serve_file("a.json", b"mine", is_shared=False)
    assert ask(f"/files/{shared.name}").headers["cache-control"] == SHARED_FOR_EVER
    answer = ask(f"/files/{mine.name}")
    assert answer.headers["cache-control"] == "private, no-store"
    assert "etag" not in answer.headers


def test_a_private_deployment_has_nothing_kept_but_its_scripts(ask: Ask, monkeypatch):
    monkeypatch.setattr(sign_in, "is_private_deployment", lambda: True)
    monkeypatch.setattr(sign_in, "is_admitted", lambda cookies: cookies.get("who") == "ana")
    shared, script = serve_file("a.json", b"shared", is_shared=True), SERVED_FOLDER.names["board.js"]
    assert ask(f"/files/{shared.name}").status == 404
    assert ask(f"/files/{script}").headers["cache-control"] == SHARED_FOR_EVER
    assert ask(f"/files/{shared.name}", cookie="who=ana").headers["cache-control"] == "private, no-store"


def test_a_file_is_compressed_once_and_sent_plain_to_those_who_ask_for_it(ask: Ask):
    file = serve_file("a.json", b"[1,2,3]" * 500, is_shared=True)
    answer = ask(f"/files/{file.name}")
    assert answer.headers["content-type"] == "application/json"
    assert (answer.sent, answer.content) == (file.compressed, b"[1,2,3]" * 500)
    plain = ask(f"/files/{file.name}", accept_encoding="identity")
    assert "content-encoding" not in plain.headers
    assert plain.content == file.content


def test_a_browser_that_has_a_file_is_told_so(ask: Ask):
    file = serve_file("a.json", b"[]", is_shared=True)
    tag = ask(f"/files/{file.name}").headers["etag"]
    again = ask(f"/files/{file.name}", if_none_match=tag)
    assert (again.status, again.content) == (304, b"")


@pytest.mark.parametrize("name", ["", "..", "../app.py", "%2e%2e%2fapp.py", "%2fetc%2fpasswd", "a%00b", "\u0634.json"])
def test_there_is_no_file_but_those_that_are_served(ask: Ask, name: str):
    assert ask(f"/files/{name}").status == 404


def test_the_files_lie_below_the_base_path_of_the_server(ask: Ask, monkeypatch):
    monkeypatch.setattr("streamlit.get_option", {"server.baseUrlPath": "/maps/south/"}.get)
    assert ask(f"/maps/south/files/{SERVED_FOLDER.names['board.js']}").status == 200
    assert ask(f"/files/{SERVED_FOLDER.names['board.js']}").status == 404
    assert "unsafe-eval" in ask("/maps/south/component/any/index.html").headers["content-security-policy"]


@pytest.mark.parametrize(
    "path", ["/", "/files/none", "/media/none.csv", "/component/any/index.html", "/_stcore/metrics"]
)
def test_every_answer_has_the_headers(ask: Ask, path: str):
    got = ask(path).headers
    assert got["x-content-type-options"] == "nosniff"
    assert got["referrer-policy"] in {"same-origin", "strict-origin-when-cross-origin"}
    assert "camera=()" in got["permissions-policy"]
    assert "frame-ancestors 'self'" in got["content-security-policy"]
    assert "object-src 'none'; base-uri 'none'; form-action 'none'" in got["content-security-policy"]


def test_the_answer_to_a_failure_has_the_headers_too(ask: Ask, monkeypatch):
    def fail(_: Request) -> Response:
        raise ZeroDivisionError("a secret")

    monkeypatch.setattr(server, "make_routes", lambda: [Route("/_stcore/fails", fail)])
    answer = ask("/_stcore/fails")
    assert (answer.status, answer.content) == (500, b"Internal Server Error")
    assert answer.headers["cache-control"] == "private, no-store"
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]


def test_the_page_runs_no_script_but_those_of_the_server_and_two_that_are_known(ask: Ask):
    page, frame = (ask(path).headers["content-security-policy"] for path in ("/", "/component/any/index.html"))
    scripts = next(part.split() for part in page.split("; ") if part.startswith("script-src"))
    assert scripts[1] == "'self'"
    assert [script[:8] for script in scripts[2:]] == ["'sha256-", "'sha256-"]
    assert "https:" not in page
    assert "script-src 'self' 'unsafe-inline' 'unsafe-eval';" in frame


def test_a_frame_may_ask_the_hosts_of_the_base_maps_for_pictures_and_no_other(monkeypatch):
    monkeypatch.setenv("CONTROL_MAP_TILES", "OpenTopoMap")
    made, *_ = server.make_middleware()
    policy = made.kwargs["frame"]["Content-Security-Policy"]
    assert "img-src 'self' data: blob: https://*.tile.opentopomap.org;" in policy
    assert policy.count("https:") == 1
    monkeypatch.setenv("CONTROL_MAP_TILES", "NoSuchMap")
    made, *_ = server.make_middleware()
    assert "https:" not in made.kwargs["frame"]["Content-Security-Policy"]


def test_other_sites_contain_the_map_only_where_the_deployment_says_so(monkeypatch):
    monkeypatch.setenv(headers.EMBEDDING_VARIABLE, "https://news.example.org * https://a.example; 'none'")
    made, *_ = server.make_middleware()
    for part in ("page", "frame"):
        policy = made.kwargs[part]["Content-Security-Policy"]
        assert policy.endswith("frame-ancestors 'self' https://news.example.org"), part


def test_what_belongs_to_one_visitor_is_never_stored_whatever_its_route_says(ask: Ask, monkeypatch):
    async def answer(_: Request) -> Response:
        return PlainTextResponse("mine", headers={"Cache-Control": "no-cache"})

    monkeypatch.setattr(server, "make_routes", lambda: [Route("/_stcore/{name:path}", answer)])
    for path in ("/media/0123.csv", "/_stcore/upload_file/session/file", "/_stcore/metrics"):
        assert ask(path).headers["cache-control"] == "private, no-store"
    assert "cache-control" not in ask("/static/index.js").headers
