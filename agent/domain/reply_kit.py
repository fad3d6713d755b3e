"""The reply kit: lines that our mails offer as ready answers, the same in every language, and read back without doubt.

    PAY INV-104411 ON 2026-12-03        a promise for that day
    PAID INV-104411 ON 2026-11-30       it was paid on that day
    DISPUTE INV-104411 LINE 2 ITEM VL-220
    REASON: quantity                    below a dispute; so are AMOUNT: and QUANTITY:
    COPY INV-104411                     a copy of the invoice
    POD INV-104411                      the proof of delivery
    STATEMENT                           a statement of account
    WITHDRAW INV-104411                 a complaint is taken back
    CHANGE 4500019044                   something of an order should be changed: what, stands below

A line counts only where it stands alone, from its first letter to its last; lines that begin with # are hints of ours.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from agent.domain.documents import DisputeReason

HINT = "#"


class Act(StrEnum):
    """What a line of the kit does."""

    PAY = "PAY"
    PAID = "PAID"
    DISPUTE = "DISPUTE"
    COPY = "COPY"
    POD = "POD"
    STATEMENT = "STATEMENT"
    WITHDRAW = "WITHDRAW"
    CHANGE = "CHANGE"


@dataclass(frozen=True, slots=True)
class KitLine:
    """One line of the kit; `invoice` is empty for a statement and an order's number for CHANGE; `on` is of PAY and PAID."""

    act: Act
    invoice: str = ""
    on: date | None = None
    line: str = ""
    item: str = ""


_NUMBER = r"(?P<invoice>[^\s:]{1,40})"
_DAY = r"(?P<on>20\d\d-\d\d-\d\d)"
_FORMS = (
    re.compile(rf"(?P<act>PAY|PAID)\s+{_NUMBER}\s+ON\s+{_DAY}"),
    re.compile(rf"(?P<act>DISPUTE)\s+{_NUMBER}(?:\s+LINE\s+(?P<line>\S{{1,20}}))?(?:\s+ITEM\s+(?P<item>\S{{1,60}}))?"),
    re.compile(rf"(?P<act>COPY|POD|WITHDRAW|CHANGE)\s+{_NUMBER}"),
    re.compile(r"(?P<act>STATEMENT)"),
)


def write(one: KitLine) -> str:
    """The line as it stands in the answer."""
    parts = [one.act.value, one.invoice]
    if one.on is not None:
        parts += ["ON", one.on.isoformat()]
    if one.line:
        parts += ["LINE", one.line]
    if one.item and not re.search(r"\s", one.item):
        parts += ["ITEM", one.item]
    return " ".join(part for part in parts if part)


def read(text: str) -> KitLine | None:
    """Read one line; None where it is anything else. A day that the calendar does not know makes it something else."""
    stripped = text.strip().rstrip(".")
    for form in _FORMS:
        match = form.fullmatch(stripped)
        if match is None:
            continue
        found = match.groupdict()
        try:
            on = date.fromisoformat(found["on"]) if found.get("on") else None
        except ValueError:
            return None
        return KitLine(
            Act(found["act"]), found.get("invoice") or "", on, found.get("line") or "", found.get("item") or ""
        )
    return None


_FIELD = re.compile(r"(REASON|AMOUNT|QUANTITY):(.*)")
# The reasons as our mails call them in each language: whoever writes the word instead of the code is understood.
_WORDS: dict[DisputeReason, tuple[str, ...]] = {
    DisputeReason.PRICE: ("price", "preis", "prix", "precio", "prezzo", "prijs", "가격", "価格"),
    DisputeReason.QUANTITY: ("quantity", "menge", "quantité", "cantidad", "quantità", "aantal", "수량", "数量"),
    DisputeReason.DAMAGED: (
        "damaged goods",
        "beschädigte ware",
        "marchandise endommagée",
        "mercancía dañada",
        "merce danneggiata",
        "beschadigde goederen",
        "파손",
        "破損",
    ),
    DisputeReason.NOT_RECEIVED: (
        "not received",
        "nicht erhalten",
        "non reçu",
        "no recibido",
        "non ricevuto",
        "niet ontvangen",
        "미수령",
        "未着",
    ),
    DisputeReason.WRONG_ITEM: (
        "wrong item",
        "falscher artikel",
        "article erroné",
        "artículo equivocado",
        "articolo errato",
        "verkeerd artikel",
        "품목 오류",
        "品違い",
    ),
    DisputeReason.QUALITY: ("quality", "qualität", "qualité", "calidad", "qualità", "kwaliteit", "품질", "品質"),
    DisputeReason.DUPLICATE: (
        "invoiced twice",
        "doppelt berechnet",
        "facturé deux fois",
        "facturado dos veces",
        "fatturato due volte",
        "dubbel gefactureerd",
        "중복 청구",
        "二重請求",
    ),
    DisputeReason.TAX: ("tax", "steuer", "taxe", "impuesto", "imposta", "belasting", "세금", "税"),
    DisputeReason.DISCOUNT: (
        "discount",
        "skonto oder rabatt",
        "remise ou escompte",
        "descuento",
        "sconto",
        "korting",
        "할인",
        "割引",
    ),
    DisputeReason.TERMS: (
        "payment terms",
        "zahlungsbedingungen",
        "conditions de paiement",
        "condiciones de pago",
        "condizioni di pagamento",
        "betalingsvoorwaarden",
        "결제 조건",
        "お支払条件",
    ),
    DisputeReason.OTHER: ("other", "sonstiges", "autre", "otro", "altro", "overig", "기타", "その他"),
}
_REASON_OF = {word: reason for reason, words in _WORDS.items() for word in (*words, reason.value)}


def field_of(text: str) -> tuple[str, str] | None:
    """Name and value of a line below a dispute, such as ("AMOUNT", "120.00"); None where it is no such line."""
    match = _FIELD.fullmatch(text.strip())
    return (match[1], match[2].strip()) if match else None


def reason_of(text: str) -> DisputeReason | None:
    """The one reason that was written, as its code or in the words of a language; None where it is anything else."""
    return _REASON_OF.get(" ".join(text.casefold().replace("-", "_").split()).rstrip("."))
