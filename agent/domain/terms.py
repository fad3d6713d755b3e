"""Phrases of payment terms, in the languages of trade, read once into a rule (`term_rules`).

A phrase like "net 30 EOM" has several lawful readings; the reading taken is part of the rule, never of the moment, and
a contract can name it: "45 jours fin de mois, method A" (days, then month end) or "method B" (month end, then days).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from decimal import Decimal

from agent.domain.term_rules import BankDay, Base, EarlyPayment, Part, PaymentTerms, Roll

LONGEST_PHRASE = 400  # characters that are read
_PERCENT_MOST = 20  # a higher percentage is a share, not a discount

_NUMBER = r"(\d{1,3}(?:[.,]\d{1,3})?)"
_DAYS = (
    r"(?:(?:calendar |kalender|working )?days?|tagen?|tgen?|jours?|jrs?|j|d[ií]as?|d|giorni|gg|dagen|dgn|dni|dias"
    r"|일|日|天)(?![a-z])"
)
_EOM = re.compile(
    r"\beom\b|end of (?:the )?month|month[- ]end|monatsende|ende des monats|fin de mois|\bfdm\b|fin de mes|fine mese"
    r"|\bf\.?m\.?(?![a-z])|einde maand|월말|月末|月结"
)
_PREPAY = re.compile(
    r"\b(?:cia|cwo|pia)\b|cash in advance|cash with order|pre-?payment|payment in advance|paid in advance|\bprepaid\b"
    r"|pro-?forma|vorkasse|vorauskasse|vorauszahlung|paiement (?:d'avance|anticip[ée])|comptant [àa] la commande"
    r"|pago (?:por )?anticipado|prepago|pagamento anticipato|vooruitbetaling|płatność z góry|przedpłata"
    r"|pagamento antecipado|선불|선입금|前払|前金|预付"
)
_FREIGHT = re.compile(
    r"(?:freight|carriage|shipping|delivery|transport|fracht|porto?)[\s:,-]{1,3}(?:is |charges? )?"
    r"(?:pre-?paid|ppd|paid)(?:\s*(?:&|and)\s*add)?"
)
_IMMEDIATE = re.compile(
    r"(?:due )?(?:up)?on receipt|immediate|sofort|nach erhalt|comptant|a la vista|al contado|a vista|contant"
    r"|vista fattura|\bcod\b|c\.o\.d\.|cash on delivery|nachnahme|contre[- ]remboursement|contra reembolso|代引|착불"
)
_ON_DELIVERY = re.compile(
    r"\bcod\b|c\.o\.d\.|cash on delivery|nachnahme|remboursement|reembolso|代引|착불"
    r"|\brog\b|receipt of (?:the )?goods|wareneingang|nach lieferung"
)
_ON_ACCEPTANCE = re.compile(
    r"(?:after|from|upon|of|following|nach|ab|après|apres|tras|desde|dopo|na) (?:final |the |la |el |il |der )?"
    r"(?:acceptance|abnahme|recette|aceptaci[oó]n|collaudo|acceptatie)|検収後|검수 ?후"
)
_ON_INVOICE_RECEIPT = re.compile(
    r"(?:receipt of (?:the |your |an? )?invoice|invoice receipt|rechnungserhalt|erhalt der rechnung"
    r"|réception de (?:la )?facture|recepción de (?:la )?factura|ricevimento fattura|ontvangst factuur)"
)
_NEXT_BANK_DAY = re.compile(
    r"next (?:bank|business|banking|working)\s*day|nächster (?:bank|werk)"
    r"|翌営業日|翌銀行営業日|다음 ?영업일|익영업일"
)
_PREVIOUS_BANK_DAY = re.compile(
    r"previous (?:bank|business|banking|working)\s*day|vorheriger (?:bank|werk)|前営業日|직전 ?영업일|전 ?영업일"
)
_METHOD = re.compile(r"(?:method|méthode|methode|methode|método)\s*([ab])\b")
_DISCOUNT_WORDS = r"(?:cash discount|discount|skonto|escompte|descuento|dto\.?|sconto|korting|disc\.?|desconto|skonta)"
_WITHIN = r"(?:within|in|binnen|innerhalb(?: von)?|sous|à|a|en|entro|bei zahlung (?:innerhalb|binnen)(?: von)?|under)"
_TIERS = (
    re.compile(_NUMBER + r"\s?%?\s?/\s?(\d{1,3})\b"),  # 2/10
    re.compile(_NUMBER + r"\s?%\s?(\d{1,3})(?=\s?[,;/]?\s?(?:net|n\b))"),  # 2 % 14, net 30
    re.compile(
        _NUMBER + rf"\s?%\s?(?:{_DISCOUNT_WORDS}\s?)?(?:if paid )?(?:{_WITHIN}\s)?\s?" + r"(\d{1,3})\s?" + _DAYS
    ),
)
_TIER_BACK = re.compile(
    r"(?<!\d)(?<!net )(?<!netto )(\d{1,3})\s?"
    + _DAYS
    + r"\s?(?:mit|with|less|abz[üu]glich|minus|:|-|,)?\s?"
    + _NUMBER
    + r"\s?%"
)
_FORWARD, _BACKWARD = (*_TIERS, _TIER_BACK), (*_TIERS[:2], _TIER_BACK, _TIERS[2])
_PROX_TIER = re.compile(_NUMBER + r"\s?%\s?(\d{1,2})(?:st|nd|rd|th)?\s?prox")
_PROX = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\s?(?:of the following month|prox\b|mfi\b)")
_CUT_OFF = re.compile(r"(?:cut-?\s?off|closing)\D{0,6}(\d{1,2})")
_PAY_DAY = re.compile(
    r"d[ií]as? de pagos?\s?:?\s?(\d{1,2})(?:\s?(?:y|e|,|and|/)\s?(\d{1,2}))?"
    r"|pay(?:ment)? days?\s?:?\s?(\d{1,2})(?:\s?(?:and|,|/)\s?(\d{1,2}))?"
)
_EQUAL_SHARES = re.compile(r"(?<![\d/%])(\d{1,3}(?:\s?/\s?\d{1,3}){1,5})\s?" + _DAYS)
_SHARES = re.compile(
    r"(\d{1,2}(?:/\d{1,2}){1,5})\s?%?\s?(?:at|in|after|nach|à|a|zu)\s?(\d{1,3}(?:/\d{1,3}){1,5})\s?" + _DAYS
)


def read_terms(text: str | None) -> PaymentTerms | None:
    """Read a phrase of payment terms in the languages of trade; None where it is no phrase that is known."""
    if not text or not text.strip():
        return None
    folded = " ".join(unicodedata.normalize("NFKC", text[:LONGEST_PHRASE]).casefold().replace("\u2019", "'").split())
    folded = _FREIGHT.sub(" ", folded)
    if _PREPAY.search(folded):
        # A deposit and a rest is neither: nobody can say from the phrase what is released when.
        partly = any(Decimal(share) < 100 for share in re.findall(r"(\d{1,3})\s?%", folded))
        return None if partly else PaymentTerms(days=0, prepayment=True)
    rule = _read_shares(folded) or _read_asian(folded) or _read_western(folded)
    return None if rule is None else replace(rule, base=_base_of(folded), bank_day=_bank_day_of(folded))


def _base_of(text: str) -> Base:
    if _ON_ACCEPTANCE.search(text):
        return Base.ACCEPTANCE
    if _ON_INVOICE_RECEIPT.search(text):
        return Base.INVOICE_RECEIPT
    return Base.GOODS if _ON_DELIVERY.search(text) else Base.INVOICE


def _bank_day_of(text: str) -> BankDay:
    if _NEXT_BANK_DAY.search(text):
        return BankDay.NEXT
    if "modified following" in text:
        return BankDay.MODIFIED
    return BankDay.PREVIOUS if _PREVIOUS_BANK_DAY.search(text) else BankDay.NONE


def _read_shares(text: str) -> PaymentTerms | None:
    """Instalments: "30/40/30 % at 0/30/60 days"; only shares that make up the whole."""
    match = _SHARES.search(text)
    if not match:
        return _read_equal_shares(text)
    shares, days = [Decimal(s) for s in match[1].split("/")], [int(d) for d in match[2].split("/")]
    if len(shares) != len(days) or sum(shares) != 100:
        return None
    parts = tuple(Part(share, day) for share, day in zip(shares, days, strict=True))
    return PaymentTerms(days=max(days), instalments=parts)


def _read_equal_shares(text: str) -> PaymentTerms | None:
    """Equal parts ("30/60/90 days", "30/60 gg"); "2/10 days" and "10/30 days" are something else."""
    match = _EQUAL_SHARES.search(text)
    days = [int(day) for day in re.split(r"\s?/\s?", match[1])] if match else []
    if len(days) < 2 or days != sorted(set(days)) or days[0] < (30 if len(days) == 2 else 0):
        return None
    if "%" in text or _EOM.search(text):
        return None
    share = Decimal(100) / len(days)
    return PaymentTerms(days=days[-1], instalments=tuple(Part(share, day) for day in days))


def _read_asian(text: str) -> PaymentTerms | None:
    """Closing day and payment day: 月末締め翌月末払い, 20日締め翌月10日払い, 익월말, 익월 10일, 월말 마감."""
    closing = re.search(r"(\d{1,2})\s?日\s?締|(\d{1,2})\s?일\s?마감", text)
    cut = int(closing[1] or closing[2]) if closing else None
    match = re.search(r"(翌々月|翌月|次月|익익월|익월|다음\s?달)\s?(?:(末|말)|(\d{1,2})\s?(?:日|일|号))", text)
    if not match:
        return None
    months = 2 if match[1] in ("翌々月", "익익월") else 1
    day = 31 if match[2] else int(match[3])
    return PaymentTerms(days=0, roll=Roll.FOLLOWING, months=months, day_of_month=day, closing_day=cut)


def _read_western(text: str) -> PaymentTerms | None:
    pay_days, text = _read_pay_days(text)
    readings = (_read_tiers(text, _FORWARD), _read_tiers(text, _BACKWARD))
    rule = _likelier([_read_net(rest, tiers) for tiers, rest in readings])
    if rule is None:
        return None
    if pay_days:
        rule = replace(rule, pay_days=pay_days)
    method = _METHOD.search(text)
    if method and rule.roll in (Roll.DAYS_THEN_EOM, Roll.EOM_THEN_DAYS):
        rule = replace(rule, roll=Roll.DAYS_THEN_EOM if method[1] == "a" else Roll.EOM_THEN_DAYS)
    return rule


def _likelier(readings: list[PaymentTerms | None]) -> PaymentTerms | None:
    """Of "10 days 2 %, 30 days" and "2 % 10 days, 30 days": a discount ends before the money is due."""
    found = [rule for rule in readings if rule is not None]
    sound = [r for r in found if r.roll is not Roll.NONE or all(t.day_of_month or t.days <= r.days for t in r.tiers)]
    return next(iter(sorted(sound, key=lambda rule: -len(rule.tiers)) or found), None)


def _read_pay_days(text: str) -> tuple[tuple[int, ...], str]:
    match = _PAY_DAY.search(text)
    if not match:
        return (), text
    days = tuple(sorted(int(day) for day in match.groups() if day and 1 <= int(day) <= 31))
    return days, text[: match.start()] + " " + text[match.end() :]


def _read_tiers(text: str, patterns: tuple[re.Pattern[str], ...]) -> tuple[tuple[EarlyPayment, ...], str]:
    """The discounts, the highest first, and the text without them; the order of the patterns is how they stand."""
    tiers: list[EarlyPayment] = []
    rest = text
    if match := _PROX_TIER.search(rest):
        tiers.append(EarlyPayment(_decimal(match[1]), 0, int(match[2])))
        rest = rest[: match.start()] + " " + rest[match.end() :]
    for pattern in patterns:
        for _ in range(4):
            match = pattern.search(rest)
            if not match:
                break
            percent, days = (match[2], match[1]) if pattern is _TIER_BACK else (match[1], match[2])
            if not 0 < _decimal(percent) <= _PERCENT_MOST:
                break
            tiers.append(EarlyPayment(_decimal(percent), int(days)))
            rest = rest[: match.start()] + " " + rest[match.end() :]
    return tuple(sorted(dict.fromkeys(tiers), key=lambda tier: -tier.percent)), rest


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))


def _read_net(text: str, tiers: tuple[EarlyPayment, ...]) -> PaymentTerms | None:
    if match := _PROX.search(text):
        cutoff = _CUT_OFF.search(text)
        return PaymentTerms(
            days=0,
            roll=Roll.FOLLOWING,
            months=1,
            day_of_month=int(match[1]),
            closing_day=int(cutoff[1]) if cutoff else None,
            tiers=tiers,
        )
    eom = _EOM.search(text)
    match = (
        re.search(r"\b(?:net|netto|neto|n)\s?/?\s?(\d{1,3})(?!\d)", text)
        or re.search(r"(?<!\d)(\d{1,3})\s?" + _DAYS, text)
        or re.search(r"(?:\beom|月结)\s?\+?\s?(\d{1,3})(?!\d)", text)
        or re.search(r"(?<!\d)(\d{1,3})\s?(?=eom\b)", text)
    )
    if match:
        days = int(match[1])
        if not eom:
            return PaymentTerms(days=days, tiers=tiers)
        # French practice (and most software) adds the days first for "45 jours fin de mois"; "net 30 EOM" and
        # "fin de mois + 45" count from the end of the month. The customer's contract overrides the phrase.
        first = eom.start() < match.start() or "eom" in eom[0] or "end of" in eom[0]
        return PaymentTerms(days=days, roll=Roll.EOM_THEN_DAYS if first else Roll.DAYS_THEN_EOM, tiers=tiers)
    if eom:
        return PaymentTerms(days=0, roll=Roll.EOM_THEN_DAYS, tiers=tiers)
    if _IMMEDIATE.search(text):
        return PaymentTerms(days=0, tiers=tiers)
    return None


def same_terms(said: str | None, agreed: str | None) -> bool | None:
    """Whether two phrases come to the same for the seller; None where one of them cannot be read.

    From which paper's receipt the days count, and where a holiday moves a date, is not what an order is held for; of
    one phrase with two lawful readings the contract's own is taken.
    """
    if said and agreed and " ".join(said.casefold().split()) == " ".join(agreed.casefold().split()):
        return True
    left, right = read_terms(said), read_terms(agreed)
    if left is None or right is None:
        return None
    if left.prepayment or right.prepayment:
        return left.prepayment and right.prepayment
    understood = {tier.percent for tier in left.tiers} | {part.percent for part in left.instalments}
    if _percentages(said) - _percentages(agreed) - understood:
        return False  # a retention, an allowance, a discount without days: nothing that was agreed
    return _comparable(left) == _comparable(right)


def _percentages(text: str | None) -> set[Decimal]:
    return {_decimal(found) for found in re.findall(_NUMBER + r"\s?%", (text or "")[:LONGEST_PHRASE])}


def _comparable(rule: PaymentTerms) -> PaymentTerms:
    roll = Roll.EOM_THEN_DAYS if rule.roll is Roll.DAYS_THEN_EOM else rule.roll
    return replace(rule, roll=roll, base=Base.INVOICE, bank_day=BankDay.NONE, pay_days=())


__all__ = ["BankDay", "Base", "EarlyPayment", "Part", "PaymentTerms", "Roll", "read_terms", "same_terms"]
