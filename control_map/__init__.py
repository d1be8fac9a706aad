"""Control Map: who holds which district, on which day, on whose word.

The data's way is the order of the modules: `theatre` and `reports` read a pack, `geocode` finds the
places that the reports name, `assess` weighs each report under a rule, `timeline` folds the verdicts
into intervals, `summary` counts them. `pipeline` runs the steps; `cli` and `ui` show the result.
"""

__version__ = "0.1.0"
