"""Taking in on both databases: bytes first, once a mail, one effect a content, and no mail that stops the next."""

from __future__ import annotations

import hashlib
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select

from agent import intake
from agent.mailbox.mail import RawMail, mail_of_file
from agent.store import inbound
from agent.store.engine import open_engine, read, write
from agent.store.schema import blobs, messages, sightings

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)


def raw(uid: int, text: str = "", *, validity: int = 7, account: str = "ar", folder: str = "INBOX") -> RawMail:
    data = f"Subject: mail {text or uid}\r\n\r\nbody\r\n".encode()
    return RawMail(account, folder, validity, str(uid), data, NOW, f"imap:{account}", size=len(data))


def take(engine: Engine, one: RawMail) -> int | None:
    return intake.take_in(engine, one, NOW)


def row(engine: Engine, number: int | None) -> Any:
    return read(engine, lambda tx: tx.execute(select(messages).where(messages.c.id == number)).one())


def claim(engine: Engine, owner: str = "me", *, now: datetime = NOW, limit: int = 10) -> list[int]:
    return [one.id for one in inbound.claim_new(engine, owner=owner, now=now, limit=limit, lease_seconds=600)]


def done(engine: Engine, number: int, outcome: str = "processed") -> None:
    write(engine, lambda tx: inbound.finish(tx, number, outcome=outcome, now=NOW))


def test_a_mail_is_kept_byte_for_byte(engine: Engine) -> None:
    one = RawMail("ar", "INBOX", 7, "1", bytes(range(256)) * 10, NOW, "imap:ar")
    number = take(engine, one)
    assert number is not None
    assert read(engine, lambda tx: inbound.raw_bytes(tx, number)) == one.data
    kept = row(engine, number)
    assert (kept.state, kept.outcome, kept.source, kept.received_at) == ("new", None, "imap:ar", NOW)
    assert kept.sha256 == hashlib.sha256(one.data).hexdigest()


def test_the_same_mail_fetched_again_is_no_new_message(engine: Engine) -> None:
    assert take(engine, raw(1)) == 1
    assert take(engine, raw(1)) is None
    assert read(engine, inbound.account).total == 1


def test_the_same_bytes_under_another_name_are_a_duplicate_that_names_the_first(engine: Engine) -> None:
    first = take(engine, raw(1, "x"))
    for other in (
        raw(2, "x"),
        raw(1, "x", account="other"),
        raw(1, "x", folder="Archive"),
        mail_of_file("a.eml", raw(1, "x").data),
    ):
        again = row(engine, take(engine, other))
        assert (again.state, again.outcome, again.duplicate_of) == ("done", "duplicate", first)
        assert f"M{first}" in again.reason
    assert claim(engine) == [first]
    assert read(engine, lambda tx: len(tx.execute(select(blobs)).all())) == 1


def test_a_file_is_taken_and_the_same_file_again_is_a_duplicate(engine: Engine) -> None:
    first, second = (take(engine, mail_of_file("mails/a.eml", b"Subject: a\n\nb")) for _ in range(2))
    assert (row(engine, first).file, row(engine, first).source) == ("mails/a.eml", "file")
    assert row(engine, second).outcome == "duplicate"


def test_after_a_new_uidvalidity_a_mail_is_itself_under_a_new_name(engine: Engine) -> None:
    numbers = [take(engine, raw(uid)) for uid in (1, 2, 3)]
    assert [take(engine, raw(uid, str(uid - 10), validity=8)) for uid in (11, 12, 13)] == [None] * 3
    assert take(engine, raw(14, validity=8)) == 4
    account = read(engine, inbound.account)
    assert (account.total, account.sightings, account.faults) == (4, 7, ())
    assert claim(engine) == [*numbers, 4]


def test_after_a_new_uidvalidity_a_second_copy_that_came_meanwhile_is_still_a_duplicate(engine: Engine) -> None:
    first = take(engine, raw(1, "x"))
    assert take(engine, raw(21, "x", validity=8)) is None
    again = row(engine, take(engine, raw(22, "x", validity=8)))
    assert (again.outcome, again.duplicate_of) == ("duplicate", first)


def test_a_folder_rebuilt_a_hundred_times_loses_and_doubles_nothing(sqlite_engine: Engine) -> None:
    for validity in range(100):
        for uid in range(5):
            take(sqlite_engine, raw(uid + validity, f"old {uid}", validity=validity))
        take(sqlite_engine, raw(1000 + validity, f"new {validity}", validity=validity))
    account = read(sqlite_engine, inbound.account)
    assert (account.total, account.outcomes["duplicate"]) == (105, 0)


def test_of_a_mail_that_was_too_large_the_worker_is_told(engine: Engine) -> None:
    take(engine, RawMail("ar", "INBOX", 7, "1", b"Subject: x\r\n\r\n", NOW, "imap:ar", size=60_000_000, too_large=True))
    [one] = inbound.claim_new(engine, owner="me", now=NOW, lease_seconds=60)
    assert one.too_large
    assert "60000000 bytes" in (one.reason or "")
    inbound.fail(engine, one.id, "boom", NOW)
    [one] = inbound.claim_new(engine, owner="me", now=NOW + timedelta(hours=1), lease_seconds=60)
    assert one.too_large


def test_four_fetchers_of_one_mailbox_store_each_mail_once(engine: Engine, database_url: str) -> None:
    mails = [raw(n) for n in range(200)]
    got: list[int] = []
    errors: list[Exception] = []

    def fetch(turn: int) -> None:
        mine = open_engine(database_url)
        try:
            for one in mails[turn * 20 :] + mails[: turn * 20]:
                number = take(mine, one)
                got.extend([number] if number is not None else [])
        except Exception as error:  # noqa: BLE001 - shown by the test
            errors.append(error)
        finally:
            mine.dispose()

    threads = [threading.Thread(target=fetch, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    account = read(engine, inbound.account)
    assert (len(got), account.total, account.outcomes["duplicate"], account.faults) == (200, 200, 0, ())


def test_copies_stored_at_the_same_moment_have_one_first(engine: Engine, database_url: str) -> None:
    barrier = threading.Barrier(6)

    def store(n: int) -> None:
        mine = open_engine(database_url)
        barrier.wait()
        take(mine, raw(n, "the same"))
        mine.dispose()

    threads = [threading.Thread(target=store, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    account = read(engine, inbound.account)
    assert (account.total, account.waiting, account.outcomes["duplicate"]) == (6, 1, 5)


def test_four_workers_claim_a_thousand_messages_once_each(engine: Engine, database_url: str) -> None:
    for n in range(1000):
        take(engine, raw(n))
    got: list[int] = []
    errors: list[Exception] = []

    def work(owner: str) -> None:
        mine = open_engine(database_url)
        try:
            while numbers := claim(mine, owner, limit=3):
                got.extend(numbers)
                for number in numbers:
                    done(mine, number)
        except Exception as error:  # noqa: BLE001 - shown by the test
            errors.append(error)
        finally:
            mine.dispose()

    threads = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(got) == 1000
    assert max(Counter(got).values()) == 1
    assert read(engine, inbound.account).outcomes["processed"] == 1000


def test_two_workers_on_one_message_have_one_effect(engine: Engine) -> None:
    number = take(engine, raw(1))
    assert number is not None
    assert claim(engine, "slow") == [number]
    assert claim(engine, "quick", now=NOW + timedelta(hours=1)) == [number]  # the lease ran out
    done(engine, number)

    def late(tx: Any) -> None:
        tx.execute(blobs.insert().values(sha256="effect", size=0, data=b""))
        inbound.finish(tx, number, outcome="processed", now=NOW)

    with pytest.raises(inbound.ClaimLost, match=f"M{number}"):
        write(engine, late)
    assert read(engine, lambda tx: tx.execute(select(blobs).where(blobs.c.sha256 == "effect")).first()) is None


def test_a_message_that_fails_is_tried_again_later_and_holds_up_no_other(engine: Engine) -> None:
    bad, good = take(engine, raw(1)), take(engine, raw(2))
    assert bad is not None
    assert claim(engine, limit=1) == [bad]
    assert not inbound.fail(engine, bad, "ValueError: no", NOW)
    assert claim(engine) == [good]
    assert claim(engine, now=NOW + timedelta(seconds=29)) == []
    assert claim(engine, now=NOW + timedelta(seconds=31)) == [bad]


def test_after_three_failures_a_message_is_parked_with_its_reason_and_its_bytes(engine: Engine) -> None:
    number = take(engine, raw(1))
    assert number is not None
    for days in range(3):
        assert claim(engine, now=NOW + timedelta(days=days)) == [number]
        assert inbound.fail(engine, number, f"ValueError: {days}\x00\ud800", NOW + timedelta(days=days)) == (days == 2)
    assert claim(engine, now=NOW + timedelta(days=9)) == []
    after = row(engine, number)
    assert (after.state, after.outcome) == ("done", "failed")
    assert "ValueError: 2" in after.reason
    assert read(engine, lambda tx: inbound.raw_bytes(tx, number)) == raw(1).data


def test_a_message_that_kills_its_worker_three_times_is_parked_too(engine: Engine) -> None:
    number, other = take(engine, raw(1)), take(engine, raw(2))
    assert other is not None

    def claim_after_a_death() -> list[int]:
        claims = inbound.claim_new(
            engine, owner="w", now=NOW, limit=1, lease_seconds=600, is_dead=lambda owner: owner == "w"
        )
        return [one.id for one in claims]

    assert claim_after_a_death() == [number]
    assert claim_after_a_death() == [other]  # what killed nobody yet comes first
    done(engine, other)
    assert claim_after_a_death() == [number]
    assert claim_after_a_death() == [number]
    assert claim_after_a_death() == []
    assert row(engine, number).outcome == "failed"
    assert "without an answer" in row(engine, number).reason


def test_what_was_claimed_and_not_worked_on_is_given_back_without_a_try(engine: Engine) -> None:
    take(engine, raw(1))
    numbers = claim(engine)
    inbound.give_back(engine, numbers, "somebody else")
    assert claim(engine) == []
    inbound.give_back(engine, numbers, "me")
    [one] = inbound.claim_new(engine, owner="me", now=NOW, lease_seconds=60)
    assert one.attempts == 1


def test_a_finished_message_can_be_opened_again_for_replay(engine: Engine) -> None:
    number = take(engine, raw(1))
    assert number is not None
    claim(engine)
    done(engine, number, "queued")
    write(engine, lambda tx: inbound.reopen(tx, number))
    assert claim(engine) == [number]


def test_what_was_stored_but_not_marked_is_known_and_named(engine: Engine) -> None:
    for uid in (1, 2, 3):
        take(engine, raw(uid))
    inbound.mark(engine, "ar", "INBOX", [(7, "1"), (7, "3"), (8, "2")])
    assert inbound.unmarked(engine, "ar", "INBOX") == [(7, "2")]
    assert inbound.unmarked(engine, "other", "INBOX") == []
    assert inbound.known(engine, "ar", "INBOX", 7, ["1", "2", "9"]) == {"1", "2"}
    assert inbound.known(engine, "ar", "INBOX", 7, [str(n) for n in range(2000)]) == {"1", "2", "3"}
    assert inbound.known(engine, "ar", "INBOX", 8, ["1"]) == set()


def test_every_mail_is_in_exactly_one_bucket_and_a_fault_is_said(engine: Engine) -> None:
    for uid in range(7):
        take(engine, raw(uid))
    for number, outcome in zip(claim(engine)[:6], inbound.OUTCOMES, strict=True):
        write(engine, lambda tx, n=number, o=outcome: inbound.finish(tx, n, outcome=o, now=NOW, duplicate_of=1))
    account = read(engine, inbound.account)
    assert account.waiting + sum(account.outcomes.values()) == account.total == 7
    assert account.faults == ()
    with engine.begin() as tx:
        tx.execute(messages.update().where(messages.c.id == 1).values(outcome="lost"))
        tx.execute(messages.update().where(messages.c.outcome == "duplicate").values(duplicate_of=None))
    faults = read(engine, inbound.account).faults
    assert any("'lost'" in one for one in faults)
    assert any("name no first" in one for one in faults)


def test_sightings_are_not_lost_with_many_at_once(sqlite_engine: Engine) -> None:
    for uid in range(1200):
        take(sqlite_engine, raw(uid))
    inbound.mark(sqlite_engine, "ar", "INBOX", [(7, str(uid)) for uid in range(1200)])
    assert inbound.unmarked(sqlite_engine, "ar", "INBOX") == []
    assert read(sqlite_engine, lambda tx: len(tx.execute(select(sightings.c.id)).all())) == 1200
