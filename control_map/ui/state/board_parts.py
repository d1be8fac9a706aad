"""The files that a board asks for when it needs them: dossiers, how other rules count, events, what the search knows.

They belong to the file of the timeline or the replay that the board shows, and are there as long as that one is. Each
is made when it is first asked for.
"""

import datetime as dt
import re
from typing import NamedTuple, cast

from control_map.pipeline.view import apply_rule, compare_rules
from control_map.render.map.area_file import list_area_ids, make_area_file
from control_map.render.map.dossier_file import make_dossier_file
from control_map.render.map.events_file import make_events_file
from control_map.render.map.search_files import make_mentions_file, make_names_file
from control_map.render.map.view_facts import make_ranges_file
from control_map.ui.state import apart, cached_results
from control_map.ui.state.result_cache import ResultCache
from control_map.ui.state.served_files import BoardSource, ServedFile, compress, find_served_file

_NAME = re.compile(r"(dossier|ranges|names|mentions|events|areas)-([0-9a-f]{40})((?:-\d{1,7}){0,2})\.json", re.ASCII)
_MOST_BYTES = 16_000_000
"""What the parts that are kept may weigh together: some thousand dossiers."""
_parts = ResultCache(_MOST_BYTES)


def find_whole(name: str) -> ServedFile | None:
    """Return the file to which a part of this name belongs, None if there is none."""
    if (named := _NAME.fullmatch(name)) is None:
        return None
    found = (find_served_file(f"{stem}-{named[2]}.json") for stem in ("timeline", "replay"))
    return next((file for file in found if file and file.source), None)


def find_part(whole: ServedFile, name: str) -> ServedFile | None:
    """Return a part by its name, None if there is none; it may take a while.

    Names are those of `make_board_files`; `whole` is what `find_whole` returns for this one.

    Raises
    ------
    PackError
        If a limit ended the work on what a user added.
    """
    if (source := whole.source) is None or (asked := _read_name(source, name)) is None:
        return None
    if not whole.is_shared:  # nothing of what a user added outlives the session
        content = apart.run_weighing(make_part, source, asked)
        return ServedFile(name, compress(content), is_shared=False, owner=whole.owner)
    found, part = _parts.find(name)
    if not found:
        part = ServedFile(name, compress(_make_shared_part(source, asked)))
        _parts.keep(name, part)
    return cast("ServedFile", part)


class _Asked(NamedTuple):
    """What a part is about: its kind, a place or a province (empty: all), and the day of a replay."""

    kind: str
    place_id: str
    day: int | None


def _read_name(source: BoardSource, name: str) -> _Asked | None:
    """Return what a name asks for; None if its numbers mean nothing."""
    kind, _, tail = _NAME.fullmatch(name).groups()  # type: ignore[union-attr] # `find_whole` has found it
    numbers = [int(number) for number in tail.split("-")[1:]]
    theatre = source.pack.theatre
    listed = {"dossier": list(theatre.places["place_id"]), "areas": list_area_ids(theatre)}.get(kind)
    is_of_place, is_of_day = listed is not None, source.is_replay and kind in ("dossier", "ranges")
    if len(numbers) != is_of_place + is_of_day:
        return None
    day = numbers[-1] if is_of_day else None
    if (day is not None and day >= theatre.day_count) or (listed is not None and numbers[0] >= len(listed)):
        return None
    return _Asked(kind, "" if listed is None else listed[numbers[0]], day)


def _known_on(source: BoardSource, day: int | None) -> dt.date | None:
    return source.known_on if day is None else source.pack.theatre.period_start + dt.timedelta(days=day)


def _make_shared_part(source: BoardSource, asked: _Asked) -> bytes:
    known_on = _known_on(source, asked.day)
    if asked.kind == "ranges":
        return make_ranges_file(cached_results.cached_comparison(source.pack, known_on), asked.day)
    if asked.kind == "dossier":
        return make_dossier_file(cached_results.cached_view(source.pack, source.rule, known_on), [asked.place_id])
    return make_part(source, asked)


def make_part(source: BoardSource, asked: _Asked) -> bytes:
    """Return a part: a dossier, how other rules count, what happened where, what the search knows, or of a province."""
    known_on = _known_on(source, asked.day)
    if asked.kind == "names":
        return make_names_file(source.pack.theatre)
    if asked.kind == "events":
        return make_events_file(source.pack, known_on)
    if asked.kind == "mentions":
        return make_mentions_file(source.pack, known_on)
    if asked.kind == "areas":
        return make_area_file(source.pack, known_on, asked.place_id)
    if asked.kind == "ranges":
        return make_ranges_file(compare_rules(source.pack, known_on=known_on), asked.day)
    view = source.view or apply_rule(source.pack, source.rule, known_on)
    return make_dossier_file(view, [asked.place_id], source.source_rows)
