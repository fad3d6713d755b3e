"""Customers, items and prices: written by import, found by keys."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, delete, func, or_, select, update

from agent.domain.money import Money
from agent.domain.receivables import Automation, Billing, BillOn, Customer, Item, Price, TaxTreatment
from agent.store.schema import customer_keys, customers, items, prices
from agent.store.statements import insert_new, padded, upsert

_IN_MAX = 900  # SQLite's bound on the variables of one statement, with room


def chunks(values: Iterable[str]) -> Iterable[list[str]]:
    """Distinct values in portions that one statement can take."""
    batch: list[str] = []
    for value in dict.fromkeys(values):
        batch.append(value)
        if len(batch) == _IN_MAX:
            yield batch
            batch = []
    if batch:
        yield batch


def save_customer(tx: Connection, customer: Customer, keys: Iterable[tuple[str, str]]) -> str:
    """Write a customer and the keys it is found by; return `added`, `changed` or `unchanged`."""
    known = customers_by_number(tx, (customer.number,))
    if known and known[0] == customer and _keys_of(tx, customer.number) == set(keys):
        return "unchanged"
    upsert(tx, customers, _customer_values(customer))
    tx.execute(delete(customer_keys).where(customer_keys.c.customer == customer.number))
    insert_new(tx, customer_keys, [{"kind": k, "key": v, "customer": customer.number} for k, v in sorted(set(keys))])
    return "changed" if known else "added"


def _keys_of(tx: Connection, number: str) -> set[tuple[str, str]]:
    rows = tx.execute(select(customer_keys.c.kind, customer_keys.c.key).where(customer_keys.c.customer == number))
    return {(row.kind, row.key) for row in rows}


def _customer_values(c: Customer) -> dict[str, Any]:
    return {
        "customer": c.number,
        "name": c.name,
        "emails": list(c.emails),
        "country": c.country,
        "currency": c.currency,
        "language": c.language,
        "payment_terms": c.payment_terms,
        "address": c.address,
        "ship_to": list(c.ship_to),
        "tax_id": c.tax_id,
        "tax_treatment": c.tax_treatment.value,
        "credit_limit_minor": c.credit_limit.minor if c.credit_limit else None,
        "parent": c.parent,
        "aliases": list(c.aliases),
        "accounts": list(c.accounts),
        "invoice_detail": c.invoice_detail,
        "invoice_format": c.invoice_format,
        "billing": c.billing.value,
        "bill_on": c.bill_on.value,
        "automation": c.automation.value if c.automation else None,
        "owner": c.owner,
        "on_hold": c.on_hold,
        "timezone": c.timezone,
        "requires_signature": c.requires_signature,
        "proof_with_invoice": c.proof_with_invoice,
    }


def customer_from_row(row: Row[Any]) -> Customer:
    return Customer(
        number=row.customer,
        name=row.name,
        currency=row.currency,
        emails=tuple(row.emails),
        country=row.country,
        language=row.language,
        payment_terms=row.payment_terms,
        address=row.address,
        ship_to=tuple(row.ship_to),
        tax_id=row.tax_id,
        tax_treatment=TaxTreatment(row.tax_treatment),
        credit_limit=None if row.credit_limit_minor is None else Money(row.credit_limit_minor, row.currency),
        parent=row.parent,
        aliases=tuple(row.aliases),
        accounts=tuple(row.accounts),
        invoice_detail=row.invoice_detail,
        invoice_format=row.invoice_format,
        billing=Billing(row.billing),
        bill_on=BillOn(row.bill_on),
        automation=Automation(row.automation) if row.automation else None,
        owner=row.owner,
        on_hold=bool(row.on_hold),
        timezone=row.timezone,
        requires_signature=bool(row.requires_signature),
        proof_with_invoice=bool(row.proof_with_invoice),
    )


# Built once: building it takes longer than running it.
_BY_NUMBER = (
    select(customers)
    .where(customers.c.customer.in_(bindparam("numbers", expanding=True)))
    .order_by(customers.c.customer)
)


def customers_by_number(tx: Connection, numbers: Iterable[str]) -> tuple[Customer, ...]:
    found: list[Customer] = []
    for batch in chunks(numbers):
        rows = tx.execute(_BY_NUMBER, {"numbers": padded(batch)})
        found += [customer_from_row(row) for row in rows]
    return tuple(found)


def lock(tx: Connection, numbers: Iterable[str]) -> None:
    """Hold these customers until the transaction ends, so that two mails with one order come one after the other."""
    for batch in chunks(sorted(numbers)):
        statement = select(customers.c.customer).where(customers.c.customer.in_(batch)).order_by(customers.c.customer)
        tx.execute(statement.with_for_update()).all()


def customers_of_billing(tx: Connection, billing: Billing) -> tuple[str, ...]:
    """Numbers of the customers whose deliveries are gathered in this way."""
    statement = select(customers.c.customer).where(customers.c.billing == billing.value).order_by(customers.c.customer)
    return tuple(tx.execute(statement).scalars())


def any_item_taxed(tx: Connection) -> bool:
    """Whether the seller charges tax on anything it sells."""
    return any(row.tax_rate for row in tx.execute(select(items.c.tax_rate).distinct().limit(100)))


# Built once: building it takes longer than running it.
_BY_KEYS = (
    select(customer_keys.c.customer)
    .where(
        customer_keys.c.kind == bindparam("kind"),
        customer_keys.c.key.in_(bindparam("keys", expanding=True)),
    )
    .distinct()
    .limit(bindparam("most"))
)


def customer_numbers_by_keys(tx: Connection, kind: str, keys: Iterable[str], *, limit: int = 200) -> tuple[str, ...]:
    """Numbers of the customers that one of these keys of one kind leads to."""
    found: list[str] = []
    for batch in chunks(keys):
        found += tx.execute(_BY_KEYS, {"kind": kind, "keys": padded(batch), "most": limit}).scalars()
    return tuple(dict.fromkeys(found))


def customer_numbers_by_beginning(
    tx: Connection, kind: str, beginnings: Iterable[str], *, limit: int = 20
) -> tuple[str, ...]:
    """Numbers of the customers that have a key of this kind which begins so."""
    found: list[str] = []
    for beginning in beginnings:
        statement = select(customer_keys.c.customer).where(
            customer_keys.c.kind == kind, customer_keys.c.key.startswith(beginning, autoescape=True)
        )
        found += tx.execute(statement.distinct().limit(limit)).scalars()
    return tuple(dict.fromkeys(found))


_PARENTS = select(customers.c.parent).where(
    customers.c.customer.in_(bindparam("numbers", expanding=True)), customers.c.parent.is_not(None)
)
_CHILDREN = (
    select(customers.c.customer).where(customers.c.parent.in_(bindparam("numbers", expanding=True))).limit(_IN_MAX)
)


def family_of(tx: Connection, numbers: Iterable[str]) -> tuple[str, ...]:
    """The customers themselves, their parents, and the other children of those."""
    own = list(dict.fromkeys(numbers))
    if not own:
        return ()
    parents = tx.execute(_PARENTS, {"numbers": padded(own)}).scalars()
    heads = list(dict.fromkeys([*own, *parents]))
    children = tx.execute(_CHILDREN, {"numbers": padded(heads)}).scalars()
    return tuple(dict.fromkeys([*heads, *children]))


def set_hold(tx: Connection, number: str, on_hold: bool) -> None:
    tx.execute(update(customers).where(customers.c.customer == number).values(on_hold=on_hold))


def save_item(tx: Connection, item: Item, item_key: str) -> str:
    known = tx.execute(
        select(items).where(items.c.item == item.number, items.c.currency == item.currency)
    ).one_or_none()
    if known is not None and item_from_row(known) == item:
        return "unchanged"
    upsert(
        tx,
        items,
        {
            "item": item.number,
            "currency": item.currency,
            "description": item.description,
            "unit": item.unit,
            "unit_price": item.unit_price,
            "price_per": item.price_per,
            "tax_rate": item.tax_rate,
            "pack_size": item.pack_size,
            "min_quantity": item.min_quantity,
            "lead_days": item.lead_days,
            "service": item.service,
            "item_key": item_key,
        },
    )
    return "changed" if known is not None else "added"


def item_from_row(row: Row[Any]) -> Item:
    return Item(
        number=row.item,
        description=row.description,
        unit=row.unit,
        unit_price=row.unit_price,
        price_per=row.price_per,
        currency=row.currency,
        tax_rate=row.tax_rate,
        pack_size=row.pack_size,
        min_quantity=row.min_quantity,
        lead_days=row.lead_days,
        service=bool(row.service),
    )


def items_by_keys(tx: Connection, keys: Iterable[str]) -> tuple[Item, ...]:
    found: list[Item] = []
    for batch in chunks(keys):
        rows = tx.execute(select(items).where(items.c.item_key.in_(batch)).order_by(items.c.item, items.c.currency))
        found += [item_from_row(row) for row in rows]
    return tuple(found)


def item_catalogue(tx: Connection, currency: str, *, limit: int = 5000) -> tuple[Item, ...]:
    """All items of one currency, bounded: for suggestions by description."""
    rows = tx.execute(select(items).where(items.c.currency == currency).order_by(items.c.item).limit(limit))
    return tuple(item_from_row(row) for row in rows)


def save_price(tx: Connection, price: Price) -> str:
    natural = "|".join(
        str(part)
        for part in (
            price.customer,
            price.item,
            price.currency,
            price.min_quantity,
            price.valid_from,
            price.valid_to,
            price.quotation,
        )
    )
    key = hashlib.sha256(natural.encode()).hexdigest()
    known = tx.execute(select(prices).where(prices.c.natural_key == key)).one_or_none()
    if known is not None and price_from_row(known) == price:
        return "unchanged"
    values = {
        "customer": price.customer,
        "item": price.item,
        "unit_price": price.unit_price,
        "price_per": price.price_per,
        "currency": price.currency,
        "min_quantity": price.min_quantity,
        "valid_from": price.valid_from,
        "valid_to": price.valid_to,
        "buyer_item": price.buyer_item,
        "quotation": price.quotation,
    }
    if known is not None:
        tx.execute(update(prices).where(prices.c.natural_key == key).values(values))
        return "changed"
    insert_new(tx, prices, {"natural_key": key, **values})
    return "added"


def price_from_row(row: Row[Any]) -> Price:
    return Price(
        customer=row.customer,
        item=row.item,
        unit_price=row.unit_price,
        price_per=row.price_per,
        currency=row.currency,
        min_quantity=row.min_quantity,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        buyer_item=row.buyer_item,
        quotation=row.quotation,
    )


def prices_for(tx: Connection, customer_numbers: Iterable[str], item_numbers: Iterable[str]) -> tuple[Price, ...]:
    """Agreed prices of these customers, and those of everybody, for these items or with a buyer's item number."""
    owners = list(dict.fromkeys(customer_numbers))[:_IN_MAX]
    found: list[Price] = []
    for batch in chunks(item_numbers):
        rows = tx.execute(
            select(prices).where(
                prices.c.item.in_(batch), or_(prices.c.customer.in_(owners), prices.c.customer.is_(None))
            )
        )
        found += [price_from_row(row) for row in rows]
    rows = tx.execute(
        select(prices).where(and_(prices.c.customer.in_(owners), prices.c.buyer_item.is_not(None))).limit(5000)
    )
    found += [price_from_row(row) for row in rows]
    return tuple(dict.fromkeys(found))


def count_customers(tx: Connection) -> int:
    return int(tx.execute(select(func.count()).select_from(customers)).scalar_one())


_ADDRESS_KEYS = customer_keys.c.kind.in_(("email", "domain"))


def count_addresses(tx: Connection) -> int:
    """How many addresses and domains all customers have on record."""
    return int(tx.execute(select(func.count()).select_from(customer_keys).where(_ADDRESS_KEYS)).scalar_one())


def mail_domains(tx: Connection) -> set[str]:
    """Every domain that a customer writes from."""
    rows = tx.execute(select(customer_keys.c.key).where(_ADDRESS_KEYS).distinct()).scalars()
    return {key.rpartition("@")[2] for key in rows}
