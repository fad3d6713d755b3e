"""The link under which an invoice can be paid on the web, made from the pattern in the settings."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from agent.domain.notices import Company, InvoiceDocument
from agent.domain.receivables import InvoiceType

_FIELDS = ("number", "total", "currency", "reference", "customer", "po_number", "due_date")
_FIELD = re.compile(r"\{(\w*)\}")
_LONGEST = 2000


def fault(pattern: str) -> str:
    """What is wrong with a pattern, in words; nothing where it can be used."""
    unknown = [name for name in _FIELD.findall(pattern) if name not in _FIELDS]
    if unknown:
        return f"{{{unknown[0]}}} is not known: write {', '.join(_FIELDS)}"
    parts = urlsplit(_FIELD.sub("x", pattern))
    if parts.scheme != "https" or not parts.hostname or parts.username or "{" in urlsplit(pattern).netloc:
        return "is no https address whose host is written out"
    if "number" not in _FIELD.findall(pattern) and "reference" not in _FIELD.findall(pattern):
        return "names no invoice: it needs {number} or {reference}"
    return ""


def pay_link(company: Company, document: InvoiceDocument) -> str:
    """The link of an invoice; nothing where none is set up, or where there is nothing to pay."""
    payable = document.type is InvoiceType.INVOICE and document.total.minor > 0 and not document.proforma
    if not company.pay_url or not payable or fault(company.pay_url):
        return ""
    values = {
        "number": document.number,
        "total": document.total.plain(),
        "currency": document.currency,
        "reference": document.creditor_reference,
        "customer": document.customer.number,
        "po_number": document.po_number,
        "due_date": document.due_on.isoformat() if document.due_on else "",
    }
    link = _FIELD.sub(lambda match: quote(values[match[1]], safe=""), company.pay_url)
    return link if len(link) <= _LONGEST else ""
