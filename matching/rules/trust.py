"""What keeps an advice from being booked without a person, whatever its lines say."""

from __future__ import annotations

from agent.domain.books import CashBooks
from agent.domain.decisions import MatchException, MatchingPolicy, Reason, RemittanceDecision
from agent.domain.documents import Flag, Footing, RemittanceAdvice
from matching.accounts import Standing, standing
from matching.ground import Ground, exception
from matching.payers import PayerMatch

LOWEST_CONFIDENCE = 0.5


UNIDENTIFIED = ("cust_unknown", "cust_ambig", "third_party_payer")


def barrier(
    advice: RemittanceAdvice, payer: PayerMatch, books: CashBooks, policy: MatchingPolicy
) -> MatchException | None:
    """Return the first thing that stops automatic booking, gravest first; None where nothing does."""
    who = payer.customer or (payer.candidates[0] if len(payer.candidates) == 1 else None)
    return (
        _security(advice, books, policy, who) or _law(advice, who) or _no_payment(advice, who) or _identity(payer, who)
    )


def _security(
    advice: RemittanceAdvice, books: CashBooks, policy: MatchingPolicy, who: str | None
) -> MatchException | None:
    account = advice.payee_account
    if account and policy.own_accounts and standing(account, policy.own_accounts) is Standing.FOREIGN:
        shown = f"…{account[-4:]}"
        return exception(
            "sec_bank_change",
            f"the paper says the money went to account {shown}, which is not ours: call the customer at once",
            customer=who,
            critical=True,
            reasons=(Reason("payee_account", f"{shown} is none of our accounts"),),
        )
    if Flag.HIDDEN_TEXT in advice.flags:
        return exception(
            "sec_injection",
            "the paper holds text that a person cannot see; nothing is booked from it",
            customer=who,
            critical=True,
            reasons=(Reason("hidden_text", "invisible text in the source"),),
        )
    if not books.sender.trusted:
        return exception(
            "sender_unverified",
            f"the sender {books.sender.address or ''} is not authenticated; nothing is booked".replace("  ", " "),
            customer=who,
            reasons=(Reason("sender", "the mail failed or lacks authentication"),),
        )
    return None


def _law(advice: RemittanceAdvice, who: str | None) -> MatchException | None:
    if Flag.CONDITIONAL not in advice.flags:
        return None
    return exception(
        "conditional_payment",
        "the payment is tendered as full settlement: do not apply or deposit before it is decided",
        customer=who,
        critical=True,
        reasons=(Reason("conditional", "full-settlement wording"),),
    )


def _identity(payer: PayerMatch, who: str | None) -> MatchException | None:
    if payer.code is None:
        return None
    says = {
        "cust_unknown": "who pays is not known",
        "cust_ambig": f"the payer can be {', '.join(payer.candidates[:5])}",
        "third_party_payer": "someone pays who is not on the customer's record",
    }
    return exception(payer.code, says[payer.code], customer=who, reasons=payer.evidence)


def _no_payment(advice: RemittanceAdvice, who: str | None) -> MatchException | None:
    flags, lines = advice.flags, advice.lines
    if Flag.RETURNED in flags:
        what = "a payment is said to have come back: wait for the bank, then reopen"
        return exception("payment_return", what, customer=who, reasons=(Reason("returned", "returned payment"),))
    if Flag.VIRTUAL_CARD in flags:
        what = "paid by virtual card: charge it or refuse it; no money until it is charged"
        return exception("virtual_card", what, customer=who, reasons=(Reason("virtual_card", "card payment"),))
    if Flag.SELF_BILLING in flags:
        what = "the paper is the buyer's own invoice: check the self-billing agreement before issuing another"
        return exception("self_bill", what, customer=who, reasons=(Reason("self_billing", "self-billing document"),))
    if Flag.PORTAL_LINK in flags and not any(line.paid is not None or line.gross is not None for line in lines):
        what = "the details stand behind a log-in: fetch them there; the link is never followed"
        return exception("portal_link_only", what, customer=who, reasons=(Reason("portal", "link only"),))
    return None


def unknown_account(advice: RemittanceAdvice, policy: MatchingPolicy, who: str | None) -> MatchException | None:
    """Say that the account paid to is of a kind that cannot be compared with ours; it stops nothing by itself."""
    account = advice.payee_account
    if not account or not policy.own_accounts or standing(account, policy.own_accounts) is not Standing.UNKNOWN:
        return None
    what = f"paid to account …{account[-4:]}, which is not among ours: list it if it is ours, or call the customer"
    return exception("payee_account", what, customer=who, reasons=(Reason("payee_account", what),))


def late_barrier(
    advice: RemittanceAdvice, ground: Ground, planned: RemittanceDecision, *, clean: bool
) -> MatchException | None:
    """Return what stops booking once the lines are known: a bill that matures late, a scan that does not agree."""
    if Flag.INSTRUMENT in advice.flags and (late := _matures_late(advice, ground, planned)):
        what = f"a bill or note {late}: accept it or ask for cash"
        reasons = (Reason("instrument", late),)
        return exception("terms_var", what, customer=planned.customer, amount=planned.total, reasons=reasons)
    if planned.allocations and advice.confidence < LOWEST_CONFIDENCE:
        what = f"read with little confidence ({advice.confidence:.2f}): check the values"
        reasons = (Reason("confidence", what),)
        return exception("classify_low", what, customer=planned.customer, amount=planned.total, reasons=reasons)
    if Flag.SCANNED in advice.flags and planned.allocations and (not clean or _may_not_book(advice)):
        what = "read from a picture, and not every number, amount and total agrees"
        if clean:
            what = "read from a picture with too little certainty, or nothing adds up to a total: compare it with the picture"
        reasons = (Reason("scanned", what),)
        return exception("classify_low", what, customer=planned.customer, amount=planned.total, reasons=reasons)
    return None


def _may_not_book(advice: RemittanceAdvice) -> bool:
    """Recognised characters below the certainty that is set, or that no total proves."""
    recognised = any(place.certainty is not None for place in advice.evidence.values())
    return Flag.UNCERTAIN in advice.flags or (recognised and advice.footing is not Footing.PROVED)


def _matures_late(advice: RemittanceAdvice, ground: Ground, planned: RemittanceDecision) -> str | None:
    """Say how a bill or note differs from the terms; None where it matures by the time its invoices are due."""
    dues = [ground.finder.items[one.invoice].due_on for one in planned.allocations]
    known = [due for due in dues if due is not None]
    if advice.paid_on is None:
        return "without a day on which it matures"
    if known and len(known) == len(dues) and advice.paid_on <= min(known):
        return None
    return f"maturing {advice.paid_on}, due {min(known) if known else 'unknown'}"
