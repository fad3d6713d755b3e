"""Payment reminders: one mail for all that is due, friendlier or firmer by level, never a threat."""

from __future__ import annotations

from agent.domain.notices import Company, ReminderNotice, StatementRow
from templates.blocks import Block, Column, Paragraph, Quick, Table, View, joined
from templates.notices.invoices import bank
from templates.notices.orders import in_currency
from templates.words import Words

LEVELS = 4
_NAMED = 3  # invoices named in a subject or payment reference
LETTER_FROM = 3  # from this level a letter as PDF is attached


def view(notice: ReminderNotice, words: Words, company: Company) -> View:
    title = words.say(f"reminder.title_{level_of(notice)}")
    blocks: list[Block] = [Paragraph(text) for text in opening(notice, words)]
    blocks.append(table(notice, words))
    if notice.deadline:
        blocks.append(Paragraph(words.say("reminder.deadline", date=words.day(notice.deadline)), strong=True))
    blocks += bank(company, words, payment_reference(notice))
    blocks.append(Paragraph(words.say("reminder.crossed")))
    keys = ("quick_pay", "quick_paid", "quick_dispute", "quick_copy")
    blocks.append(Quick(words.say("letter.quick"), tuple(words.say(f"reminder.{key}") for key in keys)))
    return View(_subject(title, notice, words), title, tuple(blocks), notice.reference or notice.customer.number)


def level_of(notice: ReminderNotice) -> int:
    return min(max(notice.level, 1), LEVELS)


def opening(notice: ReminderNotice, words: Words) -> tuple[str, ...]:
    return (words.say(f"reminder.intro_{level_of(notice)}"),)


def _numbers(notice: ReminderNotice) -> tuple[str, ...]:
    return tuple(row.invoice for row in notice.rows[:_NAMED])


def payment_reference(notice: ReminderNotice) -> str:
    """What to write on the transfer: the invoices where they fit in one line, else the customer's number."""
    invoices = tuple(row.invoice for row in notice.rows if row.open.minor > 0)
    return ", ".join(invoices) if 0 < len(invoices) <= _NAMED else notice.customer.number


def _subject(title: str, notice: ReminderNotice, words: Words) -> tuple[str, ...]:
    named = ", ".join(_numbers(notice))
    if len(notice.rows) > len(_numbers(notice)):
        named = words.say("subject.more", invoices=named, n=str(len(notice.rows) - len(_numbers(notice))))
    po = notice.rows[0].po_number if len(notice.rows) == 1 else ""
    reference = notice.reference if notice.reference not in named else ""
    return (title, named, words.say("subject.po", po=po) if po else "", reference)


def table(notice: ReminderNotice, words: Words) -> Table:
    columns = (
        Column(words.say("label.invoice")),
        Column(words.say("label.po_number")),
        Column(words.say("label.due_on")),
        Column(words.say("label.days_overdue"), right=True),
        Column(in_currency(words, "open", notice.currency), right=True),
    )
    return Table(columns, tuple(_row(row, words) for row in notice.rows), sums(notice, words))


def _row(row: StatementRow, words: Words) -> tuple[str, ...]:
    return (
        joined(row.invoice, remark(row, words)),
        row.po_number,
        words.short_day(row.due_on),
        str(row.days_overdue) if row.days_overdue > 0 else "",
        words.amount(row.open),
    )


def remark(row: StatementRow, words: Words) -> str:
    """What of an item is not asked for: disputed or already announced."""
    disputed = words.say("reminder.disputed", amount=words.money(row.disputed)) if row.disputed else ""
    announced = words.say("reminder.announced", amount=words.money(row.announced)) if row.announced else ""
    return joined(disputed, announced, by=" ")


def sums(notice: ReminderNotice, words: Words) -> tuple[tuple[str, str], ...]:
    """What adds to or takes from the items; the last row is what we ask for, with all of it included."""
    rows = []
    if notice.unapplied:
        rows.append((words.say("label.unapplied"), words.money(-abs(notice.unapplied))))
    if notice.fee:
        rows.append((words.say("label.fee"), words.money(notice.fee)))
    if notice.interest:
        rows.append((words.say("label.interest"), words.money(notice.interest)))
    rows.append((words.say("label.total_due"), words.money(notice.total_due)))
    return tuple(rows)
