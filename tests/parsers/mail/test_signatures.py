"""DKIM verified here: what holds counts, and none of the ways in which a holding signature deceives does."""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any

import dkim
import pytest

from agent.names import txt_lookup
from parsers.mail.authentication import verdict
from parsers.mail.envelope import open_mail
from parsers.mail.signatures import verified
from tests.servers.names import Names, names

NOW = datetime(2026, 3, 16, 9, tzinfo=UTC)
HEAD = (
    b"From: Ann <ap@buyer.example>\r\nTo: ar@seller.example\r\nSubject: Remittance\r\nDate: Mon, 16 Mar 2026 08:00:00 +0000\r\n"
    b"Message-ID: <1@buyer.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
)
BODY = b"\r\nWe paid INV-104411.\r\n"
ALL = [b"from", b"to", b"subject", b"date", b"content-type", b"mime-version", b"message-id"]


@cache
def key(bits: int) -> tuple[bytes, str]:
    """A private key, and its TXT record."""
    private = subprocess.run(["openssl", "genrsa", "-traditional", str(bits)], check=True, capture_output=True).stdout
    public = subprocess.run(
        ["openssl", "rsa", "-pubout", "-outform", "DER"], input=private, check=True, capture_output=True
    ).stdout
    return private, f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"


def signed(
    head: bytes = HEAD, body: bytes = BODY, *, domain: bytes = b"buyer.example", bits: int = 2048, **more: Any
) -> bytes:
    values: dict[str, Any] = {"include_headers": ALL, "canonicalize": (b"relaxed", b"relaxed")}
    return dkim.sign(head + body, b"s1", domain, key(bits)[0], **(values | more)) + head + body


def keys(record: str | None = None, *, name: str = "s1._domainkey.buyer.example") -> Callable[[str], bytes | None]:
    found = {name: (record or key(2048)[1]).encode()}
    return found.get


def check(
    data: bytes, txt_of: Callable[[str], bytes | None] | None = None, author: str = "buyer.example"
) -> str | None:
    return verified(data, author, txt_of or keys(), NOW).domain


def test_a_signature_of_the_author_that_holds_proves_the_mail() -> None:
    assert check(signed()) == "buyer.example"
    assert check(signed(), author="mail.buyer.example") == "buyer.example"


def test_a_changed_word_breaks_it() -> None:
    data = signed()
    assert check(data.replace(b"104411", b"104412")) is None
    assert check(data.replace(b"Subject: Remittance", b"Subject: Remittances")) is None


def test_a_signature_of_somebody_else_proves_nothing() -> None:
    data = signed(domain=b"other.example")
    assert check(data, keys(name="s1._domainkey.other.example")) is None


def test_one_holding_signature_beside_others_is_enough() -> None:
    data = b"DKIM-Signature: v=1; a=rsa-sha256; d=list.example; s=x; h=from; bh=aa==; b=bb==\r\n" + signed()
    assert check(data) == "buyer.example"


@pytest.mark.parametrize("name", [b"Subject", b"From", b"Date", b"To", b"Content-Type"])
def test_a_header_put_before_the_signed_one_is_refused_though_the_signature_holds(name: bytes) -> None:
    data = name + b": something else\r\n" + signed()
    if name not in (b"From", b"Content-Type"):  # shows that it is the rule that refuses, not the library
        assert dkim.verify(data, dnsfunc=lambda *_, **__: key(2048)[1].encode())
    assert check(data) is None


def test_a_body_length_lets_text_be_appended_and_is_refused() -> None:
    data = signed(length=True) + b"NEW BANK ACCOUNT\r\n"
    assert dkim.verify(data, dnsfunc=lambda *_, **__: key(2048)[1].encode())
    assert check(data) is None
    assert check(signed(length=True)) is None


@pytest.mark.parametrize("left", [b"subject", b"date", b"to", b"content-type"])
def test_what_a_person_acts_on_must_be_signed(left: bytes) -> None:
    data = signed(include_headers=[name for name in ALL if name != left])
    assert dkim.verify(data, dnsfunc=lambda *_, **__: key(2048)[1].encode())
    assert check(data) is None


def test_an_unsigned_reply_to_is_refused() -> None:
    assert check(signed(HEAD + b"Reply-To: x@evil.example\r\n")) is None
    assert (
        check(signed(HEAD + b"Reply-To: ap@buyer.example\r\n", include_headers=[*ALL, b"reply-to"])) == "buyer.example"
    )


@pytest.mark.parametrize(
    "record", ["v=DKIM1; p=", "v=DKIM1; t=y; p={p}", "v=DKIM1; k=ed25519; p={p}", "nonsense", "v=DKIM1; p=%%%"]
)
def test_a_key_that_is_revoked_in_test_or_broken_proves_nothing(record: str) -> None:
    assert check(signed(), keys(record.replace("{p}", key(2048)[1].partition("p=")[2]))) is None


def test_short_keys_and_old_algorithms_prove_nothing() -> None:
    assert check(signed(bits=768), keys(key(768)[1])) is None
    assert check(signed(signature_algorithm=b"rsa-sha1")) is None


def test_an_expired_signature_proves_nothing() -> None:
    data = signed().replace(b"; s=s1;", b"; x=1000000000; s=s1;", 1)
    assert "expired" in verified(data, "buyer.example", keys(), NOW).reason


@pytest.mark.parametrize(
    "header",
    [b"v=1", b"", b"d=buyer.example; a=rsa-sha256; h=from:to:subject:date:content-type; b=!; bh=!; s=\xff", b";;;=="],
)
def test_nonsense_in_the_header_raises_nothing(header: bytes) -> None:
    assert check(b"DKIM-Signature: " + header + b"\r\n" + HEAD + BODY) is None


# --- within the verdict ------------------------------------------------------------------------------------------


def judged(data: bytes, server: Names, *, authserv_id: str | None = None) -> Any:
    return verdict(open_mail(data).facts, data, authserv_id=authserv_id, txt_of=txt_lookup((server.address,)), now=NOW)


def test_keys_are_asked_for_by_dns_and_a_long_one_comes_in_pieces() -> None:
    with names() as server:
        server.records["s1._domainkey.buyer.example"] = [key(2048)[1]]
        found = judged(signed(), server)
        assert (found.passed, found.method, found.domain) == (True, "dkim", "buyer.example")
        assert server.asked == ["s1._domainkey.buyer.example"]


def test_without_an_answer_of_the_dns_nothing_is_proved() -> None:
    with names() as server:
        assert not judged(signed(), server).passed
        server.records["s1._domainkey.buyer.example"] = [
            key(2048)[1],
            key(1024)[1],
        ]  # two keys at one name are undefined
        assert not judged(signed(), server).passed


def test_the_trusted_servers_word_counts_before_ours() -> None:
    with names() as server:
        server.records["s1._domainkey.buyer.example"] = [key(2048)[1]]
        said = b"Authentication-Results: mx.seller.example; dmarc=fail header.from=buyer.example\r\n"
        assert not judged(said + signed(), server, authserv_id="mx.seller.example").passed
        assert judged(signed(), server, authserv_id="mx.seller.example").passed
        forged = b"Authentication-Results: mx.other.example; dmarc=pass header.from=evil.example\r\n"
        assert judged(forged + signed(), server, authserv_id="mx.seller.example").domain == "buyer.example"


def test_a_mail_without_signature_asks_nobody() -> None:
    with names() as server:
        assert not judged(HEAD + BODY, server).passed
        assert server.asked == []
