"""The provenance of a result, in words: it goes into every file, citation and printed page."""

import datetime as dt
from dataclasses import dataclass
from typing import Self

from control_map.core.model import Credit
from control_map.core.rules import PARAMETERS
from control_map.intake.importers.registry import collect_terms_of_use
from control_map.pipeline.view import View

SOFTWARE = "Control Map"


@dataclass(frozen=True)
class Provenance:
    """The theatre, day, rule and reports behind a result.

    `theatre` is its title. `rule` names the rule, with the parameters that were changed. `theatre_id` and `rule_id` are
    the names of both for programs. `known_on` is the day up to which published reports
    count (None: all reports), `since` the day that `date` is compared with (None: no comparison). `fingerprint` is the
    hash of the pack's files and of what the user added. `added_count` is the number of the user's own reports that
    could be located, and `terms` are the terms of use of those of their publishers who have any. `province_id` and
    `province` are the id and name of the province that the result is limited to; empty: the whole theatre.
    """

    theatre: str
    date: dt.date
    rule: str
    known_on: dt.date | None
    since: dt.date | None
    fingerprint: str
    credits: tuple[Credit, ...]
    province_id: str = ""
    province: str = ""
    added_count: int = 0
    terms: tuple[str, ...] = ()
    theatre_id: str = ""
    rule_id: str = ""

    @classmethod
    def of(cls, view: View, date: dt.date, since: dt.date | None = None, province_id: str = "") -> Self:
        """Return the provenance of a view on a date, as a whole or for one province."""
        pack, rule = view.pack, view.rule
        preset = pack.rule(rule.id)
        changed = [
            f"{name}={getattr(rule, name)}" for name in PARAMETERS if getattr(rule, name) != getattr(preset, name)
        ]
        added = pack.user_supplied_located
        return cls(
            theatre=pack.theatre.title,
            date=date,
            rule=f"{rule.label}: {', '.join(changed)}" if changed else rule.label,
            known_on=view.known_on,
            since=since,
            fingerprint=pack.fingerprint,
            credits=pack.theatre.credits,
            province_id=province_id,
            province=pack.theatre.province_names[province_id] if province_id else "",
            added_count=len(added),
            terms=tuple(collect_terms_of_use(added["source_name"])),
            theatre_id=pack.theatre.id,
            rule_id=rule.id,
        )

    @property
    def added_in_words(self) -> str:
        """What the user added to the published pack; empty if nothing was added."""
        if not self.added_count:
            return ""
        reports = "reports" if self.added_count > 1 else "report"
        return f"{self.added_count:,} {reports} added by the user, not part of the published pack"

    def facts(self) -> dict[str, str]:
        """Return the provenance as lines of text by name; dates in ISO 8601, and nothing that is empty."""
        facts = {
            "theatre": self.theatre,
            "date": self.date.isoformat(),
            "compared_with": self.since.isoformat() if self.since else "",
            "rule": self.rule,
            "reports_published_by": self.known_on.isoformat() if self.known_on else "any time",
            "content_hash": self.fingerprint,
            "added_reports": self.added_in_words,
            "terms_of_added_reports": "; ".join(self.terms),
            "credits": "; ".join(
                f"{credit.what}: {credit.who}, {credit.licence}, {credit.url}" for credit in self.credits
            ),
            "software": SOFTWARE,
            "province": f"{self.province} ({self.province_id})" if self.province_id else "",
        }
        return {name: text for name, text in facts.items() if text}
