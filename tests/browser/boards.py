"""Saved pages with boards on them, opened from the disk in a browser that has no network."""

import datetime as dt
import io
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from branca.element import Figure
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page
from xyzservices import TileProvider

from control_map.pipeline.view import View
from control_map.render.map import tiles
from control_map.render.map.board import Board, OfflineMap, ShowCommand
from control_map.render.map.geometry_file import make_geometry_file
from control_map.render.map.timeline_file import make_timeline_file
from control_map.theatre.theatre import Theatre

Opener = Callable[..., Page]
SIZE = {"width": 1000, "height": 760}
TILE = "#3c8f5a"
"""The colour of each tile of `tile_server`."""


def base_of(theatre: Theatre) -> OfflineMap:
    west, south, east, north = map(float, theatre.places.total_bounds)
    return OfflineMap(((south, west), (north, east)))


def save(path: Path, *boards: tuple[View, Board]) -> Path:
    """Write a page with one map for each board, one below the other."""
    page = Figure()
    for view, board in boards:
        base = base_of(view.pack.theatre)
        board.add_to(base)
        page.add_child(base)
    page.save(str(path))
    return path


def board_with_tiles(view: View, date: dt.date, provider: TileProvider) -> Board:
    """Make a board that holds all it needs and knows a base map that is not one of the public ones."""
    theatre = view.pack.theatre
    return Board(
        "geometry.json",
        ShowCommand("timeline.json", (date - theatre.period_start).days),
        files={
            "geometry.json": make_geometry_file(theatre, view.pack.styles),
            "timeline.json": make_timeline_file(view),
            "tiles.json": json.dumps(tiles.describe_providers([provider])).encode(),
        },
        tiles="tiles.json",
    )


class Pages:
    """Opens saved pages; `asked` are the addresses that they asked for, but for files', `errors` what went wrong."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.contexts: list[BrowserContext] = []
        self.asked: list[str] = []
        self.errors: list[str] = []

    def open(self, path: Path, *, offline: bool = True, **options: Any) -> Page:
        """Open a page; `events` in it are those of its boards, with the number of the board."""
        context = self.browser.new_context(**{"viewport": SIZE, "offline": offline, **options})
        self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        context.on("request", lambda request: self._note(request.url))
        page.goto(path.as_uri())
        page.wait_for_function("controlMap.boards.every(board => board.shownDay !== undefined)")
        page.evaluate(
            "window.events = []; controlMap.boards.forEach((board, number) => board.map.on('controlmap',"
            " ({place_id, day, nth}) => events.push({number, place_id, day, nth})))"
        )
        return page

    def _note(self, url: str) -> None:
        if not url.startswith(("file:", "data:", "blob:")):
            self.asked.append(url)

    def close(self) -> None:
        for context in self.contexts:
            context.close()


@contextmanager
def tile_server() -> Iterator[tuple[str, list[str]]]:
    """Serve tiles of one colour; yield the address, and the list of the paths asked for."""
    picture = io.BytesIO()
    Image.new("RGB", (256, 256), TILE).save(picture, "PNG")
    asked: list[str] = []

    class Tiles(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "image/png")
            self.end_headers()
            self.wfile.write(picture.getvalue())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Tiles) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()
        thread.join()
