"""What the words beside an amount say it is: a fee, a tax withheld, a part payment, a claim of some kind.

Phrases are folded (no accents, lower case). A trailing `*` stands for any ending; phrases in scripts without spaces are
found anywhere. Order decides: the first kind with a phrase in the text wins, so that the particular stands before the
general ("carton damaged / freight bill signed damaged" is damage, not freight).
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import cache

from agent.domain.documents import DisputeReason


class Bucket(StrEnum):
    """What a named difference is; each has its own follow-up."""

    PART_PAYMENT = "part_payment"
    WITHHOLDING = "withholding"
    RETENTION = "retention"
    SET_OFF = "set_off"
    FEE = "fee"
    ROUNDING = "rounding"
    DISCOUNT = "discount"
    DUPLICATE = "duplicate"
    DAMAGED = "damaged"
    WRONG_ITEM = "wrong_item"
    QUALITY = "quality"
    NOT_RECEIVED = "not_received"
    QUANTITY = "quantity"
    RETURN = "return"
    PRICE = "price"
    TAX = "tax"
    FREIGHT = "freight"
    PENALTY = "penalty"
    OTHER = "other"  # words, but none that we know


_PHRASES: tuple[tuple[Bucket, str], ...] = (
    (
        Bucket.PART_PAYMENT,
        "part payment|partial payment|part paid|part-paid|part settlement|instalment*|installment*"
        "|payment plan|deposit|down payment|first half|second half|balance to follow|rest to follow"
        "|remainder to follow|on account of|teilzahlung*|abschlag*|anzahlung*|rate|1 rate|2 rate|3 rate"
        "|akonto|acompte*|paiement partiel|echeance n|echelonne*|pago parcial|pagos parciales|pago a cuenta"
        "|plazo|primer pago|segundo pago|acconto|pagamento parziale|rata|deelbetaling*|aanbetaling*|termijn*"
        "|一部|分割|内金|一部入金|일부|분할|부분|선금|중도금|잔금|部分付款|分期|首付",
    ),
    (
        Bucket.WITHHOLDING,
        "withholding*|withheld tax|tax withheld|wht|tds|income tax withheld|194q|194c|194j|irpf"
        "|retencion irpf|retencion fiscal|retencion isr|quellensteuer|bauabzugsteuer|bauabzugssteuer"
        "|abzugsteuer|steuerabzug|retenue a la source|ritenuta d acconto|ritenuta|bronbelasting|irrf|源泉"
        "|源泉税|源泉徴収|원천징수|원천세|원천|预提|代扣",
    ),
    (
        Bucket.RETENTION,
        "retainage*|retention*|hold back|holdback|hold-back|sicherheitseinbehalt|gewahrleistungseinbehalt"
        "|gewaehrleistungseinbehalt|garantieeinbehalt|einbehalt|retenue de garantie|retencion de garantia"
        "|ritenuta a garanzia|trattenuta a garanzia|inhouding garantie|保留金|留保金|유보금|질보금|质保金"
        "|保固金",
    ),
    (
        Bucket.SET_OFF,
        "set off|set-off|setoff|offset against|offset our|netting|netted|contra|our invoice|aufrechnung"
        "|verrechnung|verrechnet mit unserer|compensation avec|compensacion|compensazione|verrekening|相殺"
        "|상계|抵销|冲抵",
    ),
    (
        Bucket.FEE,
        "bank charge*|bank fee*|bank cost*|bank commission|wire fee*|wire charge*|transfer fee*"
        "|transfer charge*|transaction fee*|transaction charge*|remittance fee|remittance charge*"
        "|correspondent fee*|correspondent charge*|bankgebuhr*|bankgebuehr*|uberweisungsgebuhr*"
        "|ueberweisungsgebuehr*|bankspesen|spesen|frais bancaire*|frais de virement|frais de banque"
        "|commission bancaire|comision bancaria|comisiones bancarias|gastos bancarios|gastos de transferencia"
        "|comision transferencia|spese bancarie|commissioni bancarie|commissione bancaria|bankkosten"
        "|transferkosten|overboekingskosten|振込手数料|手数料|송금수수료|이체수수료|수수료|银行手续费|手续费"
        "|汇款费",
    ),
    (
        Bucket.ROUNDING,
        "rounding|rounded|round off|roundoff|rounding difference|rundung*|gerundet|centdifferenz"
        "|kleindifferenz|arrondi*|redondeo|arrotondamento|afronding*|端数|端数調整|단수|끝수|절사|尾差|抹零",
    ),
    (
        Bucket.DISCOUNT,
        "cash discount|early pay*|prompt pay*|settlement discount|payment discount|discount taken|discount"
        "|disc|2/10|skonto|skontoabzug|escompte|descuento por pronto pago|pronto pago|descuento pp|dpp|sconto"
        "|betalingskorting|kontant rabatt|早期割引|割引|조기결제|선결제 할인|할인|现金折扣",
    ),
    (
        Bucket.DUPLICATE,
        "duplicate*|billed twice|invoiced twice|double bill*|double invoic*|already paid|paid twice|doppelt*"
        "|bereits bezahlt|double factur*|deja regl*|deja pay*|duplicad*|ya pagad*|gia pagat*|dubbel*"
        "|reeds betaald|重複|二重|支払済|중복|이중|重复",
    ),
    (
        Bucket.DAMAGED,
        "damage*|damaged|broken|breakage|crushed|beschadig*|bruch|transportschaden|endommage*|casse|abime*"
        "|danad*|danos|rotura|dannegg*|rotto|kapot|破損|損傷|파손|훼손|破损|损坏",
    ),
    (
        Bucket.WRONG_ITEM,
        "wrong item*|wrong product*|wrong part*|wrong goods|incorrect product|incorrect item|not ordered"
        "|falsch geliefert|falsche ware|falschlieferung|nicht bestellt|erreur de produit|non commande"
        "|mauvais article|producto equivocado|no pedido|articolo errato|non ordinat*|verkeerd artikel|誤納"
        "|誤品|오배송|오납|发错",
    ),
    (
        Bucket.QUALITY,
        "defect*|faulty|quality|out of spec|nonconform*|non-conform*|rejected|reject|mangel*|maengel"
        "|ausschuss|fehlerhaft|defectueu*|non conforme*|qualite|defectuos*|calidad|no conforme*|difett*"
        "|qualita|gebrek*|kwaliteit|defekt*|不良|品質|불량|품질|하자|质量",
    ),
    (
        Bucket.NOT_RECEIVED,
        "not received|never received|non receipt|non-receipt|not delivered|not shipped|no merchandise"
        "|billed not shipped|missing delivery|proof of delivery|no pod|nicht erhalten|nicht geliefert"
        "|kein wareneingang|non recu*|non livre*|no recibid*|no entregad*|non ricevut*|non consegnat*"
        "|niet ontvangen|niet geleverd|未納|未着|未受領|미입고|미도착|미수령|未收到|未到货",
    ),
    (
        Bucket.QUANTITY,
        "short|shorts|shortage*|short ship*|short-ship*|shortship*|short deliver*|missing|qty|quantity"
        "|under deliver*|carton shortage|fehlmenge*|mindermenge*|minderlieferung|fehlt|fehlen|fehlend*|menge"
        "|mengenabweichung|manquant*|quantite|faltan|falta|faltante*|cantidad|mancan*|mancante|quantita"
        "|ontbre*|aantal|hoeveelheid|不足|欠品|数量|부족|누락|수량|短缺|缺货",
    ),
    (
        Bucket.RETURN,
        "return*|rma|rtv|retoure*|rucksendung*|ruecksendung*|retour*|devolucion*|reso|resi|teruggestuurd|返品"
        "|반품|退货",
    ),
    (
        Bucket.PRICE,
        "price*|pricing|overcharge*|over charge*|overbilled|unit cost|cost difference|preis*|preisdifferenz"
        "|preisabweichung|prix|ecart de prix|precio*|prezzo|prezzi|prijs*|prijsverschil|単価|価格|단가|가격"
        "|单价|价格",
    ),
    (
        Bucket.TAX,
        "tax|sales tax|vat|gst|tax exempt*|mwst|ust|umsatzsteuer|mehrwertsteuer|tva|iva|btw|消費税|부가세"
        "|부가가치세|增值税",
    ),
    (
        Bucket.FREIGHT,
        "freight|frt|shipping|carriage|delivery charge|fracht*|versand*|transport|port|flete|portes|trasporto"
        "|vracht*|運賃|送料|운임|배송비|운송|运费",
    ),
    (
        Bucket.PENALTY,
        "penalt*|fine|compliance|otif|late delivery|late ship*|early shipment|chargeback|vertragsstrafe"
        "|ponale|poenale|verzug*|penalite*|penalizacion*|penale|penali|boete*|allowance*|promo*|rebate*|bonus"
        "|markdown|ペナルティ|違約|위약|지체|罚款|违约",
    ),
)

DISPUTE_OF: dict[Bucket, DisputeReason] = {
    Bucket.DUPLICATE: DisputeReason.DUPLICATE,
    Bucket.DAMAGED: DisputeReason.DAMAGED,
    Bucket.WRONG_ITEM: DisputeReason.WRONG_ITEM,
    Bucket.QUALITY: DisputeReason.QUALITY,
    Bucket.NOT_RECEIVED: DisputeReason.NOT_RECEIVED,
    Bucket.QUANTITY: DisputeReason.QUANTITY,
    Bucket.RETURN: DisputeReason.QUALITY,
    Bucket.PRICE: DisputeReason.PRICE,
    Bucket.TAX: DisputeReason.TAX,
    Bucket.DISCOUNT: DisputeReason.DISCOUNT,
    Bucket.RETENTION: DisputeReason.TERMS,
}

# X12 data element 426, adjustment reason code
_X12: dict[str, Bucket] = {
    "01": Bucket.PRICE, "04": Bucket.DAMAGED, "05": Bucket.QUALITY, "06": Bucket.QUANTITY, "07": Bucket.WRONG_ITEM,
    "09": Bucket.OTHER, "19": Bucket.DUPLICATE, "24": Bucket.DISCOUNT, "54": Bucket.FREIGHT, "55": Bucket.TAX,
    "59": Bucket.NOT_RECEIVED,
}  # fmt: skip


def plain_text(text: str) -> str:
    """Fold for comparison: NFKC, no accents, lower case, punctuation to spaces (scripts without spaces stay whole)."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text[:600]))
    bare = "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()
    return " ".join(re.sub(r"[^\w/%]+|_", " ", bare).split())


@cache
def _pattern(phrases: str) -> re.Pattern[str]:
    parts = []
    for phrase in phrases.split("|"):
        folded = plain_text(phrase.rstrip("*"))
        escaped = re.escape(folded)
        if folded.isascii():
            escaped = rf"\b{escaped}" + (r"\w*" if phrase.endswith("*") else r"\b")
        parts.append(escaped)
    return re.compile("|".join(parts))


def bucket_of(text: str | None, code: str | None = None) -> Bucket | None:
    """Return what the words (or, without words, an X12 426 code) say; None where there are neither."""
    if text and text.strip():
        folded = plain_text(text)
        for variant in (folded, _unscanned(folded)):
            for bucket, phrases in _PHRASES:
                if _pattern(phrases).search(variant):
                    return bucket
    if code and code.strip() in _X12:
        return _X12[code.strip()]
    return Bucket.OTHER if (text and text.strip()) or (code and code.strip()) else None


def _unscanned(folded: str) -> str:
    """Read digits inside words as the letters they look like: "reta1nage"."""
    return re.sub(
        r"\b(?=\w*[a-z])(?=\w*[01458])[a-z01458]+\b",
        lambda m: m.group().translate(str.maketrans("01458", "oiasb")),
        folded,
    )


def dispute_reason(bucket: Bucket | None) -> DisputeReason:
    return DISPUTE_OF.get(bucket, DisputeReason.OTHER) if bucket else DisputeReason.OTHER
