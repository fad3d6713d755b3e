"""What a customer is told about goods that come back: noted, arrived, not taken back."""

from __future__ import annotations

from agent.domain.notices import ReturnNotice
from templates.blocks import Block, Column, Paragraph, Table, View, facts, joined
from templates.notices.orders import limited, quantity
from templates.words import Words


def view(notice: ReturnNotice, words: Words) -> View:
    title = words.say("return_notice.title", number=notice.number)
    intro = words.say(f"return_notice.intro_{notice.form}", number=notice.number)
    columns = (
        Column(words.say("label.line")),
        Column(words.say("label.description")),
        Column(words.say("label.quantity"), right=True),
    )
    rows = tuple((x.line, joined(x.item, x.description, by=" "), quantity(x, words)) for x in notice.lines)
    blocks: list[Block] = [
        Paragraph(intro),
        facts(
            (words.say("label.return_no"), notice.number),
            (words.say("label.po_number"), notice.po_number),
            (words.say("label.invoice"), notice.invoice),
        ),
        Table(columns, limited(rows, words)),
    ]
    if notice.form != "refused":
        blocks.append(Paragraph(words.say("return_notice.outro")))
    return View((title, words.say("subject.po", po=notice.po_number)), title, tuple(blocks), notice.reference)
