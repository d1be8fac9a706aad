"""The route of the board's files: who may get one, and how long it may be kept."""

from collections.abc import Mapping

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from control_map.core.errors import PackError
from control_map.ui.auth import sign_in, visitor
from control_map.ui.server.base_path import base_path
from control_map.ui.server.negotiation import is_known, takes_gzip
from control_map.ui.server.share_routes import make_share_routes
from control_map.ui.state import board_parts, served_files

_KEEP_FOR_EVER = "max-age=31536000, immutable"
MOST_PARTS_AT_ONCE = 8
"""Parts that are made at once for all visitors, and as many that wait for a worker: the server's threads are few."""
_shared_parts, _own_parts = CapacityLimiter(MOST_PARTS_AT_ONCE), CapacityLimiter(MOST_PARTS_AT_ONCE)
_FOR_EVERYBODY, _NEVER_STORE = f"public, {_KEEP_FOR_EVER}", "private, no-store"


def make_routes() -> list[BaseRoute]:
    """Return the routes that the app has beside Streamlit's own, below the base path of the server."""
    files = Route(f"{base_path()}{served_files.FILES_PATH}/{{name:path}}", _serve_file)
    return [files, *make_share_routes()]


async def _serve_file(request: Request) -> Response:
    """Answer with a file, if the visitor may see it.

    A name has a hash of the content. So a browser may keep a file that everybody gets for ever; what belongs to a
    private deployment or to one visitor, nobody may keep.
    """
    name = request.path_params["name"]
    file = served_files.find_served_file(name) or board_parts.find_whole(name)
    if file is None or not (file.is_code or _may_have(file, request.cookies)):
        return PlainTextResponse("Not found", 404, {"Cache-Control": "no-store"})
    if file.name != name:
        try:
            limiter = _shared_parts if file.is_shared else _own_parts
            file = await to_thread.run_sync(board_parts.find_part, file, name, limiter=limiter)
        except PackError as error:
            return PlainTextResponse(str(error), 503, {"Cache-Control": "no-store"})
        if file is None:
            return PlainTextResponse("Not found", 404, {"Cache-Control": "no-store"})
    keeps = file.is_code or (file.is_shared and not sign_in.is_private_deployment())
    headers = {"Cache-Control": _FOR_EVERYBODY if keeps else _NEVER_STORE, "Vary": "Accept-Encoding"}
    if keeps:
        headers["ETag"] = f'"{file.name}"'
        if is_known(request.headers, headers["ETag"]):
            return Response(status_code=304, headers=headers)
    if not takes_gzip(request.headers):
        return Response(file.content, media_type=file.media_type, headers=headers)
    return Response(file.compressed, media_type=file.media_type, headers={**headers, "Content-Encoding": "gzip"})


def _may_have(file: served_files.ServedFile, cookies: Mapping[str, str]) -> bool:
    return sign_in.is_admitted(cookies) and file.is_for(visitor.visitor_of(cookies))
