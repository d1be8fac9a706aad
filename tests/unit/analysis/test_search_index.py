"""The documents that contain a word, one that begins with it, or one that is spelled nearly like it."""

import hypothesis.strategies as st
from hypothesis import given

from control_map.analysis.search_index import WordIndex

DOCUMENTS = st.lists(st.frozensets(st.text("abc1", min_size=1, max_size=6), max_size=5), max_size=8)


@given(DOCUMENTS, st.text("abc1", min_size=1, max_size=6))
def test_a_word_is_found_in_the_documents_that_contain_it(documents: list[frozenset[str]], word: str):
    assert WordIndex(documents).with_word(word).tolist() == [word in words for words in documents]


@given(DOCUMENTS, st.text("abc1", min_size=2, max_size=4))
def test_a_prefix_is_found_in_the_documents_with_a_word_that_begins_with_it(documents: list[frozenset[str]], word: str):
    begun = [any(each.startswith(word) for each in words) for words in documents]
    assert WordIndex(documents).with_prefix(word).tolist() == begun


def test_a_single_character_is_no_prefix():
    assert WordIndex([{"a"}, {"ab"}]).with_prefix("a").tolist() == [True, False]


def test_a_spelling_error_is_forgiven_in_a_long_word_and_not_in_a_short_one():
    words = WordIndex([{"kunduz"}, {"kunar"}, {"naw"}])
    assert words.with_similar_word("kundus").tolist() == [True, False, False]
    assert not words.with_similar_word("nav").any()


def test_another_first_character_makes_another_word():
    assert not WordIndex([{"bandar"}]).with_similar_word("kandar").any()


def test_a_number_must_be_exact():
    assert not WordIndex([{"12345"}, {"route1234"}]).with_similar_word("12346").any()
    assert not WordIndex([{"route1"}]).with_similar_word("route2").any()
