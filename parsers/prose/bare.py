"""Payments listed without a verb or a title: "104630 - $900.00 - 3/9 - check 8812", under a subject or a label that pays.

A list of numbers and sums alone may be a question as well as a payment. It is a payment where every row names its own
means of payment, or where the subject speaks of a payment made and of nothing that is open, late or asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from agent.domain.documents import AdvisedLine, Footing, RemittanceAdvice
from parsers.prose.facts import Facts, Role, read_facts
from parsers.prose.mail import Mail
from parsers.prose.payments import method_of, read_payment
from parsers.prose.units import Unit
from parsers.values.folding import fold_words

_PAYABLE = (Role.INVOICE, Role.CREDIT, Role.UNKNOWN)
_PAYS = re.compile(
    r"\b(?:payments?|pymts?|pmts?|paymt|remit\w*|paid|zahlung(?:en)?|zahlungsavis|uberweisung\w*|avis|bezahlt"
    r"|paiements?|virements?|reglements?|pagos?|transferencias?|pagament[io]s?|bonific[oi]|betaling(?:en)?|betaald"
    r"|overboeking|platnosc\w*|przelew\w*|zaplacono)\b|振込|支払|送金|송금|입금|지급"
)
_ASKS = re.compile(
    r"[?？]|\b(?:due|overdue|past|late|open|outstanding|unpaid|remind\w*|request\w*|missing|plan|terms|when|status|demand"
    r"|where|need\w*|not|no|query|question|problem\w*|stop\w*|hold|schedule\w*|upcoming|next|will|fallig\w*|offen\w*"
    r"|mahn\w*|zahlungserinnerung|aufforderung|zahlungsziel|zahlungsbedingung\w*|retard|relance|echeanc\w*|impay\w*"
    r"|conditions|demande|vencid\w*|pendiente\w*|recordatorio|condiciones|sollecit\w*|scadut\w*|insolut\w*|scadenz\w*"
    r"|for payment|to pay|to be paid|awaiting|approval|propos\w*|forecast|zur zahlung|zu zahlen|vorschlag|a payer|a regler|por pagar"
    r"|a pagar|da pagare|te betalen|do zaplaty|previsi\w*|condizioni|herinner\w*|aanman\w*|openstaand\w*|voorwaarden|zalegl\w*|wezwanie|termin\w*|atras\w*|lembrete|prazo\w*)\b"
    r"|督促|未払|支払うべき|お願い|予定|未入金|미지급|미수|독촉|요청|예정"
)
_WORDS_MAX = 6  # of a line that is neither a row nor a total: a greeting, a name, a heading
_NOISE = (
    *("d_", "t_", "copy", "statement", "pod", "will_pay", "not_paid", "condition", "quote_ask", "order_want", "short"),
    *("damaged", "rejected", "returned", "change", "cancel", "credit_wanted", "withdrawn", "bank_new"),
)


def read_bare(mail: Mail, *, told: bool = False) -> list[RemittanceAdvice]:
    """Return the payments of a mail that is nothing but a list of them; empty where it is anything else.

    `told` says that labels of the list speak of a payment: "Check date: 03/16/2026".
    """
    lines = _joined(mail)
    rows = [f for f in lines if _row(f)]
    if not rows:
        return _netted(lines, mail) if told or _subject_pays(mail) else []
    if not all(_row(f) or _total(f) or _silent(f) for f in lines):
        return []
    payments = [[r.text for r in f.refs if r.role is Role.PAYMENT] for f in rows]
    each = all(len(found) == 1 for found in payments)
    if not each and not told and not _subject_pays(mail):
        return []
    if each and len({found[0] for found in payments}) == len(rows) > 1:
        return [advice for row in rows if (advice := read_payment((row,), mail)) is not None and advice.lines]
    advice = read_payment([f for f in lines if _row(f) or _total(f)], mail)
    if advice is None or not advice.lines:
        return []
    advice = replace(advice, method=advice.method or method_of([mail.subject]))
    return [advice if advice.footing is Footing.PROVED else replace(advice, confidence=min(advice.confidence, 0.7))]


def _netted(lines: Sequence[Facts], mail: Mail) -> list[RemittanceAdvice]:
    """Read rows of gross, reduction and net without a heading, believed where every row and the total come out."""
    rows = [f for f in lines if len(f.documents(*_PAYABLE)) == 1 and len(f.money) == 3 and _quiet(f)]
    rest = [f for f in lines if f not in rows]
    if not rows or not all(_total(f) or _silent(f) for f in rest):
        return []
    built = [_net_line(f) for f in rows]
    advice = read_payment([f for f in rest if _total(f) or f.labels], mail)
    netted = [line for line in built if line is not None]
    if advice is None or advice.total is None or len(netted) != len(rows):
        return []
    if sum((line.paid or Decimal(0) for line in netted), Decimal(0)) != advice.total:
        return []
    evidence = {k: v for k, v in advice.evidence.items() if not k.startswith("lines[")}
    for number, (facts, line) in enumerate(zip(rows, netted, strict=True)):
        names = ("reference", "gross", "discount", "deduction", "paid")
        evidence |= {f"lines[{number}].{n}": mail.evidence(facts.text) for n in names if getattr(line, n) is not None}
    return [
        replace(advice, lines=tuple(netted), evidence=evidence, footing=Footing.PROVED, difference=None, confidence=0.9)
    ]


_DISCOUNTS = tuple(Decimal(n) / 200 for n in range(1, 11))  # 0.5 to 5 % in halves: usual cash discounts


def _net_line(facts: Facts) -> AdvisedLine | None:
    """Build a line of which gross less reduction is net; a usual percentage is a discount, anything else a deduction."""
    gross, taken, paid = (m.value for m in facts.money)
    if gross is None or taken is None or paid is None or gross - abs(taken) != paid or paid <= 0:
        return None
    cent = Decimal(1).scaleb(-2)
    usual = any((gross * share).quantize(cent, ROUND_HALF_UP) == abs(taken) for share in _DISCOUNTS)
    taken = abs(taken)
    return AdvisedLine(
        reference=facts.documents(*_PAYABLE)[0].text,
        gross=gross,
        discount=taken if usual else None,
        deduction=taken if taken and not usual else None,
        paid=paid,
    )


def _joined(mail: Mail) -> list[Facts]:
    """Put a number and the sum that stands alone on the next line into one row."""
    lines: list[Facts] = []
    for facts in mail.facts:
        if facts.unit.tabular:  # cells of a row
            unit = Unit(" ".join(facts.text.split()), facts.unit.start, facts.unit.paragraph)
            facts = read_facts(unit, mail.sent, None, mail.style)  # noqa: PLW2901
        before = lines[-1] if lines else None
        if before is not None and _number_alone(before) and _sum_alone(facts):
            unit = Unit(f"{before.text} {facts.text}", before.unit.start, before.unit.paragraph)
            lines[-1] = read_facts(unit, mail.sent, None, mail.style)
        else:
            lines.append(facts)
    return lines


def _number_alone(facts: Facts) -> bool:
    return len(facts.documents(*_PAYABLE)) == 1 and not facts.money and len(facts.text.split()) <= 2


def _sum_alone(facts: Facts) -> bool:
    return len(facts.money) == 1 and not facts.refs and len(facts.text.split()) <= 2 and not facts.has("total")


def _row(facts: Facts) -> bool:
    """A number and its one sum, with no words but those of a payment."""
    if len(facts.documents(*_PAYABLE)) != 1 or len(facts.money) != 1 or not _quiet(facts):
        return False
    return len(re.findall(r"[^\W\d_]{3,}", facts.text)) <= 4


def _total(facts: Facts) -> bool:
    return len(facts.money) == 1 and not facts.refs and (facts.has("total") or len(facts.text.split()) <= 2)


def _silent(facts: Facts) -> bool:
    """A line that says nothing: a greeting, a name, a heading."""
    said = facts.money or facts.documents(*_PAYABLE) or facts.quantities
    return not said and _quiet(facts) and len(facts.text.split()) <= _WORDS_MAX


def _quiet(facts: Facts) -> bool:
    return not facts.unit.question and not any(c.name.startswith(_NOISE) for c in facts.cues)


def _subject_pays(mail: Mail) -> bool:
    subject = fold_words(mail.context.subject)
    return not mail.replies and bool(_PAYS.search(subject)) and not _ASKS.search(subject)
