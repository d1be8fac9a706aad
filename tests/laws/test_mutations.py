"""The tests notice it when the code stops doing what it is for: each mutation below must make its test fail."""

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
        "assess",
        "    if known_on is None:\n        return rows\n",
        "    return rows\n",
        "test_laws.py::test_what_was_published_later_than_known_changes_nothing",
    ),
    "copies count twice": Mutation(
        "admission",
        "return admitted[chosen]",
        "return admitted",
        "test_assess.py::test_a_copy_of_a_wire_story_counts_once",
    ),
    "an origin that says it again is a further one": Mutation(
        "fold",
        "marked[chosen[first]] = True",
        "marked[chosen] = True",
        "test_timeline.py::test_confidence_grows_with_origins_and_grades_and_falls_with_doubt",
    ),
    "a denial undoes": Mutation(
        "weigh",
        "item.assign_role(Role.CONTRADICTS, Reason.DENIAL)",
        "item.assign_role(Role.SETS, Reason.DENIAL); self._status = item.asserts",
        "test_laws.py::test_what_losers_say_of_their_own_hold_undoes_nothing",
    ),
    "a self-serving claim sets a status": Mutation(
        "assess",
        "strong=~self_serving | rule.takes_claims_at_their_word",
        "strong=~self_serving | True",
        "test_assess.py::test_a_self_serving_claim_alone_is_shown_and_sets_nothing",
    ),
    "an origin corroborates itself": Mutation(
        "corroboration",
        "(votes.origin[one] != votes.origin[other]) & ",
        "",
        "test_assess.py::test_the_same_origin_does_not_corroborate_itself",
    ),
    "fighting is control": Mutation(
        "admission",
        '(known["fighting"], Reason.FIGHTING)',
        '(known["fighting"] & False, Reason.FIGHTING)',
        "test_laws.py::test_context_never_changes_a_status",
    ),
    "a status begins a day late": Mutation(
        "timeline",
        "(begun <= day)",
        "(begun < day)",
        "test_timeline.py::test_a_status_holds_from_its_day_until_the_day_before_the_next",
    ),
    "an origin confirms itself": Mutation(
        "agreement",
        '- _overlaps(asking, answers, "of_origin")',
        '- 0 * _overlaps(asking, answers, "of_origin")',
        "test_sources.py::test_an_origin_that_says_the_same_again_on_another_day_does_not_confirm_itself",
    ),
    "a total is known before it is published": Mutation(
        "scales",
        'totals[totals["published"] <= pd.Timestamp(known_on)]',
        "totals",
        "test_scales.py",
    ),
    "one rule is weighed for all": Mutation(
        "compare",
        "verdicts = judge(known, actors, rule, horizon(known_on))",
        "verdicts = judge(known, actors, rules[0], horizon(known_on))",
        "test_compare.py",
    ),
    "a place heard of today is a blind spot": Mutation(
        "silence",
        "pd.Timestamp(date) - pd.Timedelta(days=older_than)",
        "pd.Timestamp(date)",
        "test_silence.py",
    ),
    "a replay forgets claims that wait": Mutation(
        "replay",
        "        (place[waits], np.maximum(happened, published)[waits] + rule.hardening_days),\n",
        "",
        "test_replay.py",
    ),
    "a replay knows what is published later": Mutation(
        "replay",
        'known = published[row] <= moments["day"].to_numpy()[of]',
        "known = published[row] > -1",
        "test_replay.py",
    ),
    "a line names another than the one who set the status": Mutation(
        "gist",
        "if day == since)",
        "if day <= since)[:1]",
        "test_gist.py::test_a_line_agrees_with_the_explanation",
    ),
    "silence is control": Mutation(
        "fold",
        '"status": NO_REPORT,',
        '"status": "blue",',
        "test_laws.py::test_silence_is_never_control",
    ),
    "the order of the rows decides": Mutation(
        "bearings",
        "order = np.lexsort((alphabetical[report], published[report], happened[report], place))",
        "order = np.argsort(place, kind='stable')",
        "test_laws.py::test_the_order_of_the_rows_changes_nothing",
    ),
}


@pytest.fixture(scope="module")
def mutants() -> Iterator[Mutants]:
    with Mutants() as running:
        yield running


@pytest.mark.parametrize("mutation", MUTATIONS.values(), ids=MUTATIONS)
def test_a_change_of_meaning_is_noticed(mutation: Mutation, tmp_path: Path, mutants: Mutants) -> None:
    for folder in ("control_map", "tests"):
        # What is compiled already stays so, but for the module that is changed: its time is another.
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("browser", "bench"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "data").symlink_to(ROOT / "data")
    path = tmp_path / "control_map" / f"{mutation.module}.py"
    source = path.read_text("utf-8")
    assert source.count(mutation.line) == 1, "the line is not there any more: name the one that does its work now"
    path.write_text(source.replace(mutation.line, mutation.change), "utf-8")
    code, said = mutants.run(tmp_path, f"tests/{mutation.noticed_by}")
    # 1: a test failed. A mutant that cannot be imported, or a test that is not there, gives another code.
    assert code == 1, said
