"""Date, counts by status, and what others published around that day."""

import datetime as dt

import pandas as pd

from control_map import scales
from control_map.model import NO_REPORT
from control_map.pipeline import View, placed
from control_map.silence import blind_districts
from control_map.summary import headline
from control_map.ui import html, silence

_PUBLISHED_DAYS = 3
_MOST_PUBLISHED = 4


def text(
    view: View,
    date: dt.date,
    since: dt.date | None,
    now: pd.DataFrame,
    before: pd.DataFrame,
    ranges: pd.DataFrame,
    *,
    is_late: bool,
) -> str:
    """Write the head of the page for a date.

    `now` and `before` are what `as_of` returns for it and for the date that it is compared with (`since`, or
    `COMPARED_DAYS` earlier), `ranges` is what `Comparison.range` returns. `is_late` says that a date after the one
    shown was chosen to compare with.
    """
    pack = view.pack
    located, total = placed(pack)
    measures = scales.measures_of(pack.theatre)
    totals = scales.counting(scales.known(pack.theatre.totals, view.known_on), measures, pack.statuses[0])
    chosen = scales.near(totals, date, _PUBLISHED_DAYS).head(_MOST_PUBLISHED)
    compared = scales.compare(chosen, view.timeline, scales.scales_of(pack.theatre), measures)
    counts = headline(now, before, pack.statuses).merge(ranges, on="status")
    return html.render(
        "header.html",
        date=date,
        # The rule in force is a definition too, also if it is none of the presets.
        counts=counts.assign(
            lowest=counts[["lowest", "districts"]].min(axis=1), highest=counts[["highest", "districts"]].max(axis=1)
        ).to_dict("records"),
        no_report=NO_REPORT,
        styles=pack.styles,
        over=html.over(since, date),
        is_late=is_late,
        start=pack.theatre.period_start,
        rule=view.rule.label,
        default_rule=view.rule == pack.rule(),
        known_on=view.known_on,
        located=located,
        total=total,
        aside=total - located,
        silent=blind_districts(now, date, silence.older_than()),
        older_than=silence.older_than(),
        published=compared.to_dict("records"),
        published_before=bool((compared["date"] < pd.Timestamp(date - dt.timedelta(days=_PUBLISHED_DAYS))).any()),
    )
