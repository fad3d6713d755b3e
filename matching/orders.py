"""Is this order one that we would take as it stands? Every difference is named, nothing is corrected in silence."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from agent.domain.billing import line_net, order_totals
from agent.domain.books import OrderBooks
from agent.domain.decisions import Candidate, LineChange, MatchException, OrderDecision, OrderOutcome, QueueKind, Reason
from agent.domain.documents import Flag, Footing, OrderedLine, PurchaseOrder
from agent.domain.money import Money, plain, round_half_up
from agent.domain.receivables import (
    Customer,
    Difference,
    Discrepancy,
    Item,
    Order,
    OrderLine,
    OrderStatus,
    Price,
    TaxTreatment,
)
from agent.domain.terms import read_terms, same_terms
from matching.addresses import same_place
from matching.parties import choose_customer
from matching.units import fold_unit, pieces

_USUAL_PLACE = re.compile(r"usual|as always|same (?:place|address)|wie (?:immer|üblich)|habitue|de siempre|solit[oa]|平素|平常|평소|동일", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPolicy:
    """What orders are held to."""

    today: date
    default_terms: str = "net 30"
    mail_date: date | None = None  # the day the mail was sent: the date of an order written in the mail itself
    in_mail_body: bool = False


@dataclass(frozen=True, slots=True)
class _Checked:
    """One line after the check: as we would book it, and what differs."""

    line: OrderLine | None
    differences: tuple[Difference, ...]
    notes: tuple[str, ...] = ()


def fold_item(number: str | None) -> str:
    """An item number without what people add or drop: case, blanks, dashes, width of characters."""
    if not number:
        return ""
    return "".join(ch for ch in unicodedata.normalize("NFKC", number).upper() if ch.isalnum())


def fold_number(number: str | None) -> str:
    """A document number for comparing two papers of one customer: letters and digits only, no leading zeros."""
    return fold_item(number).lstrip("0")


def content_key(order: PurchaseOrder, customer: str) -> str:
    """Fingerprint of what the order says as business: number and lines, not how it was printed or sent."""
    parts = [customer, fold_number(order.number), fold_number(order.release_number), str(order.revision_of or "")]
    for line in order.lines:
        parts += [
            fold_item(line.item or line.buyer_item or line.description),
            "" if line.quantity is None else plain(line.quantity.normalize()),
            "" if line.unit_price is None else plain((line.unit_price / line.price_per).normalize()),
            str(line.cancelled),
        ]
    parts += [str(order.currency or ""), str(order.requested_on or ""), str(order.cancels)]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def decide_order(order: PurchaseOrder, books: OrderBooks, policy: OrderPolicy) -> OrderDecision:
    """Compare an order with master data, prices and what we hold; see OrderOutcome for what can come of it."""
    customer, found = choose_customer(
        books.customers,
        books.sender,
        names=(order.buyer.name, order.bill_to.name),
        tax_ids=(order.buyer.tax_id,),
        addresses=(order.buyer.email,),
    )
    if customer is None:
        return _refuse(order, found, None)
    if not books.sender.trusted:
        return _refuse(order, _untrusted(order, books), customer)
    key = content_key(order, customer.number)
    existing = _existing(order, customer, books, key)
    if order.cancels:
        return _cancel(order, customer, existing, key)
    if Flag.BLANKET in order.flags:
        return _agreement(order, customer, key)
    if existing is not None and order.revision_of is None:
        return _again(order, customer, existing, key, policy)
    return _verify(order, customer, books, policy, key, existing)


def _refuse(order: PurchaseOrder, exception: MatchException | None, customer: Customer | None) -> OrderDecision:
    return OrderDecision(
        outcome=OrderOutcome.HOLD,
        customer=customer.number if customer else None,
        currency=order.currency,
        exceptions=(exception,) if exception else (),
    )


def _untrusted(order: PurchaseOrder, books: OrderBooks) -> MatchException:
    return MatchException(
        code="sender_unverified",
        kind=QueueKind.UNTRUSTED_SENDER,
        summary=f"order {order.number or 'without number'} from {books.sender.address}, whose mail is not authenticated",
        customer=books.customers[0].number if books.customers else None,
        critical=True,
        reasons=(Reason("trust", "the receiving server did not confirm the sender (DMARC)"),),
    )


def _existing(order: PurchaseOrder, customer: Customer, books: OrderBooks, key: str) -> Order | None:
    same = [o for o in books.orders if o.customer == customer.number and o.status is not OrderStatus.REJECTED]
    wanted = {fold_number(order.number)} - {""}
    if isinstance(order.revision_of, str):
        wanted.add(fold_number(order.revision_of))
    by_number = [o for o in same if fold_number(o.po_number) in wanted]
    by_content = [o for o in same if o.content_key == key]
    return (by_number or by_content or [None])[0]


def _cancel(order: PurchaseOrder, customer: Customer, existing: Order | None, key: str) -> OrderDecision:
    shipped = existing is not None and any(line.delivered or line.invoiced for line in existing.lines)
    if existing is None:
        code, what = "po_cancel_unknown", "which we do not hold"
    elif shipped:
        code, what = "po_cancel_after_ship", "of which some was delivered already"
    else:
        code, what = "po_cancel", "of which nothing was delivered: accept to cancel it"
    exception = MatchException(
        code=code,
        kind=QueueKind.ORDER_DISCREPANCY,
        summary=f"{customer.name} cancels order {order.number}, {what}",
        customer=customer.number,
        candidates=()
        if existing is None
        else (
            Candidate(
                n=1,
                order=existing.number,
                amount=existing.total,
                confidence=0.5 if shipped else 0.95,
                evidence=(Reason("order_number", f"{order.number} is our order {existing.number}"),),
            ),
        ),
    )
    return OrderDecision(
        outcome=OrderOutcome.CANCEL,
        customer=customer.number,
        currency=order.currency or customer.currency,
        existing=existing,
        exceptions=(exception,),
        content_key=key,
    )


def _agreement(order: PurchaseOrder, customer: Customer, key: str) -> OrderDecision:
    exception = MatchException(
        code="po_blanket",
        kind=QueueKind.ORDER_DISCREPANCY,
        summary=f"blanket order {order.number} of {customer.name}: a frame, nothing to deliver without a release",
        customer=customer.number,
    )
    return OrderDecision(
        outcome=OrderOutcome.AGREEMENT,
        customer=customer.number,
        currency=order.currency or customer.currency,
        exceptions=(exception,),
        content_key=key,
    )


def _again(
    order: PurchaseOrder, customer: Customer, existing: Order, key: str, policy: OrderPolicy
) -> OrderDecision:
    currency = existing.currency
    changes = () if existing.content_key == key or not order.lines else _changes(order, existing)
    if not changes:
        return OrderDecision(
            outcome=OrderOutcome.REPEAT,
            customer=customer.number,
            currency=currency,
            existing=existing,
            content_key=key,
            reasons=(Reason("order_number", f"{order.number} is our order {existing.number} already, with the same lines"),),
        )
    shown = "; ".join(f"line {c.line} {c.field}: {c.was} -> {c.now}" for c in changes)
    exception = MatchException(
        code="po_dup",
        kind=QueueKind.DUPLICATE,
        summary=f"order {order.number} came again with other content and no sign of a revision: {shown}",
        customer=customer.number,
        candidates=(
            Candidate(
                n=1,
                order=existing.number,
                amount=existing.total,
                confidence=0.5,
                evidence=tuple(Reason("line_diff", f"line {c.line} {c.field}: {c.was} -> {c.now}") for c in changes),
            ),
        ),
    )
    return OrderDecision(
        outcome=OrderOutcome.CONFLICT,
        customer=customer.number,
        currency=currency,
        existing=existing,
        changes=changes,
        discrepancies=(Difference(code=Discrepancy.DUPLICATE, said=order.number, expected=existing.number),),
        exceptions=(exception,),
        content_key=key,
    )


def _changes(order: PurchaseOrder, existing: Order) -> tuple[LineChange, ...]:
    """The line diff between a paper and the order that we hold."""
    changes: list[LineChange] = []
    held = list(existing.lines)
    for number, said in enumerate(order.lines, 1):
        line = _counterpart(said, held)
        name = said.line or str(number)
        if line is None:
            if not said.cancelled:
                changes.append(LineChange(line=name, field="item", was=None, now=said.item or said.description, allowed=True))
            continue
        held.remove(line)
        if said.cancelled:
            gone = line.delivered or line.invoiced
            changes.append(
                LineChange(line=name, field="quantity", was=plain(line.quantity), now="0", allowed=not gone,
                           why="delivered already" if gone else None)
            )
            continue
        if said.quantity is not None and said.quantity != line.quantity:
            low = said.quantity < max(line.delivered, line.invoiced)
            changes.append(
                LineChange(line=name, field="quantity", was=plain(line.quantity), now=plain(said.quantity),
                           allowed=not low, why=f"{plain(line.delivered)} delivered already" if low else None)
            )
        if said.unit_price is not None and said.unit_price * line.price_per != line.unit_price * said.price_per:
            changes.append(
                LineChange(line=name, field="price", was=_price(line.unit_price, line.price_per),
                           now=_price(said.unit_price, said.price_per), allowed=False)
            )
        if said.requested_on and line.requested_on and said.requested_on != line.requested_on:
            changes.append(
                LineChange(line=name, field="requested_on", was=line.requested_on.isoformat(),
                           now=said.requested_on.isoformat(), allowed=True)
            )
    return tuple(changes)


def _counterpart(said: OrderedLine, held: Iterable[OrderLine]) -> OrderLine | None:
    candidates = list(held)
    keys = {fold_item(said.item), fold_item(said.buyer_item)} - {""}
    same = [line for line in candidates if keys & ({fold_item(line.item), fold_item(line.buyer_item)} - {""})]
    if len(same) == 1:
        return same[0]
    numbered = [line for line in same or candidates if said.line and fold_number(line.line) == fold_number(said.line)]
    return numbered[0] if len(numbered) == 1 else None


def _price(price: Decimal, per: Decimal) -> str:
    return plain(price) if per == 1 else f"{plain(price)} per {plain(per)}"


def _verify(
    order: PurchaseOrder,
    customer: Customer,
    books: OrderBooks,
    policy: OrderPolicy,
    key: str,
    existing: Order | None,
) -> OrderDecision:
    currency = order.currency or customer.currency
    quoted = order.quotation_number
    checked = [
        _check_line(line, number, currency, customer, books, quoted, policy)
        for number, line in enumerate(order.lines, 1)
        if not line.cancelled
    ]
    lines = tuple(one.line for one in checked if one.line is not None)
    notes = tuple(note for one in checked for note in one.notes)
    freight = Money.rounded(order.freight, currency) if order.freight else None
    net, tax = order_totals(lines, freight, customer, currency)
    differences = [d for one in checked for d in one.differences]
    differences += _check_head(order, customer, policy, currency)
    differences += _check_totals(order, checked, currency)
    ship_to, place = _check_ship_to(order, customer)
    differences += place
    differences += _check_credit(customer, books, net + tax, existing)
    changes = _changes(order, existing) if existing is not None else ()
    differences += [
        Difference(code=Discrepancy.QUANTITY, line=c.line, said=c.now, expected=f"at least what left ({c.why})")
        for c in changes
        if c.field == "quantity" and not c.allowed
    ]
    terms = customer.payment_terms or policy.default_terms
    rule = read_terms(terms)
    exceptions = tuple(_exceptions(order, customer, differences, net, lines))
    outcome = OrderOutcome.HOLD if differences else (OrderOutcome.CHANGE if existing else OrderOutcome.ACCEPT)
    return OrderDecision(
        outcome=outcome,
        customer=customer.number,
        currency=currency,
        lines=lines,
        discrepancies=tuple(differences),
        existing=existing,
        changes=changes,
        exceptions=exceptions,
        net=net,
        tax=tax,
        freight=freight,
        payment_terms=terms,
        ship_to=ship_to,
        quotation=quoted,
        content_key=key,
        prepayment=bool(rule and rule.prepayment),
        notes=notes,
        reasons=(Reason("customer", f"{books.sender.address or 'the sender'} is {customer.name} ({customer.number})"),),
    )


def _check_line(
    said: OrderedLine,
    number: int,
    currency: str,
    customer: Customer,
    books: OrderBooks,
    quotation: str | None,
    policy: OrderPolicy,
) -> _Checked:
    name = said.line or str(number)
    found = _items_meant(said, currency, customer, books)
    if len({item.number for item in found}) != 1:
        what = said.item or said.buyer_item or said.description
        return _Checked(_as_said(said, name), (Difference(code=Discrepancy.UNKNOWN_ITEM, line=name, said=what),))
    item = found[0]
    if item.currency != currency:
        expected = ", ".join(sorted({one.currency for one in found}))
        difference = Difference(code=Discrepancy.CURRENCY, line=name, said=currency, expected=expected)
        return _Checked(_as_said(said, name, item), (difference,))
    if said.quantity is None or said.quantity <= 0:
        shown = None if said.quantity is None else plain(said.quantity)
        code = Discrepancy.MISSING if said.quantity is None else Discrepancy.QUANTITY
        return _Checked(_as_said(said, name, item), (Difference(code=code, line=name, said=shown, expected="a quantity"),))
    base = pieces(said.quantity, said.unit, item.unit, item.pack_size)
    if base is None:
        difference = Difference(code=Discrepancy.UNIT, line=name, said=said.unit, expected=item.unit)
        return _Checked(_as_said(said, name, item), (difference,))
    agreed = _agreed_price(item, customer, books.prices, base, quotation, policy.today)
    return _priced(said, name, item, base, agreed, currency, policy)


def _items_meant(said: OrderedLine, currency: str, customer: Customer, books: OrderBooks) -> list[Item]:
    """The items that the line's numbers name: ours first, then the buyer's own number by our map."""
    keys = [fold_item(said.item), fold_item(said.buyer_item)]
    for key in keys:
        direct = [item for item in books.items if key and fold_item(item.number) == key]
        if direct:
            return sorted(direct, key=lambda item: item.currency != currency)
    mapped = {
        fold_item(price.item)
        for price in books.prices
        if price.customer == customer.number and price.buyer_item and fold_item(price.buyer_item) in keys
    }
    found = [item for item in books.items if fold_item(item.number) in mapped]
    return sorted(found, key=lambda item: item.currency != currency)


def _agreed_price(
    item: Item, customer: Customer, prices: Iterable[Price], quantity: Decimal, quotation: str | None, today: date
) -> Price:
    """The price that holds: the quotation named, else the customer's own, else everybody's, else the list."""
    valid = [
        price
        for price in prices
        if fold_item(price.item) == fold_item(item.number)
        and price.currency == item.currency
        and price.customer in (None, customer.number)
        and (price.min_quantity is None or price.min_quantity <= quantity)
        and (price.valid_from is None or price.valid_from <= today)
        and (price.valid_to is None or today <= price.valid_to)
    ]

    def rank(price: Price) -> tuple[bool, bool, Decimal, date]:
        quoted = bool(quotation) and fold_number(price.quotation) == fold_number(quotation)
        own = price.customer is not None
        return quoted, own, price.min_quantity or Decimal(0), price.valid_from or date.min

    # A price of another quotation holds only where that quotation is named.
    usable = [p for p in valid if p.quotation is None or rank(p)[0]] or [p for p in valid if p.customer is not None]
    if usable:
        return max(usable, key=rank)
    return Price(
        customer=None, item=item.number, unit_price=item.unit_price, price_per=item.price_per, currency=item.currency
    )


def _priced(
    said: OrderedLine,
    name: str,
    item: Item,
    base: Decimal,
    agreed: Price,
    currency: str,
    policy: OrderPolicy,
) -> _Checked:
    assert said.quantity is not None
    factor = base / said.quantity  # pieces in one ordered unit
    expected = agreed.unit_price * factor / agreed.price_per  # for one ordered unit
    differences: list[Difference] = []
    notes: list[str] = []
    price, per = said.unit_price, said.price_per
    if price is None and said.amount is not None and said.quantity:
        price, per = said.amount / said.quantity, Decimal(1)
        if not _amount_fits(said, expected, Decimal(1)):
            differences.append(_price_difference(name, price, per, expected, agreed, factor))
    elif price is None:
        price, per = agreed.unit_price * factor, agreed.price_per
        notes.append(f"{name}: price {_price(price, per)} {currency} taken from our list")
    elif price / per != expected:
        basis = agreed.price_per
        if price == agreed.unit_price * factor and basis != per and _amount_fits(said, price, basis):
            per = basis
            notes.append(f"{name}: {_price(price, per)} {currency}, as the line's amount shows")
        elif price == agreed.unit_price * factor and basis != per:
            differences.append(
                Difference(code=Discrepancy.UNIT, line=name, said=_price(price, per), expected=_price(price, basis))
            )
        elif round_half_up(expected, _decimals(price)) != price or not _rounded_price(said, expected):
            differences.append(_price_difference(name, price, per, expected, agreed, factor))
    if said.discount_percent and not differences:
        differences.append(
            Difference(
                code=Discrepancy.PRICE,
                line=name,
                said=f"{_price(price, per)} less {plain(said.discount_percent)} %",
                expected=_price(agreed.unit_price * factor, agreed.price_per),
            )
            if price / per * (100 - said.discount_percent) / 100 != expected
            else _NO_DIFFERENCE
        )
        differences = [d for d in differences if d is not _NO_DIFFERENCE]
    elif said.discount_percent and price / per * (100 - said.discount_percent) / 100 == expected:
        differences = [d for d in differences if d.code is not Discrepancy.PRICE]
    differences += _check_quantity(name, item, base)
    differences += _check_lead_time(said.requested_on, name, item, policy)
    if said.amount is not None and said.unit_price is not None and not _amount_fits(said, said.unit_price, per):
        value = _extension(said.quantity, said.unit_price, per, said.discount_percent)
        differences.append(
            Difference(code=Discrepancy.TOTAL, line=name, said=plain(said.amount), expected=plain(round_half_up(value, 2)))
        )
    line = OrderLine(
        line=name,
        item=item.number,
        description=said.description or item.description,
        quantity=said.quantity,
        unit=said.unit or item.unit,
        unit_price=_tidy(agreed.unit_price * factor),
        price_per=agreed.price_per,
        discount_percent=None,
        tax_rate=item.tax_rate,
        buyer_item=said.buyer_item or (said.item if fold_item(said.item) != fold_item(item.number) else None),
        requested_on=said.requested_on,
        service=item.service,
    )
    if said.discount_percent and not any(d.code is Discrepancy.PRICE for d in differences) and price is not None:
        # The paper's price less its discount is exactly ours: it is booked in the buyer's own words.
        line = replace(line, unit_price=price, price_per=per, discount_percent=said.discount_percent)
    elif not any(d.code in (Discrepancy.PRICE, Discrepancy.UNIT) for d in differences) and price is not None:
        line = replace(line, unit_price=_tidy(price), price_per=per)
    return _Checked(line, tuple(differences), tuple(notes))


_NO_DIFFERENCE = Difference(code=Discrepancy.PRICE)


def _tidy(value: Decimal) -> Decimal:
    normal = value.normalize()
    return normal.quantize(Decimal(1)) if normal == normal.to_integral_value() else normal


def _decimals(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _rounded_price(said: OrderedLine, expected: Decimal) -> bool:
    """A unit price printed rounded is ours only where the line's amount proves it."""
    return said.amount is not None and _amount_fits(said, expected, Decimal(1))


def _price_difference(
    name: str, price: Decimal, per: Decimal, expected: Decimal, agreed: Price, factor: Decimal
) -> Difference:
    shown = _price(_tidy(agreed.unit_price * factor), agreed.price_per)
    return Difference(code=Discrepancy.PRICE, line=name, said=_price(_tidy(price), per), expected=shown)


def _extension(quantity: Decimal | None, price: Decimal, per: Decimal, discount: Decimal | None) -> Decimal:
    return (quantity or Decimal(0)) * price / per * (100 - (discount or Decimal(0))) / 100


def _amount_fits(said: OrderedLine, price: Decimal, per: Decimal) -> bool:
    """Whether quantity x price is the printed amount, within half a unit of its last decimal."""
    if said.amount is None:
        return False
    value = _extension(said.quantity, price, per, said.discount_percent)
    return round_half_up(value, _decimals(said.amount)) == said.amount


def _check_quantity(name: str, item: Item, base: Decimal) -> list[Difference]:
    if item.min_quantity and base < item.min_quantity:
        expected = f"at least {plain(item.min_quantity)}"
        return [Difference(code=Discrepancy.QUANTITY, line=name, said=plain(base), expected=expected)]
    if item.pack_size and base % item.pack_size:
        expected = f"a multiple of {plain(item.pack_size)}"
        return [Difference(code=Discrepancy.QUANTITY, line=name, said=plain(base), expected=expected)]
    if base != base.to_integral_value() and fold_unit(item.unit) == "C62":
        return [Difference(code=Discrepancy.QUANTITY, line=name, said=plain(base), expected="whole pieces")]
    return []


def _check_lead_time(requested: date | None, name: str | None, item: Item | None, policy: OrderPolicy) -> list[Difference]:
    if requested is None:
        return []
    earliest = policy.today + timedelta(days=(item.lead_days or 0) if item else 0)
    if requested >= earliest:
        return []
    return [
        Difference(
            code=Discrepancy.LEAD_TIME, line=name, said=requested.isoformat(), expected=f"{earliest.isoformat()} or later"
        )
    ]


def _as_said(said: OrderedLine, name: str, item: Item | None = None) -> OrderLine:
    """A line that cannot be verified, kept as the buyer wrote it."""
    return OrderLine(
        line=name,
        item=item.number if item else said.item,
        description=said.description or (item.description if item else ""),
        quantity=said.quantity or Decimal(0),
        unit=said.unit or (item.unit if item else ""),
        unit_price=said.unit_price or Decimal(0),
        price_per=said.price_per,
        discount_percent=said.discount_percent,
        tax_rate=item.tax_rate if item else None,
        buyer_item=said.buyer_item,
        requested_on=said.requested_on,
        service=item.service if item else False,
    )


def _check_head(order: PurchaseOrder, customer: Customer, policy: OrderPolicy, currency: str) -> list[Difference]:
    found: list[Difference] = []
    if not order.number:
        found.append(Difference(code=Discrepancy.MISSING, said=None, expected="an order number"))
    if not order.lines:
        found.append(Difference(code=Discrepancy.MISSING, said=None, expected="at least one line"))
    if order.issued_on is None and not policy.in_mail_body:
        found.append(Difference(code=Discrepancy.UNDATED, said=None, expected="the date of the order"))
    if order.issued_on is not None and order.issued_on > policy.today + timedelta(days=31):
        found.append(Difference(code=Discrepancy.UNDATED, said=order.issued_on.isoformat(), expected="a date that has been"))
    if order.signature_line_empty or (customer.requires_signature and not order.signed_by):
        found.append(Difference(code=Discrepancy.UNSIGNED, said=None, expected="a signature"))
    if currency != customer.currency:
        found.append(Difference(code=Discrepancy.CURRENCY, said=currency, expected=customer.currency))
    agreed = customer.payment_terms or policy.default_terms
    if order.payment_terms and same_terms(order.payment_terms, agreed) is False:
        found.append(Difference(code=Discrepancy.TERMS, said=order.payment_terms, expected=agreed))
    found += _check_lead_time(order.requested_on, None, None, policy)
    return found


def _check_totals(order: PurchaseOrder, checked: list[_Checked], currency: str) -> list[Difference]:
    """The printed totals against the printed lines: the paper's own arithmetic, whatever our prices are."""
    amounts = [line.amount for line in order.lines if not line.cancelled]
    if order.footing is Footing.FAILED and order.difference is not None:
        stated = order.total if order.total is not None else order.net_total
        said = None if stated is None else plain(stated)
        return [Difference(code=Discrepancy.TOTAL, said=said, expected=f"a total that follows from the lines (off by {plain(order.difference)})")]
    if not amounts or any(amount is None for amount in amounts):
        amounts = [_line_value(line) for line in order.lines if not line.cancelled]
    if not amounts or any(amount is None for amount in amounts):
        return []
    net = sum((amount for amount in amounts if amount is not None), Decimal(0))
    freight, tax = order.freight or Decimal(0), order.tax_total or Decimal(0)
    if order.net_total is not None and order.net_total not in (net, net + freight):
        return [Difference(code=Discrepancy.TOTAL, said=plain(order.net_total), expected=plain(net))]
    if order.total is not None and order.total not in {net, net + freight, net + tax, net + freight + tax}:
        return [Difference(code=Discrepancy.TOTAL, said=plain(order.total), expected=plain(net + freight + tax))]
    return []


def _line_value(line: OrderedLine) -> Decimal | None:
    if line.amount is not None:
        return line.amount
    if line.quantity is None or line.unit_price is None:
        return None
    return round_half_up(_extension(line.quantity, line.unit_price, line.price_per, line.discount_percent), 2)


def _check_ship_to(order: PurchaseOrder, customer: Customer) -> tuple[str | None, list[Difference]]:
    said = ", ".join(part for part in (order.ship_to.name, order.ship_to.address) if part)
    known = [*customer.ship_to, *([customer.address] if customer.address else [])]
    default = known[0] if known else None
    if not said or _USUAL_PLACE.search(said):
        return default, []
    if not known:
        return said, []
    for place in known:
        if same_place(said, place, own_name=customer.name):
            return said, []
    expected = " | ".join(" ".join(place.split()) for place in known)
    return said, [Difference(code=Discrepancy.SHIP_TO, said=" ".join(said.split()), expected=expected)]


def _check_credit(customer: Customer, books: OrderBooks, value: Money, existing: Order | None) -> list[Difference]:
    limit = customer.credit_limit
    if customer.on_hold:
        return [Difference(code=Discrepancy.CREDIT_LIMIT, said="customer is on hold", expected="released by a person")]
    if limit is None or value.currency != limit.currency:
        return []
    rule = read_terms(customer.payment_terms)
    if rule and rule.prepayment:
        return []
    held = existing.total if existing is not None and existing.status is not OrderStatus.HELD else None
    exposure = Money(books.exposure_minor - (held.minor if held else 0), limit.currency) + value
    if exposure <= limit:
        return []
    return [Difference(code=Discrepancy.CREDIT_LIMIT, said=exposure.plain(), expected=f"at most {limit.plain()}")]


_CODES = {
    Discrepancy.UNKNOWN_ITEM: "item_unknown",
    Discrepancy.PRICE: "price_var",
    Discrepancy.QUANTITY: "qty_var",
    Discrepancy.TOTAL: "total_mismatch",
    Discrepancy.DUPLICATE: "po_dup",
    Discrepancy.UNSIGNED: "unsigned",
    Discrepancy.UNDATED: "undated",
    Discrepancy.SHIP_TO: "shipto_unknown",
    Discrepancy.TERMS: "terms_var",
    Discrepancy.LEAD_TIME: "lead_time",
    Discrepancy.CREDIT_LIMIT: "credit_limit",
    Discrepancy.CURRENCY: "currency_var",
    Discrepancy.UNIT: "uom_var",
    Discrepancy.MISSING: "missing",
}


def describe(difference: Difference) -> str:
    """A difference in one line for a clerk."""
    where = f"line {difference.line} " if difference.line else ""
    said = difference.said if difference.said is not None else "nothing"
    expected = f", we expected {difference.expected}" if difference.expected else ""
    return f"{where}{difference.code.value.replace('_', ' ')}: the order says {said}{expected}"


def _exceptions(
    order: PurchaseOrder,
    customer: Customer,
    differences: list[Difference],
    net: Money,
    lines: tuple[OrderLine, ...],
) -> Iterable[MatchException]:
    """One queue item for the order, naming every difference: a clerk settles the order, not each line of it."""
    if not differences:
        return
    first = differences[0]
    code = _CODES[first.code] if len({d.code for d in differences}) == 1 else "order_discrepancies"
    yield MatchException(
        code=code,
        kind=QueueKind.ORDER_DISCREPANCY,
        summary=f"order {order.number or 'without number'} of {customer.name}: "
        + "; ".join(describe(d) for d in differences),
        customer=customer.number,
        amount=net,
        reasons=tuple(Reason(d.code.value, describe(d)) for d in differences),
        critical=any(d.code is Discrepancy.SHIP_TO for d in differences),
    )


def as_ordered(order: PurchaseOrder, booked: tuple[OrderLine, ...]) -> tuple[OrderLine, ...]:
    """The lines with the buyer's own prices and quantities: what a clerk books who accepts the order as it was sent."""
    result = []
    said_lines = [line for line in order.lines if not line.cancelled]
    for line, said in zip(booked, said_lines, strict=True):
        price = said.unit_price
        if price is None and said.amount is not None and said.quantity:
            price = said.amount / said.quantity
        result.append(
            replace(
                line,
                quantity=said.quantity if said.quantity is not None else line.quantity,
                unit_price=price if price is not None else line.unit_price,
                price_per=said.price_per if said.unit_price is not None else (Decimal(1) if price is not None else line.price_per),
                discount_percent=said.discount_percent,
            )
        )
    return tuple(result)


def net_of(lines: Iterable[OrderLine], currency: str) -> Money:
    result = Money.zero(currency)
    for line in lines:
        result = result + line_net(line, line.quantity, currency)
    return result


__all__ = ["OrderPolicy", "TaxTreatment", "as_ordered", "content_key", "decide_order", "describe", "fold_item", "fold_number", "net_of"]
