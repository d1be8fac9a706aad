"""The speakers of a sentence are found: "officials said", "according to residents", "he added".

"Qadis fell, two officials said on Friday" has one speech tag: the word "said", with the speaker "two officials".
"""

from collections.abc import Sequence
from dataclasses import dataclass

from control_map.intake.articles.mentions.actors import ActorFinder
from control_map.intake.articles.statements.reading import NO_SPEAKER, SentenceReading, Speaker
from control_map.intake.articles.text.clauses import SpeakerUnit
from control_map.intake.articles.text.phrasebook import ClaimPhrase, Phrasebook, compile_phrases
from control_map.intake.articles.text.sentences import POSSESSIVE, QUOTATION_MARKS, Sentence, Token

_MAX_TAG_TOKENS = 40
"""Tokens of a speaker and its verb together; in a longer stretch only the verb is left out of the clauses."""


@dataclass(frozen=True)
class SpeechTag:
    """A word for speaking at `position`, with the words for its speaker from `begin` to before `end`."""

    position: int
    begin: int
    end: int
    speaker: Speaker
    denies: bool

    @property
    def span(self) -> tuple[int, int]:
        """The tokens that belong to no clause: the speaker and the word for speaking."""
        begin, end = min(self.begin, self.position), max(self.end, self.position + 1)
        return (begin, end) if end - begin < _MAX_TAG_TOKENS else (self.position, self.position + 1)


class SpeakerFinder:
    """Finds the speakers of sentences in order, and remembers the last one, to whom "he" refers."""

    def __init__(self, parties: ActorFinder, book: Phrasebook) -> None:
        self._parties, self._book = parties, book
        self.last_speaker = NO_SPEAKER

    def find_speech_tags(self, reading: SentenceReading, unit: SpeakerUnit, previous: Speaker) -> list[SpeechTag]:
        """Find the words for speaking in a part of a sentence, each with its speaker.

        `previous` speaks in the part before, and may go on in this one: "but denied that".
        """
        sentence, tokens, speech = reading.sentence, reading.sentence.tokens, self._book.speech
        # Claims and places are what is said, not who says it.
        content = sorted(
            [(phrase.begin, phrase.end) for phrase in reading.phrases]
            + [(m.begin, m.end) for m in reading.context.mentions if not m.belongs_to_office]
        )
        tags = list[SpeechTag]()
        according = {match.begin: match for match in compile_phrases(speech.according).find_all(tokens)}
        for at in range(unit.begin, unit.end):
            denies = tokens[at].lower in speech.denies
            match = according.get(at)
            if match and match.end < unit.end:
                end = self._end_of_speaker(tokens, match.end, unit.end, content)
                tags.append(self._make_tag(sentence, at, match.end, end, denies))
            elif (denies or tokens[at].lower in speech.says) and self._is_verb(tokens, at, unit.begin):
                speaker = tags[-1].speaker if tags else previous
                joined = at == unit.begin or (tags and tokens[at - 1].lower in self._book.clauses.joins)
                if joined and speaker is not NO_SPEAKER:
                    tags.append(SpeechTag(at, at, at, speaker, denies))
                    continue
                since = tags[-1].position + 1 if tags and tags[-1].begin <= tags[-1].position else unit.begin
                begin, end = self._find_speaker_before(reading, since, at, content)
                if begin >= end and at > unit.begin and tokens[at - 1].text in QUOTATION_MARKS | {","}:
                    begin, end = at + 1, self._end_of_speaker(tokens, at + 1, unit.end, content)
                if begin < end:
                    tags.append(self._make_tag(sentence, at, begin, end, denies))
                elif tags:
                    tags.append(SpeechTag(at, at, at, tags[-1].speaker, denies))
            if tags and tags[-1].speaker is not NO_SPEAKER:
                self.last_speaker = tags[-1].speaker
        return tags

    def _is_verb(self, tokens: Sequence[Token], at: int, begin: int) -> bool:
        """Whether a word for speaking is a verb with a subject: not "the claim", not "was reported"."""
        before = tokens[at - 1].lower if at > begin else ""
        certainty = self._book.certainty
        passive = before in certainty.be or (
            before in certainty.adverbs and at > begin + 1 and tokens[at - 2].lower in certainty.be
        )
        is_noun = before in self._book.speech.never_before_says | {POSSESSIVE}
        return not passive and not is_noun and not tokens[at].is_hyphenated

    def _find_speaker_before(
        self, reading: SentenceReading, begin: int, at: int, content: Sequence[tuple[int, int]]
    ) -> tuple[int, int]:
        """Return begin and end of the words for a speaker before a word for speaking, equal if there are none."""
        tokens, certainty = reading.sentence.tokens, self._book.certainty
        end = reading.sentence.skip_back(at - 1, certainty.have | certainty.adverbs | {","}, begin) + 1
        first = max([begin, *(p + 1 for p in range(begin, end) if tokens[p].text in QUOTATION_MARKS)])
        if any(first <= span[0] < end for span in content):
            first = self._skip_content(tokens, first, end, at, content)
        else:
            first = self._skip_openers(tokens, first, end)
        first = self._skip_dates(reading, first, end)
        return (first, end) if self._can_be_speaker(tokens[first:end]) else (end, end)

    def _skip_content(
        self, tokens: Sequence[Token], begin: int, end: int, at: int, content: Sequence[tuple[int, int]]
    ) -> int:
        """Return the begin of a speaker after what is said, as in "A and B fell, two officials said"."""
        commas = [position for position in range(begin, end) if tokens[position].lower == ","]
        pieces = list(zip([begin, *(comma + 1 for comma in commas)], [*commas, end], strict=True))
        for piece in pieces:
            has_content = any(piece[0] <= span[0] < piece[1] for span in content)
            if not has_content and self._can_be_speaker(tokens[piece[0] : piece[1]]):
                return piece[0]
        follows_comma = end < at and tokens[end].lower == ","
        return begin if len(pieces) == 1 and not follows_comma else end

    def _skip_openers(self, tokens: Sequence[Token], begin: int, end: int) -> int:
        """Skip "In Kandahar province," and "Meanwhile," before a speaker."""
        clauses = self._book.clauses
        openers = clauses.breaks | clauses.openers | clauses.joins
        while begin < end and (not tokens[begin].is_word or tokens[begin].lower in openers):
            begin += 1
        comma = next((position for position in range(begin, end) if tokens[position].lower == ","), -1)
        return comma + 1 if comma > 0 and tokens[begin].lower in self._book.places.beside else begin

    def _skip_dates(self, reading: SentenceReading, begin: int, end: int) -> int:
        while begin < end:
            date = next((date for date in reading.dates if date.begin <= begin < date.end), None)
            if date:
                begin = date.end
            elif reading.sentence.tokens[begin].lower in {","} | self._book.days.times:
                begin += 1
            else:
                break
        return min(begin, end)

    def _can_be_speaker(self, words: Sequence[Token]) -> bool:
        """Whether words can be a speaker: an office, a party, a name, or a pronoun."""
        speech = self._book.speech
        if len(words) == 1 and words[0].lower in speech.pronouns:
            return True
        if any(token.lower in speech.speakers | speech.belligerents for token in words) or self._parties.find_in(words):
            return True
        return any(token.is_name_like and token.lower not in self._book.common_words for token in words[1:] or words)

    def _end_of_speaker(
        self, tokens: Sequence[Token], begin: int, limit: int, content: Sequence[tuple[int, int]]
    ) -> int:
        """Return the end of the words for a speaker that begin at a position, at most `limit`."""
        clauses = self._book.clauses
        barred = clauses.breaks | clauses.relative | clauses.that | self._book.speech.says
        in_content = {position for span in content for position in range(*span)}
        end = begin
        while end < limit and end not in in_content:
            token = tokens[end]
            if token.text in QUOTATION_MARKS or token.lower in ".!?;:" or token.lower in barred:
                break
            end += 1
        while end > begin and not tokens[end - 1].is_word:
            end -= 1
        return end

    def _make_tag(self, sentence: Sentence, at: int, begin: int, end: int, denies: bool) -> SpeechTag:
        """Make a tag from the words for a speaker, without auxiliaries and relative clauses."""
        tokens, clauses, certainty = sentence.tokens, self._book.clauses, self._book.certainty
        article = ""
        while begin < end and tokens[begin].lower in clauses.articles:
            article, begin = tokens[begin].lower, begin + 1
        while begin < end and (
            tokens[end - 1].lower in certainty.have | certainty.adverbs or not tokens[end - 1].is_word
        ):
            end -= 1
        if self.last_speaker is not NO_SPEAKER and self._is_last_speaker(tokens, begin, end):
            return SpeechTag(at, begin, end, self.last_speaker, denies)
        relative = next((p for p in range(begin + 1, end) if tokens[p].lower in clauses.relative), end)
        # "the man, who is a Taliban spokesman" is on the side that the relative clause names, so it stays.
        names_party = self._parties.is_party(self._parties.side_of(tokens[relative:end]))
        name = sentence.text_between(begin, end if names_party else relative).strip(" ,;:\"\u201c\u201d'")
        speaker = Speaker(name, self._parties.side_of(tokens[begin:end]), article if name else "")
        return SpeechTag(at, begin, end, speaker, denies)

    def _is_last_speaker(self, tokens: Sequence[Token], begin: int, end: int) -> bool:
        """Whether words mean the last speaker: "he", "its spokesman", "the official"."""
        if begin == end:
            return False
        speech, word = self._book.speech, tokens[begin].lower
        if end - begin == 1 and word in speech.pronouns:
            return True
        if word in speech.own and not self._parties.is_party(self._parties.side_of(tokens[begin + 1 : end])):
            return True
        is_definite = begin > 0 and tokens[begin - 1].lower in self._book.clauses.the
        if not is_definite or end - begin > 1 or word not in speech.speakers:
            return False
        return word in self.last_speaker.name.lower() or not self._parties.find_in(tokens[begin:end])


def find_governing_tag(phrase: ClaimPhrase, tags: Sequence[SpeechTag]) -> SpeechTag | None:
    """Return the speech tag that governs a phrase: the last one before it, or else the first one after it."""
    before = [tag for tag in tags if tag.position < phrase.begin and tag.begin <= tag.position]
    after = [tag for tag in tags if tag.position > phrase.begin or tag.begin > tag.position]
    return before[-1] if before else next(iter(after), None)


def find_unit_speakers(
    units: Sequence[SpeakerUnit], tags: Sequence[list[SpeechTag]], quoted_speaker: Speaker
) -> list[Speaker]:
    """Return the speaker of each unit without a speech tag of its own.

    It is the one who spoke in the unit before, unless "but" or the like separates the two; in the first unit it is the
    one who is named at the end of the sentence, or else `quoted_speaker`.

    Parameters
    ----------
    units, tags
        The parts of a sentence, and the speech tags in each of them.
    quoted_speaker
        The last speaker if the sentence begins inside a quotation, otherwise none.
    """
    speakers: list[Speaker] = []
    for number, unit in enumerate(units):
        speaker = quoted_speaker
        if number and not unit.is_contrasted:
            speaker = tags[number - 1][-1].speaker if tags[number - 1] else speakers[-1]
        elif not number and len(units) > 1 and not tags[0]:
            following = next((found[0] for found in tags[1:] if found), None)
            if following and following.end >= units[-1].end - 3 and not units[1].is_contrasted:
                speaker = following.speaker
        speakers.append(speaker)
    return speakers
