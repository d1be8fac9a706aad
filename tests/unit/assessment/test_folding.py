"""The timeline that is made of all evidence at once is the one that a walk from report to report makes."""

from dataclasses import replace
from itertools import groupby
from typing import Any

import numpy as np
import pandas as pd
import pytest

from control_map.assessment.timeline import build_timeline, latest_statuses
from control_map.core.limits import LIMITS
from control_map.core.model import Interest, Reason, Role, Via
from tests.support.made_up import PLACES, START, day

LISTED = 3
FIRM = {"independent", "against_interest", "corroborated", "accepted", "equal_strength"}
WAITING = ("self_serving", "unknown")
SAID = ["status", "basis", "claimed_by", "disputed", "confidence", "since", "origins", "well_graded"]
SAID += ["last_reported", "reports", "rests_on", "rests_on_count", "valid_from", "valid_to"]


def random_evidence(seed: int, count: int = 160) -> pd.DataFrame:
    """Make evidence on two places over some days: reports with any role, reason, source and grade."""
    numbers = np.random.default_rng(seed)

    def some(*values: Any, chances: list[float] | None = None) -> Any:
        return numbers.choice(values, count, p=chances)

    place, on = some("H2", "V1"), numbers.integers(-4, 11, count)
    published = on + numbers.integers(0, 2, count)
    order = np.lexsort((published, on, place))
    return pd.DataFrame(
        {
            "place_id": place[order],
            "report_id": [f"r{number}" for number in range(count)],
            "via": some(*Via),
            "gainer": some("red", "blue", "green", ""),
            "interest": some(*Interest, Interest.SELF_SERVING),
            "role": some(*Role, chances=[0.1, 0.05, 0.35, 0.4, 0.05, 0.05]),
            "reason": some(*Reason, *[Reason.OPPOSED_CLAIMS] * 5),
            "status": some("red", "blue", "contested"),
            "disputed": [
                bool(hash((which, each, seed)) % 2) for which, each in zip(place[order], on[order], strict=True)
            ],
            "counts_from": pd.to_datetime([day(each) for each in on[order].tolist()]).as_unit("us"),
            "event_date": pd.to_datetime([day(each - 2) for each in on[order].tolist()]).as_unit("us"),
            "reported_date": pd.to_datetime([day(each) for each in published[order].tolist()]).as_unit("us"),
            "origin": some("Wire", "Gazette", "Post"),
            "reliability": some("B", "B", "C"),
            "credibility": some(2, 2, 2, 3),
        }
    )


class Walk:
    """What is said of a place after each of its reports."""

    def __init__(self) -> None:
        self.reports, self.last = 0, pd.Timestamp.min
        self.begin("no_report", None)
        self.row: dict[str, Any] = self.make_row(None)

    def begin(self, status: str, since: pd.Timestamp | None) -> None:
        self.status, self.since, self.claimed_by, self.disputed = status, since, "", False
        self.bases: set[str] = set()
        self.origins: set[str] = set()
        self.well_graded, self.corroborated, self.rests_on = False, False, list[str]()

    def take_day(self, rows: list[Any]) -> None:
        setters = [row for row in rows if row.role == "sets"]
        if setters:
            self.begin(setters[0].status, rows[0].counts_from)
        elif self.since is None:
            self.status = rows[0].status or "no_report"
        self.reports += len(rows)
        supporting = setters + [row for row in rows if row.role == "confirms"]
        self.rests_on += [row.report_id for row in supporting]
        for row in supporting:
            if row.role == "sets" or row.reason in FIRM:
                before = row.event_date < pd.Timestamp(START)
                basis = "baseline" if before else "area" if row.via == "area" else "own"
                self.bases.add("claim" if row.reason == "hardened" else basis)
            self.corroborated |= row.reason == "corroborated"
            if row.interest not in WAITING and row.reason != "same_origin":
                self.origins.add(row.origin)
                self.well_graded |= row.reliability <= "B" and row.credibility <= 2
        self.disputed = rows[0].disputed
        self.take_claims(rows)
        self.last = max([self.last, *(row.event_date for row in rows)])
        self.row = self.make_row(rows[0].counts_from)

    def take_claims(self, rows: list[Any]) -> None:
        if any(row.role == "confirms" and row.reason in FIRM for row in rows):
            self.claimed_by = ""
        claims = [
            row
            for row in rows
            if row.role == "pending" and row.reason != "opposed_claims" and row.interest in WAITING
            if row.gainer not in ("", self.status)
        ]
        if claims:
            weights = [(row.reported_date, row.reliability, row.credibility) for row in claims]
            best = {row.gainer for row, weight in zip(claims, weights, strict=True) if weight == weights[-1]}
            self.claimed_by = best.pop() if len(best) == 1 else ""

    def make_row(self, on: pd.Timestamp | None) -> dict[str, Any]:
        basis = next((name for name in ("own", "area", "baseline", "claim") if name in self.bases), "")
        origins = max(len(self.origins), self.corroborated)
        steps = (origins > 1) + self.well_graded
        steps = max(0, (steps if basis == "own" else min(steps, 1)) - self.disputed)
        return {
            "status": self.status,
            "basis": basis,
            "claimed_by": self.claimed_by,
            "disputed": self.disputed,
            "confidence": ["low", "medium", "high"][steps] if basis else "",
            "since": self.since,
            "origins": origins,
            "well_graded": self.well_graded,
            "last_reported": on and self.last,
            "reports": self.reports,
            "rests_on": tuple(self.rests_on[:LISTED]),
            "rests_on_count": len(self.rests_on),
            "valid_from": on,
        }


def walk(evidence: pd.DataFrame, place_id: str) -> list[dict[str, Any]]:
    """Fold the reports on a place one day after the other."""
    one = Walk()
    rows_of_days = [one.row]
    for _, rows in groupby(evidence[evidence["place_id"] == place_id].itertuples(), key=lambda row: row.counts_from):
        one.take_day(list(rows))
        rows_of_days.append(one.row)
    ends = [*(row["valid_from"] for row in rows_of_days[1:]), None]
    return [{**row, "valid_to": end} for row, end in zip(rows_of_days, ends, strict=True)]


@pytest.mark.parametrize("seed", range(5))
def test_the_timeline_is_what_a_walk_over_the_reports_gives(seed: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("control_map.assessment.timeline.LIMITS", replace(LIMITS, listed_reports=LISTED))
    evidence = random_evidence(seed)
    timeline = build_timeline(evidence, PLACES, START, {})
    assert timeline["place_id"].drop_duplicates().tolist() == PLACES["place_id"].tolist()
    for place_id, rows in timeline.groupby("place_id"):
        plain = rows[SAID].astype("object").where(rows[SAID].notna(), None)
        assert plain.to_dict("records") == walk(evidence, str(place_id))
    latest = latest_statuses(evidence, pd.Index(PLACES["place_id"]), START)
    for place_id, row in latest.iterrows():
        last = walk(evidence, str(place_id))[-1]
        assert row[["status", "basis", "claimed_by", "reports"]].tolist() == [
            last[name] for name in ("status", "basis", "claimed_by", "reports")
        ]
