"""Who is admitted, and what the secrets must state before any user is."""

import tomllib
from copy import deepcopy

import pytest

from control_map.ui.auth.access import AccessTerms, AccessVerdict, check_access, find_secrets_faults, read_access_terms
from tests.support.running import ROOT

NOW = 1_800_000_000
SECRETS = {
    "auth": {
        "redirect_uri": "https://map.example.org/oauth2callback",
        "cookie_secret": "0" * 32,
        "client_id": "map",
        "client_secret": "s",
        "server_metadata_url": "https://id.example.org/.well-known/openid-configuration",
    },
    "control_map": {"viewers": ["Ana@Example.org", "@example.net"], "hours": 12},
}
LISTED = read_access_terms(SECRETS)


def someone(**claims) -> dict[str, object]:
    return {"is_logged_in": True, "email": "ana@example.org", "email_verified": True, "iat": NOW - 60} | claims


def test_a_listed_address_is_let_in_however_it_is_capitalised():
    assert check_access(LISTED, someone(email="ANA@example.ORG"), NOW) is AccessVerdict.ADMITTED


def test_a_listed_domain_lets_in_its_addresses_and_those_of_no_other():
    assert check_access(LISTED, someone(email="x@EXAMPLE.net"), NOW) is AccessVerdict.ADMITTED
    for email in ("x@sub.example.net", "x@notexample.net", "x@example.net.evil.test", "example.net", "@example.net"):
        assert check_access(LISTED, someone(email=email), NOW) is AccessVerdict.NOT_LISTED


@pytest.mark.parametrize(
    "email",
    ["ben@example.org", "", None, 7, ["ana@example.org"], "ana@example.org ", "ana@example.org\n", "x@y@example.net"],
)
def test_no_other_address_is_let_in(email):
    assert check_access(LISTED, someone(email=email), NOW) is AccessVerdict.NOT_LISTED


def test_characters_that_only_look_or_fold_like_those_of_the_list_are_others():
    listed = AccessTerms({}, frozenset({"kim@example.org"}))
    assert check_access(listed, someone(email="\u212aim@example.org"), NOW) is AccessVerdict.NOT_LISTED


def test_a_token_without_an_address_is_not_on_a_list():
    user = someone()
    del user["email"]
    assert check_access(LISTED, user, NOW) is AccessVerdict.NOT_LISTED


@pytest.mark.parametrize("said", [False, "false", None, 0, "", []])
def test_an_address_that_the_provider_does_not_vouch_for_is_not_on_a_list(said):
    assert check_access(LISTED, someone(email_verified=said), NOW) is AccessVerdict.UNVERIFIED


def test_a_provider_that_does_not_say_whether_it_verified_is_taken_at_its_word_only_if_the_secrets_say_so():
    user, trusting = someone(), read_access_terms(changed("control_map", trust_email=True))
    del user["email_verified"]
    assert check_access(LISTED, user, NOW) is AccessVerdict.UNVERIFIED
    assert check_access(trusting, user, NOW) is AccessVerdict.ADMITTED
    assert check_access(trusting, someone(email_verified=False), NOW) is AccessVerdict.UNVERIFIED
    assert check_access(LISTED, someone(email_verified="true"), NOW) is AccessVerdict.ADMITTED
    assert find_secrets_faults(changed("control_map", trust_email=True)) == []


@pytest.mark.parametrize("said", [False, None, "true", 1])
def test_no_user_is_admitted_without_signing_in(said):
    for on in (LISTED, AccessTerms({})):
        assert check_access(on, someone(is_logged_in=said), NOW) is AccessVerdict.SIGNED_OUT
        assert check_access(on, {}, NOW) is AccessVerdict.SIGNED_OUT


def test_without_a_list_all_who_are_signed_in_are_let_in_and_with_an_empty_one_none():
    assert check_access(AccessTerms({}), {"is_logged_in": True}, NOW) is AccessVerdict.ADMITTED
    assert check_access(AccessTerms({}, frozenset()), someone(), NOW) is AccessVerdict.NOT_LISTED


@pytest.mark.parametrize("iat", [NOW - 12 * 3600, None, "yesterday", float("nan")])
def test_a_sign_in_ends_after_its_hours_or_if_it_does_not_say_when_it_was(iat):
    assert check_access(LISTED, someone(iat=iat), NOW) is AccessVerdict.SIGNED_OUT
    assert check_access(LISTED, someone(iat=NOW - 12 * 3600 + 1), NOW) is AccessVerdict.ADMITTED


def test_there_is_a_button_for_each_provider():
    assert LISTED.providers == {None: "Sign in"}
    auth = SECRETS["auth"]
    shared = {key: auth[key] for key in ("redirect_uri", "cookie_secret")}
    one = {key: auth[key] for key in ("client_id", "client_secret", "server_metadata_url")}
    several = {"auth": shared | {"google": one, "okta": one}}
    assert find_secrets_faults(several) == []
    assert read_access_terms(several) == AccessTerms({"google": "Sign in with Google", "okta": "Sign in with Okta"})


def test_good_secrets_have_no_faults():
    assert find_secrets_faults(SECRETS) == []
    local = changed("auth", redirect_uri="http://localhost:8501/oauth2callback", client_kwargs={"prompt": "login"})
    assert find_secrets_faults(local) == []


def changed(section: str, **values) -> dict[str, dict[str, object]]:
    copy = deepcopy(SECRETS)
    copy[section] |= values
    return {name: {key: value for key, value in of.items() if value is not ...} for name, of in copy.items()}


@pytest.mark.parametrize(
    ("secrets", "fault"),
    [
        ({}, "no section [auth]"),
        ({"auth": {}}, "no section [auth]"),
        ({"auth": "yes"}, "no section [auth]"),
        ({"control_map": {"viewers": []}}, "no section [auth]"),
        (changed("auth", redirect_uri=...), "redirect_uri"),
        (changed("auth", redirect_uri="http://map.example.org/oauth2callback"), "redirect_uri"),
        (changed("auth", redirect_uri="http://localhost.example.org/oauth2callback"), "redirect_uri"),
        (changed("auth", redirect_uri="https://map.example.org/"), "redirect_uri"),
        (changed("auth", redirect_uri="https://[map/oauth2callback"), "redirect_uri"),
        (changed("auth", cookie_secret=...), "cookie_secret: it has fewer than 32 characters"),
        (changed("auth", cookie_secret="xxx"), "cookie_secret: it has fewer than 32 characters"),
        (changed("auth", client_id=...), "[auth], client_id: it is missing"),
        (changed("auth", client_secret=""), "[auth], client_secret: it is missing"),
        (changed("auth", server_metadata_url="http://id.example.org/x"), "server_metadata_url: this is not a safe"),
        (changed("auth", client_id=..., client_secret=..., server_metadata_url=...), "there is no provider"),
        (changed("auth", google={}), "[auth.google], client_id: it is missing"),
        (changed("auth", my_own={}), "underscore"),
        ({**SECRETS, "control_map": "x"}, "[control_map]: this is not a section"),
        (changed("control_map", viewers="ana@example.org"), "viewers: this is not a list"),
        (
            changed("control_map", viewers=["example.org"]),
            "viewers: one of them is neither an e-mail address nor a domain",
        ),
        (changed("control_map", viewers=["a b@example.org"]), "viewers: one of them is neither"),
        (changed("control_map", viewers=[7]), "viewers: one of them is neither"),
        (changed("control_map", viewer=[]), "viewer: there is no such key"),
        (changed("control_map", trust_email="yes"), "trust_email: this is neither true nor false"),
        (changed("control_map", hours=0), "hours: this is not a number above 0"),
        (changed("control_map", hours=True), "hours: this is not a number above 0"),
        (changed("control_map", hours="12"), "hours: this is not a number above 0"),
        (changed("control_map", hours=float("nan")), "hours: this is not a number above 0"),
    ],
)
def test_secrets_that_would_let_in_the_wrong_people_have_a_fault_that_says_how_to_fix_it(secrets, fault):
    found = " ".join(find_secrets_faults(secrets))
    assert fault in found
    assert ". Write" in found or ". Make" in found


def test_the_example_lacks_only_what_is_to_be_filled_in():
    example = tomllib.loads((ROOT / ".streamlit" / "secrets.example.toml").read_text("utf-8"))
    lacking = [fault.split(":")[0] for fault in find_secrets_faults(example)]
    assert lacking == [f"[auth], {key}" for key in example["auth"]]
    example["auth"] = {key: value for key, value in SECRETS["auth"].items() if key in example["auth"]}
    assert find_secrets_faults(example) == []


def test_git_never_takes_the_secrets():
    assert ".streamlit/secrets.toml" in (ROOT / ".gitignore").read_text("utf-8").splitlines()


def test_a_fault_contains_no_secret():
    secrets = changed("auth", cookie_secret="hush-hush", client_secret=["quiet"], redirect_uri="http://silence.test")
    rows = " ".join(find_secrets_faults(secrets))
    assert "client_secret" in rows
    assert not [word for word in ("hush-hush", "quiet", "silence") if word in rows]
