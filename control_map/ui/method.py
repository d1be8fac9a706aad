"""How a report becomes a colour, and whose data this is."""

from control_map.model import Reason, Role
from control_map.pipeline import View
from control_map.ui import html


def show(view: View) -> None:
    """Show the rule in force with its parameters, and the roles and reasons."""
    html.show("method.html", rule=view.rule, roles=list(Role), reasons=list(Reason))
