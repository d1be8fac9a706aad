"""From a news text to statements on who holds what, and from those that somebody accepts to reports.

Rules over phrases, no model: `extract` finds the places with the theatre's own gazetteer, and the phrases of a language
(`english.toml`) say what is claimed. What it finds is a draft; `as_reports` is for the rows that somebody has accepted.
"""

from control_map.extract.drafts import as_reports
from control_map.extract.statements import STATEMENT_COLUMNS, extract

__all__ = ["STATEMENT_COLUMNS", "as_reports", "extract"]
