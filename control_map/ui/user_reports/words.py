"""Questions on a table's words: what one means that is not understood, and for whom a speaker speaks."""

from collections.abc import Mapping, Sequence

import streamlit as st

from control_map.intake.matching.actor_names import ALL_OTHERS
from control_map.intake.matching.vocabulary import UnknownWord
from control_map.ui import html

Meanings = Mapping[tuple[str, str], str]
"""The user's choices, by the column of the codebook and the word; of a speaker, in `claimant`, it is the side."""
_PROBLEMS = {
    "claimant": "names no party",
    "claim": "is not understood as a claim",
    "actor": "is not an actor of this conflict",
    "claimant_side": "is not understood as a side",
    "place_kind": "is not understood as a kind of place",
}
"""What is wrong with a word, by the column of the codebook; speakers come first."""
_SPEAKERS_NOTE = (
    "Until you choose, what they say waits: it is hatched on the map and decides nothing. A choice applies to all rows "
    "with this speaker."
)


def ask_meanings(
    unknown: Sequence[UnknownWord],
    chosen: Meanings,
    labels: Mapping[str, Mapping[str, str]],
    token: str,
    *,
    persist: bool = False,
) -> dict[tuple[str, str], str]:
    """Ask for the side of each speaker and the meaning of each word, and return what is chosen.

    `chosen` are the choices so far, which stay to be corrected; `labels` has the words to choose from for each column;
    `token` distinguishes the inputs of one table from those of another; `persist` keeps them while the panel is closed.
    """
    rows = {**dict.fromkeys(chosen, ()), **{(word.column, word.word): word.rows for word in unknown}}
    speakers = [question for question in rows if question[0] == "claimant"]
    words = sorted((question for question in rows if question[0] != "claimant"), key=_is_for_others)
    answers = {}
    for questions, strong, note in (
        (speakers, "For whom do they speak?", _SPEAKERS_NOTE),
        (words, "What does it mean?", "A choice applies to all rows with this word."),
    ):
        if questions:
            html.show_note(note, strong=strong)
        for column, word in questions:
            label, choice = st.columns([1.2, 1], vertical_alignment="center")
            with label:
                html.show_template(
                    "user_word.html",
                    word=word,
                    is_for_others=_is_for_others((column, word)),
                    rows=rows[column, word],
                    problem=_problem_of(column, word),
                )
            key = f"own word {(token, column, word)}"
            # Not as the index: a choice that the box begins with could not be cleared.
            st.session_state.setdefault(key, chosen.get((column, word)))
            with choice:
                answers[column, word] = _choose(column, word, labels, key, persist=persist)
    return {question: answer for question, answer in answers.items() if answer}


def _problem_of(column: str, word: str) -> str:
    if column != "actor" or ALL_OTHERS not in word:
        return _PROBLEMS[column]
    return "stands for all names of this kind"


def _is_for_others(question: tuple[str, str]) -> bool:
    """Whether a question is for all names that have no answer of their own; it comes last."""
    return question == ("actor", ALL_OTHERS)


def _choose(column: str, word: str, labels: Mapping[str, Mapping[str, str]], key: str, *, persist: bool) -> str | None:
    is_speaker = column == "claimant"
    of_column = labels["claimant_side" if is_speaker else column]
    subject = "All other names" if _is_for_others((column, word)) else html.escape_markdown(word)
    return st.selectbox(
        f"{subject} {'speaks for' if is_speaker else 'means'}",
        list(of_column),
        None,
        format_func=of_column.__getitem__,
        key=key,
        placeholder="Choose a side, or leave it waiting" if is_speaker else "Choose a meaning, or leave its rows out",
        label_visibility="collapsed",
        persist_state="session" if persist else None,
    )
