"""What every medium is turned into before anything is understood: pages of lines, words and tables, with places.

Coordinates: x grows to the right, top grows downward. A PDF counts in points; plain text counts 6 per column and 12
per line; a sheet or an HTML table counts 100 per column and 12 per row. So "the same column" is always an overlap of
x ranges, whatever the medium, and "beside" and "below" mean the same everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from agent.domain.learning import ColumnHint

Box = tuple[float, float, float, float]  # x0, top, x1, bottom


class Medium(StrEnum):
    """What kind of bytes a page came from."""

    PDF = "pdf"
    TEXT = "text"
    HTML = "html"
    SHEET = "sheet"
    CSV = "csv"
    WORD = "word"
    SCAN = "scan"


@dataclass(frozen=True, slots=True)
class Word:
    """A run of characters without a gap. `text` is NFC, with ligatures resolved and over-printing removed."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float = 0.0  # font size in points, 0 where the medium has none
    bold: bool = False
    certainty: float | None = None  # 0 to 1, of its least certain character where characters were recognised

    @property
    def box(self) -> Box:
        return (self.x0, self.top, self.x1, self.bottom)


@dataclass(frozen=True, slots=True)
class Line:
    """Words on one base line, from left to right."""

    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def box(self) -> Box:
        return (
            min(w.x0 for w in self.words),
            min(w.top for w in self.words),
            max(w.x1 for w in self.words),
            max(w.bottom for w in self.words),
        )


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of an explicit table; `text` may hold line breaks, and is empty in an empty cell."""

    text: str
    box: Box
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table that the medium itself declares: ruled lines of a PDF, an HTML table, a sheet, a CSV file.

    Every row has the same number of cells; a merged cell stands at its first place and the others are None.
    """

    rows: tuple[tuple[Cell | None, ...], ...]
    box: Box


@dataclass(frozen=True, slots=True)
class Page:
    """One page, sheet, mail body or file, in reading order.

    `lines` holds all visible text, that of the tables too; `tables` holds the explicit tables. `hidden` is text that a
    person cannot see (white, covered, off the page, zero size, display:none): never content, only a warning.
    """

    number: int
    part: str
    medium: Medium
    lines: tuple[Line, ...]
    tables: tuple[Table, ...] = ()
    width: float = 0.0
    height: float = 0.0
    hidden: tuple[str, ...] = ()
    title: str | None = None  # name of the sheet, title of the HTML page

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)


@dataclass(frozen=True, slots=True)
class Part:
    """One readable piece of a mail, or a bare file: its name, its declared type and its bytes."""

    name: str
    content_type: str
    data: bytes
    charset: str | None = None
    inline: bool = False  # a mail's body, or marked inline


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on everything that a stranger's file can make large."""

    bytes_max: int = 30_000_000
    pages_max: int = 200
    chars_per_page_max: int = 60_000
    lines_max: int = 20_000
    cells_max: int = 400_000
    columns_max: int = 200
    unpacked_bytes_max: int = 200_000_000
    parts_max: int = 200
    depth_max: int = 8
    ocr_pages_max: int = 0  # pictures of pages whose characters are recognised; 0: none
    ocr_certainty: float = 0.9  # what is less certain than this never books on its own


@dataclass(frozen=True, slots=True)
class Context:
    """What is known around a part before it is read: nothing of it is content, all of it may settle a doubt."""

    subject: str = ""
    sender_address: str | None = None
    sender_name: str | None = None
    sent_on: str | None = None  # ISO date of the mail, for dates without a year
    file_name: str | None = None
    is_body: bool = False  # the mail's own text, not an attachment
    has_attachments: bool = False
    own_names: tuple[str, ...] = ()  # names of the seller, where known
    own_addresses: tuple[str, ...] = ()
    columns: tuple[ColumnHint, ...] = ()  # what this sender means by headings that the lexicon does not know
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a part could not be turned into pages: becomes a Problem, never an exception."""

    what: str  # one sentence for a clerk
    code: str = "unreadable"  # unreadable | encrypted | too_large | empty | image
