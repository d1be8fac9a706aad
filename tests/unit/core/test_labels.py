"""The labels that readers are shown: one for each word of the vocabulary."""

from control_map.core.labels import CHANGE_LABELS, CLAIM_LABELS, KIND_LABELS, STATUS_LABELS
from control_map.core.model import KINDS_WITH_STATUS, NOBODY, Change, Claim
from control_map.core.wording import list_some


def test_each_kind_claim_status_and_change_has_a_label() -> None:
    assert list(KIND_LABELS) == list(KINDS_WITH_STATUS)
    assert list(CLAIM_LABELS) == list(Claim)
    assert tuple(STATUS_LABELS) == NOBODY
    assert list(CHANGE_LABELS) == list(Change)


def test_a_long_list_names_its_first_words_and_counts_the_others() -> None:
    assert list_some(["a", "b"], 2) == "a, b"
    assert list_some([1, 2, 3], 2) == "1, 2 and 1 more"
    assert list_some(range(2000), 1) == "0 and 1,999 more"
