"""What looks like the number of a document, and what a printed number can stand for (never which document it is)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from parsers.values.amounts import amount_readings
from parsers.values.currencies import ISO_CODES
from parsers.values.dates import date_readings
from parsers.values.folding import drop_invisible, fold_width


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a text: where it stands and what it says."""

    start: int
    end: int
    text: str


_LENGTH_MAX = 40
_JOIN = r"[-/._#*:]"
# A run of letters and figures held together by joiners; it must hold a figure.
_TOKEN = re.compile(rf"[A-Za-z0-9ÄÖÜäöü]+(?:{_JOIN}{{1,2}}[A-Za-z0-9]+)*(?:/[A-Za-z]{{1,3}})?")
_SPACED = re.compile(r"(?<![A-Za-z0-9.,/-])[0-9]{2,6}(?: [0-9]{2,6}){1,4}(?![0-9A-Za-z.,/-]*[0-9A-Za-z%])")
_PREFIXED = re.compile(
    r"(?<![A-Za-z0-9])([A-Z]{1,5}[-.#]?|[A-Z]{1,4}/) ([0-9]{3,12}(?:[-/][0-9A-Z]{1,6})*)(?![0-9A-Za-z]|[.,][0-9])"
)
_UNIT_TAIL = re.compile(
    r"[0-9]+(?:x|st|nd|rd|th|er|pcs?|pc|ea|stk?|ste?ck|h|hrs?|min|kg|g|mm|cm|m|km|l|ml|v|w|a|kw|kwh|bar|mb|gb|nm|bx|ctn"
    r"|boxes|days?|tage?|jours?|d|k|am|pm|uhr|pt|px|%|x[0-9]+(?:mm|cm|m)?)",
    re.I,
)
_DIMENSION = re.compile(r"(?:M|DN|PN|G|Ø|R)[0-9]+(?:[xX][0-9.,]+)?|[0-9.,]+[xX][0-9.,]+(?:[xX][0-9.,]+)?[a-z]{0,2}")
_TIME = re.compile(r"[0-2]?[0-9][:.][0-5][0-9](?::[0-5][0-9])?")
_PHONE = re.compile(r"\+[0-9][0-9 ()/-]{6,20}|\(?[0-9]{3}\)?[ -][0-9]{3}[ -][0-9]{4}|0[0-9]{2,4}[ /-][0-9 -]{5,12}")
_FILE = re.compile(r".*\.(?:pdf|jpe?g|png|gif|tiff?|xlsx?|docx?|csv|txt|html?|xml|zip|eml|msg|edi)", re.I)
_WORD_NUMBER = re.compile(r"(?:[A-Z]{3})[0-9]+(?:[.,][0-9]{2})?")


def looks_like_reference(text: str) -> bool:
    """Tell whether exactly this text can be the number of a document, an item or an order.

    It holds a figure, no blanks but those that group figures, and is no date, amount with decimals, time, percentage,
    telephone number, measure or quantity with its unit.
    """
    plain = fold_width(drop_invisible(text)).strip().lstrip("#").strip()
    if not 2 <= len(plain) <= _LENGTH_MAX or not any("0" <= c <= "9" for c in plain):
        return False
    if spaced := _SPACED.fullmatch(plain):
        return not _PHONE.fullmatch(plain) and len(spaced.group()) >= 5
    if prefixed := _PREFIXED.fullmatch(plain):
        return prefixed[1].rstrip("-.#/") not in ISO_CODES
    if not _TOKEN.fullmatch(plain):
        return False
    return not _something_else(plain)


def _something_else(plain: str) -> bool:
    if plain.isdigit():
        return len(plain) < 3
    for pattern in (_UNIT_TAIL, _DIMENSION, _TIME, _PHONE, _FILE):
        if pattern.fullmatch(plain):
            return True
    # More than four decimals is no amount: some write "6.032946" for 6032946.
    if any(0 < reading.decimals <= 4 or reading.grouping for reading in amount_readings(plain)):
        return True
    return bool(date_readings(plain)) or bool(_figure_with_code(plain))


def _figure_with_code(plain: str) -> bool:
    return plain[:3].upper() in ISO_CODES and bool(_WORD_NUMBER.fullmatch(plain)) and not plain[3:].startswith("0")


def find_references(text: str, skip: Iterable[tuple[int, int]] = ()) -> tuple[Span, ...]:
    """Return what can be a document number in running text, in reading order, composites whole ("104355/56").

    Figures alone need three digits or more; amounts with decimals, dates, times, percentages, telephone numbers, mail
    and web addresses are left out, as are the spans in `skip`.
    """
    folded = fold_width(text)
    blocked = [*skip, *(match.span() for match in _ADDRESS.finditer(folded))]
    blocked += [match.span() for match in _PHONE.finditer(folded) if match.group()[0] in "+("]
    found: list[Span] = []
    for pattern in (_PREFIXED, _SPACED, _TOKEN):
        for match in pattern.finditer(folded):
            start, end = match.span()
            if any(start < b and a < end for a, b in blocked) or not looks_like_reference(match.group()):
                continue
            if pattern is _TOKEN and not _bounded(folded, start, end):
                continue
            if pattern is _SPACED and not _groups_like_a_number(match.group()):
                continue
            found.append(Span(start, end, text[start:end]))
            blocked.append((start, end))
    return tuple(sorted(found, key=lambda span: span.start))


_ADDRESS = re.compile(r"[^\s<>@]{1,64}@[^\s<>@]{1,255}|(?:https?://|www\.)[^\s<>]{1,500}")


def _bounded(folded: str, start: int, end: int) -> bool:
    """Refuse a token that is part of an amount or a percentage: "1 234,56", "5%"."""
    before, after = folded[start - 1 : start], folded[end : end + 2]
    if after[:1] in ("%", "‰") or after in (" %", " ‰"):
        return False
    if after[:1] == "," and after[1:].isdigit():
        return False
    return not (before in (",", "$", "€", "£", "¥", "₩", "'") and folded[start].isdigit())


def _groups_like_a_number(text: str) -> bool:
    """Blanks inside a number ("104 356", "540 6423"): at most three groups, so that two numbers are not made one."""
    groups = text.split(" ")
    return len(groups) <= 3 and len("".join(groups)) <= 10 and not all(len(g) >= 5 for g in groups)


_COMPOSITE = re.compile(
    r"(.*?)([0-9]{2,12})((?: ?(?:[/&+,;-]|and|und|et|y|e|en|i|및|と) ?(?:[A-Za-z]{0,4}[-#]?)[0-9]{1,12}){1,30})"
)
_NEXT = re.compile(r" ?([/&+,;-]|and|und|et|y|e|en|i|및|と) ?([A-Za-z]{0,4}[-#]?)([0-9]{1,12})")
_RANGE_MAX = 50


def expansions(text: str) -> tuple[tuple[str, ...], ...]:
    """Return what a composite can stand for: ("104355", "104356") for "104355/56", a range for "104340-43".

    Each candidate is a tuple of whole numbers, most literal first; the text may just as well be one number, so the
    candidates count only where all their members exist. Empty where the text is no composite.
    """
    plain = fold_width(drop_invisible(text)).strip()
    match = _COMPOSITE.fullmatch(plain) if len(plain) <= 200 else None
    if match is None:
        return ()
    prefix, first = match[1], match[2]
    parts = _NEXT.findall(match[3])
    members = [prefix + first]
    base, ranged = first, len(parts) == 1 and parts[0][0] == "-"
    for _, own_prefix, figures in parts:
        if len(figures) > len(base):
            return ()
        full = base[: len(base) - len(figures)] + figures
        members.append((own_prefix or prefix) + full)
    listed = tuple(members)
    span = _range(prefix, first, members[-1].removeprefix(prefix)) if ranged else ()
    return tuple(candidate for candidate in (span, listed) if len(set(candidate)) > 1)


def _range(prefix: str, first: str, last: str) -> tuple[str, ...]:
    if not (first.isdigit() and last.isdigit()) or not 0 < int(last) - int(first) < _RANGE_MAX:
        return ()
    return tuple(f"{prefix}{number:0{len(first)}d}" for number in range(int(first), int(last) + 1))


# ISO 13616: country, two check digits, national number; lengths of the countries that publish them.
_IBAN_LENGTH = {
    code[:2]: int(code[2:])
    for code in """AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28
    EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30
    KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29
    PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30
    """.split()
}
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}[0-9]{2}(?:[ -]?[A-Z0-9]){11,30}(?![A-Za-z0-9])")


def _mod97(text: str) -> int:
    """Return the ISO 7064 remainder of an account or creditor reference (letters count from A = 10)."""
    return int("".join(str(int(char, 36)) for char in text[4:] + text[:4])) % 97


def iban_of(text: str) -> str | None:
    """Return the IBAN that exactly this text is, without blanks, if length and checksum hold (ISO 13616)."""
    plain = re.sub(r"[ -]", "", fold_width(drop_invisible(text))).upper()
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", plain):
        return None
    return plain if _IBAN_LENGTH.get(plain[:2]) == len(plain) and _mod97(plain) == 1 else None


def find_ibans(text: str) -> tuple[Span, ...]:
    """Return the IBANs of a running text whose checksum holds; `Span.text` is the IBAN without blanks."""
    folded = fold_width(text)
    found: list[Span] = []
    for match in _IBAN.finditer(folded):
        length = _IBAN_LENGTH.get(match.group()[:2])
        if length is None:
            continue
        end = _end_of(folded, match.start(), match.end(), length)
        iban = iban_of(folded[match.start() : end]) if end else None
        if iban and end:
            found.append(Span(match.start(), end, iban))
    return tuple(found)


def _end_of(folded: str, start: int, end: int, length: int) -> int | None:
    """Find where `length` letters and figures end: words behind an IBAN are not its last groups."""
    count = 0
    for index in range(start, end):
        count += folded[index].isalnum()
        if count == length:
            return index + 1
    return None


def creditor_reference_of(text: str) -> str | None:
    """Return the structured creditor reference that exactly this text is (RF…), if its checksum holds (ISO 11649)."""
    plain = re.sub(r"\s", "", fold_width(drop_invisible(text))).upper()
    return plain if re.fullmatch(r"RF[0-9]{2}[A-Z0-9]{1,21}", plain) and _mod97(plain) == 1 else None


def tracking_number_of(text: str) -> str | None:
    """Return a parcel number of a known form without blanks: UPS 1Z, UPU S10, or 12 to 22 figures."""
    plain = re.sub(r"[ -]", "", fold_width(drop_invisible(text))).upper()
    if re.fullmatch(r"1Z[0-9A-Z]{16}", plain) or re.fullmatch(r"[A-Z]{2}[0-9]{9}[A-Z]{2}", plain):
        return plain
    if re.fullmatch(r"[0-9]{10,22}|J[DJV][0-9]{16,20}|[0-9]{14}[A-Z]", plain):
        return plain
    return None
