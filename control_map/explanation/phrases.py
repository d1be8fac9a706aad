"""The phrases of an explanation: a day, a span, a claimant with grade, what somebody said.

All return plain text that stands inside a sentence; reports are entries of what `explain.explain` returns.
"""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from control_map.core.labels import CLAIM_LABELS
from control_map.core.model import CONTESTED, AreaScope, Basis, Claim, DatePrecision, Interest, Reason, Role
from control_map.core.rules import Rule
from control_map.core.wording import capitalize_first, format_date, format_span, join_words
from control_map.geocoding.spelling import find_whole_words

MAX_NAMED_SOURCES = 2
_PLAIN_QUOTES = str.maketrans("\u201c\u201d", "''")
_STAND = {
    Interest.INDEPENDENT: "independent",
    Interest.AGAINST_INTEREST: "against their own side's interest",
    Interest.SELF_SERVING: "in their own side's interest",
}
SCOPE_PHRASES = {
    AreaScope.WHOLE: "all of {}",
    AreaScope.WHOLE_BUT_CAPITAL: "all of {} but its capital",
    AreaScope.ALL_CROSSINGS: "all border crossings of {}",
}
NOT_COUNTED_PHRASES = {
    Reason.FIGHTING: "of fighting only",
    Reason.PART_OF_PLACE: "on a part of the place only",
    Reason.BELOW_GRADE: "graded below what the rule accepts",
    Reason.OTHER_SIDE: "not by the side whose account this is",
    Reason.SWITCHED_OFF: "of a kind that is switched off",
}
PENDING_PHRASES = {
    Reason.AWAITS_CORROBORATION: "nobody else supports it yet",
    Reason.AWAITS_ORIGINS: "too few different origins support it",
    Reason.CONTRADICTED: "others contradict it",
}


ReportEntry = Mapping[str, Any]


class DayWording(NamedTuple):
    """All that an explanation says of the day shown: the day itself, and how long ago the last report was.

    `ago` is empty if that was on the same day, or never.
    """

    shown: str
    ago: str


def describe_conditions(rule: Rule, default_rule: Rule, known_on: dt.date | None) -> str:
    """Say under which conditions an explanation holds, if they are not the usual ones; else nothing.

    As in "Under the rule Latest report, with what was published by 9 July 2021".
    """
    said = []
    if rule != default_rule:
        said.append(f"under the rule {rule.label}")
    if known_on is not None:
        said.append(f"with what was published by {format_date(known_on, year=True)}")
    return capitalize_first(", ".join(said))


def describe_claim_policy(rule: Rule) -> str:
    """Say when a rule lets a claim in the claimant's own interest count, in a sentence."""
    if rule.takes_claims_at_their_word:
        return "Claims in one's own interest count at their word."
    harden = f", or nobody contradicts them for {rule.hardening_days} days" if rule.hardening_days else ""
    return f"Claims in one's own interest wait until another origin supports them{harden}."


def describe_day(told: ReportEntry) -> DayWording:
    """Put the day shown in words; `told` is what `explain.explain` returns."""
    last = told["last_reported"]
    days = (told["date"] - last).days if last else 0
    return DayWording(format_date_in_context(told["date"], told), format_span(days) if days else "")


def describe_since(told: ReportEntry) -> str:
    """Say since when a status holds, no more exactly than the reports that set it; nothing without one.

    `told` is what `explain.explain` returns.
    """
    if told["since"] is None:
        return ""
    return " ".join(filter(None, [describe_exactness(told), format_date_in_context(told["since"], told)]))


def describe_exactness(told: ReportEntry) -> str:
    """Say how exactly the beginning of a status is known: to the day (nothing), "about", or "at least" so early.

    `told` is as for `since`; only `basis, status, since, evidence` are read.
    """
    sets = setting_reports(told)
    if told["basis"] == Basis.BASELINE or (told["status"] != CONTESTED and are_all_held_claims(sets)):
        return "at least"
    vague = bool(sets) and all(report["date_precision"] != DatePrecision.DAY for report in sets)
    return "about" if vague else ""


def are_all_held_claims(sets: Sequence[ReportEntry]) -> bool:
    """Whether reports tell only who held a place on a day, and not that it changed hands."""
    return bool(sets) and all(report["claim"] == Claim.HELD for report in sets)


def setting_reports(told: ReportEntry) -> list[ReportEntry]:
    """Return the reports that set the present status."""
    return [each for each in told["evidence"] if each["role"] == Role.SETS and each["event_date"] == told["since"]]


def describe_lag(days: int, precision: str) -> str:
    """Say how long after the event a report was published, no more exactly than is known.

    Parameters
    ----------
    days
        From the stated day of the event to the publication.
    precision
        A `DatePrecision`: of an event dated to a week or month only the greatest possible lag is known.
    """
    if days < 0:
        return "before the stated day"
    if precision == DatePrecision.DAY and days < 2:
        return ("the same day", "the next day")[days]
    window = DatePrecision(precision).window_days
    return f"{'at most ' if window else ''}{format_span(days + window)} later"


def name_claimant(claimant: str, origin: str) -> str:
    """Name who says something as the report does, and where it first appeared unless one of the two names the other.

    As in "the provincial governor via Al Jazeera", but "a Reuters journalist" and "UN OCHA".
    """
    claimant, origin = " ".join(claimant.split()), " ".join(origin.split())
    if not origin or _mentions(claimant, origin) or _mentions(origin, claimant.removeprefix("the ")):
        return claimant or origin
    return f"{claimant} via {origin}"


def _mentions(text: str, name: str) -> bool:
    """Whether a text contains a name as whole words, in capitals or not; an empty name is in every text."""
    return not name or any(True for _ in find_whole_words(name.casefold(), text.casefold()))


def name_sources(reports: Sequence[ReportEntry]) -> str:
    """Name who says the same, best first and each origin once before the second, and count the others."""
    first: dict[str, ReportEntry] = {}
    for report in reports:
        first.setdefault(report["origin"], report)
    chosen = list(first.values())[:MAX_NAMED_SOURCES]
    more = len(reports) - len(chosen)
    names = [f"{report['who']} ({report['reliability']}{report['credibility']})" for report in chosen]
    if not more:
        return join_words(names)
    origins = len(first.keys() - {report["origin"] for report in chosen})
    others = f"{more} more" + (f" from {origins} other origins" if 1 < origins < more else "")
    return f"{', '.join(names)} and {others}"


def name_source_with_grade(report: ReportEntry) -> str:
    """Name who says something, with their stand and grade."""
    grade = f"graded {report['reliability']}{report['credibility']}"
    return f"{report['who']} ({describe_interest(report)}, {grade})"


def describe_interest(report: ReportEntry) -> str:
    """Say in whose interest somebody speaks, as in "independent"."""
    return _STAND[Interest(report["interest"])]


def describe_claims(reports: Sequence[ReportEntry], told: ReportEntry, labels: Mapping[str, str]) -> str:
    """Tell what each of some reports says, and when it was published."""
    return "; ".join(
        f"{report['who']} said on {format_date_in_context(report['reported_date'], told)} that "
        + CLAIM_LABELS[report["claim"]].sentence.format(labels[report["actor"]])
        + (f" ({quote_summary(report)})" if report["summary"].strip() else "")
        for report in reports
    )


def describe_opposing_claims(
    reports: Sequence[ReportEntry], key: str, told: ReportEntry, labels: Mapping[str, str]
) -> str:
    """Let the best report of each side, or for each holder, speak, and count those that say the same."""
    best: dict[str, ReportEntry] = {}
    # A party's claim to the place goes before what else it says of it.
    for report in sorted(
        reports, key=lambda report: (report["asserts"] != report["claimant_side"], *report_sort_key(report))
    ):
        best.setdefault(report[key], report)
    many = Counter(report[key] for report in reports)
    return "; ".join(
        describe_claims([report], told, labels) + (f" and {many[of] - 1} more like it" if many[of] > 1 else "")
        for of, report in best.items()
    )


def report_sort_key(report: ReportEntry) -> tuple[bool, str, int, dt.date, str]:
    """Sort the most independent and best graded reports first."""
    own = report["interest"] == Interest.SELF_SERVING
    return own, report["reliability"], report["credibility"], report["event_date"], report["report_id"]


def quote_summary(report: ReportEntry) -> str:
    """Give a report's summary in quotes, which nothing inside it can close."""
    return f"in short: \u201c{report['summary'].strip().rstrip('.').translate(_PLAIN_QUOTES)}\u201d"


def format_date_in_context(date: dt.date, told: ReportEntry) -> str:
    """Write a date, with its year unless that is the year shown."""
    return format_date(date, year=date.year != told["date"].year)


def lowercase_first(text: str, labels: Mapping[str, str]) -> str:
    """Let a sentence go on after a colon: in lower case, unless it begins with a party's label."""
    return text if text.startswith(tuple(labels.values())) else text[:1].lower() + text[1:]
