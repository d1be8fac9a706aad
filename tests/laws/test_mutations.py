"""The tests notice when the code stops doing its work: each mutation below must make its test fail."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import SHIPPED
from tests.support.mutants import Mutants

ROOT = SHIPPED.parents[1]


@dataclass(frozen=True)
class Mutation:
    """A line of a module, what it is changed to, and the test that must notice."""

    module: str
    line: str
    change: str
    noticed_by: str


MUTATIONS = {
    "what was published later counts": Mutation(
        "assessment/evidence",
        "    if known_on is None:\n        return rows\n",
        "    return rows\n",
        "laws/test_laws.py::test_what_was_published_later_than_known_changes_nothing",
    ),
    "copies count twice": Mutation(
        "assessment/eligibility",
        "return admitted[chosen]",
        "return admitted",
        "unit/assessment/test_evidence.py::test_a_copy_of_a_wire_story_counts_once",
    ),
    "an origin that repeats itself counts again": Mutation(
        "assessment/timeline",
        "marked[chosen[first]] = True",
        "marked[chosen] = True",
        "unit/assessment/test_timeline.py::test_confidence_grows_with_origins_and_grades_and_falls_with_doubt",
    ),
    "a denial undoes": Mutation(
        "assessment/adjudication",
        "vote.assign_role(Role.CONTRADICTS, Reason.DENIAL)",
        "vote.assign_role(Role.SETS, Reason.DENIAL); self._status = vote.asserts",
        "laws/test_laws.py::test_what_losers_say_of_their_own_hold_undoes_nothing",
    ),
    "a self-serving claim sets a status": Mutation(
        "assessment/evidence",
        "strong=~self_serving | rule.takes_claims_at_their_word",
        "strong=~self_serving | True",
        "unit/assessment/test_evidence.py::test_a_self_serving_claim_alone_is_shown_and_sets_nothing",
    ),
    "an origin corroborates itself": Mutation(
        "assessment/corroboration",
        "(votes.origin[one] != votes.origin[other]) & ",
        "",
        "unit/assessment/test_evidence.py::test_the_same_origin_does_not_corroborate_itself",
    ),
    "fighting is control": Mutation(
        "assessment/eligibility",
        '(known["fighting"], Reason.FIGHTING)',
        '(known["fighting"] & False, Reason.FIGHTING)',
        "laws/test_laws.py::test_context_never_changes_a_status",
    ),
    "a status begins a day late": Mutation(
        "assessment/timeline",
        "(begun <= day)",
        "(begun < day)",
        "unit/assessment/test_timeline.py::test_a_status_holds_from_its_day_until_the_day_before_the_next",
    ),
    "an origin confirms itself": Mutation(
        "analysis/agreement",
        '- _overlaps(asking, answers, "of_origin")',
        '- 0 * _overlaps(asking, answers, "of_origin")',
        "unit/analysis/test_sources.py::test_an_origin_that_says_the_same_again_on_another_day_does_not_confirm_itself",
    ),
    "a total is known before it is published": Mutation(
        "assessment/evidence",
        "rows[published] <= pd.Timestamp(known_on)",
        'rows.get("date", rows[published]) <= pd.Timestamp(known_on)',
        "unit/analysis/test_published_totals.py::test_a_total_counts_as_known_from_its_publication_and_not_from_its_day",
    ),
    "one rule is applied for all": Mutation(
        "assessment/rule_comparison",
        "verdicts = adjudicate(known, actors, rule, knowledge_horizon(known_on))",
        "verdicts = adjudicate(known, actors, rules[0], knowledge_horizon(known_on))",
        "unit/assessment/test_rule_comparison.py",
    ),
    "a place reported on today is a blind spot": Mutation(
        "analysis/blind_spots",
        "pd.Timestamp(date) - pd.Timedelta(days=older_than)",
        "pd.Timestamp(date)",
        "unit/analysis/test_blind_spots.py",
    ),
    "a replay forgets claims that wait": Mutation(
        "assessment/replay",
        "        (place[waits], np.maximum(happened, published)[waits] + rule.hardening_days),\n",
        "",
        "unit/assessment/test_replay.py",
    ),
    "a replay knows what is published later": Mutation(
        "assessment/replay",
        'known = published[row] <= moments["day"].to_numpy()[moment]',
        "known = published[row] > -1",
        "unit/assessment/test_replay.py",
    ),
    "a line names another report than the one that set the status": Mutation(
        "explanation/why_line",
        "if day == since)",
        "if day <= since)[:1]",
        "unit/explanation/test_why_line.py::test_a_line_agrees_with_the_explanation",
    ),
    "silence is control": Mutation(
        "assessment/timeline",
        '"status": NO_REPORT,',
        '"status": "blue",',
        "laws/test_laws.py::test_silence_is_never_control",
    ),
    "the order of the rows decides": Mutation(
        "assessment/assertions",
        "order = np.lexsort((alphabetical[report], published[report], happened[report], place))",
        "order = np.argsort(place, kind='stable')",
        "laws/test_laws.py::test_the_order_of_the_rows_changes_nothing",
    ),
}


@pytest.fixture(scope="module")
def mutants() -> Iterator[Mutants]:
    with Mutants() as running:
        yield running


@pytest.mark.parametrize("mutation", MUTATIONS.values(), ids=MUTATIONS)
def test_a_change_of_meaning_is_noticed(mutation: Mutation, tmp_path: Path, mutants: Mutants) -> None:
    for folder in ("control_map", "tests"):
        # The compiled files are copied too; the changed module has a new time and is compiled again.
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("browser", "bench"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "data").symlink_to(ROOT / "data")
    path = tmp_path / "control_map" / f"{mutation.module}.py"
    source = path.read_text("utf-8")
    assert source.count(mutation.line) == 1, (
        "the module does not have this line any more: name the one that does its work now"
    )
    path.write_text(source.replace(mutation.line, mutation.change), "utf-8")
    code, output = mutants.run(tmp_path, f"tests/{mutation.noticed_by}")
    # 1: a test failed. A mutant that cannot be imported, or a test that is not there, gives another code.
    assert code == 1, output
