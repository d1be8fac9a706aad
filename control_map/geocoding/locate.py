"""Checked reports are placed: by a chosen place, by name, or by a point; others are set aside with what is wrong."""

import re
from collections.abc import Mapping, Sequence

import pandas as pd

from control_map.core.model import LocationPrecision, MatchMethod, PlaceKind
from control_map.geocoding.gazetteer import Gazetteer, Match, NameProgress, geocode
from control_map.geocoding.spelling import fold_name, normalise
from control_map.theatre.outlines import DistrictOutlines
from control_map.theatre.reports import (
    CODEBOOK_COLUMNS,
    LOCATION_COLUMNS,
    STATED_PLACE_COLUMNS,
    Reports,
    to_text_rows,
)
from control_map.theatre.theatre import Theatre

SETTLED_METHODS = (MatchMethod.CHOSEN, MatchMethod.POINT, MatchMethod.STATED)
"""Ways to locate a report by something else than its name: a file then has to state the place beside the name."""
UNKNOWN_ID_FIX = "Write the place_id of a place in places.csv, or empty the cell: then the name counts"
EXCEPTION_FIX = "Write each name as in places.csv, several with | between, or write part in area_scope"
"""What to do about a report on an area that leaves out a place that is not found."""
_STEM_LETTERS = 4
_STATE_STEMS = frozenset("repu king stat unit demo peop of the".split())
"""Of words that the names of many countries have, so many letters as words of one stem have in common."""
SET_ASIDE_COLUMNS = [*CODEBOOK_COLUMNS, "row", "province_id", "problem", "fix", "rows"]


def locate_reports(
    reports: Reports, theatre: Theatre, gazetteer: Gazetteer, fix: str, progress: NameProgress = iter
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Find the places of the accepted reports.

    A place that is stated by its id takes precedence over the name, and the name over the point. A point says in which
    district something happened. The report is then on a part of the district, unless its name is that of the district
    or of a place in it. A report whose name means a place that is not near to its point is set aside.

    Parameters
    ----------
    reports
        As `check_reports` returns them, with `LOCATION_COLUMNS`. Not changed.
    fix
        What to do about a report that is not placed.
    progress
        See `geocode`.

    Returns
    -------
    located
        The reports on a known place or area, with the columns that `geocode` adds, and `excepted_ids`: the ids of the
        places and provinces that a report on an area leaves out, with `|` between. A report with an exception that is
        not found is set aside, as it would count for too many places.
    set_aside
        All others, with `SET_ASIDE_COLUMNS`, in the order of their rows.
    """
    accepted = reports.accepted
    is_stated = accepted["chosen_place_id"] != ""
    names = accepted[["place_text", "province_text", "place_kind"]].mask(is_stated, "")
    matched = accepted.assign(**geocode(names, gazetteer, progress)[list(Match._fields)])
    matched = _match_by_point(matched, theatre, gazetteer)
    if is_stated.any():
        labels = theatre.places["name"] + ", " + theatre.places["province"]
        named = dict(zip(theatre.places["place_id"], labels, strict=True))
        rows = accepted.loc[is_stated, ["place_text", *LOCATION_COLUMNS[:3]]].itertuples(index=False, name=None)
        provinces = theatre.province_names
        matches = [_match_stated(row, named, provinces) for row in rows]
        matched = _replace_matches(matched, accepted.index[is_stated], matches)
    unknown = is_stated & (matched["precision"] == "")
    matched = matched.assign(fix=pd.Series(fix, matched.index, dtype="str").mask(unknown, UNKNOWN_ID_FIX))
    matched = _locate_exceptions(matched, theatre.province_names, gazetteer)
    matched = _with_found_kind(matched, theatre)
    found = matched["precision"] != ""
    unplaced = to_text_rows(matched[~found]).assign(
        problem=matched["reason"][~found], fix=matched["fix"][~found], rows=1
    )
    frames = [
        frame.reindex(columns=SET_ASIDE_COLUMNS).astype({"row": "int64", "rows": "int64"})
        for frame in (reports.set_aside, unplaced)
        if len(frame)
    ]
    located = matched[found].drop(columns=[*LOCATION_COLUMNS, "fix"], errors="ignore")
    located = located.reset_index(drop=True)
    if not frames:
        return located, pd.DataFrame(columns=SET_ASIDE_COLUMNS)
    aside = pd.concat(frames).sort_values("row", ignore_index=True, kind="stable")
    provinces = {
        text: gazetteer.find("", text, PlaceKind.PROVINCE).place_id for text in aside["province_text"].unique()
    }
    return located, aside.assign(province_id=aside["province_text"].map(provinces))


def _locate_exceptions(matched: pd.DataFrame, provinces: Mapping[str, str], gazetteer: Gazetteer) -> pd.DataFrame:
    """Add `excepted_ids`, see `locate_reports`; a report with an exception that is not found is no longer matched.

    `provinces` has the name of each province by its id.
    """
    is_area = matched["precision"].isin([LocationPrecision.PROVINCE, LocationPrecision.COUNTRY])
    areas = matched.loc[is_area & (matched["except_for"] != ""), ["except_for", "place_id"]]
    if areas.empty:
        return matched.assign(excepted_ids="")
    stated = list(areas.itertuples(index=False, name=None))
    found = {key: _find_exceptions(key[0], provinces.get(key[1], ""), gazetteer) for key in dict.fromkeys(stated)}
    ids, problems = (
        pd.Series([found[key][part] for key in stated], areas.index, dtype="str").reindex(matched.index, fill_value="")
        for part in (0, 1)
    )
    failed = problems != ""
    return matched.assign(
        excepted_ids=ids,
        precision=matched["precision"].mask(failed, ""),
        reason=matched["reason"].mask(failed, "except_for: " + problems),
        fix=matched["fix"].mask(failed, EXCEPTION_FIX),
    )


def _find_exceptions(cell: str, province: str, gazetteer: Gazetteer) -> tuple[str, str]:
    """Return the ids of the places that a cell of `except_for` names, or why one of them is not found.

    `province` is the name of the province of which the places are left out; empty: the country.
    """
    names = [name.strip() for name in cell.split("|") if name.strip()]
    if not names:
        return "", "the cell names no place"
    matches = [_find_exception(name, province, gazetteer) for name in names]
    problem = next((match.reason for match in matches if not match.place_id), "")
    return ("", problem) if problem else ("|".join(dict.fromkeys(match.place_id for match in matches)), "")


def _find_exception(name: str, province: str, gazetteer: Gazetteer) -> Match:
    """Find a place that is left out of a province or, where that is empty, a place or province left out of the country.

    Of namesakes the larger is left out, in doubt: a province and not its district, a district and not its capital. The
    place of a name as "parts of Kabul city" is left out as a whole.
    """
    by_name = gazetteer.find(name, province, "")
    if not by_name.place_id:
        # In the whole country a crossing could have the name of two districts, and they would be counted.
        kinds = [PlaceKind.DISTRICT, *[PlaceKind.CROSSING] * bool(province or gazetteer.split(name).province)]
        of_kinds = (gazetteer.find(name, province, kind) for kind in kinds)
        sure = (match for match in of_kinds if match.place_id and match.method != MatchMethod.FUZZY)
        by_name = next(sure, by_name)
    if province:
        return by_name
    in_country = gazetteer.find(name, "", PlaceKind.PROVINCE)
    if in_country.place_id and (in_country.method != MatchMethod.FUZZY or not by_name.place_id):
        return in_country
    if by_name.place_id:
        return by_name
    return by_name._replace(reason=f"{by_name.reason}; {in_country.reason}")


def state_places(located: pd.DataFrame) -> pd.DataFrame:
    """Return located reports as text, as in a file, with `STATED_PLACE_COLUMNS`.

    These are filled for reports that were located by something else than their names, so that the file reads back as
    it was. The input is not changed.
    """
    is_settled = located["method"].isin(SETTLED_METHODS)
    stated = dict(zip(STATED_PLACE_COLUMNS, ("place_id", "precision", "method"), strict=True))
    return to_text_rows(located).assign(**{name: located[col].where(is_settled, "") for name, col in stated.items()})


def _match_by_point(matched: pd.DataFrame, theatre: Theatre, gazetteer: Gazetteer) -> pd.DataFrame:
    """Place the reports without a known name by their points; a name counts for none whose point lies elsewhere."""
    has_point = (matched["lon"] != "") & (matched["lat"] != "") & (matched["chosen_place_id"] == "")
    is_of_place = matched["precision"].isin(["", LocationPrecision.PLACE, LocationPrecision.INSIDE])
    stated = matched[has_point & is_of_place]
    if stated.empty:
        return matched
    columns = ["place_id", "name", "province", "parent_id"]
    places = {place_id: rest for place_id, *rest in theatre.places[columns].itertuples(index=False, name=None)}
    outlines = DistrictOutlines(theatre.places)
    lon, lat = (parse_degrees(stated[name]).to_list() for name in ("lon", "lat"))
    names = stated[["place_text", "place_kind", "lon", "lat", "reason"]].itertuples(index=False, name=None)
    swapped, far = outlines.are_swapped(lon, lat), outlines.are_far(lon, lat)
    districts = outlines.district_ids_at(lon, lat)
    strays = _are_elsewhere(stated["place_id"].tolist(), districts, outlines.ids_near(lon, lat), theatre)
    points = list(zip(names, districts, swapped, far, strays, stated["precision"], strict=True))
    is_wanted = [not precision or (is_far and not odd) or is_stray for *_, odd, is_far, is_stray, precision in points]
    matches = [
        _contradict(name, places[district])
        if is_stray and precision == LocationPrecision.PLACE
        else _match_point(name, district, places, gazetteer, swapped=odd)
        for (name, district, odd, _, is_stray, precision), wanted in zip(points, is_wanted, strict=True)
        if wanted
    ]
    return _replace_matches(matched, stated.index[is_wanted], matches)


def _are_elsewhere(
    named: Sequence[str], districts: Sequence[str], near: Sequence[Sequence[str]], theatre: Theatre
) -> list[bool]:
    """Say of each point whether it lies in a district, and not in or near to that of the place that is named."""
    ids, polygons, parents = (theatre.places[name].tolist() for name in ("place_id", "polygon_id", "parent_id"))
    outline = dict(zip(ids, polygons, strict=True))
    home = {place_id: outline[place_id] or outline.get(parent) for place_id, parent in zip(ids, parents, strict=True)}
    return [
        bool(district and home.get(place_id)) and home[place_id] not in map(outline.get, (district, *others))
        for place_id, district, others in zip(named, districts, near, strict=True)
    ]


def _contradict(name: tuple[str, str, str, str, str], place: Sequence[str]) -> Match:
    """Leave a report open whose name means another place than the one around its point."""
    _, _, lon, lat, reason = name
    return Match("", "", 0.0, "", f"{reason}; but the point {lon}, {lat} (lon, lat) is in {place[0]}, {place[1]}")


def _match_point(
    name: tuple[str, str, str, str, str],
    district: str,
    places: Mapping[str, list[str]],
    gazetteer: Gazetteer,
    *,
    swapped: bool,
) -> Match:
    """Match a report with a point, in a district or in none, whose name alone is not known."""
    text, kind, lon, lat, reason = name
    point = f"the point {lon}, {lat} (lon, lat)"
    if not district:
        hint = ": lat and lon look swapped" if swapped else ""
        return Match("", "", 0.0, "", f"{reason}; {point} is in no district{hint}")
    label, province, _ = places[district]
    named = gazetteer.find(text, province, kind)
    if named.place_id == district or (named.place_id in places and places[named.place_id][-1] == district):
        return named
    how = f"{point} is in {label}, {province} (a part of it)"
    return Match(district, MatchMethod.POINT, 100.0, LocationPrecision.INSIDE, how)


def _match_stated(row: tuple[str, ...], labels: Mapping[str, str], provinces: Mapping[str, str]) -> Match:
    """Match a report whose place is stated by its id; the name stays as it is spelled.

    `row` is its name and its first three `LOCATION_COLUMNS`; `labels` and `provinces` have names by their ids.
    """
    text, place_id, precision, method = row
    how = MatchMethod(method) if method in SETTLED_METHODS else MatchMethod.CHOSEN
    if place_id in provinces and (place_id not in labels or precision == LocationPrecision.PROVINCE):
        reason = f"'{text}' is in the province {provinces[place_id]}, {_HOW[how]}"
        return Match(place_id, how, 100.0, LocationPrecision.PROVINCE, reason)
    if place_id not in labels:
        return Match("", "", 0.0, "", f"place_id: there is no place '{place_id}'")
    # A word that is not known must not colour a place.
    is_whole = precision in ("", LocationPrecision.PLACE)
    part = "" if is_whole else " (a part of it)"
    extent = LocationPrecision.PLACE if is_whole else LocationPrecision.INSIDE
    return Match(
        place_id, how, 100.0, extent, f"'{text}' is {'' if is_whole else 'in '}{labels[place_id]}{part}, {_HOW[how]}"
    )


_HOW = {
    MatchMethod.CHOSEN: "as chosen",
    MatchMethod.POINT: "by its point",
    MatchMethod.STATED: "as its table states",
}


def _with_found_kind(matched: pd.DataFrame, theatre: Theatre) -> pd.DataFrame:
    """Return the rows with the kind of the place found where a name overrides the stated one: "X city" is a capital."""
    found = matched["place_id"].map(dict(zip(theatre.places["place_id"], theatre.places["kind"], strict=True)))
    is_other = found.notna() & (matched["place_kind"] != "") & ~matched["method"].isin(SETTLED_METHODS)
    return matched.assign(place_kind=matched["place_kind"].mask(is_other, found))


def _replace_matches(matched: pd.DataFrame, rows: pd.Index, matches: list[Match]) -> pd.DataFrame:
    """Return the frame with other matches in some rows."""
    if not matches:
        return matched
    new, replaced = pd.DataFrame(matches, columns=Match._fields, index=rows), matched.index.isin(rows)
    return matched.assign(**{name: matched[name].mask(replaced, new[name]) for name in Match._fields})


def are_abroad(
    country: pd.Series, lon: pd.Series, lat: pd.Series, own_country: str, outlines: DistrictOutlines
) -> pd.Series:
    """Say of each row whether it is of another country.

    It is if it names another one, unless its point lies well inside the districts: then the country may have another
    name here. It has none where other rows name it as the theatre does, but for a name with a word in common, as Syria
    and Syrian Arab Republic. A point so near to the border that maps differ does not speak against the name.

    Parameters
    ----------
    country, lon, lat
        The name of the country and the degrees (EPSG:4326) of each row, as text; each may be empty.
    own_country
        The name of the theatre's country; if it is empty, no row is of another.
    """
    names = {name: not _is_same_country(name, own_country) for name in country.unique().tolist()}
    is_named = any(name.strip() and not is_other for name, is_other in names.items())
    foreign = {name for name in names if is_named and not _has_word_in_common(name, own_country)}
    other = country.map(names).astype("bool")
    if other.any():
        degrees = (parse_degrees(column[other]).tolist() for column in (lon, lat))
        inside = pd.Series(outlines.are_well_inside(*degrees), other.index[other], dtype="bool")
        return other & ~(inside.reindex(other.index, fill_value=False) & ~country.isin(foreign))
    return other


def _is_same_country(name: str, own: str) -> bool:
    """Whether two names of countries have a part in common, in brackets or before them: "Myanmar (Burma)"."""
    one, other = ({normalise(part) for part in re.split(r"[()]", text)} - {""} for text in (name, own))
    return not one or not other or bool(one & other)


def _has_word_in_common(name: str, own: str) -> bool:
    """Whether two names of countries have words of the same stem: Syria and Syrian."""
    words = (re.findall(r"\w+", fold_name(text)) for text in (name, own))
    one, other = ({word[:_STEM_LETTERS] for word in each} - _STATE_STEMS for each in words)
    return not one.isdisjoint(other)


def parse_degrees(column: pd.Series) -> pd.Series:
    """Turn text into degrees, also with a decimal comma; anything that is not a number becomes NaN."""
    text = column.str.replace(r"^(-?\d+),(\d+)$", r"\1.\2", regex=True)
    return pd.to_numeric(text, errors="coerce").astype("float64")
