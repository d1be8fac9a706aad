"""How a report becomes a colour, and whose data this is."""

from control_map.model import Reason, Role
from control_map.pipeline import View
from control_map.ui import html


def show(view: View) -> None:
    """Show the rule in force with its parameters, the roles and reasons, and the published totals."""
    html.show(
        "method.html",
        rule=view.rule,
        roles=list(Role),
        reasons=list(Reason),
        totals=view.pack.theatre.totals.to_dict("records"),
    )
