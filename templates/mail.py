"""A view becomes the two parts of a mail: plain text that is complete in itself, and HTML that loads nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from agent.domain.notices import Addressee, Attachment, Company, Rendered
from templates.blocks import (
    Bullets,
    Facts,
    Paragraph,
    Quick,
    Table,
    View,
    facts_as_text,
    mailto,
    table_as_text,
    wrapped,
)
from templates.clean import safe_line
from templates.words import Words

if TYPE_CHECKING:
    from jinja2.sandbox import ImmutableSandboxedEnvironment

LAYOUTS = Path(__file__).parent / "layouts"
_SUBJECT_LIMIT = 180  # RFC 5322 allows 998 a line; beyond this every mail program cuts
_FONTS = "'Segoe UI',Helvetica,Arial,'Apple SD Gothic Neo','Malgun Gothic','Hiragino Sans','Yu Gothic',sans-serif"
INK = "#1b1f24"
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


def compose(
    view: View, words: Words, company: Company, customer: Addressee, attachments: tuple[Attachment, ...] = ()
) -> Rendered:
    """Lay a view out as text and HTML and put the files beside it."""
    subject = _plain_spaces(safe_line(words.formats.join.join(part for part in view.subject if part), _SUBJECT_LIMIT))
    values = {
        "view": view,
        "subject": subject,
        "reply_subject": f"Re: {subject}",
        "language": words.language,
        "company": company,
        "colour": colour_of(company),
        "accent": INK if is_light(colour_of(company)) else colour_of(company),
        "greeting": _greeting(words, customer),
        "endings": _endings(view, words, attachments),
        "closing": words.say("letter.closing"),
        "signature": _signature(words, company),
        "fonts": _FONTS,
    }
    text = _plain_spaces(_environment().get_template("mail.txt.j2").render(values)).strip() + "\n"
    html = _environment().get_template("mail.html.j2").render(values)
    return Rendered(subject=subject, text=text, html=html, language=words.language, attachments=attachments)


def colour_of(company: Company) -> str:
    """The company's colour where the setting is one (#rrggbb), else the default."""
    return company.colour if _COLOUR.fullmatch(company.colour) else "#1f4e79"


def is_light(colour: str) -> bool:
    """Whether text in this colour on white, or white text on it, would be hard to read (WCAG contrast below 3)."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05) < 3


def _greeting(words: Words, customer: Addressee) -> str:
    if customer.contact:
        return words.say("letter.greeting_person", contact=customer.contact, company=customer.name)
    return words.say("letter.greeting", company=customer.name)


def _endings(view: View, words: Words, attachments: tuple[Attachment, ...]) -> tuple[str, ...]:
    files = ", ".join(attachment.name for attachment in attachments)
    attached = words.say("letter.attached", files=files) if files else ""
    how = words.say("letter.reply", reference=view.reference) if view.reference else words.say("letter.reply_plain")
    return tuple(line for line in (attached, how) if line)


def _signature(words: Words, company: Company) -> tuple[str, ...]:
    phone = words.say("letter.phone", phone=company.phone) if company.phone else ""
    who = company.contact_name or words.say("letter.team")
    return tuple(line for line in (who, company.name, phone, company.email, company.website) if line)


def _plain_spaces(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    from jinja2 import FileSystemLoader, StrictUndefined, select_autoescape
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(LAYOUTS),
        autoescape=select_autoescape(enabled_extensions=("html.j2",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    kinds = {"paragraph": Paragraph, "facts": Facts, "table": Table, "bullets": Bullets, "quick": Quick}
    environment.tests.update({name: _is_a(kind) for name, kind in kinds.items()})
    environment.filters.update(wrapped=wrapped, facts_as_text=facts_as_text, table_as_text=table_as_text)
    environment.globals["mailto"] = mailto
    return environment


def _is_a(kind: type) -> Callable[[object], bool]:
    return lambda block: isinstance(block, kind)
