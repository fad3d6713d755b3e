"""Archives, Outlook files and files embedded in PDFs."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
from email import message_from_bytes
from email.message import Message

import pytest

from parsers.media import pages_of, sniff
from parsers.media.containers import unpack
from parsers.media.embedded import embedded_parts
from parsers.media.mapi import rtf_unpacked
from parsers.media.rtf import rtf_content
from parsers.page import Limits, Part, Unreadable
from tests.parsers.media.made import LIMITS, advice_by_fpdf, advice_by_reportlab, read, texts
from tests.parsers.media.made_outlook import attachment, binary, compound, message, properties, text, tnef
from tests.parsers.media.test_sheet import WRITERS, zipped


def opened(data: bytes, name: str = "x", limits: Limits = LIMITS) -> tuple[Part, ...]:
    parts = unpack(Part(name, "application/octet-stream", data), limits)
    assert isinstance(parts, tuple), parts
    return parts


def refused(data: bytes, limits: Limits = LIMITS) -> str:
    answer = unpack(Part("x", "", data), limits)
    assert isinstance(answer, Unreadable), answer
    return answer.code


# --- archives


def test_a_zip_gives_its_files_with_bare_names() -> None:
    data = zipped({"a/b/advice.csv": "1;2", "__MACOSX/._advice.csv": "x", "c\\order.pdf": b"%PDF-1.4"})
    assert [(part.name, part.data) for part in opened(data)] == [("advice.csv", b"1;2"), ("order.pdf", b"%PDF-1.4")]


def test_a_gzip_gives_its_file() -> None:
    (part,) = opened(gzip.compress(b"a,b\n1,2\n"), "advice.csv.gz")
    assert (part.name, part.data) == ("advice.csv", b"a,b\n1,2\n")


@pytest.mark.parametrize("writer", ["xlsxwriter", "ods"])
def test_office_files_are_no_containers(writer: str) -> None:
    assert unpack(Part("x.zip", "application/zip", WRITERS[writer]()), LIMITS) is None
    assert unpack(Part("x.zip", "application/zip", b"plain text"), LIMITS) is None


def test_bombs_are_counted_while_they_unpack() -> None:
    bomb = zipped({"big.txt": bytes(50_000_000)})
    small = Limits(unpacked_bytes_max=1_000_000)
    assert refused(bomb, small) == "too_large"
    assert refused(gzip.compress(bytes(50_000_000)), small) == "too_large"
    lying = bytearray(bomb)
    at = lying.rfind(b"PK\x01\x02")
    lying[at + 24 : at + 28] = struct.pack("<I", 10)  # the directory says ten bytes
    answer = unpack(Part("x", "", bytes(lying)), small)
    assert isinstance(answer, Unreadable) or sum(len(part.data) for part in answer or ()) <= 1_000_000
    assert refused(zipped({f"{n}.txt": "x" for n in range(20)}), Limits(parts_max=10)) == "too_large"


def test_a_locked_archive_is_said_to_be_locked() -> None:
    data = bytearray(zipped({"a.txt": "x", "b.txt": "y"}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        data[at + offset] |= 1
    assert refused(bytes(data)) == "encrypted"


def test_names_in_the_code_page_of_the_packer_are_read() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("Auftrag-Mueller.txt", "x")
    raw = buffer.getvalue().replace(b"Mueller", "Müll€r".encode("cp850", "replace")[:6] + b"r")
    assert opened(raw)[0].name.startswith("Auftrag-Müll")


# --- Outlook


def as_mail(data: bytes) -> Message:
    (part,) = opened(data)
    assert part.content_type == "message/rfc822"
    assert sniff(part.data, part.name, part.content_type) == "rfc822"
    return message_from_bytes(part.data)


def contents(mail: Message) -> list[tuple[str, str | None, bytes]]:
    return [
        (part.get_content_type(), part.get_filename(), part.get_payload(decode=True))  # type: ignore[misc]
        for part in mail.walk()
        if not part.is_multipart()
    ]


def test_an_outlook_message_becomes_a_mail_with_its_headers_body_and_attachments() -> None:
    data = compound(
        message(
            text(0x007D, "From: anna@contoso.example\r\nSubject: Order\r\n 77\r\nContent-Type: text/plain\r\n"),
            text(0x1000, "Dear all,\nour order is attached. Grüße"),
            attachment(0, "Größe.pdf", b"%PDF-1.4" + bytes(9_000), "application/pdf"),
            attachment(1, "lines.csv", b"1;2"),
        )
    )
    assert sniff(data, "mail.msg", "") == "msg"
    mail = as_mail(data)
    assert (mail["From"], mail["Subject"]) == ("anna@contoso.example", "Order 77")
    assert contents(mail) == [
        ("text/plain", None, "Dear all,\nour order is attached. Grüße".encode()),
        ("application/pdf", "Größe.pdf", b"%PDF-1.4" + bytes(9_000)),
        ("application/octet-stream", "lines.csv", b"1;2"),
    ]


def test_an_outlook_message_that_was_never_sent_has_headers_from_its_properties() -> None:
    ticks = 133_000_000_000_000_000
    fixed = bytes(32) + struct.pack("<HHIq", 0x0040, 0x0039, 6, ticks)
    data = compound(
        message(
            text(0x0037, "Order 77\r\nBcc: x@evil.example"), text(0x0C1A, "Anna"), text(0x5D01, "anna@contoso.example")
        )
        | text(0x1000, "hi")
        | {"__properties_version1.0": fixed}
    )
    mail = as_mail(data)
    assert mail["From"] == "Anna <anna@contoso.example>"
    assert mail["Subject"] == "Order 77 Bcc: x@evil.example"
    assert mail["Bcc"] is None
    assert mail["Date"] == "Sat, 18 Jun 2022 04:26:40 +0000"


def test_an_html_body_is_preferred_and_an_attached_message_stays_one() -> None:
    inner = message(text(0x0037, "Inner"), text(0x1000, "inner text"), attachment(0, "inner.txt", b"deep"))
    data = compound(
        message(
            text(0x007D, "From: a@b.example\r\nMessage-ID: <1@b.example>\r\n"),
            text(0x1000, "plain"),
            binary(0x1013, b"<html><body>rich</body></html>"),
            {"__attach_version1.0_#00000000": {"__substg1.0_3701000D": inner}},
        )
    )
    mail = as_mail(data)
    assert contents(mail) == [
        ("text/html", None, b"<html><body>rich</body></html>"),
        ("text/plain", None, b"inner text"),
        ("application/octet-stream", "inner.txt", b"deep"),
    ]
    (nested,) = [part for part in mail.walk() if part.get_content_type() == "message/rfc822"]
    assert nested.get_payload()[0]["Subject"] == "Inner"  # type: ignore[index, union-attr]


def test_a_compound_file_whose_chains_run_in_circles_ends() -> None:
    data = bytearray(compound(message(attachment(0, "a.bin", bytes(range(256)) * 40))))
    fat_at = 512 * (struct.unpack_from("<I", data, 76)[0] + 1)
    for n in range(128):
        struct.pack_into("<I", data, fat_at + 4 * n, n // 2)
    answer = unpack(Part("x.msg", "", bytes(data)), LIMITS)
    assert answer is None or isinstance(answer, tuple | Unreadable)


def test_an_encrypted_office_file_is_told_as_such() -> None:
    data = compound({"EncryptedPackage": bytes(5_000), "EncryptionInfo": bytes(100)})
    answer = pages_of(Part("x.xlsx", "", data), LIMITS)
    assert isinstance(answer, Unreadable)
    assert answer.code == "encrypted"


def test_winmail_dat_gives_body_and_attachments() -> None:
    data = tnef(
        [
            (1, 0x9003, properties([(0x001F, 0x1000, "Hello, see order\0".encode("utf-16-le"))])),
            (2, 0x9002, bytes(14)),
            (2, 0x8010, b"ORDER~1.PDF\0"),
            (2, 0x800F, b"%PDF-1.4 order"),
            (2, 0x9005, properties([(0x001F, 0x3707, "order 77.pdf\0".encode("utf-16-le"))])),
            (2, 0x9002, bytes(14)),
            (2, 0x8010, b"lines.csv\0"),
            (2, 0x800F, b"1;2"),
        ]
    )
    assert sniff(data, "winmail.dat", "application/ms-tnef") == "tnef"
    assert [(part.name, part.data) for part in opened(data)] == [
        ("body.txt", b"Hello, see order"),
        ("order 77.pdf", b"%PDF-1.4 order"),
        ("lines.csv", b"1;2"),
    ]


def test_what_comes_before_damage_in_winmail_dat_is_kept() -> None:
    data = tnef([(2, 0x9002, bytes(14)), (2, 0x8010, b"a.txt\0"), (2, 0x800F, b"kept"), (2, 0x9002, bytes(14))])
    assert [part.data for part in opened(data[:-5] + b"\xff" * 5)] == [b"kept"]


def test_compressed_rtf_is_unpacked() -> None:
    # the worked example of [MS-OXRTFCP] 3.1
    data = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    assert rtf_unpacked(data, 1_000) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert rtf_unpacked(data, 10) == b""


def test_rtf_gives_its_text_or_the_html_it_wraps() -> None:
    plain = rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}\pard Gr\'fc\'dfe\tab 5 \u8364?\par Total{\*\bkmkstart x} 7\par}"
    assert rtf_content(plain) == ("Grüße\t5 €\nTotal 7\n", False)
    wrapped = (
        rb"{\rtf1\ansi\fromhtml1 {\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 Total 7\htmlrtf }\htmlrtf0 {\*\htmltag72 </p>}}"
    )
    assert rtf_content(wrapped) == ("<p>Total 7</p>", True)
    assert texts(read(plain, "order.rtf")[0]) == ["Grüße 5 €", "Total 7"]


# --- embedded files


def test_the_xml_embedded_in_a_pdf_is_found() -> None:
    from fpdf import FPDF

    pdf = FPDF()
    pdf.add_page()
    pdf.embed_file(basename="factur-x.xml", bytes=b"<?xml version='1.0'?><Invoice/>", mime_type="text/xml")
    data = bytes(pdf.output())
    (part,) = embedded_parts(Part("invoice.pdf", "application/pdf", data), LIMITS)
    assert (part.name, part.data) == ("factur-x.xml", b"<?xml version='1.0'?><Invoice/>")
    assert sniff(part.data, part.name, part.content_type) == "xml"
    assert embedded_parts(Part("invoice.pdf", "", data), Limits(bytes_max=10)) == ()


def test_a_pdf_without_embedded_files_and_no_pdf_give_none() -> None:
    assert embedded_parts(Part("x.pdf", "", advice_by_reportlab()), LIMITS) == ()
    assert embedded_parts(Part("x.pdf", "", advice_by_fpdf()[:300]), LIMITS) == ()
    assert embedded_parts(Part("x.pdf", "", b"hello"), LIMITS) == ()
