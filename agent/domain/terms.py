"""Payment terms as rules: a phrase is read once into base, offsets and rolls, and every date follows from the rule.

A phrase like "net 30 EOM" has several lawful readings; the reading taken is part of the rule, never of the moment.
Conventions: n days count from the day after the base date; a month roll clamps to the last day of the month.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum


class Roll(StrEnum):
    """How a month end enters the counting."""

    NONE = "none"  # base + days
    DAYS_THEN_EOM = "days_then_eom"  # base + days, then the end of that month
    EOM_THEN_DAYS = "eom_then_days"  # end of the base month, then + days
    FOLLOWING = "following"  # a fixed day of the n-th following month


@dataclass(frozen=True, slots=True)
class EarlyPayment:
    """A discount of `percent` when paid within `days` of the base date (or until a fixed day of the month)."""

    percent: Decimal
    days: int
    day_of_month: int | None = None


@dataclass(frozen=True, slots=True)
class PaymentTerms:
    """One rule: days, roll, fixed day, months; early-payment tiers, best first; or payment before delivery."""

    days: int = 30
    roll: Roll = Roll.NONE
    day_of_month: int | None = None
    months: int = 0
    closing_day: int | None = None  # deliveries after this day count for the next month (締め)
    tiers: tuple[EarlyPayment, ...] = ()
    prepayment: bool = False

    def due_on(self, base: date) -> date:
        """The due date that follows from a base date (invoice date, delivery or receipt, as agreed)."""
        if self.roll is Roll.DAYS_THEN_EOM:
            return _month_end(base + timedelta(days=self.days))
        if self.roll is Roll.EOM_THEN_DAYS:
            return _month_end(base) + timedelta(days=self.days)
        if self.roll is Roll.FOLLOWING:
            late = self.closing_day is not None and base.day > self.closing_day
            return _day_of(_add_months(base, self.months + late), self.day_of_month or 31)
        return base + timedelta(days=self.days)

    def discount_until(self, base: date) -> tuple[Decimal, date] | None:
        """The best discount, in per cent, and the last day on which it is earned; None where there is none."""
        if not self.tiers:
            return None
        tier = max(self.tiers, key=lambda t: t.percent)
        if tier.day_of_month is not None:
            late = self.closing_day is not None and base.day > self.closing_day
            return tier.percent, _day_of(_add_months(base, 1 + late), tier.day_of_month)
        start = _month_end(base) if self.roll is Roll.EOM_THEN_DAYS and self.tiers else base
        return tier.percent, start + timedelta(days=tier.days)


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _add_months(day: date, months: int) -> date:
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _day_of(month: date, day: int) -> date:
    return month.replace(day=min(day, monthrange(month.year, month.month)[1]))


_NUMBER = r"(\d{1,3}(?:[.,]\d{1,3})?)"
_DAYS = r"(?:days?|tagen?|tgen?|jours?|jrs?|j|d[ií]as?|d|giorni|gg|dagen|dgn|dni|dias|일|日)"
_EOM = re.compile(r"\beom\b|end of (?:the )?month|month[- ]end|monatsende|fin de mois|\bfdm\b|fin de mes|fine mese|\bf\.?m\.?\b|einde maand|월말|月末")
_PREPAY = re.compile(
    r"\b(?:cia|cwo|pia)\b|cash in advance|cash with order|pre-?payment|payment in advance|prepaid|vorkasse|vorauskasse"
    r"|vorauszahlung|paiement (?:d'avance|anticip[ée]|comptant [àa] la commande)|pago (?:por )?anticipado|prepago"
    r"|pagamento anticipato|vooruitbetaling|선불|선입금|前払|前金"
)
_IMMEDIATE = re.compile(
    r"(?:due )?(?:up)?on receipt|immediate|sofort|zahlbar nach erhalt|comptant|a la vista|al contado|a vista|contant|\bcod\b|cash on delivery"
)
_TIER = [
    re.compile(_NUMBER + r"\s*%?\s*/\s*(\d{1,3})\b"),  # 2/10
    re.compile(_NUMBER + r"\s*%\s*(\d{1,3})(?=\s*[,;/]?\s*(?:net|n\b))"),  # 2 % 14, net 30
    re.compile(_NUMBER + r"\s*%\s*(?:cash discount|discount|skonto|escompte|descuento|sconto|korting|disc\.?)?\s*(?:if paid )?(?:in|within|binnen|innerhalb(?: von)?|sous|a|en|entro|bei zahlung (?:innerhalb|binnen)(?: von)?)?\s*(\d{1,3})\s*" + _DAYS),
    re.compile(r"(?:within|in|binnen|innerhalb(?: von)?|sous|en)?\s*(\d{1,3})\s*" + _DAYS + r"\s*(?:mit|with|less|abz[üu]glich|minus|:|-|,)?\s*" + _NUMBER + r"\s*%"),
]


def read_terms(text: str | None) -> PaymentTerms | None:
    """Read a phrase of payment terms in the languages of trade; None where it is no phrase that is known."""
    if not text or not text.strip():
        return None
    folded = unicodedata.normalize("NFKC", text).casefold().replace("\u2019", "'")
    if _PREPAY.search(folded):
        return PaymentTerms(days=0, prepayment=True)
    asian = _read_asian(folded)
    if asian:
        return asian
    tiers, rest = _read_tiers(folded)
    return _read_net(rest, tiers)


def _read_asian(text: str) -> PaymentTerms | None:
    if re.search(r"翌月末|익월\s*말", text):
        return PaymentTerms(days=0, roll=Roll.FOLLOWING, months=1, day_of_month=31, closing_day=_closing(text))
    if match := re.search(r"翌々月末", text):
        return PaymentTerms(days=0, roll=Roll.FOLLOWING, months=2, day_of_month=31, closing_day=_closing(text))
    if match := re.search(r"(?:翌月|익월)\s*(\d{1,2})\s*(?:日|일)", text):
        return PaymentTerms(days=0, roll=Roll.FOLLOWING, months=1, day_of_month=int(match[1]), closing_day=_closing(text))
    return None


def _closing(text: str) -> int | None:
    match = re.search(r"(\d{1,2})\s*日\s*締", text)
    return int(match[1]) if match else None


def _read_tiers(text: str) -> tuple[tuple[EarlyPayment, ...], str]:
    tiers: list[EarlyPayment] = []
    rest = text
    if match := re.search(_NUMBER + r"\s*%\s*(\d{1,2})(?:st|nd|rd|th)\s*prox", rest):
        tiers.append(EarlyPayment(_decimal(match[1]), 0, int(match[2])))
        rest = rest[: match.start()] + " " + rest[match.end() :]
    for number, pattern in enumerate(_TIER):
        while match := pattern.search(rest):
            percent, days = (match[2], match[1]) if number == 3 else (match[1], match[2])
            if _decimal(percent) > 20:
                break
            tiers.append(EarlyPayment(_decimal(percent), int(days)))
            rest = rest[: match.start()] + " " + rest[match.end() :]
    return tuple(tiers), rest


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))


def _read_net(text: str, tiers: tuple[EarlyPayment, ...]) -> PaymentTerms | None:
    if match := re.search(r"(\d{1,2})(?:st|nd|rd|th)?\s*(?:prox|mfi)\b", text):
        cutoff = re.search(r"cut-?off\s*(\d{1,2})", text)
        return PaymentTerms(
            days=0,
            roll=Roll.FOLLOWING,
            months=1,
            day_of_month=int(match[1]),
            closing_day=int(cutoff[1]) if cutoff else None,
            tiers=tiers,
        )
    match = (
        re.search(r"\b(?:net|netto|n)\s*/?\s*(\d{1,3})\b", text)
        or re.search(r"(\d{1,3})\s*" + _DAYS + r"\b", text)
        or re.search(r"\beom\s*\+\s*(\d{1,3})", text)
        or re.search(r"(\d{1,3})\s*(?=eom\b)", text)
    )
    eom = _EOM.search(text)
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
    """Whether two phrases give the same rule; None where one of them cannot be read."""
    if said and agreed and " ".join(said.casefold().split()) == " ".join(agreed.casefold().split()):
        return True
    left, right = read_terms(said), read_terms(agreed)
    if left is None or right is None:
        return None
    if left.prepayment or right.prepayment:
        return left.prepayment and right.prepayment
    rolled = {Roll.DAYS_THEN_EOM, Roll.EOM_THEN_DAYS}
    if left.roll in rolled and right.roll in rolled:  # one phrase, two lawful readings: the contract decides
        return left.days == right.days and left.tiers == right.tiers
    return left == right
