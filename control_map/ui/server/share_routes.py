"""The routes of what is shared, and of what machines read that find pages. A private deployment has none.

What is shared are the map for frames, the card of a link, and oEmbed.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import parse_qsl, urlsplit

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from control_map.core.errors import ControlMapError, PackError
from control_map.ui.auth import sign_in
from control_map.ui.server import rate_limit
from control_map.ui.server.base_path import app_address, base_path
from control_map.ui.share import CARD, EMBED, LLMS, OEMBED, SITEMAP, TEXTS
from control_map.ui.state.query import merge_values

_MOST_AT_ONCE, _MOST_WAITING = 2, 30
_MOST_PARAMETERS = 100
_IS_UNKNOWN = re.compile("(?:theatre|province|area|place): ").match
"""Whether a remark on an address is about something that there is not."""
_limiter = CapacityLimiter(_MOST_AT_ONCE)
_EVERYWHERE = {"Cross-Origin-Resource-Policy": "cross-origin", "Access-Control-Allow-Origin": "*"}
_FOR_A_MINUTE, _FOR_AN_HOUR = {"Cache-Control": "public, max-age=60"}, {"Cache-Control": "public, max-age=3600"}


def make_share_routes() -> list[BaseRoute]:
    """Return the routes, below the base path of the server."""
    # The map for frames is not counted: readers of one article can be many behind one address of their provider.
    answers = {
        EMBED: _answer_embed,
        CARD: _count_first(_answer_card),
        OEMBED: _count_first(_answer_oembed),
        SITEMAP: _count_first(_answer_sitemap),
        LLMS: _count_first(_answer_llms_text),
        f"{TEXTS}/{{name}}": _count_first(_answer_place_text),
    }
    return [Route(f"{base_path()}{path}", answer) for path, answer in answers.items()]


def _count_first(answer: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """Return what answers as long as a client does not ask too often."""

    async def answer_if_few(request: Request) -> Response:
        counted = rate_limit.count_request(rate_limit.client_address(request))
        if counted and counted.refusal:
            return _refuse(counted.refusal, 429, counted.headers)
        return await answer(request)

    return answer_if_few


async def _answer(request: Request, make: Callable[[], Response]) -> Response:
    """Answer with what a function returns, if the deployment is public; it runs beside the others, a few at once."""
    # That a deployment is private shows when a visitor is judged.
    if not sign_in.is_admitted(request.cookies):
        return _refuse("Sign in to see this map.", 401)
    if sign_in.is_private_deployment():
        return _refuse("This map is private: it has no card, and no page of another site shows it.", 403)
    if _limiter.statistics().tasks_waiting >= _MOST_WAITING:
        return _refuse("The server is busy. Try again in a moment.", 503, {"Retry-After": "5"})
    try:
        return await to_thread.run_sync(make, limiter=_limiter)
    except PackError:
        return _refuse("This map cannot be read now.", 503)
    except ControlMapError as error:
        return _refuse(str(error), 503)


def _refuse(sentence: str, status: int, headers: Mapping[str, str] | None = None) -> Response:
    return PlainTextResponse(f"{sentence}\n", status, {"Cache-Control": "private, no-store", **(headers or {})})


async def _answer_embed(request: Request) -> Response:
    parameters, address = merge_values(request.query_params.multi_items()), app_address(request)

    def make() -> Response:
        # The code of the page: the server starts without it.
        from control_map.ui.server.headers import framing_origins  # noqa: PLC0415
        from control_map.ui.share import embed  # noqa: PLC0415

        content = embed.render_embed(parameters, address)
        policy = f"{embed.page_policy()}; frame-ancestors {framing_origins()}"
        headers = {**_EVERYWHERE, **_FOR_A_MINUTE, "Content-Security-Policy": policy}
        return Response(content, media_type="text/html", headers=headers)

    return await _answer(request, make)


async def _answer_card(request: Request) -> Response:
    parameters = merge_values(request.query_params.multi_items())

    def make() -> Response:
        from control_map.ui.share import linked_view, preview  # noqa: PLC0415 - as above

        linked = linked_view.read_linked_view(parameters)
        # What shows links takes the picture for what was asked, and reads no remark. Remarks quote the address:
        # without signs that would make them a page.
        if linked.problems:
            return _refuse(
                re.sub("[<>]", "", " ".join(linked.problems)), 404 if any(map(_IS_UNKNOWN, linked.problems)) else 422
            )
        card = preview.find_card(linked)
        return Response(card, media_type="image/png", headers={**_EVERYWHERE, **_FOR_AN_HOUR})

    return await _answer(request, make)


async def _answer_oembed(request: Request) -> Response:
    asked, address = merge_values(request.query_params.multi_items()), app_address(request)

    def make() -> Response:
        from control_map.ui.share import embed, linked_view  # noqa: PLC0415 - as above

        parameters = read_own_link(asked.get("url", ""), address)
        if parameters is None:
            return _refuse("url: this is not a link to this map.", 404)
        if asked.get("format", "json") != "json":
            return _refuse("format: this map answers in json alone.", 501)
        linked = linked_view.read_linked_view(parameters)
        content = embed.describe_for_oembed(linked, address, parameters, asked)
        return Response(content, media_type="application/json", headers={**_EVERYWHERE, **_FOR_AN_HOUR})

    return await _answer(request, make)


async def _answer_sitemap(request: Request) -> Response:
    address = app_address(request)

    def make() -> Response:
        from control_map.ui.share import machines  # noqa: PLC0415 - as above

        return Response(machines.write_sitemap(address), media_type="application/xml", headers=_FOR_AN_HOUR)

    return await _answer(request, make)


async def _answer_llms_text(request: Request) -> Response:
    parameters = merge_values(request.query_params.multi_items())

    def make() -> Response:
        from control_map.ui.share import machines  # noqa: PLC0415 - as above

        return PlainTextResponse(machines.write_llms_text(parameters), headers=_FOR_AN_HOUR)

    return await _answer(request, make)


async def _answer_place_text(request: Request) -> Response:
    parameters, (name, _, ending) = (
        merge_values(request.query_params.multi_items()),
        request.path_params["name"].rpartition("."),
    )

    def make() -> Response:
        from control_map.ui.share import machines  # noqa: PLC0415 - as above

        text = machines.write_place_text(parameters, name) if ending == "txt" else None
        if text is None:
            return _refuse("This map has no such place.", 404)
        return PlainTextResponse(text, headers=_FOR_AN_HOUR)

    return await _answer(request, make)


def read_own_link(link: str, address: str) -> dict[str, str] | None:
    """Return the parameters of a link to the page of an app or to its page for frames; None if it is no such link."""
    try:
        parts, own = urlsplit(link), urlsplit(address)
        parameters = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=_MOST_PARAMETERS)
    except ValueError:
        return None
    paths = (own.path, own.path.rstrip("/"), f"{own.path}{EMBED}")
    is_own = parts.scheme in ("http", "https") and parts.netloc.lower() == own.netloc.lower() and parts.path in paths
    return merge_values(parameters) if is_own else None
