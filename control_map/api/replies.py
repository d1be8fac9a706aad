"""Answers as they go over the network: made once for all who ask the same, in the format that they take."""

import asyncio
import gzip
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path
from typing import cast

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import Response

import control_map
from control_map.api import access
from control_map.api.access import NamedFolder
from control_map.api.paging import read_cursor, write_cursor
from control_map.api.problems import Problem
from control_map.api.questions import OfView, Paged, Question, UnderRule
from control_map.core.rules import adjust, read_settings
from control_map.pipeline.pack import Pack
from control_map.pipeline.view import View
from control_map.render.answers import FORMATS, Answer, AnswerFormat, write_answer
from control_map.ui.auth import sign_in
from control_map.ui.server.negotiation import is_known, liking_for, takes_gzip
from control_map.ui.state import cached_results
from control_map.ui.state.result_cache import ResultCache

FORMAT_KEY = "control_map_format"
"""Where a request's scope has the format that its address ends in."""
MOST_BYTES = 32_000_000
"""What the replies that are kept may weigh together: some twenty of the borders of a large theatre, or 300 others."""
MOST_AT_ONCE, MOST_WAITING = 2, 64
"""Replies that are made at once, and that wait for that: the page's visitors share the processors with them."""
_COMPRESSION = 6
_SMALL = 1_000
"""Bytes below which compressing gains nothing."""
_making = CapacityLimiter(MOST_AT_ONCE)
_made = ResultCache(MOST_BYTES, weigh=lambda reply: len(reply.body) + len(reply.compressed))


@dataclass(frozen=True)
class Reply:
    """An answer as bytes, and the same compressed; `following` is the cursor of the next page, empty on the last."""

    body: bytes
    compressed: bytes
    tag: str
    following: str = ""


class Replies:
    """Makes replies in threads, a few at once, and each once for all who ask while it is made."""

    def __init__(self) -> None:
        self._coming: dict[object, asyncio.Task[Reply]] = {}

    async def find(self, key: object, make: Callable[[], Reply]) -> Reply:
        """Return the reply with this key, which has all that it depends on.

        Raises
        ------
        Problem
            If too many others are waited for, or with what `make` raises.
        """
        is_made, reply = _made.find(key)
        if is_made:
            return cast("Reply", reply)
        if key not in self._coming:
            if len(self._coming) >= MOST_WAITING:
                detail = "Too many answers are being made. Ask again in a few seconds."
                raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, headers={"Retry-After": "5"})
            task = self._coming[key] = asyncio.create_task(self._make(key, make))
            task.add_done_callback(lambda done: done.cancelled() or done.exception())  # nobody may be left to ask
        return await asyncio.shield(self._coming[key])

    async def _make(self, key: object, make: Callable[[], Reply]) -> Reply:
        try:
            reply = await to_thread.run_sync(make, limiter=_making)
            _made.keep(key, reply)
            return reply
        finally:
            del self._coming[key]


def key_of(folder: Path, *asked: object) -> object:
    """Return the key of a reply: what was asked, of a theatre's files as they are now."""
    return cached_results.pack_files_key(folder), *asked


def reply_from_view(question: Question, theatre: NamedFolder, asked: OfView, place_id: str, form: str) -> Reply:
    """Answer a question about a theatre; it may take seconds.

    Raises
    ------
    ControlMapError, Problem
        If what is asked for does not exist, or cannot be used.
    """
    view = find_view(theatre, asked)
    what = (question.path, place_id, asked.model_dump_json(exclude={"cursor", "limit"}))
    answer = question.answer(view, asked, place_id)
    note = view.pack.theatre.describe_outside(answer.provenance.date)
    return reply_from_answer(replace(answer, more={**answer.more, "note": note}), what, asked, form)


def find_pack(theatre: NamedFolder) -> Pack:
    """Return the pack of a theatre, which bears the id by which it is asked for."""
    pack = cached_results.cached_pack(theatre.path)
    return pack if pack.theatre.id == theatre.id else replace(pack, theatre=replace(pack.theatre, id=theatre.id))


def find_view(theatre: NamedFolder, asked: UnderRule) -> View:
    """Return the view of a theatre that is meant; it may take seconds."""
    pack = find_pack(theatre)
    rule = adjust(pack.rule(asked.rule or None), read_settings(asked.settings))
    return cached_results.cached_view(pack, rule, asked.known_on)


def reply_from_answer(answer: Answer, what: tuple[str, ...], asked: Paged, form: str) -> Reply:
    """Return a page of an answer; `what` says which question it answers."""
    fingerprint, question = answer.provenance.fingerprint, _hash(*what)
    begin = read_cursor(asked.cursor, fingerprint, question)
    end, count = begin + asked.limit, len(answer.rows)
    following = write_cursor(end, fingerprint, question) if end < count else ""
    more = {**answer.more, "count": count, "next": following or None}
    body = write_answer(replace(answer, rows=answer.rows.iloc[begin:end], more=more), form)
    page = (str(begin), str(asked.limit), form, control_map.__version__)
    tag = _hash(fingerprint, answer.provenance.theatre_id, *what, *page)
    return make_reply(body, tag, following)


def make_reply(body: bytes, tag: str, following: str = "") -> Reply:
    """Return a reply, compressed too if that saves anything."""
    compressed = gzip.compress(body, _COMPRESSION, mtime=0) if len(body) > _SMALL else b""
    return Reply(body, compressed, tag, following)


def respond(request: Request, reply: Reply, media_type: str) -> Response:
    """Return a reply in the encoding that is asked for, or say that the client has it."""
    is_compressed = bool(reply.compressed) and takes_gzip(request.headers)
    tag = f'"{reply.tag}-gzip"' if is_compressed else f'"{reply.tag}"'
    headers = {"ETag": tag, **_keeping(request)}
    if reply.following:
        following = request.url.include_query_params(cursor=reply.following).query
        headers["Link"] = f'<?{following}>; rel="next"'
    if is_known(request.headers, tag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    if is_compressed:
        headers["Content-Encoding"] = "gzip"
    return Response(reply.compressed if is_compressed else reply.body, media_type=media_type, headers=headers)


def _keeping(request: Request) -> Mapping[str, str]:
    """Say who may keep an answer: who asks whether it is still so; if it is private, or was given to a key, nobody."""
    if sign_in.is_private_deployment() or access.caller_of(request).key:
        return {"Cache-Control": "private, no-store", "Vary": "Accept, Accept-Encoding, Authorization, Cookie"}
    return {"Cache-Control": "public, no-cache", "Vary": "Accept, Accept-Encoding"}


def offered_formats(*, on_map: bool) -> Mapping[str, AnswerFormat]:
    """Return those of `FORMATS` in which there is an answer: GeoJSON only of rows with a geometry."""
    return {name: known for name, known in FORMATS.items() if on_map or name != "geojson"}


def choose_format(request: Request, *, on_map: bool) -> str:
    """Return the format that a request's address ends in, or the one on offer that its header Accept likes best.

    Raises
    ------
    Problem
        If none is acceptable.
    """
    if ending := request.scope.get(FORMAT_KEY):
        return str(ending)
    offered = offered_formats(on_map=on_map)
    liked = [(name, liking_for(request.headers, known.media_type)) for name, known in offered.items()]
    name, liking = max(liked, key=lambda pair: pair[1])
    if not liking:
        types = ", ".join(known.media_type for known in offered.values())
        detail = f"None of the types in the header Accept is there. Ask for one of: {types}; or end the path in .csv."
        raise Problem(HTTPStatus.NOT_ACCEPTABLE, detail)
    return name


def _hash(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
