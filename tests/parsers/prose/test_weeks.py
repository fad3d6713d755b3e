"""Promises told by weekdays, weeks and spans, in ten languages; sent on Tuesday, 17 March 2026."""

from __future__ import annotations

from datetime import date

import pytest

from agent.domain.documents import PromiseToPay
from parsers.page import Context
from parsers.prose import read_prose

CONTEXT = Context(sent_on="2026-03-17", is_body=True)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("We pay INV-104310 tomorrow.", "2026-03-18"),
        ("INV-104310 will be paid this Friday.", "2026-03-20"),
        ("INV-104310 will be paid next Tuesday.", "2026-03-24"),
        ("INV-104310 will be paid next Friday.", "2026-03-27"),
        ("INV-104310 will be paid on Friday next week.", "2026-03-27"),
        ("INV-104310 will be paid by the end of next week.", "2026-03-27"),
        ("INV-104310 will be paid end of the week.", "2026-03-20"),
        ("We will pay INV-104310 within ten days.", "2026-03-27"),
        ("We will pay INV-104310 in 3 business days.", "2026-03-20"),
        ("Wir zahlen die RE 104371 nächsten Freitag.", "2026-03-27"),
        ("Wir zahlen die RE 104371 kommenden Freitag.", "2026-03-20"),
        ("Wir überweisen RE 104371 Ende nächster Woche.", "2026-03-27"),
        ("RE 104371 wird innerhalb von 14 Tagen bezahlt.", "2026-03-31"),
        ("Guten Morgen, wir zahlen RE 104371 am Donnerstag.", "2026-03-19"),
        ("La facture 104371 sera réglée vendredi.", "2026-03-20"),
        ("Nous paierons la facture 104371 sous 8 jours.", "2026-03-25"),
        ("La fra. 104345 la pagamos el próximo viernes.", "2026-03-20"),
        ("Pagaremos la factura 104345 a finales de la semana que viene.", "2026-03-27"),
        ("Pagheremo la fattura 104370 entro 5 giorni.", "2026-03-22"),
        ("We betalen factuur 104421 volgende week dinsdag.", "2026-03-24"),
        ("Vamos pagar a fatura 104411 na sexta-feira.", "2026-03-20"),
        ("Zapłacimy fakturę 104431 w przyszły piątek.", "2026-03-27"),
        ("INV-104328 다음 주 화요일에 송금 예정입니다.", "2026-03-24"),
        ("請求書INV-104334は来週火曜日にお支払いいたします。", "2026-03-24"),
    ],
)
def test_a_promise_names_the_day_that_its_words_mean(text: str, day: str) -> None:
    (document,) = read_prose(text, CONTEXT)
    assert isinstance(document, PromiseToPay)
    assert document.promised_on == date.fromisoformat(day)


@pytest.mark.parametrize(
    "text",
    [
        "We will pay INV-104310 next week.",
        "We pay within 30 days of receipt of your invoice.",
        "We will pay INV-104310 in 5 to 10 days.",
        "Wir zahlen RE 104371 in Kürze.",
        "We will pay INV-104310 soon.",
    ],
)
def test_a_week_a_term_or_a_span_between_two_days_is_no_promise(text: str) -> None:
    assert [d for d in read_prose(text, CONTEXT) if isinstance(d, PromiseToPay)] == []
