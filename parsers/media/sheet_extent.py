"""How large the sheets of a workbook are, and which of their rows and columns are hidden.

Measured in the bytes, before any library allocates for them.

Office Open XML: ECMA-376 part 1, 18.3.1 (c, col, row). OpenDocument 1.3 part 3, 19.675 (repeated cells and rows).
Binary kinds: [MS-XLSB] and [MS-XLS].
"""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from parsers.media import cfb
from parsers.page import Limits

_CHUNK = 1 << 18
COLUMNS_EVER = 16_384


class TooLarge(Exception):
    """The workbook would need more room than is allowed; the text is for a clerk."""


@dataclass(frozen=True, slots=True)
class Extent:
    """What is hidden in one sheet, counted from 0."""

    hidden_rows: frozenset[int] = field(default_factory=frozenset)
    hidden_columns: frozenset[int] = field(default_factory=frozenset)


class _Measure:
    """The reach of one sheet while it is being found."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.rows: set[int] = set()
        self.columns: set[int] = set()
        self.high_row = self.high_column = 0

    def cell(self, row: int, column: int) -> None:
        """Takes in a filled cell, counted from 0; raises TooLarge where the rectangle from A1 to it is too large."""
        if row < self.high_row and column < self.high_column:
            return
        self.high_row, self.high_column = max(self.high_row, row + 1), max(self.high_column, column + 1)
        if self.high_row * self.high_column > self.limits.cells_max:
            raise TooLarge(f"A sheet reaches to row {self.high_row}, column {self.high_column}, which is too far.")

    def hide_row(self, row: int) -> None:
        if len(self.rows) < self.limits.cells_max:
            self.rows.add(row)

    def hide_columns(self, first: int, last: int) -> None:
        self.columns.update(range(max(first, 0), min(last + 1, COLUMNS_EVER)))

    def extent(self) -> Extent:
        return Extent(frozenset(self.rows), frozenset(self.columns))


def extents_of(data: bytes, limits: Limits) -> dict[str, Extent]:
    """Per sheet name what is hidden in it; raises TooLarge where a sheet does not fit the limits."""
    if data.startswith(cfb.SIGNATURE):
        return _measure_xls(data, limits)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = set(archive.namelist())
        budget = [limits.unpacked_bytes_max]
        sheets = _sheet_names(archive, budget) if "content.xml" not in names else {}
        extents: dict[str, Extent] = {}
        for name in names:
            measure = _Measure(limits)
            if name == "content.xml":
                _parse(_chunks(archive, name, budget), _ods_handler(measure))
            elif name.startswith("xl/worksheets/") and name.endswith(".xml"):
                _parse(_chunks(archive, name, budget), _xlsx_handler(measure))
            elif name.startswith("xl/worksheets/") and name.endswith(".bin"):
                _measure_xlsb(b"".join(_chunks(archive, name, budget)), measure)
            else:
                for _ in _chunks(archive, name, budget):
                    pass  # only counted: shared strings can be a bomb as well
            extents[sheets.get(name, name)] = measure.extent()
        return extents


def _chunks(archive: zipfile.ZipFile, name: str, budget: list[int]) -> Iterator[bytes]:
    if name.endswith("/"):
        return
    with archive.open(name) as stream:
        while chunk := stream.read(_CHUNK):
            budget[0] -= len(chunk)
            if budget[0] < 0:
                raise TooLarge("The workbook unpacks to more bytes than are read.")
            yield chunk


def _parse(chunks: Iterator[bytes], handler: Callable[[str, dict[str, str]], None]) -> None:
    """Runs the handler over all start tags. XML that expat refuses is left to the library, in its limited process."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = handler
    parser.buffer_text = True
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError:
        for _ in chunks:
            pass


def _xlsx_handler(measure: _Measure) -> Callable[[str, dict[str, str]], None]:
    row, column = -1, -1

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal row, column
        name = name.rpartition(":")[2]
        if name == "c":
            told = attributes.get("r")
            row, column = _place(told, row) if told else (row, column + 1)
        elif name in ("v", "is"):
            measure.cell(row, column)
        elif name == "row":
            row, column = (_whole(attributes["r"], 1) - 1 if "r" in attributes else row + 1), -1
            if attributes.get("hidden") in ("1", "true"):
                measure.hide_row(row)
        elif name == "col" and attributes.get("hidden") in ("1", "true"):
            measure.hide_columns(_whole(attributes.get("min"), 1) - 1, _whole(attributes.get("max"), 0) - 1)

    return start


def _place(told: str, row: int) -> tuple[int, int]:
    """Row and column, from 0, of a reference such as "B12"."""
    column, digits = 0, ""
    for char in told[:12]:
        if char.isalpha() and char.isascii():
            column = column * 26 + ord(char.upper()) - 64
        elif char != "$":
            digits += char
    return (_whole(digits, row + 1) - 1, column - 1)


def _whole(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else default


def _ods_handler(measure: _Measure) -> Callable[[str, dict[str, str]], None]:
    """Counts repeated cells only where they are filled: every sheet ends in a million empty ones."""
    row, rows, column, columns, total = 0, 1, 0, 1, 0

    def fill() -> None:
        nonlocal total
        total += rows * columns
        measure.cell(row + rows - 1, column + columns - 1)
        if total > measure.limits.cells_max:
            raise TooLarge("A sheet holds more cells than are read.")

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal row, rows, column, columns
        name = name.rpartition(":")[2]
        if name in ("table-cell", "covered-table-cell"):
            column += columns
            columns = _whole(_attribute(attributes, "number-columns-repeated"), 1)
            if _attribute(attributes, "value-type") is not None:
                fill()
        elif name == "p" and columns > 0:
            measure.cell(row, column)
        elif name == "table-row":
            row += rows
            rows = _whole(_attribute(attributes, "number-rows-repeated"), 1)
            column, columns = 0, 0
        elif name == "table":
            row, rows, column, columns = 0, 0, 0, 0
            measure.high_row = measure.high_column = 0

    return start


def _attribute(attributes: dict[str, str], name: str) -> str | None:
    return next((value for key, value in attributes.items() if key.rpartition(":")[2] == name), None)


def _sheet_names(archive: zipfile.ZipFile, budget: list[int]) -> dict[str, str]:
    """Which file of the archive holds which sheet (ECMA-376 part 1, 18.2.19, and part 2, 9.3)."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        book = etree.fromstring(b"".join(_chunks(archive, "xl/workbook.xml", budget)), parser)
        links = etree.fromstring(b"".join(_chunks(archive, "xl/_rels/workbook.xml.rels", budget)), parser)
    except (KeyError, etree.XMLSyntaxError):
        return {}
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    names: dict[str, str] = {}
    for sheet in book.iter("{*}sheet"):
        link = next((value for key, value in sheet.attrib.items() if str(key).endswith("}id")), None)
        target = str(targets.get(link, ""))
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath("xl/" + target)
        names[path] = str(sheet.get("name", ""))
    return names


def _measure_xlsb(data: bytes, measure: _Measure) -> None:
    """Rows (BrtRowHdr) and filled cells (BrtCellRk to BrtFmlaError) of a binary worksheet."""
    at, row = 0, 0
    while at < len(data):
        kind, at = _packed(data, at, 2)
        size, at = _packed(data, at, 4)
        if kind == 0 and size >= 4:
            row = int.from_bytes(data[at : at + 4], "little")
        elif 2 <= kind <= 11 and size >= 4:
            measure.cell(row, int.from_bytes(data[at : at + 4], "little"))
        at += size


def _packed(data: bytes, at: int, most: int) -> tuple[int, int]:
    """A number of seven bits a byte for the size, with the flag bit kept for the type of a record ([MS-XLSB] 2.1.4)."""
    number = 0
    for step in range(most):
        if at >= len(data):
            break
        byte = data[at]
        at += 1
        number |= (byte & 0x7F) << (7 * step)
        if not byte & 0x80:
            break
    return number, at


def _measure_xls(data: bytes, limits: Limits) -> dict[str, Extent]:
    """Cells, hidden rows and hidden columns of the sheets of a BIFF8 workbook ([MS-XLS] 2.4)."""
    try:
        storage = cfb.Storage(data)
        entry = next(child for name, child in storage.root.children.items() if name.lower() in ("workbook", "book"))
        stream = storage.read(entry, limits.bytes_max)
    except (cfb.Damaged, StopIteration):
        return {}
    names: dict[int, str] = {}
    extents: dict[str, Extent] = {}
    measure, sheet = _Measure(limits), ""
    for at, kind, body in _records(stream):
        if kind == 0x0809:  # BOF
            measure, sheet = _Measure(limits), names.get(at, "")
        elif kind == 0x0085 and len(body) > 8:  # BoundSheet8
            wide = body[7] & 1
            text = body[8 : 8 + body[6] * (2 if wide else 1)]
            names[struct.unpack_from("<I", body)[0]] = text.decode("utf-16-le" if wide else "latin-1", "replace")
        elif kind in _XLS_CELLS and len(body) >= 4:
            measure.cell(*struct.unpack_from("<HH", body))
        elif kind == 0x0208 and len(body) >= 16 and body[12] & 0x20:  # Row, fDyZero
            measure.hide_row(struct.unpack_from("<H", body)[0])
        elif kind == 0x007D and len(body) >= 10 and body[8] & 1:  # ColInfo, fHidden
            measure.hide_columns(*struct.unpack_from("<HH", body))
        elif kind == 0x000A and sheet:  # EOF
            extents[sheet] = measure.extent()
    return extents


# RK, Number, LabelSst, Label, Formula, BoolErr, RString
_XLS_CELLS = frozenset({0x027E, 0x0203, 0x00FD, 0x0204, 0x0006, 0x0205, 0x00D6})


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    at = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield at, kind, stream[at + 4 : at + 4 + size]
        at += 4 + size
