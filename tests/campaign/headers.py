"""S5: hostile texts into every place of a mail that a stranger can fill; the finished bytes are parsed back."""

from __future__ import annotations

import email
import email.policy
import random
from datetime import UTC, datetime

from agent.domain.notices import Attachment, Rendered
from outbox.compose import compose
from tests.campaign.result import Budget, Figures, must

SHORT, FULL = 400, 1_000_000
_NOW = datetime(2026, 3, 16, 9, tzinfo=UTC)
_PIECES = (
    "\r", "\n", "\r\n", "\r\n ", "\n\t", "\x0b", "\x0c", "\x1c", "\x1e", "\x85", "\u2028", "\u2029", "\x00", "\x1b[2J", "\ud800",
    "\u202e", "\ufeff", "=?", "?=", "=?utf-8?q?=0A?=", "=?UTF-8?B?DQpCY2M6IHhAeQ==?=", "=?utf-8?q?=3D=3Futf-8=3Fq=3F=0D=0A=3F=3D?=",
    "Bcc: x@evil.example", "\r\nBcc: x@evil.example\r\n", "\r\n\r\n<html>", "\r\n.\r\n", ": ", '"', "\\", "<", ">", ",", ";", "@", "(", "%0d%0a",
    "é", "한", "😀", "a" * 90, " ", "{{ 7*7 }}", "=cmd|'/c calc'!A0", "../../etc/passwd", "--BB", "boundary=",
)  # fmt: skip
_OPTIONAL = {"In-Reply-To", "References", "Content-Language"}
_STRUCTURE = ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "application/pdf"]


def _hostile(chance: random.Random) -> str:
    if chance.random() < 0.1:
        return "".join(chr(chance.randrange(0x11_0000)) for _ in range(chance.randrange(12)))
    return "".join(chance.choice(_PIECES) for _ in range(chance.randrange(1, 7)))


def _mail(texts: tuple[str, ...]) -> bytes:
    subject, name, file, reference, body, language = texts
    rendered = Rendered(subject, body, f"<p>{body}", language or "en", (Attachment(file, "application/pdf", b"x"),))
    return compose(
        rendered, kind="other", intent="hostile", sender_address="ar@seller.example", sender_name=name, reply_to="ar@seller.example",
        recipients=("ap@buyer.example",), date=_NOW, in_reply_to=reference, references=(reference,),
    ).data  # fmt: skip


def _names(data: bytes) -> list[str]:
    """The header lines as the strictest and the simplest reader see them: names before a colon, unfolded."""
    head = data.partition(b"\r\n\r\n")[0].decode("ascii")
    return [line.partition(":")[0] for line in head.split("\r\n") if line[:1] not in (" ", "\t")]


def run(count: int, seed: int) -> Figures:
    """`count` texts, six a mail."""
    chance = random.Random(seed)
    plain = [one for one in _names(_mail(("s", "n", "f.pdf", "<a@b.example>", "t", "en"))) if one not in _OPTIONAL]
    mails = 0
    while mails * 6 < count and not Budget.over():
        texts = tuple(_hostile(chance) for _ in range(6))
        data = _mail(texts)
        mails += 1
        said = f"seed {seed}, mail {mails}: {texts!r}"
        must(
            data.isascii() and b"\r" not in data.replace(b"\r\n", b"") and b"\n" not in data.replace(b"\r\n", b""), said
        )
        must([one for one in _names(data) if one not in _OPTIONAL] == plain, said)
        for policy in (email.policy.compat32, email.policy.default):
            parsed = email.message_from_bytes(data, policy=policy)  # type: ignore[arg-type]
            must([name for name in parsed.keys() if name not in _OPTIONAL] == plain, said)  # noqa: SIM118
            must([part.get_content_type() for part in parsed.walk()] == _STRUCTURE, said)
            must(parsed["Bcc"] is None and parsed["Cc"] is None, said)
        must("\n" not in str(parsed["Subject"]) and "=?" not in str(parsed["Subject"]), said)
    return {"texts": mails * 6, "mails": mails, "changed": 0}
