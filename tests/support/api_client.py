"""The API without a server: requests reach it as from a network, and all of them one application."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn
from anyio.from_thread import start_blocking_portal
from starlette.applications import Starlette

from control_map.api import routes
from control_map.theatre import discovery
from control_map.ui import server
from control_map.ui.server import rate_limit
from tests.support.running import free_port


class Client:
    """Asks the API; `get` takes what httpx takes."""

    def __init__(self, client: httpx.AsyncClient, portal: object) -> None:
        self._client, self._portal = client, portal

    def get(self, path: str, *, method: str = "GET", **more) -> httpx.Response:
        return self._portal.call(lambda: self._client.request(method, path, **more))


def make_app() -> Starlette:
    return Starlette(
        routes=[*server.make_routes(), *routes.make_routes()],
        middleware=server.make_middleware(),
    )


@contextmanager
def asking(*folders: Path) -> Iterator[Client]:
    """Ask about the theatres in these folders alone, or in folders that hold them."""
    with pytest.MonkeyPatch.context() as patched, start_blocking_portal() as portal:
        patched.setattr(discovery, "DATA_FOLDER", folders[0])
        patched.setenv(discovery.PACKS_VARIABLE, ":".join(map(str, folders[1:])))
        patched.setenv(rate_limit.RATE_VARIABLE, rate_limit.OFF)  # one address asks for all tests
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(make_app(), raise_app_exceptions=False), base_url="http://map.test"
        )
        yield Client(client, portal)
        portal.call(client.aclose)


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve the API about the theatre in a folder; yield its address."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(discovery, "DATA_FOLDER", folder)
        patched.setenv(rate_limit.RATE_VARIABLE, rate_limit.OFF)
        port = free_port()
        served = uvicorn.Server(uvicorn.Config(make_app(), port=port, log_level="error", lifespan="off", ws="none"))
        thread = threading.Thread(target=served.run)
        thread.start()
        while not served.started:
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}/api/v1"
        served.should_exit = True
        thread.join()
