"""How a report becomes a colour, as the page tells it."""

from control_map.pipeline.view import View
from control_map.render.html import method
from control_map.ui import html


def show(view: View) -> None:
    """Show what `method.written` tells."""
    html.put(method.written(view))
