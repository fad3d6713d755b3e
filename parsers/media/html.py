"""HTML to one page. The home of lxml.html.

No browser: a walk over the elements that keeps what decides reading, namely lines, columns of tables, and whether a
text is there to be seen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from parsers.media.charset import decoded
from parsers.media.html_layout import Flow, Gap, Grid, Slot, Text, placed
from parsers.media.html_style import Style, StyleSheet, declarations_of, overlaid, styled
from parsers.media.text import TAB
from parsers.media.writing import columns, spelled
from parsers.page import Limits, Medium, Page, Part, Unreadable

DEPTH_MAX = 2_000  # libxml2 silently drops what is nested deeper than 2,048
TABLES_DEEP_MAX = 60
HIDDEN_MAX, HIDDEN_TEXT_MAX = 200, 500
_SKIPPED = frozenset(
    "head script style title template select option textarea object iframe svg math map noframes".split()
)
_BLOCKS = frozenset(
    "address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure footer"
    " form h1 h2 h3 h4 h5 h6 header hr html li menu nav ol p pre section summary table tbody td tfoot th thead tr ul"
    " main caption listing xmp plaintext legend".split()
)
_SPACED = frozenset("p h1 h2 h3 h4 h5 h6 ul ol dl blockquote pre hr".split())
_XML_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>", re.I)
_SPACE = re.compile(r"[ \t\r\n\f]+")
_PIECES = re.compile(r"[^\s\u00a0\u2007\u202f]+|\s|[\u00a0\u2007\u202f]")


class TooMuch(Exception):
    """The page does not fit the limits; the text is for a clerk."""


def read_html(part: Part, limits: Limits) -> tuple[Page, ...] | Unreadable:
    """One page with all visible text in lines and each data table as a Table."""
    from lxml import html

    source = _XML_DECLARATION.sub("", decoded(part.data, part.charset))
    if not source.strip():
        return Unreadable("The page is empty.", "empty")
    parser = html.HTMLParser(huge_tree=True, remove_pis=True)
    try:
        root = html.document_fromstring(source, parser=parser)
    except (ValueError, AssertionError) as error:
        return Unreadable(f"The HTML is damaged ({type(error).__name__}).")
    except Exception as error:
        if type(error).__name__ == "ParserError":
            return Unreadable("The page is empty.", "empty")
        raise
    walk = _Walk(limits, _sheet_of(root))
    try:
        walk.run(root)
    except TooMuch as error:
        return Unreadable(str(error), "too_large")
    page = placed(walk.root)
    title = root.findtext(".//title")
    return (
        Page(
            1,
            part.name,
            Medium.HTML,
            page.lines(),
            tuple(page.tables),
            max((word.x1 for word in page.words), default=0.0),
            page.bottom,
            walk.hidden_texts(),
            " ".join(title.split())[:300] if title and title.strip() else None,
        ),
    )


def _sheet_of(root: Any) -> StyleSheet:
    sheet = StyleSheet()
    for element in root.iter("style"):
        if not re.search(r"max-|min-|print", element.get("media", "")):
            sheet.add(element.text or "")
    return sheet


@dataclass(slots=True)
class _Table:
    """A table while it is being read. `taken` are the places that cells from further up reach into."""

    slots: list[Slot] = field(default_factory=list)
    row: int = -1
    column: int = 0
    taken: set[tuple[int, int]] = field(default_factory=set)


class _Walk:
    """Walks the elements and fills flows. A stack stands in for recursion: a mail may be nested a thousand deep."""

    def __init__(self, limits: Limits, sheet: StyleSheet) -> None:
        self.limits, self.sheet = limits, sheet
        self.root = Flow()
        self.flows = [self.root]
        self.tables: list[_Table] = []
        self.marks: list[tuple[str, frozenset[str]]] = []
        self.words: list[tuple[str, int, bool]] = []
        self.column = 0
        self.word, self.word_start, self.word_bold = "", 0, False
        self.space_due = False
        self.gap_due = False
        self.hidden: list[str] = []
        self.cells = self.lines = 0

    # --- elements ------------------------------------------------------------------------------------------------

    def run(self, root: Any) -> None:
        stack: list[tuple[Any, Style, bool]] = [(root, Style(), False)]
        depth = 0
        styles: list[Style] = [Style()]
        opened: list[tuple[str, bool, Style]] = []
        while stack:
            element, outer, closing = stack.pop()
            if closing:
                depth -= 1
                self._close(*opened.pop())
                self.marks.pop()
                styles.pop()
                self._text(element.tail, styles[-1])
                continue
            tag = element.tag
            if not isinstance(tag, str) or tag in _SKIPPED:  # comments and what is never shown as text
                self._text(element.tail, outer)
                continue
            depth += 1
            if depth > DEPTH_MAX:
                raise TooMuch("The page is nested too deeply.")
            tag = tag.lower().rpartition(":")[2]
            style, marks = self._styled(element, tag, outer)
            self.marks.append((tag, marks))
            styles.append(style)
            opened.append((tag, self._open(element, tag, style, outer), style))
            self._text(element.text, style)
            stack.append((element, outer, True))
            stack.extend((child, style, False) for child in reversed(element))
        self._end_line()

    def _styled(self, element: Any, tag: str, outer: Style) -> tuple[Style, frozenset[str]]:
        attributes = {str(name).lower(): str(value) for name, value in element.attrib.items()}
        marks = frozenset(["." + name for name in attributes.get("class", "").split()[:20]])
        if attributes.get("id"):
            marks |= {"#" + attributes["id"]}
        said = self.sheet.declarations(tag, marks, self.marks) if self.sheet.count else {}
        own = declarations_of(attributes.get("style", ""))
        uncertain = self.sheet.uncertain and "color" not in own
        return styled(outer, tag, attributes, overlaid(said, own), uncertain), marks

    def _open(self, element: Any, tag: str, style: Style, outer: Style) -> bool:
        """What the start of an element does to the flow; True where it is a block."""
        if style.hidden:
            return False
        match tag:
            case "br":
                self._end_line(keep=True)
                return False
            case "table" if len(self.tables) < TABLES_DEEP_MAX:
                self._end_line()
                self.tables.append(_Table())
                return True
            case "tr" if self._in_table():
                self.tables[-1].row += 1
                self.tables[-1].column = 0
                return True
            case "td" | "th" if self._in_table():
                self._open_cell(element)
                return True
            case "sup" | "sub":  # an index must not become a digit of the figure beside it
                self._end_word()
                return False
        inline = style.display.startswith("inline") or style.display == "table-cell" or outer.beside
        if inline and (tag in _BLOCKS or style.display):
            self._end_word()
            self._space(2 if tag in _BLOCKS else 1)
            return False
        if tag in _BLOCKS or style.display in ("block", "table-row", "table", "list-item", "flex", "grid"):
            self._end_line()
            self.gap_due = self.gap_due or tag in _SPACED
            return True
        return False

    def _in_table(self) -> bool:
        """Whether a row or cell here belongs to a table that is being read, not to a flow within one of its cells."""
        return bool(self.tables) and len(self.flows) in (len(self.tables), len(self.tables) + 1)

    def _open_cell(self, element: Any) -> None:
        table = self.tables[-1]
        if len(self.flows) > len(self.tables):  # the cell before was not closed
            self._close_cell()
        table.row = max(table.row, 0)
        while (table.row, table.column) in table.taken:
            table.column += 1
        across = _span(element.get("colspan"), self.limits.columns_max - table.column)
        down = _span(element.get("rowspan"), 500)
        self.cells += across * down
        if table.column >= self.limits.columns_max:
            raise TooMuch(f"A table has more than {self.limits.columns_max} columns.")
        if self.cells > self.limits.cells_max:
            raise TooMuch("The page has more table cells than are read.")
        if across * down > 1:
            table.taken |= {(table.row + r, table.column + c) for r in range(down) for c in range(across)}
        slot = Slot(table.row, table.column, down, across, Flow())
        table.slots.append(slot)
        table.column += across
        self._end_line()
        self.flows.append(slot.flow)
        self.gap_due = False

    def _close(self, tag: str, block: bool, style: Style) -> None:
        if not block:
            if style.display.startswith("inline-") or tag in ("sup", "sub"):
                self._end_word()
            return
        self._end_line()
        if tag == "table" and self.tables:
            self._close_table()
        elif tag in ("td", "th") and len(self.flows) > len(self.tables) > 0:
            self._close_cell()
        elif tag in _SPACED:
            self.gap_due = True

    def _close_cell(self) -> None:
        self._end_line()
        self.flows.pop()
        self.gap_due = False

    def _close_table(self) -> None:
        while len(self.flows) > len(self.tables):
            self._close_cell()
        grid = _grid(self.tables.pop())
        if grid is not None:
            self._settle_gap()
            self.flows[-1].items.append(grid)

    # --- text ----------------------------------------------------------------------------------------------------

    def _text(self, text: str | None, style: Style) -> None:
        if not text:
            return
        if style.unseen:
            if text.strip() and len(self.hidden) < HIDDEN_MAX:
                self.hidden.append(spelled(" ".join(text.split()))[:HIDDEN_TEXT_MAX])
            return
        if len(self.flows) == len(self.tables) and not text.strip():  # between the cells of a table
            return
        if style.kept_space:
            self._kept(text, style)
            return
        for piece in _PIECES.findall(_SPACE.sub(" ", text)):
            if piece == " ":
                self._end_word()
                self.space_due = self.column > 0
            elif piece.isspace():
                self._end_word()
                self._settle_space()
                self.column += 1
            else:
                self._piece(piece, style)

    def _kept(self, text: str, style: Style) -> None:
        for number, row in enumerate(re.split(r"\r\n|\r|\n", text)):
            if number:
                self._end_line(keep=True)
            for piece in _PIECES.findall(row):
                if piece == "\t":
                    self._end_word()
                    self.column += TAB - self.column % TAB
                elif piece.isspace():
                    self._end_word()
                    self.column += 1
                else:
                    self._piece(piece, style)

    def _piece(self, piece: str, style: Style) -> None:
        self._settle_space()
        if not self.word:
            self.word_start, self.word_bold = self.column, style.bold
        self.word += piece
        self.column += columns(piece)

    def _space(self, count: int) -> None:
        if self.column:
            self.column += count
            self.space_due = False

    def _settle_space(self) -> None:
        if self.space_due:
            self.column += 1
            self.space_due = False

    def _end_word(self) -> None:
        if self.word:
            self.words.append((self.word, self.word_start, self.word_bold))
            self.word = ""

    def _end_line(self, keep: bool = False) -> None:
        """Ends the line; an empty one is kept (as a gap) only where the source demands it."""
        self._end_word()
        if self.words:
            self.lines += 1
            if self.lines > self.limits.lines_max:
                raise TooMuch(f"The page has more than {self.limits.lines_max} lines.")
            self._settle_gap()
            self.flows[-1].items.append(Text(self.words))
            self.words = []
        elif keep:
            self.gap_due = True
        self.column, self.space_due = 0, False

    def _settle_gap(self) -> None:
        if self.gap_due and self.flows[-1].items:
            self.flows[-1].items.append(Gap())
        self.gap_due = False

    def hidden_texts(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(text for text in self.hidden if text.strip()))


def _span(text: str | None, most: int) -> int:
    digits = (text or "").strip()
    return max(1, min(int(digits), most)) if digits.isascii() and digits.isdigit() and len(digits) < 6 else 1


def _grid(table: _Table) -> Grid | None:
    """The table with the columns and rows at which a cell starts; a reach over nothing is cut back."""
    if not table.slots:
        return None
    starts = sorted({slot.column for slot in table.slots})
    place = {column: number for number, column in enumerate(starts)}
    rows = max(slot.row for slot in table.slots) + 1
    for slot in table.slots:
        end = slot.column + slot.across
        slot.across = sum(1 for column in starts if slot.column <= column < end)
        slot.column = place[slot.column]
        slot.down = min(slot.down, rows - slot.row)
    return Grid(table.slots, rows)
