from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.domain.books import CashBooks, Sender
from agent.domain.receivables import Customer
from matching.customers import is_cut, name_keys, name_likeness
from matching.payers import PayerFacts, identify_payer
from tests.matching.world import CUSTOMERS, books


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Brightwater Foods LLC", "BRIGHTWATER FOODS"),
        ("Müller & Söhne Maschinenbau GmbH", "MUELLER UND SOEHNE MASCHINENBAU GMBH"),
        ("Müller & Söhne Maschinenbau GmbH", "Muller Sohne Maschinenbau"),
        ("株式会社青葉製作所 Aoba", "青葉製作所(株)"),
        ("한빛정밀㈜ Hanbit Precision", "주식회사 한빛정밀"),
        ("한빛정밀㈜ Hanbit Precision", "한빛정밀(주)"),
        ("한빛정밀㈜ Hanbit Precision", "HANBIT PRECISION CO., LTD."),
        ("Talleres Ibáñez S.L.", "TALLERES IBANEZ SL"),
        ("Nordhavn Marine A/S", "NORDHAVN MARINE AS"),
        ("Foo Bar GmbH & Co. KG", "Foo Bar"),
        ("Ateliers Verdier S.à r.l.", "ATELIERS VERDIER SARL"),
        ("Saffron Process Controls Pvt. Ltd.", "Saffron Process Controls Private Limited"),
        ("Acme S.A. de C.V.", "ACME SA DE CV"),
        ("Kone Oyj", "KONE OY"),
        ("Orchid Health System (US)", "Orchid Health System"),
    ],
)
def test_the_same_company_has_a_key_in_common(a, b):
    assert set(name_keys(a)) & set(name_keys(b)), (name_keys(a), name_keys(b))
    assert name_likeness(a, b) == 1.0


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Delmar Electric Co.", "Delmar Electrical Supply"),
        ("Pennard Retail plc", "Pennard Home Ltd"),
        ("ABC GmbH", "ABD GmbH"),
        ("GmbH", "Ltd"),
    ],
)
def test_different_companies_have_none(a, b):
    assert not set(name_keys(a)) & set(name_keys(b)) and name_likeness(a, b) < 1


def test_a_name_that_is_only_a_legal_form_keeps_a_key_of_its_own():
    assert name_keys("Oy AB") and name_keys("Limited")


def test_a_name_cut_off_by_the_bank_is_near():
    assert name_likeness("CALLOWAY CONSTRUCTION GRO", "Calloway Construction Group, Inc.") >= 0.9


@settings(deadline=None)
@given(st.text(max_size=200), st.text(max_size=200))
def test_likeness_is_symmetric_and_between_zero_and_one(a, b):
    assert 0 <= name_likeness(a, b) <= 1
    assert abs(name_likeness(a, b) - name_likeness(b, a)) < 1e-9


def test_a_platform_with_many_customers_is_told_apart_by_the_numbers():
    many = books("C-1011", senders=("C-1011", "C-1012", "C-1013"), address="pay@platform.example")
    match = identify_payer(PayerFacts(owners=("C-1012",)), many)
    assert match.customer == "C-1012" and match.code is None
    assert identify_payer(PayerFacts(), many).code == "cust_ambig"


def test_a_name_that_is_another_customers_than_the_senders_is_a_conflict():
    match = identify_payer(PayerFacts(name="Kestrel Labs, Inc.", owners=("C-1013",)), books("C-1012"))
    assert match.code == "third_party_payer" and not match.payable


def test_a_parent_pays_for_its_child_and_never_the_other_way():
    assert identify_payer(PayerFacts(owners=("C-1009",)), books("C-1008")).payable == {"C-1008", "C-1009", "C-1010"}
    assert identify_payer(PayerFacts(owners=("C-1008",)), books("C-1009")).payable == {"C-1009"}


def test_the_paying_account_identifies_at_the_bank_before_the_name():
    customers = (
        Customer(number="A", name="Alpha Ltd", currency="EUR", accounts=("DE89370400440532013000",)),
        Customer(number="B", name="Beta Ltd", currency="EUR"),
    )
    excerpt = CashBooks(sender=Sender(), customers=customers)
    facts = PayerFacts(name="BETA", account="DE89 3704 0044 0532 0130 00", by_mail=False)
    assert identify_payer(facts, excerpt).customer == "A"


def test_two_customers_of_one_name_are_a_tie_unless_numbers_decide():
    twins = tuple(Customer(number=n, name="Smith Ltd", currency="EUR") for n in ("A", "B"))
    excerpt = CashBooks(customers=twins)
    assert identify_payer(PayerFacts(name="Smith", by_mail=False), excerpt).customer is None
    assert identify_payer(PayerFacts(name="Smith", owners=("B",), by_mail=False), excerpt).customer == "B"


def test_every_customer_of_the_world_is_identified_by_its_own_name_at_the_bank():
    for customer in CUSTOMERS:
        match = identify_payer(PayerFacts(name=customer.name.upper(), by_mail=False), books(None))
        assert match.customer == customer.number


def test_a_name_that_the_bank_cut_off_is_the_beginning_of_the_full_one():
    assert is_cut("CALLOWAY CONSTRUCTION GROUP, I", "Calloway Construction Group, Inc.")
    assert is_cut("MUELLER MASCHINENBAU UND AN", "Mueller Maschinenbau und Anlagen GmbH")
    assert is_cut("MUELLER & SOEHNE MASCHINENB", "Müller & Söhne Maschinenbau GmbH")
    assert not is_cut("Calloway Construction Group, Inc.", "Calloway Construction Group, Inc."), "the whole is no cut"
    assert not is_cut("DELMAR ELECTR", "Delmar Electric Co."), "too short to tell anybody from another"
    assert not is_cut("CALLOWAY CONSTRUCTION GRUOP", "Calloway Construction Group, Inc."), "a slip is no cut"


def test_the_beginning_of_two_names_is_nobody():
    names = ("Northern Industrial Supplies East Ltd", "Northern Industrial Supplies West Ltd")
    books = CashBooks(
        customers=tuple(Customer(number=f"C-{n}", name=name, currency="EUR") for n, name in enumerate(names))
    )
    found = identify_payer(PayerFacts(name="NORTHERN INDUSTRIAL SUPPLIES", by_mail=False), books)
    assert found.customer is None
    one = identify_payer(PayerFacts(name="NORTHERN INDUSTRIAL SUPPLIES WE", by_mail=False), books)
    assert one.customer == "C-1"


def test_by_mail_the_beginning_of_a_name_identifies_nobody():
    books = CashBooks(
        sender=Sender(address="x@stranger.example"),
        customers=(Customer(number="C-1", name="Northern Industrial Supplies East Ltd", currency="EUR"),),
    )
    assert identify_payer(PayerFacts(name="NORTHERN INDUSTRIAL SUPPLIES EA"), books).customer is None
