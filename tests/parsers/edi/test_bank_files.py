from datetime import date
from decimal import Decimal

import pytest

from agent.domain.documents import Flag, Footing
from parsers.edi import read_bank_file, read_structured
from parsers.page import Limits
from tests.parsers.edi.shaping import reading, the_statement, words


def camt(entries: str, opening: str = "100.00", closing: str = "100.00", kind: str = "053") -> bytes:
    message, record = {
        "053": ("BkToCstmrStmt", "Stmt"),
        "054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
        "052": ("BkToCstmrAcctRpt", "Rpt"),
    }[kind]
    balance = '<Bal><Tp><CdOrPrtry><Cd>{}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{}</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>'
    balances = balance.format("OPBD", opening) + balance.format("CLBD", closing) if kind == "053" else ""
    return (
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.{kind}.001.02"><{message}><{record}><Id>S1</Id><Acct><Id>'
        f"<IBAN>DE02120300000000202051</IBAN></Id></Acct>{balances}{entries}</{record}></{message}></Document>"
    ).encode()


def entry(amount: str, details: str = "", mark: str = "CRDT", more: str = "") -> str:
    return (
        f'<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{mark}</CdtDbtInd>{more}<Sts>BOOK</Sts><BookgDt><Dt>2026-03-16</Dt>'
        f"</BookgDt><NtryDtls>{details}</NtryDtls></Ntry>"
    )


def detail(amount: str, currency: str = "EUR", party: str = "Payer") -> str:
    return (
        f'<TxDtls><AmtDtls><TxAmt><Amt Ccy="{currency}">{amount}</Amt></TxAmt></AmtDtls><RltdPties><Dbtr><Nm>{party}</Nm>'
        "</Dbtr><Cdtr><Nm>We</Nm></Cdtr></RltdPties></TxDtls>"
    )


def test_opening_and_entries_must_make_the_closing_balance() -> None:
    assert the_statement(camt(entry("50.00"), closing="150.00")).footing is Footing.PROVED
    failed = the_statement(camt(entry("50.00"), closing="149.00"))
    assert (failed.footing, failed.difference) == (Footing.FAILED, -1)


def test_a_batch_is_split_where_its_details_sum_to_the_booking() -> None:
    statement = the_statement(camt(entry("50.00", detail("20.00") + detail("30.00")), closing="150.00"))
    assert [line.amount for line in statement.lines] == [20, 30]


@pytest.mark.parametrize("details", [detail("20.00") + detail("31.00"), detail("20.00") + detail("30.00", "USD")])
def test_a_batch_whose_details_do_not_sum_to_it_stays_one_line(details: str) -> None:
    statement = the_statement(camt(entry("50.00", details), closing="150.00"))
    assert [line.amount for line in statement.lines] == [50]


def test_one_detail_in_another_currency_leaves_the_booked_amount() -> None:
    (line,) = the_statement(camt(entry("50.00", detail("55.10", "USD")), closing="150.00")).lines
    assert (line.amount, line.currency, line.payer) == (50, "EUR", "Payer")


def test_a_returned_payment_is_negative_and_names_the_first_payer() -> None:
    data = camt(entry("50.00", detail("50.00", party="Customer"), "DBIT", "<RvslInd>true</RvslInd>"), closing="50.00")
    (line,) = the_statement(data).lines
    assert (line.amount, line.returned, line.payer) == (-50, True, "Customer")


def test_a_debit_names_whom_we_paid() -> None:
    (line,) = the_statement(camt(entry("50.00", detail("50.00"), "DBIT"), closing="50.00")).lines
    assert (line.amount, line.payer, line.returned) == (-50, "We", False)


def test_a_notification_has_no_balance_that_could_prove_it() -> None:
    statement = the_statement(camt(entry("50.00"), kind="054"))
    assert (statement.footing, statement.opening) == (Footing.UNPROVED, None)


def test_an_intraday_report_is_only_named() -> None:
    result = reading(camt(entry("50.00"), kind="052"))
    assert (result.format, result.documents) == ("camt.052", ())
    assert "intraday" in words(result)


def mt940(*movements: str, closing: str = "C260316EUR150,00") -> bytes:
    head = (":20:X", ":25:DE02120300000000202051", ":28C:1/1", ":60F:C260315EUR100,00")
    return "\r\n".join((*head, *movements, f":62F:{closing}", "-")).encode("latin-1")


def test_mt940_balances_prove_the_movements() -> None:
    assert the_statement(mt940(":61:2603160316C50,00NTRFNONREF//B1")).footing is Footing.PROVED
    assert the_statement(mt940(":61:2603160316C49,00NTRFNONREF//B1")).difference == 1


@pytest.mark.parametrize(
    ("mark", "sign", "returned"),
    [("C", 1, False), ("D", -1, False), ("RC", -1, True), ("RD", 1, True), ("CR", 1, False)],
)
def test_mt940_reversals_turn_the_sign_and_a_funds_code_does_not(mark: str, sign: int, returned: bool) -> None:
    statement = the_statement(mt940(f":61:260316{mark}50,00NTRFNONREF", closing=f"C260316EUR{100 + 50 * sign},00"))
    (line,) = statement.lines
    assert (line.amount, line.returned, statement.footing) == (50 * sign, returned, Footing.PROVED)


def test_an_mt940_entry_date_at_the_turn_of_the_year_takes_the_near_year() -> None:
    (line,) = the_statement(mt940(":61:2601021231C50,00NTRFNONREF")).lines
    assert (line.value_on, line.booked_on) == (date(2026, 1, 2), date(2025, 12, 31))


def test_mt940_without_its_closing_balance_is_cut_short() -> None:
    result = reading(mt940(":61:260316C50,00NTRFNONREF").split(b":62F:")[0])
    assert result.documents[0].footing is Footing.FAILED
    assert "cut short" in words(result)


def test_mt940_purpose_lines_join_without_a_blank_only_where_they_are_full() -> None:
    short = ":86:166?00GUTSCHRIFT?20SVWZ+INV-104380?21INV-104398?32Payer"
    (line,) = the_statement(mt940(":61:260316C50,00NTRFNONREF", short)).lines
    assert line.text == "INV-104380 INV-104398"
    full = ":86:166?00GUTSCHRIFT?20SVWZ+INV-104380, INV-104398?21765 ENDE?32Payer"  # 27 characters
    (line,) = the_statement(mt940(":61:260316C50,00NTRFNONREF", full)).lines
    assert line.text == "INV-104380, INV-104398765 ENDE"


def test_an_interim_report_mt942_is_only_named() -> None:
    result = reading(b":20:X\n:25:123\n:28C:1\n:34F:EUR0,00\n:61:260316C50,00NTRFNONREF\n:90C:1EUR50,00\n-")
    assert (result.format, result.documents) == ("mt940", ())


def bai2(*records: str, account_total: str = "3150000", closing: str = "1050000", count: int = 3) -> bytes:
    size = count + 4
    return "\n".join(
        (
            "01,BANK,US,260317,0200,1,,,2/",
            "02,US,BANK,1,260316,,USD,2/",
            f"03,123,,010,1000000,,,015,{closing},,/",
            *records,
            f"49,{account_total},{count}/",
            f"98,{account_total},1,{count + 2}/",
            f"99,{account_total},1,{size}/",
        )
    ).encode()


def test_bai2_totals_and_ledger_balances_prove_an_account() -> None:
    statement = the_statement(
        bai2("16,195,50000,0,REF,,PAYER, INC INV 1/2", account_total="2100000", closing="1050000")
    )
    (line,) = statement.lines
    assert (statement.footing, line.amount, line.text) == (Footing.PROVED, Decimal("500.00"), "PAYER, INC INV 1/2")


def test_bai2_control_totals_that_disagree_fail() -> None:
    for data in (
        bai2("16,195,50001,0,REF,,X", account_total="2100000"),
        bai2("16,195,50000,0,REF,,X", account_total="2100000", count=4),
        bai2("16,195,50000,0,REF,,X", account_total="2100000").replace(b"99,2100000", b"99,2100001"),
        bai2("16,195,50000,0,REF,,X", account_total="2100000").rsplit(b"\n", 1)[0],
        bai2("16,195,50000,0,REF,,X", account_total="2150000", closing="1100000"),
    ):
        assert the_statement(data).footing is Footing.FAILED


def test_bai2_yen_have_no_decimals() -> None:
    data = bai2("16,195,50000,0,REF,,X", account_total="2100000").replace(b"USD", b"JPY")
    assert the_statement(data).lines[0].amount == 50000


def test_a_bai2_same_day_interim_report_is_left_out() -> None:
    result = reading(bai2("16,195,50000,0,REF,,X", account_total="2100000").replace(b"USD,2/", b"USD,3/"))
    assert result.documents == ()


def test_a_bai2_bank_that_details_only_a_part_says_so() -> None:
    data = (
        b"01,BANK,US,260317,0200,1,,,2/\n02,US,BANK,1,260316,,USD,2/\n03,123,,100,90000,3,/\n16,195,50000,0,REF,,X\n"
        b"49,140000,3/\n98,140000,1,5/\n99,140000,1,7/"
    )
    assert Flag.TRUNCATED in the_statement(data).flags


def test_a_lockbox_total_that_its_checks_do_not_make_fails() -> None:
    records = (
        "100HALDEN000100260095932605231800",
        "2HALDEN00010026009593000000000040008000801",
        "50000000077777260523HALDEN00010026009593",
        "6001001000070000005500270700123455550000000180260521BOB",
        "700100000777772605230010000700001",
        "8000000007777726052300010000700000",
        "9000007",
    )
    assert the_statement("\n".join(records).encode()).footing is Footing.FAILED


def test_an_ofx_file_that_is_not_closed_is_cut_short() -> None:
    data = b"OFXHEADER:100\n\n<OFX><STMTRS><CURDEF>USD<STMTTRN><DTPOSTED>20260316<TRNAMT>5.00<FITID>1</STMTTRN>"
    assert the_statement(data).footing is Footing.FAILED


def test_ofx_prices_of_errors_are_said_and_not_guessed() -> None:
    data = (
        b"OFXHEADER:100\n\n<OFX><STMTRS><CURDEF>USD<STMTTRN><DTPOSTED>20260316<TRNAMT>5.0.0<FITID>1</STMTTRN>"
        b"</STMTRS></OFX>"
    )
    statement = the_statement(data)
    assert (statement.lines, statement.footing) == ((), Footing.FAILED)


# ---- delimited lists


def listed(text: str) -> bytes:
    return text.encode()


def test_a_running_balance_settles_which_mark_is_the_decimal_one() -> None:
    statement = the_statement(
        listed("Booking date;Description;Amount;Balance\n2026-03-01;A;1,500;2,500\n2026-03-02;B;500;3,000\n")
    )
    assert [line.amount for line in statement.lines] == [1500, 500]
    assert statement.footing is Footing.PROVED


def test_no_amount_has_more_decimals_than_its_currency() -> None:
    statement = the_statement(listed("Booking date;Description;Amount EUR\n2026-03-01;A;1,500\n2026-03-02;B;2,250\n"))
    assert [line.amount for line in statement.lines] == [1500, 2250]


def test_a_mark_that_nothing_settles_gives_no_amounts() -> None:
    result = reading(listed("Booking date;Description;Amount\n2026-03-01;A;1,500\n2026-03-02;B;2,250\n"))
    assert result.documents == ()
    assert "decimal mark" in words(result)


def test_a_running_balance_that_breaks_fails_with_the_difference() -> None:
    statement = the_statement(
        listed("Booking date,Description,Amount,Balance\n2026-03-01,A,10.00,110.00\n2026-03-02,B,5.00,116.00\n")
    )
    assert (statement.footing, statement.difference) == (Footing.FAILED, 1)


@pytest.mark.parametrize("newest_first", [False, True])
def test_the_balance_may_run_either_way(newest_first: bool) -> None:
    rows = ["2026-03-01,A,10.00,110.00", "2026-03-02,B,-5.50,104.50", "2026-03-03,C,1.00,105.50"]
    statement = the_statement(
        listed("\n".join(["Booking date,Description,Amount,Balance", *(rows[::-1] if newest_first else rows)]))
    )
    assert (statement.opening, statement.closing, statement.footing) == (100, Decimal("105.50"), Footing.PROVED)


def test_days_that_could_be_either_order_are_settled_by_time_running_one_way() -> None:
    rows = "".join(f"{day},x,1.00\n" for day in ("01/03/2026", "02/03/2026", "05/04/2026", "01/05/2026"))
    statement = the_statement(listed("Posting Date,Description,Amount\n" + rows))
    assert [line.booked_on for line in statement.lines] == [
        date(2026, 3, 1),
        date(2026, 3, 2),
        date(2026, 4, 5),
        date(2026, 5, 1),
    ]


def test_days_that_nothing_settles_stay_open() -> None:
    statement = the_statement(listed("Posting Date,Description,Amount\n04/03/2026,x,1.00\n"))
    assert statement.lines[0].booked_on is None


def test_a_column_of_debit_and_credit_words_gives_the_sign() -> None:
    statement = the_statement(
        listed("Posting Date,Description,Type,Amount\n2026-03-01,x,DEBIT,5.00\n2026-03-01,y,CREDIT,7.00\n")
    )
    assert [line.amount for line in statement.lines] == [-5, 7]


def test_brackets_and_trailing_signs_are_negative() -> None:
    statement = the_statement(
        listed(
            'Buchungstag;Verwendungszweck;Betrag\n01.03.2026;x;"1.234,50-"\n02.03.2026;y;(7,00)\n03.03.2026;z;8,00 S\n'
        )
    )
    assert [line.amount for line in statement.lines] == [Decimal("-1234.50"), -7, -8]


def test_both_a_debit_and_a_credit_in_one_row_fail() -> None:
    statement = reading(listed("Posting Date,Description,Debit,Credit\n2026-03-01,x,5.00,7.00\n2026-03-02,y,,7.00\n"))
    assert statement.documents[0].footing is Footing.FAILED


def test_pending_rows_are_left_out() -> None:
    result = reading(
        listed(
            "Buchungstag;Verwendungszweck;Betrag;Info\n01.03.2026;x;5,00;Umsatz gebucht\n02.03.2026;y;6,00;Umsatz vorgemerkt\n"
        )
    )
    assert len(result.documents[0].lines) == 1  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "text",
    [
        "Check/EFT,Check Date,Document,Doc Type,Gross,Discount,Net\nEFT 1,03/12/2026,INV-1,IN,10.00,0.00,10.00\n",
        "Invoice Number,Invoice Date,Amount,Balance\nINV-1,2026-03-01,10.00,10.00\nINV-2,2026-03-02,10.00,20.00\n",
        "Date,Reference,Amount\n2026-03-01,INV-1,10.00\n",
        "item,description,unit,unit_price\nX,Nut,EA,5.00\n",
        "Hello,\nplease find attached; regards\n",
    ],
)
def test_lists_of_other_things_are_left_to_others(text: str) -> None:
    assert read_structured(text.encode(), "paper", Limits()) is None


def test_a_plain_list_is_a_banks_only_where_a_person_says_so_or_its_balance_proves_it() -> None:
    plain = b"Date,Description,Amount\n2026-03-01,A,10.00\n2026-03-02,B,-5.50\n"
    assert read_structured(plain, "paper", Limits()) is None
    declared = read_bank_file(plain, "paper", Limits())
    assert declared is not None
    assert len(declared.documents) == 1
    proved = b"Date,Description,Amount,Balance\n2026-03-01,A,10.00,110.00\n2026-03-02,B,-5.50,104.50\n"
    assert the_statement(proved).footing is Footing.PROVED


def test_our_own_field_names_are_understood() -> None:
    statement = the_statement(
        b"booked_on,amount,currency,payer,payer_account,text,bank_reference\n2026-03-16,5000.00,EUR,Verdier SAS,FR76,INV-1,B-1\n"
    )
    (line,) = statement.lines
    assert (
        line.booked_on,
        line.amount,
        line.payer,
        line.payer_account,
        line.text,
        line.bank_reference,
        line.currency,
    ) == (date(2026, 3, 16), 5000, "Verdier SAS", "FR76", "INV-1", "B-1", "EUR")
