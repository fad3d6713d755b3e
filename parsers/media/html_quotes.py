"""An HTML mail without what it quotes, its tables left as they are: for readers that need cells, not text."""

from __future__ import annotations

import re
from typing import Any

# How mail programs mark the mail that they quote (Gmail, Outlook, Apple Mail, Yahoo, Thunderbird, Proton, Zoho).
_QUOTES = (
    "//blockquote[@type='cite']",
    "//blockquote[contains(@class,'gmail_quote')]",
    "//*[contains(concat(' ',normalize-space(@class),' '),' gmail_quote ')]",
    "//*[contains(@class,'yahoo_quoted') or contains(@class,'protonmail_quote') or contains(@class,'zmail_extra')]",
    "//*[contains(@class,'moz-cite-prefix')]",
)
# From here on to the end of the mail: Outlook writes the quoted mail below its header block.
_CUTS = (
    "//*[@id='appendonsend' or @id='divRplyFwdMsg' or @id='mail-editor-reference-message-container']",
    "//*[contains(@id,'OutlookMessageHeader')]",
)
_CITE = re.compile(
    r"<blockquote|gmail_quote|yahoo_quoted|protonmail_quote|zmail_extra|moz-cite|appendonsend|divRplyFwdMsg|mail-editor-reference|OutlookMessageHeader"
)


def html_without_quotes(html: str) -> str:
    """Return the HTML without quoted mails; the text itself where nothing marks a quote or it cannot be parsed."""
    if not _CITE.search(html):
        return html
    from lxml import etree
    from lxml import html as lxml_html

    try:
        root = lxml_html.document_fromstring(html, parser=lxml_html.HTMLParser(huge_tree=True))
    except (etree.ParserError, ValueError):
        return html
    for path in _QUOTES:
        for element in _found(root, path):
            _drop(element)
    for path in _CUTS:
        for element in _found(root, path):
            _drop_from(element)
    text = lxml_html.tostring(root, encoding="unicode")
    return text if isinstance(text, str) else html


def _found(root: Any, path: str) -> list[Any]:
    found = root.xpath(path)
    return list(found) if isinstance(found, list) else []


def _drop(element: Any) -> None:
    parent = element.getparent()
    if parent is not None:
        element.drop_tree()


def _drop_from(element: Any) -> None:
    """Drop an element and everything after it, up the tree."""
    here = element
    while (parent := here.getparent()) is not None:
        if parent.tag == "html":
            break
        for later in list(here.itersiblings()):
            _drop(later)
        here = parent
    _drop(element)
