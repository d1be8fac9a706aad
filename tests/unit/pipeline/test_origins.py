"""One origin under several spellings is one origin, wherever its reports come from."""

from collections.abc import Callable
from pathlib import Path

import pytest

from control_map.core.characters import name_key
from control_map.intake.importers.registry import IMPORTERS, collect_terms_of_use
from control_map.intake.matching.codebook import convert_to_codebook
from control_map.intake.matching.columns import match_table
from control_map.intake.tables.reader import read_table
from control_map.pipeline.pack import Pack, add_reports, load_pack
from control_map.pipeline.view import apply_rule
from control_map.theatre.reports import unify_origins
from tests.support.made_up import as_csv as reports_csv
from tests.support.made_up import day, written

SPELLINGS = ["Reuters", "reuters", "REUTERS", " Reuters ", "Reuters.", "R\u0435uters", "\uff32euters", "Reu\u200bters"]


def status(pack: Pack, rule: str = "assessed") -> str:
    shown = apply_rule(pack, pack.rule(rule)).status(day(4)).set_index("place_id")
    return str(shown.loc["H2", "status"])


def add(pack: Pack, rows: list[dict[str, str]], name: str = "mine.csv") -> Pack:
    raw = read_table(name, reports_csv(rows).encode())
    return add_reports(pack, convert_to_codebook(raw, match_table(raw), pack.theatre))


@pytest.mark.slow
def test_a_story_under_another_spelling_of_its_origin_is_no_second_source(make_pack: Callable[..., Path]) -> None:
    rows = [written(number, origin=spelling) for number, spelling in enumerate(SPELLINGS)]
    pack = load_pack(make_pack(rows))
    assert pack.located["origin"].tolist() == ["Reuters"] * len(SPELLINGS)
    assert status(pack, "two-sources") == "unknown"


@pytest.mark.slow
def test_two_names_of_which_one_begins_with_the_other_are_two_sources(make_pack: Callable[..., Path]) -> None:
    pack = load_pack(make_pack([written(1, origin="Reuters"), written(2, origin="Reuters TV")]))
    assert status(pack, "two-sources") == "red"


@pytest.mark.slow
def test_a_table_takes_the_packs_spelling_whichever_comes_first_in_the_alphabet(make_pack: Callable[..., Path]) -> None:
    pack = load_pack(make_pack([written(1, origin="reuters")]))
    added = add(pack, [written(7, origin="Reuters"), written(8, origin="REUTERS", place_text="Atlantis")])
    assert set(added.located["origin"]) == {"reuters"}
    assert set(added.user_supplied_set_aside["origin"]) == {"reuters"}
    assert status(added, "two-sources") == "unknown"


@pytest.mark.slow
def test_two_tables_share_their_origins_in_any_order(make_pack: Callable[..., Path]) -> None:
    pack = load_pack(make_pack([written(1, place_text="Stonefen", province_text="Velden")]))
    tables = [[written(number, origin=spelling)] for number, spelling in enumerate(SPELLINGS[:2], 5)]
    for order in (tables, tables[::-1]):
        added = pack
        for rows in order:
            added = add(added, rows, f"{rows[0]['report_id']}.csv")
        assert added.user_supplied_located["origin"].nunique() == 1


@pytest.mark.slow
def test_the_spelling_that_was_published_first_is_shown_and_later_ones_change_nothing_before(
    make_pack: Callable[..., Path],
) -> None:
    rows = [
        written(1, origin="REUTERS", reported_date="2021-05-09"),
        written(2, origin="Reuters", reported_date="2021-05-03"),
        written(3, origin="reuters", reported_date="2021-05-04"),
    ]
    assert set(load_pack(make_pack(rows)).located["origin"]) == {"Reuters"}
    assert set(load_pack(make_pack(rows[1:])).located["origin"]) == {"Reuters"}


@pytest.mark.slow
def test_each_row_with_another_spelling_is_named_and_counts(make_pack: Callable[..., Path]) -> None:
    pack = load_pack(make_pack([written(1, origin="Reuters"), written(2, origin="reuters"), written(3)]))
    (fault,) = pack.faults
    assert str(fault).startswith("reports.csv, row 3, column origin: this is read as 'Reuters'. Write it so")
    assert fault.kept
    assert len(pack.located) == 3


@pytest.mark.slow
def test_a_notice_says_how_an_origin_of_a_table_is_read(make_pack: Callable[..., Path]) -> None:
    pack = load_pack(make_pack([written(1, origin="Reuters")]))
    raw = read_table("mine.csv", reports_csv([written(7, origin="REUTERS"), written(8, origin="Reuters.")]).encode())
    reports = convert_to_codebook(raw, match_table(raw), pack.theatre)
    assert reports.notices[-1] == "origin: 'Reuters.' is read as 'REUTERS' (1 row)"
    assert unify_origins(reports, pack.origins).notices[-1] == "origin: 'REUTERS' is read as 'Reuters' (2 rows)"


def test_origins_of_the_shipped_and_the_frozen_pack_are_spelled_in_one_way_each(shipped: Pack, herat: Pack) -> None:
    for pack in (shipped, herat):
        origins = set(pack.located["origin"])
        assert len({name_key(origin) for origin in origins}) == len(origins)
        assert not [fault for fault in pack.faults if fault.column == "origin"]


def test_terms_of_use_do_not_depend_on_how_a_source_is_spelled() -> None:
    acled = IMPORTERS["acled"]
    assert collect_terms_of_use([acled.source_name.lower() + "."]) == [acled.terms]
    assert collect_terms_of_use(["Reuters"]) == []
