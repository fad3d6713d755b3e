"""Invoices and credit notes: issued once, never changed; what is open moves only together with the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, case, func, select, update

from agent.domain.codec import from_plain, to_plain
from agent.domain.errors import Refused
from agent.domain.money import Money
from agent.domain.notices import InvoiceDocument
from agent.domain.receivables import DuePart, InvoicedLine, InvoiceType, OpenItem, open_parts
from agent.store.master import chunks
from agent.store.schema import advice_allocations, customers, deliveries, disputes, invoices, orders, reminders
from agent.store.statements import padded

_ANNOUNCED = (
    select(
        func.coalesce(
            func.sum(
                advice_allocations.c.amount_minor
                + advice_allocations.c.discount_minor
                + advice_allocations.c.withheld_minor
                + advice_allocations.c.write_off_minor
                + advice_allocations.c.bank_fee_minor
            ),
            0,
        )
    )
    .where(advice_allocations.c.invoice == invoices.c.invoice, advice_allocations.c.state == "announced")
    .correlate(invoices)
    .scalar_subquery()
    .label("announced_minor")
)
_DISPUTED = (
    select(func.coalesce(func.sum(disputes.c.amount_minor), 0))
    .where(
        disputes.c.invoice == invoices.c.invoice,
        disputes.c.status.in_(("open", "waiting_customer", "waiting_us")),
    )
    .correlate(invoices)
    .scalar_subquery()
    .label("disputed_minor")
)
# The document as issued is by far the largest column, and nothing that looks for items reads it.
_SHOWN = tuple(column for column in invoices.c if column.name != "document")


def with_claims(where: Any, *, order_by: Any = None, limit: int | None = None) -> Select[Any]:
    """Invoices with what is announced and disputed of each; the sums look at the chosen invoices alone."""
    order = order_by or (invoices.c.invoice,)
    statement = select(*_SHOWN, _ANNOUNCED, _DISPUTED).order_by(*order)
    if limit is None:
        return statement.where(where)
    subset = select(invoices.c.invoice).where(where).order_by(*order).limit(limit).subquery()
    return statement.join(subset, subset.c.invoice == invoices.c.invoice)


def open_item_from_row(row: Row[Any], delivery_notes: tuple[str, ...] = ()) -> OpenItem:
    return OpenItem(
        number=row.invoice,
        type=InvoiceType(row.type),
        customer=row.customer,
        currency=row.currency,
        total=Money(row.total_minor, row.currency),
        open=Money(row.open_minor, row.currency),
        net=Money(row.net_minor, row.currency),
        tax=Money(row.tax_minor, row.currency),
        announced=Money(int(row.announced_minor), row.currency),
        disputed=Money(int(row.disputed_minor), row.currency),
        order=row.order,
        po_number=row.po_number,
        delivery_notes=delivery_notes,
        issued_on=row.issued_on,
        due_on=row.due_on,
        discount_percent=row.discount_percent,
        discount_until=row.discount_until,
        creditor_reference=row.creditor_reference,
        lines=tuple(from_plain(InvoicedLine, line) for line in row.lines or ()),
        schedule=schedule_of(row),
    )


def schedule_of(row: Row[Any]) -> tuple[DuePart, ...]:
    """The instalments of an invoice's row; empty where all of it is due on one day."""
    return tuple(DuePart(date.fromisoformat(day), Money(minor, row.currency)) for day, minor in row.schedule or ())


# Built once: building these takes longer than running them.
_OF_NUMBERS = with_claims(invoices.c.invoice.in_(bindparam("numbers", expanding=True)))


@cache
def _open_of_customers(limit: int) -> Select[Any]:
    owned = invoices.c.customer.in_(bindparam("customers", expanding=True))
    return with_claims(
        and_(owned, invoices.c.open_minor != 0), order_by=(invoices.c.due_on, invoices.c.invoice), limit=limit
    )


def items_by_number(tx: Connection, numbers: Iterable[str]) -> tuple[OpenItem, ...]:
    found: list[OpenItem] = []
    for batch in chunks(numbers):
        rows = tx.execute(_OF_NUMBERS, {"numbers": padded(batch)}).all()
        notes = _delivery_notes(tx, [row.order for row in rows if row.order])
        found += [open_item_from_row(row, notes.get(row.order, ())) for row in rows]
    return tuple(found)


def open_items_of(tx: Connection, customers: Iterable[str], *, limit: int = 2000) -> tuple[OpenItem, ...]:
    """All open items of these customers, oldest due first, at most `limit` + 1 (so that the caller sees the cut)."""
    wanted = list(dict.fromkeys(customers))
    if not wanted:
        return ()
    rows = tx.execute(_open_of_customers(limit + 1), {"customers": padded(wanted[:900])})
    return tuple(open_item_from_row(row) for row in rows)


_NOTES = select(deliveries.c.order, deliveries.c.number).where(
    deliveries.c.order.in_(bindparam("numbers", expanding=True)), deliveries.c.number.is_not(None)
)
_OF_ORDERS = select(invoices.c.invoice).where(invoices.c.order.in_(bindparam("numbers", expanding=True)))


def _delivery_notes(tx: Connection, order_numbers: list[str]) -> dict[str, tuple[str, ...]]:
    notes: dict[str, list[str]] = {}
    for batch in chunks(order_numbers):
        for row in tx.execute(_NOTES, {"numbers": padded(batch)}):
            notes.setdefault(row.order, []).append(row.number)
    return {order: tuple(dict.fromkeys(found)) for order, found in notes.items()}


def invoices_of_orders(tx: Connection, order_numbers: Iterable[str]) -> tuple[OpenItem, ...]:
    found: list[OpenItem] = []
    for batch in chunks(order_numbers):
        rows = tx.execute(with_claims(invoices.c.order.in_(batch)))
        found += [open_item_from_row(row) for row in rows]
    return tuple(found)


def imported_of_order(tx: Connection, customer: str, order: str) -> tuple[OpenItem, ...]:
    """Open invoices without lines that an import tied to an order by its number, or only by the buyer's."""
    buyers = (
        select(orders.c.po_number).where(orders.c.order == order, orders.c.po_number.is_not(None)).scalar_subquery()
    )
    by_number = (invoices.c.order == order) | (invoices.c.order.is_(None) & (invoices.c.po_number == buyers))
    where = (invoices.c.customer == customer) & (invoices.c.open_minor > 0) & by_number
    items = (open_item_from_row(row) for row in tx.execute(with_claims(where)))
    return tuple(item for item in items if not item.lines)


def numbers_of_orders(tx: Connection, order_numbers: Iterable[str]) -> tuple[str, ...]:
    found: list[str] = []
    for batch in chunks(order_numbers):
        found += tx.execute(_OF_ORDERS, {"numbers": padded(batch)}).scalars()
    return tuple(found)


def add_invoice(
    tx: Connection,
    item: OpenItem,
    *,
    document: InvoiceDocument | None,
    pdf_sha256: str | None,
    delivery: int | None,
    message: int | None,
    imported: bool,
    now: datetime,
) -> None:
    """Write an issued invoice or credit note; the caller posts the journal entry in the same transaction."""
    tx.execute(
        invoices.insert().values(
            {
                "invoice": item.number,
                "type": item.type.value,
                "customer": item.customer,
                "order": item.order,
                "po_number": item.po_number,
                "issued_on": item.issued_on,
                "due_on": item.due_on,
                "schedule": _plain_schedule(item.schedule),
                "currency": item.currency,
                "net_minor": item.net.minor if item.net else 0,
                "tax_minor": item.tax.minor if item.tax else 0,
                "total_minor": item.total.minor,
                "open_minor": item.open.minor,
                "discount_percent": item.discount_percent,
                "discount_until": item.discount_until,
                "creditor_reference": item.creditor_reference,
                "document": None if document is None else to_plain(document),
                "lines": to_plain(item.lines),
                "pdf_sha256": pdf_sha256,
                "delivery": delivery,
                "message": message,
                "imported": imported,
                "created_at": now,
            }
        )
    )


def _plain_schedule(schedule: tuple[DuePart, ...]) -> list[list[Any]] | None:
    return [[part.due_on.isoformat(), part.amount.minor] for part in schedule] or None


def set_schedule(tx: Connection, number: str, schedule: tuple[DuePart, ...]) -> None:
    """Let an item be due in parts that make up its total; what was issued does not change by it."""
    row = tx.execute(select(invoices.c.total_minor).where(invoices.c.invoice == number)).one()
    if schedule and sum(part.amount.minor for part in schedule) != row.total_minor:
        raise Refused(f"{number}: the parts do not make up its total")
    ordered = tuple(sorted(schedule, key=lambda part: part.due_on))
    tx.execute(update(invoices).where(invoices.c.invoice == number).values(schedule=_plain_schedule(ordered)))
    _move_due_date(tx, number)


def _move_due_date(tx: Connection, number: str) -> None:
    """The next instalment has its own day, and its own reminders from the first level on."""
    row = tx.execute(select(invoices).where(invoices.c.invoice == number)).one()
    left = open_parts(Money(row.total_minor, row.currency), Money(row.open_minor, row.currency), schedule_of(row))
    if not left or left[0].due_on == row.due_on:
        return
    values: dict[str, Any] = {"due_on": left[0].due_on}
    if row.due_on is None or left[0].due_on > row.due_on:
        values["dunning_level"] = 0
        tx.execute(reminders.delete().where(reminders.c.invoice == number))
    tx.execute(update(invoices).where(invoices.c.invoice == number).values(values))


def change_open(tx: Connection, number: str, by: Money, *, closed_by: str | None = None) -> None:
    """Move what is open of an item; the database refuses to go below nothing or above the total."""
    after = invoices.c.open_minor + by.minor
    result = tx.execute(
        update(invoices)
        .where(
            invoices.c.invoice == number,
            invoices.c.currency == by.currency,
            case((invoices.c.total_minor >= 0, after), else_=-after) >= 0,
            case((invoices.c.total_minor >= 0, after <= invoices.c.total_minor), else_=after >= invoices.c.total_minor),
        )
        .values(open_minor=after, closed_by=case((after == 0, closed_by), else_=None))
        .returning(invoices.c.schedule)
    )
    schedules = result.scalars().all()
    if len(schedules) != 1:
        raise Refused(f"{number}: {by} is more than is open; look at it with `ar-agent invoices show {number}`")
    if schedules[0]:
        _move_due_date(tx, number)


def document_of(tx: Connection, number: str) -> InvoiceDocument | None:
    plain = tx.execute(select(invoices.c.document).where(invoices.c.invoice == number)).scalar_one_or_none()
    return None if plain is None else from_plain(InvoiceDocument, plain)


def overdue_of(tx: Connection, customer: str, today: date) -> int:
    """What the customer owes past its due date, minor units."""
    value = tx.execute(
        select(func.coalesce(func.sum(invoices.c.open_minor), 0)).where(
            invoices.c.customer == customer, invoices.c.open_minor > 0, invoices.c.due_on < today
        )
    ).scalar_one()
    return int(value) - not_yet_due(tx, today, customer).get((customer, None), 0)


def not_yet_due(tx: Connection, today: date, customer: str | None = None) -> dict[tuple[str, str | None], int]:
    """What of items in instalments that are overdue is not due yet, in minor units.

    By customer and currency, and under (customer, None) over all currencies.
    """
    statement = select(invoices).where(
        invoices.c.schedule.is_not(None), invoices.c.open_minor > 0, invoices.c.due_on < today
    )
    if customer is not None:
        statement = statement.where(invoices.c.customer == customer)
    found: dict[tuple[str, str | None], int] = {}
    for row in tx.execute(statement):
        parts = open_parts(Money(row.total_minor, row.currency), Money(row.open_minor, row.currency), schedule_of(row))
        later = sum(part.amount.minor for part in parts if part.due_on >= today)
        for key in ((row.customer, row.currency), (row.customer, None)):
            found[key] = found.get(key, 0) + later
    return found


def balance_of(tx: Connection, customer: str, *, currency: str | None = None) -> int:
    """What is open of the customer, minor units; of one currency where it is named."""
    statement = select(func.coalesce(func.sum(invoices.c.open_minor), 0)).where(invoices.c.customer == customer)
    if currency is not None:
        statement = statement.where(invoices.c.currency == currency)
    return int(tx.execute(statement).scalar_one())


def credit_notes_of(tx: Connection, number: str) -> tuple[str, ...]:
    """Credit notes that were issued to correct this invoice."""
    owner = select(invoices.c.customer).where(invoices.c.invoice == number).scalar_subquery()
    rows = tx.execute(
        select(invoices.c.invoice)
        .where(
            invoices.c.type == InvoiceType.CREDIT_NOTE.value,
            invoices.c.customer == owner,
            invoices.c.document["corrects"].as_string() == number,
        )
        .order_by(invoices.c.invoice)
    )
    return tuple(rows.scalars())


def any_of(tx: Connection, customer: str) -> bool:
    """Whether this customer was ever invoiced, here or before."""
    statement = select(invoices.c.invoice).where(
        invoices.c.customer == customer, invoices.c.type == InvoiceType.INVOICE.value
    )
    return tx.execute(statement.limit(1)).first() is not None


def owners_of_paper(tx: Connection, digest: str) -> dict[str, str]:
    """Which issued document a PDF is (by its SHA-256), and whose: number to customer."""
    rows = tx.execute(select(invoices.c.invoice, invoices.c.customer).where(invoices.c.pdf_sha256 == digest))
    return {row.invoice: row.customer for row in rows}


def pdf_of(tx: Connection, number: str) -> str | None:
    """SHA-256 of the PDF as it was issued; None for items that another system issued."""
    return tx.execute(select(invoices.c.pdf_sha256).where(invoices.c.invoice == number)).scalar_one_or_none()


def customers_with_open_items(tx: Connection, *, limited: bool = False) -> list[str]:
    """Numbers of the customers who owe us anything; `limited`: of those with a credit limit."""
    statement = select(invoices.c.customer).where(invoices.c.open_minor > 0).distinct().order_by(invoices.c.customer)
    if limited:
        with_limit = select(customers.c.customer).where(customers.c.credit_limit_minor.is_not(None))
        statement = statement.where(invoices.c.customer.in_(with_limit))
    return list(tx.execute(statement).scalars())


def set_discount(tx: Connection, number: str, percent: Decimal | None, until: date | None) -> None:
    """What is granted for paying an item until a day; what was issued does not change by it."""
    tx.execute(
        update(invoices).where(invoices.c.invoice == number).values(discount_percent=percent, discount_until=until)
    )
