"""Statements of account."""

from __future__ import annotations

from agent.domain.notices import StatementNotice, StatementRow
from templates.blocks import Block, Column, Paragraph, Table, View, joined
from templates.notices import kit
from templates.notices.orders import in_currency
from templates.notices.reminders import numbered, remark, shortened
from templates.words import Words


def view(notice: StatementNotice, words: Words) -> View:
    title = words.say("statement.title", date=words.day(notice.as_of))
    blocks: list[Block] = [Paragraph(words.say("statement.intro", date=words.day(notice.as_of)))]
    if not notice.rows:
        blocks.append(Paragraph(words.say("statement.empty")))
    blocks.append(shortened(table(notice, words), words))
    owed = tuple(row.invoice for row in notice.rows if row.open.minor > 0)[: kit.INVOICES_MAX]
    answers = [make(words, number) for number in owed for make in (kit.dispute, kit.copy)]
    blocks += kit.block(words, answers)
    reference = notice.reference or notice.customer.number
    return View((title, reference), title, tuple(blocks), reference)


def table(notice: StatementNotice, words: Words) -> Table:
    columns = (
        Column(words.say("label.invoice")),
        Column(words.say("label.invoice_date")),
        Column(words.say("label.due_on")),
        Column(in_currency(words, "total", notice.currency), right=True),
        Column(in_currency(words, "open", notice.currency), right=True),
    )
    if not notice.rows:
        return Table((), (), sums(notice, words))
    return Table(columns, tuple(_row(row, words) for row in notice.rows), sums(notice, words))


def _row(row: StatementRow, words: Words) -> tuple[str, ...]:
    return (
        joined(numbered(row), row.po_number and words.say("subject.po", po=row.po_number), remark(row, words)),
        words.short_day(row.issued_on),
        words.short_day(row.due_on),
        words.amount(row.total),
        words.amount(row.open),
    )


def sums(notice: StatementNotice, words: Words) -> tuple[tuple[str, str], ...]:
    rows = []
    if notice.unapplied:
        rows.append((words.say("label.unapplied"), words.money(-abs(notice.unapplied))))
    rows.append((words.say("label.overdue"), words.money(notice.overdue)))
    rows.append((words.say("label.balance"), words.money(notice.balance)))
    return tuple(rows)
