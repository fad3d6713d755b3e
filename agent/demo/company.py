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


@dataclass(frozen=True, slots=True)
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
    "C-101", "Brightwater Foods Inc.", "Brightwater Foods", "brightwater.example", "Maria Lopez", "maria.lopez", "US", "USD",
    "en", "2/10 net 30", "2200 Lake Street, Peoria IL 61602, USA", "", "export", "US-4471-0099123",
)  # fmt: skip
MUELLER = Customer(
    "C-102", "Müller & Söhne Maschinenbau GmbH", "Müller & Söhne", "mueller-soehne.example", "Jens Krüger", "einkauf", "DE",
    "EUR", "de", "2 % 14 Tage, 30 Tage netto", "Industriestraße 8, 71634 Ludwigsburg, Deutschland", "DE811907980",
    "reverse_charge", "DE89370400440532013000",
)  # fmt: skip
VERDIER = Customer(
    "C-103", "Ateliers Verdier SAS", "Ateliers Verdier", "ateliers-verdier.example", "Claire Dubois", "achats", "FR", "EUR",
    "fr", "30 jours net", "12 rue des Forges, 38000 Grenoble, France", "FR40303265045", "reverse_charge",
    "FR1420041010050500013M02606",
)  # fmt: skip
CALDER = Customer(
    "C-104", "Calder Tools Ltd", "Calder Tools", "caldertools.example", "Aoife Byrne", "orders", "IE", "EUR", "en", "net 30",
    "Unit 4, Harbour Park, Cork T12 XY45, Ireland", "IE6388047V", "reverse_charge", "IE29AIBK93115212345678",
)  # fmt: skip
HANSUNG = Customer(
    "C-105", "한성정밀 주식회사", "한성정밀 (Hansung)", "hansung.example", "김민준", "purchase", "KR", "USD", "ko", "net 30",
    "경기도 안산시 단원구 공단로 1", "", "export", "KR-110-432-887001",
)  # fmt: skip
VANDIJK = Customer(
    "C-106", "Van Dijk Pompen B.V.", "Van Dijk Pompen", "vandijkpompen.example", "Bram van Dijk", "inkoop", "NL", "EUR", "nl",
    "30 dagen netto", "Spaarneweg 3, 2032 GA Haarlem", "NL820646660B01", "standard", "NL39RABO0300065264",
)  # fmt: skip
FJORD = Customer(
    "C-107", "Fjord Marine AS", "Fjord Marine", "fjordmarine.example", "Ingrid Dahl", "finance", "NO", "EUR", "en", "net 30",
    "Strandgata 17, 5004 Bergen, Norway", "", "export", "NO9386011117947",
)  # fmt: skip
CUSTOMERS = (BRIGHTWATER, MUELLER, VERDIER, CALDER, HANSUNG, VANDIJK, FJORD)

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
            "customer name emails country currency language payment_terms address ship_to tax_id tax_treatment accounts "
            "billing bill_on",
            customers,
        ),
        "items": _table("item description unit unit_price price_per currency tax_rate", items),
        "invoices": _table("invoice type customer po_number issued_on due_on currency total open", invoices),
    }


def _invoice(one: OpenInvoice, today: date) -> Sequence[str]:
    issued = one.issued_on(today)
    kind = "credit_note" if one.total.startswith("-") else "invoice"
    due = issued + timedelta(days=30)
    return (one.number, kind, one.customer.number, one.po_number, str(issued), str(due), one.customer.currency, one.total, one.total)


def _table(header: str, rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header.split())
    writer.writerows(rows)
    return out.getvalue()
