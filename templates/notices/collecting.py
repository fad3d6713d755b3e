"""Charges for late payment, payment plans, early-payment offers, and the letter on late payment."""

from __future__ import annotations

from decimal import Decimal

from agent.domain.collecting_notices import ChargeNotice, OfferNotice, PlanForm, PlanNotice, PolicyLetter
from agent.domain.money import decimals_of, round_half_up
from agent.domain.notices import Company, Notice
from templates.blocks import Block, Bullets, Column, Paragraph, Table, View, facts
from templates.errors import NoTemplate
from templates.notices import kit
from templates.notices.invoices import bank
from templates.notices.orders import in_currency
from templates.words import Words

_EXACT = 4  # decimals of a part of the interest that is not rounded yet


def view(notice: Notice, words: Words, company: Company) -> View:
    match notice:
        case ChargeNotice():
            return charge_view(notice, words, company)
        case PlanNotice():
            return plan_view(notice, words, company)
        case OfferNotice():
            return offer_view(notice, words, company)
        case PolicyLetter():
            return policy_view(notice, words)
        case _:
            raise NoTemplate(notice)


def charge_view(notice: ChargeNotice, words: Words, company: Company) -> View:
    title = charge_title(notice, words)
    blocks: list[Block] = [Paragraph(text) for text in charge_intro(notice, words)]
    blocks.append(
        facts(
            (words.say("label.date"), words.day(notice.issued_on)),
            (words.say("label.due_on"), words.day(notice.due_on)),
            (words.say("label.invoice"), ", ".join(notice.invoices)),
        )
    )
    blocks.append(charge_table(notice, words))
    blocks += [Paragraph(text) for text in charge_basis(notice, words)]
    blocks += bank(company, words, notice.number)
    return View((title, ", ".join(notice.invoices[:3])), title, tuple(blocks), notice.number)


def charge_title(notice: ChargeNotice, words: Words) -> str:
    return words.say("late_charge.title_fee" if notice.fee else "late_charge.title", number=notice.number)


def charge_intro(notice: ChargeNotice, words: Words) -> tuple[str, ...]:
    return (words.say("late_charge.intro_fee" if notice.fee else "late_charge.intro"),)


def charge_basis(notice: ChargeNotice, words: Words) -> tuple[str, ...]:
    basis = words.say("late_charge.basis", source=notice.source) if notice.source else ""
    if notice.rows and not notice.source:
        basis = words.say("late_charge.basis_agreed", percent=words.percent(notice.rows[0].percent))
    method = words.say("late_charge.method") if notice.rows else ""
    return tuple(text for text in (basis, method, words.say("late_charge.no_tax")) if text)


def charge_table(notice: ChargeNotice, words: Words) -> Table:
    columns = (
        Column(words.say("label.invoice")),
        Column(words.say("late_charge.period")),
        Column(words.say("late_charge.days"), right=True),
        Column(in_currency(words, "amount", notice.currency), right=True),
        Column(words.say("late_charge.rate"), right=True),
        Column(words.say("label.interest"), right=True),
    )
    rows = tuple(
        (
            row.invoice,
            f"{words.short_day(row.from_on)} – {words.short_day(row.to_on)}",
            str(row.days),
            words.amount(row.principal),
            words.percent(row.percent),
            words.number(_shown(row.part, notice.currency)),
        )
        for row in notice.rows
    )
    return Table(columns if rows else (), rows, charge_sums(notice, words))


def _shown(part: Decimal, currency: str) -> Decimal:
    return round_half_up(part, max(_EXACT, decimals_of(currency)))


def charge_sums(notice: ChargeNotice, words: Words) -> tuple[tuple[str, str], ...]:
    rows = [
        (words.say(f"label.{name}" if name != "compensation" else "late_charge.compensation"), words.money(amount))
        for name, amount in (
            ("interest", notice.interest),
            ("compensation", notice.compensation),
            ("fee", notice.fee),
        )
        if amount
    ]
    return (*rows, (words.say("label.total_due"), words.money(notice.total)))


def plan_view(notice: PlanNotice, words: Words, company: Company) -> View:
    plan = f"PP{notice.plan}"
    title = words.say(f"payment_plan.title_{notice.form}", plan=plan)
    blocks: list[Block] = [Paragraph(words.say(f"payment_plan.intro_{notice.form}"))]
    blocks.append(facts((words.say("payment_plan.invoices"), ", ".join(notice.invoices))))
    if notice.form is not PlanForm.KEPT:
        blocks.append(plan_table(notice, words))
        if notice.late:
            late = words.say("payment_plan.late", amount=words.money(notice.late))
            blocks.append(Paragraph(late, strong=True))
        blocks += bank(company, words, plan_reference(notice))
    return View((title,), title, tuple(blocks), plan)


def plan_reference(notice: PlanNotice) -> str:
    """What to write on the transfer: the invoices, which find their way by themselves, where they fit in one line."""
    return ", ".join(notice.invoices) if len(notice.invoices) <= 3 else notice.customer.number


def plan_table(notice: PlanNotice, words: Words) -> Table:
    columns = (
        Column(words.say("payment_plan.instalment")),
        Column(words.say("label.due_on")),
        Column(in_currency(words, "amount", notice.currency), right=True),
        Column(in_currency(words, "open", notice.currency), right=True),
    )
    rows = tuple(
        (str(row.n), words.short_day(row.due_on), words.amount(row.amount), words.amount(row.left))
        for row in notice.rows
    )
    return Table(columns, rows, ((words.say("payment_plan.left"), words.money(notice.left)),))


def offer_view(notice: OfferNotice, words: Words, company: Company) -> View:
    title = words.say("offer.title")
    columns = (
        Column(words.say("label.invoice")),
        Column(in_currency(words, "open", notice.currency), right=True),
        Column(words.say("label.cash_discount"), right=True),
        Column(words.say("offer.until")),
        Column(words.say("offer.pay"), right=True),
    )
    rows = tuple(
        (
            row.invoice,
            words.amount(row.open),
            f"{words.percent(row.percent)} = {words.amount(row.saving)}",
            words.short_day(row.until),
            words.amount(row.pay),
        )
        for row in notice.rows
    )
    blocks: list[Block] = [
        Paragraph(words.say("offer.intro")),
        Table(columns, rows),
        Paragraph(words.say("offer.else")),
        *bank(company, words, ", ".join(row.invoice for row in notice.rows[:3])),
        *kit.block(words, [kit.pay(words, tuple(row.invoice for row in notice.rows), notice.rows[0].until)]),
    ]
    named = ", ".join(row.invoice for row in notice.rows[:3])
    return View((title, named), title, tuple(blocks), notice.reference or notice.customer.number)


def policy_view(notice: PolicyLetter, words: Words) -> View:
    title = words.say("policy_letter.title")
    blocks: tuple[Block, ...] = (Paragraph(words.say("policy_letter.intro")), Bullets(policy_points(notice, words)))
    return View((title,), title, (*blocks, Paragraph(words.say("policy_letter.outro"))), notice.customer.number)


def policy_points(notice: PolicyLetter, words: Words) -> tuple[str, ...]:
    days = ", ".join(str(day) for day in notice.levels)
    points = [
        words.say("policy_letter.grace", days=str(notice.grace_days)) if notice.grace_days else "",
        words.say("policy_letter.reminders", days=days) if notice.levels else "",
        words.say("policy_letter.tell"),
        words.say("policy_letter.dispute"),
        words.say("policy_letter.plan"),
    ]
    if notice.interest_source:
        points.append(words.say("policy_letter.interest", source=notice.interest_source))
    else:
        points.append(words.say("policy_letter.no_interest"))
    if notice.compensation:
        points.append(words.say("policy_letter.compensation", amount=words.money(notice.compensation)))
    return tuple(point for point in points if point)
