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
# What was done is a statement wherever it stands; a thing of trade is one beside a figure or in a sentence ("Accounts
# Payable" and "Order Desk" are what signatures say).
_STATES = re.compile(
    r"\b(?:paid|remitted|wired|transferred|short(?:ed)?|missing|damaged|überwiesen|bezahlt|gezahlt|fehl\w*|réglée?s?|payée?s?|viré|"
    r"pagad[oa]s?|pagat[oaie]|transferid[oa]|betaald|zapłac\w*|betalt|betald|maksettu|zaplacen\w*|оплач\w*|fizet\w*|ödedik|"
    r"p\.?\s?s\.?\s*:|ps:|nb:)|支払|振込|入金|입금|송금|지급|付款|汇款|匯款",
    re.IGNORECASE,
)
_TRADES = re.compile(
    r"\b(?:pay|invoice|remit|order|amount|due|wire|transfer|credit|deliver|receiv|cheque|check|rechnung|zahl|bestell|liefer|betrag|"
    r"factur|pago|virement|paiement|commande|fattur|bonific|ordine|betal|factuur|faktur|zapła|lasku|счет|оплат)\w*|"
    r"請求|注文|納品|계산서|발주|발송|发票|訂單|订单|\b(?:usd|eur|gbp|jpy|krw|chf)\b|[€$£¥₩]\s?\d",
    re.IGNORECASE,
)
_CONTACT = re.compile(r"@[\w-]+\.|www\.|https?://|(?:\+|\(?0|\b[tmf]\b|tel|phone|mob|fax)[\s:.()]*\d[\d\s()./-]{5,}|\(\d{3}\) ?\d{3}",
                      re.IGNORECASE)  # fmt: skip

# A day or a sum of money is no telephone number, and a line that ends in a sum is a row of a table or a total.
_DAY = re.compile(r"\b\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})\b|\b\d{4}[./-]\d{1,2}[./-]\d{1,2}\b")
_SUM = re.compile(r"(?<![\d.,/-])(?:\d{1,3}(?:[.,' ]\d{3})+|\d{1,9})[.,]\d{2}-?(?![\d.,/-])")
_ROW = re.compile(
    rf"(?:{_SUM.pattern}|(?<![\d.,/-])\d{{1,3}}(?:,\d{{3}})+(?![\d.,]))\)?\s*(?:[A-Z]{{3}}|[€$£¥₩円원]|CR)?\s*$"
)
_HOURS = re.compile(
    r"\b(?:mo|di|mi|do|fr|mon|tue|wed|thu|fri|lu|ma|ve|lun|mar|ven|uhr|h|hours|öffnungszeiten|horaires)\b",
    re.IGNORECASE,
)


def trimmed(lines: list[str]) -> str:
    """Return the lines as text, without surroundings, with at most one blank line between paragraphs."""
    kept = _without_banner(_up_to_delimiter(lines))
    kept = _without_boilerplate([line for line in kept if not _is_device_line(line)])
    kept = _without_rules(_without_signature(_without_rules(kept)))
    kept = _without_rules(_without_contact(kept))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip("\n")


def _up_to_delimiter(lines: list[str]) -> list[str]:
    """Cut at the signature delimiter, unless so much follows that it can be no signature (a ruled-off section)."""
    for index, line in enumerate(lines):
        if _DELIMITER.match(line) and any(above.strip() for above in lines[:index]):
            below = [b for b in lines[index + 1 :] if b.strip()]
            exact = line in ("--", "-- ")
            if (exact and len(below) <= 40) or _reads_as_signature(below):
                return lines[:index]
    return lines


def _without_banner(lines: list[str]) -> list[str]:
    """Drop the warnings of gateways in the first lines: each with the lines of its paragraph."""
    for _ in range(3):
        found = next((i for i, line in enumerate(lines[:12]) if any(p in _folded(line) for p in BANNERS)), None)
        if found is None:
            break
        stop = next((i for i in range(found, min(found + 7, len(lines))) if not lines[i].strip()), found + 1)
        start = found - 1 if found and _is_short_label(lines[found - 1]) else found
        lines = lines[:start] + lines[stop:]
    return lines


def _is_short_label(line: str) -> bool:
    bare = line.strip(" *[]!-_:|").upper()
    return bare in ("CAUTION", "WARNING", "EXTERNAL", "ACHTUNG", "EXTERN", "ATTENTION", "ATENCIÓN", "ATTENZIONE")


def _is_device_line(line: str) -> bool:
    folded = _folded(line).strip("<>()[] *_-")
    return (len(folded) < 140 and folded.startswith(SENT_FROM)) or (
        len(folded) < 60
        and folded.endswith(
            ("から送信", "에서 보냄", "에서 보냅니다", "傳送", "发送", "gönderildi", "via mobile", "from mobile")
        )
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
    for _ in range(3):  # "Thanks, … Best regards," are two
        found = next((i for i in range(len(lines) - 1, max(-1, len(lines) - 40), -1) if _is_sign_off(lines[i])), None)
        if found is None or not any(line.strip() for line in lines[:found]):
            break
        below = [line for line in lines[found + 1 :] if line.strip()]
        # "Thank you!" with nobody's name below is a sentence, not the head of a signature.
        if not _reads_as_signature(below) or (not below and _is_thanks(lines[found])):
            break
        lines = lines[:found]
    return lines


def _without_contact(lines: list[str]) -> list[str]:
    """Drop a last paragraph that only says who writes and how to reach them: a name above telephone or address."""
    start = len(lines)
    while start and lines[start - 1].strip():
        start -= 1
    block = [line.strip() for line in lines[start:]]
    above = next((line.strip() for line in reversed(lines[:start]) if line.strip()), ":")
    if not 2 <= len(block) <= 8 or above.endswith((":", "：")) or re.search(r"\d", block[0]):
        return lines
    if any(len(line.split()) > 7 or len(line) > 70 for line in block) or len(block[0].split()) > 5:
        return lines  # sentences that hold an address
    reached = any(_reaches(line[:200]) for line in block)
    return lines[:start] if reached and _reads_as_signature(block) else lines


def _is_sign_off(line: str) -> bool:
    folded = _folded(line[:200]).strip(" ,.!;:*_-–—、。！，")
    return folded in SIGN_OFFS


def _is_thanks(line: str) -> bool:
    return _folded(line).startswith(("thank", "danke", "vielen", "merci", "gracias", "grazie", "obrigad", "감사", "谢"))


def _reads_as_signature(below: list[str]) -> bool:
    if len(below) > _SIGNATURE_LINES:
        return False
    return not any(_says_something(line.strip()) for line in below)


def _says_something(line: str) -> bool:
    if len(line) > _SIGNATURE_COLUMNS or _STATES.search(line) or line.endswith(("?", "!", ";")):
        return True
    if _ROW.search(line) and not _HOURS.search(line):
        return True
    sentence = len(line.split()) > 6
    figure = any(c.isdigit() for c in line) and not _reaches(line)
    return (sentence and line.endswith(".")) or ((sentence or figure) and bool(_TRADES.search(line)))


def _reaches(line: str) -> bool:
    """Tell whether a line says how to reach somebody: address, telephone, web; days and sums are none of these."""
    return bool(_CONTACT.search(_SUM.sub(" ", _DAY.sub(" ", line))))


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
