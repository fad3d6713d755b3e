"""Queue items shared out: split into parts that are decided one by one, given to a person, written upon."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import Row

from agent.booking.cash import grounding
from agent.booking.desk import Desk
from agent.domain.decisions import Allocation, MatchException, QueueKind, Reason
from agent.domain.errors import Refused
from agent.domain.money import Money, decimals_of
from agent.store import cash, work
from matching.rules.account import lump_sum

MOST_PARTS = 50


def split(desk: Desk, number: int, amounts: list[Decimal]) -> list[int]:
    """Make parts of an item about money, each with suggestions of its own; what the amounts leave is a further part."""
    row = work.queue_row(desk.tx, number, lock=True)
    if row.status not in work.OPEN:
        raise Refused(f"Q{number} is {row.status} already; `ar-agent queue undo Q{number}` takes that back")
    whole = _whole(desk, row)
    parts = _parts(row, whole, amounts)
    made = [_add(desk, row, part, n, len(parts)) for n, part in enumerate(parts, start=1)]
    fresh = work.queue_row(desk.tx, number)
    work.resolve(desk.tx, fresh, status="applied", resolution={"split": made}, owner=desk.cause.name, now=desk.now)
    desk.record("split", "queue", f"Q{number}", into=[f"Q{n}" for n in made], amounts=[p.plain() for p in parts])
    return made


def _whole(desk: Desk, row: Row[Any]) -> Money:
    if row.subject_type not in ("advice", "receipt"):
        raise Refused(f"Q{row.id} is about {row.subject_type or 'a mail'}, not about money: it cannot be split")
    if row.amount_minor is None or row.currency is None or row.amount_minor <= 0:
        raise Refused(
            f"Q{row.id} names no amount that could be split: use `queue apply Q{row.id}` as often as is needed"
        )
    whole = Money(row.amount_minor, row.currency)
    if row.subject_type == "receipt":
        receipt = cash.receipt_row(desk.tx, int(row.subject))
        if receipt is not None and receipt.currency == whole.currency:
            return min(whole, Money(receipt.unapplied_minor, whole.currency))
    return whole


def _parts(row: Row[Any], whole: Money, amounts: list[Decimal]) -> list[Money]:
    parts = []
    for amount in amounts:
        if amount <= 0 or amount != round(amount, decimals_of(whole.currency)):
            raise Refused(f"{amount} is no amount in {whole.currency}")
        parts.append(Money.of(amount, whole.currency))
    rest = whole - Money(sum(part.minor for part in parts), whole.currency)
    if rest.minor < 0:
        raise Refused(f"Q{row.id} is about {whole}: the parts are {-rest} more")
    if rest:
        parts.append(rest)
    if not 2 <= len(parts) <= MOST_PARTS:
        raise Refused(
            f"Q{row.id} is about {whole}: name amounts that make at least two parts, and at most {MOST_PARTS}"
        )
    return parts


def _add(desk: Desk, row: Row[Any], part: Money, n: int, of: int) -> int:
    """One part, with what it could be by its own amount."""
    found = MatchException(code=row.code, kind=QueueKind(row.kind), summary=row.summary, customer=row.customer)
    paid_on = None
    if row.subject_type == "advice":
        advice = cash.advice_row(desk.tx, int(row.subject))
        paid_on = advice.paid_on if advice is not None else None
    ground = grounding.of_customer(
        desk, row.customer, part.currency, paid_on=paid_on, by_open=row.subject_type == "receipt"
    )
    suggested = lump_sum(ground, part, row.customer).candidates if ground is not None else ()
    summary = f"part {n} of {of} of Q{row.id}: {part}; {found.summary}"
    exception = MatchException(
        code=row.code,
        kind=found.kind,
        summary=summary[:400],
        customer=row.customer,
        amount=part,
        line=row.line,
        candidates=suggested,
        reasons=(Reason("split", f"split from Q{row.id} by {desk.cause.name}"),),
        critical=bool(row.critical),
    )
    number = work.add_exception(
        desk.tx,
        exception,
        message=row.message,
        subject_type=row.subject_type,
        subject=row.subject,
        now=desk.now,
        split_of=row.id,
    )
    desk.outcome.queue.append(f"Q{number}")
    desk.outcome.effect("queue", f"Q{number}")
    desk.record("queued", "queue", f"Q{number}", code=row.code, summary=summary)
    return number


def join(desk: Desk, number: int) -> None:
    """Undo a split: the parts go, if nobody has decided one of them."""
    parts = work.parts_of(desk.tx, number)
    decided = [f"Q{part.id}" for part in parts if part.status not in work.OPEN]
    if decided:
        raise Refused(f"parts of Q{number} were decided: undo {', '.join(decided)} first")
    for part in parts:
        work.resolve(desk.tx, part, status="rejected", resolution={"with": number}, owner=desk.cause.name, now=desk.now)
        desk.record("joined", "queue", f"Q{part.id}", into=f"Q{number}")


def within_part(row: Row[Any], allocations: tuple[Allocation, ...]) -> None:
    """What is booked for a part of a payment stays within the part."""
    if row.split_of is None or row.amount_minor is None:
        return
    applied = sum((one.paid or one.cash).minor for one in allocations)
    if applied > row.amount_minor:
        part = Money(row.amount_minor, row.currency)
        raise Refused(
            f"Q{row.id} is a part of {part}: {Money(applied, row.currency)} is more; Q{row.split_of} has the rest"
        )


def assign(desk: Desk, number: int, owner: str | None) -> None:
    """Give an item to a person, or to nobody."""
    row = work.queue_row(desk.tx, number, lock=True)
    if row.status not in work.OPEN:
        raise Refused(f"Q{number} is {row.status} already: nothing is left to do about it")
    status = "claimed" if owner else "open"
    work.resolve(desk.tx, row, status=status, resolution=row.resolution, owner=owner, now=desk.now)
    desk.record("assigned", "queue", f"Q{number}", owner=owner, was=row.owner)


def note(desk: Desk, number: int, text: str) -> None:
    """Write down what was found out; it stays with the item, whatever is decided."""
    if not text.strip():
        raise Refused(f"Q{number}: the note is empty")
    work.queue_row(desk.tx, number)
    desk.record("noted", "queue", f"Q{number}", text=text.strip()[:2000])
