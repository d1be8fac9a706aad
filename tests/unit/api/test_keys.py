"""Keys to the API: what they open, and what they do not, of private and of public theatres."""

import datetime as dt
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from control_map.api import access, keys
from control_map.api.access import Caller
from control_map.core.errors import PackError, UnknownNameError, WriteError
from control_map.ui.auth import sign_in
from tests.support.api_client import Client, asking
from tests.support.made_up import THEATRE, write_pack

TODAY = dt.date(2030, 5, 17)
QUESTIONS = ("status", "places", "places/H1", "places/H1/explain", "changes", "summary", "reports", "trend", "totals")
ADDRESSES = [f"/api/v1/{question}" for question in QUESTIONS]
ADDRESSES += ["/feed.atom", "/feed.json", "/feeds/province-H.atom", "/feeds/place-H1.json"]
NOT_ADMITTED = "This map is private: sign in on its page, or send a key."


@pytest.fixture
def today(monkeypatch) -> list[dt.date]:
    days = [TODAY]
    monkeypatch.setattr(keys, "utc_today", lambda: days[-1])
    monkeypatch.setattr(access, "utc_today", lambda: days[-1])
    return days


@pytest.fixture
def file(monkeypatch, tmp_path) -> Path:
    path = tmp_path / "keys" / "api-keys.jsonl"
    path.parent.mkdir()
    monkeypatch.setenv(keys.KEYS_VARIABLE, str(path))
    return path


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Client]:
    packs = tmp_path_factory.mktemp("packs")
    for name in ("marsh", "moor"):
        write_pack(packs / name, files={"theatre.toml": THEATRE.replace("A made-up war", f"The {name}")})
    with asking(packs) as client:
        yield client


@pytest.fixture
def public(server, file) -> Client:
    assert not file.exists()
    return server


@pytest.fixture
def private(monkeypatch, public) -> Client:
    monkeypatch.setattr(sign_in, "is_private_deployment", lambda: True)
    monkeypatch.setattr(sign_in, "is_admitted", lambda cookies: cookies.get("who") == "ana")
    return public


def bearing(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


def make(file: Path, *theatres: str, name: str = "a desk", expires: dt.date | None = None) -> str:
    return keys.add_key(file, name, theatres or keys.ALL, expires)[0]


def test_a_key_opens_every_question_and_feed_of_its_theatre_and_of_no_other(private, file):
    headers = bearing(make(file, "moor"))
    for address in ADDRESSES:
        got = private.get(f"{address}?theatre=moor", headers=headers)
        assert got.status_code == 200, address
        assert got.headers["cache-control"] == "private, no-store"
        assert "Authorization" in got.headers["vary"]
        refused = [private.get(f"{address}?theatre={name}", headers=headers) for name in ("marsh", "atlantis")]
        assert {got.status_code for got in refused} == {403}
        assert len({got.text for got in refused}) == 1, "whether a theatre exists is not said"
        assert "The marsh" not in refused[0].text
        assert private.get(f"{address}?theatre=moor").status_code == 401


def test_where_no_theatre_is_named_a_key_means_the_first_that_it_opens(private, file):
    headers = bearing(make(file, "moor"))
    assert private.get("/api/v1/status", headers=headers).json()["theatre"] == {"id": "moor", "title": "The moor"}
    listed = private.get("/api/v1/theatres", headers=headers)
    assert [row["id"] for row in listed.json()["rows"]] == ["moor"]
    assert "marsh" not in listed.text
    page = private.get("/api/v1/", headers=headers).text
    assert "marsh" not in page
    assert "theatre=moor" in page
    everything = bearing(make(file))
    assert [row["id"] for row in private.get("/api/v1/theatres", headers=everything).json()["rows"]] == [
        "marsh",
        "moor",
    ]
    assert private.get("/api/v1/status?theatre=atlantis", headers=everything).status_code == 404


def test_of_two_theatres_in_one_address_none_is_answered(private, file):
    headers = bearing(make(file, "moor"))
    for asked in ("theatre=moor&theatre=marsh", "theatre=marsh&theatre=moor", "theatre=&theatre=marsh"):
        got = private.get(f"/api/v1/places?{asked}", headers=headers)
        assert (got.status_code, got.json()["parameter"]) == (422, "theatre")
        assert "The marsh" not in got.text


def test_who_is_signed_in_needs_no_key_and_loses_nothing_by_one(private, file):
    signed_in = {"Cookie": "who=ana"}
    assert private.get("/api/v1/status?theatre=marsh", headers=signed_in).status_code == 200
    both = signed_in | bearing(make(file, "moor"))
    assert private.get("/api/v1/status?theatre=marsh", headers=both).status_code == 200


def test_a_running_server_notices_a_key_that_is_added_or_revoked(private, file):
    ask = lambda text: private.get("/api/v1/status", headers=bearing(text)).status_code  # noqa: E731
    assert ask(f"cmap_{'0' * 64}") == 401
    first, second = make(file, "marsh"), make(file, "marsh")
    assert (ask(first), ask(second)) == (200, 200)
    keys.revoke_key(file, first[-8:])
    assert (ask(first), ask(second)) == (401, 200)
    file.unlink()
    assert ask(second) == 401


def test_a_key_opens_until_its_last_day_is_over(private, file, today):
    text = make(file, "marsh", expires=TODAY)
    assert private.get("/api/v1/status", headers=bearing(text)).status_code == 200
    today.append(TODAY + dt.timedelta(days=1))
    got = private.get("/api/v1/status", headers=bearing(text))
    assert (got.status_code, got.headers["www-authenticate"]) == (401, 'Bearer error="invalid_token"')
    assert got.json()["detail"] == "The key has expired: its last day was 2030-05-17."


def test_a_public_theatre_needs_no_key_and_a_wrong_one_is_noticed_all_the_same(public, file):
    assert public.get("/api/v1/status").headers["cache-control"] == "public, no-cache"
    assert public.get("/api/v1/status", headers=bearing("mistyped")).status_code == 401
    assert public.get("/feed.atom", headers=bearing("mistyped")).status_code == 401
    got = public.get("/api/v1/status?theatre=moor", headers=bearing(make(file, "marsh")))
    assert (got.status_code, got.headers["cache-control"]) == (200, "private, no-store")
    other_scheme = {"Authorization": "Basic YTpi"}
    assert public.get("/api/v1/status", headers=other_scheme).status_code == 200


def hostile(text: str) -> dict[str, list[tuple[bytes, bytes]]]:
    name = b"authorization"
    return {
        "no scheme": [(name, text.encode())],
        "another scheme": [(name, f"Basic {text}".encode())],
        "no key": [(name, b"Bearer")],
        "no key after a space": [(name, b"Bearer ")],
        "a long one": [(name, b"Bearer " + b"a" * 50_000)],
        "bytes that are no ASCII": [(name, b"Bearer \xff\xfe\x80")],
        "a key and more": [(name, f"Bearer {text}0".encode())],
        "half of a key": [(name, f"Bearer {text[:-1]}".encode())],
        "capital letters": [(name, f"Bearer {text.upper()}".encode())],
        "a null": [(name, f"Bearer {text}\0".encode())],
        "twice the key": [(name, f"Bearer {text}".encode())] * 2,
        "a key beside another": [(name, f"Bearer {text}".encode()), (name, b"Bearer a")],
        "keys in one header": [(name, f"Bearer {text}, Bearer {text}".encode())],
        "another header": [(b"x-api-key", text.encode())],
        "a cookie": [(b"cookie", f"key={text}; Authorization=Bearer {text}".encode())],
    }


@pytest.mark.parametrize("case", hostile(""))
def test_what_is_no_key_opens_nothing_and_is_no_failure(private, file, case):
    got = private.get("/api/v1/status", headers=hostile(make(file))[case])
    assert (got.status_code, got.headers["content-type"]) == (401, "application/problem+json")
    assert got.headers["www-authenticate"].startswith("Bearer")
    assert "cmap_" not in got.text


def test_the_scheme_may_be_written_in_any_case(private, file):
    text = make(file)
    for scheme in ("bearer", "BEARER", " Bearer "):
        assert private.get("/api/v1/status", headers={"Authorization": f"{scheme} {text}"}).status_code == 200


@pytest.mark.parametrize("name", ["key", "api_key", "token", "access_token", "authorization", "Authorization"])
def test_a_key_in_an_address_is_not_taken(private, file, name):
    assert private.get(f"/api/v1/status?{name}={make(file)}").status_code == 401


DAMAGES: dict[str, Callable[[str], str]] = {
    "the end is missing": lambda text: text[:-20],
    "no JSON": lambda text: f"{text}a key\n",
    "another type": lambda text: f"{text}[]\n",
    "an empty line": lambda text: f"\n{text}",
    "no theatres": lambda text: text.replace('["marsh"]', "[]"),
    "theatres left open": lambda text: text.replace('["marsh"]', "null"),
    "an unknown day": lambda text: text.replace('"expires":null', '"expires":"soon"'),
    "no last day": lambda text: text.replace(',"expires":null', ""),
    "an unknown field": lambda text: text.replace('"expires"', '"admin":true,"expires"'),
    "one key twice": lambda text: text * 2,
    "bytes that are no text": lambda text: text.replace("a desk", "\udcff"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_closes_the_api_to_all_keys_and_names_the_line(private, file, damage, caplog):
    first, second = make(file, "marsh"), make(file, "marsh")
    kept = file.read_text("utf-8").splitlines(keepends=True)
    file.write_text(kept[0] + DAMAGES[damage](kept[1]), "utf-8", errors="surrogateescape")
    for text in (first, second):
        got = private.get("/api/v1/status", headers=bearing(text))
        assert (got.status_code, got.json()["detail"]) == (503, "The server cannot read its keys; its log says why.")
    assert private.get("/api/v1/status").json()["detail"] == NOT_ADMITTED
    assert private.get("/api/v1/status", headers={"Cookie": "who=ana"}).status_code == 200
    assert caplog.text.count("keys to the API are refused") == 1
    assert str(file) in caplog.text
    assert damage == "one key twice" or ", row 2" in caplog.text or ", row 3" in caplog.text
    before = file.read_bytes()
    with pytest.raises(PackError):
        make(file, "marsh")
    assert file.read_bytes() == before, "what is damaged is left for its owner to see"


def test_a_file_that_cannot_be_read_closes_the_api_to_all_keys(private, file):
    text = make(file)
    file.unlink()
    file.mkdir()
    assert private.get("/api/v1/status", headers=bearing(text)).status_code == 503


def test_the_file_has_no_key_and_only_its_owner_reads_it(file):
    text = make(file, "marsh")
    assert file.stat().st_mode & 0o777 == 0o600
    assert text not in file.read_text("utf-8")
    assert text[5:-8] not in file.read_text("utf-8")
    keys.revoke_key(file, make(file)[-8:])
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_keys_that_are_made_at_once_are_all_kept(file):
    threads = [threading.Thread(target=make, args=(file, "marsh"), kwargs={"name": f"{i}"}) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {key.name for key in keys.read_keys(file)} == set("01234567")


def test_a_key_without_theatres_is_not_made(file):
    with pytest.raises(pydantic.ValidationError):
        keys.add_key(file, "a desk", [])
    assert not file.exists()


def test_keys_do_not_lie_in_a_theatre_pack(tmp_path):
    with pytest.raises(WriteError, match="lies in a theatre pack"):
        make(write_pack(tmp_path / "marsh") / "keys.jsonl")


def test_a_folder_that_is_missing_is_an_error_that_says_so(tmp_path):
    with pytest.raises(WriteError, match="cannot be written"):
        make(tmp_path / "none" / "keys.jsonl")


def test_a_name_keeps_its_line(file):
    make(file, "marsh", name='two\nlines "and" \u202e\udcff')
    make(file)
    assert [key.name for key in keys.read_keys(file)] == ['two\nlines "and" ', "a desk"]


def test_who_revokes_what_is_not_there_sees_what_there_is(file):
    text = make(file, name="the desk")
    with pytest.raises(UnknownNameError, match=f"There is: {text[-8:]} \\(the desk\\)"):
        keys.revoke_key(file, "00000000")


NAMES = st.sampled_from(["marsh", "moor", "marsh-2", "MARSH", "all", "*"])


@given(st.lists(st.tuples(st.sets(NAMES), st.booleans()), max_size=5))
def test_only_keys_that_were_not_revoked_open_anything(tmp_path_factory, made):
    file = tmp_path_factory.mktemp("keys") / "keys.jsonl"
    texts = [(make(file, *sorted(theatres)), theatres, is_revoked) for theatres, is_revoked in made]
    for text, _, is_revoked in texts:
        if is_revoked:
            keys.revoke_key(file, text[-8:])
    kept = keys.read_keys(file)
    for text, theatres, is_revoked in texts:
        found = keys.find_key(text, kept)
        assert (found is None) == is_revoked
        if found:
            assert {name for name in ("marsh", "moor", "marsh-2", "MARSH", "x") if found.opens(name)} == (
                theatres - {"all", "*"} or (set() if theatres else {"marsh", "moor", "marsh-2", "MARSH", "x"})
            )


@given(st.sets(NAMES, min_size=1), st.sets(NAMES))
def test_a_key_reads_of_no_theatre_that_it_does_not_name(opened, known):
    kept = {"id": "0" * 8, "name": "x", "sha256": "0" * 64, "created": "2030-01-01", "expires": None}
    key = keys.ApiKey.model_validate_json(json.dumps(kept | {"theatres": sorted(opened)}))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(access, "folders_by_name", lambda: {name: Path(name) for name in sorted(known)})
        assert set(Caller(key=key).opened()) == opened & known
        assert not Caller().opened()


def test_the_description_says_that_a_key_may_be_sent(public):
    document = public.get("/api/v1/openapi.json").json()
    scheme = document["components"]["securitySchemes"]["key"]
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    assert document["paths"]["/v1/status"]["get"]["security"] == [{"key": []}, {}]


def test_the_examples_of_a_private_deployment_send_a_key(private, file):
    page = private.get("/api/v1/", headers=bearing(make(file))).text
    assert "curl -H &#39;Authorization: Bearer KEY&#39;" in page
    assert "storage_options={&#34;Authorization&#34;: &#34;Bearer KEY&#34;}" in page
