from __future__ import annotations

from decimal import Decimal

import pytest

from agent.domain.receivables import InvoicedLine
from matching.residual import Cause, explain, unique
from tests.matching.world import POLICY, d, item, m

LINES = (
    InvoicedLine(
        line="1", item="VL-220", quantity=Decimal(174), unit_price=Decimal("46.50"), price_per=Decimal(1),
        net=m("8091.00"),
    ),
    InvoicedLine(
        line="2", item=None, quantity=Decimal(1), unit_price=Decimal("34.50"), price_per=Decimal(1), net=m("34.50"),
        description="Freight",
    ),
)  # fmt: skip
INVOICE = item("INV-104355", "C-1001", "8125.50", discount=("2", d(3, 14)), lines=LINES)


IN_TIME = d(3, 13)


def causes(paid: str, on=IN_TIME, invoice=INVOICE, credit_notes=()):
    return [
        e.cause for e in explain(invoice, m(paid), invoice.open, paid_on=on, policy=POLICY, credit_notes=credit_notes)
    ]


@pytest.mark.parametrize(
    ("paid", "cause"),
    [
        ("7962.99", Cause.DISCOUNT),
        ("8032.50", Cause.FEWER_UNITS),
        ("8091.00", Cause.FREIGHT),
        ("8152.50", Cause.TRANSPOSED),
        ("812.55", Cause.DECIMAL_SHIFT),
        ("81255.00", Cause.DECIMAL_SHIFT),
        ("16251.00", Cause.PAID_TWICE),
        ("8100.50", Cause.BANK_FEE),
        ("8125.49", Cause.TOLERANCE),
        ("7881.73", Cause.DISCOUNT_RATE),
    ],
)
def test_a_difference_is_named_to_the_cent(paid, cause):
    assert cause in causes(paid)


def test_a_discount_too_late_is_named_so():
    assert causes("7962.99", on=d(3, 17)) == [Cause.DISCOUNT_LATE]


def test_an_unnamed_credit_note_explains_its_exact_amount():
    credit = item("CN-20317", "C-1001", "-640.00")
    assert Cause.CREDIT_NOTE in causes("7485.50", credit_notes=(credit,))


def test_withholding_is_a_plain_rate_of_the_net_amount():
    invoice = item("INV-1", "C-1016", "118000.00", net="100000.00")
    assert Cause.WITHHOLDING in causes("116000.00", invoice=invoice)
    assert Cause.TAX in causes("100000.00", invoice=invoice)


def test_a_difference_that_nothing_gives_to_the_cent_has_no_explanation():
    assert causes("7001.23") == []


def test_two_explanations_are_none():
    found = explain(INVOICE, m("8091.00"), INVOICE.open, paid_on=d(3, 13), policy=POLICY)
    twice = explain(
        INVOICE, m("8091.00"), INVOICE.open, paid_on=d(3, 13), policy=POLICY,
        credit_notes=(item("CN-1", "C-1001", "-34.50"),),
    )  # fmt: skip
    assert unique(found) is not None and unique(twice) is None
