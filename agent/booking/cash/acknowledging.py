"""Saying what we understood of a payment advice, where the settings want it: once an advice, and never to a machine."""

from __future__ import annotations

from agent import numbers
from agent.booking.desk import Desk
from agent.booking.letters import mailing
from agent.booking.letters.addressing import belongs
from agent.domain import billing
from agent.domain.decisions import RemittanceDecision
from agent.domain.documents import Nature, RemittanceAdvice
from agent.domain.money import Money, total
from agent.domain.notices import AdviceNotice, AdviceRow, NoticeKind
from agent.store import master


def acknowledge(desk: Desk, document: RemittanceAdvice, decision: RemittanceDecision, advice: int) -> int | None:
    """Tell a known customer's person how their advice was understood; return the mail's number."""
    facts = desk.facts
    if not desk.settings.replies.acknowledge_advices or not desk.sender.trusted or not decision.allocations:
        return None
    if facts is None or facts.nature is not Nature.CUSTOMER or facts.no_answer_reason or not facts.from_address:
        return None
    customer = next(iter(master.customers_by_number(desk.tx, [decision.customer or ""])), None)
    if customer is None or not belongs(facts.from_address, customer):
        return None
    currency = decision.allocations[0].cash.currency
    rows = tuple(
        AdviceRow(
            reference=one.reference or one.invoice,
            invoice=one.invoice,
            amount=one.cash,
            discount=one.discount or None,
            deduction=one.deduction or None,
        )
        for one in decision.allocations
        if one.cash.currency == currency
    )
    shown = str(numbers.show(numbers.ADVICE, advice))
    notice = AdviceNotice(
        kind=NoticeKind.ADVICE_ACKNOWLEDGEMENT,
        customer=billing.addressee(customer),
        reference=shown,
        payment_reference=document.payment_reference or "",
        paid_on=document.paid_on,
        currency=currency,
        total=decision.total or total([row.amount for row in rows], currency),
        rows=rows,
        unapplied=decision.on_account if isinstance(decision.on_account, Money) and decision.on_account else None,
    )
    about = (shown, *dict.fromkeys(row.invoice for row in rows))
    return mailing.send(desk, notice, customer, intent=f"advice_acknowledgement:{advice}", about=about)
