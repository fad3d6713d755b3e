"""Mails that ask for nothing: statements on their day, thanks for payments, early-payment offers, how we handle late payment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from agent import rates
from agent.booking.desk import Desk
from agent.booking.letters import mailing, statements
from agent.collecting import charging, interlocks
from agent.collecting.policy import policy_of
from agent.domain import billing
from agent.domain.collecting_notices import OfferNotice, OfferRow, PolicyLetter
from agent.domain.errors import Refused
from agent.domain.interest import compensation_of
from agent.domain.money import Money
from agent.domain.notices import AdviceNotice, AdviceRow, NoticeKind
from agent.domain.receivables import Customer, InvoiceType
from agent.store import cash, collecting, events, invoices, master, outbound, stops


def send_periodic_statement(desk: Desk, number: str) -> list[int]:
    """The statement of a customer whose day it is, once that day; nothing where nothing is open."""
    (customer,) = master.customers_by_number(desk.tx, [number])
    if stops.legal_stop_of(desk.tx, number) is not None or interlocks.in_shadow(desk, customer):
        return []
    if not invoices.open_items_of(desk.tx, [number]):
        return []
    intent = f"statement:{number}:periodic:{desk.today.isoformat()}"
    return statements.send_statement(desk, customer, intent=intent, answer=False)


def thank(desk: Desk) -> list[int]:
    """Thank for money that came since the last days and settled what it named: one mail a receipt, once."""
    if not desk.settings.cash.thanks:
        return []
    sent = []
    for row in cash.applied_receipts_since(desk.tx, desk.today - timedelta(days=3)):
        customer = next(iter(master.customers_by_number(desk.tx, [row.customer])), None)
        parts = cash.applications_of(desk.tx, [row.id])
        if customer is None or not parts or interlocks.in_shadow(desk, customer):
            continue
        notice = AdviceNotice(
            kind=NoticeKind.RECEIPT_THANKS,
            customer=billing.addressee(customer),
            reference=customer.number,
            payment_reference=row.bank_reference or "",
            paid_on=row.received_on,
            currency=row.currency,
            total=Money(row.amount_minor, row.currency),
            rows=tuple(
                AdviceRow(
                    reference=part.invoice,
                    invoice=part.invoice,
                    amount=Money(part.amount_minor, row.currency),
                    discount=Money(part.discount_minor, row.currency) if part.discount_minor else None,
                )
                for part in parts
            ),
            unapplied=Money(row.unapplied_minor, row.currency) if row.unapplied_minor > 0 else None,
        )
        about = (f"R{row.id}", *dict.fromkeys(part.invoice for part in parts))
        number = mailing.send(desk, notice, customer, intent=f"thanks:R{row.id}", about=about, answer=False)
        sent += [number] if number is not None else []
    return sent


def offer(desk: Desk, customer: Customer, named: Iterable[str], *, percent: Decimal, until: date) -> int | None:
    """Offer a discount on open invoices for paying until a day: it is earned like one of the terms."""
    if not Decimal(0) < percent <= 20 or until <= desk.today:
        raise Refused("an offer is more than 0 and at most 20 per cent, until a day that is still to come")
    items = invoices.items_by_number(desk.tx, named)
    wrong = [
        i.number
        for i in items
        if i.customer != customer.number or i.free.minor <= 0 or i.type is not InvoiceType.INVOICE
    ]
    if wrong or not items or len(items) != len(set(named)):
        raise Refused(f"{', '.join(wrong) or 'nothing'} is no open invoice of {customer.number}")
    currencies = {item.currency for item in items}
    if len(currencies) > 1:
        raise Refused("an offer is in one currency: make one for each")
    better = [
        i.number
        for i in items
        if i.discount_percent and i.discount_until and i.discount_until >= desk.today and i.discount_percent > percent
    ]
    if better:
        raise Refused(f"{better[0]} has a higher discount already, until a day that is still to come")
    rows = []
    for item in items:
        was = (str(item.discount_percent) if item.discount_percent else None, item.discount_until)
        invoices.set_discount(desk.tx, item.number, percent, until)
        desk.record("offered", "invoice", item.number, percent=str(percent), until=until, was=was)
        # A discount is worked out as matching grants it: on the whole of the invoice.
        saving = Money.rounded(item.free.amount * percent / 100, item.currency)
        rows.append(
            OfferRow(
                invoice=item.number,
                po_number=item.po_number or "",
                open=item.free,
                percent=percent,
                until=until,
                saving=saving,
            )
        )
    notice = OfferNotice(
        kind=NoticeKind.OTHER,
        customer=billing.addressee(customer),
        reference=customer.number,
        currency=currencies.pop(),
        rows=tuple(rows),
    )
    key = "+".join(sorted(row.invoice for row in rows))
    return mailing.send(
        desk, notice, customer, intent=f"offer:{key}:{percent}:{until.isoformat()}:{desk.now.isoformat()}",
        about=tuple(row.invoice for row in rows), answer=False,
    )  # fmt: skip


def withdraw(desk: Desk, customer: Customer, named: Iterable[str]) -> None:
    """Take an offer back whose mail has not left; one that the customer has stands until its day."""
    for item in invoices.items_by_number(desk.tx, named):
        trail = [row for row in events.trail(desk.tx, [("invoice", item.number)]) if row["action"] in _OFFERS]
        if item.customer != customer.number or not trail or trail[-1]["action"] != "offered":
            raise Refused(f"{item.number}: no offer stands on it")
        data = trail[-1]["data"]
        mails = [m for m in outbound.find(desk.tx, about=item.number, kind="other") if m.intent.startswith("offer:")]
        if any(mail.status not in ("queued", "held", "cancelled") for mail in mails):
            raise Refused(f"{item.number}: the offer was sent; it stands until {data['until']}")
        for mail in mails:
            if mail.status != "cancelled":
                outbound.cancel(desk.tx, mail.id, reason="the offer was withdrawn", cause=desk.cause, now=desk.now)
        percent, until = data["was"]
        invoices.set_discount(
            desk.tx,
            item.number,
            Decimal(percent) if percent else None,
            date.fromisoformat(until) if until else None,
        )
        desk.record("withdrawn", "invoice", item.number, percent=data["percent"])


_OFFERS = ("offered", "withdrawn")


def policy_letter(desk: Desk, customer: Customer) -> PolicyLetter:
    """How we handle late payment by this customer, as our settings and its terms say."""
    policy = policy_of(desk.settings, customer, collecting.terms_of(desk.tx, customer.number), desk.today)
    source, fixed = "", None
    if desk.settings.interest.propose:
        try:
            law = charging.law_of(desk, customer)
        except Refused:
            law = None
        if law is not None:
            source = law.source or f"{law.margin} %"
            table = rates.load(desk.settings.home).law(law.code)
            debt = Money.of(Decimal(1), customer.currency)
            fixed = compensation_of(law, debt) if table and desk.settings.interest.compensation else None
    return PolicyLetter(
        kind=NoticeKind.OTHER,
        customer=billing.addressee(customer),
        reference=customer.number,
        as_of=desk.today,
        grace_days=policy.rule.grace_days,
        levels=policy.rule.levels,
        interest_source=source,
        compensation=fixed or None,
    )


def send_policy_letter(desk: Desk, customer: Customer) -> int | None:
    """Send the letter, once a day at most."""
    intent = f"policy_letter:{customer.number}:{desk.today.isoformat()}"
    return mailing.send(
        desk, policy_letter(desk, customer), customer, intent=intent, about=(customer.number,), answer=False
    )
