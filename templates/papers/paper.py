"""The data of one paper, all of it text ready to print; `layouts/paper.typ` only places it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from agent.domain.notices import Addressee, Company
from templates.formats import grouped_iban, lines_of
from templates.words import Words

_LETTER_COUNTRIES = frozenset({"US", "CA", "MX", "PH", "CL", "CO"})
_TOKEN = 24  # a longer word without a break may not fit its column
_BREAK = "\N{ZERO WIDTH SPACE}"


@dataclass(frozen=True, slots=True)
class PaperColumn:
    title: str
    right: bool = False
    wide: bool = False  # takes the room that is left


@dataclass(frozen=True, slots=True)
class PaperCell:
    """A cell with smaller lines under it; a short one is not torn over two pages."""

    main: str
    extra: tuple[str, ...] = ()

    @property
    def short(self) -> bool:
        return len(self.main) + sum(len(line) for line in self.extra) < 900


@dataclass(frozen=True, slots=True)
class PaperTable:
    columns: tuple[PaperColumn, ...]
    rows: tuple[tuple[PaperCell | str, ...], ...]


@dataclass(frozen=True, slots=True)
class Payment:
    """`rows` are label, value, and whether the value stands out."""

    title: str
    rows: tuple[tuple[str, str, bool], ...]
    note: str = ""
    caption: str = ""
    link: str = ""  # where it can be paid on the web


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    heading: str
    number: str
    dated: date
    customer: Addressee
    facts: tuple[tuple[str, str], ...]
    table: PaperTable | None = None
    taxes: PaperTable | None = None
    shares: PaperTable | None = None  # instalments
    sums: tuple[tuple[str, str], ...] = ()
    stamp: str = ""
    intro: tuple[str, ...] = ()
    highlights: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    payment: Payment | None = None
    closing: tuple[str, ...] = ()
    qr: str = ""  # SVG
    slip: dict[str, object] | None = None  # of a Swiss QR-bill: its words
    slip_code: str = ""  # SVG


def breakable(text: str) -> str:
    """Text in which even the longest word can be folded."""
    if len(text) <= _TOKEN:
        return text
    words = (
        _BREAK.join(word[at : at + _TOKEN] for at in range(0, len(word), _TOKEN)) if len(word) > _TOKEN else word
        for word in text.split(" ")
    )
    return " ".join(words)


def size_of(company: Company) -> str:
    return "us-letter" if company.country.upper() in _LETTER_COUNTRIES else "a4"


def letterhead(company: Company) -> tuple[str, ...]:
    return tuple(line for line in (*lines_of(company.address), company.phone, company.email, company.website) if line)


def footer(company: Company, words: Words) -> tuple[tuple[str, ...], ...]:
    """Legal data: who we are, how we are registered, our bank; columns without content are left out."""
    who = (company.name, *lines_of(company.footer, 6))
    registered = (
        f"{words.say('label.tax_id')} {company.tax_id}" if company.tax_id else "",
        *lines_of(company.registration, 3),
    )
    bank = (
        company.bank_name,
        f"{words.say('label.iban')} {grouped_iban(company.iban)}" if company.iban else "",
        f"{words.say('label.bic')} {company.bic}" if company.bic else "",
    )
    columns = (tuple(breakable(line) for line in column if line) for column in (who, registered, bank))
    return tuple(column for column in columns if column)


def present(*rows: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((label, breakable(value)) for label, value in rows if value)
