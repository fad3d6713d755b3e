"""Who says that all past due invoices are paid says it in many ways; who speaks of the account says another thing."""

from __future__ import annotations

import pytest

from parsers.reading import read

SAID = (
    "We paid 5,000.00 USD today for all overdue invoices.",
    "ACH of $5,000.00 sent today, this pays everything that is past due.",
    "Wir haben heute 5.000,00 USD überwiesen, alle überfälligen Rechnungen.",
    "Virement de 5 000,00 USD effectué ce jour pour toutes vos factures échues.",
    "Transferencia de 5.000,00 USD realizada hoy por todas las facturas vencidas.",
    "Bonifico di 5.000,00 USD eseguito oggi per tutte le fatture scadute.",
    "Vandaag 5.000,00 USD overgemaakt voor alle vervallen facturen.",
    "期日超過分全額5,000.00 USDを本日振り込みました。",
    "연체 금액 전액 5,000.00 USD를 오늘 송금했습니다.",
)


def advice(text: str):
    mail = f"From: ap@example.org\nTo: ar@halden.example\nSubject: payment\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"
    (found,) = [d for d in read(mail.encode(), "mail.eml").documents if d.kind == "remittance_advice"]
    return found


@pytest.mark.parametrize("text", SAID)
def test_past_due_is_understood(text: str) -> None:
    assert advice(text).clears_past_due


def test_the_whole_account_is_not_only_what_is_past_due() -> None:
    found = advice("Wire of $5,000.00 sent today to clear our account.")
    assert found.clears_account and not found.clears_past_due
