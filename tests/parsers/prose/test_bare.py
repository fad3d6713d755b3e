"""Lists of payments without a verb: a payment only where the rows or the subject say so."""

from __future__ import annotations

from decimal import Decimal

import pytest

from agent.domain.documents import RemittanceAdvice
from parsers.page import Context
from parsers.prose import read_prose

LIST = "INV-104581 1,250.00\nINV-104583 92.40\n"


def advices(text: str, subject: str) -> list[RemittanceAdvice]:
    context = Context(subject=subject, sent_on="2026-03-17", is_body=True)
    return [d for d in read_prose(text, context) if isinstance(d, RemittanceAdvice)]


def test_a_list_under_a_subject_that_pays_is_an_advice() -> None:
    (advice,) = advices(LIST, "Remittance")
    assert [(line.reference, line.paid) for line in advice.lines] == [
        ("INV-104581", Decimal("1250.00")),
        ("INV-104583", Decimal("92.40")),
    ]


@pytest.mark.parametrize(
    "subject",
    [
        *("Invoices for payment", "Payment overdue", "Payments?", "Open payments", "Missing payment", "Re: payment"),
        *("Payment proposal", "Zahlungserinnerung", "facturas por pagar", "fatture da pagare", "Question", ""),
    ],
)
def test_the_same_list_under_any_other_subject_is_none(subject: str) -> None:
    assert advices(LIST, subject) == []


@pytest.mark.parametrize("line", ["When will these be paid?", "INV-104590 is short 3 boxes", "Not paid yet"])
def test_a_list_with_a_question_or_complaint_is_no_payment(line: str) -> None:
    assert advices(f"{LIST}{line}\n", "Payment") == []


def test_rows_of_gross_reduction_and_net_are_believed_only_where_the_total_comes_out() -> None:
    rows = "Check #: 55120\n104355 02/11/2026 8,125.50 162.51 7,962.99\n104356 02/12/2026 1,204.75 0.00 1,204.75\n"
    (advice,) = advices(rows + "Check total: 9,167.74\n", "payment advice 3/16")
    assert [line.paid for line in advice.lines] == [Decimal("7962.99"), Decimal("1204.75")]
    assert all(not a.lines for a in advices(rows + "Check total: 9,177.74\n", "payment advice 3/16"))
