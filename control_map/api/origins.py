"""Which pages of other sites may read the API and the feeds in a browser (CORS)."""

import logging
import os
import re
from functools import lru_cache

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from control_map.ui.server.headers import ORIGIN

ORIGINS_VARIABLE = "CONTROL_MAP_API_ORIGINS"
"""The environment variable with the origins, such as https://news.example.org, whose pages may read; * for all."""
ALL = "*"
_SHOWN = ("ETag", "Link", "RateLimit", "RateLimit-Policy", "Retry-After", "WWW-Authenticate")
"""The headers of an answer that a script of such a page sees, beside those that it always does."""
_LOG = logging.getLogger(__name__)


def open_to_origins(app: ASGIApp, *, is_private: bool) -> ASGIApp:
    """Return an application whose answers the pages of the origins may read that the setting names.

    By default, pages of all origins read what is public, and none reads what is private. A browser sends no cookies
    with their requests: they read without sign-in, or with a key.
    """
    pattern = _origin_pattern(os.environ.get(ORIGINS_VARIABLE, "").strip() or ("" if is_private else ALL))
    if not pattern:
        return app
    return CORSMiddleware(
        app,
        allow_origins=(ALL,) if pattern == ALL else (),
        allow_origin_regex=None if pattern == ALL else pattern,
        allow_methods=("GET", "HEAD"),
        allow_headers=("Authorization", "If-None-Match"),
        expose_headers=_SHOWN,
    )


@lru_cache(maxsize=8)
def _origin_pattern(setting: str) -> str:
    """Return the pattern of the origins that a setting names; what is no origin opens nothing."""
    if setting == ALL:
        return ALL
    origins = [each.rstrip("/") for each in setting.split()]
    for origin in origins:
        if not ORIGIN.fullmatch(origin):
            _LOG.error("%s: '%.100s' is no origin. Write it as https://news.example.org.", ORIGINS_VARIABLE, origin)
    return "|".join(re.escape(each).replace(r"\*", r"[\w.-]+") for each in origins if ORIGIN.fullmatch(each))
