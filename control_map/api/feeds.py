"""The feeds of changes on the server, below the page: `/feed.atom`, `/feeds/province-ID.json` and the like."""

import hashlib
from operator import itemgetter
from typing import Annotated
from urllib.parse import quote, urlencode

import pydantic
from fastapi import FastAPI, Query
from starlette.requests import Request
from starlette.responses import Response

from control_map.api import access, replies
from control_map.api.access import NamedFolder
from control_map.api.application import answer_with_problems
from control_map.api.questions import UnderRule, refuse_repeated
from control_map.api.replies import Replies, Reply
from control_map.core.sanitize import safe_web_link
from control_map.pipeline.view import View
from control_map.render import feeds
from control_map.ui import url_schema
from control_map.ui.server.base_path import app_address, base_path
from control_map.ui.state.cache import cache_results
from control_map.ui.state.cached_results import view_key


class OfFeed(UnderRule):
    """The parameters of a feed."""

    part: int = pydantic.Field(1, ge=1, le=100_000, description="The part of a long feed: the first has the newest.")


def make_feeds_app() -> FastAPI:
    """Return the application that answers with feeds; its paths begin with the base path of the server."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    kept = Replies()

    async def answer(request: Request, asked: Annotated[OfFeed, Query()]) -> Response:
        refuse_repeated(map(itemgetter(0), request.query_params.multi_items()), asked)
        scope, form = feeds.read_feed_name(request.url.path.rpartition("/")[2])
        theatre, address = access.find_theatre(request, asked.theatre), _page_address(request)
        own = urlencode([item for item in request.query_params.multi_items() if item[0] != "part"], quote_via=quote)
        key = replies.key_of(theatre.path, scope, form, own, address, asked.part)
        reply = await kept.find(key, lambda: _reply(theatre, asked, scope, form, address, own))
        return replies.respond(request, reply, f"{feeds.FORMATS[form].media_type}; charset=utf-8")

    for path in ("feed.{form}", "feeds/{name}"):
        app.add_api_route(f"{base_path()}{path}", answer, methods=["GET", "HEAD"], response_class=Response)
    answer_with_problems(app)
    return app


def _page_address(request: Request) -> str:
    """Return the address of the page; empty if the reader wrote none, so that links are relative."""
    return safe_web_link(app_address(request))


def _reply(theatre: NamedFolder, asked: OfFeed, scope: str, form: str, address: str, own: str) -> Reply:
    view = replies.find_view(theatre, asked)
    named = urlencode({"theatre": asked.theatre}) if asked.theatre else ""
    under = url_schema.rule_query(view.pack, view.rule, view.known_on)
    links = feeds.FeedLinks(address, query="&".join(filter(None, [named, under])), own_query=own)
    body = feeds.make_feed(view, scope, form, links, asked.part, _entries(view))
    return replies.make_reply(body, hashlib.sha256(body).hexdigest()[:32])


@cache_results(view_key)
def _entries(view: View) -> tuple[feeds.FeedEntry, ...]:
    """Return the entries that all feeds of a view choose from; they are kept among all that visitors share."""
    return feeds.list_entries(view)
