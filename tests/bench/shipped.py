"""The shipped pack, for those that measure on it."""

import datetime as dt

from tests.support.running import ROOT

PACK = ROOT / "data" / "afghanistan-2021"
OPENS_ON = dt.date(2021, 7, 9)
