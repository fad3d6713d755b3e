"""The company as it appears on papers, from the settings."""

from __future__ import annotations

from agent.domain.errors import WrongUsage
from agent.domain.notices import Company, OwnText
from agent.settings import Settings


def company_of(settings: Settings) -> Company:
    """Build the letterhead; the IBAN here is the only account that ever leaves."""
    section = settings.company
    logo = None
    if section.logo:
        path = settings.home / section.logo
        if not path.is_file():
            raise WrongUsage(f"[company] logo = {section.logo!r}: there is no such file in {settings.home}")
        logo = path.read_bytes()
    return Company(
        name=section.name,
        address=section.address,
        email=section.emails[0],
        phone=section.phone,
        website=section.website,
        tax_id=section.tax_id,
        registration=section.registration,
        iban="".join(section.iban.split()).upper(),
        bic=section.bic,
        bank_name=section.bank_name,
        country=section.country,
        currency=section.currency,
        colour=section.colour,
        logo=logo,
        footer=section.footer,
        payment_note=section.payment_note,
        contact_name=section.contact_name,
        pay_url=section.pay_url,
        texts=tuple(OwnText(paper=one.paper, text=one.text, language=one.language) for one in settings.texts),
    )
