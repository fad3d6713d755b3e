"""What staff do about late payment from the command line."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.line import Line, make_line

NOW = "2026-03-16T09:00:00+00:00"


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    made = make_line(tmp_path / "home")
    settings = made.home / "ar-agent.toml"
    settings.write_text(settings.read_text() + "\n[dunning.policies.gentle]\nlevels = [20]\nsegments = ['key']\n")
    yield made
    made.check()


def load(line: Line, kind: str, text: str) -> tuple[int, str]:
    path = line.home / f"{kind}.csv"
    path.write_text(text, encoding="utf-8")
    result = line.run("import", kind, str(path))
    return result.code, result.out + result.err


def test_terms_are_shown_changed_and_checked(line: Line) -> None:
    row = line.one("customers", "terms", "C-1003", "--law", "de", "--segment", "key", "--statement-day", "31")
    assert (row["law"], row["segment"], row["statement_day"]) == ("DE", "key", 31)
    row = line.one("customers", "terms", "C-1003", "--interest-percent", "9.5")
    assert (row["interest"], row["interest_percent"], row["law"]) == ("agreed", "9.5", "DE")
    row = line.one("customers", "terms", "C-1003", "--interest", "never", "--segment", "none")
    assert (row["interest"], row["segment"]) == ("none", None)
    for wrong in (["--policy", "kind"], ["--law", "XX"], ["--interest-percent", "0"], ["--statement-day", "32"]):
        assert line.run("customers", "terms", "C-1003", *wrong).code == 2
    assert line.run("customers", "terms", "C-404").code == 1


def test_terms_and_levels_come_with_an_import_and_an_empty_field_leaves_what_is_there(line: Line) -> None:
    head = "customer,name,emails,currency,dunning_policy,segment,law,interest_percent,statement_day\n"
    assert load(line, "customers", head + "C-77,Seven,ap@seven.example,EUR,gentle,key,FR,,15\n")[0] == 0
    assert load(line, "customers", head + "C-77,Seven,ap@seven.example,EUR,,,,12,\n")[0] == 0
    row = line.one("customers", "terms", "C-77")
    assert [row[k] for k in ("policy", "segment", "law", "interest", "interest_percent", "statement_day")] == [
        "gentle", "key", "FR", "agreed", "12", 15,
    ]  # fmt: skip
    code, said = load(line, "customers", head + "C-78,Eight,ap@eight.example,EUR,rude,,,,\n")
    assert (code, "[dunning.policies.rude]" in said) == (1, True)
    invoices = "invoice,customer,issued_on,due_on,currency,total,dunning_level\n"
    assert load(line, "invoices", invoices + "OLD-1,C-1014,2026-01-01,2026-02-01,USD,10.00,2\n")[0] == 0
    (mail,) = [r for r in line.rows("dun") if r.get("customer") == "C-1014" and "mail" in r]
    assert ("OLD-1", 3) in {(i["invoice"], i["level"]) for i in mail["items"]}
    assert line.run("import", "invoices", str(line.home / "invoices.csv")).code == 0


def test_a_charge_is_worked_out_shown_as_csv_and_pdf_charged_and_waived(line: Line, tmp_path: Path) -> None:
    line.one("customers", "terms", "C-1003", "--law", "DE")
    dry = line.one("charges", "propose", "INV-104333", "--dry-run")
    assert line.rows("charges", "list") == []
    row = line.one("charges", "propose", "INV-104333")
    assert (row["total"], row["status"]) == (dry["total"], "proposed")
    sheet, paper = tmp_path / "sheet.csv", tmp_path / "sheet.pdf"
    assert line.run("charges", "show", row["charge"], "--csv", str(sheet), "--pdf", str(paper)).code == 0
    rows = list(csv.DictReader(sheet.read_text().splitlines()))
    assert rows[-1]["interest"] == row["total"]
    assert rows[0]["percent"] == "10.27"
    assert paper.read_bytes().startswith(b"%PDF")
    charged = line.one("charges", "charge", row["charge"])
    assert (charged["status"], charged["document"]) == ("charged", "LC-00001")
    assert line.one("invoices", "show", "LC-00001")["open"] == row["total"]
    assert line.run("charges", "charge", row["charge"]).code == 1
    assert line.one("charges", "waive", row["charge"], "--note", "goodwill")["status"] == "waived"
    assert line.one("invoices", "show", "LC-00001")["open"] == "0.00"
    assert not [q for q in line.rows("queue", "list") if q["code"] == "late_charge" and q["status"] == "open"]


def test_a_plan_is_agreed_listed_and_ended(line: Line) -> None:
    parts = ["--part", "2026-04-01=2500.00", "--part", "2026-05-01=2500.00"]
    row = line.one("plans", "agree", "C-1002", "INV-104310", *parts)
    assert (row["plan"], row["total"], row["next_due"], row["status"]) == ("PP1", "5000.00", "2026-04-01", "active")
    assert line.one("plans", "show", "PP1")["instalments"][1]["due_on"] == "2026-05-01"
    assert line.run("plans", "cancel", "PP1").code == 0
    assert line.rows("plans", "list", "--status", "active") == []
    assert line.run("plans", "resume", "PP1").code == 0
    assert line.run("plans", "agree", "C-1002", "INV-104310", "--part", "tomorrow").code == 2


def test_exposure_offer_letter_and_evidence(line: Line, tmp_path: Path) -> None:
    row = line.one("customers", "exposure", "C-1002")
    assert row["currency"] == "USD"
    assert float(row["exposure"]) >= 5000
    assert line.run("customers", "offer", "C-1002", "INV-104310", "--percent", "1", "--until", "2026-03-20").code == 0
    letter, pack = tmp_path / "letter.pdf", tmp_path / "pack.zip"
    assert line.run("customers", "policy-letter", "C-1002", "--pdf", str(letter)).code == 0
    assert letter.read_bytes().startswith(b"%PDF")
    assert line.run("customers", "policy-letter", "C-1002").code == 0
    assert line.run("customers", "evidence", "C-1002", str(pack), "--invoice", "INV-104310").code == 0
    with zipfile.ZipFile(pack) as archive:
        assert {"SHA256SUMS", "README.txt", "invoices/INV-104310.json"} <= set(archive.namelist())
    assert line.run("customers", "evidence", "C-1002", str(pack), "--invoice", "INV-104333").code == 1


def test_reminders_from_cron_are_done_once_a_day(line: Line) -> None:
    first = [r for r in line.rows("dun", "--once-a-day") if "mail" in r]
    assert first
    assert line.rows("dun", "--once-a-day") == []
    assert line.rows("dun", "--once-a-day", now="2026-03-16T23:00:00+00:00") == []


def test_a_hold_can_stop_supply_and_a_release_lets_it_go_on(line: Line) -> None:
    settings = line.home / "ar-agent.toml"
    settings.write_text(settings.read_text() + "\n[staff]\nemails = ['eve@halden.example']\n")
    before = {o["order"]: o["status"] for o in line.rows("orders", "list")}
    customer, moving = next(
        (o["customer"], o["order"])
        for o in line.rows("orders", "list")
        if o["status"] in ("confirmed", "part_delivered")
    )
    assert line.run("customers", "hold", customer).code == 0
    assert {o["order"]: o["status"] for o in line.rows("orders", "list")} == before, "a hold alone stops new orders"
    result = line.run("customers", "hold", customer, "--stop-supply", "--note", "60 days late")
    assert moving in result.out
    assert line.one("orders", "show", moving)["status"] == "held"
    (mail,) = [m for m in line.rows("outbox", "list") if m["to"] == ["eve@halden.example"]]
    assert moving in line.run("outbox", "show", mail["id"], "--eml").out
    assert moving in line.run("customers", "release", customer).out
    assert {o["order"]: o["status"] for o in line.rows("orders", "list")} == before
    assert not line.one("customers", "show", customer)["on_hold"]
