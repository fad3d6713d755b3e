"""Order acknowledgements, queries and rejections."""

from __future__ import annotations

import re
from decimal import Decimal

from agent.domain.notices import NoticeKind, NoticeLine, OrderNotice
from agent.domain.receivables import Difference, Discrepancy
from templates.blocks import Answer, Block, Bullets, Column, Paragraph, Quick, Table, View, facts, joined
from templates.errors import NoTemplate
from templates.notices import kit
from templates.words import Words

_PRICES = frozenset(
    {Discrepancy.PRICE, Discrepancy.TOTAL, Discrepancy.UNIT, Discrepancy.CREDIT_LIMIT, Discrepancy.BLANKET}
)
MAIL_ROWS = 200  # the paper beside the mail holds them all
_PLAIN_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,9})?")


def view(notice: OrderNotice, words: Words) -> View:
    match notice.kind:
        case NoticeKind.ORDER_QUERY:
            return _query(notice, words)
        case NoticeKind.ORDER_REJECTION:
            return _rejection(notice, words)
        case NoticeKind.PRE_INVOICE_NOTICE:
            return _pre_invoice(notice, words)
        case NoticeKind.ORDER_ACKNOWLEDGEMENT:
            return _acknowledgement(notice, words)
        case _:
            raise NoTemplate(notice)


def called(notice: OrderNotice) -> str:
    """The number under which the customer knows the order."""
    return notice.po_number or notice.order


def _subject(title: str, notice: OrderNotice, words: Words) -> tuple[str, ...]:
    named = notice.po_number and notice.po_number not in title
    other = notice.order if notice.order not in title else ""
    return (title, words.say("subject.po", po=notice.po_number) if named else "", other)


def _acknowledgement(notice: OrderNotice, words: Words) -> View:
    form = "_cancelled" if notice.cancelled else "_repeat" if notice.repeat else "_changed" if notice.changed else ""
    title = words.say("order_acknowledgement.title" + form, order=notice.order)
    blocks: list[Block] = [
        Paragraph(words.say("order_acknowledgement.intro" + form)),
        _heading(notice, words),
        _lines(notice, words),
    ]
    blocks += _notes(notice, words)
    if notice.proforma and not notice.cancelled:
        blocks.append(Paragraph(words.say("order_acknowledgement.proforma")))
    if not notice.cancelled:
        blocks.append(Paragraph(words.say("order_acknowledgement.outro")))
        if not re.search(r"\s", called(notice)):
            blocks += kit.block(words, (kit.change(words, called(notice)),))
    return View(_subject(title, notice, words), title, tuple(blocks), _reference(notice))


def _query(notice: OrderNotice, words: Words) -> View:
    title = words.say("order_query.title", po=called(notice))
    blocks: list[Block] = [Paragraph(words.say("order_query.intro")), _heading(notice, words)]
    if notice.differences:
        blocks.append(differences(notice, words))
    blocks += _notes(notice, words)
    blocks.append(Paragraph(words.say("order_query.ask"), strong=True))
    blocks.append(Paragraph(words.say("order_query.held")))
    accept = words.say("order_query.accept", po=called(notice))
    blocks.append(Quick(words.say("letter.quick"), (Answer(accept, accept, accept),)))
    return View(_subject(title, notice, words), title, tuple(blocks), _reference(notice))


def _rejection(notice: OrderNotice, words: Words) -> View:
    title = words.say("order_rejection.title", po=called(notice))
    reasoned = bool(notice.differences or notice.notes)
    blocks: list[Block] = [Paragraph(words.say("order_rejection.intro" if reasoned else "order_rejection.intro_plain"))]
    if notice.differences:
        blocks.append(differences(notice, words))
    blocks += _notes(notice, words)
    blocks += [_heading(notice, words), Paragraph(words.say("order_rejection.outro"))]
    return View(_subject(title, notice, words), title, tuple(blocks), _reference(notice))


def _pre_invoice(notice: OrderNotice, words: Words) -> View:
    title = words.say("pre_invoice_notice.title", po=called(notice))
    blocks: list[Block] = [
        Paragraph(words.say("pre_invoice_notice.intro")),
        _heading(notice, words),
        _lines(notice, words),
        *_notes(notice, words),
    ]
    return View(_subject(title, notice, words), title, tuple(blocks), _reference(notice))


def _reference(notice: OrderNotice) -> str:
    return notice.reference or notice.order or notice.po_number


def _heading(notice: OrderNotice, words: Words) -> Block:
    return facts(
        (words.say("label.order"), notice.order),
        (words.say("label.po_number"), notice.po_number),
        (words.say("label.order_date"), words.day(notice.ordered_on)),
        (words.say("label.payment_terms"), notice.payment_terms),
        (words.say("label.ship_to"), notice.ship_to),
    )


def _notes(notice: OrderNotice, words: Words) -> list[Block]:
    return [Bullets(notes_of(notice, words))] if notice.notes else []


def notes_of(notice: OrderNotice, words: Words) -> tuple[str, ...]:
    """What we remark on the order, in the customer's language."""
    return tuple(words.told(note, notice.currency) for note in notice.notes)


def _lines(notice: OrderNotice, words: Words) -> Table:
    columns = (
        Column(words.say("label.line")),
        Column(words.say("label.description")),
        Column(words.say("label.quantity"), right=True),
        Column(words.say("label.unit_price"), right=True),
        Column(in_currency(words, "amount", notice.currency), right=True),
    )
    return Table(
        columns, limited(tuple(_row(line, notice.currency, words) for line in notice.lines), words), sums(notice, words)
    )


def _row(line: NoticeLine, currency: str, words: Words) -> tuple[str, ...]:
    wanted = f"{words.say('label.requested_on')} {words.short_day(line.requested_on)}" if line.requested_on else ""
    return (
        line.line,
        joined(joined(line.item, line.description, by=" "), wanted, line.note),
        quantity(line, words),
        unit_price(line, currency, words),
        words.amount(line.net),
    )


def in_currency(words: Words, label: str, currency: str) -> str:
    """The head of a column of amounts: 'Amount (EUR)'."""
    return f"{words.say(f'label.{label}')} ({currency})"


def limited(rows: tuple[tuple[str, ...], ...], words: Words) -> tuple[tuple[str, ...], ...]:
    """The rows that a mail shows, and a last one that says how many there are beyond."""
    if len(rows) <= MAIL_ROWS:
        return rows
    more = words.say("letter.more", n=str(len(rows) - MAIL_ROWS))
    return (*rows[:MAIL_ROWS], (more, *("" for _ in rows[0][1:])))


def quantity(line: NoticeLine, words: Words) -> str:
    return joined(words.number(line.quantity), line.unit, by="\N{NO-BREAK SPACE}")


def unit_price(line: NoticeLine, currency: str, words: Words) -> str:
    """The price of `price_per` units, and that number where it is not one; a line discount beside it."""
    price = words.formats.price(line.unit_price, currency)
    per = words.say("label.per", n=words.number(line.price_per)) if line.price_per != 1 else ""
    off = f"-{words.percent(line.discount_percent)}" if line.discount_percent else ""
    return joined(price, per, off, by=" ")


def sums(notice: OrderNotice, words: Words) -> tuple[tuple[str, str], ...]:
    """Net, freight, tax and total as far as they are known; the last row is the sum."""
    rows = [(words.say("label.net"), notice.net)]
    if notice.freight:
        rows.append((words.say("label.freight"), notice.freight))
    if notice.tax is not None:
        rows.append((words.say("label.tax_total"), notice.tax))
    if notice.total is not None and len(rows) > 1:
        rows.append((words.say("label.total"), notice.total))
    return tuple((label, words.money(amount)) for label, amount in rows)


def differences(notice: OrderNotice, words: Words) -> Table:
    """Every difference with both sides of it."""
    columns = (
        Column(words.say("order_query.point")),
        Column(words.say("order_query.said")),
        Column(words.say("order_query.expected")),
    )
    rows = tuple(_difference(item, notice.currency, words) for item in notice.differences)
    return Table(columns, limited(rows, words))


def _difference(item: Difference, currency: str, words: Words) -> tuple[str, str, str]:
    point = words.say(f"difference.{item.code}")
    if item.line:
        point = words.say("order_query.line", line=item.line, point=point)
    said = words.told(item.said_as, currency) if item.said_as else _value(item.code, item.said, currency, words) or "–"
    expected_key = f"expected.{item.code}"
    default = words.say(expected_key) if expected_key in words.phrases else "–"
    if item.code is Discrepancy.CREDIT_LIMIT:  # the limit is between us and the customer's management
        return point, said, default
    if item.expected_as:
        return point, said, words.told(item.expected_as, currency)
    return point, said, _value(item.code, item.expected, currency, words) or default


def _value(code: Discrepancy, text: str | None, currency: str, words: Words) -> str:
    """Numbers, prices and dates in the customer's notation; all else as it was written."""
    if not text:
        return ""
    if code in _PRICES:
        return words.price_of(text, currency)
    if code is Discrepancy.QUANTITY and _PLAIN_NUMBER.fullmatch(text):
        return words.number(Decimal(text))
    return words.date_of(text)
