"""The encoding of a text is detected: by its byte order mark, as UTF-8, or else as the likeliest guess."""

import codecs
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from charset_normalizer import from_bytes

from control_map.core.errors import Fault, UnknownNameError
from control_map.intake.tables.cell_text import REPLACEMENT_CHARACTER
from control_map.intake.tables.table_builder import RawTable, Reading

_MARKS = {
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
    b"\xef\xbb\xbf": "utf-8-sig",
}
"""The longer marks stand before the shorter ones that they begin with."""
_WESTERN = (
    *("àâæçéèêëîïôœùûüÿ", "äöüß", "áéíñóúü", "áâãàçéêíóôõúü", "àèéìíîòóùú", "àçèéíïòóúü", "åäæéöøü"),
    "áæéíðóöúýþ",
)
"""The letters of French, German, Spanish, Portuguese, Italian, Catalan, the Nordic languages, and Icelandic."""
_CENTRAL = (*("áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "ąćęłńóśźż", "áéíóöőúüű", "čćđšž", "ăâîşţ", "äöüß"),)
"""Of Czech, Slovak, Polish, Hungarian, Croatian, Romanian, and German."""
_TURKISH = ("çğıöşüâîûİ", "çêîşû")
"""Of Turkish and Kurdish."""
_CYRILLIC = (
    "абвгдежзийклмнопрстуфхцчшщъыьэюяё",
    "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
    "абвгдеёжзійклмнопрстуўфхцчшыьэюя",
    "абвгдђежзијклљмнњопрстћуфхцчџш",
)
"""Of Russian, Ukrainian, Belarusian, and Serbian."""
_OFTEN = frozenset("оаиентрсвлкОАИЕНТРСВЛК")
"""The commonest Cyrillic letters: in a wrong encoding they become rare ones."""
_GREEK = "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐ"
_HEBREW, _ONLY_LAST = "א-יכלמנסעפצ-ת", "ةךםןףץ"
_ARABIC = "ء-بت-يٹ-ۓ"
_ALPHABETS: Mapping[str, tuple[str, ...]] = {
    "cp1252": _WESTERN,
    "cp1250": _CENTRAL,
    "cp1254": _TURKISH,
    "cp1251": _CYRILLIC,
    "cp1256": (_ARABIC,),
    "cp1253": (_GREEK,),
    "cp1255": (_HEBREW,),
    "koi8_u": _CYRILLIC,
    "koi8_r": _CYRILLIC,
    "mac_cyrillic": _CYRILLIC,
    "cp866": _CYRILLIC,
    "iso8859_5": _CYRILLIC,
    "iso8859_6": (_ARABIC,),
    "mac_greek": (_GREEK,),
    "mac_roman": _WESTERN,
    "cp850": _WESTERN,
}
"""The encodings of old programs, and the letters beside ASCII of the languages written in each; the usual ones first,
as of two that fit as well the earlier is taken."""
_EAST_ASIAN = ["gb18030", "big5", "shift_jis", "euc_kr"]
_WELL_FORMED = 0.8
"""The share of letters in words as people write them, from which a guess is taken for right."""
_RIVAL = 0.9
"""An encoding that fits so well, compared with the best one, leaves in doubt which of them it is."""
_MOST_RIVALS = 3
_ONE_LANGUAGE, _COMMON_LETTERS = 0.5, 0.1
"""What it counts beside the words that all are of one language, and that their letters are common ones."""
_NO_CAPITAL = 0.9
"""What a word counts that has no capital in front, or capitals only: names begin with one."""
_NO_CASE = 0.95
"""What a word counts in a script without capitals: less than one with a capital in front."""
_RARE_LANGUAGE = 0.92
"""Where Windows-1252 has the letters of Icelandic, Windows-1254 has those of Turkish, which are in many more names."""
_MOST_ACCENTS = 0.75
"""Of the letters of a Latin word may have accents, as in the name of Łódź."""
CHOICES: Mapping[str, str] = {
    "utf_8": "UTF-8",
    "utf_16": "UTF-16",
    "cp1252": "Windows-1252 (Western European)",
    "cp1250": "Windows-1250 (Central European)",
    "cp1254": "Windows-1254 (Turkish)",
    "mac_roman": "Mac Roman",
    "cp850": "DOS 850 (Western European)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "koi8_r": "KOI8-R (Russian)",
    "koi8_u": "KOI8-U (Ukrainian)",
    "mac_cyrillic": "Mac Cyrillic",
    "cp866": "DOS 866 (Cyrillic)",
    "iso8859_5": "ISO 8859-5 (Cyrillic)",
    "cp1256": "Windows-1256 (Arabic, Persian)",
    "iso8859_6": "ISO 8859-6 (Arabic)",
    "cp1253": "Windows-1253 (Greek)",
    "mac_greek": "Mac Greek",
    "cp1255": "Windows-1255 (Hebrew)",
    "gb18030": "GB 18030 (Chinese)",
    "big5": "Big5 (Chinese)",
    "shift_jis": "Shift JIS (Japanese)",
    "euc_kr": "EUC-KR (Korean)",
}
"""The encodings that a user can choose, by the name that Python has for each, with the name that is shown."""
_LATIN = frozenset("".join((*_WESTERN, *_CENTRAL, *_TURKISH)))
_SAMPLE = 100_000
_BLOCK = 1 << 22
_HEAD = 4_000
_FEWEST_ZEROS = 0.2
_MOST_STRAY_ZEROS = 0.02
_MOSTLY = 0.5
_FEW_BAD = 0.3
"""The share of non-ASCII characters that may be damaged in a text that is still taken for UTF-8."""
_HIGH = re.compile(rb"[\x80-\xff]+")
_BYTES_OF_WORD = re.compile(rb"[A-Za-z\x80-\xff]+")
_MOST_WORDS = 2_000
_LONG = 30
_ANY_WORD = re.compile(r"[^\W\d_]+")


def _compile_words(alphabet: str) -> re.Pattern[str]:
    """Return the pattern of a word in a language: in small letters, in capitals, or with a capital in front."""
    if alphabet in (_ARABIC, _HEBREW):
        return re.compile(f"[{alphabet}]+[{_ONLY_LAST}]?")
    latin = alphabet[0] in _LATIN
    small = alphabet + ("a-z" if latin else "")
    capital = "".join(letter.upper() for letter in alphabet if len(letter.upper()) == 1) + ("A-Z" if latin else "")
    return re.compile(f"[{capital}]?[{small}]+|[{capital}]+")


_WORDS_OF = {alphabet: _compile_words(alphabet) for alphabets in _ALPHABETS.values() for alphabet in alphabets}


class Encoding(NamedTuple):
    """The Python name of an encoding, and whether it is a guess.

    `word` is one of the text as it reads in it; `rivals` are encodings that are as likely, each with its reading of it.
    """

    name: str
    guessed: bool = False
    word: str = ""
    rivals: tuple[tuple[str, str], ...] = ()

    @property
    def title(self) -> str:
        """The usual name of the encoding."""
        return CHOICES.get(self.name.replace("-", "_"), self.name.upper())

    @property
    def described(self) -> str:
        """The name with how a word reads in it, and in each encoding that is as likely."""
        others = "".join(f"; in {Encoding(name).title} it is '{reading}'" for name, reading in self.rivals)
        return self.title + (f", as in '{self.word}'{others}" if self.word else "")

    @property
    def other(self) -> str:
        """Another encoding to try, by the name that an option takes."""
        usual = "cp1250" if self.name == "cp1252" else "cp1252"
        return (self.rivals[0][0] if self.rivals else usual).replace("_", "-")

    def remark_on(self, table: RawTable) -> RawTable:
        """Return a table that was read in this encoding; if that is a guess, with a remark on it."""
        if not self.guessed:
            return table
        problem = f"the text is not UTF-8, and its encoding is a guess: it was read as {self.described}"
        choice = f"choose the encoding (--encoding {self.other})"
        fix = f"Check that the names are right; if not, {choice}, or save it as UTF-8"
        read = table.with_faults(Fault(table.name, 0, "", problem, fix, kept=True))
        return replace(read, reading=Reading(encoding=self.name))


def choose_encoding(data: bytes, chosen: str = "") -> Encoding:
    """Return the encoding that the user chose, as `find_choice` returns it, or detect it."""
    if chosen == "utf_8" and data.startswith(codecs.BOM_UTF8):
        return Encoding("utf-8-sig")
    return Encoding(chosen) if chosen else detect_encoding(data)


def find_choice(name: str) -> str:
    """Return the key in `CHOICES` of an encoding by any name that Python knows it by.

    Raises
    ------
    UnknownNameError
        If it is none of them.
    """
    try:
        found = codecs.lookup(name).name.replace("-", "_")
    except LookupError:
        found = ""
    if found not in CHOICES:
        raise UnknownNameError("encoding", name, [each.replace("_", "-") for each in CHOICES], complete=True)
    return found


def detect_encoding(data: bytes) -> Encoding:
    """Detect the encoding of a text.

    A text that is UTF-8 but for a few bytes is taken for UTF-8: those bytes are wrong, not all the others.
    """
    for mark, name in _MARKS.items():
        if data.startswith(mark):
            return Encoding(name)
    if name := _detect_wide(data[:_HEAD]):
        return Encoding(name)
    if _is_utf8(data):
        return Encoding("utf-8")
    text = b" ".join(_HIGH.findall(data[: 20 * _SAMPLE])[:_SAMPLE]).decode("utf-8", "replace")
    if text.count(REPLACEMENT_CHARACTER) < _FEW_BAD * len(text.replace(" ", "")):
        return Encoding("utf-8")
    return _guess(data)


def _is_utf8(data: bytes) -> bool:
    """Whether a text is UTF-8; it is read in blocks, as it can be four times as large in memory."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(data), _BLOCK):
            decoder.decode(data[start : start + _BLOCK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _detect_wide(head: bytes) -> str:
    """Return the encoding of two or four bytes per character whose zero bytes stand as these do, or an empty text.

    Each character of UTF-32 has one zero byte and most have two; in UTF-16 those that separate cells and all Latin
    letters have one.
    """
    zeros = [part.count(0) / max(len(part), 1) for part in (head[place::4] for place in range(4))]
    for first, second, name in ((0, 1, "utf-32-be"), (3, 2, "utf-32-le")):
        if zeros[first] == 1 and zeros[second] > _MOSTLY:
            return name
    even, odd = (zeros[0] + zeros[2]) / 2, (zeros[1] + zeros[3]) / 2
    if max(even, odd) < _FEWEST_ZEROS or min(even, odd) > _MOST_STRAY_ZEROS:
        return ""
    return "utf-16-be" if even > odd else "utf-16-le"


def _guess(data: bytes) -> Encoding:
    """Return the likeliest of the encodings of old programs, with those that are as likely and read otherwise.

    In the right one the words are of one language, and in small letters, in capitals, or with a capital in front; a
    wrong one mixes alphabets, or turns capitals to small letters, or letters to signs.
    """
    high = (word for word in _BYTES_OF_WORD.findall(data[: 20 * _SAMPLE]) if not word.isascii())
    words = list(islice(dict.fromkeys(high), _MOST_WORDS))
    fits = {name: _rate(words, name) for name in _ALPHABETS}
    best = max(fits, key=lambda name: fits[name].total)
    if fits[best].well_formed < _WELL_FORMED:
        lines = b"\n".join(line for line in data[: 20 * _SAMPLE].splitlines() if _HIGH.search(line))[:_SAMPLE]
        found = from_bytes(lines, cp_isolation=[*_ALPHABETS, *_EAST_ASIAN]).best()
        if found and found.encoding in _EAST_ASIAN:
            word = _usual_word([word.decode(found.encoding, "replace") for word in words])
            return Encoding(found.encoding, guessed=True, word=word)
    texts = {name: [word.decode(name, "replace") for word in words] for name in fits}
    likely = [name for name in fits if fits[name].total >= _RIVAL * fits[best].total > 0 and texts[name] != texts[best]]
    rivals = sorted(likely, key=lambda name: -fits[name].total)[:_MOST_RIVALS]
    if not rivals:
        return Encoding(best, guessed=True, word=_usual_word(texts[best]))
    # The word that tells the most of them apart; encodings that read it alike are named once.
    readings = [{texts[name][at]: name for name in reversed([best, *rivals])} for at in range(len(words))]
    clearest = max(readings, key=lambda reading: (max(map(len, reading)) < _LONG, len(reading)))
    by_name = {name: reading[:_LONG] for reading, name in clearest.items()}
    others = tuple((name, by_name[name]) for name in rivals if name in by_name)
    return Encoding(best, guessed=True, word=by_name[best], rivals=others)


def _usual_word(texts: Sequence[str]) -> str:
    """Return the longest of some words that is not too long, or an empty text."""
    return max((text for text in texts if text.isalpha() and len(text) < _LONG), key=len, default="")


class _Fit(NamedTuple):
    """How well an encoding fits: the share of the letters beside ASCII in well-formed words, and all that counts."""

    well_formed: float
    total: float


def _rate(words: Sequence[bytes], encoding: str) -> _Fit:
    parts = [part for word in words for part in _ANY_WORD.findall(word.decode(encoding, "replace"))]
    letters = sum(_count_high(word.decode(encoding, "replace")) for word in words)
    of_languages = [[_rate_word(part, alphabet) for part in parts] for alphabet in _ALPHABETS[encoding]]
    any_language = sum(max(rates) for rates in zip(*of_languages, strict=True)) / max(letters, 1)
    one_language = max(map(sum, of_languages)) / max(letters, 1)
    common = sum(letter in _OFTEN for part in parts for letter in part) / max(letters, 1)
    return _Fit(any_language, any_language + _ONE_LANGUAGE * one_language + _COMMON_LETTERS * common)


def _rate_word(word: str, alphabet: str) -> float:
    """Return how many letters beside ASCII a word of a language has; 0 if it cannot be one."""
    high = _count_high(word)
    if not high or not _WORDS_OF[alphabet].fullmatch(word):
        return 0
    if alphabet[0] in _LATIN and high > max(1, len(word) * _MOST_ACCENTS):
        return 0
    if alphabet in (_ARABIC, _HEBREW):
        return high * _NO_CASE
    return high * (1 if word.istitle() else _NO_CAPITAL) * (_RARE_LANGUAGE if "þ" in alphabet else 1)


def _count_high(text: str) -> int:
    return len(text) - sum(map(str.isascii, text))
