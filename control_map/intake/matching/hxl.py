"""Hashtags of the Humanitarian Exchange Language (HXL 1.1) in the row below a table's header are read."""

import re
from collections.abc import Iterator, Sequence

import pandas as pd

_TAG = re.compile(r"#[a-z][a-z0-9_]*(\s*\+[a-z][a-z0-9_]*)*", re.IGNORECASE)
_TAGS = {
    "report_id": "#meta+id",
    "event_date": "#date+occurred #date+event #date+start #date",
    "date_precision": "#date+precision",
    "reported_date": "#date+reported #date+published",
    "place_text": "#adm2+name #adm2 #loc+name #loc",
    "province_text": "#adm1+name #adm1",
    "place_kind": "#loc+type",
    "claim": "#event+type #event #status",
    "actor": "#org+actor #group",
    "claimant": "#org+claimant",
    "claimant_side": "#org+claimant+side",
    "origin": "#meta+origin",
    "source_name": "#meta+source",
    "source_url": "#meta+url",
    "reliability": "#meta+reliability",
    "credibility": "#meta+credibility",
    "summary": "#description",
    "place_id": "#adm2+code #loc+code",
    "lon": "#geo+lon",
    "lat": "#geo+lat",
}
"""The tags of each column of the codebook, the surest first."""
_HARMLESS = frozenset("name code text en eng v_pcode desc event occurred".split())
"""Attributes that do not change the meaning of a tag."""


def read_hashtags(frame: pd.DataFrame) -> list[str]:
    """Return the hashtags of a table's columns if its first row has nothing but hashtags, else an empty list."""
    if frame.empty:
        return []
    first = frame.iloc[0].astype("str").str.strip().tolist()
    filled = [cell for cell in first if cell]
    return first if filled and all(_TAG.fullmatch(cell) for cell in filled) else []


def without_hashtags(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table without its row of hashtags, if it has one."""
    return frame.iloc[1:] if read_hashtags(frame) else frame


def match_hashtags(tags: Sequence[str], columns: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield each column of the codebook with the table's columns whose hashtag means it, the surest first."""
    tagged = [(*_split(tag), column) for tag, column in zip(tags, columns, strict=True) if _TAG.fullmatch(tag.strip())]
    for name, known in _TAGS.items():
        for base, needed in map(_split, known.split()):
            yield from (
                (name, column)
                for other, attributes, column in tagged
                if other == base and needed <= attributes and attributes - needed <= _HARMLESS
            )


def _split(tag: str) -> tuple[str, frozenset[str]]:
    """Split a hashtag into its base and its attributes."""
    base, *attributes = (part.strip() for part in tag.lower().split("+"))
    return base, frozenset(attributes)
