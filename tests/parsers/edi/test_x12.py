from decimal import Decimal

import pytest

from agent.domain.documents import AdvisedKind, Flag, Footing
from tests.parsers.edi.shaping import (
    reading,
    the_advice,
    the_delivery,
    the_order,
    words,
    x12,
)

PAID = "BPR*C*{}*C*ACH*CTX*01*091000019*DA*1*19**01*026009593*DA*2*20260316"


def advice(total: str, *segments: str) -> bytes:
    return x12("820", PAID.format(total), "TRN*1*77", "ENT*1", *segments)


def test_an_adjustment_below_an_invoice_explains_what_the_paid_amount_already_lacks() -> None:
    paper = the_advice(advice("450", "RMR*IV*A1**450*500", "ADX*-50*01"))
    (line,) = paper.lines
    assert (line.gross, line.deduction, line.paid, paper.footing) == (500, 50, 450, Footing.PROVED)


def test_an_adjustment_before_any_invoice_is_a_payment_of_its_own() -> None:
    paper = the_advice(advice("450", "ADX*-50*01*CM*DM7", "RMR*IV*A1**500*500"))
    own, line = paper.lines
    assert (own.reference, own.paid, own.kind) == ("DM7", Decimal(-50), AdvisedKind.OTHER)
    assert (line.paid, paper.footing) == (500, Footing.PROVED)


def test_an_adjustment_that_the_paid_amount_does_not_hold_yet_is_added_where_only_that_foots() -> None:
    paper = the_advice(advice("450", "RMR*IV*A1**500*500*0", "ADX*-50*01"))
    (line,) = paper.lines
    assert (line.gross, line.deduction, line.paid, paper.footing) == (500, 50, 450, Footing.PROVED)


def test_two_equal_lines_are_two_lines_when_adjustments_are_settled() -> None:
    paper = the_advice(advice("900", *(["RMR*IV*A1**500*500", "ADX*-50*01"] * 2)))
    assert [line.paid for line in paper.lines] == [450, 450]
    assert paper.footing is Footing.PROVED


def test_a_positive_adjustment_that_lessens_the_payment_is_still_a_deduction() -> None:
    (line,) = the_advice(advice("450", "RMR*IV*A1**450*500", "ADX*50*01")).lines
    assert line.deduction == 50


def test_a_total_that_no_reading_of_the_adjustments_reaches_fails_and_says_by_how_much() -> None:
    paper = the_advice(advice("470", "RMR*IV*A1**450*500", "ADX*-50*01"))
    assert (paper.footing, paper.difference) == (Footing.FAILED, Decimal(20))
    assert paper.lines[0].paid == 450


def test_a_credit_without_its_sign_is_negated_only_where_that_foots() -> None:
    paper = the_advice(advice("400", "RMR*IV*A1**500*500", "RMR*CM*C1**100*100"))
    credit = paper.lines[1]
    assert (credit.kind, credit.gross, credit.paid) == (AdvisedKind.CREDIT_NOTE, -100, -100)


def test_a_negative_paid_amount_is_a_credit() -> None:
    paper = the_advice(advice("400", "RMR*IV*A1**500*500", "RMR*IV*C1**-100*-100"))
    assert paper.lines[1].kind is AdvisedKind.CREDIT_NOTE


def test_gross_less_discount_and_deduction_is_paid_on_every_line_that_says_all_of_them() -> None:
    paper = the_advice(advice("1367", "RMR*IV*A1**960*1000*20", "ADX*-20*06", "RMR*IV*A2**407*500*10*09*83"))
    for line in paper.lines:
        assert line.gross is not None
        assert line.gross - (line.discount or 0) - (line.deduction or 0) == line.paid
    assert paper.lines[1].reason_code == "09"


def test_a_debit_order_is_no_payment_to_us() -> None:
    data = x12("820", PAID.format("500").replace("*C*ACH", "*D*ACH"), "ENT*1", "RMR*IV*A1**500*500")
    assert the_advice(data).footing is Footing.FAILED


def test_a_prenotification_only_announces() -> None:
    data = x12("820", PAID.format("500").replace("BPR*C", "BPR*P"), "ENT*1", "RMR*IV*A1**500*500")
    assert Flag.ANNOUNCEMENT in the_advice(data).flags


def test_the_currency_of_a_check_without_cur_is_not_guessed() -> None:
    data = x12("820", "BPR*C*500*C*CHK************20260316", "ENT*1", "RMR*IV*A1**500*500")
    assert the_advice(data).currency is None


@pytest.mark.parametrize("count", [4, 6, 60])
def test_a_wrong_segment_count_fails(count: int) -> None:
    data = x12("850", "BEG*00*SA*P1**20260316", "PO1**1*EA*5**VP*X", "CTT*1", count=count)
    assert the_order(data).footing is Footing.FAILED


def test_a_test_interchange_is_read_and_fails() -> None:
    result = reading(x12("850", "BEG*00*SA*P1**20260316", "PO1**1*EA*5**VP*X", "CTT*1", usage="T"))
    assert result.documents[0].footing is Footing.FAILED
    assert "test" in words(result)


@pytest.mark.parametrize(
    "tail", ["IEA*1*000000001~", "GE*1*1~\nIEA*1*000000001~", "SE*5*0001~\nGE*1*1~\nIEA*1*000000001~"]
)
def test_a_file_cut_short_fails_whatever_trailer_is_missing(tail: str) -> None:
    data = x12("850", "BEG*00*SA*P1**20260316", "PO1**1*EA*5**VP*X", "CTT*1").replace(tail.encode(), b"")
    result = reading(data)
    assert result.documents[0].footing is Footing.FAILED
    assert "cut short" in words(result)


def test_a_group_that_counts_more_sets_than_there_are_fails() -> None:
    data = x12("850", "BEG*00*SA*P1**20260316", "PO1**1*EA*5**VP*X", "CTT*1").replace(b"GE*1*1", b"GE*2*1")
    assert the_order(data).footing is Footing.FAILED


def test_a_set_without_envelopes_is_read_by_its_own_separators() -> None:
    data = b"ST|850|0001\r\nBEG|00|SA|P1||20260316\r\nPO1||2|EA|5||VP|X\r\nCTT|1\r\nAMT|TT|10\r\nSE|6|0001\r\n"
    order = the_order(data)
    assert (order.number, order.lines[0].amount, order.footing) == ("P1", 10, Footing.PROVED)


def test_blanks_lost_from_the_isa_do_not_matter() -> None:
    data = x12("850", "BEG*00*SA*P1**20260316", "PO1**1*EA*5**VP*X", "CTT*1")
    squeezed = data.replace(b"          ", b"").replace(b"BUYER          ", b"BUYER")
    assert the_order(squeezed).number == "P1"


def test_line_amounts_that_no_line_states_are_filled_in_only_where_the_total_proves_them() -> None:
    lines = ("BEG*00*SA*P1**20260316", "PO1*1*3*EA*5**VP*X", "PO1*2*200*EA*18.4*HP*VP*Y", "CTT*2")
    proved = the_order(x12("850", *lines, "AMT*TT*51.8"))
    assert [line.amount for line in proved.lines] == [15, Decimal("36.80")]
    unproved = the_order(x12("850", *lines))
    assert [line.amount for line in unproved.lines] == [None, None]
    failed = the_order(x12("850", *lines, "AMT*TT*3695"))
    assert [line.amount for line in failed.lines] == [None, None]
    assert failed.footing is Footing.FAILED


def test_the_hash_total_finds_a_changed_quantity() -> None:
    data = x12("850", "BEG*00*SA*P1**20260316", "PO1*1*30*EA*5**VP*X", "CTT*1*3")
    order = the_order(data)
    assert (order.footing, order.difference) == (Footing.FAILED, Decimal(-27))


def test_charges_of_the_header_have_two_implied_decimals() -> None:
    order = the_order(
        x12("850", "BEG*00*SA*P1**20260316", "SAC*C*D240***1250", "PO1*1*3*EA*5**VP*X", "CTT*1", "AMT*TT*27.5")
    )
    assert (order.freight, order.net_total, order.total, order.footing) == (
        Decimal("12.50"),
        Decimal(15),
        Decimal("27.5"),
        Footing.PROVED,
    )


def test_components_of_a_line_are_not_lines_and_lend_it_nothing() -> None:
    order = the_order(
        x12(
            "850",
            "BEG*00*SA*P1**20260316",
            "PO1*1*3*EA*5**VP*KIT",
            "PID*F****KIT",
            "SLN*1**I*2*EA*9",
            "PID*F****BOLT",
            "CTT*1",
            "AMT*TT*15",
        )
    )
    assert [(line.item, line.description, line.amount) for line in order.lines] == [("KIT", "KIT", 15)]


def test_a_buyers_own_number_is_never_taken_for_the_sellers() -> None:
    (line,) = the_order(x12("850", "BEG*00*SA*P1**20260316", "PO1**1*EA*5**BP*OURS", "CTT*1")).lines
    assert (line.item, line.buyer_item) == (None, "OURS")


@pytest.mark.parametrize(
    ("purpose", "cancels", "revision"), [("00", False, None), ("01", True, None), ("05", False, True)]
)
def test_the_purpose_says_whether_an_order_is_new_cancelled_or_replaced(
    purpose: str, cancels: bool, revision: bool | None
) -> None:
    order = the_order(x12("850", f"BEG*{purpose}*SA*P1**20260316", "PO1**1*EA*5**VP*X", "CTT*1"))
    assert (order.number, order.cancels, order.revision_of) == ("P1", cancels, revision)


def test_a_change_that_cancels_the_order_keeps_its_number() -> None:
    order = the_order(x12("860", "BCH*01*SA*P1***20260316"))
    assert (order.number, order.cancels, order.revision_of) == ("P1", True, None)


def test_a_condition_code_needs_its_quantity_to_become_one() -> None:
    delivery = the_delivery(x12("861", "BRA*R1*20260316*00*1", "RCD*1*20*EA*****01", "LIN**VP*X", "CTT*1"))
    (line,) = delivery.lines
    assert (line.delivered, line.damaged, line.accepted) == (20, None, None)
    assert delivery.remarks == "X: damaged"


def test_what_an_estimated_date_promises_is_not_delivered() -> None:
    delivery = the_delivery(
        x12(
            "856",
            "BSN*00*S1*20260312*0800",
            "HL*1**S",
            "DTM*017*20260315",
            "HL*2*1*I",
            "LIN**VP*X",
            "SN1**5*EA",
            "CTT*2",
        )
    )
    assert delivery.delivered_on is None
    assert delivery.level == "despatch"


@pytest.mark.parametrize(
    ("code", "word"), [("810", "invoice copy"), ("997", "acknowledgement"), ("855", "acknowledgement")]
)
def test_other_sets_are_named_and_make_no_document(code: str, word: str) -> None:
    result = reading(x12(code, "BIG*20260316*9"))
    assert result.documents == ()
    assert [problem.code for problem in result.problems] == ["note"]
    assert word in words(result)
