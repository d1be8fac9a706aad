"""Invisible and look-alike characters are removed from text, and names that look alike have one key."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from control_map.core import characters
from control_map.core.characters import (
    HIDDEN_CHARACTERS,
    MIXED_SCRIPTS,
    clean_text,
    clean_texts,
    look_key,
    name_key,
    remove_invisible,
)

NAME_LETTERS = st.sampled_from(
    "AaIil1\u039d\u0410\u0430\u0435\u03bd\u13aa .-+'\u200b\u202e\u00e9\u0301\u0642\u200c\uff32\u00df\u0130"
)


@pytest.mark.parametrize(
    "written",
    [
        *(
            "reuters",
            "REUTERS",
            " Reuters ",
            "Reuters.",
            "\u201cReuters\u201d",
            "(Reuters)",
            "Reuters,",
            "Reuters\u00ae",
        ),
        *(
            "R\u0435uters",
            "\u13a1euters",
            "Reut\u0435\u0433s",
            "\uff32\uff25\uff35\uff34\uff25\uff32\uff33",
            "\U0001d411euters",
        ),
        *(
            "Reu\u200bters",
            "Reu\u00adters",
            "\u202eReuters\u202c",
            "Reuters\ufeff",
            "Reuters\u00a0",
            "Reuters\U000e0041",
        ),
        *(
            "Reu\u0332ters",
            "Reut\u00e9rs",
            "\u0280euters",
            "Reuters\u3164",
            "Reuters\u2800",
            "R\u200deuters",
            "Reuters\x85",
        ),
    ],
)
def test_the_ways_to_write_one_name_have_one_key(written: str) -> None:
    assert name_key(written) == name_key("Reuters")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("\u0412\u0412\u0421", "BBC"),
        ("\u0410\u0420", "AP"),
        ("\u039d\u0391\u03a4\u039f", "NATO"),
        ("\ua4ee\ua4d1", "AP"),
        ("\u0422\u0410\u0421\u0421", "\u0442\u0430\u0441\u0441"),
        ("\u039d\u0395\u0391", "\u03bd\u03b5\u03b1"),
        ("El Pa\u00eds", "El Pais"),
        ("A.F.P.", "AFP"),
        ("\u0130HA", "iha"),
        ("Tolo\u2019s", "Tolo's"),
        ("Al-Jazeera", "Al Jazeera"),
        ("\u062e\u0628\u0631\u06af\u0632\u0627\u0631\u064a", "\u062e\u0628\u0631\u06af\u0632\u0627\u0631\u06cc"),
        ("\u0642\u0646\u0627\u0629 \u0662", "\u0642\u0646\u0627\u0629 2"),
    ],
)
def test_one_name_in_another_script_case_or_style_has_one_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


def test_honest_names_keep_their_own_keys() -> None:
    names = ["Reuters", "Reuters TV", "AP", "APA", "AFP", "Canal", "Canal+", "1+1", "11", "24/7", "247", "TVI", "TV1"]
    names += [
        "\u0420\u0443\u0441\u0441\u043a\u0438\u0439",
        "Russkij",
        "\u0422\u0410\u0421\u0421",
        "TASS",
        "\u041d\u043e\u0432\u044c",
        "\u041d\u043e\u0432",
    ]
    names += [
        "\u043a\u0440\u0430\u0439",
        "\u043a\u0440\u0430\u0438",
        "\u0928\u0935",
        "\u0928\u0935\u0940",
        "\u0639\u0631\u0628",
        "\u063a\u0631\u0628",
        "Maii",
        "Mali",
        "Mail",
    ]
    assert len({name_key(name) for name in names}) == len(names)


def test_a_name_of_punctuation_alone_has_a_key_too() -> None:
    assert name_key(" ... ") == "..."
    assert name_key("") == ""


@given(st.text(NAME_LETTERS, max_size=12))
def test_surrounding_spaces_and_invisible_marks_never_make_another_name(name: str) -> None:
    assert name_key(f"\u202e {name}\u200b ") == name_key(name)


@given(st.text("Ab\u00e9\u0130\u00df .-\u200b", max_size=12), st.text("\u0410\u0435\u0420\u0436\u0419 .", max_size=12))
def test_case_never_makes_another_name(latin: str, cyrillic: str) -> None:
    for name in (latin, cyrillic, f"{latin} {cyrillic}"):
        assert name_key(name.casefold()) == name_key(name)


@given(st.text(max_size=20))
def test_text_that_was_cleaned_is_clean(text: str) -> None:
    clean = clean_text(text)
    assert clean_text(clean) == clean
    assert name_key(clean) == name_key(text)
    assert look_key(clean) == look_key(text)


@given(st.lists(st.text(NAME_LETTERS, max_size=8), max_size=6))
def test_many_texts_are_cleaned_as_each_alone_and_every_change_is_remarked(texts: list[str]) -> None:
    clean, remarks = clean_texts(texts)
    assert clean == [clean_text(text) for text in texts]
    changed = {place for places in remarks.values() for place in places}
    assert changed == {place for place, text in enumerate(texts) if clean[place] != text}


def test_a_remark_says_whether_characters_were_invisible_or_imitated_others() -> None:
    assert clean_texts(["K\u0430bul", "Her\u202eat", "Kabul"]) == (
        ["Kabul", "Herat", "Kabul"],
        {HIDDEN_CHARACTERS: [1], MIXED_SCRIPTS: [0]},
    )


def test_joiners_between_persian_letters_stay_and_go_elsewhere() -> None:
    assert (
        remove_invisible("\u0642\u0644\u0639\u0647\u200c\u0646\u0648 Ka\u200cbul\u200d")
        == "\u0642\u0644\u0639\u0647\u200c\u0646\u0648 Kabul"
    )
    assert (
        remove_invisible("\u0642\u0644\u0639\u0647\u200c\u0646\u0648", joiners=True)
        == "\u0642\u0644\u0639\u0647\u0646\u0648"
    )


def test_no_control_or_format_character_of_unicode_is_left_in_a_text() -> None:
    special = [
        chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) in ("Cc", "Cf", "Cs", "Zl", "Zp")
    ]
    left = set(clean_text("".join(special))) - set("\t\n\r")
    # Those that are left are drawn: the signs that enclose numbers in Arabic, Syriac, Kaithi and Egyptian texts.
    assert not [mark for mark in left if unicodedata.bidirectional(mark) in ("BN", "LRE", "RLE", "PDF", "LRO", "RLO")]
    assert {unicodedata.name(mark).split()[0] for mark in left} <= {"ARABIC", "SYRIAC", "KAITHI", "EGYPTIAN", "END"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("AF-01", "\u0410F-01"),
        ("A-1", "\u0410-1"),
        ("AF-01", "AF\u201301"),
        ("x 1", "x\u00a01"),
        ("x1", "x\u200b1"),
        ("x1", "\uff581"),
    ],
)
def test_ids_that_look_the_same_have_one_key(one: str, other: str) -> None:
    assert look_key(one) == look_key(other)


def test_ids_that_differ_in_case_or_marks_look_different() -> None:
    assert len({look_key(own) for own in ("a-1", "A-1", "a1", "\u00e1-1", "a.1")}) == 5


def test_every_imitation_is_a_letter_of_another_script_and_stands_once_in_the_table() -> None:
    letters = [letter for pair in characters._IMITATIONS.values() for letter in pair[0]]
    assert len(set(letters)) == len(letters)
    assert all(len(others) == len(latin) and latin.isascii() for others, latin in characters._IMITATIONS.values())
    assert not [letter for letter in letters if unicodedata.name(letter).startswith("LATIN")]
