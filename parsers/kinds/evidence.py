"""Collecting the evidence of fields while a document is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from agent.domain.documents import Evidence
from parsers.layout.segments import Segment
from parsers.page import Page


@dataclass(slots=True)
class Trail:
    """Which place of the source each field came from; filled while reading, frozen into the document at the end."""

    pages: Sequence[Page]
    found: dict[str, Evidence] = field(default_factory=dict)

    def mark(self, path: str, segment: Segment | None, text: str | None = None) -> None:
        """Remember that the field at `path` stands in this segment."""
        if segment is None or path in self.found:
            return
        page = self.pages[segment.page]
        self.found[path] = Evidence(page.part, page.number, text or segment.text, segment.box)

    def title(self, path: str, text: str, page: Page) -> None:
        """Remember under which title a column was read whose meaning was learned."""
        self.found.setdefault(path, Evidence(page.part, page.number, text))
