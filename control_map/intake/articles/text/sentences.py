"""A text that was pasted becomes paragraphs, sentences and words, each word with where it stands."""

import re
import unicodedata
from dataclasses import dataclass, field

_LETTER = r"(?:[^\W\d_]|[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670])"
_TOKEN = re.compile(
    rf"(?:[^\W\d_]\.){{2,}}|\d+(?:[.,]\d+)*|{_LETTER}+(?:['\u2019](?!s(?!\w)){_LETTER}+)*|['\u2019]s(?!\w)|[^\s]"
)
_END = re.compile(r"[.!?\u2026\u06d4\u061f\u3002][\"\u201d\u2019')\]\u00bb]*(?=\s)")
_CLOSES = "\"\u201d'\u2019)]\u00bb"
_OPENING, _CLOSING, _EITHER = "\u201c\u00ab", "\u201d\u00bb", '"'
POSSESSIVE = "'s"
QUOTATION_MARKS = frozenset(_OPENING + _CLOSING + _EITHER)
_DASHES = frozenset("-\u2013\u2014")
_SHORTEST_CITY, _LONGEST_DATELINE = 3, 16
_LONGEST = 2000
"""Characters of a sentence; what runs on longer is a list or a table, and is cut, so that it is read in time."""
_SHORT_LINE = 0.6
"""Of the longest line: what is shorter and ends without a stop is a heading, or the end of a paragraph."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a mark: `low` is what it is looked up by, `glued` whether a hyphen ties it to the word before."""

    text: str
    low: str
    begin: int
    end: int
    glued: bool

    @property
    def is_word(self) -> bool:
        """Whether it is a word or a number, not a mark."""
        return self.text[0].isalnum()

    @property
    def is_name_like(self) -> bool:
        """Whether it is written as a name is: with a capital, or in a script that has none."""
        return self.text[0].isalpha() and not self.text[0].islower()


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence; the positions of its tokens are those in its `text`. `quoted`: it begins inside a quotation."""

    number: int
    paragraph: int
    text: str
    tokens: tuple[Token, ...] = field(repr=False)
    quoted: bool = False

    @property
    def opening(self) -> int:
        """Where it begins after a dateline such as "KABUL, July 9 (Agency) -"."""
        first = self.tokens[0].text if self.tokens else ""
        if len(first) < _SHORTEST_CITY or not first.isupper():
            return 0
        ends = (number for number, token in enumerate(self.tokens[:_LONGEST_DATELINE]) if token.text in _DASHES)
        return next(ends, -1) + 1

    def words(self, begin: int, end: int) -> str:
        """Return the text of some of its tokens as it stands there."""
        return self.text[self.tokens[begin].begin : self.tokens[end - 1].end] if begin < end else ""


def clean_text(text: str) -> str:
    """Return a text without what cannot be seen: control characters, marks of direction, halves of characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    kinds = {letter: unicodedata.category(letter) for letter in set(text)}
    shown = {
        ord(letter): "\n" if letter == "\n" else " " if kind == "Cc" else ""
        for letter, kind in kinds.items()
        if kind in ("Cc", "Cf", "Cs", "Co", "Cn")
    }
    return text.translate(shown)


def split_into_sentences(text: str, abbreviations: frozenset[str]) -> list[Sentence]:
    """Take a text apart.

    Parameters
    ----------
    text
        As it was pasted. Paragraphs stand apart by an empty line, or each on a line of its own.
    abbreviations
        In lower case without the last stop: what does not end a sentence.
    """
    found: list[Sentence] = []
    for number, paragraph in enumerate(_paragraphs(clean_text(text))):
        quoted = False
        for piece in _pieces(paragraph, abbreviations):
            found.append(Sentence(len(found), number, piece, tokenise(piece), quoted))
            quoted = _still_quoted(piece, quoted)
    return found


def tokenise(text: str) -> tuple[Token, ...]:
    """Return the words and marks of a text; a hyphen between two words is none."""
    found: list[Token] = []
    glued = False
    for match in _TOKEN.finditer(text):
        word = match[0]
        begin, end = match.span()
        if word in "-\u2010\u2011\u2013" and begin > 0 and end < len(text):
            glued = text[begin - 1].isalnum() and text[end].isalnum()
            if glued:
                continue
        low = word.lower().replace("\u2019", "'")
        found.append(Token(word, low, begin, end, glued))
        glued = False
    return tuple(found)


def _paragraphs(text: str) -> list[str]:
    lines = [" ".join(line.split()) for line in text.split("\n")]
    longest = max(map(len, lines), default=0)
    paragraphs: list[list[str]] = [[]]
    for line in lines:
        if not line:
            paragraphs.append([])
            continue
        paragraphs[-1].append(line)
        ends = line.rstrip(_CLOSES).endswith((".", "!", "?", ":", "\u06d4"))
        if ends or len(line) < _SHORT_LINE * longest:
            paragraphs.append([])
    return [" ".join(lines) for lines in paragraphs if lines]


def _pieces(paragraph: str, abbreviations: frozenset[str]) -> list[str]:
    pieces, begin = [], 0
    for match in _END.finditer(paragraph):
        follows = paragraph[match.end() : match.end() + 2].strip()
        before = paragraph[max(begin, match.start() - 20) : match.start()].rsplit(maxsplit=1)
        word = before[-1].strip("(\"'\u201c").lower() if before else ""
        stops = match[0][0] != "." or (word not in abbreviations and (len(word) != 1 or word.isdigit()))
        if stops and follows and not follows[0].islower():
            pieces.append(paragraph[begin : match.end()].strip())
            begin = match.end()
    pieces.append(paragraph[begin:].strip())
    return [piece[at : at + _LONGEST] for piece in pieces for at in range(0, len(piece), _LONGEST)]


def _still_quoted(piece: str, quoted: bool) -> bool:
    for letter in piece:
        if letter in _EITHER:
            quoted = not quoted
        elif letter in _OPENING or letter in _CLOSING:
            quoted = letter in _OPENING
    return quoted
