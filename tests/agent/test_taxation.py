"""How an invoice is taxed: several rates, goods and services across a border, exemption with its certificate, export."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from agent.booking.invoices import invoicing, releasing
from agent.domain.errors import Refused
from agent.domain.notices import InvoiceDocument
from agent.domain.receivables import TaxTreatment
from agent.store import drafts, filed, invoices
from agent.store.engine import write
from tests.agent.shop import Shop, open_shop
from tests.matching import order_world as world

D = Decimal


def line(number: str, item: str, rate: str, **more: Any):  # type: ignore[no-untyped-def]
    return world.order_line(number, item, "10", "100.00", delivered="10", tax_rate=rate, **more)


def sold(
    shop: Shop, *lines: Any, treatment: TaxTreatment, seller: str = "DE", buyer: str = "FR"
) -> InvoiceDocument | None:
    """The invoice of ten of each line to a customer who is taxed in this way."""
    shop.settings = replace(shop.settings, company=replace(shop.settings.company, country=seller))
    shop.change("C-1002", tax_treatment=treatment, country=buyer, tax_id="FR40303265045")
    shop.book(world.order("SO-1", "4711", "C-1002", *lines, payment_terms="net 30"))
    issued = shop.do(lambda desk: invoicing.bill_by_hand(desk, "SO-1"))
    return shop.ask(lambda tx: invoices.document_of(tx, issued[0])) if issued else None


@pytest.fixture
def shop(sqlite_engine: Engine, tmp_path: Path) -> Shop:
    return open_shop(sqlite_engine, tmp_path)


def test_each_rate_is_summed_and_rounded_once(shop: Shop) -> None:
    document = sold(
        shop,
        line("1", "VL-220", "19"),
        line("2", "SN-310", "7"),
        line("3", "HX-100", "19"),
        treatment=TaxTreatment.STANDARD,
    )
    assert document is not None
    assert [(tax.rate, tax.net.plain(), tax.tax.plain()) for tax in document.taxes] == [
        (19, "2000.00", "380.00"),
        (7, "1000.00", "70.00"),
    ]


@pytest.mark.parametrize(
    ("seller", "buyer", "goods"),
    [("DE", "FR", "K"), ("DE", "DE", ""), ("GB", "FR", ""), ("DE", "CH", ""), ("FR", "GR", "K")],
)
def test_goods_to_another_member_state_are_an_intra_community_supply(
    shop: Shop, seller: str, buyer: str, goods: str
) -> None:
    document = sold(
        shop, line("1", "VL-220", "19"), line("2", "SV-010", "19", service=True),
        treatment=TaxTreatment.REVERSE_CHARGE, seller=seller, buyer=buyer,
    )  # fmt: skip
    assert document is not None
    assert [one.tax_category for one in document.lines] == [goods, ""]
    assert document.tax.minor == 0
    whole = [("", "1000.00"), ("K", "1000.00")] if goods else [("", "2000.00")]
    assert sorted((tax.category, tax.net.plain()) for tax in document.taxes) == whole


def certificate(shop: Shop, until: date, status: str = "accepted") -> None:
    def work(tx: Any) -> None:
        filed.file(
            tx, customer="C-1002", kind=filed.TAX_CERTIFICATE, sha256=f"{until}{status}", name="cert.pdf", message=None,
            now=shop.now, number="EX-77", valid_from=date(2025, 1, 1), valid_to=until, status=status,
        )  # fmt: skip

    write(shop.engine, work)


def test_the_certificate_that_holds_is_printed_with_its_last_day(shop: Shop) -> None:
    certificate(shop, date(2026, 12, 31))
    document = sold(shop, line("1", "VL-220", "19"), treatment=TaxTreatment.EXEMPT)
    assert document is not None
    assert (document.certificate, document.certificate_until, document.tax.minor) == ("EX-77", date(2026, 12, 31), 0)


def test_an_expired_certificate_stops_the_invoice_until_there_is_a_new_one(shop: Shop) -> None:
    certificate(shop, date(2026, 2, 28))
    assert sold(shop, line("1", "VL-220", "19"), treatment=TaxTreatment.EXEMPT) is None
    (asked,) = shop.queue()
    assert asked["code"] == "invoice_lint"
    assert "held until 2026-02-28" in asked["summary"]
    with pytest.raises(Refused, match="no certificate holds"):
        shop.do(lambda desk: releasing.approve(desk, 1))
    certificate(shop, date(2027, 2, 28))
    assert shop.do(lambda desk: releasing.approve(desk, 1)) is not None
    assert shop.ask(drafts.find) == []


def test_a_certificate_that_was_only_filed_exempts_nobody_and_stops_nothing(shop: Shop) -> None:
    certificate(shop, date(2027, 12, 31), "filed")
    document = sold(shop, line("1", "VL-220", "19"), treatment=TaxTreatment.EXEMPT)
    assert document is not None
    assert document.certificate == ""


def test_an_export_bears_no_tax(shop: Shop) -> None:
    document = sold(shop, line("1", "VL-220", "19"), treatment=TaxTreatment.EXPORT, buyer="US")
    assert document is not None
    assert (document.tax.minor, document.lines[0].tax_rate) == (0, 0)
