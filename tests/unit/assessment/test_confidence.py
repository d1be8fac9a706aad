"""The confidence of a status: its grade, and the words that say why."""

import pandas as pd
import pytest

from control_map.assessment.confidence import Support, explain_confidence, grade_confidence

SUPPORTS = [
    (Support("no_report", "", False, 0, False), "", ""),
    (Support("red", "own", False, 0, False), "low", "only claims in one's own interest or of unknown side"),
    (Support("red", "own", False, 1, False), "low", "one independent origin, graded below B2"),
    (Support("red", "own", False, 1, True), "medium", "one independent origin, graded B2 or better"),
    (Support("red", "own", False, 2, False), "medium", "2 independent origins, none graded B2 or better"),
    (Support("red", "own", False, 3, True), "high", "3 independent origins, one graded B2 or better"),
    (Support("red", "own", True, 2, True), "medium", "2 independent origins, one graded B2 or better, disputed"),
    (Support("red", "own", True, 0, False), "low", "only claims in one's own interest or of unknown side, disputed"),
    (
        Support("red", "area", False, 2, True),
        "medium",
        "2 independent origins, one graded B2 or better, on the area only",
    ),
    (
        Support("red", "baseline", True, 2, True),
        "low",
        "2 independent origins, one graded B2 or better, from before the period only, disputed",
    ),
]


@pytest.mark.parametrize(("support", "grade", "words"), SUPPORTS)
def test_what_supports_a_status_gives_its_grade_and_is_said_in_words(support: Support, grade: str, words: str):
    assert explain_confidence(support) == words
    grades = grade_confidence(pd.DataFrame([support], index=["H2"]))
    assert grades.to_dict() == {"H2": grade}
