"""The corpus itself: the same for the same seed, judged strictly, and a first part of it without a false application."""

import pytest

from agent.domain.decisions import Allocation
from agent.domain.money import Money
from tests.evaluate.generator import corpus
from tests.evaluate.run import evaluate
from tests.evaluate.truth import Due, Truth, judge, upper_bound

ZERO = Money(0, "EUR")
TRUTH = Truth((Due("A", 9800, 10000),), frozenset({"C-1"}))


def applied(invoice: str, cash: int, discount: int = 0) -> Allocation:
    return Allocation(
        invoice=invoice, customer="C-1", cash=Money(cash, "EUR"), discount=Money(discount, "EUR"), deduction=ZERO, withheld=ZERO,
        write_off=ZERO, bank_fee=ZERO,
    )  # fmt: skip


def test_the_same_seed_draws_the_same_corpus():
    first, again = ([(c.kind, c.steps) for c in corpus(60, 3)] for _ in range(2))
    assert first == again
    assert first != [(c.kind, c.steps) for c in corpus(60, 4)]


def test_exactly_the_cash_that_is_due_is_right():
    assert judge(TRUTH, [applied("A", 9800, 200)], "C-1", asked=False).touchless


@pytest.mark.parametrize(
    "allocations",
    [[applied("B", 9800)], [applied("A", 9801)], [applied("A", 9800, 201)], [applied("A", 5000), applied("A", 5000)]],
)
def test_another_item_or_more_than_is_due_is_false(allocations):
    verdict = judge(TRUTH, allocations, "C-1", asked=True)
    assert verdict.false and not verdict.right


def test_money_on_the_account_of_another_customer_is_false():
    assert judge(Truth((), frozenset({"C-1"}), applies=False), [], "C-2", asked=True).false


def test_less_than_is_due_is_not_right_and_not_false():
    verdict = judge(TRUTH, [], None, asked=True)
    assert not verdict.false and not verdict.right and (verdict.lines, verdict.lines_right) == (1, 0)


def test_the_bound_is_the_rule_of_three_where_nothing_was_false():
    assert upper_bound(0, 10_000) == pytest.approx(3 / 10_000, rel=0.01)
    assert upper_bound(1, 100) == pytest.approx(0.0466, abs=0.0005)  # Clopper-Pearson, one-sided


def test_nothing_is_applied_wrongly_and_honest_payers_need_nobody():
    report, _ = evaluate(600, seed=11, read_share=0.1)
    assert report.wrong == []
    honest = report.total(honest=True)
    assert honest.lines_right >= 0.95 * honest.lines
    assert honest.right >= 0.90 * honest.due
