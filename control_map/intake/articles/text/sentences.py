"""A pasted text becomes paragraphs, sentences and tokens; each token keeps its position in the sentence.

"KABUL - Qadis fell. Dr. Amin left." becomes two sentences, because "Dr." does not end one.
"""

import re
import unicodedata
from dataclasses import dataclass, field

from control_map.geocoding.spelling import plain_word

_LETTER = r"(?:[^\W\d_]|[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670])"
_TOKEN = re.compile(
    rf"(?:[^\W\d_]\.){{2,}}|\d+(?:[.,]\d+)*|{_LETTER}+(?:['\u2019](?!s(?!\w)){_LETTER}+)*|['\u2019]s(?!\w)|[^\s]"
)
_SENTENCE_END = re.compile(r"[.!?\u2026\u06d4\u061f\u3002][\"\u201d\u2019')\]\u00bb]*(?=\s)")
_CLOSING_MARKS = "\"\u201d'\u2019)]\u00bb"
_OPENING_QUOTES, _CLOSING_QUOTES, _STRAIGHT_QUOTE = "\u201c\u00ab", "\u201d\u00bb", '"'
POSSESSIVE = "'s"
QUOTATION_MARKS = frozenset(_OPENING_QUOTES + _CLOSING_QUOTES + _STRAIGHT_QUOTE)
_DASHES = frozenset("-\u2013\u2014")
_MIN_CITY_LENGTH, _MAX_DATELINE_TOKENS = 3, 16
_MAX_SENTENCE_LENGTH = 2000
"""Characters. A longer run is a list or a table; it is cut, so that reading it does not take too long."""
_SHORT_LINE = 0.6
"""A share of the longest line. A shorter line without a full stop is a heading or the end of a paragraph."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a mark of a sentence, from character `begin` to before `end`.

    `lower` is the form in which it is looked up; `is_hyphenated` states that a hyphen ties it to the word before.
    """

    text: str
    lower: str
    begin: int
    end: int
    is_hyphenated: bool

    @property
    def is_word(self) -> bool:
        """Whether the token is a word or a number, not a mark."""
        return self.text[0].isalnum()

    @property
    def is_name_like(self) -> bool:
        """Whether the token is written as a name: with a capital, or in a script without capitals."""
        return self.text[0].isalpha() and not self.text[0].islower()


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence. Its tokens' positions count in its `text`; `quoted` states that it begins inside a quotation."""

    number: int
    paragraph: int
    text: str
    tokens: tuple[Token, ...] = field(repr=False)
    quoted: bool = False

    @property
    def body_begin(self) -> int:
        """The position of the first token after a dateline such as "KABUL, July 9 (Agency) -"."""
        first = self.tokens[0].text if self.tokens else ""
        if len(first) < _MIN_CITY_LENGTH or not first.isupper():
            return 0
        dashes = (at for at, token in enumerate(self.tokens[:_MAX_DATELINE_TOKENS]) if token.text in _DASHES)
        return next(dashes, -1) + 1

    def text_between(self, begin: int, end: int) -> str:
        """Return the text from one token to before another, as the sentence writes it."""
        return self.text[self.tokens[begin].begin : self.tokens[end - 1].end] if begin < end else ""

    def lower_at(self, position: int) -> str:
        """Return the token at a position in lower case, or nothing outside of the sentence."""
        return self.tokens[position].lower if 0 <= position < len(self.tokens) else ""

    def skip_back(self, position: int, words: frozenset[str], stop: int = 0) -> int:
        """Return the last position up to this one, and not before `stop`, whose token is none of the words.

        The result is `stop - 1` if there is none.
        """
        while position >= stop and self.tokens[position].lower in words:
            position -= 1
        return position


def clean_text(text: str) -> str:
    """Return a text without invisible characters: control characters, marks of direction, halves of characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    categories = {character: unicodedata.category(character) for character in set(text)}
    replacements = {
        ord(character): "\n" if character == "\n" else " " if category == "Cc" else ""
        for character, category in categories.items()
        if category in ("Cc", "Cf", "Cs", "Co", "Cn")
    }
    return text.translate(replacements)


def split_into_sentences(text: str, abbreviations: frozenset[str]) -> list[Sentence]:
    """Split a text into sentences.

    Parameters
    ----------
    text
        The text as it was pasted. Empty lines separate its paragraphs, or each paragraph is one line.
    abbreviations
        The words whose full stop does not end a sentence, in lower case and without that stop.
    """
    sentences: list[Sentence] = []
    for number, paragraph in enumerate(_split_into_paragraphs(clean_text(text))):
        quoted = False
        for piece in _split_paragraph(paragraph, abbreviations):
            sentences.append(Sentence(len(sentences), number, piece, tokenise(piece), quoted))
            quoted = _ends_in_quotation(piece, quoted)
    return sentences


def tokenise(text: str) -> tuple[Token, ...]:
    """Return the words and marks of a text; a hyphen between two words is no token of its own."""
    tokens: list[Token] = []
    hyphenated = False
    for match in _TOKEN.finditer(text):
        word = match[0]
        begin, end = match.span()
        if word in "-\u2010\u2011\u2013" and begin > 0 and end < len(text):
            hyphenated = text[begin - 1].isalnum() and text[end].isalnum()
            if hyphenated:
                continue
        tokens.append(Token(word, plain_word(word).replace("\u2019", "'"), begin, end, hyphenated))
        hyphenated = False
    return tuple(tokens)


def _split_into_paragraphs(text: str) -> list[str]:
    lines = [" ".join(line.split()) for line in text.split("\n")]
    longest = max(map(len, lines), default=0)
    paragraphs: list[list[str]] = [[]]
    for line in lines:
        if not line:
            paragraphs.append([])
            continue
        paragraphs[-1].append(line)
        ends = line.rstrip(_CLOSING_MARKS).endswith((".", "!", "?", ":", "\u06d4"))
        if ends or len(line) < _SHORT_LINE * longest:
            paragraphs.append([])
    return [" ".join(lines) for lines in paragraphs if lines]


def _split_paragraph(paragraph: str, abbreviations: frozenset[str]) -> list[str]:
    """Split a paragraph after each mark that ends a sentence, unless it follows an abbreviation or an initial."""
    pieces, begin = [], 0
    for match in _SENTENCE_END.finditer(paragraph):
        next_text = paragraph[match.end() : match.end() + 2].strip()
        before = paragraph[max(begin, match.start() - 20) : match.start()].rsplit(maxsplit=1)
        word = before[-1].strip("(\"'\u201c").lower() if before else ""
        ends = match[0][0] != "." or (word not in abbreviations and (len(word) != 1 or word.isdigit()))
        if ends and next_text and not next_text[0].islower():
            pieces.append(paragraph[begin : match.end()].strip())
            begin = match.end()
    pieces.append(paragraph[begin:].strip())
    return [
        piece[at : at + _MAX_SENTENCE_LENGTH] for piece in pieces for at in range(0, len(piece), _MAX_SENTENCE_LENGTH)
    ]


def _ends_in_quotation(piece: str, quoted: bool) -> bool:
    """Whether a quotation is open at the end of a piece; `quoted` states whether one is open at its beginning."""
    for character in piece:
        if character in _STRAIGHT_QUOTE:
            quoted = not quoted
        elif character in _OPENING_QUOTES or character in _CLOSING_QUOTES:
            quoted = character in _OPENING_QUOTES
    return quoted
