"""What a customer is asked where nobody has confirmed a delivery."""

from __future__ import annotations

from agent.domain.notices import DeliveryInquiry
from templates.blocks import Block, Column, Paragraph, Table, View, facts, joined
from templates.notices.orders import limited, quantity
from templates.words import Words


def view(notice: DeliveryInquiry, words: Words) -> View:
    billed = bool(notice.invoice)
    title = words.say("delivery_inquiry.title_proof" if billed else "delivery_inquiry.title", po=notice.po_number)
    intro = (
        words.say("delivery_inquiry.intro_proof", invoice=notice.invoice)
        if billed
        else words.say("delivery_inquiry.intro")
    )
    columns = (
        Column(words.say("label.line")),
        Column(words.say("label.description")),
        Column(words.say("label.quantity"), right=True),
    )
    rows = tuple((x.line, joined(x.item, x.description, by=" "), quantity(x, words)) for x in notice.lines)
    blocks: list[Block] = [
        Paragraph(intro),
        facts(
            (words.say("label.po_number"), notice.po_number),
            (words.say("label.order"), notice.order),
            (words.say("label.shipped_on"), words.day(notice.shipped_on)),
            (words.say("label.delivery_note"), notice.delivery_note),
            (words.say("label.tracking"), ", ".join(notice.tracking_numbers)),
        ),
        Table(columns, limited(rows, words)),
        Paragraph(words.say("delivery_inquiry.ask"), strong=True),
    ]
    return View((title,), title, tuple(blocks), notice.reference)
