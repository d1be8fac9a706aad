"""The reports that people bring: a table of any usual kind, in the terms of the codebook.

raw = read("my.csv", data)                      # any table, as text
matching = match_table(raw)                     # which column is which, to be corrected
reports = in_codebook(raw, matching, theatre)   # checked rows, and rows set aside
pack = pipeline.add(pack, reports)              # placed, beside the pack's own
"""

from control_map.intake.codebook import Spelling, in_codebook
from control_map.intake.columns import MATCHED, REQUIRED, SUPPOSED, How, Matching, match, match_table
from control_map.intake.dates import undecided
from control_map.intake.meanings import UnknownWord, unknown_words, with_meanings
from control_map.intake.raw import Raw, read, read_file, read_pasted
from control_map.intake.template import codebook, template, template_xlsx

__all__ = [
    "MATCHED",
    "REQUIRED",
    "SUPPOSED",
    "How",
    "Matching",
    "Raw",
    "Spelling",
    "UnknownWord",
    "codebook",
    "in_codebook",
    "match",
    "match_table",
    "read",
    "read_file",
    "read_pasted",
    "template",
    "template_xlsx",
    "undecided",
    "unknown_words",
    "with_meanings",
]
