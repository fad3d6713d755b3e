"""A learned row opens a door; it never books what the rules forbid."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.domain.documents import AdvisedLine, BankLine
from agent.domain.learning import Learned, LearnedKind
from agent.domain.money import Money
from matching.customers import name_keys
from matching.receipts import decide_receipt
from matching.writings import digits_in, pattern_of, shape_of, valid
from tests.matching.test_cash_properties import ALL, OWN, papers
from tests.matching.world import POLICY, advice, booked, books, codes, d, decide, line


def row(kind: LearnedKind, customer: str, said: str, means: str = "", key: str = "") -> Learned:
    return Learned(number=7, kind=kind, customer=customer, said=said, means=means or customer, key=key or said)


@pytest.mark.parametrize(
    ("printed", "ours", "pattern"),
    [
        ("0815-104355", "INV-104355", "0815-{n}"),
        ("104355-01", "INV-104355", "{n}-01"),
        ("AB/104355/X", "INV-104355", "AB/{n}/X"),
        ("0815104355", "INV-104355", None),  # which digits are ours is not told
        ("1043551", "INV-104355", None),  # one digit more is a slip
        ("10435", "INV-104355", None),  # cut off: which digit is missing would be a guess
        ("104355", "INV-104355", None),  # needs no lesson
        ("104355 104355", "INV-104355", None),
        ("SHIPMENT", "INV-104355", None),
    ],
)
def test_what_a_printed_number_teaches(printed, ours, pattern):
    found = pattern_of(printed, ours)
    assert (found[0] if found else None) == pattern
    if pattern:
        assert digits_in(printed, pattern) == "104355"
        assert digits_in(printed, shape_of(pattern)) == "104355"


@pytest.mark.parametrize("pattern", ["{n}", "0815{n}", "{n}1", "{n}-{n}", "INV-", "#{n}", ""])
def test_a_pattern_that_could_read_anything_is_refused(pattern):
    assert not valid(pattern) and digits_in("INV-104355", pattern) is None


PATTERNS = tuple(
    row(LearnedKind.REFERENCE, "C-1001", said, "INV-{n}") for said in ("0815-{n}", "{n}-##", "AB/{n}", "X{n}Y-Z")
)
own_way = st.builds(
    AdvisedLine,
    reference=st.builds(
        lambda form, one: form.replace("{n}", one.number[4:]),
        st.sampled_from(["0815-{n}", "{n}-07", "AB/{n}", "AB/0{n}"]),
        st.sampled_from([one for one in OWN if one.open.minor > 0]),
    ),
    paid=st.one_of(
        st.sampled_from([one.open.amount for one in OWN if one.open.minor > 0]), st.decimals(1, 20_000, places=2)
    ),
)


@settings(max_examples=400, deadline=None)
@given(papers(), st.lists(own_way, max_size=3))
def test_a_learned_writing_settles_to_the_cent_and_for_its_own_customer_only(paper, more):
    paper = replace(paper, lines=(*paper.lines, *more), total=None)
    decision = decide(paper, learned=PATTERNS)
    for one in decision.allocations:
        assert one.customer == "C-1001" and abs(one.settles.minor) <= abs(ALL[one.invoice].open.minor)
        if (
            any(reason.rule == "learned" for reason in one.reasons)
            and sum(other.invoice == one.invoice for other in decision.allocations) == 1
        ):
            assert one.settles + one.deduction == ALL[one.invoice].open


@settings(max_examples=300, deadline=None)
@given(papers())
def test_without_its_own_way_of_writing_a_learned_row_changes_nothing(paper):
    assert decide(paper, learned=PATTERNS) == decide(paper)


SENDER = row(LearnedKind.PAYER_SENDER, "C-1014", "ap@ridgemech.example")
PAID = advice(line("INV-104370", "3150.00"), total="3150.00")
STRANGER = {"sender": None, "address": "ap@ridgemech.example", "senders": (), "learned": (SENDER,)}


def test_a_learned_address_settles_what_is_that_customers_by_its_number():
    assert booked(decide(PAID, **STRANGER)) == {"INV-104370": "3150.00"}


@pytest.mark.parametrize(
    "paper",
    [
        advice(line("INV-104355", "8125.50"), total="8125.50"),  # another customer's
        advice(line("INV-104370", "3150.00"), line("INV-104355", "8125.50"), total="11275.50"),  # his among others
        advice(total="3150.00"),  # no number at all
        advice(line("INV-104377", "3150.00"), total="3150.00"),  # a number that is another's, the amount is his
    ],
)
def test_a_learned_address_settles_nothing_else(paper):
    decision = decide(paper, **STRANGER)
    assert decision.allocations == () and codes(decision)


def test_a_learned_address_that_is_not_authenticated_settles_nothing():
    decision = decide(PAID, **STRANGER, trusted=False)
    assert decision.allocations == () and codes(decision) == ["sender_unverified"]


def test_a_learned_name_on_a_paper_of_a_stranger_proves_nothing():
    alias = row(LearnedKind.PAYER_ALIAS, "C-1014", "Ridge Mechanical", key=name_keys("Ridge Mechanical")[0])
    paper = replace(PAID, payer=replace(PAID.payer, name="Ridge Mechanical"))
    decision = decide(paper, **(STRANGER | {"learned": (alias,), "address": "x@elsewhere.example"}))
    assert decision.allocations == ()


def bank(text: str, amount: str, *learned: Learned):
    found = BankLine(
        booked_on=d(3, 16), amount=Money.of(amount, "USD").amount, currency="USD", payer="RIDGE MECHANICAL", text=text
    )
    return decide_receipt(found, "USD", books(None, learned=learned), POLICY)


def test_at_the_bank_a_learned_name_needs_the_customers_number():
    alias = row(LearnedKind.PAYER_ALIAS, "C-1014", "RIDGE MECHANICAL", key=name_keys("RIDGE MECHANICAL")[0])
    assert [one.invoice for one in bank("INV-104370", "3150.00", alias).allocations] == ["INV-104370"]
    unnamed = bank("SETTLEMENT", "3150.00", alias)
    assert unnamed.allocations == () and unnamed.customer is None
    assert bank("INV-104377", "5000.00", alias).allocations == (), "another customer's number"
    assert bank("INV-104370", "3150.00").allocations == (), "without the row nothing"
