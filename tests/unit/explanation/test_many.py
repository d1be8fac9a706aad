"""Thousands of reports on a place are counted in its dossier, not listed."""

from control_map.explanation import dossier
from control_map.explanation.phrases import name_sources
from control_map.pipeline.view import apply_rule
from tests.support.made_up import day, located, pack_of, said


def entries(*roles: str) -> list[dict[str, str]]:
    return [{"report_id": f"r{number}", "role": role} for number, role in enumerate(roles)]


def test_a_dossier_lists_the_newest_reports_and_always_those_that_set_the_status():
    chosen = dossier.choose_listed(entries("confirms", "confirms", "confirms", "sets", "confirms"), 3)
    assert [report["report_id"] for report in chosen] == ["r0", "r1", "r3"]


def test_a_dossier_of_few_reports_lists_them_all():
    reports = entries("confirms", "sets")
    assert dossier.choose_listed(reports, 2) == reports


def test_sources_that_are_not_listed_are_counted_with_the_others():
    reports = [{"origin": name, "who": name, "reliability": "B", "credibility": 2} for name in ("Fen", "Wire", "Post")]
    assert name_sources(reports, 1234) == "Fen (B2), Wire (B2) and 1,235 more"


def test_a_claim_that_thousands_support_says_how_many():
    claim = said(3, by="red", reliability="A")
    others = [said(4, claimant=f"journalist {number}", origin=f"Outlet {number}") for number in range(1200)]
    pack = pack_of(located([claim, *others]))
    argument = apply_rule(pack, pack.rule()).explain("H2", day(20))
    assert argument["supporting_count"] == 1200
    assert "and 1,198 more: so it counts from 4 May, before" in argument["explanation"][1]
