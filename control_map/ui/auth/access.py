"""Who may see a private deployment: the settings that its secrets must have, and the users that they admit."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from control_map.core.sanitize import split_web_address

AUTH_SECTION, ACCESS_SECTION = "auth", "control_map"
"""The sections of the secrets: for Streamlit, which signs users in, and for this map."""
_PROVIDER_KEYS = ("client_id", "client_secret", "server_metadata_url")
_NOT_PROVIDERS = {"client_kwargs"}
_RETURN_PATH = "/oauth2callback"
_MIN_SECRET_LENGTH = 32
"""Characters; anyone who guesses the secret can forge the cookie of any user."""
_LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1"}
_EMAIL_OR_DOMAIN = re.compile(r"[^@\s]*@[^@\s]+")
_MAKE_ONE = 'python -c "import secrets; print(secrets.token_hex(32))"'


class AccessVerdict(Enum):
    """Whether a user who opens the page may see it."""

    ADMITTED = auto()
    SIGNED_OUT = auto()
    UNVERIFIED = auto()
    """Signed in, but the provider has not verified the e-mail address, and only listed addresses are admitted."""
    NOT_LISTED = auto()


@dataclass(frozen=True)
class AccessTerms:
    """The terms on which users are admitted.

    `providers` maps the name of each provider, `None` for one without a name, to the label of its button. `viewers`
    are e-mail addresses, and domains that begin with an @; None admits everyone whom a provider signs in. A sign-in
    lasts for `hours`, or as long as Streamlit's cookie if it is None. `trust_email` accepts addresses for which the
    provider does not state whether it verified them.
    """

    providers: Mapping[str | None, str]
    viewers: frozenset[str] | None = None
    hours: float | None = None
    trust_email: bool = False


def read_access_terms(secrets: Mapping[str, Any]) -> AccessTerms:
    """Return the terms in secrets that have no faults."""
    settings = secrets.get(ACCESS_SECTION, {})
    viewers = settings.get("viewers")
    return AccessTerms(
        {
            name: f"Sign in with {name.capitalize()}" if name else "Sign in"
            for name in _providers(secrets[AUTH_SECTION])
        },
        None if viewers is None else frozenset(_fold_case(viewer) for viewer in viewers),
        settings.get("hours"),
        settings.get("trust_email", False),
    )


def check_access(terms: AccessTerms, user: Mapping[str, Any], now: float) -> AccessVerdict:
    """Judge a user by the claims of the provider's token.

    Parameters
    ----------
    terms
        The terms of the deployment.
    user
        The claims, and `is_logged_in`.
    now
        Seconds since 1970.
    """
    if user.get("is_logged_in") is not True or _has_expired(terms.hours, user.get("iat"), now):
        return AccessVerdict.SIGNED_OUT
    if terms.viewers is None:
        return AccessVerdict.ADMITTED
    email = user.get("email")
    if not isinstance(email, str) or not _EMAIL_OR_DOMAIN.fullmatch(email) or email.startswith("@"):
        return AccessVerdict.NOT_LISTED
    if user.get("email_verified", terms.trust_email) not in (True, "true"):
        return AccessVerdict.UNVERIFIED
    listed = {_fold_case(email), _fold_case(email[email.index("@") :])} & terms.viewers
    return AccessVerdict.ADMITTED if listed else AccessVerdict.NOT_LISTED


def _has_expired(hours: float | None, since: Any, now: float) -> bool:
    return hours is not None and not (isinstance(since, (int, float)) and now < since + 3600 * hours)


def _fold_case(text: str) -> str:
    """Write an address in lower case if it is ASCII: some others, as the kelvin sign, have ASCII lower cases."""
    return text.lower() if text.isascii() else text


def find_secrets_faults(secrets: Mapping[str, Any]) -> list[str]:
    """Return the faults of secrets for sign-in, each with its fix; no user is admitted while there are any."""
    auth = secrets.get(AUTH_SECTION)
    if not isinstance(auth, Mapping) or not auth:
        return ["There is no section [auth] in the secrets. Write one, as the example shows.", *_map_faults(secrets)]
    return [*_auth_faults(auth), *_map_faults(secrets)]


def _auth_faults(auth: Mapping[str, Any]) -> Iterator[str]:
    redirect_uri = auth.get("redirect_uri")
    if not _is_safe(redirect_uri) or not str(redirect_uri).endswith(_RETURN_PATH):
        yield (
            "[auth], redirect_uri: this is not the address of the map followed by the path. "
            f"Write https://, the host, and {_RETURN_PATH}; http:// is allowed for localhost only."
        )
    secret = auth.get("cookie_secret")
    if not isinstance(secret, str) or len(secret) < _MIN_SECRET_LENGTH:
        yield f"[auth], cookie_secret: it has fewer than {_MIN_SECRET_LENGTH} characters. Make one with {_MAKE_ONE}"
    names = _providers(auth)
    if not names:
        yield f"[auth]: there is no provider. Write {', '.join(_PROVIDER_KEYS)}."
    for name in names:
        section = f"[{AUTH_SECTION}.{name}]" if name else f"[{AUTH_SECTION}]"
        provider = auth[name] if name else auth
        if "_" in (name or ""):
            yield f"{section}: Streamlit does not allow an underscore in the name of a provider. Write a hyphen."
        for key in _PROVIDER_KEYS:
            if not isinstance(provider.get(key), str) or not provider[key]:
                yield f"{section}, {key}: it is missing. Write the value that the provider gives."
        if provider.get("server_metadata_url") and not _is_safe(provider["server_metadata_url"]):
            yield f"{section}, server_metadata_url: this is not a safe web address. Write one with https://."


def _map_faults(secrets: Mapping[str, Any]) -> Iterator[str]:
    settings = secrets.get(ACCESS_SECTION, {})
    if not isinstance(settings, Mapping):
        yield f"[{ACCESS_SECTION}]: this is not a section. Write [{ACCESS_SECTION}], and below it viewers."
        return
    for key in settings.keys() - {"viewers", "hours", "trust_email"}:
        yield f"[{ACCESS_SECTION}], {key}: there is no such key. Write viewers, hours or trust_email."
    viewers = settings.get("viewers", [])
    if not isinstance(viewers, list):
        yield f'[{ACCESS_SECTION}], viewers: this is not a list. Write viewers = ["ana@example.org", "@example.net"].'
    elif not all(isinstance(viewer, str) and _EMAIL_OR_DOMAIN.fullmatch(viewer) for viewer in viewers):
        yield (
            f"[{ACCESS_SECTION}], viewers: one of them is neither an e-mail address nor a domain. "
            "Write ana@example.org, or @example.net."
        )
    hours = settings.get("hours", 1)
    if isinstance(hours, bool) or not isinstance(hours, (int, float)) or not hours > 0:
        yield f"[{ACCESS_SECTION}], hours: this is not a number above 0. Write hours = 12."
    if not isinstance(settings.get("trust_email", False), bool):
        yield (
            f"[{ACCESS_SECTION}], trust_email: this is neither true nor false. "
            "Write trust_email = true, or leave it out."
        )


def _providers(auth: Mapping[str, Any]) -> list[str | None]:
    named = [key for key, value in auth.items() if isinstance(value, Mapping) and key not in _NOT_PROVIDERS]
    return [*([None] if any(key in auth for key in _PROVIDER_KEYS) else []), *named]


def _is_safe(address: Any) -> bool:
    if not isinstance(address, str):
        return False
    parts = split_web_address(address)
    return parts is not None and (parts.scheme == "https" or parts.hostname in _LOCAL_HOSTS)
