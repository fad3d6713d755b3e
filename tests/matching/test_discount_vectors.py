"""Discount and tolerance amounts of domain/vectors, table d.2."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from agent.domain.decisions import Tolerance
from agent.domain.money import Money
from matching.rules.discount import credit_for, discount_on, earned, judge, tax_part
from tests.matching.world import POLICY, advice, booked, d, decide, item, line, m

TWO = Decimal(2)


def test_a01_two_per_cent_of_the_gross_amount():
    assert discount_on(m("12450.00"), TWO) == m("249.00")


def test_a02_the_base_decides():
    assert discount_on(m("10000.00"), TWO) == m("200.00") and discount_on(m("10900.00"), TWO) == m("218.00")


def test_a03_a_part_payment_pro_rata():
    assert credit_for(m("4900.00"), TWO) == m("5000.00")
    ten = item("INV-1", "C-1001", "10000.00", discount=("2", d(3, 14)))
    paper = advice(line("INV-1", "4900.00", discount="100.00", balance="5000.00"), total="4900.00")
    one = decide(paper, items=(ten,)).allocations[0]
    assert (one.cash, one.discount, one.settles) == (m("4900.00"), m("100.00"), m("5000.00"))


def test_a04_a_part_payment_without_discount():
    ten = item("INV-1", "C-1001", "10000.00", discount=("2", d(3, 14)))
    one = decide(advice(line("INV-1", "4900.00", balance="5100.00"), total="4900.00"), items=(ten,)).allocations[0]
    assert (one.cash, one.discount) == (m("4900.00"), m("0.00"))


def test_a05_discount_on_the_invoice_less_the_credit_note():
    items = (item("INV-1", "C-1001", "2000.00", discount=("2", d(3, 14))), item("CN-1", "C-1001", "-500.00"))
    paper = advice(
        line("INV-1", "1970.00", gross="2000.00", discount="30.00"), line("CN-1", "-500.00"), total="1470.00"
    )
    decision = decide(paper, items=items)
    assert booked(decision) == {"INV-1": "1970.00", "CN-1": "-500.00"}
    assert decision.allocations[0].discount == m("30.00")


def test_a06_the_tax_in_a_discount():
    gross = item("INV-1", "C-1003", "11900.00", "EUR", net="10000.00")
    assert tax_part(Money.of("238.00", "EUR"), gross) == Money.of("38.00", "EUR")


def test_a07_what_is_taken_beyond_the_terms_is_refused():
    invoice = item("INV-1", "C-1003", "11900.00", "EUR", discount=("2", d(3, 17)))
    verdict = judge(invoice, m("357.00", "EUR"), m("11900.00", "EUR"), d(3, 16), POLICY)
    assert (verdict.granted, verdict.refused) == (m("238.00", "EUR"), m("119.00", "EUR"))


@pytest.mark.parametrize(("day", "expected"), [(14, True), (16, True), (17, False)])
def test_a08_grace_ends_two_days_after_the_deadline(day, expected):
    assert earned(item("INV-1", "C-1001", "1.00", discount=("2", d(3, 14))), d(3, day), POLICY) is expected


def test_without_a_day_of_payment_the_day_it_is_here_decides_or_nothing_does():
    invoice = item("INV-1", "C-1001", "100.00", discount=("2", d(3, 14)))
    assert earned(invoice, None, POLICY) is True
    assert earned(invoice, None, POLICY, announcement=True) is None
    assert earned(invoice, None, replace(POLICY, today=d(3, 17))) is None


@pytest.mark.parametrize(("of", "limit"), [("3980.00", "5.00"), ("67.90", "0.34")])
def test_a10_the_stricter_limit_of_the_tolerance(of, limit):
    tolerance = Tolerance(amount=m("5.00"), percent=Decimal("0.5"))
    assert tolerance.allows(m(limit), m(of)) and not tolerance.allows(m(limit) + m("0.01"), m(of))
