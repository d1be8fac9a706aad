"""Characters that hide or imitate others: they are removed or replaced in text that is read, and folded in keys.

A direction mark makes a name read backwards, and a Cyrillic letter in a Latin word makes two names of one. Text is
cleaned of both when it is read, and every change is reported, as the user may have been meant to see something else.
Names that decide something are compared by keys (`name_key`, `look_key`), in which all that looks alike is alike.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
from anyascii import anyascii

_KEPT_CHARACTERS = 10_000
"""Characters whose look is kept: more than any text has, and fewer than there are."""
_JOINERS = "\u200c\u200d"
HIDDEN_CLASS = (
    r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    r"\u2028-\u202e\u2060-\u206f\u2800\u3164\ud800-\udfff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0"
    r"\ufff0-\ufffb\ufffe\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Characters that cannot be seen, as a class of a regular expression.

These are controls (but tab and line ends), what Unicode calls Default_Ignorable_Code_Point, breaks and annotations of
lines, the blank of Braille, surrogates, and what is no character; not the joiners of Persian and Indian names.
"""
# Between two letters of these scripts the joiners are part of the spelling, as in Persian.
_JOINING_LETTERS = r"\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\u0900-\u0dff"
_INVISIBLE = re.compile(
    rf"[{HIDDEN_CLASS}]+|(?<![{_JOINING_LETTERS}])[{_JOINERS}]+|[{_JOINERS}]+(?![{_JOINING_LETTERS}])"
)
_ANY_INVISIBLE = re.compile(rf"[{HIDDEN_CLASS}{_JOINERS}]+")
_IMITATIONS = {
    "Cyrillic": ("АВЕЅІЈКМНОРСТУХӀԌԚԜагеѕіјорсухѵһӏԁԛԝ", "ABESIJKMHOPCTYXIGQWaresijopcyxvhldqw"),
    "Greek": ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹϜͿαινορυϲϳ", "ABEZHIKMNOPTYXCFJaivopucj"),
    "Armenian": ("ՍՏՕագհոցքօս", "USOwqhngfou"),
    "Georgian": ("ყჿ", "yo"),
    "Cherokee": ("ᎠᎡᎢᎥᎩᎪᎫᎬᎳᎷᎻᏀᏃᏕᏙᏞᏟᏢᏦᏴ", "DRTiYAJEWMHGZSVLCPKB"),
    "Lisu": ("ꓐꓑꓓꓔꓖꓗꓙꓚꓜꓝꓟꓠꓡꓢꓣꓦꓧꓪꓫꓬꓮꓰꓳꓴ", "BPDTGKJCZFMNLSRVHWXYAEOU"),
    "Coptic": ("ⲂⲈⲎⲒⲔⲘⲚⲞⲢⲤⲦⲨⲬⲟⲣⲥ", "BEHIKMNOPCTYXopc"),
}
"""Letters that look like Latin ones, by script: those of Unicode's table of confusables (UTS 39) that usual fonts draw.

Its whole table would fold more than looks alike across scripts: "I" and "l", "O" and "0", "rn" and "m" are one there,
and so two honest names, such as those of the channels TV1 and TVI.
"""
_IMITATING, _IMITATED = ("".join(half) for half in zip(*_IMITATIONS.values(), strict=True))
_LATIN_IMITATED = str.maketrans(_IMITATING, _IMITATED)
_MIXED_WORD = rf"\p{{Latin}}\S*[{_IMITATING}]|[{_IMITATING}]\S*\p{{Latin}}"
_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_MARKS = re.compile(r"(?<=[a-z0-9])[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]+")
_ARABIC_MARKS = "\u0640\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0670"
_BETWEEN_DIGITS = re.compile(r"(?<=\d) +(?=\d)")
_SPOKEN_MARKS = frozenset("&@#%+$")
"""Marks that are read aloud, and so tell names apart: "Canal" and "Canal+"."""


class TextRemark(NamedTuple):
    """What the user should know about how some text was read, and how to fix it."""

    problem: str
    fix: str


HIDDEN_CHARACTERS = TextRemark(
    "invisible characters were removed, such as marks that change the direction of the text",
    "Nothing needs to be done, unless the text now reads differently",
)
MIXED_SCRIPTS = TextRemark(
    "characters of another script that look like Latin letters were replaced by Latin ones",
    "Check that the names are right",
)


def remove_invisible(text: str, *, joiners: bool = False) -> str:
    """Return text without characters that cannot be seen; tabs, line ends and, unless `joiners`, Persian joiners stay.

    Parameters
    ----------
    text
        Any text.
    joiners
        Remove the joiners between two letters, too, which are part of the spelling of Persian and Indian names.
    """
    return text if text.isprintable() and text.isascii() else (_ANY_INVISIBLE if joiners else _INVISIBLE).sub("", text)


def clean_text(text: str) -> str:
    """Return text without invisible characters, and with words that mix Latin letters with look-alikes in Latin ones.

    Words wholly of another script stay as they are.
    """
    return _replace_lookalikes(remove_invisible(text))


def clean_texts(texts: Sequence[str]) -> tuple[list[str], dict[TextRemark, list[int]]]:
    """Clean many texts as `clean_text` does.

    Returns
    -------
    tuple
        The clean texts, and for each remark the positions of the texts that it is about.
    """
    clean, remarks = list(texts), {}
    if _ANY_INVISIBLE.search("\n".join(clean)):
        visible = [remove_invisible(text) for text in clean]
        remarks[HIDDEN_CHARACTERS] = [place for place, text in enumerate(clean) if text != visible[place]]
        clean = visible
    table = pa.array(clean, pa.large_string())
    if not pc.all(pc.string_is_ascii(table)).as_py():
        mixed = pc.indices_nonzero(pc.match_substring_regex(table, _MIXED_WORD)).to_pylist()
        replaced = {place: new for place in mixed if (new := _replace_lookalikes(clean[place])) != clean[place]}
        remarks[MIXED_SCRIPTS] = list(replaced)
        clean = [replaced.get(place, text) for place, text in enumerate(clean)]
    return clean, {remark: places for remark, places in remarks.items() if places}


def _replace_lookalikes(text: str) -> str:
    """Write words that mix Latin letters with look-alikes in Latin letters; other words stay as they are."""

    def replace(match: re.Match[str]) -> str:
        word = match[0]
        latin = word.translate(_LATIN_IMITATED)
        imitates = latin != word and _LATIN.search(word) and all(_LATIN.match(letter) for letter in latin)
        return latin if imitates else word

    return text if text.isascii() else _WORD.sub(replace, text)


def look_key(text: str) -> str:
    """Return a key that two texts share if they look the same: ids are compared by it.

    Letters of other scripts become the Latin ones that they look like, dashes and quotes one of each, spaces single.
    """
    if not (text.isascii() and text.isprintable()):
        text = "".join(map(_look_of, unicodedata.normalize("NFKC", clean_text(text))))
    return " ".join(text.split())


@lru_cache(maxsize=_KEPT_CHARACTERS)
def _look_of(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Pd":
        return "-"
    if category in ("Pi", "Pf"):
        return anyascii(character)
    return character.translate(_LATIN_IMITATED)


def name_key(name: str) -> str:
    """Return a key that two ways to write one name share: the names of origins are compared by it.

    It is without differences in case, spaces, punctuation, invisible characters, the width and style of letters, marks
    on Latin letters, kinds of digits, and letters of other scripts that look like Latin ones. "Reuters" and
    "Reuters TV" have two keys, and so have two names of other scripts, however they would be transliterated.
    """
    plain = remove_invisible(name, joiners=True).translate(_TRADE_MARKS)
    # Before the case is folded, too: a capital can look like another Latin letter than its small one does.
    text = _replace_lookalikes(unicodedata.normalize("NFKC", _replace_lookalikes(plain))).casefold()
    letters = text if text.isascii() else "".join(map(_folded, text))
    spaced = "".join(letter if letter.isalnum() or letter in _SPOKEN_MARKS else _spaced(letter) for letter in letters)
    key = _BETWEEN_DIGITS.sub("|", _MARKS.sub("", " ".join(spaced.split()))).replace(" ", "")
    return key or " ".join(text.split())


_TRADE_MARKS = dict.fromkeys(map(ord, "\u00a9\u00ae\u2117\u2120\u2122"))


def _spaced(letter: str) -> str:
    """Return a space for punctuation and spaces, and other characters as they are: marks and pictures can be seen."""
    return " " if letter in "^`|~*=<>\u00b4" or unicodedata.category(letter)[0] in "PZC" else letter


@lru_cache(maxsize=_KEPT_CHARACTERS)
def _folded(letter: str) -> str:
    """Return what a letter, already in small, stands for in a key."""
    if letter in _FOLDED:
        return _FOLDED[letter]
    if letter.isdecimal():
        return str(unicodedata.decimal(letter))
    return anyascii(letter).casefold() if unicodedata.name(letter, "").startswith("LATIN ") else letter


def _fold_table() -> dict[str, str]:
    """Return the Latin letter for each small letter that looks like one, or whose capital does.

    In one script no two letters become one: else two names of that script would.
    """
    table = dict.fromkeys(_ARABIC_MARKS, "")
    # Keyboards write these letters of Arabic and Persian names in two ways that look alike.
    table |= {"\u064a": "\u06cc", "\u0649": "\u06cc", "\u0643": "\u06a9", "\u02bc": " ", "\u02bb": " "}
    for letters, latin in _IMITATIONS.values():
        taken: set[str] = set()
        # Capitals first: "\u0412" looks like "B", and "\u0432" is its small letter.
        for letter, imitated in sorted(zip(letters, latin, strict=True), key=lambda pair: pair[1].islower()):
            small = imitated.casefold()
            if letter.casefold() not in table and small not in taken:
                table[letter.casefold()] = small
                taken.add(small)
    return table


_FOLDED = _fold_table()
