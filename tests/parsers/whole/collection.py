"""Whole mails, built as messages and read from first byte to last, each with what must be read from it.

`python -m tests.parsers.whole.collection` prints how many are read right; `-v` names the faults of the half that rules
may be written from.
"""

from __future__ import annotations

import hashlib
import sys
import tomllib
from decimal import Decimal, InvalidOperation
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

from agent.domain.codec import to_plain
from parsers.reading import Hints, read
from tests.parsers.prose.mails import differences_of

FOLDER = Path(__file__).parent / "mails"
SENT = "Tue, 17 Mar 2026 09:30:00 +0100"
HINTS = Hints(own_addresses=frozenset({"ar@halden.example"}), own_names=("Halden Components",))


def all_mails() -> list[dict[str, Any]]:
    return [mail for path in sorted(FOLDER.glob("*.toml")) for mail in tomllib.loads(path.read_text("utf-8"))["mail"]]


def held_back(mail: dict[str, Any]) -> bool:
    """Half of the mails, by chance: rules are written from the other half only."""
    return hashlib.sha256(f"whole {mail['id']}".encode()).digest()[0] % 2 == 1


def message(mail: dict[str, Any]) -> bytes:
    built = EmailMessage()
    built["From"] = mail.get("from", "Dana Whit <dana@calloway.example>")
    built["To"] = "Halden AR <ar@halden.example>"
    built["Date"] = mail.get("sent", SENT)
    built["Subject"] = mail.get("subject", "")
    built["Message-ID"] = f"<{mail['id']}@calloway.example>"
    built.set_content(mail["body"].strip("\n") + "\n", subtype=mail.get("subtype", "plain"))
    if attached := mail.get("attach"):
        built.add_attachment(attached["text"].strip("\n") + "\n", filename=attached["name"])
    return built.as_bytes(policy=SMTP)


def documents_of(mail: dict[str, Any]) -> tuple[list[dict[str, Any]], list[str]]:
    """Return what is read of a mail, and the codes of its problems."""
    reading = read(message(mail), f"{mail['id']}.eml", hints=HINTS)
    return [to_plain(document) for document in reading.documents], [problem.code for problem in reading.problems]


def faults(mail: dict[str, Any]) -> list[str]:
    """Return in words what is wrong with the reading of a mail; empty where all is right."""
    documents, codes = documents_of(mail)
    truths = [mail["expect"], *([mail["alternative"]] if "alternative" in mail else [])]
    found = min((differences_of(documents, truth) for truth in truths), key=len)
    if mail.get("problem") and mail["problem"] not in codes:
        found.append(f"problems {codes} without {mail['problem']}")
    return found


_BOOKABLE = (
    *("total", "paid", "reference", "payment_reference", "amount", "quantity", "unit_price", "gross", "discount"),
    *("deduction", "withheld", "number", "invoice_numbers", "order_numbers", "delivered", "accepted", "damaged"),
)
_IDLE = {"attempted", "quote_request"}  # what carries these flags is never booked


def false_values(mail: dict[str, Any]) -> list[str]:
    """Return the amounts, quantities and numbers that were read and that the truth of the mail does not hold.

    Only for mails whose truth is whole; `also` names what is true besides. What fails its own footing is not booked.
    """
    documents, _ = documents_of(mail)
    truths = [*mail["expect"], *mail.get("alternative", ()), *({"number": value} for value in mail.get("also", ()))]
    true = {_plain(value) for truth in truths for _, value in _values(truth)}
    booked = [d for d in documents if d["footing"] != "failed" and not _IDLE & {*d["flags"]}]
    return [f"{d['kind']}.{name} {v}" for d in booked for name, v in _values(d) if _plain(v).split()[-1] not in true]


def _values(document: dict[str, Any]) -> list[tuple[str, Any]]:
    nested = [row for name in ("lines", "items") for row in document.get(name) or ()]
    rows = [document, *nested]
    named = [(name, row[name]) for row in rows for name in _BOOKABLE if row.get(name)]
    return [(n, v) for n, values in named for v in (values if isinstance(values, list) else [values])]


def _plain(value: Any) -> str:
    try:
        return str(Decimal(str(value)).normalize())
    except InvalidOperation:
        return str(value)


def main() -> None:
    for name, half in (("open", False), ("held back", True)):
        mails = [mail for mail in all_mails() if held_back(mail) is half]
        if "--third" in sys.argv:
            mails = [mail for mail in mails if mail["id"].startswith("y-")]
        results = {mail["id"]: faults(mail) for mail in mails}
        wrong = {mail["id"]: false_values(mail) for mail in mails if mail["id"].startswith("y-")}
        right = sum(not found for found in results.values())
        print(f"{name}: {right} of {len(mails)} mails wholly right, {sum(map(len, wrong.values()))} false values")
        if "-v" in sys.argv and (not half or "--all" in sys.argv):
            for number, found in results.items():
                if found or wrong.get(number):
                    print(f"  {number}: {'; '.join(found)[:400]} {wrong.get(number) or ''}")


if __name__ == "__main__":
    main()
