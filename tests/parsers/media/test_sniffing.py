"""What bytes are is told by the bytes, and no bytes break anything."""

from __future__ import annotations

import random

import pytest

from parsers.media import pages_of, sniff
from parsers.media.containers import unpack
from parsers.media.embedded import embedded_parts
from parsers.page import Limits, Page, Part, Unreadable
from tests.parsers.media.made import LIMITS, PRODUCERS
from tests.parsers.media.made_outlook import attachment, compound, message, properties, text, tnef
from tests.parsers.media.test_sheet import WRITERS, zipped
from tests.parsers.media.test_word import docx, para

HTML = b"<!DOCTYPE html><html><body><table><tr><td>a</td><td style='color:#fff'>b</td></tr></table></body></html>"
MAIL = (
    b"Return-Path: <a@b.example>\r\nFrom: Anna <a@b.example>\r\nTo: c@d.example\r\nSubject: Order\r\n"
    b"MIME-Version: 1.0\r\n\r\nHello\r\n"
)

SAMPLES: dict[str, tuple[str, bytes]] = {
    "pdf": ("pdf", PRODUCERS["reportlab"]()),
    "pdf behind junk": ("pdf", b"\r\n junk \r\n" + PRODUCERS["fpdf2"]()),
    "html": ("html", HTML),
    "html without a head": ("html", b"<div>Order <b>77</b></div>"),
    "html behind an XML line": ("html", b'<?xml version="1.0"?>\n<!DOCTYPE html><html><p>x</p></html>'),
    "text": ("text", b"Dear all,\nour order 77 follows.\n"),
    "csv": ("csv", b"Invoice;Date;Paid\nRE-1;2025-03-01;9,80\nRE-2;2025-03-02;20,00\n"),
    "xlsx": ("sheet", WRITERS["openpyxl"]()),
    "ods": ("sheet", WRITERS["ods"]()),
    "xml workbook": ("sheet", WRITERS["xml"]()),
    "docx": ("word", docx(para("Order 77"))),
    "png": ("image", b"\x89PNG\r\n\x1a\n" + bytes(50)),
    "jpeg": ("image", b"\xff\xd8\xff\xe0" + bytes(50)),
    "tiff": ("image", b"II*\x00" + bytes(50)),
    "zip": ("zip", zipped({"a.txt": "x"})),
    "tnef": ("tnef", tnef([(1, 0x9003, properties([(0x001F, 0x1000, b"h\0i\0")]))])),
    "msg": ("msg", compound(message(text(0x1000, "hi"), attachment(0, "a", b"x")))),
    "mail": ("rfc822", MAIL),
    "ubl": ("xml", b'<?xml version="1.0"?><Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"/>'),
    "cxml": ("xml", b'<?xml version="1.0"?><!DOCTYPE cXML SYSTEM "x.dtd"><cXML version="1.2"><Request/></cXML>'),
    "camt": ("xml", b'\xef\xbb\xbf<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"></Document>'),
    "x12": (
        "edi",
        b"ISA*00*          *00*          *ZZ*A              *ZZ*B              *250101*1200*U*00401*1*0*P*>~",
    ),
    "edifact": ("edi", b"UNA:+.? 'UNB+UNOA:1+A+B+250101:1200+1'"),
    "edifact without advice": ("edi", b"UNB+UNOC:3+A:14+B:14+250101:1200+1'UNH+1+ORDERS:D:96A:UN'"),
    "tradacoms": ("edi", b"STX=ANA:1+A+B+250101:120000+1'"),
    "mt940": ("bank", b"{1:F01BANKDEFFXXXX0000000000}{4:\r\n:20:1\r\n:25:DE89\r\n:28C:1/1\r\n"),
    "mt940 bare": ("bank", b":20:STARTUMS\r\n:25:50010517/1234\r\n:28C:1/1\r\n:60F:C250101EUR1,00\r\n"),
    "bai2": ("bank", b"01,SENDER,RECEIVER,250101,1200,1,,,2/\n02,RECEIVER,SENDER,1,250101,1200,USD,2/\n"),
    "ofx": ("bank", b"OFXHEADER:100\nDATA:OFXSGML\n\n<OFX></OFX>"),
    "ofx as XML": ("bank", b'<?xml version="1.0"?><?OFX OFXHEADER="200" VERSION="203"?><OFX></OFX>'),
    "mail of bare carriage returns": ("rfc822", MAIL.replace(b"\r\n", b"\r")),
    "edifact of other separators": ("edi", b"UNA=*.? ~\nUNB*UNOA=3*1=1*2=1*060515=1434*1~"),
    "rtf": ("rtf", rb"{\rtf1\ansi Order 77\par}"),
    "empty": ("empty", b" \r\n\x00 "),
    "encrypted": ("encrypted", compound({"EncryptedPackage": bytes(200)})),
    "unknown": ("unknown", bytes(range(256)) * 8),
}


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize(("name", "content_type"), [("", ""), ("x.pdf", "application/pdf"), ("x.dat", "text/plain")])
def test_the_kind_is_told_whatever_name_and_type_say(sample: str, name: str, content_type: str) -> None:
    kind, data = SAMPLES[sample]
    assert sniff(data, name, content_type) == kind


def test_prose_that_quotes_mail_headers_is_no_mail() -> None:
    quoted = b"From: Anna <a@b.example>\nTo: c@d.example\nSubject: Order 77\n\nDear all,\nplease ship.\n"
    assert sniff(quoted, "body.txt", "text/plain") == "text"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"<anna@contoso.example> wrote:\n> please ship\n", "text"),
        (b"<https://portal.example/order/77> is the order.\n", "text"),
        (b"<<< Order 77 >>>\n5 chairs\n", "text"),
        (b"<i>Order 77</i>", "html"),
        (b"Order 77<br>5 chairs", "html"),
        (b"Order 77\n5 chairs <anna@contoso.example>", "text"),
    ],
)
def test_a_bracket_alone_makes_no_markup(data: bytes, kind: str) -> None:
    assert sniff(data, "body.html", "text/html") == kind


def test_what_has_no_pages_says_why() -> None:
    for sample, code in (("png", "image"), ("empty", "empty"), ("encrypted", "encrypted"), ("unknown", "unreadable")):
        answer = pages_of(Part("f", "", SAMPLES[sample][1]), LIMITS)
        assert isinstance(answer, Unreadable)
        assert (answer.code, answer.what.endswith(".")) == (code, True)


def test_a_file_above_the_limit_is_not_opened() -> None:
    answer = pages_of(Part("f.pdf", "", SAMPLES["pdf"][1]), Limits(bytes_max=100))
    assert isinstance(answer, Unreadable)
    assert answer.code == "too_large"


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The bytes with a few of them changed, cut, doubled or swapped."""
    bent = bytearray(data)
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(bent)) if bent else 0
        match chance.randrange(5):
            case 0:
                bent[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del bent[at : at + chance.randint(1, 40)]
            case 2:
                bent[at:at] = bent[at : at + chance.randint(1, 40)]
            case 3:
                bent[at:at] = chance.choice([b"\x00", b"\xff\xff\xff\xff", b"<", b'"', b"99999999", b"/Kids", b"-1"])
            case _:
                del bent[max(at, 20) :]
    return bytes(bent)


@pytest.mark.parametrize("sample", SAMPLES)
def test_damaged_bytes_come_back_as_values(sample: str) -> None:
    chance = random.Random(sample)
    for _ in range(25):
        part = Part("f", "", mutated(SAMPLES[sample][1], chance))
        if sample in ("xlsx", "ods") and sniff(part.data, "", "") == "sheet":
            continue  # the library may abort the process: only ever run in a worker
        answer = pages_of(part, LIMITS)
        assert isinstance(answer, Unreadable) or all(isinstance(page, Page) for page in answer)
        inside = unpack(part, LIMITS)
        assert inside is None or isinstance(inside, Unreadable | tuple)
        assert isinstance(embedded_parts(part, LIMITS), tuple)
