"""What a person says that a word of their table means holds for all its rows, and changes nothing else."""

import pandas as pd

from control_map.core.errors import Fault
from control_map.intake.matching.actor_names import ActorNames
from control_map.intake.matching.columns import match_table
from control_map.intake.matching.dates import list_ambiguous_dates
from control_map.intake.matching.vocabulary import list_unknown_words, replace_words
from control_map.intake.tables.table_builder import RawTable
from control_map.pipeline.pack import Pack

KNOWN = {"claim": ["captured"], "actor": ["red"], "claimant_side": ["red"], "place_kind": ["district"]}


def raw() -> RawTable:
    frame = pd.DataFrame({"actor": ["Reddies", "blue", "Reddies"], "claim": ["Reddies", "held", "held"]}, dtype="str")
    return RawTable("t.csv", frame.set_axis(pd.Index([2, 3, 4], name="row")), [])


def test_a_meaning_holds_for_all_cells_of_its_column_and_for_no_other():
    table = raw()
    told = replace_words(table, match_table(table), {("actor", "Reddies"): "red"}).frame
    assert told["actor"].tolist() == ["red", "blue", "red"]
    assert told["claim"].tolist() == table.frame["claim"].tolist()
    assert table.frame["actor"][2] == "Reddies"


def test_a_meaning_of_a_column_that_is_matched_no_more_changes_nothing():
    table = raw()
    without = match_table(table).corrected({"actor": ""}, list(table.frame.columns))
    assert replace_words(table, without, {("actor", "Reddies"): "red"}).frame.equals(table.frame)


def test_unknown_words_are_told_once_each_those_of_the_most_rows_first():
    faults = [
        Fault("t.csv", 2, "claim", "the value is not known", "", "won"),
        Fault("t.csv", 2, "actor", "the value is not known", "", "Reddies"),
        Fault("t.csv", 4, "actor", "the value is not known", "", "Reddies"),
        Fault("t.csv", 5, "actor", "there is nothing", "", ""),
        Fault("t.csv", 5, "event_date", "this is no date", "", "soon"),
    ]
    told = [(word.column, word.word, word.rows) for word in list_unknown_words(faults, KNOWN)]
    assert told == [("actor", "Reddies", (2, 4)), ("claim", "won", (2,))]


def test_dates_are_undecided_only_if_none_of_them_shows_the_order():
    assert list_ambiguous_dates(["03/04/2021", "05/06/2021"]) == ["03/04/2021", "05/06/2021"]
    assert list_ambiguous_dates(["03/04/2021", "13/06/2021"]) == []


def test_a_short_word_for_a_government_is_that(shipped: Pack):
    names = ActorNames(shipped.theatre)
    assert {names.find(short) for short in ("Gov.", "govt forces", "the GOV")} == {names.find("Government")} != {""}
