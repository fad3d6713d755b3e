"""The information for the account owner (:86:) of MT940: German subfields, SEPA tags, Dutch code words, plain text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from parsers.edi.figures import clean, decimal_with_comma

_FOLD = 65  # SWIFT folds a line after 65 characters, wherever that falls in a word
_SUBFIELD = 27  # and a subfield holds 27
_COLUMN_CODES = re.compile(r"([0-9]{3})([^A-Za-z0-9\s])(?=[0-9]{2})")
_TAG_NAMES = [
    "EREF",
    "KREF",
    "MREF",
    "CRED",
    "DEBT",
    "COAM",
    "OAMT",
    "SVWZ",
    "ABWA",
    "ABWE",
    "PURP",
    "BREF",
    "RREF",
    "RETN",
    "IBAN",
    "BIC",
]
# a tag may itself be cut by the end of a full subfield
_TAGS = re.compile("(" + "|".join("\x1e?".join(name) for name in _TAG_NAMES) + ")\x1e?\\+")
_WORDS = re.compile(
    r"/(TRTP|IBAN|BIC|NAME|REMI|EREF|ORDP|BENM|CNTP|MARF|CSID|PREF|RTRN|ISDT|ADDR|PURP|SVCL|TRCD|PHON|CREF|CDTRREFTP|"
    r"CDTRREF|ULTC|ULTD|BUSP|INTR|UDTR|UCRD|NRTX|EXCH|CHGS|OCMT|ACCW|OM1C|OM1T)/"
)
# German business transaction codes (GVC) of returned debits and transfers
_RETURNED_CODES = frozenset({"108", "109", "159", "181", "182", "183", "184"})
_ENDED = "\x1f"  # stands where a subfield ended before its full length
_FULL = "\x1e"  # stands where a subfield of full length goes on in the next
_REFERENCE = 35  # characters of a SEPA reference
_FREE = ""  # the key of what stands under no tag
_TEXT_TAGS = frozenset({"SVWZ", "ABWA", "ABWE", "RETN"})
_NO_REFERENCE = frozenset({"NOTPROVIDED", "NONREF", "NOTAVAILABLE", "KEINE ANGABE"})


@dataclass(frozen=True, slots=True)
class Details:
    text: str | None = None
    name: str | None = None
    account: str | None = None
    end_to_end_id: str | None = None
    bank_reference: str | None = None
    returned: bool = False
    charges: Decimal | None = None


def unfolded(value: str) -> str:
    """Undo the folding: a line of full length goes on in the next without a blank."""
    joined = ""
    for line in value.split("\n"):
        full = len(joined.rpartition("\n")[2]) >= _FOLD
        joined += line if full or not joined else "\n" + line
    return joined


def details_of(value: str) -> Details:
    """Return what one :86: says."""
    match = _COLUMN_CODES.match(value.lstrip())
    if match:
        return _columns(value.lstrip(), match.group(1), match.group(2))
    flat = unfolded(value)
    if len(_WORDS.findall(flat)) >= 2:
        return _code_words(flat.replace("\n", ""))
    tagged = _tags(flat.replace("\n", " "))
    if tagged:
        return _from_tags(tagged, Details())
    return Details(text=clean(flat))


def _columns(value: str, code: str, separator: str) -> Details:
    """Subfields: 00 posting text, 20 to 29 and 60 to 63 purpose, 31 account, 32 and 33 name."""
    fields: list[tuple[str, str]] = []
    for piece in value[4:].replace("\n", "").split(separator):
        if piece[:2].isdigit() and piece[:2].isascii():
            fields.append((piece[:2], piece[2:]))
        elif fields:  # the separator stands in the text itself
            fields[-1] = (fields[-1][0], fields[-1][1] + separator + piece)
    purpose = _joined([text for number, text in fields if "20" <= number <= "29" or "60" <= number <= "63"])
    name = clean("".join(text for number, text in fields if number in ("32", "33")))
    account = next((clean(text) for number, text in fields if number == "31"), None)
    posting = next((clean(text) for number, text in fields if number == "00"), None)
    base = Details(
        text=clean(purpose.replace(_FULL, "")) or posting, name=name, account=account, returned=code in _RETURNED_CODES
    )
    tagged = _tags(purpose)
    return _from_tags(tagged, base) if tagged else base


def _joined(chunks: list[str]) -> str:
    """A chunk of full length goes on in the next; a shorter one, and one before a tag, ended where it ends."""
    joined = ""
    for index, chunk in enumerate(chunks):
        joined += chunk
        following = chunks[index + 1] if index + 1 < len(chunks) else ""
        joined += _ENDED if len(chunk) < _SUBFIELD or _TAGS.match(following) else _FULL
    return joined


def _tags(text: str) -> dict[str, str]:
    """Cut at the tags; a reference ends with its subfield, and what follows it there stands under no tag."""
    found: dict[str, str] = {}
    matches = list(_TAGS.finditer(text))
    free = [text[: matches[0].start()]] if matches else []
    for index, match in enumerate(matches):
        end = matches[index + 1].start() if index + 1 < len(matches) else len(text)
        value = text[match.end() : end]
        tag = match.group(1).replace(_FULL, "")
        if tag not in _TEXT_TAGS:
            value, rest = _reference_and_rest(value)
            free.append(rest)
        found.setdefault(tag, value)
    found = {tag: value.replace(_FULL, "") for tag, value in found.items()}
    if words := clean(" ".join(free).replace(_FULL, "")):
        found[_FREE] = words
    return found


def _reference_and_rest(value: str) -> tuple[str, str]:
    """A reference ends with its subfield, or earlier where the next would make it longer than references are."""
    value, _, rest = value.partition(_ENDED)
    first, *others = value.split(_FULL)
    while others and len(first) + len(others[0]) <= _REFERENCE:
        first += others.pop(0)
    return first, "".join(others) + " " + rest


def _from_tags(tagged: dict[str, str], base: Details) -> Details:
    charges = decimal_with_comma(re.sub("[A-Z ]", "", tagged.get("COAM", "")))
    return Details(
        text=clean(tagged.get("SVWZ")) or clean(tagged.get(_FREE)) or (None if "SVWZ" in tagged else base.text),
        name=base.name or clean(tagged.get("ABWA")),
        account=base.account or clean(tagged.get("IBAN")),
        end_to_end_id=_reference(tagged.get("EREF")),
        bank_reference=_reference(tagged.get("BREF")),
        returned=base.returned or "RETN" in tagged,
        charges=charges,
    )


def _code_words(text: str) -> Details:
    """Dutch banks: /IBAN/…/NAME/…/REMI/…/EREF/…; some put account, code and name into one /CNTP/."""
    found: dict[str, str] = {}
    matches = list(_WORDS.finditer(text))
    for index, match in enumerate(matches):
        end = matches[index + 1].start() if index + 1 < len(matches) else len(text)
        found.setdefault(match.group(1), text[match.end() : end].strip().strip("/").strip())
    party = [clean(piece) for piece in found.get("CNTP", "").split("/")]
    remittance = re.sub(r"^(?:USTD|STRD)/*", "", found.get("REMI", ""))
    return Details(
        text=clean(remittance) or clean(found.get("TRTP")) or clean(text),
        name=clean(found.get("NAME")) or (party[2] if len(party) > 2 else None),
        account=clean(found.get("IBAN")) or (party[0] if party else None),
        end_to_end_id=_reference(found.get("EREF")),
        returned="RTRN" in found,
    )


def _reference(value: str | None) -> str | None:
    cleaned = clean(value)
    return None if cleaned is None or cleaned.upper() in _NO_REFERENCE else cleaned
