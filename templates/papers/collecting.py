"""Papers about late payment: the charge with its calculation, the payment plan, the letter on late payment."""

from __future__ import annotations

from agent.domain.collecting_notices import ChargeNotice, PlanForm, PlanNotice, PolicyLetter
from agent.domain.notices import Company
from templates.notices import collecting
from templates.papers.account import as_paper
from templates.papers.invoice import payment
from templates.papers.paper import Paper, present
from templates.words import Words


def charge_paper(notice: ChargeNotice, words: Words, company: Company) -> Paper:
    table = collecting.charge_table(notice, words)
    return Paper(
        heading=words.say("late_charge.heading_fee" if notice.fee else "late_charge.heading"),
        number=notice.number,
        dated=notice.issued_on,
        customer=notice.customer,
        facts=present(
            (words.say("label.date"), words.day(notice.issued_on)),
            (words.say("label.customer_number"), notice.customer.number),
            (words.say("label.invoice"), ", ".join(notice.invoices)),
        ),
        intro=collecting.charge_intro(notice, words),
        highlights=(
            (words.say("label.amount_due"), words.money(notice.total)),
            (words.say("label.due_on"), words.day(notice.due_on)),
        ),
        table=as_paper(table) if table.rows else None,
        sums=table.foot,
        notes=collecting.charge_basis(notice, words),
        payment=payment(company, words, notice.number),
    )


def plan_paper(notice: PlanNotice, words: Words, company: Company) -> Paper:
    table = collecting.plan_table(notice, words)
    plan = f"PP{notice.plan}"
    return Paper(
        heading=words.say("payment_plan.heading"),
        number=plan,
        dated=notice.rows[0].due_on,
        customer=notice.customer,
        facts=present(
            (words.say("payment_plan.invoices"), ", ".join(notice.invoices)),
            (words.say("label.customer_number"), notice.customer.number),
        ),
        intro=(words.say(f"payment_plan.intro_{PlanForm.AGREED}"),),
        highlights=((words.say("payment_plan.left"), words.money(notice.left)),),
        table=as_paper(table),
        sums=table.foot,
        payment=payment(company, words, collecting.plan_reference(notice)),
    )


def late_payment_paper(notice: PolicyLetter, words: Words, company: Company) -> Paper:
    who = (company.contact_name or words.say("letter.team"), company.name)
    return Paper(
        heading=words.say("policy_letter.title"),
        number="",
        dated=notice.as_of,
        customer=notice.customer,
        facts=present(
            (words.say("label.date"), words.day(notice.as_of)),
            (words.say("label.customer_number"), notice.customer.number),
        ),
        intro=(words.say("policy_letter.intro"), *(f"•  {point}" for point in collecting.policy_points(notice, words))),
        notes=(words.say("policy_letter.outro"),),
        closing=(words.say("letter.closing"), "", *who),
    )
