"""What accepting a queue item about a dispute does, and how it is taken back; and answering a customer by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Row

from agent.booking.desk import Desk
from agent.booking.disputes import dispute_closing
from agent.booking.letters import mailing
from agent.domain import billing
from agent.domain.codec import from_plain
from agent.domain.decisions import Candidate
from agent.domain.documents import Reading, Wanted
from agent.domain.errors import Refused
from agent.domain.notices import NoticeKind, RequestAnswer
from agent.store import invoices, lists, master, outbound, work

Resolution = dict[str, Any]
_ENDS = {"dispute_withdrawn": "withdrawn", "invoice_data": "reinvoice", "invoice_rejected": "reinvoice"}


def accept_case(desk: Desk, row: Row[Any], chosen: Candidate | None) -> Resolution:
    """End the dispute as the item proposes; nothing where it proposes nothing."""
    by = _ENDS.get(row.code)
    if by is None or chosen is None:
        return {}
    dispute_closing.resolve(desk, int(row.subject), by=by, text="")
    return {"dispute": int(row.subject), "ended_by": by}


def undo_case(desk: Desk, done: Resolution) -> None:
    """Open the dispute again that accepting an item had closed, and unsay an answer that has not left."""
    if done.get("dispute"):
        dispute_closing.undo(desk, int(done["dispute"]), "")
    if done.get("answer"):
        mail = outbound.row_of(desk.tx, int(done["answer"]))
        if mail.status not in ("queued", "held", "failed"):
            raise Refused(f"the answer O{mail.id} is {mail.status}: what was said cannot be unsaid; write again")
        outbound.retract(desk.tx, mail.id, reason="the answer was taken back", cause=desk.cause, now=desk.now)


def _overdue(desk: Desk, customer: str) -> tuple[str, ...]:
    """What the customer would pay: the items that are past their day, at most twenty."""
    items = invoices.open_items_of(desk.tx, [customer])
    late = [item.number for item in items if item.open.minor > 0 and item.due_on and item.due_on < desk.today]
    return tuple(late[:20])


def answer(desk: Desk, number: int, text: str, *, ask_day: bool = False, bank_unchanged: bool = False) -> int:
    """Write to the customer who asked, below their mail, and close the item; return the mail's number.

    `ask_day` asks, in the customer's language, on which day they will pay: a promise without a day is none.
    `bank_unchanged` is the standing answer to who asks for our account: it is on the invoices; nothing is confirmed here.
    """
    row = work.queue_row(desk.tx, number, lock=True)
    if row.status not in work.OPEN:
        raise Refused(f"Q{number} is {row.status} already: look at it with `ar-agent queue show Q{number}`")
    found = master.customers_by_number(desk.tx, [row.customer]) if row.customer else ()
    message = lists.find_message(desk.tx, row.message) if row.message is not None else None
    if not found or message is None or not message.reading:
        raise Refused(f"Q{number} is about no mail of a customer on file: nobody can be answered")
    if not message.trusted:
        raise Refused(
            f"M{message.id} was not authenticated: call the customer on a number on file, answer nothing by mail"
        )
    (customer,) = found
    reading = from_plain(Reading, message.reading)
    at = replace(desk, message=row.message, facts=reading.mail)
    notice = RequestAnswer(
        kind=NoticeKind.REQUEST_ANSWER,
        customer=billing.addressee(customer),
        reference=customer.number,
        wants=Wanted.OTHER,
        text=text,
        ask_day=ask_day,
        bank_unchanged=bank_unchanged,
        as_of=desk.today + timedelta(days=7),
        invoices=_overdue(desk, customer.number) if ask_day else (),
    )
    mail = mailing.send(
        at, notice, customer, intent=f"answer:Q{number}:{row.version}", about=(customer.number, f"Q{number}")
    )
    if mail is None:
        raise Refused(f"Q{number} was answered just now: see `ar-agent outbox list`")
    work.resolve(desk.tx, row, status="accepted", resolution={"answer": mail}, owner=desk.cause.name, now=desk.now)
    desk.record("answered", "queue", f"Q{number}", mail=f"O{mail}", text=text)
    return mail
