"""What customers ask that only a person may answer: each topic with its code in the queue and what is to be done.

The texts are for staff. Nothing here is ever promised to a customer by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from agent.domain.decisions import QueueKind
from agent.domain.documents import Topic


@dataclass(frozen=True, slots=True)
class Task:
    """A kind of work: its code, what to do, whether it comes first, and whether reminders rest for some days."""

    code: str
    do: str
    kind: QueueKind = QueueKind.OTHER
    critical: bool = False
    rest: bool = False
    unsure: str = ""  # what to say instead where the sender is not surely who the mail says, and nothing was done


TASKS: dict[Topic, Task] = {
    Topic.PAYMENT_PLAN: Task(
        "payment_plan",
        "wants to pay by instalments or later: nothing was promised; agree with `ar-agent plans agree`, or decline by hand",
        rest=True,
    ),
    Topic.TERMS: Task("terms_change", "wants other payment terms: a person decides and imports them"),
    Topic.INSOLVENCY: Task(
        "legal_insolvency",
        "tells of insolvency: nothing leaves any more; check the court's notice, file the claim, "
        "then `ar-agent customers lift` if it is wrong",
        critical=True,
        unsure="tells of insolvency, but whom it is about is not sure: nothing was stopped; call a "
        "number on file or look at the court's notices, then `ar-agent customers stop`",
    ),
    Topic.LEGAL: Task(
        "legal_counsel",
        "speaks through counsel or of a court: nothing leaves any more; hand it to our lawyers, "
        "then `ar-agent customers lift` when they agree",
        critical=True,
        unsure="speaks through counsel or of a court, but whose counsel is not sure: nothing was stopped; call a number on "
        "file, then `ar-agent customers stop`",
    ),
    Topic.PRIVACY: Task(
        "privacy_request",
        "asks about personal data: within one month by law (GDPR, Art. 12); what the books must keep stays",
        critical=True,
    ),
    Topic.MASTER_DATA: Task(
        "master_data", "tells of new data of theirs: verify with a contact on file, then import; nothing was changed"
    ),
    Topic.INVOICE_DELIVERY: Task(
        "invoice_delivery",
        "wants invoices another way: verify with a contact on file, then import; nothing was changed",
    ),
    Topic.ONBOARDING: Task(
        "onboarding", "sends a supplier form: a person fills it in; bank and tax data never leave by themselves"
    ),
    Topic.TAX_FORM: Task("tax_form", "asks for our tax papers: a person sends them to an address on file"),
    Topic.BANK_VERIFICATION: Task(
        "bank_verification",
        "asks us to confirm our bank details: they stand on every invoice and have not changed; "
        "ask them to call the number in their records",
    ),
    Topic.TAX_CERTIFICATE: Task(
        "tax_certificate", "sends a certificate of theirs: check and file it; it counts for invoices to come only"
    ),
    Topic.CREDIT_REFERENCE: Task(
        "credit_reference", "asks for a credit reference: nothing is told without the customer's consent"
    ),
    Topic.AUDIT: Task(
        "audit_confirmation",
        "asks to confirm a balance: check who asks, then sign `ar-agent customers statement`; never answered by itself",
    ),
    Topic.AGING_REPORT: Task(
        "aging_report",
        "asks for our list of debtors: a usual pretext of fraud; answer nothing by mail",
        kind=QueueKind.FRAUD_ALERT,
        critical=True,
    ),
    Topic.MEETING: Task("meeting", "wants to meet or to talk: the owner of the account answers"),
    Topic.DATA_ON_INVOICE: Task(
        "invoice_data",
        "misses or rejects data on an invoice: it is never edited; cancel it and issue it again",
        rest=True,
    ),
    Topic.REJECTED_BY_AP: Task(
        "invoice_rejected", "rejects an invoice: correct what is wrong by another document", rest=True
    ),
    Topic.HOLD: Task(
        "payment_hold", "holds an invoice back: find out what is missing (goods receipt, approval)", rest=True
    ),
    Topic.RECEIVED_BY_AP: Task("received_by_ap", "confirms that an invoice arrived"),
    Topic.DEBIT_MEMO: Task("deduction_notice", "will deduct a sum from a later payment: check the claim"),
    Topic.REFUND: Task("refund_request", "wants money back: a person decides, and asks nobody by mail for an account"),
    Topic.RETURNS: Task("return_request", "wants to send goods back: agree on the return by hand"),
    Topic.ORDER_STATUS: Task("order_status", "asks when goods come: sales answers"),
    Topic.PAYMENT_STATUS: Task("payment_status", "asks about a payment of theirs: see `ar-agent receipts list`"),
    Topic.INSTRUCTION: Task(
        "sec_injection",
        "speaks to a program instead of to people: nobody followed it; read the mail yourself",
        kind=QueueKind.FRAUD_ALERT,
        critical=True,
    ),
}

COPY = Task(
    "copy_missing", "asks for a copy that is not on file here: send it from the system that issued it", rest=True
)
POD = Task("pod_missing", "asks for a proof of delivery that is not on file: get it from the carrier", rest=True)
ANSWER = Task("request", "asks something")

# Until these are answered the customer is not chased: the next word is ours.
OWED = frozenset(
    {"dispute_new", "order_reply", COPY.code, POD.code, ANSWER.code}
    | {
        task.code
        for topic, task in TASKS.items()
        if topic not in (Topic.MEETING, Topic.INSTRUCTION, Topic.AGING_REPORT)
    }
)
