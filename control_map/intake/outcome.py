"""The outcome for the user's reports: located or set aside, what would fix those, and all reports as one table."""

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from control_map.core.errors import NOTHING_TO_FIX
from control_map.core.labels import label_place
from control_map.core.model import APPROXIMATE_METHODS, AreaScope, LocationPrecision, MatchMethod
from control_map.geocoding.locate import state_places
from control_map.intake.matching.codebook import PlaceSpelling
from control_map.pipeline.pack import CHOOSE_PLACE, Pack
from control_map.theatre.reports import CODEBOOK_COLUMNS, STATED_PLACE_COLUMNS, STATED_PROBLEM_COLUMN

NOT_SHOWN_COLUMNS = ["row", "fate", "place_text", "column", "value", "problem", "fix"]
MAX_APPROXIMATE_NAMES = 20
"""Names located by an approximate match that are listed one by one."""


@dataclass(frozen=True)
class Outcome:
    """How many of the user's reports were located, and how many set aside.

    `on_place`, `on_area` and `on_part` are located: on a place, on a whole area, and on a part of either, which colours
    nothing. `before` and `after` of those are of events outside the theatre's period, from `start` to `end`. Those
    `set_aside` count for nothing; `unread` of them have no cell that could be read, and `repeated` are there already:
    a merged table has all others. The rows `left_out` are no reports.
    """

    on_place: int
    on_area: int
    on_part: int
    before: int
    after: int
    set_aside: int
    left_out: int
    unread: int
    repeated: int
    start: dt.date
    end: dt.date

    @property
    def placed(self) -> int:
        """How many were located."""
        return self.on_place + self.on_area + self.on_part

    @property
    def total(self) -> int:
        """How many rows there are."""
        return self.placed + self.set_aside + self.left_out

    @property
    def sentences(self) -> list[str]:
        """The outcome in words."""
        targets = {
            "a place": self.on_place,
            "a whole area": self.on_area,
            "a part of one, which colours nothing": self.on_part,
        }
        parts = ", ".join(f"{count:,} on {target}" for target, count in targets.items() if count)
        counts = {
            "set aside, each with its reason.": self.set_aside,
            "of those could not be read at all: a merged table leaves them out.": self.unread,
            "of those are there already: a merged table has them once.": self.repeated,
            f"of events before the period, which begins on {self.start}: they are its baseline.": self.before,
            f"of events after the period, which ends on {self.end}: the map does not show them.": self.after,
        }
        reports = self.placed + self.set_aside
        are = "row is a report" if self.total == 1 else f"rows {'is a report' if reports == 1 else 'are reports'}"
        rows = [f"{reports:,} of {self.total:,} {are}; {self.left_out:,} left out, rightly."] if self.left_out else []
        located = f"{self.placed:,} of {reports:,} reports located{': ' if parts else ''}{parts}."
        return [*rows, located, *(f"{count:,} {sentence}" for sentence, count in counts.items() if count)]


@dataclass(frozen=True)
class UnplacedSpelling:
    """The rows with one spelling of a place that is the name of no place of the theatre.

    `candidates` are the ids and labels of similar names, the most similar first.
    """

    spelling: PlaceSpelling
    rows: tuple[int, ...]
    reason: str
    candidates: tuple[tuple[str, str], ...]


def count_outcome(pack: Pack) -> Outcome:
    """Count how many of the user's reports in a pack were located, and how many set aside."""
    located, theatre = pack.user_supplied_located, pack.theatre
    aside, rows = pack.user_supplied_set_aside, pack.user_supplied_set_aside["rows"]
    part = (located["precision"] == LocationPrecision.INSIDE) | (located["area_scope"] == AreaScope.PART)
    place = located["precision"] == LocationPrecision.PLACE
    return Outcome(
        on_place=int(place.sum()),
        on_area=int((~place & ~part).sum()),
        on_part=int(part.sum()),
        before=int((located["event_date"] < pd.Timestamp(theatre.period_start)).sum()),
        after=int((located["event_date"] > pd.Timestamp(theatre.period_end)).sum()),
        set_aside=int(rows[~_is_no_report(aside)].sum()),
        left_out=int(rows[_is_no_report(aside)].sum()),
        unread=int(rows[~_is_readable(aside) & ~_is_no_report(aside)].sum()),
        repeated=int(rows[_is_readable(aside) & ~_is_written(aside)].sum()),
        start=theatre.period_start,
        end=theatre.period_end,
    )


def list_unplaced_spellings(pack: Pack, most: int | None = None) -> list[UnplacedSpelling]:
    """Return the spellings in the user's reports that are the name of no place, those of the most rows first.

    `most` limits how many: finding similar names for very many spellings takes long.
    """
    aside = pack.user_supplied_set_aside
    aside = aside[aside["fix"] == CHOOSE_PLACE]
    groups: dict[PlaceSpelling, list[tuple[int, str]]] = {}
    for row, problem, *spelling in aside[["row", "problem", *PlaceSpelling._fields]].itertuples(index=False, name=None):
        groups.setdefault(PlaceSpelling(*spelling), []).append((row, problem))
    by_size = sorted(groups.items(), key=lambda group: -len(group[1]))[:most]
    label = label_places(pack)
    return [
        UnplacedSpelling(
            spelling,
            tuple(row for row, _ in rows),
            rows[0][1],
            tuple((place_id, label[place_id]) for place_id in pack.gazetteer.nearest_place_ids(*spelling)),
        )
        for spelling, rows in by_size
    ]


def label_places(pack: Pack) -> dict[str, str]:
    """Return for each place, by id, its name with its province, and with its kind unless it is a district."""
    places = pack.theatre.places[["place_id", "name", "province", "kind"]]
    return {
        place_id: label_place(name, province, kind)
        for place_id, name, province, kind in places.itertuples(index=False, name=None)
    }


def describe_approximate_matches(pack: Pack) -> list[str]:
    """Name the places on which the user's reports were located by an approximate match, so that they can be checked.

    The names with the most rows come first; the last line counts those beyond `MAX_APPROXIMATE_NAMES`.
    """
    label = label_places(pack) | pack.theatre.province_names
    mine = pack.user_supplied_located
    approximate = mine[mine["method"].isin(APPROXIMATE_METHODS)]
    counts = approximate.groupby(["place_text", "place_id", "method"], sort=False).size()
    first = counts.sort_values(ascending=False).head(MAX_APPROXIMATE_NAMES).reset_index()
    how = {MatchMethod.FUZZY: "by a fuzzy match", MatchMethod.CONSONANTS: "by its consonants"}
    lines = [
        f"'{name}' was located on {label[place_id]} {how[method]} ({rows:,} row{'' if rows == 1 else 's'})"
        for name, place_id, method, rows in first.itertuples(index=False, name=None)
    ]
    if more := len(counts) - len(first):
        lines.append(f"{more:,} more name{'' if more == 1 else 's'} located by an approximate match")
    return lines


def merge_reports(pack: Pack, *, alone: bool = False) -> pd.DataFrame:
    """Return the reports of a pack with those of the user, or the latter `alone`, as a file `reports.csv` has them.

    The file reads back unchanged: a report that was located by something else than its name states its place by the id,
    see `state_places`. A row that was set aside states why in `STATED_PROBLEM_COLUMN`, and so is set aside again; if
    only its place was not found, it is looked up again.

    Returns
    -------
    DataFrame
        The columns of the codebook, all text, `STATED_PROBLEM_COLUMN`, `whose` (`theatre`, or `brought` for the
        user's), and those of `state_places`. A row of which nothing could be read, and one that is there already, is
        left out.
    """
    aside = pack.set_aside[_is_written(pack.set_aside)]
    aside = aside.assign(**{STATED_PROBLEM_COLUMN: _problems_to_state(aside, pack)})
    located = state_places(pack.located).assign(**{STATED_PROBLEM_COLUMN: ""})
    merged = pd.concat([located, aside], ignore_index=True)
    merged = merged.fillna(dict.fromkeys(STATED_PLACE_COLUMNS, ""))
    users = merged["report_id"].isin(pack.user_supplied_ids)
    merged = merged.assign(whose=users.map({True: "brought", False: "theatre"}))
    # The theatre's rows keep the order of its file; the user's rows stand below.
    theatres = merged[~users & (not alone)].sort_values("row", kind="stable")
    columns = [*CODEBOOK_COLUMNS, STATED_PROBLEM_COLUMN, "whose", *STATED_PLACE_COLUMNS]
    return pd.concat([theatres, merged[users]], ignore_index=True)[columns]


def describe_merged(merged: pd.DataFrame, pack: Pack) -> str:
    """Say in sentences whose reports a merged table of a pack has, and which of them are set aside again."""
    mine = int((merged["whose"] == "brought").sum())
    stated = int((merged[STATED_PROBLEM_COLUMN] != "").sum())
    sentences = [f"It has {len(merged):,} rows: {len(merged) - mine:,} of the theatre and {mine:,} of yours."]
    if stated:
        stay = "1 stays set aside until its" if stated == 1 else f"{stated:,} stay set aside until their"
        sentences.append(f"{stay} cell {STATED_PROBLEM_COLUMN} is emptied.")
    is_unplaced = merged["report_id"].isin(pack.set_aside["report_id"]) & (merged[STATED_PROBLEM_COLUMN] == "")
    if unplaced := int(is_unplaced.sum()):
        have = "1 has a place" if unplaced == 1 else f"{unplaced:,} have places"
        sentences.append(f"{have} not on this map: such a row is set aside again until its place is found.")
    return " ".join(sentences)


def _problems_to_state(aside: pd.DataFrame, pack: Pack) -> list[str]:
    """Return why each row was set aside, or an empty text if its place is not found whenever the row is read."""
    spellings = list(aside[list(PlaceSpelling._fields)].itertuples(index=False, name=None))
    reasons = {spelling: pack.gazetteer.find(*spelling).reason for spelling in dict.fromkeys(spellings)}
    return [
        "" if problem == reasons[spelling] else problem
        for problem, spelling in zip(aside["problem"], spellings, strict=True)
    ]


def list_not_shown(pack: Pack, left_out: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return each of the user's rows that is not on the map, with the reason, in the order of the file.

    `left_out` has the rows of which an importer made no reports, see `RawTable`. The result has `NOT_SHOWN_COLUMNS`,
    `fate` being "left out" or "set aside".
    """
    aside = pack.user_supplied_set_aside.assign(fate="set aside", column="", value="")
    frames = [aside]
    if left_out is not None and len(left_out):
        # Of these the rows set aside have only the first of each kind.
        frames = [aside[_is_readable(aside) | ~aside["row"].isin(left_out["row"])], left_out.assign(fate="left out")]
    listed = pd.concat([frame.reindex(columns=NOT_SHOWN_COLUMNS) for frame in frames], ignore_index=True)
    return listed.sort_values("row", kind="stable", ignore_index=True).fillna("")


def _is_no_report(aside: pd.DataFrame) -> pd.Series:
    """Return for each row set aside whether it stands for rows that are no reports, and rightly left out."""
    return ~_is_readable(aside) & (aside["fix"] == NOTHING_TO_FIX)


def _is_written(aside: pd.DataFrame) -> pd.Series:
    """Return for each row set aside whether a merged table has it."""
    return _is_readable(aside) & (aside["fix"] != NOTHING_TO_FIX)


def _is_readable(aside: pd.DataFrame) -> pd.Series:
    """Return for each row set aside whether anything of it could be read; the id does not count, as all get one."""
    return (aside[[column for column in CODEBOOK_COLUMNS if column != "report_id"]] != "").any(axis=1)
