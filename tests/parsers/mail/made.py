"""Mails made for the tests: headers that every mail has, and what the test at hand is about."""

from __future__ import annotations

import base64

from parsers.mail.envelope import Mail, open_mail
from parsers.page import Limits

OWN = frozenset({"ar@halden.example"})


def raw(body: str | bytes = "Hello\n", line_end: str = "\r\n", /, **headers: str | None) -> bytes:
    """Return a message; underscores of header names are hyphens, None leaves a usual header out."""
    fields: dict[str, str | None] = {
        "From": "Ann Lee <ann@buyer.example>",
        "To": "ar@halden.example",
        "Subject": "About INV-104355",
        "Date": "Mon, 16 Mar 2026 10:00:00 +0100",
        "Message-ID": "<one@buyer.example>",
        "Content-Type": "text/plain; charset=utf-8",
    }
    fields.update({name.replace("_", "-"): value for name, value in headers.items()})
    head = "\n".join(f"{name}: {value}" for name, value in fields.items() if value is not None) + "\n\n"
    whole = head.encode() + (body.encode() if isinstance(body, str) else body)
    return whole.replace(b"\r\n", b"\n").replace(b"\n", line_end.encode())


def multipart(*parts: str, kind: str = "mixed", boundary: str = "BB") -> tuple[str, str]:
    """Return the Content-Type and the body of a multipart of raw parts."""
    body = "".join(f"--{boundary}\n{part}\n" for part in parts) + f"--{boundary}--\n"
    return f'multipart/{kind}; boundary="{boundary}"', body


def attachment(name: str, data: bytes, kind: str = "application/pdf") -> str:
    coded = base64.encodebytes(data).decode()
    return (
        f'Content-Type: {kind}; name="{name}"\nContent-Disposition: attachment; filename="{name}"\n'
        f"Content-Transfer-Encoding: base64\n\n{coded}"
    )


def text(words: str) -> str:
    return f"Content-Type: text/plain; charset=utf-8\n\n{words}"


def html(words: str) -> str:
    return f"Content-Type: text/html; charset=utf-8\n\n{words}"


def mail(body: str | bytes = "Hello\n", /, **headers: str | None) -> Mail:
    return open_mail(raw(body, **headers), own_addresses=OWN, limits=Limits())


def mixed(*parts: str, kind: str = "mixed", **headers: str | None) -> Mail:
    content_type, body = multipart(*parts, kind=kind)
    return mail(body, **{"Content-Type": content_type, **headers})
