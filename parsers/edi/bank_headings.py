"""What bank lists call their columns, in English, German, French and Spanish.

Headings are compared whole, after folding case, accents and punctuation: a word inside a longer heading says nothing.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    BOOKED_ON = "booked_on"
    VALUE_ON = "value_on"
    AMOUNT = "amount"
    DEBIT = "debit"
    CREDIT = "credit"
    DIRECTION = "direction"
    BALANCE = "balance"
    CURRENCY = "currency"
    PARTY = "party"
    DEBTOR = "debtor"
    CREDITOR = "creditor"
    PARTY_ACCOUNT = "party_account"
    OWN_ACCOUNT = "own_account"
    TEXT = "text"
    POSTING_TEXT = "posting_text"
    BANK_REFERENCE = "bank_reference"
    END_TO_END = "end_to_end"
    STATUS = "status"


_HEADINGS: dict[Role, str] = {
    Role.BOOKED_ON: (
        "date|booked on|booking date|posting date|post date|posted date|posted|date posted|transaction date|trans date|"
        "entry date|txn date|statement date|completed date|date completed utc|process date|"
        "buchung|buchungstag|buchungsdatum|datum|umsatzdatum|transaktionsdatum|"
        "date operation|date de l operation|date d operation|date comptable|date comptabilisation|"
        "date de comptabilisation|date ecriture|date de transaction|"
        "fecha|fecha operacion|fecha de operacion|f operacion|fecha contable|f contable|fecha movimiento|fecha oper"
    ),
    Role.VALUE_ON: (
        "value date|value|valuta|valutadatum|valuta datum|wert|wertstellung|wertstellungsdatum|value on|effective date|"
        "date valeur|date de valeur|valeur|fecha valor|f valor|fecha de valor"
    ),
    Role.AMOUNT: (
        "amount|transaction amount|value amount|net amount|signed amount|credit debit amount|amount credit debit|"
        "betrag|umsatz|buchungsbetrag|betrag in kontowahrung|montant|montant operation|montant de l operation|"
        "importe|cantidad|monto|importe movimiento|importe operacion|movimiento importe"
    ),
    Role.DEBIT: (
        "debit|debits|debit amount|amount debit|withdrawal|withdrawals|withdrawal amount|paid out|money out|out|payments|"
        "payment amount debit|soll|sollbetrag|lastschrift|belastung|belastungen|ausgang|ausgaben|auszahlung|"
        "montant debit|debit montant|sortie|retrait|debe|cargo|cargos|adeudo|salidas|debito"
    ),
    Role.CREDIT: (
        "credit|credits|credit amount|amount credit|deposit|deposits|deposit amount|paid in|money in|in|receipts|"
        "haben|habenbetrag|gutschrift|gutschriften|eingang|einnahmen|einzahlung|"
        "montant credit|credit montant|entree|versement|haber|abono|abonos|entradas|ingreso|ingresos|credito"
    ),
    Role.DIRECTION: (
        "debit credit|credit debit|dr cr|cr dr|d c|c d|credit debit indicator|debit credit indicator|direction|sign|"
        "soll haben|s h|sh kennzeichen|soll haben kennzeichen|sens|sens operation|signo|debe haber"
    ),
    Role.BALANCE: (
        "balance|running balance|running bal|balance after|account balance|ledger balance|available balance|"
        "closing balance|saldo|kontostand|saldo nach buchung|kontosaldo|solde|solde apres operation|"
        "saldo disponible|saldo contable|saldo posterior|disponible"
    ),
    Role.CURRENCY: "currency|ccy|curr|account currency|wahrung|waehrung|whg|devise|monnaie|divisa|moneda",
    Role.PARTY: (
        "payer|payee|name|counterparty|counterparty name|counter party|other party|payer name|payer payee|payee payer|"
        "beneficiary|beneficiary name|beneficiary or remitter|remitter|remitter name|ordering party|from|merchant|"
        "from to|sender|sender name|"
        "auftraggeber|auftraggeber empfanger|empfanger|empfanger auftraggeber|auftraggeber beguenstigter|"
        "auftraggeber begunstigter|begunstigter auftraggeber|begunstigter zahlungspflichtiger|"
        "beguenstigter zahlungspflichtiger|name zahlungsbeteiligter|zahlungsbeteiligter|gegenkonto name|"
        "partnername|partner name|zahlungsempfanger auftraggeber|"
        "contrepartie|nom|nom contrepartie|tiers|emetteur|donneur d ordre|beneficiaire|nom du tiers|"
        "contrapartida|ordenante|beneficiario|ordenante beneficiario|nombre|nombre ordenante"
    ),
    Role.DEBTOR: "debtor|debtor name|zahlungspflichtige r|zahlungspflichtiger|debiteur|deudor",
    Role.CREDITOR: "creditor|creditor name|zahlungsempfanger in|zahlungsempfanger|crediteur|creancier|acreedor",
    Role.PARTY_ACCOUNT: (
        "payer account|counterparty account|counterparty iban|counterparty account number|other account|payer iban|"
        "account of payer|iban counterparty|beneficiary account|iban|kontonummer iban|iban zahlungsbeteiligter|"
        "gegenkonto|gegenkonto iban|iban gegenkonto|iban auftraggeber empfanger|partner iban|kontonummer gegenkonto|"
        "compte contrepartie|iban contrepartie|compte tiers|cuenta contrapartida|cuenta ordenante|iban ordenante"
    ),
    Role.OWN_ACCOUNT: (
        "account|account number|account no|account iban|own account|our account|auftragskonto|iban auftragskonto|konto|"
        "kontonummer|compte|numero de compte|n de compte|cuenta|numero de cuenta|n cuenta|iban kontoinhaber"
    ),
    Role.TEXT: (
        "text|description|transaction description|details|transaction details|narrative|memo|particulars|purpose|"
        "payment details|remittance information|remittance info|message|reference text|payment reference|additional info|"
        "verwendungszweck|verwendungszweck zeile 1|zahlungsgrund|buchungsinformation|mitteilung|buchungsdetails|"
        "libelle|libelle operation|libelle de l operation|libelle complement|detail|detail de l operation|motif|"
        "communication|informations complementaires|"
        "concepto|descripcion|descripcion operacion|detalle|observaciones|concepto ampliado|mas datos"
    ),
    Role.POSTING_TEXT: (
        "type|transaction type|tran type|category|code|transaction code|buchungstext|umsatzart|umsatztyp|vorgang|"
        "type operation|type d operation|categorie|tipo|tipo movimiento|tipo de movimiento|movimiento|categoria"
    ),
    Role.BANK_REFERENCE: (
        "bank reference|reference|ref|reference number|transaction id|transaction reference|transaction number|"
        "bank ref|id|transaction ref|referenz|bankreferenz|transaktions id|umsatz id|"
        "reference bancaire|reference operation|numero operation|referencia|n operacion|numero operacion|referencia banco"
    ),
    Role.END_TO_END: (
        "end to end id|end to end reference|endtoendid|customer reference|payer reference|kundenreferenz|"
        "kundenreferenz end to end|ende zu ende referenz|end to end referenz|reference client|reference de bout en bout|"
        "referencia cliente"
    ),
    Role.STATUS: "status|info|state|statut|etat|estado",
}


def words_of(headings: str) -> frozenset[str]:
    """The words or headings of a list that `|` separates."""
    return frozenset(headings.split("|"))


_ROLE_OF = {heading: role for role, headings in _HEADINGS.items() for heading in headings.split("|")}
# Headings that only banks use: one of them makes a list a bank's, whoever sends it.
BANKING = words_of(
    "booked on|booking date|posting date|value date|valuta|valutadatum|wertstellung|buchungstag|buchungsdatum|"
    "verwendungszweck|saldo nach buchung|auftragskonto|iban auftragskonto|date operation|date de l operation|"
    "date valeur|date de valeur|date comptable|fecha valor|f valor|fecha operacion|fecha de operacion|f operacion|"
    "counterparty iban|counterparty account|payer account|payer iban|remittance information|end to end id|"
    "sort code|paid in|paid out|money in|money out|bank reference|transaction code|kontostand|"
    "auftraggeber empfanger|begunstigter zahlungspflichtiger|beguenstigter zahlungspflichtiger|running balance|"
    "running bal|withdrawals|deposits|withdrawal amount|deposit amount|gegenkonto"
)
# Headings of ledgers and remittances: with one of them the list is about documents, not about an account's movements.
DOCUMENTARY = words_of(
    "invoice|invoice number|invoice no|invoice date|inv no|inv date|document|document no|document number|doc no|"
    "doc type|document type|gross|discount|net|net paid|due date|vendor|vendor number|supplier|po number|"
    "purchase order|deduction|amount paid|rechnung|rechnungsnummer|rechnungsnr|rechnungsdatum|beleg|belegnummer|"
    "belegnr|skonto|brutto|faktura|facture|n facture|numero de facture|numero facture|date facture|echeance|"
    "factura|n factura|numero factura|numero de factura|fecha factura|vencimiento|outstanding|open amount|"
    "ihr beleg|abzug"
)
_CURRENCY = re.compile(r"\b(EUR|USD|GBP|CHF|JPY|CAD|AUD|SEK|NOK|DKK|PLN|CZK|HUF|MXN|SGD|HKD|NZD|ZAR|INR|CNY|KRW)\b")
_SYMBOLS = {"€": "EUR", "£": "GBP", "¥": "JPY"}


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading in its plain form, the role it has, and the currency that it names."""

    plain: str
    role: Role | None
    currency: str | None


def plain_heading(text: str) -> str:
    """Lower case letters and digits without accents, words apart by one blank."""
    decomposed = unicodedata.normalize("NFKD", text[:100].casefold().replace("ß", "ss"))
    letters = "".join(c if c.isalnum() else " " for c in decomposed if not unicodedata.combining(c))
    return " ".join(letters.split())


def currency_in(text: str) -> str | None:
    """The one currency that a text names by its code, or by a symbol that only one currency has."""
    codes = set(_CURRENCY.findall(text[:200])) | {code for sign, code in _SYMBOLS.items() if sign in text[:200]}
    return codes.pop() if len(codes) == 1 else None


def heading_of(text: str) -> Heading:
    """Understand one heading; a currency in it, and what stands in brackets, may be left out."""
    currency = currency_in(text.upper())
    for candidate in (text, re.sub(r"\([^)]{0,40}\)", " ", text)):
        plain = plain_heading(candidate)
        for form in (plain, _without_currency(plain, currency)):
            if form in _ROLE_OF:
                return Heading(form, _ROLE_OF[form], currency)
    return Heading(plain_heading(text), None, currency)


def _without_currency(plain: str, currency: str | None) -> str:
    words = [word for word in plain.split() if currency is None or word != currency.casefold()]
    return " ".join(words[:-1] if words and words[-1] == "in" else words)
