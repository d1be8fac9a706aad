"""Who may see a private deployment: what its secrets must say, and whom they let in."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any
from urllib.parse import urlsplit

AUTH_SECTION, ACCESS_SECTION = "auth", "control_map"
"""The sections of the secrets: of Streamlit, which signs people in, and of this map."""
_OF_PROVIDER = ("client_id", "client_secret", "server_metadata_url")
_NOT_PROVIDERS = {"client_kwargs"}
_RETURNS_TO = "/oauth2callback"
_SHORTEST = 32
"""Whoever guesses the secret can sign a cookie that says anything."""
_HERE = {"localhost", "127.0.0.1", "::1"}
_VIEWER = re.compile(r"[^@\s]*@[^@\s]+")
_MAKE_ONE = 'python -c "import secrets; print(secrets.token_hex(32))"'


class AccessVerdict(Enum):
    """What becomes of somebody who opens the page."""

    ADMITTED = auto()
    SIGNED_OUT = auto()
    UNVERIFIED = auto()
    """Signed in, but the provider does not vouch for the e-mail address, and only listed ones are let in."""
    NOT_LISTED = auto()


@dataclass(frozen=True)
class AccessTerms:
    """On which terms people are let in.

    `providers` maps the name of each provider, `None` for one without, to what its button says. `viewers` are e-mail
    addresses, and domains that begin with an @; None lets in all whom a provider signs in. A sign-in is good for
    `hours`, or as long as Streamlit's cookie if there are none. `trust_email` believes addresses of which the provider
    does not say whether it verified them.
    """

    providers: Mapping[str | None, str]
    viewers: frozenset[str] | None = None
    hours: float | None = None
    trust_email: bool = False


def read_access_terms(secrets: Mapping[str, Any]) -> AccessTerms:
    """Return the terms that secrets without faults name."""
    own = secrets.get(ACCESS_SECTION, {})
    viewers = own.get("viewers")
    return AccessTerms(
        {
            name: f"Sign in with {name.capitalize()}" if name else "Sign in"
            for name in _providers(secrets[AUTH_SECTION])
        },
        None if viewers is None else frozenset(_folded(viewer) for viewer in viewers),
        own.get("hours"),
        own.get("trust_email", False),
    )


def check_access(on: AccessTerms, user: Mapping[str, Any], now: float) -> AccessVerdict:
    """Judge somebody by the claims of the provider's token.

    Parameters
    ----------
    on
        The terms.
    user
        The claims, and `is_logged_in`.
    now
        Seconds since 1970.
    """
    if user.get("is_logged_in") is not True or _is_over(on.hours, user.get("iat"), now):
        return AccessVerdict.SIGNED_OUT
    if on.viewers is None:
        return AccessVerdict.ADMITTED
    email = user.get("email")
    if not isinstance(email, str) or not _VIEWER.fullmatch(email) or email.startswith("@"):
        return AccessVerdict.NOT_LISTED
    if user.get("email_verified", on.trust_email) not in (True, "true"):
        return AccessVerdict.UNVERIFIED
    listed = {_folded(email), _folded(email[email.index("@") :])} & on.viewers
    return AccessVerdict.ADMITTED if listed else AccessVerdict.NOT_LISTED


def _is_over(hours: float | None, since: Any, now: float) -> bool:
    return hours is not None and not (isinstance(since, (int, float)) and now < since + 3600 * hours)


def _folded(text: str) -> str:
    """Write an address in lower case if it is ASCII: other letters have lower cases that are ASCII, as the kelvin."""
    return text.lower() if text.isascii() else text


def find_secrets_faults(secrets: Mapping[str, Any]) -> list[str]:
    """Say what is wrong with secrets that are to sign people in, each with its mend; nobody is let in on such."""
    auth = secrets.get(AUTH_SECTION)
    if not isinstance(auth, Mapping) or not auth:
        return ["There is no section [auth] in the secrets. Write one, as the example shows.", *_own_faults(secrets)]
    return [*_auth_faults(auth), *_own_faults(secrets)]


def _auth_faults(auth: Mapping[str, Any]) -> Iterator[str]:
    returns_to = auth.get("redirect_uri")
    if not _is_safe(returns_to) or not str(returns_to).endswith(_RETURNS_TO):
        yield (
            "[auth], redirect_uri: this is not the map's own address with its path. "
            f"Write https://, the host, and {_RETURNS_TO}; http:// will do for localhost alone."
        )
    secret = auth.get("cookie_secret")
    if not isinstance(secret, str) or len(secret) < _SHORTEST:
        yield f"[auth], cookie_secret: it has less than {_SHORTEST} characters. Make one with {_MAKE_ONE}"
    names = _providers(auth)
    if not names:
        yield f"[auth]: no provider is named. Write {', '.join(_OF_PROVIDER)}."
    for name in names:
        section = f"[{AUTH_SECTION}.{name}]" if name else f"[{AUTH_SECTION}]"
        provider = auth[name] if name else auth
        if "_" in (name or ""):
            yield f"{section}: Streamlit knows no provider with a low line in its name. Write a hyphen."
        for key in _OF_PROVIDER:
            if not isinstance(provider.get(key), str) or not provider[key]:
                yield f"{section}, {key}: there is none. Write what the provider says."
        if provider.get("server_metadata_url") and not _is_safe(provider["server_metadata_url"]):
            yield f"{section}, server_metadata_url: this is not a safe web address. Write one with https://."


def _own_faults(secrets: Mapping[str, Any]) -> Iterator[str]:
    own = secrets.get(ACCESS_SECTION, {})
    if not isinstance(own, Mapping):
        yield f"[{ACCESS_SECTION}]: this is not a section. Write [{ACCESS_SECTION}], and below it viewers."
        return
    for key in own.keys() - {"viewers", "hours", "trust_email"}:
        yield f"[{ACCESS_SECTION}], {key}: there is no such key. Write viewers, hours or trust_email."
    viewers = own.get("viewers", [])
    if not isinstance(viewers, list):
        yield f'[{ACCESS_SECTION}], viewers: this is not a list. Write viewers = ["ana@example.org", "@example.net"].'
    elif not all(isinstance(viewer, str) and _VIEWER.fullmatch(viewer) for viewer in viewers):
        yield f"[{ACCESS_SECTION}], viewers: not each is an e-mail address or a domain. Write ana@example.org, or @example.net."
    hours = own.get("hours", 1)
    if isinstance(hours, bool) or not isinstance(hours, (int, float)) or not hours > 0:
        yield f"[{ACCESS_SECTION}], hours: this is no number above 0. Write hours = 12."
    if not isinstance(own.get("trust_email", False), bool):
        yield f"[{ACCESS_SECTION}], trust_email: this is neither true nor false. Write trust_email = true, or leave it out."


def _providers(auth: Mapping[str, Any]) -> list[str | None]:
    named = [key for key, value in auth.items() if isinstance(value, Mapping) and key not in _NOT_PROVIDERS]
    return [*([None] if any(key in auth for key in _OF_PROVIDER) else []), *named]


def _is_safe(address: Any) -> bool:
    if not isinstance(address, str):
        return False
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and host in _HERE))
