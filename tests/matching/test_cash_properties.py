"""What holds for every advice, whatever stands on it."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from agent.domain.documents import AdvisedKind, AdvisedLine, Flag
from agent.domain.money import Money
from agent.domain.receivables import OpenItem
from matching.keys import number_of
from tests.matching.world import ITEMS, advice, announced_by, booked, d, decide, item, known

OURS = tuple(one for one in ITEMS if one.customer in ("C-1001", "C-1002") and one.currency == "USD")
ALL = {one.number: one for one in ITEMS}
REASONS = (
    None,
    "short 2 EA",
    "bank charges",
    "cash discount",
    "part payment",
    "retainage",
    "rounding",
    "DM",
    "VALVES",
    "offset",
)

amounts = st.one_of(
    st.sampled_from([one.open.amount for one in OURS]),
    st.sampled_from([one.open.amount * Decimal("0.98") for one in OURS]).map(lambda v: round(v, 2)),
    st.decimals(-20_000, 20_000, places=2),
)
references = st.one_of(
    st.sampled_from([one.number for one in OURS]),
    st.sampled_from([one.number[4:] for one in OURS]),
    st.sampled_from(["BW-76988", "104355/56", "INV-104335", "DM-55102", "1O4401", "", "INV-104361", "4500018990"]),
)
small = st.one_of(st.none(), st.decimals(0, 300, places=2))
wild = st.builds(
    AdvisedLine,
    reference=st.one_of(st.none(), references),
    order_number=st.one_of(st.none(), st.sampled_from(["BW-76988", "BW-77120"])),
    kind=st.sampled_from(list(AdvisedKind)),
    gross=st.one_of(st.none(), amounts),
    discount=small,
    deduction=small,
    withheld=small,
    paid=st.one_of(st.none(), amounts),
    reason=st.sampled_from(REASONS),
    balance_after=small,
)


OWN = tuple(one for one in OURS if one.customer == "C-1001")


@st.composite
def fair(draw):
    """A line that names an item of the payer and pays it, wholly or with something taken off."""
    one = draw(st.sampled_from(OWN))
    reference = draw(st.sampled_from([one.number, one.number.replace("-", " "), one.number.replace("INV-", "00")]))
    due = one.open.amount
    how = draw(st.sampled_from(["full", "full", "discount", "deduction", "part", "balance", "fee", "over", "order"]))
    off = draw(st.decimals("0.01", "90", places=2)) if due > 0 else Decimal(0)
    if due <= 0 or how == "full":
        return AdvisedLine(reference=reference, paid=due)
    if how == "discount":
        off = round(due * Decimal("0.02"), 2)
        return AdvisedLine(reference=reference, paid=due - off, discount=off, gross=due)
    if how == "deduction":
        return AdvisedLine(reference=reference, paid=due - off, deduction=off, gross=due, reason="short 1 EA")
    if how == "part":
        return AdvisedLine(reference=reference, paid=due - off, reason="part payment")
    if how == "balance":
        return AdvisedLine(reference=reference, paid=due - off, balance_after=off)
    if how == "fee":
        return AdvisedLine(reference=reference, paid=due - off, deduction=off, reason="bank charges")
    if how == "over":
        return AdvisedLine(reference=reference, paid=due + off, gross=due)
    return AdvisedLine(order_number=one.po_number, paid=due)


rows = st.builds(
    AdvisedLine,
    reference=st.sampled_from(["DM-55102", None, "INV-104355", "104401", "CHQ DIFF"]),
    order_number=st.sampled_from([None, None, "BW-76988", "BW-77131"]),
    kind=st.just(AdvisedKind.OTHER),
    paid=st.decimals(-90, "-0.01", places=2),
    reason=st.sampled_from(REASONS),
)
lines = st.one_of(fair(), fair(), fair(), fair(), rows, wild)


@st.composite
def papers(draw):
    chosen = draw(st.lists(lines, max_size=6))
    paid = [one.paid for one in chosen]
    foots = draw(st.sampled_from([True, True, True, False]))
    total = sum((p for p in paid if p is not None), Decimal(0)) if foots else draw(st.one_of(st.none(), amounts))
    flags = draw(
        st.sampled_from(
            [(), (), (), (), (), (Flag.SCANNED,), (Flag.TRUNCATED,), (Flag.CORRECTION,), (Flag.ANNOUNCEMENT,)]
        )
    )
    paper = advice(*chosen, flags=flags, paid_on=draw(st.sampled_from([None, d(3, 13), d(3, 20)])))
    return replace(paper, total=total, clears_account=draw(st.booleans()))


def settled(decision) -> dict[str, int]:
    sums: dict[str, int] = {}
    for one in decision.allocations:
        sums[one.invoice] = sums.get(one.invoice, 0) + one.settles.minor + one.deduction.minor
    return sums


@settings(max_examples=400, deadline=None)
@given(papers())
def test_cash_and_account_are_the_advised_total_or_nothing_is_booked(paper):
    decision = decide(paper)
    if decision.allocations or decision.on_account is not None:
        cash = sum(one.cash.minor for one in decision.allocations)
        assert decision.total is not None and decision.on_account is not None
        assert cash + decision.on_account.minor == decision.total.minor
        if paper.total is not None:
            assert decision.total == Money.of(paper.total, "USD")


@settings(max_examples=400, deadline=None)
@given(papers())
def test_nothing_is_settled_beyond_what_is_open_nor_for_another_customer_or_currency(paper):
    decision = decide(paper)
    for number, minor in settled(decision).items():
        open_minor = ALL[number].open.minor
        assert 0 < minor * (1 if open_minor > 0 else -1) <= abs(open_minor)
    assert all(one.customer == "C-1001" and one.cash.currency == "USD" for one in decision.allocations)


@settings(max_examples=300, deadline=None)
@given(papers())
def test_what_a_person_may_accept_is_not_beyond_what_is_open_either(paper):
    for found in decide(paper).exceptions:
        for candidate in found.candidates:
            sums: dict[str, int] = {}
            for one in candidate.settle:
                sums[one.invoice] = sums.get(one.invoice, 0) + one.settles.minor
            assert all(abs(minor) <= abs(ALL[number].open.minor) for number, minor in sums.items())


@settings(max_examples=300, deadline=None)
@given(papers(), st.randoms())
def test_the_order_of_the_lines_does_not_matter(paper, rng: random.Random):
    shuffled = list(paper.lines)
    rng.shuffle(shuffled)
    one, two = decide(paper), decide(replace(paper, lines=tuple(shuffled)))
    assert booked(one) == booked(two) and settled(one) == settled(two)
    assert one.on_account == two.on_account and one.content_key == two.content_key
    assert sorted(e.code for e in one.exceptions) == sorted(e.code for e in two.exceptions)


@settings(max_examples=200, deadline=None)
@given(papers())
def test_the_same_advice_again_has_no_effect(paper):
    paper = replace(paper, payment_reference="EFT 12345", flags=())
    first = decide(paper)
    if first.content_key is None:
        return
    second = decide(paper, items=announced_by(first), advices=(known(first, paper),))
    assert second.outcome == "duplicate" and not second.allocations and second.on_account is None


@settings(max_examples=1000, deadline=None)
@given(papers())
def test_money_that_is_tied_to_nothing_is_always_work_for_a_person(paper):
    decision = decide(paper)
    small = 500  # what may be left over of a whole payment without a word
    if decision.on_account is not None and abs(decision.on_account.minor) > small:
        assert decision.exceptions
    if not decision.allocations and decision.on_account is None and any(row.paid for row in paper.lines):
        assert decision.exceptions


SERIES: tuple[OpenItem, ...] = tuple(
    item(f"INV-{104000 + n}", "C-1013", f"{100 + n * 7}.{n % 100:02d}", discount=("2", d(3, 16)))
    for n in range(0, 400, 3)
)


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_one_wrong_digit_never_settles_a_wrong_invoice(data):
    """Over a dense series with other amounts: any digit changed, swapped, dropped or doubled."""
    meant = data.draw(st.sampled_from(SERIES))
    digits = list(meant.number[4:])
    i = data.draw(st.integers(0, 5))
    how = data.draw(st.sampled_from(["change", "swap", "drop", "double"]))
    if how == "change":
        digits[i] = data.draw(st.sampled_from("0123456789"))
    elif how == "swap" and i < 5:
        digits[i], digits[i + 1] = digits[i + 1], digits[i]
    elif how == "drop":
        del digits[i]
    else:
        digits.insert(i, digits[i])
    printed = data.draw(st.sampled_from(["INV-", "", "Invoice ", "RG"])) + "".join(digits)
    reduction = data.draw(st.sampled_from(["none", "discount", "deduction", "gross"]))
    paid, fields = meant.open.amount, {}
    if reduction == "discount":
        off = round(paid * Decimal("0.02"), 2)
        paid, fields = paid - off, {"discount": off, "gross": paid}
    elif reduction == "deduction":
        paid, fields = paid - 5, {"deduction": Decimal(5), "gross": paid, "reason": "short"}
    elif reduction == "gross":
        fields = {"gross": paid}
    paper = advice(AdvisedLine(reference=printed, paid=paid, **fields))
    decision = decide(replace(paper, total=paid), "C-1013", items=SERIES)
    parsed = number_of(printed)
    right = parsed is not None and parsed.stripped == meant.number[4:]
    assert set(booked(decision)) <= {meant.number}
    assert bool(decision.allocations) == right
