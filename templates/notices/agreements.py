"""The acknowledgement of a blanket order."""

from __future__ import annotations

from agent.domain.agreements import AgreementLine
from agent.domain.notices import AgreementNotice
from templates.blocks import Block, Column, Paragraph, Table, View, facts, joined
from templates.notices.orders import limited
from templates.words import Words


def view(notice: AgreementNotice, words: Words) -> View:
    title = words.say("agreement.title", po=notice.number)
    blocks: list[Block] = [
        Paragraph(words.say("agreement.intro")),
        facts(
            (words.say("label.po_number"), notice.number),
            (words.say("label.ceiling"), words.money(notice.limit) if notice.limit else ""),
            (words.say("label.valid_from"), words.day(notice.valid_from)),
            (words.say("label.valid_to"), words.day(notice.valid_to)),
        ),
    ]
    if notice.lines:
        blocks.append(_goods(notice, words))
    blocks.append(Paragraph(words.say("agreement.outro")))
    return View((title,), title, tuple(blocks), notice.reference)


def _goods(notice: AgreementNotice, words: Words) -> Table:
    columns = (
        Column(words.say("label.item")),
        Column(words.say("label.quantity"), right=True),
        Column(words.say("label.unit_price"), right=True),
    )
    return Table(columns, limited(tuple(_row(line, notice.currency, words) for line in notice.lines), words))


def _row(line: AgreementLine, currency: str, words: Words) -> tuple[str, ...]:
    quantity = joined(words.number(line.quantity), line.unit or "", by="\N{NO-BREAK SPACE}") if line.quantity else "–"
    if line.unit_price is None:
        return line.item, quantity, "–"
    per = words.say("label.per", n=words.number(line.price_per)) if line.price_per != 1 else ""
    return line.item, quantity, joined(words.formats.price_of(line.unit_price, currency), per, by=" ")
