"""Late interest and fixed sums: worked out, proposed to a person, charged once as a document of their own, or waived."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from agent import rates
from agent.booking.desk import Desk
from agent.booking.invoices.invoicing import add_invoice_keys
from agent.booking.letters import mailing
from agent.domain import billing
from agent.domain.codec import from_plain, to_plain
from agent.domain.collecting import InterestRule
from agent.domain.collecting_notices import ChargeNotice, ChargeRow
from agent.domain.decisions import Candidate, MatchException, QueueKind, Reason
from agent.domain.errors import NotFound, Refused
from agent.domain.interest import Law, RateMissing, Sheet, by_agreement, sheet_of
from agent.domain.ledger import Account, JournalEntry, Posting
from agent.domain.money import Money
from agent.domain.notices import NoticeKind
from agent.domain.receivables import Customer, InvoiceType, OpenItem
from agent.store import blobs, charges, collecting, invoices, ledger, master, outbound, sequences, work
from templates.pdf import charge_pdf

_DAY = timedelta(days=1)


def law_of(desk: Desk, customer: Customer) -> Law:
    """The law or agreement under which a customer owes anything for late payment; Refused with the reason where none."""
    terms = collecting.terms_of(desk.tx, customer.number)
    if terms.interest is InterestRule.NONE:
        raise Refused(f"{customer.number} is never charged for late payment (customers terms)")
    tables = rates.load(desk.settings.home)
    code = terms.law or desk.settings.interest.law or desk.settings.company.country
    law = tables.law(code)
    if terms.interest_percent is not None and terms.interest is not InterestRule.STATUTE:
        return by_agreement(law, terms.interest_percent)
    if law is None:
        raise Refused(
            f"there is no table for the law of {code}: add it to {rates.FILE_NAME} in the home, or set [interest] law"
        )
    if law.needs_agreement:
        raise Refused(
            f"under the law of {law.code} nothing is charged without an agreement: "
            f"`ar-agent customers terms {customer.number} --interest-percent N` says what was agreed"
        )
    return law


def work_out(desk: Desk, item: OpenItem, customer: Customer, *, to_on: date | None = None) -> Sheet | None:
    """The calculation for the days that nobody has decided on yet; None where there are none. Raises RateMissing, Refused."""
    law = law_of(desk, customer)
    if item.type is not InvoiceType.INVOICE or item.due_on is None:
        raise Refused(f"{item.number} has no due date: nothing can be late")
    moves = charges.reductions(desk.tx, item.number)
    last = to_on or desk.today
    if item.open.minor <= 0 and moves:
        last = min(last, max(day for day, _ in moves))
    done = charges.decided_until(desk.tx, item.number)
    disputed = item.disputed or Money.zero(item.currency)
    principal = Money(charges.opened_with(desk.tx, item.number), item.currency) - disputed
    due_on = item.schedule[-1].due_on if item.schedule else item.due_on
    if principal.minor <= 0:
        return None
    sheet = sheet_of(
        law, rates.load(desk.settings.home).rates, principal=principal, due_on=due_on, to_on=last, reductions=moves
    )
    if done is not None:
        sheet = _after(sheet, done, principal)
    if charges.fixed_sum_taken(desk.tx, item.number) or not desk.settings.interest.compensation:
        sheet = Sheet(
            law=sheet.law, due_on=due_on, segments=sheet.segments, interest=sheet.interest,
            compensation=Money.zero(item.currency), source=sheet.source,
        )  # fmt: skip
    return sheet if sheet.segments else None


def _after(whole: Sheet, done: date, principal: Money) -> Sheet:
    """Of a calculation the days after those that were decided on; the rates stay those of the whole."""
    segments = []
    for one in whole.segments:
        begin = max(one.from_on, done + _DAY)
        if begin <= one.to_on:
            segments.append(type(one)(begin, one.to_on, one.principal, one.percent))
    exact = sum((s.principal.amount * s.percent * s.days for s in segments), start=principal.amount * 0) / 36500
    return Sheet(
        law=whole.law,
        due_on=whole.due_on,
        segments=tuple(segments),
        interest=Money.rounded(exact, principal.currency),
        compensation=whole.compensation,
        source=whole.source,
    )


def propose(desk: Desk, number: str, *, to_on: date | None = None) -> int | None:
    """Put a charge for one item before a person; None where nothing is owed. Raises RateMissing, Refused."""
    item = next(iter(invoices.items_by_number(desk.tx, [number])), None)
    if item is None:
        raise NotFound("invoice", number, "see `ar-agent invoices list`")
    (customer,) = master.customers_by_number(desk.tx, [item.customer])
    master.lock(desk.tx, (customer.number,))  # of two who propose at the same moment the second finds it done
    sheet = work_out(desk, item, customer, to_on=to_on)
    if sheet is None or sheet.total.minor <= 0:
        return None
    charge = charges.add(
        desk.tx,
        {
            "customer": customer.number,
            "invoice": item.number,
            "law": sheet.law,
            "currency": item.currency,
            "from_on": sheet.segments[0].from_on,
            "to_on": sheet.segments[-1].to_on,
            "interest_minor": sheet.interest.minor,
            "compensation_minor": sheet.compensation.minor,
            "status": "proposed",
            "sheet": to_plain(sheet),
            "created_at": desk.now,
        },
    )
    exception = MatchException(
        code="late_charge",
        kind=QueueKind.OTHER,
        summary=f"{customer.name}: {item.number} is late since {sheet.due_on.isoformat()}; interest {sheet.interest} and a "
        f"fixed sum of {sheet.compensation} could be charged ({sheet.source or 'by agreement'}). See `ar-agent charges show LP{charge}`",
        customer=customer.number,
        amount=sheet.total,
        candidates=(
            Candidate(
                n=1,
                invoice=item.number,
                amount=sheet.total,
                confidence=1.0,
                evidence=tuple(Reason("interest", _line(segment)) for segment in sheet.segments),
            ),
        ),
    )
    desk.queue(exception, subject_type="charge", subject=charge)
    desk.record("proposed", "charge", f"LP{charge}", invoice=item.number, total=sheet.total.plain())
    return charge


def _line(segment: Any) -> str:
    return (
        f"{segment.principal} x {segment.percent} % x {segment.days} days "
        f"({segment.from_on.isoformat()} to {segment.to_on.isoformat()}) / 365"
    )


def propose_due(desk: Desk) -> list[dict[str, Any]]:
    """Propose charges for all items that reached the level of the settings; what lacks a rate is asked for once."""
    rule = desk.settings.interest
    told: list[dict[str, Any]] = []
    if not rule.propose:
        return told
    for number in charges.reached(desk.tx, rule.from_level):
        (item,) = invoices.items_by_number(desk.tx, [number])
        (customer,) = master.customers_by_number(desk.tx, [item.customer])
        try:
            sheet = work_out(desk, item, customer)
        except Refused:
            continue  # no law or agreement lets us: nothing is offered, printed or charged
        except RateMissing as missing:
            told += _rate_missing(desk, missing)
            continue
        if sheet is None or sheet.total.amount < rule.minimum:
            continue
        charge = propose(desk, number)
        if charge is None:
            continue
        told.append({"event": "late_charge", "charge": f"LP{charge}", "invoice": number, "customer": customer.number})
    return told


def _rate_missing(desk: Desk, missing: RateMissing) -> list[dict[str, Any]]:
    subject = f"{missing.series}:{missing.half_year.isoformat()}"
    if work.open_of_subject(desk.tx, "rate", subject):
        return []
    exception = MatchException(code="rate_missing", kind=QueueKind.OTHER, summary=str(missing))
    number = desk.queue(exception, subject_type="rate", subject=subject)
    return [{"event": "rate_missing", "queue": f"Q{number}", "rate": subject}]


def charge(desk: Desk, number: int) -> str:
    """Charge what was proposed: a document with the calculation, booked and mailed once; return its number."""
    row = charges.row_of(desk.tx, number)
    if row.status != "proposed":
        raise Refused(f"LP{number} is {row.status} already")
    (customer,) = master.customers_by_number(desk.tx, [row.customer])
    sheet = from_plain(Sheet, row.sheet)
    notice = notice_of(desk, customer, row.invoice, sheet, next_number(desk))
    document = _issue(desk, customer, notice)
    charges.change(
        desk.tx, number, status="charged", document=document, decided_by=desk.cause.name, decided_at=desk.now
    )
    mailing.send(desk, notice, customer, intent=f"late_charge:{document}", about=(document, row.invoice), answer=False)
    desk.record("charged", "charge", f"LP{number}", document=document, total=sheet.total.plain())
    return document


def notice_of(desk: Desk, customer: Customer, invoice: str, sheet: Sheet, number: str) -> ChargeNotice:
    """A calculation as a paper shows it."""
    rows = tuple(
        ChargeRow(
            invoice=invoice,
            from_on=s.from_on,
            to_on=s.to_on,
            days=s.days,
            principal=s.principal,
            percent=s.percent,
            part=s.principal.amount * s.percent * s.days / 36500,
        )
        for s in sheet.segments
    )
    return ChargeNotice(
        kind=NoticeKind.INVOICE,
        customer=billing.addressee(customer),
        reference=number,
        number=number,
        issued_on=desk.today,
        due_on=desk.today + timedelta(days=desk.settings.interest.due_days),
        currency=sheet.interest.currency,
        rows=rows,
        interest=sheet.interest,
        compensation=sheet.compensation or None,
        total=sheet.total,
        source=sheet.source,
        invoices=(invoice,),
    )


def next_number(desk: Desk) -> str:
    return sequences.next_number(desk.tx, "late_charge", desk.settings.numbering.late_charge)


def issue_fee(desk: Desk, customer: Customer, fee: Money) -> str:
    """A reminder fee that the policy names, as a document of its own; it goes with the reminder that it is for."""
    number = next_number(desk)
    notice = ChargeNotice(
        kind=NoticeKind.INVOICE,
        customer=billing.addressee(customer),
        reference=number,
        number=number,
        issued_on=desk.today,
        due_on=desk.today + timedelta(days=desk.settings.interest.due_days),
        currency=fee.currency,
        fee=fee,
        total=fee,
    )
    return _issue(desk, customer, notice)


def _issue(desk: Desk, customer: Customer, notice: ChargeNotice) -> str:
    """Write a charge to the books: an open item without tax, its entry, and the paper as it leaves."""
    paper = charge_pdf(notice, mailing.language_of(desk, customer), desk.company)
    item = OpenItem(
        number=notice.number,
        type=InvoiceType.INVOICE,
        customer=customer.number,
        currency=notice.currency,
        total=notice.total,
        open=notice.total,
        net=notice.total,
        tax=Money.zero(notice.currency),
        issued_on=notice.issued_on,
        due_on=notice.due_on,
    )
    invoices.add_invoice(
        desk.tx, item, document=None, pdf_sha256=blobs.keep(desk.tx, paper), delivery=None, message=desk.message,
        imported=False, now=desk.now,
    )  # fmt: skip
    add_invoice_keys(desk, item.number, item.customer, (item.number,))
    ledger.post(desk.tx, charge_entry(item), desk.cause, desk.now)
    desk.outcome.effect("invoice", item.number)
    desk.record("issued", "invoice", item.number, total=item.total.plain(), currency=item.currency)
    return item.number


def charge_entry(item: OpenItem) -> JournalEntry:
    """Debit receivables, credit fees."""
    assert item.issued_on is not None
    return JournalEntry(
        booked_on=item.issued_on,
        reason=f"{item.number} charged for late payment",
        postings=(
            Posting(account=Account.RECEIVABLES, amount=item.total, customer=item.customer, invoice=item.number),
            Posting(account=Account.FEES, amount=-item.total, customer=item.customer),
        ),
    )


def waive(desk: Desk, number: int, *, note: str | None = None) -> None:
    """Charge nothing for these days: a proposal is dropped, a charge that nothing was paid on is taken back."""
    row = charges.row_of(desk.tx, number)
    if row.status == "waived":
        raise Refused(f"LP{number} is waived already")
    if row.document:
        (item,) = invoices.items_by_number(desk.tx, [row.document])
        if item.open != item.total:
            raise Refused(
                f"{row.document} is paid in part: credit the rest with `ar-agent disputes resolve --by write_off`"
            )
        entry = charge_entry(item)
        back = JournalEntry(
            booked_on=desk.today,
            reason=f"{item.number} waived: {note or 'no reason given'}"[:400],
            postings=tuple(
                Posting(account=p.account, amount=-p.amount, customer=p.customer, invoice=p.invoice)
                for p in entry.postings
            ),
        )
        ledger.post(desk.tx, back, desk.cause, desk.now)
        invoices.change_open(desk.tx, item.number, -item.open, closed_by="credit")
        desk.record("waived", "invoice", item.number, note=note)
    charges.change(desk.tx, number, status="waived", decided_by=desk.cause.name, decided_at=desk.now)
    work.close_of_subject(desk.tx, "charge", str(number), owner=desk.cause.name, now=desk.now)
    desk.record("waived", "charge", f"LP{number}", note=note)


def take_back(desk: Desk, number: int) -> None:
    """Undo the decision on a proposal: it is a proposal again, and what it charged is off the books."""
    row = charges.row_of(desk.tx, number)
    if row.status == "charged":
        for mail in outbound.find(desk.tx, about=row.document, status="queued"):
            outbound.retract(desk.tx, mail.id, reason="the charge was undone", cause=desk.cause, now=desk.now)
        waive(desk, number, note="the decision was undone")
    charges.change(desk.tx, number, status="proposed", document=None, decided_by=None, decided_at=None)
    desk.record("proposed", "charge", f"LP{number}", again=True)


def shown(row: Any) -> dict[str, Any]:
    """A charge as `charges list` prints it."""
    sheet = from_plain(Sheet, row.sheet)
    return {
        "charge": f"LP{row.id}",
        "customer": row.customer,
        "invoice": row.invoice,
        "law": row.law,
        "currency": row.currency,
        "from": row.from_on.isoformat(),
        "to": row.to_on.isoformat(),
        "interest": sheet.interest.plain(),
        "compensation": sheet.compensation.plain(),
        "total": sheet.total.plain(),
        "status": row.status,
        "document": row.document,
        "source": sheet.source or f"agreed: {sheet.segments[0].percent} % a year",
        "segments": [
            {
                "from": s.from_on.isoformat(),
                "to": s.to_on.isoformat(),
                "days": s.days,
                "principal": s.principal.plain(),
                "percent": str(s.percent),
            }
            for s in sheet.segments
        ],
    }


__all__ = ["charge", "issue_fee", "propose", "propose_due", "shown", "take_back", "waive", "work_out"]
