"""Advices, bank statements, receipts and their applications."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, delete, func, or_, select, update

from agent.domain.codec import to_plain
from agent.domain.decisions import Allocation
from agent.domain.documents import RemittanceAdvice
from agent.domain.money import Money
from agent.domain.receivables import KnownAdvice, KnownAllocation, KnownReceipt
from agent.store.master import chunks
from agent.store.schema import (
    advice_allocations,
    advices,
    applications,
    disputes,
    invoices,
    receipt_advices,
    receipts,
    statements,
)
from agent.store.statements import insert_id, insert_new, padded

_PARTS = ("discount", "deduction", "withheld", "write_off", "bank_fee")


def _amounts(allocation: Allocation) -> dict[str, int]:
    return {"amount_minor": allocation.cash.minor} | {
        f"{part}_minor": getattr(allocation, part).minor for part in _PARTS
    }


def add_advice(
    tx: Connection,
    *,
    document: RemittanceAdvice,
    customer: str | None,
    currency: str | None,
    total: Money | None,
    status: str,
    announced: bool,
    content_key: str | None,
    message: int | None,
    now: datetime,
) -> int | None:
    """Write an advice; None where one of the same business content is there already."""
    values = {
        "message": message,
        "customer": customer,
        "payer_name": document.payer.name,
        "number": document.number,
        "payment_reference": document.payment_reference,
        "method": document.method.value if document.method else None,
        "paid_on": document.paid_on,
        "currency": currency,
        "total_minor": None if total is None else total.minor,
        "status": status,
        "announced": announced,
        "content_key": content_key,
        "document": to_plain(document),
        "created_at": now,
    }
    if content_key is not None and not insert_new(tx, advices, values):
        return None
    if content_key is not None:
        return int(tx.execute(select(advices.c.id).where(advices.c.content_key == content_key)).scalar_one())
    return insert_id(tx, advices, values)


def add_allocation(tx: Connection, advice: int, allocation: Allocation, state: str, *, queue: int | None = None) -> int:
    """Write what an advice gives to an item; `queue` names the clerk's decision, None is the agent's own."""
    return insert_id(
        tx,
        advice_allocations,
        {
            "advice": advice,
            "line": allocation.line,
            "reference": allocation.reference,
            "invoice": allocation.invoice,
            "customer": allocation.customer,
            "currency": allocation.cash.currency,
            "state": state,
            "reasons": to_plain(allocation.reasons),
            "queue": queue,
            **_amounts(allocation),
        },
    )


def set_allocations_state(tx: Connection, advice: int, state: str, *, only: Iterable[int] | None = None) -> None:
    statement = update(advice_allocations).where(advice_allocations.c.advice == advice)
    if only is not None:
        statement = statement.where(advice_allocations.c.id.in_(list(only)))
    tx.execute(statement.values(state=state))


def set_advice_status(tx: Connection, advice: int, status: str) -> None:
    tx.execute(update(advices).where(advices.c.id == advice).values(status=status))


def set_advice_customer(tx: Connection, advice: int, customer: str | None) -> None:
    tx.execute(update(advices).where(advices.c.id == advice).values(customer=customer))


def withdraw_advice(tx: Connection, advice: int) -> None:
    """An advice counts no more, not even as the first of its content: the true one may still come."""
    tx.execute(update(advices).where(advices.c.id == advice).values(status="replaced", content_key=None))


def advice_row(tx: Connection, advice: int) -> Row[Any] | None:
    return tx.execute(select(advices).where(advices.c.id == advice)).one_or_none()


_ALLOCATIONS_OF = (
    select(advice_allocations)
    .where(advice_allocations.c.advice.in_(bindparam("advices", expanding=True)))
    .order_by(advice_allocations.c.advice, advice_allocations.c.id)
)


def allocations_of(tx: Connection, advice_ids: Iterable[int]) -> list[Row[Any]]:
    found: list[Row[Any]] = []
    ids = list(dict.fromkeys(advice_ids))
    for start in range(0, len(ids), 900):
        found += tx.execute(_ALLOCATIONS_OF, {"advices": padded(ids[start : start + 900])}).all()
    return found


# All but the document as it was read: nothing that compares advices looks at it, and it is the largest column.
_OF_ADVICE = tuple(column for column in advices.c if column.name != "document")


@cache
def _known_advices(*, since: bool) -> Select[Any]:
    """Built once: each of its alternatives has an index, so that none makes the database read all advices."""
    same_total = (advices.c.total_minor == bindparam("total")) & (advices.c.currency == bindparam("currency"))
    wanted = or_(
        advices.c.payment_reference.in_(bindparam("references", expanding=True)),
        advices.c.customer.in_(bindparam("customers", expanding=True)),
        advices.c.content_key.in_(bindparam("content_keys", expanding=True)),
        same_total,
    )
    statement = select(*_OF_ADVICE).where(wanted, advices.c.status != "replaced")
    if since:
        statement = statement.where(advices.c.created_at >= bindparam("since"))
    return statement.order_by(advices.c.id.desc()).limit(bindparam("most"))


def known_advices(
    tx: Connection,
    *,
    references: Iterable[str] = (),
    customers: Iterable[str] = (),
    content_keys: Iterable[str] = (),
    total: Money | None = None,
    since: datetime | None = None,
    limit: int = 300,
) -> tuple[KnownAdvice, ...]:
    """Earlier advices with one of these references or contents, of these customers, or of this total: newest first."""
    wanted: dict[str, Any] = {
        "references": padded([r for r in references if r][:900]),
        "customers": padded(list(customers)[:900]),
        "content_keys": padded(list(content_keys)[:900]),
        "total": None if total is None else total.minor,
        "currency": None if total is None else total.currency,
        "most": limit,
    }
    if total is None and not (wanted["references"] or wanted["customers"] or wanted["content_keys"]):
        return ()
    if since is not None:
        wanted["since"] = since
    rows = tx.execute(_known_advices(since=since is not None), wanted).all()
    parts: dict[int, list[KnownAllocation]] = {}
    for part in allocations_of(tx, [row.id for row in rows]):
        if part.state != "released":
            parts.setdefault(part.advice, []).append(_known_allocation(part))
    short = [r.id for r in rows if r.total_minor is not None and _minor(parts.get(r.id, [])) > r.total_minor]
    took_off = _taken_off(tx, short)
    return tuple(_known_advice(row, tuple(parts.get(row.id, ())), took_off.get(row.id, ())) for row in rows)


def _minor(parts: Iterable[KnownAllocation]) -> int:
    return sum(part.amount.minor for part in parts)


def _taken_off(tx: Connection, advice_ids: list[int]) -> dict[int, tuple[str, ...]]:
    """On whose account it is disputed what these advices took off and named no invoice for."""
    if not advice_ids:
        return {}
    rows = tx.execute(
        select(disputes.c.advice, disputes.c.customer)
        .where(disputes.c.advice.in_(advice_ids[:900]), disputes.c.invoice.is_(None))
        .order_by(disputes.c.id)
    )
    found: dict[int, tuple[str, ...]] = {}
    for row in rows:
        found[row.advice] = (*found.get(row.advice, ()), row.customer)
    return found


def _known_advice(
    row: Row[Any], allocations: tuple[KnownAllocation, ...], took_off: tuple[str, ...] = ()
) -> KnownAdvice:
    total = None if row.total_minor is None or row.currency is None else Money(row.total_minor, row.currency)
    return KnownAdvice(
        advice=str(row.id),
        customer=row.customer,
        payment_reference=row.payment_reference,
        paid_on=row.paid_on,
        currency=row.currency or "",
        total=total,
        status=row.status,
        allocations=allocations,
        content_key=row.content_key,
        received_on=row.created_at.date(),
        took_off=took_off,
    )


def _known_allocation(row: Row[Any]) -> KnownAllocation:
    def money(name: str) -> Money:
        return Money(getattr(row, f"{name}_minor"), row.currency)

    return KnownAllocation(
        reference=row.reference,
        invoice=row.invoice,
        amount=money("amount"),
        discount=money("discount"),
        deduction=money("deduction"),
        withheld=money("withheld"),
        write_off=money("write_off"),
        bank_fee=money("bank_fee"),
    )


def add_statement(
    tx: Connection,
    *,
    account: str | None,
    number: str | None,
    currency: str | None,
    opening: Money | None,
    closing: Money | None,
    message: int | None,
    now: datetime,
) -> int:
    return insert_id(
        tx,
        statements,
        {
            "account": account,
            "number": number,
            "currency": currency,
            "opening_minor": opening.minor if opening else None,
            "closing_minor": closing.minor if closing else None,
            "message": message,
            "imported_at": now,
        },
    )


def add_receipt(
    tx: Connection,
    *,
    line_key: str,
    statement: int | None,
    customer: str | None,
    payer: str | None,
    payer_account: str | None,
    received_on: date,
    amount: Money,
    advice: int | None,
    bank_reference: str | None,
    text: str | None,
    message: int | None,
    now: datetime,
    end_to_end_id: str | None = None,
) -> int | None:
    """Write money that arrived, wholly unapplied; None where this bank line is there already."""
    values = {
        "line_key": line_key,
        "statement": statement,
        "customer": customer,
        "payer": payer,
        "payer_account": payer_account,
        "received_on": received_on,
        "currency": amount.currency,
        "amount_minor": amount.minor,
        "unapplied_minor": amount.minor,
        "advice": advice,
        "bank_reference": bank_reference,
        "end_to_end_id": end_to_end_id,
        "text": text,
        "message": message,
        "created_at": now,
    }
    if not insert_new(tx, receipts, values):
        return None
    return int(tx.execute(select(receipts.c.id).where(receipts.c.line_key == line_key)).scalar_one())


def receipt_row(tx: Connection, receipt: int) -> Row[Any] | None:
    return tx.execute(select(receipts).where(receipts.c.id == receipt)).one_or_none()


def has_receipt(tx: Connection, line_key: str) -> bool:
    return tx.execute(select(receipts.c.id).where(receipts.c.line_key == line_key)).first() is not None


def update_receipt(tx: Connection, receipt: int, **values: Any) -> None:
    tx.execute(update(receipts).where(receipts.c.id == receipt).values(**values))


def change_unapplied(tx: Connection, receipt: int, by: int) -> None:
    tx.execute(update(receipts).where(receipts.c.id == receipt).values(unapplied_minor=receipts.c.unapplied_minor + by))


def add_application(
    tx: Connection, receipt: int, allocation: Allocation, entry: int, *, queue: int | None = None
) -> int:
    return insert_id(
        tx,
        applications,
        {
            "receipt": receipt,
            "invoice": allocation.invoice,
            "currency": allocation.cash.currency,
            "entry": entry,
            "reversed": False,
            "paid_minor": None if allocation.paid is None else allocation.paid.minor,
            "paid_currency": None if allocation.paid is None else allocation.paid.currency,
            "reasons": to_plain(allocation.reasons),
            "queue": queue,
            **_amounts(allocation),
        },
    )


@cache
def _applications(live_only: bool) -> Select[Any]:
    statement = select(applications).where(applications.c.receipt.in_(bindparam("receipts", expanding=True)))
    if live_only:
        statement = statement.where(applications.c.reversed.is_(False))
    return statement.order_by(applications.c.receipt, applications.c.id)


def applications_of(tx: Connection, receipt_ids: Iterable[int], *, live_only: bool = True) -> list[Row[Any]]:
    ids = list(dict.fromkeys(receipt_ids))
    found: list[Row[Any]] = []
    for start in range(0, len(ids), 900):
        found += tx.execute(_applications(live_only), {"receipts": padded(ids[start : start + 900])}).all()
    return found


def mark_reversed(tx: Connection, application: int) -> None:
    tx.execute(update(applications).where(applications.c.id == application).values(reversed=True))


def write_offs_since(
    tx: Connection, customers: Iterable[str], since: date
) -> tuple[dict[str, int], dict[str, dict[str, int]]]:
    """How many small differences were written off for each customer since a day, and how much by currency.

    What an advice announces counts until its money is here; then the money does.
    """
    counts: dict[str, int] = {}
    sums: dict[str, dict[str, int]] = {}
    for batch in chunks(customers):
        received = (
            select(
                receipts.c.customer,
                applications.c.currency,
                func.count().label("n"),
                func.sum(func.abs(applications.c.write_off_minor)).label("minor"),
            )
            .join(applications, applications.c.receipt == receipts.c.id)
            .where(
                receipts.c.customer.in_(batch),
                receipts.c.received_on >= since,
                applications.c.write_off_minor != 0,
                applications.c.reversed.is_(False),
            )
            .group_by(receipts.c.customer, applications.c.currency)
        )
        announced = (
            select(
                advice_allocations.c.customer,
                advice_allocations.c.currency,
                func.count().label("n"),
                func.sum(func.abs(advice_allocations.c.write_off_minor)).label("minor"),
            )
            .join(advices, advices.c.id == advice_allocations.c.advice)
            .where(
                advice_allocations.c.customer.in_(batch),
                func.coalesce(advices.c.paid_on, since) >= since,
                advice_allocations.c.write_off_minor != 0,
                advice_allocations.c.state == "announced",
            )
            .group_by(advice_allocations.c.customer, advice_allocations.c.currency)
        )
        for row in (*tx.execute(received), *tx.execute(announced)):
            counts[row.customer] = counts.get(row.customer, 0) + int(row.n)
            own = sums.setdefault(row.customer, {})
            own[row.currency] = own.get(row.currency, 0) + int(row.minor)
    return counts, sums


def newest_bank_day(tx: Connection) -> date | None:
    return tx.execute(select(func.max(receipts.c.received_on))).scalar_one_or_none()


def unapplied_of(tx: Connection, customer: str) -> dict[str, Money]:
    rows = tx.execute(
        select(receipts.c.currency, func.sum(receipts.c.unapplied_minor).label("minor"))
        .where(receipts.c.customer == customer, receipts.c.returned.is_(False))
        .group_by(receipts.c.currency)
    )
    return {row.currency: Money(int(row.minor), row.currency) for row in rows if row.minor}


def announced_until(tx: Connection, today: date) -> list[int]:
    """Advices whose announced day has come and that nothing settled yet."""
    rows = tx.execute(
        select(advices.c.id)
        .where(
            advices.c.announced.is_(True),
            advices.c.status.in_(("matched", "part_matched")),
            advices.c.paid_on.is_not(None),
            advices.c.paid_on <= today,
        )
        .order_by(advices.c.id)
    )
    return [int(row.id) for row in rows]


def announced_for(tx: Connection, numbers: Iterable[str]) -> set[int]:
    """The allocations that announce money for these invoices."""
    found: set[int] = set()
    for batch in chunks(numbers):
        rows = select(advice_allocations.c.id).where(
            advice_allocations.c.invoice.in_(batch), advice_allocations.c.state == "announced"
        )
        found.update(tx.execute(rows).scalars())
    return found


def release_overtaken(tx: Connection, invoice: str) -> list[int]:
    """Let go what advices announce for an item beyond what is open of it: other money has settled it; newest first."""
    open_minor = int(tx.execute(select(invoices.c.open_minor).where(invoices.c.invoice == invoice)).scalar_one())
    rows = tx.execute(
        select(advice_allocations)
        .where(advice_allocations.c.invoice == invoice, advice_allocations.c.state == "announced")
        .order_by(advice_allocations.c.id)
    ).all()
    kept, released = 0, []
    for row in rows:
        settles = sum(
            getattr(row, f"{part}_minor") for part in ("amount", "discount", "withheld", "write_off", "bank_fee")
        )
        if abs(kept + settles) <= abs(open_minor):
            kept += settles
            continue
        tx.execute(update(advice_allocations).where(advice_allocations.c.id == row.id).values(state="released"))
        released.append(int(row.advice))
    return released


def set_allocation_state(tx: Connection, allocation: int, state: str) -> None:
    tx.execute(update(advice_allocations).where(advice_allocations.c.id == allocation).values(state=state))


def application_row(tx: Connection, application: int) -> Row[Any]:
    return tx.execute(select(applications).where(applications.c.id == application)).one()


def tie(tx: Connection, receipt: int, advice_ids: Iterable[int]) -> None:
    """Say that a receipt settles further advices besides the one that stands on it."""
    insert_new(tx, receipt_advices, [{"receipt": receipt, "advice": advice} for advice in advice_ids])


def untie(tx: Connection, receipt: int) -> None:
    tx.execute(delete(receipt_advices).where(receipt_advices.c.receipt == receipt))


def tied(tx: Connection, receipt: int) -> list[int]:
    """The further advices of a receipt."""
    found = select(receipt_advices.c.advice).where(receipt_advices.c.receipt == receipt)
    return [int(number) for number in tx.execute(found.order_by(receipt_advices.c.advice)).scalars()]


def receipts_of_advice(tx: Connection, advice: int, *, returned: bool = False) -> list[Row[Any]]:
    """The money of an advice that is here, or that was and went back."""
    further = select(receipt_advices.c.receipt).where(receipt_advices.c.advice == advice)
    where = ((receipts.c.advice == advice) | receipts.c.id.in_(further)) & (receipts.c.returned == returned)
    return list(tx.execute(select(receipts).where(where).order_by(receipts.c.id)))


# Built once; each of its alternatives has an index.
_KNOWN_RECEIPTS = (
    select(receipts)
    .where(
        or_(
            receipts.c.customer.in_(bindparam("customers", expanding=True)),
            receipts.c.amount_minor.in_(bindparam("amounts", expanding=True))
            & (receipts.c.currency == bindparam("currency")),
        ),
        receipts.c.returned.is_(False),
    )
    .order_by(receipts.c.id.desc())
    .limit(bindparam("most"))
)


def known_receipts(
    tx: Connection, *, customers: Iterable[str], amount: Money | None, limit: int = 200
) -> tuple[KnownReceipt, ...]:
    """Money received earlier of this amount (or the same taken back), or of these customers: newest first."""
    owners = padded(list(customers)[:900])
    if not owners and amount is None:
        return ()
    amounts = [] if amount is None else [amount.minor, -amount.minor]
    currency = None if amount is None else amount.currency
    wanted = {"customers": owners, "amounts": amounts, "currency": currency, "most": limit}
    rows = tx.execute(_KNOWN_RECEIPTS, wanted).all()
    paid: dict[int, list[str]] = {}
    for row in applications_of(tx, [row.id for row in rows]):
        paid.setdefault(row.receipt, []).append(row.invoice)
    return tuple(
        KnownReceipt(
            receipt=str(row.id),
            customer=row.customer,
            booked_on=row.received_on,
            amount=Money(row.amount_minor, row.currency),
            bank_reference=row.bank_reference,
            end_to_end_id=row.end_to_end_id,
            payer_account=row.payer_account,
            invoices=tuple(dict.fromkeys(paid.get(row.id, ()))),
            advice=None if row.advice is None else str(row.advice),
            unapplied=Money(row.unapplied_minor, row.currency),
            text=row.text,
        )
        for row in rows
    )


def waiting_receipts(tx: Connection, customers: Iterable[str], amount: Money | None) -> list[Row[Any]]:
    """Receipts that nothing was applied of yet, of these customers or of this amount: an advice may explain them now."""
    owners = list(customers)[:900]
    about: list[ColumnElement[bool]] = [receipts.c.customer.in_(owners)]
    if amount is not None:
        about.append((receipts.c.amount_minor == amount.minor) & receipts.c.customer.is_(None))
    return list(
        tx.execute(
            select(receipts)
            .where(
                or_(*about),
                receipts.c.unapplied_minor == receipts.c.amount_minor,
                receipts.c.advice.is_(None),
                receipts.c.returned.is_(False),
            )
            .order_by(receipts.c.id)
            .limit(50)
        )
    )


def paid_since(
    tx: Connection, customer: str, currency: str | None, since: datetime, numbers: Iterable[str] = ()
) -> int:
    """Money of a customer recorded or advised since an instant, minor units; where items are named, what went to them."""
    named = list(dict.fromkeys(numbers))[:900]
    if named:
        arrived = (
            select(func.coalesce(func.sum(applications.c.amount_minor), 0))
            .join(receipts, receipts.c.id == applications.c.receipt)
            .where(
                applications.c.invoice.in_(named),
                applications.c.reversed.is_(False),
                receipts.c.created_at >= since,
            )
        )
    else:
        arrived = select(func.coalesce(func.sum(receipts.c.amount_minor), 0)).where(
            receipts.c.customer == customer, receipts.c.created_at >= since, receipts.c.returned.is_(False)
        )
        if currency is not None:
            arrived = arrived.where(receipts.c.currency == currency)
    told = (
        select(func.coalesce(func.sum(advice_allocations.c.amount_minor), 0))
        .join(advices, advices.c.id == advice_allocations.c.advice)
        .where(advice_allocations.c.state == "announced", advices.c.created_at >= since)
    )
    if named:
        told = told.where(advice_allocations.c.invoice.in_(named))
    else:
        told = told.where(advice_allocations.c.customer == customer)
        if currency is not None:
            told = told.where(advice_allocations.c.currency == currency)
    return int(tx.execute(arrived).scalar_one()) + int(tx.execute(told).scalar_one())


def advices_without_money(tx: Connection, today: date, customers: Iterable[str] | None = None) -> list[Row[Any]]:
    """Advices that announce money for a day that has passed and that no money has settled."""
    live = select(advice_allocations.c.advice).where(advice_allocations.c.state == "announced")
    statement = (
        select(advices)
        .where(
            advices.c.id.in_(live),
            advices.c.customer.is_not(None),
            advices.c.status.in_(("matched", "part_matched")),
            or_(advices.c.paid_on < today, advices.c.paid_on.is_(None)),
        )
        .order_by(advices.c.id)
    )
    if customers is not None:
        statement = statement.where(advices.c.customer.in_(list(dict.fromkeys(customers))[:900]))
    return list(tx.execute(statement))


def applied_receipts_since(tx: Connection, since: date) -> list[Row[Any]]:
    """Money of known payers that arrived since a day and that something was applied of."""
    applied = select(applications.c.receipt).where(applications.c.reversed.is_(False))
    where = (
        receipts.c.received_on >= since,
        receipts.c.customer.is_not(None),
        receipts.c.returned.is_(False),
        receipts.c.amount_minor > 0,
        receipts.c.id.in_(applied),
    )
    return list(tx.execute(select(receipts).where(*where).order_by(receipts.c.id)))
