"""What would settle a queue item, in a clerk's words: which fact is missing, and who has it."""

from __future__ import annotations

_ABOUT: dict[str, tuple[str, ...]] = {
    "amount_mismatch": (
        "the customer's word on what was paid: a reason for the difference, or another invoice number",
        "the bank line, if the paper has a wrong amount",
    ),
    "amount_missing": ("the amount: from the bank line, or from the customer",),
    "automation_paused": ("a look at what was taken back, and why; then lift the brake",),
    "bank_charges": ("whose charges these are: book them as bank_fee, or dispute them with the customer",),
    "classify_low": (
        "a look at the mail: answer it, enter by hand what it asks for, then reject the item with a note",
    ),
    "copy_missing": ("the paper from the system that issued it: send it from there, then reject the item with a note",),
    "doc_scanned": ("a look at the picture beside the figures that were read",),
    "conditional_payment": ("a decision of the credit manager or a lawyer, before anything is applied or deposited",),
    "credit_unknown": (
        "the customer's debit note or reason: issue a credit note if it is right, open a dispute if not",
        "for a set-off against their invoice: accounts payable",
    ),
    "currency_unknown": ("the currency: from the bank line, or from the customer",),
    "cust_ambig": ("which of these customers it is: their account number, address or an invoice number says so",),
    "cust_unknown": ("who this is: an invoice number, the bank's details of the payer, or a call",),
    "disc_unearned": ("whether the discount is granted all the same (credit) or asked back (it stays open)",),
    "dup_suspect": (
        "whether money comes once or twice: the bank statement, or the customer's word",
        "accept puts this advice in the earlier one's place; reject keeps the earlier one",
    ),
    "fx_diff": ("what arrives in our currency: the bank line decides; the rate on the paper is only theirs",),
    "instrument": ("the day on which the bill matures, and whether it is accepted",),
    "line_ambig": ("which of these is meant: an invoice number from the customer, or the list that they paid from",),
    "line_closed": (
        "whether this is a second payment: then it stays on account until the customer says what it is for",
        "another invoice of theirs that is open over this amount",
    ),
    "line_other_customer": ("the right number: this one is another customer's",),
    "line_unresolved": ("the right number: a slip of a digit, or an invoice that they have and we have not",),
    "lump_sum": ("the list of what was paid: ask the customer for the remittance advice",),
    "over_pay": ("what the rest is for: another invoice, or a payment too much that stays on account",),
    "payee_account": ("whether the account is ours: list it under [company] other_accounts; if it is not, call",),
    "payment_return": ("the bank's own notice of the return, and which payment it was",),
    "portal_link_only": ("the figures behind the log-in: fetch them there; the link is never followed",),
    "retention": ("whether the contract allows the retention, and until when",),
    "sec_bank_change": ("a call to the customer on a number that was known before; nothing is booked from this paper",),
    "sec_injection": ("a look at what a person cannot see in it; nothing is booked from this paper",),
    "self_bill": ("whether self-billing is agreed; if it is, no invoice of ours is issued beside it",),
    "sender_unverified": ("whether the sender is genuine: a call, or the same from an authenticated address",),
    "short_pay": (
        "the customer's reason or claim number: then it is a dispute over this amount",
        "or who bears it: `queue apply` takes +write_off=, +bank_fee=, +withheld= or +discount= beside the cash",
    ),
    "terms_var": ("whether these terms are accepted in place of those agreed",),
    "third_party_payer": (
        "whether this payer may pay for the customer; accepting it is remembered, and the next time needs no person",
    ),
    "total_mismatch": ("which figure is wrong, the lines or the total: the bank line, or the customer",),
    "virtual_card": ("the charge, or the refusal of the card",),
    "wht": ("the certificate of the tax withheld, or the reason why none is due",),
}
_BY_SUBJECT: dict[str, tuple[str, ...]] = {
    "order": ("the buyer's word on what differs; accepting takes the order at our figures",),
    "delivery": ("the signed note, or the customer's word on what arrived",),
    "message": ("a look at the mail: accept vouches for its sender, reject leaves it unbooked",),
}


def would_settle(code: str, subject: str | None, *, offers: bool = True) -> list[str]:
    """What would settle an item of this code; empty where nothing is known beyond its summary.

    Where the item `offers` nothing, what accepting would do is not said: it is refused.
    """
    told = _ABOUT.get(code) or _BY_SUBJECT.get(subject or "", ())
    return [line for line in told if offers or code != "dup_suspect" or not line.startswith("accept ")]
