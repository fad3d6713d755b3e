"""Words that say that a sum is a part of what is owed: "part 1 of 2", "Teilzahlung", "acompte"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from parsers.prose.facts import Facts
from parsers.prose.joining import Line

_PART_OF = re.compile(
    r"\bpart(?:ial)?\s+[0-9]\s*(?:of|/)\s*[0-9]\b|\b(?:first|second|third|1st|2nd|3rd)\s+(?:part|half|instal+ment)\b|\bpart[- ]payment\b"
    r"|\bpartial(?:ly)? (?:payment|paid)\b|\bteilzahlung\w*|\babschlagszahlung\w*|\bteil [0-9] von [0-9]\b|\b[0-9]\. ?(?:teil)?rate\b"
    r"|\bacompte\b|\b(?:paiement|règlement) partiel\b|\bpartie [0-9] (?:sur|de) [0-9]\b|\bpago(?:s)? parcial(?:es)?\b|\bpago a cuenta\b"
    r"|\bparte [0-9] (?:de|di) [0-9]\b|\bplazo [0-9]\b|\bacconto\b|\bpagamento parziale\b|\brata [0-9]\b|\bdeelbetaling\b"
    r"|\bdeel [0-9] van [0-9]\b|\btermijn [0-9]\b|\bpagamento parcial\b|\bparcela [0-9]\b|\bczęściow\w+|\bczęść [0-9]\b"
    r"|일부 (?:송금|입금|지급)|[0-9]차 (?:송금|입금|지급|분)|一部(?:お)?(?:支払|入金|振込)|[0-9]回目",
    re.IGNORECASE,
)


def name_part_payment(lines: Sequence[Line], block: Sequence[Facts]) -> None:
    """Say of the one document that is paid in part that it is, in the words that say so."""
    if len(lines) != 1 or lines[0].reason or lines[0].gross is not None:
        return
    match = next((m for facts in block if (m := _PART_OF.search(facts.text))), None)
    if match is not None:
        lines[0].reason = f"part payment: {match.group()}"
        lines[0].texts["reason"] = match.group()
