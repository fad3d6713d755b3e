"""Returns: a case of their own from the announcement to the inspection; the credit is proposed, never automatic."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Row

from agent import numbers
from agent.booking.desk import Desk
from agent.booking.invoices import cancelling, recharging
from agent.booking.letters import mailing
from agent.domain import billing
from agent.domain.crediting import LineCredit
from agent.domain.decisions import Candidate, DeliveryDecision, MatchException, QueueKind, Reason
from agent.domain.documents import DisputeReason
from agent.domain.errors import Refused
from agent.domain.money import Money, plain
from agent.domain.notices import NoticeKind, ReturnNotice
from agent.domain.receivables import Customer, Order
from agent.domain.returns import ReturnCase, ReturnLine, ReturnStatus
from agent.store import invoices, master, orders, returns

Resolution = dict[str, Any]
_ARRIVED = re.compile(
    r"\bdelivered\b|zugestellt|abgeliefert|livr[ée]e?\b|entregad[oa]|consegnat[oa]|bezorgd|afgeleverd|配達完了|お届け済|배송 ?완료|배달 ?완료"
    r"|已签收",
    re.I,
)
_NOT_YET = re.compile(
    r"attempt|will be|out for|zustellversuch|wird zugestellt|tentative|intento|tentativo|poging|予定|예정", re.I
)


def shown(number: int) -> str:
    return str(numbers.show(numbers.RETURN, number))


def announce(
    desk: Desk,
    order: Order,
    customer: Customer,
    parts: dict[str, Decimal],
    *,
    reason: DisputeReason,
    number: str | None = None,
    text: str | None = None,
    tell: bool = True,
) -> ReturnCase:
    """Open a return of these quantities by order line; refused above what was delivered and has not come back."""
    lines = _lines(desk, order, parts)
    if number and returns.by_authorisation(desk.tx, number):
        raise Refused(f"there is a return {number} already: see `ar-agent returns list`")
    case = ReturnCase(
        id=0,
        customer=order.customer,
        order=order.number,
        status=ReturnStatus.ANNOUNCED,
        reason=reason,
        lines=lines,
        announced_on=desk.today,
        number=number,
        invoice=_invoice_of(desk, order, [line.order_line for line in lines]),
        text=text,
        message=desk.message,
    )
    made = returns.add(desk.tx, case, desk.now)
    authorised = number or f"RMA-{made:04d}"
    returns.change(desk.tx, made, number=authorised)
    case = replace(case, id=made, number=authorised)
    desk.outcome.effect("return", shown(made))
    desk.record("announced", "return", shown(made), order=order.number, number=authorised, lines=_words(lines))
    if tell:
        _tell(desk, case, customer, "announced")
    return case


def _lines(desk: Desk, order: Order, parts: dict[str, Decimal]) -> tuple[ReturnLine, ...]:
    known = {line.line: line for line in order.lines}
    if strange := [name for name in parts if name not in known]:
        raise Refused(f"{order.number} has no line {', '.join(strange)}; it has {', '.join(known)}")
    under_way: dict[str, Decimal] = {}
    for case in returns.find(desk.tx, order=order.number):
        if case.status is not ReturnStatus.REFUSED and case.delivery is None:
            for line in case.lines:
                back = line.accepted if line.accepted is not None else line.quantity
                under_way[line.order_line] = under_way.get(line.order_line, Decimal(0)) + back
    for name, quantity in parts.items():
        left = max(known[name].delivered, known[name].invoiced) - under_way.get(name, Decimal(0))
        if not 0 < quantity <= left:
            raise Refused(
                f"{order.number} line {name}: {plain(quantity)} cannot come back, {plain(max(left, Decimal(0)))} can"
            )
    return tuple(
        ReturnLine(order_line=name, quantity=quantity, item=known[name].item, unit=known[name].unit)
        for name, quantity in parts.items()
    )


def of_delivery(
    desk: Desk, decision: DeliveryDecision, order: Order, delivery: int | None, disputes: dict[DisputeReason, int]
) -> None:
    """What a receiver rejected or found damaged comes back: a case beside the dispute, told with it."""
    items = {line.line: line for line in order.lines}
    for reason, field in ((DisputeReason.DAMAGED, "damaged"), (DisputeReason.QUALITY, "rejected")):
        if reason not in disputes:
            continue
        lines = tuple(
            ReturnLine(order_line=q.order_line, quantity=getattr(q, field), item=items[q.order_line].item,
                       unit=items[q.order_line].unit)
            for q in decision.lines
            if getattr(q, field) and q.order_line in items
        )  # fmt: skip
        if not lines:
            continue
        case = ReturnCase(
            id=0,
            customer=order.customer,
            order=order.number,
            status=ReturnStatus.ANNOUNCED,
            reason=reason,
            lines=lines,
            announced_on=desk.today,
            dispute=disputes[reason],
            delivery=delivery,
            message=desk.message,
        )
        made = returns.add(desk.tx, case, desk.now)
        returns.change(desk.tx, made, number=f"RMA-{made:04d}")
        desk.outcome.effect("return", shown(made))
        desk.record("announced", "return", shown(made), order=order.number, lines=_words(lines))


def _words(lines: tuple[ReturnLine, ...]) -> list[str]:
    return [f"line {line.order_line}: {plain(line.quantity)}" for line in lines]


def _invoice_of(desk: Desk, order: Order, wanted: list[str]) -> str | None:
    """The one invoice that bills these lines; None where there are several, or none."""
    found = []
    for item in invoices.invoices_of_orders(desk.tx, [order.number]):
        own = {x.order_line for x in item.lines if x.order in (None, order.number)}
        if item.total.minor > 0 and (own & set(wanted) or not item.lines):
            found.append(item.number)
    return found[0] if len(found) == 1 else None


def receive(desk: Desk, case: ReturnCase, *, on: date | None = None, tell: bool = True) -> None:
    """The goods have arrived: somebody looks at them, and nothing is credited before."""
    if case.status is not ReturnStatus.ANNOUNCED:
        raise Refused(f"{shown(case.id)} is {case.status.value} already")
    returns.change(desk.tx, case.id, status=ReturnStatus.RECEIVED.value, received_on=on or desk.today)
    desk.outcome.effect("return", shown(case.id))
    desk.record("received", "return", shown(case.id), number=case.number)
    (customer,) = master.customers_by_number(desk.tx, [case.customer])
    what = "; ".join(_words(case.lines))
    command = f"`ar-agent returns inspect {shown(case.id)} --accepted LINE=QUANTITY`"
    exception = MatchException(
        code="return_inspect",
        kind=QueueKind.OTHER,
        summary=f"return {case.number} of {customer.name} ({case.order}) has arrived: {what}; inspect it, then {command}",
        customer=case.customer,
        candidates=(
            Candidate(n=1, order=case.order, invoice=case.invoice, confidence=0.5,
                      evidence=(Reason("return", f"all of it is as announced: {what}"),)),
        ),
    )  # fmt: skip
    desk.queue(exception, subject_type="return", subject=case.id)
    if tell:
        _tell(desk, case, customer, "received")


def inspect(desk: Desk, case: ReturnCase, accepted: dict[str, Decimal]) -> None:
    """Write what is taken back; a credit is proposed where it was invoiced, a refusal is told."""
    if case.status not in (ReturnStatus.ANNOUNCED, ReturnStatus.RECEIVED):
        raise Refused(f"{shown(case.id)} is {case.status.value} already")
    known = {line.order_line: line for line in case.lines}
    if strange := [name for name in accepted if name not in known]:
        raise Refused(f"{shown(case.id)} has no line {', '.join(strange)}; it has {', '.join(known)}")
    if too_much := [name for name, q in accepted.items() if not 0 <= q <= known[name].quantity]:
        raise Refused(f"{shown(case.id)} line {too_much[0]}: at most {plain(known[too_much[0]].quantity)} came back")
    lines = tuple(replace(line, accepted=accepted.get(line.order_line, Decimal(0))) for line in case.lines)
    any_back = any(line.accepted for line in lines)
    status = ReturnStatus.INSPECTED if any_back else ReturnStatus.REFUSED
    returns.change(desk.tx, case.id, status=status.value, inspected_on=desk.today, lines=lines)
    case = replace(case, status=status, lines=lines)
    desk.outcome.effect("return", shown(case.id))
    desk.record("inspected", "return", shown(case.id), accepted=[f"{x.order_line}: {x.accepted}" for x in lines])
    (customer,) = master.customers_by_number(desk.tx, [case.customer])
    if not any_back:
        _tell(desk, case, customer, "refused")
        return
    if case.invoice is not None:
        _propose_credit(desk, case, customer)


def _propose_credit(desk: Desk, case: ReturnCase, customer: Customer) -> None:
    entries = _entries(desk, case)
    value = _value(desk, case)
    what = ", ".join(f"line {e.line}: {plain(e.quantity)}" for e in entries) or "no line of it is on the invoice"
    exception = MatchException(
        code="return_credit",
        kind=QueueKind.OTHER,
        summary=f"return {case.number} of {customer.name} was inspected: credit {what} of {case.invoice}",
        customer=case.customer,
        amount=value,
        candidates=(
            Candidate(n=1, invoice=case.invoice, order=case.order, amount=value, confidence=0.8,
                      evidence=(Reason("return", f"credit {what}"),)),
        ),
    )  # fmt: skip
    desk.queue(exception, subject_type="return", subject=case.id)


def _entries(desk: Desk, case: ReturnCase) -> list[LineCredit]:
    """The lines of the invoice that bill what came back."""
    document = invoices.document_of(desk.tx, case.invoice or "")
    if document is None:
        return []
    found = []
    for line in case.lines:
        for one in document.lines:
            if (one.order_line or one.line) == line.order_line and one.order in ("", case.order) and line.accepted:
                found.append(LineCredit(one.line, line.accepted))
                break
    return found


def _value(desk: Desk, case: ReturnCase) -> Money | None:
    (order,) = orders.orders_by_number(desk.tx, [case.order])
    value = Money.zero(order.currency)
    for line in case.lines:
        held = next((one for one in order.lines if one.line == line.order_line), None)
        if held is not None and line.accepted:
            value = value + billing.line_net(held, line.accepted, order.currency)
    return value


def accept(desk: Desk, row: Row[Any]) -> Resolution:
    """What a queue item about a return proposes: all of it is in order, or the credit goes out."""
    case = returns.by_number(desk.tx, int(row.subject))
    if row.code == "return_inspect":
        before: Resolution = {"return": case.id, "status": case.status.value}
        inspect(desk, case, {line.order_line: line.quantity for line in case.lines})
        return before
    if case.status is not ReturnStatus.INSPECTED or case.invoice is None:
        raise Refused(f"{shown(case.id)} is {case.status.value}: nothing is to be credited")
    entries = _entries(desk, case)
    if not entries:
        raise Refused(f"{case.invoice} was issued by another system: credit it there and import the credit note")
    note = cancelling.credit_lines(desk, case.invoice, entries, f"return {case.number}")
    returns.change(desk.tx, case.id, status=ReturnStatus.CREDITED.value, credit_note=note)
    desk.record("credited", "return", shown(case.id), credit_note=note)
    return {"return": case.id, "status": case.status.value, "return_credit": note}


def undo(desk: Desk, done: Resolution) -> None:
    """Put a return back to what it was; a credit note that went out is taken back by an invoice of its own."""
    case = returns.by_number(desk.tx, int(done["return"]))
    if note := done.get("return_credit"):
        (customer,) = master.customers_by_number(desk.tx, [case.customer])
        recharging.take_back_credit(desk, str(note), customer)
    elif case.status is ReturnStatus.CREDITED:
        raise Refused(f"{shown(case.id)} was credited meanwhile ({case.credit_note}): take that back first")
    back: dict[str, Any] = {"status": done["status"], "credit_note": None}
    if not done.get("return_credit"):
        back |= {"inspected_on": None, "lines": tuple(replace(line, accepted=None) for line in case.lines)}
    returns.change(desk.tx, case.id, **back)
    desk.record("undone", "return", shown(case.id), back_to=done["status"])


def of_carrier(desk: Desk, text: str) -> ReturnCase | None:
    """The announced return that a carrier's notice says has arrived with us; None where it says no such thing."""
    said = text[:4000]
    if not _ARRIVED.search(said) or _NOT_YET.search(said):
        return None
    named = [
        case
        for case in returns.find(desk.tx, statuses=(ReturnStatus.ANNOUNCED,), limit=5000)
        if case.number and re.search(rf"(?<![\w-]){re.escape(case.number)}(?![\w-])", said, re.I)
    ]
    return named[0] if len(named) == 1 else None


def _tell(desk: Desk, case: ReturnCase, customer: Customer, form: str) -> None:
    (order,) = orders.orders_by_number(desk.tx, [case.order])
    held = {line.line: line for line in order.lines}
    lines = tuple(
        billing.notice_line(held[line.order_line], line.quantity, customer, order.currency)
        for line in case.lines
        if line.order_line in held
    )
    notice = ReturnNotice(
        kind=NoticeKind.OTHER,
        customer=billing.addressee(customer),
        reference=case.number or shown(case.id),
        number=case.number or shown(case.id),
        form=form,
        po_number=order.po_number or order.number,
        invoice=case.invoice or "",
        lines=lines,
    )
    about = (shown(case.id), order.number, *((case.invoice,) if case.invoice else ()))
    mailing.send(desk, notice, customer, intent=f"return:{case.id}:{form}", about=about, answer=False)
