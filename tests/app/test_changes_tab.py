"""The tabs on what changed and on the border, and their commands."""

import datetime as dt
import json
import re
from collections.abc import Callable
from html import unescape

import pytest
from streamlit.testing.v1 import AppTest

from control_map.explanation.change_log import write_change_log
from control_map.pipeline.view import View
from control_map.render.provenance import Provenance
from control_map.theatre.csv_writer import as_csv
from control_map.ui.state.selection import Selection
from control_map.ui.tabs import changes, crossings
from tests.app.test_app import APP, page_text
from tests.unit.cli.test_cli import Answer, run  # noqa: F401 - a fixture

SINCE, DATE = dt.date(2021, 7, 2), dt.date(2021, 7, 9)


def opened(tab: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=90)
    app.session_state["tab"] = tab
    app.run()
    assert not app.exception
    return app


def part(app: AppTest, mark: str) -> str:
    return next(element.body for element in app.get("html") if mark in element.body)


def test_the_table_shows_every_change_of_the_week_with_a_button_to_place_and_day(shipped_view: View):
    table = part(opened("Changes"), "cm-ledger")
    changes_made = shipped_view.change_log(SINCE, DATE)
    assert (
        re.findall(r"<tr><td><button data-go=([\w-]+)", table)
        == changes_made.sort_values(["date", "province", "name"], ascending=[False, True, True])["place_id"].tolist()
    )
    assert "data-go=AF-X-islam-qala data-day=68>Islam Qala</button>" in table
    assert table.count("↩ reversal") == int(changes_made["reversal"].sum()) > 0


def test_the_table_follows_the_date_and_the_day_compared_with():
    app = opened("Changes")
    assert "Between 2 and 9 July 2021:" in page_text(app)
    app.slider(key="date").set_value(dt.date(2021, 8, 15)).run()
    assert "Between 8 and 15 August 2021:" in page_text(app)
    app.radio(key="compare").set_value("The start of the period").run()
    assert not app.exception
    shown = page_text(app)
    assert "Between 1 May and 15 August 2021:" in shown
    assert re.search(r"and \d+ more, in the download", shown)
    assert len(re.findall("<tr><td>", part(app, "cm-ledger"))) == changes.MAX_CHANGES


def test_a_day_without_changes_says_so():
    app = opened("Changes")
    app.slider(key="date").set_value(dt.date(2021, 5, 10)).run()
    assert not app.exception
    assert "No status changed." in page_text(app)


def test_the_totals_of_a_province_lead_to_it():
    assert re.search(r"<button data-go=province/AF\d\d>Badakhshan</button>", part(opened("Changes"), "by province"))


def test_the_text_is_made_when_it_is_opened(shipped_view: View):
    app = opened("Changes")
    assert not app.get("code")
    app.session_state["changes text"] = True
    app.run()
    assert not app.exception
    labels = {status: style.label for status, style in shipped_view.pack.styles.items()}
    facts = Provenance.of(shipped_view, DATE, SINCE).facts()
    (block,) = app.get("code")
    assert (
        block.value == write_change_log(shipped_view.change_log(SINCE, DATE), labels, SINCE, DATE, facts, None).strip()
    )
    app.radio(key="changes group").set_value("province").run()
    assert "\nBadakhshan:\nOn 3 July, " in app.get("code")[0].value


def test_the_file_says_in_each_row_what_it_rests_on(shipped_view: View):
    facts = Provenance.of(shipped_view, DATE, SINCE).facts()
    head, *lines = as_csv(shipped_view.change_log(SINCE, DATE), facts).splitlines()
    assert head.endswith(",rests_on,theatre,compared_with,rule,reports_published_by,content_hash,credits,software")
    assert all(",Afghanistan 2021,2021-07-02,Assessed,any time," in line for line in lines)
    assert ["CC BY 4.0" in line for line in lines] == [True] + [False] * (len(lines) - 1)


def test_the_border_shows_each_country_with_its_crossings_and_a_list_of_the_chart():
    app = opened("Border")
    table = part(app, "On the other side")
    assert re.findall(r"scope=rowgroup>(\w+)", table) == [
        *("China", "Iran", "Pakistan", "Tajikistan", "Turkmenistan", "Uzbekistan")
    ]
    assert "data-go=AF-X-islam-qala>Islam Qala</button>" in table
    assert len(re.findall("<dt>", part(app, "Show as list"))) == 20
    assert re.search(
        r"Islam Qala, to Iran\s+No report before and from 1 May to 7 July; Taliban, disputed, from 8 July to 9 July; "
        r"Taliban from 10 July\.",
        unescape(re.sub(r"<[^>]+>", " ", part(app, "Show as list"))),
    )


def test_the_list_of_the_chart_is_the_same_at_every_date():
    app = opened("Border")
    before, table = part(app, "Show as list"), part(app, "On the other side")
    app.slider(key="date").set_value(dt.date(2021, 8, 15)).run()
    assert not app.exception
    assert part(app, "Show as list") == before
    assert part(app, "On the other side") != table


def test_changes_lists_what_happened_in_each_format(run: Callable[..., Answer], shipped_view: View):  # noqa: F811
    asked = ("changes", "--from", SINCE, "--to", DATE)
    changes_made = shipped_view.change_log(SINCE, DATE)
    rows = run(*asked, "--format", "csv").rows()
    assert [row["place_id"] for row in rows] == changes_made["place_id"].tolist()
    assert rows[0]["rests_on"] == " ".join(changes_made["rests_on"].iloc[0])
    assert len(json.loads(run(*asked, "--format", "json").out)) == len(changes_made)
    prose = run(*asked, "--format", "text", "--by", "province").out
    assert prose.startswith("Between 2 and 9 July 2021 (Afghanistan 2021; rule: Assessed")
    assert prose.splitlines()[-1].startswith("Rests on: theatre Afghanistan 2021;")


def test_changes_from_a_later_day_are_refused_with_a_fix(run: Callable[..., Answer]):  # noqa: F811
    answer = run("changes", "--from", DATE, "--to", SINCE)
    assert answer.code == 2
    assert "Give the earlier" in answer.err


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_border_shows_each_crossing_of_a_day(run: Callable[..., Answer], form: str):  # noqa: F811
    answer = run("border", "--date", DATE, "--format", form)
    assert answer.code == 0
    assert "Islam Qala" in answer.out
    assert "Hairatan" in answer.out


def test_a_province_chosen_leaves_only_its_rows(shipped_view: View):
    whole = Selection(shipped_view, DATE, SINCE, shipped_view)
    herat = whole.now.loc[whole.now["province"] == "Herat", "province_id"].iloc[0]
    kept = Selection(shipped_view, DATE, SINCE, shipped_view, herat)
    ledger, border = changes._write_table(kept), crossings._write_table(kept)
    assert "Islam Qala" in ledger
    assert "Badakhshan" not in ledger
    assert re.findall(r"scope=rowgroup>(\w+)", border) == ["Iran", "Turkmenistan"]
    assert re.findall(r"border: (\w+) (\d+) km<", border) == [("Taliban", "369"), ("Taliban", "191")]


def test_border_by_neighbour_has_the_kilometres_and_crossings_of_each_party(run: Callable[..., Answer]):  # noqa: F811
    rows = run("border", "--date", DATE, "--by-neighbour", "--format", "csv").rows()
    held = {(row["neighbour"], row["status"]): (row["km"], row["crossings"]) for row in rows}
    assert held["Iran", "taliban"] == ("648", "2")
    assert held["Uzbekistan", "taliban"] == ("145", "0")
