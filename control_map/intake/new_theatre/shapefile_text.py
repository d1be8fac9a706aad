"""The texts of a Shapefile are decoded: it may state its encoding, wrongly or not at all, and then its words decide."""

import codecs
import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import pandas as pd

from control_map.intake.tables.encoding import Encoding, detect_encoding
from control_map.intake.tables.table_builder import file_error

AS_BYTES = "ISO-8859-1"
"""The encoding in which each byte is the character of its number."""
_CODECS = (
    *("cp1252", "cp1254", "cp1250", "cp1251", "cp1256", "cp1253", "cp1255", "koi8_u", "cp866", "mac_cyrillic"),
    *("iso8859_6", "cp850", "mac_roman", "cp720"),
)
"""Those with one byte for a character, the usual ones first; of two that fit as well, the earlier is taken."""
_LANGUAGE_DRIVERS = dict(
    [
        *[(0x01, "cp437"), (0x02, "cp850"), (0x03, "cp1252"), (0x13, "cp932"), (0x26, "cp866"), (0x4D, "cp936")],
        *[(0x4E, "cp949"), (0x4F, "cp950"), (0x50, "cp874"), (0x58, "cp1252"), (0x59, "cp1252"), (0x64, "cp852")],
        *[(0x65, "cp866"), (0x6A, "cp737"), (0x6B, "cp857"), (0x78, "cp950"), (0x79, "cp949"), (0x7A, "cp936")],
        *[(0x7B, "cp932"), (0x7C, "cp874"), (0x7D, "cp1255"), (0x7E, "cp1256"), (0xC8, "cp1250"), (0xC9, "cp1251")],
        *[(0xCA, "cp1254"), (0xCB, "cp1253")],
    ]
)
"""What the thirtieth byte of a .dbf states; 0x57, the encoding of the machine that wrote it, states nothing."""
_DRIVER_BYTE = 29
_WORD = re.compile(rb"[A-Za-z\x80-\xff]+")
_BETWEEN_WORDS = re.compile("[\u00a0\u2010-\u201f]+")
"""What stands between words in some encodings: hard spaces, dashes and quotes."""
_ICELANDIC = frozenset("\u00de\u00fe\u00d0\u00f0\u00dd\u00fd")
"""Where Windows-1252 has these, Windows-1254 has the letters of Turkish, which are in many more names."""
_ONLY_LAST = frozenset("\u0629")
_SAMPLE = 2_000
_LONG = 30
_MOSTLY, _HALF = 0.8, 0.5
_MOST_FOREIGN = 0.75
"""Of the letters of a Latin word may have accents, as in the name of Łódź."""
_ADVICE = "If names look wrong, state it with --boundaries-encoding, such as"
_LATER = 0.9
"""What a word counts that has no capital, although its script has some: names begin with one."""


class _Words(NamedTuple):
    """What an encoding makes of a sample: the share that can be words, and all of them."""

    codec: str
    share: float
    texts: list[str]


def decode_shapefile(
    name: str, table: pd.DataFrame, stated: bytes, dbf: bytes, encoding: str | None
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Decode the texts and the names of the columns of a Shapefile.

    Parameters
    ----------
    name
        The file, for messages.
    table
        Its columns, read in `AS_BYTES`; not changed.
    stated
        The content of its .cpg or .cst, if there is one.
    dbf
        The content of its .dbf.
    encoding
        The encoding that the user names, if any.

    Returns
    -------
    tuple
        The table with its texts decoded, U+FFFD for what is no text; and a note where the encoding had to be guessed.

    Raises
    ------
    PackError
        If there is no encoding of the name that the user gives.
    """
    texts = [str(column) for column in table.select_dtypes(["object", "string"])]
    cells = pd.unique(pd.concat([table[column].dropna() for column in texts])) if texts else []
    data = b"\n".join(_as_bytes(cell) for cell in [*table.columns, *cells] if isinstance(cell, str))
    codec, notes = _choose_codec(name, data, stated, dbf[_DRIVER_BYTE : _DRIVER_BYTE + 1], encoding)

    def decode(cell: object) -> object:
        return _as_bytes(cell).decode(codec, "replace") if isinstance(cell, str) else cell

    decoded = table.assign(**{column: table[column].map(decode, na_action="ignore") for column in texts})
    return decoded.rename(columns=decode), notes


def _as_bytes(text: str) -> bytes:
    return text.encode(AS_BYTES, "replace")


def _choose_codec(
    name: str, data: bytes, stated: bytes, driver: bytes, wanted: str | None
) -> tuple[str, tuple[str, ...]]:
    """Return the encoding of texts, and a note if it is not the one that is stated."""
    if wanted is not None:
        return _find_wanted(name, wanted), ()
    if data.isascii():
        return "ascii", ()
    said = _find_stated(stated) or _LANGUAGE_DRIVERS.get(int.from_bytes(driver), "")
    detected = detect_encoding(data)
    sample = list(dict.fromkeys(word for word in _WORD.findall(data) if not word.isascii()))[:_SAMPLE]
    fits = not detected.guessed if said == "utf-8" else said and _read_words(sample, said).share >= _HALF
    if fits:
        return said, ()
    problem = (
        f"states {Encoding(said).title}, in which its texts make no sense" if said else "does not state its encoding"
    )
    if not detected.guessed:
        return "utf-8", (f"{name} {problem}: it was read as UTF-8. {_ADVICE} cp1256.",)
    found = [_read_words(sample, codec) for codec in _CODECS]
    best = max(found, key=lambda words: words.share)
    if best.share < _MOSTLY:
        best = _read_words(sample, detected.name)
    example, other = _find_rival(best, [words for words in found if words.share >= best.share])
    as_what = Encoding(best.codec).title
    return best.codec, (f"{name} {problem}: it was read as {as_what}, as in {example}. {_ADVICE} {other}.",)


def _find_rival(best: _Words, likely: Iterable[_Words]) -> tuple[str, str]:
    """Return an example that says what another encoding makes of it, and a name of another encoding."""
    for words in likely:
        for one, other in zip(best.texts, words.texts, strict=True):
            if one != other:
                return f"'{one}'; in {Encoding(words.codec).title} it is '{other}'", words.codec
    usual = max(best.texts, key=lambda text: len(text) if len(text) < _LONG else 0)
    return f"'{usual}'", "cp1250" if best.codec == "cp1252" else "cp1252"


def _find_wanted(name: str, wanted: str) -> str:
    if found := _find_stated(wanted.encode()):
        return found
    fix = "Use a usual name with --boundaries-encoding, such as utf-8, cp1251, cp1252 or cp1256"
    raise file_error(name, f"there is no encoding '{wanted}'", fix)


def _find_stated(stated: bytes) -> str:
    """Return Python's name of an encoding that is stated as "UTF-8", "1256", "ANSI 1256" or "ISO 88591"."""
    text = stated.decode("ascii", "replace").strip().lower()
    if number := re.fullmatch(r"(?:ansi|oem|cp|windows|ms)?[ _-]*(\d{3,4})", text):
        text = f"cp{number[1]}"
    elif part := re.fullmatch(r"(?:iso)?[ _-]*8859[ _-]*(\d{1,2})", text):
        text = f"iso8859-{part[1]}"
    elif text == "65001":
        text = "utf-8"
    try:
        found = codecs.lookup(text)
        "".encode(found.name)  # some codecs are not of text
    except (LookupError, ValueError):
        return ""
    return found.name


def _read_words(sample: Sequence[bytes], codec: str) -> _Words:
    texts = [word.decode(codec, "replace") for word in sample]
    rated = [min((_rate_word(part, codec) for part in _BETWEEN_WORDS.split(text) if part), default=0) for text in texts]
    return _Words(codec, sum(rated) / max(len(rated), 1), texts)


def _rate_word(word: str, codec: str) -> float:
    """Return how far letters are a word: of one script, with its capitals in front, and its marks upon letters."""
    letters = [letter for letter in word if letter.isalpha()]
    marks = all(unicodedata.category(letter)[0] == "M" for letter in word if not letter.isalpha())
    if not letters or not marks or not word[0].isalpha() or _ONLY_LAST & set(word[:-1]):
        return 0
    scripts = {unicodedata.name(letter, "?").split()[0] for letter in letters}
    if len(scripts) > 1:
        return 0
    if scripts == {"LATIN"}:
        foreign = sum(not letter.isascii() for letter in letters)
        if foreign > max(1, len(letters) * _MOST_FOREIGN) or (codec == "cp1252" and _ICELANDIC & set(word)):
            return 0
    if any(one.islower() and two.isupper() and not (one + two).isascii() for one, two in pairwise(word)):
        return 0
    return _LATER if word[0].islower() else 1
