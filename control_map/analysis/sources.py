"""What each origin reports, and how far other origins confirm it. Letter grades are never averaged.

An origin is the outlet or office where a statement first appeared. Which reports repeat, confirm or contradict it is
read from the statements alone: no rule's verdict is used.
"""

import pandas as pd

from control_map.analysis.agreement import compare_statements
from control_map.assessment.assertions import CHANGES_OF_HANDS
from control_map.core.model import UNKNOWN, AreaScope, DatePrecision, Interest, LocationPrecision

FEWEST_FOR_A_PERCENTAGE = 5
"""With fewer statements, a share is shown as "2 of 3": a percentage would look like a rate."""
ORIGIN_COLUMNS = "origin reports counted statements confirmed confirmed_share contradicted contradicted_share".split()
ORIGIN_COLUMNS += ["self_serving", "self_serving_share", "against_interest", "against_interest_share"]
ORIGIN_COLUMNS += "lag_days lag_reports grades places first_published last_published".split()
SHARES = ("confirmed", "contradicted", "self_serving", "against_interest")
SHARE_COLUMNS = [f"{name}_share" for name in SHARES]


def cross_check_reports(assertions: pd.DataFrame, located: pd.DataFrame, days: int) -> pd.DataFrame:
    """Say of each report whether it repeats another one, and whether other origins confirm or contradict it.

    Parameters
    ----------
    assertions
        What `assert_at_places` returns for these reports, and maybe for others, which are left out. Not changed.
    located
        The reports that are known, with the columns of the codebook, and `place_id` and `precision` as `locate_reports`
        adds them. Not changed.
    days
        The corroboration window: how far apart, either way, the events of two reports may be dated.

    Returns
    -------
    DataFrame
        The reports in the order of `located`, with its columns and:

        - `repeats`: it repeats a report of the same origin, which counts for both: same event day, side, place (or area
          and scope, or part of a place or area as the source names it) and statement.
        - `states`: it repeats none, and says who holds a place, or that it is contested. A report on fighting, or on a
          part of a place or area, does not.
        - `confirmed`: it states, and a report of another origin asserts the same of the same place, with the events
          dated within the corroboration window.
        - `contradicted`: it states, and a report of another origin says otherwise of the same place: see
          `compare_statements`. A report on a whole area is confirmed, or contradicted, if others confirm or contradict
          it for more than half of its places.
        - `interest`: as in the assertions; empty if it refers to no place.
    """
    known = located.reset_index(drop=True)
    assertions = assertions.assign(report=pd.Index(known["report_id"]).get_indexer(assertions["report_id"]))
    assertions = assertions[assertions["report"] >= 0]
    of_report = assertions.drop_duplicates("report").set_index("report")[["asserts", "interest"]]
    of_report = of_report.astype("str").reindex(known.index, fill_value="")
    repeats = _repeats(known, of_report["asserts"])
    stated = compare_statements(assertions[~repeats.to_numpy()[assertions["report"]]], days)
    mostly = stated.groupby("report")[["confirmed", "contradicted"]].mean().gt(0.5)
    return known.assign(
        repeats=repeats,
        states=known.index.isin(mostly.index),
        **mostly.reindex(known.index, fill_value=False),
        interest=of_report["interest"],
    )


def summarize_origins(checked: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each origin, the one with most reports first; `checked` is what `cross_check_reports` returns.

    Returns
    -------
    DataFrame
        - `origin`; `reports` as filed, each once however many places it refers to; `counted`, without the copies.
        - `statements`: the counted reports that say who holds a place. Of these, as a number and as `<name>_share`
          (0 to 1, NaN without statements): `confirmed`, `contradicted`, `self_serving`, `against_interest`.
        - `lag_days`: median of the days from event to publication, over the `lag_reports` counted reports that are
          dated to the day. Negative if published before the event; NaN if there are none.
        - `grades`: how many counted reports have each letter, as in "A 3 \u00b7 B 12". Never an average.
        - `places`: how many districts, capitals and crossings the reports name; an area is none.
        - `first_published`, `last_published`: dates, of all reports.
    """
    if checked.empty:
        return pd.DataFrame(columns=ORIGIN_COLUMNS)
    groups = checked.groupby("origin")
    counted = checked[~checked["repeats"]]
    stating = counted[counted["states"]].assign(
        self_serving=lambda rows: rows["interest"] == Interest.SELF_SERVING,
        against_interest=lambda rows: rows["interest"] == Interest.AGAINST_INTEREST,
    )
    table = pd.DataFrame({"reports": groups.size()})
    table["counted"] = counted.groupby("origin").size()
    table["statements"] = stating.groupby("origin").size().reindex(table.index, fill_value=0)
    for name, sums in stating.groupby("origin")[list(SHARES)].sum().items():
        table[name] = sums.reindex(table.index, fill_value=0).astype(int)
        table[f"{name}_share"] = table[name] / table["statements"].where(table["statements"] > 0)
    dated = counted[counted["date_precision"] == DatePrecision.DAY]
    lags = (dated["reported_date"] - dated["event_date"]).dt.days.groupby(dated["origin"])
    table["lag_days"] = lags.median()
    table["lag_reports"] = lags.size().reindex(table.index, fill_value=0)
    by_grade = counted.groupby(["origin", "reliability"]).size().reset_index(name="times")
    by_grade["grades"] = by_grade["reliability"] + " " + by_grade["times"].astype(str)
    table["grades"] = by_grade.groupby("origin")["grades"].agg(" \u00b7 ".join)
    named = checked[checked["precision"].isin([LocationPrecision.PLACE, LocationPrecision.INSIDE])]
    table["places"] = named.groupby("origin")["place_id"].nunique().reindex(table.index, fill_value=0)
    table["first_published"] = groups["reported_date"].min()
    table["last_published"] = groups["reported_date"].max()
    table = table.reset_index().sort_values(["reports", "origin"], ascending=[False, True], ignore_index=True)
    return table[ORIGIN_COLUMNS]


def format_origins(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of `summarize_origins` for reading: shares and lag as text with the numbers they are based on."""
    words = {
        name: [format_share(number, total) for number, total in zip(table[name], table["statements"], strict=True)]
        for name in SHARES
    }
    lags = [format_lag(lag, reports) for lag, reports in zip(table["lag_days"], table["lag_reports"], strict=True)]
    return table.assign(**words, lag_days=lags).drop(columns=[*SHARE_COLUMNS, "lag_reports"])


def format_share(number: int, total: int) -> str:
    """Return a share as a percentage, as "2 of 3" if the total is small, as an en dash if it is 0."""
    if not total:
        return "\u2013"
    if total < FEWEST_FOR_A_PERCENTAGE:
        return f"{number} of {total}"
    percent = 100 * number / total
    # Rounded to none or to all, a share would deny the exception.
    return "<1%" if 0 < percent < 1 else ">99%" if 99 < percent < 100 else f"{percent:.0f}%"


def format_lag(days: float, reports: int) -> str:
    """Return a median of days and the number of its reports, as in "1 (n 20)", or an en dash if there are none."""
    return f"{days:g} (n {reports})".replace("-", "\u2212") if reports else "\u2013"


def _repeats(known: pd.DataFrame, asserts: pd.Series) -> pd.Series:
    """Mark the reports for which another one of the same origin counts."""
    # Two parts of one area are two stories, whatever else they share; two spellings of one district are one.
    parts = (known["precision"] == LocationPrecision.INSIDE) | (known["area_scope"] == AreaScope.PART)
    story = known[["origin", "event_date", "claimant_side", "place_id", "precision", "area_scope"]].assign(
        says=asserts.where(~asserts.isin(["", UNKNOWN]), known["claim"] + " " + known["actor"]),
        part=known["place_text"].where(parts, ""),
    )
    # The same report counts as in `find_originals`: it reports a change of hands, is dated best, was published first.
    best_first = known[["reported_date", "report_id"]].assign(
        changes=known["claim"].isin(CHANGES_OF_HANDS),
        dated=pd.Categorical(known["date_precision"], list(DatePrecision)),
    )
    best_first = best_first.sort_values(
        ["changes", "dated", "reported_date", "report_id"], ascending=[False, True, True, True]
    )
    return story.loc[best_first.index].duplicated().reindex(known.index)
