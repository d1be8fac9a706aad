"""The API: its paths, formats, pages and errors, and that it says nothing to those who may not see the map."""

import gzip
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
import pytest
import streamlit as st
from starlette.routing import BaseRoute, Mount

from control_map.api import keys, replies
from control_map.api.application import make_api
from control_map.api.questions import QUESTIONS
from control_map.core.characters import HIDDEN_CLASS
from control_map.core.errors import PackError
from control_map.pipeline.view import View
from control_map.render.export.geographic import METADATA_KEY
from control_map.theatre import discovery
from control_map.ui.auth import sign_in
from control_map.ui.server.routes import served_files
from tests.conftest import HERAT, SHIPPED
from tests.support.api_client import Client, asking
from tests.support.made_up import write_pack

ROOT = SHIPPED.parents[1]
PLACE = "AF3201"
DATE = "2021-07-09"
PATHS = {
    "/theatres": "",
    "/status": f"date={DATE}&kind=district",
    "/places": "",
    f"/places/{PLACE}": f"date={DATE}",
    f"/places/{PLACE}/explain": f"date={DATE}",
    "/changes": f"since=2021-07-01&date={DATE}",
    "/summary": f"date={DATE}",
    "/reports": "text=herat",
    "/trend": "by=population",
    "/totals": "",
}
ON_MAP = {"/status", "/places", f"/places/{PLACE}", "/changes"}


@pytest.fixture(scope="module")
def api() -> Iterator[Client]:
    with asking(HERAT) as client:
        yield client


def address(path: str, ending: str = "", query: str = "") -> str:
    return f"/api/v1{path}{ending}?{query or PATHS[path]}"


@pytest.mark.parametrize("path", PATHS)
def test_each_answer_says_what_it_rests_on(api: Client, path: str):
    got = api.get(address(path))
    assert got.status_code == 200, got.text
    assert got.headers["content-type"] == "application/json"
    answer = got.json()
    assert len(answer["rows"]) == answer["count"] > 0
    assert answer["next"] is None
    assert answer["credits"]
    assert {"what", "who", "licence", "url"} <= answer["credits"][0].keys()
    assert answer["credits"][0]["licence"] in answer["licence"]
    assert len(answer["hash"]) == 16
    if path != "/theatres":
        assert answer["theatre"] == {"id": "herat-2021", "title": answer["theatre"]["title"]}
        assert (answer["rule"], answer["method"], answer["known_on"]) == ("assessed", "Assessed", None)
        assert "2021-05-01" <= answer["date"] <= "2021-12-31"


@pytest.mark.slow
@pytest.mark.parametrize("path", PATHS)
def test_each_answer_is_the_same_in_every_format(api: Client, path: str):
    rows = api.get(address(path, ".json")).json()["rows"]
    table = pd.read_csv(io.StringIO(api.get(address(path, ".csv")).text), keep_default_na=False)
    assert len(table) == len(rows)
    assert {"content_hash", "credits", "licence", "software"} <= set(table)
    content = io.BytesIO(api.get(address(path, ".parquet")).content)
    facts = json.loads(pq.read_schema(content).metadata[METADATA_KEY])
    assert facts["licence"]
    assert facts["content_hash"] == table["content_hash"].iloc[0] or path == "/theatres"
    if path not in ON_MAP:
        assert len(pd.read_parquet(content)) == len(rows)
        refused = api.get(address(path, ".geojson"))
        assert (refused.status_code, refused.headers["content-type"]) == (406, "application/problem+json")
        return
    features = gpd.read_file(io.BytesIO(api.get(address(path, ".geojson")).content))
    columns = gpd.read_parquet(content)
    assert columns.crs == features.crs == "EPSG:4326"
    for frame in (table, features, columns):
        assert [str(each) for each in frame["place_id"]] == [row["place_id"] for row in rows]


def test_the_header_accept_chooses_the_format_that_it_likes_best(api: Client):
    def type_for(accept: str) -> str:
        return api.get(address("/status"), headers={"Accept": accept}).headers["content-type"].partition(";")[0]

    assert type_for("text/csv") == "text/csv"
    assert type_for("application/*;q=0.2, text/*;q=0.5") == "text/csv"
    assert type_for("application/json;q=0.1, application/geo+json") == "application/geo+json"
    assert type_for("text/html, */*;q=0.8") == "application/json"
    assert type_for("*/*, application/json;q=0") == "application/geo+json"
    assert type_for("") == "application/json"
    assert type_for(" , ") == "application/json"
    refused = api.get(address("/status"), headers={"Accept": "text/html"})
    assert refused.status_code == 406
    assert "Ask for one of: application/json" in refused.json()["detail"]


@pytest.mark.parametrize("path", ["/summary", "/trend", "/theatres"])
def test_an_answer_without_borders_has_the_next_best_type_that_is_accepted(api: Client, path: str):
    def type_for(*accept: str) -> str:
        headers = [("Accept", line) for line in accept]
        return api.get(address(path), headers=headers).headers["content-type"].partition(";")[0]

    assert type_for("application/geo+json, text/csv;q=0.5") == "text/csv"
    assert type_for("application/json;q=0, */*") == "text/csv"
    assert type_for("application/geo+json,*/*;q=0.1") == "application/json"
    assert type_for("text/html", "text/csv") == "text/csv"
    assert type_for("application/geo+json") == "application/problem+json"


@pytest.mark.parametrize(
    ("asked", "status", "parameter", "detail"),
    [
        ("/status?date=9.7.2021", 422, "date", "date: '9.7.2021' is not a date. Write it as 2021-07-09."),
        ("/status?date=1625788800", 422, "date", "Write it as 2021-07-09."),
        ("/status?date=2021-02-30", 422, "date", "'2021-02-30' is not a date"),
        ("/status?known_on=1800-01-01", 422, "known_on", "Give a date from 1900-01-01 to 2199-12-31."),
        ("/status?day=2021-07-09", 422, "day", "There is no such parameter."),
        ("/status?since=2021-07-10&date=2021-07-09", 422, "since", "2021-07-10 is after 2021-07-09."),
        ("/status?kind=village", 404, "kind", "There is: district, provincial_capital, crossing."),
        ("/status?province=Herat", 404, "province", "AF32 (Herat)."),
        ("/status?scale=mine", 404, "scale", "There is no scale 'mine'. There is: all"),
        ("/status?rule=mine", 404, "rule", "There is: assessed, latest, two-sources"),
        ("/status?set=hardening_days=1000", 422, "set", "Use a whole number from 0 to 90."),
        ("/status?set=softness=1", 404, "set", "There is: corroboration_days"),
        ("/status?theatre=atlantis", 404, "theatre", "There is no theatre 'atlantis'. There is: herat-2021."),
        ("/status?limit=0", 422, "limit", "limit: Input should be greater than or equal to 1."),
        ("/status?cursor=here", 422, "cursor", "Ask without it for the first page."),
        ("/places/Kusk", 404, "place", "There is no place 'Kusk'. Nearest: AF3207 (Kushk, district)"),
        ("/places/Kusk/explain", 404, "place", "Nearest: AF3207 (Kushk, district)"),
        ("/changes?place=Kusk", 404, "place", "Nearest: AF3207 (Kushk, district)"),
        ("/reports?claim=rumour", 422, "claim", "'captured'"),
        ("/reports?side=mars", 404, "side", "There is no side 'mars'."),
        ("/trend?by=wealth", 422, "by", "'districts', 'area' or 'population'"),
        ("/reports?from=2021-08-01&to=2021-07-01", 422, "from", "2021-08-01 is after 2021-07-01."),
        ("/status?date=2021-07-01&date=2021-07-02", 422, "date", "date: It is given 2 times. Give it once."),
        ("/trend?by=area&by=area", 422, "by", "Give it once."),
        ("/theatres?limit=1&limit=2", 422, "limit", "Give it once."),
        ("/nothing", 404, None, "There is no such path."),
        ("/.json", 404, None, "There is no such path."),
        ("/places/a%0ab", 404, "place", "There is no place"),
        ("/a%0ab/c", 404, None, "There is no such path."),
    ],
)
def test_a_problem_names_the_parameter_and_how_to_mend_it(
    api: Client, asked: str, status: int, parameter: str | None, detail: str
):
    got = api.get(f"/api/v1{asked}")
    assert got.status_code == status
    assert got.headers["content-type"] == "application/problem+json"
    assert got.headers["cache-control"] == "private, no-store"
    problem = got.json()
    assert problem["status"] == status
    assert problem.get("parameter") == parameter
    assert detail in problem["detail"]


@pytest.mark.parametrize("query", ["%E2%80%AEx=1", "limit=%E2%80%AE", "place=%E2%80%AEx", "%C2%9Bx=%00"])
def test_a_problem_repeats_nothing_that_cannot_be_seen(api: Client, query: str):
    got = api.get(f"/api/v1/reports?{query}")
    assert got.status_code in (404, 422)
    assert not re.search(f"[{HIDDEN_CLASS}]", got.text)


def test_a_parameter_with_several_values_is_given_several_times(api: Client):
    assert api.get("/api/v1/reports?claim=captured&claim=held").status_code == 200
    assert api.get("/api/v1/status?set=hardening_days=3&set=corroboration_days=3").status_code == 200
    assert api.get("/feed.atom?rule=latest&rule=latest").status_code == 422


def test_a_day_outside_of_the_period_is_answered_with_a_note(api: Client):
    note = "2020-01-01 is outside the period of"
    assert api.get("/api/v1/status?date=2020-01-01").json()["note"].startswith(note)
    assert note in api.get("/api/v1/status.csv?date=2020-01-01").text
    assert api.get(address("/status")).json()["note"] == ""


def test_all_paths_are_read_and_none_is_written(api: Client):
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        refused = api.get(address("/status"), method=method)
        assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD")
    head, got = api.get(address("/status"), method="HEAD"), api.get(address("/status"))
    assert (head.status_code, head.headers["etag"]) == (200, got.headers["etag"])


def test_a_client_that_has_an_answer_gets_none(api: Client):
    plain = api.get(address("/status"), headers={"Accept-Encoding": "identity"})
    packed = api.get(address("/status"), headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content  # httpx unpacks
    assert len(gzip.compress(plain.content)) < len(plain.content) / 3
    tags = {plain.headers["etag"], packed.headers["etag"]}
    assert len(tags) == 2
    assert not any(tag.startswith("W/") for tag in tags)
    assert {"Accept", "Accept-Encoding"} <= set(plain.headers["vary"].split(", "))
    for got in (plain, packed):
        asked = {"If-None-Match": f'"other", {got.headers["etag"]}'}
        encoding = {"Accept-Encoding": "gzip" if got is packed else "identity"}
        again = api.get(address("/status"), headers=asked | encoding)
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", got.headers["etag"])
    assert api.get(address("/status"), headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.slow
def test_the_tag_differs_with_all_that_the_answer_depends_on(api: Client):
    asked = [
        "/status.json?date=2021-07-09",
        "/status.json?date=2021-07-10",
        "/status.json?date=2021-07-09&rule=latest",
        "/status.json?date=2021-07-09&set=hardening_days=3",
        "/status.json?date=2021-07-09&known_on=2021-07-09",
        "/status.json?date=2021-07-09&limit=3",
        "/status.csv?date=2021-07-09",
        "/summary.json?date=2021-07-09",
        f"/places/{PLACE}.json?date=2021-07-09",
        "/places/AF3207.json?date=2021-07-09",
    ]
    assert len({api.get(f"/api/v1{each}").headers["etag"] for each in asked}) == len(asked)


@pytest.mark.parametrize("path", ["/status", "/changes", "/reports", "/trend"])
def test_pages_together_are_the_whole(api: Client, path: str):
    whole = api.get(address(path)).json()["rows"]
    size = len(whole) // 3 + 1
    pages, cursor = [], ""
    while cursor is not None:
        page = api.get(address(path, query=f"{PATHS[path]}&limit={size}&cursor={cursor}"))
        answer = page.json()
        pages.append(answer["rows"])
        cursor = answer["next"]
        assert answer["count"] == len(whole)
        assert ("link" in page.headers) == (cursor is not None)
    assert [row for page in pages for row in page] == whole
    assert len(pages) == 3


@pytest.mark.slow
def test_the_header_link_leads_to_the_next_page_of_a_table(api: Client):
    first = api.get("/api/v1/status.csv?kind=district&limit=5")
    query, _, relation = first.headers["link"].partition(">; ")
    assert relation == 'rel="next"'
    following = api.get(f"/api/v1/status.csv{query.removeprefix('<')}")
    assert following.text.splitlines()[1] not in first.text
    assert following.text.splitlines()[0] == first.text.splitlines()[0]


@pytest.mark.slow
def test_a_cursor_is_of_one_question_and_of_the_files_as_they_were(tmp_path):
    folder = write_pack(tmp_path / "marsh")
    with asking(folder) as client:
        cursor = client.get("/api/v1/places?limit=2").json()["next"]
        assert client.get(f"/api/v1/places?limit=3&cursor={cursor}").status_code == 200, "the size may change"
        for other in ("/status?", "/places?rule=latest&"):
            assert client.get(f"/api/v1{other}cursor={cursor}").status_code == 422
        before = client.get("/api/v1/places").headers["etag"]
        toml = folder / "theatre.toml"
        toml.write_text(toml.read_text("utf-8").replace("made-up", "made up"), "utf-8")
        gone = client.get(f"/api/v1/places?limit=2&cursor={cursor}")
        assert (gone.status_code, gone.json()["parameter"]) == (410, "cursor")
        assert client.get("/api/v1/places", headers={"If-None-Match": before}).status_code == 200


@pytest.mark.slow
def test_a_theatre_is_named_by_its_folder_and_those_that_are_broken_say_why(tmp_path):
    write_pack(tmp_path / "marsh")
    (tmp_path / "moor").mkdir()
    (tmp_path / "moor" / "theatre.toml").write_text("title = 3", "utf-8")
    reports = write_pack(tmp_path / "swamp") / "reports.csv"
    reports.write_text(reports.read_text("utf-8").replace("report_id", "number", 1), "utf-8")
    with asking(tmp_path) as client:
        first, second, third = client.get("/api/v1/theatres").json()["rows"]
        assert (first["id"], first["problem"]) == ("marsh", "")
        assert third["problem"].startswith("reports.csv")
        assert third["problem"] in client.get("/api/v1/status?theatre=swamp").json()["detail"]
        assert second["id"] == "moor"
        assert second["problem"].startswith("theatre.toml")
        assert client.get("/api/v1/places?theatre=marsh").json()["theatre"]["id"] == "marsh"
        got = client.get("/api/v1/theatres")
        (tmp_path / "moor" / "theatre.toml").write_text("country = 4", "utf-8")
        again = client.get("/api/v1/theatres", headers={"If-None-Match": got.headers["etag"]})
        assert again.status_code == 200
        assert again.text != got.text
        refused = client.get("/api/v1/places?theatre=moor")
        assert refused.status_code == 503
        assert "theatre.toml" in refused.json()["detail"]
    (tmp_path / "none").mkdir()
    with asking(tmp_path / "none") as client:
        assert client.get("/api/v1/theatres").status_code == 503
        assert client.get("/api/v1/status").status_code == 404


def test_theatres_of_equal_files_are_answered_under_their_own_ids(tmp_path):
    folders = [write_pack(tmp_path / name) for name in ("one/fen", "two/fen", "two/mere")]
    with asking(*folders) as client:
        listed = [row["id"] for row in client.get("/api/v1/theatres").json()["rows"]]
        assert listed == ["fen", "fen-2", "mere"]
        for path in ("status", "places", "places/H1/explain"):
            got = {name: client.get(f"/api/v1/{path}?theatre={name}") for name in listed}
            assert [answer.json()["theatre"]["id"] for answer in got.values()] == listed, path
            assert len({answer.json()["hash"] for answer in got.values()}) == 1
            assert len({answer.headers["etag"] for answer in got.values()}) == 3
        items = [item for name in listed for item in client.get(f"/feed.json?theatre={name}").json()["items"]]
        assert len({item["id"] for item in items}) == len(items) > 0


def test_the_folders_of_theatres_are_sought_once_for_many_requests(tmp_path, monkeypatch):
    write_pack(tmp_path / "fen")
    sought, real = [], discovery.pack_folders
    monkeypatch.setattr(discovery, "pack_folders", lambda: sought.append(1) or real())
    monkeypatch.setattr(discovery.time, "monotonic", lambda: 5.5)
    with asking(tmp_path) as client:
        for _ in range(3):
            assert client.get("/api/v1/theatres").status_code == 200
        assert len(sought) == 1
        monkeypatch.setattr(discovery.time, "monotonic", lambda: 6.5)
        client.get("/api/v1/theatres")
        assert len(sought) == 2


def test_what_many_ask_at_once_is_made_once(api: Client, monkeypatch):
    made = []
    make = replies.reply_from_view
    monkeypatch.setattr(replies, "reply_from_view", lambda *asked: made.append(asked) or make(*asked))

    async def ask_all() -> list[int]:
        import anyio  # noqa: PLC0415 - in the loop of the API

        got = []

        async def ask() -> None:
            got.append((await api._client.get("/api/v1/status?date=2021-08-01&rule=latest")).status_code)

        async with anyio.create_task_group() as group:
            for _ in range(50):
                group.start_soon(ask)
        return got

    assert api._portal.call(ask_all) == [200] * 50
    assert len(made) == 1


def test_what_the_page_keeps_is_not_computed_again_for_the_api(api: Client, monkeypatch):
    made = []
    for name in ("compare_totals", "change_log"):
        real = getattr(View, name)
        monkeypatch.setattr(View, name, lambda *asked, real=real: made.append(real) or real(*asked))
    for path in (
        "/totals",
        f"/totals?date={DATE}",
        "/totals.csv",
        "/changes",
        "/changes?province=AF32",
        "/changes.csv",
    ):
        named, _, query = path.partition("?")
        assert api.get(f"/api/v1{named}?set=hardening_days=12&{query}").status_code == 200
    assert len(made) == 2


def test_too_many_different_questions_at_once_are_told_to_wait(api: Client, monkeypatch):
    monkeypatch.setattr(replies, "MOST_WAITING", 0)
    got = api.get("/api/v1/status?date=2021-08-02&rule=latest")
    assert (got.status_code, got.headers["retry-after"]) == (503, "5")


def test_a_failure_is_a_problem_that_says_nothing_of_the_server(api: Client, monkeypatch):
    def fail(*_: object) -> None:
        raise ZeroDivisionError("a secret")

    monkeypatch.setattr(replies, "reply_from_view", fail)
    got = api.get("/api/v1/status?date=2021-08-03")
    assert (got.status_code, got.headers["content-type"]) == (500, "application/problem+json")
    assert "secret" not in got.text


def test_a_pack_that_breaks_while_it_is_served_is_a_problem(api: Client, monkeypatch):
    def fail(*_: object) -> None:
        raise PackError([])

    monkeypatch.setattr(replies, "reply_from_view", fail)
    assert api.get("/api/v1/status?date=2021-08-04").status_code == 503


@pytest.mark.slow
def test_report_text_is_harmless_in_every_format(tmp_path):
    row = {"report_id": "r1", "event_date": "2021-05-02", "reported_date": "2021-05-02", "place_text": "Brackwater"}
    row |= {"claim": "captured", "actor": "red", "claimant": "=HYPERLINK(1)", "claimant_side": "red"}
    row |= {"source_name": "A\u202e", "source_url": "https://a.example", "summary": "<script>alert(1)</script>"}
    with asking(write_pack(tmp_path / "marsh", [row])) as client:
        got = client.get("/api/v1/reports")
        assert "\u202e" not in got.text
        assert got.json()["rows"][0]["summary"] == "<script>alert(1)</script>"
        table = client.get("/api/v1/reports.csv").text
        assert "\u202e" not in table
        assert "'=HYPERLINK(1)" in table
        assert got.headers["x-content-type-options"] == "nosniff"


def test_the_description_is_openapi_3_1_and_has_the_paths_of_the_contract(api: Client):
    document = api.get("/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert document["servers"][0]["url"] == "/api"
    contract = "theatres status places places/{place_id} places/{place_id}/explain changes summary reports trend totals"
    assert set(document["paths"]) == {f"/v1/{path}" for path in contract.split()}
    asked = {each["name"] for each in document["paths"]["/v1/status"]["get"]["parameters"]}
    assert {"theatre", "date", "since", "known_on", "rule", "set", "province", "kind", "scale"} <= asked


def test_the_api_lies_below_the_base_path_of_the_server(monkeypatch):
    usual = st.get_option
    monkeypatch.setattr(st, "get_option", lambda key: "/maps/south/" if key == "server.baseUrlPath" else usual(key))
    with asking(HERAT) as client:
        assert client.get("/maps/south/api/v1/theatres").status_code == 200
        assert client.get("/api/v1/theatres").status_code == 404
        assert client.get("/maps/south/api/v1/openapi.json").json()["servers"][0]["url"] == "/maps/south/api"
        assert "http://map.test/maps/south/api/v1/status.csv" in client.get("/maps/south/api/v1/").text


def test_the_page_of_examples_has_each_route_and_no_script(api: Client):
    got = api.get("/api/v1/")
    assert got.headers["content-type"].startswith("text/html")
    assert "<script" not in got.text
    assert "modulepreload" not in got.headers["link"]
    for question in QUESTIONS:
        assert f"<code>{question.path}</code>" in got.text
    hostile = api.get("/api/v1/", headers={"Host": "a'><script>alert(1)</script>"}).text
    assert "<script" not in hostile


SAYS_NOTHING = ("/openapi.json",)
"""The paths that say the same of every theatre."""


def every_route(routes: list[BaseRoute], above: str = "") -> Iterator[str]:
    """Yield the path of each route there is, with something in the place of each of its parameters."""
    for route in routes:
        if isinstance(route, Mount):
            inner = make_api().routes if route.path.endswith("/api") else route.routes
            yield from every_route(inner, above + route.path)
        else:
            yield above + route.path.replace("{name:path}", "none.json").replace("{place_id}", PLACE)


def test_a_private_deployment_says_nothing_on_any_route_but_that_one_has_to_sign_in(monkeypatch, tmp_path):
    import app  # noqa: PLC0415 - it makes the routes that there are

    monkeypatch.setenv(keys.KEYS_VARIABLE, str(tmp_path / "keys.jsonl"))
    of_another_theatre, _ = keys.add_key(tmp_path / "keys.jsonl", "a desk", ["marsh"])
    monkeypatch.setattr(sign_in, "is_private_deployment", lambda: True)
    monkeypatch.setattr(sign_in, "is_admitted", lambda cookies: cookies.get("who") == "ana")
    paths = list(every_route(app.app._user_routes))
    assert len(paths) >= len(PATHS) + 2
    with asking(HERAT) as client:
        for path in paths:
            for ending in ("", ".csv", "/", "?theatre=herat-2021"):
                got = client.get(f"{path}{ending}")
                if path.startswith(f"/{served_files.FILES_PATH}/"):  # whether a file is there or not
                    assert (got.status_code, got.text) == (404, "Not found")
                    continue
                if got.status_code in (307, 404) and ending in (".csv", "/"):  # no route of the app
                    assert not path.startswith(("/api/", "/feed")), path
                    assert got.text in ("", "Not Found")
                    continue
                assert got.status_code in (401, 403), path
                assert "erat" not in got.text, path
                assert got.headers["cache-control"] == "private, no-store"
                wrong = client.get(f"{path}{ending}", headers={"Authorization": "Bearer mistyped"})
                assert wrong.status_code in (401, 403), path
                elsewhere = client.get(f"{path}{ending}", headers={"Authorization": f"Bearer {of_another_theatre}"})
                assert elsewhere.status_code != 200 or path.endswith(SAYS_NOTHING), path
                assert "herat" not in elsewhere.text.lower(), path
        seen = client.get(address("/status"), headers={"Cookie": "who=ana"})
        assert seen.status_code == 200
        assert seen.headers["cache-control"] == "private, no-store"
        assert "Cookie" in seen.headers["vary"]


@pytest.mark.slow
def test_the_app_starts_without_what_only_the_api_needs():
    script = "import app, sys; print(sorted({'fastapi', 'openpyxl', 'pyogrio'} & set(sys.modules)))"
    answer = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
