"""The backstops: no loop, no leak."""

from __future__ import annotations

from datetime import UTC, datetime

from outbox import leak_guard, loop_guard
from outbox.loop_guard import Budget, Spent
from outbox.message import OutboxMessage, OutboxStatus


def mail(*recipients: str, customer: str | None = "C1") -> OutboxMessage:
    due = datetime(2026, 1, 1, tzinfo=UTC)
    return OutboxMessage(
        "i",
        "invoice",
        customer,
        recipients,
        "ar@s.example",
        "s",
        "en",
        (),
        None,
        "<i@s>",
        b"",
        due,
        OutboxStatus.QUEUED,
        None,
    )


def test_a_recipient_gets_no_more_than_his_budget_a_day() -> None:
    budget = Budget(per_recipient_per_day=3, per_hour=100)
    assert loop_guard.may_send(mail("A@b.example"), budget, Spent({"a@b.example": 2}, 0)) is None
    assert "a loop?" in (loop_guard.may_send(mail("A@b.example"), budget, Spent({"a@b.example": 3}, 0)) or "")
    assert loop_guard.may_send(mail("c@b.example", "a@b.example"), budget, Spent({"a@b.example": 3}, 0))


def test_all_recipients_together_get_no_more_than_the_budget_an_hour() -> None:
    budget = Budget(per_recipient_per_day=3, per_hour=10)
    assert loop_guard.may_send(mail("a@b.example"), budget, Spent({}, 9)) is None
    assert loop_guard.may_send(mail("a@b.example"), budget, Spent({}, 10))


def test_only_addresses_of_the_mails_own_customer_get_it() -> None:
    assert leak_guard.may_send(mail("ap@buyer.example"), ["AP@buyer.example"]) is None
    assert leak_guard.may_send(mail("x@buyer.example"), ["@buyer.example"]) is None
    assert leak_guard.may_send(mail("x@evil.example"), ["@buyer.example"])
    assert leak_guard.may_send(mail("x@notbuyer.example"), ["@buyer.example"])
    assert leak_guard.may_send(mail("ap@buyer.example", "x@evil.example"), ["@buyer.example"])


def test_an_address_that_another_customer_has_on_file_is_looked_at_by_a_person() -> None:
    owners = {"ap@buyer.example": ["C1", "C2"]}
    assert "C2" in (leak_guard.may_send(mail("ap@buyer.example"), ["@buyer.example"], owners=owners) or "")


def test_the_sender_who_asked_may_be_answered_though_he_is_no_customer() -> None:
    assert leak_guard.may_send(mail("who@else.example", customer=None), [], also=["who@else.example"]) is None
    assert leak_guard.may_send(mail("who@else.example", customer=None), [])
