"""The paper of an order confirmation."""

from __future__ import annotations

from datetime import date

from agent.domain.notices import NoticeLine, OrderNotice
from templates.notices.orders import in_currency, notes_of, quantity, sums
from templates.papers.invoice import described, priced
from templates.papers.paper import Paper, PaperCell, PaperColumn, PaperTable, breakable, present
from templates.words import Words


def order_paper(notice: OrderNotice, words: Words, dated: date) -> Paper:
    form = "_changed" if notice.changed else ""
    return Paper(
        heading=words.say("paper.order"),
        number=notice.order,
        dated=dated,
        customer=notice.customer,
        facts=present(
            (words.say("label.po_number"), notice.po_number),
            (words.say("label.order_date"), words.day(notice.ordered_on)),
            (words.say("label.customer_number"), notice.customer.number),
            (words.say("label.your_tax_id"), notice.customer.tax_id),
            (words.say("label.payment_terms"), notice.payment_terms),
            (words.say("label.ship_to"), ", ".join(notice.ship_to.splitlines())),
        ),
        intro=(words.say("order_acknowledgement.intro" + form),),
        table=_lines(notice, words),
        sums=sums(notice, words),
        notes=tuple(breakable(note) for note in (*notes_of(notice, words), words.say("order_acknowledgement.outro"))),
    )


def _lines(notice: OrderNotice, words: Words) -> PaperTable:
    discounted = any(line.discount_percent for line in notice.lines)
    columns = [
        PaperColumn(words.say("label.line")),
        PaperColumn(words.say("label.description"), wide=True),
        PaperColumn(words.say("label.quantity"), right=True),
        PaperColumn(words.say("label.unit_price"), right=True),
    ]
    if discounted:
        columns.append(PaperColumn(words.say("label.discount"), right=True))
    columns.append(PaperColumn(in_currency(words, "amount", notice.currency), right=True))
    return PaperTable(tuple(columns), tuple(_row(line, notice, words, discounted) for line in notice.lines))


def _row(line: NoticeLine, notice: OrderNotice, words: Words, discounted: bool) -> tuple[PaperCell | str, ...]:
    off = words.percent(line.discount_percent) if line.discount_percent else ""
    head = (breakable(line.line), described(line, words), quantity(line, words), priced(line, notice.currency, words))
    return (*head, *((off,) if discounted else ()), words.amount(line.net))
