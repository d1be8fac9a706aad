"""The argument behind one colour, told in sentences: who set it, who confirms it, who differs.

What is written is plain text, made of the reports' own words too: whoever shows it has to escape it.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from control_map.assessment.confidence import Support, explain_confidence
from control_map.core.model import (
    CONTESTED,
    NO_REPORT,
    AreaScope,
    Basis,
    Claim,
    DatePrecision,
    Interest,
    Reason,
    Role,
    Via,
)
from control_map.core.rules import Rule
from control_map.core.wording import capitalize_first, format_count, join_words
from control_map.explanation.phrases import (
    MAX_NAMED_SOURCES,
    NOT_COUNTED_PHRASES,
    PENDING_PHRASES,
    SCOPE_PHRASES,
    DayWording,
    ReportEntry,
    are_all_held_claims,
    describe_claims,
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
    told: ReportEntry, labels: Mapping[str, str], rule: Rule, under: str = "", on: DayWording | None = None
) -> list[str]:
    """Tell why a place has its status on a day.

    Parameters
    ----------
    told
        What `explain.explain` returns, but for what is told here. Not changed.
    labels
        The label of each party, by its id.
    rule
        By which the evidence was weighed.
    under
        What `conditions` returns.
    on
        How the day shown is put in words; by default as `phrases.on_day` does. From one day to the next nothing else
        changes, unless a report or a year begins. The day is in the first passage, how long ago in the last one.

    Returns
    -------
    list of str
        Passages of whole sentences, at least one: the status in one sentence; why; who agrees; who differs; how old
        and how sure it is. What there is nothing to say of is left out.
    """
    on = on or describe_day(told)
    if told["status"] == NO_REPORT:
        first, *others = _without_status(told, labels, on)
    else:
        lead = "Contested" if told["status"] == CONTESTED else labels[told["status"]]
        first = f"{lead} since {describe_since(told)}{_manner(told, labels)}."
        why = [*_set(told, labels, rule), *_reach(told)]
        agreed = [*_confirmed(told), *_copied(told)]
        doubts = [
            *_disputed(told, labels),
            *_not_accepted(told, labels),
            *_outweighed(told),
            *_claimed(told, labels),
            *_other_days(told),
        ]
        age = [*_before(told, labels), *_last(told, on), _confidence(told)]
        others = [" ".join(passage) for passage in (why, agreed, doubts, age) if passage]
    return [f"{under}: {lowercase_first(first, labels)}" if under else first, *others]


def _without_status(told: ReportEntry, labels: Mapping[str, str], on: DayWording) -> Iterable[str]:
    reports = told["evidence"]
    if not reports:
        yield f"Nothing has been reported of this place up to {on.shown}."
        yield "Silence is not control."
        return
    yield f"No report that counts says who holds this place on {on.shown}."
    yield from _claimed(told, labels)
    silent = Counter(report["reason"] for report in reports if report["reason"] in NOT_COUNTED_PHRASES)
    if silent:
        listed = join_words(
            [f"{number} {NOT_COUNTED_PHRASES[Reason(reason)]}" for reason, number in silent.most_common()]
        )
        alone = "It does" if len(reports) == 1 else "They do"
        which = alone if silent.total() == len(reports) else "Others do"
        yield f"{which} not count: {listed}."


def _manner(told: ReportEntry, labels: Mapping[str, str]) -> str:
    claims = {(report["claim"], report["actor"]) for report in setting_reports(told)}
    if len(claims) != 1 or told["status"] == CONTESTED:
        return ""
    ((claim, actor),) = claims
    return {
        Claim.HANDED_OVER: ", handed over without a fight",
        Claim.RETAKEN: ", retaken",
        Claim.WITHDREW: f", when the {labels[actor]} withdrew",
    }.get(claim, "")


def _set(told: ReportEntry, labels: Mapping[str, str], rule: Rule) -> Iterable[str]:
    sets = setting_reports(told)
    reason = sets[0]["reason"]
    if reason == Reason.EQUAL_STRENGTH:
        yield f"Equally strong reports of one day differ: {describe_opposing_claims(sets, 'asserts', told, labels)}."
    elif reason == Reason.OPPOSED_CLAIMS:
        sides = [*sets, *_opposed(told, sets, rule)]
        both = describe_opposing_claims(sides, "claimant_side", told, labels)
        yield f"Each side claims it for itself and nothing stronger decides: {both}."
    else:
        yield f"Set by {join_words([name_source_with_grade(each) for each in sets])}{_standing(sets[0], told, rule)}."
    if len(sets) == 1 and told["status"] == CONTESTED and sets[0]["summary"]:
        yield f"{capitalize_first(quote_summary(sets[0]))}."


def _opposed(told: ReportEntry, sets: Sequence[ReportEntry], rule: Rule) -> list[ReportEntry]:
    """Return the earlier claims against which those stand that made a place contested, one for each side."""
    window = dt.timedelta(days=rule.corroboration_days)
    sides = {report["claimant_side"] for report in sets}
    found: dict[str, ReportEntry] = {}
    for report in told["evidence"]:
        unsettled = report["role"] == Role.PENDING or report["reason"] == Reason.OPPOSED_CLAIMS
        recent = told["since"] - window <= report["event_date"] < told["since"]
        if unsettled and recent and report["claimant_side"] not in sides:
            found.setdefault(report["claimant_side"], report)
    return list(found.values())


def _standing(report: ReportEntry, told: ReportEntry, rule: Rule) -> str:
    """Say why a report that is not strong by itself, or not enough, sets the status."""
    supporting = sorted(told["supporting"], key=report_sort_key)
    if rule.minimum_origins > 1 and supporting:
        own_word = ", taken at their word," if report["interest"] == Interest.SELF_SERVING else ""
        return f"{own_word} together with {name_sources(supporting)}"
    if report["reason"] == Reason.HARDENED:
        return f": nobody contradicted this for {rule.hardening_days} days, so it counts from its event on"
    if report["reason"] == Reason.ACCEPTED and report["interest"] == Interest.SELF_SERVING:
        return ", taken at their word"
    if report["reason"] != Reason.CORROBORATED:
        return ""
    if not supporting:
        return ", whom others support: it counts from its event on"
    who = name_sources(supporting)
    begins = min(each["event_date"] for each in supporting)
    late = f", {format_date_in_context(told['since'], told)}, before the first of those reports ({format_date_in_context(begins, told)})"
    late = late if begins > told["since"] else ""
    return f", and supported by {who}: so it counts from its event on{late}"


def _reach(told: ReportEntry) -> Iterable[str]:
    """Say of what else than the place itself the reports that set the status speak, and how old they are."""
    sets = setting_reports(told)
    first = sets[0]
    if all(report["via"] == Via.AREA for report in sets):
        area = "the country" if first["precision"] == "country" else told["province"]
        speak = "reports are" if len(sets) > 1 else "report is"
        yield f"The {speak} on {SCOPE_PHRASES[AreaScope(first['area_scope'])].format(area)}, not on this place alone."
    elif all(report["via"] == Via.CAPITAL for report in sets):
        yield "The report is on the provincial capital, which lies in this district, and counts for it too."
    if told["basis"] == Basis.BASELINE:
        yield "It rests on reports from before the period alone."
    precisions = {report["date_precision"] for report in sets}
    if DatePrecision.DAY not in precisions and told["basis"] != Basis.BASELINE and not are_all_held_claims(sets):
        yield f"The day is not known, only the {min(precisions, key=lambda p: DatePrecision(p).window_days)}."


def _other_days(told: ReportEntry) -> Iterable[str]:
    by_day: dict[dt.date, list[ReportEntry]] = {}
    for report in sorted(told["dated_otherwise"], key=lambda report: report["event_date"]):
        by_day.setdefault(report["event_date"], []).append(report)
    if by_day:
        said = [
            f"{format_date_in_context(date, told)} according to {name_sources(sorted(those, key=report_sort_key))}"
            for date, those in by_day.items()
        ]
        yield f"Sources differ on the day: {'; '.join(said)}."


def _confirmed(told: ReportEntry) -> Iterable[str]:
    cited = {report["report_id"] for report in [*setting_reports(told), *told["supporting"]]}
    set_by = {report["origin"] for report in told["evidence"] if report["report_id"] in cited}
    confirms = [
        report
        for report in told["evidence"]
        if report["current"]
        and report["role"] == Role.CONFIRMS
        and report["reason"] not in (Reason.SAME_ORIGIN, Reason.EQUAL_STRENGTH)
        and report["report_id"] not in cited
    ]
    others = [each for each in confirms if each["origin"] not in set_by]
    if others:
        yield f"Confirmed by {name_sources(sorted(others, key=report_sort_key))}."
    if again := len(confirms) - len(others):
        yield f"The same origin says it again{f' in {again} reports' if again > 1 else ''}."


def _copied(told: ReportEntry) -> Iterable[str]:
    copies = sum(report["current"] and report["reason"] == Reason.SAME_ORIGIN for report in told["evidence"])
    if copies:
        yield f"{format_count(copies, 'report repeats', 'reports repeat')} one of the same origin: each story counts once."


def _disputed(told: ReportEntry, labels: Mapping[str, str]) -> Iterable[str]:
    against = [each for each in told["evidence"] if each["current"] and each["role"] == Role.CONTRADICTS]
    if against:
        more = f"; and {len(against) - MAX_NAMED_SOURCES} more" if len(against) > MAX_NAMED_SOURCES else ""
        yield f"Disputed: {describe_claims(against[:MAX_NAMED_SOURCES], told, labels)}{more}."


def _not_accepted(told: ReportEntry, labels: Mapping[str, str]) -> Iterable[str]:
    """Tell what is claimed against a status and neither sets nor disputes it, unless it is shown as claimed."""
    waiting = [each for each in told["evidence"] if each["current"] and each["reason"] in PENDING_PHRASES]
    against = [each for each in waiting if each["asserts"] != told["status"]]
    if against and not told["claimed_by"]:
        more = f", and {len(against) - 1} more" if len(against) > 1 else ""
        said = describe_claims(against[:1], told, labels)
        why = PENDING_PHRASES[Reason(against[0]["reason"])].removesuffix(" yet")
        yield f"Not accepted: {said}{more}; {why}."


def _outweighed(told: ReportEntry) -> Iterable[str]:
    against = [each for each in told["evidence"] if each["current"] and each["role"] == Role.OUTWEIGHED]
    number = sum(each["reason"] not in NOT_COUNTED_PHRASES for each in against)
    if number:
        yield f"{format_count(number, 'report says', 'reports say')} otherwise without changing it."


def _claimed(told: ReportEntry, labels: Mapping[str, str]) -> Iterable[str]:
    """Tell what is claimed and sets nothing: on a place with a status only while it is shown."""
    waiting = [each for each in told["evidence"] if each["current"] and each["reason"] in PENDING_PHRASES]
    if not waiting or (told["status"] != NO_REPORT and not told["claimed_by"]):
        return
    newest = next((each for each in waiting if each["asserts"] == told["claimed_by"]), waiting[0])
    more = f", and {len(waiting) - 1} more" if len(waiting) > 1 else ""
    by = f"Claimed by the {labels[told['claimed_by']]}" if told["claimed_by"] else "Not enough yet"
    yield f"{by}: {describe_claims([newest], told, labels)}{more}; {PENDING_PHRASES[Reason(newest['reason'])]}."


def _before(told: ReportEntry, labels: Mapping[str, str]) -> Iterable[str]:
    past = [piece for piece in told["history"] if piece["status"] != NO_REPORT]
    if len(past) > 1:
        before = past[-2]
        held = "contested" if before["status"] == CONTESTED else labels[before["status"]]
        yield f"Before: {held} from {format_date_in_context(before['since'], told)}."


def _last(told: ReportEntry, on: DayWording) -> Iterable[str]:
    if on.ago and told["last_reported"] == told["since"]:
        yield f"Nothing more has been reported of it for {on.ago}."
    else:
        ago = f", {on.ago} earlier" if on.ago else ""
        yield f"The last report is of {format_date_in_context(told['last_reported'], told)}{ago}."


def _confidence(told: ReportEntry) -> str:
    support = Support(told["status"], told["basis"], told["disputed"], told["origins"], told["well_graded"])
    return f"Confidence {told['confidence']}: {explain_confidence(support)}."
