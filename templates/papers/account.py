"""The papers that list open items: the statement of account and the letter of the last reminders."""

from __future__ import annotations

from agent.domain.notices import Company, ReminderNotice, StatementNotice
from templates.blocks import Table
from templates.notices import reminders, statements
from templates.papers.invoice import payment
from templates.papers.paper import Paper, PaperCell, PaperColumn, PaperTable, breakable, present
from templates.words import Words


def statement_paper(notice: StatementNotice, words: Words, company: Company) -> Paper:
    return Paper(
        heading=words.say("paper.statement"),
        number="",
        dated=notice.as_of,
        customer=notice.customer,
        facts=present(
            (words.say("label.date"), words.day(notice.as_of)),
            (words.say("label.customer_number"), notice.customer.number),
            (words.say("label.your_tax_id"), notice.customer.tax_id),
        ),
        intro=(words.say("statement.intro", date=words.day(notice.as_of)),),
        highlights=(
            (words.say("label.balance"), words.money(notice.balance)),
            (words.say("label.overdue"), words.money(notice.overdue)),
        ),
        table=as_paper(statements.table(notice, words)),
        sums=statements.sums(notice, words),
        notes=() if notice.rows else (words.say("statement.empty"),),
        payment=payment(company, words, notice.customer.number) if notice.balance.minor > 0 else None,
    )


def reminder_paper(notice: ReminderNotice, words: Words, company: Company) -> Paper:
    highlights = [(words.say("label.total_due"), words.money(notice.total_due))]
    if notice.deadline:
        highlights.append((words.say("paper.deadline"), words.day(notice.deadline)))
    deadline = words.say("reminder.deadline", date=words.day(notice.deadline)) if notice.deadline else ""
    who = (company.contact_name or words.say("letter.team"), company.name)
    return Paper(
        heading=words.say(f"reminder.title_{reminders.form_of(notice)}"),
        number="",
        dated=notice.as_of,
        customer=notice.customer,
        facts=present(
            (words.say("label.date"), words.day(notice.as_of)),
            (words.say("label.reference"), notice.reference),
            (words.say("label.customer_number"), notice.customer.number),
        ),
        intro=reminders.opening(notice, words),
        highlights=tuple(highlights),
        table=as_paper(reminders.table(notice, words)),
        sums=reminders.sums(notice, words),
        notes=tuple(note for note in (deadline, words.say("reminder.crossed")) if note),
        payment=payment(company, words, reminders.payment_reference(notice)),
        closing=(words.say("letter.closing"), "", *who),
    )


def as_paper(table: Table) -> PaperTable:
    """The table of a mail with its first column wide and what stands under its first line set smaller."""
    columns = tuple(PaperColumn(c.title, right=c.right, wide=at == 0) for at, c in enumerate(table.columns))
    return PaperTable(columns, tuple(_row(row) for row in table.rows))


def _row(row: tuple[str, ...]) -> tuple[PaperCell | str, ...]:
    return (_headed(row[0]), *(breakable(cell) for cell in row[1:]))


def _headed(cell: str) -> PaperCell:
    head, *rest = cell.split("\n")
    return PaperCell(breakable(head), tuple(breakable(line) for line in rest))
