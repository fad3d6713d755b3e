"""Which verdict on a sender counts."""

from __future__ import annotations

import pytest

from parsers.mail.authentication import Authentication, verdict
from parsers.mail.envelope import open_mail
from tests.parsers.mail.made import OWN, raw

ID = "mx.halden.example"
RECEIVED = "Received: from out.buyer.example (out.buyer.example [192.0.2.7]) by mx.halden.example with ESMTPS; Mon, 16 Mar 2026"


def judged(*above: str, authserv_id: str | None = ID, **headers: str | None) -> Authentication:
    data = "".join(line + "\r\n" for line in above).encode() + raw(**headers)
    return verdict(open_mail(data, own_addresses=OWN).facts, data, authserv_id=authserv_id)


def results(value: str, server: str = ID) -> str:
    return f"Authentication-Results: {server}; {value}"


def test_an_aligned_dmarc_pass_of_the_trusted_server_counts() -> None:
    found = judged(results("dmarc=pass (p=reject dis=none) header.from=buyer.example"), RECEIVED)
    assert (found.passed, found.method, found.domain) == (True, "dmarc", "buyer.example")


def test_the_header_may_stand_below_the_hop_that_wrote_it() -> None:
    assert judged(RECEIVED, results("dmarc=pass header.from=buyer.example")).passed


def test_without_any_header_nothing_is_proved() -> None:
    assert not judged(RECEIVED).passed


def test_without_a_trusted_server_nothing_is_proved() -> None:
    assert not judged(results("dmarc=pass header.from=buyer.example"), authserv_id=None).passed
    assert not judged(results("dmarc=pass header.from=buyer.example"), authserv_id=" ").passed


@pytest.mark.parametrize(
    "server", ["evil.example", "mx.halden.example.evil.example", "xmx.halden.example", "halden.example"]
)
def test_the_header_of_another_server_is_nothing(server: str) -> None:
    assert not judged(results("dmarc=pass header.from=buyer.example", server)).passed


def test_the_id_is_compared_without_regard_to_case_and_version() -> None:
    assert judged(results("dmarc=pass header.from=buyer.example", "MX.Halden.example 1")).passed


def test_words_behind_the_id_make_it_another() -> None:
    assert not judged(results("dmarc=pass header.from=buyer.example", "mx.halden.example evil")).passed


def test_the_topmost_header_of_the_server_decides() -> None:
    assert not judged(
        results("dmarc=fail header.from=buyer.example"), results("dmarc=pass header.from=buyer.example")
    ).passed


def test_a_header_below_a_strangers_hop_is_forged() -> None:
    strangers = "Received: from evil.example by relay.evil.example; Mon, 16 Mar 2026 09:00:00 +0000"
    found = judged(RECEIVED, strangers, results("dmarc=pass header.from=buyer.example"))
    assert not found.passed
    assert "relay.evil.example" in found.reason


def test_hops_within_the_house_are_no_strangers() -> None:
    inner = "Received: from mx.halden.example by store.halden.example; Mon, 16 Mar 2026 09:00:01 +0100"
    local = "Received: from localhost by mail.local (127.0.0.1); Mon, 16 Mar 2026 09:00:01 +0100"
    assert judged(inner, local, RECEIVED, results("dmarc=pass header.from=buyer.example")).passed


@pytest.mark.parametrize(
    "value",
    [
        "dmarc=fail (dmarc=pass) header.from=buyer.example",
        'dmarc=fail reason="x; dmarc=pass header.from=buyer.example"',
        "dkim=none (; dmarc=pass header.from=buyer.example)",
        "dmarc=pass header.from=evil.example",
        "dmarc=fail header.from=buyer.example; dkim=pass header.d=buyer.example",
        "dkim=pass header.d=evil.example",
        "dkim=pass header.d=buyer.example.evil.example",
        "spf=pass smtp.mailfrom=ann@evil.example",
        "spf=pass smtp.helo=buyer.example",
        "dkim=fail header.d=buyer.example",
        "dkim=policy header.d=buyer.example",
        "x-dmarc=pass header.from=buyer.example",
        "none",
        "",
        "dmarc=pass (never closed",
        'dmarc="pass header.from=buyer.example',
        "=pass dmarc",
    ],
)
def test_what_only_looks_like_a_pass_is_none(value: str) -> None:
    assert not judged(results(value)).passed


@pytest.mark.parametrize(
    ("value", "method"),
    [
        ("dmarc=none header.from=buyer.example; dkim=pass header.d=buyer.example", "dkim"),
        ("dkim=pass header.d=mail.buyer.example header.s=s1", "dkim"),
        ("dkim=pass header.i=@buyer.example", "dkim"),
        ("dkim=fail header.d=buyer.example; dkim=pass header.d=buyer.example", "dkim"),
        ("dkim=pass header.d=esp.example; spf=pass smtp.mailfrom=bounce@mail.buyer.example", "spf"),
        ("spf=pass smtp.mailfrom=buyer.example", "spf"),
    ],
)
def test_without_a_policy_an_aligned_signature_or_path_counts(value: str, method: str) -> None:
    found = judged(results(value))
    assert (found.passed, found.method) == (True, method)


def test_alignment_stops_at_the_public_suffix() -> None:
    assert not judged(results("dkim=pass header.d=other.co.uk"), From="ann@buyer.co.uk").passed
    assert judged(results("dkim=pass header.d=news.buyer.co.uk"), From="ann@buyer.co.uk").passed
    assert not judged(results("dkim=pass header.d=co.uk"), From="ann@co.uk").passed


@pytest.mark.parametrize(
    "sender",
    [
        "ann@buyer.example, eve@evil.example",
        '"ann@other.example" <ann@buyer.example>',
        "team: ann@buyer.example;",
        "<@evil.example:ann@buyer.example>",
        "",
    ],
)
def test_a_doubtful_author_is_never_proved(sender: str) -> None:
    assert not judged(results("dmarc=pass header.from=buyer.example"), From=sender).passed


def test_two_from_fields_are_never_proved() -> None:
    assert not judged(results("dmarc=pass header.from=buyer.example"), "From: eve@evil.example").passed


def test_two_subjects_are_never_proved() -> None:
    assert not judged(results("dmarc=pass header.from=buyer.example"), "Subject: another").passed


def test_a_reply_to_elsewhere_is_a_matter_of_answering_not_of_the_sender() -> None:
    found = {"Reply-To": "ap@elsewhere.example"}
    assert judged(results("dmarc=pass header.from=buyer.example"), **found).passed


def test_exchange_writes_no_id_and_is_known_by_the_hop_above() -> None:
    hop = "Received: from out.buyer.example by AM5EUR.mail.protection.outlook.com; Mon, 16 Mar 2026 09:00:00 +0000"
    nameless = (
        "Authentication-Results: spf=pass (sender IP is 192.0.2.7) smtp.mailfrom=buyer.example; dkim=pass (signature was verified) "
        "header.d=buyer.example;dmarc=pass action=none header.from=buyer.example;compauth=pass reason=100"
    )
    assert judged(hop, nameless, authserv_id="protection.outlook.com").passed
    assert not judged(hop, nameless, authserv_id=ID).passed
    assert not judged(nameless, authserv_id="protection.outlook.com").passed


def test_a_nameless_header_below_another_is_nothing() -> None:
    hop = "Received: from out.buyer.example by AM5EUR.mail.protection.outlook.com; Mon, 16 Mar 2026 09:00:00 +0000"
    first = "Authentication-Results: spf=fail smtp.mailfrom=evil.example; dmarc=fail header.from=buyer.example"
    forged = "Authentication-Results: dmarc=pass header.from=buyer.example"
    assert not judged(hop, first, forged, authserv_id="protection.outlook.com").passed
