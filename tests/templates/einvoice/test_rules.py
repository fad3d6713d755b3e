"""Every kind of document against the official schemas and business rules, in both syntaxes."""

import pytest

from templates.einvoice import missing
from templates.einvoice.cii import cii
from templates.einvoice.ubl import ubl
from tests.templates.einvoice.documents import SELLER, documents, invoice
from tests.templates.einvoice.rules import broken_rules

DOCUMENTS = documents()


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize("write", [cii, ubl])
def test_every_document_that_we_issue_is_valid(name: str, write) -> None:
    document = DOCUMENTS[name]
    assert missing(document, SELLER) == ()
    assert broken_rules(write(document, SELLER, "en")) == []
