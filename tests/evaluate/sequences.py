"""What happens in several steps: advices said twice, corrected or alike, and the money at the bank, with or without them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from agent.domain.documents import Flag
from agent.domain.money import Money
from agent.domain.receivables import OpenItem
from tests.evaluate.cases import Advised, Banked, Draw, Step, Unsuitable, full, kind, nothing, row, tolerated
from tests.evaluate.forms import Row
from tests.evaluate.truth import Due, Truth


def _plain(d: Draw, least: int = 1, most: int = 4) -> tuple[list[OpenItem], Advised]:
    items = d.some(least, most)
    return items, d.advised(items[0].customer, [row(i) for i in items], [full(i) for i in items])


def _text(d: Draw, items: list[OpenItem]) -> str:
    """What people write in the remittance field of a transfer."""
    numbers = [i.number for i in items]
    if len(numbers) == 1:
        forms = [numbers[0], f"Invoice {numbers[0]}", f"RG {numbers[0]} VOM {d.paid_on:%d.%m.%Y}", f"/INV/{numbers[0]}",
                 f"INV NO {numbers[0]} THANK YOU", f"KD {items[0].customer} {numbers[0]}"]  # fmt: skip
        return d.rng.choice(forms)
    return d.rng.choice((" ", ", ", " / ", " + ", "; ")).join(numbers)


# ---- said more than once ------------------------------------------------------------------------------------------


@kind(25, honest=False)
def advice_repeated(d: Draw) -> Iterable[Step]:
    _, first = _plain(d)
    which = d.rng.random()
    sheet = first.sheet
    if which < 0.3:
        sheet = replace(sheet, rows=tuple(reversed(sheet.rows)), payer=None)
    elif which < 0.6:  # the payment run's number in one mail, the bank's in the other
        sheet = replace(sheet, reference=f"TRN{d.rng.randrange(10**8)}")
    elif which < 0.8:
        sheet = replace(sheet, reference=None)
    else:
        sheet = replace(sheet, rows=tuple(replace(r, reference=d.notation(r.reference or "")) for r in sheet.rows))
    again = Advised(sheet, first.sender, nothing(*first.truth.payers))
    return (first, again, again) if d.rng.random() < 0.3 else (first, again)


@kind(10, honest=False)
def advice_sent_again_with_another_line(d: Draw) -> Iterable[Step]:
    items = d.some(2, 5)
    customer = items[0].customer
    first = d.advised(customer, [row(i) for i in items[:-1]], [full(i) for i in items[:-1]])
    more = replace(first.sheet, rows=tuple(row(i) for i in items), total=sum(i.open.minor for i in items))
    return (first, Advised(more, first.sender, nothing(*first.truth.payers)))


@kind(10, honest=False)
def advice_corrected(d: Draw) -> Iterable[Step]:
    items, first = _plain(d, 2, 5)
    rows = tuple(row(i) for i in items[1:])
    sheet = replace(first.sheet, rows=rows, total=sum(r.paid or 0 for r in rows), flags=(Flag.CORRECTION,))
    if d.rng.random() < 0.5:
        sheet = replace(sheet, reference=f"PAY{d.rng.randrange(10**6, 10**7)}")
    return (first, Advised(sheet, first.sender, nothing(*first.truth.payers), channel="lines"))


@kind(10, honest=True)
def two_payments_that_look_alike(d: Draw) -> Iterable[Step]:
    """Two real payments of one amount for two invoices, each advised, then each at the bank with its reference."""
    by: dict[tuple[str, int], list[OpenItem]] = {}
    for customer in d.world.customers:
        for item in d.open_of(customer):
            by.setdefault((customer, item.open.minor), []).append(item)
    same = [items for items in by.values() if len(items) > 1]
    if not same:
        raise Unsuitable
    a, b = d.rng.choice(same)[:2]
    first, second = d.advised(a.customer, [row(a)], [full(a)]), d.advised(b.customer, [row(b)], [full(b)])
    lines = []
    for advised in (second, first):
        line = d.bank(a.customer, a.open.minor, f"REF {advised.sheet.reference}")
        lines.append(Banked(line, advised.truth))
    return (first, second, *lines)


@kind(8, honest=False)
def two_payments_that_cannot_be_told_apart(d: Draw) -> Iterable[Step]:
    a, second_of = d.some(2, 2) if d.rng.random() < 0.5 else (d.some(1, 1) * 2)
    first = d.advised(a.customer, [row(a)], [full(a)])
    if a is second_of:  # the invoice is really paid twice
        line = d.bank(a.customer, a.open.minor, _text(d, [a]))
        return (
            first,
            Banked(line, first.truth),
            Banked(replace(line, bank_reference="B2"), nothing(*first.truth.payers)),
        )
    line = d.bank(a.customer, a.open.minor, "PAYMENT")
    return (first, Banked(line, first.truth), Banked(replace(line, bank_reference="B2"), nothing(*first.truth.payers)))


# ---- announced, then received -------------------------------------------------------------------------------------


@kind(60, honest=True)
def advice_then_its_money(d: Draw) -> Iterable[Step]:
    items, first = _plain(d, 1, 6)
    total = sum(i.open.minor for i in items)
    text = d.rng.choice((f"REF {first.sheet.reference}", str(first.sheet.reference), _text(d, items), "PAYMENT", ""))
    return (first, Banked(d.bank(items[0].customer, total, text or None), first.truth))


@kind(15, honest=True)
def money_then_its_advice(d: Draw) -> Iterable[Step]:
    items, advised = _plain(d, 1, 4)
    total = sum(i.open.minor for i in items)
    customer = items[0].customer
    line = d.bank(customer, total, d.rng.choice(("PAYMENT", "SUPPLIER PAYMENT", None)))
    later = Banked(line, advised.truth)  # looked at again when the advice has come
    return (Banked(line, nothing(*advised.truth.payers)), advised, later)


@kind(10, honest=True)
def money_with_its_numbers_then_the_advice(d: Draw) -> Iterable[Step]:
    items, advised = _plain(d, 1, 3)
    total = sum(i.open.minor for i in items)
    line = d.bank(items[0].customer, total, ", ".join(i.number for i in items))
    return (Banked(line, advised.truth), replace(advised, truth=nothing(*advised.truth.payers)))


@kind(10, honest=True)
def two_parts_each_advised(d: Draw) -> Iterable[Step]:
    (item,) = d.some(1, 1, lambda i: i.open.minor > 10000)
    part = item.open.minor * d.rng.randrange(30, 70) // 100
    rest = item.open.minor - part
    first = d.advised(item.customer, [row(item, paid=part, balance=rest)], [Due(item.number, part, part)])
    second = d.advised(item.customer, [row(item, paid=rest)], [Due(item.number, rest, rest)])
    return (
        first, Banked(d.bank(item.customer, part, f"REF {first.sheet.reference}"), first.truth),
        second, Banked(d.bank(item.customer, rest, f"REF {second.sheet.reference}"), second.truth),
    )  # fmt: skip


@kind(10, honest=True)
def several_advices_in_one_transfer(d: Draw) -> Iterable[Step]:
    """A payment run that the bank makes one transfer of, with the references of its advices."""
    items = d.some(2, 4)
    advised = [d.advised(i.customer, [row(i)], [full(i)]) for i in items]
    if len({one.sheet.reference for one in advised}) < len(advised):
        raise Unsuitable
    total = sum(i.open.minor for i in items)
    text = " ".join(str(one.sheet.reference) for one in advised)
    truth = Truth(tuple(full(i) for i in items), advised[0].truth.payers)
    return (*advised, Banked(d.bank(items[0].customer, total, text), truth))


@kind(8, honest=False)
def several_advices_in_one_transfer_without_a_word(d: Draw) -> Iterable[Step]:
    items = d.some(2, 3)
    advised = [d.advised(i.customer, [row(i)], [full(i)]) for i in items]
    total = sum(i.open.minor for i in items)
    meant = tuple(full(i) for i in items)
    truth = Truth((), advised[0].truth.payers, applies=False, meant=meant)
    return (*advised, Banked(d.bank(items[0].customer, total, "PAYMENT"), truth))


@kind(10, honest=True)
def one_advice_in_two_transfers(d: Draw) -> Iterable[Step]:
    """A limit of the bank splits a payment; both transfers bear its reference."""
    items, first = _plain(d, 1, 4)
    total = sum(i.open.minor for i in items)
    part = total * d.rng.randrange(20, 80) // 100
    if any(part == i.open.minor for i in d.open_of(items[0].customer)) or part * 2 == total:
        raise Unsuitable
    one, two = (d.bank(items[0].customer, a, f"REF {first.sheet.reference}") for a in (part, total - part))
    return (first, Banked(one, nothing(*first.truth.payers)), Banked(replace(two, bank_reference="B2"), first.truth))


@kind(10, honest=False)
def other_amount_arrives(d: Draw) -> Iterable[Step]:
    items, first = _plain(d)
    total = sum(i.open.minor for i in items) + d.rng.choice((-2000, -100, 5000))
    customer = items[0].customer
    if total <= 0:
        raise Unsuitable
    return (first, Banked(d.bank(customer, total, f"REF {first.sheet.reference}"), nothing(*first.truth.payers)))


@kind(10, honest=False)
def same_amount_from_another_customer(d: Draw) -> Iterable[Step]:
    items, first = _plain(d)
    other = d.stranger(items[0].customer)
    return (first, Banked(d.bank(other, sum(i.open.minor for i in items), "PAYMENT"), nothing(other)))


@kind(8, honest=False)
def deposit_of_several_customers(d: Draw) -> Iterable[Step]:
    items, first = _plain(d)
    other = d.open_of(d.stranger(items[0].customer))[0]
    second = d.advised(other.customer, [row(other)], [full(other)])
    total = sum(i.open.minor for i in items) + other.open.minor
    line = replace(d.bank(None, total, "DEPOSIT 2 ITEMS"), payer=None)
    return (first, second, Banked(line, nothing()))


@kind(10, honest=False)
def payment_taken_back(d: Draw) -> Iterable[Step]:
    items, first = _plain(d, 1, 2)
    total = sum(i.open.minor for i in items)
    line = d.bank(items[0].customer, total, f"REF {first.sheet.reference}")
    back = replace(line, amount=-Money(total, d.world.currency).amount, returned=True, text=f"RETURN {line.bank_reference}",
                   booked_on=(line.booked_on or d.paid_on) + timedelta(days=3), bank_reference="R1")  # fmt: skip
    return (first, Banked(line, first.truth), Banked(back, nothing(*first.truth.payers), returns=1))


# ---- at the bank alone --------------------------------------------------------------------------------------------


@kind(60, honest=True)
def bank_line_with_its_numbers(d: Draw) -> Iterable[Step]:
    items = d.some(1, 3)
    line = d.bank(items[0].customer, sum(i.open.minor for i in items), _text(d, items))
    return (Banked(line, Truth(tuple(full(i) for i in items), frozenset({items[0].customer}))),)


@kind(15, honest=True)
def bank_line_with_discount(d: Draw) -> Iterable[Step]:
    (item,) = d.some(1, 1, lambda i: d.discount(i) > 0)
    paid = item.open.minor - d.discount(item)
    line = d.bank(item.customer, paid, _text(d, [item]), booked_on=d.paid_on)
    return (Banked(line, Truth((Due(item.number, paid, item.open.minor),), frozenset({item.customer}))),)


@kind(10, honest=True)
def bank_line_with_charges(d: Draw) -> Iterable[Step]:
    (item,) = d.some(1, 1, lambda i: i.open.minor > 5000)
    fee = d.rng.choice((500, 1500, 2500))
    paid = item.open.minor - fee
    line = d.bank(item.customer, paid, item.number, charges=Money(fee, d.world.currency).amount)
    return (Banked(line, Truth((Due(item.number, paid, item.open.minor),), frozenset({item.customer}))),)


@kind(25, honest=False)
def bank_line_without_a_number(d: Draw) -> Iterable[Step]:
    items = d.some(1, 3)
    customer = items[0].customer
    text = d.rng.choice(("PAYMENT", None, f"CUSTOMER {customer}", "AKONTO", f"OUR REF {d.rng.randrange(10**5)}",
                         f"DATE {d.paid_on:%d%m%Y}", f"{d.rng.randrange(10**6)}"))  # fmt: skip
    truth = Truth((), frozenset({customer}), applies=False, meant=tuple(full(i) for i in items))
    return (Banked(d.bank(customer, sum(i.open.minor for i in items), text), truth),)


@kind(15, honest=False)
def bank_line_with_a_slip(d: Draw) -> Iterable[Step]:
    (item,) = d.some(1, 1)
    text = f"INVOICE {d.slip(item, item.open.minor)}"
    truth = Truth((full(item),), frozenset({item.customer}))
    return (Banked(d.bank(item.customer, item.open.minor, text), truth),)


@kind(15, honest=False)
def bank_line_with_an_amount_that_does_not_fit(d: Draw) -> Iterable[Step]:
    items = d.some(1, 3, lambda i: i.open.minor > 5000)
    total = sum(i.open.minor for i in items)
    paid = total - d.rng.randrange(600, 4000)
    if any(paid == i.open.minor for i in items) or paid == total - sum(d.discount(i) for i in items):
        raise Unsuitable
    dues = [Due(items[0].number, paid, paid + tolerated(items[0], total - paid))] if len(items) == 1 else []
    truth = Truth(tuple(dues), frozenset({items[0].customer}), applies=bool(dues))
    return (Banked(d.bank(items[0].customer, paid, _text(d, items)), truth),)


@kind(10, honest=False)
def bank_line_of_a_third_party(d: Draw) -> Iterable[Step]:
    items = d.some(1, 2)
    total = sum(i.open.minor for i in items)
    if d.rng.random() < 0.5:
        other = d.stranger(items[0].customer)
        return (Banked(d.bank(other, total, _text(d, items)), nothing(other)),)
    line = replace(
        d.bank(None, total, _text(d, items)), payer="FACTOR BANK SA", payer_account="FR7630006000011234567890189"
    )
    return (Banked(line, nothing()),)


@kind(10, honest=False)
def bank_line_of_a_customer_of_like_name(d: Draw) -> Iterable[Step]:
    """The bank cuts the name, and two customers begin alike."""
    (item,) = d.some(1, 1)
    name = d.world.customers[item.customer].name.split()[0]
    alike = {c.number for c in d.world.customers.values() if c.name.startswith(name)}
    if len(alike) < 2:
        raise Unsuitable
    numbered = d.rng.random() < 0.5
    line = d.bank(
        item.customer, item.open.minor, item.number if numbered else "PAYMENT", payer=name.upper(), payer_account=None
    )
    if numbered:
        return (Banked(line, Truth((full(item),), frozenset({item.customer}))),)
    return (Banked(line, nothing(item.customer)),)


@kind(8, honest=False)
def number_broken_by_the_bank(d: Draw) -> Iterable[Step]:
    (item,) = d.some(1, 1)
    cut = d.rng.randrange(len(item.number) - 4, len(item.number))
    text = (
        f"INVOICE {item.number[:cut]} {item.number[cut:]}" if d.rng.random() < 0.5 else f"INVOICE {item.number[:cut]}"
    )
    if not item.number[cut:].strip():
        raise Unsuitable
    other = d.world.items.get(item.number[:cut])
    if other is not None and other.customer == item.customer and d._true_of(other, item.open.minor, None):
        raise Unsuitable
    return (Banked(d.bank(item.customer, item.open.minor, text), Truth((full(item),), frozenset({item.customer}))),)


@kind(8, honest=False)
def advice_that_nobody_could_match_then_its_money(d: Draw) -> Iterable[Step]:
    (item,) = d.some(1, 1)
    wrong = Row(reference=f"X{d.rng.randrange(10**7)}", paid=item.open.minor)
    first = d.advised(item.customer, [wrong], [])
    advised = replace(first, truth=nothing(*first.truth.payers))
    line = d.bank(item.customer, item.open.minor, f"REF {advised.sheet.reference}")
    return (advised, Banked(line, nothing(*first.truth.payers)))


# ---- a month of one customer --------------------------------------------------------------------------------------


@kind(25, honest=False)
def a_busy_month(d: Draw) -> Iterable[Step]:
    """Several payments of one customer, equal ones among them: advices and bank lines in any order, some missing."""
    customer = d.customer(lambda c: len(d.open_of(c)) >= 8)
    items = _with_twins(d, customer)
    d.rng.shuffle(items)
    queues: list[list[Step]] = []
    while items:
        size = min(len(items), d.rng.choice((1, 1, 2, 3)))
        queues.append(_payment(d, customer, [items.pop() for _ in range(size)]))
    steps: list[Step] = []
    queues = [queue for queue in queues if queue]
    while queues:
        chosen = d.rng.choice(queues)
        steps.append(chosen.pop(0))
        queues = [queue for queue in queues if queue]
    if not steps:
        raise Unsuitable
    return steps


def _with_twins(d: Draw, customer: str) -> list[OpenItem]:
    """Some open items, with preference for those that have another of the same amount."""
    items = d.open_of(customer)
    amounts = [i.open.minor for i in items]
    twins = [i for i in items if amounts.count(i.open.minor) > 1][:4]
    others = [i for i in items if i not in twins]
    return twins + d.rng.sample(others, min(len(others), 8 - len(twins)))


def _payment(d: Draw, customer: str, items: list[OpenItem]) -> list[Step]:
    total = sum(i.open.minor for i in items)
    reference = d.rng.random() < 0.7
    advised = d.advised(
        customer, [row(i) for i in items], [full(i) for i in items], **({} if reference else {"reference": None})
    )
    steps: list[Step] = [advised] if d.rng.random() < 0.75 else []
    if steps and d.rng.random() < 0.2:
        again = replace(advised.sheet, reference=d.rng.choice((None, f"TRN{d.rng.randrange(10**8)}")))
        steps.append(Advised(again, advised.sender, nothing(*advised.truth.payers)))
    if d.rng.random() < 0.85:
        place = d.rng.randrange(len(steps) + 1)
        texts = [_text(d, items)] + ([f"REF {advised.sheet.reference}"] if reference else [])
        texts += ["PAYMENT"] if place else []  # before its advice it says something: else nobody could tell
        line = d.bank(customer, total, d.rng.choice(texts))
        steps.insert(place, Banked(line, advised.truth))
    return steps


@kind(10, honest=False)
def bank_lines_within_a_group(d: Draw) -> Iterable[Step]:
    """A parent's money may pay its child's invoice; a sister's may not."""
    children = [c for c in d.world.customers.values() if c.parent and d.open_of(c.number)]
    child = d.rng.choice(children)
    (item,) = d.items(child.number, 1)
    sisters = [c.number for c in children if c.parent == child.parent and c.number != child.number]
    parent = str(child.parent)
    if sisters and d.rng.random() < 0.5:
        sister = sisters[0]
        return (Banked(d.bank(sister, item.open.minor, item.number), nothing(sister)),)
    truth = Truth((full(item),), frozenset({parent, child.number}))
    return (Banked(d.bank(parent, item.open.minor, item.number), truth),)
