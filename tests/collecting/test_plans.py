"""Payment plans: instalments that a person agreed, followed by reminders, kept or broken."""

from __future__ import annotations

from datetime import date

import pytest

from agent.collecting import planned_payments
from agent.domain.errors import NotFound, Refused
from agent.domain.money import Money
from agent.store import collecting
from tests.agent.shop import Shop
from tests.collecting.world import codes, events, owe, pay, run, sent, text_of, why

DAYS = ("2026-03-10", "2026-04-10", "2026-05-10")


def agree(
    books: Shop, invoices: tuple[str, ...] = ("INV-1", "INV-2"), amounts: tuple[str, ...] = ("100", "100", "100")
) -> int:
    parts = [(date.fromisoformat(d), Money.of(a, "EUR")) for d, a in zip(DAYS, amounts, strict=False)]
    return books.do(lambda desk: planned_payments.agree(desk, books.customer("C-1"), invoices, parts))


@pytest.fixture
def two(books: Shop) -> Shop:
    owe(books, "INV-1", "2026-02-01", "180.00")
    owe(books, "INV-2", "2026-02-10", "120.00")
    return books


def status(books: Shop) -> str:
    return books.ask(collecting.plans)[0].status


def test_an_agreed_plan_is_confirmed_and_holds_the_reminders_of_its_invoices(two: Shop) -> None:
    agree(two)
    (mail,) = two.outbox("other")
    text = text_of(two, mail["id"])
    assert "10 Mar 2026" in text
    assert "EUR 300.00" in text
    told = run(two, "2026-03-09")
    assert (sent(told), why(told)) == ([], {"INV-1": "plan", "INV-2": "plan"})


def test_a_plan_that_is_kept_ends_with_thanks(two: Shop) -> None:
    agree(two)
    pay(two, "INV-1", "100.00", "2026-03-10")
    pay(two, "INV-1", "80.00", "2026-04-10")
    assert events(run(two, "2026-04-12")) == []
    pay(two, "INV-2", "120.00", "2026-05-08")
    assert events(run(two, "2026-05-09")) == ["plan_kept"]
    assert status(two) == "kept"
    assert "Thank you" in text_of(two, two.outbox("other")[-1]["id"])


def test_a_late_instalment_is_told_once_and_then_the_plan_is_broken(two: Shop) -> None:
    agree(two)
    assert events(run(two, "2026-03-13")) == []
    assert events(run(two, "2026-03-14")) == ["plan_due"]
    assert "EUR 100.00 is overdue" in text_of(two, two.outbox("other")[-1]["id"])
    assert events(run(two, "2026-03-15")) == []
    told = run(two, "2026-03-24")
    assert events(told)[0] == "plan_broken"
    assert "plan_broken" in codes(two)
    assert status(two) == "broken"
    assert sent(told)[0][2] == ["INV-1", "INV-2"], "reminders go on"
    assert "has ended" in two.outbox("other")[-1]["subject"]


def test_a_broken_plan_can_go_on_by_a_persons_word(two: Shop) -> None:
    number = agree(two)
    run(two, "2026-03-14")
    run(two, "2026-03-24")
    two.do(lambda desk: planned_payments.resume(desk, number))
    pay(two, "INV-1", "100.00", "2026-03-25")
    assert why(run(two, "2026-03-26")) == {"INV-1": "plan", "INV-2": "plan"}


def test_a_cancelled_plan_holds_nothing(two: Shop) -> None:
    number = agree(two)
    two.do(lambda desk: planned_payments.cancel(desk, number, note="paid by card"))
    assert len(sent(run(two, "2026-03-03"))) == 1
    with pytest.raises(Refused, match="cancelled already"):
        two.do(lambda desk: planned_payments.cancel(desk, number))


def test_a_plan_that_cannot_be_is_refused_with_the_reason(two: Shop) -> None:
    owe(two, "INV-9", "2026-02-01", customer="C-2")
    with pytest.raises(Refused, match=r"make up 299\.00 EUR, open are 300\.00 EUR"):
        agree(two, amounts=("100", "100", "99"))
    with pytest.raises(Refused, match="INV-9 is no open invoice of C-1"):
        agree(two, ("INV-9",))
    with pytest.raises(NotFound, match="INV-7"):
        agree(two, ("INV-7",))
    agree(two)
    with pytest.raises(Refused, match="in payment plan PP1 already"):
        agree(two, ("INV-1",), ("180",))
