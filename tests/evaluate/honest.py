"""Remittances of payers who say what they pay: each is to be applied without a person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from agent.domain.documents import AdvisedKind
from agent.domain.receivables import OpenItem
from tests.evaluate.cases import Advised, Draw, Step, Unsuitable, full, kind, row, tolerated
from tests.evaluate.forms import Row
from tests.evaluate.truth import Due, Truth


@kind(110, honest=True)
def exact_number_and_amount(d: Draw) -> Iterable[Step]:
    (item,) = d.some(1, 1)
    return (d.advised(item.customer, [row(item)], [full(item)]),)


@kind(90, honest=True)
def several_lines(d: Draw) -> Iterable[Step]:
    items = d.some(2, 8)
    return (d.advised(items[0].customer, [row(i) for i in items], [full(i) for i in items]),)


@kind(15, honest=True)
def many_lines(d: Draw) -> Iterable[Step]:
    items = d.some(20, 60)
    rows = [row(i, gross=i.open.minor) for i in items]
    return (d.advised(items[0].customer, rows, [full(i) for i in items]),)


@kind(90, honest=True)
def other_notation(d: Draw) -> Iterable[Step]:
    items = d.some(1, 4)
    rows = [row(i, d.notation(i.number)) for i in items]
    return (d.advised(items[0].customer, rows, [full(i) for i in items]),)


@kind(25, honest=True)
def own_number_beside_ours(d: Draw) -> Iterable[Step]:
    items = d.some(1, 6)
    rows = [row(i, own=f"51000{d.rng.randrange(10**4, 10**5)}", gross=i.open.minor) for i in items]
    return (d.advised(items[0].customer, rows, [full(i) for i in items]),)


@kind(40, honest=True)
def discount_earned(d: Draw) -> Iterable[Step]:
    items = d.some(1, 4, lambda i: d.discount(i) > 0)
    shown = d.rng.random() < 0.7
    rows, dues = [], []
    for item in items:
        off = d.discount(item)
        paid = item.open.minor - off
        rows.append(row(item, paid=paid, **({"gross": item.open.minor, "discount": off} if shown else {})))
        dues.append(Due(item.number, paid, item.open.minor))
    return (d.advised(items[0].customer, rows, dues),)


@kind(25, honest=True)
def part_payment_declared(d: Draw) -> Iterable[Step]:
    (item,) = d.some(1, 1, lambda i: i.open.minor > 5000)
    paid = item.open.minor * d.rng.randrange(20, 80) // 100
    said: dict[str, object] = {"balance": item.open.minor - paid}
    if d.rng.random() < 0.5:
        said = {"reason": d.rng.choice(("part payment", "1st instalment", "partial payment, rest to follow"))}
    gross = {"gross": item.open.minor} if d.rng.random() < 0.3 and "reason" in said else {}
    due = Due(item.number, paid, paid + tolerated(item, item.open.minor - paid))
    return (d.advised(item.customer, [row(item, paid=paid, **said, **gross)], [due]),)


REASONS = ("damaged goods", "short delivery 2 EA", "price difference", "goods not received", "freight not agreed",
           "quality claim 4711", "return RMA 88120")  # fmt: skip


@kind(35, honest=True)
def deduction_with_reason(d: Draw) -> Iterable[Step]:
    items = d.some(1, 4, lambda i: i.open.minor > 4000)
    rows, dues = [], []
    for n, item in enumerate(items):
        off = item.open.minor * d.rng.randrange(3, 25) // 100 if n == 0 else 0
        paid = item.open.minor - off
        extra = {"deduction": off, "reason": d.rng.choice(REASONS)} if off else {}
        rows.append(row(item, paid=paid, gross=item.open.minor, **extra))
        dues.append(Due(item.number, paid, paid))
    return (d.advised(items[0].customer, rows, dues),)


@kind(20, honest=True)
def claim_in_its_own_row(d: Draw) -> Iterable[Step]:
    items = d.some(1, 4, lambda i: i.open.minor > 4000)
    target = d.rng.choice(items)
    off = target.open.minor * d.rng.randrange(3, 25) // 100
    words = d.rng.choice(REASONS)
    claim = Row(reference=f"DM-{d.rng.randrange(50000, 60000)}", paid=-off, kind=AdvisedKind.OTHER,
                reason=f"{words} {target.number}")  # fmt: skip
    dues = [full(i) if i is not target else Due(i.number, i.open.minor - off, i.open.minor - off) for i in items]
    return (d.advised(items[0].customer, [*(row(i) for i in items), claim], dues),)


@kind(40, honest=True)
def credit_note_named(d: Draw) -> Iterable[Step]:
    customer = d.customer(lambda c: bool(d.credits_of(c)) and len(d.open_of(c)) > 1)
    credit = d.rng.choice(d.credits_of(customer))
    items = d.items(customer, d.rng.randint(1, min(4, len(d.open_of(customer)))))
    if sum(i.open.minor for i in items) + credit.open.minor <= 0:
        raise Unsuitable
    rows = [*(row(i) for i in items), row(credit, kind=AdvisedKind.CREDIT_NOTE)]
    return (d.advised(customer, rows, [*(full(i) for i in items), full(credit)]),)


@kind(12, honest=True)
def tax_withheld(d: Draw) -> Iterable[Step]:
    (item,) = d.some(1, 1, lambda i: i.open == i.total and i.open.minor > 5000)
    assert item.net is not None
    off = round(item.net.minor * d.rng.choice((2, 10)) / 100)
    paid = item.open.minor - off
    rows = [row(item, paid=paid, gross=item.open.minor, withheld=off, reason="withholding tax")]
    return (d.advised(item.customer, rows, [Due(item.number, paid, item.open.minor)]),)


@kind(12, honest=True)
def bank_fee_named(d: Draw) -> Iterable[Step]:
    (item,) = d.some(1, 1, lambda i: i.open.minor > 5000)
    fee = d.rng.choice((500, 1200, 1500, 2500))
    paid = item.open.minor - fee
    rows = [row(item), Row(reference="Bank charges", paid=-fee, kind=AdvisedKind.OTHER, reason="bank charges")]
    if d.rng.random() < 0.5:
        rows = [row(item, paid=paid, gross=item.open.minor, deduction=fee, reason="bank charges")]
    return (d.advised(item.customer, rows, [Due(item.number, paid, item.open.minor)]),)


@kind(20, honest=True)
def order_or_delivery_instead(d: Draw) -> Iterable[Step]:
    def alone(item: OpenItem) -> bool:
        same = [i for i in d.open_of(item.customer) if item.order == i.order or item.po_number == i.po_number]
        return len(same) == 1

    (item,) = d.some(1, 1, alone)
    said = d.rng.choice(
        (item.po_number, f"PO {item.po_number}", item.order, item.delivery_notes[0], f"Order {item.order}")
    )
    column = d.rng.random() < 0.3
    line = row(item, gross=item.open.minor) if column else row(item, str(said))
    line = replace(line, reference=None, order=str(said)) if column else line
    return (d.advised(item.customer, [line], [full(item)]),)


@kind(15, honest=True)
def cents_off(d: Draw) -> Iterable[Step]:
    (item,) = d.some(1, 1, lambda i: i.open == i.total and i.open.minor > 5000)
    paid = item.open.minor + d.rng.choice((-1, 1, -2, 3, -5))
    return (
        d.advised(
            item.customer, [row(item, paid=paid)], [Due(item.number, min(paid, item.open.minor), item.open.minor)]
        ),
    )


@kind(15, honest=True)
def group_pays_for_children(d: Draw) -> Iterable[Step]:
    children = [c for c in d.world.customers.values() if c.parent and d.open_of(c.number)]
    if not children:
        raise Unsuitable
    child = d.rng.choice(children)
    parent = str(child.parent)
    items = d.items(child.number, 1) + (d.items(parent, 1) if d.open_of(parent) and d.rng.random() < 0.6 else [])
    sheet = d.sheet([row(i) for i in items], payer=d.world.customers[parent].name)
    truth = Truth(tuple(full(i) for i in items), frozenset({parent, child.number}))
    return (Advised(sheet, d.world.payer_of(parent), truth),)


@kind(15, honest=True)
def several_numbers_in_one_field(d: Draw) -> Iterable[Step]:
    items = sorted(d.some(2, 3), key=lambda i: i.number)
    numbers = [i.number for i in items]
    text = d.rng.choice((", ", " / ", " & ", " + ", " and ")).join(numbers)
    if len(numbers) == 2 and numbers[0][:-2] == numbers[1][:-2] and d.rng.random() < 0.6:
        text = f"{numbers[0]}/{numbers[1][-2:]}"
    paid = sum(i.open.minor for i in items)
    return (d.advised(items[0].customer, [Row(reference=text, paid=paid)], [full(i) for i in items]),)


@kind(15, honest=True)
def numbers_without_amounts(d: Draw) -> Iterable[Step]:
    items = d.some(2, 5)
    rows = [Row(reference=i.number) for i in items]
    total = sum(i.open.minor for i in items)
    made = d.advised(items[0].customer, rows, [full(i) for i in items], total=total)
    return (replace(made, channel="lines"),)


@kind(10, honest=True)
def whole_account_in_words(d: Draw) -> Iterable[Step]:
    customer = d.customer(lambda c: not d.credits_of(c) and len(d.open_of(c)) <= 25)
    items = d.open_of(customer)
    made = d.advised(customer, [], [full(i) for i in items], total=sum(i.open.minor for i in items), clears=True)
    return (replace(made, channel="lines"),)


@kind(10, honest=True)
def number_without_its_year(d: Draw) -> Iterable[Step]:
    def alone(item: OpenItem) -> bool:
        tail = item.number[-4:]
        return sum(i.number.endswith(tail) for i in d.open_of(item.customer)) == 1

    if d.world.style.name not in ("year and series", "year before number"):
        raise Unsuitable
    (item,) = d.some(1, 1, alone)
    tail = item.number.replace("/", "-").rsplit("-", 1)[1]
    return (d.advised(item.customer, [row(item, tail)], [full(item)]),)


@kind(10, honest=True)
def equal_amounts_each_named(d: Draw) -> Iterable[Step]:
    def twins(customer: str) -> list[list[OpenItem]]:
        by: dict[int, list[OpenItem]] = {}
        for item in d.open_of(customer):
            by.setdefault(item.open.minor, []).append(item)
        return [same for same in by.values() if len(same) > 1]

    customer = d.customer(lambda c: bool(twins(c)))
    same = d.rng.choice(twins(customer))
    items = same if d.rng.random() < 0.5 else same[:1]
    return (d.advised(customer, [row(i) for i in items], [full(i) for i in items]),)


@kind(10, honest=True)
def more_than_is_open_with_its_gross(d: Draw) -> Iterable[Step]:
    (item,) = d.some(1, 1, lambda i: i.open.minor > 20000 and i.open == i.total)
    paid = item.open.minor + d.rng.choice((5000, 10000, 12345))
    return (d.advised(item.customer, [row(item, paid=paid, gross=item.open.minor)], [full(item)]),)


@kind(8, honest=True)
def invoice_and_money_on_account(d: Draw) -> Iterable[Step]:
    (item,) = d.some(1, 1)
    more = Row(paid=d.rng.randrange(5000, 90000), kind=AdvisedKind.ON_ACCOUNT, reason="payment on account")
    made = d.advised(item.customer, [row(item), more], [full(item)])
    return (replace(made, channel="lines"),)
