"""Master data and open items from CSV: every row is checked, a wrong one is named, and the same file twice changes nothing."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Connection

from agent import rates
from agent.booking.desk import Desk
from agent.booking.invoices.invoicing import add_invoice_keys
from agent.booking.senders.admission import keep_contact
from agent.company import company_of
from agent.domain.billing import opening_entry, order_totals
from agent.domain.collecting import CollectingTerms, InterestRule
from agent.domain.contacts import Contact
from agent.domain.errors import ArError, Refused, WrongUsage
from agent.domain.invoice_rules import InvoiceRules
from agent.domain.money import Money
from agent.domain.receivables import (
    Automation,
    Billing,
    BillOn,
    Customer,
    InvoiceType,
    Item,
    OpenItem,
    Order,
    OrderLine,
    OrderStatus,
    Price,
    TaxTreatment,
)
from agent.domain.terms import BankDay
from agent.invoice_rules import RULE_COLUMNS, checked, field_of
from agent.settings import Settings
from agent.store import collecting, drafts, dunning, invoices, ledger, master, orders, sequences
from agent.store.ledger import Cause
from matching.customers import account_key, name_keys
from matching.keys import stored_keys
from matching.orders import fold_item

COLUMNS: dict[str, tuple[str, ...]] = {
    "customers": (
        "customer", "name", "emails", "country", "currency", "language", "payment_terms", "address", "ship_to", "tax_id",
        "tax_treatment", "credit_limit", "parent", "aliases", "accounts", "invoice_detail", "invoice_format", "billing",
        "bill_on", "automation", "owner", "timezone", "requires_signature", "proof_with_invoice", "dunning_policy", "segment", "law",
        "interest_percent", "statement_day",
    ),
    "contacts": ("customer", "address", "name", "may_order", "may_dispute", "may_receive", "rank"),
    "items": (
        "item", "description", "unit", "unit_price", "price_per", "currency", "tax_rate", "pack_size", "min_quantity",
        "lead_days", "service",
    ),
    "prices": (
        "customer", "item", "unit_price", "price_per", "currency", "min_quantity", "valid_from", "valid_to", "buyer_item",
        "quotation",
    ),
    "orders": (
        "order", "po_number", "customer", "ordered_on", "currency", "line", "item", "description", "quantity", "unit",
        "unit_price", "price_per", "delivered", "invoiced",
    ),
    "invoices": (
        "invoice", "type", "customer", "order", "po_number", "issued_on", "due_on", "currency", "net", "tax", "total",
        "open", "discount_percent", "discount_until", "dunning_level",
    ),
    "invoicing": RULE_COLUMNS,
}  # fmt: skip
_NEEDED = {
    "customers": ("customer", "name", "emails", "currency"),
    "contacts": ("customer", "address"),
    "items": ("item", "description", "unit", "unit_price", "currency"),
    "prices": ("item", "unit_price", "currency"),
    "orders": ("order", "customer", "line", "quantity", "unit_price"),
    "invoices": ("invoice", "customer", "issued_on", "currency", "total"),
    "invoicing": ("customer",),
}
_FILE_MAX = 500_000_000


class _RowError(ArError):
    """One row is wrong; the others are not stopped by it."""


@dataclass(slots=True)
class Imported:
    """What one file did."""

    kind: str
    file: str
    counts: Counter[str] = field(default_factory=Counter)
    errors: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Row:
    number: int  # line in the file, from 1
    values: dict[str, str]

    def text(self, name: str) -> str | None:
        return self.values.get(name, "").strip() or None

    def needed(self, name: str) -> str:
        value = self.text(name)
        if value is None:
            raise _RowError(f"{name} is empty")
        return value

    def decimal(self, name: str) -> Decimal | None:
        value = self.text(name)
        if value is None:
            return None
        try:
            number = Decimal(value)
        except InvalidOperation:
            raise _RowError(f"{name} = {value!r} is not a plain decimal like 1234.50") from None
        if not number.is_finite():
            raise _RowError(f"{name} = {value!r} is not a number")
        return number

    def day(self, name: str) -> date | None:
        value = self.text(name)
        try:
            return date.fromisoformat(value) if value else None
        except ValueError:
            raise _RowError(f"{name} = {value!r} is not a date like 2026-03-31") from None

    def choice(self, name: str, allowed: Iterable[str], default: str) -> str:
        value = (self.text(name) or default).casefold()
        options = [str(one) for one in allowed]
        if value not in options:
            raise _RowError(f"{name} = {value!r} is not one of {', '.join(options)}")
        return value

    def money(self, name: str, currency: str) -> Money | None:
        value = self.decimal(name)
        return None if value is None else Money.of(value, currency)

    def several(self, name: str, separator: str | None) -> tuple[str, ...]:
        parts = (self.text(name) or "").split(separator)
        return tuple(part.strip() for part in parts if part.strip())

    def currency(self, name: str = "currency") -> str:
        value = self.needed(name).upper()
        if len(value) != 3 or not value.isascii() or not value.isalpha():
            raise _RowError(f"{name} = {value!r} is not an ISO 4217 code like EUR")
        return value


def read_rows(kind: str, path: Path) -> Iterator[_Row]:
    """The rows of a CSV file; raise WrongUsage where its form or its columns are wrong."""
    try:
        if path.stat().st_size > _FILE_MAX:
            raise WrongUsage(f"{path}: larger than {_FILE_MAX // 1_000_000} MB; split it")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise WrongUsage(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise WrongUsage(f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8 CSV") from None
    first = text.split("\n", 1)[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = [name.strip().casefold() for name in next(reader, [])]
        _check_header(kind, header, path)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                if len(cells) > len(header):
                    raise WrongUsage(
                        f"{path} line {reader.line_num}: {len(cells)} fields under {len(header)} columns; "
                        "a field with a separator in it needs quotes"
                    )
                yield _Row(reader.line_num, dict(zip(header, cells, strict=False)))
    except csv.Error as error:
        raise WrongUsage(f"{path} line {reader.line_num}: {error}") from None


def _check_header(kind: str, header: list[str], path: Path) -> None:
    known = COLUMNS[kind]
    unknown = [name for name in header if name not in known]
    if unknown:
        raise WrongUsage(f"{path}: unknown column {', '.join(map(repr, unknown))}; {kind} takes {', '.join(known)}")
    twice = [name for name, count in Counter(header).items() if count > 1]
    if twice:
        raise WrongUsage(f"{path}: column {', '.join(map(repr, twice))} stands twice")
    missing = [name for name in _NEEDED[kind] if name not in header]
    if missing:
        raise WrongUsage(f"{path}: column {', '.join(map(repr, missing))} is missing; the first row names the columns")


def import_file(tx: Connection, kind: str, path: Path, settings: Settings, now: datetime) -> Imported:
    """Load one file; wrong rows are named and left out, the others are written."""
    result = Imported(kind, str(path))
    desk = Desk(tx=tx, settings=settings, company=company_of(settings), now=now, cause=Cause("import", path.name))
    if kind == "orders":
        _import_orders(desk, list(read_rows(kind, path)), result)
        return result
    one: Callable[[Desk, _Row], str] = {
        "customers": _customer,
        "contacts": _contact,
        "items": _item,
        "prices": _price,
        "invoices": _invoice,
        "invoicing": _invoice_rules,
    }[kind]
    for row in read_rows(kind, path):
        _guarded(result, row.number, lambda row=row: one(desk, row))  # type: ignore[misc]
    return result


def _guarded(result: Imported, line: int, work: Callable[[], str]) -> None:
    try:
        result.counts[work()] += 1
    except ArError as error:
        result.errors.append((line, str(error)))


def _customer(desk: Desk, row: _Row) -> str:
    currency = row.currency()
    number = row.needed("customer")
    emails = tuple(entry.casefold() for entry in row.several("emails", None))
    for entry in emails:
        if "@" not in entry or entry.count("@") != 1 or entry.endswith("@"):
            raise _RowError(f"emails: {entry!r} is neither an address nor a domain like @example.com")
    limit = row.money("credit_limit", currency)
    automation = row.text("automation")
    before = next(iter(master.customers_by_number(desk.tx, [number])), None)
    customer = Customer(
        number=number,
        name=row.needed("name"),
        currency=currency,
        emails=emails,
        country=(row.text("country") or "").upper()[:2] or None,
        language=(row.text("language") or "").casefold()[:2] or None,
        payment_terms=row.text("payment_terms"),
        address=(row.text("address") or "").replace("\\n", "\n") or None,
        ship_to=row.several("ship_to", "|"),
        tax_id=row.text("tax_id"),
        tax_treatment=TaxTreatment(row.choice("tax_treatment", TaxTreatment, "standard")),
        credit_limit=limit,
        parent=row.text("parent"),
        aliases=row.several("aliases", "|"),
        accounts=row.several("accounts", None),
        invoice_detail=row.choice("invoice_detail", ("itemised", "summary"), "itemised"),
        invoice_format=row.choice("invoice_format", ("pdf", "facturx", "ubl"), "pdf"),
        billing=Billing(row.choice("billing", Billing, "per_delivery")),
        bill_on=BillOn(row.choice("bill_on", BillOn, "delivery")),
        automation=Automation(row.choice("automation", Automation, "auto")) if automation else None,
        owner=row.text("owner"),
        timezone=_zone(row),
        requires_signature=_yes(row, "requires_signature", before.requires_signature if before else False),
        proof_with_invoice=_yes(row, "proof_with_invoice", before.proof_with_invoice if before else False),
    )
    if before:
        customer = replace(customer, on_hold=before.on_hold)
    done = master.save_customer(desk.tx, customer, customer_keys(customer))
    changed = _collecting_terms(desk, row, number)
    return "changed" if changed and done == "unchanged" else done


def _collecting_terms(desk: Desk, row: _Row, number: str) -> bool:
    """How the customer is reminded, and what late payment may cost; an empty field leaves what is on record."""
    policy, law, day = row.text("dunning_policy"), (row.text("law") or "").upper() or None, row.text("statement_day")
    percent = row.decimal("interest_percent")
    if policy and policy not in desk.settings.dunning.policies:
        raise _RowError(f"dunning_policy = {policy!r}: ar-agent.toml has no [dunning.policies.{policy}]")
    if law and rates.load(desk.settings.home).law(law) is None:
        raise _RowError(f"law = {law!r}: there is no table for it; add it to {rates.FILE_NAME} in the home")
    if percent is not None and not 0 < percent <= 100:
        raise _RowError(f"interest_percent = {percent}: a rate a year like 9.5")
    if day and (not day.isdigit() or not 1 <= int(day) <= 31):
        raise _RowError(f"statement_day = {day!r}: a day of the month, 1 to 31")
    before = collecting.terms_of(desk.tx, number)
    after = CollectingTerms(
        policy=policy or before.policy,
        segment=row.text("segment") or before.segment,
        law=law or before.law,
        interest=InterestRule.AGREED if percent is not None else before.interest,
        interest_percent=percent if percent is not None else before.interest_percent,
        statement_day=int(day) if day else before.statement_day,
    )
    return collecting.save_terms(desk.tx, number, after)


def _yes(row: _Row, name: str, before: bool) -> bool:
    """A yes or no; an empty field leaves what is on record."""
    return row.choice(name, ("yes", "no"), "yes" if before else "no") == "yes"


def _zone(row: _Row) -> str | None:
    name = row.text("timezone")
    try:
        return ZoneInfo(name).key if name else None
    except (ZoneInfoNotFoundError, ValueError):
        raise _RowError(f"timezone = {name!r} is no time zone; write it like Europe/Berlin") from None


def _contact(desk: Desk, row: _Row) -> str:
    customer = _known_customer(desk, row.needed("customer"))
    rank = row.text("rank") or "0"
    if not rank.isdigit():
        raise _RowError(f"rank = {rank!r} is not a number: the lowest is written to first")
    yes = {
        name: row.choice(name, ("yes", "no"), "yes") == "yes" for name in ("may_order", "may_dispute", "may_receive")
    }
    contact = Contact(
        customer=customer.number,
        address=row.needed("address").casefold(),
        name=row.text("name"),
        rank=int(rank),
        **yes,
    )
    try:
        return keep_contact(desk, contact)
    except Refused as error:
        raise _RowError(str(error)) from None


def customer_keys(customer: Customer) -> list[tuple[str, str]]:
    """The folded keys that a customer is found by."""
    keys = [("domain" if entry.startswith("@") else "email", entry.casefold()) for entry in customer.emails]
    keys += [("name", key) for name in (customer.name, *customer.aliases) for key in name_keys(name)]
    keys += [("account", account_key(account)) for account in customer.accounts]
    keys += [("number", key) for key in stored_keys(customer.number)]
    if customer.tax_id:
        keys.append(("tax", fold_item(customer.tax_id)))
    return [(kind, key[:400]) for kind, key in dict.fromkeys(keys)]


def _item(desk: Desk, row: _Row) -> str:
    price, per = row.decimal("unit_price"), row.decimal("price_per")
    if price is None or price < 0:
        raise _RowError("unit_price is missing or below zero")
    if per is not None and per <= 0:
        raise _RowError("price_per must be above zero")
    lead = row.text("lead_days")
    if lead and not lead.isdigit():
        raise _RowError(f"lead_days = {lead!r} is not a number of days")
    item = Item(
        number=row.needed("item"),
        description=row.needed("description"),
        unit=row.needed("unit"),
        unit_price=price,
        price_per=per or Decimal(1),
        currency=row.currency(),
        tax_rate=row.decimal("tax_rate") or Decimal(0),
        pack_size=row.decimal("pack_size"),
        min_quantity=row.decimal("min_quantity"),
        lead_days=int(lead) if lead else None,
        service=row.choice("service", ("yes", "no"), "no") == "yes",
    )
    return master.save_item(desk.tx, item, fold_item(item.number))


def _price(desk: Desk, row: _Row) -> str:
    price = row.decimal("unit_price")
    if price is None or price < 0:
        raise _RowError("unit_price is missing or below zero")
    return master.save_price(
        desk.tx,
        Price(
            customer=row.text("customer"),
            item=row.needed("item"),
            unit_price=price,
            price_per=row.decimal("price_per") or Decimal(1),
            currency=row.currency(),
            min_quantity=row.decimal("min_quantity"),
            valid_from=row.day("valid_from"),
            valid_to=row.day("valid_to"),
            buyer_item=row.text("buyer_item"),
            quotation=row.text("quotation"),
        ),
    )


def _invoice_rules(desk: Desk, row: _Row) -> str:
    customer = _known_customer(desk, row.needed("customer"))
    days = row.decimal("notice_days")
    limit = row.decimal("max_kilobytes")
    return drafts.save_rules(
        desk.tx,
        checked(
            InvoiceRules(
                customer=customer.number,
                recipients=tuple(entry.casefold() for entry in row.several("recipients", None)),
                recipients_only=row.choice("recipients_only", ("yes", "no"), "no") == "yes",
                legal_name=row.text("legal_name") or "",
                bill_to=(row.text("bill_to") or "").replace("\\n", "\n"),
                po_required=row.choice("po_required", ("yes", "no"), "no") == "yes",
                po_pattern=row.text("po_pattern") or "",
                file_name=row.text("file_name") or "",
                max_kilobytes=None if limit is None else int(limit),
                single_file=row.choice("single_file", ("yes", "no"), "no") == "yes",
                fields=tuple(field_of(one) for one in row.several("fields", "|")),
                text=(row.text("text") or "").replace("\\n", "\n"),
                notice_days=None if days is None else int(days),
                approve_over=row.decimal("approve_over"),
                calendar=row.text("calendar") or "",
                bank_day=row.choice("bank_day", ("", *BankDay), ""),
            )
        ),
    )


def _known_customer(desk: Desk, number: str) -> Customer:
    found = master.customers_by_number(desk.tx, [number])
    if not found:
        raise _RowError(f"customer {number} is not on file: import customers first")
    return found[0]


def _invoice(desk: Desk, row: _Row) -> str:
    item = _open_item(desk, row)
    known = invoices.items_by_number(desk.tx, [item.number])
    if known:
        same = (known[0].customer, known[0].total, known[0].issued_on, known[0].type) == (
            item.customer, item.total, item.issued_on, item.type,
        )  # fmt: skip
        if not same:
            raise _RowError(f"{item.number} is on file with other figures; an issued document never changes")
        return "unchanged"
    invoices.add_invoice(
        desk.tx, item, document=None, pdf_sha256=None, delivery=None, message=None, imported=True, now=desk.now
    )
    if level := _level(row):
        dunning.take_over(desk.tx, item.number, level)
    add_invoice_keys(desk, item.number, item.customer, (item.number,))
    if item.order and item.po_number:
        orders.add_keys(desk.tx, "po", item.order, stored_keys(item.po_number), item.customer)
    elif item.po_number:
        orders.add_keys(desk.tx, "invoice", item.number, stored_keys(item.po_number), item.customer)
    if item.open:
        ledger.post(desk.tx, opening_entry(item), desk.cause, desk.now)
    series = "invoice" if item.type is InvoiceType.INVOICE else "credit_note"
    sequences.skip_past(desk.tx, series, getattr(desk.settings.numbering, series), item.number)
    desk.record("imported", "invoice", item.number, open=item.open.plain(), currency=item.currency)
    return "added"


def _level(row: _Row) -> int:
    """The level of the newest reminder that another system sent."""
    text = row.text("dunning_level") or "0"
    if not text.isdigit() or int(text) > 99:
        raise _RowError(f"dunning_level = {text!r} is not the number of a level")
    return int(text)


def _open_item(desk: Desk, row: _Row) -> OpenItem:
    customer = _known_customer(desk, row.needed("customer"))
    currency = row.currency()
    kind = InvoiceType(row.choice("type", InvoiceType, "invoice"))
    total = row.money("total", currency)
    if total is None:
        raise _RowError("total is empty")
    open_amount = row.money("open", currency)
    net, tax = row.money("net", currency), row.money("tax", currency)
    parts = [total, total if open_amount is None else open_amount, net, tax]
    if kind is InvoiceType.CREDIT_NOTE:
        parts = [None if part is None else -abs(part) for part in parts]
    total, open_amount, net, tax = parts
    assert total is not None
    assert open_amount is not None
    if abs(open_amount) > abs(total) or open_amount.minor * total.minor < 0:
        raise _RowError(f"open {open_amount} is more than the total {total}")
    if net is not None and tax is not None and net + tax != total:
        raise _RowError(f"net {net} and tax {tax} are not the total {total}")
    issued_on = row.day("issued_on")
    if issued_on is None:
        raise _RowError("issued_on is empty")
    return OpenItem(
        number=row.needed("invoice"),
        type=kind,
        customer=customer.number,
        currency=currency,
        total=total,
        open=open_amount,
        net=net if net is not None else total - (tax or Money.zero(currency)),
        tax=tax or Money.zero(currency),
        order=row.text("order"),
        po_number=row.text("po_number"),
        issued_on=issued_on,
        due_on=row.day("due_on"),
        discount_percent=row.decimal("discount_percent"),
        discount_until=row.day("discount_until"),
    )


def _import_orders(desk: Desk, rows: list[_Row], result: Imported) -> None:
    """A row a line; the rows of one order belong together, and one wrong row leaves the whole order out."""
    groups: dict[str, list[_Row]] = {}
    for row in rows:
        number = row.text("order")
        if number is None:
            result.errors.append((row.number, "order is empty"))
        else:
            groups.setdefault(number, []).append(row)
    for number, lines in groups.items():
        _guarded(result, lines[0].number, lambda number=number, lines=lines: _order(desk, number, lines))  # type: ignore[misc]


def _order(desk: Desk, number: str, rows: list[_Row]) -> str:
    head = rows[0]
    customer = _known_customer(desk, head.needed("customer"))
    currency = head.currency() if head.text("currency") else customer.currency
    lines = tuple(_order_line(desk, row, currency) for row in rows)
    if len({line.line for line in lines}) != len(lines):
        raise _RowError(f"order {number} has two lines of the same number")
    known = orders.orders_by_number(desk.tx, [number])
    if known:
        quantities = {line.line: line.quantity for line in known[0].lines}
        if quantities != {line.line: line.quantity for line in lines}:
            raise _RowError(f"order {number} is on file with other lines; change it by a revision of the buyer")
        return "unchanged"
    net, tax = order_totals(lines, None, customer, currency)
    order = Order(
        number=number,
        customer=customer.number,
        currency=currency,
        status=OrderStatus.CONFIRMED,
        lines=lines,
        po_number=head.text("po_number"),
        ordered_on=head.day("ordered_on"),
        payment_terms=customer.payment_terms,
        ship_to=customer.ship_to[0] if customer.ship_to else customer.address,
        total=net,
        tax=tax,
        bill_on=customer.bill_on,
    )
    orders.add_order(desk.tx, order, content_key=None, message=None, now=desk.now, imported=True)
    orders.add_keys(desk.tx, "order", number, stored_keys(number), customer.number)
    if order.po_number:
        orders.add_keys(desk.tx, "po", number, stored_keys(order.po_number), customer.number)
    orders.settle_status(desk.tx, number)
    sequences.skip_past(desk.tx, "order", desk.settings.numbering.order, number)
    desk.record("imported", "order", number, po=order.po_number)
    return "added"


def _order_line(desk: Desk, row: _Row, currency: str) -> OrderLine:
    quantity, price = row.decimal("quantity"), row.decimal("unit_price")
    if quantity is None or quantity <= 0 or price is None:
        raise _RowError("quantity and unit_price must be given, the quantity above zero")
    item = row.text("item")
    known = (
        [one for one in master.items_by_keys(desk.tx, [fold_item(item)]) if one.currency == currency] if item else []
    )
    delivered, invoiced = row.decimal("delivered") or Decimal(0), row.decimal("invoiced") or Decimal(0)
    return OrderLine(
        line=row.needed("line"),
        item=item,
        description=row.text("description") or (known[0].description if known else item or ""),
        quantity=quantity,
        unit=row.text("unit") or (known[0].unit if known else ""),
        unit_price=price,
        price_per=row.decimal("price_per") or Decimal(1),
        tax_rate=known[0].tax_rate if known else None,
        delivered=max(delivered, invoiced),
        invoiced=invoiced,
        service=known[0].service if known else False,
    )


__all__ = ["COLUMNS", "Imported", "customer_keys", "import_file", "read_rows"]
