"""Card numbers are never written down; what is kept about a person is shown, and goes where the books allow it."""

from __future__ import annotations

import json
import logging

from agent.blanking import BlankingFormatter, blanked
from tests.line import Line
from tests.scenarios.world import CALLOWAY, advised, codes, pdf

CARD = "4111 1111 1111 1111"
ACH = "ACH sent 3/13 for INV-104377, $5,000.00."


def stored(line: Line) -> bytes:
    return b"".join(path.read_bytes() for path in line.home.glob("ar-agent.db*"))


def test_a_card_number_in_a_mail_is_nowhere_in_the_home_afterwards(line: Line) -> None:
    line.mail(CALLOWAY, f"Card {CARD}", f"{ACH}\nOr charge our Visa {CARD}, cvc 123.", html=f"<p>{ACH} Visa {CARD}</p>")
    for path in line.home.glob("mail-*.eml"):
        path.unlink()
    assert advised(line) == {"INV-104377": "5000.00"}
    data = stored(line)
    assert CARD.encode() not in data
    assert b"4111111111111111" not in data
    assert b"4111 11XX XXXX 1111" in data
    assert "4111 11XX XXXX 1111" in line.run("messages", "show", "M1", "--eml").out


def test_a_card_number_in_a_pdf_is_told_and_what_was_read_of_it_is_blanked(line: Line) -> None:
    line.mail(CALLOWAY, "Payment", ACH, files=(("card.pdf", pdf(f"Remittance advice\nplease charge our card {CARD}")),))
    reading = json.dumps(line.one("messages", "show", "M1"))
    assert CARD not in reading
    if "card_number" in codes(line):
        assert line.run("messages", "erase", "M1").code == 1  # the advice beside it is part of the books


def test_long_references_are_no_cards(line: Line) -> None:
    line.mail(CALLOWAY, "Payment 4111111111111111", ACH)
    assert line.one("messages", "show", "M1")["subject"] == "Payment 4111111111111111"


def test_everything_about_a_person_is_shown(line: Line) -> None:
    line.mail(CALLOWAY, "ACH payment", ACH)
    line.run("contacts", "set", CALLOWAY, "--customer", "C-1002", "--name", "D. White")
    rows = line.run("customers", "export-personal", CALLOWAY.upper()).rows
    assert {row["what"] for row in rows} >= {"message", "contact"}
    assert line.run("customers", "export-personal", "nobody@nowhere.example").code == 1


def test_what_is_no_part_of_the_books_is_erased_and_the_rest_stays_with_its_reason(line: Line) -> None:
    line.mail(CALLOWAY, "ACH payment", ACH)
    line.mail(CALLOWAY, "Thanks", "Thank you!")
    dry = line.rows("customers", "erase", CALLOWAY, "--dry-run")[0]
    assert (dry["messages"], dry["kept"]) == (["M2"], ["M1"])
    assert "Thank you" in line.run("messages", "show", "M2", "--eml").out
    done = line.rows("customers", "erase", CALLOWAY)[0]
    assert done["messages"] == ["M2"]
    assert "erased" in line.run("messages", "show", "M2", "--eml").out
    row = line.one("messages", "show", "M2")
    assert (row["from"], row["subject"], row["reason"]) == (None, None, "erased on request")
    # The books stand, and the same mail from the server again is still known.
    assert advised(line) == {"INV-104377": "5000.00"}
    (again,) = line.rows("ingest", str(line.home / "mail-2.eml"))
    assert again["outcome"] == "duplicate"
    line.check()


def test_an_address_of_a_customer_goes_off_the_record_unless_it_is_the_only_one(line: Line) -> None:
    assert line.rows("customers", "erase", "ap@callowaygroup.example")[0]["customers"] == ["C-1002"]
    assert line.one("customers", "show", "C-1002")["emails"] == ["@callowaygroup.example"]
    path = line.home / "one.csv"
    path.write_text("customer,name,emails,currency\nC-2001,New Ltd,only@new.example,GBP\n")
    line.run("import", "customers", str(path))
    kept = line.rows("customers", "erase", "only@new.example")[0]["kept"]
    assert kept == ["customer C-2001: its only address; import another one first"]


def test_a_mail_that_is_booked_or_waits_is_not_erased(line: Line) -> None:
    line.mail(CALLOWAY, "ACH payment", ACH)
    line.mail(CALLOWAY, "Question", "What is the matter with our complaint of May, dear people?")
    for number in ("M1", "M2"):
        result = line.run("messages", "erase", number)
        assert result.code == 1
        assert "part of the books, or waits" in result.err


def test_log_lines_hold_no_addresses_amounts_or_accounts() -> None:
    text = "mail 7 of ann.lee@buyer.example over 1,234.50 EUR and 99.90 to DE89 3704 0044 0532 0130 00 at 10:15:30 in 2026-03-16"
    assert blanked(text) == "mail 7 of #@buyer.example over # EUR and # to #account at 10:15:30 in 2026-03-16"
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "failed for %s", ("a@b.example",), None)
    assert BlankingFormatter("%(message)s").format(record) == "failed for #@b.example"
