"""All text of a PDF as pdfium gives it, without layout: to look for words in papers of our own."""

from __future__ import annotations

from parsers.media.pdf_pdfium import Broken, PasswordNeeded, open_document


def text_of(data: bytes, *, pages_max: int = 500) -> str | None:
    """The text of all pages; None where the document cannot be read, or has more of them."""
    try:
        document = open_document(data)
    except (Broken, PasswordNeeded):
        return None
    try:
        if len(document) > pages_max:
            return None
        texts = []
        for page in document:
            words = page.get_textpage()
            texts.append(words.get_text_range())
            words.close()
            page.close()
        return "\n".join(texts)
    finally:
        document.close()
