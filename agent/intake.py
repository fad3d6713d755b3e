"""From a mailbox to the store: the bytes are kept and committed before anything else happens to a mail."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine

from agent.mailbox.mail import RawMail
from agent.store import inbound
from parsers.mail.cards import blank_mail


def take_in(engine: Engine, raw: RawMail, now: datetime) -> int | None:
    """Keep one mail; return its number, or None where this very mail is kept already.

    A second mail with the same bytes gets a number too: it is finished at once as a duplicate of the first.
    """
    # No card number is ever written down (PCI DSS 3.4); of its hash neither, as ten of its digits are known.
    data, cards = blank_mail(raw.data)
    said = f"{raw.size} bytes; only its headers were taken, the mail is still where it was"
    arrival = inbound.Arrival(
        account=raw.account,
        folder=raw.folder,
        uidvalidity=raw.uidvalidity,
        uid=raw.uid,
        source=raw.source,
        file=raw.file,
        received_at=raw.internal_date or now,
        too_large=said if raw.too_large else None,
        cards=cards,
    )
    return inbound.take_in(engine, data, arrival, now)
