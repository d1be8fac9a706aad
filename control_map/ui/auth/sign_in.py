"""Sign-in: where the deployment asks for it, nobody sees anything of a theatre before they are let in."""

import logging
import os
import threading
import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

import streamlit as st

from control_map.ui import html
from control_map.ui.auth import access
from control_map.ui.auth.access import AccessTerms, AccessVerdict

T = TypeVar("T")
SIGN_IN_VARIABLE = "CONTROL_MAP_SIGN_IN"
"""The environment variable that asks for sign-in whether there are secrets or not."""
SIGN_IN_REQUIRED = "required"
_SHEET = Path(__file__).parents[1] / "templates" / "sign_in.css"
_RETURN = Path(__file__).parent / "return.js"
_NEEDS = ("authlib", "httpx")
_LOG = logging.getLogger(__name__)
_asked_before = threading.Event()
"""Set at the first sign of a private deployment: secrets that go missing while they are replaced open nothing."""


def require_sign_in() -> None:
    """Let only those further who may see the map; to others show how to sign in, or why they may not.

    Without secrets that ask for it, and without `CONTROL_MAP_SIGN_IN`, everybody may.
    """
    verdict, terms, faults = _judged()
    if verdict is AccessVerdict.ADMITTED:
        if terms:
            _return()
        return
    _tell_log(tuple(faults))
    st.html(_SHEET)
    with st.container(key="sign-in"):
        email = st.user.to_dict().get("email")
        html.show_template("sign_in.html", verdict=verdict and verdict.name, email=email)
        if verdict is AccessVerdict.SIGNED_OUT and terms:
            for name, label in terms.providers.items():
                st.button(label, width="stretch", on_click=st.login, args=(name,), key=f"sign-in {name}")
            _return()
        elif verdict:
            st.button("Sign out", on_click=st.logout)
    st.stop()


def recheck_access() -> None:
    """Run the whole page anew, which ends at `require`, if somebody may not see the map any more."""
    verdict, _, _ = _judged()
    if verdict is not AccessVerdict.ADMITTED:
        st.rerun(scope="app")


def guard_download(make: Callable[[], T]) -> Callable[[], T]:
    """Return what makes a download for whoever looks at the page now, as long as they may see it.

    It is made after the click, where Streamlit knows of no user any more.
    """
    user = st.user.to_dict()

    def made() -> T:
        if _judged(user)[0] is not AccessVerdict.ADMITTED:
            problem = "whoever asks for it may not see the map any more"
            raise PermissionError(problem)
        return make()

    return made


def show_signed_in_user() -> None:
    """Say who is signed in, with a button to sign out; nothing if nobody needs to."""
    if _asked_before.is_set():
        user = st.user.to_dict()
        html.show_template("viewer.html", name=user.get("email") or user.get("name") or user.get("sub"))
        st.button("Sign out", on_click=st.logout)


def _judged(user: Mapping[str, Any] | None = None) -> tuple[AccessVerdict | None, AccessTerms | None, list[str]]:
    """Return the verdict, none if the deployment has faults; its terms, none if it asks for none; and the faults.

    `user` has the claims to judge by, instead of those of whoever is asking.
    """
    asks, secrets = os.environ.get(SIGN_IN_VARIABLE, ""), _secrets()
    if asks or secrets is None or secrets.keys() & {access.AUTH_SECTION, access.ACCESS_SECTION}:
        _asked_before.set()
    if not _asked_before.is_set():
        return AccessVerdict.ADMITTED, None, []
    faults = _faults(asks, secrets)
    if faults or secrets is None:
        return None, None, faults
    terms = access.read_access_terms(secrets)
    return access.check_access(terms, st.user.to_dict() if user is None else user, time.time()), terms, []


@lru_cache(maxsize=8)
def _tell_log(faults: tuple[str, ...]) -> None:
    """Write what is amiss into the log, once: which setting is weak is nothing for a stranger to learn."""
    for fault in faults:
        _LOG.error("sign-in is closed: %s", fault)


def _faults(asks: str, secrets: Mapping[str, Any] | None) -> list[str]:
    faults = []
    if asks not in {"", SIGN_IN_REQUIRED}:
        faults.append(f"{SIGN_IN_VARIABLE}: there is no such value. Write {SIGN_IN_REQUIRED}, or do not set it.")
    if secrets is None:
        faults.append(f"The secrets cannot be read: {_files()}. Mend the file, or its permissions.")
    elif not secrets and not any(_stands_there(Path(path)) for path in st.get_option("secrets.files")):
        faults.append(f"The secrets are missing. Put them at {_files()}, as the example shows.")
    else:
        faults += access.find_secrets_faults(secrets)
    if not all(map(find_spec, _NEEDS)):
        faults.append("Authlib is not installed, which signs people in. Install what requirements.txt names.")
    if st.get_option("server.trustedUserHeaders"):
        faults.append("server.trustedUserHeaders: a header could say who somebody is. Do not set it.")
    return faults


def _secrets() -> dict[str, Any] | None:
    """Return Streamlit's secrets, empty if there is no file of them; None if there is one that cannot be read."""
    try:
        if st.secrets.load_if_toml_exists():
            return st.secrets.to_dict()
    except (OSError, ValueError):
        _LOG.exception("the secrets cannot be read")
        return None
    return None if any(_stands_there(Path(path)) for path in st.get_option("secrets.files")) else {}


def _files() -> str:
    return " or ".join(map(str, st.get_option("secrets.files")))


def _stands_there(path: Path) -> bool:
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def _return() -> None:
    """Take whoever signs in back to the address from which they came: the provider sends all to the same."""
    st.html(f"<script>{_RETURN.read_text('utf-8')}</script>", unsafe_allow_javascript=True)
