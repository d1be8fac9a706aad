"""The explanation of a status in whole sentences: which reports set it, which confirm it, and which differ.

The sentences are plain text that quotes the reports: escape them before they become HTML.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from control_map.assessment.confidence import Support, explain_confidence
from control_map.core.labels import STATUS_LABELS
from control_map.core.model import (
    CONTESTED,
    NO_REPORT,
    UNKNOWN,
    WAITING_INTERESTS,
    Basis,
    Claim,
    DatePrecision,
    Interest,
    Reason,
    Role,
    Via,
    name_in_text,
)
from control_map.core.rules import Rule
from control_map.core.wording import capitalize_first, format_count, join_words
from control_map.explanation.disputes import find_disputes
from control_map.explanation.phrases import (
    MAX_NAMED_SOURCES,
    NOT_COUNTED_PHRASES,
    PENDING_PHRASES,
    Argument,
    DayWording,
    ReportEntry,
    are_all_held_claims,
    describe_area,
    describe_claims,
    describe_counting,
    describe_day,
    describe_opposing_claims,
    describe_since,
    format_date_in_context,
    lowercase_first,
    name_source_with_grade,
    name_sources,
    quote_summary,
    report_sort_key,
    setting_reports,
)


def write_explanation(
    argument: Argument,
    labels: Mapping[str, str],
    rule: Rule,
    conditions: str = "",
    day_wording: DayWording | None = None,
) -> list[str]:
    """Explain why a place has its status on a day.

    Parameters
    ----------
    argument
        What `PlaceArgument.on` returns, without the explanation. Not changed.
    labels
        The label of each party, by its id.
    rule
        The rule under which the evidence was assessed.
    conditions
        What `describe_conditions` returns.
    day_wording
        How the day shown is worded; by default as `describe_day` does. From one day to the next nothing else changes
        in an explanation, unless a report or a year begins. The date stands in the first passage, the time since the
        last report in the last one.

    Returns
    -------
    list of str
        Passages of whole sentences, at least one: the status in one sentence; why; who agrees; who differs; how old
        and how sure it is. A passage that would be empty is left out.
    """
    day_wording = day_wording or describe_day(argument)
    if argument["since"] is None:
        first, *others = _explain_missing_status(argument, labels, day_wording)
    else:
        lead = STATUS_LABELS.get(argument["status"]) or labels[argument["status"]]
        on_claim = ", on a claim that nobody contradicted," if argument["basis"] == Basis.CLAIM else ""
        first = f"{lead}{on_claim} since {describe_since(argument)}{_describe_manner(argument, labels)}."
        why = [*_explain_setting(argument, labels, rule), *_explain_extent(argument)]
        agreement = [*_list_confirmations(argument), *_count_copies(argument)]
        doubts = [
            *_list_denials(argument, labels),
            *_list_unaccepted_claims(argument, labels),
            *_count_outweighed(argument),
            *_describe_pending_claim(argument, labels),
            *_list_other_days(argument),
        ]
        age = [
            *_describe_status_before(argument, labels),
            *_describe_last_report(argument, day_wording),
            *_describe_confidence(argument),
        ]
        others = [" ".join(passage) for passage in (why, agreement, doubts, age) if passage]
    return [f"{conditions}: {lowercase_first(first, labels)}" if conditions else first, *others]


def _explain_missing_status(argument: Argument, labels: Mapping[str, str], day_wording: DayWording) -> Iterable[str]:
    reports = argument["evidence"]
    if not reports:
        yield f"Nothing has been reported of this place up to {day_wording.date_text}."
        yield "Silence is not control."
        return
    yield f"No report that counts says who holds this place on {day_wording.date_text}."
    yield from _describe_pending_claim(argument, labels)
    not_counted = Counter(report["reason"] for report in reports if report["reason"] in NOT_COUNTED_PHRASES)
    if not_counted:
        listed = join_words(
            [f"{number} {NOT_COUNTED_PHRASES[Reason(reason)]}" for reason, number in not_counted.most_common()]
        )
        all_of_them = "It does" if len(reports) == 1 else "They do"
        subject = all_of_them if not_counted.total() == len(reports) else "Others do"
        yield f"{subject} not count: {listed}."


def _describe_manner(argument: Argument, labels: Mapping[str, str]) -> str:
    """Say how the place came into its holder's hands, if the reports agree on it, or why it is in nobody's."""
    if argument["status"] == UNKNOWN:
        return f": {_describe_end_of_hold(argument, labels)}, and no report says who came after"
    claims = {(report["claim"], report["actor"]) for report in setting_reports(argument)}
    if len(claims) != 1 or argument["status"] == CONTESTED:
        return ""
    ((claim, actor),) = claims
    return {
        Claim.HANDED_OVER: ", handed over without a fight",
        Claim.RETAKEN: ", retaken",
        Claim.WITHDREW: f", when {name_in_text(labels, actor)} withdrew",
    }.get(claim, "")


def _describe_end_of_hold(argument: Argument, labels: Mapping[str, str]) -> str:
    """Say who left a place of unknown control, or whose end left it so."""
    if left := dict.fromkeys(name_in_text(labels, report["actor"]) for report in setting_reports(argument)):
        return f"{join_words(list(left))} left"
    holder = argument["history"][-2]["status"]
    return f"{name_in_text(labels, holder)}, which held it, ended that day"


def _explain_setting(argument: Argument, labels: Mapping[str, str], rule: Rule) -> Iterable[str]:
    sets = setting_reports(argument)
    if not sets:
        return
    reason = sets[0]["reason"]
    if reason == Reason.EQUAL_STRENGTH:
        both = describe_opposing_claims(sets, "asserts", argument, labels)
        yield f"Equally strong reports of one day differ: {both}."
    elif reason == Reason.OPPOSED_CLAIMS:
        claims = [*sets, *_earlier_opposed_claims(argument, sets, rule)]
        both = describe_opposing_claims(claims, "claimant_side", argument, labels)
        yield f"Each side claims it for itself and nothing stronger decides: {both}."
    else:
        sources = join_words([name_source_with_grade(report) for report in sets])
        yield f"Set by {sources}{_explain_weight(sets[0], argument, rule)}."
    if len(sets) == 1 and argument["status"] == CONTESTED and sets[0]["summary"]:
        yield f"{capitalize_first(quote_summary(sets[0]))}."


def _earlier_opposed_claims(argument: Argument, sets: Sequence[ReportEntry], rule: Rule) -> list[ReportEntry]:
    """Return the earlier claims that the setting reports oppose, so that the place is contested: one for each side."""
    window = dt.timedelta(days=rule.corroboration_days)
    sides = {report["claimant_side"] for report in sets}
    claims: dict[str, ReportEntry] = {}
    for report in argument["evidence"]:
        is_unsettled = report["role"] == Role.PENDING and report["reason"] != Reason.AWAITS_ORIGINS
        is_unsettled |= report["reason"] == Reason.OPPOSED_CLAIMS
        is_recent = argument["since"] - window <= report["counts_from"] < argument["since"]
        if is_unsettled and is_recent and report["claimant_side"] not in sides:
            claims.setdefault(report["claimant_side"], report)
    return list(claims.values())


def _explain_weight(report: ReportEntry, argument: Argument, rule: Rule) -> str:
    """Say why a report that is not strong by itself, or not enough, sets the status; `why_line` says it in short."""
    since = format_date_in_context(argument["since"], argument)
    supporting = sorted(argument["supporting"], key=report_sort_key)
    unlisted = argument["supporting_count"] - len(supporting)
    if rule.minimum_origins > 1 and supporting:
        own_word = ", taken at their word," if report["interest"] in WAITING_INTERESTS else ""
        return f"{own_word} together with {name_sources(supporting, unlisted)}"
    if report["reason"] == Reason.HARDENED:
        return f": nobody contradicted this for {rule.hardening_days} days, so it counts from {since}"
    if report["reason"] == Reason.ACCEPTED and report["interest"] in WAITING_INTERESTS:
        return ", taken at their word"
    if report["reason"] != Reason.CORROBORATED:
        return ""
    if not supporting:
        return f", whom others support: it counts from {since}"
    first = min(supporter["counts_from"] for supporter in supporting)
    late = f", before the first of those reports ({format_date_in_context(first, argument)})"
    counts_from = f"{since}{late if first > argument['since'] else ''}"
    return f", and supported by {name_sources(supporting, unlisted)}: so it counts from {counts_from}"


def _explain_extent(argument: Argument) -> Iterable[str]:
    """Say if the setting reports are on more than the place itself, are old, or have no exact day."""
    sets = setting_reports(argument)
    if not sets:
        return
    if all(report["via"] == Via.AREA for report in sets):
        subject = "reports are" if len(sets) > 1 else "report is"
        yield f"The {subject} on {describe_area(sets[0], argument['province'])}, not on this place alone."
    elif all(report["via"] == Via.CAPITAL for report in sets):
        yield "The report is on the provincial capital, which lies in this district, and counts for it too."
    if argument["basis"] == Basis.BASELINE:
        yield "It was set by reports from before the period."
    precisions = {report["date_precision"] for report in sets}
    if DatePrecision.DAY not in precisions and argument["basis"] != Basis.BASELINE and not are_all_held_claims(sets):
        yield f"The day is not known, only the {min(precisions, key=lambda p: DatePrecision(p).window_days)}."
    counting = (describe_counting(report, format_date_in_context(report["counts_from"], argument)) for report in sets)
    yield from (f"It {words}." for words in dict.fromkeys(filter(None, counting)))


def _list_other_days(argument: Argument) -> Iterable[str]:
    by_day: dict[dt.date, list[ReportEntry]] = {}
    for report in sorted(argument["dated_otherwise"], key=lambda report: report["event_date"]):
        by_day.setdefault(report["event_date"], []).append(report)
    if by_day:
        sources = {day: name_sources(sorted(reports, key=report_sort_key)) for day, reports in by_day.items()}
        days = [f"{format_date_in_context(day, argument)} according to {names}" for day, names in sources.items()]
        yield f"Sources differ on the day: {'; '.join(days)}."


def _list_confirmations(argument: Argument) -> Iterable[str]:
    cited = {report["report_id"] for report in [*setting_reports(argument), *argument["supporting"]]}
    cited_origins = {report["origin"] for report in argument["evidence"] if report["report_id"] in cited}
    confirming = [
        report
        for report in _current_reports(argument, Role.CONFIRMS)
        if report["reason"] not in (Reason.SAME_ORIGIN, Reason.EQUAL_STRENGTH) and report["report_id"] not in cited
    ]
    others = [report for report in confirming if report["origin"] not in cited_origins]
    if others:
        yield f"Confirmed by {name_sources(sorted(others, key=report_sort_key))}."
    if repeated := len(confirming) - len(others):
        yield f"The same origin says it again{f' in {repeated} reports' if repeated > 1 else ''}."


def _count_copies(argument: Argument) -> Iterable[str]:
    copies = sum(report["reason"] == Reason.SAME_ORIGIN for report in _current_reports(argument))
    if copies:
        repeat = format_count(copies, "report repeats", "reports repeat")
        yield f"{repeat} one of the same origin: each story counts once."


def _list_denials(argument: Argument, labels: Mapping[str, str]) -> Iterable[str]:
    """Say who denies the status, or denied it until that was settled."""
    for dispute in find_disputes(_current_reports(argument)):
        if dispute.end is None:
            lead = "Disputed"
        else:
            begin, end = (format_date_in_context(day, argument) for day in (dispute.begin, dispute.end))
            settled = (
                f"{dispute.conceded['claimant']}, of the side that had denied it, confirmed it"
                if dispute.conceded
                else "a second independent origin confirmed it"
            )
            lead = f"Disputed from {begin} to {end}, when {settled}"
        named = describe_claims(dispute.denials[:MAX_NAMED_SOURCES], argument, labels)
        unnamed = len(dispute.denials) - MAX_NAMED_SOURCES
        more = f"; and {unnamed:,} more" if unnamed > 0 else ""
        if named or dispute.end:
            yield f"{': '.join(filter(None, [lead, named]))}{more}."


def _list_unaccepted_claims(argument: Argument, labels: Mapping[str, str]) -> Iterable[str]:
    """Say what is claimed against a status and neither sets nor disputes it, unless it is shown as claimed."""
    against = [report for report in _pending_reports(argument) if report["asserts"] != argument["status"]]
    if against and not argument["claimed_by"]:
        more = f", and {len(against) - 1:,} more" if len(against) > 1 else ""
        why = PENDING_PHRASES[Reason(against[0]["reason"])].removesuffix(" yet")
        yield f"Not accepted: {describe_claims(against[:1], argument, labels)}{more}; {why}."


def _count_outweighed(argument: Argument) -> Iterable[str]:
    reports = _current_reports(argument, Role.OUTWEIGHED)
    if number := sum(report["reason"] not in NOT_COUNTED_PHRASES for report in reports):
        yield f"{format_count(number, 'report says', 'reports say')} otherwise without changing it."


def _describe_pending_claim(argument: Argument, labels: Mapping[str, str]) -> Iterable[str]:
    """Say what is claimed and sets nothing; on a place with a status only while the map shows the claim."""
    pending = _pending_reports(argument)
    claimed_by = argument["claimed_by"]
    if not pending or (argument["since"] is not None and not claimed_by):
        return
    newest = next((report for report in pending if report["asserts"] == claimed_by), pending[0])
    more = f", and {len(pending) - 1:,} more" if len(pending) > 1 else ""
    whose = "for" if newest["interest"] == Interest.UNKNOWN else "by"
    lead = f"Claimed {whose} {name_in_text(labels, claimed_by)}" if claimed_by else "Not enough yet"
    why = PENDING_PHRASES[Reason(newest["reason"])]
    yield f"{lead}: {describe_claims([newest], argument, labels)}{more}; {why}."


def _current_reports(argument: Argument, role: Role | None = None) -> list[ReportEntry]:
    """Return the reports on the present status, newest first; all of them, or those with a role."""
    return [report for report in argument["evidence"] if report["current"] and role in (None, report["role"])]


def _pending_reports(argument: Argument) -> list[ReportEntry]:
    return [report for report in _current_reports(argument) if report["reason"] in PENDING_PHRASES]


def _describe_status_before(argument: Argument, labels: Mapping[str, str]) -> Iterable[str]:
    statuses = [piece for piece in argument["history"] if piece["status"] != NO_REPORT]
    if len(statuses) > 1:
        before = statuses[-2]
        held = labels.get(before["status"]) or STATUS_LABELS[before["status"]].lower()
        yield f"Before: {held} from {format_date_in_context(before['since'], argument)}."


def _describe_last_report(argument: Argument, day_wording: DayWording) -> Iterable[str]:
    ago = day_wording.time_since_last_report
    if ago and argument["last_reported"] == argument["since"]:
        yield f"Nothing more has been reported of it for {ago}."
    else:
        date = format_date_in_context(argument["last_reported"], argument)
        yield f"Last report: {date}{f', {ago} earlier' if ago else ''}."


def _describe_confidence(argument: Argument) -> Iterable[str]:
    if argument["status"] == UNKNOWN and not setting_reports(argument):
        return
    support = Support(*(argument[name] for name in Support._fields))
    yield f"{capitalize_first(argument['confidence'])} confidence: {explain_confidence(support)}."
