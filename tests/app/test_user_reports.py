"""The user's own reports on the page, run without a browser: added, corrected, marked, removed, and private."""

import datetime as dt
import gc
import hashlib
import re
import weakref
from collections.abc import Callable
from dataclasses import replace
from html import unescape

import pytest
from streamlit.runtime.caching import clear_session_resource_cache
from streamlit.testing.v1 import AppTest

from control_map.intake.matching.columns import Calendar
from control_map.pipeline.view import View
from control_map.ui.state import served_files, session
from control_map.ui.state.cache import has_user_reports
from control_map.ui.user_reports import article, outcome
from tests.app.conftest import shown
from tests.conftest import SHIPPED
from tests.support.any_tables import as_xlsx
from tests.support.made_up import START
from tests.support.shown_board import dossier, facts

HEAD = "date,district,province,status,party,claimant\n"
GOOD = "2021-05-08,Stonefen,Velden,captured,red,a heron\n"
UNKNOWN = GOOD.replace(",red,", ",nobody,")
PUBLISHED = dt.date(2021, 5, 20)
TABLE = (
    HEAD
    + GOOD
    + "2021-05-09,Brakwatter Mere,Harrow,captured,blue,a heron\n2021-05-10,Brakwatter Mere,Harrow,held,blue,a heron\n"
    + "2021-05-11,Brackwater,Harrow,captured,nobody,a heron\n"
)


def html(app: AppTest) -> str:
    return "".join(element.body for element in app.get("html") if "<style" not in element.body)


def text(app: AppTest) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html(app))).split())


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click()
    return shown(app)


def add_table(app: AppTest, table: str = TABLE, name: str = "herons.csv") -> AppTest:
    """Upload a table and add it, and have the panel open."""
    open_panel(app)
    app.file_uploader[0].set_value((name, table.encode(), "text/csv"))
    return open_panel(press(shown(app), "own take"))


def is_open(app: AppTest) -> bool:
    return session.PANEL_OPEN_KEY in app.session_state and app.session_state[session.PANEL_OPEN_KEY]


def open_panel(app: AppTest) -> AppTest:
    return app if is_open(app) else press(app, "own opener")


def served() -> str:
    """Return all that the map's frame can be served."""
    return "".join(file.content.decode("utf-8", "replace") for file in list(served_files._served.values()))


def test_a_table_is_added_located_corrected_and_removed(opened: Callable[[], AppTest]):
    app = add_table(opened())
    assert "herons.csv events of 8 May 2021 1 of 4 reports located: 1 on a place. 3 set aside" in text(app)
    assert "Brakwatter Mere , Harrow rows 3, 4: there is no 'Brakwatter Mere' in Harrow" in text(app)
    assert "\u2018 nobody \u2019 is not an actor of this conflict (row 5)" in text(app)
    assert "to correct in the file" not in text(app)
    assert facts(app)["added"] == 1

    names = next(box for box in app.selectbox if box.label.startswith("The place of"))
    assert names.options[0] == "Brackwater, Harrow"
    names.select("H2")
    shown(app)
    assert "events from 8 May 2021 to 10 May 2021 3 of 4 reports located: 3 on a place. 1 set aside" in text(app)
    assert facts(app)["added"] == 3

    app.session_state["place"] = "H2"
    assert "herons.csv, row 4" in dossier(shown(app), "H2")["texts"]
    press(app, "own undo ('Brakwatter Mere', 'Harrow', 'district')")
    assert "1 of 4 reports located" in text(app)
    press(app, "own out herons.csv")
    assert "your own reports" not in text(app)
    assert "Your report" not in text(app)


def test_a_table_of_which_all_is_located_is_on_the_map_at_once_which_goes_to_its_places(opened: Callable[[], AppTest]):
    app = press(opened(), "own opener")
    app.file_uploader[0].set_value(("herons.csv", (HEAD + GOOD).encode(), "text/csv"))
    press(shown(app), "own take")
    assert not is_open(app)
    place_id, times = app.session_state[session.GO_KEY]
    assert (place_id, times) == ("V1", 1)
    assert "1 located. Nobody else sees them." in text(app)


def test_of_rows_with_a_fault_the_panel_stays_open_and_says_set_aside(opened: Callable[[], AppTest]):
    app = press(opened(), "own opener")
    table = HEAD + GOOD + GOOD.replace("2021-05-08", "yesterday") + GOOD.replace("Stonefen,Velden", "Brackwater,Harrow")
    app.file_uploader[0].set_value(("herons.csv", table.encode(), "text/csv"))
    press(shown(app), "own take")
    assert is_open(app)
    assert "2 located, 1 set aside. Nobody else sees them." in text(app)
    assert app.session_state[session.GO_KEY][0].startswith("@")


def test_a_sheet_a_calendar_and_one_party_for_many_names_are_chosen(opened: Callable[[], AppTest]):
    head, cells = HEAD.strip().split(","), GOOD.strip().split(",")
    guards = [["1400/02/18", *cells[1:4], f"Home Fen Guard ({town})", "a heron"] for town in ("A", "B", "C")]
    book = as_xlsx([["Terms"], ["CC BY"]], [head, cells], [head, *guards], titles=("Terms", "July", "August"))
    app = press(opened(), "own opener")
    app.file_uploader[0].set_value(("herons.xlsx", book, "application/vnd.ms-excel"))
    shown(app)
    assert "only the sheet 'July' was read, and not 'Terms', 'August'; the columns of 'August' fit as well" in text(app)
    next(box for box in app.selectbox if box.label == "The sheet that is read").select("August")
    shown(app)
    assert "only the sheet 'August' was read" in text(app)
    assert "Of which calendar are dates such as 1400/02/18?" in text(app)
    assert app.button("own take").disabled
    next(box for box in app.selectbox if box.label == "Calendar of the dates").select(Calendar.SOLAR_HIJRI)
    open_panel(press(shown(app), "own take"))
    assert "3 set aside" in text(app)
    assert "All other names (3 rows; an answer above goes before this one)" in text(app)
    asked = [box.label for box in app.selectbox if box.label.endswith(" means")]
    assert asked[0].startswith("Home Fen Guard\\*")
    assert asked[-1] == "All other names means"
    next(box for box in app.selectbox if box.label.startswith("Home Fen Guard\\* means")).select("blue")
    shown(app)
    assert "events of 8 May 2021 3 of 3 reports located" in text(app)


def test_a_text_in_an_old_encoding_is_read_again_in_the_one_that_is_chosen(opened: Callable[[], AppTest]):
    app = press(opened(), "own opener")
    names = "Харьков".upper()
    table = (HEAD + GOOD.replace("a heron", names)).encode("koi8_r")
    app.file_uploader[0].set_value(("herons.csv", table, "text/csv"))
    shown(app)
    assert "its encoding is a guess" in text(app)
    next(box for box in app.selectbox if box.label.startswith("The encoding of the text")).select("koi8_r")
    shown(app)
    assert "its encoding is a guess" not in text(app)
    assert names in text(app)


def test_a_table_without_a_located_row_is_not_offered_to_the_map(opened: Callable[[], AppTest]):
    app = add_table(opened(), HEAD + UNKNOWN)
    assert "0 of 1 reports located" in text(app)
    assert not any(button.label == "Show on the map" for button in app.button)


def test_assumptions_name_columns_in_words(opened: Callable[[], AppTest]):
    app = add_table(opened())
    assert "date precision: assumed to be" in text(app)
    assert not re.search(r"\b(date_precision|claimant_side|reported_date|source_name): ", text(app))


def test_of_a_file_and_pasted_rows_the_page_says_which_is_read(opened: Callable[[], AppTest]):
    app = press(opened(), "own opener")
    app.text_area[0].set_value(HEAD + GOOD + GOOD)
    assert "The file is read" not in text(shown(app))
    app.file_uploader[0].set_value(("herons.csv", (HEAD + GOOD).encode(), "text/csv"))
    assert "The file is read. The pasted rows are not; remove the file to have them read." in text(shown(app))
    assert "herons.csv : 1 row." in text(app)


def test_a_table_that_fails_leaves_the_others_and_can_be_removed(opened: Callable[[], AppTest], monkeypatch):
    ask_places = outcome._ask_places

    def ask(pack, folder, name, groups):
        if name == "herons.csv":
            raise RuntimeError(name)
        ask_places(pack, folder, name, groups)

    monkeypatch.setattr(outcome, "_ask_places", ask)
    monkeypatch.setattr(article, "ask_for_article", lambda *_: 1 / 0)
    app = add_table(add_table(opened()), name="storks.csv")
    assert "The table “herons.csv” could not be shown." in text(app)
    assert "The form for an article could not be shown." in text(app)
    assert any(box.label.startswith("The place of") for box in app.selectbox)
    assert facts(app)["added"] == 2
    assert "herons.csv" not in text(press(app, "own out herons.csv"))


def test_a_word_that_is_not_understood_gets_a_meaning_for_all_rows_which_can_be_cleared(
    opened: Callable[[], AppTest],
):
    app = add_table(opened(), HEAD + UNKNOWN + UNKNOWN.replace("08", "09"))
    assert "0 of 2 reports located" in text(app)
    meant = next(box for box in app.selectbox if box.label == "nobody means")
    assert meant.options == ["Reds", "Blues", "Greens"]
    meant.select("red")
    assert "2 of 2 reports located" in text(shown(app))
    next(box for box in app.selectbox if box.label == "nobody means").set_value(None)
    assert "0 of 2 reports located" in text(shown(app))


def test_spellings_that_look_alike_once_joined_are_asked_for_apart(opened: Callable[[], AppTest]):
    rows = "2021-05-08,Zz|Qq,Harrow,captured,red,a\n2021-05-08,Zz,Qq|Harrow,captured,red,a\n"
    app = add_table(opened(), HEAD + rows)
    assert sum(box.label.startswith("The place of") for box in app.selectbox) == 2
    assert "could not be shown" not in text(app)


def test_the_matching_of_columns_is_shown_and_can_be_changed_later(opened: Callable[[], AppTest]):
    app = press(opened(), "own opener")
    app.file_uploader[0].set_value(
        ("herons.csv", b"Date,Town,Prov.,Status,Party,Whose voice\n2021-05-08,Stonefen,Velden,captured,red,blue\n", "")
    )
    said = text(shown(app))
    assert "Town \u2192 place Prov. \u2192 province" in said
    assert "Not used: Whose voice ." in said
    assert "No column says who speaks" in said
    assert "1 of 1 reports located" in text(open_panel(press(app, "own take")))
    press(app, "own change herons.csv")
    next(box for box in app.selectbox if box.label == "Column for claimant_side").select("Whose voice")
    said = text(shown(app))
    assert "No column says who speaks" not in said
    assert "Whose voice \u2192 side of the claimant" in said
    press(app, "own rematch")
    app.session_state["place"] = "V1"
    assert app.session_state["own reports"].popitem()[1].tables[0].matching.columns["claimant_side"] == "Whose voice"


def test_speakers_whose_side_is_not_known_are_asked_for_before_the_table_is_added_and_after(
    opened: Callable[[], AppTest],
):
    app = press(opened(), "own opener")
    rows = GOOD + GOOD.replace("a heron", "an owl") + GOOD.replace("a heron", "Reds spokesman")
    app.file_uploader[0].set_value(("herons.csv", (HEAD + rows).encode(), "text/csv"))
    said = text(shown(app))
    assert "For whom do they speak? Until you choose, what they say waits" in said
    assert "\u2018 a heron \u2019 names no party (row 2) \u2018 an owl \u2019 names no party (row 3)" in said
    assert "Reds spokesman \u2019 names" not in said
    next(box for box in app.selectbox if box.label == "a heron speaks for").select("independent")
    open_panel(press(shown(app), "own take"))
    ((table,),) = (reports.tables for reports in app.session_state["own reports"].values())
    assert table.meanings == {("claimant", "a heron"): "independent"}
    sides = {box.label: box.value for box in app.selectbox if box.label.endswith("speaks for")}
    assert sides == {"a heron speaks for": "independent", "an owl speaks for": None}
    next(box for box in app.selectbox if box.label == "an owl speaks for").select("blue")
    shown(app)
    ((table,),) = (reports.tables for reports in app.session_state["own reports"].values())
    assert table.sides == {"a heron": "independent", "an owl": "blue"}


def test_a_table_without_speakers_says_of_which_sources_the_words_count_for_a_party(opened: Callable[[], AppTest]):
    app = press(opened(), "own opener")
    rows = "".join(GOOD.replace("a heron", source) for source in ("Reuters", "AFP", "Reds spokesman"))
    app.file_uploader[0].set_value(("herons.csv", (HEAD.replace("claimant", "source") + rows).encode(), "text/csv"))
    said = text(shown(app))
    assert "In 1 row the source is a speaker: \u201cReds spokesman\u201d." in said
    assert "Each other report then counts as independent" in said
    assert "Each report then" not in said


def test_what_a_speaker_of_unknown_side_says_is_hatched_and_sets_nothing(opened: Callable[[], AppTest]):
    app = add_table(opened(), HEAD + GOOD)
    assert facts(app)["added"] == 1
    app.session_state["place"] = "V1"
    said = dossier(shown(app), "V1")["texts"]
    assert "side not known" in said
    assert any("Claimed for the Reds: a heron said" in passage for passage in said)


@pytest.mark.parametrize(
    ("pasted", "says"),
    [
        (
            "Kunduz",
            "pasted rows has no reports yet. Its first line was read as the names of columns: \u201cKunduz\u201d.",
        ),
        ("date,district,claim,party\n", "Write a row for each report below it."),
        ("The Reds took Stonefen.", "The text of an article goes under From an article."),
        (" \n \n", "Only blanks. Paste the line with the names of the columns, and the rows below it."),
        (",,,\n,,,", "the file is empty. Write the names of the columns in the first line"),
        ("a,b\n1,2\n", "Missing: event date, place, claim, actor."),
    ],
)
def test_whatever_is_pasted_the_page_says_what_is_there_and_what_to_do(
    opened: Callable[[], AppTest], pasted: str, says: str
):
    app = press(opened(), "own opener")
    app.text_area[0].set_value(pasted)
    assert says in text(shown(app))
    assert not any(button.key == "own take" and not button.disabled for button in app.button)


def test_ambiguous_dates_are_asked_for_before_the_table_is_added(opened: Callable[[], AppTest]):
    app = press(opened(), "own opener")
    app.file_uploader[0].set_value(("herons.csv", (HEAD + GOOD.replace("2021-05-08", "05/08/2021")).encode(), ""))
    assert "Dates such as 05/08/2021 can be read in two ways." in text(shown(app))
    assert app.button(key="own take").disabled
    next(box for box in app.selectbox if box.label == "Dates such as 03/04/2021").select(False)
    assert "events of 8 May 2021 1 of 1 reports located" in text(open_panel(press(shown(app), "own take")))


def test_an_unfinished_table_is_kept_until_the_panel_opens_again(opened: Callable[[], AppTest]):
    app = press(add_table(opened(), HEAD + GOOD), "own see")
    press(app, "own opener")
    app.file_uploader[0].set_value(("cranes.csv", b"when,place,claim\n2021-05-09,Stonefen,captured\n", ""))
    shown(app)
    next(box for box in app.selectbox if box.label == "actor where the table is empty").select("blue")
    press(shown(app), "own see")  # closes the panel
    assert "cranes.csv is not added yet" in text(app)
    press(app, "own opener")
    assert "cranes.csv events of 9 May 2021 1 of 1 reports located" in text(open_panel(press(app, "own take")))
    assert "not added yet" not in text(app)


def test_a_chosen_place_that_the_theatre_no_longer_has_is_asked_for_again(opened: Callable[[], AppTest]):
    app = add_table(opened())
    next(box for box in app.selectbox if box.label.startswith("The place of")).select("H2")
    shown(app)
    folder, own = next(iter(app.session_state[session.USER_REPORTS_KEY].items()))
    gone = dict.fromkeys(own.places_by_spelling, "H9")
    app.session_state[session.USER_REPORTS_KEY] = {folder: replace(own, places_by_spelling=gone)}
    assert "Choose again: the places chosen for Brakwatter Mere are no longer on this map." in text(shown(app))
    next(box for box in app.selectbox if box.label.startswith("The place of")).select("H2")
    assert "3 of 4 reports located" in text(shown(app))
    assert "Choose again" not in text(app)


def test_several_tables_are_kept_apart_and_removed_at_once(opened: Callable[[], AppTest]):
    app = add_table(add_table(opened(), HEAD + GOOD), HEAD + GOOD.replace("08", "09"))
    assert "herons.csv events of 8 May 2021" in text(app)
    assert "herons (2).csv events of 9 May 2021" in text(app)
    press(app, "own out herons.csv")
    assert "herons.csv" not in text(app)
    assert "herons (2).csv" in text(app)
    press(app, "own out")
    assert "herons" not in text(app)


def test_the_page_moves_to_the_day_of_reports_that_are_all_later(opened: Callable[[], AppTest]):
    app = opened()
    app.session_state["date"] = START
    add_table(shown(app))
    assert f"{app.session_state['date']}" == "2021-05-08"


def test_the_reports_tab_marks_and_filters_the_users_own_reports(opened: Callable[[], AppTest]):
    app = opened()
    app.session_state["tab"] = "Reports"
    add_table(shown(app))
    app.session_state["reports state"] = "own"
    shown(app)
    assert "4 of 5 reports" in text(app)
    assert "Your report: herons.csv, row 2" in text(app)
    assert "Not located (row 5)" in text(app)


def test_one_users_reports_are_in_no_other_session_and_nothing_of_them_remains(opened: Callable[[], AppTest]):
    before = {path: hashlib.sha256(path.read_bytes()).digest() for path in SHIPPED.rglob("*") if path.is_file()}
    mine, other = add_table(opened(), TABLE.replace("a heron", "a heron newspaper")), opened()
    assert "a heron" in served()  # the map's card says so, to the one visitor
    assert "herons" in text(mine)
    for page in (other, opened()):
        assert "heron" not in html(page)
        assert facts(page)["located"] == facts(page)["reports"] == 1
    views = [weakref.ref(each) for each in gc.get_objects() if isinstance(each, View) and has_user_reports(each)]
    assert any(view() for view in views)
    clear_session_resource_cache("test session id")  # as at the end of the session, which drops its state, too
    del mine
    gc.collect()
    assert not any(view() for view in views)
    assert "a heron" not in served()
    assert before == {path: hashlib.sha256(path.read_bytes()).digest() for path in before}


def test_own_reports_stay_with_their_theatre(opened: Callable[[], AppTest]):
    app = add_table(opened())
    theatres = app.selectbox(key="theatre")
    theatre, other = theatres.value, next(folder for folder in theatres.options if "marshland" not in folder.lower())
    theatres.select_index(theatres.options.index(other))
    assert "your own reports" not in text(shown(app))
    app.session_state["open conflict"] = True
    shown(app).selectbox(key="theatre").set_value(theatre)
    assert facts(shown(app))["added"] == 1


def test_required_columns_are_asked_for_and_can_be_one_value_for_all_rows(opened: Callable[[], AppTest]):
    app = press(opened(), "own opener")
    app.text_area[0].set_value("date,district,who knows\n2021-05-08,Stonefen,x\n")
    shown(app)
    assert "Missing: claim, actor." in text(app)
    assert app.button(key="own take").disabled
    for label, value in (("claim", "captured"), ("actor", "red")):
        next(box for box in app.selectbox if box.label == f"{label} where the table is empty").select(value)
    assert "Missing:" not in text(shown(app))
    assert "1 of 1 reports located" in text(open_panel(press(shown(app), "own take")))


def test_a_file_that_is_not_a_table_gets_a_fault(opened: Callable[[], AppTest]):
    app = press(opened(), "own opener")
    app.file_uploader[0].set_value(("empty.csv", b"", "text/csv"))
    assert "This is not a table that we can read. empty.csv" in text(shown(app))


def test_hostile_names_headers_and_cells_are_text(opened: Callable[[], AppTest]):
    evil = "<img src=x onerror=alert(1)>**b**"
    table = f"date,district,province,status,party,{evil}\n2021-05-08,{evil},Harrow,captured,red,{evil}\n" + GOOD[:-1]
    app = add_table(opened(), f"{table},{evil}\n", f"{evil}.csv")
    assert "<img" not in html(app)
    assert unescape(html(app)).count(evil) >= 3
    labels = [box.label for box in app.selectbox] + [button.label for button in app.button]
    assert any(r"\*\*b\*\*" in label for label in labels)
    assert not any("**b**" in label for label in labels)


ACLED = ",".join(
    "event_id_cnty event_date year time_precision disorder_type event_type sub_event_type actor1 assoc_actor_1 inter1"
    " actor2 assoc_actor_2 inter2 interaction civilian_targeting iso region country admin1 admin2 admin3 location"
    " latitude longitude geo_precision source source_scale notes fatalities tags timestamp".split()
)
OVERTAKEN = (
    "A1,08 May 2021,2021,1,Political violence,Battles,Non-state actor overtakes territory,The Nobodies,,Rebel group,"
    "Blues,,State forces,x,,1,x,Marshland,Velden,Stonefen,,Stonefen,50.5,2.5,1,Wire,National,Made up,0,,1\n"
)


PEACEFUL = OVERTAKEN.replace("A1", "A2").replace("Non-state actor overtakes territory", "Peaceful protest")


def test_a_table_of_a_known_format_is_converted_after_asking_for_unknown_actors(opened: Callable[[], AppTest]):
    app = press(opened(), "own opener")
    app.file_uploader[0].set_value(("export.csv", f"{ACLED}\n{OVERTAKEN}{PEACEFUL}".encode(), "text/csv"))
    shown(app)
    assert "This looks like ACLED: read it as such" in [box.label for box in app.toggle]
    assert "'The Nobodies' is none of the actors" in text(app)
    assert app.button(key="own take").disabled
    next(box for box in app.selectbox if box.label == "The Nobodies").select("red")
    assert "Some rows cannot be used" not in text(shown(app))
    outcome = "export.csv events of 8 May 2021 1 of 2 rows is a report; 1 left out, rightly. 1 of 1 reports located"
    assert outcome in text(open_panel(press(app, "own take")))
    assert "What is not on the map, and why (CSV)" in [button.proto.label for button in app.get("download_button")]
    assert "Left out, rightly: 1 row (not control reports; no action needed) Row 3:" in text(app)
    assert "to correct in the file" not in text(app)
    assert "Before you share this table: ACLED" in text(app)


def test_of_a_known_format_the_order_of_dates_is_asked_and_one_party_for_all_names(opened: Callable[[], AppTest]):
    short = OVERTAKEN.replace("08 May 2021", "05/08/21")
    rows = [
        short.replace("The Nobodies", f"Home Fen Guard ({town})").replace("A1", town) for town in ("B1", "B2", "B3")
    ]
    app = press(opened(), "own opener")
    app.file_uploader[0].set_value(("export.csv", f"{ACLED}\n{''.join(rows)}".encode(), "text/csv"))
    shown(app)
    assert "Dates such as 05/08/21 can be read in two ways." in text(app)
    next(box for box in app.selectbox if box.key.endswith("format order unsure")).select(False)
    shown(app)
    assert "can be read in two ways" in text(app)
    next(box for box in app.selectbox if box.label.startswith("Home Fen Guard\\*: 3 names")).select("red")
    assert "Some rows cannot be used" not in text(shown(app))
    assert "export.csv events of 8 May 2021 3 of 3 reports located" in text(open_panel(press(app, "own take")))


def test_of_a_known_format_the_calendar_is_asked_where_dates_are_of_another(opened: Callable[[], AppTest]):
    event = OVERTAKEN.replace("08 May 2021", "1400-02-18").replace("The Nobodies", "red")
    app = press(opened(), "own opener")
    app.file_uploader[0].set_value(("export.csv", f"{ACLED}\n{event}".encode(), "text/csv"))
    assert "Of which calendar are dates such as 1400-02-18?" in text(shown(app))
    next(box for box in app.selectbox if box.key.endswith("format calendar")).select(Calendar.SOLAR_HIJRI)
    assert "export.csv events of 8 May 2021 1 of 1 reports located" in text(open_panel(press(shown(app), "own take")))


def test_no_statement_of_an_article_is_accepted_automatically(opened: Callable[[], AppTest]):
    app = press(opened(), "own opener")
    app.text_area(key="own article").set_value("Reds captured Stonefen in Velden province on Monday, a trader said.")
    app.text_input(key="own outlet").set_value("Fen Post")
    press(shown(app), "own find")
    assert "1 statement." in text(app)
    assert app.button(key="own accept").disabled
    assert "your own reports" not in text(app)


def test_all_statements_of_an_article_are_accepted_at_once_and_added_when_confirmed(
    opened: Callable[[], AppTest],
):
    app = press(opened(), "own opener")
    said = "Reds captured Stonefen in Velden province on Monday, a trader said. Blues captured Brackwater in Harrow."
    app.text_area(key="own article").set_value(said)
    app.text_input(key="own outlet").set_value("Fen Post")
    app.date_input(key="own published").set_value(PUBLISHED)
    press(shown(app), "own find")
    press(app, "own accept all")
    assert app.button(key="own accept").label == "Show 2 on the map"
    assert "your own reports" not in text(app)
    assert "2 of 2 reports located" in text(open_panel(press(app, "own accept")))
    assert facts(app)["added"] == 2


def test_a_web_address_is_asked_for_only_where_fetching_is_allowed(opened: Callable[[], AppTest], monkeypatch):
    app = press(opened(), "own opener")
    asked = "or give the web address of a table, such as a shared sheet"
    assert asked not in [box.label for box in app.text_input]
    monkeypatch.setenv("CONTROL_MAP_ALLOW_URLS", "1")
    assert asked in [box.label for box in shown(app).text_input]
    next(box for box in app.text_input if box.label == asked).set_value("http://127.0.0.1/table.csv")
    press(shown(app), "own fetch 0")
    assert "127.0.0.1" in text(app)
