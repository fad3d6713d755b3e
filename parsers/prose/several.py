"""Several payments told in one sentence: cut where each part has its own sum, number and day, and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.domain.documents import RemittanceAdvice
from parsers.prose.facts import Facts, Role, read_facts
from parsers.prose.mail import Mail
from parsers.prose.payments import read_payment
from parsers.prose.units import Unit
from parsers.prose.when import issued


def read_payments(block: Sequence[Facts], mail: Mail) -> list[RemittanceAdvice]:
    """Read the payments that a block of sentences tells of: one, or several that one sentence joins."""
    pieces = [_payments_in(facts, mail) for facts in block]
    if len(block) == 1 and len(pieces[0]) > 1:
        return [advice for piece in pieces[0] if (advice := read_payment((piece,), mail)) is not None]
    advice = read_payment(block, mail)
    return [] if advice is None else [advice]


_CUTS = re.compile(r"\s*[,;]?\s+(?:and|und|et|y|e|en|i|oraz|sowie|as well as)\s+|\s*[,;]\s+")


def _payments_in(facts: Facts, mail: Mail) -> tuple[Facts, ...]:
    """Cut “5,000.00 for A on 3/12 and 1,204.75 for B on 3/16” where each part has its own sum, number and day.

    Only where there are as many of each, so that no sum can lose its number or day to the neighbour.
    """
    numbers = [r for r in facts.refs if r.role in (Role.INVOICE, Role.UNKNOWN)]
    payments = [r for r in facts.refs if r.role is Role.PAYMENT]
    days = {d.text for d in facts.dates if not issued(facts, d)}
    count = len(facts.money)
    told = (len({p.text for p in payments}), len(days))
    if count < 2 or len(numbers) != count or count not in told or set(told) - {count, 0}:
        return (facts,)
    pieces: list[Facts] = []
    begin = 0
    for cut in (*_CUTS.finditer(facts.text), None):
        end = cut.start() if cut else len(facts.text)
        piece = read_facts(
            Unit(facts.text[begin:end], facts.unit.start + begin, facts.unit.paragraph), mail.sent, None, mail.style
        )
        own = [r for r in piece.refs if r.role in (Role.INVOICE, Role.UNKNOWN)]
        marks = len({d.text for d in piece.dates}) + len([r for r in piece.refs if r.role is Role.PAYMENT])
        if len(piece.money) == 1 and len(own) == 1 and marks == sum(n == count for n in told):
            pieces.append(piece)
            begin = cut.end() if cut else end
    return tuple(pieces) if len(pieces) == count and begin == len(facts.text) else (facts,)
