"""The map without a server: what its files say is what the app says, and nothing in them runs or fetches."""

import datetime as dt
import json
import os
import random
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from control_map.cli import main
from control_map.core.errors import WriteError
from control_map.explanation import dossier
from control_map.pipeline.pack import load_pack
from control_map.pipeline.view import View, apply_rule
from control_map.render.html import renderer
from control_map.render.map.area_file import list_area_ids
from control_map.render.map.dossier_file import AGE_PLACEHOLDER, DATE_PLACEHOLDER, make_dossier_file
from control_map.render.map.view_facts import age_phrases
from control_map.render.provenance import Provenance
from control_map.render.site import publish
from control_map.render.site.page import render_standalone_page
from control_map.render.site.publish import MANIFEST_NAME
from control_map.theatre import safe_write
from tests.support.made_up import THEATRE, write_pack, written

pytestmark = pytest.mark.slow

OPENS_ON = dt.date(2021, 7, 9)
ISLAM_QALA = "AF-X-islam-qala"
CARD = ["report_id", "actor", "role", "sentence", "area", "says", "who", "side", "summary", "source_name", "when"]
CARD += ["quiet", "current"]


class Elements(HTMLParser):
    """The elements of a page, as pairs of tag and attributes, and the text of its scripts that are data."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.all: list[tuple[str, dict[str, str | None]]] = []
        self.data: dict[str, Any] = {}
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.all.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        tag, attributes = self.all[-1] if self.all else ("", {})
        if tag == "script" and attributes.get("data-file"):
            self.data[str(attributes["data-file"])] = json.loads(data)


def in_file(file: dict[str, Any], view: View, place_id: str, date: dt.date) -> tuple[list[str], list[dict[str, Any]]]:
    """Return the passages and the cards that a file has for a place on a day, put together as the page does it."""
    start = view.pack.theatre.period_start
    day, texts = (date - start).days, file["texts"]
    _, _, cards, pieces = file["places"][place_id]
    _, since, last, *numbers = next(piece for piece in reversed(pieces) if piece[0] <= day)
    ages = age_phrases(view.timeline["last_reported"], view.pack.theatre.period_end)
    span = next((words for days, words in reversed(ages) if days <= day - (last if last is not None else day)), "")
    passages = [texts[number] for number in numbers]
    passages[0] = passages[0].replace(DATE_PLACEHOLDER, renderer.format_date(date))
    if len(passages) > 1:
        passages[-1] = passages[-1].replace(AGE_PLACEHOLDER, span)
    shown = []
    for number, role, reason, _, area, quiet in cards:
        report_id, actor, event, says, who, side, _, summary, source, _, _, *whens = file["reports"][number]
        if event <= day:
            words = [texts[number] for number in (says, who, side)]
            row = [report_id, actor, file["roles"][role], texts[reason], texts[area], *words, summary, texts[source]]
            row += [texts[whens[date.year - start.year]], bool(quiet), since is None or event >= since]
            shown.append(dict(zip(CARD, row, strict=True)))
    return passages, shown


def in_app(view: View, place_id: str, date: dt.date) -> tuple[list[str], list[dict[str, Any]]]:
    """Return the same as the app shows it."""
    explained = view.explain(place_id, date)
    reports = dossier.describe_reports(explained["evidence"], view.pack.theatre.actors, date.year)
    return explained["explanation"], [{name: report[name] for name in CARD} for report in reports]


@pytest.fixture(scope="module")
def alone(herat_view: View) -> bytes:
    return render_standalone_page(herat_view, OPENS_ON, ISLAM_QALA)


@pytest.fixture(scope="module")
def elements(alone: bytes) -> Elements:
    return Elements(alone)


def test_the_shipped_map_is_one_file_of_less_than_three_megabytes(shipped_view: View):
    assert len(render_standalone_page(shipped_view, OPENS_ON, ISLAM_QALA)) < 3_000_000


def test_the_file_loads_nothing_and_its_policy_forbids_it(elements: Elements):
    loads = [
        address
        for tag, attributes in elements.all
        for address in (attributes.get("src"), attributes.get("href") if tag == "link" else None)
        if address
    ]
    assert all(address.startswith("data:") for address in loads)
    policy = next(a["content"] for tag, a in elements.all if tag == "meta" and "http-equiv" in a)
    assert policy
    assert policy.startswith("default-src 'none';")
    assert "connect-src 'none'" in policy
    assert "http" not in policy
    assert "unsafe" not in policy


def test_links_in_the_file_lead_only_to_web_pages(elements: Elements):
    links = [a["href"] for tag, a in elements.all if tag == "a" and a.get("href")]
    assert links
    assert all(str(link).startswith(("http://", "https://", "#")) for link in links)


def test_the_file_states_its_provenance(alone: bytes, herat_view: View):
    text = alone.decode()
    assert herat_view.pack.fingerprint in text
    assert all(credit.who in text for credit in herat_view.pack.theatre.credits[-1:])
    assert re.search(r'name="description" content="[^"]*Districts on 9 July 2021: Taliban \d+', text)


@pytest.mark.parametrize(
    ("rule", "known_on"), [("assessed", None), ("two-sources", dt.date(2021, 7, 20)), ("side:taliban", None)]
)
def test_the_file_shows_of_any_place_on_any_day_what_the_app_shows(herat, rule: str, known_on: dt.date | None):
    view = apply_rule(herat, herat.rule(rule), known_on)
    check_dossiers(view, sorted(herat.theatre.places["place_id"]))


def test_the_file_of_the_shipped_map_shows_what_the_app_shows(shipped_view: View):
    check_dossiers(shipped_view, random.Random(40).sample(sorted(shipped_view.pack.theatre.places["place_id"]), 40))


def check_dossiers(view: View, chosen: list[str]) -> None:
    theatre, drawn = view.pack.theatre, random.Random(view.rule.id)
    days = (theatre.period_end - theatre.period_start).days + 1
    file = json.loads(make_dossier_file(view, chosen))
    for place_id in chosen:
        for number in drawn.sample(range(days), 3):
            date = theatre.period_start + dt.timedelta(days=number)
            assert in_file(file, view, place_id, date) == in_app(view, place_id, date), (place_id, date)


def test_at_the_turn_of_the_year_the_words_for_days_turn_too(make_pack: Callable[..., Path]):
    reports = [
        written(1, event_date="2021-05-20", reported_date="2021-05-22"),
        written(2, event_date="2021-12-30", reported_date="2022-01-02", claim="contested", actor="blue"),
        written(3, event_date="2022-01-02", reported_date="2022-01-02", claim="retaken", actor="blue"),
    ]
    folder = make_pack(reports, {"theatre.toml": THEATRE.replace("end = 2021-07-01", "end = 2022-02-01")})
    pack = load_pack(folder)
    view = apply_rule(pack, pack.rule())
    file = json.loads(make_dossier_file(view))
    for number in range(-12, 32):
        date = dt.date(2022, 1, 1) + dt.timedelta(days=number)
        assert in_file(file, view, "H2", date) == in_app(view, "H2", date), date


def test_a_report_runs_nothing_whatever_is_in_it(make_pack: Callable[..., Path]):
    reports = [
        written(1, source_url="javascript:alert(1)"),
        written(
            2, claimant="<!--<script>", source_name="<img src=x onerror=alert(1)>", source_url="https://example.org/"
        ),
        written(
            3,
            claimant=f"{DATE_PLACEHOLDER}{AGE_PLACEHOLDER}",
            summary="</script><script>alert(1)</script>",
            event_date="2021-05-09",
            reported_date="2021-05-09",
        ),
    ]
    pack = load_pack(make_pack(reports))
    page = render_standalone_page(apply_rule(pack, pack.rule()), dt.date(2021, 5, 9))
    found = Elements(page)
    assert sum(tag == "script" for tag, _ in found.all) == 11, "two scripts, eight files, the settings"
    assert not any(tag == "img" for tag, _ in found.all)
    assert "</script><script>alert(1)</script>" in [report[7] for report in found.data["dossiers.json"]["reports"]]
    assert not any("javascript:" in text for text in found.data["dossiers.json"]["texts"])


def test_a_site_is_a_page_and_files_whose_names_change_with_their_content(herat_view: View, tmp_path: Path):
    folder = tmp_path / "there is no such folder yet" / "map"
    files = publish.publish_site(herat_view, OPENS_ON, folder)
    page = Elements((folder / "index.html").read_bytes())
    settings = page.data["settings"]
    names = {path.relative_to(folder).as_posix() for path in files}
    assert {settings["base"] + name for name in needed(settings, herat_view)} < names
    asked = [a.get("src") or a.get("href") for tag, a in page.all if tag in ("script", "link")]
    assert {address for address in asked if address and not address.startswith("data:")} < names
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} == names
    assert (folder / "index.html").stat().st_size < 50_000
    assert (folder / publish.STANDALONE_NAME).read_bytes() == render_standalone_page(herat_view, OPENS_ON)


def needed(settings: dict[str, Any], view: View | None = None) -> set[str]:
    """Return the files that the board of a page finds by its settings; without a view, one dossier for all."""
    places = range(len(view.pack.theatre.places) if view else 1)
    of_view = {settings["timeline"].replace("timeline", kind) for kind in ("ranges", "names", "mentions", "events")}
    of_view |= {settings["timeline"].replace("timeline", "dossier").replace(".", f"-{place}.") for place in places}
    areas = range(len(list_area_ids(view.pack.theatre)) if view else 1)
    of_view |= {settings["timeline"].replace("timeline", "areas").replace(".", f"-{area}.") for area in areas}
    return {settings["geometry"], settings["timeline"], *of_view}


def small_view(make_pack: Callable[..., Path], **others: str) -> View:
    pack = load_pack(make_pack([written(1, **others)]))
    return apply_rule(pack, pack.rule())


class Maps:
    """Small maps that differ in one word, each made once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.made: dict[str, tuple[dict[str, str], dict[str, bytes]]] = {}

    def publish(self, folder: Path, word: str) -> set[str]:
        """Publish a map as `publish_site` does, and return the names of its files without their folder."""
        if word not in self.made:
            pack = load_pack(write_pack(self.folder / word, [written(1, summary=word)]))
            view = apply_rule(pack, pack.rule())
            day = dt.date(2021, 5, 9)
            self.made[word] = (Provenance.of(view, day).facts(), publish._make_files(view, day, None))
        facts, contents = self.made[word]
        folder.mkdir(exist_ok=True)
        with safe_write.locked_folder(folder):
            publish._update_folder(folder, facts, contents)
        return {Path(name).name for name in (*contents, MANIFEST_NAME)}


@pytest.fixture(scope="module")
def maps(tmp_path_factory: pytest.TempPathFactory) -> Maps:
    return Maps(tmp_path_factory.mktemp("maps"))


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


def manifest_of(folder: Path) -> dict[str, Any]:
    return json.loads((folder / MANIFEST_NAME).read_text("utf-8"))


def grow_old(folder: Path, names: set[str]) -> None:
    """Let the time pass for which the files of an earlier map stay."""
    for path in folder.rglob("*"):
        if path.name in names:
            os.utime(path, (0, time.time() - publish.KEPT_SECONDS - 60))


def test_a_map_that_is_published_again_keeps_the_files_of_the_page_that_readers_have_open(maps, tmp_path: Path):
    folder = tmp_path / "site"
    first = maps.publish(folder, "one")
    open_page = (folder / "index.html").read_bytes()
    (folder / "CNAME").write_text("map.example.org")
    second = maps.publish(folder, "another")
    assert {name.split("-")[0] for name in first - second} == {
        *("timeline", "ranges", "names", "mentions", "events", "dossier", "areas")
    }
    assert (folder / "index.html").read_bytes() != open_page
    for name in needed(Elements(open_page).data["settings"]):
        assert (folder / "files" / name).is_file()
    assert names_in(folder) == first | second | {"CNAME"}
    assert manifest_of(folder)["earlier_files"] == sorted(f"files/{name}" for name in first - second)


def test_files_of_earlier_maps_go_when_no_page_can_need_them_and_others_never(maps, tmp_path: Path):
    folder = tmp_path / "site"
    first = maps.publish(folder, "one")
    grow_old(folder, first)  # they are old, but the page of now needs them, and then the page of a moment ago
    (folder / "CNAME").write_text("map.example.org")
    second = maps.publish(folder, "another")
    third = maps.publish(folder, "a")
    assert names_in(folder) == first | second | third | {"CNAME"}
    grow_old(folder, first - second)
    fourth = maps.publish(folder, "another")
    assert fourth == second
    assert names_in(folder) == second | third | {"CNAME"}
    assert set(manifest_of(folder)["files"]) | {MANIFEST_NAME} == {
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.name in second
    }


@pytest.mark.parametrize("stop", range(1, 12))
def test_a_publication_that_is_ended_leaves_a_whole_map_and_the_next_one_goes_on(
    maps, tmp_path: Path, monkeypatch, stop
):
    folder = tmp_path / "site"
    first = maps.publish(folder, "one")
    real, count = publish.write_site_file, 0

    def end(path: Path, content: bytes, staging: Path | None = None) -> None:
        nonlocal count
        count += 1
        if count == stop:
            raise KeyboardInterrupt
        real(path, content, staging)

    with monkeypatch.context() as patched:
        patched.setattr(publish, "write_site_file", end)
        with suppress(KeyboardInterrupt):
            maps.publish(folder, "another")
    settings = Elements((folder / "index.html").read_bytes()).data["settings"]
    for name in needed(settings):
        assert (folder / "files" / name).is_file()
    second = maps.publish(folder, "another")
    assert names_in(folder) == first | second
    assert set(manifest_of(folder)["earlier_files"]) == {f"files/{name}" for name in first - second}


def test_all_files_of_a_publication_are_written_by_way_of_one_folder(maps, tmp_path: Path, monkeypatch):
    made, real = [], safe_write._make_locked_folder
    monkeypatch.setattr(safe_write, "_make_locked_folder", lambda parent: made.append(parent) or real(parent))
    maps.publish(tmp_path / "site", "one")
    assert made == [tmp_path / "site"] * 3, "one for the files, and one for each manifest"


def test_what_a_killed_process_left_is_removed_also_where_nothing_else_is_written(maps, tmp_path: Path):
    folder = tmp_path / "site"
    (folder / ".control-map-unfinished-abcd1234").mkdir(parents=True)
    (folder / ".control-map-unfinished-abcd1234" / "control-map.json").write_text("{")
    maps.publish(folder, "one")
    (folder / "files" / ".control-map-unfinished-efgh5678").mkdir()
    maps.publish(folder, "one")
    assert not list(tmp_path.rglob(".control-map-*"))


def test_several_that_publish_into_one_folder_at_once_leave_one_whole_map(maps, tmp_path: Path):
    folder, words = tmp_path / "site", ["one", "another", "a"]
    for word in words:
        maps.publish(tmp_path / word, word)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda word: maps.publish(folder, word), words * 4))
    settings = Elements((folder / "index.html").read_bytes()).data["settings"]
    manifest = manifest_of(folder)
    assert {f"files/{name}" for name in needed(settings)} < set(manifest["files"])
    alone = Elements((folder / publish.STANDALONE_NAME).read_bytes())
    [report] = alone.data["dossiers.json"]["reports"]
    assert maps.made[report[7]][0]["content_hash"] == manifest["content_hash"]
    listed = {Path(name).name for name in (*manifest["files"], *manifest["earlier_files"], MANIFEST_NAME)}
    assert names_in(folder) == listed


def test_a_folder_of_other_things_is_left_alone(make_pack, tmp_path: Path):
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "thesis.txt").write_text("irreplaceable")
    with pytest.raises(WriteError, match="Name a new or an empty folder"):
        publish.publish_site(small_view(make_pack), dt.date(2021, 5, 9), tmp_path / "work")
    assert [path.name for path in (tmp_path / "work").iterdir()] == ["thesis.txt"]


def test_a_marker_that_names_files_elsewhere_deletes_nothing(make_pack, tmp_path: Path):
    (tmp_path / "thesis.txt").write_text("irreplaceable")
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / MANIFEST_NAME).write_text(json.dumps({"files": ["../thesis.txt", str(tmp_path / "thesis.txt"), 7]}))
    publish.publish_site(small_view(make_pack), dt.date(2021, 5, 9), folder)
    assert (tmp_path / "thesis.txt").exists()


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    def run(*arguments: object) -> int:
        monkeypatch.setattr("sys.argv", ["control_map", "publish", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main.main()
        return int(end.value.code or 0)

    return run


def test_the_command_writes_one_file_or_a_site_by_the_name_that_is_given(run, make_pack, tmp_path: Path, capsys):
    pack = make_pack()
    assert run("--to", tmp_path / "map.html", "--pack", pack, "--date", "2021-05-09", "--rule", "latest") == 0
    assert "Latest report" in (tmp_path / "map.html").read_text("utf-8")
    assert run("--to", tmp_path / "site", "--pack", pack) == 0
    assert json.loads((tmp_path / "site" / MANIFEST_NAME).read_text("utf-8"))["date"] == "2021-05-02"
    assert Elements((tmp_path / "map.html").read_bytes()).data["settings"]["compared"] is None
    assert "no network" in capsys.readouterr().out


def test_a_map_that_is_made_of_a_comparison_opens_with_it(run, make_pack, tmp_path: Path, capsys):
    asked = ("--pack", make_pack(), "--date", "2021-05-09", "--since", "2021-05-05")
    for to, page in (("map.html", "map.html"), ("site", "site/index.html")):
        assert run("--to", tmp_path / to, *asked) == 0
        settings = Elements((tmp_path / page).read_bytes()).data["settings"]
        assert settings["day"] - settings["compared"] == 4
    manifest = json.loads((tmp_path / "site" / MANIFEST_NAME).read_text("utf-8"))
    assert manifest["compared_with"] == "2021-05-05"
    assert run("--to", tmp_path / "late.html", *asked[:-1], "2021-05-10") == 2
    assert "2021-05-10 is after 2021-05-09" in capsys.readouterr().err.replace("\n", " ")


def test_the_command_says_what_is_wrong_with_a_place_to_write_to(run, make_pack, tmp_path: Path, capsys):
    (tmp_path / "file").write_text("")
    (tmp_path / "dangling").symlink_to(tmp_path / "file" / "nowhere")
    for to in ("file", "file/map.html", "file/folder", "file/folder/deeper", "dangling"):
        assert run("--to", tmp_path / to, "--pack", make_pack()) == 2
        messages = capsys.readouterr().err
        assert "Name a" in messages
        assert "Traceback" not in messages


def test_an_old_file_that_cannot_be_removed_is_an_error_that_says_how_to_fix_it(make_pack, tmp_path: Path):
    (tmp_path / MANIFEST_NAME).write_text(json.dumps({"files": [], "earlier_files": ["old.json"]}))
    (tmp_path / "old.json").mkdir()
    grow_old(tmp_path, {"old.json"})
    with pytest.raises(WriteError, match="Name a"):
        publish.publish_site(small_view(make_pack), dt.date(2021, 5, 9), tmp_path)
