"""What became of the reports that somebody brought: placed or set aside, what would mend them, and all as one table."""

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from control_map.core.model import AreaScope, LocationPrecision, MatchMethod
from control_map.core.wording import KIND_SUFFIX
from control_map.intake.matching.codebook import PlaceSpelling
from control_map.pipeline.pack import CHOOSE_PLACE, Pack
from control_map.theatre.reports import CODEBOOK_COLUMNS, to_text_rows

MERGED_COLUMNS = [*CODEBOOK_COLUMNS, "whose", "place_written"]


@dataclass(frozen=True)
class Outcome:
    """How many reports of those that somebody brought speak of what.

    `on_place`, `on_area` and `on_part` are placed: on a place, on a whole area, and on a part of either, which colours
    nothing. `before` and `after` of the placed ones are of events outside of the theatre's period, from `start` to
    `end`. `set_aside` count for nothing; `unread` of those have no cell that could be read, and are in no table.
    """

    on_place: int
    on_area: int
    on_part: int
    before: int
    after: int
    set_aside: int
    unread: int
    start: dt.date
    end: dt.date

    @property
    def placed(self) -> int:
        """How many are placed."""
        return self.on_place + self.on_area + self.on_part

    @property
    def total(self) -> int:
        """How many there are."""
        return self.placed + self.set_aside

    @property
    def sentences(self) -> list[str]:
        """What became of them, in words."""
        parts = [
            f"{count:,} on {what}"
            for count, what in (
                (self.on_place, "a place"),
                (self.on_area, "a whole area"),
                (self.on_part, "a part of one, which colours nothing"),
            )
            if count
        ]
        told = [f"{self.placed:,} of {self.total:,} reports placed{': ' if parts else ''}{', '.join(parts)}."]
        if self.set_aside:
            told.append(f"{self.set_aside:,} set aside, each with its reason.")
        if self.unread:
            told.append(f"{self.unread:,} of those could not be read at all: a merged table leaves them out.")
        if self.before:
            told.append(
                f"{self.before:,} of events before the period, which begins on {self.start}: they are its baseline."
            )
        if self.after:
            told.append(
                f"{self.after:,} of events after the period, which ends on {self.end}: the map shows none of those."
            )
        return told


@dataclass(frozen=True)
class UnplacedSpelling:
    """The rows that spell a place alike, which no place of the theatre has for its name.

    `candidates` are the ids and labels of the places that may be meant, the nearest first.
    """

    spelling: PlaceSpelling
    rows: tuple[int, ...]
    reason: str
    candidates: tuple[tuple[str, str], ...]


def count_outcome(pack: Pack) -> Outcome:
    """Return what became of the reports that somebody brought to a pack."""
    placed, theatre = pack.located[pack.located["report_id"].isin(pack.brought)], pack.theatre
    aside = select_set_aside(pack)
    part = (placed["precision"] == LocationPrecision.INSIDE) | (placed["area_scope"] == AreaScope.PART)
    place = placed["precision"] == LocationPrecision.PLACE
    return Outcome(
        on_place=int(place.sum()),
        on_area=int((~place & ~part).sum()),
        on_part=int(part.sum()),
        before=int((placed["event_date"] < pd.Timestamp(theatre.period_start)).sum()),
        after=int((placed["event_date"] > pd.Timestamp(theatre.period_end)).sum()),
        set_aside=len(aside),
        unread=int((~_read(aside)).sum()),
        start=theatre.period_start,
        end=theatre.period_end,
    )


def select_set_aside(pack: Pack) -> pd.DataFrame:
    """Return the reports that somebody brought and that count for nothing, as `Pack.set_aside` has them."""
    return pack.set_aside[pack.set_aside["report_id"].isin(pack.brought)].reset_index(drop=True)


def list_unplaced_spellings(pack: Pack, most: int | None = None) -> list[UnplacedSpelling]:
    """Return the spellings that no place has for its name, those of the most rows first.

    Parameters
    ----------
    most
        How many of them; None: all. To look for the nearest names of very many takes its time.
    """
    aside = select_set_aside(pack)
    rows = aside[aside["fix"] == CHOOSE_PLACE]
    groups: dict[PlaceSpelling, list[int]] = {}
    for number, spelling in enumerate(rows[list(PlaceSpelling._fields)].itertuples(index=False, name=None)):
        groups.setdefault(PlaceSpelling(*spelling), []).append(number)
    by_size = sorted(groups.items(), key=lambda group: -len(group[1]))[:most]
    row, reason = rows["row"].tolist(), rows["problem"].tolist()
    label = label_places(pack)
    return [
        UnplacedSpelling(
            spelling,
            tuple(row[number] for number in numbers),
            reason[numbers[0]],
            tuple((place_id, label[place_id]) for place_id in pack.gazetteer.nearest(*spelling)),
        )
        for spelling, numbers in by_size
    ]


def label_places(pack: Pack) -> dict[str, str]:
    """Return each place's name with its province, and its kind unless it is a district, by its id."""
    places = pack.theatre.places[["place_id", "name", "province", "kind"]]
    return {
        place_id: f"{name}, {province}" + KIND_SUFFIX[kind]
        for place_id, name, province, kind in places.itertuples(index=False, name=None)
    }


def merge_reports(pack: Pack, *, alone: bool = False) -> pd.DataFrame:
    """Return the reports of a pack and those that somebody brought, as a file `reports.csv` has them.

    The file reads back as it was: what was placed by a choice or by a point has a name by which it is found again, and
    `place_written` how it was written.

    Parameters
    ----------
    alone
        Only those that somebody brought.

    Returns
    -------
    DataFrame
        The columns of the codebook, all text, `whose` (`theatre`, or `brought`), and `place_written`. A row of which
        nothing could be read is not among them.
    """
    aside = pack.set_aside.assign(place_written="")
    written = pd.concat([_found_again(pack), aside[_read(aside)]], ignore_index=True)
    theirs = written["report_id"].isin(pack.brought)
    told = written.assign(whose=theirs.map({True: "brought", False: "theatre"}))
    # A file's own order first; those that were added stand below, each file's by row.
    parts = [told[~theirs].sort_values("row", kind="stable")] if not alone else []
    return pd.concat([*parts, told[theirs]], ignore_index=True)[MERGED_COLUMNS]


def _read(aside: pd.DataFrame) -> pd.Series:
    """Say of which rows that were set aside anything could be read; an id is given to each."""
    return (aside[[column for column in CODEBOOK_COLUMNS if column != "report_id"]] != "").any(axis=1)


def _found_again(pack: Pack) -> pd.DataFrame:
    """Write the located reports with names by which each is located as it is."""
    located, places = pack.located, pack.theatre.places.set_index("place_id")
    chosen, pointed = located["method"] == MatchMethod.CHOSEN, located["method"] == MatchMethod.POINT
    name, province, kind = (
        located["place_id"].map(places[column]).fillna("").astype("str") for column in ("name", "province", "kind")
    )
    otherwise = chosen | pointed
    written = to_text_rows(located)
    return written.assign(
        place_written=written["place_text"].where(otherwise, ""),
        place_text=written["place_text"].mask(chosen, name).mask(pointed, "part of " + name),
        province_text=written["province_text"].mask(otherwise, province),
        place_kind=written["place_kind"].mask(otherwise, kind),
    )
