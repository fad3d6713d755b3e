"""A token server (RFC 6749) on loopback: over HTTPS for clients, with an introspection page (RFC 7662) for mail servers."""

from __future__ import annotations

import json
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs


@dataclass
class TokenServer:
    """Gives out tokens for one client; what it was asked is kept in `asked`."""

    user: str = "ar@seller.example"
    secret: str = "s3cret"
    refresh: str = "refresh-1"
    lasts: float = 3600
    rotates: bool = False
    fault: tuple[int, dict[str, Any] | bytes] | None = None  # what the token page answers instead
    extra: dict[str, Any] = field(default_factory=dict)  # more fields of a good answer
    asked: list[dict[str, str]] = field(default_factory=list)
    given: dict[str, float] = field(default_factory=dict)  # token -> until
    url: str = ""
    introspection: str = ""
    certificate: Path = Path()
    users: dict[str, str] = field(default_factory=dict)

    def revoke_all(self) -> None:
        self.given.clear()

    def answer(self, form: dict[str, str]) -> tuple[int, dict[str, Any] | bytes]:
        self.asked.append(form)
        if self.fault is not None:
            return self.fault
        if form.get("client_id") != "agent" or form.get("client_secret") != self.secret:
            return 401, {"error": "invalid_client", "error_description": "the secret is wrong or has ended"}
        if form["grant_type"] == "refresh_token" and form.get("refresh_token") != self.refresh:
            return 400, {"error": "invalid_grant", "error_description": "token has been expired or revoked"}
        token = f"access-{len(self.asked)}"
        self.given[token] = time.monotonic() + self.lasts
        found: dict[str, Any] = {"access_token": token, "token_type": "Bearer", "expires_in": self.lasts, **self.extra}
        if self.rotates and form["grant_type"] == "refresh_token":
            self.refresh = found["refresh_token"] = f"refresh-{len(self.asked) + 1}"
        return 200, found

    def introspect(self, token: str) -> dict[str, Any]:
        alive = self.given.get(token, 0) > time.monotonic()
        return {"active": True, "username": self.user, "client_id": "agent"} if alive else {"active": False}


@contextmanager
def token_server(folder: Path, **values: Any) -> Iterator[TokenServer]:
    """A running token server with a certificate of its own."""
    state = TokenServer(**values)
    folder.mkdir(parents=True, exist_ok=True)
    state.certificate, key = folder / "tokens.pem", folder / "tokens.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", state.certificate, "-days",
         "30", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
        check=True, capture_output=True,
    )  # fmt: skip

    class Page(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            plain = {name: found[0] for name, found in form.items()}
            if self.path == "/introspect":
                status, body = 200, state.introspect(plain.get("token", ""))
            else:
                status, body = state.answer(plain)  # type: ignore[assignment]
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", state.url.replace("/token", "/elsewhere"))
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    secure = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(state.certificate, key)
    secure.socket = context.wrap_socket(secure.socket, server_side=True)
    plain = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    state.url = f"https://localhost:{secure.server_address[1]}/token"
    state.introspection = f"http://127.0.0.1:{plain.server_address[1]}/introspect"
    servers = (secure, plain)
    threads = [
        threading.Thread(target=one.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True) for one in servers
    ]
    for thread in threads:
        thread.start()
    try:
        yield state
    finally:
        for one, thread in zip(servers, threads, strict=True):
            one.shutdown()
            one.server_close()
            thread.join(5)
