"""Tables behind web addresses: what may be asked, at which address, and how long and how much it may take.

A host of these tests is a name that resolves to a public address; the connection to it leads to a server of the test.
"""

import gzip
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from control_map.core.errors import FetchError
from control_map.intake.fetching import fetch as web
from control_map.intake.fetching.addresses import find_download_url, is_public, read_address

PUBLIC = "93.184.215.14"
TABLE = b"date,place\n2021-07-09,Nirkh\n"
SHEET = "1aBcDeFgHiJkLmNoPqRsTuVwXyZ"


@pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", "2001:4860:4860::8888", "2a00:1450:4001:80e::200e"])
def test_public_addresses_may_be_requested(address: str):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    """
    127.0.0.1 127.8.8.8 10.1.2.3 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1 100.100.100.200
    0.0.0.0 192.0.0.192 192.0.2.1 192.88.99.1 198.18.0.1 203.0.113.9 224.0.0.1 240.0.0.1 255.255.255.255 168.63.129.16
    :: ::1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 64:ff9b::7f00:1 64:ff9b:1::1 100::1 2001::1 2001:db8::1
    2002:7f00:1:: 3fff::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1 fe80::1%eth0 2a00:1450::1%eth0 fec0::1 ff02::1
    2130706433 0x7f.1 localhost
    """.split(),
)
def test_other_addresses_may_not_be_requested(address: str):
    assert not is_public(address)


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("ftp://table.example/r.csv", "not a web address"),
        ("file:///etc/passwd", "not a web address"),
        ("https://", "not a web address"),
        ("https://table.example/a b", "not a web address"),
        ("https://table.example/a\r\nHost: other", "not a web address"),
        ("https://table.example\\@other.example/", "not a web address"),
        ("https://[::1/", "not a web address"),
        ("https://table.example:99999/", "not a web address"),
        ("https://me:secret@table.example/r.csv", "a user name or a password"),
        ("https://@table.example/r.csv", "a user name or a password"),
        ("https://table.example:8443/r.csv", "has port 8443"),
        ("http://table.example:443/r.csv", "has port 443"),
    ],
)
def test_an_address_that_may_not_be_requested_is_an_error_with_the_reason(url: str, problem: str):
    with pytest.raises(FetchError, match=problem) as error:
        read_address(url)
    assert "secret" not in str(error.value)


def test_a_host_and_a_path_in_any_script_are_requested_in_ascii():
    address = read_address("https://täble.example:443/Berichte/فراه.csv?a=ü#here")
    assert address.host == "xn--tble-loa.example"
    assert address.path == "/Berichte/%D9%81%D8%B1%D8%A7%D9%87.csv?a=%C3%BC"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (f"d/{SHEET}/edit#gid=42", f"d/{SHEET}/export?format=csv&gid=42"),
        (f"d/{SHEET}/edit?usp=sharing", f"d/{SHEET}/export?format=csv"),
        (f"u/1/d/{SHEET}/edit?gid=7#gid=7", f"d/{SHEET}/export?format=csv&gid=7"),
        (f"d/{SHEET}", f"d/{SHEET}/export?format=csv"),
        (f"d/{SHEET}/edit#gid=7%26format%3Dpdf", f"d/{SHEET}/export?format=csv"),
        (f"d/e/2PACX-{SHEET}/pubhtml?gid=3&single=true", f"d/e/2PACX-{SHEET}/pub?output=csv&gid=3"),
    ],
)
def test_the_page_of_a_google_spreadsheet_leads_to_its_table(url: str, expected: str):
    whole = "https://docs.google.com/spreadsheets/"
    assert find_download_url(whole + url) == whole + expected


def test_a_page_of_airtable_is_an_error_that_states_where_its_table_is():
    with pytest.raises(FetchError, match="choose Download CSV"):
        find_download_url("https://airtable.com/appAbC123/shrDeF456/tblGhI789")
    table = "https://airtable.com/v0.3/view/viwAbc/downloadCsv?x=1"
    assert find_download_url(table) == table
    assert (
        find_download_url("https://airtable.com.evil.example/shrDeF456")
        == "https://airtable.com.evil.example/shrDeF456"
    )


class Handler(BaseHTTPRequestHandler):
    """Answers as the tests of this file ask it to."""

    def do_GET(self) -> None:
        self.server.asked.append((self.headers["Host"], self.path))  # type: ignore[attr-defined]
        name, _, rest = self.path.strip("/").partition("/")
        getattr(self, f"on_{name}", self.on_nothing)(rest)

    def send(self, data: bytes, kind: str = "text/csv", status: int = 200, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for header, value in {"Content_Length": str(len(data)), **headers}.items():
            self.send_header(header.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def on_nothing(self, rest: str) -> None:
        self.send(b"", status=int(rest or 404))

    def on_table(self, _: str) -> None:
        self.send(TABLE, Content_Disposition='attachment; filename="../../My reports.csv"')

    def on_page(self, _: str) -> None:
        self.send(b"<html>sign in</html>", "text/html; charset=utf-8")

    def on_disguised(self, _: str) -> None:
        self.send(b"\n<!DOCTYPE html><html></html>")

    def on_to(self, target: str) -> None:
        self.send(b"", status=302, Location=target)

    def on_packed(self, _: str) -> None:
        self.send(gzip.compress(TABLE), Content_Encoding="gzip")

    def on_parts(self, rest: str) -> None:
        self.send(gzip.compress(TABLE[:9]) + gzip.compress(TABLE[9:]) + rest.encode(), Content_Encoding="gzip")

    def on_bomb(self, _: str) -> None:
        self.send(zlib.compress(bytes(5_000_000)), Content_Encoding="deflate")

    def on_large(self, _: str) -> None:
        self.send(bytes(200_000))

    def on_short(self, _: str) -> None:
        self.send(TABLE, Content_Length="1000")

    def on_drip(self, _: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/csv")
        self.end_headers()
        try:
            while not self.server.over.wait(0.02):  # type: ignore[attr-defined]
                self.wfile.write(b"x")
        except OSError:
            return

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Site(ThreadingHTTPServer):
    """A server on this machine alone, with what it was asked for and which addresses were connected to."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, str]] = []
        self.connected: list[tuple[str, int]] = []
        self.over = threading.Event()
        self.hosts = {"table.example": [PUBLIC], "other.example": [PUBLIC], "inside.example": ["10.0.0.7"]}
        self.hosts["both.example"] = [PUBLIC, "127.0.0.1"]

    def network(self) -> web.Network:
        def resolve(host: str, _: int) -> list[str]:
            if host not in self.hosts:
                raise socket.gaierror
            return self.hosts[host]

        def connect(address: str, port: int, timeout: float) -> socket.socket:
            self.connected.append((address, port))
            return socket.create_connection(self.server_address[:2], timeout)

        return web.Network(resolve, connect)


@pytest.fixture(scope="module")
def server() -> Iterator[Site]:
    with Site() as site:
        thread = threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield site
        site.over.set()
        site.shutdown()
        thread.join()


@pytest.fixture
def site(server: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setenv(web.ALLOW_URLS_VARIABLE, "1")
    server.asked.clear()
    server.connected.clear()
    return server


@pytest.fixture
def fetch(site: Site) -> Callable[..., tuple[str, bytes]]:
    return lambda path, **limits: web.fetch_table(f"http://table.example/{path}", network=site.network(), **limits)


Fetch = Callable[..., tuple[str, bytes]]


def test_a_table_is_fetched_under_the_name_that_its_host_gives_it(fetch: Fetch, site: Site):
    assert fetch("table") == ("My reports.csv", TABLE)
    assert site.asked == [("table.example", "/table")]
    assert site.connected == [(PUBLIC, 80)]


def test_nothing_is_requested_unless_fetching_is_allowed(fetch: Fetch, site: Site, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(web.ALLOW_URLS_VARIABLE, "0")
    with pytest.raises(FetchError, match="set CONTROL_MAP_ALLOW_URLS=1"):
        fetch("table")
    assert site.connected == []


@pytest.mark.parametrize("host", ["inside.example", "both.example", "nowhere.example"])
def test_a_host_that_is_not_on_the_public_internet_is_not_connected_to(site: Site, host: str):
    with pytest.raises(FetchError, match=r"not on the public internet|There is no host"):
        web.fetch_table(f"http://{host}/table", network=site.network())
    assert site.connected == []


def test_a_name_is_resolved_once_and_the_connection_goes_to_that_address(site: Site):
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    network = web.Network(lambda _host, _port: next(answers), site.network().connect)
    assert web.fetch_table("http://rebinding.example/table", network=network)[1] == TABLE
    assert site.connected == [(PUBLIC, 80)]


def test_an_address_that_does_not_answer_leaves_time_for_the_next(site: Site):
    asked: list[float] = []

    def connect(address: str, port: int, timeout: float) -> socket.socket:
        asked.append(timeout)
        if address != PUBLIC:
            raise OSError
        return site.network().connect(address, port, timeout)

    network = web.Network(lambda _host, _port: ["2606:2800:21f:cb07::1", PUBLIC], connect)
    assert web.fetch_table("http://both.example/table", network=network, seconds=8)[1] == TABLE
    assert asked[0] <= 4 < asked[1]


def test_a_name_that_is_not_resolved_in_time_ends_at_the_deadline(site: Site):
    never = threading.Event()
    network = web.Network(lambda _host, _port: [PUBLIC] * never.wait(5), site.network().connect)
    begun = time.monotonic()
    with pytest.raises(FetchError, match=r"did not answer in full within 0.1 seconds"):
        web.fetch_table("http://table.example/table", network=network, seconds=0.1)
    never.set()
    assert time.monotonic() - begun < 2


def test_a_redirect_is_followed_to_another_public_host(fetch: Fetch, site: Site):
    assert fetch("to/http://other.example/table")[1] == TABLE
    assert site.asked[-1] == ("other.example", "/table")


@pytest.mark.parametrize(
    ("target", "problem"),
    [
        ("http://inside.example/table", "'inside.example' is not on the public internet"),
        ("http://table.example:8080/table", "has port 8080"),
        ("http://me:pw@table.example/table", "a user name or a password"),
        ("file:///etc/passwd", "not a web address"),
    ],
)
def test_a_redirect_is_checked_as_the_first_address_is(fetch: Fetch, site: Site, target: str, problem: str):
    with pytest.raises(FetchError, match=problem):
        fetch(f"to/{target}")
    assert len(site.connected) == 1


def test_an_endless_chain_of_redirects_ends(fetch: Fetch, site: Site):
    def turn(_: Handler, __: str) -> None:
        _.send(b"", status=302, Location="/round")

    Handler.on_round = turn  # type: ignore[attr-defined]
    with pytest.raises(FetchError, match="more than 5 times"):
        fetch("round")
    assert len(site.connected) == 1 + web.MAX_REDIRECTS


@pytest.mark.parametrize("path", ["page", "disguised"])
def test_a_web_page_is_no_table(fetch: Fetch, path: str):
    with pytest.raises(FetchError, match=r"This is a web page, not a table\. Share the table as CSV"):
        fetch(path)


@pytest.mark.parametrize(
    ("status", "fix"), [(401, "Share it with everyone"), (404, "nothing at this address"), (500, "Try later")]
)
def test_an_answer_that_is_no_table_is_an_error_with_advice(fetch: Fetch, status: int, fix: str):
    with pytest.raises(FetchError, match=fix):
        fetch(f"nothing/{status}")


def test_a_packed_table_is_unpacked(fetch: Fetch):
    assert fetch("packed")[1] == TABLE


def test_a_table_packed_in_parts_is_read_whole(fetch: Fetch):
    assert fetch("parts")[1] == TABLE
    with pytest.raises(FetchError, match="cannot be reached"):
        fetch("parts/and-more")
    with pytest.raises(FetchError, match="larger than"):
        fetch("parts", largest=len(TABLE) - 1)


@pytest.mark.parametrize("path", ["large", "bomb"])
def test_a_table_that_is_too_large_is_not_read_to_its_end(fetch: Fetch, path: str):
    with pytest.raises(FetchError, match=r"larger than 0.1 MB"):
        fetch(path, largest=100_000)


def test_a_table_that_breaks_off_is_an_error(fetch: Fetch):
    with pytest.raises(FetchError, match="ends too early"):
        fetch("short")


def test_a_host_that_sends_a_byte_now_and_then_is_cut_at_the_deadline(fetch: Fetch):
    with pytest.raises(FetchError, match=r"did not answer in full within 0.2 seconds"):
        fetch("drip", seconds=0.2)


def test_an_encrypted_address_does_not_redirect_to_an_unencrypted_one(monkeypatch: pytest.MonkeyPatch, site: Site):
    # The certificate is not what is tested: the server of the test speaks plainly.
    class Plain:
        def wrap_socket(self, plain: socket.socket, **_: object) -> socket.socket:
            plain_again = plain.dup()
            plain_again.settimeout(5)
            return _Handshaken(plain_again)

    class _Handshaken:
        def __init__(self, plain: socket.socket) -> None:
            self.plain = plain

        def __getattr__(self, name: str) -> object:
            return getattr(self.plain, name)

        def do_handshake(self) -> None:
            return None

    monkeypatch.setattr(ssl, "create_default_context", Plain)
    with pytest.raises(FetchError, match="not encrypted"):
        web.fetch_table("https://table.example/to/http://table.example/table", network=site.network())
    assert site.connected == [(PUBLIC, 443)]


def test_proxies_of_the_environment_are_not_used(fetch: Fetch, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert fetch("table")[1] == TABLE
