"""An OpenID Connect provider on this machine, which signs in any user that a test names, honestly or not."""

import json
import secrets
import threading
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

CLIENT, SECRET = "control-map", "known to the two"


class Provider:
    """A provider; `claims` are its statements on a user, `lie` names what is wrong with its tokens, see `LIES`."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.key = ECKey.generate_key("P-256", {"kid": "1"})
        self.claims: dict[str, object] = {}
        self.lie = ""
        self.asked: dict[str, str] = {}
        self.tokens = 0

    @property
    def discovery(self) -> dict[str, object]:
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "code_challenge_methods_supported": ["S256"],
        }

    @property
    def keys(self) -> dict[str, object]:
        return KeySet([self.key]).as_dict(private=False)

    def authorize(self, query: dict[str, str]) -> str:
        """Return the address to go back to: no password is asked for here."""
        assert (query["client_id"], query["response_type"]) == (CLIENT, "code")
        assert query["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe()
        self.asked[code] = query["nonce"]
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, form: dict[str, str], client: str) -> dict[str, object]:
        assert client == f"{CLIENT}:{SECRET}"
        self.tokens += 1
        nonce, now = self.asked.pop(form["code"]), int(time.time())
        claims = {"iss": self.address, "sub": "1", "aud": CLIENT, "iat": now, "exp": now + 600, "nonce": nonce}
        signed = LIES.get(self.lie, _honest)(self, claims | self.claims)
        return {"access_token": "unused", "token_type": "Bearer", "expires_in": 600, "id_token": signed}


def _honest(provider: Provider, claims: dict[str, object], key: ECKey | None = None) -> str:
    return jwt.encode({"alg": "ES256", "kid": "1"}, claims, key or provider.key)


def _unsigned(provider: Provider, claims: dict[str, object]) -> str:
    _, body, _ = _honest(provider, claims).split(".")
    return f"eyJhbGciOiJub25lIn0.{body}."  # {"alg":"none"}


LIES = {
    "another nonce": lambda provider, claims: _honest(provider, claims | {"nonce": "x"}),
    "another issuer": lambda provider, claims: _honest(provider, claims | {"iss": "https://issuer.test"}),
    "another audience": lambda provider, claims: _honest(provider, claims | {"aud": "another-app"}),
    "expired": lambda provider, claims: _honest(provider, claims | {"exp": 1_600_000_000}),
    "another key": lambda provider, claims: _honest(provider, claims, ECKey.generate_key("P-256", {"kid": "1"})),
    "unsigned": _unsigned,
}


@contextmanager
def running_provider() -> Iterator[Provider]:
    """Run a provider on a free port until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            parts = urlsplit(self.path)
            if parts.path == "/authorize":
                self.send_response(302)
                self.send_header("Location", provider.authorize(_flat(parts.query)))
                self.end_headers()
            else:
                self.answer(provider.keys if parts.path == "/jwks" else provider.discovery)

        def do_POST(self):
            form = _flat(self.rfile.read(int(self.headers["Content-Length"])).decode())
            client = unquote(b64decode(self.headers["Authorization"].removeprefix("Basic ")).decode())
            self.answer(provider.token(form, client))

        def answer(self, content):
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(content).encode())

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = Provider(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()


def _flat(query: str) -> dict[str, str]:
    return {name: value for name, (value, *_) in parse_qs(query).items()}
