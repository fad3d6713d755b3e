"""Is this order one that we would take as it stands? Every difference is named, nothing is corrected in silence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from agent.domain.billing import line_net, order_totals
from agent.domain.books import OrderBooks
from agent.domain.decisions import Candidate, LineChange, MatchException, OrderDecision, OrderOutcome, QueueKind, Reason
from agent.domain.documents import Flag, PurchaseOrder
from agent.domain.money import Money, plain
from agent.domain.phrases import phrase
from agent.domain.receivables import Customer, Difference, Discrepancy, Order, OrderLine, OrderStatus
from agent.domain.terms import read_terms
from matching.customers import name_likeness
from matching.folding import fold_item, fold_number
from matching.order_amendments import amended, clean_part
from matching.order_changes import (
    after_change,
    changes_of,
    content_key,
    counterpart,
    earlier_order,
    is_whole,
    order_number,
)
from matching.order_findings import (
    Case,
    OrderPolicy,
    Verified,
    asked,
    describe,
    exceptions_of,
    notes_of,
    reasons_of,
    reservations_of,
    shown_changes,
)
from matching.order_frames import check_frame, frame_prices
from matching.order_heads import HeadFrame, check_credit, check_head, check_ship_to
from matching.order_items import stock_of
from matching.order_lines import CheckedLine, LineFrame, check_line, deduction_difference, sane, sort_lines
from matching.order_totals import check_totals
from matching.parties import SAME_NAME, choose_customer

# What of a line's check says something of a frame: quantities and dates come with the releases.
_OF_A_FRAME = frozenset({Discrepancy.UNKNOWN_ITEM, Discrepancy.PRICE, Discrepancy.UNIT, Discrepancy.CURRENCY})


def buyer_of(order: PurchaseOrder, books: OrderBooks) -> tuple[Customer | None, MatchException | None]:
    """The customer who orders: one on whose record the sender stands; or why nobody can say."""
    customer, refused = choose_customer(
        books.customers,
        books.sender,
        names=(order.buyer.name, order.bill_to.name),
        tax_ids=(order.buyer.tax_id,),
        addresses=(order.buyer.email,),
    )
    customer = customer or _owner_of_order(order, books)
    if customer is None:
        return None, refused
    stranger = _other_party(order, customer, books)
    if stranger is None:
        return customer, None
    return None, MatchException(
        code="cust_ambig",
        kind=QueueKind.AMBIGUOUS,
        summary=f"{books.sender.address} writes for {customer.name}, and order "
        f"{order_number(order) or 'without number'} names {stranger.name}: who buys, and may they?",
        customer=customer.number,
        reasons=(Reason("party", f"the paper names {stranger.number} {stranger.name}"),),
    )


def _owner_of_order(order: PurchaseOrder, books: OrderBooks) -> Customer | None:
    """Whose order a change or a cancellation is about, where an address writes for several customers of ours.

    A new order says itself who buys; of one that we hold, its number says it.
    """
    if not order.cancels and order.revision_of is None:
        return None
    number = fold_number(order_number(order))
    mine = [o for o in books.orders if o.customer in books.sender.customers]
    owners = {o.customer for o in mine if number and number in (fold_number(o.po_number), fold_number(o.number))}
    return next((c for c in books.customers if {c.number} == owners), None)


def _other_party(order: PurchaseOrder, customer: Customer, books: OrderBooks) -> Customer | None:
    """Another customer of ours whom the paper names as buyer or as the one who pays."""
    for name in (order.bill_to.name, order.buyer.name):
        if not name or _is_named(customer, name):
            continue
        others = [c for c in books.customers if c.number != customer.number and _is_named(c, name)]
        if others:
            return others[0]
    return None


def _is_named(customer: Customer, name: str) -> bool:
    return any(name_likeness(name, known) >= SAME_NAME for known in (customer.name, *customer.aliases))


def decide_order(order: PurchaseOrder, books: OrderBooks, policy: OrderPolicy) -> OrderDecision:
    """Compare an order with master data, prices and what we hold; see OrderOutcome for what can come of it."""
    customer, refused = buyer_of(order, books)
    if customer is None:
        return _refuse(order, refused, None)
    if not books.sender.trusted:
        return _refuse(order, _untrusted(order, books), customer)
    key = content_key(order, customer.number)
    earlier = earlier_order(order, customer.number, books.orders, key)
    existing = earlier.order if earlier else None
    case = Case(order, customer, books, policy, key, existing)
    if Flag.QUOTE_REQUEST in order.flags:
        return _not_an_order(case)
    if earlier is not None and not earlier.sure:
        case = replace(case, existing=None) if order.cancels else case
        return _cancel(case) if order.cancels else _conflict(case, ())
    if order.cancels:
        return _cancel(case)
    if Flag.BLANKET in order.flags:
        return _agreement(case)
    if existing is None:
        return _verify(case)
    if order.revision_of is None:
        return _again(case, existing)
    return _revise(replace(case, order=amended(order, existing)), existing)


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
        summary=f"order {order_number(order) or 'without number'} from {books.sender.address}, "
        "whose mail is not authenticated",
        customer=books.customers[0].number if books.customers else None,
        critical=True,
        reasons=(Reason("trust", "the receiving server did not confirm the sender (DMARC)"),),
    )


def _decided(case: Case, outcome: OrderOutcome, *exceptions: MatchException) -> OrderDecision:
    return OrderDecision(
        outcome=outcome,
        customer=case.customer.number,
        currency=case.currency,
        existing=case.existing,
        exceptions=exceptions,
        content_key=case.key,
    )


def _not_an_order(case: Case) -> OrderDecision:
    exception = asked(
        case,
        "quote_request",
        f"{case.customer.name} asks for a quotation ({case.number}): for sales, nothing is ordered",
    )
    return _decided(case, OrderOutcome.NOT_AN_ORDER, replace(exception, kind=QueueKind.OTHER))


def _agreement(case: Case) -> OrderDecision:
    found = _lines(case)
    summary = f"blanket order {case.number} of {case.customer.name}: a frame, nothing to deliver without a release"
    prices = [d for one in found.checked for d in one.differences if d.code in _OF_A_FRAME]
    reasons = tuple(Reason(d.code.value, describe(d)) for d in prices)
    said = "; ".join([summary, *(reason.detail for reason in reasons)])
    exception = asked(case, "po_blanket", said, amount=found.net or None, reasons=reasons)
    return replace(
        _decided(case, OrderOutcome.AGREEMENT, exception),
        lines=tuple(as_printed(one) for one in found.checked),
        discrepancies=tuple(prices),
        agreement=case.frame,
    )


def as_printed(one: CheckedLine) -> OrderLine:
    """A line with the price that the paper prints, whatever our list says: what is agreed is for a person to say."""
    if one.said.unit_price is None or not sane(one.said):
        return one.line
    return replace(
        one.line,
        unit_price=one.said.unit_price,
        price_per=one.said.price_per,
        quantity=one.said.quantity or Decimal(0),
        unit=one.said.unit or one.line.unit,
    )


def _cancel(case: Case) -> OrderDecision:
    existing = case.existing
    if existing is not None and existing.status is OrderStatus.CANCELLED:
        reason = Reason("order_number", f"our order {existing.number} is cancelled already")
        return replace(_decided(case, OrderOutcome.REPEAT), reasons=(reason,))
    shipped = existing is not None and any(line.delivered or line.invoiced for line in existing.lines)
    if existing is None:
        code, what = "po_cancel_unknown", "which we do not hold"
    elif shipped:
        code, what = "po_cancel_after_ship", "of which some was delivered already"
    else:
        code, what = "po_cancel", "of which nothing was delivered: accept to cancel it"
    candidates = () if existing is None else (
        Candidate(
            n=1,
            order=existing.number,
            amount=existing.total,
            confidence=0.5 if shipped else 0.95,
            evidence=(Reason("order_number", f"{case.number} is our order {existing.number}"),),
        ),
    )  # fmt: skip
    summary = f"{case.customer.name} cancels order {case.number}, {what}"
    return _decided(case, OrderOutcome.CANCEL, asked(case, code, summary, candidates=candidates))


def _again(case: Case, existing: Order) -> OrderDecision:
    """The same number without a sign of a revision: a repeat, an answer to our question, or a conflict."""
    changes = (
        changes_of(case.order, existing, whole=True) if case.order.lines and existing.content_key != case.key else ()
    )
    if existing.status is OrderStatus.CANCELLED:
        return _conflict(case, changes)
    if existing.status is OrderStatus.HELD and case.order.lines:
        # We asked: a corrected paper is verified anew, and so is the same one, for our own figures may have moved.
        anew = _verify(case)
        if changes or anew.outcome is OrderOutcome.CHANGE:
            return anew
    if changes:
        return _conflict(case, changes)
    return _repeat(case, existing, "with the same lines")


def _repeat(case: Case, existing: Order, how: str) -> OrderDecision:
    reason = Reason("order_number", f"{case.number} is our order {existing.number} already, {how}")
    return replace(_decided(case, OrderOutcome.REPEAT), currency=existing.currency, reasons=(reason,))


def _revise(case: Case, existing: Order) -> OrderDecision:
    """A marked revision: what it leaves out stays, unless it restates the whole order."""
    whole = is_whole(case.order, existing)
    changes = changes_of(case.order, existing, whole=whole)
    if existing.status is OrderStatus.CANCELLED:
        return _conflict(case, changes)
    if not changes and case.order.lines and existing.status is not OrderStatus.HELD:
        return _repeat(case, existing, "and the revision changes nothing")
    return _verify(replace(case, whole=whole))


def _conflict(case: Case, changes: tuple[LineChange, ...]) -> OrderDecision:
    existing = case.existing
    assert existing is not None
    evidence = shown_changes(changes)
    if existing.status is OrderStatus.CANCELLED:
        what = f"came again, and our order {existing.number} was cancelled"
    elif changes:
        what = "came again with other content and no sign of a revision: " + "; ".join(r.detail for r in evidence)
    else:
        what = f"has the digits and the lines of {existing.po_number} ({existing.number}): the same, or another one?"
    exception = MatchException(
        code="po_dup",
        kind=QueueKind.DUPLICATE,
        summary=f"order {case.number} {what}",
        customer=case.customer.number,
        candidates=(Candidate(n=1, order=existing.number, amount=existing.total, confidence=0.5, evidence=evidence),),
        reasons=evidence,
    )
    difference = Difference(code=Discrepancy.DUPLICATE, said=order_number(case.order), expected=existing.number)
    decision = _decided(case, OrderOutcome.CONFLICT, exception)
    return replace(decision, currency=existing.currency, changes=changes, discrepancies=(difference,))


def _verify(case: Case) -> OrderDecision:
    found = _lines(case)
    changes = changes_of(case.order, case.existing, whole=case.whole) if case.existing is not None else ()
    ship_to, place, place_note = check_ship_to(case.order, case.customer)
    head = HeadFrame(
        today=case.policy.today, default_terms=case.policy.default_terms, in_mail_body=case.policy.in_mail_body
    )
    foreign = case.currency != case.customer.currency
    differences = [
        d for one in found.checked for d in one.differences if not (foreign and d.code is Discrepancy.CURRENCY)
    ]
    differences += [deduction_difference(name, line, case.currency) for name, line in found.sorted_lines.deductions]
    differences += check_head(case.order, case.customer, head, case.currency)
    differences += _totals(case, found)
    differences += place
    differences += check_frame(case.frame, found.lines, found.net, case.books.items, case.policy.today)
    differences += check_credit(case.customer, case.books, found.net + found.tax, case.existing)
    differences += _below_what_left(changes)
    held = reservations_of(case)
    exceptions = exceptions_of(case, tuple(differences), held, found, changes)
    rule = read_terms(case.terms)
    live = case.existing is not None and case.existing.status is not OrderStatus.HELD
    part: tuple[OrderLine, ...] = ()
    if live and exceptions and not held and case.existing is not None:
        part = clean_part(case.existing, found.checked, found.lines, tuple(differences))
    clean = OrderOutcome.CHANGE if case.existing else OrderOutcome.ACCEPT
    return replace(
        _decided(case, OrderOutcome.HOLD if exceptions else clean, *exceptions),
        lines=found.lines,
        discrepancies=tuple(differences),
        changes=changes,
        net=found.net,
        tax=found.tax,
        freight=found.freight,
        payment_terms=case.terms,
        ship_to=ship_to,
        quotation=case.order.quotation_number[:100] if case.order.quotation_number else None,
        prepayment=bool(rule and rule.prepayment),
        clean=part,
        agreement=case.frame,
        notes=notes_of(case, found, place_note),
        reasons=reasons_of(case),
    )


def _lines(case: Case) -> Verified:
    rows = sort_lines(case.order)
    only = None
    if len(rows.goods) == 1 and not rows.deductions and not rows.freight:
        order = case.order
        gross = order.total if not order.tax_total else (order.total or Decimal(0)) - order.tax_total
        only = order.net_total if order.net_total is not None else (gross if order.total is not None else None)
    agreed = frame_prices(case.frame)
    books = replace(case.books, prices=(*case.books.prices, *agreed))
    frame = LineFrame(
        currency=case.currency,
        stock=stock_of(books, case.customer),
        quotation=case.frame.number if case.frame and agreed else case.order.quotation_number,
        requested_on=case.order.requested_on,
        today=case.policy.today,
        only_amount=only,
    )
    checked = tuple(_as_agreed(check_line(name, line, frame), case.existing) for name, line in rows.goods)
    lines = tuple(one.line for one in checked)
    freight = _freight(rows.freight, case)
    if case.existing is not None:
        lines = after_change(case.order, case.existing, checked, whole=case.whole)
        freight = freight or (None if case.whole else case.existing.freight)
    net, tax = order_totals(lines, freight, case.customer, case.currency)
    return Verified(checked, rows, lines, freight, net, tax)


def _freight(amount: Decimal | None, case: Case) -> Money | None:
    """The carriage that the order states; what is no amount of money is none (and said by the check of the totals)."""
    if not amount or not amount.is_finite() or not 0 < amount < 10**9:
        return None
    return Money.rounded(amount, case.currency)


def _as_agreed(one: CheckedLine, existing: Order | None) -> CheckedLine:
    """In a revision, a line at the price of the order that we confirmed is agreed, whatever our list says today."""
    if existing is None or existing.status is OrderStatus.HELD or one.said.unit_price is None:
        return one
    line = counterpart(one.said, existing.lines)
    if line is None or line.item != one.line.item or line.unit != one.line.unit or line.discount_percent:
        return one
    if one.said.discount_percent or one.said.unit_price * line.price_per != line.unit_price * one.said.price_per:
        return one
    kept = tuple(d for d in one.differences if d.code not in (Discrepancy.PRICE, Discrepancy.UNIT))
    return replace(one, line=replace(one.line, unit_price=line.unit_price, price_per=line.price_per), differences=kept)


def _totals(case: Case, found: Verified) -> tuple[Difference, ...]:
    rows = found.sorted_lines
    if not found.checked:
        return ()
    deductions = sum((line.amount or line.unit_price or Decimal(0) for _, line in rows.deductions), Decimal(0))
    return check_totals(case.order, found.checked, deductions, rows.freight, case.currency, found.tax.amount)


def _below_what_left(changes: Iterable[LineChange]) -> list[Difference]:
    return [
        Difference(
            code=Discrepancy.QUANTITY,
            line=c.line,
            said=c.now,
            expected=f"at least what left ({c.why})",
            expected_as=phrase("wanted.delivered", number=plain(c.left or Decimal(0))),
        )
        for c in changes
        if c.field == "quantity" and not c.allowed
    ]


def as_ordered(order: PurchaseOrder, booked: tuple[OrderLine, ...]) -> tuple[OrderLine, ...]:
    """The lines with the buyer's own prices and quantities: what a clerk books who accepts the order as it was sent."""
    rows = [line for _, line in sort_lines(order).goods]
    rest = list(booked)
    result = {line.line: line for line in booked}
    for n, said in enumerate(rows):
        line = rest[0] if len(rows) - n == len(rest) else counterpart(said, rest)
        if line is None:
            continue
        rest.remove(line)
        if not sane(said):
            continue
        price, per = said.unit_price, said.price_per
        if price is None and said.amount is not None and said.quantity:
            price, per = said.amount / said.quantity, Decimal(1)
        result[line.line] = replace(
            line,
            quantity=said.quantity if said.quantity is not None else line.quantity,
            unit_price=price if price is not None else line.unit_price,
            price_per=per if price is not None else line.price_per,
            discount_percent=said.discount_percent,
            requested_on=said.requested_on or order.requested_on or line.requested_on,
        )
    return tuple(result.values())


def net_of(lines: Iterable[OrderLine], currency: str) -> Money:
    """The net of these lines."""
    result = Money.zero(currency)
    for line in lines:
        result = result + line_net(line, line.quantity, currency)
    return result


__all__ = [
    "OrderPolicy",
    "as_ordered",
    "buyer_of",
    "content_key",
    "decide_order",
    "describe",
    "fold_item",
    "fold_number",
    "net_of",
    "order_number",
]
