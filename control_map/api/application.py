"""The API as an application: its routes, made from the table of questions, and its description as OpenAPI 3.1."""

from collections.abc import Awaitable, Callable
from functools import partial
from http import HTTPStatus
from operator import itemgetter
from typing import Annotated, Any

from anyio import to_thread
from fastapi import FastAPI, Path, Query, Security
from fastapi.exceptions import RequestValidationError
from fastapi.security import HTTPBearer
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

import control_map
from control_map.api import access, examples, replies, theatres
from control_map.api.paging import MOST_ROWS
from control_map.api.problems import Problem, ProblemResponse, respond
from control_map.api.questions import QUESTIONS, Paged, Question, refuse_repeated
from control_map.api.replies import Replies
from control_map.core.errors import ControlMapError
from control_map.render.answers import FORMATS
from control_map.ui.auth import sign_in
from control_map.ui.server.base_path import app_address

VERSION_PATH = "/v1"
"""What stands before all paths: what is below it does not change its meaning."""
OPENAPI_PATH = f"{VERSION_PATH}/openapi.json"
_DESCRIPTION = f"""
Who holds which place on which day, according to whom. Read-only.

Each answer has `theatre`, `date`, `rule` and `method`, `known_on`, `hash` (of the theatre's files), `credits`,
`licence`, `count` and `rows`; CSV has them in columns, GeoParquet in its metadata. End a path in {
    ", ".join(f"`.{name}`" for name in FORMATS)
}, or send the header `Accept`. An answer has at most {MOST_ROWS:,} rows; `next`, and the header `Link`, lead on.
The same address gives the same `ETag` until the theatre's files change.
"""
_KEY = HTTPBearer(
    scheme_name="key",
    description="A key that the command api-key made. Private theatres need one; no address contains it.",
    auto_error=False,  # who may read was found out before
)
_DESCRIBED = '<openapi.json>; rel="service-desc"'
_PlaceId = Annotated[str, Path(max_length=200, description="The id of a place, see /places.")]
_Endpoint = Callable[..., Awaitable[Response]]


def make_api() -> FastAPI:
    """Return the application; it is mounted where the paths of the API begin."""
    api = FastAPI(
        title="Control Map",
        version=control_map.__version__,
        description=_DESCRIPTION,
        openapi_url=OPENAPI_PATH,
        docs_url=None,  # its pages load scripts of other sites
        redoc_url=None,
        dependencies=[Security(_KEY)],
    )
    kept = Replies()
    api.add_route(f"{VERSION_PATH}/", _show_examples, include_in_schema=False)
    _add_route(api, "/theatres", "The theatres that can be asked about.", _theatres_endpoint(kept), on_map=False)
    for question in QUESTIONS:
        _add_route(api, question.path, question.title, _make_endpoint(question, kept), on_map=question.on_map)
    answer_with_problems(api)
    api.add_middleware(EndingsAndHeads)
    return api


def answer_with_problems(app: FastAPI) -> None:
    """Have an application answer with a problem where it cannot answer what was asked."""
    for kind, answer in (
        (Problem, _answer_problem),
        (ControlMapError, _answer_problem),
        (RequestValidationError, _answer_faults),
        (HTTPException, _answer_http),
        (Exception, _answer_failure),
    ):
        app.add_exception_handler(kind, answer)


def _add_route(api: FastAPI, path: str, title: str, endpoint: _Endpoint, *, on_map: bool) -> None:
    problem: dict[str, Any] = {"content": {ProblemResponse.media_type: {"schema": {"type": "object"}}}}
    described: dict[int | str, dict[str, Any]] = {
        status: {"description": status.phrase, **problem} for status in _PROBLEMS
    }
    offered = replies.offered_formats(on_map=on_map)
    contents: dict[str, Any] = {known.media_type: {} for known in offered.values()}
    contents[FORMATS["json"].media_type] = {"schema": _ENVELOPE}
    api.add_api_route(
        f"{VERSION_PATH}{path}",
        endpoint,
        name=path,
        summary=title,
        operation_id=path.strip("/").replace("{place_id}", "place").replace("/", "_"),
        response_class=Response,
        openapi_extra={"security": [{}]},  # besides the key: public theatres need none
        responses={200: {"description": "The rows, and what they rest on.", "content": contents}, **described},
    )


_TEXT, _DAY = {"type": "string"}, {"type": ["string", "null"], "format": "date"}
_ENVELOPE = {
    "type": "object",
    "required": "theatre date rule method known_on hash credits licence count next rows".split(),
    "properties": {
        "theatre": {"type": "object", "properties": {"id": _TEXT, "title": _TEXT}},
        "date": {"type": "string", "format": "date"},
        "since": _DAY,
        "rule": _TEXT,
        "method": {**_TEXT, "description": "The rule, and what was changed of it."},
        "known_on": _DAY,
        "hash": {**_TEXT, "description": "Of the theatre's files: the same hash, the same answer."},
        "statuses": {"type": "array", "items": {"type": "object", "required": ["status", "label", "colour"]}},
        "credits": {"type": "array", "items": {"type": "object", "required": ["what", "who", "licence", "url"]}},
        "licence": _TEXT,
        "software": _TEXT,
        "note": {**_TEXT, "description": "Says so if the day is outside of the theatre's period."},
        "count": {"type": "integer", "minimum": 0, "description": "How many rows there are on all pages."},
        "next": {"type": ["string", "null"], "description": "The cursor of the next page."},
        "rows": {"type": "array", "items": {"type": "object"}},
    },
}
_PROBLEMS = (
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.NOT_ACCEPTABLE,
    HTTPStatus.GONE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.SERVICE_UNAVAILABLE,
)


def _make_endpoint(question: Question, kept: Replies) -> _Endpoint:
    async def answer(request: Request, asked: Any, place_id: str = "") -> Response:
        refuse_repeated(map(itemgetter(0), request.query_params.multi_items()), asked)
        form = replies.choose_format(request, on_map=question.on_map)
        theatre = access.find_theatre(request, asked.theatre)
        key = replies.key_of(theatre.path, question.path, place_id, asked.model_dump_json(), form)
        make = partial(replies.reply_from_view, question, theatre, asked, place_id, form)
        return replies.respond(request, await kept.find(key, make), FORMATS[form].media_type)

    async def answer_of_place(request: Request, place_id: _PlaceId, asked: Any) -> Response:
        return await answer(request, asked, place_id)

    async def answer_of_all(request: Request, asked: Any) -> Response:
        return await answer(request, asked)

    endpoint: _Endpoint = answer_of_place if question.is_of_place else answer_of_all
    endpoint.__annotations__["asked"] = Annotated[question.asked, Query()]
    return endpoint


def _theatres_endpoint(kept: Replies) -> _Endpoint:
    async def answer(request: Request, asked: Annotated[Paged, Query()]) -> Response:
        refuse_repeated(map(itemgetter(0), request.query_params.multi_items()), asked)
        form = replies.choose_format(request, on_map=False)
        folders = access.caller_of(request).opened()

        def make() -> replies.Reply:
            return replies.reply_from_answer(theatres.list_theatres(folders), ("/theatres", *folders), asked, form)

        key = (tuple(map(replies.key_of, folders.values())), asked.model_dump_json(), form)
        return replies.respond(request, await kept.find(key, make), FORMATS[form].media_type)

    return answer


async def _show_examples(request: Request) -> Response:
    address = f"{app_address(request).rstrip('/')}{examples.BELOW_PAGE}"
    theatre, is_private = access.find_theatre(request, ""), sign_in.is_private_deployment()
    page = await to_thread.run_sync(partial(examples.write_page, theatre, address, is_private=is_private))
    return HTMLResponse(page, headers={"Cache-Control": "private, no-store", "Link": _DESCRIBED})


async def _answer_problem(_: Request, error: Exception) -> Response:
    problem = Problem.of(error) if isinstance(error, ControlMapError) else error
    assert isinstance(problem, Problem)
    return problem.response()


async def _answer_faults(_: Request, error: Exception) -> Response:
    """Name each parameter that is wrong, and say what it can be."""
    assert isinstance(error, RequestValidationError)
    faults = [{"parameter": str(fault["loc"][1]), "problem": _describe(fault)} for fault in error.errors()]
    detail = " ".join(f"{fault['parameter']}: {fault['problem']}" for fault in faults)
    return respond(HTTPStatus.UNPROCESSABLE_ENTITY, detail, parameter=faults[0]["parameter"], errors=faults)


def _describe(fault: Any) -> str:
    if fault["type"] == "extra_forbidden":
        return "There is no such parameter. The description at openapi.json lists those that there are."
    return f"{str(fault['msg']).removeprefix('Value error, ').rstrip('.')}."


async def _answer_http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    missing = "There is no such path. The page at /api/v1/ lists those that there are."
    details = {HTTPStatus.NOT_FOUND: missing, HTTPStatus.METHOD_NOT_ALLOWED: "All paths are read, with GET or HEAD."}
    detail = details.get(HTTPStatus(error.status_code), f"{error.detail}.")
    allowed = {"Allow": "GET, HEAD"} if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED else {}
    return respond(error.status_code, detail, {**(error.headers or {}), **allowed})


async def _answer_failure(_: Request, __: Exception) -> Response:
    return respond(HTTPStatus.INTERNAL_SERVER_ERROR, "The server failed; its log has the details.")


class EndingsAndHeads:
    """Takes the ending of a path for the format that is asked for, and answers HEAD as GET, whose body is not sent."""

    def __init__(self, app: ASGIApp) -> None:
        """Take the application that answers."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        scope = dict(scope)
        path, _, ending = scope.get("path", "").rpartition(".")
        if ending in FORMATS and not path.endswith("/") and not scope["path"].endswith(OPENAPI_PATH):
            scope |= {"path": path, replies.FORMAT_KEY: ending}
        if scope.get("method") == "HEAD":
            scope["method"] = "GET"
        await self._app(scope, receive, send)
