"""A brief: two printed pages on a day, with its map, what changed, and on what all of it rests."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from control_map.analysis.published_totals import NEAR_DAYS
from control_map.analysis.summary import COMPARED_DAYS
from control_map.assessment.timeline import as_of
from control_map.core.model import NO_REPORT, PlaceKind
from control_map.explanation.phrases import describe_claim_policy
from control_map.pipeline.view import Comparison, View, compare_rules
from control_map.render.brief import changes, contents, drawing, map_layout
from control_map.render.brief.fitting import LineSize, count_lines
from control_map.render.html import renderer
from control_map.render.provenance import Provenance

_render = renderer.make_renderer(Path(__file__).with_name("templates"))
_LARGE, _SMALL = 16_500, 12_900
"""Heights of the map in hundredths of a mm: large in days in which little changed."""
_FEW = 6
_MOST_OF_LINK = 160
"""Letters of the address of the live map that are shown; the link itself is whole."""
_LEFT = 23_300
"""Height of the first page that map and changes share, in hundredths of a mm."""
_COUNT, _COUNTS_ROW = LineSize(letters=124, height=11.8), 7.6
"""A row of the counts by status, and how many letters patch and gap of each count take."""
_RANGE = 16
"""Letters of "17 to 165 by rule"."""
_ENTRY, _ENTRY_GAP = LineSize(letters=51, height=3.35), 1.5
_NAMES = LineSize(letters=122, height=3.15)
_TOTAL, _FACT = LineSize(letters=34, height=3.1), LineSize(letters=36, height=3.4)
_TOTALS_ROOM = 81
"""Height of the second page that published totals and the brief's provenance share, in mm."""


def render_brief(
    view: View, date: dt.date, since: dt.date | None = None, link: str = "", comparison: Comparison | None = None
) -> str:
    """Return the brief on a day as one HTML file, which prints on two pages of A4.

    Parameters
    ----------
    view
        The reports under a rule. Not changed.
    date, since
        The day shown, and the day with which it is compared; without one, `COMPARED_DAYS` before. What happened on
        `since` is no change. One after `date` counts as `date`.
    link
        Where the live map of the same moment is, if anywhere; only an address of the web is shown.
    comparison
        What `pipeline.compare` returns for the same reports, if it is there already.
    """
    pack = view.pack
    theatre = pack.theatre
    since = min(since, date) if since else None
    earlier = since or date - dt.timedelta(days=COMPARED_DAYS)
    now, before = as_of(view.timeline, date), as_of(view.timeline, earlier)
    labels = pack.status_labels
    compared = comparison or compare_rules(pack, known_on=view.known_on)
    counted = compared.headline(now, before, date).to_dict("records")
    found = changes.list_changed_places(view, earlier, date)
    height = _LARGE if len(found) <= _FEW else _SMALL
    facts = {name: text for name, text in Provenance.of(view, date, earlier).facts().items() if name != "credits"}
    room = _TOTALS_ROOM - sum(
        count_lines(len(text), _FACT) * _FACT.height for text in [*facts.values(), link[:_MOST_OF_LINK]]
    )
    left = (_LEFT - height) / 100 - (_rows_of(counted, labels) - 1) * _COUNT.height
    told = changes.fit_changes(found, pack.statuses, left, _ENTRY, _ENTRY_GAP, _NAMES)
    laid = map_layout.layout_map(theatre, height, drawing.max_legend_size(len(pack.statuses)))
    places = {
        kind: contents.group_places_by_status(now, theatre.places, kind, pack.statuses, {one.place_id for one in found})
        for kind in (PlaceKind.CAPITAL, PlaceKind.CROSSING)
    }
    return _render(
        "brief.html",
        title=theatre.title,
        date=date,
        earlier=earlier,
        over=renderer.describe_change_period(since, date),
        headline=contents.describe_leading_change(counted, labels, since, date),
        counts=counted,
        shares=[(row["status"], row["districts"]) for row in counted],
        shares_of=lambda row: [(status, row[status]) for status in pack.statuses],
        spoken=", ".join(f"{labels[row['status']]} {row['districts']}" for row in counted),
        total=sum(row["districts"] for row in counted),
        no_report=NO_REPORT,
        looks=drawing.make_print_styles(pack.styles),
        labels=labels,
        sheet=laid,
        drawing=drawing.draw_map(
            now, laid, pack.styles, told.numbered, f"{theatre.period_start.day} {theatre.period_start:%b}"
        ),
        width=map_layout.MAP_WIDTH,
        radius=drawing.NUMBER_RADIUS,
        legend_width=drawing.LEGEND_WIDTH,
        changed=len(found),
        changes=sum(len(one.days) for one in found),
        told=told,
        statuses=pack.statuses,
        provinces=contents.list_provinces(pack, now, before, date),
        places=places,
        totals=contents.select_totals(view, date, room, _TOTAL),
        near_days=NEAR_DAYS,
        doubt=contents.count_doubts(view, now, date),
        rule=view.rule,
        written_rule=pack.rule(view.rule.id),
        default_rule=pack.rule(),
        claims_count=describe_claim_policy(view.rule),
        known_on=view.known_on,
        sources=contents.count_sources(view, earlier, date),
        credits=theatre.credits,
        facts=facts,
        link=link,
        most_of_link=_MOST_OF_LINK,
    )


def _rows_of(counted: list[dict[Any, Any]], labels: Mapping[str, str]) -> int:
    """Return how many rows the counts by status take at the most."""
    rows, taken = 1, 0.0
    for row in counted:
        if not row["districts"] and not row["change"]:
            continue
        width = max(len(labels[row["status"]]), _RANGE) + _COUNTS_ROW
        if taken and taken + width > _COUNT.letters + _COUNTS_ROW:
            rows, taken = rows + 1, 0.0
        taken += width
    return rows
