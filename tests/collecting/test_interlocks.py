"""Every reason why an overdue item is left alone, each with its code and its words."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from agent.booking.cash import applying
from agent.booking.letters import stopping
from agent.domain.decisions import Allocation, Candidate, DisputeOpening, MatchException, QueueKind
from agent.domain.documents import DisputeReason, RemittanceAdvice, Source
from agent.domain.money import Money
from agent.domain.receivables import Automation
from agent.settings import DunningSection
from agent.store import cash, dunning, outbound, promise_report, work
from agent.store.ledger import Cause
from tests.agent.shop import Shop
from tests.collecting.world import at, codes, events, open_books, owe, pay, run, sent, text_of, why


def announce(books: Shop, number: str, day: str, amount: str = "100.00") -> int:
    """An advice that announces money for an item."""
    zero = Money.zero("EUR")
    document = RemittanceAdvice(
        payment_reference="PAY-7731",
        paid_on=date.fromisoformat(day),
        currency="EUR",
        confidence=1.0,
        source=Source("body"),
    )

    def work_(desk: Any) -> int:
        advice = cash.add_advice(
            desk.tx, document=document, customer="C-1", currency="EUR", total=Money.of(amount, "EUR"), status="matched",
            announced=True, content_key=None, message=None, now=desk.now,
        )  # fmt: skip
        assert advice is not None
        allocation = Allocation(
            invoice=number, customer="C-1", cash=Money.of(amount, "EUR"), discount=zero, deduction=zero, withheld=zero,
            write_off=zero, bank_fee=zero,
        )  # fmt: skip
        cash.add_allocation(desk.tx, advice, allocation, "announced")
        return advice

    return books.do(work_)


def ask(
    books: Shop, code: str = "request", kind: QueueKind = QueueKind.OTHER, *, about: str = "message",
    invoice: str | None = None,
) -> int:  # fmt: skip
    """Something of C-1 that waits for a person."""
    candidates = (Candidate(n=1, invoice=invoice),) if invoice else ()
    exception = MatchException(code=code, kind=kind, summary="a question", customer="C-1", candidates=candidates)
    return books.do(lambda desk: desk.queue(exception, subject_type=about, subject=1))


def answer(books: Shop, number: int) -> None:
    def close(desk: Any) -> None:
        row = work.queue_row(desk.tx, number)
        work.resolve(desk.tx, row, status="accepted", resolution={}, owner="ann", now=desk.now)

    books.do(close)


def promise(books: Shop, day: str, invoices: tuple[str, ...] = ("INV-1",), amount: str | None = None) -> int:
    money = Money.of(amount, "EUR") if amount else None
    return books.do(
        lambda desk: work.add_promise(
            desk.tx, customer="C-1", invoices=invoices, promised_on=date.fromisoformat(day), amount=money, message=None,
            now=desk.now,
        )
    )  # fmt: skip


def test_announced_money_rests_to_its_value_date_and_grace_then_is_asked_for_once(books: Shop) -> None:
    owe(books, "INV-1", "2026-02-20")
    announce(books, "INV-1", "2026-03-06")
    assert why(run(books, "2026-03-09")) == {"INV-1": "announced"}
    assert why(run(books, "2026-03-11")) == {"INV-1": "announced"}
    told = run(books, "2026-03-12")
    assert (sent(told), events(told), why(told)) == ([], ["missing_payment"], {"INV-1": "missing_payment"})
    (mail,) = books.outbox("missing_remittance")
    text = text_of(books, mail["id"])
    assert "PAY-7731" in text, "their own advice is quoted"
    assert "6 March 2026" in text
    assert events(run(books, "2026-03-13")) == []
    told = run(books, "2026-03-19")
    assert sent(told) == [("C-1", 2, ["INV-1"])], "a week later it is asked for like any other"
    assert told["mails"][0]["total_due"] == "100.00"
    assert len(books.outbox("missing_remittance")) == 1


def test_announced_money_that_came_is_never_asked_for(books: Shop) -> None:
    owe(books, "INV-1", "2026-02-20")
    advice = announce(books, "INV-1", "2026-03-06")
    books.do(lambda desk: cash.set_allocations_state(desk.tx, advice, "received"))
    pay(books, "INV-1", "100.00", "2026-03-07")
    told = run(books, "2026-03-20")
    assert (sent(told), events(told), why(told)) == ([], [], {})


def came_undecided(books: Shop, day: str, *, kind: QueueKind = QueueKind.AMBIGUOUS) -> int:
    """Money of the customer that waits for a person; the number of its queue item."""

    def work_(desk: Any) -> int:
        amount = Money.of("100.00", "EUR")
        receipt = applying.book_receipt(
            desk, line_key=f"line-{day}", amount=amount, customer="C-1", received_on=date.fromisoformat(day)
        )
        assert receipt is not None
        exception = MatchException(code="line_ambig", kind=kind, summary="which one?", customer="C-1", amount=amount)
        return desk.queue(exception, subject_type="receipt", subject=str(receipt))

    return books.do(work_)


def test_money_that_waits_for_a_person_is_never_asked_for_and_breaks_no_promise(books: Shop) -> None:
    owe(books, "INV-1", "2026-02-20")
    announce(books, "INV-1", "2026-03-06")
    promise(books, "2026-03-08")
    came_undecided(books, "2026-03-07")
    told = run(books, "2026-03-20")
    assert sent(told) == [] and why(told) == {"INV-1": "question"}
    assert not {"missing_payment", "promise_broken"} & set(events(told))
    assert books.outbox("missing_remittance") == []


def test_what_was_paid_too_much_holds_no_question_about_announced_money(books: Shop) -> None:
    owe(books, "INV-1", "2026-02-20")
    announce(books, "INV-1", "2026-03-06")
    came_undecided(books, "2026-03-07", kind=QueueKind.OVERPAYMENT)
    assert "missing_payment" in events(run(books, "2026-03-20"))


def test_a_promise_holds_until_its_grace_is_over_then_it_is_broken_and_the_reminder_says_so(books: Shop) -> None:
    owe(books, "INV-1", "2026-02-16")
    number = promise(books, "2026-03-20")
    assert why(run(books, "2026-03-22")) == {"INV-1": "promised"}
    told = run(books, "2026-03-23")
    assert "promise_broken" in events(told)
    assert "promise_broken" in codes(books)
    assert sent(told) == [("C-1", 3, ["INV-1"])]
    text = text_of(books, told["mails"][0]["mail"])
    assert "20 March 2026" in text
    assert "something came in between" in text
    assert books.ask(lambda tx: [p.id for p in work.broken_promises_of(tx, "C-1", date(2026, 1, 1))]) == [number]


def test_a_kept_promise_leaves_no_trace_but_its_status(books: Shop) -> None:
    owe(books, "INV-1", "2026-02-16")
    promise(books, "2026-03-20")
    pay(books, "INV-1", "100.00", "2026-03-18")
    assert events(run(books, "2026-03-23")) == ["promise_kept"]
    assert codes(books) == []


def test_a_promise_of_an_amount_is_kept_by_that_amount(books: Shop) -> None:
    owe(books, "INV-1", "2026-02-16")
    promise(books, "2026-03-04", (), amount="60.00")
    pay(books, "INV-1", "59.99", "2026-03-04")
    assert events(run(books, "2026-03-07")) == ["promise_broken"]
    promise(books, "2026-03-10", (), amount="40.01")
    pay(books, "INV-1", "40.01", "2026-03-09")
    assert events(run(books, "2026-03-10")) == ["promise_kept"]


def test_a_disputed_part_is_taken_off_and_its_case_is_named(books: Shop) -> None:
    owe(books, "INV-1", "2026-02-20")
    opening = DisputeOpening(
        customer="C-1", reason=DisputeReason.QUANTITY, amount=Money.of("30.00", "EUR"), invoice="INV-1", text="three short"
    )  # fmt: skip
    books.do(
        lambda desk: work.add_dispute(
            desk.tx, opening, due_on=desk.today + timedelta(days=9), opened_on=desk.today, message=None
        )
    )
    told = run(books, "2026-03-02")
    assert told["mails"][0]["total_due"] == "70.00"
    assert "under case D1" in text_of(books, told["mails"][0]["mail"])


def test_a_dispute_over_an_unknown_amount_holds_the_item(books: Shop) -> None:
    owe(books, "INV-1", "2026-02-20")
    opening = DisputeOpening(customer="C-1", reason=DisputeReason.QUALITY, amount=None, invoice="INV-1", text="leaks")
    books.do(lambda desk: work.add_dispute(desk.tx, opening, due_on=desk.today, opened_on=desk.today, message=None))
    assert why(run(books, "2026-03-02")) == {"INV-1": "disputed"}


def test_dun_04_an_open_question_on_the_invoice_holds_it_and_later_alarms_staff_never_the_customer(books: Shop) -> None:
    owe(books, "INV-104310", "2026-02-20")
    owe(books, "INV-2", "2026-02-20")
    number = ask(books, "line_ambig", QueueKind.AMBIGUOUS, about="advice", invoice="INV-104310")
    told = run(books, "2026-03-03")
    assert (sent(told), why(told), events(told)) == ([("C-1", 1, ["INV-2"])], {"INV-104310": "question"}, [])
    assert [e for e in events(run(books, "2026-03-05")) if e == "question_overdue"] == ["question_overdue"]
    assert books.ask(lambda tx: work.queue_row(tx, number).critical)
    told = run(books, "2026-03-30")
    assert why(told)["INV-104310"] == "question"
    assert "question_overdue" not in events(told), "said once"
    answer(books, number)
    assert "INV-104310" in run(books, "2026-04-08")["mails"][0]["invoices"]


def test_an_advice_that_nobody_could_place_holds_the_whole_account(books: Shop) -> None:
    owe(books, "INV-1", "2026-02-20")
    ask(books, "total_mismatch", QueueKind.TOTAL_MISMATCH, about="advice")
    assert why(run(books, "2026-03-30")) == {"INV-1": "question"}


def test_what_a_stranger_wrote_holds_one_working_day_and_what_nobody_understood_three(books: Shop) -> None:
    owe(books, "INV-1", "2026-02-20")
    stranger = ask(books, "sender_unverified", QueueKind.UNTRUSTED_SENDER)
    assert why(run(books, "2026-03-03")) == {"INV-1": "question"}
    assert len(sent(run(books, "2026-03-04"))) == 1
    answer(books, stranger)
    books.now = at("2026-03-09")
    ask(books, "classify_low")
    assert why(run(books, "2026-03-12")) == {"INV-1": "question"}
    assert len(sent(run(books, "2026-03-13"))) == 1


def test_what_we_found_out_ourselves_holds_nothing(books: Shop) -> None:
    owe(books, "INV-1", "2026-02-20")
    for code in ("escalate", "promise_broken", "late_charge", "credit_hold"):
        ask(books, code, invoice="INV-1")
    assert len(sent(run(books, "2026-03-02"))) == 1


def test_dun_05_credits_that_cover_what_is_late_are_work_for_a_person(books: Shop) -> None:
    owe(books, "INV-1", "2026-02-20")
    owe(books, "CN-1", "", "-150.00")
    told = run(books, "2026-03-02")
    assert (sent(told), why(told), events(told)) == ([], {"INV-1": "covered"}, ["apply_credit"])
    run(books, "2026-03-03")
    assert codes(books) == ["apply_credit"], "asked once"


def test_money_that_is_not_applied_counts_like_a_credit(books: Shop) -> None:
    from agent.booking.cash import applying

    owe(books, "INV-1", "2026-02-20")
    books.do(
        lambda desk: applying.book_receipt(
            desk, line_key="x", amount=Money.of("100.00", "EUR"), customer="C-1", received_on=desk.today
        )
    )
    assert why(run(books, "2026-03-02")) == {"INV-1": "covered"}


def test_an_old_bank_feed_stops_everybody(sqlite_engine: Engine, tmp_path: Path) -> None:
    books = open_books(sqlite_engine, tmp_path, dunning=DunningSection(bank_within_days=2))
    owe(books, "INV-1", "2026-02-20")
    assert why(run(books, "2026-03-02")) == {"INV-1": "bank_feed"}
    owe(books, "INV-9", "2026-02-20", customer="C-2")
    pay(books, "INV-9", "100.00", "2026-02-27")  # a Friday
    assert len(sent(run(books, "2026-03-03"))) == 1, "two working days later"
    owe(books, "INV-3", "2026-02-20", customer="C-2")
    told = run(books, "2026-03-04")
    assert why(told)["INV-3"] == "bank_feed"
    assert "2026-02-27" in told["blocked"][0]["reason"]


def bounce(books: Shop, mail: str) -> None:
    number = int(mail.lstrip("O"))

    def work_(desk: Any) -> None:
        from sqlalchemy import update

        from agent.store.schema import outbox

        desk.tx.execute(update(outbox).where(outbox.c.id == number).values(status="sent", sent_at=desk.now))
        row = outbound.row_of(desk.tx, number)
        outbound.bounced(
            desk.tx,
            row.message_id,
            recipient="ap@ann.example",
            reason="5.1.1",
            cause=Cause("message", "M1", 1),
            now=desk.now,
        )

    books.do(work_)


def test_a_bounced_address_is_not_written_to_until_a_mail_arrives(books: Shop) -> None:
    owe(books, "INV-1", "2026-02-20")
    mail = run(books, "2026-03-02")["mails"][0]["mail"]
    bounce(books, mail)
    assert why(run(books, "2026-03-09")) == {"INV-1": "bounced"}
    books.do(lambda desk: outbound.resolve(desk.tx, int(mail[1:]), sent=True, cause=desk.cause, now=desk.now))
    assert len(sent(run(books, "2026-03-10"))) == 1


def test_a_legal_stop_and_a_pause_hold_everything(books: Shop) -> None:
    owe(books, "INV-1", "2026-02-20")
    books.do(lambda desk: dunning.pause(desk.tx, "C-1", date(2026, 3, 4)))
    assert why(run(books, "2026-03-04")) == {"INV-1": "paused"}
    books.do(lambda desk: stopping.stop(desk, books.customer("C-1"), kind="insolvency", text="petition"))
    assert why(run(books, "2026-03-05")) == {"INV-1": "legal_stop"}


def test_not_more_than_one_reminder_in_the_interval_and_not_more_mails_than_the_budget(
    sqlite_engine: Engine, tmp_path: Path
) -> None:
    books = open_books(sqlite_engine, tmp_path, dunning=DunningSection(contacts_per_week=2))
    owe(books, "INV-1", "2026-02-20")
    assert len(sent(run(books, "2026-03-02"))) == 1
    owe(books, "INV-2", "2026-02-20")
    assert why(run(books, "2026-03-08")) == {"INV-1": "interval", "INV-2": "interval"} | {}
    from agent.booking.letters import statements

    for hour in (10, 11):
        books.now = at("2026-03-08", hour)
        books.do(
            lambda desk: statements.send_statement(
                desk, books.customer("C-1"), intent=f"s:{desk.now.isoformat()}", answer=False
            )
        )
    told = run(books, "2026-03-09")
    assert why(told)["INV-2"] == "budget"
    assert "2 mails in seven days" in told["blocked"][0]["reason"]
    assert len(sent(run(books, "2026-03-15"))) == 1


def test_a_small_sum_waits_until_more_has_come_together(sqlite_engine: Engine, tmp_path: Path) -> None:
    from decimal import Decimal

    books = open_books(sqlite_engine, tmp_path, dunning=DunningSection(min_amount=Decimal("25.00")))
    owe(books, "INV-1", "2026-02-20", "10.00")
    assert why(run(books, "2026-03-02")) == {"INV-1": "minimum"}
    owe(books, "INV-2", "2026-02-20", "15.00")
    assert sent(run(books, "2026-03-03")) == [("C-1", 1, ["INV-1", "INV-2"])]


def test_a_rejected_dispute_makes_the_item_due_again(books: Shop) -> None:
    owe(books, "INV-1", "2026-02-20")
    opening = DisputeOpening(customer="C-1", reason=DisputeReason.PRICE, amount=None, invoice="INV-1", text="too dear")
    number = books.do(
        lambda desk: work.add_dispute(desk.tx, opening, due_on=desk.today, opened_on=desk.today, message=None)
    )
    assert why(run(books, "2026-03-02")) == {"INV-1": "disputed"}
    books.do(lambda desk: work.update_dispute(desk.tx, number, status="rejected"))
    assert len(sent(run(books, "2026-03-03"))) == 1


def test_the_report_says_how_promises_were_kept(books: Shop) -> None:
    for n in range(4):
        owe(books, f"INV-{n}", "2026-02-16")
        promise(books, f"2026-03-{4 + n:02d}", (f"INV-{n}",), amount="100.00" if n < 3 else None)
    pay(books, "INV-0", "100.00", "2026-03-04")
    pay(books, "INV-3", "100.00", "2026-03-04")
    books.now = at("2026-03-03")
    promise(books, "2026-06-01", ())
    run(books, "2026-03-12")
    rows = books.ask(lambda tx: promise_report.promises_kept(tx, date(2026, 3, 1), date(2026, 12, 31)))
    assert [row["customer"] for row in rows] == ["C-1", None]
    told = {
        name: rows[0][name]
        for name in ("kept", "broken", "open", "percent", "value_kept", "value_due", "value_percent")
    }
    assert told == {
        "kept": 2, "broken": 2, "open": 1, "percent": "50.0", "value_kept": "100.00", "value_due": "300.00",
        "value_percent": "33.3",
    }  # fmt: skip
    assert books.ask(lambda tx: promise_report.promises_kept(tx, date(2025, 1, 1), date(2025, 2, 1))) == []


def test_in_shadow_nothing_leaves_and_no_level_is_taken(books: Shop) -> None:
    books.change("C-1", automation=Automation.SHADOW)
    owe(books, "INV-1", "2026-02-20")
    owe(books, "INV-2", "2026-02-20")
    announce(books, "INV-2", "2026-02-20")
    told = run(books, "2026-03-02")
    assert (sent(told), events(told), books.outbox()) == ([], [], [])
    assert why(told) == {"INV-1": "shadow", "INV-2": "shadow"}
    assert "level 1 over 200.00 EUR would have left" in told["blocked"][0]["reason"]
    assert books.invoices(invoice="INV-1")[0]["dunning_level"] == 0
