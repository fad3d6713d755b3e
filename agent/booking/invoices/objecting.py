"""Answers to a notice that came before an invoice: consent lets it go on its day, anything else makes it rest."""

from __future__ import annotations

from agent import numbers
from agent.booking.desk import Desk
from agent.booking.invoices import drafting
from agent.domain.documents import Answer, AnyDocument, CustomerRequest, DisputeNotice, Nature, OrderReply
from agent.domain.notices import NoticeKind
from agent.store import drafts, outbound

ANSWERS = (OrderReply, DisputeNotice, CustomerRequest)  # what such an answer can read as, and then is nothing else


def take(desk: Desk, documents: tuple[AnyDocument, ...], *, thanks: bool) -> bool:
    """Whether the mail answers a pre-invoice notice of its sender; then the draft rests, unless the answer consents."""
    number = _draft_answered(desk)
    if number is None or desk.facts is None:
        return False
    row = drafts.draft_row(desk.tx, number, lock=True)
    shown = str(numbers.show(numbers.DRAFT, number))
    if row.status != drafting.NOTICE or row.customer not in desk.sender.customers or not desk.sender.trusted:
        return False
    answers = [one.answer for one in documents if isinstance(one, OrderReply)]
    if thanks or answers == [Answer.ACCEPT]:
        desk.record("consented", "draft", shown)
        desk.outcome.reasons.append(f"consents to the invoice that was announced ({shown})")
        return True
    drafting.objected(desk, row, " ".join(desk.facts.reply_text.split()) or desk.facts.subject)
    return True


def _draft_answered(desk: Desk) -> int | None:
    facts = desk.facts
    if facts is None or facts.nature is not Nature.CUSTOMER:
        return None
    ids = (*((facts.in_reply_to,) if facts.in_reply_to else ()), *facts.references)
    for row in outbound.of_message_ids(desk.tx, ids):
        if row.kind == NoticeKind.PRE_INVOICE_NOTICE.value and row.about:
            return numbers.read(numbers.DRAFT, row.about[0])
    return None
