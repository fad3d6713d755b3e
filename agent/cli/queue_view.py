"""One queue item as a clerk sees it: why it waits, where it stands on the paper, what explains it, what settles it."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

import click

from agent.cli.app import App
from agent.cli.evidence import in_text, source_lines
from agent.cli.guidance import would_settle
from agent.cli.output import clean, heading

if TYPE_CHECKING:
    from sqlalchemy import Connection

Plain = dict[str, Any]
WAITING = ("open", "claimed", "undone")
_KEY_FIELDS = ("reference", "order_number", "gross", "discount", "deduction", "withheld", "paid", "reason")


def full_row(tx: Connection, number: int) -> Plain:
    """The row of the list with its source, its notes, its parts and what would settle it."""
    from agent.booking.learning import columns
    from agent.store import events, lists, work

    stored = work.queue_row(tx, number)
    row = lists.queue_row_plain(stored)
    trail = events.trail(tx, [("queue", f"Q{number}")])
    message = lists.find_message(tx, stored.message) if stored.message is not None else None
    subject = stored.subject_type
    return row | {
        "source": _source(tx, stored),
        "settled_by": would_settle(stored.code, subject, offers=bool(row["candidates"])),
        "headings": list(columns.unknown(message.reading)) if message is not None else [],
        "notes": [
            {"at": str(e["at"])[:16], "by": _who(e["actor"]), "text": e["data"]["text"]}
            for e in trail
            if e["action"] == "noted"
        ],
        "history": [
            {"at": str(e["at"])[:16], "by": _who(e["actor"]), "action": e["action"]} | _told(e["data"] or {})
            for e in trail
            if e["action"] != "noted"
        ],
        "parts": [f"Q{part.id}" for part in work.parts_of(tx, number)],
    }


def _who(actor: str) -> str:
    return actor.partition(":")[2] or actor


def _told(data: Plain) -> Plain:
    return {"note": str(data["note"])} if data.get("note") else {"owner": data["owner"]} if data.get("owner") else {}


def _source(tx: Connection, stored: Any) -> list[Plain]:
    """The lines of the paper that the item is about."""
    from agent.store import cash, lists

    message = lists.find_message(tx, stored.message) if stored.message is not None else None
    reading = (message.reading if message is not None else None) or {}
    if stored.subject_type == "advice":
        advice = cash.advice_row(tx, int(stored.subject))
        found = source_lines(advice.document, stored.line) if advice is not None and advice.document else []
    elif stored.subject_type == "receipt":
        return _bank_line(cash.receipt_row(tx, int(stored.subject)))
    else:
        documents = [d for d in reading.get("documents", ()) if _about(d, stored)]
        found = source_lines(documents[0], stored.line) if documents else []
    text = (reading.get("mail") or {}).get("reply_text", "")
    for one in found:
        one["line"] = (in_text(text, one["text"]) if one["line"] == one["text"] else None) or one["line"]
    return found


def _about(document: Plain, stored: Any) -> bool:
    kinds = {"order": ("purchase_order", "order_reply"), "delivery": ("delivery_confirmation",)}
    wanted = kinds.get(stored.subject_type or "")
    return wanted is None or document["kind"] in wanted


def _bank_line(receipt: Any) -> list[Plain]:
    if receipt is None:
        return []
    named = {
        "received_on": receipt.received_on,
        "payer": receipt.payer,
        "payer_account": receipt.payer_account,
        "text": receipt.text,
        "bank_reference": receipt.bank_reference,
        "end_to_end_id": receipt.end_to_end_id,
    }
    shown = {name: clean(str(value)) for name, value in named.items() if value}
    line = "  ".join(shown.values())
    return [
        {"part": "bank line", "page": None, "field": name, "value": value, "text": value, "line": line}
        for name, value in shown.items()
    ]


def show(app: App, row: Plain) -> None:
    """Print one item; what decides it stands last, above the prompt."""
    from agent.cli.sources import show_mail

    colour = "red" if row["critical"] else "yellow"
    title = f"{row['id']}  {row['kind'].replace('_', ' ')} ({row['code']})"
    owner = f"  with {clean(row['owner'])}" if row["owner"] else ""
    click.echo(click.style(title, bold=True, fg=colour) + f"  {row['status']}{owner}")
    click.echo(clean(row["summary"]))
    details = [
        f"customer {row['customer']}" if row["customer"] else "",
        f"{row['amount']} {row['currency']}" if row["amount"] else "",
        f"message {row['message']}" if row["message"] else "",
        f"about {row['subject']['id']}" if row["subject"] else "",
        f"a part of {row['split_of']}" if row["split_of"] else "",
        f"split into {', '.join(row['parts'])}" if row["parts"] else "",
    ]
    click.echo(click.style("  ".join(part for part in details if part), dim=True))
    _list("Why", [reason["detail"] for reason in row["reasons"]])
    if row["message"]:
        show_mail(app, row["message"], with_documents=not row["source"])
    _show_source(row["source"])
    _list(
        "What would explain the difference",
        [f"{h['amount']} {row['currency']}: {h['detail']}" for h in row["hypotheses"]],
    )
    if (
        not row["hypotheses"]
        and row["code"] in ("amount_mismatch", "short_pay", "over_pay")
        and row["status"] in WAITING
    ):
        _list("What would explain the difference", ["none of the causes that are known gives it to the cent"])
    heading("What it could be")
    for candidate in row["candidates"]:
        _show_candidate(candidate)
    if not row["candidates"]:
        click.echo("  nothing was found that fits")
    _list("What would settle it", row["settled_by"] if row["status"] in WAITING else [])
    _show_headings(row)
    _list("Notes", [f"{n['at']} {n['by']}: {n['text']}" for n in row["notes"]])
    _show_ways_out(row)


def _show_headings(row: Plain) -> None:
    """Headings of the paper that mean nothing to the lexicon, and how to say what they mean."""
    if not row["headings"] or row["status"] not in WAITING:
        return
    customer, message = row["customer"] or "CUSTOMER", row["message"]
    lines = [f"{heading!r}" for heading in row["headings"]]
    first = shlex.quote(clean(row["headings"][0]))  # a stranger wrote it, and it is meant to be pasted into a shell
    _list(
        "Headings whose meaning is not known",
        [
            *lines,
            f"teach one: ar-agent learned add --kind column --customer {customer} --said {first} --means paid",
            "(or gross, amount, discount, deduction, withheld, invoice_number, invoice_date, reason, our_reference)",
            f"then read it anew: ar-agent messages replay {message}",
        ],
    )


def _list(title: str, lines: list[str]) -> None:
    if not lines:
        return
    heading(title)
    for line in dict.fromkeys(clean(line) for line in lines):
        click.echo(f"  {line}")


def _show_source(found: list[Plain]) -> None:
    """Each line of the paper once, its values marked, and what was read of them."""
    lines: dict[tuple[Any, Any, str], list[Plain]] = {}
    for one in found:
        lines.setdefault((one["part"], one["page"], one["line"]), []).append(one)
    for (part, page, line), values in list(lines.items())[:12]:
        where = f"{clean(part)}" + (f" page {page}" if page else "")
        click.echo(f"  {click.style(where, dim=True)} | {_marked(line, [v['text'] for v in values])}")
        read = [f"{_named(v['field'])} {click.style(v['value'], bold=True)}" for v in values if v["value"] != v["text"]]
        if read:
            click.echo(click.style("       read as ", dim=True) + ", ".join(read))


def _named(path: str) -> str:
    name = path.rpartition(".")[2] or path
    return name.replace("_", " ")


def _marked(line: str, texts: list[str]) -> str:
    """The line with each of the texts in reverse; longer ones first, so that one inside another is not marked twice."""
    spans: list[tuple[int, int]] = []
    for text in sorted(set(texts), key=len, reverse=True):
        start = line.find(text)
        while start >= 0 and any(a < start + len(text) and start < b for a, b in spans):
            start = line.find(text, start + 1)
        if text and start >= 0:
            spans.append((start, start + len(text)))
    out, at = "", 0
    for start, end in sorted(spans):
        out += line[at:start] + click.style(line[start:end], reverse=True)
        at = end
    return out + line[at:]


def _show_candidate(candidate: Plain) -> None:
    target = candidate["invoice"] or (f"order {candidate['order']}" if candidate["order"] else "")
    booked = ", ".join(_booked(part) for part in candidate["settles"])
    amount = f"  open {candidate['amount']}" if candidate["amount"] else ""
    click.echo(
        f"  {candidate['n']}  {target}{amount}  ({candidate['confidence']:.0%})"
        + (f"  books {booked}" if booked else "")
    )
    for reason in candidate["evidence"]:
        click.echo(click.style(f"       {clean(reason['detail'])}", dim=True))


def _booked(part: Plain) -> str:
    beside = ", ".join(f"{name.replace('_', ' ')} {part[name]}" for name in _BESIDE if name in part)
    return f"{part['amount']} to {part['invoice']}" + (f" with {beside}" if beside else "")


_BESIDE = ("discount", "withheld", "write_off", "bank_fee")


def _show_ways_out(row: Plain) -> None:
    number = row["id"]
    heading("Decide")
    if row["status"] not in WAITING:
        click.echo(f"  ar-agent queue undo {number}")
        return
    if row["candidates"]:
        choice = " --candidate 1" if len(row["candidates"]) > 1 else ""
        click.echo(f"  ar-agent queue accept {number}{choice}")
    elif _takes_accept(row):
        click.echo(f"  ar-agent queue accept {number}")
    if row["subject"] and row["subject"]["type"] in ("advice", "receipt"):
        click.echo(f"  ar-agent queue apply {number} --to INVOICE=AMOUNT")
        if row["amount"]:
            click.echo(f"  ar-agent queue split {number} --part AMOUNT")
    click.echo(f'  ar-agent queue reject {number} --note "why"')
    click.echo(f'  ar-agent queue note {number} "what you found out" · assign {number} NAME')


def _takes_accept(row: dict[str, Any]) -> bool:
    """Whether accepting does something where nothing is offered to choose from."""
    kind = row["subject"]["type"] if row["subject"] else None
    if kind == "message":
        strangers = row["kind"] in ("unknown_sender", "untrusted_sender")
        return row["code"] != "classify_low" and not (strangers and row["customer"] is None)
    return kind in ("order", "brake")
