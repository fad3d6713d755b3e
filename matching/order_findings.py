"""What an order's check found, in words: the queue item of a clerk, the notes of an acknowledgement."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from agent.domain.agreements import Agreement
from agent.domain.books import OrderBooks
from agent.domain.decisions import Candidate, LineChange, MatchException, QueueKind, Reason
from agent.domain.documents import Flag, Footing, PurchaseOrder
from agent.domain.money import Money
from agent.domain.phrases import Phrase, phrase
from agent.domain.receivables import Customer, Difference, Discrepancy, Order, OrderLine
from matching.order_changes import order_number
from matching.order_frames import frame_of, frame_reservation
from matching.order_heads import terms_note
from matching.order_items import quotation_end, suggestions
from matching.order_lines import CheckedLine, SortedLines


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPolicy:
    """What orders are held to."""

    today: date
    default_terms: str = "net 30"
    mail_date: date | None = None  # the day the mail was sent: the date of an order written in the mail itself
    in_mail_body: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """One order of one customer, with what it is compared to."""

    order: PurchaseOrder
    customer: Customer
    books: OrderBooks
    policy: OrderPolicy
    key: str
    existing: Order | None = None
    whole: bool = True  # a change that restates the order: what it leaves out is gone

    @property
    def currency(self) -> str:
        return self.order.currency or (self.existing.currency if self.existing else self.customer.currency)

    @property
    def frame(self) -> Agreement | None:
        """The blanket order that it calls off."""
        return frame_of(self.order, self.customer.number, self.books.agreements)

    @property
    def number(self) -> str:
        return order_number(self.order) or "without number"

    @property
    def terms(self) -> str:
        return self.customer.payment_terms or self.policy.default_terms


@dataclass(frozen=True, slots=True)
class Verified:
    """All that the check of a whole order found."""

    checked: tuple[CheckedLine, ...]
    sorted_lines: SortedLines
    lines: tuple[OrderLine, ...]
    freight: Money | None
    net: Money
    tax: Money


def asked(case: Case, code: str, summary: str, **more: object) -> MatchException:
    return MatchException(
        code=code,
        kind=QueueKind.ORDER_DISCREPANCY,
        summary=summary,
        customer=case.customer.number,
        **more,  # type: ignore[arg-type]
    )


def shown_changes(changes: Iterable[LineChange]) -> tuple[Reason, ...]:
    """The line diff in words."""
    return tuple(
        Reason("line_diff", f"line {c.line} {c.field}: {c.was or 'nothing'} -> {c.now or 'nothing'}") for c in changes
    )


def reservations_of(case: Case) -> tuple[tuple[str, str], ...]:
    """Why a person looks at an order in which nothing differs."""
    found = []
    if what := frame_reservation(case.order, case.frame):
        found.append(("blanket_release", what))
    if Flag.SCANNED in case.order.flags and case.order.footing is not Footing.PROVED:
        found.append(("doc_scanned", "read from a scan, and its figures prove nothing: compare it with the picture"))
    elif Flag.UNCERTAIN in case.order.flags:
        found.append(("doc_scanned", "read from a picture with too little certainty: compare it with the picture"))
    if Flag.HIDDEN_TEXT in case.order.flags:
        found.append(("sec_injection", "the paper holds text that a person cannot see"))
    return tuple(found)


def notes_of(case: Case, found: Verified, place: Phrase | None) -> tuple[Phrase, ...]:
    """What the acknowledgement says beside the lines: whose price, which currency, which carriage, whose terms."""
    notes = [note for one in found.checked for note in one.notes]
    if not case.order.currency:
        notes.append(phrase("order_note.currency", currency=case.currency))
    if found.freight:
        notes.append(phrase("order_note.carriage", amount=found.freight.plain()))
    notes += [
        note
        for note in (
            place,
            terms_note(case.order, case.terms),
            _quotation_note(case),
        )
        if note
    ]
    return tuple(notes)


def _ended(case: Case) -> date | None:
    return quotation_end(case.order.quotation_number, case.books, case.customer, case.policy.today)


def _quotation_note(case: Case) -> Phrase | None:
    ended, number = _ended(case), case.order.quotation_number
    if ended is None or number is None:
        return None
    return phrase("order_note.quotation_ended", quotation=number[:60], date=ended.isoformat())


def reasons_of(case: Case) -> tuple[Reason, ...]:
    """Why we think that the order is this customer's."""
    who = f"{case.books.sender.address or 'the sender'} is {case.customer.name} ({case.customer.number})"
    return (Reason("customer", who),)


_CODES = {
    Discrepancy.UNKNOWN_ITEM: "item_unknown",
    Discrepancy.PRICE: "price_var",
    Discrepancy.QUANTITY: "qty_var",
    Discrepancy.TOTAL: "total_mismatch",
    Discrepancy.DUPLICATE: "po_dup",
    Discrepancy.UNSIGNED: "unsigned",
    Discrepancy.UNDATED: "undated",
    Discrepancy.SHIP_TO: "shipto_unknown",
    Discrepancy.TERMS: "terms_var",
    Discrepancy.LEAD_TIME: "lead_time",
    Discrepancy.CREDIT_LIMIT: "credit_limit",
    Discrepancy.CURRENCY: "currency_var",
    Discrepancy.UNIT: "uom_var",
    Discrepancy.MISSING: "missing",
    Discrepancy.BLANKET: "blanket_exceeded",
}


def describe(difference: Difference) -> str:
    """A difference in one line for a clerk."""
    where = f"line {difference.line} " if difference.line else ""
    said = difference.said if difference.said is not None else "nothing"
    expected = f", we expected {difference.expected}" if difference.expected else ""
    return f"{where}{difference.code.value.replace('_', ' ')}: the order says {said}{expected}"


def exceptions_of(
    case: Case,
    differences: tuple[Difference, ...],
    reservations: tuple[tuple[str, str], ...],
    found: Verified,
    changes: tuple[LineChange, ...],
) -> tuple[MatchException, ...]:
    """One queue item for the order, naming every difference: a clerk settles the order, not each line of it."""
    if not differences and not reservations:
        return ()
    codes = {_CODES[d.code] for d in differences} | {code for code, _ in reservations}
    code = codes.pop() if len(codes) == 1 else "order_discrepancies"
    if any(not c.allowed and c.field == "quantity" for c in changes):
        code = "po_change_after_ship"
    said = [describe(d) for d in differences] + [text for _, text in reservations]
    reasons = [Reason(d.code.value, describe(d)) for d in differences]
    reasons += [Reason(code, text) for code, text in reservations]
    reasons += _suggested(case, found, differences)
    if ended := _ended(case):
        reasons.append(Reason("quotation", f"quotation {case.order.quotation_number} ended on {ended.isoformat()}"))
    return (
        asked(
            case,
            code,
            f"order {case.number} of {case.customer.name}: " + "; ".join(said),
            amount=found.net,
            candidates=_meanings(case, found, differences),
            reasons=(*reasons, *shown_changes(changes)),
            critical=any(d.code is Discrepancy.SHIP_TO for d in differences) or Flag.HIDDEN_TEXT in case.order.flags,
        ),
    )


def _meanings(case: Case, found: Verified, differences: tuple[Difference, ...]) -> tuple[Candidate, ...]:
    """What an unknown item number of the buyer's may mean: a clerk who says so teaches it."""
    unknown = {d.line for d in differences if d.code is Discrepancy.UNKNOWN_ITEM}
    offers = []
    for one in found.checked:
        written = one.said.item or one.said.buyer_item
        if not written or (one.line.line not in unknown and not unknown & {one.said.line}):
            continue
        for item, why in suggestions(one.said, case.books.catalogue, case.currency):
            words = f"line {one.line.line}: {written} is our {item.number} {item.description}, now and later ({why})"
            offers.append((written, item.number, Reason("item", words)))
    return tuple(
        Candidate(n=n, order=None, confidence=0.4, evidence=(reason,), item=(written, number))
        for n, (written, number, reason) in enumerate(offers[:6], 1)
    )


def _suggested(case: Case, found: Verified, differences: tuple[Difference, ...]) -> list[Reason]:
    """What an unknown item number may mean: for the clerk, never for the books."""
    unknown = {d.line for d in differences if d.code is Discrepancy.UNKNOWN_ITEM}
    reasons = []
    for one in found.checked:
        if one.line.line not in unknown and not unknown & {one.said.line}:
            continue
        for item, why in suggestions(one.said, case.books.catalogue, case.currency):
            written = one.said.item or one.said.description or "it"
            reasons.append(
                Reason("suggestion", f"line {one.line.line}: {written} may be {item.number} {item.description} ({why})")
            )
    return reasons
