"""Several advices that one bank line pays, and one advice that several bank lines pay.

The sums must be exact and the only ones. Where the references prove it as well, it is booked; else it is a suggestion
that one key settles.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from agent.domain.books import CashBooks
from agent.domain.decisions import Allocation, Candidate, MatchException, Reason, ReceiptDecision, ReceiptOutcome
from agent.domain.documents import BankLine
from agent.domain.money import Money
from agent.domain.receivables import KnownAdvice, KnownReceipt
from matching.announced import Fit, applications
from matching.bank_text import SHORTEST_REFERENCE, reference_words, waiting
from matching.ground import Ground, exception
from matching.payers import PayerMatch
from matching.rules.repeat import normal_reference
from matching.subset import subsets

MOST_ADVICES = 12  # open advices of one payer that are combined
DAYS_BETWEEN = 14  # between the parts of one payment


def together(
    line: BankLine,
    amount: Money,
    fits: Sequence[Fit],
    advices: Sequence[KnownAdvice],
    payer: PayerMatch,
    books: CashBooks,
    ground: Ground,
) -> ReceiptDecision | None:
    """Return what the line settles together with other money or for several advices; None where nothing adds up.

    `fits` are the advices whose reference the line gives; `advices` all that are open.
    """
    return _several_for_one_line(line, amount, fits, advices, payer, ground) or _several_lines_for_one(
        line, amount, fits, advices, payer, books, ground
    )


def _several_for_one_line(
    line: BankLine,
    amount: Money,
    fits: Sequence[Fit],
    advices: Sequence[KnownAdvice],
    payer: PayerMatch,
    ground: Ground,
) -> ReceiptDecision | None:
    if len(fits) > 1 and sum(fit.advice.total.minor for fit in fits if fit.advice.total) == amount.minor:
        chosen = list(fits)
        if _one_payer(chosen, payer):
            return _settled(chosen, amount, payer, ground, ())
    near = [a for a in advices if _of_payer(a, payer) and a.allocations and _near(a, line)][:MOST_ADVICES]
    found = subsets([a.total.minor for a in near if a.total], amount.minor, limit=2)
    sets = [positions for positions in found.sets if len(positions) > 1]
    if len(sets) != 1 or len(found.sets) != 1 or not found.complete:
        return None
    chosen = [Fit(near[i], _listed(near[i]), True, ground.zero) for i in sets[0]]
    if fits and not {fit.advice.advice for fit in fits} <= {fit.advice.advice for fit in chosen}:
        return None
    return _suggested(chosen, amount, payer, ground, ())


def _several_lines_for_one(
    line: BankLine,
    amount: Money,
    fits: Sequence[Fit],
    advices: Sequence[KnownAdvice],
    payer: PayerMatch,
    books: CashBooks,
    ground: Ground,
) -> ReceiptDecision | None:
    """Earlier money of the same payer that nothing was applied of, and this line, are exactly one advice."""
    referred = [fit.advice for fit in fits]
    wanted = referred or [a for a in advices if _of_payer(a, payer) and _near(a, line)][:MOST_ADVICES]
    offers: list[tuple[KnownAdvice, tuple[KnownReceipt, ...]]] = []
    for advice in wanted:
        missing = (advice.total.minor if advice.total else 0) - amount.minor
        idle = [r for r in books.receipts if _idle(r, advice, line)][:MOST_ADVICES]
        found = (
            subsets([r.amount.minor for r in idle], missing, limit=2) if missing > 0 and advice.allocations else None
        )
        if found is not None and found.unique:
            offers.append((advice, tuple(idle[i] for i in found.sets[0])))
    if len(offers) != 1:
        return None
    advice, parts = offers[0]
    listed = ", ".join(f"R{one.receipt}" for one in parts)
    fit = Fit(
        advice,
        Reason("parts", f"with {listed} it is exactly advice {advice.advice} over {advice.total}"),
        True,
        ground.zero,
    )
    proved = advice in referred and all(_names(one, advice) for one in parts) and _one_payer([fit], payer)
    build = _settled if proved else _suggested
    return build([fit], amount, payer, ground, parts)


def _idle(receipt: KnownReceipt, advice: KnownAdvice, line: BankLine) -> bool:
    """Whether money waits wholly and may be a part of the advice: of its customer, from about the same days."""
    if receipt.advice is not None or receipt.unapplied != receipt.amount or receipt.amount.minor <= 0:
        return False
    if receipt.customer is None or receipt.customer != advice.customer or receipt.amount.currency != advice.currency:
        return False
    return line.booked_on is None or abs((receipt.booked_on - line.booked_on).days) <= DAYS_BETWEEN


def _names(receipt: KnownReceipt, advice: KnownAdvice) -> bool:
    """Whether earlier money bears the reference of the advice."""
    reference = normal_reference(advice.payment_reference)
    line = BankLine(text=receipt.text, bank_reference=receipt.bank_reference, end_to_end_id=receipt.end_to_end_id)
    return bool(reference) and len(reference or "") >= SHORTEST_REFERENCE and reference in reference_words(line)


def _of_payer(advice: KnownAdvice, payer: PayerMatch) -> bool:
    return advice.total is not None and advice.total.minor > 0 and advice.customer in payer.payable


def _one_payer(fits: Sequence[Fit], payer: PayerMatch) -> bool:
    """Whether the advices are one customer's, and nobody else is known to have paid."""
    owners = {fit.advice.customer for fit in fits}
    return len(owners) == 1 and None not in owners and (payer.customer is None or owners <= payer.payable)


def _near(advice: KnownAdvice, line: BankLine) -> bool:
    day = advice.paid_on or advice.received_on
    return day is None or line.booked_on is None or abs(line.booked_on - day) <= timedelta(days=DAYS_BETWEEN)


def _listed(advice: KnownAdvice) -> Reason:
    return Reason("customer_amount_date", f"advice {advice.advice} of {advice.customer} over {advice.total}")


def _all(fits: Sequence[Fit], ground: Ground) -> tuple[list[Allocation], list[MatchException]]:
    applied: list[Allocation] = []
    problems: list[MatchException] = []
    for fit in fits:
        some, wrong = applications(fit.advice, fit, ground)
        applied += some
        problems += wrong
    return applied, problems


def _settled(
    fits: list[Fit], amount: Money, payer: PayerMatch, ground: Ground, parts: tuple[KnownReceipt, ...]
) -> ReceiptDecision:
    """Sums and references prove it: all of the advices are settled; nothing beyond the money that is here."""
    applied, problems = _all(fits, ground)
    money = amount.minor + sum(one.amount.minor for one in parts)
    cash = sum(one.cash.minor for one in applied)
    if problems or cash > money or _twice(applied, ground):
        return _suggested(fits, amount, payer, ground, parts)
    return ReceiptDecision(
        outcome=ReceiptOutcome.SETTLES_ADVICE,
        customer=fits[0].advice.customer,
        advice=fits[0].advice.advice,
        advices=tuple(fit.advice.advice for fit in fits[1:]),
        receipts=tuple(one.receipt for one in parts),
        allocations=tuple(applied),
        unapplied=Money(max(0, money - cash), amount.currency),
        reasons=(*(fit.reason for fit in fits), *payer.evidence),
    )


def _twice(applied: Sequence[Allocation], ground: Ground) -> bool:
    """Whether two advices together settle more of an item than is open."""
    sums: dict[str, int] = {}
    for one in applied:
        sums[one.invoice] = sums.get(one.invoice, 0) + one.settles.minor
    return any(abs(minor) > abs(ground.finder.items[number].open.minor) for number, minor in sums.items())


def _suggested(
    fits: list[Fit], amount: Money, payer: PayerMatch, ground: Ground, parts: tuple[KnownReceipt, ...]
) -> ReceiptDecision:
    applied, problems = _all(fits, ground)
    fine = not problems and not _twice(applied, ground)
    listed = " and ".join(fit.advice.advice for fit in fits)
    what = (
        f"{amount} is exactly the advices {listed} together" if len(fits) > 1 else f"{amount}: {fits[0].reason.detail}"
    )
    offer = Candidate(
        n=1,
        amount=amount,
        confidence=0.7,
        evidence=tuple(fit.reason for fit in fits),
        settle=tuple(applied) if fine else (),
        customer=fits[0].advice.customer,
        advices=tuple(fit.advice.advice for fit in fits),
        receipts=tuple(one.receipt for one in parts),
    )
    problem = exception("line_ambig", what, amount=amount, candidates=(offer,), reasons=offer.evidence)
    return waiting(amount, payer.customer, problem, *payer.evidence)
