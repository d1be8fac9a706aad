"""Located reports become assertions: which places each report refers to, what it asserts there, and in whose interest.

Nothing here depends on a rule or on the knowledge date. It is done once for a pack, and `assess` weighs the result
under any rule.
"""

import datetime as dt

import numpy as np
import pandas as pd

from control_map.core.arrays import Ints
from control_map.core.errors import Fault, PackError
from control_map.core.limits import LIMITS
from control_map.core.model import (
    CONTESTED,
    INDEPENDENT,
    NO_PARTY,
    UNKNOWN,
    UNKNOWN_SIDE,
    Actor,
    AreaScope,
    Claim,
    DatePrecision,
    Interest,
    LocationPrecision,
    PlaceKind,
    Via,
)
from control_map.theatre.reports import CODEBOOK_COLUMNS

NEARNESS = (Via.OWN, Via.CAPITAL, Via.AREA, Via.INSIDE)
"""What a report can be about, the nearest to the place first."""
CHANGES_OF_HANDS = frozenset({Claim.CAPTURED, Claim.RETAKEN, Claim.HANDED_OVER, Claim.WITHDREW})
_GRADES = ["reliability", "credibility"]
_NAMES = ["claimant", "origin", "source_name", "source_url"]
_CLAIMS = pd.CategoricalDtype([claim.value for claim in Claim])
_DATE_PRECISIONS = pd.CategoricalDtype([each.value for each in DatePrecision])
_INTERESTS = pd.CategoricalDtype(list(Interest))
_NO_PAIRS = pd.DataFrame({"place_id": np.array([], dtype=object), "report": np.array([], dtype=np.int64)})
_MANY = 2_000
_COUNTRY = "*"
"""Stands for all provinces; no id of a place or of a province is this."""
_STATED = [name for name in CODEBOOK_COLUMNS if name not in ("report_id", *_GRADES, *_NAMES)]
_COPIED = ["report_id", "event_date", "reported_date", "reliability", "credibility"]


def assert_at_places(
    located: pd.DataFrame, places: pd.DataFrame, actors: tuple[Actor, ...], period_start: dt.date
) -> pd.DataFrame:
    """Return what each report asserts of each place that it refers to.

    Parameters
    ----------
    located
        Reports with the columns of the codebook, typed, and `place_id`, `precision`, `excepted_ids`, as
        `locate_reports` adds them. Not changed.
    places
        Columns `place_id, kind, parent_id, province_id`.
    actors, period_start
        The parties with their opponents, and the day before which an event is baseline.

    Returns
    -------
    DataFrame
        One row for each report on each place, by place, then event, then publication. Reports that agree in these come
        by grade, the best last, then by what they say; only of those that say the same in every respect the ids decide,
        so that nothing depends on ids. The columns are `place_id, report_id, event_date, reported_date, reliability,
        credibility`; the categories `via`, `asserts` (an actor, `contested`, `unknown` where one left, or empty),
        `left` (the actor who left), `gainer` (the actor who gains by it), `side` (the claimant's), `interest`,
        `origin`, `claim`, `date_precision`; `window` (by how many days the event may be older); and the flags
        `changes_hands`, `party_holds_on` (a party says that a place is held, not by an opponent, or contested, as a
        loser does to deny its loss), `fighting` and `baseline`.

    Raises
    ------
    PackError
        If the reports on whole areas count for more than `LIMITS.area_pairs` places, each counted once a report.
    """
    pairs = places_referred_to(located, places)
    ids = pd.Index(places["place_id"]).sort_values()
    place, report = ids.get_indexer(pairs["place_id"]), pairs["report"].to_numpy()
    published, happened = (located[name].to_numpy() for name in ("reported_date", "event_date"))
    order = np.lexsort((_rank_by_contents(located)[report], published[report], happened[report], place))
    stated = {name: located[name].array for name in _COPIED} | _statements(located, actors, period_start)
    return pd.DataFrame(
        {name: column.take(report[order]) for name, column in stated.items()}
        | {
            "place_id": pd.Categorical.from_codes(place[order], ids),
            "via": pd.Categorical(pairs["via"].to_numpy(object)[order], NEARNESS),
        }
    )


def places_referred_to(located: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Return the places that each report refers to: `place_id, report` (position of the row in `located`) and `via`.

    A report on a capital refers to the capital and to the district that contains it; one on a whole area to each place
    in it but its exceptions; one on a part of an area to none. The parameters are those of `assert_at_places`.
    """
    # Plain arrays: of a few reports, a frame for each step would take most of the time.
    ids, kinds, parents = (places[name].to_numpy(object) for name in ("place_id", "kind", "parent_id"))
    precision, named = (located[name].to_numpy(object) for name in ("precision", "place_id"))
    inside = precision == LocationPrecision.INSIDE
    own = np.flatnonzero(inside | (precision == LocationPrecision.PLACE))
    known = set(ids)
    contains = {
        place: parent
        for place, kind, parent in zip(ids, kinds, parents, strict=True)
        if kind == PlaceKind.CAPITAL and parent in known
    }
    around = own[np.array([place in contains for place in named[own]], dtype=bool)]
    areas = _covered_by_areas(located, places)
    containing = np.array([contains[place] for place in named[around]], dtype=object)
    via = [np.where(inside[own], Via.INSIDE, Via.OWN), np.where(inside[around], Via.INSIDE, Via.CAPITAL)]
    return pd.DataFrame(
        {
            "place_id": np.concatenate([named[own], containing, areas["place_id"].to_numpy(object)]),
            "report": np.concatenate([own, around, areas["report"].to_numpy()]),
            "via": np.concatenate([*via, np.full(len(areas), Via.AREA)]),
        }
    )


def _covered_by_areas(located: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Return the places that each report on a whole area refers to: `place_id, report`."""
    precision = located["precision"].to_numpy(object)
    at = np.flatnonzero((precision == LocationPrecision.PROVINCE) | (precision == LocationPrecision.COUNTRY))
    if not len(at):
        return _NO_PAIRS
    places = pd.DataFrame(places[["place_id", "kind", "parent_id", "province_id"]])
    areas = located[["place_id", "precision", "area_scope", "excepted_ids"]].take(at).assign(report=at)
    national = areas["precision"] == LocationPrecision.COUNTRY
    areas = areas.assign(area=areas["place_id"].mask(national, _COUNTRY)).drop(columns="place_id")
    members = _members_of_areas(places)
    sizes = members.value_counts(["area_scope", "area"])
    pairs = sizes.reindex(pd.MultiIndex.from_frame(areas[sizes.index.names]), fill_value=0).sum()
    _refuse_too_many(int(pairs), len(areas))
    reached = areas.merge(members, on=["area_scope", "area"])
    if not (areas["excepted_ids"] != "").any():
        return reached
    left_out = _excepted_places(areas["excepted_ids"], places)
    return reached[~pd.MultiIndex.from_frame(reached[left_out.names]).isin(left_out)]


def _members_of_areas(places: pd.DataFrame) -> pd.DataFrame:
    """Return the places that a report counts for, by its scope and its area: a province, or the country."""
    is_capital = places["kind"] == PlaceKind.CAPITAL
    is_of_capital = is_capital | places["place_id"].isin(places["parent_id"][is_capital])
    covered = {
        AreaScope.WHOLE: places,
        AreaScope.WHOLE_BUT_CAPITAL: places[~is_of_capital],
        AreaScope.ALL_CAPITALS: places[is_capital],
        AreaScope.ALL_CROSSINGS: places[places["kind"] == PlaceKind.CROSSING],
    }
    members = pd.concat(
        [inside[["place_id", "province_id"]].assign(area_scope=scope.value) for scope, inside in covered.items()]
    ).rename(columns={"province_id": "area"})
    return pd.concat([members, members.assign(area=_COUNTRY)])


def _excepted_places(excepted_ids: pd.Series, places: pd.DataFrame) -> pd.MultiIndex:
    """Return each cell of `excepted_ids` with each place that it leaves out.

    A province leaves out all its places, a district all that lies in it (its capital and crossings, and districts that
    are drawn inside it), and a capital also the district that contains it.
    """
    ids, parents = places["place_id"], places["parent_id"]
    is_capital = places["kind"] == PlaceKind.CAPITAL
    pairs = [(ids, ids), (places["province_id"], ids), (parents, ids), (ids[is_capital], parents[is_capital])]
    leaves_out = pd.concat([pd.DataFrame({"each": named, "place_id": out}) for named, out in pairs])
    cells = pd.DataFrame({"excepted_ids": excepted_ids[excepted_ids != ""].unique()}, dtype="str")
    each = cells.assign(each=cells["excepted_ids"].str.split("|")).explode("each")
    return pd.MultiIndex.from_frame(each.merge(leaves_out, on="each")[["excepted_ids", "place_id"]])


def _refuse_too_many(pairs: int, reports: int) -> None:
    """Refuse reports on whole areas that count for more places than can be weighed."""
    if pairs > LIMITS.area_pairs:
        problem = (
            f"{reports:,} reports on whole provinces or countries count for so many places each that they come to "
            f"{pairs:,} or more, and {LIMITS.area_pairs:,} can be weighed"
        )
        fix = "Leave out those that say the same, name the places themselves, or write part where only a part is meant"
        raise PackError([Fault("the reports", 0, "area_scope", problem, fix)])


def _factorized(column: pd.Series) -> Ints:
    """Return the rank of each cell's value among the different values of a column."""
    # A few texts are compared sooner as objects, many as text; of what is no text both take the same time.
    is_short_text = len(column) < _MANY and pd.api.types.is_string_dtype(column.dtype)
    ranks: Ints = pd.factorize(column.to_numpy(object) if is_short_text else column, sort=True)[0]
    return ranks


def _rank_by_contents(located: pd.DataFrame) -> Ints:
    """Rank the reports by grade, the best last, then by what they say, by their sources, and at last by their ids."""
    names = [name for name in (*_GRADES, *_STATED, *_NAMES, "report_id") if name in located.columns]
    codes = {name: _factorized(located[name]) for name in names}
    keys = [-codes[name] if name in _GRADES else codes[name] for name in names]
    rank = np.empty(len(located), dtype=np.int64)
    rank[np.lexsort(keys[::-1])] = np.arange(len(located))
    return rank


def _statements(
    located: pd.DataFrame, actors: tuple[Actor, ...], period_start: dt.date
) -> dict[str, pd.api.extensions.ExtensionArray | np.ndarray]:
    """Return for each report, in the order of the rows, what it asserts and in whose interest, column by column."""
    opponents = opponents_of(actors)
    # Many reports share a few combinations of these.
    numbers: dict[tuple[str, str, str], int] = {}
    stated = zip(*(located[name].to_numpy(object) for name in ("claim", "actor", "claimant_side")), strict=True)
    which = np.array([numbers.setdefault(each, len(numbers)) for each in stated], dtype=np.int64)
    meanings = [_meaning(*each, opponents) for each in numbers]
    asserts, left, gainer, interest = zip(*meanings, strict=True) if meanings else ((),) * 4
    # `UNKNOWN` is also the side of a speaker whose side is not known.
    parties = pd.CategoricalDtype([*opponents, CONTESTED, UNKNOWN, INDEPENDENT, ""])
    claim = pd.Categorical(located["claim"].to_numpy(object), dtype=_CLAIMS)
    side = pd.Categorical(located["claimant_side"].to_numpy(object), dtype=parties)
    precision = pd.Categorical(located["date_precision"].to_numpy(object), dtype=_DATE_PRECISIONS)
    said = {each: claim.codes == code for code, each in enumerate(Claim)}
    interests = pd.Categorical(interest, dtype=_INTERESTS).take(which)
    concedes = interests.codes == list(Interest).index(Interest.AGAINST_INTEREST)
    speaks_for_none = np.isin(side.codes, parties.categories.get_indexer(pd.Index(list(NO_PARTY))))
    return {
        "asserts": pd.Categorical(asserts, dtype=parties).take(which),
        "left": pd.Categorical([party or None for party in left], list(opponents)).take(which),
        "gainer": pd.Categorical(gainer, dtype=parties).take(which),
        "side": side,
        "interest": interests,
        "origin": pd.Categorical(located["origin"]),
        "claim": claim,
        "date_precision": precision,
        "window": np.array([each.window_days for each in DatePrecision])[precision.codes],
        "changes_hands": np.logical_or.reduce([said[each] for each in CHANGES_OF_HANDS]),
        "party_holds_on": (said[Claim.HELD] & ~concedes | said[Claim.CONTESTED]) & ~speaks_for_none,
        "fighting": said[Claim.FIGHTING],
        "baseline": (located["event_date"] < pd.Timestamp(period_start)).to_numpy(),
    }


def opponents_of(actors: tuple[Actor, ...]) -> dict[str, frozenset[str]]:
    """Return the ids of the opponents of each party, by its id."""
    return {actor.id: frozenset(actor.opponents) for actor in actors}


def _meaning(claim: str, actor: str, side: str, opponents: dict[str, frozenset[str]]) -> tuple[str, str, str, Interest]:
    """Return what `_assertion` does of what a side states, and in whose interest it is."""
    asserts, left, gainer = _assertion(claim, actor)
    return asserts, left, gainer, classify_interest(side, gainer, left, opponents)


def _assertion(claim: str, actor: str) -> tuple[str, str, str]:
    """Return what a claim asserts (an actor, contested, unknown, or nothing), who left, and who gains by it.

    That a party left a place says only that it is not there: who came after follows from other reports, see
    `dating.find_successors`.
    """
    if claim == Claim.FIGHTING:
        return "", "", ""
    if claim == Claim.CONTESTED:
        return CONTESTED, "", actor
    if claim == Claim.WITHDREW:
        return UNKNOWN, actor, ""
    return actor, "", actor


def classify_interest(side: str, gainer: str, left: str, opponents: dict[str, frozenset[str]]) -> Interest:
    """Say whether a statement is in the interest of the side that makes it.

    A side gains by what it or an ally wins (a party with an opponent in common that is not an opponent itself), and by
    what an opponent leaves; it loses by what an opponent wins, and by what it or an ally leaves. Everything else counts
    as independent. Of a speaker whose side is not known, whom a statement serves is not known either.
    """
    if side == UNKNOWN_SIDE:
        return Interest.UNKNOWN
    if side == INDEPENDENT:
        return Interest.INDEPENDENT
    against = opponents[side]
    friends = {side, *(party for party, foes in opponents.items() if against & foes and party not in against)}
    if gainer in against or left in friends:
        return Interest.AGAINST_INTEREST
    if gainer in friends or left in against:
        return Interest.SELF_SERVING
    return Interest.INDEPENDENT
