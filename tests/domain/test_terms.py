"""Payment terms: every published vector, the phrases of trade, and the arithmetic of rolls."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.domain.money import Money
from agent.domain.terms import BankDay, Base, EarlyPayment, PaymentTerms, Roll, read_terms, same_terms

VECTORS = json.loads((Path(__file__).parent / "terms_vectors.json").read_text(encoding="utf-8"))


def rule_of(vector: dict[str, Any]) -> PaymentTerms:
    if "phrase" in vector:
        rule = read_terms(vector["phrase"])
        assert rule is not None, vector["phrase"]
        return rule
    given = dict(vector["rule"])
    return PaymentTerms(**given | {"roll": Roll(given["roll"])})


@pytest.mark.parametrize("vector", VECTORS, ids=[v["id"] for v in VECTORS])
def test_the_vector_gives_its_dates(vector):
    rule, base = rule_of(vector), date.fromisoformat(vector["base"])
    assert [day.isoformat() for _, day in rule.discounts(base)] == vector["discount_until"]
    assert rule.base.value == vector.get("counted_from", "invoice")
    if isinstance(vector["due"], str):
        assert rule.due_on(base).isoformat() == vector["due"]
    else:
        schedule = rule.schedule(base, Money.of(vector["total"], "EUR"))
        assert [[day.isoformat(), amount.plain()] for day, amount in schedule] == vector["due"]
        assert rule.due_on(base) == schedule[-1][0]


def test_every_vector_is_there_once():
    assert len({v["id"] for v in VECTORS}) == len(VECTORS) == 42


def test_payment_before_delivery_says_so():
    for phrase in ("CIA", "cash in advance", "Vorkasse", "paiement d'avance", "pago anticipado", "前払い", "선입금"):
        rule = read_terms(phrase)
        assert rule is not None and rule.prepayment, phrase


def test_prepaid_freight_is_no_prepayment():
    for phrase in ("net 30, freight prepaid", "Freight: prepaid & add, net 30"):
        assert read_terms(phrase) == read_terms("net 30")


def test_a_deposit_and_a_rest_is_no_rule_that_could_be_booked():
    assert read_terms("50 % Vorkasse, 50 % 30 Tage netto") is None


@pytest.mark.parametrize(
    "phrase",
    [
        "2/10 net 30",
        "2/10, n/30",
        "2 % 10, net 30",
        "within 10 days 2 % cash discount, within 30 days due net",
        "10 Tage 2 % Skonto, 30 Tage netto",
        "10 Tage 2% 30 Tage netto",
        "zahlbar innerhalb von 30 Tagen netto, 10 Tage 2 % Skonto",
        "Net 30 days, 2% if paid within 10 days",
        "2 % 10 jours, 30 jours net",
        "30 days, 2% 10 days",
    ],
)
def test_one_rule_has_many_phrases(phrase):
    assert read_terms(phrase) == PaymentTerms(days=30, tiers=(EarlyPayment(Decimal(2), 10),))


@pytest.mark.parametrize("phrase", ["", "   ", "see contract", "as agreed", "TBD", "%", "net", "/" * 50])
def test_a_phrase_that_is_not_known_is_no_rule(phrase):
    assert read_terms(phrase) is None


def test_a_high_percentage_is_no_discount():
    rule = read_terms("net 30, 50% 10 days")
    assert rule is not None and rule.tiers == ()


def test_pay_days_take_the_next_one():
    rule = read_terms("60 días, días de pago 10 y 25")
    assert rule is not None and rule.pay_days == (10, 25)
    assert rule.due_on(date(2026, 1, 15)) == date(2026, 3, 25)
    assert rule.due_on(date(2026, 1, 28)) == date(2026, 4, 10)
    assert rule.due_on(date(2026, 1, 9)) == date(2026, 3, 10)


def test_a_holiday_moves_the_date_on():
    rule = replace(PaymentTerms(days=1), bank_day=BankDay.NEXT)
    new_year = (date(2027, 1, 1),)
    assert rule.due_on(date(2026, 12, 31), holidays=new_year) == date(2027, 1, 4)
    assert rule.due_on(date(2026, 12, 31), bank_day=BankDay.PREVIOUS, holidays=new_year) == date(2026, 12, 31)


def test_the_base_is_part_of_the_phrase():
    assert read_terms("30 Tage nach Wareneingang").base is Base.GOODS
    assert read_terms("検収後 月末締め翌月末払い").base is Base.ACCEPTANCE
    assert read_terms("NET 60. RETAINAGE 10% UNTIL FINAL ACCEPTANCE").base is Base.INVOICE


@pytest.mark.parametrize(
    ("said", "agreed", "same"),
    [
        ("14 Tage 2 % Skonto, 30 Tage netto", "2 % 14, net 30", True),
        ("45 jours fin de mois", "45 j fin de mois, method A", True),
        ("検収後 月末締め翌月末払い", "月末締め翌月末払い, next bank day", True),
        ("익월말 현금", "익월말", True),
        ("NET 60", "net 30", False),
        ("net 30", "2/10 net 30", False),
        ("3/10 net 30", "2/10 net 30", False),
        ("net 30", "CIA", False),
        ("net 30, retainage 10% until final acceptance", "net 30", False),
        ("5 % discount net 30", "net 30", False),
        ("30/40/30 % at 0/30/60 days", "30/40/30% at 0/30/60 days", True),
        ("see contract", "net 30", None),
        ("net 30", "as agreed", None),
        ("as agreed", "As  agreed", True),
    ],
)
def test_terms_are_compared_by_what_they_mean(said, agreed, same):
    assert same_terms(said, agreed) is same


def test_the_last_closing_day_is_never_ahead():
    end_of_month = PaymentTerms()
    assert end_of_month.last_closing(date(2026, 3, 31)) == date(2026, 3, 31)
    assert end_of_month.last_closing(date(2026, 3, 30)) == date(2026, 2, 28)
    twentieth = PaymentTerms(closing_day=20)
    assert twentieth.last_closing(date(2026, 3, 20)) == date(2026, 3, 20)
    assert twentieth.last_closing(date(2026, 1, 19)) == date(2025, 12, 20)


@given(st.text(max_size=500))
def test_no_text_raises(text):
    rule = read_terms(text)
    if rule is not None:
        rule.due_on(date(2026, 1, 31))


@pytest.mark.parametrize("text", ["1 " * 300, "2 % " * 200, "within " * 100, "30 days " * 80, "1/" * 300, "%" * 500])
def test_hostile_phrases_are_read_in_no_time(text):
    begun = time.perf_counter()
    read_terms(text * 20)
    assert time.perf_counter() - begun < 0.5


@given(
    st.dates(date(2000, 1, 1), date(2090, 1, 1)),
    st.integers(0, 400),
    st.sampled_from(list(Roll)),
    st.integers(1, 31),
    st.integers(0, 6),
    st.one_of(st.none(), st.integers(1, 31)),
)
def test_nothing_is_due_before_its_base(base, days, roll, day, months, closing):
    if roll is Roll.FOLLOWING and months == 0:
        months = 1
    rule = PaymentTerms(days=days, roll=roll, day_of_month=day, months=months, closing_day=closing)
    assert rule.due_on(base) >= base


@given(st.integers(-(10**9), 10**9), st.lists(st.integers(1, 60), min_size=1, max_size=4))
def test_instalments_are_the_whole(minor, shares):
    from agent.domain.term_rules import Part

    parts = tuple(Part(Decimal(share), days * 30) for days, share in enumerate(shares))
    rule = PaymentTerms(instalments=parts)
    total = Money(minor, "EUR")
    assert sum(amount.minor for _, amount in rule.schedule(date(2026, 3, 4), total)) == minor
