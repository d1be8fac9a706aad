"""Sign-in without a browser: a deployment that asks for it shows nothing else, and one with a fault shows no map."""

import ast
import json
import threading
import time
from copy import deepcopy
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from control_map.theatre import discovery
from control_map.ui.auth import sign_in
from tests.conftest import SHIPPED
from tests.unit.ui.test_access import SECRETS

APP = str(SHIPPED.parents[1] / "app.py")
UI_FOLDER = Path(sign_in.__file__).parents[1]


@pytest.fixture(autouse=True)
def theatre_opened(monkeypatch) -> list[str]:
    """The requests for theatres; none is read, as these tests end before that."""
    asked = []

    def read() -> dict[str, str]:
        asked.append("theatres")
        st.stop()

    monkeypatch.setattr(discovery, "pack_folders", read)
    monkeypatch.setattr(sign_in, "_is_private", threading.Event())
    sign_in._log_faults.cache_clear()
    monkeypatch.delenv(sign_in.SIGN_IN_VARIABLE, raising=False)
    return asked


def opened(secrets: dict | None = None, **user) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=60)
    app.secrets = deepcopy(secrets or {})
    app.user = user
    app.run()
    assert not app.exception
    return app


def text(app: AppTest) -> str:
    return " ".join(element.body for element in app.get("html"))


def test_a_deployment_that_does_not_ask_for_it_opens_as_ever(theatre_opened):
    app = opened()
    assert theatre_opened == ["theatres"]
    assert not app.get("html")
    assert not app.button


def test_who_is_not_signed_in_sees_one_button_and_no_theatre_is_opened(theatre_opened):
    app = opened(SECRETS)
    assert theatre_opened == []
    assert "This map is private: sign in to see it." in text(app)
    assert [button.label for button in app.button] == ["Sign in"]
    assert not app.selectbox


def test_each_provider_has_a_button(theatre_opened):
    one = dict.fromkeys(("client_id", "client_secret", "server_metadata_url"), "https://id.example.org")
    auth = {key: SECRETS["auth"][key] for key in ("redirect_uri", "cookie_secret")} | {"google": one, "okta": one}
    app = opened({"auth": auth})
    assert [button.label for button in app.button] == ["Sign in with Google", "Sign in with Okta"]
    assert theatre_opened == []


def test_the_page_echoes_nothing_of_its_address():
    app = AppTest.from_file(APP, default_timeout=60)
    app.secrets = deepcopy(SECRETS)
    app.query_params["place"] = "AF3211"
    app.query_params["theatre"] = "secret-place"
    app.run()
    assert "AF3211" not in text(app)
    assert "secret-place" not in text(app)


def test_a_user_who_is_not_listed_sees_why_and_can_only_sign_out(theatre_opened):
    app = opened(SECRETS, is_logged_in=True, email="eve<b>@example.com", email_verified=True, iat=2e9)
    assert theatre_opened == []
    assert "eve&lt;b&gt;@example.com</bdi>, which may not view this map" in text(app)
    assert [button.label for button in app.button] == ["Sign out"]
    app.button[0].click().run()
    assert app.user["is_logged_in"] is False
    assert theatre_opened == []


def test_a_user_with_an_unverified_address_sees_why(theatre_opened):
    app = opened(SECRETS, is_logged_in=True, email="ana@example.org", email_verified=False, iat=2e9)
    assert "that your provider has not verified" in text(app)
    assert theatre_opened == []


def test_a_listed_user_is_admitted(theatre_opened):
    opened(SECRETS, is_logged_in=True, email="ana@example.org", email_verified=True, iat=2e9)
    assert theatre_opened == ["theatres"]


def test_a_user_who_may_no_longer_see_the_map_during_a_visit_is_sent_to_the_whole_page(monkeypatch):
    monkeypatch.setattr(st, "secrets", secrets(SECRETS))
    monkeypatch.setattr(st, "user", Someone(is_logged_in=True, email="ana@example.org", email_verified=True, iat=2e9))
    reruns: list[str] = []
    monkeypatch.setattr(st, "rerun", lambda *, scope: reruns.append(scope))
    sign_in.recheck_access()
    assert reruns == []
    monkeypatch.setattr(st, "user", Someone(is_logged_in=True, email="ana@example.org", email_verified=True, iat=1e9))
    sign_in.recheck_access()
    assert reruns == ["app"]


def test_a_download_is_made_as_long_as_the_user_may_see_the_map(monkeypatch):
    monkeypatch.setattr(st, "user", Someone(is_logged_in=True, email="ana@example.org", email_verified=True, iat=2e9))
    offered = []
    monkeypatch.setattr(st, "download_button", lambda _, make, *__, **___: offered.append(make))
    sign_in.offer_download("Mine", "mine.txt", None, lambda: b"mine")
    (make,) = offered
    monkeypatch.setattr(st, "user", Someone())  # as it is where a download is made
    assert make() == b"mine"
    monkeypatch.setattr(st, "secrets", secrets(SECRETS))
    assert make() == b"mine"
    monkeypatch.setattr(st, "secrets", secrets({**SECRETS, "control_map": {"viewers": ["ben@example.org"]}}))
    with pytest.raises(PermissionError):
        make()


class Someone:
    def __init__(self, **claims) -> None:
        self.to_dict = lambda: claims


def secrets(values: dict | None = None, error: Exception | None = None) -> object:
    class Secrets:
        def load_if_toml_exists(self) -> bool:
            if error:
                raise error
            return values is not None

        def to_dict(self) -> dict:
            return deepcopy(values or {})

    return Secrets()


REFUSALS = {
    "no file at all": ("required", None, "The secrets are missing. Put them at "),
    "nothing that signs people in": ("required", {"other": 1}, "There is no section [auth] in the secrets"),
    "half of it": ("required", {"auth": {"client_id": "x"}}, "[auth], cookie_secret"),
    "half of it, and not required": ("", {"auth": {"client_id": "x"}}, "[auth], cookie_secret"),
    "a list of viewers alone": ("", {"control_map": {"viewers": ["ana@example.org"]}}, "There is no section [auth]"),
    "a word that is not known": ("on", SECRETS, "CONTROL_MAP_SIGN_IN: this is not a valid value. Write required"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_a_deployment_with_faulty_settings_logs_them_and_shows_neither_map_nor_fault(
    case, monkeypatch, theatre_opened, caplog
):
    asks, values, fix = REFUSALS[case]
    monkeypatch.setenv(sign_in.SIGN_IN_VARIABLE, asks)
    app = opened(values, is_logged_in=True, email="ana@example.org", email_verified=True, iat=2e9)
    assert theatre_opened == []
    assert fix in caplog.text
    assert fix not in text(app)
    assert "closed until its administrator has corrected" in text(app)
    assert not app.button
    app.run()
    assert caplog.text.count(fix) == 1


def test_without_authlib_no_user_is_admitted(monkeypatch, theatre_opened, caplog):
    monkeypatch.setattr(sign_in, "find_spec", lambda name: None if name == "authlib" else name)
    app = opened(SECRETS, is_logged_in=True, email="ana@example.org", email_verified=True, iat=2e9)
    assert "Authlib, which sign-in needs, is not installed" in caplog.text
    assert "Authlib" not in text(app)
    assert theatre_opened == []


def test_headers_that_name_a_user_admit_no_user(monkeypatch, theatre_opened, caplog):
    known = st.get_option
    said = {"server.trustedUserHeaders": {"X-Email": "email"}}
    monkeypatch.setattr(st, "get_option", lambda name: said.get(name) or known(name))
    app = opened(SECRETS, is_logged_in=True, email="ana@example.org", email_verified=True, iat=2e9)
    assert "server.trustedUserHeaders" in caplog.text
    assert "trustedUserHeaders" not in text(app)
    assert theatre_opened == []


@pytest.mark.parametrize("error", [None, PermissionError("no"), UnicodeDecodeError("utf-8", b"\xff", 0, 1, "no")])
def test_secrets_that_cannot_be_read_show_no_map(monkeypatch, tmp_path, theatre_opened, caplog, error):
    file = tmp_path / "secrets.toml"
    file.write_text("[auth")
    known = st.get_option
    monkeypatch.setattr(st, "get_option", lambda name: [str(file)] if name == "secrets.files" else known(name))
    monkeypatch.setattr(st, "secrets", secrets(error=error))
    app = opened()
    assert f"The secrets cannot be read: {file}" in caplog.text
    assert str(tmp_path) not in text(app)
    assert theatre_opened == []


def test_secrets_that_go_missing_open_nothing(theatre_opened, caplog):
    opened(SECRETS)
    app = opened({}, is_logged_in=True, email="ana@example.org", email_verified=True, iat=2e9)
    assert "The secrets are missing" in caplog.text
    assert "closed until" in text(app)
    assert theatre_opened == []


def test_who_is_signed_in_is_named_only_where_sign_in_is_asked_for(monkeypatch):
    shown: list[str] = []
    monkeypatch.setattr(st, "html", shown.append)
    monkeypatch.setattr(st, "button", lambda label, **_: shown.append(label))
    monkeypatch.setattr(st, "user", Someone(email="<i>@example.org"))
    sign_in.show_signed_in_user()
    assert shown == []
    sign_in._is_private.set()
    sign_in.show_signed_in_user()
    assert "Signed in as <bdi>&lt;i&gt;@example.org</bdi>" in shown[0]
    assert shown[1] == "Sign out"


def test_a_request_for_a_file_is_judged_by_the_signed_cookie(monkeypatch):
    monkeypatch.setattr(sign_in, "_secrets", lambda: SECRETS)
    secret = SECRETS["auth"]["cookie_secret"]
    monkeypatch.setattr(sign_in, "get_cookie_secret", lambda: secret)

    def cookies(email: str, secret: str = secret, **claims) -> dict[str, str]:
        claims = {"is_logged_in": True, "email": email, "email_verified": True, "iat": time.time()} | claims
        return {USER_COOKIE_NAME: create_signed_value(secret, USER_COOKIE_NAME, json.dumps(claims)).decode()}

    assert sign_in.is_admitted(cookies("ana@example.org"))
    for other in (
        {},
        {USER_COOKIE_NAME: "no cookie"},
        cookies("eve@example.com"),
        cookies("ana@example.org", "another secret"),
        cookies("ana@example.org", is_logged_in=False),
        {"another": cookies("ana@example.org")[USER_COOKIE_NAME]},
    ):
        assert not sign_in.is_admitted(other)
    monkeypatch.setattr(sign_in, "_secrets", lambda: None)
    assert not sign_in.is_admitted(cookies("ana@example.org"))


def test_where_sign_in_is_not_asked_for_each_request_is_admitted(monkeypatch):
    monkeypatch.setattr(sign_in, "_secrets", dict)
    assert sign_in.is_admitted({})
    assert not sign_in.is_private_deployment()


def fragments() -> list[ast.FunctionDef]:
    """The functions that run without the page around them, and so without `require_sign_in`."""
    return [
        node
        for path in UI_FOLDER.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef)
        and any(word in ast.unparse(each) for each in node.decorator_list for word in ("fragment", "dialog"))
    ]


def test_each_fragment_of_the_page_first_checks_that_the_user_may_still_see_it():
    assert {"_follow_date", "_panel"} <= {fragment.name for fragment in fragments()}
    for fragment in fragments():
        said = fragment.body[1:] if ast.get_docstring(fragment) else fragment.body
        assert ast.unparse(said[0]) == "sign_in.recheck_access()", fragment.name


def test_every_download_is_made_only_if_the_user_may_still_see_the_map():
    offered = [
        ast.unparse(argument)
        for path in UI_FOLDER.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".download_button")
        for argument in [*(word.value for word in node.keywords if word.arg == "data"), *node.args[1:2]]
    ]
    assert offered == ["make_if_admitted"]
