"""Remittances that are wrong, incomplete or of the wrong person: what is not certain must not be applied."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from agent.domain.documents import AdvisedKind, Flag
from agent.domain.receivables import OpenItem
from matching.rules.discount import discount_on
from tests.evaluate.cases import Advised, Draw, Step, Unsuitable, full, held, kind, nothing, row, tolerated
from tests.evaluate.forms import Row
from tests.evaluate.truth import Due


@kind(35, honest=False)
def slip_in_the_number(d: Draw) -> Iterable[Step]:
    items = d.some(1, 4)
    wrong = d.rng.choice(items)
    gross = {"gross": wrong.open.minor} if d.rng.random() < 0.4 else {}
    rows = [row(i) if i is not wrong else row(i, d.slip(i, i.open.minor), **gross) for i in items]
    return (d.advised(items[0].customer, rows, [full(i) for i in items]),)


@kind(20, honest=False)
def number_of_a_neighbour(d: Draw) -> Iterable[Step]:
    (item,) = d.some(1, 1)
    other = d.neighbour(item)
    which = d.rng.random()
    if which < 0.4:
        line = row(item, other.number)
        due = full(item)
    elif which < 0.7:  # with a deduction that makes up the open of the item meant
        off = item.open.minor // 10
        shown = {"gross": item.open.minor} if d.rng.random() < 0.5 else {}
        line = row(item, other.number, paid=item.open.minor - off, deduction=off, reason="damaged goods", **shown)
        due = Due(item.number, item.open.minor - off, item.open.minor - off)
    else:  # a part payment that says what stays open
        paid = item.open.minor // 2
        line = row(item, other.number, paid=paid, balance=item.open.minor - paid)
        if other.open.minor - paid == item.open.minor - paid:
            raise Unsuitable
        due = Due(item.number, paid, paid)
    return (d.advised(item.customer, [line], [due]),)


@kind(12, honest=False)
def number_of_another_customer(d: Draw) -> Iterable[Step]:
    (item,) = d.some(1, 1)
    foreign = d.rng.choice(d.open_of(d.stranger(item.customer)))
    amount = foreign.open.minor if d.rng.random() < 0.7 else item.open.minor
    line = Row(reference=foreign.number, paid=amount)
    made = d.advised(item.customer, [line], [])
    return (replace(made, truth=held(made.truth)),)


@kind(15, honest=False)
def less_paid_without_a_word(d: Draw) -> Iterable[Step]:
    (item,) = d.some(1, 1, lambda i: i.open.minor > 5000)
    paid = item.open.minor - d.rng.randrange(501, item.open.minor - 1000)
    shown = {"gross": item.open.minor} if d.rng.random() < 0.5 else {}
    due = Due(item.number, paid, paid + tolerated(item, item.open.minor - paid))
    if paid == item.open.minor - d.discount(item):
        raise Unsuitable
    return (d.advised(item.customer, [row(item, paid=paid, **shown)], [due]),)


@kind(15, honest=False)
def discount_too_late_or_too_much(d: Draw) -> Iterable[Step]:
    late = d.rng.random() < 0.5
    (item,) = d.some(1, 1, lambda i: bool(i.discount_percent) and (d.discount(i) == 0) == late and i.open.minor > 5000)
    assert item.discount_percent is not None
    percent = item.discount_percent if late else item.discount_percent + d.rng.choice((1, 2))
    off = discount_on(item.open, percent).minor
    allowed = 0 if late else d.discount(item)
    paid = item.open.minor - off
    shown = {"gross": item.open.minor, "discount": off} if d.rng.random() < 0.7 else {}
    due = Due(item.number, paid, paid + allowed + (tolerated(item, off - allowed) if allowed else 0))
    return (d.advised(item.customer, [row(item, paid=paid, **shown)], [due]),)


@kind(12, honest=False)
def credit_taken_and_not_named(d: Draw) -> Iterable[Step]:
    customer = d.customer(lambda c: bool(d.credits_of(c)))
    credit = d.rng.choice(d.credits_of(customer))
    items = d.items(customer, min(2, len(d.open_of(customer))))
    total = sum(i.open.minor for i in items) + credit.open.minor
    if total <= 0:
        raise Unsuitable
    made = d.advised(customer, [row(i) for i in items], [], total=total)
    if d.rng.random() < 0.5:  # a row of its own, with a number of theirs
        rows = [*(row(i) for i in items), Row(reference=f"DM-{d.rng.randrange(10**4)}", paid=credit.open.minor,
                                                kind=AdvisedKind.CREDIT_NOTE)]  # fmt: skip
        return (d.advised(customer, rows, [full(i) for i in items]),)
    return (replace(made, truth=held(made.truth)),)


@kind(10, honest=False)
def another_currency(d: Draw) -> Iterable[Step]:
    items = d.some(1, 3)
    currency = "CHF" if d.world.currency != "CHF" else "EUR"
    made = d.advised(items[0].customer, [row(i) for i in items], [], currency=currency)
    return (replace(made, truth=held(made.truth)),)


@kind(15, honest=False)
def a_sum_without_a_number(d: Draw) -> Iterable[Step]:
    items = d.some(1, 3)
    made = d.advised(items[0].customer, [], [], total=sum(i.open.minor for i in items))
    return (replace(made, truth=held(made.truth), channel="lines"),)


@kind(10, honest=False)
def account_said_to_be_cleared_and_is_not(d: Draw) -> Iterable[Step]:
    customer = d.customer(lambda c: len(d.open_of(c)) > 2)
    items = d.open_of(customer)
    notes = d.credits_of(customer)
    total = sum(i.open.minor for i in items) + sum(n.open.minor for n in notes)
    total -= 0 if notes and d.rng.random() < 0.5 else d.rng.choice(items).open.minor
    if total <= 0 or (not notes and total == sum(i.open.minor for i in items)):
        raise Unsuitable
    made = d.advised(customer, [], [], total=total, clears=True)
    return (replace(made, truth=held(made.truth), channel="lines"),)


@kind(15, honest=False)
def lines_that_do_not_add_up(d: Draw) -> Iterable[Step]:
    items = d.some(2, 6)
    total = sum(i.open.minor for i in items) + d.rng.choice((-1000, 4200, -100, 1, -items[0].open.minor // 3))
    if total <= 0:
        raise Unsuitable
    made = d.advised(items[0].customer, [row(i) for i in items], [], total=total)
    return (replace(made, truth=held(made.truth)),)


@kind(15, honest=False)
def sender_whom_nobody_knows(d: Draw) -> Iterable[Step]:
    items = d.some(1, 3)
    sheet = d.sheet([row(i) for i in items], payer=d.world.customers[items[0].customer].name)
    return (Advised(sheet, f"payments@pay-{d.rng.randrange(100)}.example", nothing()),)


@kind(12, honest=False)
def sender_is_another_customer(d: Draw) -> Iterable[Step]:
    items = d.some(1, 3)
    other = d.stranger(items[0].customer)
    said = d.world.customers[items[0].customer].name if d.rng.random() < 0.5 else None
    return (Advised(d.sheet([row(i) for i in items], payer=said), d.world.payer_of(other), nothing()),)


@kind(8, honest=False)
def child_pays_its_parents_invoice(d: Draw) -> Iterable[Step]:
    pairs = [c for c in d.world.customers.values() if c.parent and d.open_of(c.parent)]
    pairs = [c for c in pairs if d.world.domain(c.number) != d.world.domain(str(c.parent))]
    if not pairs:
        raise Unsuitable
    child = d.rng.choice(pairs)
    (item,) = d.items(str(child.parent), 1)
    return (Advised(d.sheet([row(item)]), d.world.payer_of(child.number), nothing(child.number)),)


@kind(12, honest=False)
def invoice_paid_before(d: Draw) -> Iterable[Step]:
    customer = d.customer()
    closed = [i for n in d.world.of_customer[customer] if not (i := d.world.items[n]).open and i.total.minor > 0]
    if not closed:
        raise Unsuitable
    item = d.rng.choice(closed)
    line = Row(reference=item.number, paid=item.total.minor)
    made = d.advised(customer, [line], [])
    return (replace(made, truth=held(made.truth)),)


@kind(8, honest=False)
def paid_in_full_though_half_was_paid(d: Draw) -> Iterable[Step]:
    (item,) = d.some(1, 1, lambda i: i.open != i.total)
    shown = {"gross": item.total.minor} if d.rng.random() < 0.5 else {}
    return (d.advised(item.customer, [row(item, paid=item.total.minor, **shown)], [full(item)]),)


@kind(12, honest=False)
def order_with_several_invoices(d: Draw) -> Iterable[Step]:
    def several(customer: str) -> list[str]:
        orders = [i.po_number for i in d.open_of(customer) if i.po_number]
        return sorted({one for one in orders if orders.count(one) > 1})

    customer = d.customer(lambda c: bool(several(c)))
    order = d.rng.choice(several(customer))
    items = [i for i in d.open_of(customer) if i.po_number == order]
    meant = items if d.rng.random() < 0.4 else [d.rng.choice(items)]
    line = Row(reference=order, paid=sum(i.open.minor for i in meant))
    return (d.advised(customer, [line], [full(i) for i in meant]),)


@kind(10, honest=False)
def order_whose_open_invoice_is_not_meant(d: Draw) -> Iterable[Step]:
    def closed_and_open(customer: str) -> list[tuple[str, int]]:
        found = []
        for n in d.world.of_customer[customer]:
            item = d.world.items[n]
            same = [i for i in d.open_of(customer) if i.po_number == item.po_number]
            if item.po_number and not item.open and len(same) == 1 and same[0].open.minor != item.total.minor:
                found.append((item.po_number, item.total.minor))
        return found

    customer = d.customer(lambda c: bool(closed_and_open(c)))
    order, amount = d.rng.choice(closed_and_open(customer))
    words = {"reason": "part payment"} if d.rng.random() < 0.3 else {}
    made = d.advised(customer, [Row(reference=order, paid=amount, **words)], [])
    return (replace(made, truth=held(made.truth)),)


@kind(10, honest=False)
def only_their_own_number(d: Draw) -> Iterable[Step]:
    (item,) = d.some(1, 1)
    theirs = f"19000{d.rng.randrange(10**4, 10**5)}"
    if d.rng.random() < 0.5:  # and it happens to look like one of ours
        theirs = d.rng.choice(d.open_of(item.customer)).number.lstrip("INVRESFCG-")
    other = d.world.items.get(theirs) or next((i for i in d.open_of(item.customer) if i.number.endswith(theirs)), None)
    if other is not None and (other.number == item.number or d._true_of(other, item.open.minor, None)):
        raise Unsuitable
    return (d.advised(item.customer, [row(item, theirs)], [full(item)]),)


@kind(8, honest=False)
def same_invoice_twice_on_one_paper(d: Draw) -> Iterable[Step]:
    items = d.some(1, 3)
    rows = [*(row(i) for i in items), row(items[0])]
    return (d.advised(items[0].customer, rows, [full(i) for i in items]),)


@kind(8, honest=False)
def amount_with_swapped_digits(d: Draw) -> Iterable[Step]:
    (item,) = d.some(1, 1, lambda i: i.open == i.total and i.open.minor > 20000)
    text = str(item.open.minor)
    i = d.rng.randrange(len(text) - 1)
    paid = int(text[:i] + text[i + 1] + text[i] + text[i + 2 :])
    if paid == item.open.minor or paid < 1000:
        raise Unsuitable
    closes = min(paid, item.open.minor)
    closes += max(0, tolerated(item, item.open.minor - paid)) + (
        d.discount(item) if paid + d.discount(item) == item.open.minor else 0
    )
    return (d.advised(item.customer, [row(item, paid=paid)], [Due(item.number, min(paid, item.open.minor), closes)]),)


@kind(8, honest=False)
def tendered_as_full_settlement(d: Draw) -> Iterable[Step]:
    (item,) = d.some(1, 1, lambda i: i.open.minor > 5000)
    line = row(item, paid=item.open.minor * 7 // 10, gross=item.open.minor, reason="full and final settlement")
    made = d.advised(item.customer, [line], [], flags=(Flag.CONDITIONAL,))
    return (replace(made, truth=held(made.truth)),)


@kind(10, honest=False)
def list_that_breaks_off(d: Draw) -> Iterable[Step]:
    items = d.some(3, 8)
    total = sum(i.open.minor for i in items) if d.rng.random() < 0.7 else None
    made = d.advised(items[0].customer, [row(i) for i in items[:-2]], [], total=total, flags=(Flag.TRUNCATED,))
    return (replace(made, truth=held(made.truth)),)


@kind(8, honest=False)
def tax_or_fee_that_is_not_allowed(d: Draw) -> Iterable[Step]:
    (item,) = d.some(1, 1, lambda i: i.open == i.total and i.open.minor > 30000)
    if d.rng.random() < 0.5:
        off = d.rng.randrange(3001, 9000)
        line = row(item, paid=item.open.minor - off, gross=item.open.minor, deduction=off, reason="bank charges")
    else:
        off = item.open.minor * 137 // 1000 + 7  # no rate of any tax
        line = row(item, paid=item.open.minor - off, gross=item.open.minor, withheld=off, reason="withholding tax")
    return (d.advised(item.customer, [line], [Due(item.number, item.open.minor - off, item.open.minor - off)]),)


@kind(6, honest=False)
def one_who_pays_for_a_customer_of_like_name(d: Draw) -> Iterable[Step]:
    pairs = {}
    for customer in d.world.customers.values():
        pairs.setdefault(customer.name.split()[0], []).append(customer.number)
    alike = [numbers for numbers in pairs.values() if len(numbers) > 1]
    customer, other = d.rng.sample(d.rng.choice(alike), 2)
    if not d.open_of(customer) or d.world.domain(customer) == d.world.domain(other):
        raise Unsuitable
    family = {d.world.customers[customer].parent, d.world.customers[other].parent}
    if family != {None}:
        raise Unsuitable
    (item,) = d.items(customer, 1)
    named = d.world.customers[other].name
    return (Advised(d.sheet([row(item)], payer=named), d.world.payer_of(other), nothing(other)),)


@kind(40, honest=False)
def everything_at_once(d: Draw) -> Iterable[Step]:
    """One paper with a bit of everything: what is right on it may be applied, and what is not must not spoil it."""
    items = d.some(3, 9, lambda i: i.open.minor > 2000)
    customer = items[0].customer
    rows: list[Row] = []
    dues: list[Due] = []
    for item in items:
        line, due = _treated(d, item)
        rows.append(line)
        dues.append(due)
    rows += _beside(d, customer, items, dues)
    d.rng.shuffle(rows)
    if sum(r.paid or 0 for r in rows) <= 0:
        raise Unsuitable
    return (d.advised(customer, rows, dues),)


def _treated(d: Draw, item: OpenItem) -> tuple[Row, Due]:
    which, whole = d.rng.random(), item.open.minor
    gross = {"gross": whole} if d.rng.random() < 0.5 else {}
    if which < 0.35:
        return row(item, d.notation(item.number) if which < 0.15 else None, **gross), full(item)
    if which < 0.45 and d.discount(item):
        paid = whole - d.discount(item)
        return row(item, paid=paid, discount=d.discount(item), **gross), Due(item.number, paid, whole)
    paid = whole * d.rng.randrange(40, 95) // 100
    part = Due(item.number, paid, paid + tolerated(item, whole - paid))
    if which < 0.55:
        return row(item, paid=paid, deduction=whole - paid, reason="short delivery", **gross), part
    if which < 0.65:
        return row(item, paid=paid, reason="part payment", **gross), part
    if which < 0.72:
        return row(item, paid=paid, **gross), part  # without a word
    if which < 0.86:
        return row(item, d.slip(item, whole), **gross), full(item)
    return row(item, d.neighbour(item).number, **gross), full(item)


def _beside(d: Draw, customer: str, items: list[OpenItem], dues: list[Due]) -> list[Row]:
    """Rows about other things: credit notes named and not, claims, invoices of others, and what was paid before."""
    rows: list[Row] = []
    notes = d.credits_of(customer)
    if notes and d.rng.random() < 0.4:
        note = d.rng.choice(notes)
        named = d.rng.random() < 0.6
        number = note.number if named else f"{d.rng.randrange(10**6)}"
        rows.append(row(note, number, kind=AdvisedKind.CREDIT_NOTE))
        dues += [full(note)] if named else []
    if d.rng.random() < 0.3:
        foreign = d.rng.choice(d.open_of(d.stranger(customer)))
        rows.append(Row(reference=foreign.number, paid=foreign.open.minor))
    if d.rng.random() < 0.2:
        rows.append(
            Row(
                reference="Bank charges", paid=-d.rng.choice((500, 1500)), kind=AdvisedKind.OTHER, reason="bank charges"
            )
        )
    if d.rng.random() < 0.3:
        off = d.rng.randrange(500, 5000)
        about = f" {d.rng.choice(items).number}" if d.rng.random() < 0.5 else ""
        rows.append(
            Row(reference=f"DM-{d.rng.randrange(10**5)}", paid=-off, kind=AdvisedKind.OTHER, reason=f"damaged{about}")
        )
    return rows
