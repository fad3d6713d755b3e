"""Kinds of paper, understood over pages without a template for any customer.

`read_pages` decides which kinds the pages hold, parts a file that holds several documents, and reads each.
"""

from __future__ import annotations

from agent.domain.documents import AnyDocument, Problem
from parsers.page import Context, Page


def read_pages(pages: tuple[Page, ...], context: Context) -> tuple[tuple[AnyDocument, ...], tuple[Problem, ...]]:
    """Return the documents that the pages hold, in reading order, and what was not understood or is doubtful."""
    from parsers.kinds.deciding import read_all

    return read_all(pages, context)
