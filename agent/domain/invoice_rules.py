"""What one customer's accounts payable demand of our invoices, and what we want to see before they leave."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

# Business terms of EN 16931 that customers ask for by name: BT-10, BT-12, BT-11, BT-19, BT-29.
TERMS = ("buyer_reference", "contract", "project", "cost_centre", "vendor_number")
_WILD = {"#": r"\d", "@": r"[A-Za-z]", "?": r".", "*": r".*"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtraField:
    """A field that the customer wants to find on the invoice; its value may hold variables such as {{ po_number }}."""

    label: str
    value: str = ""
    term: str = ""  # its place in an e-invoice, one of TERMS; else it stands in the note


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceRules:
    """The rules of one customer; what is empty is not asked for."""

    customer: str
    recipients: tuple[str, ...] = ()  # accounts payable: where invoices and credit notes go
    recipients_only: bool = False  # without such an address nothing leaves: the buyer gets no invoices
    legal_name: str = ""  # the legal entity that stands on the invoice, where it is not the customer's name
    bill_to: str = ""  # its address; empty: the customer's
    po_required: bool = False
    po_pattern: str = ""  # "45########": # a digit, @ a letter, ? any character, * any run of them
    file_name: str = ""  # "{po_number}_{number}"; empty: the number of the invoice
    max_kilobytes: int | None = None  # of the whole mail
    single_file: bool = False  # the PDF alone: no second file
    fields: tuple[ExtraField, ...] = ()
    text: str = ""  # printed on every invoice, with variables
    notice_days: int | None = None  # a notice before each invoice, and how many days it waits for an objection
    approve_over: Decimal | None = None  # gross, in the currency of the invoice
    calendar: str = ""
    bank_day: str = ""


def fits(pattern: str, text: str) -> bool:
    """Whether a number has the form that the customer prescribes."""
    return re.fullmatch("".join(_WILD.get(ch) or re.escape(ch) for ch in pattern), text) is not None
