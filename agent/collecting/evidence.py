"""The evidence pack of a debt, for an agency or a court: every paper and mail as it was, and a list of their hashes."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row

from agent.booking.desk import Desk
from agent.booking.letters.statements import statement_of
from agent.domain.codec import to_plain
from agent.domain.errors import Refused
from agent.domain.receivables import Customer, OpenItem
from agent.store import blobs, collecting, evidence, invoices, lists
from templates.pdf import statement_pdf

_README = """Evidence of {customer} ({number}), put together on {at} by {company}.

invoices/    each invoice as it was issued (PDF) and as it stands in the books (JSON)
orders/      the orders they bill
deliveries/  what proves that the goods or services arrived
mail/in/     every mail that came in about them, byte for byte (RFC 5322)
mail/out/    every mail that we wrote about them, byte for byte, and mail/out.csv: when each left and what the server said
disputes/    what was in question, and everything that was said and done
ledger.csv   every booking on these invoices
trail.csv    every event, with who or what caused it
account.pdf  the account as it stands

SHA256SUMS lists the SHA-256 of every other file; `sha256sum -c SHA256SUMS` checks them.
"""


def pack(desk: Desk, customer: Customer, named: Iterable[str] = ()) -> bytes:
    """A zip with everything about these invoices of a customer, or about all that is open; the same bytes for the same state."""
    wanted = tuple(dict.fromkeys(named))
    items = (
        invoices.items_by_number(desk.tx, wanted)
        if wanted
        else tuple(item for item in invoices.open_items_of(desk.tx, [customer.number]) if item.open.minor > 0)
    )
    strange = [item.number for item in items if item.customer != customer.number]
    missing = sorted(set(wanted) - {item.number for item in items})
    if strange or missing or not items:
        raise Refused(f"{', '.join(strange or missing) or 'nothing'} is no invoice of {customer.number}")
    files = _files(desk, customer, items)
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items()))
    files["SHA256SUMS"] = sums.encode()
    desk.record("evidence", "customer", customer.number, invoices=[item.number for item in items], files=len(files))
    return _zipped(desk, files)


def _zipped(desk: Desk, files: dict[str, bytes]) -> bytes:
    at = desk.now.astimezone(desk.settings.zone)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(files.items()):
            entry = zipfile.ZipInfo(name, (at.year, at.month, at.day, at.hour, at.minute, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o640 << 16
            archive.writestr(entry, data)
    return out.getvalue()


def _files(desk: Desk, customer: Customer, items: tuple[OpenItem, ...]) -> dict[str, bytes]:
    numbers = [item.number for item in items]
    order_numbers = sorted({item.order for item in items if item.order} | evidence.orders_billed(desk.tx, numbers))
    cases = evidence.disputes_of(desk.tx, numbers)
    about = [*numbers, *order_numbers, *(f"D{case.id}" for case in cases)]
    files: dict[str, bytes] = {}
    for item in items:
        files |= _invoice(desk, item)
    for number in order_numbers:
        files |= {f"orders/{_safe(number)}.json": _json(row) for row in lists.list_orders(desk.tx, order=number)}
        for row in lists.list_deliveries(desk.tx, order=number):
            files[f"deliveries/{_safe(row['delivery'])}.json"] = _json(row)
    for case in cases:
        row = lists.list_disputes(desk.tx, dispute=case.id)[0]
        files[f"disputes/D{case.id}.json"] = _json(row | {"log": evidence.trail(desk.tx, [("dispute", f"D{case.id}")])})
    files |= _mail_in(desk, numbers, order_numbers, cases)
    files |= _mail_out(desk, about)
    files["ledger.csv"] = _csv(evidence.bookings(desk.tx, numbers))
    subjects = [("invoice", number) for number in numbers] + [("order", number) for number in order_numbers]
    files["trail.csv"] = _csv(evidence.trail(desk.tx, subjects))
    statement = statement_of(desk, customer, items[0].currency)
    files["account.pdf"] = statement_pdf(statement, desk.settings.company.language, desk.company)
    readme = _README.format(
        customer=customer.name, number=customer.number, at=desk.today.isoformat(), company=desk.company.name
    )
    files["README.txt"] = readme.encode()
    return files


def _invoice(desk: Desk, item: OpenItem) -> dict[str, bytes]:
    row = lists.list_invoices(desk.tx, invoice=item.number)[0]
    files = {f"invoices/{_safe(item.number)}.json": _json(row)}
    digest = invoices.pdf_of(desk.tx, item.number)
    data = blobs.load(desk.tx, digest) if digest else None
    if data:
        files[f"invoices/{_safe(item.number)}.pdf"] = data
    return files


def _mail_in(desk: Desk, numbers: list[str], order_numbers: list[str], cases: list[Row[Any]]) -> dict[str, bytes]:
    found = evidence.messages_about(desk.tx, numbers, order_numbers, [case.id for case in cases])
    return {f"mail/in/M{number}.eml": data for number, data in evidence.raw(desk.tx, found)}


def _mail_out(desk: Desk, about: list[str]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    rows = []
    for mail in collecting.mails_about(desk.tx, about):
        data = blobs.load(desk.tx, mail.sha256)
        if data is not None:
            files[f"mail/out/O{mail.id}.eml"] = data
        rows.append(
            {
                "mail": f"O{mail.id}",
                "kind": mail.kind,
                "to": " ".join(mail.recipients),
                "subject": mail.subject,
                "status": mail.status,
                "sent_at": to_plain(mail.sent_at),
                "message_id": mail.message_id,
                "server": mail.reply,
            }
        )
    files["mail/out.csv"] = _csv(rows)
    return files


def _json(value: Any) -> bytes:
    return (json.dumps(to_plain(value), ensure_ascii=False, indent=2, sort_keys=True, default=str) + "\n").encode()


def _csv(rows: list[dict[str, Any]]) -> bytes:
    out = io.StringIO()
    if rows:
        sheet = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
        sheet.writeheader()
        sheet.writerows({key: _cell(value) for key, value in row.items()} for row in rows)
    return out.getvalue().encode()


def _cell(value: Any) -> Any:
    """A cell that no spreadsheet executes."""
    text = (
        ""
        if value is None
        else value
        if isinstance(value, str)
        else json.dumps(to_plain(value), ensure_ascii=False, default=str)
    )
    return f"'{text}" if text[:1] in ("=", "+", "@", "\t") else text


def _safe(name: str) -> str:
    return "".join(ch if ch.isalnum() or ch in "-_." else "_" for ch in name).strip(".") or "_"
