"""The map's files: in memory, as long as what they belong to, and never kept where others could find them."""

import asyncio
import gc
import gzip
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from control_map.ui import server
from control_map.ui.auth import sign_in
from control_map.ui.server import headers
from control_map.ui.state import served_files
from control_map.ui.state.served_files import SERVED_FOLDER, serve_file

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

    async def answer(path: str, headers: dict[str, str]) -> Answer:
        app = Starlette(routes=server.make_routes(), middleware=server.make_middleware())
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
    (made,) = server.make_middleware()
    policy = made.kwargs["frame"]["Content-Security-Policy"]
    assert "img-src 'self' data: blob: https://*.tile.opentopomap.org;" in policy
    assert policy.count("https:") == 1
    monkeypatch.setenv("CONTROL_MAP_TILES", "NoSuchMap")
    (made,) = server.make_middleware()
    assert "https:" not in made.kwargs["frame"]["Content-Security-Policy"]


def test_other_sites_contain_the_map_only_where_the_deployment_says_so(monkeypatch):
    monkeypatch.setenv(headers.EMBEDDING_VARIABLE, "https://news.example.org * https://a.example; 'none'")
    (made,) = server.make_middleware()
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
