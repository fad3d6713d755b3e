"""Credit notes: over an amount, over quantities of lines, over a difference of price, or over the whole invoice.

A credit note is a document of its own; the invoice that it corrects is never touched (Directive 2006/112/EC, Art. 219).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from agent.domain.errors import Refused
from agent.domain.money import Money, plain, total
from agent.domain.notices import InvoiceDocument, NoticeLine, TaxLine
from agent.domain.receivables import InvoiceType

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class LineCredit:
    """What is taken back of one line: a quantity at its price, or with `price` the difference to the right price."""

    line: str
    quantity: Decimal
    price: Decimal | None = None


def build_credit_note(
    *,
    number: str,
    invoice: InvoiceDocument,
    net: Money,
    issued_on: date,
    reason: str,
    rate: Decimal | None = None,
    credited: tuple[InvoiceDocument, ...] = (),
    gross: bool = False,
) -> InvoiceDocument:
    """Build a credit note over a net amount of an invoice (`gross`: tax included); its amounts are negative.

    The tax follows the invoice: at `rate` where one is named, else each rate in its share of what is not yet credited
    (`credited` are the earlier credit notes). Crediting all that is left credits exactly the tax that is left.
    """
    left = _left_to_credit(invoice, credited)
    if rate is not None:
        tax = Money.rounded(abs(net).amount * rate / 100, net.currency)
        left = tuple(line for line in left if line.rate == rate) or (TaxLine(rate=rate, net=abs(net), tax=tax),)
    shares = _shared_gross(abs(net), left) if gross else _shared(abs(net), left)
    lines = tuple(
        NoticeLine(
            line=str(n),
            description=reason,
            quantity=Decimal(1),
            unit="",
            unit_price=-share.net.amount,
            price_per=Decimal(1),
            net=-share.net,
            tax_rate=share.rate,
            tax_category=share.category,
        )
        for n, share in enumerate(shares, 1)
    )
    taxes = tuple(replace(share, net=-share.net, tax=-share.tax) for share in shares)
    return _note(invoice, number, issued_on, reason, lines, taxes)


def _left_to_credit(invoice: InvoiceDocument, credited: tuple[InvoiceDocument, ...]) -> tuple[TaxLine, ...]:
    """Nets and taxes of the invoice by rate, less what earlier credit notes took."""
    result = []
    for line in invoice.taxes:
        taken = [
            one for note in credited for one in note.taxes if (one.rate, one.category) == (line.rate, line.category)
        ]
        net = line.net + total([one.net for one in taken], line.net.currency)
        tax = line.tax + total([one.tax for one in taken], line.net.currency)
        result.append(replace(line, net=net, tax=tax))
    return tuple(line for line in result if line.net.minor > 0)


def _shared(net: Money, left: tuple[TaxLine, ...]) -> tuple[TaxLine, ...]:
    """Spread a net over rates in their shares; the last takes the rounding, and no rate gives more tax than it has."""
    whole = total([line.net for line in left], net.currency)
    if not left or not whole:
        return (TaxLine(rate=ZERO, net=net, tax=Money.zero(net.currency)),)
    rest, found = net, []
    for n, line in enumerate(left):
        last = n == len(left) - 1
        share = rest if last else Money.rounded(net.amount * line.net.minor / whole.minor, net.currency)
        rest = rest - share
        tax = line.tax if share == line.net else Money.rounded(share.amount * line.rate / 100, net.currency)
        found.append(replace(line, net=share, tax=min(tax, line.tax) if share <= line.net else tax))
    return tuple(line for line in found if line.net)


def _shared_gross(amount: Money, left: tuple[TaxLine, ...]) -> tuple[TaxLine, ...]:
    """Spread an amount that includes tax over rates in their shares, and take the tax out of each."""
    whole = total([line.net + line.tax for line in left], amount.currency)
    if not left or not whole:
        return _shared(amount, left)
    rest, found = amount, []
    for n, line in enumerate(left):
        of_rate = line.net + line.tax
        share = (
            rest if n == len(left) - 1 else Money.rounded(amount.amount * of_rate.minor / whole.minor, amount.currency)
        )
        rest = rest - share
        net = line.net if share == of_rate else Money.rounded(share.amount * 100 / (100 + line.rate), amount.currency)
        found.append(replace(line, net=net, tax=share - net))
    return tuple(line for line in found if line.net or line.tax)


def build_line_credit(
    *,
    number: str,
    invoice: InvoiceDocument,
    entries: Iterable[LineCredit],
    issued_on: date,
    reason: str,
    credited: tuple[InvoiceDocument, ...] = (),
) -> InvoiceDocument:
    """Build a credit note for goods that came back, or for a price that was too high, line by line.

    Raises Refused where a line is not on the invoice, or where more would be taken back than there is left of it.
    """
    lines = tuple(_credited_line(invoice, entry, credited) for entry in entries)
    if not lines:
        raise Refused("a credit note needs at least one line")
    left = {(one.rate, one.category): one for one in _left_to_credit(invoice, credited)}
    nets: dict[tuple[Decimal, str], Money] = {}
    for line in lines:
        key = (line.tax_rate or ZERO, line.tax_category)
        nets[key] = nets.get(key, Money.zero(invoice.currency)) - line.net
    taxes = []
    for (rate, category), net in sorted(nets.items(), reverse=True):
        rest = left.get((rate, category))
        if rest is None or net > rest.net:
            shown = rest.net if rest else Money.zero(invoice.currency)
            raise Refused(f"{net} is more than {invoice.number} still has to credit at {plain(rate)} % ({shown} net)")
        tax = rest.tax if net == rest.net else min(Money.rounded(net.amount * rate / 100, net.currency), rest.tax)
        taxes.append(TaxLine(rate=rate, category=category, net=-net, tax=-tax))
    return _note(invoice, number, issued_on, reason, lines, tuple(taxes))


def _credited_line(invoice: InvoiceDocument, entry: LineCredit, credited: tuple[InvoiceDocument, ...]) -> NoticeLine:
    line = next((one for one in invoice.lines if one.line == entry.line), None)
    if line is None:
        known = ", ".join(one.line for one in invoice.lines)
        raise Refused(f"{invoice.number} has no line {entry.line}; it has {known}")
    before = [one for note in credited for one in note.lines if one.credits == entry.line]
    taken = sum((one.quantity for one in before if one.unit_price == -line.unit_price), ZERO)
    left = line.quantity - taken
    if not 0 < entry.quantity <= left:
        raise Refused(f"line {entry.line} of {invoice.number} has {plain(left)} {line.unit} left, not {entry.quantity}")
    if entry.price is not None and not 0 <= entry.price < line.unit_price:
        raise Refused(f"line {entry.line} was billed at {plain(line.unit_price)}: a lower price is credited")
    price = line.unit_price if entry.price is None else line.unit_price - entry.price
    value = entry.quantity * price / line.price_per * (100 - (line.discount_percent or ZERO)) / 100
    net = Money.rounded(value, invoice.currency)
    rest = line.net + total([one.net for one in before], invoice.currency)
    if entry.price is None and entry.quantity == left:
        net = rest  # all that is left: no cent stays behind
    if net > rest or not net:
        raise Refused(f"line {entry.line} of {invoice.number} has {rest} left to credit, not {net}")
    return replace(line, quantity=entry.quantity, unit_price=-price, net=-net, credits=line.line)


def build_cancellation(
    *,
    number: str,
    invoice: InvoiceDocument,
    issued_on: date,
    reason: str,
    credited: tuple[InvoiceDocument, ...] = (),
) -> InvoiceDocument:
    """Build the credit note that takes back all that is left of an invoice; with nothing credited before, line by line."""
    if credited:
        left = total([one.net for one in _left_to_credit(invoice, credited)], invoice.currency)
        note = build_credit_note(
            number=number, invoice=invoice, net=left, issued_on=issued_on, reason=reason, credited=credited
        )
        return replace(note, cancels=True)
    lines = tuple(
        replace(line, unit_price=-line.unit_price, net=-line.net, credits=line.line) for line in invoice.lines
    )
    taxes = tuple(replace(one, net=-one.net, tax=-one.tax) for one in invoice.taxes)
    note = _note(invoice, number, issued_on, reason, lines, taxes)
    return replace(note, cancels=True, freight=None if invoice.freight is None else -invoice.freight)


def _note(
    invoice: InvoiceDocument,
    number: str,
    issued_on: date,
    reason: str,
    lines: tuple[NoticeLine, ...],
    taxes: tuple[TaxLine, ...],
) -> InvoiceDocument:
    """A credit note of these lines; what only an invoice says is left out."""
    currency = invoice.currency
    net, tax = total([one.net for one in taxes], currency), total([one.tax for one in taxes], currency)
    return replace(
        invoice,
        number=number,
        type=InvoiceType.CREDIT_NOTE,
        issued_on=issued_on,
        lines=lines,
        net=net,
        taxes=taxes,
        tax=tax,
        total=net + tax,
        due_on=None,
        discount_percent=None,
        discount_until=None,
        discount_amount=None,
        instalments=(),
        freight=None,
        creditor_reference="",
        corrects=invoice.number,
        reason=reason,
        summary=False,
        replaces="",
        cancelled_by="",
        notes=(),
    )
