"""Word processing documents to one page: docx (ECMA-376 part 1, 17) and odt (OpenDocument 1.3 part 3, 5 and 9)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

from parsers.media.grid import laid_out
from parsers.media.text import ROW, line_at
from parsers.page import Limits, Line, Medium, Page, Part, Table, Unreadable

TAB = 8  # columns: tab stops of the document are not looked up
PART_MAX = 50_000_000
NESTED_MAX = 20
HIDDEN_MAX, HIDDEN_TEXT_MAX = 200, 500
_DELETED = frozenset({"del", "moveFrom"})
_FIXED = {"br": "\n", "cr": "\n", "line-break": "\n", "noBreakHyphen": "-"}
_SKIPPED = frozenset(
    {"instrText", "Fallback", "rPrChange", "pPrChange", "delInstrText", "annotation", "tracked-changes"}
)


def read_word(part: Part, limits: Limits) -> tuple[Page, ...] | Unreadable:
    """One page: headers, then the body with its tables, then footers and notes."""
    try:
        with zipfile.ZipFile(io.BytesIO(part.data)) as archive:
            roots = [_parsed(archive, name, limits) for name in _members(archive)]
    except zipfile.BadZipFile:
        return Unreadable("The document is damaged.")
    except _TooLarge:
        return Unreadable("The document unpacks to more bytes than are read.", "too_large")
    except RuntimeError:
        return Unreadable("The document opens with a password only.", "encrypted")
    writer = _Writer(limits)
    try:
        for root in roots:
            writer.blocks(root, 0)
    except _TooLarge:
        return Unreadable("The document has more lines or cells than are read.", "too_large")
    if not writer.lines and not writer.hidden:
        return Unreadable("The document is empty.", "empty")
    width = max((word.x1 for line in writer.lines for word in line.words), default=0.0)
    hidden = tuple(dict.fromkeys(writer.hidden))[:HIDDEN_MAX]
    return (Page(1, part.name, Medium.WORD, tuple(writer.lines), tuple(writer.tables), width, writer.top, hidden),)


class _TooLarge(Exception):
    """The document does not fit the limits."""


def _members(archive: zipfile.ZipFile) -> list[str]:
    """The parts that hold text, in reading order."""
    names = set(archive.namelist())
    if "content.xml" in names:
        return ["content.xml"]
    body = next((name for name in ("word/document.xml", "word/document2.xml") if name in names), None)
    heads = sorted(name for name in names if name.startswith("word/header") and name.endswith(".xml"))
    feet = sorted(name for name in names if name.startswith("word/footer") and name.endswith(".xml"))
    notes = [name for name in ("word/footnotes.xml", "word/endnotes.xml") if name in names]
    return [*heads[:6], *([body] if body else []), *feet[:6], *notes]


def _parsed(archive: zipfile.ZipFile, name: str, limits: Limits) -> Any:
    from lxml import etree

    with archive.open(name) as stream:
        data = stream.read(min(PART_MAX, limits.unpacked_bytes_max) + 1)
    if len(data) > min(PART_MAX, limits.unpacked_bytes_max):
        raise _TooLarge
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    root = etree.fromstring(data, parser)
    body = next(root.iter("{*}body"), None)
    return root if body is None else next(body.iter("{*}text"), body) if _name(root) == "document-content" else body


def _name(element: Any) -> str:
    tag = element.tag
    return str(tag).rpartition("}")[2] if isinstance(tag, str) else ""


def _value(element: Any, child: str, attribute: str = "val") -> str | None:
    """The attribute of a child element, "" where the child has none, None where there is no such child."""
    found = element.find("{*}" + child)
    if found is None:
        return None
    return next((str(value) for key, value in found.attrib.items() if str(key).rpartition("}")[2] == attribute), "")


def _attribute(element: Any, name: str) -> str:
    return next((str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] == name), "")


class _Writer:
    """Writes blocks one below the other."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.lines: list[Line] = []
        self.tables: list[Table] = []
        self.hidden: list[str] = []
        self.top = 0.0
        self.cells = 0

    def blocks(self, parent: Any, depth: int) -> None:
        for child in parent:
            match _name(child):
                case "p" | "h":
                    self._paragraph(child)
                case "tbl" | "table":
                    self._table(child)
                case name if name and name not in _SKIPPED and name not in _DELETED and depth < NESTED_MAX:
                    self.blocks(child, depth + 1)

    def _paragraph(self, paragraph: Any) -> None:
        boxes: list[Any] = []
        for row in self._text(paragraph, boxes).split("\n"):
            line = line_at(row, self.top)
            if line is not None:
                self.lines.append(line)
            self.top += ROW
        if len(self.lines) > self.limits.lines_max:
            raise _TooLarge
        for box in boxes:  # a text box stands beside or below the paragraph that holds it
            self.blocks(box, 1)

    def _text(self, paragraph: Any, boxes: list[Any]) -> str:
        pieces: list[str] = []
        stops = _tab_stops(paragraph)
        for kind, text in self._pieces(paragraph, boxes, 0):
            if kind == "tab" and stops:
                pieces.append("\t")
            elif kind == "tab":
                row = "".join(pieces).rpartition("\n")[2]
                pieces.append(" " * (TAB - len(row) % TAB if len(row) % TAB < TAB - 1 else TAB + 1))
            else:
                pieces.append(text)
        rows = "".join(pieces).split("\n")
        return "\n".join(_set_by(row, stops) for row in rows) if stops else "\n".join(rows)

    def _pieces(self, element: Any, boxes: list[Any], depth: int) -> Iterator[tuple[str, str]]:
        """The texts and tabs of a paragraph, in order."""
        if "opendocument" in str(element.tag):
            yield "text", " ".join((element.text or "").split("\n"))
        for child in element:
            match _name(child):
                case "r":
                    yield from self._run(child, boxes, depth)
                case "t":
                    yield "text", child.text or ""
                case "txbxContent" | "text-box":
                    boxes.append(child)
                case "tab" if _name(element) != "tabs":
                    yield "tab", ""
                case name if name in _FIXED:
                    yield "text", _FIXED[name]
                case "s":
                    yield "text", " " * min(int(_attribute(child, "c") or 1), 200)
                case name if name in _DELETED:
                    self._hide("".join(child.itertext()))
                case name if name and name not in _SKIPPED and depth < NESTED_MAX:
                    yield from self._pieces(child, boxes, depth + 1)
            if "opendocument" in str(child.tag):
                yield "text", " ".join((child.tail or "").split("\n"))

    def _run(self, run: Any, boxes: list[Any], depth: int) -> Iterator[tuple[str, str]]:
        properties = run.find("{*}rPr")
        if properties is not None and _unseen(properties):
            self._hide("".join(text.text or "" for text in run.iter("{*}t", "{*}delText")))
            return
        index = properties is not None and _value(properties, "vertAlign") in ("superscript", "subscript")
        if index:
            yield "text", " "  # an index must not become a digit of the figure beside it
        yield from self._pieces(run, boxes, depth)

    def _hide(self, text: str) -> None:
        if text.strip() and len(self.hidden) < HIDDEN_MAX:
            self.hidden.append(" ".join(text.split())[:HIDDEN_TEXT_MAX])

    def _table(self, table: Any) -> None:
        rows, spans = self._grid(table)
        rows = [row for row in rows if row]
        if not rows:
            return
        wide = max(len(row) for row in rows)
        if wide > self.limits.columns_max:
            raise _TooLarge
        padded = [[*row, *([""] * (wide - len(row)))] for row in rows]
        lines, grid = laid_out(padded, spans, self.top)
        self.lines += lines
        self.top = grid.box[3]
        filled = [sum(1 for cell in row if cell is not None and cell.text) for row in grid.rows]
        if sum(1 for count in filled if count >= 2) >= 2 or max(filled) > 2:
            self.tables.append(grid)

    def _grid(self, table: Any) -> tuple[list[list[str | None]], dict[tuple[int, int], tuple[int, int]]]:
        rows: list[list[str | None]] = []
        spans: dict[tuple[int, int], tuple[int, int]] = {}
        above: dict[int, tuple[int, int]] = {}  # column -> the cell that a vertical merge continues
        for row in _children(table, ("tr", "table-row")):
            texts: list[str | None] = []
            for cell in _children(row, ("tc", "table-cell", "covered-table-cell")):
                at = (len(rows), len(texts))
                across, merge = _reach(cell, self.limits)
                if merge == "continue" and at[1] in above:
                    start = above[at[1]]
                    spans[start] = (at[0] - start[0] + 1, spans.get(start, (1, across))[1])
                    texts += [None] * across
                    continue
                above[at[1]] = at
                texts += [self._cell(cell), *([None] * (across - 1))]
                if across > 1:
                    spans[at] = (1, across)
            self.cells += len(texts)
            if self.cells > self.limits.cells_max or len(rows) > self.limits.lines_max:
                raise _TooLarge
            rows.append(texts)
        return rows, spans

    def _cell(self, cell: Any) -> str:
        inner = _Writer(self.limits)
        inner.cells = self.cells
        inner.blocks(cell, 1)
        self.cells, self.hidden = inner.cells, [*self.hidden, *inner.hidden][:HIDDEN_MAX]
        return "\n".join(line.text for line in inner.lines)


_TWIPS = 120  # a column of text; 1440 twips are an inch


def _tab_stops(paragraph: Any) -> list[tuple[int, bool]]:
    """The paragraph's own tab stops (ECMA-376 part 1, 17.3.1.38): column, and whether text ends there."""
    properties = paragraph.find("{*}pPr")
    tabs = properties.find("{*}tabs") if properties is not None else None
    stops: list[tuple[int, bool]] = []
    for tab in tabs if tabs is not None else ():
        at, kind = _attribute(tab, "pos"), _attribute(tab, "val")
        if at.isascii() and at.isdigit() and len(at) < 6 and kind != "clear":
            stops.append((int(at) // _TWIPS, kind in ("right", "end", "decimal", "num")))
    return sorted(stops)


def _set_by(row: str, stops: Sequence[tuple[int, bool]]) -> str:
    """Write the pieces of a row at its tab stops, each at least two blanks behind the one before."""
    head, *pieces = row.split("\t")
    written = head
    for index, piece in enumerate(pieces):
        at, ends = stops[index] if index < len(stops) else (len(written) + TAB, False)
        start = at - len(piece) if ends else at
        written = written.ljust(max(start, len(written) + 2 if written.strip() else start)) + piece
    return written.rstrip()


def _children(parent: Any, names: tuple[str, ...], depth: int = 0) -> Iterator[Any]:
    """Rows of a table or cells of a row, also where content controls or header groups wrap them."""
    for child in parent:
        name = _name(child)
        if name in names:
            yield child
        elif name and name not in _SKIPPED and name not in ("tbl", "table", "p") and depth < 4:
            yield from _children(child, names, depth + 1)


def _reach(cell: Any, limits: Limits) -> tuple[int, str]:
    """How many columns a cell takes, and whether it continues the cell above."""
    if _name(cell) == "covered-table-cell":
        return 1, "continue"
    properties = cell.find("{*}tcPr")
    told = _attribute(cell, "number-columns-repeated")
    if properties is not None:
        told = _value(properties, "gridSpan") or ""
    across = int(told) if told.isascii() and told.isdigit() and len(told) < 5 else 1
    merge = _value(properties, "vMerge") if properties is not None else None
    return max(1, min(across, limits.columns_max)), "" if merge is None or merge == "restart" else "continue"


def _unseen(properties: Any) -> bool:
    """Whether a run's properties (ECMA-376 part 1, 17.3.2) leave nothing to be seen, or strike it out."""
    for name in ("vanish", "webHidden", "strike", "dstrike"):
        if _value(properties, name) in ("", "1", "true", "on"):
            return True
    size = _value(properties, "sz") or ""
    if size.isascii() and size.isdigit() and int(size) <= 2:  # half points
        return True
    shade = _value(properties, "shd", "fill")
    back = shade if shade and len(shade) == 6 else "FFFFFF"
    marked = _value(properties, "highlight") not in (None, "none")
    return _value(properties, "color") == "FFFFFF" and back.upper() == "FFFFFF" and not marked
