"""How a report becomes a colour, and whose data this is."""

from control_map.model import Reason, Role
from control_map.pipeline import View
from control_map.ui import html

_ROLES = {
    Role.SETS: "gives the place its status",
    Role.CONFIRMS: "says the same",
    Role.CONTRADICTS: "denies the status without undoing it: the status is disputed",
    Role.PENDING: "claims something that nothing supports yet; shown as hatching, sets nothing",
    Role.OUTWEIGHED: "says otherwise, and another report goes before it",
    Role.CONTEXT: "belongs to the place and says nothing on who holds it",
}


def show(view: View) -> None:
    """Show the rule in force with its parameters, the roles and reasons, and the published totals."""
    html.show(
        "method.html",
        rule=view.rule,
        roles=_ROLES,
        reasons=list(Reason),
        totals=view.pack.theatre.totals.to_dict("records"),
    )
