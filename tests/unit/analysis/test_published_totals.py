"""Each district that a scale counts has one term; a published total is compared with the comparable count."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from control_map.analysis.published_totals import (
    NO_TERM,
    compare_totals_with_map,
    count_by_term,
    measures_of,
    own_scale,
    scale_named,
    scales_of,
    totals_counting_status,
    totals_near_date,
    translate_to_scale,
)
from control_map.analysis.summary import count_by_status
from control_map.assessment.evidence import known_by
from control_map.assessment.timeline import as_of
from control_map.core.errors import UnknownNameError
from control_map.core.model import PlaceKind
from control_map.pipeline.pack import Pack
from control_map.pipeline.view import View
from control_map.theatre.config import Measure, Scale, Term
from control_map.theatre.theatre import read_theatre
from tests.support.made_up import ACTORS, day, judge, said

OWN = own_scale(ACTORS)
GAZETTE = Scale(
    id="gazette",
    label="The Gazette",
    districts=9,
    ours="drawn",
    terms=(
        Term(label="Lost", statuses=("red",)),
        Term(label="Said to be lost", claimed_by="red"),
        Term(label="Ours", statuses=("blue", "green")),
    ),
)
DRAWN = OWN.model_copy(update={"id": "drawn", "ours": "drawn"})
SCALES = {scale.id: scale for scale in (OWN, DRAWN, GAZETTE)}


def with_v1_undrawn(timeline: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Make Stonefen a district without a polygon of its own."""
    return timeline.assign(geometry=timeline.geometry.where(timeline["place_id"] != "V1", shapely.Point(2.5, 50.5)))


# H1 is blue's, but for day 3 on which it is fought for. H2 is blue's, red's from day 5, blue's again from day 9. V1 is
# red's from day 6, its crossing with it. The capital is blue's from day 6.
WAR = with_v1_undrawn(
    judge(
        [
            said(-9, "held", "blue", place="H1"),
            said(3, "contested", place="H1"),
            said(4, "held", "blue", place="H1"),
            said(0, "held", "blue"),
            said(5),
            said(9, "retaken", "blue"),
            said(6, place="V"),
            said(6, "held", "blue", place="C-H"),
        ]
    ).timeline
)


def terms_on(number: int, scale: Scale, timeline: gpd.GeoDataFrame = WAR) -> dict[str, str]:
    now = as_of(timeline, day(number))
    return dict(zip(now["place_id"], translate_to_scale(now, scale), strict=True))


def total(number: int, measure: str = "it", value: float = 1, **others: Any) -> dict[str, Any]:
    """Make a published total for a day."""
    return {
        "date": pd.Timestamp(day(number)),
        "measure": measure,
        "value": value,
        "qualifier": "exact",
        "published": pd.Timestamp(day(number)),
        "scale": "",
        **others,
    }


def compared(number: int, measure: Measure | None, **others: Any) -> dict[str, Any]:
    """Compare one total for a day with the map's count, by this measure."""
    measures = {"it": measure} if measure else {}
    rows = compare_totals_with_map(pd.DataFrame([total(number, **others)]), WAR, SCALES, measures)
    return rows.iloc[0].to_dict()


def ours(number: int, scale: str = "", **meaning: Any) -> tuple[float, int, str]:
    rows = compared(number, Measure(label="It", **meaning), scale=scale)
    return rows["ours"], rows["ours_of"], rows["counted"]


def test_without_scales_of_its_own_a_theatre_has_its_statuses_over_all_its_districts() -> None:
    assert terms_on(7, OWN) == {"H1": "Blues", "H2": "Reds", "V1": "Reds", "C-H": "", "X-K": ""}


def test_a_scale_of_the_drawn_districts_leaves_out_those_without_a_polygon() -> None:
    assert terms_on(7, DRAWN) == {"H1": "Blues", "H2": "Reds", "V1": "", "C-H": "", "X-K": ""}


def test_what_a_scale_has_no_word_for_has_none_of_its_terms() -> None:
    assert terms_on(3, GAZETTE)["H1"] == NO_TERM
    assert count_by_term(as_of(WAR, day(3)), GAZETTE).to_dict("list") == {
        "term": ["Lost", "Said to be lost", "Ours", NO_TERM],
        "districts": [0, 0, 1, 1],
    }


def test_the_first_term_that_fits_is_the_one_and_a_claim_can_be_one() -> None:
    claimed = judge(
        [said(0, "held", "blue", place="H1"), said(0, "held", "blue"), said(2, by="red")], known_on=day(4)
    ).timeline
    assert terms_on(3, GAZETTE, claimed)["H2"] == "Said to be lost"
    assert terms_on(3, GAZETTE, claimed)["H1"] == "Ours"
    turned = GAZETTE.model_copy(update={"terms": GAZETTE.terms[::-1]})
    assert terms_on(3, turned, claimed)["H2"] == "Ours"
    both = GAZETTE.model_copy(update={"terms": (Term(label="Both", statuses=("red",), claimed_by="red"),)})
    assert terms_on(3, both, claimed)["H2"] == NO_TERM


_STATUSES = [*(actor.id for actor in ACTORS), "contested", "no_report"]
_claimant = st.sampled_from(["", *(actor.id for actor in ACTORS)])
_term = st.tuples(st.lists(st.sampled_from(_STATUSES), max_size=3), _claimant).filter(any)
_scale = st.builds(
    lambda drawn, terms: Scale(
        id="any",
        label="Any",
        ours="drawn" if drawn else "all",
        terms=tuple(
            Term(label=f"Term {number}", statuses=tuple(statuses), claimed_by=claimed)
            for number, (statuses, claimed) in enumerate(terms)
        ),
    ),
    st.booleans(),
    st.lists(_term, min_size=1, max_size=4),
)
_places = st.lists(
    st.tuples(
        st.sampled_from(["district", "district", "provincial_capital"]),
        st.sampled_from(_STATUSES),
        _claimant,
        st.booleans(),
    ),
    max_size=12,
)


@given(rows=_places, scale=_scale)
def test_the_terms_part_the_districts_that_a_scale_counts(rows: list[Any], scale: Scale) -> None:
    shapes = [shapely.box(0, 0, 1, 1) if drawn else shapely.Point(0, 0) for *_, drawn in rows]
    frame = pd.DataFrame([row[:3] for row in rows], columns=["kind", "status", "claimed_by"])
    now = gpd.GeoDataFrame(frame, geometry=shapes, crs="EPSG:4326")
    said_of = translate_to_scale(now, scale)
    counted = [kind == "district" and (drawn or scale.ours == "all") for kind, _, _, drawn in rows]
    labels = {term.label for term in scale.terms} | {NO_TERM}
    assert [term != "" for term in said_of] == counted
    assert set(said_of) <= labels | {""}
    assert count_by_term(now, scale)["districts"].sum() == sum(counted)


def test_what_is_held_is_counted_on_the_day_of_the_total_over_the_districts_of_its_scale() -> None:
    assert ours(7, statuses=("red",)) == (2, 3, "Reds, of all 3 districts")
    assert ours(7, "drawn", statuses=("red",)) == (1, 2, "Reds, of the 2 districts drawn")
    assert ours(9, statuses=("red",)) == (1, 3, "Reds, of all 3 districts")
    assert ours(3, statuses=("contested", "no_report")) == (2, 3, "Contested or No report, of all 3 districts")


def test_what_was_gained_is_held_now_and_was_not_then() -> None:
    gained = {"statuses": ("red",), "change": "gained", "since": day(0)}
    assert ours(7, **gained) == (2, 3, "Reds that day and not on 1 May, of all 3 districts")
    assert ours(7, **gained | {"since": day(6)})[0] == 0
    assert ours(9, **gained)[0] == 1


def test_what_was_lost_was_held_then_and_is_not_now() -> None:
    lost = {"statuses": ("blue",), "change": "lost", "since": day(0)}
    assert ours(7, **lost) == (1, 3, "Blues on 1 May and not that day, of all 3 districts")
    assert ours(9, **lost)[0] == 0


def test_what_was_retaken_was_lost_and_won_back_since_whether_or_not_it_was_lost_again() -> None:
    retaken = {"statuses": ("blue",), "change": "retaken", "since": day(0), "taken_from": ("red",)}
    assert ours(8, **retaken)[0] == 0
    assert ours(9, **retaken) == (1, 3, "Blues again, after Reds, since 1 May, of all 3 districts")
    assert ours(9, **retaken | {"since": day(9)})[0] == 0
    assert ours(9, **retaken | {"taken_from": ("contested",)})[0] == 1  # H1, fought for on day 3


def test_a_day_of_another_year_is_named_with_its_year() -> None:
    then = dt.date(2020, 12, 31)
    assert "not on 31 December 2020" in ours(7, statuses=("red",), change="gained", since=then)[2]


def test_a_percentage_is_compared_with_a_percentage() -> None:
    percent = Measure(label="It", statuses=("red",), unit="percent")
    rows = compared(7, percent, value=50)
    assert (rows["ours"], rows["ours_of"], rows["difference"], rows["unit"]) == (67, 3, 17, "percent")
    assert compared(7, percent, value=50.5)["ours"] == 66.7


def test_capitals_and_crossings_are_compared_with_their_like_in_the_theatres_own_terms() -> None:
    assert ours(7, "gazette", kind=PlaceKind.CAPITAL, statuses=("blue",)) == (
        1,
        1,
        "Blues, of all 1 provincial capitals",
    )
    assert ours(7, "drawn", kind=PlaceKind.CROSSING, statuses=("red",)) == (1, 1, "Reds, of all 1 border crossings")
    rows = compared(7, Measure(label="It", kind=PlaceKind.CAPITAL, statuses=("blue",)), scale="gazette")
    assert (rows["of"], rows["drawn"]) == (None, False)


def test_a_claim_is_compared_with_what_is_claimed() -> None:
    claimed = judge([said(0, "held", "blue"), said(2, by="red")], known_on=day(4)).timeline
    measures = {"it": Measure(label="Claimed", claimed_by="red")}
    rows = compare_totals_with_map(pd.DataFrame([total(3)]), claimed, SCALES, measures).iloc[0]
    assert (rows["ours"], rows["counted"]) == (1, "Claimed by Reds, of all 3 districts")


def test_a_scale_counts_by_its_own_terms() -> None:
    rows = compared(9, Measure(label="It", statuses=("green",)), scale="gazette")
    assert (rows["ours"], rows["of"], rows["drawn"]) == (2, 9, True)  # the Gazette has one word for blue and green


def test_a_nearest_count_says_that_it_is_one() -> None:
    rows = compared(7, Measure(label="It", statuses=("red",), nearest="The nearest: villages are not counted"))
    assert (rows["ours"], rows["remark"]) == (2, "The nearest: villages are not counted")


@pytest.mark.parametrize(
    ("measure", "scale", "label", "reason"),
    [
        (Measure(label="Hearts", incomparable="Hearts are not counted"), "", "Hearts", "Hearts are not counted"),
        (None, "", "It", "The theatre's description does not say what this counts"),
        (
            Measure(label="Fought for", statuses=("contested",)),
            "gazette",
            "Fought for",
            "The Gazette has no term for it",
        ),
    ],
)
def test_what_cannot_be_compared_says_why(measure: Measure | None, scale: str, label: str, reason: str) -> None:
    rows = compared(7, measure, scale=scale)
    assert (rows["label"], rows["remark"]) == (label, reason)
    assert [rows[name] for name in ("of", "ours", "ours_of", "counted", "difference", "fits")] == [None] * 6


@pytest.mark.parametrize(
    ("qualifier", "value", "fits"),
    [
        ("exact", 2, True),
        ("exact", 3, False),
        ("at_least", 2, True),
        ("at_least", 1, True),
        ("at_least", 3, False),
        ("about", 2.2, True),
        ("about", 1.9, True),
        ("about", 2.3, False),
        ("about", 1.8, False),
    ],
)
def test_the_count_fits_a_total_as_its_source_puts_it(qualifier: str, value: float, fits: bool) -> None:
    rows = compared(7, Measure(label="It", statuses=("red",)), qualifier=qualifier, value=value)
    assert (rows["fits"], rows["difference"]) == (fits, pytest.approx(2 - value))


def test_the_nearest_totals_come_first_and_with_none_near_the_last_before() -> None:
    totals = pd.DataFrame([total(number, str(number)) for number in (1, 11, 23, 60)])
    assert totals_near_date(totals, day(18))["measure"].tolist() == ["23", "11"]
    assert totals_near_date(totals, day(40))["measure"].tolist() == ["23"]
    assert totals_near_date(totals, day(-30))["measure"].tolist() == []


def test_without_totals_nothing_is_shown() -> None:
    none = pd.DataFrame([total(1)]).head(0)
    assert len(compare_totals_with_map(totals_near_date(none, day(5)), WAR, SCALES, {})) == 0


def test_a_total_counts_as_known_from_its_publication_and_not_from_its_day() -> None:
    totals = pd.DataFrame([total(1, published=pd.Timestamp(day(20)))])
    assert len(known_by(totals, day(19), "published")) == 0
    assert len(known_by(totals, day(20), "published")) == len(known_by(totals, None, "published")) == 1


def test_only_totals_of_what_is_held_on_their_day_count_a_status() -> None:
    measures = {
        "held": Measure(label="It", statuses=("red",)),
        "both": Measure(label="It", statuses=("red", "blue")),
        "gained": Measure(label="It", statuses=("red",), change="gained", since=day(0)),
        "percent": Measure(label="It", statuses=("red",), unit="percent"),
        "capitals": Measure(label="It", kind=PlaceKind.CAPITAL, statuses=("red",)),
        "claimed": Measure(label="It", claimed_by="red"),
        "never": Measure(label="It", incomparable="No"),
    }
    totals = pd.DataFrame([total(1, name) for name in [*measures, "unheard-of"]])
    assert totals_counting_status(totals, measures, "red")["measure"].tolist() == ["held"]


def test_a_theatre_that_says_nothing_of_scales_is_compared_by_the_names_of_its_measures(
    make_pack: Callable[..., Path],
) -> None:
    theatre = read_theatre(make_pack())
    rows = [
        total(7, name) for name in ("districts_red", "districts_green", "provincial_capitals_blue", "districts_lost")
    ]
    table = compare_totals_with_map(pd.DataFrame(rows), WAR, scales_of(theatre), measures_of(theatre))
    assert table["ours"].tolist() == [2, 0, 1, None]
    assert table["label"].tolist()[:2] == ["Districts: Reds", "Districts: Greens"]
    assert list(scales_of(theatre)) == ["all"]


def test_a_scale_that_is_not_there_is_named_with_those_that_are(shipped: Pack) -> None:
    assert scale_named("lwj", shipped.theatre).districts == 407
    with pytest.raises(UnknownNameError, match=r"no scale 'lw'.*lwj"):
        scale_named("lw", shipped.theatre)


@pytest.fixture(scope="module")
def shipped_comparison(shipped_view: View) -> pd.DataFrame:
    theatre = shipped_view.pack.theatre
    return compare_totals_with_map(theatre.totals, shipped_view.timeline, scales_of(theatre), measures_of(theatre))


@pytest.mark.parametrize("date", [dt.date(2021, 5, 1), dt.date(2021, 7, 9), dt.date(2021, 9, 6)])
def test_the_shipped_scales_count_398_districts_drawn_or_all_422(date: dt.date, shipped_view: View) -> None:
    now = as_of(shipped_view.timeline, date)
    bases = {
        name: int(count_by_term(now, s)["districts"].sum()) for name, s in scales_of(shipped_view.pack.theatre).items()
    }
    assert (bases["all"], bases["drawn"], bases["lwj"], bases["aan"]) == (422, 398, 398, 422)
    assert set(bases.values()) == {422, 398}


@pytest.mark.slow
def test_every_shipped_measure_is_described_and_every_total_is_compared_or_says_why_not(
    shipped: Pack, shipped_comparison: pd.DataFrame
) -> None:
    assert set(shipped.theatre.totals["measure"]) == set(shipped.theatre.measures)
    left_out = shipped_comparison[shipped_comparison["ours"].isna()]
    assert left_out["measure"].tolist() == ["provinces_outside_taliban"]
    assert left_out["remark"].all()
    assert set(shipped_comparison["ours_of"].dropna()) == {398, 422, 34}


def test_a_total_of_centres_says_that_districts_are_the_nearest(shipped_comparison: pd.DataFrame) -> None:
    centres = shipped_comparison[shipped_comparison["measure"].str.contains("centres")]
    assert centres["remark"].str.startswith("The nearest").all()


def test_a_total_on_a_scale_is_compared_with_the_scales_own_count(
    shipped_view: View, shipped_comparison: pd.DataFrame
) -> None:
    scale = scale_named("lwj", shipped_view.pack.theatre)
    words = {
        "districts_taliban": "Controlled",
        "districts_contested": "Contested",
        "districts_government": "Government",
    }
    mine = shipped_comparison[(shipped_comparison["scale"] == "lwj") & shipped_comparison["measure"].isin(words)]
    assert len(mine) > 10
    for row in mine.to_dict("records"):
        table = count_by_term(as_of(shipped_view.timeline, row["date"].date()), scale).set_index("term")["districts"]
        assert row["ours"] == table[words[row["measure"]]]


def test_on_9_july_both_totals_of_that_day_stand_beside_the_count_of_the_drawn_districts(
    shipped: Pack, shipped_view: View, shipped_comparison: pd.DataFrame
) -> None:
    date = dt.date(2021, 7, 9)
    rows = totals_near_date(totals_counting_status(shipped_comparison, measures_of(shipped.theatre), "taliban"), date)
    pair = rows[rows["source_name"].str.startswith("Al Jazeera")]
    now = as_of(shipped_view.timeline, date)
    drawn = now[now.geometry.geom_type != "Point"]
    held = count_by_status(drawn, ["taliban"])["taliban"]
    assert pair[["value", "claimed_by", "ours", "ours_of"]].to_numpy().tolist() == [
        [100, "independent", held, 398],
        [200, "taliban", held, 398],
    ]
    assert pair["fits"].tolist() == [held >= 100, held >= 200]


def test_capitals_of_the_shipped_pack_are_compared_with_capitals(
    shipped_view: View, shipped_comparison: pd.DataFrame
) -> None:
    mine = shipped_comparison[shipped_comparison["measure"] == "provincial_capitals_taliban"]
    for row in mine.to_dict("records"):
        now = as_of(shipped_view.timeline, row["date"].date())
        assert row["ours"] == sum((now["kind"] == PlaceKind.CAPITAL) & (now["status"] == "taliban"))


def test_no_shipped_total_is_known_before_it_was_published(shipped: Pack) -> None:
    totals = shipped.theatre.totals
    assert (totals["published"] >= totals["date"]).all()
    by_then = known_by(totals, dt.date(2021, 9, 7), "published")
    assert "Amu TV look-back" not in set(by_then["source_name"])
    on_may_1 = known_by(totals, dt.date(2021, 5, 1), "published")
    assert set(on_may_1["source_name"]) == {"SIGAR via AP/Click2Houston", "AP via WNKY"}


def test_a_theatre_has_its_own_scale_first(shipped: Pack) -> None:
    scales = scales_of(shipped.theatre)
    assert next(iter(scales)) == "all"
    assert all(scale.terms for scale in scales.values())
    assert [term.label for term in scales["all"].terms] == [style.label for style in shipped.styles.values()]
