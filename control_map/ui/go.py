"""Where a row of a table leads: what the buttons with `data-go` in the page's own HTML name.

A target is the id of a place, `province/` and the id of a province, or empty: a place is opened and zoomed to, a
province zoomed to, and what is empty closes the dossier. With `data-day`, a day counted from the
first of the period, the map and the page are also led to that day. `bridge.js` hears the clicks, in the map's frame.
"""

import pandas as pd

from control_map.ui.state import session
from control_map.core.model import LocationPrecision

session.PROVINCE_PREFIX = "province/"


def link_targets(located: pd.DataFrame) -> pd.Series:
    """Return where each report speaks of, as a target; `located` has the columns `place_id, precision`."""
    places: pd.Series = located["place_id"]
    return places.where(located["precision"] != LocationPrecision.PROVINCE, session.PROVINCE_PREFIX + places)
