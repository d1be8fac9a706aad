"""A private deployment, with a provider on this machine: what is sent before, while and after a user may see it."""

import datetime as dt
import hashlib
import re
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from typing import NamedTuple
from urllib.parse import urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from playwright.sync_api import Browser, BrowserContext, Page, WebSocket, expect

from control_map.render.map.assets import add_content_hash
from tests.browser.driving import heading, map_frame, opened_popover
from tests.support.made_up import write_pack
from tests.support.provider import CLIENT, LIES, SECRET, Provider, running_provider
from tests.support.running import free_port, running_app

COOKIE_SECRET = "of these tests, and of no others " * 2
SECRET_WORDS = re.compile(rb"Taliban|Afghanistan|Marshland|A made-up war|Reds|Aldermoor|districts", re.IGNORECASE)
"""Words that only a theatre contains."""


PATIENT = 60_000
"""Milliseconds for a page that opens again: the whole app has to start in the browser."""


class Private(NamedTuple):
    address: str
    provider: Provider


@pytest.fixture(scope="module")
def private(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Private]:
    folder, port = tmp_path_factory.mktemp("private"), free_port()
    secrets = folder / "secrets.toml"
    write_pack(folder / "marshland")
    with running_provider() as provider:
        secrets.write_text(f"""
            [auth]
            redirect_uri = "http://127.0.0.1:{port}/oauth2callback"
            cookie_secret = "{COOKIE_SECRET}"
            client_id = "{CLIENT}"
            client_secret = "{SECRET}"
            server_metadata_url = "{provider.address}/.well-known/openid-configuration"
            [control_map]
            viewers = ["ana@example.org"]
        """)
        asked = {"CONTROL_MAP_SIGN_IN": "required", "STREAMLIT_SECRETS_FILES": str(secrets)}
        with running_app(port=port, CONTROL_MAP_PACKS=str(folder), **asked):
            yield Private(f"http://127.0.0.1:{port}", provider)


class Wire:
    """All that a page is sent: over its websockets, as bodies of answers, and the addresses it asks for."""

    def __init__(self, context: BrowserContext) -> None:
        self.frames: list[bytes] = []
        self.addresses: list[str] = []
        context.on("request", lambda request: self.addresses.append(request.url))
        context.on("page", lambda page: page.on("websocket", self.listen))

    def listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: self.frames.append(frame if isinstance(frame, bytes) else b""))

    @property
    def secret_words(self) -> set[bytes]:
        return {word for frame in self.frames for word in SECRET_WORDS.findall(frame)}

    @property
    def files(self) -> set[str]:
        """The addresses of the map's files of data."""
        return {address for address in self.addresses if re.search(r"/files/\w+-[0-9a-f]+\.json", address)}


def sign_in(page: Page, provider: Provider, email: str) -> None:
    provider.claims = {"email": email, "email_verified": True}
    page.get_by_role("button", name="Sign in").click()


def guesses(address: str, content: bytes) -> Iterator[str]:
    """The addresses that one could work out for a file of data from its content, and from what others are called."""
    folder, _, name = address.rpartition("/")
    stem = name.split("-")[0]
    yield f"{folder}/{stem}.json"
    yield f"{folder}/{add_content_hash(f'{stem}.json', content)}"
    for key in (b"", bytes(32)):
        yield f"{folder}/{stem}-{hashlib.blake2b(content, key=key, digest_size=20).hexdigest()}.json"


def test_nothing_of_a_theatre_is_sent_to_anybody_but_viewers(browser: Browser, private: Private):
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    wire = Wire(context)
    page = context.new_page()
    page.goto(f"{private.address}/?theatre=marshland&date=2021-06-06&place=H1")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible(timeout=PATIENT)
    assert not SECRET_WORDS.search(page.content().encode())

    sign_in(page, private.provider, "eve@example.org")
    expect(page.get_by_role("alert")).to_contain_text(
        "signed in as eve@example.org, which may not view this map", timeout=PATIENT
    )
    assert not SECRET_WORDS.search(page.content().encode())
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible(timeout=PATIENT)
    assert len(wire.frames) > 6
    assert wire.secret_words == wire.files == set()

    sign_in(page, private.provider, "ana@example.org")
    map_frame(page)
    expect(heading(page, dt.date(2021, 6, 6))).to_be_visible()
    expect(opened_popover(page, "Account")).to_contain_text("Signed in as ana@example.org")
    assert wire.secret_words
    assert {address.rpartition("/")[2].split("-")[0] for address in wire.files} >= {"geometry", "timeline"}
    for address in wire.files:
        file = context.request.get(address)
        assert (file.status, file.headers["cache-control"]) == (200, "private, no-store")
        # Neither one who was given the address may see the file, nor one who guesses it.
        for guess in (address, *guesses(address, file.body())):
            assert httpx.get(guess).status_code == 404

    wire.frames.clear()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{private.address}/")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible(timeout=PATIENT)
    assert not SECRET_WORDS.search(page.content().encode())
    assert wire.secret_words == set()
    assert {context.request.get(address).status for address in wire.files} == {404}
    context.close()


def answer(private: Private, path: str) -> tuple[int, bytes]:
    """Ask as a stranger, with the path as it is written: most clients would tidy it."""
    with closing(HTTPConnection(urlsplit(private.address).netloc)) as asked:
        asked.request("GET", path)
        answered = asked.getresponse()
        return answered.status, answered.read()


def test_what_the_server_hands_to_anybody_tells_nothing(private: Private):
    files = "/files/"
    for name in (
        "",
        ".",
        "..",
        "../..",
        "%2e%2e/",
        "..%2f..%2fetc%2fpasswd",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "a%00b",
    ):
        assert answer(private, files + name)[0] in {400, 404}
    for path in (
        "/app/static/app.py",
        "/media/..%2fapp.py",
        "/static/..%2f..%2fapp.py",
        "/component/",
        "/_stcore/agent",
    ):
        assert b"control_map" not in answer(private, path)[1]
    for name in ("metrics", "host-config", "health", "script-health-check", "message", "agent/openapi.json"):
        assert not SECRET_WORDS.search(answer(private, f"/_stcore/{name}")[1])


def identity(private: Private) -> str | None:
    """Sign in as a browser does, through the provider; return the cookie that identifies the user, if there is one."""
    expires = {"provider": "default", "exp": int(time.time()) + 60}
    token = jwt.encode({"alg": "HS256"}, expires, OctKey.import_key(COOKIE_SECRET))
    with httpx.Client(follow_redirects=True) as visitor:
        visitor.get(f"{private.address}/auth/login", params={"provider": token})
        return visitor.cookies.get("_streamlit_user")


def test_a_false_token_of_the_provider_signs_no_user_in(private: Private):
    private.provider.claims = {"email": "ana@example.org", "email_verified": True}
    assert identity(private)
    for private.provider.lie in LIES:
        before = private.provider.tokens
        assert identity(private) is None, private.provider.lie
        assert private.provider.tokens == before + 1
    private.provider.lie = ""
