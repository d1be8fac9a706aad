"""How a report becomes a colour, as the page tells it."""

from control_map.pipeline.view import View
from control_map.render.html import method
from control_map.ui import html


def show_method(view: View) -> None:
    """Show what `method.written` tells."""
    html.show_html(method.render_method(view))
