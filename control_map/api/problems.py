"""What is wrong with a request, as `application/problem+json` (RFC 9457): which parameter, and how to fix it."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from starlette.responses import JSONResponse

from control_map.core.errors import ControlMapError, NoGeometryError, PackError, SettingError, UnknownNameError
from control_map.core.sanitize import sanitize_json, sanitize_line

_NEVER_STORE = {"Cache-Control": "private, no-store"}
_STATUSES: Mapping[type[ControlMapError], HTTPStatus] = {
    UnknownNameError: HTTPStatus.NOT_FOUND,
    NoGeometryError: HTTPStatus.NOT_ACCEPTABLE,
    PackError: HTTPStatus.SERVICE_UNAVAILABLE,
}
_PARAMETERS = {"parameter": "set", "quantity": "by"}
"""The parameters whose values are names of something that is called otherwise."""


class ProblemResponse(JSONResponse):
    """An answer that says what is wrong with a request."""

    media_type = "application/problem+json"

    def render(self, content: Any) -> bytes:
        """Write the answer as JSON in which nothing is hidden: it repeats names and values of the request."""
        return sanitize_json(super().render(content).decode()).encode()


class Problem(Exception):  # noqa: N818 - RFC 9457 calls it so
    """A request that cannot be answered: its HTTP status, what is wrong, and the parameter, if it is one's fault."""

    def __init__(self, status: HTTPStatus, detail: str, parameter: str = "", headers: Mapping[str, str] = {}) -> None:
        super().__init__(detail)
        self.status, self.detail, self.parameter, self.headers = status, detail, parameter, headers

    @classmethod
    def of(cls, error: ControlMapError) -> "Problem":
        """Return the problem that an error of what was asked for is."""
        status = next((known for kind, known in _STATUSES.items() if isinstance(error, kind)), None)
        parameter = ""
        if isinstance(error, UnknownNameError):
            parameter = _PARAMETERS.get(error.what, error.what)
        elif isinstance(error, SettingError):
            parameter = "set"
        return cls(status or HTTPStatus.UNPROCESSABLE_ENTITY, str(error), parameter)

    def response(self) -> ProblemResponse:
        """Return the answer; nobody keeps it."""
        named = {"parameter": self.parameter} if self.parameter else {}
        return respond(self.status, self.detail, self.headers, **named)


def respond(status: int, detail: str, headers: Mapping[str, str] = {}, **more: Any) -> ProblemResponse:
    """Return a problem with further members."""
    title = HTTPStatus(status).phrase
    content = {"type": "about:blank", "title": title, "status": status, "detail": sanitize_line(detail), **more}
    return ProblemResponse(content, status, {**_NEVER_STORE, **headers})
