"""Work on what this session's user brings runs in a worker: the page shows how far it is, and can cancel it."""

import weakref
from collections.abc import Callable, Sequence
from copy import copy
from typing import Any, TypeVar, cast

import streamlit as st

from control_map.core.errors import ControlMapError
from control_map.core.limits import LIMITS
from control_map.core.wording import format_count
from control_map.intake.worker.job import WEIGHING, Job, JobEndedError
from control_map.ui import html
from control_map.ui.auth import sign_in
from control_map.ui.state import session
from control_map.ui.state.held import is_page_run

T = TypeVar("T")
PATIENCE_S = 1.0
"""Seconds for which the page waits for a result before it shows how far the work is."""
_POLL_S = 0.5
_INTERRUPT_S = 0.2
SUBJECT = "Your reports"
"""What errors call all that the user has added, which has no file name."""


# One job for each session: another one, or the end of the visit, ends it.
@st.cache_resource(scope="session", max_entries=1, on_release=lambda job: job.end(), show_spinner=False)
def _session_job(token: str, _begin: Callable[[], Job[Any]]) -> Job[Any]:  # noqa: ARG001 - the key
    return _begin()


def end_work() -> None:
    """End the work that is under way in this session, if there is any."""
    _session_job.clear()


def result_of(
    token: str,
    doing: str,
    begin: Callable[[], Job[T]],
    on_cancel: Callable[[], None],
    keep: Callable[[T], object],
) -> T | None:
    """Return the result of a job, which is begun at the first call; None: it goes on, and the page shows how far it is.

    Parameters
    ----------
    token
        Tells the job from others of the session. Work that has failed fails again under the same token.
    doing
        What is being done, as the user reads it.
    on_cancel
        Called when the user cancels, after the job was ended.
    keep
        Called with the result, before it is returned. A rerun can end this run at any moment: until `keep` has
        returned, the next run finds the job with its result, and calls it again.

    Raises
    ------
    ControlMapError
        What the work raised, or that a limit ended it.
    """
    if (failed := st.session_state.get(session.FAILED_WORK_KEY)) and failed[0] == token:
        raise copy(failed[1])
    job = _session_job(token, begin)
    with st.spinner(f"{html.escape_markdown(doing)} \u2026"):
        is_done = job.wait(PATIENCE_S)
    if not is_done:
        _show_progress(weakref.ref(job), doing, on_cancel)
        return None
    try:
        result = cast("T", job.result())
    except JobEndedError:  # the connection was lost meanwhile: the next run begins it again
        end_work()
        return None
    except ControlMapError as error:
        # To try again would take as long again. The error itself would hold all that was at work when it was raised.
        st.session_state[session.FAILED_WORK_KEY] = token, copy(error)
        end_work()
        raise
    keep(result)
    end_work()
    return result


@st.fragment(run_every=_POLL_S)
def _show_progress(find_job: Callable[[], Job[Any] | None], doing: str, on_cancel: Callable[[], None]) -> None:
    """Show how far a job is, with a button to cancel it; run the page again once it is done, or gone."""
    sign_in.recheck_access()
    job = find_job()
    if job is None or job.is_done:
        st.rerun()
    done, total = job.progress
    if before := job.jobs_before:
        others = format_count(before, "other table comes", "other tables come")
        st.progress(0.0, html.escape_markdown(f"Waiting: {others} first"))
    elif total:
        st.progress(done / total, html.escape_markdown(f"{doing} \u2026"))
    else:
        spent = f"{doing} \u2026 {job.seconds:.0f} of at most {LIMITS.work_seconds} seconds"
        st.progress(min(1.0, job.seconds / LIMITS.work_seconds), html.escape_markdown(spent))
    if st.button("Cancel", key="own stop"):
        end_work()
        on_cancel()
        st.rerun()


def run_weighing(work: Callable[..., T], *given: Any, known: Sequence[object] = ()) -> T:
    """Call a function that weighs the user's reports in a worker, and wait for it; `known` is that of `Job`.

    In a run of the page it ends with the visit, or when the user asks for another page meanwhile.

    Raises
    ------
    PackError
        If a limit ended it.
    """
    job, runs_page = Job(SUBJECT, work, *given, known=known, line=WEIGHING), is_page_run()
    try:
        while not job.wait(_INTERRUPT_S):
            _ = runs_page and "any" in st.session_state  # here Streamlit ends a run that nobody waits for
        return job.result()
    finally:
        job.end()
