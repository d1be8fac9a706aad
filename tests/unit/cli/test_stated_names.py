"""A name with its province or kind beside it is the same place by each way in: commands, upload, search, article."""

import csv
import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from control_map.cli import main
from control_map.core.model import PlaceKind
from control_map.intake.user_tables import UserReports, UserTable, add_user_reports, read_and_match
from control_map.pipeline.pack import load_pack
from tests.conftest import SHIPPED
from tests.support.made_up import as_csv, places_csv, write_pack, written

pytestmark = pytest.mark.slow


class Form(NamedTuple):
    """What a source writes for a place, its province and its kind, and the place that is meant."""

    text: str
    place_id: str
    province: str = ""
    kind: str = ""


FORMS = (
    Form("Obe district (Herat)", "AF3212"),
    Form("Obe, Herat", "AF3212"),
    Form("Spin Boldak (Kandahar)", "AF2711", kind="district"),
    Form("Spin Boldak district (Kandahar)", "AF2711"),
    Form("Dawlatabad (Faryab)", "AF2909"),
    Form("Alishing (Laghman)", "AF0703"),
    Form("Qala-i-Naw city", "AF-C-31"),
    Form("ولسوالی کشک", "AF3207", province="Herat"),
    Form("ولسوالۍ شیندند", "AF3214"),
    Form("ولسوالی اوبه ولایت هرات", "AF3212"),
    Form("شهر قلعه نو", "AF-C-31"),
)
SLASHES = (
    Form("Biel/Bienne", "H1"),
    Form("Biel", "H1"),
    Form("Bienne", "H1"),
    Form("Mitrovicë / Mitrovica", "H2"),
    Form("Mitrovicë", "H2"),
    Form("Mitrovica", "H2"),
)
Run = Callable[..., list[dict[str, str]]]
Way = Callable[[Run, Path, Path, tuple[Form, ...]], list[str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    def run(*arguments: object) -> list[dict[str, str]]:
        monkeypatch.setattr(sys, "argv", ["control_map", *map(str, arguments), "--format", "csv"])
        with pytest.raises(SystemExit) as left:
            main.main()
        out, err = capsys.readouterr()
        assert not left.value.code, err
        return list(csv.DictReader(io.StringIO(out)))

    return run


@pytest.fixture(scope="module")
def slashes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a pack in which two districts have official names in two languages, each with a report."""
    names = places_csv().replace(",Aldermoor,,Oldermure,H1", ",Biel/Bienne,,,H1")
    names = names.replace(",Brackwater,", ",Mitrovicë / Mitrovica,").replace(",Aldermoor,", ",Fenwick,")
    assert names.count("/") == len({form.place_id for form in SLASHES})
    reports = [written(number, place_text=name) for number, name in enumerate(("Biel/Bienne", "Mitrovica"), 1)]
    return write_pack(tmp_path_factory.mktemp("packs") / "slashes", reports, {"places.csv": names})


def table_of(forms: tuple[Form, ...], actor: str, day: str) -> str:
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow("date district province kind claim party".split())
    rows.writerows([day, form.text, form.province, form.kind, "captured", actor] for form in forms)
    return out.getvalue()


def party_and_day(pack: Path) -> tuple[str, str]:
    return ("taliban", "2021-07-09") if pack == SHIPPED else ("red", "2021-05-09")


def by_geocode(run: Run, folder: Path, pack: Path, forms: tuple[Form, ...]) -> list[str]:
    file = folder / "names.csv"
    columns = ("place_text", "province_text", "place_kind")
    file.write_text(as_csv([dict(zip(columns, (f.text, f.province, f.kind), strict=True)) for f in forms], columns))
    return [row["place_id"] for row in run("geocode", file, "--pack", pack)]


def by_geocode_as_district(run: Run, folder: Path, pack: Path, forms: tuple[Form, ...]) -> list[str]:
    return by_geocode(run, folder, pack, tuple(form._replace(kind=PlaceKind.DISTRICT) for form in forms))


def by_reports(run: Run, folder: Path, pack: Path, forms: tuple[Form, ...]) -> list[str]:
    file = folder / "mine.csv"
    actor, day = party_and_day(pack)
    file.write_text(table_of(forms, actor, day), "utf-8")
    found = {
        row["place_text"]: row["place_id"]
        for row in run("reports", "--reports", file, "--pack", pack)
        if row["own"].lower() == "true"
    }
    return [found.get(form.text, "") for form in forms]


def by_upload(_: Run, __: Path, pack: Path, forms: tuple[Form, ...]) -> list[str]:
    table = UserTable(*read_and_match("mine.csv", table_of(forms, *party_and_day(pack)).encode()))
    result = add_user_reports(load_pack(pack), UserReports((table,)))
    found = dict(result.pack.user_supplied_located[["place_text", "place_id"]].itertuples(index=False, name=None))
    return [found.get(form.text, "") for form in forms]


def by_search(run: Run, _: Path, pack: Path, forms: tuple[Form, ...]) -> list[str]:
    """Return the place of which a form finds all reports, if it finds none on another place of that kind elsewhere."""
    located = load_pack(pack).located
    places = []
    for form in forms:
        found = run("reports", f"{form.text} {form.province}".strip(), "--pack", pack)
        all_there = set(located.loc[located["place_id"] == form.place_id, "report_id"])
        is_found = all_there and all_there <= {row["report_id"] for row in found}
        places.append(form.place_id if is_found and len({row["province_id"] for row in found}) == 1 else "")
    return places


def by_article(run: Run, folder: Path, pack: Path, forms: tuple[Form, ...]) -> list[str]:
    actor, day = party_and_day(pack)
    party = {"taliban": "the Taliban", "red": "the Reds"}[actor]
    places = []
    for form in forms:
        file = folder / "article.txt"
        beside = f" in {form.province}" if form.province else ""
        kind = f"The {form.kind} of " if form.kind else ""
        file.write_text(f"{kind}{form.text}{beside} fell to {party} on Thursday.", "utf-8")
        rows = run("extract", file, "--published", day, "--pack", pack)
        places.append(" ".join(row["place_id"] for row in rows))
    return places


WAYS = (by_geocode, by_geocode_as_district, by_reports, by_upload, by_search, by_article)


@pytest.mark.parametrize("way", WAYS)
def test_a_name_with_its_province_or_kind_is_that_place(way: Way, run: Run, tmp_path: Path) -> None:
    assert dict(zip(FORMS, way(run, tmp_path, SHIPPED, FORMS), strict=True)) == {form: form.place_id for form in FORMS}


@pytest.mark.parametrize("way", WAYS)
def test_an_official_name_with_a_slash_is_found_by_the_whole_and_each_half(
    way: Way, run: Run, tmp_path: Path, slashes: Path
) -> None:
    expected = {form: form.place_id for form in SLASHES}
    assert dict(zip(SLASHES, way(run, tmp_path, slashes, SLASHES), strict=True)) == expected
