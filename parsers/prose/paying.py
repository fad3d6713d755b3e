"""Which sentences tell of a payment, and which promise one: verbs, their tense, and the day that they name."""

from __future__ import annotations

import re

from agent.domain.documents import Topic
from parsers.lexicon import title_of
from parsers.prose.asks import DISPUTE_CUES
from parsers.prose.facts import Facts, Role, masked
from parsers.prose.intent import Intent
from parsers.prose.mail import Mail
from parsers.prose.topics import topic_of
from parsers.prose.when import future_day, past_day

_METHOD_CUES = ("m_ach", "m_wire", "m_sepa", "m_check", "m_other")


def conditional(facts: Facts, *cues: str) -> bool:
    """Tell whether a condition governs the sentence: "if the price is OK we will order", "once approved"."""
    condition = facts.first("condition")
    main = facts.first(*cues)
    return condition is not None and main is not None


def _apart(facts: Facts, name: str, other: str) -> bool:
    """Tell whether the cues stand in different places: "wir zahlen bis dahin nicht" is no promise."""
    spans = [c.span for c in facts.cues if c.name == other]
    return any(c.name == name and all(c.span[1] <= a or b <= c.span[0] for a, b in spans) for c in facts.cues)


def paying(facts: Facts, mail: Mail) -> tuple[Intent, ...]:
    documents = facts.documents(Role.INVOICE, Role.CREDIT, Role.UNKNOWN, Role.ORDER)
    something = bool(facts.money or documents or facts.dates) or masked(facts.text)
    if facts.has("returned") and facts.has("paid", "paying", *_METHOD_CUES):
        return (Intent.PAYMENT, Intent.PROMISE) if facts.has("will_pay") else (Intent.PAYMENT,)
    if (topic := topic_of(facts)) in _NO_PAYMENT or (topic in _UNLESS_PAID and not facts.has("paid")):
        return ()
    if facts.unit.question or (facts.has("attached") and not facts.money and not facts.dates):
        return ()
    if (_titled(facts) or _heads_a_form(facts)) and _list_follows(facts, mail):
        return (Intent.PAYMENT,)
    if facts.has("not_paid"):
        kept = _apart(facts, "will_pay", "not_paid") and not conditional(facts, "will_pay")
        return (Intent.PROMISE,) if kept else ()
    if facts.has("scheduled") and something:
        return (Intent.PAYMENT,)
    if facts.has("instrument") and facts.money:
        return (Intent.PAYMENT,)
    if facts.has("will_pay") and _rows_below(facts, mail) >= 2 and not conditional(facts, "will_pay"):
        return (Intent.PAYMENT,)  # announced: "on 31 March we will pay the following:"
    if (promised := _promised_by(facts, mail)) is not None:
        return () if conditional(facts, *promised) else (Intent.PROMISE,)
    if facts.has("paid"):
        told = something or facts.has("already") or _when_told(facts) or _list_follows(facts, mail)
        return (Intent.PAYMENT,) if told and not conditional(facts, "paid") else ()
    if facts.has("paying", *_METHOD_CUES) and facts.money and not facts.has("order_want", "quote_ask", *DISPUTE_CUES):
        return () if conditional(facts, "paying", *_METHOD_CUES) else (Intent.PAYMENT,)
    return ()


def _promised_by(facts: Facts, mail: Mail) -> tuple[str, ...] | None:
    """Return the cues that promise: "we pay it on Friday", "will be paid", "the transfer is next Tuesday"."""
    if facts.has("pays") and _ahead(facts, mail):
        return ("pays",)
    if facts.has("will_pay"):
        return ("will_pay",)
    ahead = facts.has("paid", "paying", *_METHOD_CUES) and not facts.money and _ahead(facts, mail)
    return ("paid", "paying", *_METHOD_CUES) if ahead else None


def _ahead(facts: Facts, mail: Mail) -> bool:
    """Tell whether the only day of a sentence lies ahead: "os hacemos la transferencia el próximo martes"."""
    future = future_day(facts, mail.sent, mail.order)
    if mail.sent is None or future is None or future.value <= mail.sent:
        return False
    return facts.has("pays") or past_day(facts, mail.sent, mail.order) is None


def _rows_below(facts: Facts, mail: Mail) -> int:
    """Count the lines right below a sentence that hold a number and its sum."""
    index = next((n for n, f in enumerate(mail.facts) if f is facts), len(mail.facts))
    rows = 0
    for row in mail.facts[index + 1 :]:
        if not (row.money and row.refs) or row.unit.paragraph - facts.unit.paragraph > 1:
            break
        rows += 1
    return rows


def _list_follows(facts: Facts, mail: Mail) -> bool:
    """Tell whether the next lines list documents with sums: "We have paid as follows"."""
    index = next((n for n, f in enumerate(mail.facts) if f is facts), len(mail.facts))
    following = mail.facts[index + 1 : index + 7]
    return any(f.money and f.refs and f.unit.paragraph - facts.unit.paragraph <= 1 for f in following)


# Words about payments of which none tells of one.
_NO_PAYMENT = frozenset(
    {
        Topic.TERMS,
        Topic.INSOLVENCY,
        Topic.LEGAL,
        Topic.PRIVACY,
        Topic.AUDIT,
        Topic.BANK_VERIFICATION,
        Topic.CREDIT_REFERENCE,
        Topic.AGING_REPORT,
        Topic.ONBOARDING,
        Topic.TAX_FORM,
        Topic.PAYMENT_STATUS,
    }
)
_UNLESS_PAID = (Topic.PAYMENT_PLAN, Topic.REFUND)
_HEADS = frozenset({"payment_date", "payment_reference", "payment_method", "payment_total", "advice_number"})


def _heads_a_form(facts: Facts) -> bool:
    """Tell whether a line is a label of a payment and its value: "Payment date 3/16/2026", "ACH trace 0210…"."""
    first = facts.labels[0] if facts.labels else None
    return (
        first is not None
        and bool(_HEADS & {*first.fields})
        and not facts.text[: first.span[0]].strip()
        and bool(facts.dates or facts.documents(Role.PAYMENT))
        and len(facts.text.split()) <= 8
    )


_NUMBER_OR_DAY = re.compile(r"[\d./:-]+|[#№]|\b(?:vom|of|du|del|van|di|de|z dnia|no|nr|nº)\b\.?", re.IGNORECASE)


def _titled(facts: Facts) -> bool:
    """Tell whether a line is the title of a payment advice, perhaps with its day: "Zahlungsavis vom 16.03.2026"."""
    title = title_of(" ".join(_NUMBER_OR_DAY.sub(" ", facts.text).split()))
    return title is not None and title.kind == "remittance_advice"


_TODAY = re.compile(
    r"\b(?:today|yesterday|this morning|heute|gestern|hier|aujourd'hui|ce jour|hoy|ayer|oggi|ieri|vandaag"
    r"|gisteren|hoje|ontem|dziś|wczoraj)\b",
    re.I,
)


def _when_told(facts: Facts) -> bool:
    return bool(_TODAY.search(facts.text))
