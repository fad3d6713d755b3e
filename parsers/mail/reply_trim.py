"""One author's lines without what surrounds the words: banner, signature, device line, boilerplate.

Cutting too little costs a false reading of a telephone number; cutting too much loses a payment. So a signature
without the delimiter of RFC 3676 goes only where nothing in it reads like a statement.
"""

from __future__ import annotations

import re
import unicodedata

from parsers.mail.reply_words import (
    BANNERS,
    BOILERPLATE,
    CONFIDENTIAL,
    SENT_FROM,
    SIGN_OFFS,
)

_RULE = re.compile(r"^[\s\-_=*~#+─━—–·•ᐧ|>]*$")
_DELIMITER = re.compile(r"^(?:--|—|-- ?|__|–-)\s*$")
_SIGNATURE_LINES = 14
_SIGNATURE_COLUMNS = 90
_SAYS_SOMETHING = re.compile(
    r"\b(?:paid|pay|payment|invoice|remit|order|amount|due|wire|transfer|credit|short|deliver|receiv|cheque|check no|"
    r"rechnung|zahl|überw|bestell|liefer|betrag|factur|pagad|pago|transferencia|pedido|virement|paiement|réglé|commande|"
    r"fattur|pagat|bonific|ordine|betaald|factuur|faktur|zapła|betal|lasku|счет|оплат)\w*|"
    r"支払|振込|請求|注文|納品|입금|송금|계산서|발주|발송|付款|发票|訂單|订单|\b(?:usd|eur|gbp|jpy|krw|chf)\b|[€$£¥₩]\s?\d|"
    r"\b(?:p\.?\s?s\.?|nb|ps)\s*[:.]",
    re.IGNORECASE,
)


def trimmed(lines: list[str]) -> str:
    """Return the lines as text, without surroundings, with at most one blank line between paragraphs."""
    kept = _without_banner(_up_to_delimiter(lines))
    kept = _without_boilerplate([line for line in kept if not _is_device_line(line)])
    kept = _without_rules(_without_signature(_without_rules(kept)))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip("\n")


def _up_to_delimiter(lines: list[str]) -> list[str]:
    """Cut at the signature delimiter, unless so much follows that it can be no signature (a ruled-off section)."""
    for index, line in enumerate(lines):
        if _DELIMITER.match(line) and any(above.strip() for above in lines[:index]):
            below = [b for b in lines[index + 1 :] if b.strip()]
            exact = line in ("--", "-- ")
            if exact and len(below) <= 40 or _reads_as_signature(below):
                return lines[:index]
    return lines


def _without_banner(lines: list[str]) -> list[str]:
    """Drop the warning of a gateway in the first lines: the line that says it and the lines of its paragraph."""
    result, index = list(lines), 0
    for index, line in enumerate(result[:12]):
        if any(phrase in _folded(line) for phrase in BANNERS):
            stop = next((i for i in range(index, len(result)) if not result[i].strip()), index + 1)
            stop = stop if stop - index <= 6 else index + 1
            start = index
            while start > 0 and result[start - 1].strip() and start > index - 2 and _is_short_label(result[start - 1]):
                start -= 1
            return _without_banner(result[:start] + result[stop:]) if len(result) > 1 else []
    return result


def _is_short_label(line: str) -> bool:
    bare = line.strip(" *[]!-_:|").upper()
    return bare in ("CAUTION", "WARNING", "EXTERNAL", "ACHTUNG", "EXTERN", "ATTENTION", "ATENCIÓN", "ATTENZIONE")


def _is_device_line(line: str) -> bool:
    folded = _folded(line).strip("<>()[] *_-")
    return len(folded) < 140 and folded.startswith(SENT_FROM) or (
        len(folded) < 60 and folded.endswith(("から送信", "에서 보냄", "에서 보냅니다", "傳送", "发送", "gönderildi", "via mobile", "from mobile"))
    )


def _without_boilerplate(lines: list[str]) -> list[str]:
    """Drop paragraphs of legal boilerplate, and what follows the first of them if that is boilerplate too."""
    result: list[str] = []
    paragraph: list[str] = []
    for line in [*lines, ""]:
        if line.strip():
            paragraph.append(line)
            continue
        if paragraph and not _is_boilerplate(" ".join(paragraph)[:4_000]):
            result.extend(paragraph)
        if result:
            result.append("")
        paragraph = []
    return result


def _is_boilerplate(paragraph: str) -> bool:
    folded = _folded(paragraph)
    if len(folded) < 60:
        return False
    first = sum(word in folded for word in CONFIDENTIAL)
    both = first + sum(word in folded for word in BOILERPLATE)
    return first >= 1 and both >= 3 and not re.search(r"\b\d[\d,.]*[.,]\d\d\b", folded)


def _without_signature(lines: list[str]) -> list[str]:
    """Cut from the sign-off down, if what follows is the name and address of a person and nothing else."""
    for index in range(len(lines) - 1, max(-1, len(lines) - 40), -1):
        if not _is_sign_off(lines[index]):
            continue
        below = [b for b in lines[index + 1 :] if b.strip()]
        above = any(a.strip() for a in lines[:index])
        if above and _reads_as_signature(below):
            # "Thank you!" with nobody's name below is a sentence, not the head of a signature.
            return _without_signature(lines[:index]) if below or not _is_thanks(lines[index]) else lines
        return lines
    return lines


def _is_sign_off(line: str) -> bool:
    folded = _folded(line).strip(" ,.!;:*_-–—、。！，")
    return folded in SIGN_OFFS


def _is_thanks(line: str) -> bool:
    return _folded(line).startswith(("thank", "danke", "vielen", "merci", "gracias", "grazie", "obrigad", "감사", "谢"))


def _reads_as_signature(below: list[str]) -> bool:
    if len(below) > _SIGNATURE_LINES:
        return False
    return not any(
        len(line.strip()) > _SIGNATURE_COLUMNS
        or _SAYS_SOMETHING.search(line[:200])
        or (line.strip().endswith(("?", "!", ";")) or (line.strip().endswith(".") and len(line.split()) > 6))
        for line in below
    )


def _without_rules(lines: list[str]) -> list[str]:
    """Drop ruled and blank lines at both ends."""
    start, stop = 0, len(lines)
    while start < stop and _RULE.match(lines[start][:200]):
        start += 1
    while stop > start and _RULE.match(lines[stop - 1][:200]):
        stop -= 1
    return lines[start:stop]


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text[:5_000].replace("\u2019", "'")).lower().split())
