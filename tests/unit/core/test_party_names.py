"""What sentences call a party, whatever its name is."""

import pytest

from control_map.core.model import Actor, PartyLabels, name_in_text
from control_map.core.wording import looks_plural, with_article


@pytest.mark.parametrize(
    ("label", "plural", "subject"),
    [
        ("Red Army", False, "Red Army holds"),
        ("Northern Front", False, "Northern Front holds"),
        ("the Junta", False, "The Junta holds"),
        ("People of the Hills", True, "People of the Hills hold"),
        ("Forces of the Congress", True, "Forces of the Congress hold"),
        ("Army of the Lakes", False, "Army of the Lakes holds"),
        ("Rebels", True, "Rebels hold"),
        ("Congress", False, "Congress holds"),
        ("ISIS", False, "ISIS holds"),
        ("Северный фронт", False, "Северный фронт holds"),
        ("", False, " holds"),
    ],
)
def test_a_party_holds_or_its_people_hold(label: str, plural: bool, subject: str):
    assert looks_plural(label) is plural
    assert Actor("x", label, "#000000", (), is_plural=plural).subject == subject


def test_a_sentence_gives_a_party_an_article_unless_it_has_one_or_the_theatre_says_otherwise():
    assert with_article("Red Army") == "the Red Army"
    assert with_article("The Junta") == with_article("the Junta") == "the Junta"
    assert with_article("The") == "the The"
    labels = PartyLabels(
        [Actor("a", "Ruritania", "#000000", (), in_text="Ruritania"), Actor("b", "Rebels", "#000000", ())]
    )
    assert labels == {"a": "Ruritania", "b": "Rebels"}
    assert [name_in_text(labels, party) for party in labels] == ["Ruritania", "the Rebels"]
    assert name_in_text({"a": "Ruritania"}, "a") == "the Ruritania"
