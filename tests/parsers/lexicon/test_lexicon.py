"""Labels, titles and phrases: complete in every language, tolerant of spelling, never of another word."""

from __future__ import annotations

import pytest

from parsers.lexicon import fields, label_of, labels_in, languages, title_of, titles_in, vocabulary
from parsers.lexicon.phrases import cues_in

ALL = ("en", "de", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt")
# Phrases that a language has no words of its own for: the American clearing house, a method that has its own name.
SPARED_PHRASES = {"m_ach", "m_other", "m_sepa", "paying", "order_word", "change_word"}


def test_there_is_a_file_for_each_of_the_ten_languages() -> None:
    assert languages() == ALL


@pytest.mark.parametrize("language", ALL)
def test_every_language_names_every_field_title_and_intent(language: str) -> None:
    english, own = vocabulary("en"), vocabulary(language)
    assert set(own["labels"]) == set(english["labels"])
    assert set(english["titles"]) - set(own["titles"]) <= {"virtual_card"}
    assert set(english["phrases"]) - set(own["phrases"]) <= SPARED_PHRASES
    assert set(own["calendar"]) == set(english["calendar"])
    assert len(own["calendar"]["weekdays"]) == 7


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("Invoice No.:", "invoice_number"), ("INVOICE #", "invoice_number"), ("Invoice(s)", "invoice_number"),
        ("Rechnungs-Nr.", "invoice_number"), ("Rechnungsnummer", "invoice_number"), ("N° facture", "invoice_number"),
        ("Nº factura", "invoice_number"), ("Factuurnr.", "invoice_number"), ("請求書番号", "invoice_number"),
        ("세금계산서번호", "invoice_number"), ("Nr faktury", "invoice_number"), ("Fatura n.º", "invoice_number"),
        ("Numero fattura", "invoice_number"), ("P.O. No.", "order_number"), ("Bestell-Nr.", "order_number"),
        ("注文番号", "order_number"), ("발주번호:", "order_number"), ("Qté", "quantity"), ("Menge", "quantity"),
        ("수량", "quantity"), ("品 名", "description"), ("Amount Paid", "paid"), ("Still Owing", "balance_after"),
        ("*** CARRIED FORWARD", "carried_forward"), ("お支払日", "payment_date"), ("Total TTC", "total"),
        ("MwSt", "tax_total"), ("Waehrung", "currency"), ("Betrag (EUR)", "amount"), ("Amount USD", "amount"),
        ("Qty (pcs)", "quantity"), ("振込手数料(貴社ご負担)", "deduction"), ("I N V O I C E", "invoice_number"),
        ("Ｉｎｖｏｉｃｅ　Ｎｏ", "invoice_number"),
    ],
)  # fmt: skip
def test_a_label_is_known_in_its_usual_spellings(text: str, field: str) -> None:
    hit = label_of(text)
    assert hit is not None and field in hit.fields


@pytest.mark.parametrize(("text", "field"), [("Quantitiy", "quantity"), ("Descripton", "description"), ("lNV0lCE", "invoice_number"),
                                             ("AM0UNT", "amount")])  # fmt: skip
def test_one_slip_in_a_long_word_is_forgiven_and_said(text: str, field: str) -> None:
    hit = label_of(text)
    assert hit is not None and hit.field == field and not hit.exact


@pytest.mark.parametrize("text", ["No", "HX-100", "12,50", "Müller & Söhne", "cart", "pant", "", "x" * 500])
def test_what_is_no_label_is_none(text: str) -> None:
    assert label_of(text) is None


def test_the_longest_label_wins_and_keeps_its_place() -> None:
    line = "INVOICE NO       INV DATE   PO NUMBER   DESCRIPTION             GROSS       DISC         NET"
    hits = labels_in(line)
    assert [hit.field for hit in hits] == [
        "invoice_number", "invoice_date", "order_number", "description", "gross", "discount", "paid",
    ]  # fmt: skip
    assert [line[slice(*hit.span)] for hit in hits][:2] == ["INVOICE NO", "INV DATE"]


def test_the_language_settles_words_that_several_share() -> None:
    assert label_of("Total", "en").field == "total"  # type: ignore[union-attr]
    assert label_of("Total", "es").field == "amount"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "kind"),
    [("PURCHASE ORDER", "purchase_order"), ("Zahlungsavis", "remittance_advice"), ("支 払 通 知 書", "remittance_advice"),
     ("발   주   서", "purchase_order"), ("Avis de virement", "remittance_advice"), ("検収通知書", "acceptance"),
     ("BON DE LIVRAISON", "delivery_note"), ("Protokół odbioru", "acceptance"), ("Orden de compra", "purchase_order")],
)  # fmt: skip
def test_titles_announce_their_kind(text: str, kind: str) -> None:
    hit = title_of(text)
    assert hit is not None and hit.kind == kind


def test_a_change_is_not_taken_for_an_order() -> None:
    assert [hit.kind for hit in titles_in("*** CHANGED PURCHASE ORDER *** 118832")] == ["order_change"]


def test_longer_phrases_silence_the_shorter_ones_they_hold() -> None:
    assert "paid" not in {cue.name for cue in cues_in("Invoice 4 will be paid on Friday")}
    assert "paid" not in {cue.name for cue in cues_in("We have not paid invoice 4")}
    assert "paid" in {cue.name for cue in cues_in("We have paid invoice 4")}


def test_field_names_are_a_closed_set() -> None:
    assert {"invoice_number", "paid", "carried_forward", "quantity"} <= fields()
