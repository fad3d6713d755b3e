"""The EPC QR code for SEPA credit transfers (EPC069-12, version 2), as SVG."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from agent.domain.money import Money
from agent.domain.notices import Company
from templates.iban import bare, valid_creditor_reference, valid_iban

_MOST = Money.of("999999999.99", "EUR")
_NAME = 70
_TEXT = 140


def epc_payload(company: Company, amount: Money, reference: str, text: str) -> str:
    """The text of the code, or nothing where it may not be made: other currency, no amount, no valid IBAN."""
    if amount.currency != "EUR" or not Money.zero("EUR") < amount <= _MOST:
        return ""
    if not valid_iban(company.iban) or not company.name:
        return ""
    structured = bare(reference) if valid_creditor_reference(reference) else ""
    rows = (
        "BCD", "002", "1", "SCT",
        bare(company.bic), company.name[:_NAME], bare(company.iban), f"EUR{amount.plain()}",
        "", structured, "" if structured else text[:_TEXT],
    )  # fmt: skip
    return "\n".join(rows).rstrip("\n")


def epc_qr(company: Company, amount: Money, reference: str, text: str) -> str:
    """The code as SVG, or nothing. Error correction M, as the standard wants it."""
    payload = epc_payload(company, amount, reference, text)
    if not payload:
        return ""
    import segno

    # Any mask can be read; a fixed one spares the search for the prettiest, which costs more than the whole paper.
    code = segno.make(payload, encoding="utf-8", error="m", boost_error=False, mask=2, micro=False)
    return as_svg(code.matrix)


def as_svg(matrix: Iterable[Iterable[int]]) -> str:
    """The modules of a code as one SVG path of unit squares, run by run."""
    rows = [list(row) for row in matrix]
    path = []
    for y, row in enumerate(rows):
        x = 0
        for dark, run in groupby(row):
            wide = len(list(run))
            if dark:
                path.append(f"M{x} {y}h{wide}v1h-{wide}z")
            x += wide
    size = len(rows)
    shape = f'<path d="{"".join(path)}" fill="#000"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" viewBox="0 0 {size} {size}">{shape}</svg>'
