"""The phrases of an explanation: a day, a span, a source with its grade, what a report says.

All return plain text that stands inside a sentence.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from control_map.core.labels import CLAIM_LABELS
from control_map.core.model import (
    CONTESTED,
    UNKNOWN,
    WAITING_INTERESTS,
    AreaScope,
    Basis,
    Claim,
    DatePrecision,
    Interest,
    Reason,
    Role,
    name_in_text,
)
from control_map.core.rules import Rule
from control_map.core.wording import capitalize_first, format_date, format_days, format_span, join_words
from control_map.geocoding.spelling import find_whole_words

ReportEntry = Mapping[str, Any]
"""A report on a place, as `PlaceArgument.on` lists it under `evidence`."""
Argument = Mapping[str, Any]
"""What `PlaceArgument.on` returns: a status, and the reports that it rests on."""

MAX_NAMED_SOURCES = 2
MAX_NAMED_EXCEPTIONS = 3
_PLAIN_QUOTES = str.maketrans("\u201c\u201d", "''")
_INTERESTS = {
    Interest.INDEPENDENT: "independent",
    Interest.AGAINST_INTEREST: "against their own side's interest",
    Interest.SELF_SERVING: "in their own side's interest",
    Interest.UNKNOWN: "of unknown side",
}
NOT_COUNTED_PHRASES = {
    Reason.FIGHTING: "of fighting only",
    Reason.PART_OF_PLACE: "on a part of the place only",
    Reason.BELOW_GRADE: "graded below what the rule accepts",
    Reason.OTHER_SIDE: "not by the side whose account this is",
    Reason.SWITCHED_OFF: "of a kind that is switched off",
    Reason.PARTY_ENDED: "that a party holds it which had ended by then",
}
PENDING_PHRASES = {
    Reason.AWAITS_CORROBORATION: "nobody else supports it yet",
    Reason.AWAITS_SIDE: "it is not known for whom they speak, and nobody else supports it yet",
    Reason.AWAITS_ORIGINS: "too few different origins support it",
    Reason.AGAINST_VERIFIED: "one origin alone says so, against a verified status",
    Reason.CONTRADICTED: "others contradict it",
}


class DayWording(NamedTuple):
    """How an explanation words the day shown, and the time from the last report to that day.

    `time_since_last_report` is empty if the last report is of the day shown, or if there is none.
    """

    date_text: str
    time_since_last_report: str


def describe_conditions(rule: Rule, default_rule: Rule, known_on: dt.date | None) -> str:
    """Say under which conditions an explanation holds; empty if they are the usual ones.

    As in "Under the rule Latest report, with what was published by 9 July 2021".
    """
    conditions = []
    if rule != default_rule:
        conditions.append(f"under the rule {rule.label}")
    if known_on is not None:
        conditions.append(f"with what was published by {format_date(known_on, year=True)}")
    return capitalize_first(", ".join(conditions))


def describe_claim_policy(rule: Rule) -> str:
    """Say in a sentence when a rule lets a claim in the claimant's own interest count."""
    if rule.takes_claims_at_their_word:
        return "Claims in one's own interest count at their word."
    harden = f", or nobody contradicts them for {rule.hardening_days} days" if rule.hardening_days else ""
    hardened = (
        " What nobody contradicts counts only within the period, is marked as resting on a claim, and needs a second "
        "origin against a status that is verified."
    )
    text = f"Claims in one's own interest wait until another origin supports them{harden}."
    unknown = " A claim of a speaker whose side is not known waits for another origin, however long that takes."
    return text + (hardened if harden else "") + unknown


def describe_day(argument: Argument) -> DayWording:
    """Word the day that an argument is about."""
    last = argument["last_reported"]
    days = (argument["date"] - last).days if last else 0
    return DayWording(format_date_in_context(argument["date"], argument), format_span(days) if days else "")


def describe_since(argument: Argument) -> str:
    """Say since when a status holds, no more exactly than the reports that set it; empty where there is no status.

    Where sources put the change of hands on different days, these follow, as in "(sources differ: 10\u201311 August)".
    """
    if argument["since"] is None:
        return ""
    span, days = "", argument["change_days"]
    if days and days[0] != days[1]:
        span = f"(sources differ: {format_days(*days, year={day.year for day in days} != {argument['date'].year})})"
    since = format_date_in_context(argument["since"], argument)
    return " ".join(filter(None, [describe_exactness(argument), since, span]))


def describe_exactness(argument: Argument) -> str:
    """Say how exactly the beginning of a status is known: to the day (empty), "about", or "at least" that early.

    Of the argument only `basis, status, since, evidence` are read.
    """
    sets = setting_reports(argument)
    if argument["status"] == UNKNOWN and not sets:  # the holder ended on that day
        return ""
    if argument["basis"] == Basis.BASELINE or (argument["status"] != CONTESTED and are_all_held_claims(sets)):
        return "at least"
    is_vague = bool(sets) and all(report["date_precision"] != DatePrecision.DAY for report in sets)
    return "about" if is_vague else ""


def are_all_held_claims(reports: Sequence[ReportEntry]) -> bool:
    """Whether reports say only who held a place on a day, and not that it changed hands."""
    return bool(reports) and all(report["claim"] == Claim.HELD for report in reports)


def setting_reports(argument: Argument) -> list[ReportEntry]:
    """Return the reports that set the present status: none where it is unknown because its holder has ended.

    Of the argument only `since, evidence` are read.
    """
    return reports_that_set(argument["evidence"], argument["since"])


def reports_that_set(reports: Iterable[ReportEntry], since: dt.date | None) -> list[ReportEntry]:
    """Return those of some reports on a place that set the status that it has since a day."""
    return [report for report in reports if report["role"] == Role.SETS and report["counts_from"] == since]


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


def describe_counting(report: ReportEntry, date: str) -> str:
    """Say from which day a report counts, and why, if that is later than its event; `date` is that day in words."""
    if report["counts_from"] == report["event_date"]:
        return ""
    why = (
        "the day that others give for it"
        if report["dated_by_others"]
        else "its publication: a report dated to the day says otherwise before"
    )
    return f"counts from {date}, {why}"


_ALL_OF = {AreaScope.ALL_CAPITALS: "all provincial capitals", AreaScope.ALL_CROSSINGS: "all border crossings"}


def describe_area(report: ReportEntry, province: str) -> str:
    """Name the area that a report on more than one place covers.

    As in "all of Herat but its capital", or "all of the country but Panjshir and Kabul".
    """
    area = "the country" if report["precision"] == "country" else province
    names = [name.strip() for name in report["except_for"].split("|") if name.strip()]
    if more := names[MAX_NAMED_EXCEPTIONS:]:
        names = [*names[:MAX_NAMED_EXCEPTIONS], f"{len(more):,} more"]
    if report["area_scope"] == AreaScope.WHOLE_BUT_CAPITAL:
        names = ["its capital", *names]
    what = _ALL_OF.get(report["area_scope"], "all")
    return f"{what} of {area}" + (f" but {join_words(names)}" if names else "")


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


def name_sources(reports: Sequence[ReportEntry], unlisted: int = 0) -> str:
    """Name the sources of reports that agree, in their order but a new origin first, and count the others.

    `unlisted` is how many more reports agree that are not among these.
    """
    first_by_origin: dict[str, ReportEntry] = {}
    for report in reports:
        first_by_origin.setdefault(report["origin"], report)
    chosen = list(first_by_origin.values())[:MAX_NAMED_SOURCES]
    more = len(reports) - len(chosen) + unlisted
    names = [f"{report['who']} ({report['reliability']}{report['credibility']})" for report in chosen]
    if not more:
        return join_words(names)
    origins = len(first_by_origin.keys() - {report["origin"] for report in chosen})
    others = f"{more:,} more" + (f" from {origins:,} other origins" if 1 < origins < more and not unlisted else "")
    return f"{', '.join(names)} and {others}"


def name_source_with_grade(report: ReportEntry) -> str:
    """Name the source of a report, in whose interest it speaks, and its grade."""
    grade = f"graded {report['reliability']}{report['credibility']}"
    return f"{report['who']} ({describe_interest(report)}, {grade})"


def describe_interest(report: ReportEntry) -> str:
    """Say in whose interest the source of a report speaks, as in "independent"."""
    return _INTERESTS[Interest(report["interest"])]


def describe_claims(reports: Sequence[ReportEntry], argument: Argument, labels: Mapping[str, str]) -> str:
    """Say what each of some reports claims, and when it was published."""
    return "; ".join(
        f"{report['who']} said on {format_date_in_context(report['reported_date'], argument)} that "
        + CLAIM_LABELS[report["claim"]].sentence.format(name_in_text(labels, report["actor"]))
        + (f" ({quote_summary(report)})" if report["summary"].strip() else "")
        for report in reports
    )


def describe_opposing_claims(
    reports: Sequence[ReportEntry], key: str, argument: Argument, labels: Mapping[str, str]
) -> str:
    """Say what the best report of each side claims, and count those that agree with it.

    `key` is the entry of a report by which the sides differ: `claimant_side`, or `asserts` for each holder.
    """
    best: dict[str, ReportEntry] = {}
    # A party's claim to the place goes before what else it says of it.
    for report in sorted(
        reports, key=lambda report: (report["asserts"] != report["claimant_side"], *report_sort_key(report))
    ):
        best.setdefault(report[key], report)
    counts = Counter(report[key] for report in reports)
    return "; ".join(
        describe_claims([report], argument, labels)
        + (f" and {counts[side] - 1:,} more like it" if counts[side] > 1 else "")
        for side, report in best.items()
    )


def report_sort_key(report: ReportEntry) -> tuple[bool, str, int, dt.date, str]:
    """Sort the most independent and best graded reports first, then by day and by the name of the source."""
    waits = report["interest"] in WAITING_INTERESTS
    return waits, report["reliability"], report["credibility"], report["event_date"], report["who"]


def quote_summary(report: ReportEntry) -> str:
    """Quote a report's summary; quotation marks inside it become plain ones, so that they do not end the quotation."""
    return f"in short: \u201c{report['summary'].strip().rstrip('.').translate(_PLAIN_QUOTES)}\u201d"


def format_date_in_context(date: dt.date, argument: Argument) -> str:
    """Write a date, with its year unless that is the year shown."""
    return format_date(date, year=date.year != argument["date"].year)


def lowercase_first(text: str, labels: Mapping[str, str]) -> str:
    """Begin a sentence in lower case, as after a colon, unless it begins with a party's label."""
    return text if text.startswith(tuple(labels.values())) else text[:1].lower() + text[1:]
