"""The words that stand before a document number, and what kind of document each announces."""

from __future__ import annotations

from enum import StrEnum
from functools import cache


class Label(StrEnum):
    """What the letters before a number say it is the number of."""

    NONE = "none"  # no letters, or words that only mean "number"
    INVOICE = "invoice"
    CREDIT = "credit"
    OTHER = "other"  # an order, a delivery, a claim: never an invoice, whatever the digits
    UNKNOWN = "unknown"  # letters we do not know


_NEUTRAL = """
NO NR NUM NUMBER NUMMER NUMMERN N NRO NUMERO NOS NRS REF REFERENCE REFERENZ REFERENCIA RIF DOC DOCS DOCUMENT DOKUMENT
DOCUMENTO YOUR YR OUR IHRE IHR VOTRE SU SUS UW VOSTRA VS ID POS 番号 번호 号 號 貴社 귀사 贵司 贵公司
"""

_INVOICE = """
INVOICE INVOICES INV INVS INVC INVCE INVNO IN BILL BILLS TAXINVOICE SI SALESINVOICE
RECHNUNG RECHNUNGEN RECHNUNGS RECHNUNGSNUMMER RECHN RECH RG RGS RE RNR RGNR RENR BELEG BELEGE BELEGNR
FACTURE FACTURES FACTURA FACTURAS FACT FAC FRA FRAS FA F FT FTRA FATTURA FATTURE FATT FATTN FATTURAN FATURA FATURAS
FACTUUR FACTUREN FACTUURNR FACTUURNUMMER FACTNR FAKTURA FAKTURY FAKTUR FAKT FV FAKTURANR LASKU LASKUN LASKUNRO ARVE
SZAMLA FACTURI NF NFE NOTAFISCAL TIMOLOGIO
請求書 請求書番号 請求 ご請求書 ご請求 伝票 伝票番号 インボイス
세금계산서 계산서 송장 인보이스 청구서 전자세금계산서
发票 发票号 发票号码 發票 發票號碼 账单 СЧЕТ СЧЁТ ФАКТУРА HOADON
"""

_CREDIT = """
CN CRN CM CR CREDIT CREDITS CREDITNOTE CREDITNOTES CREDITMEMO CREDITMEMOS CRMEMO GUTSCHRIFT GUTSCHRIFTEN GS GU GUT
RECHNUNGSKORREKTUR AVOIR AVOIRS AV NOTEDECREDIT NOTESDECREDIT ABONO ABONOS NOTADECREDITO NOTACREDITO NOTADICREDITO
RECTIFICATIVA NC NDC CREDITNOTA CREDITNOTAS KREDITNOTA KREDITFAKTURA HYVITYSLASKU KN
赤伝 赤伝票 値引伝票 返品 返品伝票 返品分 相殺 返品伝票番号 마이너스 수정세금계산서 반품 红字 红字发票 贷项
"""

_OTHER = """
PO POS PONO PURCHASEORDER ORDER ORDERS ORD SO SALESORDER BESTELLUNG BESTELL BESTELLNR BEST AUFTRAG AUFTR ABRUF COMMANDE
CDE BC BONDECOMMANDE PEDIDO PED ORDENDECOMPRA OC ORDINE ODA BESTELLING INKOOPORDER ZAMOWIENIE TILAUS
注文 注文書 注文番号 発注 発注番号 발주 발주번호 주문 주문번호 采购订单 订单 订单号
DN LS LIEFERSCHEIN LIEFERSCHEINNR LIEF BL BONDELIVRAISON ALBARAN ALB DDT BOLLA PAKBON DELIVERY DELIVERYNOTE POD BOL GR
納品 納品書 納品書番号 検収 납품 거래명세서 送货单
DM DEBIT DEBITMEMO DEBITNOTE CB CHARGEBACK CLAIM CLM RMA RT RTV RTVS RETURN PR REQ RFQ QUOTE QUOTATION Q OFFER ANGEBOT
DEVIS CONTRACT CONTRAT VERTRAG PROJECT PROJEKT PROJET RELEASE
CHECK CHEQUE CHQ CK EFT ACH WIRE UTR TRN CRO CTX BACS PAY PAYMENT VOUCHER VCH ZAHLUNG STORE DC VENDOR SUPPLIER ACCOUNT
ACCT AC A KTO KONTO IBAN CUSTOMER CUST KUNDE KUNDENNR KDNR CLIENT MITGLIED MEMBER WEEK KW DATE DATED DATUM DU VOM OF DEL
"""


def _table() -> dict[str, Label]:
    table: dict[str, Label] = {}
    groups = ((_NEUTRAL, Label.NONE), (_OTHER, Label.OTHER), (_CREDIT, Label.CREDIT), (_INVOICE, Label.INVOICE))
    for words, label in groups:
        for word in words.split():
            table.setdefault(word, label)
    return table


_LABELS = _table()
_LONGEST = max(map(len, _LABELS))


@cache
def _segment(letters: str) -> tuple[Label, ...] | None:
    """Cut run-together words ("INVOICENO") into known labels, longest first; None where that fails."""
    if not letters:
        return ()
    for size in range(min(len(letters), _LONGEST), 0, -1):
        label = _LABELS.get(letters[:size])
        if label is None or (size == 1 and len(letters) > 1):
            continue
        rest = _segment(letters[size:])
        if rest is not None:
            return (label, *rest)
    return None


def label_of(letters: str) -> Label:
    """Return what the letters before a number (folded, without separators) announce."""
    if not letters:
        return Label.NONE
    if len(letters) > 40:
        return Label.UNKNOWN
    if letters in _LABELS:
        return _LABELS[letters]
    found = _segment(letters)
    if found is None:
        return Label.UNKNOWN
    kinds = [label for label in found if label is not Label.NONE]
    return kinds[0] if kinds else Label.NONE
