"""What a visitor brings is worked on apart: the page shows how far it is, cancels it, and outlives it."""

from collections.abc import Callable

import pytest
from streamlit.runtime.caching import clear_session_resource_cache
from streamlit.testing.v1 import AppTest

from control_map.core.limits import LIMITS
from control_map.intake.worker import job as workers
from control_map.intake.worker.job import Job
from control_map.pipeline import view
from control_map.ui.state import apart, session
from control_map.ui.user_reports import article as article_form
from control_map.ui.user_reports import store
from control_map.ui.user_reports import table as table_form
from tests.app.conftest import shown
from tests.app.test_user_reports import GOOD, HEAD, add_table, press, text
from tests.support import jobs
from tests.support.shown_board import facts

pytestmark = pytest.mark.skipif(not workers.CAN_FORK, reason="this system cannot fork")


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Job[object]]:
    """The jobs that the page begins, while it is impatient."""
    begun: list[Job[object]] = []

    def begin(*given: object, **known: object) -> Job[object]:
        begun.append(Job(*given, **known))  # type: ignore[arg-type] - as the page gives them
        return begun[-1]

    for module in (table_form, store, apart):
        monkeypatch.setattr(module, "Job", begin)
    return begun


def upload(app: AppTest, table: str = HEAD + GOOD, name: str = "herons.csv") -> AppTest:
    press(app, "own opener")
    app.file_uploader[0].set_value((name, table.encode(), "text/csv"))
    return shown(app)


def progress(app: AppTest) -> list[str]:
    """Return what the bars say is being done."""
    return [bar.proto.text.split(" \u2026")[0] for bar in app.get("progress")]


def ended(job: Job[object]) -> bool:
    return job.wait(30.0) and job._worker is None


def test_a_table_that_takes_long_is_read_beside_the_page_and_can_be_cancelled(
    opened: Callable[[], AppTest], started: list[Job[object]], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(table_form, "read_and_match", jobs.read_for_ever)
    monkeypatch.setattr(apart, "PATIENCE_S", 0.1)
    app = upload(opened())
    assert progress(app) == ["Reading the table"]
    assert facts(app)["located"] == 1  # the map and its tabs are there
    app.session_state["date"] = app.session_state["date"].replace(day=1)
    assert progress(shown(app)) == ["Reading the table"]
    assert len(started) == 1
    press(app, "own stop")
    assert ended(started[0])
    assert progress(app) == []
    assert session.DRAFT_KEY not in app.session_state
    assert len(started) == 1  # it is not begun again


def test_a_file_that_was_not_read_yet_when_the_panel_closed_is_read_when_it_opens_again(
    opened: Callable[[], AppTest], started: list[Job[object]], monkeypatch: pytest.MonkeyPatch
):
    app = add_table(opened(), HEAD + GOOD)
    with monkeypatch.context() as slow:
        slow.setattr(table_form, "read_and_match", jobs.read_for_ever)
        slow.setattr(apart, "PATIENCE_S", 0.1)
        app.file_uploader[0].set_value(("cranes.csv", (HEAD + GOOD).encode(), "text/csv"))
        assert progress(shown(app)) == ["Reading the table"]
        press(app, "own see")  # closes the panel
    assert ended(started[-1])
    assert "cranes.csv is not added yet." in text(app)
    press(app, "own opener")
    assert "cranes.csv : 1 row." in text(app)
    press(app, "own leave")
    assert "cranes.csv" not in text(app)
    assert session.UNREAD_KEY not in app.session_state


def test_a_visitor_who_leaves_ends_the_work(
    opened: Callable[[], AppTest], started: list[Job[object]], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(table_form, "read_and_match", jobs.read_for_ever)
    monkeypatch.setattr(apart, "PATIENCE_S", 0.1)
    upload(opened())
    clear_session_resource_cache("test session id")  # as when the connection is lost
    assert ended(started[0])


def test_others_wait_with_a_place_in_the_line(
    opened: Callable[[], AppTest], started: list[Job[object]], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(apart, "PATIENCE_S", 0.1)
    busy = [Job("busy", jobs.sleep, 600) for _ in range(LIMITS.workers)]
    try:
        app = upload(opened())
        assert progress(app) == ["Waiting: 1 other table comes first"]
        busy[0].end()
        assert started[0].wait(30.0)
        assert progress(shown(app)) == []
        assert not app.button(key="own take").disabled
    finally:
        for job in busy:
            job.end()


def test_a_worker_that_dies_is_reported_in_words_and_the_other_tables_stay(
    opened: Callable[[], AppTest], monkeypatch: pytest.MonkeyPatch
):
    app = press(add_table(opened(), HEAD + GOOD), "own see")
    monkeypatch.setattr(table_form, "read_and_match", jobs.read_and_die)
    upload(app, name="bomb.xlsx")
    assert "bomb.xlsx: its process has died. Open it in" in text(app).replace(" :", ":")
    assert facts(app)["added"] == 1


def test_a_change_that_is_cancelled_or_fails_leaves_the_reports_as_they_were(
    opened: Callable[[], AppTest], started: list[Job[object]], monkeypatch: pytest.MonkeyPatch
):
    app = press(add_table(opened(), HEAD + GOOD), "own see")
    monkeypatch.setattr(store, "prepare_user_reports", jobs.prepare_for_ever)
    monkeypatch.setattr(apart, "PATIENCE_S", 0.1)
    add_table_begun = upload(app, HEAD + GOOD.replace("08", "09"), "cranes.csv")
    while not any(button.key == "own take" for button in add_table_begun.button):
        started[-1].wait(30.0)
        shown(app)
    press(app, "own take")
    assert progress(app) == ["Reading and placing your reports"]
    press(app, "own stop")
    assert ended(started[-1])
    assert "herons.csv events of 8 May 2021" in text(app)
    assert facts(app)["added"] == 1
    assert not app.button(key="own take").disabled  # the table can be added again

    monkeypatch.setattr(store, "prepare_user_reports", jobs.weigh_and_die)
    monkeypatch.setattr(apart, "PATIENCE_S", 60.0)
    press(app, "own take")
    assert "Your reports: its process has died." in text(app).replace(" :", ":")
    jobs_begun = len(started)
    assert "Your reports: its process has died." in text(shown(app)).replace(" :", ":")
    press(app, "own back")
    assert len(started) == jobs_begun  # what has failed is not tried again
    assert facts(app)["added"] == 1


def test_reports_that_cannot_be_weighed_end_the_map_with_a_sentence_and_can_be_removed(
    opened: Callable[[], AppTest], monkeypatch: pytest.MonkeyPatch
):
    app = opened()  # the published reports are weighed by then, in this process
    with monkeypatch.context() as broken:
        broken.setattr(view, "assess", jobs.weigh_and_die)
        add_table(app, HEAD + GOOD)
        assert "The view of this day could not be shown. Your reports: its process has died." in text(app)
    press(app, "own out herons.csv")
    assert "has died" not in text(app)


def test_an_article_and_a_table_are_read_one_after_the_other(
    opened: Callable[[], AppTest], started: list[Job[object]], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(article_form, "Job", table_form.Job)
    monkeypatch.setattr(table_form, "read_and_match", jobs.read_for_ever)
    monkeypatch.setattr(article_form, "extract_statements", jobs.prepare_for_ever)
    monkeypatch.setattr(apart, "PATIENCE_S", 0.1)
    app = upload(opened())
    app.text_area(key="own article").set_value("Reds captured Stonefen in Velden province on Monday, a trader said.")
    app.text_input(key="own outlet").set_value("Fen Post")
    press(shown(app), "own find")
    assert progress(app) == ["Reading the text"]
    assert ended(started[0])
    press(app, "own stop")
    assert ended(started[1])
    assert progress(app) == ["Reading the table"]
    press(app, "own stop")
    assert progress(app) == []
    assert ended(started[2])
