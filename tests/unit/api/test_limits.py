"""What a client may ask, and from where: the rate for each, and the origins whose pages may read (CORS)."""

import threading
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from control_map.api import keys, origins
from control_map.ui.auth import sign_in
from control_map.ui.server import rate_limit
from control_map.ui.server.rate_limit import Rate, RateLimiter, read_rate
from control_map.ui.share import CARD, EMBED, OEMBED
from tests.support.api_client import Client, asking
from tests.support.made_up import write_pack

STATUS = "/api/v1/status?kind=district"


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Client]:
    with asking(write_pack(tmp_path_factory.mktemp("packs") / "marsh")) as client:
        yield client


@pytest.fixture
def limited(server, monkeypatch) -> Client:
    monkeypatch.setattr(rate_limit, "_limiter", RateLimiter())
    monkeypatch.setattr(rate_limit, "time", SimpleNamespace(monotonic=lambda: 1e6))
    monkeypatch.setenv(rate_limit.RATE_VARIABLE, "3/hour")
    return server


@pytest.fixture
def private(server, monkeypatch) -> Client:
    monkeypatch.setattr(sign_in, "is_private_deployment", lambda: True)
    monkeypatch.setattr(sign_in, "is_admitted", lambda cookies: cookies.get("who") == "ana")
    return server


def test_a_client_that_asks_too_often_is_told_when_to_go_on(limited):
    left = [limited.get(STATUS).headers["ratelimit"] for _ in range(3)]
    assert left == ['"client";r=2;t=1200', '"client";r=1;t=2400', '"client";r=0;t=3600']
    refused = limited.get("/feed.atom")
    assert (refused.status_code, refused.headers["content-type"]) == (429, "application/problem+json")
    assert refused.headers["retry-after"] == "1200"
    assert refused.headers["ratelimit"] == '"client";r=0;t=1200'
    assert refused.headers["ratelimit-policy"] == '"client";q=3;w=3600'
    assert refused.json()["detail"].startswith("Too many requests: the limit is 3 requests in 3,600 seconds. Ask again")
    assert refused.headers["cache-control"] == "private, no-store"
    assert refused.headers["x-content-type-options"] == "nosniff"


def test_cards_and_oembed_are_counted_with_the_api_and_the_map_for_frames_is_not(limited):
    for _ in range(3):
        limited.get(STATUS)
    for path in (CARD, OEMBED):
        refused = limited.get(f"/{path}")
        assert (refused.status_code, refused.headers["ratelimit-policy"]) == (429, '"client";q=3;w=3600')
    assert limited.get(f"/{EMBED}").status_code == 200


def test_a_key_is_a_client_and_what_is_no_key_is_not(limited, monkeypatch, tmp_path):
    file = tmp_path / "keys.jsonl"
    monkeypatch.setenv(keys.KEYS_VARIABLE, str(file))
    texts = [keys.add_key(file, "a desk", keys.ALL)[0] for _ in range(2)]

    def ask(text: str) -> int:
        return limited.get(STATUS, headers={"Authorization": f"Bearer {text}"}).status_code

    assert [ask(f"wrong {number}") for number in range(5)] == [401, 401, 401, 429, 429]
    assert limited.get(STATUS).status_code == 429
    for text in texts:
        assert [ask(text) for _ in range(4)] == [200, 200, 200, 429]


@pytest.mark.parametrize("text", ["off", " off "])
def test_the_limit_can_be_off(limited, monkeypatch, text):
    monkeypatch.setenv(rate_limit.RATE_VARIABLE, text)
    for _ in range(5):
        assert "ratelimit" not in limited.get(STATUS).headers


@pytest.mark.parametrize("text", ["", "0/minute", "many", "10", "10/fortnight", "-1/day", "1e9/day", "٣/day"])
def test_what_is_no_rate_leaves_the_usual_limit(text, caplog):
    read_rate.cache_clear()
    assert read_rate(text) == Rate(1200, 60)
    assert ("is not a rate" in caplog.text) == bool(text)


def of_client(host: str | None, *forwarded: str) -> str:
    headers = [(b"x-forwarded-for", each.encode()) for each in forwarded]
    return rate_limit.client_address(
        Request({"type": "http", "headers": headers, "client": None if host is None else (host, 1)})
    )


def test_a_client_is_known_by_its_address_or_its_ipv6_network():
    assert of_client("192.0.2.1") == "192.0.2.1" != of_client("192.0.2.2")
    assert of_client("::ffff:192.0.2.1") == "192.0.2.1"
    assert of_client("2001:db8::1") == of_client("2001:db8::ffff:1") == "2001:db8::/64" != of_client("2001:db8:0:1::1")
    assert of_client("fe80::1%eth0") == "fe80::/64"
    assert of_client(None) == of_client("") == ""
    assert of_client("testclient") == "testclient"


def test_a_header_that_names_another_client_changes_nothing_and_is_noted_once(monkeypatch, caplog):
    monkeypatch.setattr(rate_limit, "_proxy_is_noted", threading.Event())
    assert of_client("192.0.2.1", "198.51.100.7") == of_client("192.0.2.1", "x" * 5000, "\x00") == "192.0.2.1"
    assert caplog.text.count("Requests from 192.0.2.1 name other clients") == 1


HITS = st.lists(st.tuples(st.sampled_from("ab"), st.floats(0, 30)), max_size=60)


@given(HITS, st.integers(1, 10), st.integers(1, 20))
def test_each_client_has_its_rate_and_a_wait_is_as_long_as_it_says(hits, requests, seconds):
    rate, both, alone = Rate(requests, seconds), RateLimiter(), {name: RateLimiter() for name in "ab"}
    now, passed = 1e6, {"a": list[float](), "b": list[float]()}
    for client, pause in hits:
        now += pause
        counted = both.count(client, rate, now)
        assert counted == alone[client].count(client, rate, now), "clients do not disturb one another"
        if counted.wait:
            again = alone[client].count(client, rate, now + counted.wait)
            assert not again.wait
            both.count(client, rate, now + counted.wait)
            now += counted.wait
        passed[client].append(now)
        for _ in range(counted.left if not counted.wait else 0):
            assert 0 <= counted.left < requests
    for times in passed.values():
        for begin in times:
            # As many as the bucket holds, and as many as flow into it meanwhile.
            assert sum(begin <= time < begin + seconds for time in times) <= 2 * requests


def test_what_is_left_can_be_asked_at_once():
    limiter, rate = RateLimiter(), Rate(7, 3)
    assert [limiter.count("a", rate, 1e9).left for _ in range(7)] == [6, 5, 4, 3, 2, 1, 0]
    assert limiter.count("a", rate, 1e9).wait == 1


def test_as_many_clients_are_remembered_as_there_is_room_for():
    limiter, rate = RateLimiter(most_clients=3), Rate(1, 3600)
    for number in range(10):
        limiter.count("always", rate, number)
        limiter.count(number, rate, number)
    assert len(limiter) == 3
    assert limiter.count(9, rate, 10).wait > 0


def from_page(client: Client, origin: str = "https://a.org", **headers: str):
    return client.get(STATUS, headers={"Origin": origin, **headers})


def preflight(client: Client, origin: str = "https://a.org", asks: str = "authorization", method: str = "GET"):
    headers = {"Origin": origin, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": asks}
    return client.get(STATUS, method="OPTIONS", headers=headers)


def test_pages_of_all_sites_read_what_is_public_without_credentials(server):
    got = from_page(server)
    assert (got.status_code, got.headers["access-control-allow-origin"]) == (200, "*")
    assert "access-control-allow-credentials" not in got.headers
    shown = got.headers["access-control-expose-headers"]
    assert {"ETag", "Link", "RateLimit", "Retry-After"} <= set(shown.split(", "))
    asked = preflight(server, asks="authorization,if-none-match")
    assert (asked.status_code, asked.headers["access-control-allow-origin"]) == (200, "*")
    assert preflight(server, method="POST").status_code == 400
    assert from_page(server, Authorization="Bearer wrong").headers["access-control-allow-origin"] == "*"
    assert server.get("/feed.atom", headers={"Origin": "https://a.org"}).headers["access-control-allow-origin"] == "*"


def test_a_script_of_a_page_sees_that_it_asks_too_often(limited):
    answers = [from_page(limited) for _ in range(4)]
    assert answers[-1].status_code == 429
    assert answers[-1].headers["access-control-allow-origin"] == "*"
    assert preflight(limited).status_code == 200, "what a browser asks by itself is not counted"


def test_no_page_of_another_site_reads_what_is_private(private):
    for headers in ({}, {"Cookie": "who=ana"}, {"Authorization": "Bearer wrong"}):
        assert not [name for name in from_page(private, **headers).headers if name.startswith("access-control")]
    asked = preflight(private)
    assert asked.status_code == 401
    assert not [name for name in asked.headers if name.startswith("access-control")]


def test_the_setting_names_the_sites_whose_pages_read_private_theatres_with_a_key(private, monkeypatch, tmp_path):
    monkeypatch.setenv(keys.KEYS_VARIABLE, str(tmp_path / "keys.jsonl"))
    key = f"Bearer {keys.add_key(tmp_path / 'keys.jsonl', 'a desk', ['marsh'])[0]}"
    monkeypatch.setenv(origins.ORIGINS_VARIABLE, "https://a.org/ https://*.b.org")
    for origin in ("https://a.org", "https://maps.b.org"):
        assert preflight(private, origin).headers["access-control-allow-origin"] == origin
        got = from_page(private, origin, Authorization=key)
        assert (got.status_code, got.headers["access-control-allow-origin"]) == (200, origin)
        assert {"Origin", "Authorization"} <= set(got.headers["vary"].split(", "))
        assert "access-control-allow-credentials" not in got.headers
        assert from_page(private, origin).status_code == 401
    others = (
        "http://a.org https://a.org.evil.test https://xa.org https://a.org:8443 https://b.org null https://evilb.org"
    )
    for origin in others.split():
        assert preflight(private, origin).status_code == 400
        assert "access-control-allow-origin" not in from_page(private, origin, Authorization=key).headers


@pytest.mark.parametrize(
    "setting", ["a.org", "https://", "https://a.org/path", "https://*", "https://a.org.*|.*", "null"]
)
def test_what_is_no_origin_opens_nothing_and_is_noted(server, monkeypatch, caplog, setting):
    origins._origin_pattern.cache_clear()
    monkeypatch.setenv(origins.ORIGINS_VARIABLE, setting)
    assert "access-control-allow-origin" not in from_page(server).headers
    assert "is no origin" in caplog.text


@pytest.mark.parametrize("origin", ["", "null", "a" * 9000, "https://a.org\xff", "*"])
def test_a_hostile_origin_is_no_failure(server, monkeypatch, origin):
    monkeypatch.setenv(origins.ORIGINS_VARIABLE, "https://a.org")
    got = server.get(STATUS, headers=[(b"origin", origin.encode("latin-1"))])
    assert got.status_code == 200
    assert "access-control-allow-origin" not in got.headers
