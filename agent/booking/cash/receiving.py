"""Bank statements: each line is money once, settles the advice that announced it, or is applied by its own references."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal

from agent.booking.cash import advising, applying
from agent.booking.deliveries import delivering
from agent.booking.desk import Desk
from agent.booking.learning import braking, teaching
from agent.booking.orders import ordering
from agent.domain.books import CashBooks, Sender
from agent.domain.decisions import MatchException, QueueKind, Reason, ReceiptDecision, ReceiptOutcome
from agent.domain.documents import BankLine, BankStatement, Flag, Footing
from agent.domain.money import Money, decimals_of, plain
from agent.domain.receivables import OrderStatus
from agent.store import books, cash, master, orders, work
from matching.accounts import is_ours
from matching.customers import account_key, cut_keys, name_keys
from matching.keys import lookup_keys
from matching.offers import rested_receipt
from matching.receipts import decide_receipt


def take_statement(desk: Desk, document: BankStatement, *, by_staff: bool = False) -> int:
    """Book the lines of one statement that are new; return how many. A statement that is not ours books nothing."""
    desk.outcome.documents.append({"kind": document.kind.value, "number": document.number})
    refused = _refused(desk, document, by_staff=by_staff)
    if refused is not None:
        desk.queue(refused, subject_type="message", subject=desk.message)
        return 0
    currency = document.currency or desk.settings.company.currency
    statement = cash.add_statement(
        desk.tx,
        account=document.account,
        number=document.number,
        currency=currency,
        opening=_money(document.opening, currency),
        closing=_money(document.closing, currency),
        message=desk.message,
        now=desk.now,
    )
    seen: Counter[str] = Counter()
    booked = 0
    for line in document.lines:
        content = _content_of(line, document.account, currency)
        seen[content] += 1
        booked += _take_line(desk, line, statement, currency, f"{content}:{seen[content]}")
    desk.outcome.reasons.append(f"{booked} of {len(document.lines)} bank lines were new")
    return booked


def _money(amount: Decimal | None, currency: str) -> Money | None:
    return None if amount is None else Money.rounded(amount, currency)


def _content_of(line: BankLine, account: str | None, currency: str) -> str:
    """What makes a bank line itself; two real equal payments differ by their count in the statement."""
    parts = (
        account_key(account) if account else "",
        str(line.booked_on),
        "" if line.amount is None else plain(line.amount),
        line.currency or currency,
        line.bank_reference or "",
        "" if line.bank_reference else " ".join((line.text or "").split()),
        "" if line.bank_reference else (line.payer or ""),
    )
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:40]


def _refused(desk: Desk, document: BankStatement, *, by_staff: bool) -> MatchException | None:
    """Why a statement is not believed: not our account, not in balance, or not from one who may send it."""
    own = desk.settings.own_accounts
    if document.account and own and not is_ours(document.account, own):
        return MatchException(
            code="statement_account",
            kind=QueueKind.FRAUD_ALERT,
            summary=f"a bank statement of account {document.account}, which is not ours: nothing was booked",
            critical=True,
        )
    if document.footing is Footing.FAILED:
        off = f" (off by {plain(document.difference)})" if document.difference is not None else ""
        return MatchException(
            code="statement_balance",
            kind=QueueKind.TOTAL_MISMATCH,
            summary=f"bank statement {document.number or ''} of {document.account or 'an unnamed account'} is not in balance{off}: nothing was booked",
        )
    if Flag.UNCERTAIN in document.flags or (Flag.SCANNED in document.flags and document.footing is not Footing.PROVED):
        return MatchException(
            code="doc_scanned",
            kind=QueueKind.UNREADABLE,
            summary=f"bank statement {document.number or ''} was read from a picture, with too little certainty or without a "
            "balance that proves it: nothing was booked; import the bank's own file with `ar-agent import bank FILE`",
        )
    if by_staff or desk.facts is None or _may_send(desk):
        return None
    return MatchException(
        code="statement_sender",
        kind=QueueKind.UNTRUSTED_SENDER,
        summary=f"a bank statement by mail from {desk.sender.address}, who is not listed under [trust] banks: import it with "
        "`ar-agent import bank FILE` if it is genuine",
        critical=True,
        reasons=(
            Reason("trust", "anybody can write a statement; only listed banks and our own addresses are believed"),
        ),
    )


def _may_send(desk: Desk) -> bool:
    if desk.settings.trust.require == "none":
        return True
    address = (desk.sender.address or "").casefold()
    domain = "@" + address.rpartition("@")[2]
    listed = {entry.casefold() for entry in (*desk.settings.trust.banks, *desk.settings.company.emails)}
    return desk.sender.trusted and bool(address) and (address in listed or domain in listed)


def _take_line(desk: Desk, line: BankLine, statement: int, currency: str, key: str) -> int:
    currency = line.currency or currency
    if line.amount is None or line.booked_on is None or cash.has_receipt(desk.tx, key):
        return 0
    scaled = line.amount.scaleb(decimals_of(currency))
    if scaled != scaled.to_integral_value():
        return 0
    found = _books(desk, line, currency)
    policy = advising.policy_of(desk, tuple(c.number for c in found.customers), (currency,))
    decision = decide_receipt(line, currency, found, policy)
    if decision.outcome in (ReceiptOutcome.OUTGOING, ReceiptOutcome.DUPLICATE):
        desk.outcome.reasons += [reason.detail for reason in decision.reasons]
        return 0
    if decision.outcome is ReceiptOutcome.RETURNED:
        return _take_return(desk, line, decision)
    _book(desk, line, _rested(desk, decision, Money.rounded(line.amount, currency)), statement, currency, key)
    return 1


def _rested(desk: Desk, decision: ReceiptDecision, amount: Money) -> ReceiptDecision:
    """The decision as a suggestion where automatic booking rests; an advice that a clerk decided settles all the same."""
    concerned = {one.customer for one in decision.allocations} | ({decision.customer} if decision.customer else set())
    why = braking.resting(desk, concerned, braking.rules_of(decision.allocations)) if decision.allocations else None
    if why is None:
        return decision
    if decision.advice is not None:
        parts = cash.allocations_of(desk.tx, [int(decision.advice)])
        if parts and all(part.queue is not None for part in parts if part.state == "announced"):
            return decision
    return rested_receipt(decision, amount, why)


def _books(desk: Desk, line: BankLine, currency: str) -> CashBooks:
    written = [
        *line.references,
        *((line.text,) if line.text else ()),
        *((line.end_to_end_id,) if line.end_to_end_id else ()),
    ]
    named = books.customers_named(
        desk.tx,
        names=name_keys(line.payer) if line.payer else (),
        accounts=[account_key(line.payer_account)] if line.payer_account else (),
    )
    if not named and line.payer:
        named = master.customer_numbers_by_beginning(desk.tx, "name", cut_keys(line.payer))
    references = [
        line.end_to_end_id,
        line.bank_reference,
        *line.references,
        *(line.text or "").replace("/", " ").split()[:40],
    ]
    taught = teaching.about_payer(desk, payer=line.payer, account=line.payer_account, by_mail=False)
    found = books.cash_books(
        desk.tx,
        Sender(trusted=True),
        reference_keys=[key for text in written for key in lookup_keys(text)],
        named=(*named, *teaching.customers_in(taught)),
        payment_references=[r for r in references if r],
        content_keys=(),
        total=Money.rounded(line.amount, currency) if line.amount is not None else None,
        now=desk.now,
    )
    return teaching.with_learned(desk, found, taught)


def _book(desk: Desk, line: BankLine, decision: ReceiptDecision, statement: int, currency: str, key: str) -> None:
    assert line.amount is not None
    assert line.booked_on is not None
    advice = int(decision.advice) if decision.advice else None
    receipt = applying.book_receipt(
        desk,
        line_key=key,
        amount=Money.rounded(line.amount, currency),
        customer=decision.customer,
        received_on=line.booked_on,
        payer=line.payer,
        payer_account=line.payer_account,
        statement=statement,
        advice=advice,
        bank_reference=line.bank_reference,
        text=line.text,
        end_to_end_id=line.end_to_end_id,
    )
    if receipt is None:
        return
    _release_prepaid(desk, line, decision, Money.rounded(line.amount, currency))
    _follow(desk, receipt, decision)


def _release_prepaid(desk: Desk, line: BankLine, decision: ReceiptDecision, amount: Money) -> None:
    """Money that names an order which waits for it, and covers it, lets the order go; it stays unapplied until invoiced."""
    if decision.allocations or decision.customer is None:
        return
    words = [*line.references, *((line.text,) if line.text else ())]
    keys = [key for word in words for key in lookup_keys(word)]
    numbers = orders.numbers_by_keys(desk.tx, ("order", "po"), keys, limit=20)
    waiting = [
        order
        for order in orders.orders_by_number(desk.tx, numbers)
        if order.status is OrderStatus.WAITING_PREPAYMENT and order.customer == decision.customer
    ]
    if len(waiting) != 1 or waiting[0].total is None or waiting[0].currency != amount.currency:
        return
    owed = waiting[0].total + (waiting[0].tax or Money.zero(amount.currency))
    if amount < owed:
        return
    (customer,) = master.customers_by_number(desk.tx, [decision.customer])
    ordering.release_prepaid(desk, waiting[0], customer)
    desk.outcome.reasons.append(f"{amount} pays {waiting[0].number} in advance: the order is released")


def _follow(desk: Desk, receipt: int, decision: ReceiptDecision) -> None:
    """Write what a decision says about money that is booked."""
    advice = int(decision.advice) if decision.advice else None
    desk.outcome.customer = desk.outcome.customer or decision.customer
    joined = [int(one) for one in decision.receipts]
    if advice is not None:
        applying.settle_advices(desk, receipt, [advice, *(int(one) for one in decision.advices)], joined)
    applying.apply_across(desk, [*joined, receipt], teaching.explained(decision.reasons, decision.allocations))
    for one in joined:
        work.close_of_subject(desk.tx, "receipt", str(one), owner=desk.cause.name, now=desk.now)
    teaching.count(desk, decision.reasons, decision.allocations)
    for exception in decision.exceptions:
        desk.queue(exception, subject_type="receipt", subject=receipt)
    for opening in decision.disputes:
        customer = next(iter(master.customers_by_number(desk.tx, [opening.customer])), None)
        if customer is not None:
            delivering.open_dispute(desk, opening, customer, advice=advice)


def _take_return(desk: Desk, line: BankLine, decision: ReceiptDecision) -> int:
    if decision.returns_receipt:
        what = f"returned by the bank: {line.text or line.bank_reference or ''}".strip()
        applying.return_receipt(desk, int(decision.returns_receipt), reason=what[:300])
    for exception in decision.exceptions:
        desk.queue(exception, subject_type="message", subject=desk.message)
    return 1


def explain_waiting(desk: Desk, customer: str | None, total: Money | None) -> None:
    """Look again at money that nobody could place: the advice that has just come may be about it."""
    for row in cash.waiting_receipts(desk.tx, [customer] if customer else [], total):
        fresh = cash.receipt_row(desk.tx, row.id)
        if fresh is None or fresh.advice is not None:
            continue  # it went with another line meanwhile
        line = BankLine(
            booked_on=row.received_on,
            amount=Money(row.unapplied_minor, row.currency).amount,
            currency=row.currency,
            payer=row.payer,
            payer_account=row.payer_account,
            text=row.text,
            bank_reference=row.bank_reference,
            end_to_end_id=row.end_to_end_id,
        )
        found = _books(desk, line, row.currency)
        found = replace(found, receipts=tuple(one for one in found.receipts if one.receipt != str(row.id)))
        policy = advising.policy_of(desk, tuple(c.number for c in found.customers), (row.currency,))
        decision = decide_receipt(line, row.currency, found, policy)
        decision = _rested(desk, decision, Money(row.unapplied_minor, row.currency))
        if decision.outcome is not ReceiptOutcome.SETTLES_ADVICE or not decision.allocations:
            _offer_anew(desk, row.id, decision)
            continue
        if decision.customer and row.customer is None:
            applying.identify(desk, row.id, decision.customer)
        cash.update_receipt(desk.tx, row.id, advice=int(decision.advice) if decision.advice else None)
        _follow(desk, row.id, decision)
        work.close_of_subject(desk.tx, "receipt", str(row.id), owner=desk.cause.name, now=desk.now)


def _offer_anew(desk: Desk, receipt: int, decision: ReceiptDecision) -> None:
    """What waits about the money gets the suggestion that the new advice makes possible."""
    better = [one for one in decision.exceptions if any(c.advices for c in one.candidates)]
    waits = work.open_of_subject(desk.tx, "receipt", str(receipt))
    if not better or not waits or any(c.advices for row in waits for c in work.candidates_of(row)):
        return
    work.close_of_subject(desk.tx, "receipt", str(receipt), owner=desk.cause.name, now=desk.now)
    for exception in better:
        desk.queue(exception, subject_type="receipt", subject=receipt)


def enter_receipt(
    desk: Desk, *, customer: str, amount: Money, received_on: date, reference: str | None, key: str
) -> int | None:
    """Money that staff enter by hand: a cheque, cash, a line of a bank that sends no file."""
    return applying.book_receipt(
        desk,
        line_key=f"hand:{key}",
        amount=amount,
        customer=customer,
        received_on=received_on,
        bank_reference=reference,
    )
