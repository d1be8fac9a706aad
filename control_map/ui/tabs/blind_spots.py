"""The section of blind spots, places with no recent report: a colour there is the last known status, not of today."""

from control_map.analysis.blind_spots import list_blind_spots
from control_map.core.labels import KIND_SUFFIX
from control_map.ui import html
from control_map.ui.state import session
from control_map.ui.state.selection import Selection
from control_map.ui.tabs.download import offer_section


def show_blind_spots(selection: Selection) -> None:
    """List the blind spots of a date by province, in the province that the tabs keep to."""
    now, days = selection.now_in_province, session.blind_after_days()
    blind_spots = list_blind_spots(now, selection.date, days)
    html.show_template(
        "blind_spots.html",
        provinces={name: rows.to_dict("records") for name, rows in blind_spots.groupby("province")},
        province_ids=dict(zip(now["province"], now["province_id"], strict=True)),
        total=len(blind_spots),
        places=len(now),
        date=selection.date,
        days=days,
        styles=selection.pack.styles,
        notes=KIND_SUFFIX,
    )
    if len(blind_spots):
        offer_section(
            selection,
            "no recent news",
            lambda shown: list_blind_spots(shown.now_in_province, shown.date, days),
            province_id=selection.province_id,
        )
