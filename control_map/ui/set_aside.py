"""The reports that count for nothing, each with the reason."""

from control_map.pipeline import Pack, placed
from control_map.ui import html


def show(pack: Pack) -> None:
    """Show the reports of a pack that were set aside."""
    _, total = placed(pack)
    html.show("set_aside.html", rows=pack.set_aside.to_dict("records"), total=total)
