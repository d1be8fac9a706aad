"""Checked reports become located ones, or are set aside with what is wrong: by name, by choice, or by a point."""

from collections.abc import Mapping

import pandas as pd

from control_map.core.model import LocationPrecision, MatchMethod, PlaceKind
from control_map.geocoding.gazetteer import Gazetteer, Match, NameProgress, geocode
from control_map.geocoding.points import SWAPPED_COORDINATES, DistrictOutlines, parse_degrees
from control_map.theatre.reports import CODEBOOK_COLUMNS, LOCATION_COLUMNS, Reports, to_text_rows
from control_map.theatre.theatre import Theatre

SET_ASIDE_COLUMNS = [*CODEBOOK_COLUMNS, "row", "province_id", "problem", "fix"]
_MATCH = ["place_id", "method", "score", "precision", "reason"]


def locate_reports(
    reports: Reports, theatre: Theatre, gazetteer: Gazetteer, fix: str, progress: NameProgress = iter
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Find the places of the accepted reports.

    A place that somebody chose goes before the name, and the name before the point. A point says in which district
    something happened, and is a part of it, unless the name, too, is that of the district or of a place in it.

    Parameters
    ----------
    reports
        As `check_reports` returns them; what it has of `FURTHER_COLUMNS` is used. Not changed.
    mend
        What to do about a report that is not placed.
    progress
        See `geocode`.

    Returns
    -------
    located
        The reports on a known place or area, with the columns that `geocode` adds.
    set_aside
        All others, with `SET_ASIDE_COLUMNS`, in the order of their rows.
    """
    matched = geocode(reports.accepted, gazetteer, progress)
    if {"lon", "lat"} <= set(matched):
        matched = _at_points(matched, theatre, gazetteer)
    if "meant" in matched:
        matched = _as_chosen(matched, theatre)
    found = matched["precision"] != ""
    unplaced = to_text_rows(matched[~found]).assign(problem=matched["reason"][~found], fix=fix)
    frames = [
        frame.reindex(columns=SET_ASIDE_COLUMNS).astype({"row": "int64"})
        for frame in (reports.set_aside, unplaced)
        if len(frame)
    ]
    located = matched[found].drop(columns=list(LOCATION_COLUMNS), errors="ignore").reset_index(drop=True)
    if not frames:
        return located, pd.DataFrame(columns=SET_ASIDE_COLUMNS)
    aside = pd.concat(frames).sort_values("row", ignore_index=True, kind="stable")
    stated = {
        province: gazetteer.find("", province, PlaceKind.PROVINCE).place_id
        for province in aside["province_text"].unique()
    }
    return located, aside.assign(province_id=aside["province_text"].map(stated))


def _at_points(matched: pd.DataFrame, theatre: Theatre, gazetteer: Gazetteer) -> pd.DataFrame:
    """Place what has no known name by its point."""
    lost = matched[(matched["precision"] == "") & (matched["lon"] != "") & (matched["lat"] != "")]
    if lost.empty:
        return matched
    columns = ["place_id", "name", "province", "parent_id"]
    places = {place_id: rest for place_id, *rest in theatre.places[columns].itertuples(index=False, name=None)}
    outlines = DistrictOutlines(theatre.places)
    lon, lat = (parse_degrees(lost[name]).to_list() for name in ("lon", "lat"))
    around = outlines.containing(lon, lat)
    swapped = outlines.look_swapped(lon, lat)
    names = lost[["place_text", "place_kind", "lon", "lat", "reason"]].itertuples(index=False, name=None)
    return _with(
        matched,
        lost.index,
        [
            _around(name, district, places, gazetteer, swapped=odd)
            for name, district, odd in zip(names, around, swapped, strict=True)
        ],
    )


def _around(
    name: tuple[str, str, str, str, str],
    district: str,
    places: Mapping[str, list[str]],
    gazetteer: Gazetteer,
    *,
    swapped: bool,
) -> Match:
    """Say what a report speaks of that has a point in a district, or in none, and a name that is not known alone."""
    text, kind, lon, lat, reason = name
    where = f"the point {lon}, {lat} (lon, lat)"
    if not district:
        return Match(
            "", "", 0.0, "", f"{reason}; {where} is in no district{f': {SWAPPED_COORDINATES}' if swapped else ''}"
        )
    label, province, _ = places[district]
    named = gazetteer.find(text, province, kind)
    if named.place_id == district or (named.place_id in places and places[named.place_id][-1] == district):
        return named
    return Match(
        district,
        MatchMethod.POINT,
        100.0,
        LocationPrecision.INSIDE,
        f"{where} is in {label}, {province} (a part of it)",
    )


def _as_chosen(matched: pd.DataFrame, theatre: Theatre) -> pd.DataFrame:
    """Place what somebody chose a place for, and keep the name as it is spelled."""
    chosen = matched[matched["meant"] != ""]
    label: Mapping[str, str] = dict(
        zip(theatre.places["place_id"], theatre.places["name"] + ", " + theatre.places["province"], strict=True)
    )
    return _with(
        matched,
        chosen.index,
        [
            Match(
                place_id,
                MatchMethod.CHOSEN,
                100.0,
                LocationPrecision.PLACE,
                f"'{text}' is {label[place_id]}, as it was told",
            )
            for text, place_id in zip(chosen["place_text"], chosen["meant"], strict=True)
        ],
    )


def _with(matched: pd.DataFrame, rows: pd.Index, matches: list[Match]) -> pd.DataFrame:
    """Return the frame with other matches in some rows."""
    if not matches:
        return matched
    told = pd.DataFrame([[getattr(match, name) for name in _MATCH] for match in matches], columns=_MATCH, index=rows)
    return matched.assign(**{name: matched[name].mask(matched.index.isin(rows), told[name]) for name in _MATCH})
