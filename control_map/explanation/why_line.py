"""The argument behind one colour in one line: who set the status and how strong that is, who denies or claims.

For the pointer passing over a map, at every place and on every day; `narrative` tells it in full. What is written is
plain text, made of the reports' own words too: whoever shows it has to escape it.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from control_map.core.arrays import day_numbers
from control_map.core.model import AreaScope, Basis, Interest, Reason, Role, Via
from control_map.core.rules import Rule
from control_map.core.wording import capitalize_first, join_words
from control_map.explanation.phrases import (
    MAX_NAMED_SOURCES,
    SCOPE_PHRASES,
    ReportEntry,
    describe_interest,
    name_claimant,
    name_source_with_grade,
)

MAX_CHARACTERS = 110
"""Letters of a line: what fits beside a pointer in two rows."""
_MOST_OF_NAME = 40
"""Letters left of a name when the line is too long."""
_BEFORE = "from before the period"
_CONTESTED = {
    Reason.EQUAL_STRENGTH: "contested: equally strong reports differ",
    Reason.OPPOSED_CLAIMS: "contested: each side claims it and nothing stronger decides",
}


class _Word(NamedTuple):
    """What a report does to a place, as far as a line tells it."""

    report_id: str
    reason: str
    via: str
    interest: str
    reliability: str
    credibility: int


class _Case(NamedTuple):
    """All that a line depends on; the same case, the same line."""

    setters: tuple[_Word, ...]
    denial: _Word | None
    province: str
    basis: str
    disputed: bool
    claimed_by: str


def report_sources(located: pd.DataFrame) -> dict[str, ReportEntry]:
    """Return what a line says about each report, by its id: `who` makes the statement, `area_scope` and `precision`.

    `located` are the reports that `locate_reports` could place. The result depends on no rule, so that it is made once
    for many calls of `write_why_lines`.
    """
    spoken = list(zip(located["claimant"], located["origin"], strict=True))
    who = {pair: name_claimant(*pair) for pair in set(spoken)}
    columns = (located[name] for name in ("report_id", "area_scope", "precision"))
    return {
        report_id: {"who": who[pair], "area_scope": scope, "precision": precision}
        for pair, report_id, scope, precision in zip(spoken, *columns, strict=True)
    }


def write_why_lines(
    told: pd.DataFrame,
    evidence: pd.DataFrame,
    reports: Mapping[str, ReportEntry],
    labels: Mapping[str, str],
    rule: Rule,
    by: str = "place_id",
    most: int = MAX_CHARACTERS,
) -> list[str]:
    """Tell in one line each why places have their status.

    Parameters
    ----------
    told
        Rows with `province, basis, disputed, claimed_by, since, valid_from`, as in a timeline. Not changed.
    evidence
        What `assess` returns. Not changed.
    reports, labels, rule
        What `tellers` returns, the labels of the parties, and by which rule the evidence was weighed.
    by
        The column of both frames that says which evidence a row is about.
    most
        Letters of a line at the most.

    Returns
    -------
    list of str
        A line for each row, up to `most` letters; empty where there is neither status nor claim.
    """
    sets, denials = _said(evidence, Role.SETS, by), _said(evidence, Role.CONTRADICTS, by)
    columns = [told[name].tolist() for name in (by, "province", "basis", "disputed", "claimed_by")]
    lines: dict[_Case, str] = {}
    written = []
    for key, province, basis, disputed, claimed_by, since, until in zip(
        *columns, day_numbers(told["since"]).tolist(), day_numbers(told["valid_from"]).tolist(), strict=True
    ):
        setters = tuple(word for day, word in sets.get(key, ()) if day == since)
        against = [word for day, word in denials.get(key, ()) if since <= day <= until] if disputed else []
        case = _Case(setters, against[-1] if against else None, province, basis, disputed, claimed_by)
        if case not in lines:
            lines[case] = _line(case, reports, labels, rule, most)
        written.append(lines[case])
    return written


def _said(evidence: pd.DataFrame, role: Role, by: str) -> dict[str, list[tuple[int, _Word]]]:
    """Return the day and the word of the reports that have a role, by place and in order."""
    rows = evidence[evidence["role"] == role]
    words = map(_Word, *(rows[name].tolist() for name in _Word._fields))
    told: defaultdict[str, list[tuple[int, _Word]]] = defaultdict(list)
    for key, day, word in zip(rows[by].tolist(), day_numbers(rows["event_date"]).tolist(), words, strict=True):
        told[key].append((day, word))
    return told


def _line(case: _Case, reports: Mapping[str, ReportEntry], labels: Mapping[str, str], rule: Rule, most: int) -> str:
    claim = f"claimed by the {labels[case.claimed_by]}, not verified yet" if case.claimed_by else ""
    if not case.setters:
        return _cut(capitalize_first(claim), most)
    reason = Reason(case.setters[-1].reason)
    tellings = [{**reports[word.report_id], **word._asdict()} for word in case.setters]
    if reason in _CONTESTED:
        before = f"{_BEFORE}, " if case.basis == Basis.BASELINE else ""
        names = list(dict.fromkeys(telling["who"] for telling in tellings))
        both = (
            f" ({join_words(names)})" if reason == Reason.EQUAL_STRENGTH and 1 < len(names) <= MAX_NAMED_SOURCES else ""
        )
        mains = [f"{before}{_CONTESTED[reason]}{more}" for more in (both, "")]
        doubt = short = ""
    else:
        teller = tellings[-1]
        lead, standing = _lead(teller, case), _standing(teller, rule)
        mains = [
            f"{lead}{name_source_with_grade(teller)}{standing}",
            f"{lead}{teller['who']} ({describe_interest(teller)}){standing}",
            f"{lead}{teller['who']}{standing or f' ({describe_interest(teller)})'}",
            f"{lead}{teller['who']}",
            f"{lead}{_cut(teller['who'], _MOST_OF_NAME)}",
        ]
        short = "; disputed" if case.disputed else ""
        doubt = f"; denied by {reports[case.denial.report_id]['who']}" if case.denial else short
    tails = [f"{doubt}{claim and '; ' + claim}", f"{short}{claim and '; ' + claim}"]
    return capitalize_first(_first_to_fit([main + tail for main in mains for tail in tails], most))


def _lead(teller: ReportEntry, case: _Case) -> str:
    """Say how old the status is, and of what else than the place itself the report that sets it speaks."""
    spoken_of = ""
    if teller["via"] == Via.AREA:
        area = "the country" if teller["precision"] == "country" else case.province
        spoken_of = f"by a report on {SCOPE_PHRASES[AreaScope(teller['area_scope'])].format(area)}"
    elif teller["via"] == Via.CAPITAL:
        spoken_of = "by a report on the capital"
    said = ", ".join(filter(None, [_BEFORE if case.basis == Basis.BASELINE else "", spoken_of]))
    return f"{said}: " if said else "set by "


def _standing(teller: ReportEntry, rule: Rule) -> str:
    """Say why a report that is not strong by itself, or not enough, sets the status."""
    self_serving = teller["interest"] == Interest.SELF_SERVING
    own_word = ", taken at their word" if self_serving and rule.takes_claims_at_their_word else ""
    if rule.minimum_origins > 1:
        return f"{own_word}, together with others"
    return {
        Reason.HARDENED: f", uncontradicted for {rule.hardening_days} days",
        Reason.CORROBORATED: ", supported by others",
    }.get(Reason(teller["reason"]), own_word)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}\u2026"


def _first_to_fit(texts: list[str], most: int) -> str:
    return next((text for text in texts if len(text) <= most), _cut(texts[-1], most))
