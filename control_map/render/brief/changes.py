"""The changes of the days that a brief tells of: the weightiest each with its reason, the others by name."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from control_map.assessment.timeline import changes_between
from control_map.core.labels import KIND_SUFFIX
from control_map.core.model import PlaceKind
from control_map.explanation.why_line import write_why_lines
from control_map.pipeline.view import View
from control_map.render.brief.fitting import LineSize, count_lines

_FIRST = (PlaceKind.CAPITAL, PlaceKind.CROSSING, PlaceKind.DISTRICT)
_FEW_GROUPS = 4
_IN_WORDS = {
    PlaceKind.CAPITAL: "capital of {}",
    PlaceKind.CROSSING: "crossing, {}",
    PlaceKind.DISTRICT: "{}",
}


@dataclass(frozen=True)
class ChangedPlace:
    """A place that changed: its statuses in order, from the one before, the days of the changes, why it has the last.

    `where` is its kind and province in words, `note` what stands after its name in a list.
    """

    place_id: str
    name: str
    where: str
    province: str
    note: str
    statuses: tuple[str, ...]
    days: tuple[dt.date, ...]
    why: str

    @property
    def letters(self) -> int:
        """About how many letters it takes to tell it."""
        return len(f"{self.name} {self.where} {self.why}") + 14 * len(self.statuses) + 10


@dataclass(frozen=True)
class StatusGroup:
    """Places that ended with the same status: how many, names by province as far as there is room, and the rest."""

    status: str
    number: int
    provinces: tuple[tuple[str, tuple[str, ...]], ...]
    more: int


@dataclass(frozen=True)
class ChangeList:
    """How changes stand on the page: `columns` with reasons, `groups` by name, and how many `more` there are."""

    columns: tuple[tuple[ChangedPlace, ...], ...]
    groups: tuple[StatusGroup, ...]
    more: int

    @property
    def numbered(self) -> list[str]:
        """The ids of the places that are told with a reason, in order."""
        return [each.place_id for column in self.columns for each in column]


def list_changed_places(view: View, after: dt.date, until: dt.date) -> list[ChangedPlace]:
    """Return the places that changed status after one day and up to another.

    Capitals come first, then crossings, then districts; of each kind the latest change first.
    """
    found = changes_between(view.timeline, after, until)
    if found.empty:
        return []
    intervals = pd.DataFrame(view.timeline.drop(columns="geometry"))
    told = found[["place_id", "date"]].merge(
        intervals, left_on=["place_id", "date"], right_on=["place_id", "valid_from"]
    )
    whys = write_why_lines(told, view.evidence, view.pack.report_sources, view.pack.labels, view.rule)
    rows = []
    for place_id, own in found.assign(why=whys).groupby("place_id", sort=False):
        last = own.iloc[-1]
        rows.append(
            ChangedPlace(
                place_id=str(place_id),
                name=last["name"],
                where=_IN_WORDS[PlaceKind(last["kind"])].format(last["province"]),
                province=last["province"],
                note=KIND_SUFFIX[PlaceKind(last["kind"])],
                statuses=(own["before"].iloc[0], *own["status"]),
                days=tuple(own["date"].dt.date),
                why=last["why"],
            )
        )
    kinds = dict(zip(found["place_id"], found["kind"], strict=True))
    return sorted(
        rows,
        key=lambda one: (_FIRST.index(kinds[one.place_id]), -one.days[-1].toordinal(), one.province, one.name),
    )


def fit_changes(
    found: Sequence[ChangedPlace], statuses: Sequence[str], room: float, line: LineSize, gap: float, wide: LineSize
) -> ChangeList:
    """Tell the changes in two columns as far as they fit, and the others by name below as far as these do.

    Parameters
    ----------
    found, statuses
        What `changed` returns, and in which order groups come.
    room
        Height of the list and of the names below it, in mm.
    line, gap, wide
        The lines of a column and the space after an entry (mm), and the lines of the names below.
    """
    heights = [count_lines(one.letters, line) * line.height + gap for one in found]
    groups = len({one.statuses[-1] for one in found})
    # Each group ends with a line that is not full: of many groups, that counts.
    share, ends = (0.45, groups) if groups > _FEW_GROUPS else (1 / 3, 0)
    wanted = (len(found) * 14 / wide.letters + 2 + ends) * wide.height
    below = 0 if sum(heights) <= room else min(room * share, wanted)
    columns: list[tuple[ChangedPlace, ...]] = []
    start = 0
    each = max(room - below, 0)
    if sum(heights) <= 2 * each:
        each = max(sum(heights) / 2 + max(heights, default=0) / 2, 0)
    for _ in range(2):
        end, height = start, 0.0
        while end < len(found) and height + heights[end] <= each + 1e-9:
            height += heights[end]
            end += 1
        columns.append(tuple(found[start:end]))
        start = end
    rest = found[start:]
    named, more = _by_name(rest, statuses, int(below / wide.height), wide) if rest else ((), 0)
    return ChangeList(tuple(columns), named, more)


def _by_name(
    rest: Sequence[ChangedPlace], statuses: Sequence[str], most: int, wide: LineSize
) -> tuple[tuple[StatusGroup, ...], int]:
    """Group by the last status as many names as fit into some lines; also return how many do not fit."""
    ends: defaultdict[str, list[ChangedPlace]] = defaultdict(list)
    for one in sorted(rest, key=lambda one: (one.province, one.name)):
        ends[one.statuses[-1]].append(one)
    present = [status for status in statuses if ends[status]]
    # A line for "and more", and each group ends with one that is not full.
    letters = (most - 1 - len(present)) * wide.letters - 30 * len(present)
    groups, more = {}, 0
    # The small ones choose first: they are names that a reader would miss most.
    for status in sorted(present, key=lambda status: len(ends[status])):
        names: defaultdict[str, list[str]] = defaultdict(list)
        for one in ends[status]:
            letters -= len(one.name + one.note) + 2 + (0 if one.province in names else len(one.province) + 3)
            if letters < 0:
                more += 1
                continue
            names[one.province].append(one.name + one.note)
        provinces = tuple((province, tuple(those)) for province, those in names.items())
        told = sum(len(those) for _, those in provinces)
        groups[status] = StatusGroup(status, len(ends[status]), provinces, len(ends[status]) - told)
    return tuple(groups[status] for status in present), more
