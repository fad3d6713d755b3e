"""The head of an order: number, date, signature, currency, terms, dates, place, and whether we grant the credit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from agent.domain.books import OrderBooks
from agent.domain.documents import OrderedLine, PurchaseOrder
from agent.domain.money import Money, decimals_of, plain, round_half_up
from agent.domain.phrases import Phrase, phrase
from agent.domain.receivables import Customer, Difference, Discrepancy, Order, OrderStatus
from agent.domain.terms import read_terms, same_terms
from matching.addresses import names_a_place, same_place

_USUAL_PLACE = re.compile(
    r"usual|as always|same (?:place|address)|wie (?:immer|üblich|gehabt)|habitue|de siempre|solit[oa]"
    r"|平素|平常|평소|동일",
    re.I,
)
_AHEAD, _BEHIND = timedelta(days=31), timedelta(days=366)

# What a seller never agrees to by silence: money kept back, fines, payment only when somebody else pays.
_HELD_BACK = re.compile(
    r"\bretainage\b|\bretention (?:of|\d)|\bwithhold\b|sicherheitseinbehalt|\beinbehalt\b|retenue de garantie"
    r"|retenci[oó]n de garant[ií]a|ritenuta a garanzia|vertragsstrafe|p[öo]nale|konventionalstrafe"
    r"|\bpenalt(?:y|ies)\b|liquidated damages|p[ée]nalit[ée]s? de retard"
    r"|penalizaci[oó]n|\bpenali\b|pay[- ]when[- ]paid|boete(?:beding)?|遅延損害金|違約金|지체상금|유보금|质保金|违约金",
    re.I,
)
_PRICE_WORD = re.compile(
    r"\bprices?\b|preis|\bprix\b|precio|prezzo|\bprijs\b|pre[çc]o|\bcena\b|単価|単價|단가|가격|价格|单价", re.I
)
_MONEY = re.compile(
    r"(?:[$€£¥￥]|\b(?:USD|EUR|GBP|JPY|KRW|CHF|CAD|AUD)\b)\s?(\d[\d.,' ]{0,14}\d|\d)"
    r"|(\d[\d.,']{0,14}\d|\d)\s?(?:円|원|元|[€$£¥]|(?:USD|EUR|GBP|JPY|KRW|CHF|PLN|CAD|AUD)\b)",
    re.I,
)
_REMARK_LENGTH = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadFrame:
    """What the head is held to."""

    today: date
    default_terms: str
    in_mail_body: bool


def check_head(order: PurchaseOrder, customer: Customer, frame: HeadFrame, currency: str) -> list[Difference]:
    """Every difference of the head, but for the place and the credit."""
    found: list[Difference] = []
    if not order.number and not order.release_number:
        asked = phrase("wanted.order_number")
        found.append(Difference(code=Discrepancy.MISSING, said=None, expected="an order number", expected_as=asked))
    if not any(not line.cancelled or order.revision_of for line in order.lines):
        asked = phrase("wanted.lines")
        found.append(Difference(code=Discrepancy.MISSING, said=None, expected="at least one line", expected_as=asked))
    found += _date(order, frame)
    if order.signature_line_empty or (customer.requires_signature and not order.signed_by):
        found.append(_asked(Discrepancy.UNSIGNED, None, "a signature", phrase("expected.unsigned")))
    if currency != customer.currency:
        found.append(Difference(code=Discrepancy.CURRENCY, said=currency, expected=customer.currency))
    found += _terms(order, customer.payment_terms or frame.default_terms)
    found += _price_in_remarks(order)
    if order.requested_on is not None and order.requested_on < frame.today:
        expected = f"{frame.today.isoformat()} or later"
        asked = phrase("wanted.from_date", date=frame.today.isoformat())
        found.append(_asked(Discrepancy.LEAD_TIME, order.requested_on.isoformat(), expected, asked))
    return found


def _asked(code: Discrepancy, said: str | None, expected: str, asked: Phrase) -> Difference:
    return Difference(code=code, said=said, expected=expected, expected_as=asked)


def _date(order: PurchaseOrder, frame: HeadFrame) -> Iterable[Difference]:
    issued = order.issued_on
    if issued is None:
        # An order that is the mail itself bears the date of the mail.
        if not frame.in_mail_body:
            yield _asked(Discrepancy.UNDATED, None, "the date of the order", phrase("expected.undated"))
    elif issued > frame.today + _AHEAD:
        asked = phrase("wanted.past_date")
        yield _asked(Discrepancy.UNDATED, issued.isoformat(), "a date that has been", asked)
    elif issued < frame.today - _BEHIND:
        asked = phrase("wanted.recent_date")
        yield _asked(Discrepancy.UNDATED, issued.isoformat(), "a date of the last twelve months", asked)


def _terms(order: PurchaseOrder, agreed: str) -> Iterable[Difference]:
    said = order.payment_terms
    if said and same_terms(said, agreed) is False:
        yield Difference(code=Discrepancy.TERMS, said=said[:200], expected=agreed)
        return
    for text in (said, order.remarks):
        clause = _HELD_BACK.search((text or "")[:_REMARK_LENGTH])
        if clause and not _HELD_BACK.search(agreed):
            yield Difference(code=Discrepancy.TERMS, said=_around(text or "", clause.start()), expected=agreed)
            return


def _around(text: str, at: int) -> str:
    return " ".join(text[max(0, at - 40) : at + 120].split())


def terms_note(order: PurchaseOrder, agreed: str) -> Phrase | None:
    """What the acknowledgement says where the order's phrase of terms could not be read: whose terms hold."""
    if order.payment_terms and same_terms(order.payment_terms, agreed) is None and agreed:
        written = " ".join(order.payment_terms.split())[:80]
        return phrase("order_note.terms", terms=agreed, written=written)
    return None


def _price_in_remarks(order: PurchaseOrder) -> Iterable[Difference]:
    """A remark that speaks of another price than the lines do: two prices in one paper are a question."""
    text = unicodedata.normalize("NFKC", order.remarks or "")[:_REMARK_LENGTH]
    word = _PRICE_WORD.search(text)
    if word is None:
        return
    known = {digits for line in order.lines for digits in _line_digits(line, order.currency)}
    known |= {
        d
        for value in (order.net_total, order.total, order.tax_total, order.freight)
        for d in _digits(value, order.currency)
    }
    for match in _MONEY.finditer(text, max(0, word.start() - 60), word.start() + 200):
        figure = re.sub(r"\D", "", match[1] or match[2])
        if figure.strip("0") and figure not in known:
            asked = phrase("wanted.one_price")
            yield _asked(Discrepancy.PRICE, _around(text, match.start()), "one price, that of the lines", asked)
            return


def _line_digits(line: OrderedLine, currency: str | None) -> Iterable[str]:
    for value in (line.unit_price, line.amount, line.quantity):
        yield from _digits(value, currency)


def _digits(value: Decimal | None, currency: str | None) -> Iterable[str]:
    if value is None:
        return
    yield re.sub(r"\D", "", plain(value))
    yield re.sub(r"\D", "", plain(round_half_up(value, decimals_of(currency or ""))))
    if value == value.to_integral_value():
        yield plain(value.to_integral_value()).lstrip("-")


def check_ship_to(order: PurchaseOrder, customer: Customer) -> tuple[str | None, tuple[Difference, ...], Phrase | None]:
    """Where it goes, what is wrong with that, and what the acknowledgement says about it."""
    said = ", ".join(
        " ".join(part.split()) for part in (order.ship_to.name, order.ship_to.address) if part and part.strip()
    )
    known = [*customer.ship_to, *([customer.address] if customer.address else [])]
    default = known[0] if known else None
    own = (customer.name, *customer.aliases)
    if not said or _USUAL_PLACE.search(said) or not names_a_place(said, own_name=own):
        return default, (), None
    if not known:
        return said, (), phrase("order_note.delivery_to", place=said[:160])
    if any(same_place(said, place, own_name=own) for place in known):
        return said, (), None
    expected = " | ".join(" ".join(place.split()) for place in known)
    return said, (Difference(code=Discrepancy.SHIP_TO, said=said[:400], expected=expected[:800]),), None


def check_credit(customer: Customer, books: OrderBooks, value: Money, existing: Order | None) -> tuple[Difference, ...]:
    """Whether what is open, what is ordered and this order stay within the limit; who pays first needs none."""
    if customer.on_hold:
        return (Difference(code=Discrepancy.CREDIT_LIMIT, said="customer is on hold", expected="released by a person"),)
    limit = customer.credit_limit
    rule = read_terms(customer.payment_terms)
    if limit is None or value.currency != limit.currency or (rule and rule.prepayment):
        return ()
    exposure = Money(books.exposure_minor - _counted(existing), limit.currency) + value
    if exposure <= limit:
        return ()
    return (Difference(code=Discrepancy.CREDIT_LIMIT, said=exposure.plain(), expected=f"at most {limit.plain()}"),)


def _counted(existing: Order | None) -> int:
    """What of the exposure is the order itself that is being revised (held and waiting ones are not counted in it)."""
    if existing is None or existing.status not in (
        OrderStatus.CONFIRMED,
        OrderStatus.PART_DELIVERED,
        OrderStatus.DELIVERED,
    ):
        return 0
    if any(line.invoiced for line in existing.lines):
        return 0
    return (existing.total.minor if existing.total else 0) + (existing.tax.minor if existing.tax else 0)
