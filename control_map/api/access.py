"""Who may read from the API: those who may see the page, and who has a key."""

from collections.abc import Mapping

from starlette.requests import Request

from control_map.theatre.discovery import folders_by_name
from control_map.ui.auth import sign_in

_GENERAL = {"", "theatres", "openapi"}
"""The last parts of the paths that are about no theatre, without their endings."""


def is_admitted(request: Request) -> bool:
    """Whether a request may be answered: it may read of the theatre that it names, or, if it is about none, of any."""
    if sign_in.is_admitted(request.cookies):
        return True
    known, named = list(folders_by_name()), request.query_params.get("theatre")
    is_general = request.url.path.rpartition("/")[2].partition(".")[0] in _GENERAL
    asked = known if is_general else [named or next(iter(known), "")]
    return any(_has_key(request.headers, theatre) for theatre in asked)


def may_read(request: Request, theatre: str) -> bool:
    """Whether a request may read of a theatre."""
    return sign_in.is_admitted(request.cookies) or _has_key(request.headers, theatre)


def _has_key(headers: Mapping[str, str], theatre: str) -> bool:  # noqa: ARG001 - there are no keys yet
    return False
