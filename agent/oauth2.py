"""Access tokens for mail servers without passwords (RFC 6749): fetched, kept until they fade, renewed before that.

Two grants: a refresh token that a person once obtained (section 6), and the program's own credentials (4.4). Nothing of
a token is written anywhere but into the refresh token's own file, where the server hands out a new one.
"""

from __future__ import annotations

import json
import os
import ssl
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from http.client import HTTPException
from pathlib import Path
from typing import Any

from agent.domain.errors import ArError
from agent.settings_types import OAuthSettings

_ANSWER_BYTES = 200_000
_WITHOUT_EXPIRY = 300.0  # seconds a token is believed whose server does not say how long it lasts (RFC 6749, 5.1)
_LAST_SECONDS = 60.0  # a token about to fade would die in the middle of a login
# Errors of RFC 6749, 5.2, and of RFC 6750: asking again changes nothing, a person must act.
_FINAL = frozenset(
    "invalid_request invalid_client invalid_grant unauthorized_client unsupported_grant_type invalid_scope "
    "access_denied interaction_required consent_required login_required".split()
)


class TokenRefused(ArError):
    """The token server refuses us for good: only a person can help."""


class TokenServerAway(ArError):
    """The token server cannot be reached, or does not answer as it should: again later."""


@dataclass(slots=True)
class _Held:
    """What was last received; monotonic seconds."""

    access: str = ""
    fetched: float = 0.0
    until: float = 0.0
    refresh: str = ""
    refresh_until: datetime | None = None  # where the server says when the refresh token itself ends


@dataclass
class TokenSource:
    """The access tokens of one `[[oauth2]]` entry; may be used by several threads."""

    settings: OAuthSettings
    _held: _Held = field(default_factory=_Held)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def token(self) -> str:
        """An access token that is good for another minute; raise TokenRefused or TokenServerAway."""
        with self._lock:
            if not self._held.access or time.monotonic() > self._held.until - _LAST_SECONDS:
                self._fetch()
            return self._held.access

    def forget(self, token: str) -> None:
        """A mail server refused this token: the next one is fetched anew (tokens can be revoked before their time)."""
        with self._lock:
            if self._held.access == token:
                self._held.access = ""

    def keep_fresh(self) -> None:
        """Renew a token that has lived half its time: what fails is known while the old one still works."""
        with self._lock:
            half = self._held.fetched + (self._held.until - self._held.fetched) / 2
            if not self._held.access or time.monotonic() >= half:
                self._fetch()

    def left(self) -> float:
        """Seconds for which the token in hand still works; 0 where there is none."""
        held = self._held
        return max(0.0, held.until - time.monotonic()) if held.access else 0.0

    def warning(self, now: datetime) -> str | None:
        """What ends soon and must be renewed by a person, in words."""
        s, soon = self.settings, timedelta(days=self.settings.warn_days)
        found = []
        if s.secret_expires_on is not None and s.secret_expires_on - now.date() <= soon:
            found.append(_ends("the client secret", s.secret_expires_on, now.date()))
        until = self._held.refresh_until
        if until is not None and until - now <= soon:
            found.append(_ends("the refresh token", until.date(), now.date()))
        if not found:
            return None
        return f"oauth2 {s.name}: {' and '.join(found)}; renew it before then, or mail stops"

    def _fetch(self) -> None:
        s = self.settings
        form = {"client_id": s.client_id, "grant_type": s.flow}
        if s.client_secret:
            form["client_secret"] = s.client_secret
        if s.scope:
            form["scope"] = s.scope
        if s.flow == "refresh_token":
            form["refresh_token"] = self._refresh_token()
        answer = self._ask(form)
        access = answer.get("access_token")
        if not isinstance(access, str) or not access or not access.isascii() or not access.isprintable():
            raise TokenServerAway(f"oauth2 {s.name}: {s.token_url} answers without an access token")
        kind = answer.get("token_type")
        if not isinstance(kind, str) or kind.casefold() != "bearer":
            raise TokenServerAway(
                f"oauth2 {s.name}: {s.token_url} gives a token of type {str(kind)[:40]!r}, not Bearer"
            )
        now = time.monotonic()
        self._held.access, self._held.fetched = access, now
        self._held.until = now + _seconds(answer.get("expires_in"), _WITHOUT_EXPIRY)
        lasts = _seconds(answer.get("refresh_token_expires_in"), 0.0)
        if lasts:
            self._held.refresh_until = datetime.now().astimezone() + timedelta(seconds=lasts)
        new = answer.get("refresh_token")
        if s.flow == "refresh_token" and isinstance(new, str) and new and new != self._held.refresh:
            self._keep_refresh_token(new)

    def _refresh_token(self) -> str:
        path = self.settings.refresh_token_file
        if path is not None:
            try:
                self._held.refresh = path.read_text(encoding="utf-8").strip() or self._held.refresh
            except OSError as error:
                if not self._held.refresh:
                    raise TokenRefused(
                        f"oauth2 {self.settings.name}: the refresh token cannot be read from {path}: {error.strerror}"
                    ) from None
        found = self._held.refresh or self.settings.refresh_token
        if not found:
            raise TokenRefused(
                f"oauth2 {self.settings.name}: there is no refresh token: set refresh_token_file, or the variable "
                "that refresh_token_env names"
            )
        return found

    def _keep_refresh_token(self, token: str) -> None:
        """A rotated refresh token replaces the old one in its file, whole or not at all."""
        self._held.refresh = token
        path = self.settings.refresh_token_file
        if path is None:
            return
        try:
            descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(token + "\n")
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except OSError as error:
            raise TokenServerAway(
                f"oauth2 {self.settings.name}: a new refresh token came and cannot be kept in {path}: "
                f"{error.strerror}; it works until this process ends, then mail stops"
            ) from None

    def _ask(self, form: Mapping[str, str]) -> dict[str, Any]:
        s = self.settings
        request = urllib.request.Request(  # noqa: S310 - the scheme is checked where the settings are read
            s.token_url,
            data=urllib.parse.urlencode(form).encode("ascii"),
            headers={"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
        )
        context = ssl.create_default_context(cafile=str(s.ca_file) if s.ca_file else None)
        opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=context), _NoRedirect())
        try:
            with opener.open(request, timeout=s.seconds) as response:
                status, body = response.status, response.read(_ANSWER_BYTES)
        except urllib.error.HTTPError as error:
            with error:
                status, body = error.code, error.read(_ANSWER_BYTES)
        except (OSError, HTTPException, ValueError) as error:
            raise TokenServerAway(f"oauth2 {s.name}: {s.token_url}: {type(error).__name__}: {error}"[:500]) from None
        answer = _json_object(body)
        if status == 200 and answer is not None:
            return answer
        code = str((answer or {}).get("error", ""))[:60]
        said = " ".join(str((answer or {}).get("error_description", "")).split())[:300]
        if 400 <= status < 500 and code in _FINAL:
            raise TokenRefused(f"oauth2 {s.name}: {s.token_url} refuses: {code} {said}".rstrip() + _what_to_do(code))
        raise TokenServerAway(f"oauth2 {s.name}: {s.token_url} answers {status} {code} {said}".rstrip())


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Secrets go to the address in the settings and nowhere else."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


def _json_object(body: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _seconds(value: object, default: float) -> float:
    """A time to live; some servers write it as text."""
    try:
        seconds = float(str(value))
    except ValueError:
        return default
    return seconds if 0 < seconds < 1e9 else default


def _ends(what: str, day: date, today: date) -> str:
    return f"{what} {'ended' if day < today else 'ends'} on {day.isoformat()}"


def _what_to_do(code: str) -> str:
    if code == "invalid_client":
        return "; the client id or secret is wrong or has ended: make a new secret where the application is registered"
    if code in ("invalid_grant", "interaction_required", "consent_required", "login_required"):
        return "; the consent has ended or was withdrawn: let the owner of the mailbox consent again"
    return ""


__all__ = ["TokenRefused", "TokenServerAway", "TokenSource"]
