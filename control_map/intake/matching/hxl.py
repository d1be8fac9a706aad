"""The hashtags of the Humanitarian Exchange Language (HXL 1.1) that a table may have in a row below its header."""

import re
from collections.abc import Iterator, Sequence

import pandas as pd

_TAG = re.compile(r"#[a-z][a-z0-9_]*(\s*\+[a-z][a-z0-9_]*)*", re.IGNORECASE)
_STANDS_FOR = (
    ("report_id", "#meta+id"),
    ("event_date", "#date+occurred"),
    ("event_date", "#date+event"),
    ("event_date", "#date+start"),
    ("event_date", "#date"),
    ("date_precision", "#date+precision"),
    ("reported_date", "#date+reported"),
    ("reported_date", "#date+published"),
    ("place_text", "#adm2+name"),
    ("place_text", "#adm2"),
    ("place_text", "#loc+name"),
    ("place_text", "#loc"),
    ("province_text", "#adm1+name"),
    ("province_text", "#adm1"),
    ("place_kind", "#loc+type"),
    ("claim", "#event+type"),
    ("claim", "#event"),
    ("claim", "#status"),
    ("actor", "#org+actor"),
    ("actor", "#group"),
    ("claimant", "#org+claimant"),
    ("claimant_side", "#org+claimant+side"),
    ("origin", "#meta+origin"),
    ("source_name", "#meta+source"),
    ("source_url", "#meta+url"),
    ("reliability", "#meta+reliability"),
    ("credibility", "#meta+credibility"),
    ("summary", "#description"),
    ("place_id", "#adm2+code"),
    ("place_id", "#loc+code"),
    ("lon", "#geo+lon"),
    ("lat", "#geo+lat"),
)
"""Which tags stand for which column, the surest first."""
_HARMLESS = frozenset("name code text en eng v_pcode desc event occurred".split())
"""Attributes that do not change what a tag stands for."""


def read_hashtags(frame: pd.DataFrame) -> list[str]:
    """Return the hashtags of a table's columns, if they are its first row; else none.

    They are if what stands in it are hashtags and nothing else.
    """
    if frame.empty:
        return []
    first = frame.iloc[0].astype("str").str.strip().tolist()
    filled = [cell for cell in first if cell]
    return first if filled and all(_TAG.fullmatch(cell) for cell in filled) else []


def match_hashtags(tags: Sequence[str], columns: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield which column stands for which of the codebook, as its hashtag says."""
    tagged = [(*_parts(tag), column) for tag, column in zip(tags, columns, strict=True) if _TAG.fullmatch(tag.strip())]
    for name, meant in _STANDS_FOR:
        base, needed = _parts(meant)
        yield from (
            (name, column)
            for other, attributes, column in tagged
            if other == base and needed <= attributes and attributes - needed <= _HARMLESS
        )


def _parts(tag: str) -> tuple[str, frozenset[str]]:
    base, *attributes = (part.strip() for part in tag.lower().split("+"))
    return base, frozenset(attributes)
