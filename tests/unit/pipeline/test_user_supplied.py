"""Reports that the user supplied: which statuses rest on them, and how exports and citations mention them."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from control_map.analysis.search import ReportFilter, ReportState, find_reports
from control_map.intake.matching.codebook import convert_to_codebook
from control_map.intake.matching.columns import match_table
from control_map.intake.matching.template import EXAMPLE_SUMMARY
from control_map.intake.tables.reader import read_table
from control_map.pipeline.pack import Pack, add_reports, load_pack
from control_map.pipeline.view import apply_rule
from control_map.render import citation
from control_map.render.export import formats, tables, writing
from control_map.render.map.timeline_file import USER_SUPPLIED_BIT, make_replay_file, make_timeline_file
from control_map.render.provenance import Provenance
from control_map.ui.state.cache import has_user_reports
from tests.support.made_up import PLACES, day, pack_of, said

POSITION = {place_id: number for number, place_id in enumerate(PLACES["place_id"])}


def pack(*reports, mine=()) -> Pack:
    return replace(pack_of(reports), user_supplied_ids=frozenset(mine))


def marked(*reports, mine, place="H2", replays=False) -> list[bool]:
    """Say of each step of a place but the first whether it is marked as resting on the user's reports."""
    of = pack(*reports, mine=mine)
    drawn = make_replay_file(of, of.rule()) if replays else make_timeline_file(apply_rule(of, of.rule()))
    return [bool(step[2] & USER_SUPPLIED_BIT) for step in json.loads(drawn)["places"][POSITION[place]][0][1:]]


@pytest.mark.slow
@pytest.mark.parametrize("replays", [False, True])
def test_a_status_rests_on_an_own_report_that_sets_it_and_on_none_that_set_an_earlier_one(replays: bool):
    steps = said(3), said(9, actor="blue", origin="Wire"), said(15, origin="Herald")
    assert marked(*steps, mine=["r1"], replays=replays) == [False, True, False]


@pytest.mark.slow
@pytest.mark.parametrize("replays", [False, True])
def test_a_status_rests_on_an_own_report_from_when_that_confirms_it(replays: bool):
    steps = said(3), said(5, origin="Wire"), said(9, "held", origin="Herald")
    assert marked(*steps, mine=["r2"], replays=replays)[-1]
    assert not marked(*steps, mine=["r2"], replays=replays)[0]


@pytest.mark.slow
@pytest.mark.parametrize("replays", [False, True])
def test_a_status_does_not_rest_on_an_own_report_that_denies_it(replays: bool):
    steps = said(3), said(5, "held", "blue", "blue", origin="Wire")
    assert not any(marked(*steps, mine=["r1"], replays=replays))


@pytest.mark.slow
def test_an_own_report_on_one_place_marks_no_other():
    steps = said(3), said(3, place="V1")
    assert not any(marked(*steps, mine=["r1"]))
    assert marked(*steps, mine=["r1"], place="V1") == [True]


@pytest.mark.slow
def test_what_a_timeline_rests_on_is_what_its_rows_name(shipped: Pack):
    mine = frozenset(shipped.located["report_id"].iloc[::7])
    view = apply_rule(replace(shipped, user_supplied_ids=mine), shipped.rule())
    named = [not mine.isdisjoint(ids) for ids in view.timeline["rests_on"]]
    held = view.timeline["since"].notna()
    assert view.rests_on_user_reports[held].tolist() == pd.Series(named)[held.to_numpy()].tolist()
    assert view.rests_on_user_reports.any()


@pytest.mark.slow
def test_a_result_says_how_many_reports_were_added():
    added = apply_rule(pack(said(3), said(5), mine=["r1"]), pack(said(3)).rule())
    known = Provenance.of(added, day(9))
    words = "1 report added by the user, not part of the published pack"
    assert known.facts()["added_reports"] == words
    assert words in citation.format_citation(known, "", day(9))
    assert words in citation.format_bibtex(known, "", day(9))
    assert words in writing.export_to_bytes(added, day(9), formats.FORMATS[".csv"], tables.ExportTable.STATUS).decode()


@pytest.mark.slow
def test_a_result_of_published_reports_alone_says_nothing_of_any_added():
    facts = Provenance.of(apply_rule(pack(said(3)), pack(said(3)).rule()), day(9)).facts()
    assert "added_reports" not in facts


@pytest.mark.slow
def test_own_reports_are_found_among_all(shipped: Pack):
    mine = {shipped.located["report_id"].iloc[5], shipped.set_aside["report_id"].iloc[0]}
    index = replace(shipped, user_supplied_ids=frozenset(mine)).search_index
    assert {*find_reports(index, ReportFilter(state=ReportState.OWN))["report_id"]} == mine
    assert find_reports(shipped.search_index, ReportFilter(state=ReportState.OWN)).empty


def test_a_result_says_under_which_terms_reports_of_others_were_added():
    with_terms = pack(said(3), said(5, source_name="ACLED"), mine=["r1"])
    facts = Provenance.of(apply_rule(with_terms, with_terms.rule()), day(9)).facts()
    assert facts["terms_of_added_reports"].startswith("ACLED")


@pytest.mark.slow
def test_any_user_supplied_table_makes_a_pack_private_even_without_a_report(make_pack: Callable[..., Path]):
    of = load_pack(make_pack())
    rows = f"date,district,claim,party,summary\n2021-05-02,Brackwater,held,red,{EXAMPLE_SUMMARY}\n"
    raw = read_table("mine.csv", rows.encode())
    added = add_reports(of, convert_to_codebook(raw, match_table(raw), of.theatre))
    assert (added.user_supplied_ids, has_user_reports(of)) == (frozenset(), False)
    assert has_user_reports(added)
    assert has_user_reports(apply_rule(added, added.rule()))
