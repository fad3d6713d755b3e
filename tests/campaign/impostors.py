"""S4: mails that only look like a customer's book nothing and get no answer; the customer's own book by themselves."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta

from sqlalchemy import func, select

from agent import intake
from agent.mailbox.mail import RawMail
from agent.store import proof
from agent.store.engine import read
from agent.store.schema import advices, messages, orders, outbox
from tests.campaign.home import NOW, home, order_mail
from tests.campaign.result import Figures, must

SHORT, FULL = 50, 400  # half of them impostors
_OURS = b"Authentication-Results: mx.halden.example; "
_BUYER = b"achats@ateliers-verdier.example"


def _headers(*lines: bytes, sender: bytes = _BUYER, more: bytes = b"") -> tuple[bytes, bytes, bytes]:
    return b"".join(line + b"\n" for line in lines), sender, more


def _spoofs() -> dict[str, tuple[bytes, bytes, bytes]]:
    """By name: authentication headers as received (newest first), the From line's value, further headers."""
    ours = _OURS
    passed = b"dmarc=pass header.from=ateliers-verdier.example"
    failed = b"dmarc=fail header.from=ateliers-verdier.example"
    evil = b"dmarc=pass header.from=evil.example"
    return {
        "no verdict at all": _headers(),
        "a verdict of somebody else": _headers(b"Authentication-Results: mx.evil.example; " + passed),
        "our name in another's": _headers(b"Authentication-Results: mx.halden.example.evil.example; " + passed),
        "a longer name than ours": _headers(b"Authentication-Results: xmx.halden.example; " + passed),
        "failed": _headers(ours + failed),
        "none": _headers(ours + b"dmarc=none header.from=ateliers-verdier.example"),
        "failed above a forged pass": _headers(ours + failed, ours + passed),
        "failed above a foreign pass": _headers(ours + failed, b"Authentication-Results: mx.evil.example; " + passed),
        "passed for another domain": _headers(ours + evil),
        "passed for a domain that ends alike": _headers(ours + b"dmarc=pass header.from=xateliers-verdier.example"),
        "pass in a comment": _headers(ours + b"dmarc=fail (dmarc=pass header.from=ateliers-verdier.example) header.from=evil.example"),
        "only spf": _headers(ours + b"spf=pass smtp.mailfrom=evil.example"),
        "only dkim of another": _headers(ours + b"dkim=pass header.d=evil.example"),
        "a display name": _headers(ours + evil, sender=b'"achats@ateliers-verdier.example" <x@evil.example>'),
        "two addresses in one": _headers(ours + evil, sender=_BUYER + b" <x@evil.example>"),
        "a group": _headers(ours + evil, sender=b"achats@ateliers-verdier.example: x@evil.example;"),
        "two From lines": _headers(ours + evil, more=b"From: x@evil.example\n"),
        "two senders in one line": _headers(ours + evil, sender=_BUYER + b", x@evil.example"),
        "a look-alike": _headers(ours + b"dmarc=pass header.from=ateliers-verdler.example", sender=b"achats@ateliers-verdler.example"),
        "a look-alike in other letters": _headers(
            ours + b"dmarc=pass header.from=xn--ateliers-verdier-lgk.example", sender="achats@\u0430teliers-verdier.example".encode()
        ),
        "a subdomain of a stranger": _headers(
            ours + b"dmarc=pass header.from=ateliers-verdier.example.evil.example", sender=b"achats@ateliers-verdier.example.evil.example"
        ),
        "a folded verdict": _headers(b"X-Note: x\n Authentication-Results: mx.halden.example; " + passed),
        "a verdict in a part": _headers(more=b"X-Part: \n"),
        "an ARC seal of another": _headers(b"ARC-Authentication-Results: i=1; mx.halden.example; " + passed),
        "a quoted domain": _headers(ours + evil, sender=b'"achats@ateliers-verdier.example"@evil.example'),
    }  # fmt: skip


def _forged(number: str, spoof: tuple[bytes, bytes, bytes], quantity: int) -> bytes:
    verdicts, sender, more = spoof
    mail = order_mail(number, quantity)
    head, _, body = mail.partition(b"\n\n")
    lines = [
        line for line in head.split(b"\n") if not line.startswith((b"Authentication-Results", b"From:", b" dmarc"))
    ]
    return verdicts + b"From: " + sender + b"\n" + more + b"\n".join(lines) + b"\n\n" + body


def run(count: int, seed: int) -> Figures:
    chance = random.Random(seed)
    spoofs = _spoofs()
    figures: Counter[str] = Counter()
    with home() as place:
        engine = place.open()
        processor = place.processor(engine)

        def take(data: bytes, n: int) -> str:
            raw = RawMail(account="", folder="", uidvalidity=0, uid="", data=data, source="file", size=len(data))
            number = intake.take_in(engine, raw, NOW)
            assert number is not None
            return processor.process(number, None, NOW + timedelta(seconds=n)).outcome

        def booked(like: str) -> int:
            wanted = (
                select(func.count())
                .select_from(orders)
                .where(orders.c.po_number.like(like), orders.c.status == "confirmed")
            )
            return int(read(engine, lambda tx: tx.execute(wanted).scalar_one()))

        names = list(spoofs)
        for n in range(count // 2):
            name = names[n] if n < len(names) else chance.choice(names)
            before = _effects(engine)
            outcome = take(_forged(f"BAD-{n:05d}", spoofs[name], chance.randrange(5, 60)), n)
            must(_effects(engine) == before, f"seed {seed}, {name!r}: booked or answered ({outcome})")
            figures["impostors"] += 1
            figures[f"impostors_{outcome}"] += 1
            figures["genuine"] += 1
            take(order_mail(f"GOOD-{n:05d}", chance.randrange(1, 20)), n)
        figures["genuine_automatic"] = booked("GOOD-%")
        figures["impostors_booked"] = booked("BAD-%")
        must(figures["impostors_booked"] == 0, "an impostor's order is confirmed")
        must(
            figures["genuine_automatic"] >= 0.95 * figures["genuine"],
            f"{figures['genuine_automatic']} of {figures['genuine']} genuine ones",
        )
        must(read(engine, proof.faults) == [], "the books are not proved")
        must(
            read(engine, lambda tx: tx.execute(select(func.count()).select_from(messages)).scalar_one())
            == 2 * (count // 2),
            "mail is lost",
        )
        engine.dispose()
    return figures


def _effects(engine: object) -> tuple[int, ...]:
    """Confirmed orders, advices, and mails that leave."""

    def work(tx: object) -> tuple[int, ...]:
        return tuple(
            int(tx.execute(one).scalar_one())  # type: ignore[attr-defined]
            for one in (
                select(func.count()).select_from(orders).where(orders.c.status == "confirmed"),
                select(func.count()).select_from(advices),
                select(func.count()).select_from(outbox),
            )
        )

    return read(engine, work)  # type: ignore[arg-type]
