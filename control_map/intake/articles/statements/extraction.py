"""A news text becomes a table of draft statements; the rows that the user accepts become reports.

"Qadis fell to the Taliban on Tuesday, officials said." becomes one row: Qadis, captured by the Taliban, claimed by
"officials", with the date of that Tuesday. The extraction follows rules over phrases: it misses some statements and
misreads others, so that a person has to read each row against the text.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from operator import itemgetter

import pandas as pd

from control_map.core.model import Claim, DatePrecision, PlaceKind
from control_map.geocoding.gazetteer import theatre_gazetteer
from control_map.geocoding.spelling import FILLER_WORDS, plain_word
from control_map.intake.articles.mentions.actors import ActorFinder
from control_map.intake.articles.mentions.places import PlaceNameLookup
from control_map.intake.articles.mentions.resolve import resolve_mentions
from control_map.intake.articles.statements.claims import ClauseReader
from control_map.intake.articles.statements.reading import (
    NO_SPEAKER,
    ArticleContext,
    SentenceReading,
    Speaker,
    Statement,
    count_attackers,
    read_sentences,
)
from control_map.intake.articles.statements.speakers import (
    SpeakerFinder,
    SpeechTag,
    find_governing_tag,
    find_unit_speakers,
)
from control_map.intake.articles.text.clauses import Clause, SpeakerUnit, split_into_clauses, split_into_units
from control_map.intake.articles.text.dates import DateMention
from control_map.intake.articles.text.phrasebook import Phrasebook, compile_phrases, load_phrasebook
from control_map.pipeline.pack import Pack
from control_map.theatre.reports import CODEBOOK_COLUMNS
from control_map.theatre.theatre import Theatre

STATEMENT_COLUMNS = tuple(
    "sentence place_text province_text place_kind place_id claim actor claimant claimant_side event_date"
    " date_precision area_scope number attributed sentence_number begin end".split()
)
_UNGRADED = {"reliability": "F", "credibility": "6"}
"""The grades of a report that has not been judged yet."""
_TYPES = {"number": "float64", "attributed": "bool", "sentence_number": "int64", "begin": "int64", "end": "int64"}
_SAME_STATEMENT = ("place_text", "place_id", "claim", "actor", "claimant_side", "area_scope")
"""Rows that agree in these columns and in the speaker's name are one statement; the first of them is kept."""
_WORDS_TO_SPEECH_DATE = 4
"""Words; in "said on Friday" the date is that of the speech, and of the event only if no other is named."""


def extract_statements(text: str, published: dt.date, pack: Pack, language: str = "english") -> pd.DataFrame:
    """Find the statements of a news text about who holds which place.

    Parameters
    ----------
    text
        The text as it was pasted; invisible characters are ignored.
    published
        The day of publication, from which "on Wednesday" counts; no event is later.
    pack
        The theatre with the places and parties that the text may name.
    language
        The phrasebook to use, by the name of its file in `articles/text`.

    Returns
    -------
    DataFrame
        One row for each statement about one place, in the order of the text, with `STATEMENT_COLUMNS`:

        - `sentence`: the sentence with the statement; `sentence_number`: its number, from 0; `begin` and `end`: the
          characters of the place's name in it, both 0 if the sentence names the place only as "it" or "the city";
        - `place_text, province_text, place_kind`: as in a report; `place_id`: of the place or the province, empty for
          the whole country, and if the name fits several places or none;
        - `claim, actor`: as in a report; `actor` is empty where the text leaves it open;
        - `claimant, claimant_side`: who is quoted, as the text writes it, and on which side; empty and independent if
          the text quotes no speaker; the side is empty for a claimant of a party that the theatre does not know by this
          name; `attributed`: whether the text quotes a speaker;
        - `event_date`: a `date`; `date_precision`: a week or a month has its last day, or the day of publication;
        - `area_scope, number`: how much of a province or the country is meant.
    """
    theatre = pack.theatre
    book = _phrasebook(language, theatre)
    parties = ActorFinder(theatre.actors, theatre.country, book)
    readings = list(read_sentences(text, published, _place_names(theatre), parties, book))
    resolve_mentions([(reading.sentence.paragraph, reading.context.mentions) for reading in readings], pack.gazetteer)
    party_counts = Counter(actor.value for reading in readings for actor in reading.actors)
    article = ArticleContext(party_counts, count_attackers(readings))
    rows: dict[tuple[object, ...], dict[str, object]] = {}
    for statement, reading, date in _read_statements(readings, parties, article, book):
        row = _make_row(statement, reading, date, published)
        rows.setdefault((statement.speaker.name, *(row[column] for column in _SAME_STATEMENT)), row)
    table = pd.DataFrame(list(rows.values()), columns=list(STATEMENT_COLUMNS))
    texts = dict.fromkeys(set(STATEMENT_COLUMNS) - _TYPES.keys() - {"event_date"}, "str")
    return table.astype({**_TYPES, **texts})


def statements_as_reports(table: pd.DataFrame, published: dt.date, outlet: str, url: str) -> pd.DataFrame:
    """Convert accepted statements to reports in the form of the codebook.

    Parameters
    ----------
    table
        Rows of `extract_statements`, corrected or not. Not changed.
    published
        The day of publication.
    outlet, url
        The publisher of the text, and its address, which may be empty. The outlet is also the origin, and the claimant
        of statements for which the text quotes no speaker.

    Returns
    -------
    DataFrame
        `CODEBOOK_COLUMNS`, all text. `report_id` and `summary` are empty: ids are given for a whole file at once, and
        the user writes the summary. The grades state that the report has not been judged. What the text leaves open is
        empty, for the user to fill in.
    """
    is_area = table["place_kind"].isin([PlaceKind.PROVINCE, PlaceKind.COUNTRY])
    reports = table.assign(
        report_id="",
        event_date=[date if isinstance(date, str) else f"{date:%Y-%m-%d}" for date in table["event_date"]],
        reported_date=published.isoformat(),
        area_scope=table["area_scope"].where(is_area, ""),
        except_for="",
        claimant=table["claimant"].where(table["claimant"] != "", outlet),
        origin=outlet,
        source_name=outlet,
        source_url=url,
        summary="",
        number=[f"{number:.0f}" if pd.notna(number) else "" for number in pd.to_numeric(table["number"])],
        **_UNGRADED,
    )
    return reports[list(CODEBOOK_COLUMNS)].fillna("").astype("str").reset_index(drop=True)


@lru_cache(maxsize=4)
def _phrasebook(language: str, theatre: Theatre) -> Phrasebook:
    """Return the phrases of a language with the words for kinds of places by which the theatre's names are located."""
    words, own = theatre_gazetteer(theatre).splitter.words, theatre.place_words
    # "State" and "region" are words for provinces beside a name, and mean much else in an English text.
    provinces = {word for word in words.province - FILLER_WORDS if not word.isascii()}
    return load_phrasebook(language).with_place_words(
        {
            "district": words.district,
            "provincial_capital": words.city,
            "province": provinces.union(map(plain_word, own.get(PlaceKind.PROVINCE, ()))),
            "crossing": map(plain_word, own.get(PlaceKind.CROSSING, ())),
        }
    )


@lru_cache(maxsize=4)
def _place_names(theatre: Theatre) -> PlaceNameLookup:
    return PlaceNameLookup(theatre)


def _read_statements(
    readings: Sequence[SentenceReading], parties: ActorFinder, article: ArticleContext, book: Phrasebook
) -> Iterator[tuple[Statement, SentenceReading, DateMention | None]]:
    """Yield the statements of all sentences, each with its sentence and the date of the event."""
    speaker_finder = SpeakerFinder(parties, book)
    for reading in readings:
        units = split_into_units(reading.sentence.tokens, reading.sentence.body_begin, book)
        tags: list[list[SpeechTag]] = []
        for unit in units:
            previous = tags[-1][-1].speaker if tags and tags[-1] else NO_SPEAKER
            tags.append(speaker_finder.find_speech_tags(reading, unit, previous))
        quoted_speaker = speaker_finder.last_speaker if reading.sentence.quoted else NO_SPEAKER
        speakers = find_unit_speakers(units, tags, quoted_speaker)
        clause_reader = ClauseReader(reading, parties, article, book)
        statements: list[Statement] = []
        for unit, unit_tags, speaker in zip(units, tags, speakers, strict=True):
            statements += _read_unit(clause_reader, reading, unit, unit_tags, speaker, book)
        all_tags = [tag for unit_tags in tags for tag in unit_tags]
        if not statements:
            statements += _read_denial(reading, all_tags, article, parties, book)
        statements += _read_followed(reading, statements or article.last_statements, book)
        for statement in statements:
            yield statement, reading, _find_event_date(statement, reading, all_tags, statements)
        article.add_sentence(reading.places, statements)


def _read_unit(
    clause_reader: ClauseReader,
    reading: SentenceReading,
    unit: SpeakerUnit,
    tags: Sequence[SpeechTag],
    speaker: Speaker,
    book: Phrasebook,
) -> Iterator[Statement]:
    """Yield the statements of a unit; `speaker` is the claimant where no speech tag names one."""
    for clause in split_into_clauses(reading.sentence.tokens, unit, [tag.span for tag in tags], book):
        phrases = [phrase for phrase in reading.phrases if phrase.begin in clause.inside]
        governing = {phrase.begin: find_governing_tag(phrase, tags) for phrase in phrases}
        denied = {begin for begin, tag in governing.items() if tag and tag.denies and tag.position < begin}
        spoken = [(tag.speaker if (tag := governing[phrase.begin]) else speaker, phrase) for phrase in phrases]
        for phrase_speaker, group in groupby(spoken, key=itemgetter(0)):
            yield from clause_reader.read(clause, [phrase for _, phrase in group], phrase_speaker, denied)


def _read_denial(
    reading: SentenceReading,
    tags: Sequence[SpeechTag],
    article: ArticleContext,
    parties: ActorFinder,
    book: Phrasebook,
) -> Iterator[Statement]:
    """Read "the ministry dismissed the reports": the last statements are denied."""
    for tag in tags:
        following = {token.lower for token in reading.sentence.tokens[tag.position + 1 : tag.position + 4]}
        side = tag.speaker.side
        if not tag.denies or not following & book.speech.what_was_said or not parties.is_party(side):
            continue
        for last in article.last_statements:
            if last.actor != side and last.claim in (Claim.CAPTURED, Claim.RETAKEN, Claim.HELD, Claim.HANDED_OVER):
                yield Statement(last.mention, Claim.HELD, side, last.scope, tag.position, last.clause, tag.speaker)


def _read_followed(reading: SentenceReading, previous: Sequence[Statement], book: Phrasebook) -> Iterator[Statement]:
    """Read "Sheberghan followed a day later": the last statement holds for this place as well."""
    for match in compile_phrases(book.clauses.followed).find_all(reading.sentence.tokens) if previous else ():
        last = previous[-1]
        for mention in reading.places:
            if mention.end == match.begin:
                clause = Clause(tuple(range(mention.begin, min(match.end + 4, len(reading.sentence.tokens)))))
                yield Statement(mention, last.claim, last.actor, last.scope, match.begin, clause, last.speaker)


def _find_event_date(
    statement: Statement, reading: SentenceReading, tags: Sequence[SpeechTag], statements: Sequence[Statement]
) -> DateMention | None:
    """Return the nearest date in the clause, or else in the sentence; one after the phrase is preferred."""
    of_speech = [
        date for date in reading.dates if any(0 < date.begin - tag.position <= _WORDS_TO_SPEECH_DATE for tag in tags)
    ]
    of_events = [date for date in reading.dates if date not in of_speech]
    in_clause = [date for date in of_events if date.begin in statement.clause.inside]
    of_others = {
        position
        for other in statements
        if other.clause is not statement.clause
        for position in other.clause.positions
        if other.clause.antecedent >= 0 or position > statement.position
    }
    in_sentence = [date for date in of_events if date.begin not in of_others]

    def distance(date: DateMention) -> int:
        return abs(date.begin - statement.position) + 3 * (date.begin < statement.position)

    return min(in_clause or in_sentence or of_speech, key=distance, default=None)


def _make_row(
    statement: Statement, reading: SentenceReading, date: DateMention | None, published: dt.date
) -> dict[str, object]:
    mention, speaker, tokens = statement.mention, statement.speaker, reading.sentence.tokens
    is_here = mention.sentence == reading.sentence.number
    begin, end = mention.span
    return {
        "sentence": reading.sentence.text,
        "place_text": mention.text,
        "province_text": mention.province_text,
        "place_kind": str(mention.kind),
        "place_id": mention.place_id,
        "claim": str(statement.claim),
        "actor": statement.actor,
        "claimant": speaker.claimant,
        "claimant_side": speaker.side,
        "event_date": date.date if date else published,
        "date_precision": str(date.precision if date else DatePrecision.DAY),
        "area_scope": str(statement.scope),
        "number": mention.number,
        "attributed": bool(speaker.claimant),
        "sentence_number": reading.sentence.number,
        "begin": tokens[begin].begin if is_here else 0,
        "end": tokens[end - 1].end if is_here else 0,
    }
