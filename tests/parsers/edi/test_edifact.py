from decimal import Decimal

import pytest

from agent.domain.documents import AdvisedKind, Footing
from tests.parsers.edi.shaping import (
    edifact,
    reading,
    the_advice,
    the_delivery,
    the_order,
    words,
)

HEAD = ("BGM+220+P1+9", "DTM+137:20260316:102", "CUX+2:EUR:9")
LINE = ("LIN+1", "PIA+5+X:SA", "QTY+21:3:PCE", "PRI+AAA:5")


def test_released_characters_are_text_and_not_separators() -> None:
    order = the_order(edifact("ORDERS", "BGM+220+P?+1??+9", "NAD+BY+++O?'Neill ?: Sons", *LINE, "UNS+S", "CNT+2:1"))
    assert (order.number, order.buyer.name) == ("P+1?", "O'Neill : Sons")


def test_the_una_names_other_separators() -> None:
    data = edifact("ORDERS", *HEAD, *LINE, "UNS+S", "MOA+79:15", "CNT+2:1")
    turned = data.replace(b"'", b"|").replace(b"+", b"*").replace(b":", b"!")
    assert the_order(b"UNA!*.? |" + turned).footing is Footing.PROVED


def test_a_decimal_comma_is_allowed_and_a_group_separator_is_not() -> None:
    order = the_order(edifact("ORDERS", *HEAD, "LIN+1", "QTY+21:1,5:KGM", "PRI+AAA:1.000,00", "UNS+S", "CNT+2:1"))
    assert (order.lines[0].quantity, order.lines[0].unit_price) == (Decimal("1.5"), None)


def test_the_charset_of_the_syntax_identifier_is_used() -> None:
    data = (
        edifact("ORDERS", "BGM+220+P1+9", "NAD+BY+++Buyer", *LINE)
        .replace(b"UNOC", b"UNOE")
        .replace(b"+Buyer", b"+" + "Завод".encode("iso8859-5"))
    )
    assert the_order(data).buyer.name == "Завод"


def test_wrong_counts_fail() -> None:
    for data in (
        edifact("ORDERS", *HEAD, *LINE, "UNS+S", count=20),
        edifact("ORDERS", *HEAD, *LINE, "UNS+S", "CNT+2:2"),
        edifact("ORDERS", *HEAD, *LINE, "UNS+S").replace(b"UNZ+1", b"UNZ+2"),
        edifact("ORDERS", *HEAD, *LINE, "UNS+S").replace(b"'UNZ+1+7", b""),
    ):
        assert the_order(data).footing is Footing.FAILED


def test_a_total_that_the_lines_do_not_make_fails_with_the_difference() -> None:
    order = the_order(edifact("ORDERS", *HEAD, *LINE, "UNS+S", "MOA+79:16", "CNT+2:1"))
    assert (order.footing, order.difference) == (Footing.FAILED, 1)


def test_a_price_per_hundred_is_divided() -> None:
    order = the_order(
        edifact(
            "ORDERS", *HEAD, "LIN+1", "QTY+21:400:PCE", "MOA+203:64", "PRI+AAA:16::NTP:100:PCE", "UNS+S", "MOA+79:64"
        )
    )
    assert (order.lines[0].price_per, order.footing) == (100, Footing.PROVED)


def test_sub_lines_are_components_that_add_nothing() -> None:
    order = the_order(edifact("ORDERS", *HEAD, *LINE, "LIN+2+++1:1", "QTY+21:9:PCE", "UNS+S", "MOA+79:15", "CNT+2:2"))
    assert (len(order.lines), order.footing) == (1, Footing.PROVED)


@pytest.mark.parametrize(("function", "cancels", "revision"), [("1", True, None), ("4", False, True)])
def test_a_change_stands_under_the_number_of_the_order_it_names(
    function: str, cancels: bool, revision: bool | None
) -> None:
    order = the_order(edifact("ORDCHG", f"BGM+230+CH7+{function}", "RFF+ON:P1", *LINE, "UNS+S"))
    assert (order.number, order.cancels, order.revision_of) == ("P1", cancels, revision)


def test_a_period_is_no_day() -> None:
    order = the_order(edifact("ORDERS", "BGM+220+P1+9", "DTM+2:202614:616", *LINE, "UNS+S"))
    assert order.requested_on is None


def test_a_receipt_tells_accepted_from_refused_and_a_variance_of_unknown_nature_in_words() -> None:
    delivery = the_delivery(
        edifact(
            "RECADV",
            "BGM+632+W1+9",
            "DTM+50:20260313:102",
            "LIN+1",
            "PIA+1+X:SA",
            "QTY+48:10:PCE",
            "QTY+194:7:PCE",
            "QTY+195:2:PCE",
            "QTY+196:1:PCE",
            "QVR+4+ZZ",
            "CNT+2:1",
        )
    )
    (line,) = delivery.lines
    assert (line.delivered, line.accepted, line.rejected, line.missing) == (10, 7, 3, None)
    assert delivery.remarks == "X: variance 4 (ZZ)"


def test_a_credit_note_of_a_remittance_is_negative_whatever_sign_it_is_written_with() -> None:
    for sign in ("", "-"):
        advice = the_advice(
            edifact(
                "REMADV",
                "BGM+481+A1+9",
                "DOC+380+I1",
                "MOA+12:100",
                "DOC+381+C1",
                f"MOA+12:{sign}30",
                "UNS+S",
                "MOA+12:70",
            )
        )
        assert [line.paid for line in advice.lines] == [100, -30]
        assert (advice.lines[1].kind, advice.footing) == (AdvisedKind.CREDIT_NOTE, Footing.PROVED)


def test_what_no_total_proves_is_not_worked_out() -> None:
    advice = the_advice(edifact("REMADV", "BGM+481+A1+9", "DOC+380+I1", "MOA+77:100", "MOA+52:2", "UNS+S"))
    assert (advice.lines[0].gross, advice.lines[0].discount, advice.lines[0].paid) == (100, 2, None)


@pytest.mark.parametrize(
    ("kind", "word"), [("INVOIC", "invoice copy"), ("ORDRSP", "order response"), ("CONTRL", "acknowledgement")]
)
def test_other_messages_are_named_and_make_no_document(kind: str, word: str) -> None:
    result = reading(edifact(kind, "BGM+380+9"))
    assert result.documents == ()
    assert word in words(result)


def test_a_line_end_inside_a_segment_means_nothing() -> None:
    data = edifact("ORDERS", *HEAD, *LINE, "UNS+S", "MOA+79:15", "CNT+2:1")
    wrapped = b"\r\n".join(data[i : i + 11] for i in range(0, len(data), 11))
    assert the_order(wrapped).footing is Footing.PROVED
