"""The explanation of a status in one line: who set it, how strong that is, and who denies or claims it.

The map shows it beside the pointer, at every place and on every day; `narrative` writes it in full. A line is plain
text that quotes the reports: escape it before it becomes HTML.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from control_map.core.arrays import day_numbers
from control_map.core.model import UNKNOWN, WAITING_INTERESTS, Basis, Reason, Role, Via, name_in_text
from control_map.core.rules import Rule
from control_map.core.wording import capitalize_first, join_words
from control_map.explanation.phrases import (
    MAX_NAMED_SOURCES,
    ReportEntry,
    describe_area,
    describe_interest,
    name_claimant,
    name_source_with_grade,
)

MAX_CHARACTERS = 110
"""Characters of a line: what fits beside a pointer in two rows."""
_MAX_NAME_CHARACTERS = 40
"""Characters that are left of a source's name where the line would be too long."""
_BASELINE = "from before the period"
_CONTESTED = {
    Reason.EQUAL_STRENGTH: "contested: equally strong reports differ",
    Reason.OPPOSED_CLAIMS: "contested: each side claims it and nothing stronger decides",
}


_HOLDER_LEFT = "the holder left, according to "
"""How a line begins on a place of unknown control whose holder left it."""
_HOLDER_ENDED = "the holder ended, and no report says who came after"
_NO_HOLDER = "no report that counts says who holds it"


class _Effect(NamedTuple):
    """What a report does to a place, as far as a line says it."""

    report_id: str
    reason: str
    via: str
    interest: str
    reliability: str
    credibility: int


class _Setting(NamedTuple):
    """What a line says of the reports that set a status: the last of them, and the first few sources by name."""

    last: _Effect
    sources: tuple[str, ...]


class _Case(NamedTuple):
    """Everything that a line depends on: equal cases have the same line."""

    setting: _Setting | None
    status: str
    denial: _Effect | None
    province: str
    basis: str
    disputed: bool
    claimed_by: str


def report_sources(located: pd.DataFrame) -> dict[str, ReportEntry]:
    """Return what a line says about each report, by its id.

    That is `who` makes the statement, `area_scope`, `except_for` and `precision`. `located` are the reports
    that `locate_reports` could place. The result depends on no rule, so that it is made once for many calls of
    `write_why_lines`.
    """
    sources = list(zip(located["claimant"], located["origin"], strict=True))
    names = {source: name_claimant(*source) for source in set(sources)}
    columns = (located[name] for name in ("report_id", "area_scope", "except_for", "precision"))
    return {
        report_id: {"who": names[source], "area_scope": scope, "except_for": excepted, "precision": precision}
        for source, report_id, scope, excepted, precision in zip(sources, *columns, strict=True)
    }


def write_why_lines(
    statuses: pd.DataFrame,
    evidence: pd.DataFrame,
    reports: Mapping[str, ReportEntry],
    labels: Mapping[str, str],
    rule: Rule,
    by: str = "place_id",
    most: int = MAX_CHARACTERS,
) -> list[str]:
    """Explain in a line of at most `most` characters each why places have their status; empty without any report.

    `statuses` are rows with `province, status, basis, disputed, claimed_by, since, valid_from`, as in a timeline;
    `evidence` is what `assess` returns. Neither is changed. `by` is the column of both that says which evidence a row
    is about. `reports` is what `report_sources` returns, `labels` are those of the parties, and `rule` is the one under
    which the evidence was assessed.
    """
    sets, denials = _effects_by_day(evidence, Role.SETS, by), _effects_by_day(evidence, Role.CONTRADICTS, by)
    settings = {moment: _summarize(effects, reports) for moment, effects in sets.items()}
    denial_days: defaultdict[str, list[int]] = defaultdict(list)
    for key, day in denials:
        denial_days[key].append(day)
    columns = [statuses[name].tolist() for name in (by, "province", "status", "basis", "disputed", "claimed_by")]
    days = [day_numbers(statuses[name]).tolist() for name in ("since", "valid_from")]
    line_of: dict[_Case, str] = {}
    lines = []
    for key, province, status, basis, disputed, claimed_by, since, until in zip(*columns, *days, strict=True):
        denial = None
        if disputed and key in denial_days:
            before = bisect_right(denial_days[key], until)
            last = denial_days[key][before - 1] if before else until
            denial = denials[key, last][-1] if before and last >= since else None
        case = _Case(settings.get((key, since)), status, denial, province, basis, disputed, claimed_by)
        if case not in line_of:
            line_of[case] = _write_line(case, reports, labels, rule, most)
        lines.append(line_of[case])
    return lines


def _effects_by_day(evidence: pd.DataFrame, role: Role, by: str) -> dict[tuple[str, int], list[_Effect]]:
    """Return the effects of the reports that have a role, by place and the day from which they count, in order."""
    rows = evidence[evidence["role"] == role].sort_values("counts_from", kind="stable")
    effects = map(_Effect, *(rows[name].tolist() for name in _Effect._fields))
    by_day: defaultdict[tuple[str, int], list[_Effect]] = defaultdict(list)
    for key, day, effect in zip(rows[by].tolist(), day_numbers(rows["counts_from"]).tolist(), effects, strict=True):
        by_day[key, day].append(effect)
    return by_day


def _summarize(setters: Sequence[_Effect], reports: Mapping[str, ReportEntry]) -> _Setting:
    sources = sorted({reports[effect.report_id]["who"] for effect in setters})
    return _Setting(setters[-1], tuple(sources[: MAX_NAMED_SOURCES + 1]))


def _write_line(
    case: _Case, reports: Mapping[str, ReportEntry], labels: Mapping[str, str], rule: Rule, most: int
) -> str:
    claim = f"claimed by {name_in_text(labels, case.claimed_by)}, not verified yet" if case.claimed_by else ""
    if not case.setting:
        ended = "" if case.status != UNKNOWN else _HOLDER_ENDED if case.basis else "" if claim else _NO_HOLDER
        return _truncate(capitalize_first("; ".join(filter(None, [ended, claim]))), most)
    setter, names = case.setting
    reason = Reason(setter.reason)
    if reason in _CONTESTED:
        lead = f"{_BASELINE}, " if case.basis == Basis.BASELINE else ""
        are_named = reason == Reason.EQUAL_STRENGTH and 1 < len(names) <= MAX_NAMED_SOURCES
        both = f" ({join_words(names)})" if are_named else ""
        mains = [f"{lead}{_CONTESTED[reason]}{more}" for more in (both, "")]
        doubt = short_doubt = ""
    else:
        report = {**reports[setter.report_id], **setter._asdict()}
        lead, weight = _write_lead(report, case), _explain_weight(report, rule)
        mains = [
            f"{lead}{name_source_with_grade(report)}{weight}",
            f"{lead}{report['who']} ({describe_interest(report)}){weight}",
            f"{lead}{report['who']}{weight or f' ({describe_interest(report)})'}",
            f"{lead}{report['who']}",
            f"{lead}{_truncate(report['who'], _MAX_NAME_CHARACTERS)}",
        ]
        short_doubt = "; disputed" if case.disputed else ""
        doubt = f"; denied by {reports[case.denial.report_id]['who']}" if case.denial else short_doubt
    tails = [f"{doubt}{claim and '; ' + claim}", f"{short_doubt}{claim and '; ' + claim}"]
    texts = [main + tail for main in mains for tail in tails]
    fitting = next((text for text in texts if len(text) <= most), _truncate(texts[-1], most))
    return capitalize_first(fitting)


def _write_lead(report: ReportEntry, case: _Case) -> str:
    """Say if the status is from before the period, if its report is on more than the place, and if the holder left."""
    notes = [_BASELINE] if case.basis == Basis.BASELINE else []
    if report["via"] == Via.AREA:
        notes.append(f"by a report on {describe_area(report, case.province)}")
    elif report["via"] == Via.CAPITAL:
        notes.append("by a report on the capital")
    if case.status == UNKNOWN:
        return ": ".join(filter(None, [", ".join(notes), _HOLDER_LEFT]))
    return f"{', '.join(notes)}: " if notes else "set by "


def _explain_weight(report: ReportEntry, rule: Rule) -> str:
    """Say why a report that is not strong by itself, or not enough, sets the status; `narrative` says it in full."""
    waits = report["interest"] in WAITING_INTERESTS
    own_word = ", taken at their word" if waits and rule.takes_claims_at_their_word else ""
    if rule.minimum_origins > 1:
        return f"{own_word}, together with others"
    return {
        Reason.HARDENED: f", uncontradicted for {rule.hardening_days} days",
        Reason.CORROBORATED: ", supported by others",
    }.get(Reason(report["reason"]), own_word)


def _truncate(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}\u2026"
