"""The Swiss QR-bill: what its code says to a scanner, what its slip says to people, and where none may stand."""

from __future__ import annotations

import io
from dataclasses import replace

import pypdfium2  # type: ignore[import-untyped]
import pytest

from agent.domain import notices as n
from agent.domain.money import Money
from templates import pdf, swiss
from templates.epc import epc_payload
from templates.samples import COMPANY, credit_note, invoice
from templates.words import languages, words_of

PLAIN_IBAN, QR_IBAN = "CH9300762011623852957", "CH4431999123000889012"
SWISS = replace(
    COMPANY,
    name="Nordlicht Messtechnik AG",
    iban=PLAIN_IBAN,
    country="CH",
    address="Seestrasse 12a\n8002 Zürich",
    bic="",
)
BUYER = replace(invoice("de").customer, name="Muster & Söhne GmbH", address="Bahnhofstrasse 5\n3011 Bern", country="CH")


def bill(language: str = "de", **changes: object) -> n.InvoiceDocument:
    return invoice(language, **{"currency": "CHF", "customer": BUYER} | changes)  # type: ignore[arg-type]


def codes_of(data: bytes) -> list[str]:
    """What a scanner reads on the pages of a paper."""
    zxing = pytest.importorskip("zxingcpp", reason="zxing-cpp is in the extra dev")
    document, found = pypdfium2.PdfDocument(io.BytesIO(data)), []
    for page in document:
        found += [code.text for code in zxing.read_barcodes(page.render(scale=3).to_pil())]
    document.close()
    return found


def text_of(data: bytes) -> str:
    document = pypdfium2.PdfDocument(io.BytesIO(data))
    text = "\n".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return text.replace("\r", "")


def test_the_code_on_the_paper_is_read_back_field_by_field() -> None:
    document = bill()
    (read,) = codes_of(pdf.invoice_pdf(document, "de", SWISS))
    assert read.split("\n") == [
        "SPC", "0200", "1", PLAIN_IBAN,
        "S", "Nordlicht Messtechnik AG", "Seestrasse", "12a", "8002", "Zürich", "CH",
        "", "", "", "", "", "", "",
        "1724.07", "CHF",
        "S", "Muster & Söhne GmbH", "Bahnhofstrasse", "5", "3011", "Bern", "CH",
        "SCOR", "RF18539007547034", "INV-104411", "EPD",
    ]  # fmt: skip


def test_a_qr_account_takes_a_qr_reference_and_the_slip_prints_it_in_its_groups() -> None:
    company = replace(SWISS, iban=QR_IBAN)
    data = pdf.invoice_pdf(bill(), "de", company)
    (read,) = codes_of(data)
    assert read.split("\n")[27:29] == ["QRR", "000000000000000000001044117"]
    assert "00 00000 00000 00000 00010 44117" in text_of(data)
    assert "RF18" not in text_of(data)


def test_the_check_digit_is_that_of_the_published_example() -> None:
    assert swiss.qr_reference("21000000000313947143000901") == "210000000003139471430009017"
    assert swiss.qr_reference("INV-") == ""


@pytest.mark.parametrize("account", [PLAIN_IBAN, QR_IBAN, "LI21088100002324013AA"])
def test_which_accounts_are_qr_accounts(account: str) -> None:
    assert swiss.is_qr_iban(account) is (account == QR_IBAN)


def test_an_invoice_without_a_reference_says_so() -> None:
    slip = swiss.slip_of(bill(creditor_reference=""), SWISS)
    assert slip is not None
    assert swiss.payload(slip).split("\n")[27:30] == ["NON", "", "INV-104411"]


def test_a_payer_whose_address_is_not_certain_is_left_to_be_filled_in() -> None:
    document = bill(customer=replace(BUYER, address="somewhere"))
    slip = swiss.slip_of(document, SWISS)
    assert slip is not None
    assert slip.debtor is None
    assert swiss.payload(slip).split("\n")[20:27] == [""] * 7
    assert "Zahlbar durch (Name/Adresse)" in text_of(pdf.invoice_pdf(document, "de", SWISS))


@pytest.mark.parametrize(
    ("document", "company"),
    [
        (bill(currency="USD"), SWISS),
        (bill(), COMPANY),
        (bill(), replace(SWISS, address="Zürich")),
        (bill(total=Money.of("0.00", "CHF")), SWISS),
        (bill(total=Money.of("1000000000.00", "CHF")), SWISS),
        (credit_note("de"), SWISS),
        (invoice("fr", currency="EUR", customer=replace(invoice("fr").customer, country="FR")), SWISS),
        (bill(), replace(SWISS, iban="CH9300762011623852958")),
    ],
)
def test_where_no_slip_may_stand_there_is_none(document: n.InvoiceDocument, company: n.Company) -> None:
    assert swiss.slip_of(document, company) is None
    assert "Empfangsschein" not in text_of(pdf.invoice_pdf(document, "de", company))


def test_letters_that_banks_do_not_take_lose_their_marks() -> None:
    slip = swiss.slip_of(bill(customer=replace(BUYER, name="Ștefan Łódź Ξ 株 Việt €")), SWISS)
    assert slip is not None
    assert slip.debtor is not None
    assert slip.debtor.name == "Ștefan Łódź . . Viet €"


def test_names_are_cut_to_what_the_code_takes() -> None:
    slip = swiss.slip_of(bill(customer=replace(BUYER, name="N" * 200)), SWISS)
    assert slip is not None
    assert slip.debtor is not None
    assert len(slip.debtor.name) == 70
    assert len(swiss.payload(slip).encode()) <= 997


@pytest.mark.parametrize("language", languages())
def test_the_slip_bears_the_prescribed_words_in_every_language_and_nothing_is_cut_off(language: str) -> None:
    text = text_of(pdf.invoice_pdf(bill(language), language, SWISS))
    words = words_of(language)
    for name in ("payment_part", "receipt", "account", "payable_by", "acceptance", "separate"):
        assert words.say(f"swiss.{name}") in text
    assert {"Payment part", "Zahlteil", "Section paiement", "Sezione pagamento"} >= {words.say("swiss.payment_part")}


def test_the_slip_has_the_measures_of_the_standard() -> None:
    """The code is 46 mm wide and begins 67 mm from the left and 17 mm below the top of the slip (105 mm high)."""
    zxing = pytest.importorskip("zxingcpp", reason="zxing-cpp is in the extra dev")
    document = pypdfium2.PdfDocument(io.BytesIO(pdf.invoice_pdf(bill(), "de", SWISS)))
    page = document[len(document) - 1]
    scale = 4
    (code,) = zxing.read_barcodes(page.render(scale=scale).to_pil())
    millimetre = 72 / 25.4 * scale
    left, top = code.position.top_left.x / millimetre, code.position.top_left.y / millimetre
    right = code.position.top_right.x / millimetre
    assert abs(left - 67) < 0.7
    assert abs(right - left - 46) < 0.9
    assert abs(top - (297 - 105 + 17)) < 0.7
    document.close()


def test_the_epc_code_on_a_paper_is_read_back() -> None:
    document = invoice("de")
    (read,) = codes_of(pdf.invoice_pdf(document, "de", COMPANY))
    assert read == epc_payload(COMPANY, document.total, document.creditor_reference, document.number)
    assert read.split("\n")[:8] == ["BCD", "002", "1", "SCT", "COBADEFFXXX", COMPANY.name, COMPANY.iban, "EUR1724.07"]


def test_a_paper_has_one_code_alone() -> None:
    document = bill(currency="EUR")
    (read,) = codes_of(pdf.invoice_pdf(document, "de", SWISS))
    assert read.startswith("SPC")
    abroad = replace(document, customer=invoice("fr").customer)
    (read,) = codes_of(pdf.invoice_pdf(replace(abroad, customer=replace(abroad.customer, country="FR")), "fr", SWISS))
    assert read.startswith("BCD")
