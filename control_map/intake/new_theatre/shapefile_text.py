"""The texts of a Shapefile are decoded: it may state its encoding, wrongly or not at all, and then its words decide."""

import codecs
import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

import pandas as pd

from control_map.intake.tables.encoding import Encoding, detect_encoding
from control_map.intake.tables.table_builder import file_error

AS_BYTES = "ISO-8859-1"
"""The encoding in which each byte is the character of its number."""
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
_SAMPLE = 2_000
_HALF = 0.5
_MOST_FOREIGN = 0.75
"""Of the letters of a Latin word may have accents, as in the name of Łódź."""
_ADVICE = "If names look wrong, state it with --boundaries-encoding, such as"


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
    fits = not detected.guessed if said == "utf-8" else said and _share_of_words(sample, said) >= _HALF
    if fits:
        return said, ()
    problem = (
        f"states {Encoding(said).title}, in which its texts make no sense" if said else "does not state its encoding"
    )
    read = detected.described if detected.guessed else Encoding("utf-8").title
    other = detected.other if detected.guessed else "cp1256"
    return detected.name, (f"{name} {problem}: it was read as {read}. {_ADVICE} {other}.",)


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


def _share_of_words(sample: Sequence[bytes], codec: str) -> float:
    """Return the share of a sample that can be words in an encoding."""
    texts = [_BETWEEN_WORDS.split(word.decode(codec, "replace")) for word in sample]
    return sum(all(map(_can_be_word, filter(None, parts))) for parts in texts) / max(len(texts), 1)


def _can_be_word(word: str) -> bool:
    """Whether letters are of one script, with marks only upon letters, and no capital after a small one."""
    letters = [letter for letter in word if letter.isalpha()]
    marks = all(unicodedata.category(letter)[0] == "M" for letter in word if not letter.isalpha())
    scripts = {unicodedata.name(letter, "?").split()[0] for letter in letters}
    if not marks or not word[0].isalpha() or len(scripts) != 1:
        return False
    foreign = sum(not letter.isascii() for letter in letters)
    if scripts == {"LATIN"} and foreign > max(1, len(letters) * _MOST_FOREIGN):
        return False
    return not any(one.islower() and two.isupper() and not (one + two).isascii() for one, two in pairwise(word))
