"""Mutates mails of our own and opens them: nothing may escape, and nothing may take long.

    python tests/fuzz/fuzz_mail.py COUNT [SEED]

Prints what was raised, by place, and the slowest mail; exit code 1 if anything was raised. Each failure is printed with
its seed, so that it can be made again.
"""

from __future__ import annotations

import collections
import random
import sys
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from parsers.mail.authentication import verdict
from parsers.mail.envelope import opened
from parsers.mail.reply import forwarded_text
from parsers.page import Limits

_ADVICE = b"""Return-Path: <ap@buyer.example>\r
Received: from out.buyer.example (out.buyer.example [192.0.2.7]) by mx.seller.example with ESMTPS; Mon, 16 Mar 2026 09:00:00 +0100\r
Authentication-Results: mx.seller.example; dkim=pass header.d=buyer.example; dmarc=pass (p=reject) header.from=buyer.example\r
From: "M\xc3\xbcller, Ann" <ap@buyer.example>\r
To: ar@seller.example, (a comment) <q@r.example>, team: a@b.example, c@d.example;\r
Subject: =?utf-8?Q?Zahlungsavis_f=C3=BCr?= =?iso-8859-1?B?UmVjaG51bmc=?= INV-104355\r
Message-ID: <abc.def@buyer.example>\r
In-Reply-To: <invoice.0af3@seller.example>\r
References: <a@b.example> <invoice.0af3@seller.example>\r
Date: Mon, 16 Mar 2026 10:00:00 +0100\r
MIME-Version: 1.0\r
Content-Type: multipart/mixed; boundary="BB"\r
\r
preamble\r
--BB\r
Content-Type: multipart/alternative; boundary="CC"\r
\r
--CC\r
Content-Type: text/plain; charset="iso-8859-15"; format=flowed\r
Content-Transfer-Encoding: quoted-printable\r
\r
Wir haben R=E4chnung INV-104355 =\r
am 12. bezahlt.\r
\r
Mit freundlichen Gr=FC=DFen\r
Ann\r
\r
Am 12.03.2026 um 10:00 schrieb AR <ar@seller.example>:\r
> Bitte zahlen Sie 5.000,00 EUR\r
--CC\r
Content-Type: text/html; charset=utf-8\r
\r
<html><body><p>Wir haben</p><table><tr><td>INV-104355</td><td>5.000,00</td></tr><tr><td>INV-1</td><td>1,00</td></tr></table>\r
<blockquote type="cite">Bitte zahlen</blockquote></body></html>\r
--CC--\r
--BB\r
Content-Type: application/pdf; name="=?utf-8?B?YQ==?=.pdf"\r
Content-Disposition: attachment; filename*0*=utf-8''a%20b; filename*1=.pdf\r
Content-Transfer-Encoding: base64\r
\r
JVBERi0xLjQKJeLjz9MK\r
--BB--\r
"""
_BOUNCE = b"""Return-Path: <>\r
From: Mail Delivery System <MAILER-DAEMON@mx.buyer.example>\r
To: ar@seller.example\r
Subject: Undelivered Mail Returned to Sender\r
Auto-Submitted: auto-replied\r
Content-Type: multipart/report; report-type=delivery-status; boundary="RR"\r
\r
--RR\r
Content-Type: text/plain\r
\r
<gone@buyer.example>: host mx said: 550 5.1.1 User unknown\r
--RR\r
Content-Type: message/delivery-status\r
\r
Reporting-MTA: dns; mx.buyer.example\r
\r
Final-Recipient: rfc822; gone@buyer.example\r
Action: failed\r
Status: 5.1.1\r
Diagnostic-Code: smtp; 550 5.1.1 <gone@buyer.example> User unknown\r
--RR\r
Content-Type: message/rfc822\r
\r
Message-ID: <invoice.0af3@seller.example>\r
To: gone@buyer.example\r
\r
text\r
--RR--\r
"""
_FORWARD = """From: Tom <tom@buyer.example>
To: ar@seller.example
Subject: FW: RE: FW: payment?
Date: Fri, 13 Mar 2026 08:10:00 -0500
Content-Type: text/plain; charset=utf-8

FYI

-----Original Message-----
From: Dana <dana@buyer.example>
Sent: Friday, March 13, 2026 8:02 AM
To: Tom
Subject: RE: FW: payment?

Wire was released 3/12, 10,000.00 for 104310 and 104377.
> From: ar@seller.example
> Sent: Thursday, March 12, 2026 4:40 PM
> Subject: Reminder
> INV-104310 was due.

begin 644 advice.csv
#:&D*
`
end
--\x20
Dana, 여보세요, tel. +1 555 0100
""".encode()
_ABSENT = b"""From: lee@buyer.example
To: ar@seller.example
Subject: Automatic reply: Reminder
Auto-Submitted: auto-replied
X-Auto-Response-Suppress: All
Date: Mon, 16 Mar 2026 10:00:00 +0000
List-Id: <x.buyer.example>
Content-Type: text/plain; charset=us-ascii

I am out of the office until March 30. Contact kim@buyer.example or call 3/30.
"""
SEEDS = (_ADVICE, _BOUNCE, _FORWARD, _ABSENT)
TOKENS = (
    b"=?utf-8?Q?=0A?=", b"=?x?B?SGVsbG8=?=", b'"', b"<", b">", b"(", b")", b"[", b"]", b",", b";", b":", b"*", b"=", b"\x00", b"\xff\xfe",
    b"\r", b"\n", b"\r\n ", b"charset=x-nope", b"charset=utf-7", b"charset=punycode", b"charset=iso-2022-jp", b"--BB", b"--CC--", b"''", b"@",
    b"\\", b"%ZZ", b"=?utf-8?B?", b"?=", b"\xed\xa0\x80", b"-0000", b"99999", b"message/rfc822", b"x-uuencode", b"boundary=", b"base64",
    b"\x1b$B", b"\x1b(B", b"message/partial", b"application/pkcs7-mime", b"multipart/alternative", b"\n\n", b"From: x@y.example\r\n",
    b"Content-Type: message/rfc822\r\n\r\n", b"format=flowed; delsp=yes", b"begin 644 x\n", b"\nend\n", b"<blockquote>", b"<!--", b"<table><tr><td>",
    b"\nOn Mon, 1 Jan 2026 at 10:00, A <a@b.example> wrote:\n", b"\n> ", b"\n-- \n", b"\nFrom: a\nSent: b\nTo: c\nSubject: d\n", b"\n\n--RR",
    b"0\x80\x06\x09*\x86H\x86\xf7\r\x01\x07\x02\xa0\x80", "\u202e".encode(), "раура".encode(), b"Status: 5.", b"99999999999999999999",
)  # fmt: skip
OWN = frozenset({"ar@seller.example"})


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Return the mail with one to eight random changes."""
    mail = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        at, kind = chance.randrange(len(mail)), chance.random()
        if kind < 0.4:
            mail[at:at] = chance.choice(TOKENS) * chance.choice((1, 1, 1, 2, 40))
        elif kind < 0.55:
            del mail[at : at + chance.randint(1, 40)]
        elif kind < 0.7:
            mail[at] = chance.randrange(256)
        elif kind < 0.9:
            other = chance.randrange(len(mail))
            mail[at:at] = mail[other : other + chance.randint(1, 200)]
        else:
            del mail[at:]
        mail = mail or bytearray(b"x")
    return bytes(mail)


def try_one(data: bytes) -> None:
    """Open one mail by every way there is; whatever is raised is a fault."""
    mail = opened(data, own_addresses=OWN, limits=Limits(parts_max=50))
    verdict(mail.facts, data, authserv_id="mx.seller.example")
    forwarded_text(mail.text, OWN)
    for text in (mail.facts.subject, mail.facts.from_name or "", *(w for w in mail.facts.warnings)):
        if any(ord(c) < 32 or c in "\u2028\u2029\x85" for c in text):
            raise AssertionError(f"a control character came through: {text!r}")


def main(count: int, seed: int) -> int:
    raised: collections.Counter[str] = collections.Counter()
    slowest, slowest_at = 0.0, 0
    began = time.perf_counter()
    for number in range(count):
        chance = random.Random(seed * 1_000_003 + number)
        data = mutated(chance.choice(SEEDS), chance)
        start = time.perf_counter()
        try:
            try_one(data)
        except Exception as error:  # noqa: BLE001 - this is what the fuzzer looks for
            place = traceback.extract_tb(error.__traceback__)[-1]
            key = f"{type(error).__name__} in {Path(place.filename).name}:{place.lineno} {place.name}"
            if not raised[key]:
                print(f"number {number}: {key}: {str(error)[:200]}")
            raised[key] += 1
        spent = time.perf_counter() - start
        if spent > slowest:
            slowest, slowest_at = spent, number
    spent = time.perf_counter() - began
    print(
        f"{count} mails, {sum(raised.values())} raised, {count / spent:.0f} a second, slowest {slowest:.3f} s (number {slowest_at})"
    )
    for key, times in raised.most_common():
        print(f"{times:6} {key}")
    return 1 if raised else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000, int(sys.argv[2]) if len(sys.argv) > 2 else 1))
