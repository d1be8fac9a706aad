"""A text becomes a table of statements: what it says of which place, who says so, and of which day."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

import pandas as pd

from control_map.core.model import Claim, DatePrecision
from control_map.intake.articles.mentions.actors import ActorFinder
from control_map.intake.articles.mentions.places import PlaceNameLookup
from control_map.intake.articles.mentions.resolve import resolve_mentions
from control_map.intake.articles.statements.claims import ClauseReader
from control_map.intake.articles.statements.discourse import ArticleContext, Statement
from control_map.intake.articles.statements.sentence_reading import SentenceReading, count_attackers, read_sentences
from control_map.intake.articles.statements.speakers import NO_SPEAKER, Speaker, SpeakerFinder, SpeechTag
from control_map.intake.articles.text.clauses import Clause, SpeakerUnit, split_into_clauses, split_into_units
from control_map.intake.articles.text.dates import DateMention
from control_map.intake.articles.text.phrase_matcher import PhraseMatch
from control_map.intake.articles.text.phrasebook import Phrasebook, PhraseMeaning, load_phrasebook
from control_map.pipeline.pack import Pack
from control_map.theatre.theatre import Theatre

STATEMENT_COLUMNS = (
    "sentence",
    "place_text",
    "province_text",
    "place_kind",
    "place_id",
    "claim",
    "actor",
    "claimant",
    "claimant_side",
    "event_date",
    "date_precision",
    "area_scope",
    "number",
    "attributed",
    "sentence_number",
    "begin",
    "end",
)
_SAID_ON = 4
"""Words: "said on Friday" is the day on which it was said, and of the event only if no other is named."""


def extract_statements(text: str, published: dt.date, pack: Pack, language: str = "english") -> pd.DataFrame:
    """Find what a text says of who holds which place.

    It is a draft for somebody to correct: rules over phrases, which miss some statements and misread others.

    Parameters
    ----------
    text
        A news text as it was pasted, in any encoding's worth of characters.
    published
        Its day, from which "on Wednesday" counts; no event is later.
    pack
        The theatre whose places and parties it may name.
    language
        Whose phrasebook is used: a file of that name beside this one.

    Returns
    -------
    DataFrame
        One row for each statement on one place, in the order of the text, with `STATEMENT_COLUMNS`:

        - `sentence`: in which it stands; `sentence_number`: from 0; `begin` and `end`: where the place stands in it,
          both 0 where it stands only as "it" or "the city";
        - `place_text, province_text, place_kind`: as for a report. `place_id`: of the place, or of the province; empty
          for the whole country, and if the name fits several places or none;
        - `claim, actor`: as for a report; `actor` is empty where the text leaves it open;
        - `claimant, claimant_side`: who says so; empty and independent where nobody is named, so that it is the outlet;
          the side is empty where it is to be said, as of a ministry by a name that the theatre does not know;
          `attributed`: whether somebody is named;
        - `event_date`: as `date`; `date_precision`: a week or a month has its last day, or that of publication;
        - `area_scope, number`: of a province or the country.
    """
    book, theatre = load_phrasebook(language), pack.theatre
    parties = ActorFinder(theatre.actors, theatre.country, book)
    names = _names(theatre)
    read = list(read_sentences(text, published, names, parties, book))
    resolve_mentions([(one.sentence.paragraph, one.around.mentions) for one in read], pack.gazetteer)
    named = Counter(actor.value for one in read for actor in one.actors)
    rows: dict[tuple[object, ...], dict[str, object]] = {}
    told = ArticleContext(named, count_attackers(read))
    for statement, one, day in _statements(read, parties, told, book):
        row = _row(statement, one, day, published)
        same = ("place_text", "place_id", "claim", "actor", "claimant", "claimant_side", "area_scope")
        rows.setdefault(tuple(row[column] for column in same), row)
    return _table(list(rows.values()))


@lru_cache(maxsize=4)
def _names(theatre: Theatre) -> PlaceNameLookup:
    return PlaceNameLookup(theatre)


def _table(rows: list[dict[str, object]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=list(STATEMENT_COLUMNS))
    kinds = {"number": "float64", "attributed": "bool", "sentence_number": "int64", "begin": "int64", "end": "int64"}
    texts = dict.fromkeys(set(STATEMENT_COLUMNS) - kinds.keys() - {"event_date"}, "str")
    return table.astype({**kinds, **texts})


def _statements(
    read: Sequence[SentenceReading], parties: ActorFinder, told: ArticleContext, book: Phrasebook
) -> Iterator[tuple[Statement, SentenceReading, DateMention | None]]:
    attribution = SpeakerFinder(parties, book)
    for one in read:
        split = split_into_units(one.sentence.tokens, one.sentence.opening, book)
        spoken: list[list[SpeechTag]] = []
        for unit in split:
            before = spoken[-1][-1].speaker if spoken and spoken[-1] else NO_SPEAKER
            spoken.append(_sayings(attribution, one, unit, before))
        voices = _voices(one, split, spoken, attribution)
        reader = ClauseReader(one.sentence, one.around, one.actors, parties, told, book)
        found: list[Statement] = []
        for unit, sayings, voice in zip(split, spoken, voices, strict=True):
            found += _of_unit(reader, one, unit, sayings, voice, book)
        found += _denied_again(one, spoken, found, told, parties, book)
        found += _followed(one, reader, told, found, book)
        for statement in found:
            yield statement, one, _day_of(statement, one, spoken, found)
        fresh = [m for m in one.around.mentions if not m.spoken_for and not m.qualifies]
        told.places += [[m] for m in fresh if m not in [s.mention for s in found]]
        for clause in dict.fromkeys((s.clause, s.at) for s in found):
            told.places.append([s.mention for s in found if (s.clause, s.at) == clause])
        told.forget()
        told.last = found or told.last


def _sayings(attribution: SpeakerFinder, one: SentenceReading, unit: SpeakerUnit, before: Speaker) -> list[SpeechTag]:
    about = [(hit.begin, hit.end) for hit in one.hits]
    about += [(m.begin, m.end) for m in one.around.mentions if not m.spoken_for]
    return attribution.sayings(one.sentence, unit.begin, unit.end, sorted(about), one.days, before)


def _voices(
    one: SentenceReading,
    split: Sequence[SpeakerUnit],
    spoken: Sequence[list[SpeechTag]],
    attribution: SpeakerFinder,
) -> list[Speaker]:
    """Return who accounts for each unit that names nobody: who spoke before, who speaks after, or nobody."""
    voices: list[Speaker] = []
    quoted = one.sentence.quoted
    for number, unit in enumerate(split):
        voice = NO_SPEAKER
        if quoted:
            voice = attribution.last
        if number and not unit.opposed:
            voice = spoken[number - 1][-1].speaker if spoken[number - 1] else voices[-1]
        elif not number and len(split) > 1 and not spoken[0]:
            after = next((sayings[0] for sayings in spoken[1:] if sayings), None)
            last = split[-1]
            voice = after.speaker if after and after.end >= last.end - 3 and not split[1].opposed else voice
        voices.append(voice)
    return voices


def _of_unit(
    reader: ClauseReader,
    one: SentenceReading,
    unit: SpeakerUnit,
    sayings: Sequence[SpeechTag],
    voice: Speaker,
    book: Phrasebook,
) -> Iterator[Statement]:
    apart = [(min(s.begin, s.at), max(s.end, s.at + 1)) for s in sayings]
    apart = [
        (begin, end) if end - begin < 40 else (s.at, s.at + 1) for (begin, end), s in zip(apart, sayings, strict=True)
    ]
    for clause in split_into_clauses(one.sentence.tokens, unit, apart, book):
        inside = set(clause.positions)
        hits = [hit for hit in one.hits if hit.begin in inside]
        for speaker, group in _by_speaker(hits, sayings, voice):
            denied = {hit.begin for hit in group if _is_denied(hit, sayings)}
            yield from reader.read(clause, group, speaker, denied)


def _governing(hit: PhraseMatch[PhraseMeaning], sayings: Sequence[SpeechTag]) -> SpeechTag | None:
    before = [saying for saying in sayings if saying.at < hit.begin and saying.begin <= saying.at]
    after = [saying for saying in sayings if saying.at > hit.begin or saying.begin > saying.at]
    return before[-1] if before else next(iter(after), None)


def _is_denied(hit: PhraseMatch[PhraseMeaning], sayings: Sequence[SpeechTag]) -> bool:
    saying = _governing(hit, sayings)
    return saying is not None and saying.denies and saying.at < hit.begin


def _by_speaker(
    hits: Sequence[PhraseMatch[PhraseMeaning]], sayings: Sequence[SpeechTag], voice: Speaker
) -> Iterator[tuple[Speaker, list[PhraseMatch[PhraseMeaning]]]]:
    groups: list[tuple[Speaker, list[PhraseMatch[PhraseMeaning]]]] = []
    for hit in hits:
        saying = _governing(hit, sayings)
        speaker = saying.speaker if saying else voice
        if groups and groups[-1][0] is speaker:
            groups[-1][1].append(hit)
        else:
            groups.append((speaker, [hit]))
    yield from groups


def _denied_again(
    one: SentenceReading,
    spoken: Sequence[list[SpeechTag]],
    found: list[Statement],
    told: ArticleContext,
    parties: ActorFinder,
    book: Phrasebook,
) -> Iterator[Statement]:
    """Read "the ministry dismissed the reports": what was told last is denied."""
    tokens = one.sentence.tokens
    for saying in (saying for sayings in spoken for saying in sayings if saying.denies):
        ahead = [token.low for token in tokens[saying.at + 1 : saying.at + 4]]
        again = any(low in book.speech.what_was_said for low in ahead)
        side = saying.speaker.side
        if not again or found or not parties.is_party(side):
            continue
        for last in told.last:
            if last.actor != side and last.claim in (Claim.CAPTURED, Claim.RETAKEN, Claim.HELD, Claim.HANDED_OVER):
                yield Statement(last.mention, Claim.HELD, side, last.scope, saying.at, last.clause, saying.speaker)


def _followed(
    one: SentenceReading, reader: ClauseReader, told: ArticleContext, found: list[Statement], book: Phrasebook
) -> Iterator[Statement]:
    """Read "Sheberghan followed a day later": of it is said what was said last of another place."""
    last = found or told.last
    if not last:
        return
    for hit in book.listed(book.clauses.followed).all_in(one.sentence.tokens):
        before = [m for m in reader.where.mentions if m.end == hit.begin]
        for mention in before:
            model = last[-1]
            clause = Clause(tuple(range(mention.begin, min(hit.end + 4, len(one.sentence.tokens)))))
            yield Statement(mention, model.claim, model.actor, model.scope, hit.begin, clause, model.speaker)


def _day_of(
    statement: Statement, one: SentenceReading, spoken: Sequence[list[SpeechTag]], found: Sequence[Statement]
) -> DateMention | None:
    """Return the day of the event: the nearest in the clause, rather after the phrase, else in the sentence."""
    said_at = [saying.at for sayings in spoken for saying in sayings]
    of_saying = [day for day in one.days if any(0 < day.begin - at <= _SAID_ON for at in said_at)]
    events = [day for day in one.days if day not in of_saying]
    inside = set(statement.clause.positions)
    near = [day for day in events if day.begin in inside]
    others = {
        position
        for other in found
        if other.clause is not statement.clause
        for position in other.clause.positions
        if other.clause.about >= 0 or position > statement.at
    }
    events = [day for day in events if day.begin not in others]
    for days in (near, events, of_saying):
        if days:
            return min(days, key=lambda day: abs(day.begin - statement.at) + 3 * (day.begin < statement.at))
    return None


def _row(statement: Statement, one: SentenceReading, day: DateMention | None, published: dt.date) -> dict[str, object]:
    mention, speaker, tokens = statement.mention, statement.speaker, one.sentence.tokens
    here = mention.sentence == one.sentence.number
    begin, end = mention.span
    return {
        "sentence": one.sentence.text,
        "place_text": mention.text,
        "province_text": mention.province_text,
        "place_kind": str(mention.kind),
        "place_id": mention.place_id,
        "claim": str(statement.claim),
        "actor": statement.actor,
        "claimant": speaker.claimant,
        "claimant_side": speaker.side,
        "event_date": day.date if day else published,
        "date_precision": str(day.precision if day else DatePrecision.DAY),
        "area_scope": str(statement.scope),
        "number": mention.number,
        "attributed": bool(speaker.claimant),
        "sentence_number": one.sentence.number,
        "begin": tokens[begin].begin if here else 0,
        "end": tokens[end - 1].end if here else 0,
    }
