"""Control Map: who holds which district, on which day, on whose word.

The data's way is the order of the modules: `theatre` and `reports` read a pack, `geocode` finds the places that the
reports name, `bearings` says which places each report bears on, `assess` weighs the reports under a rule, `fold` makes
intervals of the verdicts, and `timeline` answers for a day. `summary`, `silence`, `scales`, `compare`, `sources` and
`explain` ask it. `pipeline` runs the steps; `layer`, `cli` and `ui` show the result.
"""

__version__ = "0.1.0"
