"""A table as a newcomer writes it: each of its rows comes out right, or the user is asked about it."""

import pandas as pd
import pytest

from control_map.intake.matching.actor_names import ActorNames
from control_map.intake.matching.columns import match_table
from control_map.intake.matching.speakers import infer_side
from control_map.intake.tables.reader import read_table
from control_map.intake.user_tables import UserReports, UserReportsResult, UserTable, add_user_reports
from control_map.pipeline.pack import Pack
from control_map.pipeline.view import apply_rule

TABLE = """place,date,what,who,source
Obe district (Herat),4 July 2021,taken by,Taliban,Taliban spokesman
Kohsan,5 July 2021,fell to the Talibs,,local officials
Islam Qala,8 July 2021,captured,the Talibans,MoD
Gulran,6 July 2021,lost,govt,police chief
Karukh,7 July 2021,entered,Taliban fighters,Reuters
Zindajan,7 July 2021,fell to,Talibs,a shopkeeper
Ghoryan,7 July 2021,captured from,ANSF,local officials
Shindand,9 July 2021,taken by,militants,Gov. Mohammad Karimi
Farsee,9 July 2021,taken by,Taliban,Taliban spokesman
Qwertyville,9 July 2021,taken by,Taliban,Taliban spokesman
"""


@pytest.fixture(scope="module")
def added(shipped: Pack) -> UserReportsResult:
    raw = read_table("newcomer.csv", TABLE.encode())
    return add_user_reports(shipped, UserReports((UserTable(raw, match_table(raw)),)))


def report(added: UserReportsResult, place: str) -> pd.Series:
    placed = added.tables[0].placed
    return placed[placed["place_text"].str.startswith(place)].iloc[0]


@pytest.mark.parametrize(
    ("place", "claim", "actor", "claimant", "side"),
    [
        ("Obe", "captured", "taliban", "Taliban spokesman", "taliban"),
        ("Kohsan", "captured", "taliban", "local officials", "government"),
        ("Islam Qala", "captured", "taliban", "MoD", "government"),
        ("Gulran", "withdrew", "government", "police chief", "government"),
        ("Karukh", "contested", "taliban", "Reuters", "independent"),
        ("Zindajan", "captured", "taliban", "a shopkeeper", "unknown"),
        ("Shindand", "captured", "taliban", "Gov. Mohammad Karimi", "unknown"),
        ("Farsee", "captured", "taliban", "Taliban spokesman", "taliban"),
    ],
)
def test_a_row_says_what_its_words_say(
    added: UserReportsResult, place: str, claim: str, actor: str, claimant: str, side: str
) -> None:
    row = report(added, place)
    assert (row["claim"], row["actor"], row["claimant"], row["claimant_side"]) == (claim, actor, claimant, side)


def test_the_column_of_sources_is_who_says_so_where_it_names_persons_and_offices() -> None:
    matching = match_table(read_table("newcomer.csv", TABLE.encode()))
    assert matching.columns["claimant"] == "source"
    assert "source_name" not in matching.columns
    assert matching.methods["claimant"] == "its values read like persons or offices"


def test_what_is_in_doubt_is_asked_once_for_each_word_speaker_and_spelling(added: UserReportsResult) -> None:
    (table,) = added.tables
    questions = [(word.column, word.word, word.rows) for word in table.unknown_words]
    assert questions == [
        ("claim", "captured from", (8,)),
        ("claimant", "a shopkeeper", (7,)),
        ("claimant", "Gov. Mohammad Karimi", (9,)),
    ]
    assert [each.spelling.place_text for each in table.unplaced] == ["Qwertyville"]
    assert table.rows_to_correct.total == 0


def test_different_speakers_are_different_stories(added: UserReportsResult) -> None:
    placed = added.tables[0].placed
    assert placed.groupby("claimant")["origin"].nunique().eq(1).all()
    assert placed["origin"].nunique() == placed["claimant"].nunique() > 1


@pytest.mark.slow
def test_who_speaks_for_nobody_known_is_shown_as_a_claim_until_the_side_is_given(
    shipped: Pack, added: UserReportsResult
) -> None:
    raw = added.tables[0].table.raw
    chosen = {("claimant", "a shopkeeper"): "independent"}
    answered = add_user_reports(shipped, UserReports((UserTable(raw, match_table(raw), chosen),)))
    assert report(answered, "Zindajan")["claimant_side"] == "independent"
    assert ("claimant", "a shopkeeper") not in {(word.column, word.word) for word in answered.tables[0].unknown_words}
    place, report_id = (report(added, "Zindajan")[name] for name in ("place_id", "report_id"))
    roles = []
    for pack in (added.pack, answered.pack):
        evidence = apply_rule(pack, pack.rule()).evidence
        mine = evidence[(evidence["report_id"] == report_id) & (evidence["place_id"] == place)]
        roles += mine["role"].tolist()
    assert roles == ["pending", "sets"]


@pytest.mark.slow
def test_an_outlet_of_a_party_is_on_no_side_that_counts_wherever_the_table_names_it(shipped: Pack):
    rows = "place,date,what,who,source\nObe,4 July 2021,captured,Taliban,Taliban radio\n"
    rows += "Kohsan,4 July 2021,captured,Taliban,Reuters\n"
    raw = read_table("radio.csv", rows.encode())
    pack = add_user_reports(shipped, UserReports((UserTable(raw, match_table(raw)),))).pack
    mine = pack.located[pack.located["report_id"].isin(pack.user_supplied_ids)].set_index("place_text")
    assert mine["claimant_side"].to_dict() == {"Obe": "unknown", "Kohsan": "independent"}


SENTENCES = """place,date,what happened,who says so
Islam Qala,2021-07-09,captured by the Taliban,Taliban spokesman
Qala e Naw,9 July 2021,government forces regained the city,Afghan defence ministry
Obe district,2021-07-08,fell to Taliban,Herat provincial council
Mazar,2021-07-10,still held by government,a senior security official
Shortepa,2021-07-09,insurgents overran it,Taliban spokesman
Balkh,2021-07-09,heavy fighting,Reuters
"""


@pytest.mark.slow
def test_a_table_without_a_column_of_parties_names_them_in_its_claims(shipped: Pack):
    raw = read_table("sentences.csv", SENTENCES.encode())
    matching = match_table(raw)
    assert (matching.columns["claim"], matching.columns["actor"]) == ("what happened", "what happened")
    assert matching.missing == ()
    added = add_user_reports(shipped, UserReports((UserTable(raw, matching),)))
    rows = added.tables[0].placed.set_index("place_text")
    assert rows[["claim", "actor", "claimant_side"]].apply(tuple, axis=1).to_dict() == {
        "Islam Qala": ("captured", "taliban", "taliban"),
        "Qala e Naw": ("retaken", "government", "government"),
        "Obe district": ("captured", "taliban", "unknown"),
        "Mazar": ("held", "government", "government"),
        "Shortepa": ("captured", "taliban", "taliban"),
    }
    (left_open,) = added.tables[0].set_aside.to_dict("records")
    assert (left_open["place_text"], left_open["claim"], left_open["actor"]) == ("Balkh", "fighting", "")


def test_a_table_of_single_words_still_lacks_its_parties():
    raw = read_table("words.csv", b"place,date,what happened\nObe,2021-07-08,captured\nGulran,2021-07-08,held\n")
    assert match_table(raw).missing == ("actor",)


def test_a_star_for_names_of_parties_is_no_side_of_an_office(shipped: Pack):
    names = ActorNames(shipped.theatre, {"*": "taliban"})
    assert infer_side("Ministry of Defence of Landia", names) == ""
    assert infer_side("Afghan interior ministry", names) == "government"
