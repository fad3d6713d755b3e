"""Whether an advice was here before: the same payment again, a corrected one, or a real second one that looks alike."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from agent.domain.decisions import MatchingPolicy, Reason
from agent.domain.documents import AdvisedLine, RemittanceAdvice
from agent.domain.money import Money
from agent.domain.receivables import KnownAdvice, KnownReceipt
from matching.keys import fold, number_of

DAYS_APART = 14  # between the day an advice gives and the day its money is booked


class Repeat(StrEnum):
    NEW = "new"
    SAME = "same"
    SUSPECT = "suspect"  # the same payment with other content, or a twin that cannot be told from a repeat


@dataclass(frozen=True, slots=True)
class Seen:
    repeat: Repeat
    earlier: KnownAdvice | None = None
    reason: Reason | None = None


def reference_of(advice: RemittanceAdvice) -> str | None:
    """The payer's reference of the payment, else its number of the advice, without zeros and punctuation."""
    return normal_reference(advice.payment_reference or advice.number)


def normal_reference(reference: str | None) -> str | None:
    number = number_of(reference or "")
    if number is None:
        return fold(reference) if reference and fold(reference) else None
    return f"{number.letters}{number.stripped}"


def content_key(advice: RemittanceAdvice, customer: str | None = None, currency: str | None = None) -> str:
    """Return the fingerprint of the business content: `<what is paid>-<which payment>`.

    The first half is customer, currency, total and the set of lines; the second adds reference and date. Layout, line
    order, formatting and the mail around it do not enter.
    """
    lines = sorted(_line_key(line) for line in advice.lines)
    total = "" if advice.total is None else f"{advice.total.normalize()}"
    what = "\n".join((customer or fold(advice.payer.name or ""), currency or "", total, *lines))
    which = f"{what}\n{reference_of(advice) or ''}\n{advice.paid_on or ''}"
    return f"{_digest(what)}-{_digest(which)}"


def _line_key(line: AdvisedLine) -> str:
    paid = "" if line.paid is None else f"{line.paid.normalize()}"
    return f"{normal_reference(line.reference or line.order_number) or ''}|{paid}"


def distinct_key(key: str, known: tuple[KnownAdvice, ...]) -> str:
    """Return the key, told apart from equal ones of earlier payments: keys are unique in the books."""
    taken = {earlier.content_key for earlier in known}
    count = 1
    while (candidate := key if count == 1 else f"{key}-{count}") in taken:
        count += 1
    return candidate


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def seen_before(
    advice: RemittanceAdvice,
    key: str,
    customer: str | None,
    known: tuple[KnownAdvice, ...],
    policy: MatchingPolicy,
    room: Callable[[AdvisedLine], bool] = lambda _: False,
) -> Seen:
    """Compare with earlier advices of the same payer. A repeat has no effect; a doubt goes to a person.

    `room` says whether what a line names is open enough for it beside all that was announced before.
    """
    reference = reference_of(advice)
    suspect: Seen | None = None
    for earlier in known:
        if earlier.content_key != key and earlier.total is None and not earlier.allocations:
            continue  # a notice without figures is no content: the full advice comes after it
        if earlier.content_key is None or (customer and earlier.customer and customer != earlier.customer):
            continue
        found = _compare(advice, key, reference, earlier, policy, room)
        if found.repeat is Repeat.SAME:
            return found
        if found.repeat is Repeat.SUSPECT and suspect is None:
            suspect = found
    return suspect or Seen(Repeat.NEW)


def _compare(
    advice: RemittanceAdvice,
    key: str,
    reference: str | None,
    earlier: KnownAdvice,
    policy: MatchingPolicy,
    room: Callable[[AdvisedLine], bool],
) -> Seen:
    if earlier.content_key == key and (reference or (advice.lines and advice.paid_on)):
        return Seen(Repeat.SAME, earlier, Reason("repeat", f"the same content as advice {earlier.advice}"))
    theirs = normal_reference(earlier.payment_reference)
    same_lines = (earlier.content_key or "").partition("-")[0] == key.partition("-")[0]
    if reference and theirs:
        if reference != theirs:
            return _other_reference(advice, earlier, policy, room)
        if same_lines:
            return Seen(Repeat.SAME, earlier, Reason("repeat", f"the same payment as advice {earlier.advice}"))
        what = f"payment {advice.payment_reference or advice.number} is advice {earlier.advice} with other content"
        return Seen(Repeat.SUSPECT, earlier, Reason("repeat", what))
    if not same_lines and not _shares_a_line(advice, earlier):
        return Seen(Repeat.NEW)
    return _without_reference(advice, earlier, policy, same_lines=same_lines)


def _other_reference(
    advice: RemittanceAdvice, earlier: KnownAdvice, policy: MatchingPolicy, room: Callable[[AdvisedLine], bool]
) -> Seen:
    """Lines of an earlier advice under another reference: the same payment told twice, unless something proves two.

    Proof is room for both on every invoice that both pay, or another day and another total; else a person decides.
    """
    shared = [line for line in advice.lines if _repeats(line, earlier)]
    if not shared or all(room(line) for line in shared):
        return Seen(Repeat.NEW)
    days = _days_apart(advice, earlier, policy)
    other_total = advice.total is None or earlier.total is None or advice.total != earlier.total.amount
    dated = advice.paid_on is not None and earlier.paid_on is not None
    if days > policy.recent_days or (dated and days and other_total):
        return Seen(Repeat.NEW)
    what = f"it repeats lines of advice {earlier.advice} under another reference; one payment or two cannot be told"
    return Seen(Repeat.SUSPECT, earlier, Reason("repeat", what))


def _days_apart(advice: RemittanceAdvice, earlier: KnownAdvice, policy: MatchingPolicy) -> int:
    if advice.paid_on is not None and earlier.paid_on is not None:
        return abs((advice.paid_on - earlier.paid_on).days)
    return abs((policy.today - earlier.received_on).days) if earlier.received_on is not None else 0


def _repeats(line: AdvisedLine, earlier: KnownAdvice) -> bool:
    """Whether a line repeats what the earlier advice gave to an invoice: the same digits and the same amount."""
    given = {(_digits(text), one.amount.amount) for one in earlier.allocations for text in (one.reference, one.invoice)}
    return bool(line.reference and line.paid and line.paid > 0) and (_digits(line.reference), line.paid) in given


def _shares_a_line(advice: RemittanceAdvice, earlier: KnownAdvice) -> bool:
    return any(_repeats(line, earlier) for line in advice.lines)


def _digits(reference: str | None) -> str | None:
    number = number_of(reference or "")
    return number.stripped if number is not None else None


def replaced(customer: str | None, named: frozenset[str], known: tuple[KnownAdvice, ...]) -> KnownAdvice | None:
    """Return the only earlier advice of the customer that shares an invoice, for a correction that says not which."""
    found = [
        earlier
        for earlier in known
        if earlier.customer == customer and any(one.invoice in named for one in earlier.allocations)
    ]
    waiting = [one for one in found if one.status != "received"]
    chosen = waiting or found
    return chosen[0] if customer is not None and len(chosen) == 1 else None


def arrived(
    advice: RemittanceAdvice,
    total: Money | None,
    named: frozenset[str],
    payable: frozenset[str],
    receipts: tuple[KnownReceipt, ...],
) -> KnownReceipt | None:
    """Return the only receipt of this amount that was applied to these very invoices: the advice comes later."""
    found = [
        one
        for one in receipts
        if one.amount == total
        and one.advice is None
        and one.customer in payable
        and named
        and named == set(one.invoices)
        and (advice.paid_on is None or abs((one.booked_on - advice.paid_on).days) <= DAYS_APART)
    ]
    return found[0] if len(found) == 1 else None


def _without_reference(
    advice: RemittanceAdvice, earlier: KnownAdvice, policy: MatchingPolicy, *, same_lines: bool
) -> Seen:
    """The same lines, all or some, and a reference missing on one side: the dates decide, or nobody but a person."""
    dated = advice.paid_on is not None and earlier.paid_on is not None
    days = _days_apart(advice, earlier, policy)
    if days > policy.recent_days:
        return Seen(Repeat.NEW)
    if not same_lines:
        what = f"it repeats lines of advice {earlier.advice}, and others; a second payment or the same cannot be told"
        return Seen(Repeat.SUSPECT, earlier, Reason("repeat", what))
    if advice.lines and not (dated and days):
        return Seen(Repeat.SAME, earlier, Reason("repeat", f"the lines and total of advice {earlier.advice}"))
    what = f"the same amounts as advice {earlier.advice}; a second payment or the same cannot be told"
    return Seen(Repeat.SUSPECT, earlier, Reason("repeat", what))
