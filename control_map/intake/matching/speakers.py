"""Who says so: the speakers of a table are distinguished from its outlets, and each is put on a side.

An outlet that reports in its own voice is independent, and so is a row that names nobody: the table itself says so. A
person or an office speaks for the party that its words name; where they name none, the side is `unknown` until the
user gives it, and the claim waits.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

import pandas as pd

from control_map.core.model import INDEPENDENT, UNKNOWN_SIDE
from control_map.geocoding.spelling import fold_name
from control_map.intake.matching.actor_names import ActorNames
from control_map.intake.matching.columns import NOT_STATED
from control_map.intake.matching.values import format_row_count, list_readings, quote_cell, translate_cells
from control_map.intake.matching.vocabulary import UnknownWord, find_side, to_latin_words
from control_map.intake.matching.voices import is_outlet, is_speaker

_LONGEST_SPEAKER = 200
"""Characters of a cell whose words can name a party; a longer text is not searched for one."""
_LONGEST_NAME = 6
"""Words of a party's name that is looked for in a text."""
_BESIDE_A_PARTY = frozenset(
    """
    a an the of for by local senior spokesman spokesmen spokeswoman spokesperson spokespersons official officials
    commander commanders leader leaders leadership representative representatives statement statements source sources
    press media office account communique telegram channel channels twitter facebook website site page
    """.split()
)
"""Words that may stand beside the name of the party for which a claimant speaks."""
_OFFICE = re.compile(
    r"(?P<before>.*?)\b(?:(?:defen[cs]e |interior |foreign )?minist(?:ry|er)|general staff|chief of staff|presidency"
    r"|president|prime minister|cabinet|parliament|army|navy|air force|police|coast guard)\b(?P<after>.*)"
)
"""An office of a state, as in "Ministry of Defence of Landia", "Landia Ministry of Defence", "Police (Landia)"."""
_BARE_OFFICE = re.compile(
    r"(?:the )?(?:minist(?:ry|er) of (?:the )?(?:defen[cs]e|interior|internal affairs)|general staff|army)"
)
_BEFORE_AN_OFFICE = re.compile(r"^(?:(?:an?|the|one|some|senior|top|local) )+")
_BRACKETS = re.compile(r"[(\[][^)\]]*[)\]]?")


def infer_side(claimant: str, names: ActorNames) -> str:
    """Return the party for which a claimant speaks, or an empty text if the words do not say so.

    "Taliban spokesman", "a Taliban commander" and "Ministry of Defence of Landia" name a party; all words but those for
    speakers must be its name, so that "Taliban analyst" and "UN official" name none.
    """
    if len(claimant) > _LONGEST_SPEAKER:
        return ""
    name = fold_name(claimant)
    if side := names.find_known(claimant) or names.find_known(_BEFORE_AN_OFFICE.sub("", name, count=1)):
        return side
    if office := _OFFICE.fullmatch(name):
        return _find_state_of(office["before"], office["after"], names)
    bare = " ".join(word for word in _BRACKETS.sub(" ", claimant).split() if fold_name(word) not in _BESIDE_A_PARTY)
    return names.find_known(bare) if bare else ""


def _find_state_of(before: str, after: str, names: ActorNames) -> str:
    """Return the party that is the state of an office, named before it or after it, or an empty text."""
    for text in (after.rpartition(" of ")[2], after.rpartition("(")[2], before):
        state = text.strip(" ,-()").removeprefix("the ").removesuffix("'s")
        spellings = (f"Government of {state}", f"{state} government", state) if state else ()
        if party := next(filter(None, map(names.find_known, spellings)), ""):
            return party
    return ""


def infer_sources_side(sources: Iterable[str], names: ActorNames) -> str:
    """Return whose word the sources of one event are: a party, if all of them speak for it, or `independent`.

    An office of a state that is not named, as a bare "Ministry of Defence", is of some party: the side is `unknown`.
    """
    sides = {
        infer_side(source, names) or (UNKNOWN_SIDE if _BARE_OFFICE.fullmatch(fold_name(source)) else INDEPENDENT)
        for source in sources
    }
    known = sides - {UNKNOWN_SIDE}
    return INDEPENDENT if not sides or INDEPENDENT in sides or len(known) > 1 else (known or sides).pop()


def read_speakers(
    text: pd.DataFrame,
    names: ActorNames,
    chosen: Mapping[str, str],
    defaults: Mapping[str, str],
    notices: list[str],
) -> pd.DataFrame:
    """Return a table with the speaker of each row in `claimant`, and a side for each in `claimant_side`.

    Parameters
    ----------
    text
        Columns `claimant, claimant_side, source_name`, as text, empty where the table has nothing. Not changed.
    names
        The parties of the theatre.
    chosen
        The side that the user chose for a speaker, by the speaker as the table writes it.
    defaults
        The values of empty cells; a `claimant_side` among them is for all whose words name no party.
    notices
        What was inferred is added.
    """
    text = _take_speakers_from_sources(text, names, notices)
    side = translate_cells(text["claimant_side"], lambda cell: find_side(cell, names), notices)
    claimant = text["claimant"].mask(text["claimant"] == "", defaults.get("claimant", ""))
    is_open, is_named = side.isin(["", UNKNOWN_SIDE]), ~claimant.isin(["", NOT_STATED])
    counts = Counter(claimant[is_open & is_named].tolist())
    sides, readings = {}, {}
    for speaker in counts:
        if speaker in chosen:
            sides[speaker], how = chosen[speaker], f"is {chosen[speaker]}, as you chose,"
        elif party := infer_side(speaker, names):
            sides[speaker], how = party, f"speaks for {party}"
        elif is_outlet(speaker) and not _names_a_party(speaker, names):
            sides[speaker], how = INDEPENDENT, f"is an outlet: {INDEPENDENT}"
        else:
            continue
        readings[speaker] = how
    notices += list_readings("claimant_side", readings, counts, "claimants were put on a side")
    side = side.mask(is_open & is_named & claimant.isin(sides), claimant.map(sides))
    if default := defaults.get("claimant_side", ""):
        side = _assume(side, side == "", default, notices)
    waiting = dict.fromkeys(claimant[(side == "") & is_named], "waits, as it is not known for whom they speak,")
    notices += list_readings("claimant_side", waiting, counts, "speakers wait")
    side = side.mask((side == "") & is_named, UNKNOWN_SIDE)
    return text.assign(claimant_side=_assume(side, side == "", INDEPENDENT, notices).astype("str"))


def _assume(side: pd.Series, which: pd.Series, value: str, notices: list[str]) -> pd.Series:
    """Put some rows on a side, with a notice of what follows from it."""
    if which.any():
        follows = ": such a report can set a status on its own" if value == INDEPENDENT else ""
        rows = format_row_count(int(which.sum()))
        notices.append(f"claimant_side: assumed to be {quote_cell(value)} {rows}{follows}")
    return side.mask(which, value)


def _take_speakers_from_sources(text: pd.DataFrame, names: ActorNames, notices: list[str]) -> pd.DataFrame:
    """Take a person or an office that stands as the source of a row without a claimant as the claimant."""
    silent = text["claimant"] == ""
    counts = Counter(cell for cell in text.loc[silent, "source_name"].tolist() if cell)
    speakers = {cell for cell in counts if is_speaker(cell) or _names_a_party(cell, names)}
    readings = dict.fromkeys(speakers, "is who says so, not the outlet,")
    notices += list_readings("source_name", readings, counts, "sources are speakers")
    which = silent & text["source_name"].isin(speakers)
    return text.assign(
        claimant=text["claimant"].mask(which, text["source_name"]), source_name=text["source_name"].mask(which, "")
    )


def _names_a_party(text: str, names: ActorNames) -> bool:
    """Whether a text has the name of a party in it: "Taliban radio" is no outlet on no side."""
    words = to_latin_words(text[:_LONGEST_SPEAKER]).split()
    runs = (words[begin:end] for begin in range(len(words)) for end in range(begin + 1, begin + _LONGEST_NAME + 1))
    return any(names.find_known(" ".join(run)) for run in runs)


def list_unknown_speakers(rows: Iterable[tuple[int, str, str]]) -> list[UnknownWord]:
    """Return the speakers whose side is not known, those of the most rows first.

    `rows` has the number of each row with its claimant and the claimant's side.
    """
    numbers: dict[str, list[int]] = {}
    for row, claimant, side in rows:
        if side == UNKNOWN_SIDE and claimant not in ("", NOT_STATED):
            numbers.setdefault(claimant, []).append(row)
    speakers = [UnknownWord("claimant", speaker, tuple(of_speaker)) for speaker, of_speaker in numbers.items()]
    return sorted(speakers, key=lambda speaker: -len(speaker.rows))
