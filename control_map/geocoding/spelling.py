"""Spellings of names: keys that the spellings of one name share, and words that are not part of a name."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from string import ascii_lowercase

from anyascii import anyascii

from control_map.core.characters import remove_invisible
from control_map.core.model import PlaceKind

# Letters that Dari, Pashto and Arabic keyboards exchange for each other.
_LETTERS = str.maketrans(dict(zip("يىۍېئكګڪ", "یییییکگک", strict=True)))


def plain_word(word: str) -> str:
    """Return a word without differences in case, in invisible characters and in letters that keyboards exchange."""
    if word.isascii():
        return word.lower()
    return remove_invisible(word, joiners=True).casefold().translate(_LETTERS)


def _plain_words(text: str) -> frozenset[str]:
    return frozenset(map(plain_word, text.split()))


# Words that may stand beside a name without changing what is meant, for each kind of place. The names of neighbouring
# countries and of the province may stand there, too.
KIND_WORDS = {
    PlaceKind.DISTRICT: _plain_words(
        """
        district districts subdistrict sub-district sub county municipality municipio commune woluswali wuluswali nahiya
        nahiyah ناحية منطقة район ولسوالی مرکز د center centre the of town
        """
    ),
    PlaceKind.CAPITAL: _plain_words(
        "city town capital center centre the of municipality all districts in مدينة ciudad ville город شهر ښار مرکز د"
    ),
    PlaceKind.CROSSING: _plain_words(
        """
        crossing crossings border port bridge gate post posts point customs headquarters checkpoint checkpoints
        town and the of one two side bcp мост порт بندر معبر paso puente
        """
    ),
}
# Words that say that a part of a place, or something in or near it, is meant.
PART_WORDS = _plain_words(
    """
    air airport airfield airbase base bases camp corps brigade battalion army military police headquarters hq
    compound prison jail checkpoint checkpoints checkpost outpost outposts post posts position positions garrison
    barracks fort area areas part parts some several most many few half third quarter quarters sector suburb suburbs
    outskirts approaches surroundings around near outside inside limits edge edges neighbourhood neighborhood village
    villages bazaar market road highway bridge dam valley pass corridor north south east west northern southern
    eastern western аэропорт کوتل فرودگاه
    """
)
PROVINCE_WORDS = _plain_words(
    """
    province provinces governorate governorates state region department wilayat wilayah wilaya ولایت ولايت ولاية استان
    محافظة mohafaza muhafazah provincia departamento estado oblast область of د
    """
)
FILLER_WORDS = _plain_words("the of in and at on to from د در په")

# A word with the marks on its letters.
_WORD = re.compile(r"(?:[^\W_]|[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670'`\u2019])+")
JOINING_WORDS = ("e", "i", "o", "u", "ye", "wa", "va", "aw", "al", "ul")
"""Short words that join parts of a name, see `normalise`."""
_IZAFAT = re.compile(rf"\b({'|'.join(JOINING_WORDS)})\b")
# Letters that scholars mark where others write two: the š of Kūšk is sh, the x of Xōst is kh.
_MARKED = "(s)\u0323?[\u0301\u0302\u0304\u030c\u0326\u0327]|(c)[\u0301\u0302\u030c\u0327]|(z)\u0323?\u030c|(x)"
MARKED_LETTERS = (_MARKED, ("sh", "ch", "zh", "kh"))
"""A regular expression of marked letters without case and decomposed, and what each of its groups stands for."""
LETTER_FOLDS = (
    *(("kh", "h"), ("gh", "g"), ("dzh", "j"), ("zh", "j"), ("ph", "f"), ("th", "t"), ("dh", "d")),
    *(("ck", "k"), ("q", "k"), ("ch", "\0"), ("c", "k"), ("\0", "ch"), ("v", "w"), ("ou", "u"), ("o", "u")),
    *(("ai", "i"), ("ay", "i"), ("e", "i"), ("y", "i")),
)
"""Letters that transliterations confuse, in this order; what a later pair makes, an earlier one does not see."""
_DOUBLED = re.compile(r"([a-z])\1+")


def latin_words(name: str) -> str:
    """Return a name in plain Latin letters and digits, with single spaces between the words."""
    latin = unicodedata.normalize("NFKD", anyascii(remove_invisible(name, joiners=True))).lower()
    return re.sub(r"[^a-z0-9]+", " ", re.sub(r"['`\u2019]", "", latin)).strip()


def read_marked_letters(name: str) -> str:
    """Return a name with two letters for those that scholars mark: "Kushk" for "Kušk"; unchanged if it has none."""
    if name.isascii() and "x" not in name and "X" not in name:
        return name
    plain = unicodedata.normalize("NFD", name.lower())
    spelled_out = _spell_out(plain)
    return name if spelled_out == plain else spelled_out


def _spell_out(text: str) -> str:
    return re.sub(_MARKED, lambda found: MARKED_LETTERS[1][(found.lastindex or 1) - 1], text)


def spelling_keys(name: str) -> tuple[str, ...]:
    """Return the keys of a name, see `normalise`: without the marks on its letters and, if that differs, with them.

    "Šar" can be a Sar written with a needless mark, or a Shar: what fits both is in doubt.
    """
    key = normalise(name)
    spelled_out = read_marked_letters(name)
    if spelled_out is name:
        return (key,)
    other = normalise(spelled_out)
    return (key,) if other == key else (key, other)


def normalise(name: str) -> str:
    """Return a key that the usual spellings of one name share, in Latin letters without spaces.

    Any script is transliterated; the short words that join parts of a name (the izafat of Nahr-e-Saraj, the
    "wa" of Tala wa Barfak) are dropped, and letters that transliterations confuse become one.
    """
    words = latin_words(name)
    key = _IZAFAT.sub(" ", words) if " " in words else words
    return fold_letters(key, LETTER_FOLDS).replace(" ", "")


def spelling_keys_of(names: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the `spelling_keys` of each of many names, several times as fast as one by one."""
    plain = _normalise_lines(names)
    keys: list[tuple[str, ...]] = [(key,) for key in plain]
    marked = [number for number, name in enumerate(names) if not name.isascii() or "x" in name or "X" in name]
    lines = unicodedata.normalize("NFD", _as_lines([names[number] for number in marked]).lower())
    spelled_out = _spell_out(lines)
    pairs = zip(marked, lines.split("\n"), spelled_out.split("\n"), strict=False)
    differing = [(number, other) for number, name, other in pairs if other != name]
    for (number, _), other in zip(differing, _normalise_lines([other for _, other in differing]), strict=True):
        if other != plain[number]:
            keys[number] = (plain[number], other)
    return keys


def _as_lines(names: Iterable[str]) -> str:
    return "\n".join(name.replace("\n", " ") for name in names)


def _latin_letter(letter: str) -> str:
    """Return what `latin_words` makes of a single character; a line end stays."""
    latin = anyascii(remove_invisible(letter, joiners=True)).lower()
    return re.sub(r"[^a-z0-9\n]", " ", re.sub(r"['`\u2019]", "", latin))


def _normalise_lines(names: Sequence[str]) -> list[str]:
    """Return what `normalise` returns for each name: all of them are one text, a line for each."""
    if not names:
        return []
    lines = f" {_as_lines(names)} ".replace("\n", " \n ")
    text = lines.translate({ord(letter): _latin_letter(letter) for letter in set(lines)})
    for word in JOINING_WORDS:
        while f" {word} " in text:
            text = text.replace(f" {word} ", " ")
    for letters_, one in LETTER_FOLDS:
        text = text.replace(letters_, one)
    for letter in ascii_lowercase:
        while letter * 2 in text:
            text = text.replace(letter * 2, letter)
    # A joining word that is a whole name is one.
    keys = text.replace(" ", "").split("\n")
    return [key or normalise(name) for name, key in zip(names, keys, strict=True)]


def fold_letters(text: str, folds: Iterable[tuple[str, str]]) -> str:
    """Return a text with some letters replaced, one pair after the other, and with doubled letters written once."""
    for letters, one in folds:
        text = text.replace(letters, one)
    return _DOUBLED.sub(r"\1", text)


def split_words(text: str) -> list[str]:
    """Return the words of a text in any script as they are written, without punctuation and spaces."""
    return _WORD.findall(remove_invisible(text, joiners=True))


def find_whole_words(part: str, text: str) -> Iterator[int]:
    """Yield the positions at which a text contains another as whole words.

    A regular expression would do, but Python caches those, and what a visitor wrote must not outlive the session.
    """
    at = text.find(part)
    while at >= 0:
        end = at + len(part)
        if not any(side.isalnum() or side == "_" for side in text[at - 1 : at] + text[end : end + 1]):
            yield at
        at = text.find(part, at + max(len(part), 1))


def fold_name(name: str) -> str:
    """Return a name without differences in case, invisible characters and repeated spaces."""
    return " ".join(remove_invisible(name, joiners=True).casefold().split())


def remove_words(words: frozenset[str], text: str) -> str:
    """Return a text without some words."""
    return " ".join(word for word in text.split() if plain_word(word) not in words)
