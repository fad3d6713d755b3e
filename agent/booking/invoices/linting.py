"""What a customer's accounts payable would send an invoice back for, looked for before it leaves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from email import message_from_bytes

from agent.booking.desk import Desk
from agent.domain.codec import document_from_plain
from agent.domain.documents import PurchaseOrder
from agent.domain.invoice_rules import ExtraField, InvoiceRules, fits
from agent.domain.notices import Addressee, InvoiceDocument
from agent.domain.receivables import Customer, InvoiceType, Order
from agent.store import lists
from matching.customers import names_entity, same_entity
from outbox.message import OutboxMessage
from templates.clean import safe_file_name
from templates.texts import fill

_LINE = "ar-agent import invoicing"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: the rule, and what is wrong and what to do, in a clerk's words."""

    rule: str
    detail: str


def demanded(document: InvoiceDocument, rules: InvoiceRules | None) -> InvoiceDocument:
    """The document with the legal entity, the fields and the text that the customer's rules ask for."""
    if rules is None:
        return document
    who = document.customer
    who = replace(who, name=rules.legal_name or who.name, address=rules.bill_to or who.address)
    values = variables(document, who)
    fields = tuple(ExtraField(label=one.label, value=fill(one.value, values), term=one.term) for one in rules.fields)
    text = fill(rules.text, values)
    return replace(document, customer=who, fields=fields, notes=(*document.notes, *((text,) if text else ())))


def variables(document: InvoiceDocument, who: Addressee | None = None) -> dict[str, str]:
    """What texts and fields of an invoice can be filled with, plainly written."""
    who = who or document.customer
    return {
        "number": document.number,
        "po_number": document.po_number,
        "order": document.order,
        "date": document.issued_on.isoformat(),
        "due_date": document.due_on.isoformat() if document.due_on else "",
        "supplied_on": document.supplied_on.isoformat() if document.supplied_on else "",
        "net": document.net.plain(),
        "tax": document.tax.plain(),
        "total": document.total.plain(),
        "currency": document.currency,
        "reference": document.creditor_reference,
        "customer": who.name,
        "customer_number": who.number,
        "customer_tax_id": who.tax_id,
        "contact": who.contact,
        "terms": document.payment_terms,
        "delivery_note": ", ".join(document.delivery_references),
        "ship_to": document.ship_to,
        "corrects": document.corrects,
    }


def findings(
    desk: Desk, document: InvoiceDocument, orders: tuple[Order, ...], customer: Customer, rules: InvoiceRules | None
) -> tuple[Finding, ...]:
    """What on the paper itself is not as the customer demands it; found before it has a number."""
    if rules is None:
        return ()
    return (*_numbers(orders, rules), *_entity(desk, document, orders, customer), *_empty_fields(document))


def paper_findings(document: InvoiceDocument, rules: InvoiceRules | None) -> tuple[Finding, ...]:
    """The same for a document that takes another one's place: what stands on the paper alone."""
    if rules is None:
        return ()
    number, found = document.po_number, []
    if rules.po_required and not number:
        found.append(Finding("po_number", "it has no order number of the buyer's: name it with --po-number"))
    elif number and rules.po_pattern and not fits(rules.po_pattern, number):
        found.append(Finding("po_form", f"{number} is not of the form {rules.po_pattern}: name it with --po-number"))
    return (*found, *_empty_fields(demanded(document, rules)))


def _empty_fields(document: InvoiceDocument) -> list[Finding]:
    return [
        Finding("field", f"the field {one.label!r} is empty: give it a value with `{_LINE}`")
        for one in document.fields
        if not one.value.strip()
    ]


def _numbers(orders: tuple[Order, ...], rules: InvoiceRules) -> list[Finding]:
    found = []
    for order in orders:
        number = order.po_number or ""
        if rules.po_required and not number:
            found.append(
                Finding(
                    "po_number",
                    f"{order.number} has no order number of the buyer's: ask for it, then "
                    f"`ar-agent orders set-po {order.number} NUMBER`",
                )
            )
        elif number and rules.po_pattern and not fits(rules.po_pattern, number):
            found.append(
                Finding(
                    "po_form",
                    f"{number} is not of the form {rules.po_pattern}: ask the buyer for the right number, then "
                    f"`ar-agent orders set-po {order.number} NUMBER`",
                )
            )
    return found


def _entity(desk: Desk, document: InvoiceDocument, orders: tuple[Order, ...], customer: Customer) -> list[Finding]:
    """The order may name another legal entity to bill than the one that stands on the invoice."""
    found = []
    for order in orders:
        named = _billed_to(desk, order)
        known = (document.customer.name, *customer.aliases)
        if names_entity(named) and not any(same_entity(named, one) for one in known):
            found.append(
                Finding(
                    "legal_entity",
                    f"{order.po_number or order.number} is to be billed to {named!r}, and the invoice would name "
                    f"{document.customer.name!r}: correct legal_name with `{_LINE}`, or add the name to the "
                    "customer's aliases",
                )
            )
    return found


def _billed_to(desk: Desk, order: Order) -> str:
    """The name under which the order's own paper wants to be billed."""
    message = lists.find_message(desk.tx, int(order.message)) if order.message else None
    if message is None or not message.reading:
        return ""
    for plain in message.reading["documents"]:
        document = document_from_plain(plain)
        if isinstance(document, PurchaseOrder) and document.number == order.po_number:
            return document.bill_to.name or ""
    return ""


def file_name(document: InvoiceDocument, rules: InvoiceRules | None) -> str:
    """The name of the files as the customer wants it; empty where nothing is asked for."""
    if rules is None or not rules.file_name:
        return ""
    values = variables(document) | {"type": document.type.value}
    name = rules.file_name
    for key, value in values.items():
        name = name.replace("{" + key + "}", value)
    return name


def mail_findings(message: OutboxMessage, document: InvoiceDocument, rules: InvoiceRules | None) -> tuple[Finding, ...]:
    """What on the finished mail is not as the customer demands it."""
    if rules is None:
        return ()
    found = []
    if rules.recipients_only and not rules.recipients:
        found.append(
            Finding(
                "ap_address",
                f"invoices go to accounts payable alone, and no address of theirs is on file: `{_LINE}` (column recipients)",
            )
        )
    names = _file_names(message.data)
    if rules.single_file and len(names) > 1:
        found.append(
            Finding(
                "one_pdf",
                f"one PDF an invoice, and {len(names)} files would leave ({', '.join(names)}): "
                "set the customer's invoice_format to pdf or facturx",
            )
        )
    if rules.max_kilobytes and len(message.data) > rules.max_kilobytes * 1000:
        found.append(
            Finding(
                "size",
                f"the mail has {len(message.data) // 1000} kB, and the customer takes {rules.max_kilobytes}: "
                "send it another way, or ask for summary invoices",
            )
        )
    wanted = file_name(document, rules)
    if wanted and ("{" in wanted or safe_file_name(wanted, ".pdf") not in names):
        found.append(Finding("file_name", f"the file is not named as the customer wants it ({rules.file_name})"))
    if wanted and document.type is InvoiceType.INVOICE and "{po_number}" in rules.file_name and not document.po_number:
        found.append(Finding("file_name", "the file name wants the buyer's order number, and there is none"))
    return tuple(found)


def _file_names(data: bytes) -> list[str]:
    return [name for part in message_from_bytes(data).walk() if (name := part.get_filename())]
