"""Which documents hold a word."""

import hypothesis.strategies as st
from hypothesis import given

from control_map.analysis.search_index import WordIndex

DOCUMENTS = st.lists(st.frozensets(st.text("abc1", min_size=1, max_size=6), max_size=5), max_size=8)


@given(DOCUMENTS, st.text("abc1", min_size=1, max_size=6))
def test_a_word_is_held_by_the_documents_that_have_it(documents: list[frozenset[str]], word: str):
    assert WordIndex(documents).with_word(word).tolist() == [word in words for words in documents]


@given(DOCUMENTS, st.text("abc1", min_size=2, max_size=4))
def test_a_beginning_is_held_by_the_documents_that_have_a_word_that_begins_so(
    documents: list[frozenset[str]], word: str
):
    begun = [any(each.startswith(word) for each in words) for words in documents]
    assert WordIndex(documents).with_prefix(word).tolist() == begun


def test_a_single_letter_begins_no_other_word():
    assert WordIndex([{"a"}, {"ab"}]).with_prefix("a").tolist() == [True, False]


def test_a_slip_in_a_long_word_is_forgiven_and_one_in_a_short_word_is_not():
    lexicon = WordIndex([{"kunduz"}, {"kunar"}, {"naw"}])
    assert lexicon.with_similar_word("kundus").tolist() == [True, False, False]
    assert not lexicon.with_similar_word("nav").any()


def test_another_first_letter_makes_another_word():
    assert not WordIndex([{"bandar"}]).with_similar_word("kandar").any()


def test_a_number_is_like_no_other():
    assert not WordIndex([{"12345"}, {"route1234"}]).with_similar_word("12346").any()
    assert not WordIndex([{"route1"}]).with_similar_word("route2").any()
