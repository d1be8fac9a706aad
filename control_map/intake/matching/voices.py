"""A voice is a person or an office, or an outlet: which of them a cell names, by its words."""

import re

from anyascii import anyascii

_PERSONS = frozenset(
    """
    spokesman spokesmen spokeswoman spokesperson spokespersons official officials commander commanders leader leaders
    representative representatives governor governors mayor chief chiefs minister ministers ministry mod moi police
    officer officers general colonel captain resident residents witness witnesses elder elders villager villagers local
    locals people man woman shopkeeper trader driver teacher doctor doctors farmer lawmaker lawmakers mp mps senator
    council member members deputy president ambassador diplomat diplomats soldier soldiers fighter fighters militant
    militants insurgent insurgents activist activists analyst analysts source sources authority authorities secretary
    adviser advisor aide envoy head army forces
    """.split()
)
"""Words of which one at least is in what a person or an office is called: "police chief", "local officials"."""
_TITLES = frozenset(
    """
    a an one some gov gen col maj capt lt sgt cmdr brig adm dr mr mrs ms haji mullah mawlawi maulvi qari sheikh
    """.split()
)
"""Words with which what a person is called begins: "Gov. Mohammad Omar", "a shopkeeper"."""
_OUTLETS = frozenset(
    """
    agency news newspaper newspapers radio tv television times daily weekly herald tribune gazette journal
    magazine telegraph broadcaster journalist journalists reporter reporters correspondent correspondents
    reuters ap afp bbc cnn dw voa npr xinhua tass anadolu dpa efe bloomberg jazeera pajhwok tolonews
    """.split()
)
"""Words of which one at least is in what an outlet, or who writes for it, is called."""


_NAMES = re.compile(
    r"\b(?:associated press|press trust|press association|press tv|khaama press|(?:washington|jerusalem|kyiv) post)\b"
)
"""Names of outlets whose words are also those of offices: a press office, a military post."""


def is_outlet(text: str) -> bool:
    """Whether a text reads like the name of an outlet, or of who writes for it: "New York Times", "a journalist"."""
    words = _words(text)
    is_called_so = not _OUTLETS.isdisjoint(words) or _NAMES.search(" ".join(words)) is not None
    return is_called_so and _PERSONS.isdisjoint(words)


def is_speaker(text: str) -> bool:
    """Whether a text reads like a person or an office: "police chief", "Gov. Mohammad Omar", "a shopkeeper"."""
    words = _words(text)
    return bool(words) and not is_outlet(text) and (words[0] in _TITLES or not _PERSONS.isdisjoint(words))


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z]+", anyascii(text).lower())
