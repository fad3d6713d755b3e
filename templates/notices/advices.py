"""Answers to payment advices and payments, and questions where one of the two is missing."""

from __future__ import annotations

from agent.domain.notices import AdviceNotice, AdviceRow, MissingRemittance, NoticeKind, StatementRow
from templates.blocks import Block, Bullets, Column, Paragraph, Table, View, facts, joined
from templates.errors import NoTemplate
from templates.notices import kit
from templates.notices.orders import in_currency, limited
from templates.words import Words


def view(notice: AdviceNotice, words: Words) -> View:
    if notice.kind not in (NoticeKind.RECEIPT_THANKS, NoticeKind.ADVICE_ACKNOWLEDGEMENT):
        raise NoTemplate(notice)
    thanks = notice.kind is NoticeKind.RECEIPT_THANKS
    section = "receipt_thanks" if thanks else "advice_acknowledgement"
    title = words.say(f"{section}.title")
    intro = f"{section}.intro_plain" if thanks and not notice.rows else f"{section}.intro"
    blocks: list[Block] = [Paragraph(words.say(intro)), _heading(notice, words)]
    if notice.rows:
        blocks.append(_table(notice, words))
    if notice.unapplied:
        blocks.append(
            Paragraph(words.say("receipt_thanks.unapplied", amount=words.money(notice.unapplied)), strong=True)
        )
    if notice.questions:
        blocks += [Paragraph(words.say("advice_acknowledgement.questions")), Bullets(notice.questions)]
    elif not notice.unapplied:
        blocks.append(Paragraph(words.say("advice_acknowledgement.complete")))
    blocks += kit.block(words, (kit.statement(words),))
    reference = notice.reference or notice.payment_reference or notice.customer.number
    return View((title, notice.payment_reference or reference), title, tuple(blocks), reference)


def _heading(notice: AdviceNotice, words: Words) -> Block:
    return facts(
        (words.say("label.payment_reference"), notice.payment_reference),
        (words.say("label.payment_date"), words.day(notice.paid_on)),
        (words.say("label.amount"), words.money(notice.total)),
    )


def _table(notice: AdviceNotice, words: Words) -> Table:
    reduced = any(row.discount or row.deduction for row in notice.rows)
    columns = [
        Column(words.say("label.invoice")),
        Column(in_currency(words, "amount", notice.currency), right=True),
    ]
    if reduced:
        columns += [
            Column(words.say("label.cash_discount"), right=True),
            Column(words.say("label.deduction"), right=True),
        ]
    return Table(tuple(columns), limited(tuple(_row(row, reduced, words) for row in notice.rows), words))


def _row(row: AdviceRow, reduced: bool, words: Words) -> tuple[str, ...]:
    named = row.invoice or row.reference
    other = f"({row.reference})" if row.reference and row.reference != named else ""
    cells = (joined(joined(named, other, by=" "), row.note), words.amount(row.amount))
    if not reduced:
        return cells
    return (*cells, *(words.amount(part) if part else "" for part in (row.discount, row.deduction)))


def missing_view(notice: MissingRemittance, words: Words) -> View:
    """Asks for the advice of a payment, or, where `announced_on` is set, for an announced payment."""
    form = "_money" if notice.announced_on else "_advice"
    title = words.say("missing_remittance.title" + form)
    blocks: list[Block] = [
        Paragraph(words.say("missing_remittance.intro" + form)),
        facts(
            (words.say("label.amount"), words.money(notice.amount)),
            (words.say("missing_remittance.received_on"), words.day(notice.received_on)),
            (words.say("missing_remittance.announced_on"), words.day(notice.announced_on)),
            (words.say("label.payment_reference"), notice.payment_reference),
        ),
    ]
    if notice.rows:
        blocks += [Paragraph(words.say("missing_remittance.rows" + ("_money" if notice.announced_on else "")))]
        blocks += [_open_items(notice.rows, words)]
    blocks += kit.block(words, (kit.statement(words),))
    reference = notice.reference or notice.payment_reference or notice.customer.number
    return View((title, notice.payment_reference or reference), title, tuple(blocks), reference)


def _open_items(rows: tuple[StatementRow, ...], words: Words) -> Table:
    columns = (
        Column(words.say("label.invoice")),
        Column(words.say("label.po_number")),
        Column(words.say("label.due_on")),
        Column(words.say("label.open"), right=True),
    )
    cells = tuple((row.invoice, row.po_number, words.short_day(row.due_on), words.money(row.open)) for row in rows)
    return Table(columns, limited(cells, words))
