"""How one names in a sentence who says something: "a Reuters journalist", "officials via Anadolu", "UN OCHA".

Reports keep the claimant as a function in lower case. How a proper name in it is spelled is learnt from the pack's own
prose; which article it takes is English, and says nothing of any theatre.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from itertools import pairwise
from types import MappingProxyType

import pandas as pd

from control_map.geocoding.spelling import find_whole_words

_WORD = re.compile(r"[^\W\d_]{2,}")
_END_OF_HEAD = re.compile(r"\s+(?:of|to|from|by|in|with|at|for|on|and|received|compiled)\s+|\s*\(")
_BODIES = frozenset(
    "administration agency army assembly association authority chamber command committee corps council customs daily "
    "delegation department force front government military ministry mission movement office parliament party police "
    "service union chairman chairwoman chief director governor head mayor president".split()
)
"""What there is one of: it takes "the"."""
_DETERMINERS = frozenset({"a", "an", "the", "our", "his", "her", "their", "two", "three", "several", "some"})
_ABBREVIATIONS = {word.casefold(): word for word in "EU MP MPs NGO TV UN US".split()}
_UNCOUNTED = frozenset("information media news personnel people press staff support television".split())
_REPORTERS = frozenset("analyst correspondent journalist photographer reporter".split())
"""Who speaks for the outlet where the statement first appeared."""
# Letters whose names begin with a vowel, for "an FDD analyst".
_VOWEL_LETTERS = frozenset("AEFHILMNORSX")
_STEM = 5
_NO_VOWEL = re.compile(r"(?:uni|use|eu|one)", re.IGNORECASE)


def learn_spellings(prose: tuple[str, ...], names: tuple[str, ...]) -> Mapping[str, str]:
    """Learn how words and names are spelled.

    Parameters
    ----------
    prose
        Sentences. A word is spelled as it mostly stands inside them; each sentence counts once.
    names
        Names as they are spelled, of several words too: they go before words.

    Returns
    -------
    mapping
        From lower case to the spelling, for what does not stay in lower case; names first, the longest first.
    """
    inside: defaultdict[str, Counter[str]] = defaultdict(Counter)
    initials: set[str] = set()
    for sentence in sorted(set(prose)):
        words = list(_WORD.finditer(sentence))
        initials.update(word[0] for word in words if word[0].isupper())
        for before, word in pairwise(words):
            # At the beginning of a sentence and within a name every word has its capital.
            if before[0].islower() and sentence[before.end() : word.start()] in (" ", ", ", " ("):
                inside[word[0].casefold()][word[0]] += 1
    learnt = {name.casefold(): name for name in sorted(set(names), key=lambda name: (-len(name), name)) if name}
    for lower, forms in inside.items():
        form = forms.most_common(1)[0][0]
        if form != lower:
            learnt.setdefault(lower, form)
    for letters in initials:
        if letters.casefold() not in inside:
            learnt.setdefault(letters.casefold(), letters)
    return MappingProxyType(_ABBREVIATIONS | learnt)


def learn_spellings_from_reports(reports: pd.DataFrame) -> Mapping[str, str]:
    """Learn the spellings of reports, which have `summary` and `origin`, see `spellings`."""
    prose, names = (tuple(reports[name].to_numpy(object)) for name in ("summary", "origin"))
    return learn_spellings(prose, names)


def apply_spellings(text: str, known: Mapping[str, str]) -> str:
    """Give the words of a text that are in lower case the capitals that they should have."""
    for name, spelling in known.items():
        if name in text and not _WORD.fullmatch(name):
            for at in reversed(list(find_whole_words(name, text))):
                text = text[:at] + spelling + text[at + len(name) :]
    return _WORD.sub(lambda found: _spelled_word(found[0], known), text)


def _spelled_word(word: str, known: Mapping[str, str]) -> str:
    if word in known or word != word.casefold():
        return known.get(word, word)
    # Who knows "Pakistan" knows how "Pakistani" begins.
    stem = next((word[:end] for end in (-1, -2, -3) if len(word[:end]) >= _STEM and word[:end] in known), "")
    return known[stem] + word[len(stem) :] if stem else word


def name_claimant(claimant: str, origin: str, known: Mapping[str, str], parties: Collection[str] = ()) -> str:
    """Name who says something, and where it first appeared unless that is the same.

    Parameters
    ----------
    claimant, origin
        As in the report.
    known
        What `spellings` returns.
    parties
        The labels of the theatre's parties.

    Returns
    -------
    str
        To stand inside a sentence, as in "the provincial governor via Al Jazeera".
    """
    claimant, origin = " ".join(claimant.split()), " ".join(origin.split())
    own = origin.casefold()
    bare = claimant.casefold().removesuffix(f"({own})").removesuffix(f"(via {own})").rstrip()
    if bare in _REPORTERS and origin:
        return _with_article(f"{origin} {bare}")
    said = " and ".join(_part(part, known, parties) for part in claimant.split(" / "))
    same = _includes(claimant.casefold(), own) or _includes(own, claimant.casefold())
    return (said or origin) if same or not (said and origin) else f"{said} via {origin}"


def _includes(text: str, part: str) -> bool:
    """Whether a text has another in it as whole words."""
    return bool(part) and any(True for _ in find_whole_words(part, text))


def _part(text: str, known: Mapping[str, str], parties: Collection[str]) -> str:
    for party in parties:
        if text.casefold() == party.casefold():
            return f"the {party}"
    shown = apply_spellings(text, known)
    head = _END_OF_HEAD.split(text)[0].split()
    if not head or head[0].casefold() in _DETERMINERS:
        return shown
    noun = head[-1]
    person = text.rsplit(maxsplit=1)[-1].endswith(("man", "woman", "official"))
    if noun in _BODIES and head[0] != "former":
        return _with_article(shown) if person else f"the {shown}"
    plural = noun.endswith("men") or (noun.endswith("s") and not noun.endswith(("ss", "us")))
    proper = shown.istitle() and text not in _ABBREVIATIONS
    if proper or plural or noun in _UNCOUNTED or (apply_spellings(noun, known) != noun and noun not in _ABBREVIATIONS):
        return shown
    return _with_article(shown)


def _with_article(text: str) -> str:
    first = text.split(maxsplit=1)[0]
    if first.isupper() and len(first) > 1:
        vowel = first[0] in _VOWEL_LETTERS
    else:
        vowel = first[0].casefold() in "aeiou" and not _NO_VOWEL.match(first)
    return f"{'an' if vowel else 'a'} {text}"
