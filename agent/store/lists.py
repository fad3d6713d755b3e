"""The lists that staff and scripts read: one function a list, each row in the shape of the machine interface."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, or_, select

from agent import numbers
from agent.domain.case_clock import clock
from agent.domain.codec import from_plain, to_plain
from agent.domain.decisions import DeliveredQuantity
from agent.domain.money import Money
from agent.store import cases, cash, invoices, said, stops
from agent.store.books import fold
from agent.store.orders import numbers_by_keys, orders_by_number
from agent.store.schema import (
    advices,
    customers,
    deliveries,
    disputes,
    items,
    messages,
    orders,
    outbox,
    outbox_about,
    queue,
    receipts,
)
from agent.store.schema import invoices as invoice_table

Row_ = dict[str, Any]


def _amount(minor: int | None, currency: str | None) -> str | None:
    return None if minor is None or currency is None else Money(int(minor), currency).plain()


def _limited(statement: Select[Any], limit: int | None) -> Select[Any]:
    return statement if limit is None else statement.limit(limit)


def _where(statement: Select[Any], filters: Mapping[Any, Any]) -> Select[Any]:
    for column, value in filters.items():
        if value is not None:
            statement = statement.where(column.in_(value) if isinstance(value, list | tuple) else column == value)
    return statement


def list_customers(
    tx: Connection,
    today: date,
    *,
    customer: str | None = None,
    overdue: bool = False,
    default_automation: str,
    limit: int | None = None,
) -> list[Row_]:
    open_sum = func.coalesce(func.sum(invoice_table.c.open_minor), 0)
    balances = {
        (row.customer, row.currency): int(row.minor)
        for row in tx.execute(
            _where(
                select(invoice_table.c.customer, invoice_table.c.currency, open_sum.label("minor")),
                {invoice_table.c.customer: customer},
            )
            .where(invoice_table.c.open_minor != 0)
            .group_by(invoice_table.c.customer, invoice_table.c.currency)
        )
    }
    late = {
        (row.customer, row.currency): int(row.minor)
        for row in tx.execute(
            select(invoice_table.c.customer, invoice_table.c.currency, open_sum.label("minor"))
            .where(invoice_table.c.open_minor > 0, invoice_table.c.due_on < today)
            .group_by(invoice_table.c.customer, invoice_table.c.currency)
        )
    }
    for (number, currency), minor in invoices.not_yet_due(tx, today, customer).items():
        if currency is not None:
            late[number, currency] -= minor
    statement = _where(select(customers).order_by(customers.c.customer), {customers.c.customer: customer})
    stopped = {row.customer: row.kind for row in stops.stops(tx, customer=customer)}
    result = []
    for row in tx.execute(_limited(statement, limit)):
        key = (row.customer, row.currency)
        if overdue and not late.get(key):
            continue
        result.append(
            {
                "customer": row.customer,
                "name": row.name,
                "emails": row.emails,
                "country": row.country,
                "currency": row.currency,
                "language": row.language,
                "payment_terms": row.payment_terms,
                "balance": _amount(balances.get(key, 0), row.currency),
                "overdue": _amount(late.get(key, 0), row.currency),
                "credit_limit": _amount(row.credit_limit_minor, row.currency),
                "automation": row.automation or default_automation,
                "on_hold": bool(row.on_hold),
                "paused_until": to_plain(row.paused_until),
                "legal_stop": stopped.get(row.customer),
            }
        )
    return result


def list_items(tx: Connection, *, item: str | None = None, limit: int | None = None) -> list[Row_]:
    statement = _where(select(items).order_by(items.c.item, items.c.currency), {items.c.item: item})
    names = (
        "item",
        "description",
        "unit",
        "unit_price",
        "price_per",
        "currency",
        "tax_rate",
        "pack_size",
        "min_quantity",
        "lead_days",
        "service",
    )
    return [{name: to_plain(getattr(row, name)) for name in names} for row in tx.execute(_limited(statement, limit))]


def list_orders(
    tx: Connection,
    *,
    order: str | None = None,
    customer: str | None = None,
    status: list[str] | None = None,
    po_number: str | None = None,
    limit: int | None = None,
) -> list[Row_]:
    statement = _where(
        select(orders.c.order).order_by(orders.c.created_at, orders.c.order),
        {orders.c.order: order, orders.c.customer: customer, orders.c.status: status, orders.c.po_number: po_number},
    )
    wanted = [row.order for row in tx.execute(_limited(statement, limit))]
    found = {one.number: one for one in orders_by_number(tx, wanted)}
    return [_order_row(found[number]) for number in wanted]


def _order_row(order: Any) -> Row_:
    return {
        "order": order.number,
        "po_number": order.po_number,
        "customer": order.customer,
        "status": order.status.value,
        "currency": order.currency,
        "total": None if order.total is None else order.total.plain(),
        "tax": None if order.tax is None else order.tax.plain(),
        "ordered_on": to_plain(order.ordered_on),
        "payment_terms": order.payment_terms,
        "ship_to": order.ship_to,
        "lines": [
            {
                "line": line.line,
                "item": line.item,
                "buyer_item": line.buyer_item,
                "description": line.description,
                "quantity": to_plain(line.quantity),
                "unit": line.unit,
                "delivered": to_plain(line.delivered),
                "invoiced": to_plain(line.invoiced),
                "unit_price": to_plain(line.unit_price),
                "price_per": to_plain(line.price_per),
                "discount_percent": to_plain(line.discount_percent),
                "requested_on": to_plain(line.requested_on),
            }
            for line in order.lines
        ],
        "discrepancies": [
            {"code": d.code.value, "line": d.line, "said": d.said, "expected": d.expected} for d in order.discrepancies
        ],
        "message": numbers.show(numbers.MESSAGE, order.message),
    }


def list_deliveries(
    tx: Connection,
    *,
    order: str | None = None,
    delivery: int | None = None,
    tracking: str | None = None,
    tracking_keys: Iterable[str] = (),
    limit: int | None = None,
) -> list[Row_]:
    """Deliveries; `tracking` is a parcel or delivery note, however its number is written, with its lookup keys."""
    statement = _where(
        select(deliveries).order_by(deliveries.c.id), {deliveries.c.order: order, deliveries.c.id: delivery}
    )
    if tracking is not None:
        wanted = numbers_by_keys(tx, ("tracking", "delivery_note"), tracking_keys)
        found = tx.execute(statement.where(deliveries.c.order.in_(wanted))).all()
        return [
            _delivery_row(row) for row in found if _bare(tracking) in (_bare(row.tracking_number), _bare(row.number))
        ]
    return [_delivery_row(row) for row in tx.execute(_limited(statement, limit))]


def _bare(number: str | None) -> str:
    return fold(number or "").lstrip("0")


def _delivery_row(row: Row[Any]) -> Row_:
    return {
        "delivery": numbers.show(numbers.DELIVERY, row.id),
        "number": row.number,
        "order": row.order,
        "delivered_on": to_plain(row.delivered_on),
        "lines": [to_plain(from_plain(DeliveredQuantity, line)) | {"line": line["order_line"]} for line in row.lines],
        "status": row.status,
        "level": row.level,
        "tracking_number": row.tracking_number,
        "carrier": row.carrier,
        "received_by": row.received_by,
        "invoice": row.invoice,
        "message": numbers.show(numbers.MESSAGE, row.message),
    }


def list_invoices(
    tx: Connection,
    *,
    invoice: str | None = None,
    customer: str | None = None,
    order: str | None = None,
    status: list[str] | None = None,
    open_only: bool = False,
    overdue_on: date | None = None,
    limit: int | None = None,
) -> list[Row_]:
    conditions: list[ColumnElement[bool]] = [invoice_table.c.invoice.is_not(None)]
    for column, value in (
        (invoice_table.c.invoice, invoice),
        (invoice_table.c.customer, customer),
        (invoice_table.c.order, order),
    ):
        if value is not None:
            conditions.append(column == value)
    if open_only:
        conditions.append(invoice_table.c.open_minor != 0)
    if overdue_on is not None:
        conditions.append(and_(invoice_table.c.open_minor > 0, invoice_table.c.due_on < overdue_on))
    if status:
        settled = {"paid", "credited", "written_off"}.intersection(status)
        if len(settled) == len(set(status)):
            conditions.append(invoice_table.c.open_minor == 0)
        elif not settled:
            conditions.append(invoice_table.c.open_minor != 0)
    found: list[Row_] = []
    for rows in _invoice_pages(tx, conditions, limit if not status else limit and max(limit, _PAGE)):
        states = _delivery_states(tx, [row.invoice for row in rows])
        theirs = said.references_of(tx, [row.invoice for row in rows])
        shown = (_invoice_row(row, states.get(row.invoice), theirs.get(row.invoice, ())) for row in rows)
        found += [row for row in shown if not status or row["status"] in status]
        if limit is not None and len(found) >= limit:
            break
    return found[:limit]


_PAGE = 500


def _invoice_pages(
    tx: Connection, conditions: Sequence[ColumnElement[bool]], size: int | None
) -> Iterator[Sequence[Row[Any]]]:
    """Invoices by date and number, so many at a time: a status is known only from the row, and few are asked for."""
    by = (invoice_table.c.issued_on, invoice_table.c.invoice)
    after: list[ColumnElement[bool]] = []
    while True:
        rows = tx.execute(invoices.with_claims(and_(*conditions, *after), order_by=by, limit=size)).all()
        yield rows
        if size is None or not rows or len(rows) < size:
            return
        day, number = rows[-1].issued_on, rows[-1].invoice
        after = [or_(by[0] > day, and_(by[0] == day, by[1] > number))]


def _invoice_row(row: Row[Any], delivery_status: str | None, references: tuple[str, ...] = ()) -> Row_:
    return {
        "invoice": row.invoice,
        "type": row.type,
        "customer": row.customer,
        "order": row.order,
        "po_number": row.po_number,
        "issued_on": to_plain(row.issued_on),
        "due_on": to_plain(row.due_on),
        "currency": row.currency,
        "net": _amount(row.net_minor, row.currency),
        "tax": _amount(row.tax_minor, row.currency),
        "total": _amount(row.total_minor, row.currency),
        "open": _amount(row.open_minor, row.currency),
        "announced": _amount(row.announced_minor, row.currency),
        "disputed": _amount(row.disputed_minor, row.currency),
        "status": invoice_status(row),
        "delivery_status": delivery_status,
        "dunning_level": row.dunning_level,
        "customer_references": list(references),
        "discount_percent": to_plain(row.discount_percent),
        "discount_until": to_plain(row.discount_until),
        "instalments": [
            {"due_on": to_plain(part.due_on), "amount": part.amount.plain()} for part in invoices.schedule_of(row)
        ],
        "message": numbers.show(numbers.MESSAGE, row.message),
    }


def invoice_status(row: Row[Any]) -> str:
    """One word for where an item stands: closed by what, else disputed, announced, part paid or open."""
    if row.open_minor == 0:
        return {"credit": "credited", "write_off": "written_off"}.get(row.closed_by or "", "paid")
    if row.disputed_minor:
        return "disputed"
    if row.announced_minor:
        return "announced"
    return "open" if row.open_minor == row.total_minor else "part_paid"


_DELIVERY = {
    "queued": "queued",
    "held": "queued",
    "sending": "queued",
    "sent": "sent",
    "unknown": "unknown",
    "bounced": "bounced",
    "failed": "bounced",
}


def _delivery_states(tx: Connection, wanted: Iterable[str]) -> dict[str, str]:
    """How the mail stands that carried each invoice: its newest one."""
    states: dict[str, str] = {}
    every = list(wanted)
    for start in range(0, len(every), 800):
        rows = tx.execute(
            select(outbox_about.c.subject, outbox.c.status, outbox.c.delivered_at, outbox.c.opened_at)
            .join(outbox, outbox.c.id == outbox_about.c.outbox)
            .where(
                outbox_about.c.subject.in_(every[start : start + 800]), outbox.c.kind.in_(("invoice", "credit_note"))
            )
            .order_by(outbox.c.id)
        )
        for row in rows:
            if row.status in _DELIVERY:
                states[row.subject] = _DELIVERY[row.status]
            if row.status == "sent" and (row.opened_at or row.delivered_at):
                states[row.subject] = "opened" if row.opened_at else "delivered"
    return states


def list_advices(
    tx: Connection,
    *,
    advice: int | None = None,
    customer: str | None = None,
    status: list[str] | None = None,
    limit: int | None = None,
) -> list[Row_]:
    statement = _where(
        select(advices).order_by(advices.c.id),
        {advices.c.id: advice, advices.c.customer: customer, advices.c.status: status},
    )
    rows = tx.execute(_limited(statement, limit)).all()
    parts: dict[int, list[Row_]] = {}
    for part in cash.allocations_of(tx, [row.id for row in rows]):
        if part.state != "released":
            parts.setdefault(part.advice, []).append(_allocation_row(part))
    return [
        {
            "advice": numbers.show(numbers.ADVICE, row.id),
            "message": numbers.show(numbers.MESSAGE, row.message),
            "customer": row.customer,
            "payment_reference": row.payment_reference,
            "number": row.number,
            "paid_on": to_plain(row.paid_on),
            "currency": row.currency,
            "total": _amount(row.total_minor, row.currency),
            "status": row.status,
            "announced": bool(row.announced),
            "allocations": parts.get(row.id, []),
        }
        for row in rows
    ]


def _allocation_row(part: Row[Any]) -> Row_:
    names = ("amount", "discount", "deduction", "withheld", "write_off", "bank_fee")
    return {
        "reference": part.reference,
        "invoice": part.invoice,
        **{name: _amount(getattr(part, f"{name}_minor"), part.currency) for name in names},
        "state": part.state,
    }


def list_receipts(
    tx: Connection,
    *,
    receipt: int | None = None,
    customer: str | None = None,
    unapplied: bool = False,
    limit: int | None = None,
) -> list[Row_]:
    statement = _where(
        select(receipts).order_by(receipts.c.id), {receipts.c.id: receipt, receipts.c.customer: customer}
    )
    if unapplied:
        statement = statement.where(receipts.c.unapplied_minor != 0)
    rows = tx.execute(_limited(statement, limit)).all()
    parts: dict[int, list[Row_]] = {}
    for part in cash.applications_of(tx, [row.id for row in rows]):
        names = ("amount", "discount", "withheld", "write_off", "bank_fee")
        shown = {name: _amount(getattr(part, f"{name}_minor"), part.currency) for name in names}
        if part.paid_minor is not None:
            settled = {"settled": shown["amount"], "settled_currency": part.currency}
            shown |= {"amount": _amount(part.paid_minor, part.paid_currency), **settled}
        parts.setdefault(part.receipt, []).append({"invoice": part.invoice, **shown})
    return [
        {
            "receipt": numbers.show(numbers.RECEIPT, row.id),
            "customer": row.customer,
            "received_on": to_plain(row.received_on),
            "currency": row.currency,
            "amount": _amount(row.amount_minor, row.currency),
            "unapplied": _amount(row.unapplied_minor, row.currency),
            "advice": numbers.show(numbers.ADVICE, row.advice),
            "bank_reference": row.bank_reference,
            "payer": row.payer,
            "text": row.text,
            "returned": bool(row.returned),
            "message": numbers.show(numbers.MESSAGE, row.message),
            "applications": parts.get(row.id, []),
        }
        for row in rows
    ]


def list_disputes(
    tx: Connection,
    *,
    dispute: int | None = None,
    customer: str | None = None,
    invoice: str | None = None,
    status: list[str] | None = None,
    limit: int | None = None,
    today: date | None = None,
) -> list[Row_]:
    """Disputes with both of their clocks as of `today` (without it, as of their last move)."""
    statement = _where(
        select(disputes).order_by(disputes.c.id),
        {disputes.c.id: dispute, disputes.c.customer: customer, disputes.c.invoice: invoice, disputes.c.status: status},
    )
    rows = tx.execute(_limited(statement, limit)).all()
    moves = cases.moves_of(tx, [row.id for row in rows])
    return [_dispute_row(row, moves.get(row.id, []), today) for row in rows]


def _dispute_row(row: Row[Any], history: list[Row[Any]], today: date | None) -> Row_:
    moves = cases.as_moves(row, history)
    counted = clock(moves, today or moves[-1].day)
    return {
        "dispute": numbers.show(numbers.DISPUTE, row.id),
        "customer": row.customer,
        "invoice": row.invoice,
        "order": row.order,
        "reason": row.reason,
        "topic": row.topic,
        "amount": _amount(row.amount_minor, row.currency),
        "currency": row.currency,
        "status": row.status,
        "tier": row.tier,
        "owner": row.owner,
        "contact": row.contact,
        "opened_on": to_plain(row.opened_on),
        "due_on": to_plain(row.due_on),
        "our_days": counted.ours,
        "their_days": counted.theirs,
        "claim_number": row.claim_number,
        "text": row.text,
        "item": row.item,
        "price_source": row.price_source,
        "carrier": row.carrier,
        "clerk": row.clerk,
        "resolution": row.resolution,
        "closed_on": to_plain(row.closed_on),
        "message": numbers.show(numbers.MESSAGE, row.message),
    }


def list_queue(
    tx: Connection,
    *,
    number: int | None = None,
    status: list[str] | None = None,
    kind: str | None = None,
    customer: str | None = None,
    owner: str | None = None,
    message: int | None = None,
    limit: int | None = None,
) -> list[Row_]:
    statement = _where(
        select(queue).order_by(queue.c.critical.desc(), queue.c.id),
        {
            queue.c.id: number,
            queue.c.status: status,
            queue.c.kind: kind,
            queue.c.customer: customer,
            queue.c.owner: owner,
            queue.c.message: message,
        },
    )
    return [queue_row_plain(row) for row in tx.execute(_limited(statement, limit))]


def queue_row_plain(row: Row[Any]) -> Row_:
    return {
        "id": numbers.show(numbers.QUEUE, row.id),
        "code": row.code,
        "kind": row.kind,
        "customer": row.customer,
        "summary": row.summary,
        "amount": _amount(row.amount_minor, row.currency),
        "currency": row.currency,
        "opened_at": to_plain(row.opened_at),
        "message": numbers.show(numbers.MESSAGE, row.message),
        "candidates": [_candidate_plain(candidate) for candidate in row.candidates],
        "reasons": row.reasons or [],
        "status": row.status,
        "critical": bool(row.critical),
        "owner": row.owner,
        "subject": _subject(row.subject_type, row.subject),
        "line": row.line,
        "hypotheses": [_hypothesis_plain(one) for one in row.hypotheses or []],
        "split_of": numbers.show(numbers.QUEUE, row.split_of),
    }


def _hypothesis_plain(one: Row_) -> Row_:
    amount = one["amount"]
    return {"cause": one["cause"], "amount": _amount(amount["minor"], amount["currency"]), "detail": one["detail"]}


def _subject(kind: str | None, subject: str | None) -> Row_ | None:
    if kind is None or subject is None:
        return None
    letter = {
        "advice": numbers.ADVICE,
        "receipt": numbers.RECEIPT,
        "delivery": numbers.DELIVERY,
        "message": numbers.MESSAGE,
        "outbox": numbers.OUTBOX,
        "agreement": numbers.AGREEMENT,
        "paper": numbers.FILED,
        "return": numbers.RETURN,
        "retention": numbers.RETENTION,
        "brake": numbers.BRAKE,
    }.get(kind, "")
    return {"type": kind, "id": f"{letter}{subject}"}


def _candidate_plain(candidate: Row_) -> Row_:
    amount = candidate.get("amount")
    return {
        "n": candidate["n"],
        "invoice": candidate.get("invoice"),
        "order": candidate.get("order"),
        "amount": _amount(amount["minor"], amount["currency"]) if amount else None,
        "confidence": candidate.get("confidence", 0.0),
        "evidence": candidate.get("evidence", []),
        "settles": [
            {"invoice": a["invoice"], "amount": _amount(a["cash"]["minor"], a["cash"]["currency"])}
            | {
                part: _amount(a[part]["minor"], a[part]["currency"])
                for part in ("discount", "deduction", "withheld", "write_off", "bank_fee")
                if a[part]["minor"]
            }
            for a in candidate.get("settle", [])
        ],
    }


def list_outbox(
    tx: Connection,
    *,
    number: int | None = None,
    status: list[str] | None = None,
    kind: str | None = None,
    customer: str | None = None,
    about: str | None = None,
    message: int | None = None,
    limit: int | None = None,
) -> list[Row_]:
    statement = _where(
        select(outbox).order_by(outbox.c.id),
        {
            outbox.c.id: number,
            outbox.c.status: status,
            outbox.c.kind: kind,
            outbox.c.customer: customer,
            outbox.c.message: message,
        },
    )
    if about is not None:
        statement = statement.where(
            outbox.c.id.in_(select(outbox_about.c.outbox).where(outbox_about.c.subject == about))
        )
    return [
        {
            "id": numbers.show(numbers.OUTBOX, row.id),
            "kind": row.kind,
            "customer": row.customer,
            "to": row.recipients,
            "subject": row.subject,
            "language": row.language,
            "about": row.about,
            "level": row.level,
            "status": row.status,
            "reason": row.reason,
            "due_at": to_plain(row.due_at),
            "sent_at": to_plain(row.sent_at),
            "message_id": row.message_id,
            "message": numbers.show(numbers.MESSAGE, row.message),
        }
        for row in tx.execute(_limited(statement, limit))
    ]


def list_messages(
    tx: Connection,
    *,
    number: int | None = None,
    outcome: list[str] | None = None,
    customer: str | None = None,
    after: int | None = None,
    ids: list[int] | None = None,
    limit: int | None = None,
) -> list[Row_]:
    statement = _where(
        select(messages).order_by(messages.c.id),
        {messages.c.id: number if ids is None else ids, messages.c.outcome: outcome, messages.c.customer: customer},
    )
    if after is not None:
        statement = statement.where(messages.c.id > after)
    return [message_row(row) for row in tx.execute(_limited(statement, limit))]


def message_row(row: Row[Any]) -> Row_:
    reason = row.reason
    if row.outcome == "duplicate" and row.duplicate_of is not None and f"M{row.duplicate_of}" not in (reason or ""):
        reason = f"repeats M{row.duplicate_of}"
    return {
        "id": numbers.show(numbers.MESSAGE, row.id),
        "file": row.file,
        "message_id": row.message_id,
        "from": row.from_address,
        "subject": row.subject,
        "received_at": to_plain(row.received_at),
        "outcome": row.outcome,
        "state": row.state,
        "documents": row.documents or [],
        "customer": row.customer,
        "effects": row.effects or [],
        "queue": row.queue_ids or [],
        "trusted": None if row.trusted is None else bool(row.trusted),
        "trust": row.trust_reason,
        "reason": reason,
    }


def find_message(tx: Connection, number: int) -> Row[Any] | None:
    return tx.execute(select(messages).where(messages.c.id == number)).one_or_none()


def search_customers(tx: Connection, text: str, *, limit: int = 10) -> list[str]:
    """Customer numbers for what a clerk typed: the number, or a part of the name."""
    like = f"%{text}%"
    rows = tx.execute(
        select(customers.c.customer)
        .where(or_(customers.c.customer == text, customers.c.name.ilike(like), customers.c.customer.ilike(like)))
        .limit(limit)
    )
    return [row.customer for row in rows]
