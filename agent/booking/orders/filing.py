"""Papers that come with orders and change none of them: terms of purchase by version, claims to be exempt from tax."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Row

from agent import numbers
from agent.booking.desk import Desk
from agent.domain.decisions import Candidate, MatchException, QueueKind, Reason
from agent.domain.documents import DisputeNotice, DisputeReason, PartFacts, PurchaseOrder, Reading
from agent.domain.errors import Refused
from agent.domain.phrases import Phrase, phrase
from agent.domain.receivables import Customer, TaxTreatment
from agent.store import filed, master

Resolution = dict[str, Any]
_TERMS = re.compile(
    r"(?<![a-z])(?:g?t[&n_+-]?cs?|gtc|terms|conditions|(?:purchase|purchasing|general)[ _-]?(?:terms|conditions)|agb|aeb|ekb"
    r"|einkaufsbedingungen|gesch[äa]ftsbedingungen|cga|cgv|conditions[ _-]?g[ée]n[ée]rales|condiciones|condizioni"
    r"|inkoopvoorwaarden|voorwaarden)(?![a-z])|約款|取引条件|購買条件|약관|거래조건|采购条款",
    re.I,
)
_EXEMPT = re.compile(
    r"tax[- ]exempt|exempt(?:ed|ion)? from (?:sales |state )?(?:tax|vat)|exemption certificate|resale certificate|vat[- ]exempt"
    r"|steuerbefreit|steuerfrei|umsatzsteuerbefreiung|exon[ée]r[ée]e?s? de (?:la )?(?:taxe|tva)|franchise de tva"
    r"|exent[oa]s? (?:de|del) (?:iva|impuesto)|esente (?:da )?iva|non imponibile|btw[- ]?vrij|vrijgesteld van btw|免税|非課税|면세",
    re.I,
)
_PAPERS = (".pdf", ".doc", ".docx", ".txt", ".rtf", ".html", ".htm")


def shown(number: int) -> str:
    return str(numbers.show(numbers.FILED, number))


def purchase_terms(desk: Desk, reading: Reading) -> None:
    """File the terms of purchase that came with an order of a known sender; another version than agreed is shown.

    They change no order: what we confirm is on the terms agreed, and the acknowledgement says so.
    """
    orders = [d for d in reading.documents if isinstance(d, PurchaseOrder)]
    found = master.customers_by_number(desk.tx, desk.sender.customers)
    if not orders or len(found) != 1 or not desk.sender.trusted:
        return
    own = {d.source.part for d in orders}
    for part in reading.parts:
        if part.name not in own and _is_terms(part):
            _file_terms(desk, part, found[0])


def _is_terms(part: PartFacts) -> bool:
    stem, dot, suffix = part.name.rpartition(".")
    return f"{dot}{suffix}".casefold() in _PAPERS and bool(_TERMS.search(stem.replace("_", " ")))


def _file_terms(desk: Desk, part: PartFacts, customer: Customer) -> None:
    agreed = [
        row
        for row in filed.papers_of(desk.tx, [customer.number], kind=filed.PURCHASE_TERMS)
        if row.status == "accepted"
    ]
    number, fresh = filed.file(
        desk.tx,
        customer=customer.number,
        kind=filed.PURCHASE_TERMS,
        sha256=part.sha256,
        name=part.name,
        message=desk.message,
        now=desk.now,
    )
    if not fresh:
        return
    desk.record("filed", "paper", shown(number), customer=customer.number, file=part.name, sha256=part.sha256)
    desk.outcome.effect("paper", shown(number))
    if not agreed:
        return
    before = f"{agreed[-1].name} ({shown(agreed[-1].id)})"
    reason = Reason("terms", f"another version than {before}, which was accepted")
    exception = MatchException(
        code="terms_new",
        kind=QueueKind.OTHER,
        summary=f"{customer.name} sends {part.name} with an order: {reason.detail}; no order waits for it",
        customer=customer.number,
        candidates=(Candidate(n=1, confidence=0.2, evidence=(Reason("terms", f"accept {part.name} from now on"),)),),
        reasons=(reason,),
    )
    desk.queue(exception, subject_type="paper", subject=number)


def notes_on(desk: Desk, document: PurchaseOrder, customer: Customer) -> tuple[Phrase, ...]:
    """What the acknowledgement says of papers: terms of purchase that nobody accepted, an exemption without proof."""
    notes = []
    if desk.message is not None and any(
        row.message == desk.message and row.status == "filed"
        for row in filed.papers_of(desk.tx, [customer.number], kind=filed.PURCHASE_TERMS)
    ):
        notes.append(phrase("order_note.our_terms"))
    if claims_exemption(desk, document) and _lacks_certificate(desk, customer):
        notes.append(phrase("order_note.certificate_missing"))
        _ask_for_certificate(desk, document, customer)
    return tuple(notes)


def claims_exemption(desk: Desk, document: PurchaseOrder) -> bool:
    """Whether the order says that it bears no tax."""
    said = " ".join(filter(None, (document.remarks, document.payment_terms)))
    if document.source.part == "body" and desk.facts is not None:
        said = f"{said} {desk.facts.reply_text}"
    return bool(_EXEMPT.search(said[:8000]))


def _lacks_certificate(desk: Desk, customer: Customer) -> bool:
    if customer.tax_treatment in (TaxTreatment.EXPORT, TaxTreatment.REVERSE_CHARGE):
        return False  # no tax is due whatever the paper says
    return filed.valid_certificate(desk.tx, customer.number, desk.today) is None


def _ask_for_certificate(desk: Desk, document: PurchaseOrder, customer: Customer) -> None:
    command = (
        f"`ar-agent papers file FILE --customer {customer.number} --kind tax_certificate --to YYYY-MM-DD --accept`"
    )
    exception = MatchException(
        code="tax_cert_missing",
        kind=QueueKind.OTHER,
        summary=f"order {document.number or 'without number'} of {customer.name} says that it is exempt from tax, and no "
        f"certificate that holds is on file: the invoice will bear tax; the buyer was asked for it; when it comes: {command}",
        customer=customer.number,
    )
    desk.queue(exception, subject_type="message", subject=desk.message)


def is_remark_on_its_order(document: object, reading: Reading) -> bool:
    """Whether a complaint about tax or terms is only a remark on a new order in the same mail ("TAX EXEMPT")."""
    if not isinstance(document, DisputeNotice) or document.amount is not None or document.invoice_numbers:
        return False
    if document.reason not in (DisputeReason.TAX, DisputeReason.TERMS):
        return False
    ordered = {d.number for d in reading.documents if isinstance(d, PurchaseOrder) and d.number and not d.cancels}
    return bool(document.order_numbers) and set(document.order_numbers) <= ordered


def decide(desk: Desk, number: int, status: str) -> str:
    """Accept, refuse or end a filed paper; an accepted version of terms ends the one before. Returns what it was."""
    row = filed.row_of(desk.tx, number)
    if row.status == status:
        raise Refused(f"{shown(number)} is {status} already")
    if status == "accepted" and row.kind == filed.PURCHASE_TERMS:
        for other in filed.papers_of(desk.tx, [row.customer], kind=row.kind):
            if other.status == "accepted":
                filed.change(desk.tx, other.id, status="ended")
    filed.change(desk.tx, number, status=status)
    desk.record(status, "paper", shown(number), was=row.status)
    return str(row.status)


def accept(desk: Desk, row: Row[Any]) -> Resolution:
    """Accept the paper of a queue item."""
    number = int(row.subject)
    before = [r for r in filed.papers_of(desk.tx, [row.customer]) if r.status == "accepted" and r.id != number]
    was = decide(desk, number, "accepted")
    ended = [r.id for r in before if filed.row_of(desk.tx, r.id).status == "ended"]
    return {"paper": number, "was": was, "ended": ended}


def undo(desk: Desk, done: Resolution) -> None:
    filed.change(desk.tx, int(done["paper"]), status=done["was"])
    for number in done.get("ended", ()):
        filed.change(desk.tx, int(number), status="accepted")
    desk.record("undone", "paper", shown(int(done["paper"])), back_to=done["was"])
