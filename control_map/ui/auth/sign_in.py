"""Sign-in: where the deployment requires it, a user sees nothing of a theatre before being admitted."""

import json
import logging
import os
import threading
import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.auth_util import get_cookie_with_chunks
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from control_map.ui import html
from control_map.ui.auth import access
from control_map.ui.auth.access import AccessTerms, AccessVerdict

SIGN_IN_VARIABLE = "CONTROL_MAP_SIGN_IN"
"""The environment variable that requires sign-in whether there are secrets or not."""
SIGN_IN_REQUIRED = "required"
_SHEET = Path(__file__).parents[1] / "templates" / "sign_in.css"
RETURN_SCRIPT = Path(__file__).parent / "return.js"
_SIGNING_OUT_KEY = "signing out"
_REQUIRED_PACKAGES = ("authlib", "httpx")
_LOG = logging.getLogger(__name__)
_is_private = threading.Event()
"""Set at the first sign of a private deployment: it stays closed if its secrets go missing while they are replaced."""


def require_sign_in() -> None:
    """Stop the page here unless the user may see the map: show how to sign in, or why the user may not.

    Everybody may see it unless the secrets or `CONTROL_MAP_SIGN_IN` require sign-in.
    """
    verdict, terms, faults = _judge()
    if verdict is AccessVerdict.ADMITTED:
        if terms:
            _return_after_sign_in()
        return
    _log_faults(tuple(faults))
    st.html(_SHEET)
    with st.container(key="sign-in"):
        email = st.user.to_dict().get("email")
        html.show_template("sign_in.html", verdict=verdict and verdict.name, email=email)
        if verdict is AccessVerdict.SIGNED_OUT and terms:
            for name, label in terms.providers.items():
                st.button(
                    html.escape_markdown(label), width="stretch", on_click=st.login, args=(name,), key=f"sign-in {name}"
                )
            _return_after_sign_in()
        elif verdict:
            st.button("Sign out", on_click=st.logout)
    st.stop()


def is_private_deployment() -> bool:
    """Whether the secrets or `CONTROL_MAP_SIGN_IN` have required sign-in since the app was started."""
    return _is_private.is_set()


def is_admitted(cookies: Mapping[str, str]) -> bool:
    """Whether a request with these cookies comes from a user who may see the map."""
    verdict, terms, _ = _judge({})
    if terms is None:  # sign-in is not required, or its settings have faults
        return verdict is AccessVerdict.ADMITTED
    return access.check_access(terms, _user_of(cookies), time.time()) is AccessVerdict.ADMITTED


def _user_of(cookies: Mapping[str, str]) -> dict[str, Any]:
    """Return the claims of the user whom Streamlit's signed cookie identifies; empty if there is none."""

    def check(name: str) -> bytes | None:
        return decode_signed_value(get_cookie_secret(), name, cookies.get(name, ""))

    signed = get_cookie_with_chunks(check, USER_COOKIE_NAME)
    claims = json.loads(signed) if signed else {}
    return claims if isinstance(claims, dict) else {}


def recheck_access() -> None:
    """Run the whole page again, which ends at `require_sign_in`, if the user may no longer see the map.

    One who signs out is already on the way to another page, and running this one again would take the order to go
    there, which has not been sent yet, back: the browser would keep its cookie.
    """
    verdict, _, _ = _judge()
    if verdict is not AccessVerdict.ADMITTED:
        if st.session_state.get(_SIGNING_OUT_KEY):
            st.stop()
        st.rerun(scope="app")


def offer_download(
    label: str, file_name: str, media_type: str | None, make: Callable[[], str | bytes], **button: Any
) -> None:
    """Show a button for a file, which is made after the click, if the user may still see the map then.

    `make` may not use Streamlit, which no longer knows the user after the click; `button` has further arguments of
    `st.download_button`.
    """
    user = st.user.to_dict()

    def make_if_admitted() -> str | bytes:
        if _judge(user)[0] is not AccessVerdict.ADMITTED:
            problem = "the user may no longer see the map"
            raise PermissionError(problem)
        return make()

    st.download_button(
        html.escape_markdown(label), make_if_admitted, file_name, media_type, on_click="ignore", **button
    )


def show_signed_in_user() -> None:
    """Show who is signed in, with a button to sign out; show nothing if sign-in is not required."""
    if _is_private.is_set():
        user = st.user.to_dict()
        html.show_template("viewer.html", name=user.get("email") or user.get("name") or user.get("sub"))
        st.button("Sign out", on_click=_sign_out)


def _sign_out() -> None:
    st.session_state[_SIGNING_OUT_KEY] = True
    st.logout()


def _judge(user: Mapping[str, Any] | None = None) -> tuple[AccessVerdict | None, AccessTerms | None, list[str]]:
    """Return the verdict (None if the settings have faults), the terms (None if there are none) and the faults.

    `user` has the claims to judge by, instead of those of the user of this run.
    """
    setting, secrets = os.environ.get(SIGN_IN_VARIABLE, ""), _secrets()
    if setting or secrets is None or secrets.keys() & {access.AUTH_SECTION, access.ACCESS_SECTION}:
        _is_private.set()
    if not _is_private.is_set():
        return AccessVerdict.ADMITTED, None, []
    faults = _faults(setting, secrets)
    if faults or secrets is None:
        return None, None, faults
    terms = access.read_access_terms(secrets)
    return access.check_access(terms, st.user.to_dict() if user is None else user, time.time()), terms, []


@lru_cache(maxsize=8)
def _log_faults(faults: tuple[str, ...]) -> None:
    """Write the faults to the log, once; the page does not show them, as a stranger could use a weak setting."""
    for fault in faults:
        _LOG.error("sign-in is closed: %s", fault)


def _faults(setting: str, secrets: Mapping[str, Any] | None) -> list[str]:
    faults = []
    if setting not in {"", SIGN_IN_REQUIRED}:
        faults.append(f"{SIGN_IN_VARIABLE}: this is not a valid value. Write {SIGN_IN_REQUIRED}, or do not set it.")
    if secrets is None:
        faults.append(f"The secrets cannot be read: {_files()}. Correct the file, or its permissions.")
    elif not secrets and not any(_exists(Path(path)) for path in st.get_option("secrets.files")):
        faults.append(f"The secrets are missing. Put them at {_files()}, as the example shows.")
    else:
        faults += access.find_secrets_faults(secrets)
    if not all(map(find_spec, _REQUIRED_PACKAGES)):
        faults.append("Authlib, which sign-in needs, is not installed. Install the packages in requirements.txt.")
    if st.get_option("server.trustedUserHeaders"):
        faults.append("server.trustedUserHeaders: with it, anyone could sign in by sending a header. Do not set it.")
    return faults


def _secrets() -> dict[str, Any] | None:
    """Return Streamlit's secrets: empty if there is no file, None if there is one that cannot be read."""
    try:
        if st.secrets.load_if_toml_exists():
            return st.secrets.to_dict()
    except (OSError, ValueError):
        _LOG.exception("the secrets cannot be read")
        return None
    return None if any(_exists(Path(path)) for path in st.get_option("secrets.files")) else {}


def _files() -> str:
    return " or ".join(map(str, st.get_option("secrets.files")))


def _exists(path: Path) -> bool:
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def _return_after_sign_in() -> None:
    """Take a user who has signed in back to the address they came from: the provider returns all to one address."""
    st.html(f"<script>{RETURN_SCRIPT.read_text('utf-8')}</script>", unsafe_allow_javascript=True)
