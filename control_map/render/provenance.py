"""What a result rests on, in words that travel with it: into every file, citation and printed page."""

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
    """Of what theatre, day, rule and reports a result is.

    `rule` names the rule, with the parameters that were changed; `known_on` is the day up to which publications count
    (None: all of them), `since` the day that `date` is compared with, `fingerprint` the hash of the pack's files.
    `added` counts the reports beside those of the files that a user added and that could be placed, `terms` says under
    which terms those of them may be used that are of a publisher who has some.
    `province_id` and `province`, an id and a name, are of the province that the result keeps to; empty: the whole
    theatre.
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
    added: int = 0
    terms: tuple[str, ...] = ()

    @classmethod
    def of(cls, view: View, date: dt.date, since: dt.date | None = None, province_id: str = "") -> Self:
        """Say what a view on a date rests on; all of it, or what it says of one province."""
        pack, rule = view.pack, view.rule
        written = pack.rule(rule.id)
        changed = [
            f"{name}={getattr(rule, name)}" for name in PARAMETERS if getattr(rule, name) != getattr(written, name)
        ]
        province = pack.theatre.province_names[province_id] if province_id else ""
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
            province=province,
            added=len(added),
            terms=tuple(collect_terms_of_use(added["source_name"])),
        )

    @property
    def addition(self) -> str:
        """What was added to the published pack, in words; empty if nothing was."""
        if not self.added:
            return ""
        return f"{self.added:,} report{'s' if self.added > 1 else ''} added by the user, not part of the published pack"

    def facts(self) -> dict[str, str]:
        """Return what it says, by name, each as a line of text; dates in ISO 8601."""
        told = {
            "theatre": self.theatre,
            "date": self.date.isoformat(),
            "compared_with": self.since.isoformat() if self.since else "",
            "rule": self.rule,
            "reports_published_by": self.known_on.isoformat() if self.known_on else "any time",
            "content_hash": self.fingerprint,
            "added_reports": self.addition,
            "terms_of_added_reports": "; ".join(self.terms),
            "credits": "; ".join(
                f"{credit.what}: {credit.who}, {credit.licence}, {credit.url}" for credit in self.credits
            ),
            "software": SOFTWARE,
            "province": f"{self.province} ({self.province_id})" if self.province_id else "",
        }
        return {name: text for name, text in told.items() if text}
