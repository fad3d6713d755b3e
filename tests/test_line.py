"""The main job from mail to books, through the command line: what staff and scripts see."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from tests.line import IBAN, Line, make_line
from tests.servers.postgres import Postgres


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample company, imported once and copied for each test."""
    return make_line(tmp_path_factory.mktemp("template") / "home").home


@pytest.fixture
def line(template: Path, tmp_path: Path) -> Iterator[Line]:
    shutil.copytree(template, tmp_path / "home")
    made = Line(tmp_path / "home")
    yield made
    made.check()


@pytest.fixture
def paid_line(tmp_path: Path) -> Iterator[Line]:
    made = make_line(tmp_path / "home", settles="paid")
    yield made
    made.check()


ORDER = """\
Ateliers Verdier SAS          BON DE COMMANDE N° {number}       Grenoble, le 16/03/2026
Fournisseur : HALDEN COMPONENTS

Réf.      Désignation              Qté    PU HT      Montant HT
VL-220    Vanne à bille DN25        24    {price}    {amount}
                                          Total HT   {amount}
"""
CLEAN = ORDER.format(number="CF26-0500", price=" 40,74", amount="  977,76")
CHEAP = ORDER.format(number="CF26-0501", price=" 39,00", amount="  936,00")


def order(line: Line, text: str = CLEAN, subject: str = "Commande") -> dict[str, object]:
    return line.mail(
        "achats@ateliers-verdier.example",
        subject,
        "Bonjour,\n\nvoici notre commande.",
        files=(("commande.txt", text.encode()),),
    )


def test_a_clean_order_is_booked_and_acknowledged(line: Line) -> None:
    row = order(line)
    assert row["outcome"] == "processed"
    booked = line.one("orders", "show", "CF26-0500")
    assert (booked["status"], booked["total"], booked["discrepancies"]) == ("confirmed", "977.76", [])
    (mail,) = line.rows("outbox", "list", "--about", booked["order"])
    assert (mail["kind"], mail["status"], mail["language"]) == ("order_acknowledgement", "queued", "fr")
    assert mail["to"] == ["achats@ateliers-verdier.example"]
    assert mail["message_id"]


def test_an_order_at_another_price_is_held_and_the_buyer_asked_once(line: Line) -> None:
    row = order(line, CHEAP)
    assert row["outcome"] == "queued"
    held = line.one("orders", "show", "CF26-0501")
    assert held["status"] == "held"
    (difference,) = held["discrepancies"]
    assert (difference["code"], difference["line"]) == ("price", "1")
    assert (Decimal(difference["said"]), Decimal(difference["expected"])) == (Decimal("39.00"), Decimal("40.74"))
    (mail,) = line.rows("outbox", "list", "--about", held["order"])
    assert mail["kind"] == "order_query"
    (waiting,) = line.rows("queue", "list")
    assert (waiting["kind"], waiting["code"]) == ("order_discrepancy", "price_var")


def test_a_clerk_takes_a_held_order_as_the_buyer_wrote_it_and_takes_it_back(line: Line) -> None:
    order(line, CHEAP)
    (waiting,) = line.rows("queue", "list")
    assert line.run("queue", "accept", waiting["id"], "--candidate", "2").code == 0
    booked = line.one("orders", "show", "CF26-0501")
    assert (booked["status"], booked["total"]) == ("confirmed", "936.00")
    assert line.run("queue", "undo", waiting["id"]).code == 0
    again = line.one("orders", "show", "CF26-0501")
    assert again["status"] == "held"
    assert again["discrepancies"]


def test_the_same_order_again_makes_no_second_one(line: Line) -> None:
    order(line)
    row = order(line, CLEAN, "2e demande : commande CF26-0500")
    assert row["outcome"] == "processed"
    assert len(line.rows("orders", "list", "--po", "CF26-0500")) == 1


def test_the_same_mail_twice_has_one_effect(line: Line) -> None:
    order(line)
    (row,) = line.rows("ingest", str(line.home / "mail-1.eml"))
    assert row["outcome"] == "duplicate"
    assert "M1" in row["reason"]
    assert len(line.rows("orders", "list", "--po", "CF26-0500")) == 1


def test_a_confirmed_delivery_is_invoiced_at_once(line: Line) -> None:
    deliver(line)
    (over,) = line.rows("queue", "list")
    assert over["code"] == "dlv_over"


def deliver(line: Line) -> None:
    receipt = textwrap.dedent("""\
        MATERIAL DOCUMENT 5000083312 / 2026     GOODS RECEIPT SLIP      Posting date 13.03.2026
        PO 4501-2277   Vendor 704411   Your delivery note LS-90177   Movement type 101
        Item  Material  Description             Delivered   Accepted   PO qty   Open
        10    SN-310    Drucksensor                    20         20       30     10
        20    VL-220    Kugelhahn DN25                 52         50       50      0
        """)
    row = line.mail(
        "wareneingang@mueller-soehne.example", "Wareneingang", "siehe Anlage", files=(("gr.txt", receipt.encode()),)
    )
    (invoice,) = line.rows("invoices", "list", "--order", "SO-58142")
    assert (invoice["invoice"], invoice["net"], invoice["po_number"]) == ("INV-104403", "4460.00", "4501-2277")
    assert invoice["due_on"] == "2026-04-15"
    assert {"type": "invoice", "id": "INV-104403"} in row["effects"]
    (mail,) = line.rows("outbox", "list", "--about", "INV-104403")
    assert (mail["kind"], mail["to"]) == ("invoice", ["rechnung@mueller-soehne.example"])
    assert b"INV-104403.pdf" in raw(line, mail["id"])
    booked = line.one("orders", "show", "SO-58142")
    assert [(x["delivered"], x["invoiced"]) for x in booked["lines"]] == [("20", "20"), ("50", "50")]


def raw(line: Line, mail: str) -> bytes:
    from agent.settings import load
    from agent.store import blobs, outbound
    from agent.store.engine import open_engine, read

    engine = open_engine(load(line.home).database_url)
    number = int(mail[1:])
    data = read(engine, lambda tx: blobs.load(tx, outbound.row_of(tx, number).sha256))
    engine.dispose()
    assert data is not None
    return data


EFT = """\
BRIGHTWATER FOODS LLC                    EFT REMITTANCE ADVICE              PAGE   1 OF 1
VENDOR 0004471  HALDEN COMPONENTS LTD    EFT NO.   0008812345     DATE 03/13/26

 INVOICE NO       INV DATE   PO NUMBER   DESCRIPTION             GROSS       DISC         NET
 104355           02/10/26   BW-76988    VALVES               8,125.50        .00    8,125.50
 0000104401       03/04/26   BW-77120    SENSORS             12,450.00     249.00   12,201.00
 CN20317          02/24/26                RETURN                640.00-       .00      640.00-
                                              TOTALS         19,935.50     249.00   19,686.50
"""


def advise(line: Line, text: str = EFT) -> dict[str, object]:
    return line.mail("ap@brightwaterfoods.example", "EFT advice", "see attached", files=(("remit.txt", text.encode()),))


def test_an_advice_announces_and_the_bank_line_settles(line: Line) -> None:
    row = advise(line)
    assert row["outcome"] == "processed"
    (advice,) = line.rows("advices", "list")
    assert (advice["status"], advice["total"]) == ("matched", "19686.50")
    assert [(a["invoice"], a["amount"], a["discount"]) for a in advice["allocations"]] == [
        ("INV-104355", "8125.50", "0.00"),
        ("INV-104401", "12201.00", "249.00"),
        ("CN-20317", "-640.00", "0.00"),
    ]
    announced = line.one("invoices", "show", "INV-104401")
    assert (announced["status"], announced["open"], announced["announced"]) == ("announced", "12450.00", "12450.00")
    statement = line.home / "camt.xml"
    statement.write_text(
        CAMT.format(iban=IBAN, amount="19686.50", reference="0008812345", currency="USD", closing="20686.50")
    )
    assert line.run("import", "bank", str(statement)).code == 0
    (receipt,) = line.rows("receipts", "list")
    assert (receipt["customer"], receipt["amount"], receipt["unapplied"], receipt["advice"]) == (
        "C-1001",
        "19686.50",
        "0.00",
        "A1",
    )
    paid = line.one("invoices", "show", "INV-104401")
    assert (paid["status"], paid["open"], paid["announced"]) == ("paid", "0.00", "0.00")
    assert line.one("advices", "show", "A1")["status"] == "received"
    assert line.run("import", "bank", str(statement)).code == 0
    assert len(line.rows("receipts", "list")) == 1


CAMT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>1</MsgId><CreDtTm>2026-03-16T06:00:00</CreDtTm></GrpHdr>
<Stmt><Id>S1</Id><Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>{currency}</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="{currency}">1000.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-03-15</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="{currency}">{closing}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-03-16</Dt></Dt></Bal>
<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-03-16</Dt></BookgDt><ValDt><Dt>2026-03-16</Dt></ValDt><AcctSvcrRef>B-1</AcctSvcrRef>
<NtryDtls><TxDtls><Refs><EndToEndId>{reference}</EndToEndId></Refs><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><RltdPties><Dbtr><Nm>Brightwater Foods LLC</Nm></Dbtr></RltdPties><RmtInf><Ustrd>{reference}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
</Stmt></BkToCstmrStmt></Document>
"""


def test_without_a_bank_feed_the_advice_itself_settles(paid_line: Line) -> None:
    advise(paid_line)
    (receipt,) = paid_line.rows("receipts", "list")
    assert (receipt["amount"], receipt["unapplied"]) == ("19686.50", "0.00")
    assert paid_line.one("invoices", "show", "INV-104355")["status"] == "paid"
    assert paid_line.one("advices", "show", "A1")["status"] == "received"


def test_an_advice_whose_lines_do_not_add_up_books_nothing(line: Line) -> None:
    row = advise(line, EFT.replace("19,686.50", "19,586.50"))
    assert row["outcome"] == "queued"
    (waiting,) = line.rows("queue", "list")
    assert waiting["kind"] == "total_mismatch"
    assert not any(float(i["announced"]) for i in line.rows("invoices", "list"))


def test_a_forged_sender_books_nothing_and_gets_no_answer(line: Line) -> None:
    row = line.mail(
        "ap@brightwaterfoods.example", "EFT", "see attached", files=(("remit.txt", EFT.encode()),), authenticated=False
    )
    assert row["outcome"] == "queued"
    assert {q["kind"] for q in line.rows("queue", "list")} == {"untrusted_sender"}
    assert line.rows("outbox", "list") == []
    assert not any(float(i["announced"]) for i in line.rows("invoices", "list"))


def test_the_same_advice_in_another_mail_has_no_second_effect(line: Line) -> None:
    advise(line)
    row = line.mail("ap@brightwaterfoods.example", "EFT advice again", "once more", files=(("copy.txt", EFT.encode()),))
    assert row["outcome"] == "processed"
    assert len(line.rows("advices", "list")) == 1


def test_statements_by_mail_are_believed_only_from_listed_banks(line: Line) -> None:
    data = CAMT.format(iban=IBAN, amount="8125.50", reference="INV-104355", currency="USD", closing="9125.50").encode()
    row = line.mail("crook@somewhere.example", "statement", "attached", files=(("camt.xml", data),))
    assert row["outcome"] == "queued"
    assert line.rows("receipts", "list") == []
    row = line.mail("statements@bank.example", "statement", "attached today", files=(("camt.xml", data),))
    assert row["outcome"] == "processed"
    assert line.one("invoices", "show", "INV-104355")["status"] == "paid"


def test_reminders_leave_alone_what_is_announced_and_come_once(line: Line) -> None:
    advise(line)
    planned = [r for r in line.rows("dun", "--dry-run") if "mail" in r]
    named = {number for row in planned for number in row["invoices"]}
    assert "INV-104310" in named
    assert "INV-104355" not in named
    assert line.rows("outbox", "list") == []
    assert len([r for r in line.rows("dun") if "mail" in r]) == len(planned)
    assert [r for r in line.rows("dun") if "mail" in r] == []
    assert {m["kind"] for m in line.rows("outbox", "list")} == {"reminder"}


def test_aging_agrees_with_the_balances(line: Line) -> None:
    totals = {r["currency"]: r["total"] for r in line.rows("report", "aging") if r["customer"] is None}
    assert totals["GBP"] == "27072.59"
    (customer,) = line.rows("customers", "list", "--customer", "C-1009")
    assert (customer["balance"], customer["overdue"]) == ("7512.60", "0.00")


def test_a_malformed_mail_a_broken_pdf_and_a_wrong_csv_lose_nothing(line: Line) -> None:
    broken = line.mail("ap@brightwaterfoods.example", "PO", "see attached", files=(("po.pdf", b"%PDF-1.7 broken"),))
    assert broken["outcome"] == "queued"
    path = line.home / "junk.eml"
    path.write_bytes(b"\x00\xff\xfeFrom nobody\r\n\r\n\x80\x81")
    (row,) = line.rows("ingest", str(path))
    assert row["outcome"] in ("ignored", "queued")
    wrong = line.home / "wrong.csv"
    wrong.write_text("customer,nam\nC-1,x\n")
    result = line.run("import", "customers", str(wrong))
    assert result.code == 2
    assert "nam" in result.err
    assert len(line.rows("messages", "list")) == 2


def test_importing_the_same_files_again_changes_nothing(line: Line) -> None:
    from tests.line import WORLD

    for kind in ("customers", "items", "prices", "orders", "invoices"):
        row = line.one("import", kind, str(WORLD / f"{kind}.csv"))
        assert set(row["counts"]) == {"unchanged"}


def test_shadow_books_and_sends_nothing(tmp_path: Path) -> None:
    line = make_line(tmp_path / "home", automation="shadow")
    row = advise(line)
    assert row["outcome"] == "processed"
    assert "shadow" in str(row["reason"])
    assert line.rows("advices", "list") == []
    assert line.rows("outbox", "list") == []
    line.check()


def test_assist_holds_everything_that_would_leave(tmp_path: Path) -> None:
    line = make_line(tmp_path / "home", automation="assist")
    order(line)
    assert {m["status"] for m in line.rows("outbox", "list")} == {"held"}
    line.check()


def test_every_list_has_the_agreed_fields(line: Line) -> None:
    from agent.cli.schema import SHAPES

    advise(line)
    order(line, CHEAP)
    for name in ("customers", "orders", "invoices", "advices", "queue", "outbox", "messages"):
        rows = line.rows(name, "list")
        assert rows, name
        for row in rows:
            assert set(SHAPES[name]) <= set(row), name


def test_the_whole_line_runs_on_postgresql(postgres_server: Postgres, tmp_path: Path) -> None:
    with postgres_server.database() as url:
        line = make_line(tmp_path / "home", database=url)
        order(line, CHEAP)
        (waiting,) = line.rows("queue", "list")
        assert line.run("queue", "accept", waiting["id"], "--candidate", "1").code == 0
        assert line.run("queue", "undo", waiting["id"]).code == 0
        deliver(line)
        test_an_advice_announces_and_the_bank_line_settles(line)
        assert line.rows("dun", "--dry-run")
        line.check()


def test_money_that_came_before_its_advice_is_applied_when_the_advice_comes(line: Line) -> None:
    statement = line.home / "camt.xml"
    statement.write_text(
        CAMT.format(iban=IBAN, amount="19686.50", reference="0008812345", currency="USD", closing="20686.50")
    )
    assert line.run("import", "bank", str(statement)).code == 0
    (receipt,) = line.rows("receipts", "list")
    assert (receipt["customer"], receipt["unapplied"]) == ("C-1001", "19686.50")
    advise(line)
    (receipt,) = line.rows("receipts", "list")
    assert (receipt["unapplied"], receipt["advice"]) == ("0.00", "A1")
    assert line.one("invoices", "show", "INV-104355")["status"] == "paid"
    assert [q for q in line.rows("queue", "list") if q["status"] == "open"] == []


def test_a_returned_payment_opens_what_it_paid(line: Line) -> None:
    data = CAMT.format(iban=IBAN, amount="8125.50", reference="INV-104355", currency="USD", closing="9125.50")
    first = line.home / "camt1.xml"
    first.write_text(data)
    line.run("import", "bank", str(first))
    assert line.one("invoices", "show", "INV-104355")["status"] == "paid"
    back = (
        data.replace("<Id>S1</Id>", "<Id>S2</Id>")
        .replace("B-1", "B-2")
        .replace("<CdtDbtInd>CRDT</CdtDbtInd><Sts>", "<CdtDbtInd>DBIT</CdtDbtInd><RvslInd>true</RvslInd><Sts>")
    )
    back = back.replace("9125.50", "1000.00").replace(
        ">1000.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-03-15",
        ">9125.50</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-03-15",
    )
    second = line.home / "camt2.xml"
    second.write_text(back)
    result = line.run("import", "bank", str(second), "--json")
    assert result.code == 0, result.out
    reopened = line.one("invoices", "show", "INV-104355")
    assert (reopened["status"], reopened["open"]) == ("open", "8125.50")


def test_an_accepted_change_reaches_the_order_and_can_be_taken_back(line: Line) -> None:
    order(line)
    more = CLEAN.replace("        24    ", "        30    ").replace("  977,76", "1 222,20")
    row = order(line, more, "Commande CF26-0500")
    assert row["outcome"] == "queued"
    (waiting,) = line.rows("queue", "list")
    assert waiting["code"] == "po_dup"
    assert line.run("queue", "accept", waiting["id"]).code == 0
    assert line.one("orders", "show", "CF26-0500")["lines"][0]["quantity"] == "30"
    assert line.run("queue", "undo", waiting["id"]).code == 0
    assert line.one("orders", "show", "CF26-0500")["lines"][0]["quantity"] == "24"


def test_money_for_a_proforma_releases_the_order(line: Line) -> None:
    text = "Hello,\n\nplease send us 25 of SN-310 at 129.00 each, total 3,225.00. Our PO number is KL-0360.\n\nJonas\n"
    row = line.mail("jonas@kestrellabs.example", "PO KL-0360", text)
    assert row["outcome"] == "processed", row
    waiting = line.one("orders", "show", "KL-0360")
    assert waiting["status"] == "waiting_prepayment"
    statement = line.home / "camt.xml"
    data = CAMT.format(iban=IBAN, amount="3225.00", reference="KL-0360", currency="USD", closing="4225.00")
    statement.write_text(data.replace("Brightwater Foods LLC", "Kestrel Labs, Inc."))
    assert line.run("import", "bank", str(statement)).code == 0
    assert line.one("orders", "show", "KL-0360")["status"] == "confirmed"
    (receipt,) = line.rows("receipts", "list")
    assert receipt["unapplied"] == "3225.00"
