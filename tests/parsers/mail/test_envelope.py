"""A raw message as facts and parts."""

from __future__ import annotations

import dataclasses
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.domain.documents import Nature
from parsers.mail.envelope import Mail, open_mail
from parsers.page import Limits
from tests.parsers.mail.made import (
    OWN,
    attachment,
    html,
    mail,
    mixed,
    multipart,
    raw,
    text,
)

PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\nsome paper\n"


def names(found: Mail) -> list[str]:
    return [part.name for part in found.parts]


def body(found: Mail) -> str:
    assert found.body is not None
    return found.body.data.decode(found.body.charset or "utf-8")


def test_the_facts_of_a_plain_mail() -> None:
    found = mail(
        "We paid.\n",
        Subject="=?utf-8?Q?Zahlung_f=C3=BCr?= INV-1",
        **{"In-Reply-To": "<r.1@halden.example>", "References": "<a@b> <r.1@halden.example>"},
    ).facts
    assert (found.message_id, found.from_address, found.from_name) == (
        "<one@buyer.example>",
        "ann@buyer.example",
        "Ann Lee",
    )
    assert (found.to, found.subject, found.date) == (
        ("ar@halden.example",),
        "Zahlung für INV-1",
        "2026-03-16T10:00:00+01:00",
    )
    assert (found.in_reply_to, found.references) == ("<r.1@halden.example>", ("<a@b>", "<r.1@halden.example>"))
    assert (found.nature, found.reply_text, found.warnings) == (Nature.CUSTOMER, "We paid.", ())


@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r", "\r\r\n"])
def test_line_ends_of_every_kind_are_read(line_end: str) -> None:
    content_type, parts = multipart(text("We paid."), attachment("a.pdf", PDF))
    found = open_mail(raw(parts, line_end, **{"Content-Type": content_type}))
    assert (body(found).strip(), names(found)) == ("We paid.", ["a.pdf"])
    assert found.parts[0].data == PDF


@pytest.mark.parametrize(
    "value", ["yesterday", "", "Mon, 99 Foo 2026", "Mon, 16 Mar 99999999 10:00:00 +0100", "16 Mar 2026 10:00 +9999999"]
)
def test_a_date_that_is_none_is_none(value: str) -> None:
    assert mail(Date=value).facts.date is None


def test_an_unknown_zone_is_utc() -> None:
    assert mail(Date="Mon, 16 Mar 2026 10:00:00 -0000").facts.date == "2026-03-16T10:00:00+00:00"


def test_of_alternatives_the_text_is_the_body_and_both_are_kept() -> None:
    found = mixed(text("We paid INV-1."), html("<p>We paid INV-1.</p>"), kind="alternative")
    assert (body(found).strip(), found.parts) == ("We paid INV-1.", ())
    assert found.html_body is not None and found.plain_body is found.body


def test_a_stub_of_text_beside_an_html_table_gives_way_to_it() -> None:
    table = "<table><tr><td>INV-1</td><td>5,000.00</td></tr><tr><td>INV-2</td><td>6,000.00</td></tr></table>"
    found = mixed(text("Please view this message in HTML."), html(f"<p>Advice</p>{table}"), kind="alternative")
    assert found.body is found.html_body
    assert found.plain_body is not None
    assert "INV-2\t6,000.00" in found.facts.reply_text


def test_html_alone_is_the_body() -> None:
    found = mail("<p>We p&auml;id.</p>", **{"Content-Type": "text/html; charset=utf-8"})
    assert (found.body, found.facts.reply_text) == (found.html_body, "We päid.")


def test_a_text_cut_in_two_by_an_attachment_is_one() -> None:
    found = mixed(text("We paid INV-1."), attachment("a.pdf", PDF), text("And INV-2."))
    assert (found.facts.reply_text, names(found)) == ("We paid INV-1.\nAnd INV-2.", ["a.pdf"])


def test_nested_multiparts_are_read_in_order() -> None:
    inner_type, inner = multipart(text("We paid."), html("<p>We paid.</p>"), kind="alternative", boundary="CC")
    found = mixed(
        f"Content-Type: {inner_type}\n\n{inner}",
        attachment("a.pdf", PDF),
        attachment("b.xlsx", b"PK\3\4", "application/octet-stream"),
    )
    assert (body(found).strip(), names(found)) == ("We paid.", ["a.pdf", "b.xlsx"])


def test_the_same_paper_inline_and_attached_is_read_once() -> None:
    inline = attachment("a.pdf", PDF).replace("attachment;", "inline;")
    found = mixed(text("see"), inline, attachment("a.pdf", PDF))
    assert names(found) == ["a.pdf"]
    assert len(found.part_facts) == 3


def test_two_papers_of_one_name_have_two_names() -> None:
    assert names(mixed(text("see"), attachment("a.pdf", PDF), attachment("a.pdf", PDF + b"2"))) == [
        "a.pdf",
        "a (2).pdf",
    ]


@pytest.mark.parametrize(
    "name",
    ["../../../etc/cron.d/x.pdf", r"C:\temp\x.pdf", "/x.pdf", "a/b/x.pdf", "x\u202e.pdf", "=?utf-8?Q?=2E=2E/x.pdf?="],
)
def test_a_file_name_is_a_label_without_a_path(name: str) -> None:
    assert names(mixed(text("see"), attachment(name, PDF)))[0].endswith("x.pdf")
    assert not set(names(mixed(text("see"), attachment(name, PDF)))[0]) & set("/\\\u202e")


def test_a_part_without_a_name_is_called_by_its_place_and_type() -> None:
    found = mixed(text("see"), "Content-Type: application/pdf\nContent-Transfer-Encoding: base64\n\nJVBERi0xLjQK\n")
    assert names(found) == ["part-2.pdf"]


def png(width: int, height: int, size: int = 9_000) -> bytes:
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes(size)


def test_a_logo_is_ornament_and_a_pasted_scan_is_a_paper() -> None:
    page = html('<p>We paid</p><img src="cid:logo"><img src="cid:scan">')
    logo = attachment("image001.png", png(200, 60), "image/png").replace("attachment;", "inline;")
    scan = attachment("image002.png", png(1200, 900), "image/png").replace("attachment;", "inline;")
    found = mixed(page, f"Content-ID: <logo>\n{logo}", f"Content-ID: <scan>\n{scan}", kind="related")
    assert names(found) == ["image002.png"]
    assert len(found.part_facts) == 3


def test_a_small_picture_that_was_attached_is_a_paper() -> None:
    assert names(mixed(text("see"), attachment("scan.png", png(100, 40), "image/png"))) == ["scan.png"]


def test_an_attached_mail_is_read_as_what_another_wrote() -> None:
    content_type, inner = multipart(text("Wire 10,000.00 for INV-1"), attachment("remit.pdf", PDF), boundary="DD")
    message = f"Content-Type: message/rfc822\n\nFrom: dana@buyer.example\nSubject: payment\nContent-Type: {content_type}\n\n{inner}"
    found = mixed(text("FYI"), message)
    assert names(found) == ["payment.eml", "payment.eml/remit.pdf"]
    assert found.quoted == {"payment.eml", "payment.eml/remit.pdf"}
    assert (found.facts.forwarded, found.facts.reply_text) == (True, "FYI")


def test_an_attached_mail_in_base64_is_read_too() -> None:
    inner = b"From: dana@buyer.example\nSubject: payment\n\nWire 10,000.00\n"
    found = mixed(text("FYI"), attachment("payment.eml", inner, "message/rfc822"))
    assert [p.data for p in found.parts] == [b"Wire 10,000.00\n"]


def test_our_own_mail_attached_to_an_answer_is_no_paper() -> None:
    content_type, inner = multipart(text("Invoice"), attachment("INV-1.pdf", PDF), boundary="DD")
    message = f"Content-Type: message/rfc822\n\nFrom: ar@halden.example\nSubject: Invoice\nContent-Type: {content_type}\n\n{inner}"
    found = mixed(text("This is wrong."), message)
    assert (found.parts, found.facts.forwarded) == ((), False)


@pytest.mark.parametrize(
    "subject",
    ["FW: payment", "Fwd: payment", "WG: Zahlung", "TR: paiement", "RV: pago", "転送: 支払", "[External] FW: payment"],
)
def test_a_forward_is_known_by_its_subject(subject: str) -> None:
    assert mail("FYI\n\n> From: dana\n> Paid 5,000.00\n", Subject=subject).facts.forwarded


def test_a_text_that_is_all_of_another_is_a_forward_and_an_empty_answer_to_us_is_none() -> None:
    block = "From: {0}\nSent: Friday\nTo: x\nSubject: payment\n\nPaid 5,000.00 for INV-1\n"
    assert mail(block.format("dana@buyer.example"), Subject="payment").facts.forwarded
    assert not mail(block.format("ar@halden.example"), Subject="payment").facts.forwarded


@pytest.mark.parametrize("subject", ["Re: FW: payment", "AW: WG: Zahlung", "payment", "I paid: INV-1"])
def test_an_answer_to_a_forward_is_none(subject: str) -> None:
    assert not mail("Yes.\n", Subject=subject).facts.forwarded


@pytest.mark.parametrize("declared", ["", '; boundary="XX"', "; boundary="])
def test_a_missing_or_wrong_boundary_is_looked_for(declared: str) -> None:
    _, parts = multipart(text("We paid."), attachment("a.pdf", PDF))
    found = mail(parts, **{"Content-Type": f"multipart/mixed{declared}"})
    assert (body(found).strip(), names(found)) == ("We paid.", ["a.pdf"])


def test_a_boundary_that_begins_another_is_not_taken_for_it() -> None:
    inner_type, inner = multipart(text("We paid."), html("<p>We paid.</p>"), kind="alternative", boundary="BB-1")
    found = mixed(f"Content-Type: {inner_type}\n\n{inner}", attachment("a.pdf", PDF))
    assert (body(found).strip(), names(found)) == ("We paid.", ["a.pdf"])


def test_an_attachment_that_breaks_off_is_a_problem_and_what_is_there_is_kept() -> None:
    content_type, parts = multipart(text("see"), attachment("a.pdf", PDF * 40))
    whole = raw(parts, **{"Content-Type": content_type})
    found = open_mail(whole[:-700])
    assert names(found) == ["a.pdf"]
    assert any("a.pdf" in p.where or "cut off" in p.what for p in found.problems)


def test_a_file_uuencoded_in_the_text_is_a_paper() -> None:
    found = mail("see below\n\nbegin 644 advice.csv\n#:&D*\n`\nend\n\nbye\n")
    assert [(p.name, p.data) for p in found.parts] == [("advice.csv", b"hi\n")]
    assert "begin" not in body(found)


def test_encrypted_mail_is_a_problem_that_says_so() -> None:
    parts = (
        "Content-Type: application/pgp-encrypted\n\nVersion: 1\n",
        "Content-Type: application/octet-stream\n\n-----BEGIN PGP MESSAGE-----\n",
    )
    assert [p.code for p in mixed(*parts, kind="encrypted").problems] == ["encrypted"]
    assert [p.code for p in mail("-----BEGIN PGP MESSAGE-----\n\nabc\n").problems] == ["encrypted"]


def test_a_clear_signed_text_is_read_without_its_armour() -> None:
    signed = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nWe paid INV-1.\n- -- x\n-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n"
    assert body(mail(signed)).strip() == "We paid INV-1.\n-- x"


def test_signatures_are_no_papers() -> None:
    signature = "Content-Type: application/pgp-signature; name=signature.asc\n\n-----BEGIN PGP SIGNATURE-----\n"
    assert mixed(text("We paid."), signature, kind="signed").parts == ()


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl to sign")
@pytest.mark.parametrize("stream", [[], ["-stream", "-indef"]])
def test_an_opaquely_signed_mail_is_unwrapped(tmp_path: Path, stream: list[str]) -> None:
    content_type, parts = multipart(text("We paid."), attachment("a.pdf", PDF))
    (tmp_path / "plain.txt").write_bytes(f"Content-Type: {content_type}\n\n{parts}".encode())
    key = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        "k.pem",
        "-out",
        "c.pem",
        "-subj",
        "/CN=x",
        "-days",
        "2",
    ]
    sign = [
        "openssl",
        "cms",
        "-sign",
        "-nodetach",
        *stream,
        "-in",
        "plain.txt",
        "-signer",
        "c.pem",
        "-inkey",
        "k.pem",
        "-out",
        "signed.eml",
    ]
    subprocess.run(key, cwd=tmp_path, check=True, capture_output=True)
    subprocess.run(sign, cwd=tmp_path, check=True, capture_output=True)
    found = open_mail(b"From: ann@buyer.example\nTo: ar@halden.example\n" + (tmp_path / "signed.eml").read_bytes())
    assert (body(found).strip(), names(found), found.parts[0].data) == ("We paid.", ["a.pdf"], PDF)


def test_a_broken_or_encrypted_envelope_is_a_problem() -> None:
    enveloped = bytes.fromhex("3080 0609 2a864886f70d010703 a080 0000 0000".replace(" ", ""))
    for data, code in ((enveloped, "encrypted"), (b"\x30\x03abc", "unreadable"), (b"", "unreadable")):
        found = mixed(text("see"), attachment("smime.p7m", data, "application/pkcs7-mime"))
        assert [p.code for p in found.problems] == [code]


def test_pieces_and_pointers_are_problems() -> None:
    assert (
        mail("x\n", **{"Content-Type": 'message/partial; number=1; total=2; id="a"'}).problems[0].code == "unreadable"
    )
    assert (
        mail("x\n", **{"Content-Type": "message/external-body; access-type=url"}).problems[0].code
        == "missing_attachment"
    )


def test_more_parts_than_allowed_are_a_problem() -> None:
    found = mixed(*(attachment(f"{n}.pdf", PDF + bytes([n % 256, n // 256])) for n in range(1_000)))
    assert len(found.parts) == Limits().parts_max
    assert [p.code for p in found.problems] == ["too_large"]


def test_nesting_without_end_is_a_problem() -> None:
    deep = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(3_000))
    assert any(p.code == "too_large" for p in open_mail(b"From: a@b.example\n" + deep.encode() + b"\n\nx\n").problems)
    mails = "Content-Type: message/rfc822\n\nFrom: a@b.example\n" * 3_000
    assert any(p.code == "too_large" for p in open_mail(b"From: a@b.example\n" + mails.encode() + b"\nx\n").problems)


def test_a_mail_beyond_the_limit_is_read_as_far_as_it_is_allowed() -> None:
    found = open_mail(raw("We paid.\n" * 1_000), limits=Limits(bytes_max=2_000))
    assert [p.code for p in found.problems] == ["too_large"]
    assert found.facts.reply_text.startswith("We paid.")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"\0" * 10,
        b"x",
        b"From",
        b":",
        b"\xff\xfe",
        b"\r\n\r\n",
        b"Content-Type: multipart/mixed; boundary=\n\n--\n",
    ],
)
def test_no_mail_is_still_a_mail(data: bytes) -> None:
    found = open_mail(data)
    assert found.facts.fingerprint
    assert found.facts.from_address is None


@given(st.binary(max_size=600))
def test_any_bytes_open(data: bytes) -> None:
    open_mail(b"From: a@b.example\nContent-Type: multipart/mixed; boundary=BB\n\n--BB\n" + data)


def fingerprint(**changed: str) -> str:
    return mail("We paid INV-1.\n", **changed).facts.fingerprint


def test_the_fingerprint_survives_another_way_here() -> None:
    assert fingerprint() == fingerprint(
        **{"Message-ID": "<rewritten@gateway.example>", "Received": "by x", "Subject": "[EXTERNAL] About INV-104355"}
    )
    assert fingerprint() == fingerprint(Date="Mon, 16 Mar 2026 09:00:00 +0000")
    coded = mail("V2UgcGFpZCBJTlYtMS4K\n", **{"Content-Transfer-Encoding": "base64"}).facts.fingerprint
    assert fingerprint() == coded


def test_the_fingerprint_tells_mails_apart() -> None:
    others = {
        fingerprint(Date="Mon, 16 Mar 2026 10:00:01 +0100"),
        fingerprint(From="bob@buyer.example"),
        fingerprint(Subject="About INV-104356"),
        mail("We paid INV-2.\n").facts.fingerprint,
        mixed(text("We paid INV-1."), attachment("a.pdf", PDF)).facts.fingerprint,
        mixed(text("We paid INV-1."), attachment("a.pdf", PDF + b"!")).facts.fingerprint,
    }
    assert len(others | {fingerprint()}) == 7


def test_mails_without_a_date_are_told_apart_by_their_ids() -> None:
    dateless = [
        mail("Statement please.\n", Date=None, **{"Message-ID": f"<{n}@b.example>"}).facts.fingerprint for n in range(2)
    ]
    assert dateless[0] != dateless[1]


def test_facts_and_parts_are_values() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        mail().facts.subject = "x"  # type: ignore[misc]


def test_authentication_results_stand_in_their_order() -> None:
    data = b"Authentication-Results: a; spf=pass\r\nAuthentication-Results: b;\r\n dkim=pass\r\n" + raw()
    assert open_mail(data, own_addresses=OWN).facts.authentication_results == ("a; spf=pass", "b; dkim=pass")
