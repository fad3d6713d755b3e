"""The whole way over real servers: we send through Postfix; what comes back lies in Dovecot and is taken in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from agent import watching
from agent.delivery import send_due
from agent.demo.servers import EmbeddedSmtp, SmtpSink
from agent.domain.notices import Attachment, Rendered
from agent.settings_types import MailboxSettings, SmtpSettings
from agent.store import inbound, outbound
from agent.store.engine import read, write
from outbox.compose import compose
from tests.agent.test_service import until
from tests.servers.dovecot import Dovecot, dovecot
from tests.servers.postfix import Postfix, postfix


def clock() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def imap_server() -> Iterator[Dovecot]:
    with dovecot() as server:
        yield server


@pytest.fixture(scope="module")
def customers() -> Iterator[EmbeddedSmtp]:
    """The customers' mail server."""
    with EmbeddedSmtp(SmtpSink(refuse={"gone@buyer.example": "550 5.1.1 no such user"})) as server:
        yield server


@pytest.fixture(scope="module")
def relay(imap_server: Dovecot, customers: EmbeddedSmtp) -> Iterator[Postfix]:
    with postfix(lmtp=imap_server.lmtp, sink=customers.port) as server:
        yield server


def test_a_mail_goes_out_unchanged_and_its_bounce_comes_back(
    sqlite_engine: Engine, imap_server: Dovecot, customers: EmbeddedSmtp, relay: Postfix
) -> None:
    user = imap_server.new_user()
    pdf = Attachment("INV-1.pdf", "application/pdf", bytes(range(256)) * 100)
    mails = [
        compose(
            Rendered("Rechnung Nº 1", "Grüße\n.\n..dots\n", "<p>Grüße</p>", "de", (pdf,)),
            kind="invoice",
            intent=f"invoice:{to}",
            sender_address=f"{user}@seller.example",
            sender_name="Seller",
            reply_to="",
            recipients=(to,),
            date=clock(),
        )
        for to in ("ap@buyer.example", "gone@buyer.example")
    ]

    def queue(tx: object) -> None:
        for one in mails:
            outbound.add(tx, one, cause=None, now=clock())  # type: ignore[arg-type]

    write(sqlite_engine, queue)
    smtp = SmtpSettings(host="127.0.0.1", port=relay.port, tls="none", local_hostname="us.example")
    assert send_due(sqlite_engine, smtp, clock).sent == 2

    until(lambda: customers.sink.mails, 20)
    assert customers.sink.mails[0].data.endswith(mails[0].data.removesuffix(b"\r\n") + b"\r\n")
    box = MailboxSettings(name="ar", host="127.0.0.1", port=imap_server.imap, tls="none", user=user, password="secret")
    until(lambda: watching.fetch_mailbox(sqlite_engine, box, clock).stored, 20)
    bounce = read(sqlite_engine, lambda tx: inbound.raw_bytes(tx, 1))
    assert b"Return-Path: <>" in bounce
    assert mails[1].message_id.encode() in bounce
    assert b"5.1.1" in bounce
