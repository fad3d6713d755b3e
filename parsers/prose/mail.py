"""The whole mail as prose sees it: its sentences with their facts, its date and styles, and its evidence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from agent.domain.documents import Evidence, Source
from parsers.lexicon import guess_language
from parsers.lexicon.phrases import plausible_languages
from parsers.page import Context
from parsers.prose.facts import Facts, Ref, Role, read_facts
from parsers.prose.units import Unit, split_units
from parsers.values.amounts import find_amounts, resolve_style
from parsers.values.dates import find_dates, resolve_order


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail's own words, cut and searched once; every reader of an intent works on this."""

    text: str
    context: Context
    facts: tuple[Facts, ...]
    subject: Facts
    sent: date | None
    order: str | None  # of day and month, if the mail's own dates prove one
    style: str | None  # of the decimal mark, if the mail's own sums prove one
    language: str | None

    @property
    def part(self) -> str:
        return self.context.file_name or "body"

    @property
    def source(self) -> Source:
        return Source(self.part)

    def evidence(self, text: str) -> Evidence:
        return Evidence(self.part, None, " ".join(text.split())[:300])

    def subject_evidence(self, text: str) -> Evidence:
        return Evidence("subject", None, " ".join(text.split())[:300])

    @property
    def replies(self) -> bool:
        """Whether the subject says that this answers or forwards another mail."""
        return bool(_REPLY.match(self.context.subject))

    def subject_refs(self, *roles: Role) -> tuple[Ref, ...]:
        """Return the numbers that the subject names with a label: they count where the body names none."""
        return tuple(ref for ref in self.subject.refs if ref.role in roles)


_REPLY = re.compile(
    r"\s*(?:\[[^\]]{1,40}\]\s*)?(?:re|aw|antw|antwort|sv|rv|r|ref|odp|res|tr|回复|返信|답장|회신)\s*(?:\[[0-9]+\])?\s*[:：]",
    re.I,
)
_FORWARD_OR_REPLY = re.compile(
    r"^(?:\s*(?:re|aw|fw|fwd|wg|antw|sv|rv|tr|i|odp|pd|enc|vs|ref|res|rif)\s*(?:\[[0-9]+\])?\s*:)+\s*", re.I
)


def read_mail(text: str, context: Context) -> Mail:
    """Cut a mail's own words into sentences and find in each what it holds."""
    sent = _sent_on(context)
    units = split_units(text)
    allowed = plausible_languages(text)
    style = resolve_style(found.text for found in find_amounts(text[:20_000]))
    language = guess_language(text[:4_000])
    order = resolve_order(found.text for found in find_dates(text[:20_000], near=sent)) or _usual_order(
        language, context
    )
    facts = tuple(read_facts(unit, sent, allowed, style) for unit in units)
    subject = _FORWARD_OR_REPLY.sub("", context.subject)[:300]
    return Mail(
        text=text,
        context=context,
        facts=facts,
        subject=read_facts(Unit(subject, 0, 0), sent, None, style),
        sent=sent,
        order=order,
        style=style,
        language=language,
    )


# Outside English there is one order of day and month; within it, the country of the sender's domain may tell.
_ORDERS = {**dict.fromkeys(("de", "fr", "es", "it", "nl", "pt", "pl"), "dmy"), "ja": "mdy", "ko": "mdy"}
_DAY_FIRST = frozenset("uk au nz ie in za de at ch fr be nl lu es pt it pl dk se no fi sg my".split())


def _usual_order(language: str | None, context: Context) -> str | None:
    domain = (context.sender_address or "").rsplit(".", 1)[-1].lower()
    return _ORDERS.get(language or "") or ("dmy" if domain in _DAY_FIRST else None)


def _sent_on(context: Context) -> date | None:
    try:
        return date.fromisoformat((context.sent_on or "")[:10])
    except ValueError:
        return None
