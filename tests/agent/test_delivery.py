"""Sending over a real SMTP server: every phase times every way to fail, and never a mail twice."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, update

from agent.delivery import Carrier, send_due
from agent.demo.servers import EmbeddedSmtp, Fault, SmtpSink
from agent.domain.notices import Rendered
from agent.settings_types import SmtpSettings, SmtpTimeouts
from agent.store import outbound
from agent.store.engine import read, write
from agent.store.schema import blobs, outbox
from outbox.compose import compose
from outbox.message import OutboxStatus as S

QUICK = SmtpTimeouts(connect=0.4, command=0.4, data=0.4, block=0.4, final=0.4, quit=0.4)
NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)

Plan = Callable[..., int]


def clock() -> datetime:
    return NOW


@pytest.fixture
def plan(sqlite_engine: Engine) -> Plan:
    """Queue a mail; returns its number."""
    numbers = iter(range(1, 100_000))

    def queue(*recipients: str, text: str = "hello\n.a dot\n..\n") -> int:
        message = compose(
            Rendered("Invoice", text, "", "en"),
            kind="invoice",
            intent=f"invoice:{next(numbers)}",
            sender_address="ar@seller.example",
            sender_name="Seller",
            reply_to="",
            recipients=recipients or ("ap@buyer.example",),
            date=NOW,
        )
        number = write(sqlite_engine, lambda tx: outbound.add(tx, message, cause=None, now=NOW))
        assert number is not None
        return number

    return queue


@pytest.fixture
def relay() -> Iterator[EmbeddedSmtp]:
    with EmbeddedSmtp() as server:
        yield server


def at(server: EmbeddedSmtp, **changes: Any) -> SmtpSettings:
    return replace(
        SmtpSettings(
            host="127.0.0.1", port=server.port, tls="none", timeouts=QUICK, connections=1, local_hostname="us.example"
        ),
        **changes,
    )


def row(engine: Engine, number: int) -> Any:
    return read(engine, lambda tx: outbound.row_of(tx, number))


def test_a_due_mail_leaves_once_exactly_as_it_was_composed(
    sqlite_engine: Engine, plan: Plan, relay: EmbeddedSmtp
) -> None:
    number = plan()
    assert send_due(sqlite_engine, at(relay), clock).sent == 1
    assert send_due(sqlite_engine, at(relay), clock).sent == 0
    [mail] = relay.sink.mails
    kept = read(sqlite_engine, lambda tx: tx.execute(blobs.select()).one()).data
    assert mail.data == kept
    assert (mail.sender, mail.recipients) == ("ar@seller.example", ("ap@buyer.example",))
    after = row(sqlite_engine, number)
    assert (after.status, after.sent_at, after.attempts) == ("sent", NOW, 1)
    assert "queued as 1" in after.reply


def test_a_mail_that_is_not_due_waits(sqlite_engine: Engine, plan: Plan, relay: EmbeddedSmtp) -> None:
    number = plan()
    with sqlite_engine.begin() as tx:
        tx.execute(update(outbox).values(due_at=NOW + timedelta(minutes=1)))
    assert not send_due(sqlite_engine, at(relay), clock).attempts
    assert row(sqlite_engine, number).status == "queued"
    assert send_due(sqlite_engine, at(relay), lambda: NOW + timedelta(minutes=2)).sent == 1


FAULTS = {
    "4xx": Fault("451 4.3.0 later"),
    "5xx": Fault("550 5.0.0 no"),
    "reset": Fault(cut=True),
    "silence": Fault(seconds=1.2),
}
# Sure that nothing was taken: again. Refused: over. No answer after the body: nobody knows.
EXPECTED = {
    ("mail", "5xx"): "failed",
    ("rcpt", "5xx"): "failed",
    ("data", "5xx"): "failed",
    ("body", "5xx"): "failed",
    ("body", "reset"): "unknown",
    ("body", "silence"): "unknown",
}


@pytest.mark.parametrize("phase", ["connect", "hello", "mail", "rcpt", "data", "body"])
@pytest.mark.parametrize("fault", list(FAULTS))
def test_each_way_to_fail_in_each_phase_leaves_the_right_state(
    sqlite_engine: Engine, plan: Plan, phase: str, fault: str
) -> None:
    number = plan()
    with EmbeddedSmtp(SmtpSink(faults={phase: FAULTS[fault]})) as server:
        report = send_due(sqlite_engine, at(server), clock)
    after = row(sqlite_engine, number)
    expected = EXPECTED.get((phase, fault), "queued")
    assert after.status == expected
    assert server.sink.mails == []
    assert after.lease_owner is None
    assert (report.relay is not None) == (phase in ("connect", "hello"))
    if expected == "queued":
        assert after.due_at > NOW
        with EmbeddedSmtp() as server:  # and it does leave once the relay is well
            assert send_due(sqlite_engine, at(server), lambda: NOW + timedelta(hours=2)).sent == 1
            assert len(server.sink.mails) == 1
    else:
        with EmbeddedSmtp() as server:  # and by itself it never leaves
            assert not send_due(sqlite_engine, at(server), lambda: NOW + timedelta(days=30)).attempts


@pytest.mark.parametrize("fault", [Fault(cut=True, take=True), Fault(seconds=1.2, take=True)])
def test_a_lost_250_is_unknown_and_never_sent_again_unasked(sqlite_engine: Engine, plan: Plan, fault: Fault) -> None:
    number = plan()
    with EmbeddedSmtp(SmtpSink(faults={"body": fault})) as server:
        send_due(sqlite_engine, at(server), clock)
        assert row(sqlite_engine, number).status == "unknown"
        server.sink.faults.clear()
        send_due(sqlite_engine, at(server), lambda: NOW + timedelta(days=9))
        assert len(server.sink.mails) == 1


def test_a_cut_in_the_middle_of_a_large_mail_is_unknown(sqlite_engine: Engine, plan: Plan) -> None:
    number = plan(text="x" * 70 + "\n" + ("y" * 70 + "\n") * 200_000)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            connection.sendall(b"220 x\r\n")
            for reply in (b"250 x\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n"):
                connection.recv(4096)
                connection.sendall(reply)
            connection.recv(100_000)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            connection.close()

        thread = threading.Thread(target=serve)
        thread.start()
        settings = SmtpSettings(
            host="127.0.0.1", port=listener.getsockname()[1], tls="none", timeouts=QUICK, connections=1
        )
        send_due(sqlite_engine, settings, clock)
        thread.join()
    assert row(sqlite_engine, number).status == "unknown"


def test_a_relay_that_stops_reading_in_the_middle_of_a_large_mail_does_not_hold_us_for_ever(
    sqlite_engine: Engine, plan: Plan
) -> None:
    number = plan(text=("y" * 70 + "\n") * 200_000)
    done = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            connection.sendall(b"220 x\r\n")
            for reply in (b"250 x\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n"):
                connection.recv(4096)
                connection.sendall(reply)
            done.wait(10)
            connection.close()

        thread = threading.Thread(target=serve)
        thread.start()
        settings = SmtpSettings(
            host="127.0.0.1", port=listener.getsockname()[1], tls="none", timeouts=QUICK, connections=1
        )
        began = time.monotonic()
        send_due(sqlite_engine, settings, clock)
        assert time.monotonic() - began < 5
        done.set()
        thread.join()
    assert row(sqlite_engine, number).status == "unknown"


def test_an_error_after_the_250_changes_nothing(sqlite_engine: Engine, plan: Plan) -> None:
    class Rude(SmtpSink):
        async def handle_QUIT(self, server: Any, _session: Any, _envelope: Any) -> str:  # noqa: N802
            server.transport.abort()
            return "554 go away"

    number = plan()
    with EmbeddedSmtp(Rude()) as server:
        report = send_due(sqlite_engine, at(server), clock)
    assert report.sent == 1
    assert report.relay is None
    assert row(sqlite_engine, number).status == "sent"


def test_one_refused_recipient_stops_neither_the_others_nor_the_next_mail(
    sqlite_engine: Engine, plan: Plan, relay: EmbeddedSmtp
) -> None:
    relay.sink.refuse["gone@buyer.example"] = "550 5.1.1 no such user"
    both, gone, fine = (
        plan("gone@buyer.example", "ap@buyer.example"),
        plan("gone@buyer.example"),
        plan("ap@buyer.example"),
    )
    report = send_due(sqlite_engine, at(relay), clock)
    assert [row(sqlite_engine, n).status for n in (both, gone, fine)] == ["sent", "failed", "sent"]
    assert "gone@buyer.example: 550" in row(sqlite_engine, both).reason
    assert [one.refused != () for one in report.attempts] == [True, False, False]
    assert [mail.recipients for mail in relay.sink.mails] == [("ap@buyer.example",)] * 2


def test_a_deferred_recipient_holds_the_whole_mail_back_so_that_nobody_gets_it_twice(
    sqlite_engine: Engine, plan: Plan, relay: EmbeddedSmtp
) -> None:
    relay.sink.refuse["slow@buyer.example"] = "450 4.2.0 greylisted"
    number = plan("slow@buyer.example", "ap@buyer.example")
    send_due(sqlite_engine, at(relay), clock)
    assert row(sqlite_engine, number).status == "queued"
    assert relay.sink.mails == []
    relay.sink.refuse.clear()
    send_due(sqlite_engine, at(relay), lambda: NOW + timedelta(minutes=5))
    assert [mail.recipients for mail in relay.sink.mails] == [("slow@buyer.example", "ap@buyer.example")]


def test_a_recipient_deferred_for_good_does_not_keep_the_mail_from_the_others(
    sqlite_engine: Engine, plan: Plan, relay: EmbeddedSmtp
) -> None:
    relay.sink.refuse["slow@buyer.example"] = "450 4.2.0 greylisted"
    number = plan("slow@buyer.example", "ap@buyer.example")
    for hours in range(6):
        send_due(sqlite_engine, at(relay), lambda hours=hours: NOW + timedelta(hours=hours))
    after = row(sqlite_engine, number)
    assert after.status == "sent"
    assert "slow@buyer.example: 450" in after.reason
    assert len(relay.sink.mails) == 1


def test_connections_are_few_and_used_again(sqlite_engine: Engine, plan: Plan, relay: EmbeddedSmtp) -> None:
    for _ in range(60):
        plan()
    report = send_due(sqlite_engine, at(relay, connections=4), clock)
    assert report.sent == 60
    assert len({mail.data for mail in relay.sink.mails}) == 60
    assert relay.sink.connections <= 4


def test_a_connection_carries_no_more_mails_than_the_relay_likes(
    sqlite_engine: Engine, plan: Plan, relay: EmbeddedSmtp
) -> None:
    for _ in range(10):
        plan()
    assert send_due(sqlite_engine, at(relay, mails_per_connection=3), clock).sent == 10
    assert relay.sink.connections == 4


def test_a_connection_that_died_while_idle_costs_no_attempt(
    sqlite_engine: Engine, plan: Plan, relay: EmbeddedSmtp
) -> None:
    with Carrier(sqlite_engine, at(relay), clock) as carrier:
        plan()
        assert carrier.send_due().sent == 1
        relay.sink.faults["mail"] = Fault(cut=True, times=1)
        number = plan()
        assert carrier.send_due().sent == 1
    assert row(sqlite_engine, number).attempts == 1
    assert relay.sink.connections == 2


def test_an_idle_connection_is_closed(sqlite_engine: Engine, plan: Plan, relay: EmbeddedSmtp) -> None:
    with Carrier(sqlite_engine, at(relay, idle_seconds=0.05), clock) as carrier:
        plan()
        carrier.send_due()
        time.sleep(0.1)
        carrier.close_idle()
        plan()
        assert carrier.send_due().sent == 1
    assert relay.sink.connections == 2


def test_a_dead_relay_stops_the_round_and_blames_no_other_mail(sqlite_engine: Engine, plan: Plan) -> None:
    numbers = [plan() for _ in range(20)]
    settings = SmtpSettings(host="127.0.0.1", port=1, tls="none", timeouts=QUICK, connections=2)
    report = send_due(sqlite_engine, settings, clock)
    assert report.relay is not None
    assert len(report.attempts) <= 2
    rows = [row(sqlite_engine, n) for n in numbers]
    assert {one.status for one in rows} == {"queued"}
    assert sum(one.attempts for one in rows) <= 2
    assert all(one.lease_owner is None for one in rows)


def test_bytes_that_are_not_what_was_composed_do_not_leave(
    sqlite_engine: Engine, plan: Plan, relay: EmbeddedSmtp
) -> None:
    number = plan()
    with sqlite_engine.begin() as tx:
        tx.execute(update(blobs).values(data=b"IBAN: another one"))
    send_due(sqlite_engine, at(relay), clock)
    assert row(sqlite_engine, number).status == "failed"
    assert relay.sink.mails == []


def test_a_sender_whose_claim_was_taken_over_hands_nothing_over(
    sqlite_engine: Engine, plan: Plan, relay: EmbeddedSmtp, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = plan()
    honest = outbound.bytes_of

    def slowly(engine: Engine, claimed: outbound.Claimed) -> bytes | None:
        # The lease runs out while this sender sleeps; another one recovers the mail and claims it.
        later = NOW + timedelta(days=1)
        outbound.recover(engine, later)
        outbound.claim_due(engine, owner="other", now=later, limit=1, lease_seconds=60)
        return honest(engine, claimed)

    monkeypatch.setattr(outbound, "bytes_of", slowly)
    report = send_due(sqlite_engine, at(relay), clock)
    assert report.attempts == []
    assert relay.sink.mails == []
    after = row(sqlite_engine, number)
    assert (after.status, after.lease_owner, after.fence) == ("sending", "other", 2)


def test_a_greeting_of_old_times_is_understood(sqlite_engine: Engine, plan: Plan) -> None:
    plan()
    with EmbeddedSmtp(SmtpSink(faults={"hello": Fault("502 5.5.1 what is EHLO?", times=1)})) as server:
        assert send_due(sqlite_engine, at(server), clock).sent == 1


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    cert, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days", "30",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
        check=True, capture_output=True,
    )  # fmt: skip
    return cert, key


def server_context(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    return context


@pytest.mark.parametrize("mode", ["tls", "starttls"])
def test_mail_leaves_encrypted_and_logged_in(
    sqlite_engine: Engine, plan: Plan, certificate: tuple[Path, Path], mode: str
) -> None:
    plan()
    context = server_context(certificate)
    secured = {"tls": context} if mode == "tls" else {"starttls": context}
    with EmbeddedSmtp(login=("ar", "secret"), **secured) as server:
        settings = at(server, tls=mode, user="ar", password="secret", ca_file=certificate[0])
        assert send_due(sqlite_engine, settings, clock).sent == 1


@pytest.mark.parametrize("mode", ["tls", "starttls"])
def test_a_certificate_nobody_vouches_for_is_refused_and_the_mail_waits(
    sqlite_engine: Engine, plan: Plan, certificate: tuple[Path, Path], mode: str
) -> None:
    number = plan()
    context = server_context(certificate)
    secured = {"tls": context} if mode == "tls" else {"starttls": context}
    with EmbeddedSmtp(**secured) as server:
        report = send_due(sqlite_engine, at(server, tls=mode, timeouts=replace(QUICK, connect=3, command=3)), clock)
    assert "certificate" in (report.relay or "").lower()
    assert server.sink.mails == []
    assert row(sqlite_engine, number).status == "queued"


def test_a_relay_without_starttls_gets_nothing_in_the_clear(
    sqlite_engine: Engine, plan: Plan, relay: EmbeddedSmtp
) -> None:
    plan()
    report = send_due(sqlite_engine, at(relay, tls="starttls", user="ar", password="secret"), clock)
    assert report.relay is not None
    assert relay.sink.mails == []


def test_a_wrong_password_fails_no_mail(sqlite_engine: Engine, plan: Plan) -> None:
    number = plan()
    with EmbeddedSmtp(login=("ar", "secret")) as server:
        report = send_due(sqlite_engine, at(server, user="ar", password="wrong"), clock)
        assert "login: 535" in (report.relay or "")
        assert row(sqlite_engine, number).status == "queued"
        later = NOW + timedelta(hours=1)
        assert send_due(sqlite_engine, at(server, user="ar", password="secret"), lambda: later).sent == 1


def test_every_status_a_report_names_is_one_of_ours(sqlite_engine: Engine, plan: Plan, relay: EmbeddedSmtp) -> None:
    plan()
    assert {one.status for one in send_due(sqlite_engine, at(relay), clock).attempts} <= set(S)


def test_lanes_share_their_commits_and_each_mail_is_marked_and_settled_once(
    sqlite_engine: Engine, plan: Plan, relay: EmbeddedSmtp, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [plan() for _ in range(40)]
    sizes: list[int] = []
    real = outbound.write_together

    def counted(engine: Engine, works: Any) -> list[bool]:
        sizes.append(len(works))
        time.sleep(0.003)  # a disk that takes its time
        return real(engine, works)

    monkeypatch.setattr(outbound, "write_together", counted)
    assert send_due(sqlite_engine, at(relay, connections=4), clock, 100).sent == 40
    assert sum(sizes) == 80
    assert max(sizes) > 1
    assert len(relay.sink.mails) == 40
    assert {row(sqlite_engine, number).status for number in numbers} == {"sent"}


def test_a_commit_that_fails_hands_nothing_over(
    sqlite_engine: Engine, plan: Plan, relay: EmbeddedSmtp, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(4):
        plan()

    def fails(_engine: Engine, _works: Any) -> list[bool]:
        raise OSError("no room")

    monkeypatch.setattr(outbound, "write_together", fails)
    with pytest.raises(OSError, match="no room"):
        send_due(sqlite_engine, at(relay, connections=4), clock)
    assert relay.sink.mails == []


@pytest.mark.parametrize("wanted", [True, False])
def test_a_report_of_delivery_is_asked_for_where_it_is_wanted_and_known(
    sqlite_engine: Engine, plan: Plan, wanted: bool
) -> None:
    heard: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_relay_with_dsn, args=(listener, heard))
        thread.start()
        number = plan("a+b@buyer.example")
        smtp = SmtpSettings(
            host="127.0.0.1",
            port=listener.getsockname()[1],
            tls="none",
            connections=1,
            local_hostname="us.example",
            receipts=wanted,
        )
        assert send_due(sqlite_engine, smtp, clock).sent == 1
        thread.join(5)
    mail, recipient = (next(line for line in heard if line.startswith(verb)) for verb in ("MAIL", "RCPT"))
    assert mail == "MAIL FROM:<ar@seller.example>" + (f" RET=HDRS ENVID=O{number}" if wanted else "")
    asked = " NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;a+2Bb@buyer.example" if wanted else ""
    assert recipient == "RCPT TO:<a+b@buyer.example>" + asked


def _relay_with_dsn(listener: socket.socket, heard: list[str]) -> None:
    """A relay of a few lines that knows delivery reports, which the embedded one does not."""
    peer, _ = listener.accept()
    with peer, peer.makefile("rwb") as wire:

        def say(text: str) -> None:
            wire.write(text.encode() + b"\r\n")
            wire.flush()

        say("220 relay")
        while line := wire.readline().decode().strip():
            heard.append(line)
            if line.startswith("EHLO"):
                say("250-relay\r\n250 DSN")
            elif line == "DATA":
                say("354 go on")
                while wire.readline() != b".\r\n":
                    pass
                say("250 taken")
            else:
                say("250 ok" if line != "QUIT" else "221 bye")
