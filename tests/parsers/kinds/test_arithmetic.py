"""What arithmetic decides: which column is which, which decimal mark, which side is negative, what is proved."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from agent.domain.documents import AdvisedKind, Flag, Footing, PurchaseOrder, RemittanceAdvice
from parsers.kinds import read_pages
from parsers.page import Context
from tests.parsers.layout.papers import page_of


def _advice(text: str, sent_on: str | None = None) -> RemittanceAdvice:
    documents, _ = read_pages((page_of(text),), Context(sent_on=sent_on))
    assert len(documents) == 1
    assert isinstance(documents[0], RemittanceAdvice)
    return documents[0]


def _order(text: str) -> PurchaseOrder:
    documents, _ = read_pages((page_of(text),), Context())
    assert len(documents) == 1
    assert isinstance(documents[0], PurchaseOrder)
    return documents[0]


_TWO_SIDES = """
REMITTANCE ADVICE      Kestrel Labs, Inc.      Payment ref: P-77120

Invoice      {0:<12} {1:<12}
INV-1        {2:<12} {3:<12}
CN-2         {4:<12} {5:<12}
Total paid   {6}
"""


def test_debits_are_invoices_where_the_total_says_so() -> None:
    advice = _advice(_TWO_SIDES.format("Debit", "Credit", "900.00", "", "", "100.00", "800.00"))
    assert [line.paid for line in advice.lines] == [Decimal("900.00"), Decimal("-100.00")]
    assert advice.footing is Footing.PROVED


def test_a_reduction_printed_negative_is_positive_in_the_reading() -> None:
    advice = _advice(
        """
REMITTANCE ADVICE      Payment ref: P-77120

Invoice      Gross      Adjustment      Net paid
INV-1       980.00         -120.00        860.00
INV-2       500.00            0.00        500.00
Total     1,480.00         -120.00      1,360.00
"""
    )
    assert advice.lines[0].deduction == Decimal("120.00")
    assert advice.footing is Footing.PROVED


_DEBIT_MEMO = """
REMITTANCE ADVICE      Sunbelt Hardware Coop      Check number 3300912

Document     Date          Invoice amt     Deductions          Net
758902       09/15/2026      6,719.32                     6,719.32
758903       08/27/2026      7,740.82                     7,740.82
DM7781       10/14/2026                        {0}       220.50-
Total                       14,460.14          220.50    14,239.64
"""


def test_a_row_of_a_reduction_alone_takes_off_just_that() -> None:
    advice = _advice(_DEBIT_MEMO.format("220.50"))
    assert advice.footing is Footing.PROVED
    assert (advice.lines[2].deduction, advice.lines[2].paid) == (Decimal("220.50"), Decimal("-220.50"))
    assert _advice(_DEBIT_MEMO.format("820.50")).footing is not Footing.PROVED


def test_an_advice_that_does_not_add_up_fails_with_the_difference() -> None:
    advice = _advice(
        """
REMITTANCE ADVICE      Payment ref: P-77120

Invoice      Amount paid
INV-1           1,200.00
INV-2             340.00
Total paid      1,450.00
"""
    )
    assert advice.footing is Footing.FAILED
    assert advice.difference == Decimal("-90.00")
    assert advice.confidence < 0.5


def test_a_decimal_mark_that_nothing_proves_leaves_the_amounts_unread() -> None:
    advice = _advice(
        "REMITTANCE ADVICE  \nPayment ref: P-77120\n\nInvoice      Amount\nINV-1         1,500\nINV-2         2,250\n"
    )
    assert [line.paid for line in advice.lines] == [None, None]


def test_a_whole_figure_in_the_column_tells_that_its_neighbour_has_no_decimals() -> None:
    advice = _advice(
        "REMITTANCE ADVICE  \nPayment ref: P-77120\n\nInvoice      Amount\nINV-1         1,500\nINV-2           780\n"
    )
    assert [line.paid for line in advice.lines] == [Decimal(1500), Decimal(780)]


def test_dates_that_only_one_order_puts_before_the_payment_are_read_in_it() -> None:
    advice = _advice(
        """
REMITTANCE ADVICE      Payment date: 04/05/2026

Invoice      Date          Amount
INV-1        03/02/2026    150.00
INV-2        05/03/2026    225.00
"""
    )
    assert advice.paid_on == date(2026, 5, 4)
    assert advice.lines[1].issued_on == date(2026, 3, 5)


def test_a_payment_after_the_mail_announces() -> None:
    text = "REMITTANCE ADVICE    Payment date: 2026-06-30\n\nInvoice      Amount paid\nINV-1         150.00\nINV-2         50.00\n"
    assert Flag.ANNOUNCEMENT in _advice(text, "2026-06-20").flags
    assert Flag.ANNOUNCEMENT not in _advice(text, "2026-07-01").flags


def test_a_row_without_number_is_a_line_of_its_own_and_never_an_invoice() -> None:
    advice = _advice(
        """
REMITTANCE ADVICE      Payment ref: P-77120

Invoice      Description          Amount
HC-2201      Valves            18,400.00
             Bank charges         -25.00
Total                          18,375.00
"""
    )
    assert advice.lines[1].reference is None
    assert advice.lines[1].kind is AdvisedKind.OTHER
    assert advice.lines[1].reason == "Bank charges"


def test_a_price_per_hundred_is_proved_by_the_amount() -> None:
    order = _order(
        """
PURCHASE ORDER  4711        Date 2026-05-20

Item      Description            Qty     Price     Value
HX-100    Hex bolts, per 100     500     14.80     74.00
VL-220    Ball valve               6     44.00    264.00
                                 Total EUR        338.00
"""
    )
    assert order.lines[0].price_per == 100
    assert order.footing is Footing.PROVED


def test_an_amount_that_is_not_quantity_times_price_fails() -> None:
    order = _order(
        """
PURCHASE ORDER  4711        Date 2026-05-20

Item      Qty     Unit price     Line total
VL-220     10          42.00         402.00
SN-310      5         118.00         590.00
"""
    )
    assert order.footing is Footing.FAILED
    assert order.difference == Decimal("-18.00")


def test_components_without_price_are_no_lines() -> None:
    order = _order(
        """
PURCHASE ORDER  4711        Date 2026-05-20

Pos  Part no.   Description       Qty   Unit    Unit price    Total
1    KIT-900    Overhaul kit        6   set         310.00    1,860.00
     SL-11      shaft seal         12   pc
     BR-22      bearing            24   pc
2    OIL-5      Gear oil           10   can          41.80      418.00
"""
    )
    assert [line.item for line in order.lines] == ["KIT-900", "OIL-5"]


def test_a_currency_is_never_taken_from_a_word_of_a_sentence() -> None:
    order = _order(
        """
PURCHASE ORDER  4711        Date 2026-05-20
THIS ORDER SUPERSEDES ALL PREVIOUS VERSIONS

Item      Qty     Unit price     Line total
VL-220     10          42.00         420.00
"""
    )
    assert order.currency is None


def test_every_number_and_amount_has_evidence_that_stands_in_the_source() -> None:
    advice = _advice(_TWO_SIDES.format("Debit", "Credit", "900.00", "", "", "100.00", "800.00"))
    assert advice.evidence["payment_reference"].text == "P-77120"
    assert advice.evidence["lines[0].paid"].text == "900.00"
    assert advice.evidence["total"].place is not None
