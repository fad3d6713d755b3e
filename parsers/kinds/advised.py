"""What one line of an advice is: the reference it names, and whether it is an invoice, a credit or something else."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from agent.domain.documents import AdvisedKind, AdvisedLine
from parsers.kinds.header import leading_number
from parsers.kinds.words import fields_of, hits_in
from parsers.lexicon import titles_in
from parsers.values.folding import fold_words
from parsers.values.references import find_references, looks_like_reference

# The payer's own claims: debit memos and notes, chargebacks, returns to vendor, adjustments.
_CLAIM = re.compile(r"(?:DM|DN|DB|CB|RTV|CHB|CLM|CLAIM|DED|ADJ|BEL)[-_/# ]?\d", re.I)
_LABELLED = re.compile(r"^[^\W\d]{2,12}\.? ?(?:#|:|no\.?|nr\.?|n°|nº|№) ?", re.I)
_ON_ACCOUNT = (
    "on account",
    "on acct",
    "a conto",
    "akonto",
    "acompte",
    "a cuenta",
    "acconto",
    "op rekening",
    "por conta",
)
_CREDIT_CODES = frozenset(
    ["cn", "cm", "cr", "cred", "credit", "gs", "gu", "av", "avoir", "nc", "ncr", "kg", "ca", "scn", "rc"]
)
_DEBIT_CODES = frozenset(["dm", "dn", "db", "cb", "rtv", "ded", "adj", "chb", "claim"])


@lru_cache(maxsize=20_000)
def reference_in(text: str, scanned: bool = False) -> str | None:
    """Return the document number that a cell holds, as printed; None where it holds words only.

    A label before it ("Inv #104366") and a remark behind it ("INV-104340 Feb") are left off; several numbers in one
    cell stay together.
    """
    plain = text.strip()
    if not plain or len(plain) > 120 or not any(c.isdigit() for c in plain):
        return None
    if scanned and fields_of(plain):
        return None  # a word with figures for letters: "RETA1NAGE"
    if looks_like_reference(plain) or (plain.isdigit() and len(plain) >= 2):
        return plain
    unlabelled = _LABELLED.sub("", plain)
    if unlabelled != plain and looks_like_reference(unlabelled):
        return unlabelled
    spans = find_references(plain)
    if len(spans) == 1:
        head = plain[: spans[0].start].strip()
        if head and len(head) <= 4 and head.isalpha() and head.isupper() and not plain[spans[0].end :].strip():
            return plain
        return spans[0].text
    if len(spans) > 1:
        return plain[spans[0].start : spans[-1].end]
    words = plain.split()
    if len(words) == 1 or (len(words) == 2 and words[0].isalpha() and len(words[0]) <= 4):
        return plain if any(c.isdigit() for c in words[-1]) else None
    return None


_NUMBERED = frozenset(("invoice_number", "credit_note_number", "your_document"))


@lru_cache(maxsize=20_000)
def told_reference(text: str) -> str | None:
    """Return the number behind the word for an invoice in a description, where no column names it: "Bill #4471"."""
    for hit in hits_in(text):
        if _NUMBERED & set(hit.fields) and (number := leading_number(text[hit.end :])) is not None:
            return number
    return None


def line_kind(line: AdvisedLine, reference: str | None, type_text: str, words: str, code: str) -> AdvisedKind:
    """Return what a line is, by its type, its reference, its words and its sign."""
    folded = fold_words(words)
    if any(phrase in folded for phrase in _ON_ACCOUNT):
        return AdvisedKind.ON_ACCOUNT
    short = fold_words(type_text).strip(" .")
    amount = next((v for v in (line.paid, line.gross) if v), Decimal(0))
    kinds = {kind for hit in titles_in(words[:200]) for kind in hit.kinds}
    if short in _DEBIT_CODES or "debit_memo" in kinds or "claim_number" in fields_of(type_text):
        return AdvisedKind.OTHER if amount <= 0 else AdvisedKind.INVOICE
    if amount < 0:
        if short in _CREDIT_CODES or "credit_note" in kinds:
            return AdvisedKind.CREDIT_NOTE
        said = words[:200]
        claimed = any("claim_number" in hit.fields[:1] and leading_number(said[hit.end :]) for hit in hits_in(said))
        if reference is None or code or claimed or _CLAIM.match(reference):
            return AdvisedKind.OTHER
        return AdvisedKind.CREDIT_NOTE
    return AdvisedKind.INVOICE if reference is not None else AdvisedKind.OTHER
