"""The head of the page: the date, the counts by status, and what others published around that day."""

import datetime as dt

import pandas as pd

from control_map.analysis import published_totals
from control_map.analysis.blind_spots import count_blind_districts
from control_map.assessment.evidence import known_by
from control_map.core.model import NO_REPORT
from control_map.pipeline.view import count_located
from control_map.render.html import renderer
from control_map.ui import html
from control_map.ui.state import session
from control_map.ui.state.cached_results import show_cached_html
from control_map.ui.state.selection import Selection

_PUBLISHED_DAYS = 3
_MAX_PUBLISHED = 4


def show_header(selection: Selection, *, is_late: bool) -> None:
    """Show the head of the page, which is written once for all who look at the same view and day.

    `is_late` says that a date after the one shown was chosen to compare with.
    """
    older_than = session.blind_after_days()
    depends_on = (selection.date, selection.since, selection.earlier_view.known_on, older_than, is_late)
    show_cached_html(
        selection.view, "header", *depends_on, write=lambda: _write(selection, older_than, is_late=is_late)
    )


def _write(selection: Selection, older_than: int, *, is_late: bool) -> str:
    view, date, pack = selection.view, selection.date, selection.pack
    located, total = count_located(pack)
    measures = published_totals.measures_of(pack.theatre)
    totals = published_totals.totals_counting_status(
        known_by(pack.theatre.totals, view.known_on, "published"), measures, pack.statuses[0]
    )
    near = published_totals.totals_near_date(totals, date, _PUBLISHED_DAYS).head(_MAX_PUBLISHED)
    published = published_totals.compare_totals_with_map(
        near, view.timeline, published_totals.scales_of(pack.theatre), measures
    )
    return html.render_template(
        "header.html",
        date=date,
        counts=selection.comparison.headline(selection.now, selection.before, date).to_dict("records"),
        no_report=NO_REPORT,
        styles=pack.styles,
        over=renderer.describe_change_period(selection.since, date),
        is_late=is_late,
        start=pack.theatre.period_start,
        rule=view.rule.label,
        default_rule=view.rule == pack.rule(),
        known_on=view.known_on,
        located=located,
        own=len(pack.user_supplied_located),
        total=total,
        aside=total - located,
        silent=count_blind_districts(selection.now, date, older_than),
        older_than=older_than,
        published=published.to_dict("records"),
        published_before=bool((published["date"] < pd.Timestamp(date - dt.timedelta(days=_PUBLISHED_DAYS))).any()),
    )
