"""A person vouches for a mail that was not believed, and takes that back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import Row

from agent import numbers
from agent.booking.cash import applying
from agent.booking.desk import Desk
from agent.domain.books import Sender
from agent.domain.codec import from_plain
from agent.domain.decisions import Candidate
from agent.domain.documents import Reading
from agent.domain.errors import Refused
from agent.store import cash, lists, outbound, work

Resolution = dict[str, Any]


def believe(desk: Desk, row: Row[Any], chosen: Candidate | None) -> Resolution:
    """A person vouches for a mail that was not believed: its papers are taken as the named customer's."""
    from agent.process import take

    if row.kind not in ("untrusted_sender", "unknown_sender", "ambiguous", "fraud_alert"):
        return {}
    customer = (chosen.customer if chosen else None) or row.customer
    message = lists.find_message(desk.tx, row.message) if row.message is not None else None
    if row.kind in ("unknown_sender", "untrusted_sender"):
        _refuse_nothing(row, customer, bool(message is not None and (message.reading or {}).get("documents")))
    if customer is None or message is None or not message.reading:
        return {}
    reading = from_plain(Reading, message.reading)
    sender = Sender(address=message.from_address, customers=(customer,), trusted=True)
    at = replace(desk, message=row.message, facts=reading.mail, sender=sender)
    before = len(at.outcome.queue)
    for document in reading.documents:
        take(at, document)
    return {"believed": customer, "effects": at.outcome.effects, "waiting": at.outcome.queue[before:]}


def _refuse_nothing(row: Row[Any], customer: str | None, read: bool) -> None:
    """Accepting must not close what it cannot book: an order of a stranger would be gone without a word."""
    mail = f"M{row.message}" if row.message is not None else "the mail"
    otherwise = f'; `ar-agent queue reject Q{row.id} --note "…"` closes it unbooked'
    if customer is None:
        raise Refused(
            f"Q{row.id} names no customer to book for: put the address on a customer's record (`ar-agent import customers`), "
            f"then `ar-agent messages replay {mail}`{otherwise}"
        )
    if not read:
        raise Refused(f"nothing in {mail} could be read, so there is nothing to take: enter it by hand{otherwise}")


def take_back(desk: Desk, number: int, done: Resolution) -> None:
    """Undo `believe`, whole or not at all: refused where something has left, was decided, or grew into more.

    Advices announce nothing any more, disputes are withdrawn, promises forgotten, mails that wait are cancelled.
    """
    effects: list[dict[str, str]] = done["effects"]
    in_the_way = [text for one in effects if (text := _in_the_way(desk, one)) is not None]
    in_the_way += [f"{q} was decided: undo it first" for q in done.get("waiting", ()) if not _waits(desk, q)]
    if in_the_way:
        raise Refused(
            f"Q{number} took a whole mail into the books, which is not as it was: {'; '.join(in_the_way[:6])}"
        )
    reason = f"Q{number} undone by {desk.cause.name}"
    for one in reversed(effects):
        _BACK[one["type"]](desk, int(one["id"][1:]) if one["id"][1:].isdigit() else 0, reason)
    for shown in done.get("waiting", ()):
        row = work.queue_row(desk.tx, numbers.read(numbers.QUEUE, shown))
        work.resolve(desk.tx, row, status="rejected", resolution={"with": number}, owner=desk.cause.name, now=desk.now)


def _waits(desk: Desk, shown: str) -> bool:
    return work.queue_row(desk.tx, numbers.read(numbers.QUEUE, shown)).status in work.OPEN


def _in_the_way(desk: Desk, effect: dict[str, str]) -> str | None:
    """Why an effect cannot be taken back with the mail; None where it can."""
    kind, shown = effect["type"], effect["id"]
    if kind not in _BACK:
        return f"{kind} {shown} has to be taken back by itself"
    if kind == "outbox":
        status = outbound.row_of(desk.tx, numbers.read(numbers.OUTBOX, shown)).status
        return None if status in ("queued", "held", "failed", "cancelled") else f"mail {shown} is {status}"
    if kind == "receipt":
        receipt = cash.receipt_row(desk.tx, numbers.read(numbers.RECEIPT, shown))
        own = receipt is not None and receipt.line_key.startswith("advice:")
        return None if own else f"{shown} is money of the bank"
    if kind == "advice":
        return _advice_in_the_way(desk, numbers.read(numbers.ADVICE, shown))
    if kind == "dispute":
        row = work.dispute_row(desk.tx, numbers.read(numbers.DISPUTE, shown))
        return None if row.status in ("open", "waiting_customer", "waiting_us") else f"dispute {shown} is {row.status}"
    return None


def _advice_in_the_way(desk: Desk, advice: int) -> str | None:
    decided = sorted(
        {f"Q{part.queue}" for part in cash.allocations_of(desk.tx, [advice]) if part.queue and part.state != "released"}
    )
    if decided:
        return f"A{advice} was decided in {', '.join(decided)}: undo that first"
    banked = [r.id for r in cash.receipts_of_advice(desk.tx, advice) if not r.line_key.startswith("advice:")]
    return (
        f"money arrived for A{advice} (R{banked[0]}): `ar-agent receipts undo R{banked[0]}` first" if banked else None
    )


def _back_advice(desk: Desk, advice: int, reason: str) -> None:
    for part in cash.allocations_of(desk.tx, [advice]):
        cash.set_allocation_state(desk.tx, part.id, "released")
    cash.withdraw_advice(desk.tx, advice)
    work.close_of_subject(desk.tx, "advice", str(advice), owner=desk.cause.name, now=desk.now)
    desk.record("taken_back", "advice", f"A{advice}", note=reason)


def _back_receipt(desk: Desk, receipt: int, reason: str) -> None:
    applying.return_receipt(desk, receipt, reason=reason)


def _back_dispute(desk: Desk, dispute: int, reason: str) -> None:
    work.update_dispute(desk.tx, dispute, status="resolved", resolution="withdrawn")
    desk.record("withdrawn", "dispute", f"D{dispute}", by=reason)


def _back_promise(desk: Desk, promise: int, reason: str) -> None:
    work.settle_promise(desk.tx, promise, "undone")
    desk.record("undone", "promise", f"P{promise}", by=reason)


def _back_mail(desk: Desk, mail: int, reason: str) -> None:
    if outbound.row_of(desk.tx, mail).status != "cancelled":
        outbound.retract(desk.tx, mail, reason=reason, cause=desk.cause, now=desk.now)


def _nothing(_desk: Desk, _number: int, _reason: str) -> None:
    """A request or a lesson leaves nothing behind but what is taken back beside it."""


_BACK: dict[str, Callable[[Desk, int, str], None]] = {
    "advice": _back_advice,
    "receipt": _back_receipt,
    "dispute": _back_dispute,
    "promise": _back_promise,
    "outbox": _back_mail,
    "request": _nothing,
    "queue": _nothing,
}
