"""The end of the demo: who ordered, what was invoiced and applied, what waits for a person, and what to try next."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Any

from agent.demo.company import short_name
from agent.demo.play import Play
from agent.demo.telling import money

Row = dict[str, Any]


def sum_up(play: Play, home: Path) -> bool:
    """Print the summary; return whether everything came as it must."""
    show = play.show
    orders, invoices = play.rows_of("orders"), play.rows_of("invoices")
    issued = [row for row in invoices if row["order"]]
    advices, receipts = play.rows_of("advices"), play.rows_of("receipts")
    disputes, queue, outbox = (
        play.rows_of("disputes"),
        play.rows_of("queue", "--status", "open"),
        play.rows_of("outbox"),
    )
    (proof,) = play.stage.rows("check")
    show.table(
        "Who ordered",
        ("order", "customer", "their number", "!net", "status"),
        [(r["order"], _name(r), r["po_number"], money(r["total"], r["currency"]), _plain(r["status"])) for r in orders],
    )
    show.table(
        "What was invoiced",
        ("invoice", "customer", "order", "!total", "due", "mail", "status"),
        [
            (
                r["invoice"],
                _name(r),
                r["order"],
                money(r["total"], r["currency"]),
                r["due_on"],
                r["delivery_status"],
                _plain(r["status"]),
            )
            for r in issued
        ],
    )
    show.table(
        "What was applied",
        ("advice", "customer", "!paid", "status", "to"),
        [
            (r["advice"], _name(r), money(r["total"], r["currency"]), _plain(r["status"]), _applied(r, invoices))
            for r in advices
        ],
    )
    show.table(
        "Disputes",
        ("dispute", "customer", "about", "reason", "!amount"),
        [
            (r["dispute"], _name(r), r["invoice"] or r["order"], _plain(r["reason"]), money(r["amount"], r["currency"]))
            for r in disputes
        ],
    )
    show.table(
        "What waits for a person, and why",
        ("id", "kind", "customer", "why"),
        [(r["id"], _plain(r["kind"]), _name(r), r["summary"]) for r in queue],
    )
    _must_be_so(play, orders, issued, advices, receipts, proof)
    sent = sum(row["status"] == "sent" for row in outbox)
    show.text()
    show.text(
        f"{len(play.finished)} mails in, {sent} mails out, {play.typical_answer()} from a mail to its answer (median). "
        + ("ar-agent check: the books are in balance." if proof["ok"] else "ar-agent check found faults:")
    )
    for fault in proof["faults"]:
        show.line("wrong", "check", fault)
    _what_next(play, home, queue)
    return not play.wrong


def _name(row: Row) -> str:
    return short_name(row["customer"])


def _plain(word: str) -> str:
    return word.replace("_", " ")


def _applied(advice: Row, invoices: list[Row]) -> str:
    states = {row["invoice"]: _plain(row["status"]) for row in invoices}
    return ", ".join(f"{one['invoice']} ({states.get(one['invoice'], '?')})" for one in advice["allocations"])


def _must_be_so(
    play: Play, orders: list[Row], issued: list[Row], advices: list[Row], receipts: list[Row], proof: Row
) -> None:
    play.must(len(orders), 6, "orders on file")
    play.must(
        {row["status"] for row in orders} <= {"confirmed", "invoiced", "part_delivered"}, True, "every order is taken"
    )
    play.must([row["delivery_status"] for row in issued], ["sent"] * 5, "five invoices have left")
    play.must(sum(row["status"] == "received" for row in advices), 5, "remittances whose money came")
    play.must([row["unapplied"] for row in receipts if float(row["unapplied"])], [], "money that is not applied")
    play.must(proof["ok"], True, "the books are proved")


def _what_next(play: Play, home: Path, queue: list[Row]) -> None:
    show = play.show
    program = f"{_program()} --home {home}"
    doubtful = next((row["id"] for row in queue if row["kind"] == "ambiguous"), "Q1")
    show.text()
    show.text("Try next, on the home that stays behind:", "1")
    for command, what in (
        (f"{program} queue show {doubtful}", "the payment that fits two invoices, and why"),
        (f"{program} queue accept {doubtful} --candidate 1", "decide it (queue undo takes it back)"),
        (f"{program} report aging", "who owes what, by age"),
    ):
        show.text(f"  {command}")
        show.text(f"      {what}", "2")


def _program() -> str:
    """How to call the program from this folder."""
    beside = Path(sys.executable).with_name("ar-agent")
    if not beside.exists() or shutil.which("ar-agent") == str(beside):
        return "ar-agent"
    return os.path.relpath(beside)
