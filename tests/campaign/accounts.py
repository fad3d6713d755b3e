"""S6: every bank account on every outgoing paper and mail, read back from the finished bytes, is the configured one."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from html import unescape

from templates import render
from templates.pdf import invoice_pdf
from templates.samples import COMPANY, invoice, samples
from templates.words import languages
from tests.campaign.result import Figures, must

SHORT, FULL = 40, 5_000
# Not the program's own idea of an account: the form of ISO 13616 in any grouping, proved by its check digits.
_LOOKS = re.compile(r"(?<![A-Z0-9])[A-Z]{2}[0-9]{2}(?:[\s\u200b\u2060]{0,4}[A-Z0-9]){11,30}")
_LENGTHS = {
    "DE": 22,
    "GB": 22,
    "FR": 27,
    "NL": 18,
    "AT": 20,
    "BE": 16,
    "ES": 24,
    "IT": 27,
    "CH": 21,
    "PL": 28,
    "LI": 21,
}
_DRAWN = ("DE", "FR", "AT", "BE", "ES", "CH", "PL")  # whose accounts may be digits alone


def _iban(chance: random.Random) -> str:
    country = chance.choice(_DRAWN)
    rest = "".join(str(chance.randrange(10)) for _ in range(_LENGTHS[country] - 4))
    return f"{country}{98 - _mod97(rest + country + '00'):02d}{rest}"


def _mod97(text: str) -> int:
    return int("".join(str(int(one, 36)) for one in text)) % 97


def found(text: str) -> set[str]:
    """The accounts that a text shows."""
    accounts = set()
    for match in _LOOKS.finditer(text):
        if match.group().startswith("RF"):
            continue  # a creditor reference (ISO 11649) has the same check digits
        packed = re.sub(r"[\s\u200b\u2060]", "", match.group())
        # Letters after it may belong to the next word, where the country's length is not known.
        known = _LENGTHS.get(packed[:2])
        for length in (known,) if known else range(len(packed), 14, -1):
            one = packed[:length]
            if _mod97(one[4:] + one[:4]) == 1:
                accounts.add(one)
                break
    return accounts


def _texts(data: bytes, name: str) -> Iterator[str]:
    if data.startswith(b"%PDF"):
        import pypdfium2

        document = pypdfium2.PdfDocument(data)
        for page in document:
            yield page.get_textpage().get_text_bounded()
        document.close()
    elif name.endswith((".xml", ".txt", ".html", ".csv")):
        yield unescape(re.sub(r"<[^>]*>", " ", data.decode("utf-8", "replace")))


def run(count: int, seed: int) -> Figures:
    """`count` papers and mails."""
    chance = random.Random(seed)
    figures: Counter[str] = Counter()
    while figures["documents"] < count:
        iban = _iban(chance)
        company = replace(COMPANY, iban=iban)
        language = chance.choice(sorted(languages()))
        for name, notice in chance.sample(sorted(samples(language).items(), key=lambda one: one[0]), 4):
            rendered = render(notice, language, company)
            said = [rendered.subject, rendered.text, unescape(re.sub(r"<[^>]*>", " ", rendered.html))]
            for attachment in rendered.attachments:
                said += _texts(attachment.data, attachment.name)
            _judge(figures, said, iban, f"seed {seed}: {name} in {language} for {iban}")
        _judge(
            figures,
            list(_texts(invoice_pdf(invoice(language), language, company), "x.pdf")),
            iban,
            f"seed {seed}: an invoice in {language}",
            needed=True,
        )
    must(figures["showing_the_account"] > 0, "no document shows an account at all")
    return figures


def _judge(figures: Counter[str], said: list[str], iban: str, where: str, *, needed: bool = False) -> None:
    shown = set().union(*(found(text) for text in said))
    must(shown <= {iban}, f"{where}: shows {sorted(shown - {iban})}")
    must(shown or not needed, f"{where}: its account cannot be read back")
    figures["documents"] += 1
    figures["showing_the_account"] += bool(shown)
