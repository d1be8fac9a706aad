"""A point lies in the district that contains it, or in none; numbers that look exchanged are noticed."""

from pathlib import Path

import pandas as pd
import pytest

from control_map.geocoding.locate import EXCEPTION_FIX, locate_reports, parse_degrees
from control_map.intake.matching.codebook import convert_to_codebook
from control_map.intake.matching.columns import match_table
from control_map.intake.tables.table_builder import RawTable
from control_map.pipeline.pack import load_pack
from tests.support.made_up import write_pack, written


def test_degrees_have_a_point_or_a_comma_and_all_else_is_no_number() -> None:
    degrees = parse_degrees(pd.Series(["1.5", "-1,5", "", "1,5,3", "N 34", "inf"], dtype="str"))
    assert degrees[:2].tolist() == [1.5, -1.5]
    assert degrees[2:5].isna().all()


HARROW = {"place_kind": "province", "place_text": "Harrow", "area_scope": "whole"}
COUNTRY = {"place_kind": "country", "place_text": "Marshland", "province_text": "", "area_scope": "whole"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("area", "names", "ids"),
    [
        (HARROW, "Brackwater", "H2"),
        (HARROW, "Oldermure", "H1"),
        (HARROW, "Aldermoor", "H1"),  # Namesakes: the district, in which the capital lies.
        (HARROW, "Aldermoor city", "C-H"),
        (HARROW, " Brackwater | Aldermoor |Brackwater|", "H2|H1"),
        (COUNTRY, "Velden|Brackwater", "V|H2"),
        (COUNTRY, "Feldena", "V"),
        (COUNTRY, "Kestrel Gate", "X-K"),
        ({**COUNTRY, "area_scope": "all_crossings"}, "Kestrel Gate", "X-K"),
    ],
)
def test_what_a_report_on_an_area_leaves_out_is_found_by_its_name(
    area: dict[str, str], names: str, ids: str, tmp_path: Path
) -> None:
    pack = load_pack(write_pack(tmp_path / "pack", [written(1, **area, except_for=names)]))
    assert pack.located["excepted_ids"].tolist() == [ids]


@pytest.mark.parametrize(
    ("area", "names", "hint"),
    [
        (HARROW, "Brackwater|Stonefen", "'Stonefen' is not in Harrow, but there is Stonefen, Velden"),
        (HARROW, "Atlantis", "there is no 'Atlantis' in Harrow; nearest: Brackwater"),
        (COUNTRY, "Atlantis", "there is no province 'Atlantis'; nearest: "),
        (HARROW, "|", "names no place"),
    ],
)
def test_a_report_that_leaves_out_a_place_that_is_not_found_counts_for_none(
    area: dict[str, str], names: str, hint: str, tmp_path: Path
) -> None:
    pack = load_pack(write_pack(tmp_path / "pack", [written(1, **area, except_for=names)]))
    (row,) = pack.set_aside.to_dict("records")
    assert row["problem"].startswith("except_for: ")
    assert hint in row["problem"]
    assert (row["fix"], row["except_for"]) == (EXCEPTION_FIX, names)
    assert len(pack.located) == len(pack.assertions) == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("place", "lon", "lat", "expected"),
    [
        ("Aldermoor", "0.5", "50.5", ("H1", "place")),
        ("Aldermoor", "1.05", "50.5", ("H1", "place")),  # Maps differ at a border.
        ("Aldermoor", "1.5", "50.5", ("", "")),
        ("Stonefen", "0.5", "50.5", ("", "")),
        ("Eel Ferry", "1.5", "50.5", ("H2", "inside")),
    ],
)
def test_a_name_that_means_a_place_far_from_its_point_is_left_open(
    place: str, lon: str, lat: str, expected: tuple[str, str], tmp_path: Path
) -> None:
    pack = load_pack(write_pack(tmp_path / "marsh", []))
    row = {"place": place, "date": "2021-05-03", "claim": "captured", "actor": "red", "lon": lon, "lat": lat}
    table = pd.DataFrame([row], index=pd.Index([2], name="row"), dtype="str")
    raw = RawTable("mine.csv", table, [])
    reports = convert_to_codebook(raw, match_table(raw), pack.theatre)
    located, aside = locate_reports(reports, pack.theatre, pack.gazetteer, "")
    found = [*located[["place_id", "precision"]].itertuples(index=False, name=None)] or [("", "")]
    assert found == [expected]
    assert all("but the point" in problem for problem in aside["problem"])
