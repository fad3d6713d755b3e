"""Excel 2003 XML workbooks (urn:schemas-microsoft-com:office:spreadsheet), which many systems export as ".xls"."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from parsers.media.sheet import Sheet, cell_text, sheet_page
from parsers.media.sheet_extent import Extent
from parsers.page import Limits, Page, Part, Unreadable

_SPACE = "{urn:schemas-microsoft-com:office:spreadsheet}"


def read_sheet_xml(part: Part, limits: Limits) -> tuple[Page, ...] | Unreadable:
    """One page a worksheet."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, recover=True)
    root = etree.fromstring(part.data, parser)
    if root is None:
        return Unreadable("The workbook is damaged.")
    pages: list[Page] = []
    for number, sheet in enumerate(root.iter(_SPACE + "Worksheet"), start=1):
        found = _grid(sheet, limits)
        if found is None or number > limits.pages_max:
            return Unreadable("The workbook holds more cells than are read.", "too_large")
        grid, merged, extent = found
        shown = not any(element.text and element.text.strip() != "SheetVisible" for element in sheet.iter("{*}Visible"))
        name = sheet.get(_SPACE + "Name") or ""
        pages.append(sheet_page(Sheet(name, grid, merged, extent, shown), part.name, number))
    if not any(page.lines or page.hidden for page in pages):
        return Unreadable("The workbook is empty.", "empty")
    return tuple(pages)


def _grid(sheet: Any, limits: Limits) -> tuple[list[list[str]], list[tuple[int, int, int, int]], Extent] | None:
    """Texts, merged ranges and hidden rows of a worksheet; None where it is too large."""
    grid: list[list[str]] = []
    merged: list[tuple[int, int, int, int]] = []
    hidden: set[int] = set()
    cells = 0
    for row in sheet.iter(_SPACE + "Row"):
        at = _index(row, len(grid))
        if at >= limits.lines_max or at < len(grid):
            return None
        grid += [[] for _ in range(at - len(grid) + 1)]
        if row.get(_SPACE + "Hidden") == "1":
            hidden.add(at)
        for cell in row.iterchildren(_SPACE + "Cell"):
            column = _index(cell, len(grid[at]))
            if column >= limits.columns_max:
                return None
            across, down = _whole(cell.get(_SPACE + "MergeAcross")), _whole(cell.get(_SPACE + "MergeDown"))
            grid[at] += [""] * (column - len(grid[at]))
            grid[at].append(_text(cell))
            grid[at] += [""] * min(across, limits.columns_max - column)
            if across or down:
                merged.append((at, column, at + min(down, limits.lines_max), column + min(across, limits.columns_max)))
        cells += len(grid[at])
        if cells > limits.cells_max:
            return None
    return grid, merged, Extent(frozenset(hidden))


def _index(element: Any, following: int) -> int:
    told = _whole(element.get(_SPACE + "Index"))
    return told - 1 if told else following


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 8 else 0


def _text(cell: Any) -> str:
    data = cell.find(_SPACE + "Data")
    if data is None:
        return ""
    text = "".join(data.itertext())
    kind = data.get(_SPACE + "Type")
    if kind == "Number":
        try:
            value = Decimal(text.strip())
            return cell_text(float(value)) if "." in text or "E" in text.upper() else cell_text(int(value))
        except (InvalidOperation, ValueError, OverflowError):
            return text.strip()
    if kind == "DateTime" and text.endswith("T00:00:00.000"):
        return text[:10]
    if kind == "Boolean":
        return "TRUE" if text.strip() == "1" else "FALSE"
    return cell_text(text)
