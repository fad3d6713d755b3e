"""Whole mails, built as messages and read from first byte to last, each with what must be read from it.

`python -m tests.parsers.whole.collection` prints how many are read right; `-v` names the faults of the half that rules
may be written from.
"""

from __future__ import annotations

import hashlib
import sys
import tomllib
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
    return built.as_bytes(policy=SMTP)


def faults(mail: dict[str, Any]) -> list[str]:
    """Return in words what is wrong with the reading of a mail; empty where all is right."""
    reading = read(message(mail), f"{mail['id']}.eml", hints=HINTS)
    found = differences_of([to_plain(document) for document in reading.documents], mail["expect"])
    codes = [problem.code for problem in reading.problems]
    if mail.get("problem") and mail["problem"] not in codes:
        found.append(f"problems {codes} without {mail['problem']}")
    return found


def main() -> None:
    for name, half in (("open", False), ("held back", True)):
        mails = [mail for mail in all_mails() if held_back(mail) is half]
        results = {mail["id"]: faults(mail) for mail in mails}
        right = sum(not found for found in results.values())
        print(f"{name}: {right} of {len(mails)} mails wholly right")
        if "-v" in sys.argv and (not half or "--all" in sys.argv):
            for number, found in results.items():
                if found:
                    print(f"  {number}: {'; '.join(found)[:400]}")


if __name__ == "__main__":
    main()
