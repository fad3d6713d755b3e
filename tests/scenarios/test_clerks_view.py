"""A clerk at the queue: what the screen shows, and splitting, assigning, writing notes and taking back."""

from __future__ import annotations

from tests.line import Line
from tests.scenarios.world import BRIGHTWATER, CALLOWAY, NORDHAVN, bank, codes, paper, sample, state, waiting


def test_the_line_of_the_paper_is_shown_with_its_values_marked(line: Line) -> None:
    line.mail(BRIGHTWATER, "Remittance", "see attached", files=paper(sample("R02")))
    found = waiting(line, "short_pay")
    (shown,) = line.rows("queue", "show", found["id"])
    reference = next(one for one in shown["source"] if one["field"].endswith(".reference"))
    assert (reference["part"], reference["page"], reference["value"]) == ("paper.txt", 1, "DM-55102")
    assert "BW-76988" in reference["line"] and "93.00-" in reference["line"]
    assert "dispute over this amount" in " ".join(shown["settled_by"])
    text = line.run("queue", "show", found["id"]).out
    assert "DM-55102" in text and "What would settle it" in text


def test_the_sentence_of_a_mail_is_the_source_line(line: Line) -> None:
    line.mail(NORDHAVN, "payment", "Hello,\nPayment of USD 24,000.00 for invoice 10436\nBest, Ida")
    (shown,) = line.rows("queue", "show", waiting(line, "line_unresolved")["id"])
    assert {one["line"] for one in shown["source"]} == {"Payment of USD 24,000.00 for invoice 10436"}


def test_each_hypothesis_that_explains_the_difference_is_named(line: Line) -> None:
    line.mail(NORDHAVN, "wire", "Wire 23,975.00 for INV-104361")
    found = waiting(line, "amount_mismatch")
    assert [(h["cause"], h["amount"]) for h in found["hypotheses"]] == [("bank_fee", "25.00")]
    best = found["candidates"][0]
    assert best["settles"] == [{"invoice": "INV-104361", "amount": "23975.00", "bank_fee": "25.00"}]
    assert line.run("queue", "accept", found["id"], "--candidate", "1").code == 0
    assert state(line, "INV-104361")["announced"] == "24000.00"


def test_a_clerk_may_name_what_is_settled_beside_the_cash(line: Line) -> None:
    line.mail(NORDHAVN, "wire", "Wire 23,960.00 for INV-104361")
    found = waiting(line, "amount_mismatch")
    refused = line.run("queue", "apply", found["id"], "--to", "INV-104361=23960.00+gift=40.00")
    assert refused.code == 2 and "bank_fee" in refused.err
    too_much = line.run("queue", "apply", found["id"], "--to", "INV-104361=23960.00+bank_fee=50.00")
    assert too_much.code == 1 and "more than is open" in too_much.err
    assert line.run("queue", "apply", found["id"], "--to", "INV-104361=23960.00+bank_fee=40.00").code == 0
    bank(line, "23960.00", "USD", "NORDHAVN MARINE A/S", "INV-104361")
    assert state(line, "INV-104361")["status"] == "paid"


def test_money_is_split_into_parts_that_are_decided_one_by_one(line: Line) -> None:
    bank(line, "8000.00", "USD", "CALLOWAY CONSTRUCTION GROUP", "ON ACCOUNT")
    found = waiting(line, "lump_sum")
    dry = line.one("queue", "split", found["id"], "--part", "5000", "--dry-run")
    assert dry["status"] == "open" and len(line.rows("queue", "list")) == 1
    line.one("queue", "split", found["id"], "--part", "5000")
    first, second = (q for q in line.rows("queue", "list") if q["split_of"] == found["id"])
    assert (first["amount"], second["amount"]) == ("5000.00", "3000.00")
    assert [c["invoice"] for c in first["candidates"]] == ["INV-104310", "INV-104377"], "a part has its own suggestions"
    beyond = line.run("queue", "apply", second["id"], "--to", "INV-104390=3500.00")
    assert beyond.code == 1 and "a part of 3000.00 USD" in beyond.err
    assert line.run("queue", "accept", first["id"], "--candidate", "1").code == 0
    assert line.run("queue", "apply", second["id"], "--to", "INV-104390=3000.00").code == 0
    assert (state(line, "INV-104310")["open"], state(line, "INV-104390")["open"]) == ("0.00", "14316.40")
    assert line.rows("receipts", "list")[0]["unapplied"] == "0.00"


def test_a_split_is_undone_only_when_its_parts_are(line: Line) -> None:
    bank(line, "8000.00", "USD", "CALLOWAY CONSTRUCTION GROUP", "ON ACCOUNT")
    found = waiting(line, "lump_sum")
    line.one("queue", "split", found["id"], "--part", "5000")
    first = next(q for q in line.rows("queue", "list") if q["split_of"] == found["id"])
    line.one("queue", "accept", first["id"], "--candidate", "1")
    refused = line.run("queue", "undo", found["id"])
    assert refused.code == 1 and f"undo {first['id']} first" in refused.err
    line.one("queue", "undo", first["id"])
    assert state(line, "INV-104310")["open"] == "5000.00"
    line.one("queue", "undo", found["id"])
    assert codes(line) == ["lump_sum"], "one item waits again"


def test_splitting_is_refused_where_it_cannot_add_up(line: Line) -> None:
    bank(line, "8000.00", "USD", "CALLOWAY CONSTRUCTION GROUP", "ON ACCOUNT")
    found = waiting(line, "lump_sum")
    assert "1.00 USD more" in line.run("queue", "split", found["id"], "--part", "8001").err
    assert "at least two parts" in line.run("queue", "split", found["id"], "--part", "8000").err
    assert "no amount in USD" in line.run("queue", "split", found["id"], "--part", "10.001").err


def test_an_undoing_can_be_tried_first(line: Line) -> None:
    bank(line, "3150.00", "USD", "RIDGE MECHANICAL", "INV-104370")
    found = waiting(line, "third_party_payer")
    line.one("queue", "accept", found["id"])
    line.one("queue", "undo", found["id"], "--dry-run")
    assert state(line, "INV-104370")["status"] == "paid"
    assert line.one("queue", "show", found["id"])["status"] == "accepted"


def test_what_show_prints_is_what_its_schema_says(line: Line) -> None:
    from agent.cli.schema import schema_of

    line.mail(CALLOWAY, "Check", "Check 14901 for $5,000.00 mailed Friday.")
    shown = line.one("queue", "show", waiting(line, "line_ambig")["id"])
    assert set(schema_of("queue_item")["required"]) <= set(shown)


def test_an_item_is_given_to_a_person_and_taken_back(line: Line) -> None:
    line.mail(CALLOWAY, "Check", "Check 14901 for $5,000.00 mailed Friday.")
    found = waiting(line, "line_ambig")
    assert line.one("queue", "assign", found["id"], "maria")["owner"] == "maria"
    assert [q["id"] for q in line.rows("queue", "list", "--owner", "maria")] == [found["id"]]
    assert line.one("queue", "assign", found["id"], "--nobody")["owner"] is None
    assert line.run("queue", "assign", found["id"]).code == 2
    (shown,) = line.rows("queue", "show", found["id"])
    assert [(h["action"], h.get("owner")) for h in shown["history"]][1:] == [("assigned", "maria"), ("assigned", None)]


def test_notes_stay_with_the_item_whatever_is_decided(line: Line) -> None:
    line.mail(CALLOWAY, "Check", "Check 14901 for $5,000.00 mailed Friday.")
    found = waiting(line, "line_ambig")
    line.one("queue", "note", found["id"], "Dana says it is the older one")
    line.one("queue", "accept", found["id"], "--candidate", "1")
    (shown,) = line.rows("queue", "show", found["id"])
    assert [n["text"] for n in shown["notes"]] == ["Dana says it is the older one"]
    assert "Dana says" in line.run("queue", "show", found["id"]).out
    assert line.run("queue", "note", found["id"], "  ").code == 1
    late = line.run("queue", "assign", found["id"], "maria")
    assert late.code == 1 and "nothing is left to do" in late.err
