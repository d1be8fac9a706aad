"""The limits of a failure: a part of the page that fails says so in its own place, and the rest of the page stands.

An error that users can fix (`ControlMapError`) is shown in its own words. Any other is a fault of the program: its
details go to the log alone, under a number that the page states. Streamlit stops and reruns a script by exceptions that
are no `Exception`; they pass.
"""

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from control_map.core.errors import ControlMapError
from control_map.ui import html

_LOG = logging.getLogger(__name__)


@contextmanager
def contain_failures(part: str) -> Iterator[None]:
    """Show a sentence in place of a part of the page that fails; also a decorator of a function that shows a part.

    What the part showed before it failed stays. A function that is decorated returns None if it fails.

    Parameters
    ----------
    part
        The name of the part, as it begins a sentence: "The dossier", or the title of a tab.
    """
    try:
        yield
    except ControlMapError as error:
        html.show_template("failure.html", part=part, message=str(error))
    except Exception:  # noqa: BLE001 - this is the limit of every failure
        html.show_template("failure.html", part=part, number=_log_failure(part))


@contextmanager
def contain_callback_failures(choice: str) -> Iterator[None]:
    """Leave the page as it was if a callback of an input fails; also a decorator of a callback.

    Streamlit shows nothing but the error after a callback that fails: all that was on the page would be gone.

    Parameters
    ----------
    choice
        What the user did, as it begins a sentence: "The click on the map".
    """
    try:
        yield
    except Exception:  # noqa: BLE001 - this is the limit of every failure
        problem = f"{choice} had no effect: the program failed. The log has it as {_log_failure(choice)}."
        st.toast(html.escape_markdown(problem))


def show_script_failure(_error: Exception) -> bool:
    """Show a sentence in place of what Streamlit would show of an error outside all parts of the page.

    Such is a value of an input that Streamlit cannot read, which only a program other than its page sends.
    """
    html.show_template("failure.html", part="The page", number=_log_failure("The page"))
    return True


def _log_failure(what: str) -> str:
    """Write the error that is being handled to the log; return the number that it has there."""
    number = secrets.token_hex(4)
    _LOG.exception("failure %s: %s", number, what)
    return number
