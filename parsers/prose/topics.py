"""What a request or complaint is about, finer than its kind: words of topics, and the customer's own case numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from agent.domain.documents import Topic
from parsers.lexicon.phrases import cues_in
from parsers.prose.facts import Facts

# What must be seen whatever else a sentence says: these stop things, or are a usual pretext.
GRAVE = (
    Topic.INSTRUCTION,
    Topic.INSOLVENCY,
    Topic.LEGAL,
    Topic.PRIVACY,
    Topic.AGING_REPORT,
    Topic.BANK_VERIFICATION,
    Topic.AUDIT,
)
# What a complaint about an invoice may be about besides its reason; the firmer word first.
OF_DISPUTES = {
    "t_rejected_by_ap": Topic.REJECTED_BY_AP,
    "t_data_on_invoice": Topic.DATA_ON_INVOICE,
    "t_hold": Topic.HOLD,
    "t_not_booked": Topic.REJECTED_BY_AP,
    "t_debit_memo": Topic.DEBIT_MEMO,
    "t_returns": Topic.RETURNS,
}
# Words that make a complaint of what names an invoice, without any other reason.
BLOCKING = ("t_rejected_by_ap", "t_data_on_invoice", "t_hold", "t_not_booked")
# Small talk beside business; work only where a mail says nothing else.
ALONE = (Topic.MEETING, Topic.RECEIVED_BY_AP)
_OF_REQUESTS = {f"t_{topic.value}": topic for topic in (*GRAVE, *Topic)} | {
    "t_not_booked": Topic.REJECTED_BY_AP,
    "t_awaited": Topic.HOLD,
}


def topic_of(facts: Facts) -> Topic | None:
    """Return what a sentence is about, the gravest where it shows several; None where no word tells."""
    return next((topic for cue, topic in _OF_REQUESTS.items() if facts.has(cue)), None)


def topic_of_dispute(block: Sequence[Facts]) -> Topic | None:
    """Return what is the matter with an invoice besides goods and prices."""
    return next((topic for cue, topic in OF_DISPUTES.items() if any(f.has(cue) for f in block)), None)


_CASE = re.compile(
    r"(?<![^\W_])(?:case|ticket|incident|claim|debit memo|chargeback|vorgang|ticketnummer|vorgangsnummer|reklamation|belastungsanzeige"
    r"|dossier|réclamation|note de débit|caso|incidencia|reclamación|nota de cargo|pratica|reclamo|nota di addebito|zaak|klacht"
    r"|debetnota|sprawa|zgłoszenie|processo|reclamação|nota de débito|접수번호|문의번호|受付番号|お問い合わせ番号)"
    r"(?:\s*(?:no|nr|n°|nº|num|number|id|ref|reference|nummer|numéro|número|numero|#)\b\.?)?[\s.:#：]*"
    r"(?P<number>(?=[A-Z0-9/_-]*[0-9]{3})[A-Z0-9][A-Z0-9/_-]{3,24})(?![\w.,]*[0-9])",
    re.IGNORECASE,
)


# A cheap look before the phrases are searched: no instruction to a program does without one of these.
_TRIGGER = re.compile(
    r"ignor|disregard|forget|overrid|bypass|assist|asist|chatbot|\b(?:ai|ki|ia|llm|bot)\b|chatgpt|system ?prompt|missacht|vergiss|vergessen"
    r"|oubli|olvid|dimentic|negeer|negeren|vergeet|zapomnij|esque[cç]|sprachmodell|taalmodel|무시|어시스턴트|인공지능|챗봇|無視"
    r"|アシスタント|チャットボット",
    re.IGNORECASE,
)


def instruction_in(lines: Iterable[str]) -> str | None:
    """Return the first line of a paper or mail that speaks to a program, None where none does."""
    for line in lines:
        if _TRIGGER.search(line) and any(cue.name == "t_instruction" for cue in cues_in(line[:1_000])):
            return line.strip()
    return None


def case_number(texts: Sequence[str]) -> str | None:
    """Return the customer's own number of the case where the words name exactly one."""
    found = {match["number"].rstrip("-/_") for text in texts for match in _CASE.finditer(text[:2_000])}
    return found.pop() if len(found) == 1 else None
