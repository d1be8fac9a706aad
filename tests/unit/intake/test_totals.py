"""A row that sums up a table is no report: it is left out, named and counted."""

import pytest

from control_map.core.errors import NOTHING_TO_FIX
from control_map.intake.matching.totals import leave_out_totals
from control_map.intake.tables.reader import read_table


def left_of(*rows: str) -> list[int]:
    raw = read_table("t.csv", "\n".join(["date,place,claim,party,n", "2021-07-09,Fen,held,red,3", *rows]).encode())
    kept = leave_out_totals(raw)
    assert kept.as_given in (None, raw)
    faults = [fault.row for fault in kept.faults if "row of totals" in fault.problem]
    assert sorted([*kept.frame.index, *faults]) == raw.frame.index.tolist()
    assert all(fault.fix == NOTHING_TO_FIX for fault in kept.faults)
    return faults


@pytest.mark.parametrize(
    "row",
    [
        *("Total,,,,10", "TOTAL:,,,10,", ",Grand total,,,", "Sum,1,2,3,4", "Subtotal,,,,50%", "Итого:,,,,1 234"),
        *(
            "Усього,,,,10",
            "المجموع,,,,10",
            "جمع کل,,,,\u06f1\u06f0",
            "Toplam,,,,10",
            "Total général,,,,10",
            ',Total,,,"1,234"',
        ),
    ],
)
def test_a_row_of_totals_is_left_out_and_named(row: str) -> None:
    assert left_of(row) == [3]


@pytest.mark.parametrize(
    "row",
    [
        *("2021-07-09,Total,held,red,10", "Total,Fen,,,10", "Totals of July,,,,10", ",,,,10", "Fen,,,,10"),
        *("2021-07-09,Sum,captured,red,", "2021-07-09,Total,,,"),
    ],
)
def test_a_row_with_any_other_text_stays(row: str) -> None:
    assert left_of(row) == []


def test_a_table_without_totals_stays_the_same() -> None:
    raw = read_table("t.csv", b"date,place\n2021-07-09,Fen")
    assert leave_out_totals(raw) is raw
