"""A seller's papers sent back (our own invoices and statements among them) are neither orders nor deliveries."""

from __future__ import annotations

import pytest

from parsers.reading import read

_HEADS = {
    "de": ("Ihre Bestellnr.", "Lieferschein", "Lieferdatum", "Rechnung", "Fällig am", "Pos.  Bezeichnung         Menge   Einzelpreis    Betrag"),
    "en": ("Your order no.", "Delivery note", "Date of supply", "Invoice", "Due date", "Pos.  Description         Quantity   Unit price    Amount"),
    "fr": ("Votre commande", "Bon de livraison", "Date de livraison", "Facture", "Échéance", "Ligne  Désignation         Quantité   Prix unitaire    Montant"),
    "es": ("Su pedido n.º", "Albarán", "Fecha de entrega", "Factura", "Vencimiento", "Pos.  Descripción         Cantidad   Precio unitario    Importe"),
    "it": ("Vostro ordine", "DDT", "Data di consegna", "Fattura", "Scadenza", "Pos.  Descrizione         Quantità   Prezzo unitario    Importo"),
    "nl": ("Uw bestelnr.", "Pakbon", "Leverdatum", "Factuur", "Vervaldatum", "Pos.  Omschrijving         Aantal   Stukprijs    Bedrag"),
    "ko": ("귀사 발주 번호", "납품서", "공급일", "청구서", "지급 기한", "번호  품명         수량   단가    금액"),
    "ja": ("貴社注文番号", "納品書", "納品日", "請求書", "お支払期限", "行  品名         数量   単価    金額"),
}  # fmt: skip


def _invoice(language: str) -> str:
    order, note, delivered, title, due, columns = _HEADS[language]
    return f"""Nordlicht Messtechnik GmbH                     {order}      4500019044
Harbour & Sons Engineering Ltd                 {note}      LS-88213
Liverpool L3 4BB                               {delivered}      2026-11-02

{title} INV-104411
{due}  2026-12-03

{columns}
10   Pressure transmitter     4       189.50        758.00
20   Calibration on site      2        92.00        184.00
                                        942.00

IBAN  DE89 3704 0044 0532 0130 00
BIC   COBADEFFXXX
"""


@pytest.mark.parametrize("language", sorted(_HEADS))
def test_an_invoice_is_no_order_and_no_delivery_in_any_language(language: str) -> None:
    reading = read(_invoice(language).encode(), "paper.txt")
    assert reading.documents == ()
    assert [p.what for p in reading.problems] == ["The paper is an invoice, INV-104411."]


def test_a_statement_of_account_is_no_bank_statement_though_it_bears_its_title() -> None:
    text = """Kontoauszug                                   Kundennr. C-1005

Rechnung      Rechnungsdatum   Fällig am     Gesamtbetrag (EUR)   Offen (EUR)
INV-104377    10.09.2026       10.10.2026              1.820,40      1.820,40
INV-104389    16.09.2026       16.10.2026                640,00        240,00
"""
    reading = read(text.encode(), "paper.txt")
    assert reading.documents == ()
    assert "statement of account" in reading.problems[0].what


def test_words_in_an_invoice_are_no_request_and_no_promise() -> None:
    text = _invoice("en") + "\nPlease send us the remittance advice. We will pay by 3 December.\n"
    assert read(text.encode(), "paper.txt").documents == ()


@pytest.mark.parametrize(
    "thanks",
    [
        "Thank you for your payment advice. We have noted the following:",
        "vielen Dank für Ihre Zahlung. Wir haben sie wie folgt zugeordnet:",
        "Nous vous remercions de votre paiement, que nous avons affecté comme suit :",
        "Le agradecemos su aviso de pago. Hemos anotado lo siguiente:",
        "La ringraziamo per l’avviso di pagamento. Abbiamo annotato quanto segue:",
        "Hartelijk dank voor uw betaling. Wij hebben deze als volgt toegewezen:",
        "입금해 주셔서 감사합니다. 아래와 같이 배분하였습니다.",
        "お支払いいただき、誠にありがとうございます。",
    ],
)
def test_who_thanks_for_a_payment_has_made_none(thanks: str) -> None:
    text = f"""{thanks}

Invoice        Date          Amount       Discount      Paid
INV-104411     2026-11-03    1,724.07     34.48         1,689.59
INV-104412     2026-11-04      100.00      0.00           100.00
Total                                                   1,789.59
"""
    assert read(text.encode(), "paper.txt").documents == ()
