"""The published folder for programs: its files say what the API, the feeds and the exports say, and stay safe."""

import datetime as dt
import json
import os
import re
import time
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import feedparser
import geopandas as gpd
import pytest

from control_map.cli import main
from control_map.core.errors import WriteError
from control_map.pipeline.pack import load_pack
from control_map.pipeline.view import apply_rule
from control_map.render.export.tables import make_status_table
from control_map.render.site import api_files, machines, publish
from tests.support.api_client import Client, asking
from tests.support.made_up import THEATRE, places_csv, write_pack, written

DAY = dt.date(2021, 5, 20)
ADDRESS = "https://map.example/south"
SHORT = THEATRE.replace("end = 2021-07-01", "end = 2021-05-25")
REPORTS = [
    written(1),
    written(2, actor="blue", event_date="2021-05-10", reported_date="2021-05-11"),
    written(3, place_text="Stonefen", province_text="Velden", event_date="2021-05-12", reported_date="2021-05-20"),
    written(4, place_text="Aldermoor", claim="contested", event_date="2021-05-14", reported_date="2021-05-15"),
    written(5, place_text="Kestrel Gate", province_text="Velden", place_kind="crossing", claimant_side="red"),
]
HEAD = "theatre date since rule method known_on hash credits licence software count".split()
VIEWS = [("", ""), ("latest", "2021-05-15")]


@pytest.fixture(scope="module")
def marsh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_pack(tmp_path_factory.mktemp("pack") / "marsh", REPORTS, {"theatre.toml": SHORT})


@pytest.fixture(scope="module")
def server(marsh: Path):
    with asking(marsh) as client:
        yield client


@pytest.fixture(scope="module")
def site(marsh: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    pack = load_pack(marsh)
    folder = tmp_path_factory.mktemp("sites") / "site"
    publish.publish_site(apply_rule(pack, pack.rule()), DAY, folder, api=True, address=ADDRESS)
    return folder


def read(folder: Path, path: str) -> Any:
    return json.loads((folder / path).read_bytes())


@pytest.mark.slow
@pytest.mark.parametrize(("rule", "known_on"), VIEWS)
def test_api_feeds_files_and_exports_have_the_same_numbers(marsh: Path, server: Client, rule: str, known_on: str):
    pack = load_pack(marsh)
    view = apply_rule(pack, pack.rule(rule or None), dt.date.fromisoformat(known_on) if known_on else None)
    files = api_files.make_api_files(view)

    def asked(path: str, **more: str) -> Any:
        parameters = {name: text for name, text in {"rule": rule, "known_on": known_on, **more}.items() if text}
        return server.get(path, params=parameters).json()

    def on_file(path: str) -> Any:
        return json.loads(files[f"api/v1/{path}"])

    for day in ("2021-05-01", "2021-05-10", "2021-05-25"):
        status, answered = on_file(f"status/{day}.geojson"), asked("/api/v1/status", date=day)
        rows = [each["properties"] for each in status["features"]]
        assert rows == [{name: row[name] for name in rows[0]} for row in answered["rows"]]
        assert {name: status[name] for name in HEAD} == {name: answered[name] for name in HEAD}
        held = {row["place_id"]: row["status"] for row in rows}
        exported = make_status_table(view, dt.date.fromisoformat(day))
        assert dict(zip(exported["place_id"], exported["status"], strict=True)) == held
        given = {name: text for name, text in {"rule": rule, "known_on": known_on, "date": day}.items() if text}
        summary = server.get("/api/v1/summary.csv", params=given).text
        assert files[f"api/v1/summary/{day}.csv"].decode() == summary
    changes = asked("/api/v1/changes", since="1900-01-01", date="2021-05-25")["rows"]
    assert on_file("changes.json")["rows"] == changes
    items = asked("/feed.json")["items"]
    stated = [each["_control_map"] for each in items]
    assert {(each["place_id"], each["date"], each["before"], each["after"]) for each in stated} == {
        (row["place_id"], row["date"], row["before"], row["after"]) for row in changes
    }
    for name in ("places", "reports", "trend", "totals"):
        assert on_file(f"{name}.json")["rows"] == asked(f"/api/v1/{name}")["rows"], name
    place = on_file("places/H2.json")
    assert place["rows"] == asked("/api/v1/places/H2", date="2021-05-25")["rows"]
    for span in place["spans"]:
        explained = asked("/api/v1/places/H2/explain", date=span["date"])
        assert span["explanation"] == explained["argument"]["explanation"]
        assert span["reports"] == [row["report_id"] for row in explained["rows"] if row["current"]]
        counted = [each for each in place["reports"] if each["counts_from"] <= span["date"]]
        assert counted == [{name: row[name] for name in api_files.REPORT_COLUMNS} for row in explained["rows"]]


@pytest.mark.slow
def test_a_site_with_the_api_has_each_file_that_its_index_names_and_no_other(site: Path):
    index = read(site, "api/v1/index.json")
    first, last = (dt.date.fromisoformat(index["dates"][end]) for end in ("first", "last"))
    days = [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]
    named = {path.replace("{date}", str(day)) for each in index["paths"] for day in days for path in [each["path"]]}
    named = {path for path in named if "{place}" not in path} | set(index["places"].values())
    there = {path.relative_to(site / "api" / "v1").as_posix() for path in (site / "api").rglob("*") if path.is_file()}
    assert there == named | {"index.json"}
    assert all((site / "api" / "v1" / feed).is_file() for feed in index["feeds"])
    assert index["credits"][0]["licence"] == "CC0"
    points = gpd.read_file(site / "api" / "v1" / "status" / "2021-05-20.geojson")
    borders = gpd.read_file(site / "api" / "v1" / "places.geojson")
    assert set(points.geom_type) == {"Point"}
    assert list(points["place_id"]) == list(borders["place_id"])
    assert borders.covers(points).all()


def test_feeds_sitemap_and_canonical_link_have_the_address_that_was_named(site: Path):
    page = (site / "index.html").read_text("utf-8")
    assert f'<link rel="canonical" href="{ADDRESS}/">' in page
    assert '<link rel="alternate" type="application/atom+xml" title="Changes of status" href="feed.atom">' in page
    assert f'<meta property="og:image" content="{ADDRESS}/card.png">' in page
    assert (site / "card.png").read_bytes().startswith(b"\x89PNG")
    feed = feedparser.parse((site / "feeds" / "place-H2.atom").read_bytes())
    assert not feed.bozo
    assert feed.feed.links[0].href == f"{ADDRESS}/feeds/place-H2.atom"
    assert feed.entries[0].link.startswith(f"{ADDRESS}/#date=2021-05-")
    addresses = [each.text for each in ET.parse(site / "sitemap.xml").iter() if each.tag.endswith("loc")]
    assert addresses[0] == f"{ADDRESS}/"
    assert all((site / str(each).removeprefix(f"{ADDRESS}/")).exists() for each in addresses)


@pytest.mark.slow
def test_without_an_address_all_links_are_relative_and_there_is_no_sitemap(marsh: Path, tmp_path: Path):
    pack = load_pack(marsh)
    publish.publish_site(apply_rule(pack, pack.rule()), DAY, tmp_path / "site", api=True)
    assert not (tmp_path / "site" / "sitemap.xml").exists()
    assert "canonical" not in (tmp_path / "site" / "index.html").read_text("utf-8")
    feed = ET.parse(tmp_path / "site" / "feeds" / "place-H2.atom").getroot()
    links = [link.get("href") for link in feed.iter("{http://www.w3.org/2005/Atom}link")]
    assert all(link.startswith("../") for link in links)
    assert "url" not in read(tmp_path / "site", "feed.json")["items"][0]


def test_the_page_describes_the_data_set_in_words_of_schema_org(site: Path):
    page = (site / "index.html").read_text("utf-8")
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    described = json.loads(text)
    assert (described["@type"], described["temporalCoverage"]) == ("Dataset", "2021-05-01/2021-05-25")
    assert described["spatialCoverage"]["geo"]["box"] == "50.0 0.0 51.0 3.0"
    assert 50 <= len(described["description"]) <= 5000
    for each in described["distribution"]:
        assert (site / each["contentUrl"].removeprefix(f"{ADDRESS}/")).is_file()


def test_a_place_is_a_plain_text_with_its_statuses_and_why(site: Path):
    text = (site / "places" / "H2.txt").read_text("utf-8")
    assert text.startswith("Brackwater\ndistrict of Harrow (Marshland); id H2; area 100 square kilometres; population")
    assert re.search(r"(?m)^2021-05-02 to 2021-05-09: Reds\. Set by a traveller via Daily Fen", text)
    assert re.search(r"(?m)^since 2021-05-10: Blues\.", text)
    assert "until 2021-05-01: No report.\n" in text
    assert "at all times: No report.\n" in (site / "places" / "C-H.txt").read_text("utf-8")
    assert "content hash: " in text
    linked = re.findall(r"\]\((.*?)\)", (site / "llms.txt").read_text("utf-8"))
    assert all((site / path).is_file() for path in linked)
    assert "places/H2.txt" in linked


@pytest.mark.slow
def test_hostile_names_stay_text_and_ids_lead_out_of_no_folder(tmp_path: Path):
    places = places_csv().replace("Kestrel Gate", "](javascript:x) </script><b>\u202e").replace("X-K", "../X K")
    toml = SHORT.replace("A made-up war", "War</script><script>alert(1)</script>")
    pack = load_pack(write_pack(tmp_path / "marsh", [written(1)], {"theatre.toml": toml, "places.csv": places}))
    files = publish._make_files(apply_rule(pack, pack.rule()), DAY, None, api=True)
    assert all(publish._FILE_NAME.fullmatch(name) for name in files)
    assert len(files) == len({name.casefold() for name in files})
    assert b"<script>alert" not in files["index.html"]
    assert r"\](javascript:x) \</script\>" in files["llms.txt"].decode()
    assert not any("\u202e" in content.decode() for name, content in files.items() if name.endswith((".txt", ".atom")))


@pytest.mark.slow
def test_files_of_the_api_go_a_day_after_a_site_was_published_without_them(marsh: Path, tmp_path: Path):
    pack = load_pack(marsh)
    view, folder = apply_rule(pack, pack.rule()), tmp_path / "site"
    files = publish._make_files(view, DAY, None, api=True)
    folder.mkdir()
    publish._update_folder(folder, {}, files)
    (folder / "api" / "v1" / "own.json").write_text("{}")
    plain = {name: content for name, content in files.items() if not name.startswith(("api/", "feed", "places/"))}
    publish._update_folder(folder, {}, plain)
    assert (folder / "api" / "v1" / "changes.json").is_file()
    for path in folder.rglob("*.*"):
        os.utime(path, (0, time.time() - publish.KEPT_SECONDS - 60))
    publish._update_folder(folder, {}, plain)
    assert [path.name for path in (folder / "api").rglob("*") if path.is_file()] == ["own.json"]
    assert not list((folder / "feeds").iterdir())


@pytest.mark.slow
def test_a_period_too_long_for_a_file_each_day_says_so(marsh: Path, monkeypatch):
    monkeypatch.setattr(api_files, "MOST_DAYS", 10)
    pack = load_pack(marsh)
    with pytest.raises(WriteError, match=r"The period has 25 days.*Leave out --api"):
        api_files.make_api_files(apply_rule(pack, pack.rule()))


@pytest.mark.parametrize(
    ("to", "more", "problem"),
    [
        ("map.html", ["--api"], "name a folder"),
        ("map", ["--api", "--address", "javascript:alert(1)"], "is not a web address"),
        ("map", ["--address", "https://map.example/?a=b"], "Write it without"),
    ],
)
def test_options_that_make_no_sense_are_refused(
    tmp_path: Path, capsys, monkeypatch, to: str, more: list[str], problem: str
):
    monkeypatch.setattr("sys.argv", ["control-map", "publish", "--to", str(tmp_path / to), *more])
    with pytest.raises(SystemExit):
        main.main()
    assert problem in " ".join(capsys.readouterr().err.replace("│", " ").split())
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_a_sitemap_has_no_more_addresses_than_it_may():
    assert machines.make_sitemap("https://a.example/", ["x"] * 60_000).count(b"<loc>") == machines.MOST_ADDRESSES
