"""Access tokens: a real token server over HTTPS, a real Dovecot that takes no passwords, a real relay with XOAUTH2."""

from __future__ import annotations

import base64
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from agent import watching
from agent.delivery import send_due
from agent.demo.servers import EmbeddedSmtp, SmtpSink
from agent.domain.errors import WrongUsage
from agent.domain.notices import Rendered
from agent.mailbox.imap import ImapMailbox
from agent.mailbox.mail import LoginRefused, MailboxGone
from agent.oauth2 import TokenRefused, TokenServerAway, TokenSource
from agent.settings import load
from agent.settings_types import MailboxSettings, OAuthSettings, SmtpSettings
from agent.store import facts, outbound
from agent.store.engine import read, write
from outbox.compose import compose
from tests.agent.test_service import alarms, running, until, with_smtp
from tests.servers.dovecot import Dovecot, dovecot
from tests.servers.tokens import TokenServer, token_server

NOW = datetime(2026, 3, 16, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def _servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TokenServer, Dovecot]]:
    with token_server(tmp_path_factory.mktemp("tokens")) as tokens, dovecot(introspection=tokens.introspection) as imap:
        yield tokens, imap


@pytest.fixture
def server(_servers: tuple[TokenServer, Dovecot]) -> TokenServer:
    """The token server as it is at first."""
    state = _servers[0]
    fresh = TokenServer()
    for name in ("user", "secret", "refresh", "lasts", "rotates", "fault"):
        setattr(state, name, getattr(fresh, name))
    state.extra, state.asked = {}, []
    state.revoke_all()
    return state


@pytest.fixture
def imap_server(_servers: tuple[TokenServer, Dovecot]) -> Dovecot:
    return _servers[1]


def source(server: TokenServer, **changes: Any) -> TokenSource:
    values: dict[str, Any] = {
        "name": "house", "token_url": server.url, "client_id": "agent", "client_secret": "s3cret",
        "refresh_token": "refresh-1", "ca_file": server.certificate, "seconds": 5,
    }  # fmt: skip
    return TokenSource(OAuthSettings(**(values | changes)))


def test_a_token_is_fetched_once_and_used_until_it_fades(server: TokenServer) -> None:
    tokens = source(server, scope="mail")
    assert [tokens.token() for _ in range(3)] == ["access-1"] * 3
    [asked] = server.asked
    assert asked == {
        "client_id": "agent", "client_secret": "s3cret", "grant_type": "refresh_token", "refresh_token": "refresh-1", "scope": "mail",
    }  # fmt: skip
    tokens._held.until -= server.lasts - 30  # thirty seconds are left: it would die in the middle of a login
    assert tokens.token() == "access-2"


def test_the_programs_own_credentials_are_a_grant_too(server: TokenServer) -> None:
    tokens = source(server, flow="client_credentials", refresh_token="")
    assert tokens.token() == "access-1"
    assert server.asked[0]["grant_type"] == "client_credentials"
    assert "refresh_token" not in server.asked[0]


def test_a_rotated_refresh_token_is_kept_in_its_file_for_nobody_else(server: TokenServer, tmp_path: Path) -> None:
    path = tmp_path / "refresh-token"
    path.write_text("refresh-1\n")
    server.rotates = True
    tokens = source(server, refresh_token="", refresh_token_file=path)
    tokens.token()
    assert path.read_text() == "refresh-2\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert source(server, refresh_token="", refresh_token_file=path).token() == "access-2"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"client_secret": "wrong"}, "make a new secret"),
        ({"refresh_token": "old"}, "consent again"),
        ({"refresh_token": ""}, "no refresh token"),
        ({"refresh_token": "", "refresh_token_file": Path("/nowhere/token")}, "cannot be read"),
    ],
)
def test_a_refusal_for_good_says_what_a_person_must_do(server: TokenServer, change: dict[str, Any], said: str) -> None:
    with pytest.raises(TokenRefused, match=said):
        source(server, **change).token()


@pytest.mark.parametrize(
    "fault",
    [
        (503, b"later"),
        (200, b"<html>"),
        (200, b"[1]"),
        (200, {"token_type": "Bearer"}),
        (200, {"access_token": "x\x01auth=other", "token_type": "Bearer"}),
        (200, {"access_token": "x", "token_type": "mac"}),
        (302, b""),
        (429, {"error": "slow_down"}),
    ],
)
def test_whatever_else_the_token_server_says_is_tried_again_later(
    server: TokenServer, fault: tuple[int, dict[str, Any] | bytes]
) -> None:
    server.fault = fault
    with pytest.raises(TokenServerAway):
        source(server).token()
    assert len(server.asked) == 1  # no redirect was followed with our secrets


def test_a_token_server_that_nobody_vouches_for_gets_no_secret(server: TokenServer) -> None:
    with pytest.raises(TokenServerAway, match=r"(?i)certificate"):
        source(server, ca_file=None).token()
    assert server.asked == []


@pytest.mark.parametrize(("name", "flag"), [("xoauth2", "XOAUTH2"), ("oauthbearer", "OAUTHBEARER")])
def test_a_mailbox_without_passwords_is_read(
    sqlite_engine: Engine, server: TokenServer, imap_server: Dovecot, name: str, flag: str
) -> None:
    user = imap_server.new_user()
    server.user = user
    imap_server.deliver(user, b"Subject: one\r\n\r\nx\r\n")
    box = _mailbox(imap_server, user, source(server), mechanism=name)
    assert len(watching.fetch_mailbox(sqlite_engine, box, lambda: NOW).stored) == 1


def _mailbox(server: Dovecot, user: str, tokens: TokenSource, **more: Any) -> MailboxSettings:
    return MailboxSettings(
        name="ar", host="127.0.0.1", port=server.imap, tls="none", user=user, tokens=tokens, connect_seconds=3,
        read_seconds=5, **more,
    )  # fmt: skip


def test_a_token_revoked_before_its_time_is_replaced_at_once(server: TokenServer, imap_server: Dovecot) -> None:
    user = server.user = imap_server.new_user()
    tokens = source(server)
    tokens.token()
    server.revoke_all()
    box = ImapMailbox(_mailbox(imap_server, user, tokens))
    box.connect()
    box.close()
    assert len(server.asked) == 2


def test_a_withdrawn_consent_is_a_refused_login_and_a_token_server_away_a_lost_mailbox(
    server: TokenServer, imap_server: Dovecot
) -> None:
    user = server.user = imap_server.new_user()
    box = ImapMailbox(_mailbox(imap_server, user, source(server, refresh_token="old")))
    with closing(box), pytest.raises(LoginRefused, match="consent again"):
        box.connect()
    server.fault = (503, b"")
    box = ImapMailbox(_mailbox(imap_server, user, source(server)))
    with closing(box), pytest.raises(MailboxGone, match="503"):
        box.connect()


class _Bearer(SmtpSink):
    """A relay that takes XOAUTH2 and OAUTHBEARER, and asks the token server who that is."""

    tokens: TokenServer
    tried: int = 0

    async def _bear(self, server: Any, args: list[str], start: bytes) -> Any:
        from aiosmtpd.smtp import AuthResult

        self.tried += 1
        said = base64.b64decode(args[1])
        token = said.split(b"auth=Bearer ")[1].split(b"\x01")[0].decode()
        if said.startswith(start) and self.tokens.introspect(token)["active"]:
            return AuthResult(success=True, auth_data=token)
        await server.challenge_auth(b'{"status":"401"}')
        await server.push("535 5.7.8 token not accepted")
        return AuthResult(success=False, handled=True)

    async def auth_XOAUTH2(self, server: Any, args: list[str]) -> Any:  # noqa: N802
        return await self._bear(server, args, b"user=ar@seller.example\x01")

    async def auth_OAUTHBEARER(self, server: Any, args: list[str]) -> Any:  # noqa: N802
        return await self._bear(server, args, b"n,a=ar@seller.example,\x01")


@contextmanager
def bearing(server: TokenServer) -> Iterator[tuple[EmbeddedSmtp, _Bearer]]:
    sink = _Bearer()
    sink.tokens = server
    with EmbeddedSmtp(sink, login=("nobody", "nothing")) as relay:
        yield relay, sink


@pytest.mark.parametrize("mechanism", ["xoauth2", "oauthbearer"])
def test_mail_leaves_through_a_relay_without_passwords(
    sqlite_engine: Engine, server: TokenServer, mechanism: str
) -> None:
    number = _queue(sqlite_engine)
    tokens = source(server)
    tokens.token()
    server.revoke_all()  # the first try is refused, the second bears a fresh token
    with bearing(server) as (relay, sink):
        smtp = _relay(relay, tokens, mechanism)
        assert send_due(sqlite_engine, smtp, lambda: NOW).sent == 1
        assert len(sink.mails) == 1
        assert sink.tried == 2
    assert read(sqlite_engine, lambda tx: outbound.row_of(tx, number)).status == "sent"


def test_a_relay_that_refuses_our_tokens_fails_no_mail(sqlite_engine: Engine, server: TokenServer) -> None:
    number = _queue(sqlite_engine)
    with bearing(server) as (relay, sink):
        report = send_due(sqlite_engine, _relay(relay, source(server, refresh_token="old"), "xoauth2"), lambda: NOW)
        assert sink.mails == []
    assert report.relay is not None
    assert "consent again" in report.relay
    assert read(sqlite_engine, lambda tx: outbound.row_of(tx, number)).status == "queued"


def _relay(relay: EmbeddedSmtp, tokens: TokenSource, mechanism: str) -> SmtpSettings:
    return SmtpSettings(
        host="127.0.0.1", port=relay.port, tls="none", user="ar@seller.example", tokens=tokens, mechanism=mechanism,
        connections=1, local_hostname="us.example",
    )  # fmt: skip


def _queue(engine: Engine) -> int:
    message = compose(
        Rendered("Invoice", "hello\n", "", "en"), kind="invoice", intent="invoice:1", sender_address="ar@seller.example",
        sender_name="", reply_to="", recipients=("ap@buyer.example",), date=NOW,
    )  # fmt: skip
    number = write(engine, lambda tx: outbound.add(tx, message, cause=None, now=NOW))
    assert number is not None
    return number


def test_that_a_token_cannot_be_renewed_is_told_while_the_old_one_still_works(
    sqlite_engine: Engine, server: TokenServer
) -> None:
    tokens = source(server)
    tokens.token()
    tokens._held.fetched -= server.lasts  # it has lived more than half its time
    server.fault = (400, {"error": "invalid_grant", "error_description": "expired"})
    with EmbeddedSmtp() as relay:
        settings = with_smtp(relay, tokens=(tokens,), token_seconds=0.05)
        with running(sqlite_engine, settings):
            until(lambda: "alarm.oauth2.house" in alarms(sqlite_engine))
            said = alarms(sqlite_engine)["alarm.oauth2.house"]
            assert "consent again" in said
            assert "mail stops at" in said
            assert tokens.left() > 0
            server.fault = None
            until(lambda: not _alarmed(sqlite_engine))


def _alarmed(engine: Engine) -> bool:
    return read(engine, lambda tx: facts.get(tx, "alarm.oauth2.house")) is not None


def test_a_client_secret_that_ends_soon_is_told_before(server: TokenServer) -> None:
    tokens = source(server, secret_expires_on=date(2026, 3, 26), warn_days=14)
    assert "the client secret ends on 2026-03-26" in str(tokens.warning(NOW))
    assert tokens.warning(NOW - timedelta(days=30)) is None
    assert "ended on" in str(tokens.warning(NOW + timedelta(days=30)))


def test_a_refresh_token_that_ends_soon_is_told_before(server: TokenServer) -> None:
    server.extra = {"refresh_token_expires_in": "604799"}
    tokens = source(server)
    tokens.token()
    assert "the refresh token ends on" in str(tokens.warning(datetime.now(UTC)))


def test_many_threads_fetch_one_token(server: TokenServer) -> None:
    tokens = source(server)
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(tokens.token())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["access-1"] * 8
    assert len(server.asked) == 1


ENTRY = '[[oauth2]]\nname = "m"\nclient_id = "c"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ENTRY, "needs a provider"),
        (ENTRY + 'provider = "microsoft"\n', "tenant"),
        (ENTRY + 'token_url = "http://plain.example/t"\n', "https"),
        (ENTRY + 'provider = "google"\nflow = "client_credentials"\n', "refresh_token"),
        (ENTRY + 'provider = "google"\nsecret_expires_on = "2027-01-01"\n', "without quotes"),
        (
            '[smtp]\nhost = "h"\noauth2 = "other"\n' + ENTRY + 'provider = "google"\n',
            "no \\[\\[oauth2\\]\\] of that name",
        ),
    ],
)
def test_wrong_settings_are_told(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "ar-agent.toml").write_text(text)
    with pytest.raises(WrongUsage, match=said):
        load(tmp_path)


def test_the_command_line_builds_the_two_large_providers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line_app: Callable[[Path], Any]
) -> None:
    from agent.cli.connections import smtp_of, tokens_of

    (tmp_path / "ar-agent.toml").write_text(
        '[smtp]\nhost = "smtp.office365.com"\nuser = "ar@x.example"\noauth2 = "m"\n'
        '[[oauth2]]\nname = "m"\nprovider = "microsoft"\ntenant = "x.example"\nflow = "client_credentials"\nclient_id = "c"\n'
        'client_secret_env = "AR_S"\nsecret_expires_on = 2027-03-31\n'
        '[[oauth2]]\nname = "g"\nprovider = "google"\nclient_id = "c"\nmechanism = "oauthbearer"\n'
    )
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / "AR_S").write_text("from systemd\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(credentials))
    app = line_app(tmp_path)
    m = tokens_of(app)["m"].settings
    assert m.token_url == "https://login.microsoftonline.com/x.example/oauth2/v2.0/token"
    assert (m.client_secret, m.scope, m.secret_expires_on) == (
        "from systemd", "https://outlook.office365.com/.default", date(2027, 3, 31),
    )  # fmt: skip
    assert tokens_of(app)["g"].settings.token_url == "https://oauth2.googleapis.com/token"
    smtp = smtp_of(app)
    assert smtp is not None
    assert smtp.tokens is tokens_of(app)["m"]


@pytest.fixture
def line_app() -> Callable[[Path], Any]:
    from agent.cli.app import App

    return lambda home: App(home=home)
