"""The sample company of `make demo`: its customers, prices and open invoices, as the CSV files that `import` takes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

NAME = "Alder & Finch Components B.V."
ADDRESS = "ar@alderfinch.example"
IBAN = "NL91ABNA0417164300"
DOLLAR_IBAN = "NL20INGB0001234567"
AUTHSERV = "mx.alderfinch.example"
BANK = "harbourbank.example"
ZONE = "Europe/Amsterdam"

SETTINGS = """# The home of a sample company, made by `make demo`; each run of it makes the home anew.
# `ar-agent init` in an empty folder writes this file with every setting and a comment on each.

[company]
name = "{name}"
emails = ["{address}"]
address = "Kadeweg 12\\n3011 XB Rotterdam\\nThe Netherlands"
tax_id = "NL004495445B01"
phone = "+31 10 555 0142"
website = "www.alderfinch.example"
contact_name = "Accounts receivable"
iban = "{iban}"
bic = "ABNANL2A"
bank_name = "Harbour Bank"
other_accounts = ["{dollar_iban}"]          # the dollar account
currency = "EUR"
country = "NL"
timezone = "{zone}"

[[mailboxes]]
name = "ar"
host = "127.0.0.1"
port = {imap}
tls = "none"
user = "ar"
password_env = "{password_env}"

[smtp]
host = "127.0.0.1"
port = {smtp}
tls = "none"
sender_name = "Alder & Finch accounts"

[trust]
require = "dmarc"                           # a sender who is not proved is queued, never booked
authserv_id = "{authserv}"                  # the server whose word counts
carriers = ["@northline.example"]           # whose delivery notices are believed
banks = ["@{bank}"]                         # whose statements by mail are believed
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """One customer; `short` is the name on the screen, `writer` who writes for it."""

    number: str
    name: str
    short: str
    domain: str
    writer: str
    mailbox: str
    country: str
    currency: str
    language: str
    terms: str
    address: str
    tax_id: str
    treatment: str
    account: str

    @property
    def email(self) -> str:
        return f"{self.mailbox}@{self.domain}"


BRIGHTWATER = Customer(
    number="C-101", name="Brightwater Foods Inc.", short="Brightwater Foods", domain="brightwater.example",
    writer="Maria Lopez", mailbox="maria.lopez", country="US", currency="USD", language="en", terms="2/10 net 30",
    address="2200 Lake Street, Peoria IL 61602, USA",
    tax_id="", treatment="export", account="US-4471-0099123",
)  # fmt: skip
MUELLER = Customer(
    number="C-102", name="Müller & Söhne Maschinenbau GmbH", short="Müller & Söhne", domain="mueller-soehne.example",
    writer="Jens Krüger", mailbox="einkauf", country="DE", currency="EUR", language="de",
    terms="2 % 14 Tage, 30 Tage netto", address="Industriestraße 8, 71634 Ludwigsburg, Deutschland",
    tax_id="DE811907980", treatment="reverse_charge", account="DE89370400440532013000",
)  # fmt: skip
VERDIER = Customer(
    number="C-103", name="Ateliers Verdier SAS", short="Ateliers Verdier", domain="ateliers-verdier.example",
    writer="Claire Dubois", mailbox="achats", country="FR", currency="EUR", language="fr", terms="30 jours net",
    address="12 rue des Forges, 38000 Grenoble, France",
    tax_id="FR40303265045", treatment="reverse_charge", account="FR1420041010050500013M02606",
)  # fmt: skip
CALDER = Customer(
    number="C-104", name="Calder Tools Ltd", short="Calder Tools", domain="caldertools.example",
    writer="Aoife Byrne", mailbox="orders", country="IE", currency="EUR", language="en", terms="net 30",
    address="Unit 4, Harbour Park, Cork T12 XY45, Ireland",
    tax_id="IE6388047V", treatment="reverse_charge", account="IE29AIBK93115212345678",
)  # fmt: skip
HANSUNG = Customer(
    number="C-105", name="한성정밀 주식회사", short="한성정밀 (Hansung)", domain="hansung.example",
    writer="김민준", mailbox="purchase", country="KR", currency="USD", language="ko", terms="net 30",
    address="경기도 안산시 단원구 공단로 1",
    tax_id="", treatment="export", account="KR-110-432-887001",
)  # fmt: skip
VANDIJK = Customer(
    number="C-106", name="Van Dijk Pompen B.V.", short="Van Dijk Pompen", domain="vandijkpompen.example",
    writer="Bram van Dijk", mailbox="inkoop", country="NL", currency="EUR", language="nl", terms="30 dagen netto",
    address="Spaarneweg 3, 2032 GA Haarlem",
    tax_id="NL820646660B01", treatment="standard", account="NL39RABO0300065264",
)  # fmt: skip
FJORD = Customer(
    number="C-107", name="Fjord Marine AS", short="Fjord Marine", domain="fjordmarine.example",
    writer="Ingrid Dahl", mailbox="finance", country="NO", currency="EUR", language="en", terms="net 30",
    address="Strandgata 17, 5004 Bergen, Norway",
    tax_id="", treatment="export", account="NO9386011117947",
)  # fmt: skip
CUSTOMERS = (BRIGHTWATER, MUELLER, VERDIER, CALDER, HANSUNG, VANDIJK, FJORD)


def short_name(number: str | None) -> str:
    """A customer's name on the screen; the number itself, or nothing, where it is nobody's."""
    return next((c.short for c in CUSTOMERS if c.number == number), number or "")


# item, description, unit, price in EUR and USD, price per
ITEMS = (
    ("VL-220", "Ball valve DN25", "PC", "42.00", "46.50", "1"),
    ("SN-310", "Pressure sensor 0-10 bar", "PC", "118.00", "129.00", "1"),
    ("GK-015", "Gasket kit", "PC", "19.80", "21.50", "1"),
    ("HX-100", "Hex bolt M8x40 zinc", "PC", "16.90", "18.40", "100"),
    ("PM-075", "Metering pump 7.5 l/h", "PC", "865.00", "940.00", "1"),
)


@dataclass(frozen=True, slots=True)
class OpenInvoice:
    """What was open before the demo began; a credit note's amount is negative."""

    number: str
    customer: Customer
    po_number: str
    age_days: int
    total: str

    def issued_on(self, today: date) -> date:
        return today - timedelta(days=self.age_days)


OPEN_INVOICES = (
    OpenInvoice("INV-000871", BRIGHTWATER, "BW-76988", 33, "8125.50"),
    OpenInvoice("INV-000879", BRIGHTWATER, "BW-77012", 29, "1204.75"),
    OpenInvoice("CN-00041", BRIGHTWATER, "BW-76988", 20, "-250.00"),
    OpenInvoice("INV-000884", CALDER, "PO-33790", 27, "2310.40"),
    OpenInvoice("INV-000890", CALDER, "PO-33815", 21, "764.00"),
    OpenInvoice("INV-000886", VERDIER, "CMD-0391", 28, "3540.00"),
    OpenInvoice("INV-000892", FJORD, "FM-1180", 26, "1250.00"),
    OpenInvoice("INV-000897", FJORD, "FM-1192", 19, "1250.00"),
    OpenInvoice("INV-000855", VANDIJK, "IO-5478", 37, "933.80"),
)


def csv_files(today: date) -> dict[str, str]:
    """The files to import, by kind, in the order in which they are imported."""
    customers = [
        (c.number, c.name, f"{c.email} @{c.domain}", c.country, c.currency, c.language, c.terms, c.address, c.address,
         c.tax_id, c.treatment, c.account, "per_delivery", "delivery")
        for c in CUSTOMERS
    ]  # fmt: skip
    items = [
        (item, description, unit, price, per, currency, "21")
        for item, description, unit, euro, dollar, per in ITEMS
        for price, currency in ((euro, "EUR"), (dollar, "USD"))
    ]
    invoices = [_invoice(one, today) for one in OPEN_INVOICES]
    return {
        "customers": _table(
            "customer name emails country currency language payment_terms address ship_to tax_id tax_treatment "
            "accounts billing bill_on",
            customers,
        ),
        "items": _table("item description unit unit_price price_per currency tax_rate", items),
        "invoices": _table("invoice type customer po_number issued_on due_on currency total open", invoices),
    }


def _invoice(one: OpenInvoice, today: date) -> Sequence[str]:
    issued = one.issued_on(today)
    kind = "credit_note" if one.total.startswith("-") else "invoice"
    due = issued + timedelta(days=30)
    return (
        one.number,
        kind,
        one.customer.number,
        one.po_number,
        str(issued),
        str(due),
        one.customer.currency,
        one.total,
        one.total,
    )


def _table(header: str, rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header.split())
    writer.writerows(rows)
    return out.getvalue()
