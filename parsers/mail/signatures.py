"""DKIM signatures verified here (RFC 6376): a second opinion where no trusted server gave one. The home of dkimpy.

A signature counts only where it is of the author's own organisation and covers what a person acts on. Everything that the
standard permits and an attacker uses is refused: a body length (`l=`: text can be appended), headers that stand twice or
are not signed (the one that is shown need not be the one that was signed), keys in test mode, SHA-1, short keys.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from parsers.mail.domains import a_label, same_organisation
from parsers.mail.headers import Headers, split_message

# The TXT record of a name, None where there is none or it cannot be asked for.
TxtOf = Callable[[str], bytes | None]

_SIGNATURES_MAX = 5
_BYTES_MAX = 50_000_000
_KEY_BITS = 1024
_ALGORITHMS = ("rsa-sha256", "ed25519-sha256")
_ONCE = (
    "from",
    "subject",
    "date",
    "to",
    "reply-to",
    "sender",
    "content-type",
    "mime-version",
    "content-transfer-encoding",
)
_SIGNED = ("from", "subject", "date", "to")
_SIGNED_IF_THERE = ("content-type", "reply-to", "cc")
_TAG = re.compile(r"\s*([A-Za-z][A-Za-z0-9_]{0,20})\s*=\s*([^;]*)")


@dataclass(frozen=True, slots=True)
class Signed:
    """The domain whose signature holds, None where none does, and why in words."""

    domain: str | None
    reason: str


def verified(data: bytes, author: str, txt_of: TxtOf, now: datetime) -> Signed:
    """Whether a signature of the author's organisation proves this mail; `author` is the domain of its From."""
    headers = split_message(data)[0]
    signatures = headers.every("dkim-signature")[:_SIGNATURES_MAX]
    if not signatures:
        return Signed(None, "the mail bears no DKIM signature")
    if len(data) > _BYTES_MAX:
        return Signed(None, "the mail is too large to verify its signature")
    for name in _ONCE:
        if len(headers.every(name)) > 1:
            return Signed(None, f"the mail has several {name} headers: a signature covers one of them")
    refused = []
    for index, text in enumerate(signatures):
        why = _objection(text, author, headers, now) or _broken(data, index, txt_of)
        if why is None:
            domain = a_label(_tags(text)["d"])
            return Signed(domain, f"dkim=pass for {domain}, verified here")
        refused.append(why)
    return Signed(None, "; ".join(dict.fromkeys(refused))[:300])


def _tags(text: str) -> dict[str, str]:
    return {name.lower(): "".join(value.split()) for name, value in _TAG.findall(text)}


def _objection(text: str, author: str, headers: Headers, now: datetime) -> str | None:
    """What speaks against a signature before it is verified at all."""
    tags = _tags(text)
    domain = a_label(tags.get("d", ""))
    if not same_organisation(domain, author):
        return f"a signature of {domain or 'nobody'} proves nothing about {author}"
    if "l" in tags:
        return "the signature covers a part of the body only (l=)"
    if tags.get("a", "").lower() not in _ALGORITHMS:
        return f"the signature's algorithm {tags.get('a', '')[:20]!r} is not accepted"
    if tags.get("x", "").isdigit() and int(tags["x"][:15]) < now.timestamp():
        return "the signature has expired"
    signed = {name.strip().lower() for name in tags.get("h", "").split(":")}
    wanted = [*_SIGNED, *(name for name in _SIGNED_IF_THERE if headers.has(name))]
    if lacking := [name for name in wanted if name not in signed]:
        return f"the signature does not cover {', '.join(lacking)}"
    return None


def _broken(data: bytes, index: int, txt_of: TxtOf) -> str | None:
    """None where the signature holds, else why it does not."""
    import dkim  # type: ignore[import-untyped,unused-ignore]

    # It tells of each signature that does not hold, at the level of an error.
    logging.getLogger("dkimpy").setLevel(logging.CRITICAL)
    testing = []

    def record(name: bytes | str, timeout: float = 5) -> bytes | None:  # noqa: ARG001 - the library's form
        found = txt_of((name.decode("ascii") if isinstance(name, bytes) else name).rstrip("."))
        if found is not None and "y" in _tags(found.decode("ascii", "replace")).get("t", "").split(":"):
            testing.append(True)
        return found

    try:
        holds = dkim.DKIM(data, minkey=_KEY_BITS).verify(idx=index, dnsfunc=record)
    except Exception as error:  # noqa: BLE001 - a stranger's signature: whatever it breaks, it proves nothing
        return f"the signature cannot be verified ({type(error).__name__}: {error})"[:200]
    if testing:
        return "the key of the signature is in test mode (t=y)"
    return None if holds else "the signature does not hold: the mail was changed, or is forged"
