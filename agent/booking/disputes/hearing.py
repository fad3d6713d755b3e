"""Answers within a case: what a customer writes below our mail about a dispute is part of it, whatever else it is."""

from __future__ import annotations

import re

from agent.booking.desk import Desk
from agent.booking.disputes import disputing
from agent.booking.senders.naming import about_thread, sure_customer
from agent.domain.documents import Nature
from agent.store import cases

_REPLY = re.compile(
    r"\W*[^\W\d_]{1,7}\s*(?:\[\d+\])?\s*[:：]"
)  # Re:, AW:, RIF:, 返信: and whatever else programs write
_CASE = re.compile(r"(?<![A-Za-z0-9])D([0-9]{1,9})(?![A-Za-z0-9])")


def hear(desk: Desk) -> None:
    """Log a customer's words on the disputes that the mail answers, by its thread or by the case in its subject."""
    facts = desk.facts
    if facts is None or facts.nature is not Nature.CUSTOMER or not facts.reply_text.strip():
        return
    subjects = {one for one in about_thread(desk) if _CASE.fullmatch(one)}
    if _REPLY.match(facts.subject):
        subjects |= {f"D{number}" for number in _CASE.findall(facts.subject)}
    if not subjects:
        return
    customer = sure_customer(desk)
    if customer is None:
        return
    own = cases.numbers_of(desk.tx, customer.number, [int(one[1:]) for one in subjects])
    for number in own:
        disputing.heard(desk, number, facts.reply_text)
