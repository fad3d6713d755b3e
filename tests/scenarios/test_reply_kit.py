"""The reply kit: a link of our mail, opened and sent as a mail program would, comes back as what it says."""

from __future__ import annotations

import re
import textwrap
from email import message_from_string, policy
from html import escape, unescape
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from agent.domain import reply_kit
from agent.domain.documents import DisputeReason
from agent.domain.reply_kit import Act, KitLine
from templates.words import words_of
from tests.line import Line
from tests.scenarios.world import BRIGHTWATER, codes, import_rows, order, paper, state

LANGUAGES = ["en", "de", "fr", "es", "it", "nl", "ko", "ja"]
SLIP = (
    "GOODS RECEIPT SLIP 5000099     Posting date 03/13/2026\nPO BW-77122   Your delivery note LS-90170\n"
    "Item  Material  Description    Delivered   Accepted\n10    SN-310    Sensor                12         12\n"
)


def written(line: Line, kind: str) -> tuple[str, dict[str, tuple[str, str]]]:
    """The address of our newest mail of a kind, and its links by the line they carry: subject and body."""
    mail = [m for m in line.rows("outbox", "list") if m["kind"] == kind][-1]
    message = message_from_string(line.run("outbox", "show", mail["id"], "--eml").out, policy=policy.default)
    page = message.get_body(("html",)).get_content()  # type: ignore[union-attr]
    found = {}
    address = ""
    for link in re.findall(r'href="(mailto:[^"]+)"', page):
        parts = urlsplit(unescape(link))
        address, query = unquote(parts.path), parse_qs(parts.query)
        body = query["body"][0]
        first = next((one for one in body.splitlines() if reply_kit.read(one)), body)
        found[first] = (query["subject"][0], body)
    return address, found


def invoiced(line: Line, language: str) -> str:
    """An invoice of ours over twelve sensors, written in a language."""
    head = "customer,name,emails,country,currency,language,payment_terms,address,tax_treatment\n"
    row = (
        'C-1001,Brightwater Foods LLC,"ap@brightwaterfoods.example @brightwaterfoods.example",US,USD,'
        f'{language},net 30,"1 Lake St, Chicago IL 60601",export\n'
    )
    import_rows(line, "customers", head + row)
    line.mail("receiving@brightwaterfoods.example", "Goods receipt", "attached", files=paper(SLIP))
    (issued,) = line.rows("invoices", "list", "--order", "SO-58120")
    return str(issued["invoice"])


def answer(
    line: Line, link: tuple[str, str], change: tuple[str, str] | None = None, more: str = ""
) -> dict[str, object]:
    """Send what a link opened, after the customer changed or added something, with a signature below."""
    subject, body = link
    text = body.replace(*change) if change else body
    return line.mail(
        BRIGHTWATER, subject, f"{text}{more}\r\n-- \r\nMarcus Okafor\r\nAccounts Payable\r\n+1 312 555 0100\r\n"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_link_of_an_invoice_comes_back_as_what_it_says(line: Line, language: str) -> None:
    number = invoiced(line, language)
    address, links = written(line, "invoice")
    assert address == "ar@halden.example"
    due = state(line, number)["due_on"]
    assert set(links) == {f"PAY {number} ON {due}", f"DISPUTE {number}", f"POD {number}"}

    paid = answer(line, links[f"PAY {number} ON {due}"])
    assert (paid["outcome"], [e["type"] for e in paid["effects"]]) == ("processed", ["promise"])  # type: ignore[attr-defined]
    (mail,) = line.rows("messages", "list", "--limit", "100")[1:2]
    assert mail["documents"] == [{"kind": "promise_to_pay", "number": number}]

    proof = answer(line, links[f"POD {number}"])
    assert (proof["outcome"], codes(line)) == ("processed", [])
    assert line.rows("outbox", "list")[-1]["kind"] == "request_answer"

    subject, body = links[f"DISPUTE {number}"]
    kept = body.replace("REASON: ", f"REASON: {DisputeReason.QUANTITY.value}").replace("AMOUNT:", "AMOUNT: 258.00")
    row = answer(line, (subject, kept))
    assert row["outcome"] == "processed"
    (dispute,) = line.rows("disputes", "list")
    assert (dispute["invoice"], dispute["reason"], dispute["amount"]) == (number, "quantity", "258.00")
    assert codes(line) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_that_was_not_filled_in_claims_no_reason_and_no_amount(line: Line, language: str) -> None:
    number = invoiced(line, language)
    _, links = written(line, "invoice")
    answer(line, links[f"DISPUTE {number}"])
    (dispute,) = line.rows("disputes", "list")
    assert (dispute["reason"], dispute["amount"]) == ("other", None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_that_a_mail_program_folds_and_marks_up_reads_the_same(line: Line, language: str) -> None:
    """Folded at 72 columns as plain text; and again as HTML with a line an element."""
    number = invoiced(line, language)
    _, links = written(line, "invoice")
    subject, body = links[f"DISPUTE {number}"]
    folded = "\r\n".join(part for one in body.splitlines() for part in (textwrap.wrap(one, 72) or [""]))
    line.mail(BRIGHTWATER, subject, folded)
    assert [(d["reason"], d["amount"], d["text"]) for d in line.rows("disputes", "list")] == [("other", None, None)]
    due = state(line, number)["due_on"]
    subject, body = links[f"PAY {number} ON {due}"]
    page = "".join(f"<div>{escape(one) or '<br>'}</div>" for one in body.splitlines())
    html = f"<html><body dir='auto'>{page}<br><div>Sent from my phone</div></body></html>"
    row = line.mail(BRIGHTWATER, subject, "", html=html)
    assert [e["type"] for e in row["effects"]] == ["promise"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reason_may_be_written_in_the_words_of_the_language(language: str) -> None:
    for reason in DisputeReason:
        assert reply_kit.reason_of(words_of(language).say(f"dispute_reason.{reason}")) is reason
        assert reply_kit.reason_of(reason.value) is reason


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_statement_offers_copies_and_disputes_of_its_items(line: Line, language: str) -> None:
    number = invoiced(line, language)
    line.mail(BRIGHTWATER, "SOA", "STATEMENT")
    _, links = written(line, "statement")
    assert f"COPY {number}" in links or len(links) == 10
    first = next(one for one in links if one.startswith("COPY "))
    row = answer(line, links[first])
    assert [d["kind"] for d in row["documents"]] == ["request"]  # type: ignore[attr-defined]


def test_the_customer_may_change_the_day(line: Line) -> None:
    number = invoiced(line, "de")
    _, links = written(line, "invoice")
    due = state(line, number)["due_on"]
    answer(line, links[f"PAY {number} ON {due}"], (due, "2026-04-02"))
    assert "2026-04-02" in line.run("audit", "show", "P1", "--json").out
    assert codes(line) == []


def test_words_beside_a_dispute_give_it_its_amount_and_text(line: Line) -> None:
    number = invoiced(line, "en")
    _, links = written(line, "invoice")
    more = "\r\nTwo of the SN-310 arrived damaged, please credit $258.00.\r\n"
    answer(line, links[f"DISPUTE {number}"], more=more)
    (dispute,) = line.rows("disputes", "list")
    assert (dispute["reason"], dispute["amount"]) == ("damaged", "258.00")
    assert "arrived damaged" in dispute["text"]


def test_a_complaint_is_taken_back_with_the_link_of_the_case(line: Line) -> None:
    number = invoiced(line, "ko")
    _, links = written(line, "invoice")
    answer(line, links[f"DISPUTE {number}"])
    _, case = written(line, "dispute_opened")
    answer(line, case[f"WITHDRAW {number}"])
    assert codes(line) == ["dispute_withdrawn"]


def test_a_strangers_answer_with_our_link_does_nothing(line: Line) -> None:
    number = invoiced(line, "en")
    before = len(line.rows("outbox", "list"))
    line.mail("someone@elsewhere.example", "Re: Invoice", f"POD {number}\r\n")
    line.mail(BRIGHTWATER, "Re: Invoice", f"PAY {number} ON 2026-04-02\r\n", authenticated=False)
    assert len(line.rows("outbox", "list")) == before
    assert len(codes(line)) == 2


def test_our_own_mail_quoted_below_is_no_answer(line: Line) -> None:
    number = invoiced(line, "en")
    mail = [m for m in line.rows("outbox", "list") if m["kind"] == "invoice"][-1]
    message = message_from_string(line.run("outbox", "show", mail["id"], "--eml").out, policy=policy.default)
    ours = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    quoted = "\n".join(f"> {one}" for one in ours.splitlines())
    line.mail(BRIGHTWATER, f"Re: Invoice {number}", f"Thanks!\n\nOn Mon, 16 Mar 2026 Halden wrote:\n{quoted}\n")
    line.mail(
        BRIGHTWATER,
        f"Re: Invoice {number}",
        f"Thanks!\n\n-----Original Message-----\nFrom: ar@halden.example\n\n{ours}\n",
    )
    assert line.rows("disputes", "list") == []
    assert not any(e["type"] == "promise" for m in line.rows("messages", "list") for e in m["effects"])


@pytest.mark.parametrize(
    "line_",
    [
        KitLine(Act.STATEMENT),
        KitLine(Act.COPY, "INV-104411"),
        KitLine(Act.DISPUTE, "INV/2026/7", line="2", item="VL-220"),
        KitLine(Act.WITHDRAW, "104411"),
    ],
)
def test_every_line_reads_back_as_it_was_written(line_: KitLine) -> None:
    assert reply_kit.read(reply_kit.write(line_)) == line_


@pytest.mark.parametrize(
    "text",
    [
        "PAY INV-1 ON 2026-02-30",
        "PAY INV-1",
        "We PAY INV-1 ON 2026-03-30",
        "pay INV-1 ON 2026-03-30",
        "STATEMENT please",
        "(POD INV-1)",
    ],
)
def test_anything_else_is_no_line_of_the_kit(text: str) -> None:
    assert reply_kit.read(text) is None


def test_one_line_of_an_invoice_is_disputed_by_its_quantity_alone(line: Line) -> None:
    order(
        line,
        "SO-9001,BW-9001,C-1001,2026-03-01,USD,1,SN-310,,4,EA,129.00,1,0,0",
        "SO-9001,BW-9001,C-1001,2026-03-01,USD,2,VL-220,,10,EA,46.50,1,0,0",
    )
    slip = (
        "GOODS RECEIPT SLIP 5000100     Posting date 03/13/2026\nPO BW-9001   Your delivery note LS-90171\n"
        "Item  Material  Description    Delivered   Accepted\n1    SN-310    Sensor                4         4\n"
        "2    VL-220    Ball valve            10        10\n"
    )
    line.mail("receiving@brightwaterfoods.example", "Goods receipt", "attached", files=paper(slip))
    (issued,) = line.rows("invoices", "list", "--order", "SO-9001")
    number = issued["invoice"]
    _, links = written(line, "invoice")
    subject, body = links[f"DISPUTE {number} LINE 2 ITEM VL-220"]
    filled = body.replace("REASON: ", "REASON: damaged").replace("QUANTITY: ", "QUANTITY: 3")
    line.mail(BRIGHTWATER, subject, filled)
    (dispute,) = line.rows("disputes", "list")
    assert (dispute["reason"], dispute["item"], dispute["amount"]) == ("damaged", "VL-220", "139.50")
    assert "line 2" in dispute["text"]


def test_what_was_paid_is_told_by_link_and_the_bank_is_waited_for(line: Line) -> None:
    line.run("dun", now="2026-03-20T09:00:00+00:00")
    _, links = written(line, "reminder")
    paid = next(one for one in links if one.startswith("PAID "))
    invoice = paid.split()[1]
    sender = {c["customer"]: c["emails"] for c in line.rows("customers", "list")}[state(line, invoice)["customer"]][0]
    subject, body = links[paid]
    day = paid.rpartition(" ")[2]
    sender = sender if not sender.startswith("@") else f"ap{sender}"
    row = line.mail(sender, subject, body.replace(day, "2026-03-18"), now="2026-03-20T12:00:00+00:00")
    assert [d["kind"] for d in row["documents"]] == ["remittance_advice"]
    assert state(line, invoice)["status"] in ("announced", "open"), "nothing is settled without the bank"
    assert float(state(line, invoice)["open"]) > 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_change_of_an_order_comes_back_to_the_order(line: Line, language: str) -> None:
    invoiced(line, language)
    text = "PURCHASE ORDER\nPO Number: BW-77999\nDate: 03/16/2026\n\nLine  Item    Qty  UoM  Unit price  Amount\n1     VL-220  10   EA   46.50       465.00\n\nTotal 465.00 USD\nAuthorized by: M. Okafor\n"
    line.mail(BRIGHTWATER, "PO BW-77999", "attached", files=paper(text, "po.txt"))
    _, links = written(line, "order_acknowledgement")
    answer(line, links["CHANGE BW-77999"], more="\r\nPlease deliver to plant 1 instead.\r\n")
    (item,) = (q for q in line.rows("queue", "list") if q["code"] == "order_reply")
    assert "plant 1" in item["summary"]
    assert state_of(line, "BW-77999") in ("confirmed", "held")


def state_of(line: Line, po: str) -> str:
    (order_,) = line.rows("orders", "list", "--po", po)
    return str(order_["status"])
