"""An issued invoice goes out anew: the same papers, to the addresses and under the names that hold now."""

from __future__ import annotations

from agent import numbers
from agent.booking.desk import Desk
from agent.booking.invoices import invoicing, linting
from agent.booking.letters import mailing
from agent.domain.errors import NotFound, Refused
from agent.domain.notices import Attachment, InvoiceNotice, NoticeKind
from agent.domain.receivables import InvoiceType
from agent.store import blobs, drafts, invoices, master, outbound, work
from outbox.message import OutboxMessage
from templates.pdf import invoice_papers

_WAITS = ("held", "failed")


def put_right(desk: Desk, number: str) -> str:
    """Send it anew where nothing is wrong with it any more; raise Refused with what still is."""
    mail = send_again(desk, number)
    row = outbound.row_of(desk.tx, mail)
    shown = str(numbers.show(numbers.OUTBOX, mail))
    if row.status == "held":
        raise Refused(f"{number} would still be held: {row.reason} (`ar-agent outbox release` lets it leave as it is)")
    return shown


def send_again(desk: Desk, number: str) -> int:
    """Compose a new mail for an issued document and cancel those of it that did not leave; return its number."""
    document = invoices.document_of(desk.tx, number)
    if document is None:
        if invoices.items_by_number(desk.tx, (number,)):
            raise Refused(f"{number} was issued by another system: send it from there")
        raise NotFound("invoice", number, "see `ar-agent invoices list`")
    (customer,) = master.customers_by_number(desk.tx, [document.customer.number])
    rules = drafts.rules_of(desk.tx, customer.number)
    kind = NoticeKind.INVOICE if document.type is InvoiceType.INVOICE else NoticeKind.CREDIT_NOTE
    earlier = outbound.find(desk.tx, about=number, kind=kind.value)
    waiting = [row for row in earlier if row.status in _WAITS]
    for row in waiting:
        outbound.cancel(desk.tx, row.id, reason="sent anew", cause=desk.cause, now=desk.now)
    notice = InvoiceNotice(
        kind=kind,
        customer=document.customer,
        document=document,
        reference=number,
        xml=invoicing.e_invoice_of(customer),
        file_name=linting.file_name(document, rules),
        copy=len(waiting) < len(earlier),
    )
    wrong: list[linting.Finding] = []

    def review(message: OutboxMessage) -> str | None:
        wrong.extend(linting.mail_findings(message, document, rules))
        return "; ".join(one.detail for one in wrong) or None

    mail = mailing.send(
        desk,
        notice,
        customer,
        intent=f"{kind.value}:{number}:{len(earlier) + 1}",
        about=(number, *((document.order,) if document.order else ())),
        answer=False,
        files=_papers(desk, notice, number, mailing.language_of(desk, customer)),
        to=rules.recipients if rules else (),
        review=review,
    )
    if mail is None:
        raise Refused(f"{number} was sent anew in this very moment by somebody else")
    if not wrong:
        work.close_of_subject(desk.tx, "invoice", number, owner=desk.cause.name, now=desk.now)
    desk.record("sent_again", "invoice", number, mail=numbers.show(numbers.OUTBOX, mail))
    return mail


def _papers(desk: Desk, notice: InvoiceNotice, number: str, language: str) -> tuple[Attachment, ...]:
    """The paper as it was filed, and what goes beside it."""
    papers = invoice_papers(notice, language, desk.company)
    digest = invoices.pdf_of(desk.tx, number)
    filed = blobs.load(desk.tx, digest) if digest else None
    if filed is None:
        raise Refused(f"the paper of {number} is missing or damaged: restore the database")
    return (Attachment(papers[0].name, papers[0].content_type, filed), *papers[1:])
