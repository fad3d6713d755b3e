"""Spreadsheets to pages, one a sheet. The home of python-calamine, which reads xlsx, xlsb, xls and ods.

calamine allocates the whole rectangle between the first and the last filled cell and aborts the process where that
does not fit, so the extent of every sheet is measured first (sheet_extent).
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from parsers.media.grid import laid_out
from parsers.media.sheet_extent import Extent, TooLarge, extents_of
from parsers.page import Limits, Medium, Page, Part, Unreadable

HIDDEN_MAX = 200
CELL_MAX = 20_000


def read_sheet(part: Part, limits: Limits) -> tuple[Page, ...] | Unreadable:
    """One page a sheet; hidden sheets, rows and columns are told in `hidden` only."""
    if part.data.lstrip()[:1] == b"<" or not part.data.startswith((b"PK", b"\xd0\xcf")):
        from parsers.media.sheet_xml import read_sheet_xml

        return read_sheet_xml(part, limits)
    from python_calamine import CalamineError, PasswordError, load_workbook

    try:
        extents = extents_of(part.data, limits)
        workbook = load_workbook(io.BytesIO(part.data))
    except TooLarge as error:
        return Unreadable(str(error), "too_large")
    except PasswordError:
        return Unreadable("The workbook opens with a password only.", "encrypted")
    except CalamineError as error:
        return Unreadable(f"The workbook is damaged ({type(error).__name__}).")
    pages: list[Page] = []
    cells_left = limits.cells_max
    for number, data in enumerate(workbook.sheets_metadata, start=1):
        if "worksheet" not in str(data.typ).lower():
            continue
        if len(pages) >= limits.pages_max:
            return Unreadable(f"The workbook has more than {limits.pages_max} sheets.", "too_large")
        grid, merged = _grid(workbook, data.name)
        cells_left -= sum(len(row) for row in grid)
        if cells_left < 0 or len(grid) > limits.lines_max:
            return Unreadable("The workbook holds more cells than are read.", "too_large")
        visible = str(data.visible).lower().endswith(".visible")
        sheet = Sheet(data.name, grid, merged, extents.get(data.name, Extent()), visible)
        page = sheet_page(sheet, part.name, number)
        if page.lines and max(len(row) for row in page.tables[0].rows) > limits.columns_max:
            return Unreadable(f"A sheet has more than {limits.columns_max} columns.", "too_large")
        pages.append(page)
    if not any(page.lines or page.hidden for page in pages):
        return Unreadable("The workbook is empty.", "empty")
    return tuple(pages)


def _grid(workbook: Any, name: str) -> tuple[list[list[str]], list[tuple[int, int, int, int]]]:
    """The texts of a sheet from its first cell on, and its merged ranges (row, column, last row, last column)."""
    sheet = workbook.get_sheet_by_name(name)
    grid = [[cell_text(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    merged = [(*first, *last) for first, last in sheet.merged_cell_ranges or ()]
    return grid, merged


@dataclass(frozen=True, slots=True)
class Sheet:
    """The texts of a sheet, from A1 on, with its merged ranges (row, column, last row, last column)."""

    name: str
    grid: Sequence[Sequence[str]]
    merged: Sequence[tuple[int, int, int, int]]
    extent: Extent
    visible: bool


def sheet_page(sheet: Sheet, part: str, number: int) -> Page:
    """One sheet as a page: rows and columns that are hidden or wholly empty at the end are left out."""
    grid, extent, name = sheet.grid, sheet.extent, sheet.name
    if not sheet.visible:
        texts = tuple(dict.fromkeys(text[:500] for row in grid for text in row if text))[:HIDDEN_MAX]
        return Page(number, part, Medium.SHEET, (), (), 0.0, 0.0, texts, name)
    wide = max((len(row) for row in grid), default=0)
    rows = [r for r in range(len(grid)) if r not in extent.hidden_rows]
    columns = [c for c in range(wide) if c not in extent.hidden_columns]
    while rows and not any(grid[rows[-1]]):
        rows.pop()
    while columns and not any(grid[r][columns[-1]] for r in rows if columns[-1] < len(grid[r])):
        columns.pop()
    hidden = _left_out(grid, set(rows), set(columns))
    if not rows or not columns:
        return Page(number, part, Medium.SHEET, (), (), 0.0, 0.0, hidden, name)
    kept: list[list[str | None]] = [[grid[r][c] if c < len(grid[r]) else "" for c in columns] for r in rows]
    spans = _spans(kept, sheet.merged, {r: n for n, r in enumerate(rows)}, {c: n for n, c in enumerate(columns)})
    lines, table = laid_out(kept, spans)
    return Page(number, part, Medium.SHEET, tuple(lines), (table,), table.box[2], table.box[3], hidden, name)


def _left_out(grid: Sequence[Sequence[str]], rows: set[int], columns: set[int]) -> tuple[str, ...]:
    texts = (
        text[:500]
        for r, row in enumerate(grid)
        for c, text in enumerate(row)
        if text and (r not in rows or c not in columns)
    )
    return tuple(dict.fromkeys(texts))[:HIDDEN_MAX]


def _spans(
    kept: list[list[str | None]],
    merged: Sequence[tuple[int, int, int, int]],
    rows: dict[int, int],
    columns: dict[int, int],
) -> dict[tuple[int, int], tuple[int, int]]:
    """Marks the cells that a merged one covers, and tells how far each merged cell reaches."""
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    for first_row, first_column, last_row, last_column in merged:
        down = [rows[r] for r in range(first_row, min(last_row, max(rows)) + 1) if r in rows]
        across = [columns[c] for c in range(first_column, min(last_column, max(columns)) + 1) if c in columns]
        if not down or not across or len(down) * len(across) < 2:
            continue
        if any(kept[r][c] for r in down for c in across if (r, c) != (down[0], across[0])):
            continue  # values beneath a merged cell are still values
        for r in down:
            for c in across:
                if (r, c) != (down[0], across[0]):
                    kept[r][c] = None
        spans[(down[0], across[0])] = (len(down), len(across))
    return spans


def cell_text(value: object) -> str:
    """A cell's value in plain notation: no exponent, no binary noise, ISO 8601 dates; '' for an empty cell."""
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case int():
            return str(value)
        case float():
            return number_text(value)
        case datetime():
            return value.date().isoformat() if value.time() == time(0) else value.isoformat(" ", "seconds")
        case date() | time():
            return value.isoformat()
        case timedelta():
            seconds = round(value.total_seconds())
            return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
        case str():
            text = value.replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_", "")
            return "\n".join(line.strip() for line in text[:CELL_MAX].split("\n")).strip()
        case _:
            return str(value)


def number_text(value: float) -> str:
    """A binary number as the fifteen digits a spreadsheet shows, in plain notation: 0.1 + 0.2 is 0.3, 5.0 is 5."""
    if not math.isfinite(value):
        return ""
    if value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    plain = format(Decimal(format(value, ".15g")), "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
