"""What a customer demands of our invoices, as a row of a CSV file says it: checked before it is believed."""

from __future__ import annotations

import re

from agent.calendar import calendar
from agent.domain.errors import WrongUsage
from agent.domain.invoice_rules import TERMS, ExtraField, InvoiceRules
from templates.texts import check

RULE_COLUMNS = (
    "customer", "recipients", "recipients_only", "legal_name", "bill_to", "po_required", "po_pattern", "file_name",
    "max_kilobytes", "single_file", "fields", "text", "notice_days", "approve_over", "calendar", "bank_day",
)  # fmt: skip
_NAMES = frozenset({"number", "po_number", "order", "date", "due_date", "customer", "customer_number", "type"})


def field_of(text: str) -> ExtraField:
    """`Cost centre[cost_centre]=4711`: label, the term of the e-invoice where it has one, and the value."""
    head, mark, value = text.partition("=")
    match = re.fullmatch(r"(.+?)\s*(?:\[(\w+)\])?\s*", head)
    if not mark or not match:
        raise WrongUsage(f"fields: {text!r} is not written like Label=value or Label[{TERMS[0]}]=value")
    term = match[2] or ""
    if term and term not in TERMS:
        raise WrongUsage(f"fields: [{term}] is no term of an e-invoice: known are {', '.join(TERMS)}")
    return ExtraField(label=match[1].strip(), value=value.strip(), term=term)


def checked(rules: InvoiceRules) -> InvoiceRules:
    """The rules themselves, or WrongUsage with what is wrong in them."""
    for entry in rules.recipients:
        if entry.count("@") != 1 or entry.startswith("@") or entry.endswith("@"):
            raise WrongUsage(f"recipients: {entry!r} is no full address")
    for one in (*(field.value for field in rules.fields), rules.text):
        check(one)
    unknown = set(re.findall(r"\{(\w*)\}", rules.file_name)) - _NAMES
    if unknown:
        raise WrongUsage(f"file_name: {{{min(unknown)}}} is not known: write {', '.join(sorted(_NAMES))}")
    if rules.notice_days is not None and not 0 <= rules.notice_days <= 90:
        raise WrongUsage(f"notice_days = {rules.notice_days}: a notice waits between 0 and 90 days")
    if rules.max_kilobytes is not None and rules.max_kilobytes < 20:
        raise WrongUsage(f"max_kilobytes = {rules.max_kilobytes}: no invoice fits into that")
    if rules.calendar:
        calendar(rules.calendar, 2026, 2026)
    return rules
