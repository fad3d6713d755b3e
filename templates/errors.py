"""What only a mistake in this package can raise; a test that renders every notice in every language finds it first."""

from __future__ import annotations

from agent.domain.errors import ArError


class MissingPhrase(ArError):
    """A text asked for a phrase that its language does not have."""

    def __init__(self, language: str, key: str) -> None:
        self.language, self.key = language, key
        super().__init__(f"language {language!r} has no phrase {key!r}: add it to languages/{language}.toml")


class NoTemplate(ArError):
    """A notice of a class or kind that no template knows."""

    def __init__(self, notice: object) -> None:
        name, kind = type(notice).__name__, getattr(notice, "kind", "?")
        super().__init__(f"there is no template for {name} of kind {kind}: add one under templates/notices/")


class IncompleteEInvoice(ArError):
    """An e-invoice was asked for of a document that lacks something; `templates.einvoice.missing` tells beforehand."""

    def __init__(self, number: str, missing: tuple[str, ...]) -> None:
        self.number, self.missing = number, missing
        super().__init__(f"no e-invoice of {number}: {'; '.join(missing)}")


class UnexpectedPdf(ArError):
    """The typesetter writes its files in another way than the one that we add to."""

    def __init__(self, wanted: str) -> None:
        self.wanted = wanted
        super().__init__(f"the PDF has not {wanted}: einvoice/facturx.py must learn how this typst writes it")


class BadText(ArError):
    """A text of the company or of a customer holds something that cannot be filled in."""

    def __init__(self, text: str, why: str) -> None:
        self.text, self.why = text, why
        super().__init__(f"the text {text[:60]!r} cannot be used: {why}")
