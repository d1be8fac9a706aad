"""Who says what a sentence says: "officials said", "according to residents", "he added"."""

from collections.abc import Sequence
from dataclasses import dataclass

from control_map.core.model import INDEPENDENT
from control_map.intake.articles.mentions.actors import ActorFinder
from control_map.intake.articles.text.dates import DateMention
from control_map.intake.articles.text.phrasebook import Phrasebook
from control_map.intake.articles.text.sentences import POSSESSIVE, QUOTATION_MARKS, Sentence, Token


@dataclass(frozen=True)
class Speaker:
    """Somebody who says something."""

    claimant: str
    side: str


@dataclass(frozen=True)
class SpeechTag:
    """A word for speaking at `at` in a sentence, with the words for the speaker from `begin` to before `end`."""

    at: int
    begin: int
    end: int
    speaker: Speaker
    denies: bool


NO_SPEAKER = Speaker("", INDEPENDENT)


class SpeakerFinder:
    """Finds the speakers of a sentence; remembers the last one, who may go on as "he"."""

    def __init__(self, parties: ActorFinder, book: Phrasebook) -> None:
        self._parties, self._book = parties, book
        self.last = NO_SPEAKER

    def sayings(
        self,
        sentence: Sentence,
        begin: int,
        end: int,
        about: Sequence[tuple[int, int]],
        days: Sequence[DateMention],
        before: Speaker,
    ) -> list[SpeechTag]:
        """Find who speaks in a part of a sentence.

        Parameters
        ----------
        sentence, begin, end
            The tokens of this part.
        about
            The spans of what is said of places, and of the places: none of it is a speaker.
        days
            The days in the sentence, which are none either.
        before
            Who speaks in the part of the sentence before it, and may go on in this: "but denied that".
        """
        tokens, speech, found = sentence.tokens, self._book.speech, list[SpeechTag]()
        according = {hit.begin: hit for hit in self._book.listed(speech.according).all_in(tokens)}
        for at in range(begin, end):
            word = tokens[at].low
            hit = according.get(at)
            if hit and hit.end < end:
                stop = self._end_of_speaker(tokens, hit.end, end, about)
                found.append(self._saying(sentence, at, hit.end, stop, word))
            elif word in speech.says | speech.denies and self._is_spoken(tokens, at, begin):
                speaker = found[-1].speaker if found else before
                joined = at == begin or (found and tokens[at - 1].low in self._book.clauses.joins)
                if joined and speaker is not NO_SPEAKER:
                    found.append(SpeechTag(at, at, at, speaker, word in speech.denies))
                    continue
                since = found[-1].at + 1 if found and found[-1].begin <= found[-1].at else begin
                first, stop = self._before(tokens, since, at, about, days)
                inverted = (
                    first >= stop
                    and at > begin
                    and (tokens[at - 1].text in QUOTATION_MARKS or tokens[at - 1].low == ",")
                )
                if inverted:
                    first, stop = at + 1, self._end_of_speaker(tokens, at + 1, end, about)
                if first < stop:
                    found.append(self._saying(sentence, at, first, stop, word))
                elif found and word in speech.says | speech.denies:
                    found.append(SpeechTag(at, at, at, found[-1].speaker, word in speech.denies))
            if found and found[-1].speaker is not NO_SPEAKER:
                self.last = found[-1].speaker
        return found

    def _is_spoken(self, tokens: Sequence[Token], at: int, begin: int) -> bool:
        """Whether a word is a verb of somebody: not "the claim", not "was reported"."""
        before = tokens[at - 1].low if at > begin else ""
        certainty = self._book.certainty
        passive = before in certainty.be or (
            before in certainty.adverbs and at > begin + 1 and tokens[at - 2].low in certainty.be
        )
        return not passive and before not in self._book.speech.never_before_says | {POSSESSIVE} and not tokens[at].glued

    def _before(
        self,
        tokens: Sequence[Token],
        begin: int,
        at: int,
        about: Sequence[tuple[int, int]],
        days: Sequence[DateMention],
    ) -> tuple[int, int]:
        """Return where the words for a speaker stand before the word for speaking; nowhere if it is not before."""
        stop = at
        while stop > begin and tokens[stop - 1].low in self._book.certainty.have | self._book.certainty.adverbs | {","}:
            stop -= 1
        first = begin
        for number in range(begin, stop):
            if tokens[number].text in QUOTATION_MARKS:
                first = number + 1
        if any(first <= span[0] < stop for span in about):
            first = self._after_content(tokens, first, stop, at, about)
        else:
            first = self._skip_openers(tokens, first, stop)
        first = self._skip_days(tokens, first, stop, days)
        return (first, stop) if self._is_somebody(tokens[first:stop]) else (stop, stop)

    def _after_content(
        self, tokens: Sequence[Token], first: int, stop: int, at: int, about: Sequence[tuple[int, int]]
    ) -> int:
        """Return where a speaker begins after what is said, as in "A and B fell, two officials said"."""
        commas = [number for number in range(first, stop) if tokens[number].low == ","]
        pieces = list(zip([first, *(number + 1 for number in commas)], [*commas, stop], strict=True))
        free = (p for p in pieces if not any(p[0] <= span[0] < p[1] for span in about))
        named = next((p[0] for p in free if self._is_somebody(tokens[p[0] : p[1]])), None)
        if named is not None:
            return named
        apart = stop < at and tokens[stop].low == ","
        return first if len(pieces) == 1 and not apart else stop

    def _skip_openers(self, tokens: Sequence[Token], first: int, stop: int) -> int:
        """Pass over "In Kandahar province," and "Meanwhile," before a speaker."""
        clauses, places = self._book.clauses, self._book.places
        while first < stop and (
            not tokens[first].is_word or tokens[first].low in clauses.breaks | clauses.openers | clauses.joins
        ):
            first += 1
        comma = next((number for number in range(first, stop) if tokens[number].low == ","), -1)
        return comma + 1 if comma > 0 and tokens[first].low in places.beside else first

    def _skip_days(self, tokens: Sequence[Token], first: int, stop: int, days: Sequence[DateMention]) -> int:
        while first < stop:
            day = next((day for day in days if day.begin <= first < day.end), None)
            if day:
                first = day.end
            elif tokens[first].low in {","} | self._book.days.times:
                first += 1
            else:
                break
        return min(first, stop)

    def _is_somebody(self, words: Sequence[Token]) -> bool:
        """Whether words can be a speaker: a function, a party, a name, or one who was named before."""
        speech = self._book.speech
        if len(words) == 1 and words[0].low in speech.pronouns:
            return True
        if any(token.low in speech.speakers | speech.belligerents for token in words) or self._parties.named_in(words):
            return True
        return any(token.is_name_like and token.low not in self._book.ordinary for token in words[1:] or words)

    def _end_of_speaker(self, tokens: Sequence[Token], begin: int, end: int, about: Sequence[tuple[int, int]]) -> int:
        """Return where the words for a speaker end that follow."""
        clauses, speech = self._book.clauses, self._book.speech
        stop = begin
        spans = {number for span in about for number in range(*span)}
        while stop < end:
            token = tokens[stop]
            ends = (
                token.text in QUOTATION_MARKS
                or token.low in ".!?;:"
                or token.low in clauses.breaks | clauses.relative | speech.says | clauses.that
            )
            if ends or stop in spans:
                break
            stop += 1
        while stop > begin and not tokens[stop - 1].is_word:
            stop -= 1
        return stop

    def _saying(self, sentence: Sentence, at: int, begin: int, end: int, word: str) -> SpeechTag:
        tokens, speech = sentence.tokens, self._book.speech
        words = [token.low for token in tokens[begin:end]]
        while words and words[0] in self._book.clauses.articles:
            begin, words = begin + 1, words[1:]
        while words and (
            words[-1] in self._book.certainty.have | self._book.certainty.adverbs or not tokens[end - 1].is_word
        ):
            end, words = end - 1, words[:-1]
        relative = next((at for at in range(begin + 1, end) if tokens[at].low in self._book.clauses.relative), end)
        denies = word in speech.denies
        if self.last is not NO_SPEAKER and self._goes_on(tokens, begin, words):
            return SpeechTag(at, begin, end, self.last, denies)
        claimant = sentence.words(
            begin, end if self._parties.is_party(self._parties.side_of(tokens[relative:end])) else relative
        ).strip(" ,;:\"\u201c\u201d'")
        return SpeechTag(at, begin, end, Speaker(claimant, self._parties.side_of(tokens[begin:end])), denies)

    def _goes_on(self, tokens: Sequence[Token], begin: int, words: Sequence[str]) -> bool:
        speech = self._book.speech
        if len(words) == 1 and words[0] in speech.pronouns:
            return True
        rest = self._parties.side_of(tokens[begin + 1 : begin + len(words)])
        if words and words[0] in speech.own and not self._parties.is_party(rest):
            return True
        defined = (
            begin > 0
            and tokens[begin - 1].low in self._book.clauses.the
            and len(words) == 1
            and words[0] in speech.speakers
        )
        return defined and (
            words[0] in self.last.claimant.lower() or not self._parties.named_in(tokens[begin : begin + 1])
        )
