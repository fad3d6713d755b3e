"""The settings of one home: one frozen value, read once from `ar-agent.toml`; secrets come from the environment.

Unknown sections and keys are refused with the nearest known name, so that a slip never silently means a default.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from datetime import date, time
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from agent.domain.decisions import Rate
from agent.domain.errors import ArError, WrongUsage
from agent.domain.notices import PAPERS
from outbox.window import window_of

FILE_NAME = "ar-agent.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanySection:
    name: str = "My Company Ltd"
    emails: tuple[str, ...] = ("ar@example.com",)  # every address that is ours; the first one sends
    iban: str = ""
    bic: str = ""
    bank_name: str = ""
    other_accounts: tuple[str, ...] = ()  # further accounts of ours that customers may pay to
    currency: str = "EUR"
    country: str = "GB"
    timezone: str = "Europe/London"
    language: str = "en"
    address: str = ""
    phone: str = ""
    website: str = ""
    tax_id: str = ""
    registration: str = ""
    colour: str = "#1f4e79"
    logo: str = ""  # a PNG or SVG file beside this one
    footer: str = ""
    payment_note: str = ""
    contact_name: str = ""
    pay_url: str = ""  # where an invoice is paid on the web: https://pay.example/{number}?amount={total}


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSection:
    """A text of the company on one kind of paper; without a language for all that have none of their own."""

    paper: str
    text: str
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxSection:
    name: str
    maildir: str = ""
    host: str = ""
    port: int = 0
    tls: str = "tls"
    user: str = ""
    password_env: str = ""
    oauth2: str = ""  # the name of an [[oauth2]] entry, instead of a password
    folder: str = "INBOX"
    poll_seconds: int = 300
    after: str = "seen"  # seen | none | move:FOLDER
    ca_file: str = ""  # certificates to believe instead of the system's


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpSection:
    host: str = ""
    port: int = 587
    tls: str = "starttls"
    user: str = ""
    password_env: str = ""
    oauth2: str = ""  # the name of an [[oauth2]] entry, instead of a password
    sender_name: str = ""
    timeout_seconds: int = 60
    connections: int = 4
    receipts: bool = False  # ask for reports of delivery of invoices (RFC 3461), where the relay knows how
    ca_file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuth2Section:
    """Where access tokens come from, for mailboxes and a relay that take no password."""

    name: str
    provider: str = ""  # google | microsoft: fills in token_url and scope
    tenant: str = ""  # of microsoft: the directory's id or domain
    flow: str = "refresh_token"  # refresh_token | client_credentials
    mechanism: str = "xoauth2"  # xoauth2 | oauthbearer
    token_url: str = ""
    client_id: str = ""
    client_secret_env: str = ""
    refresh_token_env: str = ""
    refresh_token_file: str = ""  # read, and written where the server hands out a new one
    scope: str = ""
    ca_file: str = ""
    secret_expires_on: date | None = None  # when the client secret ends, as the provider shows it
    warn_days: int = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class LmtpSection:
    listen: str = ""  # 127.0.0.1:2424, or the path of a socket; empty: no listener


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalSection:
    """Where copies of what we sent lie: it settles mails whose answer was lost."""

    mailbox: str = ""  # the name of a [[mailboxes]] entry whose server and account are used; empty: none
    folder: str = "Sent"
    complete: bool = False  # every mail that the relay takes appears there: one that lacks may be sent again


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseSection:
    url: str = ""  # empty: the embedded file in this home


@dataclass(frozen=True, slots=True, kw_only=True)
class CashSection:
    remittance_settles: str = "announced"  # announced | paid
    thanks: bool = False  # thank for payments that settled what they named


@dataclass(frozen=True, slots=True, kw_only=True)
class ToleranceSection:
    amount: Decimal = Decimal("5.00")
    percent: Decimal = Decimal("0.5")


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchingSection:
    tolerance: ToleranceSection = ToleranceSection()
    write_offs_per_year: int = 12
    write_off_per_year: Decimal = Decimal("25.00")  # of one customer, in its currency; 0 = no limit
    discount_grace_days: int = 2
    bank_fee_max: Decimal = Decimal("30.00")
    withholding: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeSection:
    """Rates for money in another currency than the invoice: they suggest, a person decides."""

    rates: tuple[str, ...] = ()  # "EUR/USD 1.0900 2026-03-13": one euro is 1.09 dollars from that day on
    tolerance_percent: Decimal = Decimal("1.0")


_RATE = re.compile(r"\s*([A-Z]{3})\s*/\s*([A-Z]{3})\s+(\d+(?:\.\d+)?)\s+(\d{4}-\d\d-\d\d)\s*")


def read_rate(text: str) -> Rate:
    """A rate as the settings write it; raise WrongUsage with an example where it is none."""
    match = _RATE.fullmatch(text)
    try:
        if match is None or not Decimal(match[3]):
            raise ValueError
        return Rate(match[1], match[2], Decimal(match[3]), date.fromisoformat(match[4]))
    except ValueError:
        raise WrongUsage(f"[exchange] rates: {text!r} is no rate; write it like 'EUR/USD 1.0900 2026-03-13'") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningSection:
    """What clerks' decisions teach, and when automatic booking rests because too much of it was taken back."""

    enabled: bool = True
    expire_days: int = 540  # after a row last held; 0 = never
    reversals_max: int = 3  # of one customer, within the days below; 0 = no limit
    rule_reversals_max: int = 10  # by one rule, over all customers
    reversals_days: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustSection:
    require: str = "dmarc"  # dmarc | none
    authserv_id: str = ""
    verify_dkim: bool = False  # verify DKIM signatures here where that server gave no verdict; asks the DNS for keys
    dns: tuple[str, ...] = ()  # name servers to ask, host or host:port; empty: the system's
    carriers: tuple[str, ...] = ()
    banks: tuple[str, ...] = ()  # addresses or @domains whose bank statements by mail are believed
    block: tuple[str, ...] = ()  # addresses or @domains whose mail is kept and left alone
    allow: tuple[str, ...] = ()  # addresses or @domains that only look like others: no alarm about their names


@dataclass(frozen=True, slots=True, kw_only=True)
class DunningSection:
    """A reminder policy; those under [dunning.policies] take what they do not say from [dunning] itself."""

    grace_days: int = 2
    levels: tuple[int, ...] = (5, 15, 30)  # days after the due date
    before: tuple[int, ...] = ()  # days before the due date
    before_min_amount: Decimal = Decimal(0)  # of an item that is announced before it is due
    tones: tuple[str, ...] = ()  # friendly | firm | final | call, by level
    attach: tuple[str, ...] = ()  # by level: letter, invoices, statement, joined by +
    first_level: int = 0  # the highest level with which a customer is reminded for the first time; 0: the newest
    min_interval_days: int = 7
    min_amount: Decimal = Decimal(0)
    contacts_per_week: int = 20  # over all kinds of mail; 0: without bound
    send_days: tuple[str, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    skip_holidays: bool = False  # nothing is sent on holidays of the company's calendar
    window: str = "09:00-17:00"  # over which a backlog of reminders is spread
    spread_from: int = 20  # a backlog of fewer mails leaves at once
    bank_within_days: int = 0
    announced_grace_days: int = 5
    promise_grace_days: int = 2
    plan_grace_days: int = 3
    question_days: int = 2  # working days after which staff are told that a customer still waits for an answer
    escalate_to: str = ""  # who decides after the last level; empty: the customer's owner
    escalate_after_days: int = 0  # days after the last level
    fees: tuple[Decimal, ...] = ()  # by level
    segments: tuple[str, ...] = ()  # of a policy: the segments of customers that it is for
    policies: Mapping[str, DunningSection] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class InterestSection:
    """Late interest: proposed to a person, never charged by itself."""

    propose: bool = False
    law: str = ""  # DE, GB, US-TX; empty: the company's country
    from_level: int = 3
    minimum: Decimal = Decimal("5.00")
    compensation: bool = True
    due_days: int = 14  # of the document that charges it


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffSection:
    """People who are told by mail what leaves tomorrow, and who may hold it by answering."""

    emails: tuple[str, ...] = ()
    digest: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditSection:
    """When a credit hold is proposed to a person; 0 switches a reason off."""

    hold_after_days: int = 0  # the oldest undisputed item is so many days late
    broken_promises: int = 0  # so many in the last 180 days
    over_limit: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AutomationSection:
    default: str = "auto"  # auto | assist | shadow


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberingSection:
    invoice: str = "INV-{n:06d}"
    credit_note: str = "CN-{n:05d}"
    order: str = "SO-{n:05d}"
    late_charge: str = "LC-{n:05d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingSection:
    payment_terms: str = "net 30"
    over_delivery_percent: Decimal = Decimal(0)
    bank_day: str = "none"  # where a due date goes on which no bank is open
    calendar: str = ""  # empty: of the company's country; DE-BY, TARGET, none
    week_closes: str = "sunday"  # the last day of a weekly invoice
    approve_over: Decimal = Decimal(0)  # gross, in the company's currency; 0: no approval by amount
    approve_new_customers: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeOwners:
    """Who looks into a dispute, by reason; a name or an address of staff."""

    price: str = ""
    quantity: str = ""
    damaged: str = ""
    not_received: str = ""
    wrong_item: str = ""
    quality: str = ""
    duplicate: str = ""
    tax: str = ""
    discount: str = ""
    terms: str = ""
    other: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveriesSection:
    """How customers are asked about deliveries that nobody confirmed."""

    chase: str = "draft"  # off | draft | send: a person looks at each mail first, or not
    chase_after_days: int = 7  # after the despatch, or after an invoice on shipment
    chase_every_days: int = 7
    chase_times: int = 2  # then a person is told


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdersSection:
    apply_changes: str = "no"  # no | more | unshipped: which clean changes of an order need no person


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputesSection:
    due_days: int = 10  # of ours, for the basic review
    management_days: int = 10  # of ours, for the review by management after it
    management_from: Decimal = Decimal(0)  # amounts from here on go to management at once; 0: none
    owner: str = ""  # of the basic review, where no reason names another
    management_owner: str = ""
    owners: DisputeOwners = DisputeOwners()
    write_off_max: Decimal = Decimal(100)  # what one clerk may write off of one dispute
    write_off_year_max: Decimal = Decimal(1000)  # and of one customer in a calendar year
    attach_policy: bool = False  # the written dispute policy goes out with each new case


@dataclass(frozen=True, slots=True, kw_only=True)
class RepliesSection:
    answer_days: int = 2  # working days within which a customer has an answer
    pause_days: int = 5  # working days for which reminders rest after a copy, a proof or a hold
    away: str = "ignore"  # ignore | next_contact | stand_in: to whom we write while somebody is away
    acknowledge_advices: bool = False  # say what we understood of a payment advice


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingSection:
    per_recipient_per_day: int = 20
    per_customer_per_hour: int = 60
    per_hour: int = 500
    window: str = ""  # 08:00-18:00 of the customer's day, for mail that is no answer; empty: at any time
    open_days_only: bool = False  # and only on days that are open in the customer's country
    proof_days: int = 0  # without proof of delivery after so many days an invoice goes to another contact; 0 = off


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingSection:
    """Bounds of the reading worker."""

    memory_mb: int = 1024
    seconds: int = 60
    message_mb: int = 50
    ocr_pages: int = 10  # pictures a part whose characters are recognised (needs the extra `ocr`); 0 = never
    ocr_certainty: Decimal = Decimal("0.9")  # 0 to 1: a paper with a figure or number below it goes to a person
    ocr_memory_mb: int = 3072
    ocr_seconds: int = 240  # a mail


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    home: Path
    company: CompanySection = CompanySection()
    mailboxes: tuple[MailboxSection, ...] = ()
    texts: tuple[TextSection, ...] = ()
    smtp: SmtpSection = SmtpSection()
    oauth2: tuple[OAuth2Section, ...] = ()
    journal: JournalSection = JournalSection()
    lmtp: LmtpSection = LmtpSection()
    database: DatabaseSection = DatabaseSection()
    cash: CashSection = CashSection()
    matching: MatchingSection = MatchingSection()
    learning: LearningSection = LearningSection()
    exchange: ExchangeSection = ExchangeSection()
    trust: TrustSection = TrustSection()
    dunning: DunningSection = DunningSection()
    interest: InterestSection = InterestSection()
    staff: StaffSection = StaffSection()
    credit: CreditSection = CreditSection()
    automation: AutomationSection = AutomationSection()
    numbering: NumberingSection = NumberingSection()
    billing: BillingSection = BillingSection()
    orders: OrdersSection = OrdersSection()
    deliveries: DeliveriesSection = DeliveriesSection()
    disputes: DisputesSection = DisputesSection()
    replies: RepliesSection = RepliesSection()
    sending: SendingSection = SendingSection()
    reading: ReadingSection = ReadingSection()

    @property
    def database_url(self) -> str:
        return self.database.url or f"sqlite:///{self.home / 'ar-agent.db'}"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.company.timezone)

    @property
    def own_accounts(self) -> tuple[str, ...]:
        return tuple(account for account in (self.company.iban, *self.company.other_accounts) if account)


_CHOICES: dict[tuple[str, str], tuple[str, ...]] = {
    ("cash", "remittance_settles"): ("announced", "paid"),
    ("deliveries", "chase"): ("off", "draft", "send"),
    ("orders", "apply_changes"): ("no", "more", "unshipped"),
    ("trust", "require"): ("dmarc", "none"),
    ("replies", "away"): ("ignore", "next_contact", "stand_in"),
    ("automation", "default"): ("auto", "assist", "shadow"),
    ("texts", "paper"): PAPERS,
    ("billing", "bank_day"): ("none", "next", "previous", "modified"),
    ("billing", "week_closes"): ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    ("smtp", "tls"): ("tls", "starttls", "none"),
    ("mailboxes", "tls"): ("tls", "starttls", "none"),
    ("oauth2", "provider"): ("", "google", "microsoft"),
    ("oauth2", "flow"): ("refresh_token", "client_credentials"),
    ("oauth2", "mechanism"): ("xoauth2", "oauthbearer"),
}


def load(home: Path) -> Settings:
    """Read the settings of `home`; raise WrongUsage with what to do where they are missing or wrong."""
    path = home / FILE_NAME
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise WrongUsage(
            f"there is no {FILE_NAME} in {home}: run `ar-agent --home {home} init` first, or name another --home"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WrongUsage(f"{path}: {error}") from None
    settings: Settings = _section(Settings, _inherited(data), FILE_NAME, home=home)
    _check(settings, path)
    return settings


def secret(variable: str) -> str:
    """The secret that the environment, or a file named by VARIABLE_FILE, holds; empty where neither does."""
    if not variable:
        return ""
    if value := os.environ.get(variable):
        return value
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")  # systemd LoadCredential=
    names = [os.environ.get(f"{variable}_FILE")] + ([f"{credentials}/{variable}"] if credentials else [])
    for name in names:
        if name and Path(name).is_file():
            return Path(name).read_text(encoding="utf-8").strip()
    return ""


def _section(kind: Any, data: Mapping[str, Any], where: str, **given: Any) -> Any:
    known = {f.name: f for f in fields(kind)}
    hints = typing.get_type_hints(kind)
    values = dict(given)
    for key, value in data.items():
        if key not in known or key in given:
            near = difflib.get_close_matches(key, known, n=1)
            hint = (
                f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(k for k in known if k != 'home')}"
            )
            raise WrongUsage(f"{where}: unknown setting {key!r}{hint}")
        values[key] = _value(hints[key], value, f"{where} {key}")
    for name, one in known.items():
        if name not in values and one.default is MISSING and one.default_factory is MISSING:
            raise WrongUsage(f"{where}: {name!r} is missing")
    return kind(**values)


def _inherited(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The data with every reminder policy completed from [dunning]."""
    dunning = data.get("dunning")
    policies = dunning.get("policies") if isinstance(dunning, Mapping) else None
    if not isinstance(dunning, Mapping) or not isinstance(policies, Mapping):
        return data
    base = {key: value for key, value in dunning.items() if key not in ("policies", "segments")}
    full = {name: {**base, **one} if isinstance(one, Mapping) else one for name, one in policies.items()}
    return {**data, "dunning": {**dunning, "policies": full}}


def _value(kind: Any, value: Any, where: str) -> Any:
    if isinstance(kind, type) and is_dataclass(kind):
        if not isinstance(value, Mapping):
            raise WrongUsage(f"{where}: this is a section of its own, written as [{where.rsplit(maxsplit=1)[-1]}]")
        return _section(kind, value, where)
    if typing.get_origin(kind) is Mapping:
        if not isinstance(value, Mapping):
            raise WrongUsage(
                f"{where}: this is a section of its own, written as [section.{where.rsplit(maxsplit=1)[-1]}.NAME]"
            )
        return {name: _value(typing.get_args(kind)[1], one, f"{where} {name}") for name, one in value.items()}
    if typing.get_origin(kind) is tuple:
        inner = typing.get_args(kind)[0]
        values = value if isinstance(value, list) else [value]
        return tuple(_value(inner, one, where) for one in values)
    if kind == date | None:
        if type(value) is date:
            return value
        raise WrongUsage(f"{where}: {value!r} should be a date, written without quotes like 2027-03-31")
    if kind is Decimal:
        try:
            return Decimal(str(value))
        except InvalidOperation:
            raise WrongUsage(f"{where}: {value!r} is not a number") from None
    if (
        isinstance(kind, types.UnionType)
        or not isinstance(value, kind)
        or (isinstance(value, bool) and kind is not bool)
    ):
        raise WrongUsage(f"{where}: {value!r} should be of {getattr(kind, '__name__', kind)}")
    return value


def _check_papers(settings: Settings, path: Path) -> None:
    """Texts and links that customers will see are tried when the settings are read, not when an invoice is due."""
    if settings.company.pay_url:
        from templates.paying import fault

        if wrong := fault(settings.company.pay_url):
            raise WrongUsage(f"{path}: [company] pay_url {wrong}")
    for section in settings.texts:
        from templates.texts import check

        try:
            check(section.text)
        except ArError as error:
            raise WrongUsage(f"{path}: [[texts]] of {section.paper}: {error}") from None


def _check_rates(settings: Settings) -> None:
    for text in settings.exchange.rates:
        read_rate(text)


def _check(settings: Settings, path: Path) -> None:
    _check_rates(settings)
    for (section, key), allowed in _CHOICES.items():
        part = getattr(settings, section)
        for one in part if isinstance(part, tuple) else (part,):
            if getattr(one, key) not in allowed:
                raise WrongUsage(
                    f"{path}: [{section}] {key} = {getattr(one, key)!r} is not one of {', '.join(allowed)}"
                )
    try:
        ZoneInfo(settings.company.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        raise WrongUsage(
            f"{path}: [company] timezone = {settings.company.timezone!r} is no time zone; write it like Europe/London"
        ) from None
    _check_papers(settings, path)
    if not settings.company.emails:
        raise WrongUsage(f"{path}: [company] emails is empty: it needs the address of the watched mailbox")
    _check_policies(settings, path)
    names = [mailbox.name for mailbox in settings.mailboxes]
    for name in names:
        if names.count(name) > 1:
            raise WrongUsage(f"{path}: two [[mailboxes]] are named {name!r}")
    for mailbox in settings.mailboxes:
        if not mailbox.maildir and not mailbox.host:
            raise WrongUsage(f"{path}: mailbox {mailbox.name!r} needs either maildir or host")
    _check_oauth2(settings, path)
    if settings.journal.mailbox and settings.journal.mailbox not in [m.name for m in settings.mailboxes if m.host]:
        raise WrongUsage(
            f"{path}: [journal] mailbox = {settings.journal.mailbox!r} is no [[mailboxes]] entry with a host"
        )
    try:
        window_of(settings.sending.window)
    except ValueError as error:
        raise WrongUsage(f"{path}: [sending] window: {error}") from None


def _check_oauth2(settings: Settings, path: Path) -> None:
    names = [entry.name for entry in settings.oauth2]
    for entry in settings.oauth2:
        if names.count(entry.name) > 1:
            raise WrongUsage(f"{path}: two [[oauth2]] are named {entry.name!r}")
        if not entry.client_id:
            raise WrongUsage(f"{path}: [[oauth2]] {entry.name!r} needs the client_id of the registered application")
        if entry.provider == "microsoft" and not entry.token_url and not entry.tenant:
            raise WrongUsage(f"{path}: [[oauth2]] {entry.name!r} needs the tenant: the directory's id or domain")
        if entry.token_url and not entry.token_url.startswith("https://"):
            raise WrongUsage(f"{path}: [[oauth2]] {entry.name!r}: token_url must begin with https://, it gets secrets")
        if not entry.token_url and not entry.provider:
            raise WrongUsage(f"{path}: [[oauth2]] {entry.name!r} needs a provider (google, microsoft) or a token_url")
        if entry.provider == "google" and entry.flow == "client_credentials":
            raise WrongUsage(
                f"{path}: [[oauth2]] {entry.name!r}: Google gives mail no client_credentials; use refresh_token"
            )
    for where, wanted in (
        ("[smtp]", settings.smtp.oauth2),
        *((f"mailbox {m.name!r}", m.oauth2) for m in settings.mailboxes),
    ):
        if wanted and wanted not in names:
            raise WrongUsage(f"{path}: {where} names oauth2 = {wanted!r}, and there is no [[oauth2]] of that name")


_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TONES = ("friendly", "firm", "final", "call")
_ATTACH = ("", "letter", "invoices", "statement")


def _check_policies(settings: Settings, path: Path) -> None:
    named = {"[dunning]": settings.dunning}
    named |= {f"[dunning.policies.{name}]": one for name, one in settings.dunning.policies.items()}
    for where, one in named.items():
        for key, values, allowed in (
            ("send_days", one.send_days, _DAYS),
            ("tones", one.tones, _TONES),
            ("attach", tuple(part for entry in one.attach for part in entry.split("+")), _ATTACH),
        ):
            for value in values:
                if value not in allowed:
                    raise WrongUsage(
                        f"{path}: {where} {key} = {value!r} is not one of {', '.join(filter(None, allowed))}"
                    )
        if list(one.levels) != sorted(set(one.levels)) or any(days < 0 for days in one.levels):
            raise WrongUsage(
                f"{path}: {where} levels = {list(one.levels)}: days after the due date, each later than the one before"
            )
        if not one.send_days:
            raise WrongUsage(f"{path}: {where} send_days is empty: no reminder would ever leave")
        try:
            begin, end = (time.fromisoformat(part) for part in one.window.split("-"))
        except ValueError:
            raise WrongUsage(f"{path}: {where} window = {one.window!r}: write it like 09:00-17:00") from None
        if begin >= end:
            raise WrongUsage(f"{path}: {where} window = {one.window!r} ends before it begins")
    segments = [segment for one in settings.dunning.policies.values() for segment in one.segments]
    for segment in segments:
        if segments.count(segment) > 1:
            raise WrongUsage(f"{path}: two policies are for the segment {segment!r}")


__all__ = ["FILE_NAME", "Settings", "load", "secret"]
