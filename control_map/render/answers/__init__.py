"""The tables that answer a question, each with its provenance: the command line, the API and the site have the same."""

from control_map.render.answers.answer import Answer, licence_of
from control_map.render.answers.questions import (
    changes,
    explain,
    histories,
    place,
    places,
    reports,
    status,
    summary,
    totals,
    trend,
)
from control_map.render.answers.writing import FORMATS, AnswerFormat, write_answer

__all__ = [
    "FORMATS",
    "Answer",
    "AnswerFormat",
    "changes",
    "explain",
    "histories",
    "licence_of",
    "place",
    "places",
    "reports",
    "status",
    "summary",
    "totals",
    "trend",
    "write_answer",
]
