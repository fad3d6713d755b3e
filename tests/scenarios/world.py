"""What the scenarios say in short: samples, papers, more open items, and what the books say afterwards."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from tests.line import Line

SAMPLES = Path(__file__).parent / "samples"
OUR_IBAN = "GB33BUKB20201500890041"
OUR_ACCOUNT = "998877"
BRIGHTWATER = "ap@brightwaterfoods.example"
CALLOWAY = "dwhit@callowaygroup.example"
MUELLER = "albrecht@mueller-soehne.example"
VERDIER = "compta@ateliers-verdier.example"
IBANEZ = "admin@talleresibanez.example"
HANBIT = "ap@hanbit.example"
AOBA = "keiri@aoba-mfg.example"
ORCHID = "ap@orchidhealth.example"
NORDHAVN = "finance@nordhavn.example"
KESTREL = "jonas@kestrellabs.example"
PENNARD = "accounts@pennardretail.example"
GARDEN = "garden@pennardretail.example"

_INVOICES = "invoice,type,customer,order,po_number,issued_on,due_on,currency,net,tax,total,open,discount_percent,discount_until\n"
_ORDERS = (
    "order,po_number,customer,ordered_on,currency,line,item,description,quantity,unit,unit_price,price_per,"
    "delivered,invoiced\n"
)


def sample(name: str) -> str:
    """A sample as it comes out of a text layer, without the line that says where it is from."""
    text = (SAMPLES / f"{name}.txt").read_text(encoding="utf-8")
    return text.split("\n", 1)[1].lstrip("\n") if text.startswith("[") else text


def body(name: str) -> str:
    """A sample that is a mail: the text below its own heading lines."""
    return sample(name).split("\n\n", 1)[1]


def paper(text: str, name: str = "paper.txt") -> tuple[tuple[str, bytes], ...]:
    return ((name, text.encode()),)


def pdf(text: str, *, hidden: str = "", password: str | None = None) -> bytes:
    """A PDF with a text layer; `hidden` is white and one point high."""
    from reportlab.pdfgen import canvas

    data = io.BytesIO()
    sheet = canvas.Canvas(data, encrypt=password)
    sheet.setFont("Courier", 9)
    for row, words in enumerate(text.splitlines()):
        sheet.drawString(30, 800 - 12 * row, words)
    if hidden:
        sheet.setFillColorRGB(1, 1, 1)
        sheet.setFont("Courier", 1)
        sheet.drawString(30, 50, hidden)
    sheet.save()
    return data.getvalue()


def import_rows(line: Line, kind: str, text: str) -> None:
    path = line.home / f"more-{kind}.csv"
    path.write_text(text, encoding="utf-8")
    result = line.run("import", kind, str(path))
    assert result.code == 0, result.err


def invoice(line: Line, row: str) -> None:
    """One more open item: invoice,type,customer,order,po,issued,due,currency,net,tax,total,open,percent,until."""
    import_rows(line, "invoices", _INVOICES + row + "\n")


def order(line: Line, *rows: str) -> None:
    """One more order, a row a line."""
    import_rows(line, "orders", _ORDERS + "\n".join(rows) + "\n")


def bank(line: Line, amount: str, currency: str, payer: str, text: str) -> None:
    """A statement with one line arrives."""
    balance = (
        "<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy='{currency}'>{value}</Amt>"
        "<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-03-16</Dt></Dt></Bal>"
    )
    path = line.home / "camt.xml"
    path.write_text(
        "<?xml version='1.0'?><Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.02'><BkToCstmrStmt><Stmt>"
        f"<Id>S1</Id><Acct><Id><IBAN>{OUR_IBAN}</IBAN></Id><Ccy>{currency}</Ccy></Acct>"
        + balance.format(kind="OPBD", currency=currency, value="0.00")
        + balance.format(kind="CLBD", currency=currency, value=amount)
        + f"<Ntry><Amt Ccy='{currency}'>{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>"
        "<BookgDt><Dt>2026-03-16</Dt></BookgDt><AcctSvcrRef>B-1</AcctSvcrRef><NtryDtls><TxDtls><RltdPties><Dbtr>"
        f"<Nm>{payer}</Nm></Dbtr></RltdPties><RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
        "</Stmt></BkToCstmrStmt></Document>",
        encoding="utf-8",
    )
    result = line.run("import", "bank", str(path))
    assert result.code == 0, result.out + result.err


def advised(line: Line) -> dict[str, str]:
    """What all advices allocate: invoice -> "cash", with "-discount" and what else stands beside it."""
    found: dict[str, str] = {}
    for advice in line.rows("advices", "list"):
        for part in advice["allocations"]:
            beside = [f"{n} {part[n]}" for n in ("discount", "deduction", "withheld", "write_off") if float(part[n])]
            assert part["invoice"] not in found, "allocated twice"
            found[part["invoice"]] = " ".join([part["amount"], *beside])
    return found


def codes(line: Line) -> list[str]:
    """The codes of what waits for a person."""
    return sorted(q["code"] for q in line.rows("queue", "list") if q["status"] in ("open", "claimed", "undone"))


def waiting(line: Line, code: str) -> dict[str, Any]:
    (found,) = (q for q in line.rows("queue", "list") if q["code"] == code)
    return found


def disputes(line: Line) -> list[tuple[str | None, str, str | None]]:
    return sorted(((d["invoice"], d["reason"], d["amount"]) for d in line.rows("disputes", "list")), key=str)


def mails(line: Line) -> list[str]:
    return sorted(m["kind"] for m in line.rows("outbox", "list"))


def state(line: Line, number: str) -> dict[str, Any]:
    return line.one("invoices", "show", number)


def books_nothing(line: Line, *expected: str) -> None:
    """Nothing is announced, received or disputed, nothing leaves, and these codes wait."""
    assert advised(line) == {}
    assert line.rows("receipts", "list") == []
    assert line.rows("disputes", "list") == []
    assert line.rows("outbox", "list") == []
    assert codes(line) == sorted(expected)


def reminded(line: Line, now: str | None = None) -> dict[str, str]:
    """What a reminder run would send: invoice -> level and the sum of its mail."""
    rows = [r for r in line.rows("dun", "--dry-run", now=now) if "mail" in r]
    return {number: f"{r['level']} {r['total_due']}" for r in rows for number in r["invoices"]}


def held_back(line: Line, now: str | None = None) -> dict[str, str]:
    """What a reminder run leaves alone, and why."""
    rows = [r for r in line.rows("dun", "--dry-run", now=now) if "reason" in r]
    return {r["invoice"]: r["reason"] for r in rows}
