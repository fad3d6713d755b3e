"""The figures of an issued document under the signs and decimals of EN 16931: lines, freight and tax by rate."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from agent.domain.money import Money, decimals_of, plain, round_half_up
from agent.domain.notices import InvoiceDocument, NoticeLine, TaxLine
from agent.domain.receivables import InvoiceType, TaxTreatment
from templates.einvoice.model import Adjustment, Line, VatGroup
from templates.einvoice.units import MUTUALLY_DEFINED, ONE, code_of
from templates.words import Words

ZERO, SLACK = Decimal(0), Decimal("0.02")  # Peppol's slack for products (R040, R120)
_DISCOUNT, _FREIGHT = "95", "FC"  # UNTDID 5189, 7161

# UNTDID 5305 and VATEX; an exemption "of any kind" has words alone, as we do not hold its legal ground.
_CATEGORIES = {
    TaxTreatment.REVERSE_CHARGE: ("AE", "VATEX-EU-AE"),
    TaxTreatment.EXPORT: ("G", "VATEX-EU-G"),
    TaxTreatment.EXEMPT: ("E", ""),
}
# Why there is no tax, by category: the phrase, and the code of the VATEX list.
_REASONS = {
    "AE": ("reverse_charge", "VATEX-EU-AE"),
    "G": ("export", "VATEX-EU-G"),
    "E": ("exempt", ""),
    "K": ("intra_community", "VATEX-EU-IC"),
}


@dataclass(frozen=True, slots=True)
class Scale:
    """How amounts of a document are written: credit notes without their minus, two decimals at most (BR-DEC)."""

    sign: int
    decimals: int

    @classmethod
    def of(cls, document: InvoiceDocument) -> Scale:
        flipped = document.type is InvoiceType.CREDIT_NOTE and document.total.minor < 0
        return cls(-1 if flipped else 1, min(2, decimals_of(document.currency)))

    def amount(self, money: Money) -> Decimal:
        return self.rounded(self.sign * money.amount)

    def rounded(self, value: Decimal) -> Decimal:
        return round_half_up(value, self.decimals) + ZERO  # no minus before a zero

    def holds(self, money: Money) -> bool:
        return self.rounded(money.amount) == money.amount

    @property
    def unit(self) -> Decimal:
        return Decimal(1).scaleb(-self.decimals)


Key = tuple[str, Decimal]  # category (UNTDID 5305) and rate in per cent: what EN 16931 breaks tax down by


def category_of(document: InvoiceDocument, rate: Decimal, own: str = "") -> str:
    """The category of a line: its own where it has one, else as the document is taxed."""
    if own:
        return own
    if document.tax_treatment is TaxTreatment.STANDARD:
        return "S" if rate > 0 else "Z"
    return _CATEGORIES[document.tax_treatment][0]


def rate_of(document: InvoiceDocument, line: NoticeLine) -> Decimal | None:
    """The tax rate of a line; None where neither the line nor the taxes of the document tell it."""
    if line.tax_rate is not None:
        return line.tax_rate
    if len(document.taxes) == 1:
        return document.taxes[0].rate
    return None if document.taxes else ZERO


def key_of(document: InvoiceDocument, line: NoticeLine) -> Key:
    rate = rate_of(document, line) or ZERO
    return category_of(document, rate, line.tax_category), rate


def printed_key(document: InvoiceDocument, tax: TaxLine) -> Key:
    return category_of(document, tax.rate, tax.category), tax.rate


def nets_of(document: InvoiceDocument, scale: Scale) -> dict[Key, Decimal]:
    """Net amounts of the lines by category and rate."""
    nets: dict[Key, Decimal] = {}
    for line in document.lines:
        key = key_of(document, line)
        nets[key] = nets.get(key, ZERO) + scale.amount(line.net)
    return nets


def all_nets(document: InvoiceDocument, scale: Scale) -> dict[Key, Decimal]:
    """The same with the freight in its place."""
    nets = nets_of(document, scale)
    if document.freight:
        key = freight_key(document, scale) or (category_of(document, ZERO), ZERO)
        nets[key] = nets.get(key, ZERO) + scale.amount(document.freight)
    return nets


def freight_key(document: InvoiceDocument, scale: Scale) -> Key | None:
    """How the freight is taxed: the only way in which the net amount is that of its lines and the freight."""
    if not document.freight:
        return None
    nets, freight = nets_of(document, scale), scale.amount(document.freight)
    keys = ((printed_key(document, tax), scale.amount(tax.net)) for tax in document.taxes)
    found = [key for key, net in keys if net == nets.get(key, ZERO) + freight]
    return found[0] if len(found) == 1 else None


def freight_of(document: InvoiceDocument, scale: Scale, words: Words) -> tuple[Adjustment, ...]:
    """The freight as a charge of the document (BG-21)."""
    if not document.freight:
        return ()
    category, rate = freight_key(document, scale) or (category_of(document, ZERO), ZERO)
    return (
        Adjustment(
            charge=True,
            amount=scale.amount(document.freight),
            reason=words.say("label.freight"),
            code=_FREIGHT,
            category=category,
            rate=rate,
        ),
    )


def vat_of(document: InvoiceDocument, scale: Scale, words: Words) -> tuple[VatGroup, ...]:
    """Net amount and tax by category and rate (BG-23): summed first, the tax rounded once (BR-CO-17)."""
    return tuple(
        VatGroup(
            category=category,
            rate=rate,
            net=net,
            tax=scale.rounded(net * rate / 100),
            reason=words.say(f"treatment.{_REASONS[category][0]}") if category in _REASONS else "",
            reason_code=_REASONS[category][1] if category in _REASONS else "",
        )
        for (category, rate), net in sorted(all_nets(document, scale).items(), key=lambda one: (-one[0][1], one[0][0]))
    )


def lines_of(document: InvoiceDocument, scale: Scale, words: Words) -> tuple[Line, ...]:
    """One line each (BG-25), or one for each tax rate where the customer wants a summary, as on the paper."""
    if document.summary:
        return _summary(document, scale, words)
    own = [line.line for line in document.lines]
    numbers = own if all(own) and len(set(own)) == len(own) else [str(at) for at in range(1, len(own) + 1)]
    return tuple(
        _line(document, line, number, scale, words) for line, number in zip(document.lines, numbers, strict=True)
    )


def _summary(document: InvoiceDocument, scale: Scale, words: Words) -> tuple[Line, ...]:
    nets = sorted(nets_of(document, scale).items(), key=lambda one: (-one[0][1], one[0][0]))
    return tuple(
        Line(
            number=str(at),
            name=words.say("invoice.summary_line"),
            quantity=Decimal(-1 if net < 0 else 1),
            unit=ONE,
            price=abs(net),
            base_quantity=Decimal(1),
            net=net,
            category=category,
            rate=rate,
        )
        for at, ((category, rate), net) in enumerate(nets, 1)
    )


def _line(document: InvoiceDocument, line: NoticeLine, number: str, scale: Scale, words: Words) -> Line:
    """A line whose price is never negative (BR-27): what is taken back has a negative quantity."""
    net, unit = scale.amount(line.net), code_of(line.unit)
    category, rate = key_of(document, line)
    return Line(
        number=number,
        name=line.description or line.item or line.buyer_item,
        quantity=-abs(line.quantity) if net < 0 else abs(line.quantity),
        unit=unit,
        price=abs(line.unit_price),
        base_quantity=line.price_per,
        net=net,
        category=category,
        rate=rate,
        item=line.item,
        buyer_item=line.buyer_item,
        note=line.note,
        unit_as_written=line.unit if unit == MUTUALLY_DEFINED else "",
        adjustment=_adjustment(line, scale, words),
    )


def between(line: NoticeLine, scale: Scale) -> tuple[Decimal, Decimal, Decimal]:
    """Quantity x price, what lies between it and the amount, and how much of that the discount explains."""
    net = scale.amount(line.net)
    product = abs(line.quantity * line.unit_price / line.price_per) if line.price_per else ZERO
    gross = round_half_up(-product if net < 0 else product, 2)
    return gross, gross - net, round_half_up(gross * (line.discount_percent or ZERO) / 100, 2)


def _adjustment(line: NoticeLine, scale: Scale, words: Words) -> Adjustment | None:
    """The discount of a line (BG-27), or what is rounded off in a currency without small coins."""
    gross, rest, discount = between(line, scale)
    if not line.discount_percent:
        if abs(rest) < SLACK:
            return None
        return Adjustment(charge=rest < 0, amount=abs(rest), reason="Rounding")
    exact = abs(rest - discount) <= SLACK  # else rounded to whole coins: the percentage would not give the amount
    return Adjustment(
        charge=False,
        amount=rest,
        reason=f"{words.say('label.discount')} {words.percent(line.discount_percent)}",
        code=_DISCOUNT,
        base=gross if exact else None,
        percent=line.discount_percent if exact else None,
    )


def faults(document: InvoiceDocument, scale: Scale) -> tuple[str, ...]:
    """Why the figures cannot be said in EN 16931: too many decimals, or amounts that do not follow from each other."""
    money = [document.net, document.tax, document.total, *(line.net for line in document.lines)]
    money += [document.freight] if document.freight else []
    fine = next((one for one in money if not scale.holds(one)), None)
    if fine is not None:
        return (f"an e-invoice has two decimals at most, and {fine} has more",)
    return (*_line_faults(document, scale), *_tax_faults(document, scale), *_sum_faults(document, scale))


def _line_faults(document: InvoiceDocument, scale: Scale) -> list[str]:
    found = ["there are no lines"] if not document.lines else []
    for line in document.lines:
        _, rest, discount = between(line, scale)
        if not (line.description or line.item or line.buyer_item):
            found.append(f"line {line.line}: what it is for")
        if line.price_per <= 0:
            found.append(f"line {line.line}: the quantity that its price is for")
        elif abs(rest - discount) >= max(scale.unit, SLACK) and not document.summary:
            found.append(f"line {line.line}: quantity times price less discount is not its amount")
        if rate_of(document, line) is None:
            found.append(f"line {line.line}: its tax rate")
    return found


def _tax_faults(document: InvoiceDocument, scale: Scale) -> list[str]:
    if document.freight and freight_key(document, scale) is None:
        return ["the tax rate of the freight: it does not follow from the amounts"]
    printed = {printed_key(document, tax): (scale.amount(tax.net), scale.amount(tax.tax)) for tax in document.taxes}
    follow = {key: (net, scale.rounded(net * key[1] / 100)) for key, net in all_nets(document, scale).items()}
    untaxed = document.tax_treatment is not TaxTreatment.STANDARD
    found = [
        f"the tax of {plain(key[1])} % does not follow from the lines"
        for key in sorted(printed.keys() | follow.keys())
        if printed.get(key, (follow[key][0], ZERO) if key in follow else None) != follow.get(key, (ZERO, ZERO))
    ]
    if untaxed and any(rate for _, rate in follow):
        found.append(f"the customer is on record as {document.tax_treatment.value}, and yet there is tax")
    return found


def _sum_faults(document: InvoiceDocument, scale: Scale) -> list[str]:
    nets = sum(nets_of(document, scale).values(), ZERO)
    freight = scale.amount(document.freight) if document.freight else ZERO
    net, tax, gross = (scale.amount(one) for one in (document.net, document.tax, document.total))
    found = ["the lines and the freight do not add up to the net amount"] if nets + freight != net else []
    taxes = sum((scale.amount(one.tax) for one in document.taxes), ZERO)
    if taxes != tax or net + tax != gross:
        found.append("net amount and tax do not add up to the total")
    if freight < 0:
        found.append("the freight is below zero")
    return found
