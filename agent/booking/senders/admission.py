"""Who is listened to, and for what: blocked senders, contacts that may not order or dispute, addresses that live again."""

from __future__ import annotations

from agent.booking.desk import Desk
from agent.booking.letters.addressing import belongs
from agent.domain.contacts import Contact
from agent.domain.decisions import MatchException, QueueKind
from agent.domain.documents import (
    AnyDocument,
    CustomerRequest,
    DisputeNotice,
    OrderReply,
    PurchaseOrder,
    Wanted,
)
from agent.domain.errors import Refused
from agent.store import contacts, master


def blocked(desk: Desk) -> str | None:
    """The entry by which this sender is blocked, None where it is not."""
    address = (desk.sender.address or "").casefold()
    if not address:
        return None
    rule = contacts.rule_of(desk.tx, address)
    if rule is not None:
        return rule[0] if rule[1] == "block" else None
    listed = {entry.casefold() for entry in desk.settings.trust.block}
    return next((entry for entry in contacts.entries_of(address) if entry in listed), None)


def note_alive(desk: Desk) -> None:
    """An authenticated mail from an address proves that the address lives, whatever bounced before."""
    address = desk.sender.address
    if address and desk.sender.trusted and desk.sender.customers and contacts.alive(desk.tx, address):
        desk.record("alive", "contact", address.casefold(), reason="it wrote to us")


def refused(desk: Desk, document: AnyDocument) -> bool:
    """Queue a paper that its sender may not send, and say so; False where the sender may."""
    address = desk.sender.address
    if not address or not desk.sender.trusted or not desk.sender.customers:
        return False
    what = ""
    for contact in contacts.of_customers(desk.tx, desk.sender.customers, address=address):
        if isinstance(document, PurchaseOrder | OrderReply) and not contact.may_order:
            what = "place, change or answer orders"
        elif isinstance(document, DisputeNotice) and not contact.may_dispute:
            what = "dispute invoices"
        elif isinstance(document, CustomerRequest) and not contact.may_receive and _gives_papers(document):
            what = "receive invoices and statements"
    if not what:
        return False
    desk.outcome.documents.append({"kind": document.kind.value, "number": getattr(document, "number", None)})
    exception = MatchException(
        code="role",
        kind=QueueKind.UNTRUSTED_SENDER,
        summary=f"{address} may not {what} for {', '.join(desk.sender.customers)}: accept it, or ask somebody who may",
        customer=desk.sender.customers[0] if len(desk.sender.customers) == 1 else None,
    )
    desk.queue(exception, subject_type="message", subject=desk.message)
    return True


def _gives_papers(document: CustomerRequest) -> bool:
    return document.wants in (Wanted.STATEMENT, Wanted.INVOICE_COPY, Wanted.PROOF_OF_DELIVERY)


def keep_contact(desk: Desk, contact: Contact) -> str:
    """Write what an address may do; raise Refused for one that is not on the customer's record."""
    (customer,) = master.customers_by_number(desk.tx, [contact.customer]) or (None,)
    if customer is None:
        raise Refused(f"customer {contact.customer} is not on file: see `ar-agent customers list`")
    if contact.address.count("@") != 1 or not all(contact.address.partition("@")[::2]):
        raise Refused(f"{contact.address!r} is no address")
    if not belongs(contact.address, customer):
        raise Refused(f"{contact.address} is not on the record of {contact.customer}: add it to its emails first")
    done = contacts.save(desk.tx, contact)
    if done != "unchanged":
        rights = {"order": contact.may_order, "dispute": contact.may_dispute, "receive": contact.may_receive}
        desk.record("contact", "contact", contact.address, customer=contact.customer, rank=contact.rank, **rights)
    return done
