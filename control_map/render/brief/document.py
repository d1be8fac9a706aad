"""The brief on a day: its map, what changed, and what all of it rests on, as one HTML file for printing on A4."""

import datetime as dt
from pathlib import Path

from control_map.analysis.published_totals import NEAR_DAYS
from control_map.analysis.summary import COMPARED_DAYS, columns_by_status, sizes_by_status, summarize_provinces
from control_map.assessment.timeline import as_of, drawn_statuses
from control_map.core.model import NO_REPORT, PlaceKind
from control_map.explanation.phrases import describe_claim_policy
from control_map.pipeline.view import Comparison, View, compare_rules
from control_map.render.brief import contents
from control_map.render.html import renderer
from control_map.render.picture import drawing, map_layout
from control_map.render.provenance import Provenance

_render = renderer.make_renderer(Path(__file__).with_name("templates"), drawing.TEMPLATES)
_LARGE_MAP, _SMALL_MAP = 16_500, 12_600
"""Heights of the map in hundredths of a mm: large if few places changed, so that little text stands below it."""
_FEW_CHANGES = 6


def render_brief(
    view: View, date: dt.date, since: dt.date | None = None, link: str = "", comparison: Comparison | None = None
) -> str:
    """Return the brief on a day as one HTML file, which prints on A4, usually on two pages.

    Parameters
    ----------
    view
        The reports under a rule. Not changed.
    date, since
        The day shown, and the day with which it is compared; without one, `COMPARED_DAYS` before. An event on `since`
        is not a change. A `since` after `date` counts as `date`.
    link
        The address of the live map at the same moment, if there is one; only a web address is shown.
    comparison
        What `compare_rules` returns for the same reports, if it is there already.
    """
    pack = view.pack
    theatre, statuses = pack.theatre, pack.statuses
    since = min(since, date) if since else None
    earlier = since or date - dt.timedelta(days=COMPARED_DAYS)
    now, before = as_of(view.timeline, date), as_of(view.timeline, earlier)
    labels = pack.status_labels
    compared = comparison or compare_rules(pack, known_on=view.known_on)
    counts = compared.headline(now, before, date).to_dict("records")
    sizes = sizes_by_status(now, theatre.places, statuses).set_index("status").fillna(0)
    changed = contents.list_changed_places(view, earlier, date)
    explained = changed[: contents.MAX_EXPLAINED]
    height = _LARGE_MAP if len(changed) <= _FEW_CHANGES else _SMALL_MAP
    layout = map_layout.layout_map(theatre, height, drawing.max_legend_size(len(statuses)))
    start = f"{theatre.period_start.day} {theatre.period_start:%b}"
    styles = drawing.make_print_styles(pack.styles)
    drawn = drawn_statuses(now, theatre.places)
    changed_ids = {place.place_id for place in changed}
    facts = {name: text for name, text in Provenance.of(view, date, earlier).facts().items() if name != "credits"}
    return _render(
        "brief.html",
        title=theatre.title,
        date=date,
        earlier=earlier,
        over=renderer.describe_change_period(since, date),
        headline=contents.describe_leading_change(
            counts, labels, {str(status): float(people) for status, people in sizes["population"].items()}, since, date
        ),
        counts=counts,
        shares=[(row["status"], row["districts"]) for row in counts],
        shares_of=lambda row: [(status, row[status]) for status in statuses],
        spoken=", ".join(f"{labels[row['status']]} {row['districts']}" for row in counts),
        total=sum(row["districts"] for row in counts),
        no_report=NO_REPORT,
        looks=styles,
        labels=labels,
        layout=layout,
        outline=None,
        drawing=drawing.draw_map(drawn, layout, styles, [place.place_id for place in explained], start),
        width=map_layout.MAP_WIDTH,
        radius=drawing.NUMBER_RADIUS,
        legend_width=drawing.LEGEND_WIDTH,
        changed=len(changed),
        changes=sum(len(place.days) for place in changed),
        explained=explained,
        groups=contents.group_changed_places(changed[contents.MAX_EXPLAINED :], statuses),
        statuses=columns_by_status(statuses, now["status"], before["status"]),
        provinces=summarize_provinces(now, before, theatre.places, statuses, date).to_dict("records"),
        places={
            kind: contents.group_places_by_status(now, theatre.places, kind, statuses, changed_ids)
            for kind in (PlaceKind.CAPITAL, PlaceKind.CROSSING)
        },
        totals=contents.select_totals(view, date),
        near_days=NEAR_DAYS,
        doubts=contents.count_doubts(view, now, date),
        rule=view.rule,
        written_rule=pack.rule(view.rule.id),
        default_rule=pack.rule(),
        claims_count=describe_claim_policy(view.rule),
        known_on=view.known_on,
        sources=contents.count_sources(view, earlier, date),
        credits=theatre.credits,
        facts=facts,
        link=link,
    )
